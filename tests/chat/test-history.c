/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "history-test.h"

#include "chat-error.h"
#include "chat-history-rule.h"
#include "chat-store-gaps.h"
#include "xmpp-ns.h"

#include <string.h>

/* Catching up with an archive that is honest, and with those that are not. */

#define ROMEO "romeo@a.test"
#define NURSE "nurse@a.test"
#define DAY G_TIME_SPAN_DAY

typedef HistoryFixture Fixture;

/* Every third of our own, two thirds with Romeo; the oldest so long ago, all at equal distances. */
static void
seed (Fixture *fixture, guint n, gint64 oldest)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *text = g_strdup_printf ("seed %u", i);

    model_server_seed (fixture->server, i % 3 < 2 ? ROMEO : NURSE, i % 3 == 1, text, oldest - oldest / n * i);
  }
}

static void
bind (Fixture *fixture)
{
  model_server_bind (fixture->server, fixture->client->session);
}

static void
settle (Fixture *fixture)
{
  history_client_settle (fixture->client);
}

#define assert_same(fixture, partly) g_assert_cmpstr (history_client_compare ((fixture)->client, partly), ==, NULL)
#define assert_whole(fixture) \
  G_STMT_START { \
    assert_same (fixture, FALSE); \
    g_assert_cmpint (history_client_n_gaps ((fixture)->client), ==, 0); \
  } G_STMT_END

/* -- an honest archive ---------------------------------------------------------------------------------------------- */

static void
test_catch_up (Fixture *fixture, gconstpointer data)
{
  guint n_queries;

  seed (fixture, 1100, 300 * DAY);
  bind (fixture);
  settle (fixture);
  assert_whole (fixture);
  /* Where all begins, only the end of the last page says; one before it may be asked for by then. */
  n_queries = fixture->server->n_queries;
  g_assert_cmpuint (n_queries, >=, 5);
  g_assert_cmpuint (n_queries, <=, 6);
  g_assert_cmpuint (fixture->client->problems->len, ==, 0);

  /* Once more: only what is new, down to what is known. */
  model_server_cut (fixture->server, FALSE);
  model_server_message (fixture->server, ROMEO, FALSE, "m1", "while you were away");
  bind (fixture);
  settle (fixture);
  assert_whole (fixture);
  g_assert_cmpuint (fixture->server->n_queries, ==, n_queries + 2);
}

/* Any size of page, the last full or not. */
static void
test_page_limits (Fixture *fixture, gconstpointer data)
{
  seed (fixture, 100, 300 * DAY);
  fixture->server->page_limit = GPOINTER_TO_UINT (data);
  bind (fixture);
  settle (fixture);
  assert_whole (fixture);
}

static void
test_live_meanwhile (Fixture *fixture, gconstpointer data)
{
  seed (fixture, 300, 300 * DAY);
  bind (fixture);
  settle (fixture);
  model_server_cut (fixture->server, FALSE);
  for (guint i = 0; i < 60; i++) {
    g_autofree char *text = g_strdup_printf ("missed %u", i);
    model_server_message (fixture->server, ROMEO, FALSE, text, text);
  }
  fixture->server->page_limit = 10;
  bind (fixture);
  /* What comes live while the first page is there and the others are not, must not count as the end of what is known. */
  flow_until (fixture->client, history_client_n_rows (fixture->client) > 300);
  model_server_message (fixture->server, ROMEO, FALSE, "live", "live");
  for (guint i = 0; i < 20; i++)
    model_server_say (fixture->server);
  model_server_cut (fixture->server, FALSE);
  model_server_message (fixture->server, ROMEO, FALSE, "later", "later");
  bind (fixture);
  settle (fixture);
  assert_whole (fixture);
}

static void
assert_last (Fixture *fixture, const char *expected)
{
  g_autofree char *text = query_text (fixture->folder, "SELECT text FROM message ORDER BY position DESC LIMIT 1");

  g_assert_cmpstr (text, ==, expected);
}

