/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-message-private.h"
#include "timeline-test.h"

#include <math.h>
#include <stdlib.h>

/* W-14: the pixel rule. Random sequences of all that happens to a chat, several things in one frame, also while the user scrolls;
 * after each painted frame the message under the eye is where it was, but for what the user scrolled. It may move only where the
 * chat ends: the view is never left empty there.
 *
 * Each run plays another sequence and says its seed. STONECHAT_PIXELS_SEED plays that of a seed again, STONECHAT_PIXELS_STEPS says
 * how long it is. */

#define ROWS 1500
#define STEPS 1500
#define LOADED 3            /* of four rows that come in, so many are there at once */

typedef struct {
  Fixture *fixture;
  gint64 eye;               /* the message that is read; 0: none to be watched in this frame */
  double y;                 /* where its bubble should be, with parts of pixels */
  double velocity;          /* of a fling, pixels a frame */
  guint step, checked, moved_at_edge;
  const char *last[8];      /* what happened, for the message of a failure */
  guint n_last;
} Pixels;

/* -- looking --------------------------------------------------------------------------------------------------------- */

static GtkWidget *
find_row (Pixels *self, gint64 id)
{
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->fixture->view));

  for (; row; row = gtk_widget_get_next_sibling (row)) {
    ChatMessage *item = stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (row));

    if (item && chat_message_get_id (item) == id && gtk_widget_get_child_visible (row))
      return row;
  }
  return NULL;
}

static double
bubble_y (Pixels *self, GtkWidget *row)
{
  double x, y;

  gtk_widget_translate_coordinates (row, GTK_WIDGET (self->fixture->view), 0, 0, &x, &y);
  return y + stonechat_message_row_get_bubble_y (STONECHAT_MESSAGE_ROW (row), gtk_widget_get_width (row));
}

/* Of the loaded ones in view the first whose top is, else the one that begins above. */
static const Shown *
choose_eye (GArray *shown)
{
  const Shown *best = NULL;

  for (guint i = 0; i < shown->len; i++) {
    const Shown *row = &g_array_index (shown, Shown, i);

    if (!stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (row->row)))
      continue;
    if (row->y >= 0)
      return row;
    best = best ? best : row;
  }
  return best;
}

static gboolean
is_at_edge (Pixels *self, GArray *shown)
{
  ChatTimeline *timeline = self->fixture->timeline;
  const Shown *top = &g_array_index (shown, Shown, 0), *bottom = &g_array_index (shown, Shown, shown->len - 1);
  guint last = g_list_model_get_n_items (G_LIST_MODEL (timeline)) - 1;

  return (top->id == fake_timeline_get_id (timeline, 0) && top->y >= 0) ||
         (bottom->id == fake_timeline_get_id (timeline, last) &&
          bottom->y + bottom->height <= gtk_widget_get_height (GTK_WIDGET (self->fixture->view)));
}

/* Rows are shown at whole pixels; the parts that are left over are the same for all of them, and those of the scroll bar. */
static void
look_on (Pixels *self, const Shown *eye)
{
  double offset = gtk_adjustment_get_value (self->fixture->adjustment) - gtk_adjustment_get_lower (self->fixture->adjustment);
  double part = -offset - floor (-offset + 0.5);

  self->eye = eye ? eye->id : 0;
  self->y = eye ? bubble_y (self, eye->row) + part : 0;
}

static void
painted_cb (GdkFrameClock *clock, Pixels *self)
{
  g_autoptr (GArray) shown = NULL;
  GtkWidget *row = self->eye ? find_row (self, self->eye) : NULL;

  if (!self->fixture->view || !self->fixture->timeline)
    return;
  shown = get_shown (self->fixture);
  if (shown->len == 0)
    return;
  if (row && bubble_y (self, row) != floor (self->y + 0.5)) {
    if (!is_at_edge (self, shown)) {
      for (guint i = MAX (self->n_last, 8) - 8; i < self->n_last; i++)
        g_test_message ("before: %s", self->last[i % 8]);
      g_error ("step %u: message %d is at %g instead of %g", self->step, (int) self->eye, bubble_y (self, row), floor (self->y + 0.5));
    }
    self->moved_at_edge++;
  }
  self->checked += row != NULL;
  look_on (self, choose_eye (shown));
}

/* -- what happens ---------------------------------------------------------------------------------------------------- */

static guint
n_items (Pixels *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->fixture->timeline));
}

/* A row: mostly near the eye. */
static guint
some_row (Pixels *self)
{
  guint n = n_items (self), at = self->eye ? chat_timeline_find (self->fixture->timeline, self->eye) : n - 1;
  int aside = g_test_rand_int_range (-14, 18);

  if (at == G_MAXUINT || g_test_rand_int_range (0, 4) == 0)
    return g_test_rand_int_range (0, n);
  return CLAMP ((int) at + aside, 0, (int) n - 1);
}

