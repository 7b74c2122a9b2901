/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* One conversation: header, subscription line, timeline, composer. Properties: profile, settings (GSettings), conversation (nullable), folded
 * (boolean: it stands alone, with a way back). */
#define STONECHAT_TYPE_CONVERSATION_PAGE (stonechat_conversation_page_get_type ())
G_DECLARE_FINAL_TYPE (StonechatConversationPage, stonechat_conversation_page, STONECHAT, CONVERSATION_PAGE, GtkWidget)

void              stonechat_conversation_page_set_conversation (StonechatConversationPage *self, ChatConversation *conversation);
ChatConversation *stonechat_conversation_page_get_conversation (StonechatConversationPage *self);
void              stonechat_conversation_page_focus_composer   (StonechatConversationPage *self);
void              stonechat_conversation_page_focus_timeline   (StonechatConversationPage *self);
/* What can be done with the chat. */
void              stonechat_conversation_page_focus_header     (StonechatConversationPage *self);
gboolean          stonechat_conversation_page_is_in_header     (StonechatConversationPage *self, GtkWidget *widget);

G_END_DECLS
