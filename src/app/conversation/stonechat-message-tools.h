/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "chat-profile.h"
#include "stonechat-timeline-view.h"

G_BEGIN_DECLS

/* Around the timeline: what is done to its messages. A small bar beside the message that has the pointer or the focus, one for
 * all of them and made when it is first needed; the menu of a message; the choice of an emoji; and the actions:
 *   conversation.menu, .pick-reaction, .copy-message, .copy-links, .retract, .hide, .pin-message, .mark-unread-from,
 *   .message-details, .forward "x" (row of the message), conversation.react "(xsb)" (row, emoji, whether it is to be there)
 * Its child is the scrolled window of the timeline. Properties: profile (ChatProfile), settings (GSettings), conversation (ChatConversation, nullable). */
#define STONECHAT_TYPE_MESSAGE_TOOLS (stonechat_message_tools_get_type ())
G_DECLARE_FINAL_TYPE (StonechatMessageTools, stonechat_message_tools, STONECHAT, MESSAGE_TOOLS, GtkWidget)

void stonechat_message_tools_set_conversation (StonechatMessageTools *self, ChatConversation *conversation);

G_END_DECLS
