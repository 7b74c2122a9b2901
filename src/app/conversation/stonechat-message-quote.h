/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a message answers, above its text and in the same bubble: a bar, who said it, and one or two lines of it. A click or Enter
 * goes there (conversation.go-to). It draws its texts itself, for a label takes much longer to lay out. */
#define STONECHAT_TYPE_MESSAGE_QUOTE (stonechat_message_quote_get_type ())
G_DECLARE_FINAL_TYPE (StonechatMessageQuote, stonechat_message_quote, STONECHAT, MESSAGE_QUOTE, GtkWidget)

GtkWidget *stonechat_message_quote_new (void);
/* message: its row, 0: it is not here, and nothing happens when it is clicked. name: nullable. own: it was said by oneself.
 * text: NULL: it was taken back, or nobody knows what it said. */
void       stonechat_message_quote_set (StonechatMessageQuote *self, gint64 message, const char *name, const char *address, const char *text);
gint64     stonechat_message_quote_get_message (StonechatMessageQuote *self);

G_END_DECLS
