/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-timeline-view.h"
#include "stonechat-message-row.h"
#include "stonechat-timeline-select.h"
#include "stonechat-timeline-rows.h"

#include <glib/gi18n.h>
#include <math.h>

#define OVERSCAN 400        /* rows exist this far beyond the viewport, and go at twice that */
#define NEAR 40             /* rows: a way this short is walked, a longer one begins anew */
#define LEAP 4              /* pages: a larger step is a drag of the handle, not scrolling */

struct _StonechatTimelineView {
  GtkWidget parent_instance;

  ChatTimeline *timeline;
  StonechatSelection *selection;
  StonechatTimelineRows *rows;
  GtkAdjustment *hadjustment, *vadjustment;
  GtkScrollablePolicy hscroll_policy, vscroll_policy;

  guint anchor;             /* position */
  double anchor_y;          /* of its top in the viewport */
  gboolean stick;           /* the last row's bottom is the viewport's */
  gboolean placed;          /* the first place was chosen */
  double last_value;
  int height;
  gboolean configuring;
  guint tick;
};

enum { PROP_0, PROP_TIMELINE, PROP_AT_END, PROP_HADJUSTMENT, PROP_VADJUSTMENT, PROP_HSCROLL_POLICY, PROP_VSCROLL_POLICY };
static GParamSpec *at_end_prop;

G_DEFINE_FINAL_TYPE_WITH_CODE (StonechatTimelineView, stonechat_timeline_view, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static void schedule (StonechatTimelineView *self);

/* Short names for what is asked of the rows all the time. */
static guint
n_items (StonechatTimelineView *self)
{
  return stonechat_timeline_rows_get_n_items (self->rows);
}

static int
height_at (StonechatTimelineView *self, guint position)
{
  return stonechat_timeline_rows_get_height (self->rows, position);
}

static guint
first_row (StonechatTimelineView *self)
{
  return self->rows->first;
}

static guint
end_of_rows (StonechatTimelineView *self)
{
  return stonechat_timeline_rows_get_end (self->rows);
}

static gboolean
has_rows (StonechatTimelineView *self)
{
  return self->rows->widgets->len > 0;
}

/* The y of a row near the anchor. */
static double
y_of (StonechatTimelineView *self, guint position)
{
  return self->anchor_y + stonechat_timeline_rows_get_distance (self->rows, self->anchor, position);
}

/* -- where it stands ------------------------------------------------------------------------------------------------- */

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
  while (first_row (self) < self->anchor && top + height_at (self, first_row (self)) < -2 * OVERSCAN) {
    top += height_at (self, first_row (self));
    stonechat_timeline_rows_remove_first (self->rows);
  }
  while (end_of_rows (self) - 1 > self->anchor && bottom - height_at (self, end_of_rows (self) - 1) > self->height + 2 * OVERSCAN) {
    bottom -= height_at (self, end_of_rows (self) - 1);
    stonechat_timeline_rows_remove_last (self->rows);
  }
}

/* The anchor's row exists after it. */
static void
reach_anchor (StonechatTimelineView *self)
{
  if (!has_rows (self) || self->anchor + NEAR < first_row (self) || self->anchor > end_of_rows (self) + NEAR)
    stonechat_timeline_rows_start_at (self->rows, self->anchor);
  while (self->anchor < first_row (self))
    stonechat_timeline_rows_add_above (self->rows);
  while (self->anchor >= end_of_rows (self))
    stonechat_timeline_rows_add_below (self->rows);
}

/* No empty space below the last row, nor above the first where there is enough to fill the view. */
static gboolean
close_gap (StonechatTimelineView *self, double top, double bottom)
{
  if (end_of_rows (self) == n_items (self) && bottom < self->height)
    self->anchor_y += self->height - bottom;
  else if (first_row (self) == 0 && top > 0 && bottom > self->height)
    self->anchor_y -= MIN (top, bottom - self->height);
  else
    return FALSE;
  return TRUE;
}