static guint
some_number (guint most, guint limit)
{
  guint n = g_test_rand_int_range (1, most + 1);

  return MIN (n, limit);
}

static ChatMessage *
some_message (Pixels *self)
{
  return g_list_model_get_item (G_LIST_MODEL (self->fixture->timeline), some_row (self));
}

static void
scroll (Pixels *self, double pixels)
{
  double before = gtk_adjustment_get_value (self->fixture->adjustment);

  scroll_by (self->fixture, pixels);
  self->y -= gtk_adjustment_get_value (self->fixture->adjustment) - before;
}

static void
wheel (Pixels *self)
{
  scroll (self, g_test_rand_int_range (-150, 150));
}

/* A page away at once, as by a click beside the handle. */
static void
page (Pixels *self)
{
  scroll (self, g_test_rand_bit () ? -430 : 430);
}

static void
fling (Pixels *self)
{
  self->velocity = g_test_rand_double_range (-90, 90);
}

static gboolean
fling_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Pixels *self = user_data;

  if (fabs (self->velocity) > 0.5)
    scroll (self, self->velocity);
  self->velocity *= 0.95;
  return G_SOURCE_CONTINUE;
}

static void
insert (Pixels *self, guint at, guint n)
{
  fake_timeline_insert (self->fixture->timeline, at, n, g_test_rand_int_range (0, 4) < LOADED);
}

static void
older (Pixels *self)
{
  insert (self, 0, g_test_rand_int_range (1, 120));
}

static void
newer (Pixels *self)
{
  insert (self, n_items (self), g_test_rand_int_range (1, 4));
}

static void
between (Pixels *self)
{
  insert (self, some_row (self), g_test_rand_int_range (1, 12));
}

static void
load (Pixels *self)
{
  guint at = some_row (self), first = at - some_number (60, at);

  fake_timeline_load (self->fixture->timeline, first, some_number (128, n_items (self) - first));
}

static void
edit (Pixels *self)
{
  fake_timeline_edit (self->fixture->timeline, some_row (self), g_test_rand_int_range (1, 1200));
}

/* Another text, a picture or a preview, reactions, a retraction: the row takes another height. */
static void
grow (Pixels *self)
{
  g_autoptr (ChatMessage) message = some_message (self);
  guint length = g_test_rand_int_range (1, 900);
  g_autofree char *text = g_strnfill (length, 'x');
  ChatMessageRow row = { .text = text, .state = CHAT_MESSAGE_RECEIVED, .edited = g_test_rand_bit (), .retracted = g_test_rand_int_range (0, 5) == 0 };

  if (!message)
    return;
  row.kind = chat_message_get_kind (message);
  row.time = chat_message_get_time (message);
  row.reactions = (char *) (g_test_rand_bit () ? "peer\t👍 ❤\nown\t👍" : NULL);
  for (guint i = 19; i < length; i += 20)
    text[i] = ' ';
  chat_message_update (message, &row);
}

static void
state (Pixels *self)
{
  g_autoptr (ChatMessage) message = some_message (self);

  if (message)
    chat_message_set_state (message, g_test_rand_bit () ? CHAT_MESSAGE_FAILED : CHAT_MESSAGE_SENT, "The server is full of the tears of others");
}

static void
lines (Pixels *self)
{
  g_autoptr (ChatMessage) message = some_message (self);

  if (message)
    chat_message_set_flags (message, g_test_rand_int_range (0, 32));
}

/* The row that is read may go, too: then the one below stays where it is. */
static void
delete (Pixels *self)
{
  guint at = some_row (self), n = some_number (4, n_items (self) - at), eye;
  g_autoptr (GArray) shown = get_shown (self->fixture);
  const Shown *next = NULL;

  if (n_items (self) < ROWS / 2)
    return;
  eye = self->eye ? chat_timeline_find (self->fixture->timeline, self->eye) : G_MAXUINT;
  for (guint i = 0; eye >= at && eye < at + n && i < shown->len; i++)
    if (chat_timeline_find (self->fixture->timeline, g_array_index (shown, Shown, i).id) == at + n)
      next = &g_array_index (shown, Shown, i);
  if (eye >= at && eye < at + n)
    look_on (self, next && stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (next->row)) ? next : NULL);
  fake_timeline_remove (self->fixture->timeline, at, n);
}

static void
resize (Pixels *self)
{
  gtk_widget_set_size_request (self->fixture->scrolled, g_test_rand_int_range (330, 900), g_test_rand_int_range (300, 620));
}

