/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-store-gaps.h"
#include "xmpp-archive-module.h"

G_BEGIN_DECLS

/* One way backwards through the archive, or through one chat of it, over a gap from its newer end to its older one. It asks
 * for pages and looks whether they can be true; it keeps nothing. Two pages at most wait for their commit, and meanwhile the
 * next is asked for, so that server and store work at the same time; the one after that is asked for as soon as the first
 * result of that one is here, so that nobody waits for the way between. */
typedef struct _ChatWalk ChatWalk;

/* Strings are copied. */
typedef struct {
  gint64 gap;                    /* its row */
  XmppJid *with;                 /* bare; NULL: the whole archive */
  const char *before;            /* the gap's newer end; NULL: the end of the archive */
  gint64 before_time;
  const char *after;             /* the gap's older end; NULL: the beginning of the archive */
  gint64 after_time;
  gint64 floor;                  /* nothing older is wanted; 0: everything is */
  guint max;                     /* messages in a page */
  guint timeout_ms;
  gboolean patient;              /* the next page is asked for only when the last is stored */
} ChatWalkPlan;

/* page: to be stored at its place; chat_walk_stored () follows, in the order of the pages. lost: the archive does not know the
 * newer end (before) or the older one of the gap any more. ended: nothing is asked for and nothing waits; error NULL: it came
 * to its end. The owner frees the walk then. */
typedef struct {
  void (*page)  (ChatWalk *self, XmppArchivePage *page, ChatPage *place /* transfer full */, gpointer user_data);
  void (*lost)  (ChatWalk *self, gboolean before, gpointer user_data);
  void (*ended) (ChatWalk *self, const GError *error, gpointer user_data);
} ChatWalkFuncs;

/* Begins with chat_walk_go (). */
ChatWalk *chat_walk_new    (XmppArchiveModule *archive, const ChatWalkPlan *plan, const ChatWalkFuncs *funcs, gpointer user_data);
void      chat_walk_free   (ChatWalk *self);
void      chat_walk_go     (ChatWalk *self);
/* Asks for nothing more until it is undone. */
void      chat_walk_pause  (ChatWalk *self, gboolean pause);
void      chat_walk_stored (ChatWalk *self);
/* Nothing more is wanted: ends when what is here is stored. */
void      chat_walk_finish (ChatWalk *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatWalk, chat_walk_free)

G_END_DECLS
