/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-message.h"
#include "lot-test.h"

/* Messages that the user has put out of sight on this device: no archive brings them back, nor what is said of them. */

#define ROMEO "romeo@example.org"

static ChatConversationRow *
hide (Lots *lots, gint64 message, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_store_hide_async (lots->store, message, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  return chat_store_hide_finish (lots->store, result, error);
}

static gint64
row_of (ChatAddedLot *added)
{
  return g_array_index (added->ids, gint64, 0);
}

static void
test_hide (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatConversationRow) row = NULL;
  g_autoptr (ChatGapRow) gap = NULL;
  gint64 two;

  lots_live (lots, said (ROMEO, FALSE, "m1", "one", at (10)));
  two = row_of (lots_live (lots, said (ROMEO, FALSE, "m2", "two", at (20))));
  row = hide (lots, two, NULL);
  g_assert_cmpuint (row->n_messages, ==, 1);
  g_assert_cmpuint (row->unread, ==, 1);
  g_assert_cmpstr (row->last->text, ==, "one");
  assert_texts (lots, ROMEO, "one");
  /* From the archive, after a start. */
  lots_restart (lots);
  gap = lots_bind (lots);
  lots_page (lots, gap->id, TRUE, archived (said (ROMEO, FALSE, "m1", "one", at (10)), "x1"),
             archived (said (ROMEO, FALSE, "m2", "two", at (20)), "x2"), archived (said (ROMEO, FALSE, "m3", "three", at (30)), "x3"), NULL);
  assert_texts (lots, ROMEO, "one three");
}

/* By the archive's id alone, and one of ours. */
static void
test_without_id (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) gap = lots_bind (lots);
  gint64 theirs, ours;

  lots_page (lots, gap->id, FALSE, archived (said (ROMEO, FALSE, NULL, "one", at (10)), "x1"),
             archived (said (ROMEO, TRUE, "m2", "two", at (20)), "x2"), archived (said (ROMEO, FALSE, "m3", "three", at (30)), "x3"), NULL);
  theirs = query (lots->folder, "SELECT id FROM message WHERE text = 'one'");
  ours = query (lots->folder, "SELECT id FROM message WHERE text = 'two'");
  chat_conversation_row_free (hide (lots, theirs, NULL));
  chat_conversation_row_free (hide (lots, ours, NULL));
  assert_texts (lots, ROMEO, "three");
  lots_page (lots, gap->id, TRUE, archived (said (ROMEO, FALSE, NULL, "zero", at (5)), "x0"),
             archived (said (ROMEO, FALSE, NULL, "one", at (10)), "x1"), archived (said (ROMEO, TRUE, "m2", "two", at (20)), "x2"), NULL);
  assert_texts (lots, ROMEO, "zero three");
}

/* What is said of it shows nothing; not what somebody else says with the same id (S-17). */
static void
test_changes (Lots *lots, gconstpointer data)
{
  gint64 row = row_of (lots_live (lots, said (ROMEO, FALSE, "m1", "one", at (10))));

  chat_conversation_row_free (hide (lots, row, NULL));
  lots_live (lots, changing (said (ROMEO, FALSE, "c1", "one!", at (20)), CHAT_NEW_CORRECTION, "m1"));
  lots_live (lots, changing (said (ROMEO, FALSE, "c2", "👍", at (30)), CHAT_NEW_REACTIONS, "m1"));
  g_assert_cmpint (query (lots->folder, "SELECT count (*) FROM message"), ==, 0);
  lots_live (lots, changing (said (ROMEO, TRUE, "c3", "mine", at (40)), CHAT_NEW_CORRECTION, "m1"));
  assert_texts (lots, ROMEO, "mine");
}

#define LONG_A "0d7a-one-message-of-many"
#define LONG_B "91bc-another-of-the-many"

static ChatNewMessage *
carbon (ChatNewMessage *message)
{
  message->source = CHAT_SOURCE_CARBON;
  return message;
}

static ChatNewMessage *
with_archive_id (ChatNewMessage *message, const char *id)
{
  message->archive_id = g_strdup (id);
  return message;
}

static void
hide_row (Lots *lots, gint64 row)
{
  chat_conversation_row_free (hide (lots, row, NULL));
}

