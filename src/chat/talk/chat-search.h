/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation.h"
#include "chat-store-search.h"

G_BEGIN_DECLS

/* A message that was found, as it was then.
 * Properties, read-only: conversation (ChatConversation)  message (ChatMessage; its id is 0 where it is only in the archive
 *   on the server: chat_conversation_fetch_async () brings what was said then, so that one can go there) */
#define CHAT_TYPE_SEARCH_HIT (chat_search_hit_get_type ())
G_DECLARE_FINAL_TYPE (ChatSearchHit, chat_search_hit, CHAT, SEARCH_HIT, GObject)

ChatConversation *chat_search_hit_get_conversation (ChatSearchHit *self);
ChatMessage      *chat_search_hit_get_message      (ChatSearchHit *self);
/* Of ChatRange: bytes of the message's text, borrowed; empty where it was not the text that was looked for, or where the
 * server has other rules of what is the same. */
GArray           *chat_search_hit_get_ranges       (ChatSearchHit *self);

/* Nullable: what it is called in the archive. */
const char       *chat_search_hit_get_archive_id   (ChatSearchHit *self);

/* A search in all chats: a GListModel of ChatSearchHit, newest first, which stands until the first of the next query is
 * there.
 * Properties, read-only: busy (boolean)  more (boolean: chat_search_load_more () brings others)
 *   total (int64: that there are in all; -1: nobody counted)  incomplete (boolean: not all messages can be searched yet)
 *   can-ask (boolean: some account's server searches its archive)  asking (boolean: it does)
 *   asked (boolean: it has answered this query)  ask-failed (boolean: some archive gave no answer)
 *   ask-more (boolean: chat_search_ask_servers () once more goes further back)
 *   problem (string, nullable, translated: why the last search ended) */
#define CHAT_TYPE_SEARCH (chat_search_get_type ())
G_DECLARE_FINAL_TYPE (ChatSearch, chat_search, CHAT, SEARCH, GObject)

/* Begins anew; what was under way ends. NULL, or a query that asks for nothing: no hits. limit and before_… don't count. */
void        chat_search_set_query   (ChatSearch *self, const ChatSearchQuery *query);
void        chat_search_load_more   (ChatSearch *self);
/* The same query to the archives on the servers, where it has words to look for (XEP-0431); its newest hits that are not
 * among ours come into the model of chat_search_get_archive_hits (). */
void        chat_search_ask_servers (ChatSearch *self);
GListModel *chat_search_get_archive_hits (ChatSearch *self);

/* For the find bar and the calendar of one chat; see chat-store-search.h. */
void    chat_conversation_find_async  (ChatConversation *self, const char *text, gboolean newest, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GArray *chat_conversation_find_finish (ChatConversation *self, GAsyncResult *result, GError **error);
void    chat_conversation_days_async  (ChatConversation *self, gint64 from, gint64 to, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GArray *chat_conversation_days_finish (ChatConversation *self, GAsyncResult *result, GError **error);
void    chat_conversation_find_archived_async  (ChatConversation *self, const char *archive_id, gint64 time, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GArray *chat_conversation_find_archived_finish (ChatConversation *self, GAsyncResult *result, GError **error);

G_END_DECLS
