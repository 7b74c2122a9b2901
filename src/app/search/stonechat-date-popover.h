/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-profile.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A calendar whose days with messages are marked, to go to one of them. Signal: "chosen" (gint64 message; 0: that day and all
 * after it have none). */
#define STONECHAT_TYPE_DATE_POPOVER (stonechat_date_popover_get_type ())
G_DECLARE_FINAL_TYPE (StonechatDatePopover, stonechat_date_popover, STONECHAT, DATE_POPOVER, GtkPopover)

GtkWidget *stonechat_date_popover_new  (void);
void       stonechat_date_popover_open (StonechatDatePopover *self, ChatConversation *conversation);

G_END_DECLS