/* What was typed before anything was known of the archive, and was lost on its first way, is the newest all the same. */
static void
test_typed_first (Fixture *fixture, gconstpointer data)
{
  seed (fixture, 30, 300 * DAY);
  fixture->server->page_limit = 7;
  history_client_send (fixture->client, ROMEO, "mine 1");
  wait_for (history_client_n_rows (fixture->client) == 1);
  bind (fixture);
  wait_for (query (fixture->folder, "SELECT count (*) FROM message WHERE state = 2") == 1);
  model_server_cut (fixture->server, FALSE);
  bind (fixture);
  settle (fixture);
  assert_last (fixture, "mine 1");
  model_server_cut (fixture->server, FALSE);
  bind (fixture);
  settle (fixture);
  assert_whole (fixture);
}

/* While the link was down somebody else spoke first: that is said before ours, which goes out later. */
static void
test_typed_before (Fixture *fixture, gconstpointer data)
{
  seed (fixture, 30, 300 * DAY);
  bind (fixture);
  settle (fixture);
  model_server_cut (fixture->server, FALSE);
  history_client_send (fixture->client, ROMEO, "mine 1");
  model_server_message (fixture->server, ROMEO, FALSE, "m1", "while you typed");
  bind (fixture);
  settle (fixture);
  assert_last (fixture, "mine 1");
  assert_whole (fixture);
}

static void
test_shown_first (Fixture *fixture, gconstpointer data)
{
  seed (fixture, 900, 300 * DAY);
  chat_conversation_list_set_shown (fixture->client->list, history_client_open (fixture->client, NURSE));
  fixture->server->page_limit = 50;
  bind (fixture);
  flow_until (fixture->client, fixture->server->n_queries > 0);
  g_assert_nonnull (strstr (fixture->server->asked->pdata[0], "<value>" NURSE "</value>"));
  settle (fixture);
  assert_whole (fixture);
  for (guint i = 1; i < fixture->server->asked->len; i++)
    g_assert_null (strstr (fixture->server->asked->pdata[i], NURSE));
}

static void
test_resumed (Fixture *fixture, gconstpointer data)
{
  guint n_queries;

  seed (fixture, 500, 300 * DAY);
  bind (fixture);
  settle (fixture);
  n_queries = fixture->server->n_queries;
  model_server_cut (fixture->server, FALSE);
  model_server_message (fixture->server, ROMEO, FALSE, "m1", "waits with the session");
  g_assert_true (model_server_resume (fixture->server, fixture->client->session));
  settle (fixture);
  assert_whole (fixture);
  g_assert_cmpuint (fixture->server->n_queries, ==, n_queries);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GPtrArray) gaps = chat_store_load_gaps_finish (CHAT_STORE (source), result, NULL);

  *(gboolean *) user_data = gaps != NULL;
}

/* A gap that was opened for what was typed offline is none after a resumption, also where the store is slow to note it. */
static void
test_typed_offline_and_resumed (Fixture *fixture, gconstpointer data)
{
  gboolean read = FALSE;
  guint n_queries;

  seed (fixture, 500, 300 * DAY);
  bind (fixture);
  settle (fixture);
  n_queries = fixture->server->n_queries;
  model_server_cut (fixture->server, FALSE);
  /* As a message that is typed offline leaves it. */
  chat_store_open_gap_async (fixture->store, fixture->client->account, NULL, NULL, NULL);
  flow_until (fixture->client, history_client_n_gaps (fixture->client) == 1);
  g_assert_true (chat_db_run (fixture->client->db, NULL, "UPDATE gap SET fresh = 1", ""));
  g_assert_true (chat_db_run (fixture->client->db, NULL, "BEGIN IMMEDIATE", ""));
  g_assert_true (model_server_resume (fixture->server, fixture->client->session));
  chat_store_load_gaps_async (fixture->store, fixture->client->account, NULL, read_cb, &read);
  flow_until (fixture->client, read);
  g_assert_true (chat_db_run (fixture->client->db, NULL, "COMMIT", ""));
  settle (fixture);
  assert_whole (fixture);
  g_assert_cmpuint (fixture->server->n_queries, ==, n_queries);
}

