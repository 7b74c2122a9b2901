/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* Switches for what others are told by itself: for all chats, for those of an account, or for one. */
#define STONECHAT_TYPE_PRIVACY_GROUP (stonechat_privacy_group_get_type ())
G_DECLARE_FINAL_TYPE (StonechatPrivacyGroup, stonechat_privacy_group, STONECHAT, PRIVACY_GROUP, AdwPreferencesGroup)

/* account and jid nullable: for all accounts, for all chats of it. Before the first look. */
void stonechat_privacy_group_set_scope (StonechatPrivacyGroup *self, ChatProfile *profile, ChatAccount *account, XmppJid *jid);

G_END_DECLS
