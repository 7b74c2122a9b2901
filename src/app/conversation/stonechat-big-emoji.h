/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether a text is one to three emoji and nothing else, spaces between them aside: such a message is shown big. What one emoji
 * is, flags, keycaps, skin tones and families among them, is after UTS #51 §1.4.9. */
gboolean stonechat_big_emoji_match (const char *text);

G_END_DECLS