/* Finds the place, from the rows that there are. While GTK allocates, no row may be made or filled: that would ask for
 * another allocation in the midst of one. Then create is FALSE, and the next tick makes what is missing. */
static void
populate (StonechatTimelineView *self, gboolean create)
{
  guint n = n_items (self);
  double top = 0, bottom = 0;

  if (n == 0 || self->rows->width <= 0 || self->height <= 0)
    return;
  choose_place (self);
  self->anchor = self->stick ? n - 1 : MIN (self->anchor, n - 1);
  if (create) {
    reach_anchor (self);
  } else if (!stonechat_timeline_rows_has (self->rows, self->anchor)) {
    schedule (self);
    return;
  }
  stonechat_timeline_rows_measure (self->rows);
  if (self->stick)
    self->anchor_y = self->height - height_at (self, n - 1);
  for (int pass = 0; pass < 4; pass++) {
    top = y_of (self, first_row (self));
    bottom = y_of (self, end_of_rows (self));
    if (!create && ((top > -OVERSCAN / 2 && first_row (self) > 0) || (bottom < self->height + OVERSCAN / 2 && end_of_rows (self) < n)))
      schedule (self);
    while (create && top > -OVERSCAN && first_row (self) > 0) {
      stonechat_timeline_rows_add_above (self->rows);
      top -= height_at (self, first_row (self));
    }
    while (create && bottom < self->height + OVERSCAN && end_of_rows (self) < n) {
      stonechat_timeline_rows_add_below (self->rows);
      bottom += height_at (self, end_of_rows (self) - 1);
    }
    if (!close_gap (self, top, bottom))
      break;
  }
  if (create)
    trim (self, top, bottom);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  StonechatTimelineView *self = STONECHAT_TIMELINE_VIEW (widget);

  self->tick = 0;
  stonechat_timeline_rows_release_pinned (self->rows);
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

  if (!has_rows (self) || self->stick)
    return;
  y = y_of (self, first_row (self));
  for (guint i = first_row (self); i < end_of_rows (self) && y < self->height; i++) {
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

    self->anchor = stonechat_heights_find (self->rows->heights, offset);
    self->anchor_y = stonechat_heights_before (self->rows->heights, self->anchor) - offset;
  }
  /* Whoever scrolls up by the smallest part of a pixel wants to leave the end. */
  set_stick (self, step > 0 && value >= gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment) - 1);
  schedule (self);
}

static void
configure (StonechatTimelineView *self)
{
  StonechatHeights *heights = self->rows->heights;
  double top = has_rows (self) ? y_of (self, first_row (self)) - stonechat_heights_before (heights, first_row (self)) : 0;
  double lower = self->last_value + top, upper = lower + stonechat_heights_total (heights);

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
    gtk_adjustment_configure (self->hadjustment, 0, 0, self->rows->width, 1, self->rows->width, self->rows->width);
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

  self->height = height;
  stonechat_timeline_rows_set_width (self->rows, width);
  populate (self, FALSE);
  stonechat_timeline_rows_allocate (self->rows, has_rows (self) ? floor (y_of (self, first_row (self)) + 0.5) : 0);
  configure (self);
  choose_anchor (self);
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, StonechatTimelineView *self)
{
  stonechat_timeline_rows_change (self->rows, position, removed, added);
  self->anchor = stonechat_timeline_rows_move (self->rows, self->anchor, position, removed, added);
  schedule (self);
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
  g_set_object (&self->timeline, timeline);
  stonechat_selection_set_timeline (self->selection, timeline);
  stonechat_timeline_rows_set_timeline (self->rows, timeline);
  self->placed = FALSE;
  self->anchor = 0;
  set_stick (self, TRUE);
  if (timeline) {
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
  return stonechat_timeline_rows_get_n_widgets (self->rows);
}

int
stonechat_timeline_view_get_row_y (StonechatTimelineView *self, guint position)
{
  return stonechat_timeline_rows_has (self->rows, position) ? (int) floor (y_of (self, position) + 0.5) : G_MININT;
}

ChatMessage *
stonechat_timeline_view_get_message_at (StonechatTimelineView *self, double x, double y, int *index)
{
  double inside = CLAMP (y, 0, self->height - 1);

  for (guint i = first_row (self); i < end_of_rows (self); i++) {
    GtkWidget *row = stonechat_timeline_rows_at (self->rows, i);
    ChatMessage *message = stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (row));

    if (!message || y_of (self, i) + height_at (self, i) <= inside)
      continue;
    gtk_widget_translate_coordinates (GTK_WIDGET (self), row, x, inside, &x, &y);
    *index = stonechat_message_row_get_index (STONECHAT_MESSAGE_ROW (row), x, y);
    return message;
  }
  return NULL;
}