/* However it comes again it stays away, by any of its ids; but with a short id it may be another one. */
static void
test_comes_again (Lots *lots, gconstpointer data)
{
  hide_row (lots, row_of (lots_live (lots, said (ROMEO, FALSE, LONG_A, "one", at (10)))));
  hide_row (lots, row_of (lots_live (lots, with_archive_id (said (ROMEO, FALSE, "7", "seven", at (11)), "x7"))));
  hide_row (lots, row_of (lots_live (lots, carbon (said (ROMEO, TRUE, LONG_B, "mine", at (12))))));
  lots_live (lots, said (ROMEO, FALSE, LONG_A, "one", at (20)));
  lots_live (lots, carbon (said (ROMEO, FALSE, LONG_A, "one", at (10))));
  lots_live (lots, with_archive_id (said (ROMEO, FALSE, "7", "seven", at (11)), "x7"));
  lots_live (lots, carbon (said (ROMEO, TRUE, LONG_B, "mine", at (12))));
  g_assert_cmpint (query (lots->folder, "SELECT count (*) FROM message"), ==, 0);
  /* Not theirs for ours (S-17), and a client that counts from one at each start. */
  lots_live (lots, said (ROMEO, FALSE, LONG_B, "theirs", at (21)));
  lots_live (lots, said (ROMEO, FALSE, "7", "another", at (22)));
  lots_live (lots, with_archive_id (said (ROMEO, FALSE, "7", "again", at (23)), "x8"));
  assert_texts (lots, ROMEO, "theirs another again");
}

/* Any ways in any order, with starts and pages between: what was hidden is never there again, all else is there once. */
static void
test_mix (Lots *lots, gconstpointer data)
{
  g_autoptr (GArray) hidden = g_array_new (FALSE, TRUE, sizeof (gboolean));

  g_array_set_size (hidden, 30);
  for (guint round = 0; round < 300; round++) {
    guint i = g_test_rand_int_range (0, hidden->len);
    g_autofree char *id = g_strdup_printf ("message-with-long-id-%02u", i), *archive_id = g_strdup_printf ("x%02u", i);
    g_autofree char *text = g_strdup_printf ("text%u", i), *sql = g_strdup_printf ("SELECT id FROM message WHERE text = 'text%u'", i);
    ChatNewMessage *message = said (ROMEO, i % 3 == 0, id, text, at (i));
    gint64 row;

    if (g_test_rand_bit ())
      with_archive_id (message, archive_id);
    lots_live (lots, i % 3 == 0 || g_test_rand_bit () ? carbon (message) : message);
    row = query (lots->folder, sql);
    g_assert_true ((row != 0) != g_array_index (hidden, gboolean, i));
    if (row != 0 && g_test_rand_int_range (0, 4) == 0) {
      hide_row (lots, row);
      g_array_index (hidden, gboolean, i) = TRUE;
    }
    if (round % 100 == 99)
      lots_restart (lots);
  }
  for (guint i = 0; i < hidden->len; i++) {
    g_autofree char *sql = g_strdup_printf ("SELECT count (*) FROM message WHERE text = 'text%u'", i);
    g_assert_cmpint (query (lots->folder, sql), <=, !g_array_index (hidden, gboolean, i));
  }
}

static void
test_on_its_way (Lots *lots, gconstpointer data)
{
  ChatNewMessage *message = said (ROMEO, TRUE, "m1", "one", at (10));
  g_autoptr (GError) error = NULL;
  gint64 row;

  message->state = CHAT_MESSAGE_WRITTEN;
  row = row_of (lots_live (lots, message));
  g_assert_null (hide (lots, row, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE);
  assert_texts (lots, ROMEO, "one");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  LOTS_TEST ("/store/hide/hide", test_hide);
  LOTS_TEST ("/store/hide/without-id", test_without_id);
  LOTS_TEST ("/store/hide/S-17/changes", test_changes);
  LOTS_TEST ("/store/hide/S-17/comes-again", test_comes_again);
  LOTS_TEST ("/store/hide/mix", test_mix);
  LOTS_TEST ("/store/hide/on-its-way", test_on_its_way);
  return g_test_run ();
}
