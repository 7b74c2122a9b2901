/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-migrate.h"
#include "chat-test.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <grp.h>
#include <string.h>

/* Opening: fresh, again, older, newer, damaged, full, read-only, and killed in the middle. */

static char *
database (const char *folder)
{
  return g_build_filename (folder, "chat.db", NULL);
}

static GError *
open_fails (const char *folder, const char *const *scripts)
{
  g_autoptr (ChatStore) store = chat_store_new (folder);
  g_autoptr (GAsyncResult) result = NULL;
  GError *error = NULL;

  if (scripts != NULL)
    chat_store_set_scripts (store, scripts);
  chat_store_open_async (store, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_null (chat_store_open_finish (store, result, &error));
  return error;
}

static guint
mode_of (const char *path)
{
  GStatBuf buf;

  g_assert_cmpint (g_stat (path, &buf), ==, 0);
  return buf.st_mode & 0777;
}

static void
test_modes (void)
{
  g_auto (Folder) top = folder_new ();
  g_autofree char *folder = g_build_filename (top, "new", "data", NULL);
  g_autofree char *path = database (folder);
  const char *const suffixes[] = { "", "-wal", "-shm" };
  mode_t before = umask (0);
  ChatStore *store = store_open (folder, NULL);

  store_account (store, "juliet@example.org");
  g_assert_cmpuint (mode_of (folder), ==, 0700);
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *file = g_strconcat (path, suffixes[i], NULL);
    g_assert_cmpuint (mode_of (file), ==, 0600);
  }
  store_close (store);
  umask (before);
  /* A copy that was put there with other rights is closed again. */
  g_chmod (path, 0644);
  store_close (store_open (folder, NULL));
  g_assert_cmpuint (mode_of (path), ==, 0600);
}

static void
test_header (void)
{
  g_auto (Folder) folder = folder_new ();

  store_close (store_open (folder, NULL));
  g_assert_cmpint (query (folder, "PRAGMA application_id"), ==, CHAT_MIGRATE_APPLICATION_ID);
  g_assert_cmpint (query (folder, "PRAGMA user_version"), >=, 1);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM pragma_foreign_key_check"), ==, 0);
}

static char *
contents (const char *path, gsize *length)
{
  char *bytes = NULL;

  g_assert_true (g_file_get_contents (path, &bytes, length, NULL));
  return bytes;
}

static void
test_newer (void)
{
  g_auto (Folder) folder = folder_new ();
  g_autofree char *path = database (folder);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  gsize length, length_after;
  guint n = 0;

  store_close (store_open (folder, NULL));
  query (folder, "PRAGMA user_version = 99");
  query (folder, "PRAGMA wal_checkpoint (TRUNCATE)");
  g_chmod (path, 0640);
  before = contents (path, &length);
  error = open_fails (folder, NULL);
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORE_NEWER);
  after = contents (path, &length_after);
  g_assert_cmpmem (before, length, after, length_after);
  g_assert_cmpuint (mode_of (path), ==, 0640);
  dir = g_dir_open (folder, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    n++;
  g_assert_cmpuint (n, ==, 1);
}

static void
test_migrate (void)
{
  g_auto (Folder) folder = folder_new ();
  g_auto (GStrv) scripts = chat_migrate_load_scripts ();
  g_autoptr (GPtrArray) newer = g_ptr_array_new ();
  g_autofree char *copy = g_build_filename (folder, "chat.db.version-1", NULL);
  ChatStore *store;
  g_autoptr (GAsyncResult) again = NULL;
  g_autofree char *extra = NULL;

  for (guint i = 0; scripts[i] != NULL; i++)
    g_ptr_array_add (newer, scripts[i]);
  g_ptr_array_add (newer, (char *) "ALTER TABLE account ADD COLUMN extra TEXT");
  g_ptr_array_add (newer, (char *) "UPDATE account SET extra = 'yes'");
  g_ptr_array_add (newer, NULL);
  folder_migrate (folder, 1);
  query (folder, "INSERT INTO account (jid) VALUES ('juliet@example.org')");
  g_assert_cmpint (query (folder, "PRAGMA user_version"), ==, 1);

  store = chat_store_new (folder);
  chat_store_set_scripts (store, (const char *const *) newer->pdata);
  chat_store_open_async (store, NULL, keep_result_cb, &again);
  wait_for (again != NULL);
  chat_snapshot_free (chat_store_open_finish (store, again, NULL));
  g_clear_object (&again);
  store_close (store);
  g_assert_cmpint (query (folder, "PRAGMA user_version"), ==, newer->len - 1);
  extra = query_text (folder, "SELECT extra FROM account");
  g_assert_cmpstr (extra, ==, "yes");
  g_assert_cmpuint (mode_of (copy), ==, 0600);
}

/* A step that fails leaves all of it as it was. */
static void
test_migration_fails (void)
{
  g_auto (Folder) folder = folder_new ();
  g_auto (GStrv) scripts = chat_migrate_load_scripts ();
  const char *wrong[] = { scripts[0], "CREATE TABLE half (id INTEGER); INSERT INTO nowhere VALUES (1)", NULL };
  g_autoptr (GError) error = NULL;

  folder_migrate (folder, 1);
  error = open_fails (folder, wrong);
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORE);
  g_assert_cmpint (query (folder, "PRAGMA user_version"), ==, 1);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), ==, 0);
}

