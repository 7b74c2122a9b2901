/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "rows-test.h"

/* Rows that come anywhere, told later than they were committed; and gaps between them. */

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ROWS_TEST ("W-03/W-14/anywhere", test_anywhere);
  ROWS_TEST ("W-03/gaps", test_gaps);
  ROWS_TEST ("W-14/batches", test_batches);
  return g_test_run ();
}
