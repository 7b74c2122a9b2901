/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-message-private.h"
#include "timeline-test.h"

#include <malloc.h>

/* W-14: the message that is read does not move by a pixel, whatever comes and goes around it. Looked at in every frame that
 * is painted (timeline-test.c), as a jump that is mended a frame later is one all the same. */

static guint
n_items (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->timeline));
}

static gint64
first_shown (Fixture *fixture)
{
  g_autoptr (GArray) shown = get_shown (fixture);

  return g_array_index (shown, Shown, 0).id;
}

static void
test_opens_at_end (Fixture *fixture, gconstpointer data)
{
  fixture->at_end = TRUE;
  show_timeline (fixture, fake_timeline_new (2000, TRUE));
  g_assert_true (stonechat_timeline_view_get_at_end (fixture->view));
  for (guint i = 0; i < 30; i++) {
    fake_timeline_insert (fixture->timeline, n_items (fixture), 1 + i % 3, TRUE);
    wait_frames (fixture, 1);
  }
  fake_timeline_remove (fixture->timeline, n_items (fixture) - 1, 1);
  wait_frames (fixture, 2);
  gtk_widget_set_size_request (fixture->scrolled, 640, 350);
  wait_frames (fixture, 2);
  gtk_widget_set_size_request (fixture->scrolled, 420, 600);
  wait_frames (fixture, 3);
  g_assert_true (stonechat_timeline_view_get_at_end (fixture->view));
  g_assert_cmpuint (fixture->holes, ==, 0);
}

static void
test_opens_at_unread (Fixture *fixture, gconstpointer data)
{
  ChatTimeline *timeline = fake_timeline_new (500, TRUE);
  g_autoptr (GArray) shown = NULL;

  fake_timeline_set_first_unread (timeline, 400);
  show_timeline (fixture, timeline);
  shown = get_shown (fixture);
  g_assert_cmpint (g_array_index (shown, Shown, 0).id, ==, fake_timeline_get_id (timeline, 400));
  g_assert_cmpfloat (g_array_index (shown, Shown, 0).y, ==, 0);
  g_assert_false (stonechat_timeline_view_get_at_end (fixture->view));
}

/* All unread ones fit: that is the end, and what comes is followed. */
static void
test_few_unread (Fixture *fixture, gconstpointer data)
{
  ChatTimeline *timeline = fake_timeline_new (500, TRUE);

  fake_timeline_set_first_unread (timeline, 497);
  show_timeline (fixture, timeline);
  g_assert_true (stonechat_timeline_view_get_at_end (fixture->view));
  fixture->at_end = TRUE;
  fake_timeline_insert (timeline, 500, 1, TRUE);
  wait_frames (fixture, 2);
}

/* Scrolled up a little, the window grows: the last message comes into view, and it is the end again. */
static void
test_grows_to_end (Fixture *fixture, gconstpointer data)
{
  show_timeline (fixture, fake_timeline_new (300, TRUE));
  scroll_by (fixture, -150);
  wait_frames (fixture, 2);
  g_assert_false (stonechat_timeline_view_get_at_end (fixture->view));
  gtk_widget_set_size_request (fixture->scrolled, 640, 700);
  wait_frames (fixture, 3);
  g_assert_true (stonechat_timeline_view_get_at_end (fixture->view));
}

/* Each chat is where it was left, whatever came meanwhile; but one that was left at its end is at its end. */
static void
test_returns (Fixture *fixture, gconstpointer data)
{
  ChatTimeline *other = fake_timeline_new (500, TRUE);
  gint64 watched, message;
  double y;
  int kept_y;

  show_timeline (fixture, fake_timeline_new (800, TRUE));
  scroll_by (fixture, -4321);
  wait_frames (fixture, 2);
  watch (fixture);
  watched = fixture->watched;
  y = fixture->watched_y;
  watch_none (fixture);
  g_object_ref (fixture->timeline);
  for (guint i = 0; i < 2; i++) {
    ChatTimeline *first = fixture->timeline;

    g_assert_true (stonechat_timeline_view_get_place (fixture->view, &message, &kept_y));
    fixture->timeline = other;
    fixture->at_end = TRUE;
    stonechat_timeline_view_open (fixture->view, other, 0, 0);
    wait_frames (fixture, 3);
    fixture->at_end = FALSE;
    fake_timeline_insert (first, 5, 30, TRUE);
    fake_timeline_insert (first, g_list_model_get_n_items (G_LIST_MODEL (first)), 30, TRUE);
    fake_timeline_insert (other, 500, 3, TRUE);
    fixture->timeline = first;
    fixture->watched = watched;
    fixture->watched_y = y;
    stonechat_timeline_view_open (fixture->view, first, message, kept_y);
    wait_frames (fixture, 3);
    g_assert_false (stonechat_timeline_view_get_at_end (fixture->view));
    watch_none (fixture);
  }
  g_object_unref (fixture->timeline);
  g_assert_finalize_object (other);
}

