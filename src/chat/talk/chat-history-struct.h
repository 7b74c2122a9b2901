/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-history-private.h"
#include "chat-walk.h"

G_BEGIN_DECLS

/* Shared by the files of the class: chat-history.c (what others see), chat-history-run.c (what is fetched when), chat-history-date.c
 * (what is fetched for who goes to a day), chat-history-raw.c (one message as it was) and chat-history-keep.c (what was fetched goes
 * into the store).
 *
 * After a log-in that was not a resumption a gap is opened at the live end, before anything live is stored. Then one sweep
 * after the other goes over the gaps, the newest first; beside it go the walks that somebody wants at once: over the newest
 * page of the chat that is shown, and over a chat whose top was reached. All pages pass one queue into the store, and the next
 * goes in only when the one before it is committed: a gap never shrinks over a page that was not stored.
 *
 *   offline ─► opening ─► sweeping ◄─► waiting       waiting: the server or the disk wants to be left alone for a while
 *                            │  ▲
 *                            ▼  │
 *                            idle                    no gap is left, or none that is in range, or it was given up
 */

typedef enum { ERRAND_SWEEP, ERRAND_SHOWN, ERRAND_FILL, ERRAND_DATE } ErrandKind;

/* A walk and what it is for. */
typedef struct {
  ChatHistory *history;         /* not owned */
  ErrandKind kind;
  ChatWalk *walk;               /* NULL: where it is to go is being looked up */
  GCancellable *lookup;         /* of the last one */
  ChatConversation *conversation;   /* NULL: the sweep */
  gint64 gap;
  gint64 newest;                /* time of the newest message fetched, for the estimate of what is left */
  guint n_fetched;
  gboolean found;               /* something new came */
  gint64 position;              /* a fill: of the row above which something is missing */
  gint64 until;                 /* a fill: what was said since then is wanted; 0: one page is */
  GTask *task;                  /* somebody goes to a day: what waits for it; NULL: nothing */
  gint64 time;                  /* the beginning of that day */
  char *before;                 /* the upper end of its gap; NULL: the archive's end */
  gboolean apart;               /* its page is stored; the gaps are read again */
} Errand;

/* A page on its way into the store. */
typedef struct {
  Errand *errand;               /* NULL: given up meanwhile */
  XmppArchivePage *page;
  ChatPage *place;
} Waiting;

struct _ChatHistory {
  GObject parent_instance;
  ChatStore *store;
  ChatConversationList *conversations;
  XmppSession *session;
  XmppArchiveModule *archive;
  ChatInbox *inbox;
  gint64 account;

  GCancellable *stream;         /* cancelled with it; NULL: offline */
  GPtrArray *gaps;              /* of ChatGapRow, newest first; NULL: not read yet */
  GHashTable *left_alone;       /* ids of gaps that go back further than is wanted */
  GPtrArray *errands;           /* of Errand, owned */
  GQueue waiting;               /* of Waiting */
  Waiting *storing;             /* NULL: none */
  guint timer, n_failures;
  gboolean bound, opened;       /* the stream is not a resumed one; its gap was opened */
  gboolean opening;             /* gaps is being read */
  gboolean gave_up, looked_at_shown;

  guint second_ms, timeout_ms, page_size;
  char *problem;
  int n_left;
  gboolean running, paused;
};

/* -run */
void         chat_history_begin        (ChatHistory *self, gboolean resumed);
void         chat_history_end          (ChatHistory *self);
/* Does what is due next. */
void         chat_history_go           (ChatHistory *self);
void         chat_history_features_known (ChatHistory *self);
void         chat_history_end_errand  (Errand *errand);
void         chat_history_errand_free (Errand *errand);
void         chat_history_end_sweep    (ChatHistory *self);
void         chat_history_errand_failed (Errand *errand, const GError *error);
void         chat_history_load_gaps    (ChatHistory *self);
Errand      *chat_history_add_errand   (ChatHistory *self, ErrandKind kind, ChatConversation *conversation /* nullable */);
Errand      *chat_history_find_errand_by_task (ChatHistory *self, GAsyncResult *result);   /* by its last lookup; nullable */
/* Whether there can be anything to fetch. FALSE: error says why not, or NULL: all is here. */
gboolean     chat_history_can_fill     (ChatHistory *self, GError **error);
/* Turns the errand of a day into a fill: down to its time (TRUE), or by one page above what was found. */
void         chat_history_fill_instead (Errand *errand, gboolean down_to_time);
/* -date */
void         chat_history_begin_dates  (ChatHistory *self);
void         chat_history_date_stored  (Errand *errand, const ChatAddedLot *lot /* NULL: its gap was closed meanwhile */);
/* -keep */
ChatGapRow  *chat_history_find_gap     (ChatHistory *self, gint64 id);
void         chat_history_keep         (Errand *errand, XmppArchivePage *page, ChatPage *place /* transfer full */);
void         chat_history_drop_pages   (ChatHistory *self, Errand *errand /* NULL: all */);
/* What the properties say. */
void         chat_history_set_running  (ChatHistory *self, gboolean running);
void         chat_history_set_n_left   (ChatHistory *self, int n_left);
void         chat_history_set_problem  (ChatHistory *self, const char *problem);

G_END_DECLS
