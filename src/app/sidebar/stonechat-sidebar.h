/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* Chats and contacts beside the conversation, with the search over both and the requests on top of the contacts. */
#define STONECHAT_TYPE_SIDEBAR (stonechat_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (StonechatSidebar, stonechat_sidebar, STONECHAT, SIDEBAR, GtkWidget)

void stonechat_sidebar_set_profile  (StonechatSidebar *self, ChatProfile *profile);
void stonechat_sidebar_set_status   (StonechatSidebar *self, GtkWidget *button);
void stonechat_sidebar_select       (StonechatSidebar *self, ChatConversation *conversation);
void stonechat_sidebar_focus_search (StonechatSidebar *self);
void stonechat_sidebar_focus_list   (StonechatSidebar *self);
void stonechat_sidebar_focus_requests (StonechatSidebar *self);
/* The chats as they are shown, of ChatConversation; borrowed. */
GListModel *stonechat_sidebar_get_chats (StonechatSidebar *self);

G_END_DECLS
