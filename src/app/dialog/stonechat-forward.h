/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* Chooses chats to which a text is sent, as one's own message. */
#define STONECHAT_TYPE_FORWARD (stonechat_forward_get_type ())
G_DECLARE_FINAL_TYPE (StonechatForward, stonechat_forward, STONECHAT, FORWARD, AdwWindow)

GtkWidget *stonechat_forward_new (GtkWindow *parent, ChatProfile *profile, const char *text);

G_END_DECLS
