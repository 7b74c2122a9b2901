/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-timeline-view.h"
#include "stonechat-heights.h"
#include "stonechat-message-row.h"

#include <glib/gi18n.h>
#include <math.h>

#define OVERSCAN 400        /* rows exist this far beyond the viewport, and go at twice that */
#define LEAP 4              /* pages: a larger step is a drag of the handle, not scrolling */
#define BOTTOM 10           /* below the last message */

struct _StonechatTimelineView {
  GtkWidget parent_instance;

  ChatTimeline *timeline;
  GtkAdjustment *hadjustment, *vadjustment;
  GtkScrollablePolicy hscroll_policy, vscroll_policy;
  StonechatHeights *heights;
  GPtrArray *rows;          /* the widgets of positions first … first + rows->len - 1 */
  guint first;
  GPtrArray *pool;          /* widgets without a message */
  GtkWidget *pinned;        /* has the focus and is off screen */
  guint pinned_at;

  guint anchor;             /* position */
  double anchor_y;          /* of its top in the viewport */
  gboolean stick;           /* the last row's bottom is the viewport's */
  gboolean placed;          /* the first place was chosen */
  double last_value;
  int width, height, guessed_width;
  gboolean configuring;
  guint tick;
};

enum { PROP_0, PROP_TIMELINE, PROP_AT_END, PROP_HADJUSTMENT, PROP_VADJUSTMENT, PROP_HSCROLL_POLICY, PROP_VSCROLL_POLICY };
static GParamSpec *at_end_prop;

G_DEFINE_FINAL_TYPE_WITH_CODE (StonechatTimelineView, stonechat_timeline_view, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static guint
n_items (StonechatTimelineView *self)
{
  return stonechat_heights_get_n (self->heights);
}

static int
guess_height (guint position, gpointer user_data)
{
  StonechatTimelineView *self = user_data;
  int column = MAX (120, MIN (860, self->width - 28) * 8 / 10 - 24);
  guint length = self->timeline ? chat_timeline_get_estimated_length (self->timeline, position) : 40;

  return 19 + 19 * (1 + (int) (length * 7.4 / column));
}

static int
height_at (StonechatTimelineView *self, guint position)
{
  return stonechat_heights_get (self->heights, position);
}

static void schedule (StonechatTimelineView *self);

/* -- rows ------------------------------------------------------------------------------------------------------------ */

static GtkWidget *
row_at (StonechatTimelineView *self, guint position)
{
  return self->rows->pdata[position - self->first];
}

static guint
end_of_rows (StonechatTimelineView *self)
{
  return self->first + self->rows->len;
}

static void
put_in_pool (StonechatTimelineView *self, GtkWidget *row)
{
  stonechat_message_row_set_item (STONECHAT_MESSAGE_ROW (row), NULL);
  gtk_widget_set_child_visible (row, FALSE);
  g_ptr_array_add (self->pool, row);
}

static void
release_pinned (StonechatTimelineView *self)
{
  if (self->pinned)
    put_in_pool (self, g_steal_pointer (&self->pinned));
}

static void
recycle (StonechatTimelineView *self, GtkWidget *row, guint position)
{
  if (gtk_widget_get_focus_child (GTK_WIDGET (self)) != row) {
    put_in_pool (self, row);
    return;
  }
  /* The focus stays where it is, even off screen. */
  release_pinned (self);
  self->pinned = row;
  self->pinned_at = position;
}

static void
recycle_all (StonechatTimelineView *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    recycle (self, self->rows->pdata[i], self->first + i);
  g_ptr_array_set_size (self->rows, 0);
}

static void
measure_row (StonechatTimelineView *self, guint position, GtkWidget *row)
{
  int minimum, natural;

  if (!stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (row)))
    return;     /* not loaded: the guess holds */
  gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, self->width, &minimum, &natural, NULL, NULL);
  stonechat_heights_set (self->heights, position, MAX (minimum, natural) + (position + 1 == n_items (self) ? BOTTOM : 0));
}

