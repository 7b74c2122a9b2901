/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-timeline-rows.h"
#include "stonechat-message-row.h"

#define BOTTOM 10           /* below the last message */
#define GUESSES 4096         /* in one frame: a quarter of a millisecond */
#define FAR_AWAY 20000      /* where the pinned row is */

static int
guess_height (guint position, gpointer user_data)
{
  StonechatTimelineRows *self = user_data;
  int column = MAX (120, MIN (860, self->width - 28) * 8 / 10 - 24);
  guint length = chat_timeline_get_estimated_length (self->timeline, position);

  return 19 + 19 * (1 + (int) (length * 7.4 / column));
}

guint
stonechat_timeline_rows_get_n_items (StonechatTimelineRows *self)
{
  return stonechat_heights_get_n (self->heights);
}

guint
stonechat_timeline_rows_get_n_widgets (StonechatTimelineRows *self)
{
  return self->widgets->len + self->pool->len + (self->pinned != NULL);
}

guint
stonechat_timeline_rows_get_end (StonechatTimelineRows *self)
{
  return self->first + self->widgets->len;
}

gboolean
stonechat_timeline_rows_has (StonechatTimelineRows *self, guint position)
{
  return position >= self->first && position < stonechat_timeline_rows_get_end (self);
}

GtkWidget *
stonechat_timeline_rows_at (StonechatTimelineRows *self, guint position)
{
  return self->widgets->pdata[position - self->first];
}

gint64
stonechat_timeline_rows_find (StonechatTimelineRows *self, GtkWidget *row)
{
  guint i;

  if (row && row == self->pinned)
    return self->pinned_at;
  return row && g_ptr_array_find (self->widgets, row, &i) ? (gint64) self->first + i : -1;
}

/* The focus child of the view would be none while another window is active. */
GtkWidget *
stonechat_timeline_rows_get_focused (StonechatTimelineRows *self)
{
  GtkRoot *root = gtk_widget_get_root (self->view);
  GtkWidget *widget = root ? gtk_root_get_focus (root) : NULL;

  while (widget && gtk_widget_get_parent (widget) != self->view)
    widget = gtk_widget_get_parent (widget);
  return widget;
}

int
stonechat_timeline_rows_get_height (StonechatTimelineRows *self, guint position)
{
  return stonechat_heights_get (self->heights, position);
}

int
stonechat_timeline_rows_get_distance (StonechatTimelineRows *self, guint from, guint to)
{
  int distance = 0;

  for (guint i = from; i < to; i++)
    distance += stonechat_heights_get (self->heights, i);
  for (guint i = to; i < from; i++)
    distance -= stonechat_heights_get (self->heights, i);
  return distance;
}

/* -- widgets --------------------------------------------------------------------------------------------------------- */

static void
put_in_pool (StonechatTimelineRows *self, GtkWidget *row)
{
  stonechat_message_row_set_item (STONECHAT_MESSAGE_ROW (row), NULL);
  gtk_widget_set_child_visible (row, FALSE);
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  g_ptr_array_add (self->pool, row);
}

static void
drop_pinned (StonechatTimelineRows *self)
{
  if (self->pinned)
    put_in_pool (self, g_steal_pointer (&self->pinned));
}

void
stonechat_timeline_rows_release_pinned (StonechatTimelineRows *self)
{
  if (stonechat_timeline_rows_get_focused (self) != self->pinned)
    drop_pinned (self);
}

static void
recycle (StonechatTimelineRows *self, guint position)
{
  GtkWidget *row = stonechat_timeline_rows_at (self, position);

  if (stonechat_timeline_rows_get_focused (self) != row) {
    put_in_pool (self, row);
    return;
  }
  /* The focus stays where it is, even off screen. */
  drop_pinned (self);
  self->pinned = row;
  self->pinned_at = position;
}

static void
recycle_all (StonechatTimelineRows *self)
{
  for (guint i = 0; i < self->widgets->len; i++)
    recycle (self, self->first + i);
  g_ptr_array_set_size (self->widgets, 0);
}

static void
measure_row (StonechatTimelineRows *self, guint position, GtkWidget *row)
{
  gboolean is_last = position + 1 == stonechat_timeline_rows_get_n_items (self);
  int minimum, natural;

  if (!stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (row)))
    return;     /* not loaded: the guess holds */
  gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, self->width, &minimum, &natural, NULL, NULL);
  stonechat_heights_set (self->heights, position, MAX (minimum, natural) + (is_last ? BOTTOM : 0));
}

