/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "chat-conversation.h"

G_BEGIN_DECLS

/* What is selected in a timeline: a part of one message, or whole messages from one to another (W-27). Its two ends are
 * messages, not positions, so it stays on them whatever comes above; it goes when one of them does.
 *
 * Signal: changed. */
#define STONECHAT_TYPE_SELECTION (stonechat_selection_get_type ())
G_DECLARE_FINAL_TYPE (StonechatSelection, stonechat_selection, STONECHAT, SELECTION, GObject)

#define STONECHAT_SELECTION_WHOLE (-1)    /* an index: the message as a whole */

StonechatSelection *stonechat_selection_new (void);
void     stonechat_selection_set_timeline   (StonechatSelection *self, ChatTimeline *timeline);   /* nullable; selects nothing */
gboolean stonechat_selection_is_empty       (StonechatSelection *self);
void     stonechat_selection_clear          (StonechatSelection *self);
/* Begins at a byte of a message's text; nothing is selected before it is extended, unless index is WHOLE. */
void     stonechat_selection_start          (StonechatSelection *self, gint64 message, int index);
void     stonechat_selection_extend         (StonechatSelection *self, gint64 message, int index);
/* FALSE: nothing of this row. *end WHOLE: all of it. */
gboolean stonechat_selection_get_range      (StonechatSelection *self, guint position, int *start, int *end);
/* Reads in what is not in memory, then sets the clipboard: a part as plain text, messages as lines "[time] name: text". */
void     stonechat_selection_copy           (StonechatSelection *self, GdkClipboard *clipboard);

G_END_DECLS
