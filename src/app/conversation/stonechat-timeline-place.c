/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-timeline-place.h"
#include "stonechat-message-row.h"

#include <math.h>

#define OVERSCAN 400        /* rows exist this far beyond the view, and go at twice that */
#define SAFE 80             /* so far beyond it at once; the rest follows, some rows in each frame */
#define SPARE 12            /* rows in each frame: with what is wanted at once, those of a page */
#define NEAR 40             /* rows: a way this short is walked, a longer one begins anew */
#define LEAP 4              /* pages: a larger step is a drag of the handle, not scrolling */
#define PAGE 0.9            /* of the view's height */
#define NEAR_TOP 0.5

static guint
n_items (StonechatTimelinePlace *self)
{
  return stonechat_timeline_rows_get_n_items (self->rows);
}

static int
height_at (StonechatTimelinePlace *self, guint position)
{
  return stonechat_timeline_rows_get_height (self->rows, position);
}

static guint
end_of_rows (StonechatTimelinePlace *self)
{
  return stonechat_timeline_rows_get_end (self->rows);
}

double
stonechat_timeline_place_get_y (StonechatTimelinePlace *self, guint position)
{
  return self->anchor_y + stonechat_timeline_rows_get_distance (self->rows, self->anchor, position);
}

static void
trim (StonechatTimelinePlace *self, double top, double bottom)
{
  while (self->rows->first < self->anchor && top + height_at (self, self->rows->first) < -2 * OVERSCAN) {
    top += height_at (self, self->rows->first);
    stonechat_timeline_rows_remove_first (self->rows);
  }
  while (end_of_rows (self) - 1 > self->anchor && bottom - height_at (self, end_of_rows (self) - 1) > self->height + 2 * OVERSCAN) {
    bottom -= height_at (self, end_of_rows (self) - 1);
    stonechat_timeline_rows_remove_last (self->rows);
  }
}

/* The anchor's row exists after it. */
static void
reach_anchor (StonechatTimelinePlace *self)
{
  if (self->rows->widgets->len == 0 || self->anchor + NEAR < self->rows->first || self->anchor > end_of_rows (self) + NEAR)
    stonechat_timeline_rows_start_at (self->rows, self->anchor);
  while (self->anchor < self->rows->first)
    stonechat_timeline_rows_add_above (self->rows);
  while (self->anchor >= end_of_rows (self))
    stonechat_timeline_rows_add_below (self->rows);
}

/* No empty space below the last row, nor above the first where there is enough to fill the view. */
static gboolean
close_gap (StonechatTimelinePlace *self, double top, double bottom)
{
  if (end_of_rows (self) == n_items (self) && bottom < self->height)
    self->anchor_y += self->height - bottom;
  else if (self->rows->first == 0 && top > 0 && bottom > self->height)
    self->anchor_y -= MIN (top, bottom - self->height);
  else
    return FALSE;
  return TRUE;
}

/* The day and the other lines above a bubble come and go with what comes before it; what is read stays where it is. */
static void
keep_text (StonechatTimelinePlace *self)
{
  StonechatMessageRow *row = STONECHAT_MESSAGE_ROW (stonechat_timeline_rows_at (self->rows, self->anchor));
  ChatMessage *message = stonechat_message_row_get_item (row);
  int y = message ? stonechat_message_row_get_bubble_y (row, self->rows->width) : 0;

  if (message && self->text_of == chat_message_get_id (message))
    self->anchor_y -= y - self->text_y;
  self->text_of = message ? chat_message_get_id (message) : 0;
  self->text_y = y;
}

/* A row that is wanted at once, or one of the few that are made ahead in this frame. */
static gboolean
may_add (double beyond, int *spare)
{
  return beyond < SAFE || (beyond < OVERSCAN && (*spare)-- > 0);
}

gboolean
stonechat_timeline_place_settle (StonechatTimelinePlace *self, gboolean create)
{
  guint n = n_items (self);
  int spare = SPARE;
  double top = 0, bottom = 0;
  gboolean missing = FALSE;

  if (n == 0 || self->rows->width <= 0 || self->height <= 0)
    return FALSE;
  self->anchor = self->stick ? n - 1 : MIN (self->anchor, n - 1);
  if (create)
    reach_anchor (self);
  else if (!stonechat_timeline_rows_has (self->rows, self->anchor))
    return TRUE;
  stonechat_timeline_rows_measure (self->rows);
  keep_text (self);
  if (self->stick)
    self->anchor_y = self->height - height_at (self, n - 1);
  for (int pass = 0; pass < 4; pass++) {
    top = stonechat_timeline_place_get_y (self, self->rows->first);
    bottom = stonechat_timeline_place_get_y (self, end_of_rows (self));
    missing = (top > -OVERSCAN / 2 && self->rows->first > 0) || (bottom < self->height + OVERSCAN / 2 && end_of_rows (self) < n);
    while (create && self->rows->first > 0 && may_add (-top, &spare)) {
      stonechat_timeline_rows_add_above (self->rows);
      top -= height_at (self, self->rows->first);
    }
    while (create && end_of_rows (self) < n && may_add (bottom - self->height, &spare)) {
      stonechat_timeline_rows_add_below (self->rows);
      bottom += height_at (self, end_of_rows (self) - 1);
    }
    if (!close_gap (self, top, bottom))
      break;
  }
  /* What fits down to the last row is the end, however it came there. */
  if (end_of_rows (self) == n && bottom <= self->height && !self->stick) {
    self->stick = create;
    missing = TRUE;
  }
  if (create)
    trim (self, top, bottom);
  return create ? spare < 0 : missing;
}