static guint
count_damaged (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    n += strstr (name, ".damaged-") != NULL && !g_str_has_suffix (name, "-wal") && !g_str_has_suffix (name, "-shm");
  return n;
}

static void
assert_begins_anew (const char *folder)
{
  ChatSnapshot *snapshot = NULL;
  ChatStore *store = store_open (folder, &snapshot);

  g_assert_nonnull (chat_store_get_notice (store));
  g_assert_cmpuint (snapshot->accounts->len, ==, 0);
  chat_snapshot_free (snapshot);
  store_account (store, "juliet@example.org");
  store_close (store);
  g_assert_cmpuint (count_damaged (folder), ==, 1);
  /* And not again. */
  store = store_open (folder, &snapshot);
  g_assert_null (chat_store_get_notice (store));
  g_assert_cmpuint (snapshot->accounts->len, ==, 1);
  chat_snapshot_free (snapshot);
  store_close (store);
}

static void
test_corrupt_header (void)
{
  g_auto (Folder) folder = folder_new ();
  g_autofree char *path = database (folder);

  g_assert_true (g_file_set_contents (path, "This is a diary and not a database, dear diary.", -1, NULL));
  assert_begins_anew (folder);
}

static void
overwrite (const char *path, gsize from, gsize n)
{
  gsize length;
  g_autofree char *bytes = contents (path, &length);

  g_assert_cmpuint (length, >, from);
  memset (bytes + from, 0xa5, MIN (n, length - from));
  g_assert_true (g_file_set_contents (path, bytes, length, NULL));
}

static void
test_corrupt_pages (void)
{
  g_auto (Folder) folder = folder_new ();
  g_autofree char *path = database (folder);
  ChatStore *store = store_open (folder, NULL);

  store_account (store, "juliet@example.org");
  store_close (store);
  /* All but the header of the first page. */
  overwrite (path, 100, G_MAXSIZE);
  assert_begins_anew (folder);
}

/* Damage that only a later use meets: that opening goes on, the next one looks at everything. */
static void
test_corrupt_later (void)
{
  g_auto (Folder) folder = folder_new ();
  g_autofree char *path = database (folder);
  g_autofree char *text = g_strnfill (3000, 'x');
  g_autoptr (GError) error = NULL;
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org");
  gint64 page, size;

  for (guint i = 0; i < 50; i++) {
    g_autofree char *id = g_strdup_printf ("id-%u", i);
    chat_added_message_free (store_add (store, account, incoming ("romeo@example.org", id, text), NULL));
  }
  store_close (store);
  page = query (folder, "SELECT rootpage FROM sqlite_schema WHERE name = 'message_stanza'");
  size = query (folder, "PRAGMA page_size");
  overwrite (path, (page - 1) * size, size);

  store = store_open (folder, NULL);
  g_assert_null (store_add (store, account, incoming ("romeo@example.org", "next", "text"), &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORE_CORRUPT);
  store_close (store);
  assert_begins_anew (folder);
}

static void
count_failures_cb (ChatStore *store, GError *error, guint *n)
{
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORE_FULL);
  ++*n;
}

static void
set_pages (ChatStore *store, guint pages)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_store_set_max_pages (store, pages, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_true (chat_store_write_finish (store, result, NULL));
}

static void
test_full (void)
{
  g_auto (Folder) folder = folder_new ();
  g_autofree char *large = g_strnfill (100000, 'x');
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org");
  guint failures = 0;

  g_signal_connect (store, "failed", G_CALLBACK (count_failures_cb), &failures);
  chat_added_message_free (store_add (store, account, incoming ("romeo@example.org", "a", "before"), NULL));
  set_pages (store, 1);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GError) error = NULL;
    ChatLot *lot = chat_lot_new_with (account, incoming ("mercutio@example.org", "b", large));
    lot->sm_state = g_strdup ("<state/>");
    g_assert_null (store_add_lot (store, lot, &error));
    g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORE_FULL);
  }
  g_assert_cmpuint (failures, ==, 1);
  /* Not a half of it: no conversation, no counter, no state. */
  g_assert_cmpint (query (folder, "SELECT count(*) FROM conversation"), ==, 1);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM message"), ==, 1);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM stream_state"), ==, 0);
  set_pages (store, 1000000);
  chat_added_message_free (store_add (store, account, incoming ("mercutio@example.org", "b", large), NULL));
  g_assert_cmpint (query (folder, "SELECT count(*) FROM message"), ==, 2);
  set_pages (store, 1);
  g_assert_null (store_add (store, account, incoming ("mercutio@example.org", "c", large), NULL));
  g_assert_cmpuint (failures, ==, 2);
  store_close (store);
}

