/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Chooses an emoji for a message: the last used ones, and all of them behind a button.
 * Signal: "picked" (const char *emoji, gboolean on). */
#define STONECHAT_TYPE_REACTION_PICKER (stonechat_reaction_picker_get_type ())
G_DECLARE_FINAL_TYPE (StonechatReactionPicker, stonechat_reaction_picker, STONECHAT, REACTION_PICKER, GtkPopover)

#define STONECHAT_REACTION_PICKER_LAST 6

/* The last used ones are the setting "recent-reactions". */
GtkWidget *stonechat_reaction_picker_new  (GSettings *settings);
/* reactions: as they are stored; one's own stand in the row, too, and are taken away by it. */
void       stonechat_reaction_picker_show (StonechatReactionPicker *self, const char *reactions);

G_END_DECLS
