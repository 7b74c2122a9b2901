/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-reading.h"

typedef struct { gint64 id, since; gboolean read; } Seen;

struct _StonechatReading {
  GArray *seen;      /* of Seen, as on the screen */
};

static const Seen *
find (GArray *seen, gint64 id)
{
  for (guint i = 0; i < seen->len; i++)
    if (g_array_index (seen, Seen, i).id == id)
      return &g_array_index (seen, Seen, i);
  return NULL;
}

void
stonechat_reading_show (StonechatReading *self, const gint64 *ids, guint n, gint64 now)
{
  g_autoptr (GArray) before = self->seen;

  self->seen = g_array_sized_new (FALSE, FALSE, sizeof (Seen), n);
  for (guint i = 0; i < n; i++) {
    const Seen *known = find (before, ids[i]);
    Seen seen = known ? *known : (Seen) { ids[i], now, FALSE };

    g_array_append_val (self->seen, seen);
  }
}

gint64
stonechat_reading_take (StonechatReading *self, gint64 now, gint64 *next)
{
  gint64 id = 0;

  *next = 0;
  for (guint i = self->seen->len; i > 0; i--) {
    Seen *seen = &g_array_index (self->seen, Seen, i - 1);
    gint64 due = seen->since + STONECHAT_READING_TIME;

    if (seen->read)
      break;      /* and so are those above */
    if (due > now && !id)
      *next = *next ? MIN (*next, due) : due;
    if (due <= now && !id)
      id = seen->id;
    seen->read = seen->read || id != 0;
  }
  return id;
}

StonechatReading *
stonechat_reading_new (void)
{
  StonechatReading *self = g_new0 (StonechatReading, 1);

  self->seen = g_array_new (FALSE, FALSE, sizeof (Seen));
  return self;
}

void
stonechat_reading_free (StonechatReading *self)
{
  g_array_unref (self->seen);
  g_free (self);
}
