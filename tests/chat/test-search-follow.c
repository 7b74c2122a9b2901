/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-search-db.h"
#include "chat-store-forget.h"
#include "chat-store-search.h"
#include "chat-store-message.h"
#include "lot-test.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The index follows what is written: later, again after a kill, and it forgets what was deleted. */

#define ROMEO "romeo@example.org"
#define NURSE "nurse@example.org"
/* Letters that nothing else in any file has; the index has three of them at once, and of those often only the last. */
#define SECRET "ჯჰჟფ"
#define SECRET_PART "ჟფ"

static void
index_all (ChatStore *store)
{
  chat_store_set_index_delay (store, 1);
  wait_for (!chat_store_is_indexing (store));
}

static guint
count (ChatStore *store, const char *text)
{
  ChatSearchQuery query = { .text = (char *) text, .limit = 100000 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChatSearchPage) page = NULL;
  g_autoptr (GError) error = NULL;

  chat_store_search_async (store, &query, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  page = chat_store_search_finish (store, result, &error);
  g_assert_no_error (error);
  g_assert_false (page->incomplete);
  return page->rows->len;
}

/* The first column of the first row, with the index attached as "search". */
static gint64
query_index (const char *folder, const char *sql)
{
  g_autofree char *path = g_build_filename (folder, "chat.db", NULL);
  g_autoptr (ChatDb) db = chat_search_db_new (NULL);
  gint64 value;

  g_assert_true (chat_search_db_attach (db, path, FALSE, NULL));
  g_assert_true (chat_search_db_is_attached (db));
  g_assert_true (chat_db_int64 (db, &value, -1, NULL, sql, ""));
  return value;
}

/* Many rows by SQL, while no store is open. */
static void
add_rows (const char *folder, guint n)
{
  g_autofree char *sql = g_strdup_printf (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %u)"
    " INSERT INTO message (conversation, position, own, state, time, length, text) SELECT 1, i << 16, 0, 0, 1600000000000000 + i * 1000000, 20,"
    " 'number ' || i || CASE WHEN i %% 1000 = 0 THEN ' thousand' ELSE '' END FROM n", n);

  query (folder, "INSERT OR IGNORE INTO account (id, jid) VALUES (1, 'juliet@example.org')");
  query (folder, "INSERT OR IGNORE INTO conversation (id, account, jid) VALUES (1, 1, '" ROMEO "')");
  query (folder, sql);
}

/* -- following ------------------------------------------------------------------------------------------------------ */

static void
test_edited (Lots *lots, gconstpointer data)
{
  lots_live (lots, said (ROMEO, FALSE, "a", "the first words", at (1)));
  index_all (lots->store);
  lots_live (lots, changing (said (ROMEO, FALSE, "b", "other words", at (2)), CHAT_NEW_CORRECTION, "a"));
  index_all (lots->store);
  g_assert_cmpuint (count (lots->store, "first"), ==, 0);
  g_assert_cmpuint (count (lots->store, "other words"), ==, 1);
  lots_live (lots, changing (said (ROMEO, FALSE, "c", "the third", at (3)), CHAT_NEW_CORRECTION, "a"));
  lots_live (lots, changing (said (ROMEO, FALSE, "d", NULL, at (4)), CHAT_NEW_RETRACTION, "a"));
  index_all (lots->store);
  g_assert_cmpuint (count (lots->store, "third"), ==, 0);
  g_assert_cmpint (query (lots->folder, "SELECT count (*) FROM search_change"), ==, 0);
}

/* While it is not yet in the index it is found all the same. */
static void
test_at_once (Lots *lots, gconstpointer data)
{
  for (guint i = 0; i < 5; i++) {
    g_autofree char *id = g_strdup_printf ("%u", i);
    lots_live (lots, said (ROMEO, FALSE, id, "wherefore", at (i)));
    g_assert_cmpuint (count (lots->store, "herefor"), ==, i + 1);
    if (i == 2) {
      index_all (lots->store);
      chat_store_set_index_delay (lots->store, 60000);
    }
  }
  g_assert_cmpint (query_index (lots->folder, "SELECT last FROM search.block"), ==, 3);
}

