/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation-list.h"
#include "chat-store-talk.h"

G_BEGIN_DECLS

/* Settings of an account that its outbox writes: how long a stanza may be, as the server says; how long one was that it refused
 * without having said that. */
#define CHAT_SETTING_MAX_BYTES "max-stanza-bytes"
#define CHAT_SETTING_REFUSED_BYTES "refused-stanza-bytes"

/* What the list of conversations does to one of them. */
ChatConversation *chat_conversation_new             (ChatConversationList *list, ChatStore *store, gint64 account_id,
                                                     XmppJid *own, ChatAccount *account, XmppJid *jid);
/* After a commit: the row as it is now. */
void              chat_conversation_set_row         (ChatConversation *self, const ChatConversationRow *row);
/* The same at the start, when nobody can have asked to be told. */
void              chat_conversation_load_row        (ChatConversation *self, const ChatConversationRow *row);
/* New rows of it (of ChatMessageRow), by position. */
void              chat_conversation_add_rows        (ChatConversation *self, GPtrArray *rows);
/* One that is there, as it is now. */
void              chat_conversation_change_row      (ChatConversation *self, const ChatMessageRow *row);
/* The same, but it stands elsewhere. */
void              chat_conversation_move_row        (ChatConversation *self, const ChatMessageRow *row);
/* Outside of the timeline, for a notification. */
ChatMessage      *chat_conversation_make_message    (ChatConversation *self, const ChatMessageRow *row);
void              chat_conversation_change_state    (ChatConversation *self, const ChatMessageRow *row);
void              chat_conversation_set_contact     (ChatConversation *self, ChatContact *contact);
void              chat_conversation_set_shown       (ChatConversation *self, gboolean shown);
/* Another one is shown: the line over what was unread goes. */
void              chat_conversation_leave           (ChatConversation *self);
/* Of its account: a page of the archive came, or a gap was opened or dropped. */
void              chat_conversation_gaps_changed    (ChatConversation *self);
/* FALSE: this one, or a later one, was told before. */
gboolean          chat_conversation_take_news       (ChatConversation *self, const ChatMessageRow *row);
/* The history's: older messages are on their way; nothing older is in the archive. */
void              chat_conversation_set_filling     (ChatConversation *self, gboolean filling);
void              chat_conversation_set_complete    (ChatConversation *self, gboolean complete);
void              chat_conversation_set_peer_state  (ChatConversation *self, XmppChatState state);
/* They see our presence (S-110), and it was not switched off. */
gboolean          chat_conversation_may_tell      (ChatConversation *self, ChatPrivacy what);
/* The same for writing, and their client did not show that it makes nothing of it. */
gboolean          chat_conversation_wants_states    (ChatConversation *self);
/* A body came: with or without a chat state (XEP-0085 §5.1). */
void              chat_conversation_set_peer_speaks_states (ChatConversation *self, gboolean speaks);
void              chat_conversation_flush           (ChatConversation *self);
gint64            chat_conversation_get_account_id  (ChatConversation *self);
gint64            chat_conversation_get_activity    (ChatConversation *self);
gboolean          chat_conversation_get_note_to_self (ChatConversation *self);
gint64            chat_conversation_get_pinned_since (ChatConversation *self);   /* 0: it is not */
/* Something was said in it, or a draft waits. */
gboolean          chat_conversation_is_listed       (ChatConversation *self);
void              chat_conversation_set_blocked     (ChatConversation *self, gboolean blocked);

/* Borrowed, nullable. */
ChatConversation *chat_conversation_list_get_shown    (ChatConversationList *self);
/* What conversations and boxes tell the list. */
void              chat_conversation_list_apply_lot    (ChatConversationList *self, const ChatAddedLot *added);
void              chat_conversation_list_gaps_changed (ChatConversationList *self, gint64 account);
void              chat_conversation_list_apply_states (ChatConversationList *self, GPtrArray *rows /* of ChatMessageRow */);
void              chat_conversation_list_apply_row    (ChatConversationList *self, const ChatConversationRow *row);
void              chat_conversation_list_place        (ChatConversationList *self, ChatConversation *conversation);
void              chat_conversation_list_tell_queued  (ChatConversationList *self, ChatConversation *conversation, const ChatMessageRow *row);
void              chat_conversation_list_tell_state   (ChatConversationList *self, ChatConversation *conversation, XmppChatState state);
void              chat_conversation_list_tell_read    (ChatConversationList *self, ChatConversation *conversation);
void              chat_conversation_list_tell_read_up_to (ChatConversationList *self, ChatConversation *conversation, gint64 message);
void              chat_conversation_list_tell_refused   (ChatConversationList *self, ChatConversation *conversation, const char *sentence);
void              chat_conversation_list_tell_sorted    (ChatConversationList *self);
void              chat_conversation_list_tell_fill_wanted (ChatConversationList *self, ChatConversation *conversation, gint64 position);
/* FALSE: the account has nobody who could. */
gboolean          chat_conversation_list_tell_fetch_wanted (ChatConversationList *self, ChatConversation *conversation, gint64 time, GTask *task);
ChatConversation *chat_conversation_list_lookup       (ChatConversationList *self, gint64 account, XmppJid *jid);   /* borrowed, nullable */

G_END_DECLS
