/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation-list.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

/* Says of messages that they arrived (XEP-0184), to those who may know that (S-110). Lives as long as the session. */
#define CHAT_TYPE_RECEIPTS (chat_receipts_get_type ())
G_DECLARE_FINAL_TYPE (ChatReceipts, chat_receipts, CHAT, RECEIPTS, GObject)

ChatReceipts *chat_receipts_new    (ChatConversationList *conversations, gint64 account, XmppSession *session);
/* A message that asks for it was stored for the first time; neither a copy nor out of an archive. from: its sender,
 * full. While offline it waits. */
void          chat_receipts_answer (ChatReceipts *self, XmppJid *from, const char *id, XmppMessageType type);

G_END_DECLS
