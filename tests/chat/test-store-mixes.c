/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "lot-test.h"

/* Messages that come by several ways, each mix of them: one row each, in one order. */

#define ROMEO "romeo@example.net"
#define NURSE "nurse@example.net"

/* -- all mixes ------------------------------------------------------------------------------------------------------ */

typedef enum { LIVE, CARBON, RESEND, OFFLINE, ARCHIVE, N_WAYS } Way;

static const char way_names[] = "lcroa";

typedef struct {
  gboolean own, has_id, has_archive_id;   /* the last: the server says it of all copies */
} Kind;

/* Our own clock is three seconds ahead of the server's. */
static ChatNewMessage *
copy_by (Way way, const Kind *kind, const char *jid, const char *text, gint64 time, int n)
{
  g_autofree char *id = g_strdup_printf ("%s-%d", jid, n), *archive_id = g_strdup_printf ("%s-a%d", jid, n);
  gint64 here = time + 3 * G_TIME_SPAN_SECOND;
  ChatNewMessage *message = said (jid, kind->own, kind->has_id ? id : NULL, text, here);

  if (way == ARCHIVE) {
    message->time = time;
    return archived (message, archive_id);
  }
  if (way == OFFLINE) {
    message->time = time;
    message->delayed = TRUE;
  }
  message->source = way == CARBON ? CHAT_SOURCE_CARBON : CHAT_SOURCE_LIVE;
  if (kind->has_archive_id)
    message->archive_id = g_strdup (archive_id);
  return message;
}

static void
come (Lots *lots, gint64 gap, Way way, ChatNewMessage *message)
{
  if (way == ARCHIVE)
    lots_page (lots, gap, FALSE, message, NULL);
  else
    lots_live (lots, message);
}

/* With nothing to tell two copies from two equal texts, they are two: a message too many can be seen, one too few can't. */
static gboolean
can_be_told (const Kind *kind, const Way *ways, guint n)
{
  guint n_ours = 0;          /* timed by our own clock */

  if (kind->has_id || kind->has_archive_id)
    return TRUE;
  for (guint i = 0; i < n; i++)
    n_ours += ways[i] != ARCHIVE && ways[i] != OFFLINE;
  if (n_ours == 0)
    return TRUE;
  /* The archive has one for a row that was there before. */
  for (guint i = 1; i < n; i++) {
    if (ways[i] != ARCHIVE)
      return FALSE;
  }
  return TRUE;
}

static void
take_all_ways (Lots *lots, gint64 gap, const Kind *kind, const Way *ways, guint n, GString *wrong)
{
  g_autofree char *jid = g_strdup_printf ("%c%c%c.%d%d%d@example.net", way_names[ways[0]], way_names[ways[1]], way_names[ways[2]],
                                          kind->own, kind->has_id, kind->has_archive_id);
  g_autofree char *texts = NULL;

  if (!can_be_told (kind, ways, n))
    return;
  for (guint i = 0; i < n; i++)
    come (lots, gap, ways[i], copy_by (ways[i], kind, jid, "once", at (0), 0));
  texts = lots_texts (lots, jid);
  if (g_strcmp0 (texts, "once") != 0)
    g_string_append_printf (wrong, " %s: %s", jid, texts);
}

static void
test_one_row (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) gap = lots_bind (lots);
  g_autoptr (GString) wrong = g_string_new (NULL);

  for (guint bits = 0; bits < 8; bits++) {
    Kind kind = { bits & 1, (bits & 2) != 0, (bits & 4) != 0 };
    for (guint i = 0; i < N_WAYS * N_WAYS * N_WAYS; i++) {
      Way ways[] = { i % N_WAYS, i / N_WAYS % N_WAYS, i / N_WAYS / N_WAYS };
      take_all_ways (lots, gap->id, &kind, ways, G_N_ELEMENTS (ways), wrong);
    }
  }
  g_assert_cmpstr (wrong->str, ==, "");
  g_assert_cmpint (query (lots->folder, "SELECT count(*) FROM conversation"), >, 700);
}

