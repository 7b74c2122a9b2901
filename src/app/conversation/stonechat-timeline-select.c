/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-timeline-select.h"

#include <string.h>

#define SPEED 0.25          /* of the way beyond the edge, scrolled in each frame */

/* -- mouse ----------------------------------------------------------------------------------------------------------- */

typedef enum { BY_LETTER, BY_WORD, BY_LINE } Unit;

typedef struct {
  StonechatTimelineView *view;
  double x, y;              /* of the press, then of the pointer */
  gboolean selecting;
  Unit unit;
  gint64 message;           /* by word or line: where it began */
  int first, last;          /* bytes of what was pressed on */
  guint tick;
} Pointer;

/* The ends of the word at a byte, or of what is between two words. */
static void
find_word (const char *text, int at, int *first, int *last)
{
  int n = g_utf8_strlen (text, -1), start, end;
  g_autofree PangoLogAttr *attributes = g_new0 (PangoLogAttr, n + 1);

  pango_get_log_attrs (text, -1, -1, pango_language_get_default (), attributes, n + 1);
  start = MIN (g_utf8_strlen (text, at), MAX (n - 1, 0));
  end = MIN (start + 1, n);
  while (start > 0 && !attributes[start].is_word_boundary)
    start--;
  while (end < n && !attributes[end].is_word_boundary)
    end++;
  *first = g_utf8_offset_to_pointer (text, start) - text;
  *last = g_utf8_offset_to_pointer (text, end) - text;
}

static void
find_line (const char *text, int at, int *first, int *last)
{
  *first = at;
  while (*first > 0 && text[*first - 1] != '\n')
    (*first)--;
  *last = at + strcspn (text + at, "\n");
}

static void
find_unit (Unit unit, ChatMessage *message, int at, int *first, int *last)
{
  const char *text = chat_message_get_text (message);
  int index = CLAMP (at, 0, (int) strlen (text));

  if (unit == BY_WORD)
    find_word (text, index, first, last);
  else
    find_line (text, index, first, last);
}

/* By whole words or lines, also back beyond where it began. */
static void
extend_by_unit (Pointer *self, ChatMessage *message, int index)
{
  StonechatSelection *selection = stonechat_timeline_view_get_selection (self->view);
  gint64 id = chat_message_get_id (message);
  int first, last;
  gboolean back;

  find_unit (self->unit, message, index, &first, &last);
  back = id == self->message && first < self->first;
  stonechat_selection_start (selection, self->message, back ? self->last : self->first);
  stonechat_selection_extend (selection, id, back ? first : last);
}

static void
extend (Pointer *self)
{
  int index;
  ChatMessage *message = stonechat_timeline_view_get_message_at (self->view, self->x, self->y, &index);

  if (message && self->unit != BY_LETTER)
    extend_by_unit (self, message, index);
  else if (message)
    stonechat_selection_extend (stonechat_timeline_view_get_selection (self->view), chat_message_get_id (message), index);
}

static void
start (Pointer *self)
{
  int index;
  ChatMessage *message = stonechat_timeline_view_get_message_at (self->view, self->x, self->y, &index);

  if (message)
    stonechat_selection_start (stonechat_timeline_view_get_selection (self->view), chat_message_get_id (message), index);
}

/* The row that was pressed takes the focus, so that the keys for what is selected work. */
static void
focus_row (Pointer *self)
{
  GtkWidget *view = GTK_WIDGET (self->view), *row = gtk_widget_pick (view, self->x, self->y, GTK_PICK_DEFAULT);

  while (row && row != view && gtk_widget_get_parent (row) != view)
    row = gtk_widget_get_parent (row);
  if (row && row != view)
    gtk_widget_grab_focus (row);
}

static void
take (Pointer *self, GtkGesture *gesture)
{
  focus_row (self);
  self->selecting = TRUE;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Pointer *self = user_data;
  int height = gtk_widget_get_height (widget);
  double beyond = self->y < 0 ? self->y : MAX (0, self->y - height);

  if (beyond != 0) {
    GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (widget));

    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + beyond * SPEED);
    extend (self);
  }
  return G_SOURCE_CONTINUE;
}

static void
stop (Pointer *self)
{
  if (self->tick)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self->view), self->tick);
  self->tick = 0;
  self->selecting = FALSE;
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, Pointer *self)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (gesture));

  stop (self);
  if (event && gdk_event_get_event_type (event) == GDK_TOUCH_BEGIN) {
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
    return;
  }
  self->x = x;
  self->y = y;
  if (gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture)) & GDK_SHIFT_MASK) {
    extend (self);
    take (self, GTK_GESTURE (gesture));
  }
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, Pointer *self)
{
  double x, y;

  if (!self->selecting) {
    if (!gtk_drag_check_threshold (GTK_WIDGET (self->view), 0, 0, dx, dy))
      return;
    if (self->unit == BY_LETTER)
      start (self);
    take (self, GTK_GESTURE (gesture));
  }
  if (!gtk_gesture_drag_get_start_point (gesture, &x, &y))
    return;
  self->x = x + dx;
  self->y = y + dy;
  extend (self);
  if (!self->tick)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->view), tick_cb, self, NULL);
}

/* What is selected by the mouse can be pasted with its middle button. */
static void
drag_end_cb (GtkGestureDrag *gesture, double dx, double dy, Pointer *self)
{
  StonechatSelection *selection = stonechat_timeline_view_get_selection (self->view);

  if (!self->selecting && self->unit == BY_LETTER)
    stonechat_selection_clear (selection);
  else if (!stonechat_selection_is_empty (selection))
    stonechat_selection_copy (selection, gtk_widget_get_primary_clipboard (GTK_WIDGET (self->view)));
  stop (self);
}