StonechatSelection *
stonechat_timeline_view_get_selection (StonechatTimelineView *self)
{
  return self->selection;
}

/* -- keyboard -------------------------------------------------------------------------------------------------------- */

gint64
stonechat_timeline_view_get_focused (StonechatTimelineView *self)
{
  return stonechat_timeline_rows_find (self->rows, gtk_widget_get_focus_child (GTK_WIDGET (self)));
}

static void
show_row (StonechatTimelineView *self, guint position)
{
  gboolean is_last = position + 1 == n_items (self);
  double y;

  stop_scrolling (self);
  if (!stonechat_timeline_rows_has (self->rows, position)) {
    self->anchor_y = position < first_row (self) ? 0 : self->height - height_at (self, position);
    self->anchor = position;
    set_stick (self, is_last);
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
    set_stick (self, is_last);
  }
  populate (self, TRUE);
  schedule (self);
}

void
stonechat_timeline_view_focus_row (StonechatTimelineView *self, guint position)
{
  show_row (self, position);
  if (stonechat_timeline_rows_has (self->rows, position))
    gtk_widget_grab_focus (stonechat_timeline_rows_at (self->rows, position));
}

static gboolean
move_focus_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  StonechatTimelineView *self = STONECHAT_TIMELINE_VIEW (widget);
  gint64 step = g_variant_get_int32 (arguments), at = stonechat_timeline_view_get_focused (self), last = (gint64) n_items (self) - 1;

  if (last < 0)
    return FALSE;
  if (step == G_MININT32)
    at = 0;
  else if (step == G_MAXINT32)
    at = last;
  else
    at = at < 0 ? last : at + step;
  stonechat_timeline_view_focus_row (self, CLAMP (at, 0, last));
  return TRUE;
}

static void
selection_changed_cb (StonechatTimelineView *self)
{
  stonechat_timeline_rows_show_selection (self->rows);
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
  for (guint i = end_of_rows (self); i > first_row (self); i--)
    if (y_of (self, i - 1) < self->height - 10) {
      stonechat_timeline_view_focus_row (self, i - 1);
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

  if (self->rows)
    stonechat_timeline_view_set_timeline (self, NULL);
  g_clear_pointer (&self->rows, stonechat_timeline_rows_free);
  if (self->tick)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  if (self->vadjustment)
    g_signal_handlers_disconnect_by_data (self->vadjustment, self);
  g_clear_object (&self->hadjustment);
  g_clear_object (&self->vadjustment);
  g_clear_object (&self->selection);
  G_OBJECT_CLASS (stonechat_timeline_view_parent_class)->dispose (object);
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
  stonechat_timeline_select_add_keys (widget_class);
  gtk_widget_class_set_css_name (widget_class, "timeline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST);
}

static void
stonechat_timeline_view_init (StonechatTimelineView *self)
{
  self->selection = stonechat_selection_new ();
  self->rows = stonechat_timeline_rows_new (GTK_WIDGET (self), self->selection);
  self->stick = TRUE;
  g_signal_connect_object (self->selection, "changed", G_CALLBACK (selection_changed_cb), self, G_CONNECT_SWAPPED);
  stonechat_timeline_select_add_gesture (self);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Conversation"), -1);
}
