/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* One's status, for all accounts or for one, and the accounts. A choice is told at once; text and priority when Enter is
 * pressed or the popover closes, so that others don't see them being typed. */
#define STONECHAT_TYPE_STATUS_POPOVER (stonechat_status_popover_get_type ())
G_DECLARE_FINAL_TYPE (StonechatStatusPopover, stonechat_status_popover, STONECHAT, STATUS_POPOVER, GtkPopover)

GtkWidget *stonechat_status_popover_new (ChatProfile *profile);

G_END_DECLS