/* Cut in the middle, then resumed: it goes on where it was. */
static void
test_resumed_in_the_middle (Fixture *fixture, gconstpointer data)
{
  seed (fixture, 500, 300 * DAY);
  fixture->server->page_limit = 20;
  bind (fixture);
  flow_until (fixture->client, history_client_n_rows (fixture->client) >= 100);
  model_server_cut (fixture->server, TRUE);
  g_assert_true (model_server_resume (fixture->server, fixture->client->session));
  settle (fixture);
  assert_whole (fixture);
  g_assert_cmpuint (fixture->server->n_queries, <, 30);
}

static void
test_restarted_in_the_middle (Fixture *fixture, gconstpointer data)
{
  seed (fixture, 500, 300 * DAY);
  fixture->server->page_limit = 20;
  for (guint n = 50; n < 500; n += 100) {
    bind (fixture);
    flow_until (fixture->client, history_client_n_rows (fixture->client) >= n);
    history_client_restart (fixture->client);
    assert_same (fixture, TRUE);
    model_server_message (fixture->server, NURSE, FALSE, NULL, "Madam!");
  }
  bind (fixture);
  settle (fixture);
  assert_whole (fixture);
  /* What was fetched is not fetched again. */
  g_assert_cmpuint (fixture->server->n_queries, <, 60);
}

typedef struct { gboolean done; char *raw; GError *error; } Raw;

static void
raw_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Raw *raw = user_data;

  raw->raw = chat_history_load_raw_finish (CHAT_HISTORY (source), result, &raw->error);
  raw->done = TRUE;
}

/* The nth message with Romeo, as the archive has it; what came of it. */
static Raw
load_raw (Fixture *fixture, guint n)
{
  ChatConversation *conversation = history_client_open (fixture->client, ROMEO);
  g_autofree char *of_romeo = g_strdup_printf ("FROM message m JOIN conversation c ON c.id = m.conversation WHERE c.jid = '%s'"
                                               " ORDER BY m.position LIMIT 1 OFFSET %u", ROMEO, n);
  g_autofree char *sql = g_strconcat ("SELECT m.archive_id ", of_romeo, NULL);
  g_autofree char *id = query_text (fixture->folder, sql);
  Raw raw = { 0 };

  chat_history_load_raw_async (fixture->client->history, conversation, id, NULL, raw_cb, &raw);
  flow_until (fixture->client, raw.done);
  return raw;
}

/* What is kept here for a week only, the archive has for longer: the very message, be it the first or another. */
static void
test_raw (Fixture *fixture, gconstpointer data)
{
  static const guint some[] = { 0, 1, 7 };

  seed (fixture, 30, 20 * DAY);
  bind (fixture);
  settle (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (some); i++) {
    g_autofree char *sql = g_strdup_printf ("SELECT m.text FROM message m JOIN conversation c ON c.id = m.conversation WHERE c.jid = '%s'"
                                            " ORDER BY m.position LIMIT 1 OFFSET %u", ROMEO, some[i]);
    g_autofree char *text = query_text (fixture->folder, sql);
    g_autofree char *body = g_strdup_printf ("<body>%s</body>", text);
    Raw raw = load_raw (fixture, some[i]);
    g_assert_no_error (raw.error);
    g_assert_nonnull (strstr (raw.raw, body));
    g_free (raw.raw);
  }
}

static void
test_raw_gone (Fixture *fixture, gconstpointer data)
{
  Raw raw;

  seed (fixture, 30, 20 * DAY);
  bind (fixture);
  settle (fixture);
  model_server_purge (fixture->server, 10);
  raw = load_raw (fixture, 0);
  g_assert_null (raw.raw);
  g_assert_error (raw.error, CHAT_ERROR, CHAT_ERROR_ARCHIVE);
  g_clear_error (&raw.error);
  /* Nor is another taken for it. */
  fixture->server->lies = LIE_STRANGERS;
  raw = load_raw (fixture, 12);
  g_assert_true (raw.raw == NULL || strstr (raw.raw, "mallory") == NULL);
  g_free (raw.raw);
  g_clear_error (&raw.error);
}

