/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-message-private.h"
#include "chat-test.h"

/* A timeline against a plain array: what it says of every row must be what is stored, whatever comes, goes and is read in
 * between. */

typedef struct { gint64 id; gint64 position; gint64 time; gboolean own; char *text; } Row;

static void
row_clear (Row *row)
{
  g_free (row->text);
}

typedef struct {
  char *folder;
  ChatStore *store;
  gint64 account, conversation;
  ChatTimeline *timeline;
  GArray *rows;             /* of Row: the plain array */
  guint n_items;            /* as told by items-changed */
  guint n_own;
  guint n_told, n_calls;    /* rows named in items-changed, and how often it came */
} Fixture;

static void
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

static void
append (Fixture *fixture, gboolean own, gint64 time, const char *text)
{
  g_autoptr (ChatAddedMessage) added = NULL;
  const ChatMessageRow *row = add_row (fixture, &added, own, time, text);

  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  g_ptr_array_add (rows, (gpointer) row);
  if (fixture->timeline != NULL)
    chat_timeline_insert (fixture->timeline, rows);
}

static void
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

/* Many rows at once, by SQL. */
static void
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

static guint
gap_even (guint i)
{
  return 60;
}

static guint
gap_uneven (guint i)
{
  return i % 50 == 0 ? 90000 : i % 7 == 0 ? 700 : 30;
}

static void
open_timeline (Fixture *fixture)
{
  fixture->timeline = chat_timeline_new (fixture->store, fixture->conversation, "Romeo");
  g_signal_connect_swapped (fixture->timeline, "items-changed", G_CALLBACK (items_changed_cb), fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = folder_new ();
  fixture->store = store_open (fixture->folder, NULL);
  fixture->account = store_account (fixture->store, "juliet@example.org");
  fixture->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_array_set_clear_func (fixture->rows, (GDestroyNotify) row_clear);
}

static void
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

/* The row as it is, reading it in where it is not there. */
static ChatMessage *
get (Fixture *fixture, guint position)
{
  ChatMessage *message;

  wait_for ((message = g_list_model_get_item (G_LIST_MODEL (fixture->timeline), position)) != NULL);
  return message;
}

static void
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

static void
check_all (Fixture *fixture)
{
  g_assert_cmpuint (fixture->n_items, ==, fixture->rows->len);
  for (guint i = 0; i < fixture->rows->len; i++)
    check (fixture, i);
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  open_timeline (fixture);
  g_assert_true (chat_timeline_get_loaded (fixture->timeline));
  g_assert_cmpuint (chat_timeline_get_first_unread (fixture->timeline), ==, G_MAXUINT);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fixture->timeline), 0));
  append (fixture, FALSE, 1000000, "first");
  append (fixture, TRUE, 2000000, "second");
  check_all (fixture);
}

static void
test_last_page (Fixture *fixture, gconstpointer data)
{
  fill (fixture, 1000, gap_uneven);
  open_timeline (fixture);
  g_assert_false (chat_timeline_get_loaded (fixture->timeline));
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  g_assert_cmpuint (fixture->n_items, ==, 1000);
  g_assert_cmpuint (fixture->n_told, ==, 1000);
  /* The end is there without asking again, and nothing else is. */
  for (guint i = 1000 - 128; i < 1000; i++) {
    g_autoptr (ChatMessage) message = g_list_model_get_item (G_LIST_MODEL (fixture->timeline), i);
    g_assert_nonnull (message);
  }
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fixture->timeline), 500));
  check_all (fixture);
}

