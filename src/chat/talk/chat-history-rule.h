/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-history.h"

G_BEGIN_DECLS

/* Whose messages the server archives (XEP-0441); exceptions that other programs made stay as they are. */
typedef enum { CHAT_ARCHIVE_EVERYONE, CHAT_ARCHIVE_CONTACTS, CHAT_ARCHIVE_NOBODY } ChatArchiveRule;

/* Errors: a sentence for the user (CHAT_ERROR_ARCHIVE), or G_IO_ERROR_CANCELLED. */
void     chat_history_load_rule_async  (ChatHistory *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean chat_history_load_rule_finish (ChatHistory *self, GAsyncResult *result, ChatArchiveRule *rule, GError **error);
void     chat_history_save_rule_async  (ChatHistory *self, ChatArchiveRule rule, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* rule: as the server keeps it now. */
gboolean chat_history_save_rule_finish (ChatHistory *self, GAsyncResult *result, ChatArchiveRule *rule, GError **error);

G_END_DECLS
