/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation.h"
#include "chat-store-talk.h"

G_BEGIN_DECLS

/* Where a message stands among its neighbours. */
typedef enum {
  CHAT_MESSAGE_HEAD = 1 << 0,
  CHAT_MESSAGE_TAIL = 1 << 1,
  CHAT_MESSAGE_DAY_START = 1 << 2,
  CHAT_MESSAGE_UNREAD_START = 1 << 3,
  CHAT_MESSAGE_GAP_BEFORE = 1 << 4,
} ChatMessageFlags;

ChatMessage *chat_message_new             (const ChatMessageRow *row, const char *sender_name, ChatMessageFlags flags);
/* The row as it is now. */
void         chat_message_update          (ChatMessage *self, const ChatMessageRow *row);
void         chat_message_set_state       (ChatMessage *self, ChatMessageState state, const char *error_text);
/* The account is not online: what was written and never acknowledged waits to be checked and sent again. */
void         chat_message_set_own_name    (ChatMessage *self, const char *name);   /* before it is shown */
void         chat_message_set_address     (ChatMessage *self, const char *address);   /* of the other one, before it is shown */
void         chat_message_set_waiting     (ChatMessage *self, gboolean waiting);
void         chat_message_set_sender_name (ChatMessage *self, const char *name);   /* of the other one */
/* Others can name it. */
gboolean     chat_message_get_has_id      (ChatMessage *self);
gint64       chat_message_get_position    (ChatMessage *self);
void         chat_message_set_flags       (ChatMessage *self, ChatMessageFlags flags);

G_END_DECLS
