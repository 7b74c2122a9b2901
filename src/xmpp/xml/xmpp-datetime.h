/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* XEP-0082 date and time profiles; microseconds since the Unix epoch, UTC. */
gboolean xmpp_datetime_parse  (const char *text, gint64 *microseconds);   /* FALSE: not valid */
char    *xmpp_datetime_format (gint64 microseconds);
/* A trusted <delay/> stamp clamped to 1970 … now + 1 day (S-20). */
gint64   xmpp_datetime_clamp  (gint64 microseconds, gint64 now);

G_END_DECLS