static void
select_row (StonechatTimelineRows *self, guint position, GtkWidget *row)
{
  int start, end;

  if (stonechat_selection_get_range (self->selection, position, &start, &end))
    stonechat_message_row_select (STONECHAT_MESSAGE_ROW (row), start, end);
  else
    stonechat_message_row_unselect (STONECHAT_MESSAGE_ROW (row));
}

static void
mark_row (StonechatTimelineRows *self, GtkWidget *row)
{
  ChatMessage *item = stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (row));
  g_autoptr (GArray) ranges = item && self->found ? chat_pattern_find (self->found, chat_message_get_text (item)) : NULL;

  stonechat_message_row_highlight (STONECHAT_MESSAGE_ROW (row), ranges, item && chat_message_get_id (item) == self->found_in);
}

void
stonechat_timeline_rows_mark (StonechatTimelineRows *self, const char *text, gint64 message)
{
  g_clear_pointer (&self->found, chat_pattern_free);
  self->found = text ? chat_pattern_new_whole (text) : NULL;
  self->found_in = message;
  for (guint i = 0; i < self->widgets->len; i++)
    mark_row (self, self->widgets->pdata[i]);
  if (self->pinned)
    mark_row (self, self->pinned);
}

static void
fill_row (StonechatTimelineRows *self, guint position, GtkWidget *row)
{
  g_autoptr (ChatMessage) item = g_list_model_get_item (G_LIST_MODEL (self->timeline), position);

  stonechat_message_row_set_item (STONECHAT_MESSAGE_ROW (row), item);
  select_row (self, position, row);
  mark_row (self, row);
}

/* Not filled yet: before, it takes its place among its siblings, whose order is that on the screen. */
static GtkWidget *
take_widget (StonechatTimelineRows *self, guint position)
{
  if (self->pinned && self->pinned_at == position)
    return g_steal_pointer (&self->pinned);
  if (self->pool->len > 0)
    return g_ptr_array_steal_index_fast (self->pool, self->pool->len - 1);
  return stonechat_message_row_new ();
}

/* What waits in the pool is no row for a screen reader. */
static void
set_up_row (StonechatTimelineRows *self, guint position, GtkWidget *row)
{
  gtk_widget_set_child_visible (row, TRUE);
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_HIDDEN, FALSE, -1);
  fill_row (self, position, row);
  measure_row (self, position, row);
}

void
stonechat_timeline_rows_add_above (StonechatTimelineRows *self)
{
  GtkWidget *row = take_widget (self, self->first - 1);

  gtk_widget_insert_before (row, self->view, self->widgets->pdata[0]);
  g_ptr_array_insert (self->widgets, 0, row);
  set_up_row (self, --self->first, row);
}

void
stonechat_timeline_rows_add_below (StonechatTimelineRows *self)
{
  guint position = stonechat_timeline_rows_get_end (self);
  GtkWidget *row = take_widget (self, position);

  gtk_widget_insert_after (row, self->view, self->widgets->len ? self->widgets->pdata[self->widgets->len - 1] : NULL);
  g_ptr_array_add (self->widgets, row);
  set_up_row (self, position, row);
}

void
stonechat_timeline_rows_start_at (StonechatTimelineRows *self, guint position)
{
  recycle_all (self);
  self->first = position;
  stonechat_timeline_rows_add_below (self);
}

void
stonechat_timeline_rows_remove_first (StonechatTimelineRows *self)
{
  recycle (self, self->first);
  g_ptr_array_remove_index (self->widgets, 0);
  self->first++;
}

void
stonechat_timeline_rows_remove_last (StonechatTimelineRows *self)
{
  recycle (self, stonechat_timeline_rows_get_end (self) - 1);
  g_ptr_array_set_size (self->widgets, self->widgets->len - 1);
}

void
stonechat_timeline_rows_measure (StonechatTimelineRows *self)
{
  for (guint i = 0; i < self->widgets->len; i++)
    measure_row (self, self->first + i, self->widgets->pdata[i]);
}

static void
place (GtkWidget *row, int width, int height, int y)
{
  gtk_widget_allocate (row, width, height, -1, gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (0, y)));
}