/* A missing row is told of once, with its page, and no other. */
static void
test_smallest_change (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) kept = NULL;

  fill (fixture, 1000, gap_even);
  open_timeline (fixture);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  fixture->n_told = 0;
  check (fixture, 300);
  g_assert_cmpuint (fixture->n_told, ==, 2 * 128);
  fixture->n_told = 0;
  kept = get (fixture, 999);
  append (fixture, TRUE, 1, "news");
  g_assert_cmpuint (fixture->n_told, ==, 1);
  chat_timeline_change_state (fixture->timeline, g_array_index (fixture->rows, Row, 1000).id, CHAT_MESSAGE_SENT, NULL);
  g_assert_cmpuint (fixture->n_told, ==, 1);
  delete_at (fixture, 1000);
  g_assert_cmpuint (fixture->n_told, ==, 2);
}

static void
test_memory (Fixture *fixture, gconstpointer data)
{
  fill (fixture, 10000, gap_even);
  open_timeline (fixture);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  for (guint i = 0; i < 10000; i += 64)
    check (fixture, i);
  g_assert_cmpuint (chat_timeline_get_n_in_memory (fixture->timeline), <=, 20 * 128);
  check_all (fixture);
  g_assert_cmpuint (chat_timeline_get_n_in_memory (fixture->timeline), <=, 20 * 128);
}

/* A row that the view holds is the same object after its page went and came. */
static void
test_same_object (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) held = NULL;
  g_autoptr (ChatMessage) again = NULL;

  fill (fixture, 8000, gap_even);
  open_timeline (fixture);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  held = get (fixture, 10);
  for (guint i = 200; i < 8000; i += 64)
    check (fixture, i);
  again = get (fixture, 10);
  g_assert_true (held == again);
}

static void
ask_at_border_cb (GListModel *model, guint position, guint removed, guint added, GObject **held)
{
  if (*held == NULL)
    *held = g_list_model_get_item (model, 50000 - 16384);
}

/* The oldest row of the first part is read before it is known what stands before it. */
static void
test_border (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GObject) held = NULL;

  fill (fixture, 50000, gap_even);
  open_timeline (fixture);
  g_signal_connect (fixture->timeline, "items-changed", G_CALLBACK (ask_at_border_cb), &held);
  wait_for (held != NULL);
  g_object_unref (get (fixture, 0));
  check (fixture, 50000 - 16384);
  check (fixture, 50000 - 16385);
}

/* More rows than one part of the index: the beginning is asked for before it is known. */
static void
test_large (Fixture *fixture, gconstpointer data)
{
  fill (fixture, 50000, gap_uneven);
  open_timeline (fixture);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  g_assert_cmpuint (fixture->n_items, ==, 50000);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fixture->timeline), 3));
  g_assert_cmpuint (chat_timeline_get_estimated_length (fixture->timeline, 3), >, 5);
  append (fixture, FALSE, 1, "meanwhile");
  check (fixture, 3);
  for (guint i = 0; i < 50001; i += 997)
    check (fixture, i);
  check (fixture, 50000 - 16384);
  check (fixture, 50000 - 16385);
  check (fixture, 50000);
}

/* What is told while the first part is on its way is neither lost nor shown twice. */
static void
test_early (Fixture *fixture, gconstpointer data)
{
  fill (fixture, 300, gap_even);
  open_timeline (fixture);
  append (fixture, TRUE, 1, "early");
  append (fixture, TRUE, 2, "earlier than loaded");
  chat_timeline_change_state (fixture->timeline, g_array_index (fixture->rows, Row, 301).id, CHAT_MESSAGE_SENT, NULL);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  check_all (fixture);
  {
    g_autoptr (ChatMessage) message = get (fixture, 301);
    g_assert_cmpint (chat_message_get_state (message), ==, CHAT_MESSAGE_SENT);
  }
}

static void
test_deleted_early (Fixture *fixture, gconstpointer data)
{
  fill (fixture, 300, gap_even);
  open_timeline (fixture);
  delete_at (fixture, 299);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  check_all (fixture);
}

static void
count_notify_cb (GObject *object, GParamSpec *pspec, guint *n)
{
  ++*n;
}

