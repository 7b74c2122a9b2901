/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-profile.h"

G_BEGIN_DECLS

/* Notifications and sounds for new messages of a profile. */
#define STONECHAT_TYPE_NOTIFIER (stonechat_notifier_get_type ())
G_DECLARE_FINAL_TYPE (StonechatNotifier, stonechat_notifier, STONECHAT, NOTIFIER, GObject)

/* application holds it. is_private: the profile is not the usual one, so that the desktop doesn't know its name. */
StonechatNotifier *stonechat_notifier_new (GApplication *application, ChatProfile *profile, GSettings *settings, gboolean is_private);

G_END_DECLS
