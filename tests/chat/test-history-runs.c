/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "history-test.h"

#include <stdlib.h>
#include <string.h>

/* Whatever happens in whatever order: messages live, from here and from other devices, pages, cuts, resumptions, restarts,
 * purges, new numbers, small lies. Afterwards what is here is what the server has, in order, and nothing twice.
 *
 * The same runs each time, for a failure is to be one of the change at hand. STONECHAT_HISTORY_RUNS: how many;
 * STONECHAT_HISTORY_SEED: the first one's seed, or "random". It is printed. */

#define N_RUNS 300
#define DAY G_TIME_SPAN_DAY

static const char *const peers[] = { "romeo@a.test", "nurse@a.test", "tybalt@a.test" };

typedef struct {
  GRand *rand;
  ModelServer *server;
  HistoryClient *client;
  GString *log;
  guint n_texts;
  gboolean purges, renumbers, lies;
} Run;

static guint
pick (Run *run, guint n)
{
  return g_rand_int_range (run->rand, 0, n);
}

static const char *
pick_peer (Run *run)
{
  return peers[pick (run, G_N_ELEMENTS (peers))];
}

/* Now and then one that was said before. */
static char *
make_text (Run *run, const char *kind)
{
  if (!run->purges && pick (run, 6) == 0)
    return g_strdup_printf ("%s ok", kind);
  return g_strdup_printf ("%s %u", kind, ++run->n_texts);
}

static void
come (Run *run, gboolean own)
{
  g_autofree char *text = make_text (run, own ? "other" : "theirs");
  g_autofree char *id = g_strdup_printf ("id%u", ++run->n_texts);

  model_server_message (run->server, pick_peer (run), own, id, text);
}

static void
say_some (Run *run)
{
  for (guint n = pick (run, 12); n > 0; n--)
    model_server_say (run->server);
}

static void
take_some (Run *run)
{
  for (guint n = pick (run, 6); n > 0; n--)
    model_server_take (run->server);
}

static void
turn_some (Run *run)
{
  for (guint n = pick (run, 40); n > 0; n--)
    g_main_context_iteration (NULL, FALSE);
}

static void
come_back (Run *run, gboolean resume)
{
  if (run->server->online)
    return;
  if (!resume || !model_server_resume (run->server, run->client->session))
    model_server_bind (run->server, run->client->session);
}

static void
lie_a_little (Run *run)
{
  static const guint lies[] = { 0, LIE_COUNT, LIE_FLIP, LIE_EMPTY, LIE_NO_COMPLETE, LIE_NO_SET, LIE_WRONG_SET, LIE_INCLUSIVE,
                                LIE_TWICE, LIE_STRANGERS, LIE_FLIP | LIE_TWICE | LIE_INCLUSIVE };

  run->server->lies = lies[pick (run, G_N_ELEMENTS (lies))];
}

static void
send (Run *run)
{
  g_autofree char *text = g_strdup_printf ("mine %u", ++run->n_texts);

  history_client_send (run->client, pick_peer (run), text);
}

/* Of no chat, some chat, or the top of what is missing; or a day of one. */
static void
look_back (Run *run)
{
  ChatConversation *conversation = history_client_open (run->client, pick_peer (run));

  if (pick (run, 2) == 0)
    chat_history_fill (run->client->history, conversation, pick (run, 2) == 0 ? G_MAXINT64 : (gint64) pick (run, 30) << 36);
  else
    chat_history_fetch (run->client->history, conversation, g_get_real_time () - pick (run, 60 * 24) * G_TIME_SPAN_HOUR,
                        g_task_new (NULL, NULL, NULL, NULL));
}

static void
act (Run *run)
{
  guint action = pick (run, 40);

  g_string_append_printf (run->log, " %u", action);
  if (action < 8)
    come (run, FALSE);
  else if (action < 11)
    come (run, TRUE);
  else if (action < 14)
    send (run);
  else if (action < 20)
    say_some (run);
  else if (action < 24)
    take_some (run);
  else if (action < 27)
    turn_some (run);
  else if (action < 29)
    model_server_flow (run->server);
  else if (action < 31)
    model_server_cut (run->server, pick (run, 2));
  else if (action < 33)
    come_back (run, TRUE);
  else if (action < 35)
    come_back (run, FALSE);
  else if (action == 35)
    history_client_restart (run->client);
  else if (action == 36 && run->purges)
    model_server_purge (run->server, pick (run, 5));
  else if (action == 36 && run->renumbers)
    model_server_renumber (run->server);
  else if (action == 37 && run->lies)
    lie_a_little (run);
  else if (action == 38)
    look_back (run);
  else if (action == 39)
    chat_history_set_paused (run->client->history, pick (run, 3) == 0);
}