/* Messages in several blocks, the newest of which come first; full ones end as one part. */
static void
test_blocks (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  guint n = 2 * CHAT_SEARCH_BLOCK_SIZE + 1000;

  store_close (store);
  add_rows (folder, n);
  store = store_open (folder, NULL);
  index_all (store);
  g_assert_cmpint (query_index (folder, "SELECT count (*) FROM search.block"), ==, 3);
  g_assert_cmpint (query_index (folder, "SELECT max (last) FROM search.block"), ==, n);
  g_assert_cmpuint (count (store, "thousand"), ==, n / 1000);
  g_assert_cmpuint (count (store, "number 32768"), ==, 1);
  for (guint i = 0; i < 3; i++) {
    g_autofree char *text = g_strdup_printf ("later %u", i);
    chat_added_message_free (store_add (store, 1, incoming (ROMEO, NULL, text), NULL));
    index_all (store);
  }
  g_assert_cmpuint (count (store, "later"), ==, 3);
  g_assert_cmpint (query_index (folder, "SELECT parts FROM search.block WHERE id = 2"), ==, 4);
  store_close (store);
  query (folder, "UPDATE sqlite_sequence SET seq = (3 << 14) - 3 WHERE name = 'message'");
  store = store_open (folder, NULL);
  for (guint i = 0; i < 4; i++) {
    g_autofree char *text = g_strdup_printf ("last %u", i);
    chat_added_message_free (store_add (store, 1, incoming (ROMEO, NULL, text), NULL));
    index_all (store);
  }
  g_assert_cmpint (query_index (folder, "SELECT parts FROM search.block WHERE id = 2"), ==, 1);
  g_assert_cmpuint (count (store, "last"), ==, 4);
  g_assert_cmpuint (count (store, "later"), ==, 3);
  store_close (store);
}

/* A clock was wrong, an archive came late: what is shown first is what was said last, wherever it lies. */
static void
test_mixed_times (void)
{
  g_auto (Folder) folder = folder_new ();
  guint n = 2 * CHAT_SEARCH_BLOCK_SIZE;
  ChatSearchQuery query_all = { .text = (char *) "number", .limit = 3 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChatSearchPage) page = NULL;
  gint64 expected[] = { 500, n, n - 1 };
  ChatStore *store;

  store_close (store_open (folder, NULL));
  add_rows (folder, n);
  query (folder, "UPDATE message SET time = 1900000000000000 WHERE id = 500");
  store = store_open (folder, NULL);
  index_all (store);
  chat_store_search_async (store, &query_all, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  page = chat_store_search_finish (store, result, NULL);
  g_assert_true (page->more);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpint (((ChatSearchRow *) page->rows->pdata[i])->message->id, ==, expected[i]);
  g_clear_object (&result);
  store_close (store);
}

/* what was stored by the version before is found, and its changes are followed. */
static void
test_migrate (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store;

  folder_migrate (folder, 6);
  add_rows (folder, 2000);
  store = store_open (folder, NULL);
  g_assert_cmpuint (count (store, "thousand"), ==, 2);
  index_all (store);
  g_assert_cmpuint (count (store, "thousand"), ==, 2);
  store_close (store);
  query (folder, "UPDATE message SET text = 'a million' WHERE id = 1000");
  store = store_open (folder, NULL);
  index_all (store);
  g_assert_cmpuint (count (store, "thousand"), ==, 1);
  g_assert_cmpuint (count (store, "million"), ==, 1);
  store_close (store);
}

/* A damaged index is nothing but time. */
static void
test_damaged (Lots *lots, gconstpointer data)
{
  g_autofree char *path = g_build_filename (lots->folder, "search.db", NULL);
  g_autofree char *junk = g_strnfill (40000, 'x');

  for (guint i = 0; i < 20; i++)
    lots_live (lots, said (ROMEO, FALSE, NULL, "some words", at (i)));
  index_all (lots->store);
  store_close (lots->store);
  g_assert_true (g_file_set_contents (path, junk, 40000, NULL));
  lots->store = store_open (lots->folder, NULL);
  g_assert_cmpuint (count (lots->store, "words"), ==, 20);
  index_all (lots->store);
  g_assert_cmpuint (count (lots->store, "words"), ==, 20);
  g_assert_cmpint (query_index (lots->folder, "SELECT last FROM search.block"), ==, 20);
}

/* -- killed --------------------------------------------------------------------------------------------------------- */

static int
indexing_child (const char *folder)
{
  ChatStore *store = store_open (folder, NULL);

  chat_store_set_index_delay (store, 1);
  while (chat_store_is_indexing (store)) {
    g_main_context_iteration (NULL, TRUE);
    if (write (1, ".", 1) < 0)
      return 1;
  }
  return 0;
}

/* Whatever was done is not done again, and nothing is left out. */
static void
test_killed (void)
{
  g_auto (Folder) folder = folder_new ();
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  guint n = 3 * CHAT_SEARCH_BLOCK_SIZE;
  ChatStore *store;

  store_close (store_open (folder, NULL));
  add_rows (folder, n);
  for (guint round = 0; round < 4; round++) {
    const char *argv[] = { self, "--indexing-child", folder, NULL };
    char buffer[64];
    int out, status;
    GPid pid;
    g_assert_true (g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, &out, NULL, NULL));
    for (guint i = 0; i < round && read (out, buffer, sizeof buffer) > 0; i++)
      ;
    kill (pid, SIGKILL);
    waitpid (pid, &status, 0);
    close (out);
  }
  store = store_open (folder, NULL);
  index_all (store);
  g_assert_cmpuint (count (store, "thousand"), ==, n / 1000);
  g_assert_cmpint (query_index (folder, "SELECT min (last - (id << 14)) FROM search.block WHERE id < 3"), ==, CHAT_SEARCH_BLOCK_SIZE - 1);
  store_close (store);
}