/* at_start: before all rows that there are, else behind them; so the order of siblings is that on the screen. */
static void
add_row (StonechatTimelineView *self, guint position, gboolean at_start)
{
  g_autoptr (ChatMessage) item = g_list_model_get_item (G_LIST_MODEL (self->timeline), position);
  GtkWidget *row;

  if (self->pinned && self->pinned_at == position) {
    row = g_steal_pointer (&self->pinned);
  } else if (self->pool->len > 0) {
    row = g_ptr_array_steal_index_fast (self->pool, self->pool->len - 1);
  } else {
    row = stonechat_message_row_new ();
  }
  if (at_start)
    gtk_widget_insert_before (row, GTK_WIDGET (self), self->rows->len ? self->rows->pdata[0] : NULL);
  else
    gtk_widget_insert_after (row, GTK_WIDGET (self), self->rows->len ? self->rows->pdata[self->rows->len - 1] : NULL);
  gtk_widget_set_child_visible (row, TRUE);
  stonechat_message_row_set_item (STONECHAT_MESSAGE_ROW (row), item);
  if (at_start) {
    g_ptr_array_insert (self->rows, 0, row);
    self->first = position;
  } else {
    if (self->rows->len == 0)
      self->first = position;
    g_ptr_array_add (self->rows, row);
  }
  measure_row (self, position, row);
}

/* The y of a realised row, from the anchor. */
static double
y_of (StonechatTimelineView *self, guint position)
{
  double y = self->anchor_y;

  for (guint i = self->anchor; i < position; i++)
    y += height_at (self, i);
  for (guint i = position; i < self->anchor; i++)
    y -= height_at (self, i);
  return y;
}

static void
choose_place (StonechatTimelineView *self)
{
  guint unread = chat_timeline_get_first_unread (self->timeline);

  if (self->placed || !chat_timeline_get_loaded (self->timeline))
    return;
  self->placed = TRUE;
  self->stick = unread == G_MAXUINT || unread >= n_items (self);
  if (!self->stick) {
    self->anchor = unread;
    self->anchor_y = 0;
  }
}

static void
trim (StonechatTimelineView *self, double top, double bottom)
{
  while (self->rows->len > 1 && self->first < self->anchor && top + height_at (self, self->first) < -2 * OVERSCAN) {
    top += height_at (self, self->first);
    recycle (self, self->rows->pdata[0], self->first);
    g_ptr_array_remove_index (self->rows, 0);
    self->first++;
  }
  while (self->rows->len > 1 && end_of_rows (self) - 1 > self->anchor &&
         bottom - height_at (self, end_of_rows (self) - 1) > self->height + 2 * OVERSCAN) {
    guint last = end_of_rows (self) - 1;

    bottom -= height_at (self, last);
    recycle (self, self->rows->pdata[self->rows->len - 1], last);
    g_ptr_array_set_size (self->rows, self->rows->len - 1);
  }
}

/* Finds the place, from the rows that there are. While GTK allocates, no row may be made or filled: that would ask for
 * another allocation in the midst of one. Then create is FALSE, and the next tick makes what is missing. */
