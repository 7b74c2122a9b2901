/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-search.h"
#include "chat-test.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/resource.h>

/* Searching in many messages, beside a plain scan of the same ones in the same run: what the index costs in time and space,
 * and how long it takes to the first results. The messages are made of words whose frequency falls as in real texts. */

#define CHATS 50
#define WORDS 20000

static char *words[WORDS];

static gint64
cpu_time (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

/* Syllables, so that the letters come as often as in a language. */
static void
make_words (GRand *rand)
{
  static const char *const heads[] = { "b", "br", "c", "ch", "d", "f", "g", "gr", "h", "k", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "th", "v", "w", "" };
  static const char *const hearts[] = { "a", "e", "i", "o", "u", "ea", "ou", "ie", "e", "a" };
  static const char *const tails[] = { "", "n", "r", "s", "t", "ng", "l", "nd", "", "" };

  for (guint i = 0; i < WORDS; i++) {
    GString *word = g_string_new (NULL);
    guint n = 1 + (i > 60) + (i > 600 ? g_rand_int_range (rand, 0, 2) : 0);
    for (guint k = 0; k < n; k++) {
      g_string_append (word, heads[g_rand_int_range (rand, 0, G_N_ELEMENTS (heads))]);
      g_string_append (word, hearts[g_rand_int_range (rand, 0, G_N_ELEMENTS (hearts))]);
      g_string_append (word, tails[g_rand_int_range (rand, 0, G_N_ELEMENTS (tails))]);
    }
    words[i] = g_string_free (word, FALSE);
  }
}

/* 1 / rank. */
static const char *
draw (GRand *rand)
{
  return words[(guint) pow (WORDS, g_rand_double (rand)) - 1];
}

static char *
make_text (GRand *rand)
{
  GString *text = g_string_new (NULL);
  guint n = 1 + g_rand_int_range (rand, 0, 12) + g_rand_int_range (rand, 0, 8);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", draw (rand));
  g_string_append_c (text, "..?!"[g_rand_int_range (rand, 0, 4)]);
  return g_string_free (text, FALSE);
}

static void
fill (const char *folder, guint n)
{
  g_autofree char *path = g_build_filename (folder, "chat.db", NULL);
  g_autoptr (ChatDb) db = chat_db_open (path, SQLITE_OPEN_READWRITE, NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  make_words (rand);
  g_assert_true (chat_db_exec (db, "PRAGMA synchronous = OFF; BEGIN; INSERT INTO account (jid) VALUES ('juliet@example.org')", NULL));
  for (guint i = 0; i < CHATS; i++) {
    g_autofree char *jid = g_strdup_printf ("person%u@example.org", i);
    g_assert_true (chat_db_run (db, NULL, "INSERT INTO conversation (account, jid) VALUES (1, ?)", "s", jid));
  }
  for (guint i = 0; i < n; i++) {
    g_autofree char *text = i == n / 2 ? g_strdup ("the one and only zyzzyva") : make_text (rand);
    /* A tenth of all is in one chat. */
    guint chat = i % 10 == 0 ? 1 : 2 + g_rand_int_range (rand, 0, CHATS - 1);
    g_autofree char *id = g_strdup_printf ("%08x-%012x", i * 2654435761u, i);
    g_assert_true (chat_db_run (db, NULL, "INSERT INTO message (conversation, position, own, state, time, length, text, stanza_id)"
                                " VALUES (?, ?, ?, 0, ?, ?, ?, ?)", "ililiss", (int) chat, (gint64) i << 16, (int) (i % 3 == 0),
                                G_GINT64_CONSTANT (1500000000000000) + (gint64) i * 60 * G_USEC_PER_SEC, (int) strlen (text), text, id));
    if (i % 10000 == 0)
      g_assert_true (chat_db_exec (db, "COMMIT; BEGIN", NULL));
  }
  recount (db);
  g_assert_true (chat_db_exec (db, "COMMIT", NULL));
}

static gint64
size_of (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  GStatBuf buf;

  return g_stat (path, &buf) == 0 ? buf.st_size : 0;
}

static void
wait_for_index (ChatStore *store)
{
  chat_store_set_index_delay (store, 1);
  while (chat_store_is_indexing (store))
    g_main_context_iteration (NULL, TRUE);
}

static ChatSearchPage *
search (ChatStore *store, const ChatSearchQuery *query)
{
  g_autoptr (GAsyncResult) result = NULL;
  ChatSearchPage *page;

  chat_store_search_async (store, query, NULL, keep_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  page = chat_store_search_finish (store, result, NULL);
  g_assert_nonnull (page);
  return page;
}

/* All rows, in the order of the file, by the same rule. */
static double
scan (const char *folder, const char *text)
{
  g_autofree char *path = g_build_filename (folder, "chat.db", NULL);
  g_autoptr (ChatDb) db = chat_db_open (path, SQLITE_OPEN_READONLY, NULL);
  g_autoptr (ChatPattern) pattern = chat_pattern_new (text);
  g_auto (ChatFolded) folded = { 0 };
  gint64 start = g_get_monotonic_time ();
  sqlite3_stmt *s = chat_db_query (db, NULL, "SELECT text FROM message", "");
  G_GNUC_UNUSED guint n = 0;

  while (chat_db_step (db, s, NULL) > 0) {
    chat_folded_set (&folded, (const char *) sqlite3_column_text (s, 0), -1, FALSE);
    n += chat_pattern_matches (pattern, &folded);
  }
  return (g_get_monotonic_time () - start) / 1000.0;
}

static void
time_search (ChatStore *store, const char *folder, const char *what, ChatSearchQuery query)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (ChatSearchPage) first = NULL;
  g_autoptr (ChatSearchPage) again = NULL;
  double cold, warm;

  query.limit = 50;
  first = search (store, &query);
  cold = (g_get_monotonic_time () - start) / 1000.0;
  start = g_get_monotonic_time ();
  again = search (store, &query);
  warm = (g_get_monotonic_time () - start) / 1000.0;
  g_print ("%-28s %6.1f ms, again %6.1f ms, %2u hits%s; plain scan %6.0f ms\n", what, cold, warm, first->rows->len,
           first->more ? " and more" : "", scan (folder, query.text));
}

static void
time_find (ChatStore *store, const char *text, gboolean newest)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GArray) places = NULL;
  gint64 start = g_get_monotonic_time ();

  chat_store_find_async (store, 1, text, newest, NULL, keep_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  places = chat_store_find_finish (store, result, NULL);
  g_print ("find %s in a chat “%s”: %.1f ms, %u places\n", newest ? "the newest" : "all", text, (g_get_monotonic_time () - start) / 1000.0, places->len);
}

static void
time_days (ChatStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GArray) days = NULL;
  gint64 start = g_get_monotonic_time ();

  chat_store_days_async (store, 1, 0, 0, NULL, keep_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  days = chat_store_days_finish (store, result, NULL);
  g_print ("days of that chat: %.1f ms, %u days\n", (g_get_monotonic_time () - start) / 1000.0, days->len);
}

/* Reading the chats, and the end of one. */
static double
time_open (const char *folder)
{
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < 5; i++) {
    g_autoptr (GAsyncResult) result = NULL;
    gint64 start = g_get_monotonic_time ();
    ChatStore *store = store_open (folder, NULL);
    chat_store_load_index_async (store, 1, G_MAXINT64, 100, 60, NULL, keep_result_cb, &result);
    while (result == NULL)
      g_main_context_iteration (NULL, TRUE);
    chat_index_part_free (chat_store_load_index_finish (store, result, NULL));
    best = MIN (best, (g_get_monotonic_time () - start) / 1000.0);
    g_clear_object (&result);
    store_close (store);
  }
  return best;
}

