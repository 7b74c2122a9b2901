/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "history-test.h"

#include "chat-store-gaps.h"

#include <string.h>

/* Going to a day of which nothing is here: what was said then comes, and what lies between stays missing, and is said to be. */

#define ROMEO "romeo@a.test"
#define NURSE "nurse@a.test"
#define DAY G_TIME_SPAN_DAY
#define SEEDED 1200              /* messages, a third of them with Nurse */
#define DAYS 400

typedef struct {
  char *folder;
  ChatStore *store;
  ModelServer *server;
  HistoryClient *client;
  ChatConversation *nurse;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = folder_new ();
  fixture->store = store_open (fixture->folder, NULL);
  fixture->server = model_server_new ();
  fixture->client = history_client_new (fixture->server, fixture->store, fixture->folder, "juliet@a.test");
  for (guint i = 0; i < SEEDED; i++) {
    g_autofree char *text = g_strdup_printf ("seed %u", i);
    model_server_seed (fixture->server, i % 3 < 2 ? ROMEO : NURSE, i % 2, text, DAYS * DAY - DAYS * DAY / SEEDED * i);
  }
  fixture->server->page_limit = 30;
  chat_history_set_range (fixture->client->history, CHAT_HISTORY_NOTHING);
  model_server_bind (fixture->server, fixture->client->session);
  history_client_settle (fixture->client);
  fixture->nurse = history_client_open (fixture->client, NURSE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  history_client_free (fixture->client);
  model_server_free (fixture->server);
  wait_for (g_atomic_int_get (&G_OBJECT (fixture->store)->ref_count) == 1);
  store_close (fixture->store);
  folder_remove (fixture->folder);
}

static void
fill (Fixture *fixture, gint64 position)
{
  chat_history_fill (fixture->client->history, fixture->nurse, position);
  flow_until (fixture->client, !chat_conversation_get_filling (fixture->nurse));
}

static gint64
days_ago (guint days)
{
  return g_get_real_time () - days * DAY;
}

static void
fetch (Fixture *fixture, guint days)
{
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  chat_conversation_fetch_async (fixture->nurse, days_ago (days), NULL, keep_result_cb, &result);
  flow_until (fixture->client, result != NULL);
  chat_conversation_fetch_finish (fixture->nurse, result, &error);
  g_assert_no_error (error);
  g_object_unref (result);
  flow_until (fixture->client, !chat_conversation_get_filling (fixture->nurse));
}

static gint64
count (Fixture *fixture, const char *sql)
{
  return query (fixture->folder, sql);
}

/* What Nurse said on a day is here, and what came before and after. */
static void
assert_there (Fixture *fixture, guint days)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count (*) FROM message WHERE time BETWEEN %" G_GINT64_FORMAT " AND %" G_GINT64_FORMAT,
                                          days_ago (days + 10), days_ago (days - 10));

  g_assert_cmpint (count (fixture, sql), ==, 20);
}

/* As the chat sees it. */
static guint
n_gaps (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) gaps = NULL;

  chat_store_load_chat_gaps_async (fixture->store, fixture->client->account, NURSE, NULL, keep_result_cb, &result);
  flow_until (fixture->client, result != NULL);
  gaps = chat_store_load_chat_gaps_finish (fixture->store, result, NULL);
  return gaps->len;
}

#define assert_same(fixture, partly) g_assert_cmpstr (history_client_compare ((fixture)->client, partly), ==, NULL)

static void
test_apart (Fixture *fixture, gconstpointer data)
{
  gint64 top;

  fill (fixture, G_MAXINT64);
  g_assert_cmpint (history_client_n_rows (fixture->client), ==, 30);
  fetch (fixture, 200);
  /* One page from then on, and one of what was before. */
  g_assert_cmpint (history_client_n_rows (fixture->client), ==, 90);
  assert_there (fixture, 200);
  assert_same (fixture, TRUE);
  g_assert_cmpuint (n_gaps (fixture), ==, 2);
  /* Once more: it is here. */
  fetch (fixture, 200);
  g_assert_cmpint (history_client_n_rows (fixture->client), ==, 90);
  /* Older, and between the two. */
  fetch (fixture, 300);
  fetch (fixture, 100);
  assert_there (fixture, 300);
  assert_there (fixture, 100);
  assert_same (fixture, TRUE);
  g_assert_cmpuint (n_gaps (fixture), ==, 4);
  /* Who stands at the top of the oldest is given what is above that. */
  top = count (fixture, "SELECT min (position) FROM message");
  fill (fixture, top);
  g_assert_cmpint (count (fixture, "SELECT min (position) FROM message"), <, top);
  assert_same (fixture, TRUE);
  /* Then the whole, over what is there. */
  fixture->server->page_limit = 0;
  chat_history_set_range (fixture->client->history, CHAT_HISTORY_ALL);
  history_client_settle (fixture->client);
  assert_same (fixture, FALSE);
  g_assert_cmpint (history_client_n_gaps (fixture->client), ==, 0);
}

