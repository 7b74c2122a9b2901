/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-conversation.h"

G_BEGIN_DECLS

/* All that is known of a message: when it was sent, came and was read, its ids, what it said before, and its XML. */
#define STONECHAT_TYPE_MESSAGE_DETAILS (stonechat_message_details_get_type ())
G_DECLARE_FINAL_TYPE (StonechatMessageDetails, stonechat_message_details, STONECHAT, MESSAGE_DETAILS, AdwWindow)

GtkWidget *stonechat_message_details_new (GtkWindow *parent, ChatConversation *conversation, ChatMessage *message);

G_END_DECLS
