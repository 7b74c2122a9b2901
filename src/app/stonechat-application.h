/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The program: command line, profile, window, notifications. Each profile has a D-Bus name of its own, so that a second start
 * of the same raises the first, and different ones run side by side. */
#define STONECHAT_TYPE_APPLICATION (stonechat_application_get_type ())
G_DECLARE_FINAL_TYPE (StonechatApplication, stonechat_application, STONECHAT, APPLICATION, AdwApplication)

/* profile: the folder of --profile, NULL for the default. */
StonechatApplication *stonechat_application_new (const char *profile, const char *provision, gboolean quit);
/* After g_application_run (): 0, or 1 where provisioning or opening failed. */
int                   stonechat_application_get_status (StonechatApplication *self);

G_END_DECLS