static void
populate (StonechatTimelineView *self, gboolean create)
{
  guint n = n_items (self);

  if (n == 0 || self->width <= 0 || self->height <= 0)
    return;
  choose_place (self);
  if (self->stick)
    self->anchor = n - 1;
  self->anchor = MIN (self->anchor, n - 1);
  if (!create && (self->rows->len == 0 || self->anchor < self->first || self->anchor >= end_of_rows (self))) {
    schedule (self);
    return;
  }
  if (self->rows->len == 0 || self->anchor + 40 < self->first || self->anchor > end_of_rows (self) + 40) {
    recycle_all (self);
    self->first = self->anchor;
    add_row (self, self->anchor, FALSE);
  }
  while (self->anchor < self->first)
    add_row (self, self->first - 1, TRUE);
  while (self->anchor >= end_of_rows (self))
    add_row (self, end_of_rows (self), FALSE);
  for (guint i = 0; i < self->rows->len; i++)
    measure_row (self, self->first + i, self->rows->pdata[i]);
  if (self->stick)
    self->anchor_y = self->height - height_at (self, n - 1);

  for (int pass = 0; pass < 4; pass++) {
    double top = y_of (self, self->first), bottom = y_of (self, end_of_rows (self) - 1) + height_at (self, end_of_rows (self) - 1);

    if (!create && ((top > -OVERSCAN / 2 && self->first > 0) || (bottom < self->height + OVERSCAN / 2 && end_of_rows (self) < n)))
      schedule (self);
    while (create && top > -OVERSCAN && self->first > 0) {
      add_row (self, self->first - 1, TRUE);
      top -= height_at (self, self->first);
    }
    while (create && bottom < self->height + OVERSCAN && end_of_rows (self) < n) {
      guint position = end_of_rows (self);

      add_row (self, position, FALSE);
      bottom += height_at (self, position);
    }
    /* No empty space below the last row, nor above the first where there is enough to fill the view. */
    if (end_of_rows (self) == n && bottom < self->height) {
      self->anchor_y += self->height - bottom;
    } else if (self->first == 0 && top > 0 && bottom > self->height) {
      self->anchor_y -= MIN (top, bottom - self->height);
    } else {
      if (create)
        trim (self, top, bottom);
      break;
    }
  }
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  StonechatTimelineView *self = STONECHAT_TIMELINE_VIEW (widget);

  self->tick = 0;
  if (gtk_widget_get_focus_child (widget) != self->pinned)
    release_pinned (self);
  populate (self, TRUE);
  gtk_widget_queue_allocate (widget);
  return G_SOURCE_REMOVE;
}

/* Rows are made and measured in the frame clock's update, before the layout of the same frame. */
static void
schedule (StonechatTimelineView *self)
{
  if (!self->tick)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

/* The row whose top is the first in view, so that what changes above it moves nothing. */
static void
choose_anchor (StonechatTimelineView *self)
{
  double y;

  if (self->rows->len == 0 || self->stick)
    return;
  y = y_of (self, self->first);
  for (guint i = self->first; i < end_of_rows (self) && y < self->height; i++) {
    if (y + height_at (self, i) > 0) {
      self->anchor = i;
      self->anchor_y = y;
      if (y >= 0)
        return;
    }
    y += height_at (self, i);
  }
}

/* -- scrolling ------------------------------------------------------------------------------------------------------- */

static void
set_stick (StonechatTimelineView *self, gboolean stick)
{
  if (self->stick == stick)
    return;
  self->stick = stick;
  g_object_notify_by_pspec (G_OBJECT (self), at_end_prop);
}

static void
value_changed_cb (GtkAdjustment *adjustment, StonechatTimelineView *self)
{
  double value = gtk_adjustment_get_value (adjustment), step = value - self->last_value;

  if (self->configuring || step == 0)
    return;
  self->last_value = value;
  self->anchor_y -= step;
  if (fabs (self->anchor_y) > LEAP * self->height) {
    double offset = value - gtk_adjustment_get_lower (adjustment);

    self->anchor = stonechat_heights_find (self->heights, offset);
    self->anchor_y = stonechat_heights_before (self->heights, self->anchor) - offset;
  }
  /* Whoever scrolls up by the smallest part of a pixel wants to leave the end. */
  set_stick (self, step > 0 && value >= gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment) - 1);
  schedule (self);
}

static void
configure (StonechatTimelineView *self)
{
  double top = self->rows->len ? y_of (self, self->first) : 0;
  double lower = self->last_value + top - (self->rows->len ? stonechat_heights_before (self->heights, self->first) : 0);
  double upper = lower + stonechat_heights_total (self->heights);

  if (!self->vadjustment)
    return;
  if (upper - lower < self->height) {
    lower = self->last_value;
    upper = lower + self->height;
  }
  self->configuring = TRUE;
  gtk_adjustment_configure (self->vadjustment, self->last_value, lower, upper, self->height * 0.1, self->height * 0.9, self->height);
  self->configuring = FALSE;
  self->last_value = gtk_adjustment_get_value (self->vadjustment);
  if (self->hadjustment)
    gtk_adjustment_configure (self->hadjustment, 0, 0, self->width, 1, self->width, self->width);
}

