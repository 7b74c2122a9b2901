/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A row of the sidebar: a chat (ChatConversation), a contact (ChatContact) or the heading of a group (StonechatGroup). */
#define STONECHAT_TYPE_CHAT_ROW (stonechat_chat_row_get_type ())
G_DECLARE_FINAL_TYPE (StonechatChatRow, stonechat_chat_row, STONECHAT, CHAT_ROW, GtkWidget)

GtkWidget *stonechat_chat_row_new              (void);
void       stonechat_chat_row_set_item         (StonechatChatRow *self, gpointer item);
/* Whether it says of which account it is (W-22). */
void       stonechat_chat_row_set_show_account (StonechatChatRow *self, gboolean show);
/* What a screen reader says; also the list item's label. */
char      *stonechat_chat_row_describe         (StonechatChatRow *self);

G_END_DECLS