static void
test_paused (Fixture *fixture, gconstpointer data)
{
  guint n_queries;

  seed (fixture, 500, 300 * DAY);
  fixture->server->page_limit = 20;
  bind (fixture);
  flow_until (fixture->client, history_client_n_rows (fixture->client) >= 100);
  g_assert_true (chat_history_get_running (fixture->client->history));
  g_assert_cmpint (chat_history_get_n_left (fixture->client->history), >=, 300);
  g_assert_cmpint (chat_history_get_n_left (fixture->client->history), <=, 400);
  chat_history_set_paused (fixture->client->history, TRUE);
  model_server_flow (fixture->server);
  n_queries = fixture->server->n_queries;
  for (guint i = 0; i < 5; i++) {
    model_server_message (fixture->server, ROMEO, FALSE, NULL, "still live");
    flow_until (fixture->client, fixture->server->down.length == 0);
  }
  g_assert_cmpuint (fixture->server->n_queries, ==, n_queries);
  chat_history_set_paused (fixture->client->history, FALSE);
  settle (fixture);
  assert_whole (fixture);
}

static void
test_range (Fixture *fixture, gconstpointer data)
{
  ChatHistory *history = fixture->client->history;
  gint64 n_year, n_month;

  seed (fixture, 800, 800 * DAY);
  fixture->server->page_limit = 10;
  chat_history_set_range (history, CHAT_HISTORY_NOTHING);
  bind (fixture);
  settle (fixture);
  g_assert_cmpint (history_client_n_rows (fixture->client), ==, 0);
  chat_history_set_range (history, CHAT_HISTORY_MONTH);
  settle (fixture);
  n_month = history_client_n_rows (fixture->client);
  g_assert_cmpint (n_month, >=, 30);
  g_assert_cmpint (n_month, <=, 41);
  chat_history_set_range (history, CHAT_HISTORY_YEAR);
  settle (fixture);
  n_year = history_client_n_rows (fixture->client);
  g_assert_cmpint (n_year, >=, 365);
  g_assert_cmpint (n_year, <=, 376);
  assert_same (fixture, TRUE);
  /* It is kept, and nothing older comes of itself the next time. */
  history_client_restart (fixture->client);
  g_assert_cmpint (chat_history_get_range (fixture->client->history), ==, CHAT_HISTORY_YEAR);
  bind (fixture);
  settle (fixture);
  g_assert_cmpint (history_client_n_rows (fixture->client), ==, n_year);
  chat_history_set_range (fixture->client->history, CHAT_HISTORY_ALL);
  settle (fixture);
  assert_whole (fixture);
}

/* Paging up in a chat, where nothing comes of itself. */
static void
test_fill (Fixture *fixture, gconstpointer data)
{
  ChatConversation *nurse;
  gint64 n = 0;

  seed (fixture, 300, 300 * DAY);
  fixture->server->page_limit = 30;
  chat_history_set_range (fixture->client->history, CHAT_HISTORY_NOTHING);
  bind (fixture);
  settle (fixture);
  nurse = history_client_open (fixture->client, NURSE);
  for (guint i = 0; i < 10 && !chat_conversation_get_complete (nurse); i++) {
    chat_history_fill (fixture->client->history, nurse, G_MAXINT64);
    g_assert_true (chat_conversation_get_filling (nurse));
    flow_until (fixture->client, !chat_conversation_get_filling (nurse));
    g_assert_cmpint (history_client_n_rows (fixture->client), <=, n + 30);
    n = history_client_n_rows (fixture->client);
    assert_same (fixture, TRUE);
  }
  g_assert_true (chat_conversation_get_complete (nurse));
  g_assert_cmpint (n, ==, 100);
  /* Then the whole, over what is there. */
  chat_history_set_range (fixture->client->history, CHAT_HISTORY_ALL);
  settle (fixture);
  assert_whole (fixture);
}