static void
test_state (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) message = NULL;
  guint states = 0, errors = 0;

  open_timeline (fixture);
  append (fixture, TRUE, 1, "text");
  message = get (fixture, 0);
  g_signal_connect (message, "notify::state", G_CALLBACK (count_notify_cb), &states);
  g_signal_connect (message, "notify::error-text", G_CALLBACK (count_notify_cb), &errors);
  chat_timeline_change_state (fixture->timeline, chat_message_get_id (message), CHAT_MESSAGE_WRITTEN, NULL);
  chat_timeline_change_state (fixture->timeline, chat_message_get_id (message), CHAT_MESSAGE_FAILED, "No");
  g_assert_cmpuint (states, ==, 2);
  g_assert_cmpuint (errors, ==, 1);
  g_assert_cmpstr (chat_message_get_error_text (message), ==, "No");
}

static void
test_unread (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) fifth = NULL;
  g_autoptr (ChatMessage) fourth = NULL;

  for (guint i = 0; i < 10; i++)
    append (fixture, FALSE, i * 1000000, "text");
  open_timeline (fixture);
  chat_timeline_set_unread_start (fixture->timeline, g_array_index (fixture->rows, Row, 5).id);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  fifth = get (fixture, 5);
  fourth = get (fixture, 4);
  g_assert_true (chat_message_get_unread_start (fifth));
  g_assert_true (chat_message_get_head (fifth));
  g_assert_true (chat_message_get_tail (fourth));
  g_assert_cmpuint (chat_timeline_get_first_unread (fixture->timeline), ==, 5);
  chat_timeline_set_unread_start (fixture->timeline, 0);
  g_assert_false (chat_message_get_unread_start (fifth));
  g_assert_false (chat_message_get_head (fifth));
  g_assert_false (chat_message_get_tail (fourth));
}