int
main (int argc, char *argv[])
{
  guint n = argc > 1 ? atoi (argv[1]) : 1000000;
  g_auto (Folder) folder = folder_new ();
  g_auto (Folder) small = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  gint64 start, text_size;
  double few, many;

  store_close (store);
  store_close (store_open (small, NULL));
  fill (folder, n);
  fill (small, 1000);
  text_size = query (folder, "SELECT sum (length) FROM message");
  store = store_open (folder, NULL);
  start = cpu_time ();
  wait_for_index (store);
  g_print ("%u messages, %.1f bytes each: %.1f µs of CPU each to index\n", n, (double) text_size / n, (double) (cpu_time () - start) / n);
  store_close (store);
  g_print ("index %.1f MB, %.2f of the texts\n", size_of (folder, "search.db") / 1e6, (double) size_of (folder, "search.db") / text_size);
  store = store_open (folder, NULL);
  time_search (store, folder, "a rare word", (ChatSearchQuery) { .text = (char *) "zyzzyva" });
  time_search (store, folder, "a frequent word", (ChatSearchQuery) { .text = words[2] });
  time_search (store, folder, "two frequent words", (ChatSearchQuery) { .text = g_strdup_printf ("%s %s", words[61], words[70]) });
  time_search (store, folder, "one letter", (ChatSearchQuery) { .text = (char *) "s" });
  time_search (store, folder, "nothing", (ChatSearchQuery) { .text = (char *) "qxqxqx" });
  time_search (store, folder, "a word in one chat", (ChatSearchQuery) { .text = words[600], .conversation = 7 });
  time_search (store, folder, "a word of long ago", (ChatSearchQuery) { .text = words[100], .to = G_GINT64_CONSTANT (1505000000000000) });
  time_find (store, words[600], TRUE);
  time_find (store, words[600], FALSE);
  time_find (store, words[20], TRUE);
  time_find (store, words[20], FALSE);
  time_find (store, words[0], TRUE);
  time_find (store, words[0], FALSE);
  time_days (store);
  store_close (store);
  few = time_open (small);
  many = time_open (folder);
  g_print ("open and read a chat: %.1f ms with 1,000 messages, %.1f ms with %u: %.2f times\n", few, many, n, many / few);
  return 0;
}