static void
test_appended (Fixture *fixture, gconstpointer data)
{
  show_timeline (fixture, fake_timeline_new (1000, TRUE));
  scroll_by (fixture, -700);
  wait_frames (fixture, 2);
  g_assert_false (stonechat_timeline_view_get_at_end (fixture->view));
  watch (fixture);
  for (guint i = 0; i < 40; i++) {
    fake_timeline_insert (fixture->timeline, n_items (fixture), 1, TRUE);
    wait_frames (fixture, 1);
  }
  g_assert_cmpuint (fixture->holes, ==, 0);
}

/* Pages of 128 that come in, with rows of them in view, above it and below it. */
static void
test_pages (Fixture *fixture, gconstpointer data)
{
  ChatTimeline *timeline = fake_timeline_new (2000, FALSE);

  fake_timeline_load (timeline, 1990, 10);
  show_timeline (fixture, timeline);
  watch (fixture);
  fake_timeline_load (timeline, 1862, 128);
  wait_frames (fixture, 3);
  for (guint i = 0; i < 40; i++) {
    guint at;

    watch_none (fixture);
    scroll_by (fixture, -433);
    wait_frames (fixture, 2);
    if (fake_timeline_get_n_wanted (timeline) == 0)
      continue;
    at = watch (fixture);
    while (at > 0 && stonechat_timeline_view_get_row_y (fixture->view, at - 1) != G_MININT)
      at--;
    at -= at % 128;
    fake_timeline_load (timeline, at, MIN (128, n_items (fixture) - at));
    wait_frames (fixture, 2);
  }
  g_assert_cmpuint (fixture->holes, ==, 0);
}

/* Not one row in view is there: the first that comes in stays where its place was. */
static void
test_page_in_view (Fixture *fixture, gconstpointer data)
{
  ChatTimeline *timeline = fake_timeline_new (5000, FALSE);
  int before, position = 0;

  show_timeline (fixture, timeline);
  gtk_adjustment_set_value (fixture->adjustment, (gtk_adjustment_get_lower (fixture->adjustment) + gtk_adjustment_get_upper (fixture->adjustment)) / 2);
  wait_frames (fixture, 3);
  while ((before = stonechat_timeline_view_get_row_y (fixture->view, position)) < 0)
    position++;
  fake_timeline_load (timeline, position - 100, 103);
  wait_frames (fixture, 3);
  g_assert_cmpint (stonechat_timeline_view_get_row_y (fixture->view, position), ==, before);
  fake_timeline_load (timeline, position, 128);
  wait_frames (fixture, 3);
  g_assert_cmpint (stonechat_timeline_view_get_row_y (fixture->view, position), ==, before);
}

/* What is there is read, not what is still on its way above it. */
static void
test_page_above (Fixture *fixture, gconstpointer data)
{
  ChatTimeline *timeline = fake_timeline_new (1000, FALSE);

  fake_timeline_load (timeline, 500, 500);
  fixture->timeline = timeline;
  stonechat_timeline_view_open (fixture->view, timeline, fake_timeline_get_id (timeline, 500), 200);
  wait_until (fixture, stonechat_timeline_view_get_row_y (fixture->view, 500) == 200);
  fixture->watched = fake_timeline_get_id (timeline, 500);
  fixture->watched_y = 200;
  wait_frames (fixture, 2);
  fake_timeline_load (timeline, 499, 1);
  wait_frames (fixture, 2);
  fake_timeline_load (timeline, 400, 99);
  wait_frames (fixture, 2);
}

