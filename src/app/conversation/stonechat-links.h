/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct { guint start, end; char *uri; } StonechatLink;   /* bytes in the text */

/* The links in a text: https, http, xmpp, mailto, geo, tel and nothing else (S-87). What is shown is what is opened. */
GArray *stonechat_links_find (const char *text);

G_END_DECLS