/* Whatever was, it is an honest server in the end, and there is time. */
static void
end_well (Run *run)
{
  run->server->lies = 0;
  for (guint i = 0; i < 2; i++) {
    chat_history_set_paused (run->client->history, FALSE);
    model_server_cut (run->server, FALSE);
    model_server_bind (run->server, run->client->session);
    history_client_settle (run->client);
  }
}

static void
seed_some (Run *run)
{
  guint n = pick (run, 3) > 0 ? pick (run, 60) : 0;

  for (guint i = 0; i < n; i++) {
    g_autofree char *text = make_text (run, "old");
    model_server_seed (run->server, pick_peer (run), pick (run, 2), text, (n - i) * DAY);
  }
}

static char *
live_through (ChatStore *store, const char *folder, guint32 seed)
{
  Run run = { .rand = g_rand_new_with_seed (seed), .server = model_server_new (), .log = g_string_new (NULL) };
  g_autofree char *address = g_strdup_printf ("run-%u@a.test", seed);
  char *fault;

  run.server->page_limit = 1 + pick (&run, pick (&run, 2) == 0 ? 3 : 80);
  run.server->counts = pick (&run, 2);
  run.server->knows_all_ids = pick (&run, 3) == 0;
  run.server->tick = pick (&run, 3) * pick (&run, 3) * G_TIME_SPAN_SECOND;
  run.purges = pick (&run, 4) == 0;
  run.renumbers = !run.purges && pick (&run, 4) == 0;
  run.lies = pick (&run, 3) == 0;
  run.server->gives_ids = pick (&run, 5) > 0;
  run.client = history_client_new (run.server, store, folder, address);
  seed_some (&run);
  /* An archive that has given nothing yet can't be seen to be another. */
  if (run.renumbers) {
    come (&run, FALSE);
    model_server_bind (run.server, run.client->session);
    history_client_settle (run.client);
  }
  for (guint n = 5 + pick (&run, 80); n > 0; n--)
    act (&run);
  end_well (&run);
  fault = history_client_compare (run.client, FALSE);
  if (fault == NULL && history_client_n_gaps (run.client) > 0)
    fault = g_strdup_printf ("a gap is left; told: %s", run.client->problems->len > 0 ? (char *) run.client->problems->pdata[0] : "-");
  if (fault != NULL)
    g_test_message ("account %s; purges %d, renumbers %d, lies %d, ids %d; actions:%s", address, run.purges, run.renumbers,
                    run.lies, run.server->gives_ids, run.log->str);
  history_client_free (run.client);
  model_server_free (run.server);
  g_rand_free (run.rand);
  g_string_free (run.log, TRUE);
  return fault;
}

static void
test_runs (void)
{
  const char *wanted = g_getenv ("STONECHAT_HISTORY_RUNS"), *first = g_getenv ("STONECHAT_HISTORY_SEED");
  guint n = wanted != NULL ? atoi (wanted) : N_RUNS, n_bad = 0;
  guint32 seed = first != NULL ? g_ascii_strtoull (first, NULL, 10) : 1;
  char *folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);

  if (g_strcmp0 (first, "random") == 0)
    seed = g_random_int () / 2;
  g_test_message ("%u runs from seed %u", n, seed);
  for (guint i = 0; i < n && n_bad < 5; i++) {
    g_autofree char *fault = live_through (store, folder, seed + i);
    if (fault == NULL)
      continue;
    g_test_message ("seed %u: %s", seed + i, fault);
    n_bad++;
  }
  g_assert_cmpuint (n_bad, ==, 0);
  wait_for (g_atomic_int_get (&G_OBJECT (store)->ref_count) == 1);
  store_close (store);
  folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/history/R-36-R-38-R-40-any-order", test_runs);
  return g_test_run ();
}
