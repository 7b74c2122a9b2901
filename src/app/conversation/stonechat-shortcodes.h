/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Names of emojis, as they are typed between colons: the usual ones of data/shortcodes.txt, then those of Unicode, which GTK
 * carries for its own chooser, with "_" for what is not a letter or digit. */
typedef struct { const char *name, *emoji; } StonechatShortcode;

/* What begins with the letters comes first, then what has a word or a keyword that does; each emoji once. To be freed. */
GPtrArray  *stonechat_shortcodes_find   (const char *letters, guint most);
/* The emoji of exactly this name, NULL: none. */
const char *stonechat_shortcodes_lookup (const char *name);

G_END_DECLS
