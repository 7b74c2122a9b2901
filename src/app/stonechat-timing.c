/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#define G_LOG_DOMAIN_TIMING "stonechat-timing"

#include "stonechat-timing.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

static double
since_start (void)
{
  g_autofree char *stat = NULL;
  const char *field;
  struct timespec now;

  if (!g_file_get_contents ("/proc/self/stat", &stat, NULL, NULL))
    return 0;
  /* Field 22, counted behind the name, which ends with the last parenthesis. */
  field = strrchr (stat, ')') + 2;
  for (int i = 3; i < 22; i++)
    field = strchr (field, ' ') + 1;
  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec * 1000.0 + now.tv_nsec / 1e6 - g_ascii_strtoull (field, NULL, 10) * 1000.0 / sysconf (_SC_CLK_TCK);
}

void
stonechat_timing_mark (const char *what)
{
  static GHashTable *marked;

  if (!marked)
    marked = g_hash_table_new (g_str_hash, g_str_equal);
  if (g_hash_table_add (marked, (gpointer) what))
    g_log (G_LOG_DOMAIN_TIMING, G_LOG_LEVEL_DEBUG, "%s: %.0f ms", what, since_start ());
}

static void
painted_cb (GdkFrameClock *clock, gpointer user_data)
{
  stonechat_timing_mark (user_data);
  g_signal_handlers_disconnect_by_func (clock, painted_cb, user_data);
}

void
stonechat_timing_mark_painted (GtkWidget *widget, const char *what)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);

  if (!clock)
    return;
  g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), (gpointer) what);
  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_PAINT);
}
