/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-datetime.h"

/* XEP-0082 §3.2: CCYY-MM-DDThh:mm:ss[.sss]TZD and nothing else. Read character by character: the general parsers take
 * forms that the profile forbids, and a sign or a fifth digit in the year was a crash elsewhere (CVE-2013-6477). */

#define DAY (24 * 60 * 60 * (gint64) G_USEC_PER_SEC)

/* count digits, no sign, no space; -1 where it is anything else. */
static int
read_digits (const char **p, int count)
{
  int value = 0;

  for (int i = 0; i < count; i++) {
    if (!g_ascii_isdigit ((*p)[i]))
      return -1;
    value = 10 * value + ((*p)[i] - '0');
  }
  *p += count;

  return value;
}

static gboolean
read_char (const char **p, char c)
{
  if (**p != c)
    return FALSE;

  (*p)++;
  return TRUE;
}

/* Days from 1970-01-01 in the proleptic Gregorian calendar; a year runs from March here, so that the leap day is its last. */
static gint64
days_from_date (int year, int month, int day)
{
  gint64 y = month > 2 ? year : year - 1;
  gint64 months = month > 2 ? month - 3 : month + 9;

  return 365 * y + y / 4 - y / 100 + y / 400 + (153 * months + 2) / 5 + day - 1 - 719468;
}

/* Any number of digits; those beyond microseconds are dropped. */
static gboolean
read_fraction (const char **p, gint64 *microseconds)
{
  int scale = G_USEC_PER_SEC / 10;

  *microseconds = 0;
  if (!read_char (p, '.'))
    return TRUE;
  if (!g_ascii_isdigit (**p))
    return FALSE;

  for (; g_ascii_isdigit (**p); (*p)++) {
    *microseconds += (**p - '0') * scale;
    scale /= 10;
  }

  return TRUE;
}

static gboolean
read_zone (const char **p, gint64 *seconds)
{
  gboolean west = **p == '-';
  int hours, minutes;

  *seconds = 0;
  if (read_char (p, 'Z'))
    return TRUE;
  if (!read_char (p, '+') && !read_char (p, '-'))
    return FALSE;

  hours = read_digits (p, 2);
  if (hours < 0 || hours > 23 || !read_char (p, ':'))
    return FALSE;
  minutes = read_digits (p, 2);
  if (minutes < 0 || minutes > 59)
    return FALSE;

  *seconds = (west ? -1 : 1) * (3600 * hours + 60 * minutes);
  return TRUE;
}

gboolean
xmpp_datetime_parse (const char *text, gint64 *microseconds)
{
  const char *p = text;
  int year, month, day, hour, minute, second;
  gint64 fraction, zone;

  if (text == NULL)
    return FALSE;

  /* Read from left to right, each part only when the one before was right. */
  if ((year = read_digits (&p, 4)) < 0 || !read_char (&p, '-') ||
      (month = read_digits (&p, 2)) < 0 || !read_char (&p, '-') ||
      (day = read_digits (&p, 2)) < 0 || !read_char (&p, 'T') ||
      (hour = read_digits (&p, 2)) < 0 || !read_char (&p, ':') ||
      (minute = read_digits (&p, 2)) < 0 || !read_char (&p, ':') ||
      (second = read_digits (&p, 2)) < 0 ||
      !read_fraction (&p, &fraction) || !read_zone (&p, &zone) || *p != '\0')
    return FALSE;

  /* The first and last year would leave the range of GDateTime in some zone. A leap second counts as the next one. */
  if (year < 2 || year > 9998 || !g_date_valid_dmy (day, month, year) || hour > 23 || minute > 59 || second > 60)
    return FALSE;

  if (microseconds != NULL)
    *microseconds = (days_from_date (year, month, day) * 86400 + 3600 * hour + 60 * minute + second - zone) *
                    G_USEC_PER_SEC + fraction;

  return TRUE;
}

/* With milliseconds only where there are some: XEP-0082 §3.2. */
char *
xmpp_datetime_format (gint64 microseconds)
{
  gint64 seconds = microseconds / G_USEC_PER_SEC;
  int milliseconds;
  g_autoptr (GDateTime) datetime = NULL;
  g_autofree char *base = NULL;

  if (microseconds % G_USEC_PER_SEC < 0)
    seconds--;
  milliseconds = (microseconds - seconds * G_USEC_PER_SEC) / 1000;
  datetime = g_date_time_new_from_unix_utc (seconds);
  if (datetime == NULL)
    datetime = g_date_time_new_from_unix_utc (0);

  /* Not %Y, which leaves out the zeros before a year of fewer than four digits. */
  base = g_date_time_format (datetime, "-%m-%dT%H:%M:%S");
  if (milliseconds == 0)
    return g_strdup_printf ("%04d%sZ", g_date_time_get_year (datetime), base);

  return g_strdup_printf ("%04d%s.%03dZ", g_date_time_get_year (datetime), base, milliseconds);
}

gint64
xmpp_datetime_clamp (gint64 microseconds, gint64 now)
{
  return CLAMP (microseconds, 0, now + DAY);
}
