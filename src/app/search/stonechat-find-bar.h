/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-profile.h"
#include "stonechat-timeline-view.h"

G_BEGIN_DECLS

/* Finding in one chat, over its timeline: from the newest message that has it to older ones. Nothing moves but by going to
 * what was found. */
#define STONECHAT_TYPE_FIND_BAR (stonechat_find_bar_get_type ())
G_DECLARE_FINAL_TYPE (StonechatFindBar, stonechat_find_bar, STONECHAT, FIND_BAR, GtkWidget)

/* Nullable: of the servers, whose archives may be searched too. */
void stonechat_find_bar_set_profile      (StonechatFindBar *self, ChatProfile *profile);
/* Borrowed: it is beside it in the page. */
void stonechat_find_bar_set_view         (StonechatFindBar *self, StonechatTimelineView *view);
/* Closes it. */
void stonechat_find_bar_set_conversation (StonechatFindBar *self, ChatConversation *conversation);
void stonechat_find_bar_open             (StonechatFindBar *self);
/* To an older one (1) or a newer one (-1), round and round; opens it if it is not. */
void stonechat_find_bar_step             (StonechatFindBar *self, int step);

G_END_DECLS
