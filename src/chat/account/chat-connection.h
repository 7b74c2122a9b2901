/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-account.h"
#include "chat-conversation-list.h"
#include "chat-credentials.h"
#include "chat-outbox.h"
#include "chat-profile.h"
#include "chat-roster.h"
#include "chat-store.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

/* Keeps one account online as long as it should be: when to try, when to try again, when to ask instead. In the words of the
 * account's states: an attempt is "connecting"; its failure leads to "waiting" and by a timer to the next, or to "attention",
 * from where only the user, going offline and back, or a better certificate leads on. */
#define CHAT_TYPE_CONNECTION (chat_connection_get_type ())
G_DECLARE_FINAL_TYPE (ChatConnection, chat_connection, CHAT, CONNECTION, GObject)

/* credentials nullable: passwords stay in memory. config is copied as far as it is needed. */
ChatConnection *chat_connection_new          (ChatAccount *account, ChatStore *store, ChatCredentials *credentials,
                                              ChatConversationList *conversations, ChatRoster *roster,
                                              const ChatProfileConfig *config);
ChatAccount    *chat_connection_get_account  (ChatConnection *self);
XmppSession    *chat_connection_get_session  (ChatConnection *self);
ChatOutbox     *chat_connection_get_outbox   (ChatConnection *self);
/* A password that is known to be right, or is to be tried first; kept in memory. */
void            chat_connection_set_password (ChatConnection *self, XmppSecret *password);
/* A log-in that keeps its stream: the first attempt takes it. */
void            chat_connection_set_login    (ChatConnection *self, XmppLogin *login);
void            chat_connection_update       (ChatConnection *self);    /* goes where the account's settings want it */
void            chat_connection_retry_now    (ChatConnection *self);    /* the network is back */
void            chat_connection_network_changed (ChatConnection *self); /* online: asks for a sign of life */
void            chat_connection_suspend      (ChatConnection *self, gboolean asleep);    /* the computer goes to sleep, or wakes up */
void            chat_connection_set_active   (ChatConnection *self, gboolean active);
void            chat_connection_stop         (ChatConnection *self);    /* closes, and does not come back */

G_END_DECLS
