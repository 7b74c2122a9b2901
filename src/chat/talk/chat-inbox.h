/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation-list.h"
#include "chat-outbox.h"
#include "chat-store-talk.h"
#include "xmpp-archive-module.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

/* The way in for one account: listens to the message module of the session (which must have been made with it) and takes
 * every message through the named stages in chat-inbox.c. Lives as long as the session; made before connecting. A stanza's
 * ticket is released after the commit, or when it is dropped; the stream management state is stored with the message. */
#define CHAT_TYPE_INBOX (chat_inbox_get_type ())
G_DECLARE_FINAL_TYPE (ChatInbox, chat_inbox, CHAT, INBOX, GObject)

/* account: its row's id. outbox: takes the errors. */
ChatInbox *chat_inbox_new (ChatStore *store, ChatConversationList *conversations, gint64 account, XmppSession *session, ChatOutbox *outbox);
/* A page of the own archive, into the store and into the conversations. where: what part it is of. Finish gives what came of
 * it (transfer full); CHAT_ERROR_STORE_… or _NOT_POSSIBLE, the gap being gone: nothing was changed. */
void          chat_inbox_take_page_async  (ChatInbox *self, XmppArchivePage *page, const ChatPage *where,
                                           GAsyncReadyCallback callback, gpointer user_data);
ChatAddedLot *chat_inbox_take_page_finish (ChatInbox *self, GAsyncResult *result, GError **error);

G_END_DECLS
