/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-time.h"

#include <glib/gi18n.h>

#define ZONE_US (5 * G_USEC_PER_SEC)

/* Finding out the time zone reads a file, and a row asks for it several times; who travels sees it after seconds. */
static GTimeZone *
get_zone (void)
{
  static GTimeZone *zone;
  static gint64 until;
  gint64 now = g_get_monotonic_time ();

  if (!zone || now > until) {
    g_clear_pointer (&zone, g_time_zone_unref);
    zone = g_time_zone_new_local ();
    until = now + ZONE_US;
  }
  return zone;
}

static GDateTime *
local (gint64 time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);

  return utc ? g_date_time_to_timezone (utc, get_zone ()) : g_date_time_new_from_unix_local (0);
}

/* Days by the calendar, not by 24 hours. */
static int
days_ago (GDateTime *then)
{
  g_autoptr (GDateTime) now = g_date_time_new_now (get_zone ());
  GDate today, day;

  g_date_clear (&today, 1);
  g_date_clear (&day, 1);
  g_date_set_dmy (&today, g_date_time_get_day_of_month (now), g_date_time_get_month (now), g_date_time_get_year (now));
  g_date_set_dmy (&day, g_date_time_get_day_of_month (then), g_date_time_get_month (then), g_date_time_get_year (then));
  return g_date_days_between (&day, &today);
}

static gboolean
is_this_year (GDateTime *then)
{
  g_autoptr (GDateTime) now = g_date_time_new_now (get_zone ());

  return g_date_time_get_year (now) == g_date_time_get_year (then);
}

char *
stonechat_time_of_day (gint64 time)
{
  g_autoptr (GDateTime) then = local (time);

  return g_date_time_format (then, "%H:%M");
}

char *
stonechat_time_day (gint64 time)
{
  g_autoptr (GDateTime) then = local (time);
  int days = days_ago (then);

  if (days == 0)
    return g_strdup (_("Today"));
  if (days == 1)
    return g_strdup (_("Yesterday"));
  if (days > 1 && days < 7)
    return g_date_time_format (then, "%A");
  /* Translators: a day of this year, and one of another year */
  return g_date_time_format (then, is_this_year (then) ? _("%e %B") : _("%e %B %Y"));
}

char *
stonechat_time_short (gint64 time)
{
  g_autoptr (GDateTime) then = local (time);
  int days = days_ago (then);

  if (days <= 0)
    return g_date_time_format (then, "%H:%M");
  if (days == 1)
    return g_strdup (_("Yesterday"));
  if (days < 7)
    return g_date_time_format (then, "%a");
  return g_date_time_format (then, is_this_year (then) ? _("%e %b") : "%x");
}

char *
stonechat_time_full (gint64 time)
{
  g_autoptr (GDateTime) then = local (time);

  return g_date_time_format (then, "%Y-%m-%d %H:%M");
}

gboolean
stonechat_time_same_day (gint64 one, gint64 other)
{
  g_autoptr (GDateTime) a = local (one), b = local (other);

  return g_date_time_get_year (a) == g_date_time_get_year (b) && g_date_time_get_day_of_year (a) == g_date_time_get_day_of_year (b);
}
