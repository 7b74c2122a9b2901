/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation.h"

G_BEGIN_DECLS

/* What the archive of one account on its server has and we don't, brought into the store: after every log-in the newest page
 * of the chat that is shown, then the whole archive backwards from its end to what is known, then older gaps.
 * Properties, read-only unless said:
 *   running (boolean: a catch-up is under way)  paused (boolean, rw: asks for nothing more of itself until it is undone)
 *   n-left (int: about so many messages are still to come, -1: unknown)
 *   problem (string, nullable, translated: why it ended before its end; the same is told once, until it has worked again) */
#define CHAT_TYPE_HISTORY (chat_history_get_type ())
G_DECLARE_FINAL_TYPE (ChatHistory, chat_history, CHAT, HISTORY, GObject)

/* How far back an account is kept in step by itself; what is older comes when somebody turns to it. */
typedef enum { CHAT_HISTORY_ALL, CHAT_HISTORY_YEAR, CHAT_HISTORY_MONTH, CHAT_HISTORY_NOTHING } ChatHistoryRange;

gboolean         chat_history_get_running (ChatHistory *self);
gboolean         chat_history_get_paused  (ChatHistory *self);
void             chat_history_set_paused  (ChatHistory *self, gboolean paused);
int              chat_history_get_n_left  (ChatHistory *self);
const char      *chat_history_get_problem (ChatHistory *self);
/* Kept with the account (its setting "history-range"); a wider one goes on from where the narrower ended. */
ChatHistoryRange chat_history_get_range   (ChatHistory *self);
void             chat_history_set_range   (ChatHistory *self, ChatHistoryRange range);
/* Brings what is missing from the newest gap of this chat that is at or above the row with this position (G_MAXINT64: any),
 * until something came or nothing is left: also where it is paused or out of range. The conversation's "filling" tells that
 * it is under way, its "complete" that nothing is left. */
void             chat_history_fill        (ChatHistory *self, ChatConversation *conversation, gint64 position);
/* Brings what the chat has of that time and some of what was before and after it (XEP-0313, start), also from the middle of
 * what is missing, which stays missing on both sides. task (transfer full) returns TRUE once all there is of then is here. */
void             chat_history_fetch       (ChatHistory *self, ChatConversation *conversation, gint64 time, GTask *task);
/* The stanza of a message of this chat as the archive has it, as XML: for what is kept here no more. CHAT_ERROR_ARCHIVE: a
 * sentence for the user says why it can't be had. */
void             chat_history_load_raw_async  (ChatHistory *self, ChatConversation *conversation, const char *archive_id,
                                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char            *chat_history_load_raw_finish (ChatHistory *self, GAsyncResult *result, GError **error);

G_END_DECLS
