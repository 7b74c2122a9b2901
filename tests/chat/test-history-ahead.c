/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "history-test.h"

#include <string.h>

/* The next page is asked for when the first result of a page is here: what comes of it, and what when the guess was wrong. */

#define ROMEO "romeo@a.test"
#define DAY G_TIME_SPAN_DAY
#define N_PAGES 6
#define PAGE 10

typedef HistoryFixture Fixture;

/* Six pages, the oldest message 300 days ago. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  history_fixture_set_up (fixture, data);
  fixture->server->page_limit = PAGE;
  for (guint i = 0; i < N_PAGES * PAGE; i++) {
    g_autofree char *text = g_strdup_printf ("seed %u", i);
    model_server_seed (fixture->server, ROMEO, i % 3 == 1, text, 300 * DAY - 5 * DAY * i);
  }
}

static void
bind (Fixture *fixture)
{
  model_server_bind (fixture->server, fixture->client->session);
}

static void
settle_whole (Fixture *fixture)
{
  history_client_settle (fixture->client);
  g_assert_cmpstr (history_client_compare (fixture->client, FALSE), ==, NULL);
  g_assert_cmpint (history_client_n_gaps (fixture->client), ==, 0);
  g_assert_cmpuint (fixture->client->problems->len, ==, 0);
}

/* Stanza by stanza: all that it is told is taken at once, and one is said. */
static void
say_until_asked (Fixture *fixture, guint n_queries)
{
  ModelServer *server = fixture->server;
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  for (;;) {
    while (g_main_context_iteration (NULL, FALSE))
      ;
    if (model_server_take (server))
      continue;
    if (server->n_queries >= n_queries)
      return;
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    if (!model_server_say (server))
      g_main_context_iteration (NULL, TRUE);
  }
}

/* So long that a question that is to come would have come. */
static void
talk (Fixture *fixture)
{
  for (guint i = 0; i < 5; i++) {
    model_server_message (fixture->server, ROMEO, FALSE, NULL, "still live");
    flow_until (fixture->client, fixture->server->down.length == 0);
  }
}

static void
test_asked (Fixture *fixture, gconstpointer data)
{
  ModelServer *server = fixture->server;
  g_autofree char *before = NULL;

  bind (fixture);
  say_until_asked (fixture, 1);
  before = g_strdup_printf ("<before>%s</before>", ((ModelMessage *) server->messages->pdata[(N_PAGES - 1) * PAGE])->id);
  say_until_asked (fixture, 2);
  /* The second result of the first page is still to be said. */
  g_assert_nonnull (strstr (g_queue_peek_head (&server->down), "<result "));
  g_assert_nonnull (strstr (g_queue_peek_head (&server->down), "seed 51"));
  g_assert_nonnull (strstr (server->asked->pdata[1], before));
  settle_whole (fixture);
  /* Each page once, and what might have been before the oldest. */
  g_assert_cmpuint (server->n_queries, <=, N_PAGES + 1);
}

/* What came first is not the oldest: what was asked before it is thrown away, and it is not tried again. */
static void
test_wrong (Fixture *fixture, gconstpointer data)
{
  fixture->server->lies = GPOINTER_TO_UINT (data);
  bind (fixture);
  settle_whole (fixture);
  g_assert_cmpuint (fixture->server->n_queries, ==, N_PAGES + 1);
}

/* A server that answers one question at a time is asked again, without a word and without waiting. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  bind (fixture);
  say_until_asked (fixture, 1);
  fixture->server->refusal = data;
  fixture->server->n_refusals = 1;
  settle_whole (fixture);
  g_assert_cmpuint (fixture->server->n_refusals, ==, 0);
  g_assert_cmpuint (fixture->server->n_queries, ==, N_PAGES + 1);
  /* It did not count as a failure, after which less is asked for. */
  for (guint i = 0; i < fixture->server->asked->len; i++)
    g_assert_nonnull (strstr (fixture->server->asked->pdata[i], "<max>250</max>"));
}

/* What was asked for by then is kept, and not asked for again. */
static void
test_paused (Fixture *fixture, gconstpointer data)
{
  bind (fixture);
  say_until_asked (fixture, 2);
  chat_history_set_paused (fixture->client->history, TRUE);
  flow_until (fixture->client, history_client_n_rows (fixture->client) == PAGE);
  talk (fixture);
  g_assert_cmpuint (fixture->server->n_queries, ==, 2);
  g_assert_cmpint (history_client_n_rows (fixture->client), <=, PAGE + 5);
  chat_history_set_paused (fixture->client->history, FALSE);
  settle_whole (fixture);
  g_assert_cmpuint (fixture->server->n_queries, <=, N_PAGES + 1);
}

/* The end of what is wanted is not walked beyond. */
static void
test_in_range (Fixture *fixture, gconstpointer data)
{
  chat_history_set_range (fixture->client->history, CHAT_HISTORY_MONTH);
  bind (fixture);
  history_client_settle (fixture->client);
  g_assert_cmpuint (fixture->server->n_queries, ==, 1);
  g_assert_cmpstr (history_client_compare (fixture->client, TRUE), ==, NULL);
}

/* While the store stands still, no more pages come than may wait for it, and one; and the gap is as large as before. */
static void
test_store_stands_still (Fixture *fixture, gconstpointer data)
{
  gboolean cut = GPOINTER_TO_INT (data);
  guint n_queries;

  bind (fixture);
  say_until_asked (fixture, 1);
  g_assert_true (chat_db_run (fixture->client->db, NULL, "BEGIN IMMEDIATE", ""));
  talk (fixture);
  n_queries = fixture->server->n_queries;
  g_assert_cmpuint (n_queries, >=, 2);
  g_assert_cmpuint (n_queries, <=, 3);
  g_assert_cmpint (history_client_n_rows (fixture->client), ==, 0);
  g_assert_cmpint (history_client_n_gaps (fixture->client), ==, 1);
  if (cut)
    model_server_cut (fixture->server, FALSE);
  g_assert_true (chat_db_run (fixture->client->db, NULL, "COMMIT", ""));
  if (cut)
    bind (fixture);
  settle_whole (fixture);
}

static void
add (const char *path, gconstpointer data, void (*func) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, data, set_up, func, history_fixture_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/history-ahead/R-37-asked-with-the-first-result", NULL, test_asked);
  add ("/history-ahead/R-37-wrong/flipped", GUINT_TO_POINTER (LIE_FLIP), test_wrong);
  add ("/history-ahead/R-43-refused/resource-constraint", "resource-constraint", test_refused);
  add ("/history-ahead/R-43-refused/item-not-found", "item-not-found", test_refused);
  add ("/history-ahead/R-37-paused", NULL, test_paused);
  add ("/history-ahead/R-37-in-range", NULL, test_in_range);
  add ("/history-ahead/R-36-store-stands-still", GINT_TO_POINTER (FALSE), test_store_stands_still);
  add ("/history-ahead/R-36-store-stands-still-and-cut", GINT_TO_POINTER (TRUE), test_store_stands_still);
  return g_test_run ();
}