static void
stonechat_timeline_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                                 int *minimum_baseline, int *natural_baseline)
{
  *minimum_baseline = *natural_baseline = -1;
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 200 : 50;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 600 : 400;
}

static void
stonechat_timeline_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  StonechatTimelineView *self = STONECHAT_TIMELINE_VIEW (widget);
  double y;

  self->height = height;
  self->width = width;
  if (width != self->guessed_width) {
    self->guessed_width = width;
    stonechat_heights_reset (self->heights);
  }
  populate (self, FALSE);
  if (self->rows->len) {
    y = floor (y_of (self, self->first) + 0.5);
    for (guint i = 0; i < self->rows->len; i++) {
      int row_height = height_at (self, self->first + i);

      gtk_widget_allocate (self->rows->pdata[i], width, row_height, -1, gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (0, y)));
      y += row_height;
    }
  }
  if (self->pinned) {
    int minimum, natural;

    gtk_widget_measure (self->pinned, GTK_ORIENTATION_VERTICAL, width, &minimum, &natural, NULL, NULL);
    gtk_widget_allocate (self->pinned, width, natural, -1,
                         gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (0, self->pinned_at < self->first ? -20000 : 20000)));
  }
  configure (self);
  choose_anchor (self);
}

/* Pages that came in, or rows that changed: the widgets stay. */
static void
change_in_place (StonechatTimelineView *self, guint position, guint end)
{
  for (guint i = MAX (position, self->first); i < MIN (end, end_of_rows (self)); i++) {
    g_autoptr (ChatMessage) item = g_list_model_get_item (G_LIST_MODEL (self->timeline), i);

    stonechat_message_row_set_item (STONECHAT_MESSAGE_ROW (row_at (self, i)), item);
  }
}

/* Where a row is after a change; the one behind, if it went itself. */
static guint
move_position (StonechatTimelineView *self, guint at, guint position, guint removed, guint added)
{
  if (at >= position + removed)
    return at + added - removed;
  return at < position ? at : MIN (position, MAX (n_items (self), 1) - 1);
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, StonechatTimelineView *self)
{
  gboolean above = position + removed <= self->first;

  stonechat_heights_splice (self->heights, position, removed, added);
  schedule (self);
  if (removed == added) {
    change_in_place (self, position, position + added);
    return;
  }
  if (!above && position < end_of_rows (self))
    recycle_all (self);
  self->anchor = move_position (self, self->anchor, position, removed, added);
  self->pinned_at = move_position (self, self->pinned_at, position, removed, added);
  if (self->rows->len == 0)
    self->first = self->anchor;
  else if (above)
    self->first += added - removed;
  if (n_items (self) == 0)
    release_pinned (self);
}

static void
loaded_cb (ChatTimeline *timeline, GParamSpec *pspec, StonechatTimelineView *self)
{
  schedule (self);
}

void
stonechat_timeline_view_set_timeline (StonechatTimelineView *self, ChatTimeline *timeline)
{
  if (self->timeline == timeline)
    return;
  if (self->timeline)
    g_signal_handlers_disconnect_by_data (self->timeline, self);
  recycle_all (self);
  release_pinned (self);
  stonechat_heights_splice (self->heights, 0, n_items (self), 0);
  g_set_object (&self->timeline, timeline);
  self->placed = FALSE;
  self->first = self->anchor = 0;
  set_stick (self, TRUE);
  if (timeline) {
    stonechat_heights_splice (self->heights, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (timeline)));
    g_signal_connect (timeline, "items-changed", G_CALLBACK (items_changed_cb), self);
    g_signal_connect (timeline, "notify::loaded", G_CALLBACK (loaded_cb), self);
  }
  schedule (self);
}

/* A fling that is under way would go on from the new place. */
static void
stop_scrolling (StonechatTimelineView *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  if (GTK_IS_SCROLLED_WINDOW (parent)) {
    gtk_scrolled_window_set_kinetic_scrolling (GTK_SCROLLED_WINDOW (parent), FALSE);
    gtk_scrolled_window_set_kinetic_scrolling (GTK_SCROLLED_WINDOW (parent), TRUE);
  }
}

