/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-timeline-view.h"
#include "stonechat-message-row.h"
#include "stonechat-timeline-jump.h"
#include "stonechat-timeline-place.h"
#include "stonechat-timeline-scroll.h"
#include "stonechat-timeline-select.h"
#include "stonechat-timeline-rows.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#define KEPT_IN_VIEW 40   /* px of a message at a place that was left when the view was taller */
#define LIGHT 0.25        /* the brightest, of the accent */

struct _StonechatTimelineView {
  GtkWidget parent_instance;

  ChatTimeline *timeline;
  StonechatSelection *selection;
  StonechatTimelineRows *rows;
  StonechatTimelinePlace place;
  StonechatTimelineJump jump;
  StonechatTimelineScroll scroll;
  GtkScrollablePolicy hscroll_policy, vscroll_policy;

  gboolean placed;          /* the first place was chosen */
  gboolean was_at_end;      /* as it was last told */
  gboolean told_late;       /* the bounds changed while GTK allocated */
  double top;               /* in the window, where it was last placed */
  guint tick;
};

enum { PROP_0, PROP_TIMELINE, PROP_AT_END, PROP_CAN_GO_BACK, PROP_HADJUSTMENT, PROP_VADJUSTMENT, PROP_HSCROLL_POLICY, PROP_VSCROLL_POLICY };
static GParamSpec *at_end_prop, *can_go_back_prop;
static guint moved_signal, said_signal;

G_DEFINE_FINAL_TYPE_WITH_CODE (StonechatTimelineView, stonechat_timeline_view, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static void schedule (StonechatTimelineView *self);
static gboolean tell_bounds (StonechatTimelineView *self);

/* Short names for what is asked all the time. */
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
end_of_rows (StonechatTimelineView *self)
{
  return stonechat_timeline_rows_get_end (self->rows);
}

static double
y_of (StonechatTimelineView *self, guint position)
{
  return stonechat_timeline_place_get_y (&self->place, position);
}

/* -- frames ---------------------------------------------------------------------------------------------------------- */

static void
tell_at_end (StonechatTimelineView *self)
{
  if (self->was_at_end == self->place.stick)
    return;
  self->was_at_end = self->place.stick;
  g_object_notify_by_pspec (G_OBJECT (self), at_end_prop);
}

static void
tell_can_go_back (StonechatTimelineView *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), can_go_back_prop);
}

static void
forget_jumps (StonechatTimelineView *self)
{
  stonechat_timeline_jump_forget (&self->jump);
  tell_can_go_back (self);
}

static ChatMessage *
message_at (StonechatTimelineView *self, guint position)
{
  if (!stonechat_timeline_rows_has (self->rows, position))
    return NULL;
  return stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (stonechat_timeline_rows_at (self->rows, position)));
}

static void
arrive (StonechatTimelineView *self, guint at, StonechatTimelineSpot spot)
{
  if (self->jump.centred)
    stonechat_timeline_place_centre (&self->place, at);
  else
    stonechat_timeline_place_set (&self->place, at, MIN (spot.y, self->place.height - KEPT_IN_VIEW));
  if (self->jump.light_it)
    stonechat_timeline_jump_light (&self->jump, spot.message);
}