/* Said twice, half a minute apart: each comes first by its own way, then both out of the archive. */
static void
say_twice (Lots *lots, gint64 gap, const Kind *kind, Way first, Way second, gboolean in_one_page, GString *wrong)
{
  g_autofree char *jid = g_strdup_printf ("%c%c%d.%d%d%d@example.net", way_names[first], way_names[second], in_one_page,
                                          kind->own, kind->has_id, kind->has_archive_id);
  g_autofree char *texts = NULL;

  come (lots, gap, first, copy_by (first, kind, jid, "twice", at (0), 1));
  come (lots, gap, second, copy_by (second, kind, jid, "twice", at (30), 2));
  if (in_one_page) {
    lots_page (lots, gap, FALSE, copy_by (ARCHIVE, kind, jid, "twice", at (0), 1),
               copy_by (ARCHIVE, kind, jid, "twice", at (30), 2), NULL);
  } else {
    lots_page (lots, gap, FALSE, copy_by (ARCHIVE, kind, jid, "twice", at (30), 2), NULL);
    lots_page (lots, gap, FALSE, copy_by (ARCHIVE, kind, jid, "twice", at (0), 1), NULL);
  }
  texts = lots_texts (lots, jid);
  if (g_strcmp0 (texts, "twice twice") != 0)
    g_string_append_printf (wrong, " %s: %s", jid, texts);
}

static void
test_equal_texts (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) gap = lots_bind (lots);
  g_autoptr (GString) wrong = g_string_new (NULL);

  for (guint bits = 0; bits < 16; bits++) {
    Kind kind = { bits & 1, (bits & 2) != 0, (bits & 4) != 0 };
    for (guint i = 0; i < N_WAYS * N_WAYS; i++)
      say_twice (lots, gap->id, &kind, i % N_WAYS, i / N_WAYS, (bits & 8) != 0, wrong);
  }
  g_assert_cmpstr (wrong->str, ==, "");
}

/* -- what may hide another ------------------------------------------------------------------------------------------ */

static void
test_guessed_id (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) gap = lots_bind (lots);

  lots_live (lots, said (NURSE, FALSE, "id", "same", at (0)));
  lots_live (lots, said (ROMEO, TRUE, "id", "same", at (1)));
  lots_live (lots, said (ROMEO, FALSE, "id", "same", at (2)));
  lots_live (lots, said (ROMEO, FALSE, "id", "other", at (3)));
  assert_texts (lots, ROMEO, "same same other");
  /* The archive's ids say that they are not one. */
  lots_page (lots, gap->id, FALSE, archived (said (ROMEO, FALSE, "n", "count", at (4)), "x1"),
             archived (said (ROMEO, FALSE, "n", "count", at (5)), "x2"), NULL);
  lots_page (lots, gap->id, FALSE, archived (said (ROMEO, FALSE, "n", "count", at (4)), "x1"), NULL);
  /* The server may change a text; what has its id is the same message. */
  lots_page (lots, gap->id, FALSE, archived (said (ROMEO, FALSE, "n", "counted", at (5)), "x2"), NULL);
  g_assert_cmpuint (lots->added->n_known, ==, 1);
  g_assert_cmpint (query (lots->folder, "SELECT count(*) FROM message WHERE text = 'count'"), ==, 2);
  /* Ids that can't be counted ones are those of a message that was sent again. */
  lots_page (lots, gap->id, FALSE, archived (said (ROMEO, TRUE, "5f1c8a0e4b7d4d", "again", at (6)), "x3"),
             archived (said (ROMEO, TRUE, "5f1c8a0e4b7d4d2a", "again", at (6)), "x4"),
             archived (said (ROMEO, TRUE, "5f1c8a0e4b7d4d2a", "again", at (7)), "x5"), NULL);
  g_assert_cmpint (query (lots->folder, "SELECT count(*) FROM message WHERE text = 'again'"), ==, 2);
  /* Nor does another kind hide it, such as the line of one that can't be read. */
  lots_live (lots, said (ROMEO, FALSE, "kind", NULL, at (6)));
  {
    ChatNewMessage *encrypted = said (ROMEO, FALSE, "kind", NULL, at (6));
    encrypted->kind = CHAT_MESSAGE_ENCRYPTED;
    lots_live (lots, encrypted);
  }
  g_assert_cmpint (query (lots->folder, "SELECT count(*) FROM message WHERE stanza_id = 'kind'"), ==, 2);
}

