/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "xmpp-types.h"

G_BEGIN_DECLS

/* A person's picture, for now initials on a colour, with a presence badge that differs by shape as well as by colour.
 * Properties: name (string), address (string, chooses the colour; without it the name does), availability
 * (XmppAvailability), size (int), show-presence (boolean), show-picture (boolean; FALSE: the badge alone, in this size). */
#define STONECHAT_TYPE_AVATAR (stonechat_avatar_get_type ())
G_DECLARE_FINAL_TYPE (StonechatAvatar, stonechat_avatar, STONECHAT, AVATAR, GtkWidget)

const char *stonechat_availability_word (XmppAvailability availability);

/* The same picture drawn by another widget, for rows of which there are hundreds. x is that of its left edge. */
void        stonechat_avatar_draw       (GtkWidget *widget, GtkSnapshot *snapshot, double x, double y, int size, const char *name,
                                         const char *address);
void        stonechat_avatar_draw_badge (GtkWidget *widget, GtkSnapshot *snapshot, double x, double y, int size,
                                         XmppAvailability availability);

/* One or two letters that stand for a name; to be freed. */
char       *stonechat_initials          (const char *name);

G_END_DECLS
