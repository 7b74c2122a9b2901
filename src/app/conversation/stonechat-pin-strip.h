/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "chat-conversation.h"

G_BEGIN_DECLS

/* One line above the timeline for the messages that are pinned, the newest first: it leads to the one that it shows, and shows
 * the next. Its actions are the page's ("conversation."). */
#define STONECHAT_TYPE_PIN_STRIP (stonechat_pin_strip_get_type ())
G_DECLARE_FINAL_TYPE (StonechatPinStrip, stonechat_pin_strip, STONECHAT, PIN_STRIP, GtkWidget)

void stonechat_pin_strip_set_conversation (StonechatPinStrip *self, ChatConversation *conversation /* nullable */);

G_END_DECLS
