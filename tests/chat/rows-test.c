/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "rows-test.h"

static void
row_clear (Row *row)
{
  g_free (row->text);
}

void
items_changed_cb (Fixture *fixture, guint position, guint removed, guint added)
{
  g_assert_cmpuint (position + removed, <=, fixture->n_items);
  fixture->n_items += added - removed;
  fixture->n_told += removed + added;
  fixture->n_calls++;
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->timeline)), ==, fixture->n_items);
}

static const ChatMessageRow *
add_row (Fixture *fixture, ChatAddedMessage **added, gboolean own, gint64 time, const char *text)
{
  ChatNewMessage *message = incoming ("romeo@example.org", NULL, text);
  Row row = { .time = time, .own = own, .text = g_strdup (text) };

  message->own = own;
  message->state = own ? CHAT_MESSAGE_QUEUED : CHAT_MESSAGE_RECEIVED;
  message->time = time;
  message->stanza_id = own ? g_strdup_printf ("own-%u", ++fixture->n_own) : NULL;
  *added = store_add (fixture->store, fixture->account, message, NULL);
  g_assert_nonnull (*added);
  row.id = (*added)->message->id;
  row.position = (*added)->message->position;
  fixture->conversation = (*added)->conversation->id;
  g_array_append_val (fixture->rows, row);
  return (*added)->message;
}

void
append (Fixture *fixture, gboolean own, gint64 time, const char *text)
{
  g_autoptr (ChatAddedMessage) added = NULL;
  const ChatMessageRow *row = add_row (fixture, &added, own, time, text);

  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  g_ptr_array_add (rows, (gpointer) row);
  if (fixture->timeline != NULL)
    chat_timeline_insert (fixture->timeline, rows);
}

void
delete_at (Fixture *fixture, guint position)
{
  gint64 id = g_array_index (fixture->rows, Row, position).id;
  g_autoptr (GAsyncResult) result = NULL;
  ChatConversationRow *row;

  chat_store_delete_message_async (fixture->store, id, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  row = chat_store_delete_message_finish (fixture->store, result, NULL);
  g_assert_nonnull (row);
  chat_conversation_row_free (row);
  g_array_remove_index (fixture->rows, position);
  chat_timeline_remove (fixture->timeline, id);
}

void
fill (Fixture *fixture, guint n, guint (*gap) (guint i))
{
  g_autoptr (ChatAddedMessage) added = NULL;
  gint64 time = G_GINT64_CONSTANT (1600000000) * G_USEC_PER_SEC;
  g_autofree char *path = g_build_filename (fixture->folder, "chat.db", NULL);
  g_autoptr (ChatDb) db = chat_db_open (path, SQLITE_OPEN_READWRITE, NULL);

  add_row (fixture, &added, FALSE, time, "first");
  g_assert_true (chat_db_exec (db, "BEGIN IMMEDIATE", NULL));
  for (guint i = 1; i < n; i++) {
    Row row = { .position = (gint64) (i + 1) * 65536, .own = (i / 3) % 2, .time = time += gap (i) * G_USEC_PER_SEC, .text = g_strdup_printf ("message %u", i) };
    g_assert_true (chat_db_run (db, NULL,
      "INSERT INTO message (conversation, position, own, state, time, length, text) VALUES (?, ?, ?, ?, ?, ?, ?)", "lliilis",
      fixture->conversation, row.position, row.own, row.own ? 1 : 0, time, (int) strlen (row.text), row.text));
    row.id = sqlite3_last_insert_rowid (chat_db_handle (db));
    g_array_append_val (fixture->rows, row);
  }
  recount (db);
  g_assert_true (chat_db_exec (db, "COMMIT", NULL));
}

guint
gap_even (guint i)
{
  return 60;
}

guint
gap_uneven (guint i)
{
  return i % 50 == 0 ? 90000 : i % 7 == 0 ? 700 : 30;
}

void
open_timeline (Fixture *fixture)
{
  fixture->timeline = chat_timeline_new (fixture->store, fixture->conversation, "Romeo");
  g_signal_connect_swapped (fixture->timeline, "items-changed", G_CALLBACK (items_changed_cb), fixture);
}

void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = folder_new ();
  fixture->store = store_open (fixture->folder, NULL);
  fixture->account = store_account (fixture->store, "juliet@example.org");
  fixture->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_array_set_clear_func (fixture->rows, (GDestroyNotify) row_clear);
}

void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->timeline != NULL) {
    wait_for (g_atomic_int_get (&G_OBJECT (fixture->timeline)->ref_count) == 1);
    g_assert_finalize_object (fixture->timeline);
  }
  store_close (fixture->store);
  g_array_unref (fixture->rows);
  folder_remove (fixture->folder);
}

static gint64
day_of (gint64 time)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (time / G_USEC_PER_SEC);
  return g_date_time_get_year (when) * 1000 + g_date_time_get_day_of_year (when);
}

static gboolean
new_day (Fixture *fixture, guint i)
{
  return i == 0 || day_of (g_array_index (fixture->rows, Row, i).time) != day_of (g_array_index (fixture->rows, Row, i - 1).time);
}

static gboolean
new_run (Fixture *fixture, guint i)
{
  Row *row = &g_array_index (fixture->rows, Row, i);
  Row *before = row - 1;

  return new_day (fixture, i) || row->own != before->own
         || row->time / G_USEC_PER_SEC > before->time / G_USEC_PER_SEC + 600;
}

ChatMessage *
get (Fixture *fixture, guint position)
{
  ChatMessage *message;

  wait_for ((message = g_list_model_get_item (G_LIST_MODEL (fixture->timeline), position)) != NULL);
  return message;
}

void
check (Fixture *fixture, guint i)
{
  g_autoptr (ChatMessage) message = get (fixture, i);
  Row *row = &g_array_index (fixture->rows, Row, i);

  g_assert_cmpint (chat_message_get_id (message), ==, row->id);
  g_assert_cmpstr (chat_message_get_text (message), ==, row->text);
  g_assert_cmpint (chat_message_get_own (message), ==, row->own);
  g_assert_cmpint (chat_message_get_day_start (message), ==, new_day (fixture, i));
  g_assert_cmpint (chat_message_get_head (message), ==, new_run (fixture, i));
  g_assert_cmpint (chat_message_get_tail (message), ==, i + 1 == fixture->rows->len || new_run (fixture, i + 1));
  g_assert_cmpuint (chat_timeline_get_estimated_length (fixture->timeline, i), ==, strlen (row->text));
  g_assert_cmpuint (chat_timeline_find (fixture->timeline, row->id), ==, i);
}

void
check_all (Fixture *fixture)
{
  g_assert_cmpuint (fixture->n_items, ==, fixture->rows->len);
  for (guint i = 0; i < fixture->rows->len; i++)
    check (fixture, i);
}
