/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-worker.h"

G_BEGIN_DECLS

/* The two threads of searching, which begin when they are first needed: one follows with the index what is written, so that
 * no write waits for it; one searches, so that a search, which can take long and is given up at the next letter, is never
 * in the way of a page of a chat. */
typedef struct _ChatSearcher ChatSearcher;

typedef struct {
  void (*forget_changes) (gint64 upto, gpointer data);    /* of search_change: they are in the index */
  void (*emptied)        (gpointer data);                 /* words were taken out: now the messages' own log should go */
  gpointer data;
} ChatSearcherOwner;

/* path: of chat.db, which is open. follows: FALSE where nothing can be written. */
ChatSearcher *chat_searcher_new      (const char *path, gboolean follows, const ChatSearcherOwner *owner);
/* Something was written; a moment after the last of such calls the index follows. */
void          chat_searcher_wake     (ChatSearcher *self);
/* Messages that the index does not have yet are being added to it. */
gboolean      chat_searcher_is_busy  (ChatSearcher *self);
/* In the thread for searches, with both files attached and in one snapshot; a cancelled one is ended wherever it is. The
 * finish is chat_store_run_finish () of source. */
void          chat_searcher_run      (ChatSearcher *self, gpointer source, ChatJobFunc func, gpointer data, GDestroyNotify free_data,
                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* No more is begun, what runs is given up; then task (nullable, taken) is told, as with chat_worker_stop (). */
void          chat_searcher_stop     (ChatSearcher *self, GTask *task);
void          chat_searcher_free     (ChatSearcher *self);    /* waits; stops first where that was not done */

/* Tests only: the index follows at once. */
void          chat_searcher_set_delay (ChatSearcher *self, guint milliseconds);

G_END_DECLS