/* Goes where one wants to be. FALSE: nothing is to be shown before that is known. */
static gboolean
find_place (StonechatTimelineView *self)
{
  StonechatTimelineSpot wanted = self->jump.wanted, here;
  StonechatTimelineJumpState state;
  guint at;

  if (!self->timeline || !chat_timeline_get_loaded (self->timeline) || n_items (self) == 0 || self->place.height <= 0)
    return TRUE;
  state = stonechat_timeline_jump_find (&self->jump, self->timeline, &at);
  if (state == STONECHAT_TIMELINE_JUMP_WAITING) {
    schedule (self);
    return self->placed;
  }
  if (state == STONECHAT_TIMELINE_JUMP_FOUND) {
    if (self->jump.centred && stonechat_timeline_view_get_place (self, &here.message, &here.y)) {
      stonechat_timeline_jump_push (&self->jump, here);
      tell_can_go_back (self);
    }
    arrive (self, at, wanted);
  }
  self->placed = TRUE;
  return TRUE;
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  StonechatTimelineView *self = STONECHAT_TIMELINE_VIEW (widget);
  gboolean more, guessing;

  self->tick = 0;
  stonechat_timeline_rows_release_pinned (self->rows);
  if (!find_place (self))
    return G_SOURCE_REMOVE;
  more = stonechat_timeline_place_settle (&self->place, TRUE);
  tell_at_end (self);
  guessing = stonechat_timeline_rows_guess_more (self->rows);
  if (guessing || self->jump.lit || more)
    schedule (self);
  /* Before the layout: a scroll bar that comes or goes in its midst would ask widgets around for a new one, and those that are
   * just being placed forget it. */
  tell_bounds (self);
  if (self->jump.lit)
    gtk_widget_queue_draw (widget);
  if (self->told_late)
    gtk_widget_queue_resize (widget);
  else
    gtk_widget_queue_allocate (widget);
  self->told_late = FALSE;
  return G_SOURCE_REMOVE;
}

/* Rows are made and measured in the frame clock's update, before the layout of the same frame. */
static void
schedule (StonechatTimelineView *self)
{
  if (!self->tick)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

/* -- scrolling ------------------------------------------------------------------------------------------------------- */

static void
scrolled_cb (GtkAdjustment *adjustment, StonechatTimelineView *self)
{
  double step;

  if (!stonechat_timeline_scroll_take (&self->scroll, &step))
    return;
  stonechat_timeline_place_scroll (&self->place, step, stonechat_timeline_scroll_get_offset (&self->scroll));
  /* Whoever scrolls up by the smallest part of a pixel wants to leave the end. */
  self->place.stick = step > 0 && stonechat_timeline_scroll_is_at_bottom (&self->scroll);
  if (self->place.stick)
    forget_jumps (self);
  tell_at_end (self);
  schedule (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));      /* in this frame, also where a fling scrolls in the midst of it */
}

/* TRUE: they are others than before. */
static gboolean
tell_bounds (StonechatTimelineView *self)
{
  StonechatHeights *heights = self->rows->heights;
  guint first = self->rows->first;
  double top = self->rows->widgets->len ? y_of (self, first) - stonechat_heights_before (heights, first) : 0;

  return stonechat_timeline_scroll_tell (&self->scroll, top, stonechat_heights_total (heights), self->rows->width, self->place.height);
}

static void
stonechat_timeline_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                                 int *minimum_baseline, int *natural_baseline)
{
  *minimum_baseline = *natural_baseline = -1;
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 200 : 50;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 600 : 400;
}

/* What comes and goes above the view moves its top, not what is read. */
static void
keep_on_screen (StonechatTimelineView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  double before = self->top, x;

  if (!root || !gtk_widget_translate_coordinates (GTK_WIDGET (self), GTK_WIDGET (root), 0, 0, &x, &self->top))
    return;
  if (self->placed && !self->place.stick)
    self->place.anchor_y -= self->top - before;
}

static void
stonechat_timeline_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  StonechatTimelineView *self = STONECHAT_TIMELINE_VIEW (widget);

  self->place.height = height;
  keep_on_screen (self);
  if (width != self->rows->width) {
    stonechat_timeline_rows_set_width (self->rows, width);
    schedule (self);
  }
  if (stonechat_timeline_place_settle (&self->place, FALSE))
    schedule (self);
  stonechat_timeline_rows_allocate (self->rows, floor (y_of (self, self->rows->first) + 0.5));
  /* GTK 4.8 loses what its scroll bar asks for while something around is placed, and then never places the view again. */
  if (tell_bounds (self)) {
    self->told_late = TRUE;
    schedule (self);
  }
  stonechat_timeline_place_rest (&self->place);
  g_signal_emit (self, moved_signal, 0);
}

