/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* What of an account's messages is kept where: on this device, and in the archive on the server. */
#define STONECHAT_TYPE_HISTORY_GROUP (stonechat_history_group_get_type ())
G_DECLARE_FINAL_TYPE (StonechatHistoryGroup, stonechat_history_group, STONECHAT, HISTORY_GROUP, AdwPreferencesGroup)

/* Once. */
void stonechat_history_group_set_account (StonechatHistoryGroup *self, ChatAccount *account);

G_END_DECLS
