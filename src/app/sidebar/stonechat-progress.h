/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "chat-account.h"
#include "chat-history.h"

G_BEGIN_DECLS

/* "Catching up · about 1200 left", with Pause or Go On: what a history that takes longer than a moment is doing. */
#define STONECHAT_TYPE_PROGRESS (stonechat_progress_get_type ())
G_DECLARE_FINAL_TYPE (StonechatProgress, stonechat_progress, STONECHAT, PROGRESS, GtkWidget)

/* For an account that has a history. */
GtkWidget   *stonechat_progress_new         (ChatAccount *account);
ChatAccount *stonechat_progress_get_account (StonechatProgress *self);
/* "Catching up · about 1200 left"; n_left -1: unknown. */
char        *stonechat_progress_line        (gboolean paused, int n_left);

G_END_DECLS
