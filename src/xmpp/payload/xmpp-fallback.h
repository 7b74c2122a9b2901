/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* XEP-0428: which part of a text is only there for those who don't understand what it stands beside. Counted in Unicode
 * code points (XEP-0426), end is behind the last one; { 0, G_MAXUINT } is the whole text. */
typedef struct { guint start, end; } XmppRange;

char *xmpp_fallback_strip   (const char *text, const XmppRange *ranges, guint n_ranges, char **stripped);
char *xmpp_fallback_quote   (const char *text);
char *xmpp_fallback_shorten (const char *quote, guint most);
char *xmpp_fallback_unquote (const char *quote);

G_END_DECLS