/* S-20, R-22: whatever the stamps are, days and runs follow them and nothing falls over. */
static void
test_strange_times (Fixture *fixture, gconstpointer data)
{
  const gint64 times[] = { G_MAXINT64, G_MININT64, 0, -1, G_GINT64_CONSTANT (4102444800000000), 5 };

  open_timeline (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    append (fixture, FALSE, times[i], "text");
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    g_object_unref (get (fixture, i));
}

/* Random appends, deletions and looks, with readings under way. The seed is in GLib's output. */
static void
test_random (Fixture *fixture, gconstpointer data)
{
  gint64 time = G_GINT64_CONSTANT (1600000000) * G_USEC_PER_SEC + G_GINT64_CONSTANT (400) * 60 * G_USEC_PER_SEC;

  fill (fixture, 400, gap_uneven);
  time = g_array_index (fixture->rows, Row, 399).time;
  open_timeline (fixture);
  for (guint step = 0; step < 600; step++) {
    guint n = fixture->rows->len;
    switch (g_test_rand_int_range (0, 4)) {
    case 0:
      append (fixture, g_test_rand_bit (), time += (gint64) g_test_rand_int_range (1, 2000) * G_USEC_PER_SEC, "one more");
      break;
    case 1: {
      guint position = g_test_rand_int_range (0, n);
      if (g_array_index (fixture->rows, Row, position).own && chat_timeline_get_loaded (fixture->timeline))
        delete_at (fixture, position);
      break;
    }
    case 2: {
      GObject *item = g_list_model_get_item (G_LIST_MODEL (fixture->timeline), g_test_rand_int_range (0, n));
      g_clear_object (&item);
      break;
    }
    default:
      if (chat_timeline_get_loaded (fixture->timeline))
        check (fixture, g_test_rand_int_range (0, n));
    }
  }
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  check_all (fixture);
}

/* -- rows that come anywhere --------------------------------------------------------------------------------------- */

/* What was committed and not told yet. */
typedef struct { Fixture *fixture; ChatDb *db; GPtrArray *untold; gint64 next_text; } Writer;

static Row *
row_at (Fixture *fixture, guint i)
{
  return &g_array_index (fixture->rows, Row, i);
}

static ChatMessageRow *
make_row (Fixture *fixture, const Row *row)
{
  ChatMessageRow *made = g_new0 (ChatMessageRow, 1);

  *made = (ChatMessageRow) { .id = row->id, .conversation = fixture->conversation, .position = row->position, .time = row->time,
                             .own = row->own, .state = row->own, .text = g_strdup (row->text) };
  return made;
}

/* What is told at once: new rows by position, one that changed, or one that went. */
typedef struct { GPtrArray *rows; ChatMessageRow *changed; gint64 removed; } News;

static void
news_free (News *news)
{
  g_clear_pointer (&news->rows, g_ptr_array_unref);
  g_clear_pointer (&news->changed, chat_message_row_free);
  g_free (news);
}

static void
tell_first (Writer *writer)
{
  News *news = g_ptr_array_index (writer->untold, 0);

  if (news->rows != NULL)
    chat_timeline_insert (writer->fixture->timeline, news->rows);
  else if (news->changed != NULL)
    chat_timeline_change (writer->fixture->timeline, news->changed);
  else
    chat_timeline_remove (writer->fixture->timeline, news->removed);
  g_ptr_array_remove_index (writer->untold, 0);
}

/* A place between two rows, before the first or after the last one, with room for n; G_MININT64: there is none. */
static gint64
room_at (Fixture *fixture, guint at, guint n)
{
  gint64 above = at < fixture->rows->len ? row_at (fixture, at)->position : row_at (fixture, at - 1)->position + 1000000;
  gint64 below = at > 0 ? row_at (fixture, at - 1)->position : above - 1000000;

  return above - below > n + 1 ? below + 1 + g_test_rand_int_range (0, MIN (above - below - n - 1, 1000)) : G_MININT64;
}

static void
put_in (Writer *writer, News *news, guint at, guint n)
{
  Fixture *fixture = writer->fixture;
  gint64 position = room_at (fixture, at, n);

  for (guint i = 0; position != G_MININT64 && i < n; i++) {
    Row row = { .position = position + i, .own = g_test_rand_bit (), .text = g_strdup_printf ("put in %" G_GINT64_FORMAT, ++writer->next_text),
                .time = (G_GINT64_CONSTANT (1600000000) + g_test_rand_int_range (0, 4 * 86400)) * G_USEC_PER_SEC };
    g_assert_true (chat_db_run (writer->db, NULL,
      "INSERT INTO message (conversation, position, own, state, time, length, text) VALUES (?, ?, ?, ?, ?, ?, ?)", "lliilis",
      fixture->conversation, row.position, row.own, row.own, row.time, (int) strlen (row.text), row.text));
    row.id = sqlite3_last_insert_rowid (chat_db_handle (writer->db));
    g_array_insert_val (fixture->rows, at + i, row);
    g_ptr_array_insert (news->rows, i, make_row (fixture, &row));
  }
}

/* Like a page of an archive: rows in one to three places. */
static void
write_rows (Writer *writer)
{
  News *news = g_new0 (News, 1);
  guint at = writer->fixture->rows->len;

  news->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_row_free);
  g_assert_true (chat_db_exec (writer->db, "BEGIN IMMEDIATE", NULL));
  /* From the end on, so that each lot is in front of the one before. */
  for (int i = g_test_rand_int_range (1, 4); i > 0; i--) {
    at = g_test_rand_int_range (0, at + 1);
    put_in (writer, news, at, g_test_rand_int_range (1, 8));
  }
  g_assert_true (chat_db_exec (writer->db, "COMMIT", NULL));
  g_ptr_array_add (writer->untold, news);
}

static void
write_removal (Writer *writer)
{
  Fixture *fixture = writer->fixture;
  News *news = g_new0 (News, 1);
  guint at = g_test_rand_int_range (0, fixture->rows->len);

  news->removed = row_at (fixture, at)->id;
  g_assert_true (chat_db_run (writer->db, NULL, "DELETE FROM message WHERE id = ?", "l", news->removed));
  g_array_remove_index (fixture->rows, at);
  g_ptr_array_add (writer->untold, news);
}