/* The composer grows by a line, or is one line again. */
static void
compose (Pixels *self)
{
  int width, height, change = 20 * g_test_rand_int_range (-2, 3);

  gtk_widget_get_size_request (self->fixture->scrolled, &width, &height);
  gtk_widget_set_size_request (self->fixture->scrolled, width, CLAMP (height + change, 300, 620));
}

static void
select_some (Pixels *self)
{
  press (self->fixture, GDK_KEY_a, GDK_CONTROL_MASK);
}

static void
go_to (Pixels *self)
{
  self->eye = 0;
  if (g_test_rand_int_range (0, 3) == 0)
    stonechat_timeline_view_go_to_end (self->fixture->view);
  else
    stonechat_timeline_view_go_to (self->fixture->view, fake_timeline_get_id (self->fixture->timeline, g_test_rand_int_range (0, n_items (self))), TRUE);
  self->velocity = 0;
  /* It waits for texts first; until it is there nobody reads where they were. */
  do {
    wait_frames (self->fixture, 1);
    self->eye = 0;
  } while (stonechat_timeline_view_is_on_its_way (self->fixture->view));
}

typedef struct { const char *name; void (*play) (Pixels *self); guint weight; } Event;

/* Those that take the eye elsewhere come alone. */
static const Event quiet[] = {
  { "older", older, 4 }, { "newer", newer, 5 }, { "between", between, 2 }, { "load", load, 5 }, { "edit", edit, 4 }, { "grow", grow, 5 },
  { "state", state, 3 }, { "lines", lines, 6 }, { "resize", resize, 2 }, { "compose", compose, 3 }, { "select", select_some, 1 },
}, loud[] = {
  { "wheel", wheel, 8 }, { "page", page, 2 }, { "fling", fling, 2 }, { "delete", delete, 4 }, { "go-to", go_to, 1 },
};

static void
play_one (Pixels *self, const Event *events, guint n)
{
  guint sum = 0, at;

  for (guint i = 0; i < n; i++)
    sum += events[i].weight;
  at = g_test_rand_int_range (0, sum);
  while (at >= events->weight)
    at -= (events++)->weight;
  self->last[self->n_last++ % 8] = events->name;
  events->play (self);
}

static void
test_pixels (Fixture *fixture, gconstpointer data)
{
  const char *steps = g_getenv ("STONECHAT_PIXELS_STEPS");
  guint n = steps ? atoi (steps) : STEPS;
  Pixels self = { .fixture = fixture };
  ChatTimeline *timeline = fake_timeline_new (ROWS / 2, FALSE);
  guint tick;

  fake_timeline_write_code (timeline);
  fake_timeline_insert (timeline, ROWS / 4, ROWS / 2, TRUE);
  show_timeline (fixture, timeline);
  stonechat_timeline_view_go_to (fixture->view, fake_timeline_get_id (timeline, ROWS / 2), FALSE);
  wait_frames (fixture, 2);
  g_signal_connect (fixture->clock, "after-paint", G_CALLBACK (painted_cb), &self);
  tick = gtk_widget_add_tick_callback (fixture->window, fling_cb, &self, NULL);
  wait_frames (fixture, 1);
  for (self.step = 0; self.step < n; self.step++) {
    gboolean is_loud = g_test_rand_int_range (0, 5) == 0;

    fixture->at_end = !is_loud && fabs (self.velocity) < 0.5 && stonechat_timeline_view_get_at_end (fixture->view);
    if (is_loud)
      play_one (&self, loud, G_N_ELEMENTS (loud));
    else
      for (int i = g_test_rand_int_range (1, 4); i > 0; i--)
        play_one (&self, quiet, G_N_ELEMENTS (quiet));
    wait_frames (fixture, 1);
  }
  gtk_widget_remove_tick_callback (fixture->window, tick);
  g_signal_handlers_disconnect_by_data (fixture->clock, &self);
  g_test_message ("%u frames looked at, in %u the chat's end moved it", self.checked, self.moved_at_edge);
  g_assert_cmpuint (self.checked, >, n / 2);
}

static const TimelineTest tests[] = { { "W-14-one", test_pixels } };

int
main (int argc, char *argv[])
{
  const char *seed = g_getenv ("STONECHAT_PIXELS_SEED");
  g_autofree char *given = seed ? g_strdup_printf ("--seed=%s", seed) : NULL;
  char *arguments[] = { argv[0], given, NULL };

  return run_timeline_tests (given ? 2 : argc, given ? arguments : argv, "timeline-pixels", tests, G_N_ELEMENTS (tests));
}
