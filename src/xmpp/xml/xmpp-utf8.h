/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The number of bytes from p that are whole, legal characters; *bad: what follows them can't become one. At most three
 * bytes are left over without being bad. */
gsize xmpp_utf8_check (const guint8 *p, gsize length, gboolean *bad);

G_END_DECLS
