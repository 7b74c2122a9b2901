/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-blocks.h"
#include "chat-store.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

/* For the roster, which brings the sessions. */
ChatBlocks *chat_blocks_new            (ChatStore *store);
void        chat_blocks_add_session    (ChatBlocks *self, ChatAccount *account, XmppSession *session);
void        chat_blocks_remove_session (ChatBlocks *self, ChatAccount *account);

G_END_DECLS