static void
test_changes_above (Fixture *fixture, gconstpointer data)
{
  guint at;

  show_timeline (fixture, fake_timeline_new (1000, TRUE));
  scroll_by (fixture, -3000);
  wait_frames (fixture, 2);
  at = watch (fixture);
  for (guint i = 1; i < 20; i++) {
    g_autoptr (ChatMessage) message = NULL;

    fake_timeline_edit (fixture->timeline, at - i, i % 2 ? 900 : 3);
    wait_frames (fixture, 1);
    message = g_list_model_get_item (G_LIST_MODEL (fixture->timeline), at - i);
    chat_message_set_state (message, CHAT_MESSAGE_FAILED, "No such person");
    wait_frames (fixture, 1);
    fake_timeline_edit (fixture->timeline, at + i, i % 2 ? 3 : 900);
    wait_frames (fixture, 1);
  }
  fake_timeline_insert (fixture->timeline, at, 3, TRUE);
  wait_frames (fixture, 2);
  fake_timeline_insert (fixture->timeline, 10, 50, TRUE);
  wait_frames (fixture, 2);
  at = chat_timeline_find (fixture->timeline, fixture->watched);
  fake_timeline_remove (fixture->timeline, at - 6, 1);
  wait_frames (fixture, 2);
  fake_timeline_remove (fixture->timeline, at - 30, 20);
  wait_frames (fixture, 2);
  fake_timeline_remove (fixture->timeline, 0, 100);
  wait_frames (fixture, 2);
  g_assert_cmpuint (fixture->holes, ==, 0);
}

/* The day over the topmost message goes when an older one of the same day comes: its text stays, and all below. */
static void
test_lines_above (Fixture *fixture, gconstpointer data)
{
  const ChatMessageFlags flags[] = { CHAT_MESSAGE_DAY_START | CHAT_MESSAGE_HEAD, CHAT_MESSAGE_HEAD, 0, CHAT_MESSAGE_DAY_START, 0 };
  g_autoptr (ChatMessage) message = NULL;
  guint at;

  show_timeline (fixture, fake_timeline_new (1000, TRUE));
  scroll_by (fixture, -3000);
  wait_frames (fixture, 2);
  at = watch (fixture);
  fixture->watched = fake_timeline_get_id (fixture->timeline, at + 1);
  fixture->watched_y = stonechat_timeline_view_get_row_y (fixture->view, at + 1);
  message = g_list_model_get_item (G_LIST_MODEL (fixture->timeline), at);
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++) {
    chat_message_set_flags (message, flags[i]);
    wait_frames (fixture, 2);
  }
  g_assert_cmpuint (fixture->holes, ==, 0);
}

/* W-03, W-07: what the archive brings comes above, between what is in view, and below it, a lot in each frame. */
static void
test_archive (Fixture *fixture, gconstpointer data)
{
  show_timeline (fixture, fake_timeline_new (600, TRUE));
  scroll_by (fixture, -2000);
  wait_frames (fixture, 2);
  watch (fixture);
  for (guint i = 0; i < 40; i++) {
    guint at = chat_timeline_find (fixture->timeline, fixture->watched);

    fake_timeline_insert (fixture->timeline, i % 4 == 0 ? 0 : i % 4 == 1 ? at - i % 3 : i % 4 == 2 ? at + 1 + i % 3 : n_items (fixture), 1 + i * 5 % 60, TRUE);
    wait_frames (fixture, 1);
  }
  watch_none (fixture);
  /* Whoever waits at the oldest one for older ones sees it stay. */
  gtk_adjustment_set_value (fixture->adjustment, gtk_adjustment_get_lower (fixture->adjustment));
  wait_frames (fixture, 3);
  g_assert_true (stonechat_timeline_view_is_near_top (fixture->view));
  g_assert_cmpuint (watch (fixture), ==, 0);
  fake_timeline_insert (fixture->timeline, 0, 250, TRUE);
  wait_frames (fixture, 2);
  g_assert_false (stonechat_timeline_view_is_near_top (fixture->view));
  watch_none (fixture);
  /* And whoever is at the end stays there. */
  stonechat_timeline_view_go_to_end (fixture->view);
  wait_frames (fixture, 2);
  fixture->at_end = TRUE;
  for (guint i = 0; i < 20; i++) {
    fake_timeline_insert (fixture->timeline, n_items (fixture) - i % 5, 1 + i, TRUE);
    wait_frames (fixture, 1);
  }
  g_assert_cmpuint (fixture->holes, ==, 0);
}

