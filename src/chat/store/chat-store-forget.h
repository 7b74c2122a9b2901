/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-store-talk.h"

G_BEGIN_DECLS

/* Deleting what was said, so that it does not come back from the archive (data/sql/004.sql) and is in no file (W-28). */

/* All messages of a chat and its draft. What is not on its way yet is never sent. What the archive has beyond the newest of
 * them, which nobody has seen, does come. The finish gives the conversation as it is then. */
void                 chat_store_forget_chat_async  (ChatStore *self, gint64 conversation, GCancellable *cancellable,
                                                    GAsyncReadyCallback callback, gpointer user_data);
ChatConversationRow *chat_store_forget_chat_finish (ChatStore *self, GAsyncResult *result, GError **error);

G_END_DECLS