/* A correction, or a time that only the archive knew. */
static void
write_change (Writer *writer)
{
  Fixture *fixture = writer->fixture;
  News *news = g_new0 (News, 1);
  Row *row = row_at (fixture, g_test_rand_int_range (0, fixture->rows->len));

  g_free (row->text);
  row->text = g_strdup_printf ("changed %" G_GINT64_FORMAT, ++writer->next_text);
  row->time += (gint64) g_test_rand_int_range (-100000, 100000) * G_USEC_PER_SEC;
  g_assert_true (chat_db_run (writer->db, NULL, "UPDATE message SET text = ?, length = ?, time = ? WHERE id = ?", "sill",
                              row->text, (int) strlen (row->text), row->time, row->id));
  news->changed = make_row (fixture, row);
  g_ptr_array_add (writer->untold, news);
}

static void
do_something (Writer *writer)
{
  Fixture *fixture = writer->fixture;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (fixture->timeline));

  switch (g_test_rand_int_range (0, 7)) {
  case 0:
    write_rows (writer);
    break;
  case 1:
    if (fixture->rows->len > 100)
      write_removal (writer);
    break;
  case 2:
    write_change (writer);
    break;
  case 3:
  case 4:
    if (n > 0) {
      GObject *item = g_list_model_get_item (G_LIST_MODEL (fixture->timeline), g_test_rand_int_range (0, n));
      g_clear_object (&item);
    }
    break;
  case 5:
    if (writer->untold->len > 0)
      tell_first (writer);
    break;
  default:
    g_main_context_iteration (NULL, FALSE);
  }
}

/* W-03, W-14: whatever the archive puts where, and whenever it is told, read and looked at: in the end the timeline is the
 * table. A thousand runs on one table that changes; the seed is in GLib's output. */
static void
test_anywhere (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "chat.db", NULL);
  g_autoptr (ChatDb) db = NULL;
  Writer writer = { .fixture = fixture };

  fill (fixture, 150, gap_uneven);
  db = chat_db_open (path, SQLITE_OPEN_READWRITE, NULL);
  g_assert_true (chat_db_exec (db, "PRAGMA synchronous = OFF", NULL));
  writer.db = db;
  writer.untold = g_ptr_array_new_with_free_func ((GDestroyNotify) news_free);
  for (guint run = 0; run < 1000; run++) {
    /* The rows are right, also where the counter should be wrong. */
    g_assert_true (chat_db_run (db, NULL, "UPDATE conversation SET n_messages = ? WHERE id = ?", "il",
                                MAX (1, (int) fixture->rows->len + g_test_rand_int_range (-4, 5)), fixture->conversation));
    fixture->n_items = 0;
    fixture->timeline = chat_timeline_new_in_parts (fixture->store, fixture->conversation, "Romeo", g_test_rand_int_range (1, 60));
    g_signal_connect_swapped (fixture->timeline, "items-changed", G_CALLBACK (items_changed_cb), fixture);
    for (int step = g_test_rand_int_range (0, 25); step > 0; step--)
      do_something (&writer);
    while (writer.untold->len > 0)
      tell_first (&writer);
    wait_for (chat_timeline_get_indexed (fixture->timeline));
    check_all (fixture);
    wait_for (g_atomic_int_get (&G_OBJECT (fixture->timeline)->ref_count) == 1);
    g_assert_finalize_object (fixture->timeline);
    fixture->timeline = NULL;
    while (fixture->rows->len > 250)
      write_removal (&writer);
    g_ptr_array_set_size (writer.untold, 0);
  }
  g_ptr_array_unref (writer.untold);
}