/* A chat in which only the last few messages are here. */
static void
test_archive_short (Fixture *fixture, gconstpointer data)
{
  fixture->at_end = TRUE;
  show_timeline (fixture, fake_timeline_new (2, TRUE));
  g_assert_true (stonechat_timeline_view_is_near_top (fixture->view));
  for (guint i = 0; i < 12; i++) {
    fake_timeline_insert (fixture->timeline, 0, 3, TRUE);
    wait_frames (fixture, 1);
  }
  g_assert_cmpuint (fixture->holes, ==, 0);
}

/* Those whose end is in view, without one's own: what can be read. */
static void
test_ended (Fixture *fixture, gconstpointer data)
{
  show_timeline (fixture, fake_timeline_new (300, TRUE));
  for (guint step = 0; step < 20; step++) {
    g_autoptr (GPtrArray) ended = NULL;
    g_autoptr (GArray) shown = NULL;
    guint n = 0;

    scroll_by (fixture, -173);
    wait_frames (fixture, 2);
    ended = stonechat_timeline_view_list_ended (fixture->view);
    shown = get_shown (fixture);
    for (guint i = 0; i < shown->len; i++) {
      Shown *row = &g_array_index (shown, Shown, i);

      if (row->id % 3 == 0 || row->y + row->height > gtk_widget_get_height (GTK_WIDGET (fixture->view)))
        continue;
      g_assert_cmpuint (n, <, ended->len);
      g_assert_cmpint (chat_message_get_id (ended->pdata[n++]), ==, row->id);
    }
    g_assert_cmpuint (n, ==, ended->len);
  }
}

/* The row itself goes: what is below stays. */
static void
test_read_row_removed (Fixture *fixture, gconstpointer data)
{
  guint at;

  show_timeline (fixture, fake_timeline_new (1000, TRUE));
  scroll_by (fixture, -3000);
  wait_frames (fixture, 2);
  at = watch (fixture);
  fixture->watched = fake_timeline_get_id (fixture->timeline, at + 1);
  fixture->watched_y = stonechat_timeline_view_get_row_y (fixture->view, at + 1);
  fake_timeline_remove (fixture->timeline, at, 1);
  wait_frames (fixture, 3);
}

static void
test_width (Fixture *fixture, gconstpointer data)
{
  show_timeline (fixture, fake_timeline_new (3000, TRUE));
  scroll_by (fixture, -9000);
  wait_frames (fixture, 2);
  watch (fixture);
  for (int width = 640; width > 330; width -= 23) {
    gtk_widget_set_size_request (fixture->scrolled, width, 500);
    wait_frames (fixture, 1);
  }
  for (int width = 330; width < 900; width += 60) {
    gtk_widget_set_size_request (fixture->scrolled, width, 500);
    wait_frames (fixture, 1);
  }
}

static double
all_of_it (Fixture *fixture)
{
  return gtk_adjustment_get_upper (fixture->adjustment) - gtk_adjustment_get_lower (fixture->adjustment);
}

/* Heights that were guessed for another width are guessed again, a few in each frame. */
static void
test_width_guessed (Fixture *fixture, gconstpointer data)
{
  double before, after;

  fixture->at_end = TRUE;
  show_timeline (fixture, fake_timeline_new (20000, TRUE));
  before = all_of_it (fixture);
  gtk_widget_set_size_request (fixture->scrolled, 360, 500);
  wait_frames (fixture, 12);
  after = all_of_it (fixture);
  g_assert_cmpfloat (after, >, before * 1.2);
  /* As where it was opened at that width, but for a few rows that one of them measured. */
  show_timeline (fixture, fake_timeline_new (20000, TRUE));
  g_assert_cmpfloat_with_epsilon (all_of_it (fixture), after, 2000);
}

/* Fonts that come late, or another size of text in the desktop's settings. */
static void
test_font (Fixture *fixture, gconstpointer data)
{
  GtkSettings *settings = gtk_settings_get_default ();

  show_timeline (fixture, fake_timeline_new (1000, TRUE));
  scroll_by (fixture, -3000);
  wait_frames (fixture, 2);
  watch (fixture);
  g_object_set (settings, "gtk-font-name", "Sans 14", NULL);
  wait_frames (fixture, 3);
  g_object_set (settings, "gtk-font-name", "Sans 9", NULL);
  wait_frames (fixture, 3);
  gtk_settings_reset_property (settings, "gtk-font-name");
  wait_frames (fixture, 3);
}