/* A server that gives a message another id than its own still leaves the sender's. */
static void
test_origin_id (Lots *lots, gconstpointer data)
{
  ChatNewMessage *copy = said (ROMEO, TRUE, "rewritten", "hello", at (1));

  lots_live (lots, said (ROMEO, TRUE, "ours", "hello", at (0)));
  copy->origin_id = g_strdup ("ours");
  g_assert_cmpuint (lots_live (lots, copy)->n_known, ==, 1);
  assert_texts (lots, ROMEO, "hello");
}

/* -- what a copy brings --------------------------------------------------------------------------------------------- */

static void
test_archive_brings (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) gap = lots_bind (lots);
  ChatNewMessage *typed = said (ROMEO, TRUE, "mine", "hello", at (3));
  ChatMessageRow *row;

  typed->state = CHAT_MESSAGE_WRITTEN;
  lots_live (lots, typed);
  lots_page (lots, gap->id, TRUE, archived (said (ROMEO, TRUE, "mine", "hello", at (0)), "x"), NULL);
  g_assert_cmpuint (lots->added->n_known, ==, 1);
  g_assert_cmpuint (lots->added->added->len, ==, 0);
  g_assert_cmpuint (lots->added->changed->len, ==, 1);
  row = g_ptr_array_index (lots->added->changed, 0);
  g_assert_cmpint (row->state, ==, CHAT_MESSAGE_SENT);
  g_assert_cmpint (row->time, ==, at (0));
  g_assert_cmpstr (row->archive_id, ==, "x");
  g_assert_cmpint (row->id, ==, g_array_index (lots->added->ids, gint64, 0));
}

/* One that failed and arrived all the same; but not one that came back, of which the archive has the copy that did. */
static void
test_failed (Lots *lots, gconstpointer data)
{
  for (guint i = 0; i < 3; i++) {
    g_autoptr (ChatGapRow) gap = lots_bind (lots);
    g_autofree char *id = g_strdup_printf ("mine%u", i);
    ChatNewMessage *typed = said (ROMEO, TRUE, id, id, at (i));
    typed->state = CHAT_MESSAGE_QUEUED;
    lots_live (lots, typed);
    query (lots->folder, "UPDATE message SET state = 6, error = 'no', written = 1 WHERE state = 1");
    if (i > 0)
      query (lots->folder, "UPDATE message SET cursor = '' WHERE state = 6");
    if (i == 2)
      query (lots->folder, "UPDATE message SET state = 1, error = NULL WHERE state = 6 AND stanza_id = 'mine2'");
    lots_page (lots, gap->id, TRUE, archived (said (ROMEO, TRUE, id, id, at (i)), id), NULL);
  }
  assert_column (lots, "mine0", "state || ifnull (error, '')", "3");
  assert_column (lots, "mine1", "state || ifnull (error, '')", "6no");
  assert_column (lots, "mine2", "state || ifnull (error, '')", "1");
}

/* -- order ---------------------------------------------------------------------------------------------------------- */

/* the clocks of those who talk say nothing. */
static void
test_order (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) gap = lots_bind (lots);

  lots_live (lots, said (ROMEO, FALSE, "d", "d", at (-86400)));
  lots_live (lots, said (ROMEO, TRUE, "f", "f", at (86400)));
  lots_page (lots, gap->id, FALSE, archived (said (ROMEO, FALSE, "c", "c", at (500)), "3"),
             archived (said (ROMEO, FALSE, "d", "d", at (30)), "4"), archived (said (ROMEO, TRUE, "f", "f", at (10)), "6"), NULL);
  assert_texts (lots, ROMEO, "c d f");
  lots_page (lots, gap->id, TRUE, archived (said (ROMEO, FALSE, "a", "a", at (0)), "1"),
             archived (said (ROMEO, FALSE, "b", "b", at (0)), "2"), NULL);
  assert_texts (lots, ROMEO, "a b c d f");
  for (guint i = 0; i + 1 < lots->added->added->len; i++)
    g_assert_cmpint (((ChatMessageRow *) g_ptr_array_index (lots->added->added, i))->position, <,
                     ((ChatMessageRow *) g_ptr_array_index (lots->added->added, i + 1))->position);
}

