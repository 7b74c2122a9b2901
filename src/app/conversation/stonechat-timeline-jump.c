/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-timeline-jump.h"

#define AROUND 24           /* rows on each side that are there before it is shown */
#define PATIENCE_US (300 * 1000)
#define BACK_MAX 20         /* places to go back to */
#define LIT_US (800 * 1000)
#define FADING_US (1200 * 1000)

void
stonechat_timeline_jump_init (StonechatTimelineJump *self)
{
  self->back = g_array_new (FALSE, FALSE, sizeof (StonechatTimelineSpot));
}

void
stonechat_timeline_jump_finish (StonechatTimelineJump *self)
{
  g_clear_pointer (&self->back, g_array_unref);
}

void
stonechat_timeline_jump_forget (StonechatTimelineJump *self)
{
  g_array_set_size (self->back, 0);
  self->wanted.message = 0;
  self->lit = 0;
}

/* -- the way there --------------------------------------------------------------------------------------------------- */

void
stonechat_timeline_jump_want (StonechatTimelineJump *self, StonechatTimelineSpot spot, gboolean centred, gboolean light_it)
{
  self->wanted = spot;
  self->centred = centred;
  self->light_it = light_it;
  self->until = 0;
}

/* Asks for all of them, so that they come together. */
static gboolean
is_there (ChatTimeline *timeline, guint at)
{
  guint end = MIN (at + AROUND, g_list_model_get_n_items (G_LIST_MODEL (timeline)));
  gboolean there = TRUE;

  for (guint i = at - MIN (at, AROUND); i < end; i++) {
    g_autoptr (ChatMessage) message = g_list_model_get_item (G_LIST_MODEL (timeline), i);

    there = there && message;
  }
  return there;
}

StonechatTimelineJumpState
stonechat_timeline_jump_find (StonechatTimelineJump *self, ChatTimeline *timeline, guint *at)
{
  gint64 now = g_get_monotonic_time ();

  if (self->wanted.message == 0)
    return STONECHAT_TIMELINE_JUMP_NONE;
  *at = chat_timeline_find (timeline, self->wanted.message);
  if (*at == G_MAXUINT && !chat_timeline_get_indexed (timeline))
    return STONECHAT_TIMELINE_JUMP_WAITING;
  if (self->until == 0)
    self->until = now + PATIENCE_US;
  if (*at != G_MAXUINT && !is_there (timeline, *at) && now < self->until)
    return STONECHAT_TIMELINE_JUMP_WAITING;
  self->wanted.message = 0;
  return *at == G_MAXUINT ? STONECHAT_TIMELINE_JUMP_GONE : STONECHAT_TIMELINE_JUMP_FOUND;
}

/* -- the way back ---------------------------------------------------------------------------------------------------- */

void
stonechat_timeline_jump_push (StonechatTimelineJump *self, StonechatTimelineSpot spot)
{
  if (self->back->len == BACK_MAX)
    g_array_remove_index (self->back, 0);
  g_array_append_val (self->back, spot);
}

gboolean
stonechat_timeline_jump_pop (StonechatTimelineJump *self, StonechatTimelineSpot *spot)
{
  if (self->back->len == 0)
    return FALSE;
  *spot = g_array_index (self->back, StonechatTimelineSpot, self->back->len - 1);
  g_array_set_size (self->back, self->back->len - 1);
  return TRUE;
}

/* -- light ----------------------------------------------------------------------------------------------------------- */

void
stonechat_timeline_jump_light (StonechatTimelineJump *self, gint64 message)
{
  self->lit = message;
  self->lit_since = 0;
}

double
stonechat_timeline_jump_get_light (StonechatTimelineJump *self, gint64 frame_time, gboolean motion)
{
  gint64 since;

  if (self->lit == 0)
    return 0;
  if (self->lit_since == 0)
    self->lit_since = frame_time;
  since = frame_time - self->lit_since;
  if (since >= LIT_US + FADING_US)
    self->lit = 0;
  if (self->lit == 0)
    return 0;
  return since < LIT_US || !motion ? 1 : 1 - (double) (since - LIT_US) / FADING_US;
}
