/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>
#include "chat-conversation.h"

G_BEGIN_DECLS

/* What can be done to a message, and nothing that can't. All but message.copy name the message by its row, so that they are
 * of no other one, whatever comes meanwhile. parts: nullable, what can be done with parts of its text. */
GMenu   *stonechat_message_menu_new       (ChatConversation *conversation, ChatMessage *message, GMenuModel *parts);
/* A line of ours in place of what was said can't be answered; nor can an announcement. */
gboolean stonechat_message_menu_may_reply (ChatConversation *conversation, ChatMessage *message);
/* Why the action of that name can't be done to it, for who pressed its key; NULL: it can. */
const char *stonechat_message_menu_refuse (ChatConversation *conversation, ChatMessage *message, const char *action);
/* Something that a person said and that is still there to be read. */
gboolean stonechat_message_menu_is_text   (ChatMessage *message);
/* Its links, one in a line; NULL: none; to be freed. */
char    *stonechat_message_menu_dup_links (ChatMessage *message, guint *n);

G_END_DECLS
