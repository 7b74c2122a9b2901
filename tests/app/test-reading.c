/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-reading.h"

/* W-14, R-39: a message is read when its end has been in view for half a second, and not before. */

#define T STONECHAT_READING_TIME

static void
show (StonechatReading *reading, gint64 first, gint64 last, gint64 now)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (gint64 id = first; id <= last; id++)
    g_array_append_val (ids, id);
  stonechat_reading_show (reading, (gint64 *) ids->data, ids->len, now);
}

static void
test_steps (void)
{
  g_autoptr (StonechatReading) reading = stonechat_reading_new ();
  gint64 next;

  show (reading, 1, 3, 100);
  g_assert_cmpint (stonechat_reading_take (reading, 100, &next), ==, 0);
  g_assert_cmpint (next, ==, 100 + T);
  g_assert_cmpint (stonechat_reading_take (reading, 99 + T, &next), ==, 0);
  /* Another one comes into view: it waits its own half second. */
  show (reading, 2, 4, 99 + T);
  g_assert_cmpint (stonechat_reading_take (reading, 100 + T, &next), ==, 3);
  g_assert_cmpint (next, ==, 99 + 2 * T);
  g_assert_cmpint (stonechat_reading_take (reading, 100 + T, &next), ==, 0);
  g_assert_cmpint (stonechat_reading_take (reading, 99 + 2 * T, &next), ==, 4);
  g_assert_cmpint (next, ==, 0);
  g_assert_cmpint (stonechat_reading_take (reading, 100 * T, &next), ==, 0);
}

/* Out of view, or nobody looks: it begins anew. */
static void
test_broken (void)
{
  g_autoptr (StonechatReading) reading = stonechat_reading_new ();
  gint64 next;

  show (reading, 1, 3, 0);
  show (reading, 1, 2, T / 2);
  show (reading, 1, 3, T / 2 + 1);
  g_assert_cmpint (stonechat_reading_take (reading, T, &next), ==, 2);
  g_assert_cmpint (next, ==, T / 2 + 1 + T);
  show (reading, 0, -1, T + 1);
  g_assert_cmpint (stonechat_reading_take (reading, 5 * T, &next), ==, 0);
  g_assert_cmpint (next, ==, 0);
  show (reading, 1, 3, 5 * T);
  g_assert_cmpint (stonechat_reading_take (reading, 6 * T - 1, &next), ==, 0);
  g_assert_cmpint (stonechat_reading_take (reading, 6 * T, &next), ==, 3);
}

/* Random scrolling against what the rule says, over all rows and all times. The seed is in GLib's output. */
static void
test_random (void)
{
  g_autoptr (StonechatReading) reading = stonechat_reading_new ();
  gint64 since[40], now = 0, newest = 0, next;

  for (guint i = 0; i < G_N_ELEMENTS (since); i++)
    since[i] = -1;
  for (guint step = 0; step < 5000; step++) {
    int first = g_test_rand_int_range (1, 40), last = g_test_rand_int_range (first - 1, 40);
    gint64 expected = 0, given;

    now += g_test_rand_int_range (0, T);
    if (g_test_rand_bit ()) {
      show (reading, first, last, now);
      for (int i = 0; i < (int) G_N_ELEMENTS (since); i++)
        since[i] = i < first || i > last ? -1 : since[i] < 0 ? now : since[i];
    }
    for (int i = 0; i < (int) G_N_ELEMENTS (since); i++)
      if (since[i] >= 0 && since[i] + T <= now)
        expected = i;
    given = stonechat_reading_take (reading, now, &next);
    /* The same is given again only after it has been out of view. */
    g_assert_true (given == expected || given == 0);
    newest = MAX (newest, given);
    g_assert_cmpint (newest, >=, expected);
  }
  g_assert_cmpint (newest, >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reading/W-14/steps", test_steps);
  g_test_add_func ("/reading/R-39/broken", test_broken);
  g_test_add_func ("/reading/W-14/random", test_random);
  return g_test_run ();
}
