/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation.h"
#include "chat-store.h"

G_BEGIN_DECLS

/* All conversations of a profile: a GListModel of those in which something was said or a draft waits: pinned ones
 * on top, the last pinned first, then the others, the last active first. It is the hub between the store, the inboxes and outboxes of the accounts, and the conversations.
 *
 * Signals: "message-arrived" (ChatConversation *, ChatMessage *, gboolean from_contact): new, not ours, not read, not looked
 *   at; of what came together only the newest of each chat (W-13). "message-read" (ChatConversation *): nothing in it is
 *   unread any more, read here or elsewhere. "refused" (ChatConversation *, char *sentence): what the user did in it did not
 *   work, perhaps long ago. "sorted" (): what is unread, archived, muted or marked has changed in some, told
 *   once for all that changed together. For what each account has: "read-up-to" (ChatConversation *, gint64 row id:
 *   seen), "fill-wanted" (ChatConversation *, gint64 position: what is missing there and above, from the archive),
 *   "fetch-wanted" (ChatConversation *, gint64 time, GTask *: what was said then; TRUE: a reference of the task was taken), "message-queued" (ChatConversation *,
 *   gpointer row: const ChatMessageRow), "chat-state" (ChatConversation *, XmppChatState). */
#define CHAT_TYPE_CONVERSATION_LIST (chat_conversation_list_get_type ())
G_DECLARE_FINAL_TYPE (ChatConversationList, chat_conversation_list, CHAT, CONVERSATION_LIST, GObject)

ChatConversationList *chat_conversation_list_new         (ChatStore *store);
/* An account must be added before its conversations appear; account may be NULL in tests. Its properties "state" and
 * "status-line" are followed for waiting-reason. Removing it takes its conversations away (not out of the store). */
void              chat_conversation_list_add_account     (ChatConversationList *self, gint64 id, XmppJid *jid, ChatAccount *account);
void              chat_conversation_list_remove_account  (ChatConversationList *self, gint64 id);
/* Contacts join their conversations by account and address and are followed as the model changes. A GListModel of ChatContact. */
void              chat_conversation_list_set_contacts    (ChatConversationList *self, GListModel *contacts);
/* Who is blocked: their chats are not in the model, and nothing in them is told of. Without it nobody is. */
typedef gboolean (*ChatBlockedFunc) (gint64 account, XmppJid *jid, gpointer user_data);
void              chat_conversation_list_set_blocked_func (ChatConversationList *self, ChatBlockedFunc func, gpointer user_data);
void              chat_conversation_list_update_blocked   (ChatConversationList *self, gint64 account);
/* After add_account: fills the list with what chat_store_open_finish () read. */
void              chat_conversation_list_load            (ChatConversationList *self, const ChatSnapshot *snapshot);
/* Finds or makes the conversation; it is in the model only once something is in it. Borrowed. */
ChatConversation *chat_conversation_list_open            (ChatConversationList *self, gint64 account, XmppJid *jid);
/* Nullable: nobody looks. Messages that arrive in the shown one are no news; what is seen of them is told by
 * chat_conversation_read_up_to (). */
void              chat_conversation_list_set_shown       (ChatConversationList *self, ChatConversation *shown);
/* The one that was shown last is not only out of sight, as in a window that is not in front. */
void              chat_conversation_list_leave           (ChatConversationList *self);
/* Writes drafts that wait for their delay. Call before chat_store_close_async (). */
void              chat_conversation_list_flush           (ChatConversationList *self);

G_END_DECLS
