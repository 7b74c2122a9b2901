/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation-list.h"
#include "chat-history.h"
#include "chat-inbox.h"

G_BEGIN_DECLS

/* account: its row's id. Lives as long as the session; made before connecting. */
ChatHistory *chat_history_new (ChatStore *store, ChatConversationList *conversations, gint64 account, XmppSession *session,
                               ChatInbox *inbox);
/* Tests: how long a second of waiting is, and how long the archive may be silent. */
void         chat_history_set_times (ChatHistory *self, guint second_ms, guint timeout_ms);

G_END_DECLS
