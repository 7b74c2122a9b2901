/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* The settings that hold for the whole program, and the way to those of each account. */
#define STONECHAT_TYPE_PREFERENCES (stonechat_preferences_get_type ())
G_DECLARE_FINAL_TYPE (StonechatPreferences, stonechat_preferences, STONECHAT, PREFERENCES, AdwPreferencesWindow)

GtkWidget *stonechat_preferences_new         (GtkWindow *parent, GSettings *settings);
/* With it the accounts are shown. */
void       stonechat_preferences_set_profile (StonechatPreferences *self, ChatProfile *profile);
/* The focus goes to the row with this name in the template. */
void       stonechat_preferences_go_to       (StonechatPreferences *self, const char *row);

G_END_DECLS
