/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "xmpp-types.h"

G_BEGIN_DECLS

/* A person's picture, for now initials on a colour, with a presence badge that differs by shape as well as by colour.
 * Properties: name (string), availability (XmppAvailability), size (int), show-presence (boolean). */
#define STONECHAT_TYPE_AVATAR (stonechat_avatar_get_type ())
G_DECLARE_FINAL_TYPE (StonechatAvatar, stonechat_avatar, STONECHAT, AVATAR, GtkWidget)

const char *stonechat_availability_word (XmppAvailability availability);

G_END_DECLS
