/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-trail.h"

#define MAX_PLACES 100

struct _StonechatTrail {
  GPtrArray *places;        /* of GObject */
  guint here;               /* G_MAXUINT: nowhere yet */
  StonechatTrailCheck check;
  gpointer user_data;
};

StonechatTrail *
stonechat_trail_new (StonechatTrailCheck check, gpointer user_data)
{
  StonechatTrail *self = g_new0 (StonechatTrail, 1);

  self->places = g_ptr_array_new_with_free_func (g_object_unref);
  self->here = G_MAXUINT;
  self->check = check;
  self->user_data = user_data;
  return self;
}

void
stonechat_trail_free (StonechatTrail *self)
{
  g_ptr_array_unref (self->places);
  g_free (self);
}

void
stonechat_trail_visit (StonechatTrail *self, GObject *place)
{
  if (self->here != G_MAXUINT && self->places->pdata[self->here] == place)
    return;
  g_ptr_array_set_size (self->places, self->here + 1);
  if (self->places->len == MAX_PLACES)
    g_ptr_array_remove_index (self->places, 0);
  g_ptr_array_add (self->places, g_object_ref (place));
  self->here = self->places->len - 1;
}

GObject *
stonechat_trail_go (StonechatTrail *self, int step)
{
  GObject *from = self->here != G_MAXUINT ? self->places->pdata[self->here] : NULL;

  if (!from)
    return NULL;
  for (guint i = self->here + step; i < self->places->len; i += step) {
    GObject *place = self->places->pdata[i];

    /* Between two visits of one place there may have been one that went. */
    if (place == from || !self->check (place, self->user_data))
      continue;
    self->here = i;
    return place;
  }
  return NULL;
}
