/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What is done with files and pictures that are pasted or dropped; files: of GFile, NULL for a picture without one. */
typedef void (*StonechatAttachFunc) (GPtrArray *files, gpointer user_data);

/* They are taken before the text view would put in their paths; text and links come in as ever. */
void stonechat_attaching_watch (GtkTextView *view, StonechatAttachFunc attach, gpointer user_data);

G_END_DECLS
