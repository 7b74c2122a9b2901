/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The number of bytes from p that are whole, legal characters; *bad: what follows them can't become one. At most three
 * bytes are left over without being bad. */
gsize xmpp_utf8_check (const guint8 *p, gsize length, gboolean *bad);
/* NULL where the text is fine as it is, which nearly all is. A server that is sent one forbidden character closes the
 * stream, and the message would do so again after every reconnection. */
char *xmpp_utf8_replace_illegal (const char *text);

G_END_DECLS
