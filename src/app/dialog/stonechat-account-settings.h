/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* Everything that can be set about an account that is there already. Opens with the focus at what the account needs. */
#define STONECHAT_TYPE_ACCOUNT_SETTINGS (stonechat_account_settings_get_type ())
G_DECLARE_FINAL_TYPE (StonechatAccountSettings, stonechat_account_settings, STONECHAT, ACCOUNT_SETTINGS, AdwWindow)

GtkWidget *stonechat_account_settings_new (GtkWindow *parent, ChatProfile *profile, ChatAccount *account);

G_END_DECLS
