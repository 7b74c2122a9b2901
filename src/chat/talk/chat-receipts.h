/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation-list.h"
#include "chat-store.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

/* Says of messages that they arrived (XEP-0184), to those who may know that (S-110). Lives as long as the session. What is
 * owed is in the store (ChatNewMessage.asker), and is sent when the session comes online. */
#define CHAT_TYPE_RECEIPTS (chat_receipts_get_type ())
G_DECLARE_FINAL_TYPE (ChatReceipts, chat_receipts, CHAT, RECEIPTS, GObject)

ChatReceipts *chat_receipts_new  (ChatStore *store, ChatConversationList *conversations, gint64 account, XmppSession *session);
/* A message that asks for one was stored for the first time. */
void          chat_receipts_send (ChatReceipts *self);

G_END_DECLS
