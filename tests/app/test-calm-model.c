/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-calm-model.h"

#include <gtk/gtk.h>

/* A list that does not move while it is held. */

typedef struct { GListStore *store; StonechatCalmModel *calm; GString *mirror; } Fixture;

static char
letter (GListModel *model, guint i)
{
  g_autoptr (GtkStringObject) item = g_list_model_get_item (model, i);

  return *gtk_string_object_get_string (item);
}

/* Who only follows what is told sees the same. */
static void
mirror_cb (GListModel *model, guint position, guint removed, guint added, Fixture *fixture)
{
  g_string_erase (fixture->mirror, position, removed);
  for (guint i = 0; i < added; i++)
    g_string_insert_c (fixture->mirror, position + i, letter (model, position + i));
}

static void
insert (Fixture *fixture, guint position, char c)
{
  g_autoptr (GtkStringObject) item = gtk_string_object_new ((char[]) { c, '\0' });

  g_list_store_insert (fixture->store, position, item);
}

static void
move_to_top (Fixture *fixture, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (fixture->store), position);

  g_list_store_remove (fixture->store, position);
  g_list_store_insert (fixture->store, 0, item);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->store = g_list_store_new (GTK_TYPE_STRING_OBJECT);
  for (char c = 'a'; c <= 'f'; c++)
    insert (fixture, c - 'a', c);
  fixture->calm = stonechat_calm_model_new (G_LIST_MODEL (fixture->store));
  fixture->mirror = g_string_new ("abcdef");
  g_signal_connect (fixture->calm, "items-changed", G_CALLBACK (mirror_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->calm);
  g_assert_finalize_object (fixture->store);
  g_string_free (fixture->mirror, TRUE);
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE));
}

static void
test_follows (Fixture *fixture, gconstpointer data)
{
  move_to_top (fixture, 3);
  g_assert_cmpstr (fixture->mirror->str, ==, "dabcef");
  insert (fixture, 2, 'x');
  g_assert_cmpstr (fixture->mirror->str, ==, "daxbcef");
}

static void
test_held (Fixture *fixture, gconstpointer data)
{
  stonechat_calm_model_set_held (fixture->calm, TRUE);
  move_to_top (fixture, 3);
  insert (fixture, 0, 'x');
  settle ();
  g_assert_cmpstr (fixture->mirror->str, ==, "abcdef");
  /* What is gone can't be kept. */
  g_list_store_remove (fixture->store, 2);
  settle ();
  g_assert_cmpstr (fixture->mirror->str, ==, "bcdef");
  stonechat_calm_model_set_held (fixture->calm, FALSE);
  g_assert_cmpstr (fixture->mirror->str, ==, "xdbcef");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->calm)), ==, 6);
  move_to_top (fixture, 5);
  g_assert_cmpstr (fixture->mirror->str, ==, "fxdbce");
}

/* A row that moved is one change, not a new list. */
static void
test_smallest (Fixture *fixture, gconstpointer data)
{
  stonechat_calm_model_set_held (fixture->calm, TRUE);
  stonechat_calm_model_set_held (fixture->calm, FALSE);
  g_signal_handlers_disconnect_by_data (fixture->calm, fixture);
  g_signal_connect (fixture->calm, "items-changed", G_CALLBACK (mirror_cb), fixture);
  stonechat_calm_model_set_held (fixture->calm, TRUE);
  move_to_top (fixture, 0);
  settle ();
  g_string_assign (fixture->mirror, "untold");
  stonechat_calm_model_set_held (fixture->calm, FALSE);
  g_assert_cmpstr (fixture->mirror->str, ==, "untold");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/calm-model/follows/W-34", Fixture, NULL, set_up, test_follows, tear_down);
  g_test_add ("/calm-model/held/W-34", Fixture, NULL, set_up, test_held, tear_down);
  g_test_add ("/calm-model/smallest/W-34", Fixture, NULL, set_up, test_smallest, tear_down);
  return g_test_run ();
}
