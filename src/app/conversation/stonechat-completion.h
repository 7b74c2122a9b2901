/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* While ":" and two letters or more stand before the cursor, a list of what they may become hangs at the cursor of a text view.
 * The focus stays in the text. A name with both colons becomes its emoji by itself. */
#define STONECHAT_TYPE_COMPLETION (stonechat_completion_get_type ())
G_DECLARE_FINAL_TYPE (StonechatCompletion, stonechat_completion, STONECHAT, COMPLETION, GObject)

/* parent: contains the text view, and has a layout manager, which gives the list its place. */
StonechatCompletion *stonechat_completion_new     (GtkWidget *parent, GtkTextView *view);
/* TRUE: the key was for the list. */
gboolean             stonechat_completion_key     (StonechatCompletion *self, guint key, GdkModifierType state);
/* The user changed the text. */
void                 stonechat_completion_update  (StonechatCompletion *self);
void                 stonechat_completion_hide    (StonechatCompletion *self);

G_END_DECLS