void
stonechat_timeline_view_go_to_end (StonechatTimelineView *self)
{
  stop_scrolling (self);
  set_stick (self, TRUE);
  schedule (self);
}

gboolean
stonechat_timeline_view_get_at_end (StonechatTimelineView *self)
{
  return self->stick;
}

guint
stonechat_timeline_view_get_n_rows (StonechatTimelineView *self)
{
  return self->rows->len + self->pool->len + (self->pinned != NULL);
}

int
stonechat_timeline_view_get_row_y (StonechatTimelineView *self, guint position)
{
  return position >= self->first && position < end_of_rows (self) ? (int) floor (y_of (self, position) + 0.5) : G_MININT;
}

/* -- keyboard -------------------------------------------------------------------------------------------------------- */

static gint64
focused_position (StonechatTimelineView *self)
{
  GtkWidget *row = gtk_widget_get_focus_child (GTK_WIDGET (self));

  if (row && row == self->pinned)
    return self->pinned_at;
  for (guint i = 0; row && i < self->rows->len; i++)
    if (self->rows->pdata[i] == row)
      return self->first + i;
  return -1;
}

static void
show_row (StonechatTimelineView *self, guint position)
{
  double y;

  stop_scrolling (self);
  if (position < self->first || position >= end_of_rows (self)) {
    gboolean above = position < self->first;

    self->anchor = position;
    self->anchor_y = above ? 0 : self->height - height_at (self, position);
    set_stick (self, position + 1 == n_items (self));
    populate (self, TRUE);
  }
  y = y_of (self, position);
  if (y < 0 || height_at (self, position) > self->height) {
    self->anchor = position;
    self->anchor_y = 0;
    set_stick (self, FALSE);
  } else if (y + height_at (self, position) > self->height) {
    self->anchor = position;
    self->anchor_y = self->height - height_at (self, position);
    set_stick (self, position + 1 == n_items (self));
  }
  populate (self, TRUE);
  schedule (self);
}

static void
focus_position (StonechatTimelineView *self, guint position)
{
  show_row (self, position);
  if (position >= self->first && position < end_of_rows (self))
    gtk_widget_grab_focus (row_at (self, position));
}

static gboolean
move_focus_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  StonechatTimelineView *self = STONECHAT_TIMELINE_VIEW (widget);
  gint64 step = g_variant_get_int32 (arguments), at = focused_position (self), last = (gint64) n_items (self) - 1;

  if (last < 0)
    return FALSE;
  if (step == G_MININT32)
    at = 0;
  else if (step == G_MAXINT32)
    at = last;
  else
    at = at < 0 ? last : at + step;
  focus_position (self, CLAMP (at, 0, last));
  return TRUE;
}

/* Tab comes to the last row in view, and the next Tab leaves. */
static gboolean
stonechat_timeline_view_focus (GtkWidget *widget, GtkDirectionType direction)
{
  StonechatTimelineView *self = STONECHAT_TIMELINE_VIEW (widget);

  if (n_items (self) == 0 || (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD))
    return FALSE;
  if (gtk_widget_get_focus_child (widget))
    return FALSE;
  for (guint i = end_of_rows (self); i > self->first; i--)
    if (y_of (self, i - 1) < self->height - 10) {
      focus_position (self, i - 1);
      return TRUE;
    }
  return FALSE;
}

/* -- object ---------------------------------------------------------------------------------------------------------- */

static void
set_adjustment (StonechatTimelineView *self, GtkAdjustment **place, GtkAdjustment *adjustment, gboolean vertical)
{
  if (*place) {
    g_signal_handlers_disconnect_by_data (*place, self);
    g_clear_object (place);
  }
  *place = g_object_ref_sink (adjustment ? adjustment : gtk_adjustment_new (0, 0, 0, 0, 0, 0));
  if (vertical) {
    self->last_value = gtk_adjustment_get_value (*place);
    g_signal_connect (*place, "value-changed", G_CALLBACK (value_changed_cb), self);
  }
  schedule (self);
}