/* A gap is below the first row whose position is not less; it begins a run. */
static void
test_gaps (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) gaps = g_array_new (FALSE, FALSE, sizeof (gint64));
  const gint64 positions[] = { 3 * 65536 - 5, 6 * 65536, 6 * 65536 + 1 };
  guint n_told;

  fill (fixture, 10, gap_even);
  open_timeline (fixture);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  g_array_append_vals (gaps, positions, G_N_ELEMENTS (positions));
  n_told = fixture->n_told;
  chat_timeline_set_gaps (fixture->timeline, gaps);
  g_assert_cmpuint (fixture->n_told, ==, n_told);
  for (guint i = 0; i < 10; i++) {
    g_autoptr (ChatMessage) message = get (fixture, i);
    gboolean gap = i == 2 || i == 5 || i == 6;
    g_assert_cmpint (chat_message_get_gap_before (message), ==, gap);
    g_assert_true (chat_message_get_head (message) || !gap);
  }
  g_array_set_size (gaps, 0);
  chat_timeline_set_gaps (fixture->timeline, gaps);
  check_all (fixture);
  for (guint i = 0; i < 10; i++) {
    g_autoptr (ChatMessage) message = get (fixture, i);
    g_assert_false (chat_message_get_gap_before (message));
  }
}

/* A page of an archive is one change for each place, not one for each row. */
static void
test_batches (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "chat.db", NULL);
  g_autoptr (ChatDb) db = NULL;
  Writer writer = { .fixture = fixture };
  News *news = g_new0 (News, 1);

  fill (fixture, 300, gap_even);
  db = chat_db_open (path, SQLITE_OPEN_READWRITE, NULL);
  open_timeline (fixture);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  writer.db = db;
  writer.untold = g_ptr_array_new_with_free_func ((GDestroyNotify) news_free);
  news->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_row_free);
  g_ptr_array_add (writer.untold, news);
  put_in (&writer, news, 290, 40);
  put_in (&writer, news, 20, 200);
  fixture->n_told = fixture->n_calls = 0;
  tell_first (&writer);
  g_assert_cmpuint (fixture->n_calls, ==, 2);
  g_assert_cmpuint (fixture->n_told, ==, 240);
  check_all (fixture);
  g_ptr_array_unref (writer.untold);
}

/* Nobody waits for it any more. */
static void
test_gone (Fixture *fixture, gconstpointer data)
{
  fill (fixture, 1000, gap_even);
  g_object_unref (chat_timeline_new (fixture->store, fixture->conversation, "Romeo"));
  open_timeline (fixture);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fixture->timeline), 10));
  g_signal_handlers_disconnect_by_data (fixture->timeline, fixture);
  g_clear_object (&fixture->timeline);
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) theirs = NULL;
  g_autoptr (ChatMessage) ours = NULL;

  open_timeline (fixture);
  append (fixture, FALSE, 1, "text");
  append (fixture, TRUE, 1, "text");
  theirs = get (fixture, 0);
  ours = get (fixture, 1);
  chat_timeline_set_sender_name (fixture->timeline, "Romeo Montague");
  g_assert_cmpstr (chat_message_get_sender_name (theirs), ==, "Romeo Montague");
  g_assert_cmpstr (chat_message_get_sender_name (ours), ==, "You");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  #define ADD(path, func) g_test_add ("/timeline/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("empty", test_empty);
  ADD ("last-page", test_last_page);
  ADD ("smallest-change", test_smallest_change);
  ADD ("W-08/memory", test_memory);
  ADD ("same-object", test_same_object);
  ADD ("W-10/large", test_large);
  ADD ("border", test_border);
  ADD ("early", test_early);
  ADD ("deleted-early", test_deleted_early);
  ADD ("state", test_state);
  ADD ("W-14/unread", test_unread);
  ADD ("S-20/R-22/strange-times", test_strange_times);
  ADD ("random", test_random);
  ADD ("W-03/W-14/anywhere", test_anywhere);
  ADD ("W-03/gaps", test_gaps);
  ADD ("W-14/batches", test_batches);
  ADD ("gone", test_gone);
  ADD ("names", test_names);
  return g_test_run ();
}