/* -- what is unread, and what is news ------------------------------------------------------------------------------- */

static guint
n_news (Lots *lots)
{
  guint n = 0;

  for (guint i = 0; i < lots->added->added->len; i++)
    n += ((ChatMessageRow *) g_ptr_array_index (lots->added->added, i))->announce;
  return n;
}

static guint
n_unread (Lots *lots)
{
  g_assert_cmpuint (lots->added->conversations->len, ==, 1);
  return ((ChatConversationRow *) g_ptr_array_index (lots->added->conversations, 0))->unread;
}

static void
test_news (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) first = lots_bind (lots);
  g_autoptr (ChatGapRow) gap = NULL;

  /* A new account: what is in the archive was read, as far as anybody knows. */
  lots_page (lots, first->id, TRUE, archived (said (ROMEO, FALSE, "a", "a", at (0)), "1"), NULL);
  g_assert_cmpuint (n_unread (lots), ==, 0);
  g_assert_cmpuint (n_news (lots), ==, 0);
  /* So nobody is told that it was. */
  g_assert_cmpint (query (lots->folder, "SELECT told = read_position FROM conversation"), ==, 1);
  lots_live (lots, said (ROMEO, FALSE, "b", "b", at (1)));
  g_assert_cmpuint (n_unread (lots), ==, 1);
  g_assert_cmpuint (n_news (lots), ==, 1);

  /* Missed; what we answered elsewhere is read. */
  gap = lots_bind (lots);
  lots_page (lots, gap->id, TRUE, archived (said (ROMEO, FALSE, "c", "c", at (2)), "3"),
             archived (said (ROMEO, TRUE, "d", "d", at (3)), "4"), archived (said (ROMEO, FALSE, "e", "e", at (4)), "5"), NULL);
  g_assert_cmpuint (n_unread (lots), ==, 1);
  g_assert_cmpuint (n_news (lots), ==, 1);
  g_assert_cmpint (query (lots->folder, "SELECT m.text = 'e' FROM conversation c JOIN message m ON m.id = first_unread"), ==, 1);
}

/* -- all or nothing ------------------------------------------------------------------------------------------------- */

static void
test_full_disk (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) gap = lots_bind (lots);
  g_autoptr (ChatGapRow) after = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ChatLot *lot = chat_lot_new (lots->account);

  chat_store_set_max_pages (lots->store, 1, keep_result_cb, &result);
  wait_for (result != NULL);
  g_clear_object (&result);
  for (guint i = 0; i < 500; i++) {
    g_autofree char *id = g_strdup_printf ("%u", i), *text = g_strnfill (400, 'x');
    g_ptr_array_add (lot->messages, archived (said (ROMEO, FALSE, id, text, at (i)), id));
  }
  lot->page = page_new (gap->id, lot->messages, TRUE);
  lot->sm_state = g_strdup ("<state/>");
  g_assert_null (store_add_lot (lots->store, lot, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORE_FULL);
  g_assert_cmpint (query (lots->folder, "SELECT (SELECT count(*) FROM message) + (SELECT count(*) FROM conversation)"
                          " + (SELECT count(*) FROM stream_state) + (SELECT count(*) FROM history WHERE cursor IS NOT NULL)"
                          " + (SELECT count(*) FROM gap WHERE before_id IS NOT NULL)"), ==, 0);

  chat_store_set_max_pages (lots->store, G_MAXINT, keep_result_cb, &result);
  wait_for (result != NULL);
  after = lots_bind (lots);
  g_assert_cmpint (after->id, ==, gap->id);
  lot = chat_lot_new_with (lots->account, archived (said (ROMEO, FALSE, "1", "fits", at (0)), "1"));
  lot->page = page_new (gap->id, lot->messages, TRUE);
  lot->sm_state = g_strdup ("<state/>");
  chat_added_lot_free (store_add_lot (lots->store, lot, NULL));
  g_assert_cmpint (query (lots->folder, "SELECT (SELECT count(*) FROM message) + (SELECT count(*) FROM stream_state)"), ==, 2);
}

/* -- from the version before ---------------------------------------------------------------------------------------- */

