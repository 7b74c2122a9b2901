/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* One's own picture with presence; opens one's status and the accounts. */
#define STONECHAT_TYPE_STATUS_BUTTON (stonechat_status_button_get_type ())
G_DECLARE_FINAL_TYPE (StonechatStatusButton, stonechat_status_button, STONECHAT, STATUS_BUTTON, AdwBin)

GtkWidget *stonechat_status_button_new (ChatProfile *profile);

G_END_DECLS
