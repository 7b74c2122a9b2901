/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "joined-stream.h"
#include "xmpp-session-private.h"

G_BEGIN_DECLS

/* A server that has one account with an archive (XEP-0313), carbons and stream management, on a stream in memory; the
 * test decides what happens when: what it has to say waits until it is let out, and what it is told until it is taken. */

/* How its archive can't be trusted, as bits. */
typedef enum {
  LIE_COUNT = 1 << 0,            /* a number of messages that is not true */
  LIE_REPEAT = 1 << 1,           /* the newest page, whatever is asked for */
  LIE_FLIP = 1 << 2,             /* the newest message of a page first */
  LIE_EMPTY = 1 << 3,            /* every second page is empty, and does not say that it is the last */
  LIE_ALWAYS_EMPTY = 1 << 4,     /* there is nothing, it says, before what is known; asked for what comes after, it says the truth */
  LIE_NO_COMPLETE = 1 << 5,      /* never says that a page is the last */
  LIE_COMPLETE = 1 << 6,         /* always says so */
  LIE_NO_SET = 1 << 7,           /* <fin/> has no <set/> */
  LIE_WRONG_SET = 1 << 8,        /* and here one that names other messages */
  LIE_NO_FIN = 1 << 9,           /* a page without its end */
  LIE_SILENT = 1 << 10,          /* no answer at all */
  LIE_INCLUSIVE = 1 << 11,       /* the message before which it is asked is in the page too */
  LIE_TWICE = 1 << 12,           /* every message of a page comes twice */
  LIE_STRANGERS = 1 << 13,       /* results that nobody asked for, and others after the end */
} Lie;

typedef struct {
  char *id;                      /* in the archive; another after renumbering */
  char *stanza_id, *peer, *text; /* stanza_id nullable */
  gint64 time;
  gboolean own, purged;
  guint n_copies;                /* our client sent it so many times */
} ModelMessage;

typedef struct {
  GPtrArray *messages;           /* of ModelMessage: all that there ever were, in order */
  guint lies;
  guint page_limit;              /* of messages; 0: as many as are asked for */
  guint n_refusals;              /* so many queries are refused */
  const char *refusal;           /* the condition */
  gboolean gives_ids;            /* live messages carry their archive's id */
  gboolean counts;               /* <count/> is told */
  gboolean knows_all_ids;        /* a page before or after a message that is gone is found by when that was, as with ejabberd */
  gboolean has_archive;
  char *prefs;                   /* what is to be archived (XEP-0441); NULL: nobody may choose */
  gint64 tick;                   /* µs, at least, from one message to the next */

  XmppSession *session;          /* not owned */
  GIOStream *client, *server;
  gpointer reader;
  GQueue up;                     /* of XmppElement: what it was told and has not taken */
  GQueue down;                   /* of char *: what it has to say */
  GQueue unacknowledged;         /* of char *: what it said, and will say again on the next resumption */
  guint32 handled, acknowledged; /* the counters of stream management */
  gboolean online, reading, carbons, session_kept;
  guint n_writing;
  guint n_ids, n_queries, n_pages;   /* archive pages that it was asked for, and gave */
  GHashTable *lied_about;        /* LIE_EMPTY: queries that were answered so */
  guint n_prefs_set;
  GPtrArray *asked;              /* of char *: the queries, as text */
  char buffer[4096];
} ModelServer;

ModelServer  *model_server_new       (void);
void          model_server_free      (ModelServer *self);
XmppJid      *model_server_dup_account (void);                        /* juliet@a.test */
/* A stream below the session, which is online then. resume: as it was, where the server still knows it; gives whether it did. */
void          model_server_bind      (ModelServer *self, XmppSession *session);
gboolean      model_server_resume    (ModelServer *self, XmppSession *session);
/* The link is gone; half: in the middle of what was to be said next. */
void          model_server_cut       (ModelServer *self, gboolean half);
/* Forgets the session. */
void          model_server_forget    (ModelServer *self);
/* Takes one stanza that it was told. FALSE: there is none. */
gboolean      model_server_take      (ModelServer *self);
/* Lets out one stanza. FALSE: there is none. */
gboolean      model_server_say       (ModelServer *self);
/* Takes and says all that there is, until nothing more comes of it at once. */
void          model_server_flow      (ModelServer *self);

/* Somebody else's message, or one of another of our devices: into the archive, and out live where we are online. */
ModelMessage *model_server_message   (ModelServer *self, const char *peer, gboolean own, const char *stanza_id, const char *text);
/* The same, time µs ago, and never live. */
ModelMessage *model_server_seed      (ModelServer *self, const char *peer, gboolean own, const char *text, gint64 ago);
void          model_server_purge     (ModelServer *self, guint n);     /* the n oldest that are left */
void          model_server_renumber  (ModelServer *self);

G_END_DECLS
