/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation-private.h"

G_BEGIN_DECLS

/* Which of what came is told as news. What was said just now is told at once; what is older (it waited on the server, or comes
 * from the archive) when no more of it came for a second, so that a chat is told of once, and not of what turns out to have
 * been read elsewhere (W-13). */
typedef struct _ChatNews ChatNews;
typedef void (*ChatNewsFunc) (ChatConversation *conversation, const ChatMessageRow *row, gpointer user_data);

ChatNews *chat_news_new    (ChatNewsFunc tell, gpointer user_data);
void      chat_news_free   (ChatNews *self);
/* Of one lot and chat the newest; the conversation has its row already. */
void      chat_news_take   (ChatNews *self, ChatConversation *conversation, const ChatMessageRow *row);
/* It goes. */
void      chat_news_forget (ChatNews *self, ChatConversation *conversation);

G_END_DECLS
