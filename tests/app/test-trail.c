/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-trail.h"

/* Back and forward through what was open. */

typedef struct { GObject *places[120]; GHashTable *gone; StonechatTrail *trail; } Fixture;

static gboolean
check (GObject *place, gpointer user_data)
{
  return !g_hash_table_contains (user_data, place);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (fixture->places); i++)
    fixture->places[i] = g_object_new (G_TYPE_OBJECT, NULL);
  fixture->gone = g_hash_table_new (NULL, NULL);
  fixture->trail = stonechat_trail_new (check, fixture->gone);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  stonechat_trail_free (fixture->trail);
  g_hash_table_unref (fixture->gone);
  for (guint i = 0; i < G_N_ELEMENTS (fixture->places); i++)
    g_assert_finalize_object (fixture->places[i]);
}

/* "abc": visits these one after the other. */
static void
visit (Fixture *fixture, const char *letters)
{
  for (const char *c = letters; *c; c++)
    stonechat_trail_visit (fixture->trail, fixture->places[*c - 'a']);
}

/* "<b" is where one step back comes out, ">c" one forward, "<-" where that way is nothing. */
static void
assert_goes (Fixture *fixture, const char *steps)
{
  for (const char *c = steps; *c; c += 2) {
    GObject *place = stonechat_trail_go (fixture->trail, *c == '<' ? -1 : 1);

    if (c[1] == '-')
      g_assert_null (place);
    else
      g_assert_true (place == fixture->places[c[1] - 'a']);
  }
}

static void
test_steps (Fixture *fixture, gconstpointer data)
{
  assert_goes (fixture, "<->-");
  visit (fixture, "a");
  assert_goes (fixture, "<->-");
  visit (fixture, "bc");
  assert_goes (fixture, "<b<a<-<->b>c>-<b");
}

/* Where one went by going back is no new place; another one forgets what was forward. */
static void
test_visits (Fixture *fixture, gconstpointer data)
{
  visit (fixture, "abc");
  assert_goes (fixture, "<b");
  visit (fixture, "b");
  assert_goes (fixture, ">c<b");
  visit (fixture, "d");
  assert_goes (fixture, ">-<b<a");
}

static void
test_gone (Fixture *fixture, gconstpointer data)
{
  visit (fixture, "abacd");
  g_hash_table_add (fixture->gone, fixture->places['c' - 'a']);
  assert_goes (fixture, "<a>d<a");
  g_hash_table_add (fixture->gone, fixture->places['b' - 'a']);
  assert_goes (fixture, "<->d");
  g_hash_table_remove (fixture->gone, fixture->places['c' - 'a']);
  assert_goes (fixture, "<c");
}

static void
test_bound (Fixture *fixture, gconstpointer data)
{
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (fixture->places); i++)
    stonechat_trail_visit (fixture->trail, fixture->places[i]);
  while (stonechat_trail_go (fixture->trail, -1))
    n++;
  g_assert_cmpuint (n, ==, 99);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/trail/steps", Fixture, NULL, set_up, test_steps, tear_down);
  g_test_add ("/trail/visits", Fixture, NULL, set_up, test_visits, tear_down);
  g_test_add ("/trail/gone", Fixture, NULL, set_up, test_gone, tear_down);
  g_test_add ("/trail/bound", Fixture, NULL, set_up, test_bound, tear_down);
  return g_test_run ();
}
