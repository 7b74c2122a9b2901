/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "rows-test.h"

/* What comes at the end, goes, is read in and let go. */

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  open_timeline (fixture);
  g_assert_true (chat_timeline_get_loaded (fixture->timeline));
  g_assert_cmpuint (chat_timeline_get_first_unread (fixture->timeline), ==, G_MAXUINT);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fixture->timeline), 0));
  append (fixture, FALSE, 1000000, "first");
  append (fixture, TRUE, 2000000, "second");
  check_all (fixture);
}

static void
test_last_page (Fixture *fixture, gconstpointer data)
{
  fill (fixture, 1000, gap_uneven);
  open_timeline (fixture);
  g_assert_false (chat_timeline_get_loaded (fixture->timeline));
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  g_assert_cmpuint (fixture->n_items, ==, 1000);
  g_assert_cmpuint (fixture->n_told, ==, 1000);
  /* The end is there without asking again, and nothing else is. */
  for (guint i = 1000 - 128; i < 1000; i++) {
    g_autoptr (ChatMessage) message = g_list_model_get_item (G_LIST_MODEL (fixture->timeline), i);
    g_assert_nonnull (message);
  }
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fixture->timeline), 500));
  check_all (fixture);
}

/* A missing row is told of once, with its page, and no other. */
static void
test_smallest_change (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) kept = NULL;

  fill (fixture, 1000, gap_even);
  open_timeline (fixture);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  fixture->n_told = 0;
  check (fixture, 300);
  g_assert_cmpuint (fixture->n_told, ==, 2 * 128);
  fixture->n_told = 0;
  kept = get (fixture, 999);
  append (fixture, TRUE, 1, "news");
  g_assert_cmpuint (fixture->n_told, ==, 1);
  chat_timeline_change_state (fixture->timeline, g_array_index (fixture->rows, Row, 1000).id, CHAT_MESSAGE_SENT, NULL);
  g_assert_cmpuint (fixture->n_told, ==, 1);
  delete_at (fixture, 1000);
  g_assert_cmpuint (fixture->n_told, ==, 2);
}

static void
test_memory (Fixture *fixture, gconstpointer data)
{
  fill (fixture, 10000, gap_even);
  open_timeline (fixture);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  for (guint i = 0; i < 10000; i += 64)
    check (fixture, i);
  g_assert_cmpuint (chat_timeline_get_n_in_memory (fixture->timeline), <=, 20 * 128);
  check_all (fixture);
  g_assert_cmpuint (chat_timeline_get_n_in_memory (fixture->timeline), <=, 20 * 128);
}

/* A row that the view holds is the same object after its page went and came. */
static void
test_same_object (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) held = NULL;
  g_autoptr (ChatMessage) again = NULL;

  fill (fixture, 8000, gap_even);
  open_timeline (fixture);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  held = get (fixture, 10);
  for (guint i = 200; i < 8000; i += 64)
    check (fixture, i);
  again = get (fixture, 10);
  g_assert_true (held == again);
}

static void
ask_at_border_cb (GListModel *model, guint position, guint removed, guint added, GObject **held)
{
  if (*held == NULL)
    *held = g_list_model_get_item (model, 50000 - 16384);
}

/* The oldest row of the first part is read before it is known what stands before it. */
static void
test_border (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GObject) held = NULL;

  fill (fixture, 50000, gap_even);
  open_timeline (fixture);
  g_signal_connect (fixture->timeline, "items-changed", G_CALLBACK (ask_at_border_cb), &held);
  wait_for (held != NULL);
  g_object_unref (get (fixture, 0));
  check (fixture, 50000 - 16384);
  check (fixture, 50000 - 16385);
}

/* More rows than one part of the index: the beginning is asked for before it is known. */
static void
test_large (Fixture *fixture, gconstpointer data)
{
  fill (fixture, 50000, gap_uneven);
  open_timeline (fixture);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  g_assert_cmpuint (fixture->n_items, ==, 50000);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fixture->timeline), 3));
  g_assert_cmpuint (chat_timeline_get_estimated_length (fixture->timeline, 3), >, 5);
  append (fixture, FALSE, 1, "meanwhile");
  check (fixture, 3);
  for (guint i = 0; i < 50001; i += 997)
    check (fixture, i);
  check (fixture, 50000 - 16384);
  check (fixture, 50000 - 16385);
  check (fixture, 50000);
}

/* What is told while the first part is on its way is neither lost nor shown twice. */
static void
test_early (Fixture *fixture, gconstpointer data)
{
  fill (fixture, 300, gap_even);
  open_timeline (fixture);
  append (fixture, TRUE, 1, "early");
  append (fixture, TRUE, 2, "earlier than loaded");
  chat_timeline_change_state (fixture->timeline, g_array_index (fixture->rows, Row, 301).id, CHAT_MESSAGE_SENT, NULL);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  check_all (fixture);
  {
    g_autoptr (ChatMessage) message = get (fixture, 301);
    g_assert_cmpint (chat_message_get_state (message), ==, CHAT_MESSAGE_SENT);
  }
}

static void
test_deleted_early (Fixture *fixture, gconstpointer data)
{
  fill (fixture, 300, gap_even);
  open_timeline (fixture);
  delete_at (fixture, 299);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  check_all (fixture);
}

static void
count_notify_cb (GObject *object, GParamSpec *pspec, guint *n)
{
  ++*n;
}

