/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-test.h"

#include "chat-migrate.h"

#include <glib/gstdio.h>

gboolean
nothing_cb (gpointer data)
{
  return G_SOURCE_REMOVE;
}

char *
folder_new (void)
{
  char *folder = g_dir_make_tmp ("stonechat-test-XXXXXX", NULL);

  g_assert_nonnull (folder);
  return folder;
}

void
folder_remove (char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
      folder_remove (g_steal_pointer (&path));
    else
      g_unlink (path);
  }
  g_rmdir (folder);
  g_free (folder);
}

void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

ChatStore *
store_open (const char *folder, ChatSnapshot **snapshot)
{
  ChatStore *store = chat_store_new (folder);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatSnapshot) read = NULL;

  chat_store_open_async (store, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  read = chat_store_open_finish (store, result, &error);
  g_assert_no_error (error);
  if (snapshot != NULL)
    *snapshot = g_steal_pointer (&read);
  return store;
}

void
store_close (ChatStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_store_close_async (store, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_true (chat_store_close_finish (store, result, NULL));
  g_clear_object (&result);
  /* The thread that opened it lets go of its task a moment after telling. */
  wait_for (g_atomic_int_get (&G_OBJECT (store)->ref_count) == 1);
  g_assert_finalize_object (store);
}

void
folder_migrate (const char *folder, guint n)
{
  g_auto (GStrv) scripts = chat_migrate_load_scripts ();
  g_autofree char *path = g_build_filename (folder, "chat.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatDb) db = chat_db_open (path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &error);

  g_assert_no_error (error);
  for (guint i = g_strv_length (scripts); i > n; i--)
    g_clear_pointer (&scripts[i - 1], g_free);
  chat_migrate (db, path, (const char *const *) scripts, &error);
  g_assert_no_error (error);
  g_assert_true (chat_db_exec (db, "PRAGMA journal_mode = WAL", NULL));
}

void
recount (ChatDb *db)
{
  g_assert_true (chat_db_exec (db, "UPDATE conversation SET n_messages = (SELECT count (*) FROM message m WHERE m.conversation = conversation.id),"
    " last_message = (SELECT m.id FROM message m WHERE m.conversation = conversation.id ORDER BY m.position DESC LIMIT 1)", NULL));
}

gint64
store_account (ChatStore *store, const char *jid)
{
  g_autoptr (ChatAccountRow) row = chat_account_row_new (jid);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id;

  chat_store_save_account_async (store, row, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  id = chat_store_save_account_finish (store, result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (id, >, 0);
  return id;
}

ChatNewMessage *
incoming (const char *jid, const char *id, const char *text)
{
  ChatNewMessage *message = g_new0 (ChatNewMessage, 1);

  message->jid = g_strdup (jid);
  message->state = CHAT_MESSAGE_RECEIVED;
  message->time = g_get_real_time ();
  message->stanza_id = g_strdup (id);
  message->text = g_strdup (text);
  return message;
}

void
chat_added_message_free (ChatAddedMessage *added)
{
  chat_conversation_row_free (added->conversation);
  chat_message_row_free (added->message);
  g_free (added);
}

static void
give_row_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GPtrArray **rows = user_data;
  *rows = chat_store_load_messages_finish (CHAT_STORE (source), result, NULL);
}

ChatAddedMessage *
store_add_finish (ChatStore *store, GAsyncResult *result, GError **error)
{
  g_autoptr (ChatAddedLot) lot = chat_store_add_finish (store, result, error);
  g_autoptr (GPtrArray) rows = NULL;
  ChatAddedMessage *added;

  if (lot == NULL)
    return NULL;
  g_assert_cmpuint (lot->conversations->len, ==, 1);
  if (lot->added->len > 0) {
    rows = g_ptr_array_ref (lot->added);
  } else {
    chat_store_load_messages_async (store, lot->ids, NULL, give_row_cb, &rows);
    wait_for (rows != NULL);
  }
  g_assert_cmpuint (rows->len, ==, 1);
  added = g_new0 (ChatAddedMessage, 1);
  added->conversation = g_ptr_array_steal_index (lot->conversations, 0);
  added->message = chat_message_row_copy (g_ptr_array_index (rows, 0));
  added->duplicate = lot->n_known > 0;
  return added;
}

ChatAddedLot *
store_add_lot (ChatStore *store, ChatLot *lot, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_store_add_async (store, lot, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  return chat_store_add_finish (store, result, error);
}

ChatAddedMessage *
store_add (ChatStore *store, gint64 account, ChatNewMessage *message, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_store_add_async (store, chat_lot_new_with (account, message), NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  return store_add_finish (store, result, error);
}

char *
query_text (const char *folder, const char *sql)
{
  g_autofree char *path = g_build_filename (folder, "chat.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatDb) db = chat_db_open (path, SQLITE_OPEN_READWRITE, &error);
  sqlite3_stmt *statement;
  char *text = NULL;
  int step;

  g_assert_no_error (error);
  statement = chat_db_query (db, &error, sql, "");
  step = chat_db_step (db, statement, &error);
  g_assert_no_error (error);
  if (step > 0) {
    text = chat_db_dup_text (statement, 0);
    sqlite3_reset (statement);
  }
  return text;
}

gint64
query (const char *folder, const char *sql)
{
  g_autofree char *text = query_text (folder, sql);
  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

/* By SQLite itself. */
GPtrArray *
naughty_strings (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("STONECHAT_TEST_DATA"), "naughty-strings.json", NULL);
  g_autoptr (ChatDb) db = chat_db_open (":memory:", SQLITE_OPEN_READWRITE, NULL);
  GPtrArray *strings = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *json = NULL;
  sqlite3_stmt *statement;

  g_assert_true (g_file_get_contents (path, &json, NULL, NULL));
  statement = chat_db_query (db, NULL, "SELECT value FROM json_each (?)", "s", json);
  while (chat_db_step (db, statement, NULL) > 0)
    g_ptr_array_add (strings, chat_db_dup_text (statement, 0));
  g_assert_cmpuint (strings->len, >, 500);
  return strings;
}

gboolean
folder_has_bytes (const char *folder, const char *wanted)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  for (const char *name; (name = g_dir_read_name (dir)) != NULL;) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autofree char *bytes = NULL;
    gsize length;
    g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
    if (memmem (bytes, length, wanted, strlen (wanted)) != NULL)
      return TRUE;
  }
  return FALSE;
}