/* -- deleted -------------------------------------------------------------------------------------------------------- */

static void
assert_no_secret (Lots *lots)
{
  index_all (lots->store);
  wait_for (!folder_has_bytes (lots->folder, SECRET_PART));
  store_close (lots->store);
  g_assert_false (folder_has_bytes (lots->folder, SECRET_PART));
  lots->store = store_open (lots->folder, NULL);
}

/* The secret is in some of many messages, which came in parts. */
static void
add_with_secrets (Lots *lots, const char *jid, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_strdup_printf ("%s%u", jid, i);
    g_autofree char *text = g_strdup_printf ("message %u of many%s", i, i % 7 == 0 ? " with a " SECRET : "");
    lots_live (lots, said (jid, FALSE, id, text, at (i)));
    if (i % 50 == 0)
      index_all (lots->store);
  }
  index_all (lots->store);
  g_assert_true (folder_has_bytes (lots->folder, SECRET_PART));
}

static void
test_retracted (Lots *lots, gconstpointer data)
{
  add_with_secrets (lots, ROMEO, 300);
  for (guint i = 0; i < 300; i += 7) {
    g_autofree char *id = g_strdup_printf (ROMEO "%u", i);
    lots_live (lots, changing (said (ROMEO, FALSE, NULL, NULL, at (1000)), CHAT_NEW_RETRACTION, id));
  }
  assert_no_secret (lots);
  g_assert_cmpuint (count (lots->store, "message many"), ==, 300 - 43);
}

static void
test_message_deleted (Lots *lots, gconstpointer data)
{
  ChatNewMessage *own = said (ROMEO, TRUE, "own", SECRET, at (2));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChatConversationRow) row = NULL;

  own->state = CHAT_MESSAGE_QUEUED;
  lots_live (lots, own);
  index_all (lots->store);
  g_assert_cmpuint (count (lots->store, SECRET), ==, 1);
  chat_store_delete_message_async (lots->store, g_array_index (lots->added->ids, gint64, 0), NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  row = chat_store_delete_message_finish (lots->store, result, NULL);
  g_assert_nonnull (row);
  g_clear_object (&result);
  g_assert_cmpuint (count (lots->store, SECRET), ==, 0);
  assert_no_secret (lots);
}