static void
test_state (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) message = NULL;
  guint states = 0, errors = 0;

  open_timeline (fixture);
  append (fixture, TRUE, 1, "text");
  message = get (fixture, 0);
  g_signal_connect (message, "notify::state", G_CALLBACK (count_notify_cb), &states);
  g_signal_connect (message, "notify::error-text", G_CALLBACK (count_notify_cb), &errors);
  chat_timeline_change_state (fixture->timeline, chat_message_get_id (message), CHAT_MESSAGE_WRITTEN, NULL);
  chat_timeline_change_state (fixture->timeline, chat_message_get_id (message), CHAT_MESSAGE_FAILED, "No");
  g_assert_cmpuint (states, ==, 2);
  g_assert_cmpuint (errors, ==, 1);
  g_assert_cmpstr (chat_message_get_error_text (message), ==, "No");
}

static void
test_unread (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) fifth = NULL;
  g_autoptr (ChatMessage) fourth = NULL;

  for (guint i = 0; i < 10; i++)
    append (fixture, FALSE, i * 1000000, "text");
  open_timeline (fixture);
  chat_timeline_set_unread_start (fixture->timeline, g_array_index (fixture->rows, Row, 5).id);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  fifth = get (fixture, 5);
  fourth = get (fixture, 4);
  g_assert_true (chat_message_get_unread_start (fifth));
  g_assert_true (chat_message_get_head (fifth));
  g_assert_true (chat_message_get_tail (fourth));
  g_assert_cmpuint (chat_timeline_get_first_unread (fixture->timeline), ==, 5);
  chat_timeline_set_unread_start (fixture->timeline, 0);
  g_assert_false (chat_message_get_unread_start (fifth));
  g_assert_false (chat_message_get_head (fifth));
  g_assert_false (chat_message_get_tail (fourth));
}

/* S-20, R-22: whatever the stamps are, days and runs follow them and nothing falls over. */
static void
test_strange_times (Fixture *fixture, gconstpointer data)
{
  const gint64 times[] = { G_MAXINT64, G_MININT64, 0, -1, G_GINT64_CONSTANT (4102444800000000), 5 };

  open_timeline (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    append (fixture, FALSE, times[i], "text");
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    g_object_unref (get (fixture, i));
}

/* Random appends, deletions and looks, with readings under way. The seed is in GLib's output. */
static void
test_random (Fixture *fixture, gconstpointer data)
{
  gint64 time = G_GINT64_CONSTANT (1600000000) * G_USEC_PER_SEC + G_GINT64_CONSTANT (400) * 60 * G_USEC_PER_SEC;

  fill (fixture, 400, gap_uneven);
  time = g_array_index (fixture->rows, Row, 399).time;
  open_timeline (fixture);
  for (guint step = 0; step < 600; step++) {
    guint n = fixture->rows->len;
    switch (g_test_rand_int_range (0, 4)) {
    case 0:
      append (fixture, g_test_rand_bit (), time += (gint64) g_test_rand_int_range (1, 2000) * G_USEC_PER_SEC, "one more");
      break;
    case 1: {
      guint position = g_test_rand_int_range (0, n);
      if (g_array_index (fixture->rows, Row, position).own && chat_timeline_get_loaded (fixture->timeline))
        delete_at (fixture, position);
      break;
    }
    case 2: {
      GObject *item = g_list_model_get_item (G_LIST_MODEL (fixture->timeline), g_test_rand_int_range (0, n));
      g_clear_object (&item);
      break;
    }
    default:
      if (chat_timeline_get_loaded (fixture->timeline))
        check (fixture, g_test_rand_int_range (0, n));
    }
  }
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  check_all (fixture);
}

/* Nobody waits for it any more. */
static void
test_gone (Fixture *fixture, gconstpointer data)
{
  fill (fixture, 1000, gap_even);
  g_object_unref (chat_timeline_new (fixture->store, fixture->conversation, "Romeo"));
  open_timeline (fixture);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fixture->timeline), 10));
  g_signal_handlers_disconnect_by_data (fixture->timeline, fixture);
  g_clear_object (&fixture->timeline);
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) theirs = NULL;
  g_autoptr (ChatMessage) ours = NULL;

  open_timeline (fixture);
  append (fixture, FALSE, 1, "text");
  append (fixture, TRUE, 1, "text");
  theirs = get (fixture, 0);
  ours = get (fixture, 1);
  chat_timeline_set_sender_name (fixture->timeline, "Romeo Montague");
  g_assert_cmpstr (chat_message_get_sender_name (theirs), ==, "Romeo Montague");
  g_assert_cmpstr (chat_message_get_sender_name (ours), ==, "You");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ROWS_TEST ("empty", test_empty);
  ROWS_TEST ("last-page", test_last_page);
  ROWS_TEST ("smallest-change", test_smallest_change);
  ROWS_TEST ("W-08/memory", test_memory);
  ROWS_TEST ("same-object", test_same_object);
  ROWS_TEST ("W-10/large", test_large);
  ROWS_TEST ("border", test_border);
  ROWS_TEST ("early", test_early);
  ROWS_TEST ("deleted-early", test_deleted_early);
  ROWS_TEST ("state", test_state);
  ROWS_TEST ("W-14/unread", test_unread);
  ROWS_TEST ("S-20/R-22/strange-times", test_strange_times);
  ROWS_TEST ("random", test_random);
  ROWS_TEST ("gone", test_gone);
  ROWS_TEST ("names", test_names);
  return g_test_run ();
}
