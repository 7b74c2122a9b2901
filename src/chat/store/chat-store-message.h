/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-db.h"
#include "chat-store-talk.h"

G_BEGIN_DECLS

/* What is done to one message here, of which nobody else hears, and all that is known of it. */

/* It goes, and no archive brings it back. Not while it is on its way: CHAT_ERROR_NOT_POSSIBLE. Gives the conversation as it is then. */
void                 chat_store_hide_async  (ChatStore *self, gint64 message, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
ChatConversationRow *chat_store_hide_finish (ChatStore *self, GAsyncResult *result, GError **error);

/* Gives the ids in the archive of the last n messages that they wrote. */
void   chat_store_load_archive_ids_async  (ChatStore *self, gint64 account, const char *jid, guint n, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char **chat_store_load_archive_ids_finish (ChatStore *self, GAsyncResult *result, GError **error);

/* Gives an array of ChatMessageRow: the message as it is then. */
void       chat_store_set_pinned_async  (ChatStore *self, gint64 message, gboolean pinned, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *chat_store_set_pinned_finish (ChatStore *self, GAsyncResult *result, GError **error);
/* Gives an array of ChatMessageRow, the newest first. */
void       chat_store_load_pins_async   (ChatStore *self, gint64 conversation, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *chat_store_load_pins_finish  (ChatStore *self, GAsyncResult *result, GError **error);

/* What the other one wrote from this message on counts as unread, until it is read here or what is newer is read elsewhere.
 * Gives the conversation as it is then. */
void                 chat_store_unread_from_async  (ChatStore *self, gint64 message, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
ChatConversationRow *chat_store_unread_from_finish (ChatStore *self, GAsyncResult *result, GError **error);
/* In the writer: up to this position it was read here. */
gboolean             chat_store_end_unread_from    (ChatDb *db, gint64 conversation, gint64 position, GError **error);

void                chat_store_load_details_async  (ChatStore *self, gint64 message, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
ChatMessageDetails *chat_store_load_details_finish (ChatStore *self, GAsyncResult *result, GError **error);

G_END_DECLS