/* step: of the wheel, or so large that rows which were never measured are reached at once. */
static void
go_to_top_and_back (Fixture *fixture, double step)
{
  g_autoptr (GArray) shown = NULL;
  guint steps = 0;

  fixture->at_end = FALSE;
  while (gtk_adjustment_get_value (fixture->adjustment) > gtk_adjustment_get_lower (fixture->adjustment)) {
    scroll_by (fixture, -step);
    wait_frames (fixture, 1);
    g_assert_cmpuint (steps++, <, 500);
  }
  wait_frames (fixture, 2);
  shown = get_shown (fixture);
  g_assert_cmpint (g_array_index (shown, Shown, 0).id, ==, 1);
  g_assert_cmpfloat (g_array_index (shown, Shown, 0).y, ==, 0);
  while (!stonechat_timeline_view_get_at_end (fixture->view)) {
    scroll_by (fixture, step);
    wait_frames (fixture, 1);
    g_assert_cmpuint (steps++, <, 1000);
  }
  fixture->at_end = TRUE;
  wait_frames (fixture, 2);
}

static void
test_to_top (Fixture *fixture, gconstpointer data)
{
  show_timeline (fixture, fake_timeline_new (300, TRUE));
  go_to_top_and_back (fixture, 311);
  g_assert_cmpuint (fixture->holes, ==, 0);
  gtk_widget_set_size_request (fixture->scrolled, 450, 500);
  wait_frames (fixture, 2);
  go_to_top_and_back (fixture, 1811);
  g_assert_cmpuint (fixture->holes, ==, 0);
}

/* Each step of the wheel moves what is on screen by as much. */
static void
test_wheel_is_even (Fixture *fixture, gconstpointer data)
{
  show_timeline (fixture, fake_timeline_new (1000, TRUE));
  for (guint i = 0; i < 24; i++) {
    double step = i < 12 ? -57 : 91;

    scroll_by (fixture, i == 0 ? -3000 : step);
    wait_frames (fixture, 2);
    if (i > 0)
      watch (fixture);
    scroll_by (fixture, step);
    fixture->watched_y -= step;
    wait_frames (fixture, 2);
    watch_none (fixture);
  }
}

/* A finger that moves slowly gives parts of a pixel; they must add up, also when they lead away from the end. */
static void
test_small_steps (Fixture *fixture, gconstpointer data)
{
  show_timeline (fixture, fake_timeline_new (300, TRUE));
  watch (fixture);
  fixture->watched_y += 10;
  for (guint i = 0; i < 40; i++) {
    fixture->watched = 0;
    scroll_by (fixture, -0.25);
    wait_frames (fixture, 1);
  }
  watch (fixture);
  g_assert_false (stonechat_timeline_view_get_at_end (fixture->view));
}

static void
test_drag_of_handle (Fixture *fixture, gconstpointer data)
{
  show_timeline (fixture, fake_timeline_new (100000, TRUE));
  for (guint i = 0; i <= 20; i++) {
    double lower = gtk_adjustment_get_lower (fixture->adjustment), upper = gtk_adjustment_get_upper (fixture->adjustment);

    gtk_adjustment_set_value (fixture->adjustment, lower + (upper - lower) * (20 - i) / 20);
    wait_frames (fixture, 2);
  }
  wait_frames (fixture, 2);
  g_assert_cmpint (first_shown (fixture), ==, 1);
  /* Many steps between two frames, each but a few pages. */
  for (guint i = 0; i < 500; i++)
    scroll_by (fixture, 1500);
  wait_frames (fixture, 3);
  g_assert_cmpuint (stonechat_timeline_view_get_n_rows (fixture->view), <=, 220);
}

