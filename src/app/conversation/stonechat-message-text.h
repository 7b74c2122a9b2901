/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "chat-conversation.h"

G_BEGIN_DECLS

/* The text of a message with its time and state in the last line's corner: one bubble, laid out by one PangoLayout. Never
 * takes markup (S-89); links are found in it, opened by a click or a key. */
#define STONECHAT_TYPE_MESSAGE_TEXT (stonechat_message_text_get_type ())
G_DECLARE_FINAL_TYPE (StonechatMessageText, stonechat_message_text, STONECHAT, MESSAGE_TEXT, GtkWidget)

GtkWidget  *stonechat_message_text_new       (void);
void        stonechat_message_text_set       (StonechatMessageText *self, const char *text, const char *meta);
/* The mark behind the time, and what is said where the pointer rests on the two. */
void        stonechat_message_text_set_state (StonechatMessageText *self, ChatMessageState state, const char *tip);
const char *stonechat_message_text_get_text  (StonechatMessageText *self);
/* The byte of the text nearest to a point, between two characters. */
int         stonechat_message_text_get_index (StonechatMessageText *self, double x, double y);
/* Draws these bytes as selected; start == end: none. */
void        stonechat_message_text_select    (StonechatMessageText *self, int start, int end);
/* The first link in it, NULL: none. Owned by the widget. */
const char *stonechat_message_text_get_link  (StonechatMessageText *self);

G_END_DECLS
