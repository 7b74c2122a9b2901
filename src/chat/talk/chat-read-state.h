/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation-list.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

/* How far was read, for one account: tells it to the other one (XEP-0333), where they may know, and to the own devices
 * (XEP-0490); and takes it from those. Lives as long as the session. */
#define CHAT_TYPE_READ_STATE (chat_read_state_get_type ())
G_DECLARE_FINAL_TYPE (ChatReadState, chat_read_state, CHAT, READ_STATE, GObject)

ChatReadState *chat_read_state_new (ChatStore *store, ChatConversationList *conversations, gint64 account, XmppSession *session);

G_END_DECLS