static void
test_fill_offline (Fixture *fixture, gconstpointer data)
{
  ChatConversation *nurse = history_client_open (fixture->client, NURSE);

  chat_history_fill (fixture->client->history, nurse, G_MAXINT64);
  g_assert_false (chat_conversation_get_filling (nurse));
  g_assert_cmpuint (fixture->client->problems->len, ==, 1);
  /* The link goes in the middle of it. */
  seed (fixture, 300, 300 * DAY);
  chat_history_set_range (fixture->client->history, CHAT_HISTORY_NOTHING);
  bind (fixture);
  settle (fixture);
  chat_history_fill (fixture->client->history, nurse, G_MAXINT64);
  g_assert_true (chat_conversation_get_filling (nurse));
  model_server_cut (fixture->server, FALSE);
  g_assert_false (chat_conversation_get_filling (nurse));
  g_assert_cmpint (history_client_n_rows (fixture->client), ==, 0);
}

static void
test_no_archive (Fixture *fixture, gconstpointer data)
{
  fixture->server->has_archive = FALSE;
  for (guint i = 0; i < 2; i++) {
    bind (fixture);
    model_server_message (fixture->server, ROMEO, FALSE, NULL, "hello");
    settle (fixture);
    g_assert_cmpint (history_client_n_gaps (fixture->client), ==, 0);
    model_server_cut (fixture->server, FALSE);
  }
  g_assert_cmpuint (fixture->client->problems->len, ==, 0);
  g_assert_cmpint (history_client_n_rows (fixture->client), ==, 2);
}

/* -- an archive that changes ---------------------------------------------------------------------------------------- */

/* In one session some messages, some live, and then the archive is not what it was. */
static void
come_and_go (Fixture *fixture)
{
  seed (fixture, 100, 300 * DAY);
  fixture->server->page_limit = 10;
  bind (fixture);
  settle (fixture);
  for (guint i = 0; i < 30; i++) {
    g_autofree char *text = g_strdup_printf ("live %u", i);
    model_server_message (fixture->server, i % 2 ? ROMEO : NURSE, i % 5 == 0, text, text);
  }
  settle (fixture);
  model_server_cut (fixture->server, FALSE);
  for (guint i = 0; i < 30; i++) {
    g_autofree char *text = g_strdup_printf ("missed %u", i);
    model_server_message (fixture->server, i % 2 ? ROMEO : NURSE, i % 5 == 0, text, text);
  }
}

static void
test_purged_older_end (Fixture *fixture, gconstpointer data)
{
  come_and_go (fixture);
  model_server_purge (fixture->server, 140);
  fixture->server->knows_all_ids = GPOINTER_TO_INT (data);
  bind (fixture);
  settle (fixture);
  assert_whole (fixture);
  g_assert_cmpuint (fixture->client->problems->len, ==, 0);
}

static void
test_purged_in_the_middle (Fixture *fixture, gconstpointer data)
{
  seed (fixture, 200, 300 * DAY);
  fixture->server->page_limit = 10;
  bind (fixture);
  flow_until (fixture->client, history_client_n_rows (fixture->client) >= 50);
  model_server_cut (fixture->server, FALSE);
  model_server_purge (fixture->server, 200);
  model_server_message (fixture->server, ROMEO, FALSE, "m1", "after the purge");
  bind (fixture);
  settle (fixture);
  assert_whole (fixture);
  g_assert_cmpuint (fixture->client->problems->len, ==, 0);
}

static void
test_renumbered (Fixture *fixture, gconstpointer data)
{
  gint64 n;

  come_and_go (fixture);
  model_server_renumber (fixture->server);
  bind (fixture);
  settle (fixture);
  assert_whole (fixture);
  n = history_client_n_rows (fixture->client);
  g_assert_cmpint (n, ==, 160);
  /* And in the middle of a catch-up. */
  model_server_cut (fixture->server, FALSE);
  for (guint i = 0; i < 50; i++) {
    g_autofree char *text = g_strdup_printf ("later %u", i);
    model_server_message (fixture->server, ROMEO, FALSE, text, text);
  }
  bind (fixture);
  flow_until (fixture->client, history_client_n_rows (fixture->client) >= n + 20);
  model_server_renumber (fixture->server);
  settle (fixture);
  model_server_cut (fixture->server, FALSE);
  bind (fixture);
  settle (fixture);
  assert_whole (fixture);
  g_assert_cmpint (history_client_n_rows (fixture->client), ==, 210);
}

