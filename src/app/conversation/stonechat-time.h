/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Times as people say them; from microseconds since 1970, in the local time zone and the user's language. */
char *stonechat_time_of_day (gint64 time);      /* 14:32 */
char *stonechat_time_day    (gint64 time);      /* Today, Yesterday, Tuesday, 12 November 2026 */
char *stonechat_time_short  (gint64 time);      /* for lists: 14:32, Yesterday, Tue, 12 Nov, 11/12/25 */
char *stonechat_time_full   (gint64 time);      /* 2026-11-12 14:32, for what is copied */
gboolean stonechat_time_same_day (gint64 one, gint64 other);

G_END_DECLS
