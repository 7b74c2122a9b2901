/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* The page on which an account is signed in, in the window at first and in a dialog later. Signal: "done". */
#define STONECHAT_TYPE_SIGN_IN (stonechat_sign_in_get_type ())
G_DECLARE_FINAL_TYPE (StonechatSignIn, stonechat_sign_in, STONECHAT, SIGN_IN, GtkWidget)

GtkWidget *stonechat_sign_in_new (ChatProfile *profile);

G_END_DECLS
