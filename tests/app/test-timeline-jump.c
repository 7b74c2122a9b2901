/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "timeline-test.h"

/* W-14, W-10: a jump shows what it leads to in one frame, never anything in between, and there is a way back. */

static Shown
find_shown (Fixture *fixture, gint64 id)
{
  g_autoptr (GArray) shown = get_shown (fixture);

  for (guint i = 0; i < shown->len; i++)
    if (g_array_index (shown, Shown, i).id == id)
      return g_array_index (shown, Shown, i);
  return (Shown) { 0 };
}

static void
assert_centred (Fixture *fixture, gint64 id)
{
  Shown shown = find_shown (fixture, id);
  int height = gtk_widget_get_height (GTK_WIDGET (fixture->view));

  g_assert_cmpint (shown.id, ==, id);
  g_assert_nonnull (stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (shown.row)));
  g_assert_cmpfloat_with_epsilon (shown.y + shown.height / 2.0, height / 2.0, 1);
}

static void
go_to (Fixture *fixture, guint position)
{
  stonechat_timeline_view_go_to (fixture->view, fake_timeline_get_id (fixture->timeline, position), TRUE);
}

/* In the first frame, at any place of 100,000. */
static void
test_centred (Fixture *fixture, gconstpointer data)
{
  const guint places[] = { 50000, 99000, 300, 70001 };

  show_timeline (fixture, fake_timeline_new (100000, TRUE));
  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    go_to (fixture, places[i]);
    wait_frames (fixture, 1);
    assert_centred (fixture, fake_timeline_get_id (fixture->timeline, places[i]));
    g_assert_false (stonechat_timeline_view_get_at_end (fixture->view));
  }
  g_assert_cmpuint (fixture->holes, ==, 0);
  g_assert_cmpuint (stonechat_timeline_view_get_n_rows (fixture->view), <=, 220);
}

/* Near the end there is nothing below to be in the middle: it is the end. */
static void
test_near_edges (Fixture *fixture, gconstpointer data)
{
  show_timeline (fixture, fake_timeline_new (1000, TRUE));
  go_to (fixture, 0);
  wait_frames (fixture, 2);
  g_assert_cmpfloat (find_shown (fixture, fake_timeline_get_id (fixture->timeline, 0)).y, ==, 0);
  go_to (fixture, 999);
  wait_frames (fixture, 2);
  g_assert_true (stonechat_timeline_view_get_at_end (fixture->view));
  g_assert_true (stonechat_timeline_view_get_can_go_back (fixture->view));
  g_assert_cmpuint (fixture->holes, ==, 0);
}

/* What is in view needs no jump. */
static void
test_in_view (Fixture *fixture, gconstpointer data)
{
  guint at;

  show_timeline (fixture, fake_timeline_new (1000, TRUE));
  scroll_by (fixture, -3000);
  wait_frames (fixture, 2);
  at = watch (fixture);
  go_to (fixture, at + 1);
  wait_frames (fixture, 3);
  g_assert_false (stonechat_timeline_view_get_can_go_back (fixture->view));
}

/* Its page is not in memory: until it is, all stays as it was. */
static void
test_waits_for_page (Fixture *fixture, gconstpointer data)
{
  ChatTimeline *timeline = fake_timeline_new (3000, FALSE);

  fake_timeline_load (timeline, 2900, 100);
  show_timeline (fixture, timeline);
  scroll_by (fixture, -700);
  wait_frames (fixture, 2);
  watch (fixture);
  fake_timeline_get_n_wanted (timeline);
  go_to (fixture, 1000);
  wait_frames (fixture, 1);
  g_assert_cmpuint (fake_timeline_get_n_wanted (timeline), >, 0);
  watch_none (fixture);
  fake_timeline_load (timeline, 900, 200);
  wait_frames (fixture, 1);
  assert_centred (fixture, fake_timeline_get_id (timeline, 1000));
}

/* The store gives nothing: then without texts, but there. */
static void
test_does_not_wait_for_ever (Fixture *fixture, gconstpointer data)
{
  ChatTimeline *timeline = fake_timeline_new (3000, FALSE);

  fake_timeline_load (timeline, 2900, 100);
  show_timeline (fixture, timeline);
  go_to (fixture, 1000);
  wait_until (fixture, stonechat_timeline_view_get_row_y (fixture->view, 1000) != G_MININT);
}

static void
test_gone (Fixture *fixture, gconstpointer data)
{
  show_timeline (fixture, fake_timeline_new (1000, TRUE));
  scroll_by (fixture, -3000);
  wait_frames (fixture, 2);
  watch (fixture);
  stonechat_timeline_view_go_to (fixture->view, 123456, TRUE);
  wait_frames (fixture, 3);
  g_assert_false (stonechat_timeline_view_get_can_go_back (fixture->view));
}