/* As somebody who may not write: root may always. */
static int
read_only_child (const char *folder)
{
  g_autoptr (ChatStore) store = NULL;
  g_autoptr (GError) error = NULL;
  ChatSnapshot *snapshot = NULL;

  if (geteuid () == 0 && (setgroups (0, NULL) != 0 || setgid (65534) != 0 || setuid (65534) != 0))
    return 10;
  store = store_open (folder, &snapshot);
  if (!chat_store_get_read_only (store) || chat_store_get_notice (store) == NULL || snapshot->accounts->len != 1
      || snapshot->conversations->len != 1)
    return 11;
  chat_snapshot_free (snapshot);
  if (store_add (store, 1, incoming ("romeo@example.org", "b", "text"), &error) != NULL)
    return 12;
  return g_error_matches (error, CHAT_ERROR, CHAT_ERROR_STORE_READ_ONLY) ? 0 : 13;
}

static int
run_self (const char *what, const char *folder, int *out)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  const char *argv[] = { self, what, folder, NULL };
  g_autoptr (GError) error = NULL;
  GPid pid;
  int status;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, out, NULL, &error);
  g_assert_no_error (error);
  if (out != NULL)
    return pid;
  waitpid (pid, &status, 0);
  return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}

static void
test_read_only (void)
{
  g_auto (Folder) folder = folder_new ();
  g_autofree char *path = database (folder);
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org");

  chat_added_message_free (store_add (store, account, incoming ("romeo@example.org", "a", "before"), NULL));
  store_close (store);
  g_chmod (path, 0444);
  g_chmod (folder, 0555);
  g_assert_cmpint (run_self ("--read-only-child", folder, NULL), ==, 0);
  g_chmod (folder, 0755);
}

static int
writing_child (const char *folder)
{
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org");

  for (guint i = 1;; i++) {
    g_autofree char *id = g_strdup_printf ("%u", i);
    g_autofree char *text = g_strnfill (1 + i * 37 % 5000, 'a' + i % 26);
    ChatLot *lot = chat_lot_new_with (account, incoming ("romeo@example.org", id, text));
    g_autofree char *line = g_strdup_printf ("%u\n", i);
    lot->sm_state = g_strdup_printf ("<h>%u</h>", i);
    chat_added_lot_free (store_add_lot (store, lot, NULL));
    if (write (1, line, strlen (line)) < 0)
      return 1;
  }
}

/* what was told as committed is there after a kill, whole, together with the state of the stream. */
static void
test_killed (void)
{
  for (guint round = 0; round < 3; round++) {
    g_auto (Folder) folder = folder_new ();
    g_autoptr (GString) said = g_string_new (NULL);
    g_autofree char *state = NULL;
    g_autofree char *expected = NULL;
    const char *end;
    gint64 last, stored;
    char buffer[512];
    int out, status;
    GPid pid;

    pid = run_self ("--writing-child", folder, &out);
    while (said->len < 400 + 300 * round) {
      gssize n = read (out, buffer, sizeof buffer);
      g_assert_cmpint (n, >, 0);
      g_string_append_len (said, buffer, n);
    }
    kill (pid, SIGKILL);
    for (gssize n; (n = read (out, buffer, sizeof buffer)) > 0;)
      g_string_append_len (said, buffer, n);
    close (out);
    waitpid (pid, &status, 0);
    end = g_strrstr_len (said->str, said->len - 1, "\n");
    last = g_ascii_strtoll (end + 1, NULL, 10);

    store_close (store_open (folder, NULL));
    stored = query (folder, "SELECT count(*) FROM message");
    g_assert_cmpint (stored, >=, last);
    g_assert_cmpint (stored, <=, last + 1);
    g_assert_cmpint (query (folder, "SELECT n_messages FROM conversation"), ==, stored);
    g_assert_cmpint (query (folder, "SELECT count(*) FROM message WHERE length(text) <> 1 + CAST (stanza_id AS INTEGER) * 37 % 5000"), ==, 0);
    expected = g_strdup_printf ("<h>%" G_GINT64_FORMAT "</h>", stored);
    state = query_text (folder, "SELECT state FROM stream_state");
    g_assert_cmpstr (state, ==, expected);
  }
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--read-only-child"))
    return read_only_child (argv[2]);
  if (argc == 3 && g_str_equal (argv[1], "--writing-child"))
    return writing_child (argv[2]);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/open/S-109/modes", test_modes);
  g_test_add_func ("/store/open/header", test_header);
  g_test_add_func ("/store/open/newer", test_newer);
  g_test_add_func ("/store/open/R-45/migrate", test_migrate);
  g_test_add_func ("/store/open/R-45/migration-fails", test_migration_fails);
  g_test_add_func ("/store/open/R-45/corrupt-header", test_corrupt_header);
  g_test_add_func ("/store/open/R-45/corrupt-pages", test_corrupt_pages);
  g_test_add_func ("/store/open/R-45/corrupt-later", test_corrupt_later);
  g_test_add_func ("/store/open/R-44/full", test_full);
  g_test_add_func ("/store/open/read-only", test_read_only);
  g_test_add_func ("/store/open/R-11/R-13/killed", test_killed);
  return g_test_run ();
}
