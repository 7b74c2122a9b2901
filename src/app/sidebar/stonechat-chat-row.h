/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A chat in the list, or a contact: picture, name, one line below. Property: item (ChatConversation or ChatContact). */
#define STONECHAT_TYPE_CHAT_ROW (stonechat_chat_row_get_type ())
G_DECLARE_FINAL_TYPE (StonechatChatRow, stonechat_chat_row, STONECHAT, CHAT_ROW, GtkWidget)

GtkWidget *stonechat_chat_row_new      (void);
void       stonechat_chat_row_set_item (StonechatChatRow *self, gpointer item);
/* What a screen reader says; also the list item's label. */
char      *stonechat_chat_row_describe (gpointer item);

G_END_DECLS
