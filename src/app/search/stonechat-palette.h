/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* One field to go anywhere and to do anything: people, chats, actions and settings. What is chosen is activated as an action. */
#define STONECHAT_TYPE_PALETTE (stonechat_palette_get_type ())
G_DECLARE_FINAL_TYPE (StonechatPalette, stonechat_palette, STONECHAT, PALETTE, GtkPopover)

/* Over parent, which unparents it before it goes. */
GtkWidget *stonechat_palette_new  (GtkWidget *parent, ChatProfile *profile);
/* target: where actions are activated, so the chat's page where one is open; borrowed. shown: that chat, nullable. */
void       stonechat_palette_open (StonechatPalette *self, GtkWidget *target, ChatConversation *shown);

G_END_DECLS