/* Positions were an order for each chat: of the longer one the newest stood above all that came later in the other. */
static void
test_version_2 (void)
{
  g_autofree char *folder = folder_new ();
  Lots lots = { .folder = folder };
  g_autoptr (ChatGapRow) gap = NULL;

  folder_migrate (folder, 2);
  query (folder, "INSERT INTO account (id, jid) VALUES (1, 'juliet@example.org')");
  query (folder, "INSERT INTO conversation (id, account, jid) VALUES (1, 1, '" ROMEO "'), (2, 1, '" NURSE "')");
  for (guint i = 1; i <= 9; i++) {
    g_autofree char *sql = g_strdup_printf (
      "INSERT INTO message (conversation, position, own, state, time, length, text, stanza_id) VALUES (%d, %d, 0, 0, %"
      G_GINT64_FORMAT ", 2, 'm%u', 'm%u')", i < 9 ? 1 : 2, i < 9 ? i << 16 : 1 << 16, at (i), i, i);
    query (folder, sql);
  }
  query (folder, "UPDATE conversation SET unread = 2, first_unread = 7 WHERE id = 1");

  lots.store = store_open (folder, NULL);
  lots.account = 1;
  g_assert_cmpint (query (folder, "PRAGMA user_version"), >=, 5);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM message, conversation c WHERE c.id = conversation"
                          " AND position > read_position"), ==, 2);
  gap = lots_bind (&lots);
  g_assert_null (gap->after);
  lots_page (&lots, gap->id, TRUE, archived (said (ROMEO, FALSE, "m1", "m1", at (1)), "1"),
             archived (said (ROMEO, FALSE, "m8", "m8", at (8)), "8"), archived (said (ROMEO, FALSE, "new", "new", at (8)), "8b"),
             archived (said (NURSE, FALSE, "m9", "m9", at (9)), "9"), archived (said (ROMEO, FALSE, "m10", "m10", at (10)), "10"),
             NULL);
  assert_texts (&lots, ROMEO, "m1 m2 m3 m4 m5 m6 m7 m8 new m10");
  assert_texts (&lots, NURSE, "m9");
  g_clear_pointer (&lots.added, chat_added_lot_free);
  store_close (lots.store);
  folder_remove (g_steal_pointer (&folder));
}

/* Of what has failed nobody knows any more whether it came back: trying it again is what it was. */
static void
test_version_4 (void)
{
  g_autofree char *folder = folder_new ();
  ChatStore *store;

  folder_migrate (folder, 4);
  query (folder, "INSERT INTO account (id, jid) VALUES (1, 'juliet@example.org')");
  query (folder, "INSERT INTO conversation (id, account, jid) VALUES (1, 1, '" ROMEO "')");
  query (folder, "INSERT INTO message (conversation, position, own, state, time, text, cursor, written) VALUES"
         " (1, 1, 1, 6, 1, 'failed', 'c', 1), (1, 2, 1, 2, 1, 'written', 'c', 1)");
  store = store_open (folder, NULL);
  g_assert_cmpint (query (folder, "PRAGMA user_version"), >=, 5);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM message WHERE state = 6 AND cursor = ''"), ==, 1);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM message WHERE state = 2 AND cursor = 'c'"), ==, 1);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM receipt"), ==, 0);
  store_close (store);
  folder_remove (g_steal_pointer (&folder));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  LOTS_TEST ("/store/mixes/W-31/R-38/one-row", test_one_row);
  LOTS_TEST ("/store/mixes/W-31/R-38/equal-texts", test_equal_texts);
  LOTS_TEST ("/store/mixes/S-17/guessed-id", test_guessed_id);
  LOTS_TEST ("/store/mixes/R-38/origin-id", test_origin_id);
  LOTS_TEST ("/store/mixes/R-27/archive-brings", test_archive_brings);
  LOTS_TEST ("/store/mixes/R-27/R-29/failed", test_failed);
  LOTS_TEST ("/store/mixes/R-22/order", test_order);
  LOTS_TEST ("/store/mixes/W-13/R-39/news", test_news);
  LOTS_TEST ("/store/mixes/R-44/R-13/full-disk", test_full_disk);
  g_test_add_func ("/store/mixes/R-45/version-2", test_version_2);
  g_test_add_func ("/store/mixes/R-45/version-4", test_version_4);
  return g_test_run ();
}
