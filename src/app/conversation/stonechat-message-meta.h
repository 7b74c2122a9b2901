/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "chat-conversation.h"

G_BEGIN_DECLS

/* The time and the mark behind it in the corner of a bubble. No widget of its own: there is one in each row. */
typedef struct {
  char *text;
  ChatMessageState state;
  PangoLayout *layout;
} StonechatMessageMeta;

/* FALSE: it said that before. */
gboolean stonechat_message_meta_set      (StonechatMessageMeta *self, const char *text);
/* Fonts have changed. */
void     stonechat_message_meta_forget   (StonechatMessageMeta *self);
void     stonechat_message_meta_get_size (StonechatMessageMeta *self, GtkWidget *widget, int *width, int *height);
/* In the corner of the widget at the end of its last line. color: that of the text. */
void     stonechat_message_meta_snapshot (StonechatMessageMeta *self, GtkWidget *widget, GtkSnapshot *snapshot, gboolean rtl,
                                          const GdkRGBA *color);
void     stonechat_message_meta_clear    (StonechatMessageMeta *self);

G_END_DECLS