static gsize
memory_in_use (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

/* W-08: to scroll takes no memory that stays: what a thousand messages needed serves the next thousand. */
static void
test_memory (Fixture *fixture, gconstpointer data)
{
  gsize before = 0;

  show_timeline (fixture, fake_timeline_new (20000, TRUE));
  for (guint i = 0; i < 180; i++) {
    if (i == 60)
      before = memory_in_use ();
    scroll_by (fixture, -800);
    wait_frames (fixture, 1);
  }
  /* About 2,000 messages since then, whose texts and layouts would be some megabytes. */
  g_assert_cmpuint (memory_in_use (), <, before + 300 * 1024);
}

/* W-08: as many widgets and messages as fit the view and a margin, however long the chat. */
static void
test_bounded (Fixture *fixture, gconstpointer data)
{
  guint most;

  show_timeline (fixture, fake_timeline_new (100000, TRUE));
  /* 500 pixels and twice 800 beyond, of rows of at least 35. */
  most = (500 + 2 * 800) / 35 + 20;
  for (guint i = 0; i < 200; i++) {
    scroll_by (fixture, i % 7 == 6 ? -1900 : -350);
    wait_frames (fixture, 1);
    g_assert_cmpuint (fake_timeline_get_n_alive (fixture->timeline), <=, most);
  }
  g_assert_cmpuint (stonechat_timeline_view_get_n_rows (fixture->view), <=, 2 * most);
  g_assert_cmpuint (fixture->holes, ==, 0);
}

static void
test_emptied (Fixture *fixture, gconstpointer data)
{
  show_timeline (fixture, fake_timeline_new (300, TRUE));
  gtk_widget_child_focus (GTK_WIDGET (fixture->view), GTK_DIR_TAB_FORWARD);
  fake_timeline_remove (fixture->timeline, 0, 300);
  wait_frames (fixture, 2);
  g_assert_cmpuint (fake_timeline_get_n_alive (fixture->timeline), ==, 0);
  fake_timeline_insert (fixture->timeline, 0, 1, TRUE);
  fixture->at_end = TRUE;
  wait_frames (fixture, 2);
  fake_timeline_insert (fixture->timeline, 0, 400, TRUE);
  wait_frames (fixture, 3);
}

/* Another chat: nothing of the one before is kept, not even where its row had the focus. */
static void
test_replaced (Fixture *fixture, gconstpointer data)
{
  fixture->at_end = TRUE;
  show_timeline (fixture, fake_timeline_new (300, TRUE));
  gtk_widget_child_focus (GTK_WIDGET (fixture->view), GTK_DIR_TAB_FORWARD);
  fixture->at_end = FALSE;
  scroll_by (fixture, -5000);
  wait_frames (fixture, 2);
  fixture->at_end = TRUE;
  show_timeline (fixture, fake_timeline_new (20, TRUE));
  show_timeline (fixture, NULL);
  show_timeline (fixture, fake_timeline_new (0, TRUE));
  fixture->at_end = FALSE;
  show_timeline (fixture, fake_timeline_new (3, TRUE));
}

/* Scrolled within a message of many pages, in the same frame in which others come above it. */
static void
test_tall (Fixture *fixture, gconstpointer data)
{
  ChatTimeline *timeline = fake_timeline_new (100, TRUE);

  fake_timeline_edit (timeline, 50, 40000);
  show_timeline (fixture, timeline);
  stonechat_timeline_view_go_to (fixture->view, fake_timeline_get_id (timeline, 50), FALSE);
  wait_frames (fixture, 2);
  for (guint i = 0; i < 5; i++) {
    scroll_by (fixture, 600);
    wait_frames (fixture, 1);
  }
  g_assert_cmpuint (watch (fixture), ==, 50);
  g_assert_cmpfloat (fixture->watched_y, ==, -3000);
  for (guint i = 0; i < 3; i++) {
    fake_timeline_insert (timeline, 10, 10, TRUE);
    scroll_by (fixture, -20);
    fixture->watched_y += 20;
    wait_frames (fixture, 2);
  }
}

static void
laid_out_cb (GdkFrameClock *clock, gboolean *laying_out)
{
  *laying_out = TRUE;
}

static void
painted_cb (GdkFrameClock *clock, gboolean *laying_out)
{
  *laying_out = FALSE;
}

static void
bounds_cb (GtkAdjustment *adjustment, gboolean *laying_out)
{
  g_assert_false (*laying_out);
}

/* The bounds change before the layout: what GTK does to the scroll bar then would be forgotten by widgets around that are being
 * placed, and the view would stay as it is. */
static void
test_bounds (Fixture *fixture, gconstpointer data)
{
  gboolean laying_out = FALSE;

  show_timeline (fixture, fake_timeline_new (3, TRUE));
  g_signal_connect_after (fixture->clock, "update", G_CALLBACK (laid_out_cb), &laying_out);
  g_signal_connect (fixture->clock, "after-paint", G_CALLBACK (painted_cb), &laying_out);
  g_signal_connect (fixture->adjustment, "changed", G_CALLBACK (bounds_cb), &laying_out);
  for (guint i = 0; i < 30; i++) {
    fake_timeline_insert (fixture->timeline, i % 2 ? 0 : i, 1 + i, i % 3);
    wait_frames (fixture, 1 + i % 2);
    fake_timeline_edit (fixture->timeline, i, 20 * i);
    scroll_by (fixture, -25);
    wait_frames (fixture, 1);
  }
  g_signal_handlers_disconnect_by_data (fixture->clock, &laying_out);
  g_signal_handlers_disconnect_by_data (fixture->adjustment, &laying_out);
}

/* What is around the scrolled window is allocated, too, in the frame in which the view's bounds move, as where a button comes and
 * goes: the view must not miss the frames after it. */
static void
test_placed_with_others (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) shown = NULL, then = NULL;

  show_timeline (fixture, fake_timeline_new (30, TRUE));
  for (guint i = n_items (fixture); i > 0; i--) {
    gtk_widget_queue_allocate (fixture->place);
    stonechat_timeline_view_focus_row (fixture->view, i - 1);
    wait_frames (fixture, 3);
  }
  shown = get_shown (fixture);
  g_assert_cmpint (g_array_index (shown, Shown, 0).id, ==, fake_timeline_get_id (fixture->timeline, 0));
  scroll_by (fixture, 10);
  wait_frames (fixture, 3);
  then = get_shown (fixture);
  g_assert_cmpfloat (g_array_index (then, Shown, 0).y, ==, g_array_index (shown, Shown, 0).y - 10);
}