static void
hold (StonechatTimelinePlace *self, guint anchor, double anchor_y)
{
  self->anchor = anchor;
  self->anchor_y = anchor_y;
  self->text_of = 0;
}

/* How well a row serves as anchor. One that is not loaded has no text that could be read. y: at the whole pixel where it is shown. */
static int
rate (StonechatTimelinePlace *self, guint position, double y)
{
  if (y >= self->height || y + height_at (self, position) <= 0)
    return 0;
  return (stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (stonechat_timeline_rows_at (self->rows, position))) ? 2 : 0) + (y >= 0) + 1;
}

void
stonechat_timeline_place_rest (StonechatTimelinePlace *self)
{
  int best = 0;
  double y;

  self->scrolled = 0;
  if (self->rows->widgets->len == 0 || self->stick)
    return;
  y = stonechat_timeline_place_get_y (self, self->rows->first);
  for (guint i = self->rows->first; i < end_of_rows (self) && y < self->height; i++) {
    int rating = rate (self, i, floor (y + 0.5));

    if (rating > best) {
      best = rating;
      hold (self, i, y);
    }
    y += height_at (self, i);
  }
  keep_text (self);
}

void
stonechat_timeline_place_change (StonechatTimelinePlace *self, guint position, guint removed, guint added)
{
  guint behind = position + removed;

  if (removed != added && removed > 0 && self->anchor >= position && self->anchor < behind) {
    double y = behind < n_items (self) ? stonechat_timeline_place_get_y (self, behind) : self->height;

    if (y < self->height)
      hold (self, behind, y);
    else if (position > 0)
      hold (self, position - 1, stonechat_timeline_place_get_y (self, position - 1));
    /* It may begin a day now. */
    if (stonechat_timeline_rows_has (self->rows, self->anchor))
      keep_text (self);
  }
  stonechat_timeline_rows_change (self->rows, position, removed, added);
  self->anchor = stonechat_timeline_rows_move (self->rows, self->anchor, position, removed, added);
}

void
stonechat_timeline_place_centre (StonechatTimelinePlace *self, guint position)
{
  int height;

  stonechat_timeline_place_set (self, position, 0);
  stonechat_timeline_place_settle (self, TRUE);
  height = height_at (self, position);
  stonechat_timeline_place_set (self, position, floor (MAX (0, self->height - height) / 2.0));
  stonechat_timeline_place_settle (self, TRUE);
}

gboolean
stonechat_timeline_place_sees (StonechatTimelinePlace *self, guint position)
{
  double y;

  if (!stonechat_timeline_rows_has (self->rows, position))
    return FALSE;
  y = stonechat_timeline_place_get_y (self, position);
  return y > -1 && y + height_at (self, position) < self->height + 1;
}

void
stonechat_timeline_place_set (StonechatTimelinePlace *self, guint anchor, double anchor_y)
{
  self->stick = FALSE;
  hold (self, anchor, anchor_y);
}

void
stonechat_timeline_place_scroll (StonechatTimelinePlace *self, double step, double offset)
{
  self->anchor_y -= step;
  self->scrolled += step;
  if (fabs (self->scrolled) > LEAP * self->height) {
    self->anchor = stonechat_heights_find (self->rows->heights, offset);
    self->anchor_y = stonechat_heights_before (self->rows->heights, self->anchor) - offset;
  }
}

void
stonechat_timeline_place_show (StonechatTimelinePlace *self, guint position)
{
  double y;

  if (!stonechat_timeline_rows_has (self->rows, position)) {
    stonechat_timeline_place_set (self, position, position < self->rows->first ? 0 : self->height - height_at (self, position));
    stonechat_timeline_place_settle (self, TRUE);
  }
  y = stonechat_timeline_place_get_y (self, position);
  if (y < 0 || height_at (self, position) > self->height)
    stonechat_timeline_place_set (self, position, 0);
  else if (y + height_at (self, position) > self->height)
    stonechat_timeline_place_set (self, position, self->height - height_at (self, position));
  stonechat_timeline_place_settle (self, TRUE);
  self->stick = position + 1 == n_items (self) && stonechat_timeline_place_get_y (self, position + 1) == self->height;
}

guint
stonechat_timeline_place_get_page (StonechatTimelinePlace *self, guint from, int direction)
{
  double offset = stonechat_heights_before (self->rows->heights, from) + direction * self->height * PAGE;
  guint to = stonechat_heights_find (self->rows->heights, MAX (0, offset));

  if (direction > 0)
    return MIN (MAX (to, from + 1), n_items (self) - 1);
  return MIN (to, MAX (from, 1) - 1);
}

GPtrArray *
stonechat_timeline_place_list_ended (StonechatTimelinePlace *self)
{
  GPtrArray *ended = g_ptr_array_new ();
  double bottom = self->rows->widgets->len ? stonechat_timeline_place_get_y (self, self->rows->first) : 0;

  for (guint i = self->rows->first; i < end_of_rows (self); i++) {
    ChatMessage *message = stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (stonechat_timeline_rows_at (self->rows, i)));

    bottom += height_at (self, i);
    if (message && !chat_message_get_own (message) && bottom > 0 && bottom < self->height + 1)
      g_ptr_array_add (ended, message);
  }
  return ended;
}

gboolean
stonechat_timeline_place_is_near_top (StonechatTimelinePlace *self)
{
  return self->rows->widgets->len > 0 && self->rows->first == 0 && stonechat_timeline_place_get_y (self, 0) > -NEAR_TOP * self->height;
}