static void
test_back (Fixture *fixture, gconstpointer data)
{
  gint64 middle;
  double y;

  fixture->at_end = TRUE;
  show_timeline (fixture, fake_timeline_new (5000, TRUE));
  g_assert_false (stonechat_timeline_view_get_can_go_back (fixture->view));
  fixture->at_end = FALSE;
  go_to (fixture, 2000);
  wait_frames (fixture, 2);
  scroll_by (fixture, -333);
  wait_frames (fixture, 2);
  watch (fixture);
  middle = fixture->watched;
  y = fixture->watched_y;
  watch_none (fixture);
  go_to (fixture, 10);
  wait_frames (fixture, 2);
  fake_timeline_insert (fixture->timeline, 0, 50, TRUE);
  fake_timeline_insert (fixture->timeline, 3000, 50, TRUE);
  stonechat_timeline_view_go_back (fixture->view);
  fixture->watched = middle;
  fixture->watched_y = y;
  wait_frames (fixture, 3);
  watch_none (fixture);
  g_assert_true (stonechat_timeline_view_get_can_go_back (fixture->view));
  stonechat_timeline_view_go_back (fixture->view);
  fixture->at_end = TRUE;
  wait_frames (fixture, 2);
  g_assert_false (stonechat_timeline_view_get_can_go_back (fixture->view));
  stonechat_timeline_view_go_back (fixture->view);
  wait_frames (fixture, 2);
}

/* Whoever goes to the end, or to another chat, has left the way. */
static void
test_way_ends (Fixture *fixture, gconstpointer data)
{
  show_timeline (fixture, fake_timeline_new (5000, TRUE));
  go_to (fixture, 2000);
  wait_frames (fixture, 2);
  stonechat_timeline_view_go_to_end (fixture->view);
  g_assert_false (stonechat_timeline_view_get_can_go_back (fixture->view));
  wait_frames (fixture, 2);
  go_to (fixture, 2000);
  wait_frames (fixture, 2);
  show_timeline (fixture, fake_timeline_new (20, TRUE));
  g_assert_false (stonechat_timeline_view_get_can_go_back (fixture->view));
}

/* A place is opened only when what is there can be shown: no frame has the end. */
static void
test_opens_at_place (Fixture *fixture, gconstpointer data)
{
  ChatTimeline *timeline = fake_timeline_new (3000, FALSE);

  fake_timeline_load (timeline, 2900, 100);
  fixture->timeline = timeline;
  stonechat_timeline_view_open (fixture->view, timeline, fake_timeline_get_id (timeline, 1000), 17);
  wait_frames (fixture, 2);
  g_assert_cmpuint (stonechat_timeline_view_get_n_rows (fixture->view), ==, 0);
  g_assert_false (stonechat_timeline_view_get_place (fixture->view, &(gint64) { 0 }, &(int) { 0 }));
  fake_timeline_load (timeline, 900, 200);
  wait_frames (fixture, 1);
  g_assert_cmpfloat (find_shown (fixture, fake_timeline_get_id (timeline, 1000)).y, ==, 17);
}

/* It was left in a taller window. */
static void
test_opens_in_view (Fixture *fixture, gconstpointer data)
{
  ChatTimeline *timeline = fake_timeline_new (3000, TRUE);

  fixture->timeline = timeline;
  stonechat_timeline_view_open (fixture->view, timeline, fake_timeline_get_id (timeline, 1000), 2000);
  wait_frames (fixture, 2);
  g_assert_cmpint (find_shown (fixture, fake_timeline_get_id (timeline, 1000)).id, !=, 0);
}

/* First to what was not read, if it is further down; then to the end. */
static void
test_on_to_unread (Fixture *fixture, gconstpointer data)
{
  ChatTimeline *timeline = fake_timeline_new (3000, TRUE);

  show_timeline (fixture, timeline);
  go_to (fixture, 500);
  wait_frames (fixture, 2);
  fake_timeline_set_first_unread (timeline, 2000);
  stonechat_timeline_view_go_on (fixture->view);
  wait_frames (fixture, 1);
  g_assert_cmpfloat (find_shown (fixture, fake_timeline_get_id (timeline, 2000)).y, ==, 0);
  stonechat_timeline_view_go_on (fixture->view);
  fixture->at_end = TRUE;
  wait_frames (fixture, 2);
  stonechat_timeline_view_go_on (fixture->view);
  wait_frames (fixture, 2);
}

/* The light on what was jumped to goes out, and then nothing is drawn any more. */
static void
test_light_ends (Fixture *fixture, gconstpointer data)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  guint before;

  show_timeline (fixture, fake_timeline_new (3000, TRUE));
  go_to (fixture, 500);
  wait_frames (fixture, 3);
  do {
    gint64 end = g_get_monotonic_time () + G_TIME_SPAN_SECOND / 4;

    before = fixture->frames;
    while (g_get_monotonic_time () < end)
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
  } while (fixture->frames != before);
}

static const TimelineTest tests[] = {
  { "W-10-centred", test_centred },
  { "W-10-near-edges", test_near_edges },
  { "W-14-in-view", test_in_view },
  { "W-14-waits-for-page", test_waits_for_page },
  { "does-not-wait-for-ever", test_does_not_wait_for_ever },
  { "W-14-gone", test_gone },
  { "W-14-back", test_back },
  { "way-ends", test_way_ends },
  { "W-14-opens-at-place", test_opens_at_place },
  { "opens-in-view", test_opens_in_view },
  { "on-to-unread", test_on_to_unread },
  { "light-ends", test_light_ends },
};

int
main (int argc, char *argv[])
{
  return run_timeline_tests (argc, argv, "timeline-jump", tests, G_N_ELEMENTS (tests));
}
