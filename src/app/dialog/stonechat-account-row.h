/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* An account in a list: its name, how it is, whether it is used, and the way to its settings. */
#define STONECHAT_TYPE_ACCOUNT_ROW (stonechat_account_row_get_type ())
G_DECLARE_FINAL_TYPE (StonechatAccountRow, stonechat_account_row, STONECHAT, ACCOUNT_ROW, AdwActionRow)

GtkWidget *stonechat_account_row_new (ChatProfile *profile, ChatAccount *account);

G_END_DECLS