static void
test_account_removed (Lots *lots, gconstpointer data)
{
  gint64 stays = lots->account;
  g_autoptr (GAsyncResult) result = NULL;

  lots->account = store_account (lots->store, "other@example.org");
  add_with_secrets (lots, NURSE, 500);
  lots->account = stays;
  for (guint i = 0; i < 100; i++)
    lots_live (lots, said (ROMEO, FALSE, NULL, "stays here", at (i)));
  index_all (lots->store);
  chat_store_remove_account_async (lots->store, stays + 1, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  g_clear_object (&result);
  assert_no_secret (lots);
  g_assert_cmpuint (count (lots->store, "stays here"), ==, 100);
  g_assert_cmpuint (count (lots->store, "message"), ==, 0);
}

static void
test_chat_deleted (Lots *lots, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChatConversationRow) row = NULL;

  lots_live (lots, said (NURSE, FALSE, NULL, "stays here", at (1)));
  add_with_secrets (lots, ROMEO, 500);
  chat_store_forget_chat_async (lots->store, 2, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  row = chat_store_forget_chat_finish (lots->store, result, NULL);
  g_assert_nonnull (row);
  g_clear_object (&result);
  assert_no_secret (lots);
  g_assert_cmpuint (count (lots->store, "stays here"), ==, 1);
  g_assert_cmpuint (count (lots->store, "message"), ==, 0);
}

/* Rows that grew moved to other pages: nothing of them stays where they were. */
static void
test_moved (Lots *lots, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  gint64 gone = store_account (lots->store, "other@example.org");

  store_close (lots->store);
  query (lots->folder, "INSERT INTO conversation (id, account, jid) VALUES (1, 1, '" ROMEO "'), (2, 2, '" NURSE "')");
  query (lots->folder, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)"
         " INSERT INTO message (conversation, position, own, state, time, text) SELECT 1 + i % 2, i << 16, 0, 0, i,"
         " CASE WHEN i % 2 THEN '" SECRET " ' || i ELSE 'stays here' END || hex (zeroblob (i * 37 % 100)) FROM n");
  for (guint i = 3; i < 12; i++) {
    g_autofree char *grow = g_strdup_printf ("UPDATE message SET text = text || hex (zeroblob (id * 31 %% 150)) WHERE id %% %u = 0", i);
    query (lots->folder, grow);
  }
  lots->store = store_open (lots->folder, NULL);
  index_all (lots->store);
  chat_store_remove_account_async (lots->store, gone, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  g_clear_object (&result);
  assert_no_secret (lots);
  g_assert_cmpuint (count (lots->store, "stays here"), ==, 3000);
}

/* The same for single ones, hidden here or taken back by who wrote them. */
static void
test_moved_singles (Lots *lots, gconstpointer data)
{
  store_close (lots->store);
  query (lots->folder, "INSERT INTO conversation (id, account, jid) VALUES (1, 1, '" ROMEO "')");
  query (lots->folder, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)"
         " INSERT INTO message (conversation, position, own, state, time, stanza_id, text) SELECT 1, i << 16, 0, 0, i, 's' || i,"
         " CASE WHEN i % 20 = 0 THEN '" SECRET " ' || i ELSE 'stays here' END || hex (zeroblob (i * 37 % 100)) FROM n");
  for (guint i = 3; i < 12; i++) {
    g_autofree char *grow = g_strdup_printf ("UPDATE message SET text = text || hex (zeroblob (id * 31 %% 150)) WHERE id %% %u = 0", i);
    query (lots->folder, grow);
  }
  lots->store = store_open (lots->folder, NULL);
  index_all (lots->store);
  for (gint64 id = 20; id <= 6000; id += 20) {
    g_autofree char *target = g_strdup_printf ("s%" G_GINT64_FORMAT, id);
    g_autoptr (GAsyncResult) result = NULL;
    if (id % 40 == 0) {
      lots_live (lots, changing (said (ROMEO, FALSE, NULL, NULL, at (1000)), CHAT_NEW_RETRACTION, target));
      continue;
    }
    chat_store_hide_async (lots->store, id, NULL, keep_result_cb, &result);
    wait_for (result != NULL);
    chat_conversation_row_free (chat_store_hide_finish (lots->store, result, NULL));
  }
  assert_no_secret (lots);
  g_assert_cmpuint (count (lots->store, "stays here"), ==, 5700);
}