void
stonechat_timeline_rows_allocate (StonechatTimelineRows *self, int y)
{
  int minimum, natural;

  for (guint i = 0; i < self->widgets->len; i++) {
    int height = stonechat_timeline_rows_get_height (self, self->first + i);

    place (self->widgets->pdata[i], self->width, height, y);
    y += height;
  }
  if (self->pinned) {
    gtk_widget_measure (self->pinned, GTK_ORIENTATION_VERTICAL, self->width, &minimum, &natural, NULL, NULL);
    place (self->pinned, self->width, natural, self->pinned_at < self->first ? -FAR_AWAY : FAR_AWAY);
  }
}

void
stonechat_timeline_rows_show_selection (StonechatTimelineRows *self)
{
  for (guint i = 0; i < self->widgets->len; i++)
    select_row (self, self->first + i, self->widgets->pdata[i]);
}

/* -- the model ------------------------------------------------------------------------------------------------------- */

guint
stonechat_timeline_rows_move (StonechatTimelineRows *self, guint at, guint position, guint removed, guint added)
{
  if (removed == added || at < position)
    return at;
  return at >= position + removed ? at + added - removed : MIN (position, MAX (stonechat_timeline_rows_get_n_items (self), 1) - 1);
}

void
stonechat_timeline_rows_change (StonechatTimelineRows *self, guint position, guint removed, guint added)
{
  guint end = stonechat_timeline_rows_get_end (self);

  if (removed == added) {
    /* Pages that came in, or rows that changed. Those that have a widget are measured before they are shown. */
    stonechat_heights_guess_again (self->heights, position, MIN (position + added, self->first));
    stonechat_heights_guess_again (self->heights, MAX (position, end), position + added);
    for (guint i = MAX (position, self->first); i < MIN (position + added, end); i++)
      fill_row (self, i, stonechat_timeline_rows_at (self, i));
    return;
  }
  stonechat_heights_splice (self->heights, position, removed, added);
  if (position + removed <= self->first)
    self->first += added - removed;
  else if (position < end)
    recycle_all (self);
  self->pinned_at = stonechat_timeline_rows_move (self, self->pinned_at, position, removed, added);
  if (stonechat_timeline_rows_get_n_items (self) == 0)
    drop_pinned (self);
  else if (self->pinned)
    fill_row (self, self->pinned_at, self->pinned);
}

void
stonechat_timeline_rows_set_width (StonechatTimelineRows *self, int width)
{
  self->width = width;
  self->guessed = 0;
}

gboolean
stonechat_timeline_rows_guess_more (StonechatTimelineRows *self)
{
  guint start = self->guessed, end = MIN (start + GUESSES, stonechat_timeline_rows_get_n_items (self));

  /* Those that have a widget are measured. */
  stonechat_heights_guess_again (self->heights, start, MIN (end, self->first));
  stonechat_heights_guess_again (self->heights, MAX (start, stonechat_timeline_rows_get_end (self)), end);
  self->guessed = end;
  return end < stonechat_timeline_rows_get_n_items (self);
}

void
stonechat_timeline_rows_set_timeline (StonechatTimelineRows *self, ChatTimeline *timeline)
{
  recycle_all (self);
  drop_pinned (self);
  stonechat_heights_splice (self->heights, 0, stonechat_timeline_rows_get_n_items (self), 0);
  g_set_object (&self->timeline, timeline);
  self->first = 0;
  if (timeline)
    stonechat_heights_splice (self->heights, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (timeline)));
}

StonechatTimelineRows *
stonechat_timeline_rows_new (GtkWidget *view, StonechatSelection *selection)
{
  StonechatTimelineRows *self = g_new0 (StonechatTimelineRows, 1);

  self->view = view;
  self->selection = g_object_ref (selection);
  self->heights = stonechat_heights_new (guess_height, self);
  self->widgets = g_ptr_array_new ();
  self->pool = g_ptr_array_new ();
  return self;
}

void
stonechat_timeline_rows_free (StonechatTimelineRows *self)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->view)))
    gtk_widget_unparent (row);
  g_clear_object (&self->timeline);
  g_clear_pointer (&self->found, chat_pattern_free);
  g_object_unref (self->selection);
  stonechat_heights_free (self->heights);
  g_ptr_array_unref (self->widgets);
  g_ptr_array_unref (self->pool);
  g_free (self);
}
