/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-blocks.h"
#include "chat-contact.h"
#include "chat-store.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

/* Everyone on the rosters of all accounts, and everyone who asks to be: fed by the store at the start and by the sessions'
 * roster and presence modules afterwards. Has "contacts" and "requests" as list models. */
#define CHAT_TYPE_ROSTER (chat_roster_get_type ())
G_DECLARE_FINAL_TYPE (ChatRoster, chat_roster, CHAT, ROSTER, GObject)

ChatRoster  *chat_roster_new            (ChatStore *store);
GListModel  *chat_roster_get_contacts   (ChatRoster *self);
GListModel  *chat_roster_get_requests   (ChatRoster *self);      /* but of those who are blocked */
ChatBlocks  *chat_roster_get_blocks     (ChatRoster *self);
void         chat_roster_load           (ChatRoster *self, const ChatSnapshot *snapshot, GListModel *accounts);
void         chat_roster_add_session    (ChatRoster *self, ChatAccount *account, XmppSession *session);
void         chat_roster_remove_session (ChatRoster *self, ChatAccount *account);
/* Takes the account's people out of the lists (not out of the store). */
void         chat_roster_remove_account (ChatRoster *self, ChatAccount *account);
ChatContact *chat_roster_find           (ChatRoster *self, ChatAccount *account, XmppJid *jid);   /* borrowed */
/* NULL while the account is not online. */
XmppSession *chat_roster_get_session    (ChatRoster *self, ChatAccount *account);
/* Stores what waits to be stored. Before the sessions and the store are closed. */
void         chat_roster_flush          (ChatRoster *self);
void         chat_roster_forget_request (ChatRoster *self, ChatAccount *account, XmppJid *jid);

G_END_DECLS
