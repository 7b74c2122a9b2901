/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-search.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A message that was found: who, in which chat, when, and what around what was looked for. */
#define STONECHAT_TYPE_HIT_ROW (stonechat_hit_row_get_type ())
G_DECLARE_FINAL_TYPE (StonechatHitRow, stonechat_hit_row, STONECHAT, HIT_ROW, GtkWidget)

GtkWidget *stonechat_hit_row_new     (void);
void       stonechat_hit_row_set_hit (StonechatHitRow *self, ChatSearchHit *hit);

G_END_DECLS