static void
stonechat_timeline_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  StonechatTimelineView *self = STONECHAT_TIMELINE_VIEW (object);

  switch (id) {
  case PROP_TIMELINE: stonechat_timeline_view_set_timeline (self, g_value_get_object (value)); break;
  case PROP_HADJUSTMENT: set_adjustment (self, &self->hadjustment, g_value_get_object (value), FALSE); break;
  case PROP_VADJUSTMENT: set_adjustment (self, &self->vadjustment, g_value_get_object (value), TRUE); break;
  case PROP_HSCROLL_POLICY: self->hscroll_policy = g_value_get_enum (value); break;
  case PROP_VSCROLL_POLICY: self->vscroll_policy = g_value_get_enum (value); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
stonechat_timeline_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  StonechatTimelineView *self = STONECHAT_TIMELINE_VIEW (object);

  switch (id) {
  case PROP_TIMELINE: g_value_set_object (value, self->timeline); break;
  case PROP_AT_END: g_value_set_boolean (value, self->stick); break;
  case PROP_HADJUSTMENT: g_value_set_object (value, self->hadjustment); break;
  case PROP_VADJUSTMENT: g_value_set_object (value, self->vadjustment); break;
  case PROP_HSCROLL_POLICY: g_value_set_enum (value, self->hscroll_policy); break;
  case PROP_VSCROLL_POLICY: g_value_set_enum (value, self->vscroll_policy); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

GtkWidget *
stonechat_timeline_view_new (void)
{
  return g_object_new (STONECHAT_TYPE_TIMELINE_VIEW, NULL);
}

static void
stonechat_timeline_view_dispose (GObject *object)
{
  StonechatTimelineView *self = STONECHAT_TIMELINE_VIEW (object);
  GtkWidget *child;

  stonechat_timeline_view_set_timeline (self, NULL);
  if (self->tick)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->pool, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  if (self->vadjustment)
    g_signal_handlers_disconnect_by_data (self->vadjustment, self);
  g_clear_object (&self->hadjustment);
  g_clear_object (&self->vadjustment);
  G_OBJECT_CLASS (stonechat_timeline_view_parent_class)->dispose (object);
}

static void
stonechat_timeline_view_finalize (GObject *object)
{
  StonechatTimelineView *self = STONECHAT_TIMELINE_VIEW (object);

  stonechat_heights_free (self->heights);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->pool);
  G_OBJECT_CLASS (stonechat_timeline_view_parent_class)->finalize (object);
}

static void
stonechat_timeline_view_class_init (StonechatTimelineViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const struct { guint key; int step; } moves[] = {
    { GDK_KEY_Up, -1 }, { GDK_KEY_Down, 1 }, { GDK_KEY_Page_Up, -10 }, { GDK_KEY_Page_Down, 10 },
    { GDK_KEY_Home, G_MININT32 }, { GDK_KEY_End, G_MAXINT32 },
  };

  object_class->set_property = stonechat_timeline_view_set_property;
  object_class->get_property = stonechat_timeline_view_get_property;
  object_class->dispose = stonechat_timeline_view_dispose;
  object_class->finalize = stonechat_timeline_view_finalize;
  widget_class->measure = stonechat_timeline_view_measure;
  widget_class->size_allocate = stonechat_timeline_view_size_allocate;
  widget_class->focus = stonechat_timeline_view_focus;
  g_object_class_install_property (object_class, PROP_TIMELINE,
    g_param_spec_object ("timeline", NULL, NULL, CHAT_TYPE_TIMELINE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  at_end_prop = g_param_spec_boolean ("at-end", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_property (object_class, PROP_AT_END, at_end_prop);
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    gtk_widget_class_add_binding (widget_class, moves[i].key, 0, move_focus_cb, "i", moves[i].step);
  gtk_widget_class_set_css_name (widget_class, "timeline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST);
}

static void
stonechat_timeline_view_init (StonechatTimelineView *self)
{
  self->heights = stonechat_heights_new (guess_height, self);
  self->rows = g_ptr_array_new ();
  self->pool = g_ptr_array_new ();
  self->stick = TRUE;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Conversation"), -1);
}