/* Killed before the index could follow: the next start does. */
static void
test_deleted_before_start (Lots *lots, gconstpointer data)
{
  add_with_secrets (lots, ROMEO, 60);
  store_close (lots->store);
  query (lots->folder, "PRAGMA secure_delete = ON");
  query (lots->folder, "UPDATE message SET text = NULL WHERE text LIKE '%" SECRET "'");
  query (lots->folder, "VACUUM");
  g_assert_true (folder_has_bytes (lots->folder, SECRET_PART));
  lots->store = store_open (lots->folder, NULL);
  assert_no_secret (lots);
}

/* -- given up ------------------------------------------------------------------------------------------------------- */

/* A search that would take long ends when nobody wants it any more, and the next one is not behind it. */
static void
test_cancelled (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatSearchQuery all = { .text = (char *) "number", .limit = 1000000 }, one = { .text = (char *) "\"number 77777\"", .limit = 10 };
  ChatStore *store;
  g_autoptr (GAsyncResult) last = NULL;
  g_autoptr (ChatSearchPage) page = NULL;

  store_close (store_open (folder, NULL));
  add_rows (folder, 100000);
  store = store_open (folder, NULL);
  index_all (store);
  for (guint i = 0; i < 20; i++) {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    chat_store_search_async (store, &all, cancellable, keep_result_cb, &result);
    /* It has begun: it is not only what waits that can be given up. */
    if (i % 2 == 0)
      g_usleep (2000 * i);
    g_cancellable_cancel (cancellable);
    wait_for (result != NULL);
    g_assert_null (chat_store_search_finish (store, result, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
  chat_store_search_async (store, &one, NULL, keep_result_cb, &last);
  wait_for (last != NULL);
  page = chat_store_search_finish (store, last, NULL);
  g_assert_cmpuint (page->rows->len, ==, 1);
  g_clear_object (&last);
  store_close (store);
}

/* The store is closed while it searches and while the index is made. */
static void
test_closed (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatSearchQuery all = { .text = (char *) "number", .limit = 1000000 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ChatStore *store;

  store_close (store_open (folder, NULL));
  add_rows (folder, 100000);
  store = store_open (folder, NULL);
  chat_store_set_index_delay (store, 1);
  chat_store_search_async (store, &all, NULL, keep_result_cb, &result);
  chat_store_close_async (store, NULL, NULL);
  wait_for (result != NULL);
  g_assert_null (chat_store_search_finish (store, result, &error));
  g_clear_object (&result);
  wait_for (g_atomic_int_get (&G_OBJECT (store)->ref_count) == 1);
  g_assert_finalize_object (store);
}

int
main (int argc, char *argv[])
{
  if (argc == 3 && g_str_equal (argv[1], "--indexing-child"))
    return indexing_child (argv[2]);
  g_test_init (&argc, &argv, NULL);
  LOTS_TEST ("/search/follow/edited", test_edited);
  LOTS_TEST ("/search/follow/at-once", test_at_once);
  g_test_add_func ("/search/follow/blocks", test_blocks);
  g_test_add_func ("/search/follow/mixed-times", test_mixed_times);
  g_test_add_func ("/search/follow/R-45/migrate", test_migrate);
  LOTS_TEST ("/search/follow/R-45/damaged", test_damaged);
  g_test_add_func ("/search/follow/R-11/killed", test_killed);
  LOTS_TEST ("/search/follow/W-28/retracted", test_retracted);
  LOTS_TEST ("/search/follow/W-28/message-deleted", test_message_deleted);
  LOTS_TEST ("/search/follow/W-28/account-removed", test_account_removed);
  LOTS_TEST ("/search/follow/W-28/chat-deleted", test_chat_deleted);
  LOTS_TEST ("/search/follow/W-28/moved", test_moved);
  LOTS_TEST ("/search/follow/W-28/moved-singles", test_moved_singles);
  LOTS_TEST ("/search/follow/W-28/before-start", test_deleted_before_start);
  g_test_add_func ("/search/follow/cancelled", test_cancelled);
  g_test_add_func ("/search/follow/closed", test_closed);
  return g_test_run ();
}