static void
test_destroyed_while_scrolling (Fixture *fixture, gconstpointer data)
{
  show_timeline (fixture, fake_timeline_new (3000, TRUE));
  scroll_by (fixture, -700);
  wait_frames (fixture, 1);
  scroll_by (fixture, -700);
  fake_timeline_insert (fixture->timeline, 5, 3, TRUE);
  gtk_box_remove (GTK_BOX (fixture->place), fixture->scrolled);
  wait_frames (fixture, 2);
  g_assert_null (fixture->view);
  fake_timeline_insert (fixture->timeline, 5, 3, TRUE);
}

static const TimelineTest tests[] = {
  { "W-14-opens-at-end", test_opens_at_end },
  { "W-14-opens-at-unread", test_opens_at_unread },
  { "W-14-few-unread", test_few_unread },
  { "W-14-grows-to-end", test_grows_to_end },
  { "W-14-returns", test_returns },
  { "W-14-appended", test_appended },
  { "W-14-pages", test_pages },
  { "W-14-page-in-view", test_page_in_view },
  { "W-14-page-above", test_page_above },
  { "W-14-changes-above", test_changes_above },
  { "W-14-lines-above", test_lines_above },
  { "W-03-archive", test_archive },
  { "W-03-archive-short", test_archive_short },
  { "W-14-ended", test_ended },
  { "W-14-read-row-removed", test_read_row_removed },
  { "W-14-width", test_width },
  { "W-14-width-guessed", test_width_guessed },
  { "W-14-font", test_font },
  { "W-14-to-top-and-back", test_to_top },
  { "W-14-wheel", test_wheel_is_even },
  { "W-14-small-steps", test_small_steps },
  { "W-14-handle", test_drag_of_handle },
  { "W-08-memory", test_memory },
  { "W-08-bounded", test_bounded },
  { "W-14-placed-with-others", test_placed_with_others },
  { "W-14-tall", test_tall },
  { "bounds", test_bounds },
  { "emptied", test_emptied },
  { "replaced", test_replaced },
  { "destroyed-while-scrolling", test_destroyed_while_scrolling },
};

int
main (int argc, char *argv[])
{
  return run_timeline_tests (argc, argv, "timeline-view", tests, G_N_ELEMENTS (tests));
}
