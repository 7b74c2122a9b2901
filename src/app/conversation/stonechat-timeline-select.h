/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "stonechat-timeline-view.h"

G_BEGIN_DECLS

/* Selecting in a timeline (W-27). With the mouse: a drag within a message or across messages, which scrolls at the edges, and
 * Shift and a click; a click alone selects nothing, and fingers scroll instead. With keys: Shift and the arrows, Ctrl+A, Ctrl+C
 * and Escape. */
void stonechat_timeline_select_add_gesture (StonechatTimelineView *view);
void stonechat_timeline_select_add_keys    (GtkWidgetClass *view_class);

G_END_DECLS