/* -- an archive that lies ------------------------------------------------------------------------------------------- */

typedef struct {
  const char *name;
  guint lies;
  gboolean comes_through;        /* all is there in spite of it */
} LieRow;

static const LieRow lie_rows[] = {
  { "wrong-count", LIE_COUNT, TRUE },
  { "repeated-pages", LIE_REPEAT, FALSE },
  { "flipped-pages", LIE_FLIP, TRUE },
  { "empty-pages", LIE_EMPTY, TRUE },
  { "nothing-but-empty-pages", LIE_ALWAYS_EMPTY, FALSE },
  { "no-complete", LIE_NO_COMPLETE, TRUE },
  { "always-complete", LIE_COMPLETE, TRUE },
  { "no-set", LIE_NO_SET, TRUE },
  { "wrong-first-and-last", LIE_WRONG_SET, TRUE },
  { "no-fin", LIE_NO_FIN, FALSE },
  { "time-out", LIE_SILENT, FALSE },
  { "inclusive-pages", LIE_INCLUSIVE, TRUE },
  { "every-message-twice", LIE_TWICE, TRUE },
  { "strangers", LIE_STRANGERS, TRUE },
  { "many-at-once", LIE_FLIP | LIE_NO_SET | LIE_TWICE | LIE_INCLUSIVE | LIE_COUNT | LIE_NO_COMPLETE, TRUE },
};

/* It ends, says so, loses and doubles nothing; and is right again when the archive is. */
static void
test_lie (Fixture *fixture, gconstpointer data)
{
  const LieRow *row = data;

  come_and_go (fixture);
  g_ptr_array_set_size (fixture->client->problems, 0);
  fixture->server->lies = row->lies;
  chat_history_set_times (fixture->client->history, 1, (row->lies & (LIE_SILENT | LIE_NO_FIN)) != 0 ? 30 : 10000);
  for (guint i = 0; i < 2; i++) {
    fixture->server->n_pages = 0;        /* of which every second may be empty, but never the same twice */
    bind (fixture);
    settle (fixture);
    assert_same (fixture, TRUE);
    if (row->comes_through)
      assert_whole (fixture);
    else
      g_assert_cmpint (history_client_n_gaps (fixture->client), >, 0);
    model_server_cut (fixture->server, FALSE);
  }
  /* Told once, not with every log-in. */
  g_assert_cmpuint (fixture->client->problems->len, ==, row->comes_through ? 0 : 1);
  fixture->server->lies = 0;
  bind (fixture);
  settle (fixture);
  assert_whole (fixture);
  g_assert_cmpstr (chat_history_get_problem (fixture->client->history), ==, NULL);
}

/* The same for an account that knows nothing yet: there is nothing to compare with but the pages. */
static void
test_lie_at_first (Fixture *fixture, gconstpointer data)
{
  const LieRow *row = data;

  seed (fixture, 95, 300 * DAY);
  fixture->server->page_limit = 10;
  fixture->server->lies = row->lies;
  chat_history_set_times (fixture->client->history, 1, (row->lies & (LIE_SILENT | LIE_NO_FIN)) != 0 ? 30 : 10000);
  bind (fixture);
  settle (fixture);
  assert_same (fixture, TRUE);
  /* Who says that there is nothing more, and nobody knows better, is believed. */
  if (row->comes_through && (row->lies & LIE_COMPLETE) == 0)
    assert_whole (fixture);
}