/* Page by page from the end, the chat alone: the gaps close one after the other. */
static void
test_closed (Fixture *fixture, gconstpointer data)
{
  fetch (fixture, 200);
  fetch (fixture, 300);
  for (guint i = 0; i < 60 && !chat_conversation_get_complete (fixture->nurse); i++) {
    fill (fixture, G_MAXINT64);
    assert_same (fixture, TRUE);
  }
  g_assert_true (chat_conversation_get_complete (fixture->nurse));
  g_assert_cmpuint (n_gaps (fixture), ==, 0);
  g_assert_cmpint (history_client_n_rows (fixture->client), ==, SEEDED / 3);
}

/* What is less than a page away leaves no gap; before all and after all there is nothing to make one of. */
static void
test_near (Fixture *fixture, gconstpointer data)
{
  fill (fixture, G_MAXINT64);
  fetch (fixture, 40);
  g_assert_cmpuint (n_gaps (fixture), ==, 1);
  assert_there (fixture, 30);
  fetch (fixture, 1);
  g_assert_cmpuint (n_gaps (fixture), ==, 1);
  fetch (fixture, 1000);
  assert_same (fixture, TRUE);
  g_assert_cmpint (count (fixture, "SELECT count (*) FROM message WHERE text = 'seed 2'"), ==, 1);
}

/* While the whole is fetched, too; and what comes live stands at the end. */
static void
test_meanwhile (Fixture *fixture, gconstpointer data)
{
  fixture->server->page_limit = 20;
  chat_history_set_range (fixture->client->history, CHAT_HISTORY_ALL);
  flow_until (fixture->client, history_client_n_rows (fixture->client) > 100);
  fetch (fixture, 250);
  model_server_message (fixture->server, NURSE, FALSE, "live", "live");
  fetch (fixture, 320);
  history_client_settle (fixture->client);
  assert_same (fixture, FALSE);
  g_assert_cmpint (history_client_n_gaps (fixture->client), ==, 0);
}

/* A day may be gone to for as long as there is room in the order, and then once more. */
static void
test_often (Fixture *fixture, gconstpointer data)
{
  fixture->server->page_limit = 1;
  for (guint days = 390; days > 20; days -= 9)
    fetch (fixture, days);
  for (guint days = 388; days > 20; days -= 9)
    fetch (fixture, days);
  assert_same (fixture, TRUE);
  fixture->server->page_limit = 0;
  chat_history_set_range (fixture->client->history, CHAT_HISTORY_ALL);
  history_client_settle (fixture->client);
  assert_same (fixture, FALSE);
  g_assert_cmpint (history_client_n_gaps (fixture->client), ==, 0);
}

/* An archive that does not look at dates, one that turns its pages round, one that knows no order. */
static void
test_lies (Fixture *fixture, gconstpointer data)
{
  static const guint lies[] = { LIE_FLIP, LIE_TWICE, LIE_STRANGERS, LIE_NO_SET, LIE_EMPTY, LIE_NO_COMPLETE };

  for (guint i = 0; i < G_N_ELEMENTS (lies); i++) {
    fixture->server->lies = lies[i];
    fetch (fixture, 350 - 40 * i);
    assert_same (fixture, TRUE);
  }
  fixture->server->lies = 0;
  fixture->server->page_limit = 0;
  chat_history_set_range (fixture->client->history, CHAT_HISTORY_ALL);
  history_client_settle (fixture->client);
  assert_same (fixture, FALSE);
}

static void
test_offline (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  chat_conversation_fetch_async (fixture->nurse, days_ago (200), NULL, keep_result_cb, &result);
  model_server_cut (fixture->server, FALSE);
  flow_until (fixture->client, result != NULL);
  g_assert_false (chat_conversation_fetch_finish (fixture->nurse, result, &error));
  g_assert_nonnull (strstr (error->message, "online"));
  g_assert_false (chat_conversation_get_filling (fixture->nurse));
  g_clear_object (&result);
  g_clear_error (&error);
  chat_conversation_fetch_async (fixture->nurse, days_ago (200), NULL, keep_result_cb, &result);
  flow_until (fixture->client, result != NULL);
  g_assert_false (chat_conversation_fetch_finish (fixture->nurse, result, &error));
  g_clear_object (&result);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add ("/history-date/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("W-38/apart", test_apart);
  ADD ("W-38/closed", test_closed);
  ADD ("W-38/near", test_near);
  ADD ("R-38/meanwhile", test_meanwhile);
  ADD ("R-38/often", test_often);
  ADD ("R-37/lies", test_lies);
  ADD ("W-38/offline", test_offline);
#undef ADD
  return g_test_run ();
}
