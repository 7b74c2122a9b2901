/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* Who is blocked on an account, and where that ends. */
#define STONECHAT_TYPE_BLOCKED_GROUP (stonechat_blocked_group_get_type ())
G_DECLARE_FINAL_TYPE (StonechatBlockedGroup, stonechat_blocked_group, STONECHAT, BLOCKED_GROUP, AdwPreferencesGroup)

void stonechat_blocked_group_set_account (StonechatBlockedGroup *self, ChatProfile *profile, ChatAccount *account);

G_END_DECLS