/* The second click of two selects a word, the third a line. The drag that it may become goes on with that. */
static void
pressed_cb (GtkGestureClick *gesture, int n, double x, double y, Pointer *self)
{
  ChatMessage *message;
  int index;

  self->unit = n == 2 ? BY_WORD : n == 3 ? BY_LINE : BY_LETTER;
  if (self->unit == BY_LETTER)
    return;
  message = stonechat_timeline_view_get_message_at (self->view, x, y, &index);
  if (!message) {
    self->unit = BY_LETTER;
    return;
  }
  self->x = x;
  self->y = y;
  focus_row (self);
  self->message = chat_message_get_id (message);
  find_unit (self->unit, message, index, &self->first, &self->last);
  extend_by_unit (self, message, index);
}

static void
cancel_cb (GtkGesture *gesture, GdkEventSequence *sequence, Pointer *self)
{
  stop (self);
}

void
stonechat_timeline_select_add_gesture (StonechatTimelineView *view)
{
  GtkGesture *drag = gtk_gesture_drag_new (), *click = gtk_gesture_click_new ();
  Pointer *self = g_new0 (Pointer, 1);

  self->view = view;
  g_object_set_data_full (G_OBJECT (drag), "pointer", self, g_free);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  g_signal_connect (drag, "cancel", G_CALLBACK (cancel_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (view), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (view), GTK_EVENT_CONTROLLER (click));
  gtk_gesture_group (click, drag);
}

/* -- keys ------------------------------------------------------------------------------------------------------------ */

static GListModel *
get_model (StonechatTimelineView *view)
{
  GListModel *model;

  g_object_get (view, "timeline", &model, NULL);
  return model;
}

/* Selects the message at a row, from the one where it began. */
static void
select_to (StonechatTimelineView *view, GListModel *model, guint position)
{
  g_autoptr (ChatMessage) message = g_list_model_get_item (model, position);

  if (message)
    stonechat_selection_extend (stonechat_timeline_view_get_selection (view), chat_message_get_id (message), STONECHAT_SELECTION_WHOLE);
}

static gboolean
select_further_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  StonechatTimelineView *view = STONECHAT_TIMELINE_VIEW (widget);
  StonechatSelection *selection = stonechat_timeline_view_get_selection (view);
  g_autoptr (GListModel) model = get_model (view);
  gint64 at = stonechat_timeline_view_get_focused (view), to;

  if (at < 0)
    return FALSE;
  to = CLAMP (at + g_variant_get_int32 (arguments), 0, (gint64) g_list_model_get_n_items (model) - 1);
  if (stonechat_selection_is_empty (selection)) {
    stonechat_selection_clear (selection);
    select_to (view, model, at);
  }
  stonechat_timeline_view_focus_row (view, to);
  select_to (view, model, to);
  return TRUE;
}

/* How far messages are in memory without a gap. */
static guint
end_of_loaded (GListModel *model, guint at, int step)
{
  while (at + step < g_list_model_get_n_items (model)) {
    g_autoptr (ChatMessage) message = g_list_model_get_item (model, at + step);

    if (!message)
      break;
    at += step;
  }
  return at;
}

static gboolean
select_all_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  StonechatTimelineView *view = STONECHAT_TIMELINE_VIEW (widget);
  g_autoptr (GListModel) model = get_model (view);
  int index;
  ChatMessage *message = stonechat_timeline_view_get_message_at (view, 0, 0, &index);
  guint at = message ? chat_timeline_find (CHAT_TIMELINE (model), chat_message_get_id (message)) : G_MAXUINT;

  if (at == G_MAXUINT)
    return FALSE;
  stonechat_selection_clear (stonechat_timeline_view_get_selection (view));
  select_to (view, model, end_of_loaded (model, at, -1));
  select_to (view, model, end_of_loaded (model, at, 1));
  return TRUE;
}

static gboolean
unselect_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  StonechatSelection *selection = stonechat_timeline_view_get_selection (STONECHAT_TIMELINE_VIEW (widget));
  gboolean was_empty = stonechat_selection_is_empty (selection);

  stonechat_selection_clear (selection);
  return !was_empty;
}

/* What is selected, or the message that has the focus. */
static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatSelection *selection = stonechat_timeline_view_get_selection (STONECHAT_TIMELINE_VIEW (widget));
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  if (!stonechat_selection_is_empty (selection))
    stonechat_selection_copy (selection, gtk_widget_get_clipboard (widget));
  else if (focus && gtk_widget_is_ancestor (focus, widget))
    gtk_widget_activate_action (focus, "message.copy", NULL);
}

void
stonechat_timeline_select_add_keys (GtkWidgetClass *view_class)
{
  gtk_widget_class_add_binding (view_class, GDK_KEY_Up, GDK_SHIFT_MASK, select_further_cb, "i", -1);
  gtk_widget_class_add_binding (view_class, GDK_KEY_Down, GDK_SHIFT_MASK, select_further_cb, "i", 1);
  gtk_widget_class_add_binding (view_class, GDK_KEY_a, GDK_CONTROL_MASK, select_all_cb, NULL);
  gtk_widget_class_add_binding (view_class, GDK_KEY_Escape, 0, unselect_cb, NULL);
  gtk_widget_class_add_binding_action (view_class, GDK_KEY_c, GDK_CONTROL_MASK, "timeline.copy", NULL);
  gtk_widget_class_install_action (view_class, "timeline.copy", NULL, copy_action);
}
