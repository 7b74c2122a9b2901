/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "chat-conversation.h"

G_BEGIN_DECLS

/* How far one's own message has got, as a small drawing: a clock, one tick, two ticks, two ticks on a filled ground, an
 * exclamation mark. They differ by their shape, not only by their colour. */

int         stonechat_state_mark_get_width (ChatMessageState state);   /* 0: there is nothing to draw */
int         stonechat_state_mark_get_height (void);
/* color: of the text beside it; accent: of what was read. */
void        stonechat_state_mark_draw      (GtkSnapshot *snapshot, ChatMessageState state, const GdkRGBA *color, const GdkRGBA *accent,
                                            const GdkRGBA *on_accent);
/* NULL for what came from others. */
const char *stonechat_state_mark_get_word  (ChatMessageState state);

G_END_DECLS
