/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A monotonic clock that runs while the program has something to do, and jumps to the main loop's next time-out when it has
 * nothing: a minute of silence takes no longer than a millisecond, and nothing is late because the machine is slow. For
 * programs that talk to nobody outside, made with export_dynamic, so that GLib uses this poll () and clock_gettime (). */

/* From the main thread; it goes on until the end of the program. */
void   virtual_clock_start     (void);
/* Held, it runs as any other: around a talk with somebody outside. */
void   virtual_clock_hold      (gboolean hold);
/* Seconds since then that passed for g_get_monotonic_time (). */
double virtual_clock_get       (void);

G_END_DECLS
