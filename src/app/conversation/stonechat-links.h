/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>
#include "stonechat-styling.h"

G_BEGIN_DECLS

typedef struct { guint start, end; char *uri; } StonechatLink;   /* bytes in the text */

/* The links in a text: https, http, xmpp, mailto, geo, tel and nothing else (S-87). What is shown is what is opened.
 * styling: nullable; what is preformatted has no links. Gives an array of StonechatLink, NULL: none. */
GArray *stonechat_links_find     (const char *text, const StonechatStyling *styling);

/* What a link says where the pointer rests on it: its target, with the host in ASCII where that has letters of several scripts
 * and may pass for another one. Isolated (S-90). */
char   *stonechat_links_describe (const char *uri);

/* Adds what opens them, by their targets where there are several: message.open-link. */
void    stonechat_links_add_to_menu (GArray *links, GMenu *menu);

G_END_DECLS
