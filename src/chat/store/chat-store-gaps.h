/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-store-talk.h"

G_BEGIN_DECLS

/* What the archive on the server may have that is not here: gaps in the order of an account's messages (data/sql/003.sql).
 * They only get smaller, by the lots of chat_store_add_async () that have a page. */
struct _ChatGapRow {
  gint64 id, account;
  char *after;               /* archive id of the newest that is known below; NULL: it begins where the archive begins */
  gint64 after_time;         /* its stamp, 0: unknown */
  char *before;              /* archive id of the oldest that is known above; NULL: it reaches up to the archive's end */
  gint64 before_time;
  gint64 position;           /* of the oldest that is known above */
  gboolean import;           /* nothing was known when it was opened: its messages are no news */
};
ChatGapRow *chat_gap_row_copy (const ChatGapRow *row);
void        chat_gap_row_free (ChatGapRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatGapRow, chat_gap_row_free)

/* A new stream that resumes nothing: gives the gap up to the archive's end, made where there is none, else above all that
 * came live since. */
void        chat_store_open_gap_async  (ChatStore *self, gint64 account, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
ChatGapRow *chat_store_open_gap_finish (ChatStore *self, GAsyncResult *result, GError **error);
/* The stream was resumed, so nothing was missed: a gap goes that what was typed meanwhile had made. */
void        chat_store_resumed_async   (ChatStore *self, gint64 account, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* There is no archive: the gap up to its end goes. */
void        chat_store_drop_live_gap_async (ChatStore *self, gint64 account, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* An id at a border of the gap is not in the archive any more: from now on its time counts, and messages that the archive
 * has under new ids are known by their stamp. Gives the gap. */
void        chat_store_lose_border_async  (ChatStore *self, gint64 gap, gboolean before, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
ChatGapRow *chat_store_lose_border_finish (ChatStore *self, GAsyncResult *result, GError **error);
/* Of ChatGapRow, the newest first. */
void        chat_store_load_gaps_async  (ChatStore *self, gint64 account, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray  *chat_store_load_gaps_finish (ChatStore *self, GAsyncResult *result, GError **error);
/* The same as this chat (bare JID, need not be stored yet) sees them: with its own upper ends where it was filled ahead, and
 * without those in which nothing of it is missing; one that typing without a stream made is none yet. A timeline draws each below the first row whose position is not less. */
void        chat_store_load_chat_gaps_async  (ChatStore *self, gint64 account, const char *jid, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray  *chat_store_load_chat_gaps_finish (ChatStore *self, GAsyncResult *result, GError **error);

G_END_DECLS
