/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation-list.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

/* The way out for one account: sends what the store has queued whenever the session is online, in the order of typing, and
 * keeps the stored stream management state in step: when a stream begins or ends, and with what is sent.
 * Lives as long as the session; made before connecting and before stored stream management state is set. */
#define CHAT_TYPE_OUTBOX (chat_outbox_get_type ())
G_DECLARE_FINAL_TYPE (ChatOutbox, chat_outbox, CHAT, OUTBOX, GObject)

ChatOutbox *chat_outbox_new        (ChatStore *store, ChatConversationList *conversations, gint64 account, XmppSession *session);
/* The inbox met an error. It counts for our message with that id only if it went to that address (S-18, R-29). callback
 * comes after the commit and ends with chat_outbox_take_error_finish (). */
void        chat_outbox_take_error_async  (ChatOutbox *self, XmppJid *from, const char *id, const GError *reason,
                                           GAsyncReadyCallback callback, gpointer user_data);
gboolean    chat_outbox_take_error_finish (ChatOutbox *self, GAsyncResult *result, GError **error);

/* Messages that the server does not have yet, as far as one knows. */
guint       chat_outbox_get_n_waiting     (ChatOutbox *self);
/* The last end of the link is put down to messages: they have failed, or go out one by one the next time. */
gboolean    chat_outbox_get_blamed        (ChatOutbox *self);

G_END_DECLS
