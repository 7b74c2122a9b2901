/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-presence-line.h"
#include "stonechat-time.h"

#include <glib/gi18n.h>

#define NIGHT_BEGINS 22        /* o'clock */
#define NIGHT_ENDS 7

static gboolean
is_night (gint64 seconds)
{
  int hour = seconds / 3600 % 24;

  return hour >= NIGHT_BEGINS || hour < NIGHT_ENDS;
}

/* NULL: it is day there, or it is the same time as here. */
static char *
make_time (ChatContact *contact, gint64 now)
{
  g_autoptr (GDateTime) here = g_date_time_new_from_unix_local (now / G_USEC_PER_SEC);
  gint64 own = g_date_time_get_utc_offset (here), theirs;
  int minutes;

  if (!chat_contact_get_time_offset (contact, &minutes))
    return NULL;
  theirs = minutes * 60 * G_USEC_PER_SEC;
  if (theirs == own || !is_night ((now + theirs) / G_USEC_PER_SEC))
    return NULL;
  return stonechat_time_of_day (now + theirs - own);
}

char *
stonechat_presence_line_make (ChatContact *contact, const char *line, gint64 now)
{
  gint64 seen = contact ? chat_contact_get_last_seen (contact) : 0;
  g_autofree char *time = contact ? make_time (contact, now) : NULL, *whole = g_strdup (line);
  XmppSubscription subscription = contact ? chat_contact_get_subscription (contact) : XMPP_SUBSCRIPTION_NONE;

  if (!line || !*line)
    return NULL;
  if (seen && chat_contact_get_availability (contact) == XMPP_AVAILABILITY_OFFLINE
      && (subscription == XMPP_SUBSCRIPTION_BOTH || subscription == XMPP_SUBSCRIPTION_TO)) {
    g_autofree char *when = stonechat_time_short (seen), *before = g_steal_pointer (&whole);

    /* Translators: “Offline · last seen: Yesterday” */
    whole = g_strdup_printf (_("%s · last seen: %s"), before, when);
  }
  if (!time)
    return g_steal_pointer (&whole);
  /* Translators: “Away · 03:12 there”: what time it is for somebody far away */
  return g_strdup_printf (_("%s · %s there"), whole, time);
}
