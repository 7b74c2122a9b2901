/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-searcher.h"
#include "chat-store-talk.h"
#include "chat-worker.h"

G_BEGIN_DECLS

/* For the files of this folder: one per family of tables. */

/* Runs func in the writer or the reader; data goes with the task. */
void chat_store_run_write (ChatStore *self, ChatJobFunc func, gpointer data, GDestroyNotify free_data,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void chat_store_run_read  (ChatStore *self, ChatJobFunc func, gpointer data, GDestroyNotify free_data,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* The same for one id: data is a gint64 *. */
void chat_store_write_for (ChatStore *self, ChatJobFunc func, gint64 id, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data);
void chat_store_read_for  (ChatStore *self, ChatJobFunc func, gint64 id, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data);
void chat_store_run_plain (ChatStore *self, ChatJobFunc func);   /* in the writer, outside of a transaction */
/* After the writes so far: what was deleted goes from the log too. */
void chat_store_empty_log (ChatStore *self);
/* The same, and the file too is written anew: takes seconds where it is large. */
void chat_store_write_anew (ChatStore *self);
/* The same where it is not large. */
void chat_store_write_small_anew (ChatStore *self);
ChatSearcher *chat_store_get_searcher (ChatStore *self);        /* once it was opened */
void chat_store_forget_settings (ChatStore *self, gint64 account);
/* The pointer that the job gave, for the finish functions. */
gpointer chat_store_run_finish (ChatStore *self, GAsyncResult *result, GError **error);

/* In a thread of the store. */
ChatSnapshot *chat_snapshot_read          (ChatDb *db, GError **error);
gboolean      chat_snapshot_read_settings (ChatDb *db, GHashTable *settings, GError **error);
GPtrArray    *chat_snapshot_read_conversations (ChatDb *db, GError **error);
/* Adds the ChatMessageRow, if it is there. */
gboolean      chat_store_read_message     (ChatDb *db, gint64 id, GPtrArray *rows, GError **error);
/* What an answer answers, as that is now. */
gboolean      chat_store_resolve_reply    (ChatDb *db, ChatMessageRow *row, GError **error);
/* What both said of it, in one line for each. */
gboolean      chat_store_join_reactions   (ChatDb *db, gint64 message, GError **error);
/* Counts anew what is unread, after the others' messages up to that position were read. */
gboolean      chat_store_count_unread     (ChatDb *db, gint64 conversation, gint64 read_position, GError **error);
/* A job's result: the chat as it is now. */
gboolean      chat_store_give_conversation (ChatDb *db, gint64 id, ChatJobResult *result, GError **error);
ChatConversationRow *chat_store_load_conversation (ChatDb *db, gint64 id, GError **error);
gboolean      chat_store_write_sm_state   (ChatDb *db, gint64 account, const char *state, GError **error);

/* Tests only: other migrations than the program's, and a cap on the size of the file in pages. */
void chat_store_set_scripts   (ChatStore *self, const char *const *scripts);
void chat_store_set_max_pages (ChatStore *self, guint pages, GAsyncReadyCallback callback, gpointer user_data);

G_END_DECLS