/* The light on the message that was jumped to is behind its row. */
static void
draw_light (StonechatTimelineView *self, GtkSnapshot *snapshot)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);
  double light = stonechat_timeline_jump_get_light (&self->jump, gdk_frame_clock_get_frame_time (clock), adw_get_enable_animations (widget));
  guint at = light > 0 ? chat_timeline_find (self->timeline, self->jump.lit) : G_MAXUINT;
  GdkRGBA colour;

  if (!stonechat_timeline_rows_has (self->rows, at) ||
      !gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), "accent_bg_color", &colour))
    return;
  colour.alpha = LIGHT * light;
  gtk_snapshot_append_color (snapshot, &colour, &GRAPHENE_RECT_INIT (0, floor (y_of (self, at) + 0.5), self->rows->width, height_at (self, at)));
}

static void
stonechat_timeline_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  draw_light (STONECHAT_TIMELINE_VIEW (widget), snapshot);
  GTK_WIDGET_CLASS (stonechat_timeline_view_parent_class)->snapshot (widget, snapshot);
}

static void
tell_said (StonechatTimelineView *self, guint position)
{
  g_autoptr (ChatMessage) message = g_list_model_get_item (G_LIST_MODEL (self->timeline), position);
  g_autofree char *words = NULL;

  if (!message || chat_message_get_own (message) || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  words = stonechat_message_row_describe (message);
  g_signal_emit (self, said_signal, 0, words);
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, StonechatTimelineView *self)
{
  stonechat_timeline_place_change (&self->place, position, removed, added);
  if (self->placed && removed == 0 && added == 1 && position + 1 == n_items (self))
    tell_said (self, position);
  schedule (self);
}

static void
loaded_cb (ChatTimeline *timeline, GParamSpec *pspec, StonechatTimelineView *self)
{
  schedule (self);
}

void
stonechat_timeline_view_open (StonechatTimelineView *self, ChatTimeline *timeline, gint64 message, int y)
{
  if (self->timeline == timeline)
    return;
  if (self->timeline)
    g_signal_handlers_disconnect_by_data (self->timeline, self);
  g_set_object (&self->timeline, timeline);
  stonechat_selection_set_timeline (self->selection, timeline);
  stonechat_timeline_rows_set_timeline (self->rows, timeline);
  forget_jumps (self);
  stonechat_timeline_jump_want (&self->jump, (StonechatTimelineSpot) { message, y }, FALSE, FALSE);
  self->placed = FALSE;
  self->place.anchor = 0;
  self->place.stick = TRUE;
  tell_at_end (self);
  if (timeline) {
    g_signal_connect (timeline, "items-changed", G_CALLBACK (items_changed_cb), self);
    g_signal_connect (timeline, "notify::loaded", G_CALLBACK (loaded_cb), self);
  }
  schedule (self);
}

void
stonechat_timeline_view_set_timeline (StonechatTimelineView *self, ChatTimeline *timeline)
{
  stonechat_timeline_view_open (self, timeline, timeline ? chat_timeline_get_unread_start (timeline) : 0, 0);
}

gboolean
stonechat_timeline_view_get_place (StonechatTimelineView *self, gint64 *message, int *y)
{
  ChatMessage *shown = self->placed && !self->place.stick ? message_at (self, self->place.anchor) : NULL;

  if (!self->placed || (!shown && !self->place.stick))
    return FALSE;
  *message = shown ? chat_message_get_id (shown) : 0;
  *y = shown ? floor (self->place.anchor_y + 0.5) : 0;
  return TRUE;
}

void
stonechat_timeline_view_go_to_end (StonechatTimelineView *self)
{
  stonechat_timeline_scroll_stop (GTK_WIDGET (self));
  forget_jumps (self);
  self->place.stick = TRUE;
  tell_at_end (self);
  schedule (self);
}

void
stonechat_timeline_view_go_on (StonechatTimelineView *self)
{
  guint unread = self->timeline ? chat_timeline_get_first_unread (self->timeline) : G_MAXUINT;
  gboolean below = stonechat_timeline_rows_has (self->rows, unread) ? y_of (self, unread) >= self->place.height
                                                                    : unread >= end_of_rows (self);

  if (unread == G_MAXUINT || !below) {
    stonechat_timeline_view_go_to_end (self);
    return;
  }
  stonechat_timeline_scroll_stop (GTK_WIDGET (self));
  stonechat_timeline_jump_want (&self->jump, (StonechatTimelineSpot) { chat_timeline_get_unread_start (self->timeline), 0 }, FALSE, FALSE);
  schedule (self);
}

void
stonechat_timeline_view_go_to (StonechatTimelineView *self, gint64 message, gboolean highlight)
{
  guint at = self->timeline ? chat_timeline_find (self->timeline, message) : G_MAXUINT;

  if (at != G_MAXUINT && message_at (self, at) && stonechat_timeline_place_sees (&self->place, at)) {
    if (highlight)
      stonechat_timeline_jump_light (&self->jump, message);
    schedule (self);
    return;
  }
  stonechat_timeline_scroll_stop (GTK_WIDGET (self));
  stonechat_timeline_jump_want (&self->jump, (StonechatTimelineSpot) { message, 0 }, TRUE, highlight);
  schedule (self);
}

gboolean
stonechat_timeline_view_is_on_its_way (StonechatTimelineView *self)
{
  return self->jump.wanted.message != 0;
}

void
stonechat_timeline_view_mark (StonechatTimelineView *self, const char *text, gint64 message)
{
  stonechat_timeline_rows_mark (self->rows, text, message);
}

void
stonechat_timeline_view_go_back (StonechatTimelineView *self)
{
  StonechatTimelineSpot spot;

  if (!stonechat_timeline_jump_pop (&self->jump, &spot))
    return;
  tell_can_go_back (self);
  stonechat_timeline_scroll_stop (GTK_WIDGET (self));
  stonechat_timeline_jump_want (&self->jump, spot, FALSE, FALSE);
  if (spot.message == 0)
    self->place.stick = TRUE;
  tell_at_end (self);
  schedule (self);
}

gboolean
stonechat_timeline_view_get_can_go_back (StonechatTimelineView *self)
{
  return self->jump.back->len > 0;
}

gboolean
stonechat_timeline_view_get_at_end (StonechatTimelineView *self)
{
  return self->place.stick;
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
  double inside = CLAMP (y, 0, self->place.height - 1);

  for (guint i = self->rows->first; i < end_of_rows (self); i++) {
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

GPtrArray *
stonechat_timeline_view_list_ended (StonechatTimelineView *self)
{
  return stonechat_timeline_place_list_ended (&self->place);
}

gboolean
stonechat_timeline_view_is_near_top (StonechatTimelineView *self)
{
  if (!self->placed)
    return self->timeline && n_items (self) == 0;
  return stonechat_timeline_place_is_near_top (&self->place);
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
  return stonechat_timeline_rows_find (self->rows, stonechat_timeline_rows_get_focused (self->rows));
}

void
stonechat_timeline_view_focus_row (StonechatTimelineView *self, guint position)
{
  stonechat_timeline_scroll_stop (GTK_WIDGET (self));
  stonechat_timeline_place_show (&self->place, position);
  tell_at_end (self);
  schedule (self);
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

/* By a page: within the row first, where it goes on beyond the edge; else to the row that is a page away. */
static gboolean
move_page_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  StonechatTimelineView *self = STONECHAT_TIMELINE_VIEW (widget);
  int direction = g_variant_get_int32 (arguments), height = self->place.height;
  gint64 at = stonechat_timeline_view_get_focused (self);
  double beyond;

  if (at < 0)
    return FALSE;
  beyond = direction > 0 ? y_of (self, at) + height_at (self, at) - height : -y_of (self, at);
  if (beyond >= 1 && height_at (self, at) > height)
    stonechat_timeline_scroll_by (&self->scroll, direction * MIN (beyond, height * 0.9));
  else
    stonechat_timeline_view_focus_row (self, stonechat_timeline_place_get_page (&self->place, at, direction));
  return TRUE;
}

static void
selection_changed_cb (StonechatTimelineView *self)
{
  stonechat_timeline_rows_show_selection (self->rows);
}

/* Tab comes to the last row in view, goes through the buttons in it, and leaves. */
static gboolean
stonechat_timeline_view_focus (GtkWidget *widget, GtkDirectionType direction)
{
  StonechatTimelineView *self = STONECHAT_TIMELINE_VIEW (widget);
  GtkWidget *row = stonechat_timeline_rows_get_focused (self->rows);

  if (n_items (self) == 0 || (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD))
    return FALSE;
  if (row)
    return gtk_widget_child_focus (row, direction);
  for (guint i = end_of_rows (self); i > self->rows->first; i--)
    if (y_of (self, i - 1) < self->place.height - 10) {
      stonechat_timeline_view_focus_row (self, i - 1);
      return TRUE;
    }
  return FALSE;
}

/* -- object ---------------------------------------------------------------------------------------------------------- */

static void
set_adjustment (StonechatTimelineView *self, GtkOrientation orientation, const GValue *value)
{
  stonechat_timeline_scroll_set (&self->scroll, orientation, g_value_get_object (value), G_CALLBACK (scrolled_cb), self);
  schedule (self);
}

static void
stonechat_timeline_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  StonechatTimelineView *self = STONECHAT_TIMELINE_VIEW (object);

  switch (id) {
  case PROP_TIMELINE: stonechat_timeline_view_set_timeline (self, g_value_get_object (value)); break;
  case PROP_HADJUSTMENT: set_adjustment (self, GTK_ORIENTATION_HORIZONTAL, value); break;
  case PROP_VADJUSTMENT: set_adjustment (self, GTK_ORIENTATION_VERTICAL, value); break;
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
  case PROP_CAN_GO_BACK: g_value_set_boolean (value, stonechat_timeline_view_get_can_go_back (self)); break;
  case PROP_AT_END: g_value_set_boolean (value, self->place.stick); break;
  case PROP_HADJUSTMENT: g_value_set_object (value, self->scroll.horizontal); break;
  case PROP_VADJUSTMENT: g_value_set_object (value, self->scroll.vertical); break;
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
  stonechat_timeline_scroll_finish (&self->scroll, self);
  g_clear_object (&self->selection);
  stonechat_timeline_jump_finish (&self->jump);
  G_OBJECT_CLASS (stonechat_timeline_view_parent_class)->dispose (object);
}

static void
stonechat_timeline_view_class_init (StonechatTimelineViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const struct { guint key; int step; } moves[] = {
    { GDK_KEY_Up, -1 }, { GDK_KEY_Down, 1 }, { GDK_KEY_Home, G_MININT32 }, { GDK_KEY_End, G_MAXINT32 },
  };

  object_class->set_property = stonechat_timeline_view_set_property;
  object_class->get_property = stonechat_timeline_view_get_property;
  object_class->dispose = stonechat_timeline_view_dispose;
  widget_class->measure = stonechat_timeline_view_measure;
  widget_class->size_allocate = stonechat_timeline_view_size_allocate;
  widget_class->snapshot = stonechat_timeline_view_snapshot;
  widget_class->focus = stonechat_timeline_view_focus;
  g_object_class_install_property (object_class, PROP_TIMELINE,
    g_param_spec_object ("timeline", NULL, NULL, CHAT_TYPE_TIMELINE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  at_end_prop = g_param_spec_boolean ("at-end", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_property (object_class, PROP_AT_END, at_end_prop);
  can_go_back_prop = g_param_spec_boolean ("can-go-back", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_property (object_class, PROP_CAN_GO_BACK, can_go_back_prop);
  said_signal = g_signal_new ("said", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  moved_signal = g_signal_new ("moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    gtk_widget_class_add_binding (widget_class, moves[i].key, 0, move_focus_cb, "i", moves[i].step);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Page_Up, 0, move_page_cb, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Page_Down, 0, move_page_cb, "i", 1);
  stonechat_timeline_select_add_keys (widget_class);
  gtk_widget_class_set_css_name (widget_class, "timeline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST);
}

static void
stonechat_timeline_view_init (StonechatTimelineView *self)
{
  self->selection = stonechat_selection_new ();
  self->rows = stonechat_timeline_rows_new (GTK_WIDGET (self), self->selection);
  self->place.rows = self->rows;
  stonechat_timeline_jump_init (&self->jump);
  self->place.stick = self->was_at_end = TRUE;
  g_signal_connect_object (self->selection, "changed", G_CALLBACK (selection_changed_cb), self, G_CONNECT_SWAPPED);
  stonechat_timeline_select_add_gesture (self);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Conversation"), -1);
}