/* it waits ever longer, and then all is there. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  seed (fixture, 100, 300 * DAY);
  fixture->server->page_limit = 10;
  bind (fixture);
  flow_until (fixture->client, history_client_n_rows (fixture->client) >= 30);
  fixture->server->refusal = data;
  fixture->server->n_refusals = 6;
  settle (fixture);
  assert_whole (fixture);
  g_assert_cmpuint (fixture->server->n_queries, <, 10 + 6 + 3);
  g_assert_cmpuint (fixture->client->problems->len, ==, 1);
  g_assert_cmpstr (chat_history_get_problem (fixture->client->history), ==, NULL);
}

/* Who refuses for good is not asked again before the next log-in. */
static void
test_forbidden (Fixture *fixture, gconstpointer data)
{
  seed (fixture, 100, 300 * DAY);
  fixture->server->refusal = "forbidden";
  fixture->server->n_refusals = 1;
  bind (fixture);
  settle (fixture);
  g_assert_cmpuint (fixture->server->n_queries, ==, 1);
  g_assert_cmpuint (fixture->client->problems->len, ==, 1);
  model_server_cut (fixture->server, FALSE);
  bind (fixture);
  settle (fixture);
  assert_whole (fixture);
}

/* -- what the server is to archive ----------------------------------------------------------------------------------- */

#define PREFS(rule) "<prefs xmlns='" XMPP_NS_MAM "' default='" rule "'><always><jid>nurse@a.test</jid></always><never><jid>romeo@a.test</jid></never></prefs>"

static gboolean
load_rule (Fixture *fixture, ChatArchiveRule *rule, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_history_load_rule_async (fixture->client->history, NULL, keep_result_cb, &result);
  flow_until (fixture->client, result != NULL);
  return chat_history_load_rule_finish (fixture->client->history, result, rule, error);
}

static gboolean
save_rule (Fixture *fixture, ChatArchiveRule wanted, ChatArchiveRule *rule, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_history_save_rule_async (fixture->client->history, wanted, NULL, keep_result_cb, &result);
  flow_until (fixture->client, result != NULL);
  return chat_history_save_rule_finish (fixture->client->history, result, rule, error);
}

/* Exceptions that another program made since it was read stay, and what is refused changes nothing. */
static void
test_rule (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppElement) expected = xmpp_element_parse (PREFS ("never"), -1, NULL);
  g_autofree char *text = xmpp_element_to_string (expected);
  g_autoptr (GError) error = NULL;
  ChatArchiveRule rule = CHAT_ARCHIVE_EVERYONE;

  fixture->server->prefs = g_strdup ("<prefs xmlns='" XMPP_NS_MAM "' default='roster'/>");
  bind (fixture);
  settle (fixture);
  g_assert_true (load_rule (fixture, &rule, &error));
  g_assert_cmpint (rule, ==, CHAT_ARCHIVE_CONTACTS);
  g_free (fixture->server->prefs);
  fixture->server->prefs = g_strdup (PREFS ("roster"));
  g_assert_true (save_rule (fixture, CHAT_ARCHIVE_NOBODY, &rule, &error));
  g_assert_cmpint (rule, ==, CHAT_ARCHIVE_NOBODY);
  g_assert_cmpstr (fixture->server->prefs, ==, text);
  g_assert_false (save_rule (fixture, CHAT_ARCHIVE_EVERYONE, &rule, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_ARCHIVE);
  g_assert_cmpstr (error->message, ==, "The server doesn’t let you change this");
  g_assert_cmpstr (fixture->server->prefs, ==, text);
}

/* A server that lets nobody choose, and none at all. */
static void
test_rule_unknown (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) refused = NULL, offline = NULL;
  ChatArchiveRule rule;

  bind (fixture);
  settle (fixture);
  g_assert_false (load_rule (fixture, &rule, &refused));
  g_assert_cmpstr (refused->message, ==, "The server doesn’t let you change this");
  model_server_cut (fixture->server, FALSE);
  g_assert_false (load_rule (fixture, &rule, &offline));
  g_assert_cmpstr (offline->message, ==, "Go online to change this");
}

/* -- a disk that is full -------------------------------------------------------------------------------------------- */

