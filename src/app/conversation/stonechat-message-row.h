/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "chat-conversation.h"

G_BEGIN_DECLS

/* One message in the timeline, with the day or the unread line above it where it begins one. Recycled: item may be NULL
 * while its page is loading. */
#define STONECHAT_TYPE_MESSAGE_ROW (stonechat_message_row_get_type ())
G_DECLARE_FINAL_TYPE (StonechatMessageRow, stonechat_message_row, STONECHAT, MESSAGE_ROW, GtkWidget)

GtkWidget   *stonechat_message_row_new      (void);
void         stonechat_message_row_set_item (StonechatMessageRow *self, ChatMessage *item);
ChatMessage *stonechat_message_row_get_item (StonechatMessageRow *self);
/* Shows these bytes as selected; end -1: the message as a whole. */
void         stonechat_message_row_select   (StonechatMessageRow *self, int start, int end);
void         stonechat_message_row_unselect (StonechatMessageRow *self);
/* Marks what was found, an array of ChatRange, NULL: nothing; current: it is what is looked at. */
void         stonechat_message_row_highlight (StonechatMessageRow *self, GArray *ranges, gboolean current);
/* The byte of the message's text nearest to a point of the row. */
int          stonechat_message_row_get_index (StonechatMessageRow *self, double x, double y);
/* "sender, time, text, state" */
char        *stonechat_message_row_describe (ChatMessage *item);
/* Where in a row of this width its bubble begins; it has an item. */
int          stonechat_message_row_get_bubble_y (StonechatMessageRow *self, int width);
/* What can be done with the links and the code in its text: actions of the row. */
void         stonechat_message_row_add_to_menu (StonechatMessageRow *self, GMenu *menu);
/* Becomes the parent of its menu. */
void         stonechat_message_row_adopt      (StonechatMessageRow *self, GtkWidget *popover);
/* Where its bubble is, and on which side; FALSE: nowhere. */
gboolean     stonechat_message_row_get_bubble (StonechatMessageRow *self, GtkWidget *target, graphene_rect_t *bubble);
gboolean     stonechat_message_row_is_at_end  (StonechatMessageRow *self);

G_END_DECLS
