/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation-list.h"
#include "chat-search.h"
#include "xmpp-archive-module.h"

G_BEGIN_DECLS

ChatSearch    *chat_search_new         (ChatStore *store, ChatConversationList *conversations);
/* An account whose server may be asked, for as long as its session lives. */
void           chat_search_add_archive (ChatSearch *self, gint64 account, XmppJid *own, XmppArchiveModule *archive);

/* ranges: transfer full. Ids: nullable. */
ChatSearchHit *chat_search_hit_new     (ChatConversation *conversation, ChatMessage *message, GArray *ranges,
                                        const char *stanza_id, const char *archive_id);
const char *const *chat_search_hit_get_ids (ChatSearchHit *self);    /* two, nullable */

/* The archives of some accounts, asked for the same. */
typedef struct _ChatSearchArchives ChatSearchArchives;
ChatSearchArchives *chat_search_archives_new     (ChatConversationList *conversations, GCallback changed, gpointer data);
void                chat_search_archives_free    (ChatSearchArchives *self);
void                chat_search_archives_add     (ChatSearchArchives *self, gint64 account, XmppJid *own, XmppArchiveModule *archive);
gboolean            chat_search_archives_can_ask (ChatSearchArchives *self);
gboolean            chat_search_archives_get_asking (ChatSearchArchives *self);
gboolean            chat_search_archives_get_asked  (ChatSearchArchives *self);
gboolean            chat_search_archives_get_failed (ChatSearchArchives *self);
gboolean            chat_search_archives_get_more   (ChatSearchArchives *self);
/* It is here, so it is no hit of theirs. */
void                chat_search_archives_forget     (ChatSearchArchives *self, ChatSearchHit *known);
GListModel         *chat_search_archives_get_hits   (ChatSearchArchives *self);
/* known: GListModel of ChatSearchHit, which are left out. */
void                chat_search_archives_ask     (ChatSearchArchives *self, const ChatSearchQuery *query, GListModel *known);
void                chat_search_archives_clear   (ChatSearchArchives *self);   /* what is under way ends */

G_END_DECLS