static void
set_max_pages (Fixture *fixture, guint pages)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_store_set_max_pages (fixture->store, pages, keep_result_cb, &result);
  wait_for (result != NULL);
}

static void
test_full_disk (Fixture *fixture, gconstpointer data)
{
  gint64 n;

  seed (fixture, 2000, 300 * DAY);
  fixture->server->page_limit = 50;
  bind (fixture);
  flow_until (fixture->client, history_client_n_rows (fixture->client) >= 100);
  set_max_pages (fixture, 1);
  /* A page that does not fit leaves nothing behind, and none after it is taken. */
  n = fixture->server->n_queries;
  flow_until (fixture->client, fixture->server->n_queries > n + 6);
  assert_same (fixture, TRUE);
  g_assert_cmpint (history_client_n_rows (fixture->client), <, 2000);
  g_assert_cmpint (history_client_n_gaps (fixture->client), ==, 1);
  set_max_pages (fixture, 1000000);
  settle (fixture);
  assert_whole (fixture);
}

static void
add (const char *path, gconstpointer data, void (*func) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, data, history_fixture_set_up, func, history_fixture_tear_down);
}

int
main (int argc, char **argv)
{
  static const guint limits[] = { 1, 7, 10, 33, 100, 1000 };

  g_test_init (&argc, &argv, NULL);
  add ("/history/R-33-catch-up", NULL, test_catch_up);
  add ("/history/R-34-live-meanwhile", NULL, test_live_meanwhile);
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++) {
    g_autofree char *path = g_strdup_printf ("/history/R-37-page-limit/%u", limits[i]);
    add (path, GUINT_TO_POINTER (limits[i]), test_page_limits);
  }
  add ("/history/R-25-R-38-typed-before-the-first-catch-up", NULL, test_typed_first);
  add ("/history/R-25-R-38-typed-offline-while-others-spoke", NULL, test_typed_before);
  add ("/history/W-03-shown-chat-first", NULL, test_shown_first);
  add ("/history/R-36-resumed", NULL, test_resumed);
  add ("/history/R-36-typed-offline-and-resumed", NULL, test_typed_offline_and_resumed);
  add ("/history/R-36-resumed-in-the-middle", NULL, test_resumed_in_the_middle);
  add ("/history/R-36-restarted-in-the-middle", NULL, test_restarted_in_the_middle);
  add ("/history/raw", NULL, test_raw);
  add ("/history/raw-gone", NULL, test_raw_gone);
  add ("/history/paused", NULL, test_paused);
  add ("/history/range", NULL, test_range);
  add ("/history/W-03-fill", NULL, test_fill);
  add ("/history/fill-offline", NULL, test_fill_offline);
  add ("/history/no-archive", NULL, test_no_archive);
  add ("/history/R-35-purged-older-end/unknown", GINT_TO_POINTER (FALSE), test_purged_older_end);
  add ("/history/R-35-purged-older-end/by-time", GINT_TO_POINTER (TRUE), test_purged_older_end);
  add ("/history/R-35-purged-in-the-middle", NULL, test_purged_in_the_middle);
  add ("/history/R-40-renumbered", NULL, test_renumbered);
  for (guint i = 0; i < G_N_ELEMENTS (lie_rows); i++) {
    g_autofree char *path = g_strdup_printf ("/history/R-37-lie/%s", lie_rows[i].name);
    g_autofree char *first = g_strdup_printf ("/history/R-37-lie-at-first/%s", lie_rows[i].name);
    add (path, &lie_rows[i], test_lie);
    add (first, &lie_rows[i], test_lie_at_first);
  }
  add ("/history/R-43-refused/policy-violation", "policy-violation", test_refused);
  add ("/history/R-43-refused/resource-constraint", "resource-constraint", test_refused);
  add ("/history/forbidden", NULL, test_forbidden);
  add ("/history/rule", NULL, test_rule);
  add ("/history/rule-unknown", NULL, test_rule_unknown);
  add ("/history/R-44-full-disk", NULL, test_full_disk);
  return g_test_run ();
}
