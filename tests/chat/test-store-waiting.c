/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "lot-test.h"

/* What is said of earlier messages comes in any order, twice, by other clocks, and before there is anything of its chat. */

#define ROMEO "romeo@example.net"
#define NURSE "nurse@example.net"

static ChatNewMessage *
correction (const char *jid, gboolean own, const char *id, const char *target, const char *text, gint64 time)
{
  return changing (said (jid, own, id, text, time), CHAT_NEW_CORRECTION, target);
}

static ChatNewMessage *
reactions (const char *jid, gboolean own, const char *target, const char *emojis, gint64 time)
{
  return changing (said (jid, own, NULL, emojis, time), CHAT_NEW_REACTIONS, target);
}

static ChatNewMessage *
retraction (const char *jid, gboolean own, const char *target, gint64 time)
{
  return changing (said (jid, own, NULL, NULL, time), CHAT_NEW_RETRACTION, target);
}

static ChatNewMessage *
mark (ChatNewType type, const char *jid, gboolean own, const char *target, gint64 time)
{
  return changing (said (jid, own, NULL, NULL, time), type, target);
}

static ChatNewMessage *
encrypted (ChatNewMessage *message)
{
  message->kind = CHAT_MESSAGE_ENCRYPTED;
  return message;
}

/* -- corrections ---------------------------------------------------------------------------------------------------- */

/* S-13: of what corrects itself or each other nothing hangs; what was said last counts. */
static void
test_cyclic (Lots *lots, gconstpointer data)
{
  lots_live (lots, correction (ROMEO, FALSE, "a", "a", "self", at (0)));
  assert_texts (lots, ROMEO, "self");
  lots_live (lots, correction (ROMEO, FALSE, "b", "c", "b", at (1)));
  lots_live (lots, correction (ROMEO, FALSE, "c", "b", "c", at (2)));
  lots_live (lots, correction (ROMEO, FALSE, "b", "c", "b", at (3)));
  assert_texts (lots, ROMEO, "self b");
}

/* S-14. */
static void
test_encrypted (Lots *lots, gconstpointer data)
{
  lots_live (lots, encrypted (said (ROMEO, FALSE, "a", NULL, at (0))));
  lots_live (lots, correction (ROMEO, FALSE, "b", "a", "plain", at (1)));
  assert_texts (lots, ROMEO, "- plain");
  lots_live (lots, encrypted (correction (ROMEO, FALSE, "c", "b", NULL, at (2))));
  assert_texts (lots, ROMEO, "- plain -");
}

/* Three corrections in every order, each twice: the last one said is what stands there. */
static void
test_any_order (Lots *lots, gconstpointer data)
{
  static const int orders[][6] = { { 1, 2, 3, 1, 2, 3 }, { 3, 2, 1, 3, 2, 1 }, { 2, 3, 1, 1, 3, 2 }, { 2, 1, 3, 3, 1, 2 } };

  for (gsize i = 0; i < G_N_ELEMENTS (orders); i++) {
    g_autofree char *jid = g_strdup_printf ("%zu@example.net", i), *target = g_strdup_printf ("t%zu", i);
    lots_live (lots, said (jid, FALSE, target, "zero", at (0)));
    for (gsize j = 0; j < G_N_ELEMENTS (orders[i]); j++) {
      g_autofree char *id = g_strdup_printf ("c%zu-%d", i, orders[i][j]), *text = g_strdup_printf ("text%d", orders[i][j]);
      lots_live (lots, correction (jid, FALSE, id, target, text, at (orders[i][j])));
    }
    assert_texts (lots, jid, "text3");
  }
  g_assert_cmpint (query (lots->folder, "SELECT count(*) FROM message_version"), ==, 4 * 4);
}

/* our clock is an hour ahead, and the first correction came live. */
static void
test_fast_clock (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) gap = NULL;

  lots_live (lots, said (ROMEO, FALSE, "a", "first", at (3600)));
  lots_live (lots, correction (ROMEO, FALSE, "b", "a", "second", at (3601)));
  gap = lots_bind (lots);
  lots_page (lots, gap->id, TRUE, archived (said (ROMEO, FALSE, "a", "first", at (0)), "1"),
             archived (correction (ROMEO, FALSE, "b", "a", "second", at (1)), "2"),
             archived (correction (ROMEO, FALSE, "c", "a", "third", at (2)), "3"), NULL);
  assert_texts (lots, ROMEO, "third");
}

/* -- before their target -------------------------------------------------------------------------------------------- */

/* the newest page has what is said of a message on an older one; of one chat that is all that it has. */
static void
test_before_target (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) gap = lots_bind (lots);

  lots_page (lots, gap->id, FALSE, archived (said (NURSE, FALSE, "n", "nurse", at (9)), "9"),
             archived (correction (ROMEO, FALSE, "c1", "a", "hello", at (10)), "10"),
             archived (reactions (ROMEO, TRUE, "a", "👍", at (11)), "11"), archived (retraction (ROMEO, FALSE, "b", at (12)), "12"),
             NULL);
  assert_texts (lots, ROMEO, NULL);
  lots_restart (lots);
  lots_page (lots, gap->id, FALSE, archived (said (ROMEO, FALSE, "a", "helo", at (1)), "1"),
             archived (said (ROMEO, FALSE, "b", "oops", at (2)), "2"), NULL);
  assert_texts (lots, ROMEO, "hello -");
  assert_column (lots, "a", "reactions", "own\t👍");
  g_assert_cmpuint (lots->added->added->len, ==, 2);
  g_assert_cmpstr (((ChatMessageRow *) g_ptr_array_index (lots->added->added, 0))->text, ==, "hello");
  g_assert_true (((ChatMessageRow *) g_ptr_array_index (lots->added->added, 1))->retracted);
  g_assert_cmpint (query (lots->folder, "SELECT count(*) FROM pending_change"), ==, 0);
}

/* The same when each comes live, and by any way again. */
static void
test_before_target_live (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) gap = lots_bind (lots);

  lots_live (lots, correction (ROMEO, FALSE, "c1", "a", "hello", at (10)));
  lots_live (lots, correction (ROMEO, FALSE, "c1", "a", "hello", at (10)));
  lots_page (lots, gap->id, FALSE, archived (correction (ROMEO, FALSE, "c1", "a", "hello", at (10)), "10"), NULL);
  g_assert_cmpint (query (lots->folder, "SELECT count(*) FROM pending_change"), ==, 1);
  lots_page (lots, gap->id, FALSE, archived (said (ROMEO, FALSE, "a", "helo", at (1)), "1"), NULL);
  assert_texts (lots, ROMEO, "hello");
}

/* What it corrects is nowhere: once nothing is missing any more it is shown, in its place and once. */
static void
test_without_target (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) gap = lots_bind (lots);

  lots_live (lots, said (ROMEO, FALSE, "z", "z", at (20)));
  lots_page (lots, gap->id, FALSE, archived (said (ROMEO, FALSE, "m", "m", at (9)), "9"),
             archived (correction (ROMEO, FALSE, "c1", "gone", "lonely", at (10)), "10"),
             archived (said (ROMEO, FALSE, "y", "y", at (11)), "11"), NULL);
  assert_texts (lots, ROMEO, "m y z");
  lots_page (lots, gap->id, TRUE, archived (said (ROMEO, FALSE, "a", "a", at (1)), "1"), NULL);
  assert_texts (lots, ROMEO, "a m lonely y z");
  lots_live (lots, correction (ROMEO, FALSE, "c1", "gone", "lonely", at (10)));
  assert_texts (lots, ROMEO, "a m lonely y z");
}

/* There turned out to be no archive: it is not hidden for ever. */
static void
test_no_archive (Lots *lots, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ChatGapRow) gap = lots_bind (lots);
  g_autoptr (GAsyncResult) result = NULL;

  lots_live (lots, correction (ROMEO, FALSE, "c1", "gone", "lonely", at (10)));
  chat_store_drop_live_gap_async (lots->store, lots->account, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  lots_live (lots, said (ROMEO, FALSE, "a", "next", at (11)));
  assert_texts (lots, ROMEO, "next lonely");
  g_assert_cmpuint (lots->added->added->len, ==, 2);
}

/* -- what was read elsewhere --------------------------------------------------------------------------------------- */

static gint64
n_unread (Lots *lots, const char *jid)
{
  g_autofree char *sql = g_strdup_printf ("SELECT unread FROM conversation WHERE jid = '%s'", jid);
  return query (lots->folder, sql);
}

/* W-13: read on another device, by its marker or by the published id, which may come first. */
static void
test_read_elsewhere (Lots *lots, gconstpointer data)
{
  ChatNewMessage *message = said (ROMEO, FALSE, "b", "two", at (1));
  g_autoptr (ChatGapRow) gap = NULL;

  message->archive_id = g_strdup ("x2");
  lots_live (lots, said (ROMEO, FALSE, "a", "one", at (0)));
  lots_live (lots, message);
  lots_live (lots, said (ROMEO, FALSE, "c", "three", at (2)));
  g_assert_cmpint (n_unread (lots, ROMEO), ==, 3);
  lots_live (lots, mark (CHAT_NEW_READ, ROMEO, TRUE, "a", at (3)));
  g_assert_cmpint (n_unread (lots, ROMEO), ==, 2);
  message = mark (CHAT_NEW_READ, ROMEO, TRUE, "x2", at (4));
  message->target_in_archive = TRUE;
  lots_live (lots, message);
  g_assert_cmpint (n_unread (lots, ROMEO), ==, 1);
  g_assert_cmpint (query (lots->folder, "SELECT c.told = m.position AND c.read_position = m.position FROM message m"
                          " JOIN conversation c ON c.id = m.conversation WHERE stanza_id = 'b'"), ==, 1);
  lots_live (lots, mark (CHAT_NEW_READ, ROMEO, TRUE, "a", at (5)));
  g_assert_cmpint (n_unread (lots, ROMEO), ==, 1);

  /* What was read here beyond is still to be told. */
  {
    g_autoptr (GAsyncResult) result = NULL;
    chat_store_mark_read_async (lots->store, query (lots->folder, "SELECT id FROM conversation"), NULL, keep_result_cb, &result);
    wait_for (result != NULL);
    lots_live (lots, mark (CHAT_NEW_READ, ROMEO, TRUE, "a", at (5)));
    g_assert_cmpint (query (lots->folder, "SELECT c.told = m.position AND c.read_position > m.position FROM message m"
                            " JOIN conversation c ON c.id = m.conversation WHERE stanza_id = 'b'"), ==, 1);
  }

  /* Not an import, and a chat that is new here. */
  gap = lots_bind (lots);
  lots_page (lots, gap->id, TRUE, archived (said (ROMEO, FALSE, "d", "four", at (6)), "x4"), NULL);
  chat_gap_row_free (g_steal_pointer (&gap));
  gap = lots_bind (lots);
  message = mark (CHAT_NEW_READ, NURSE, TRUE, "n1", at (9));
  message->target_in_archive = TRUE;
  lots_live (lots, message);
  lots_page (lots, gap->id, TRUE, archived (said (NURSE, FALSE, "n", "hush", at (7)), "n1"),
             archived (said (NURSE, FALSE, "o", "now", at (8)), "n2"), NULL);
  g_assert_cmpint (n_unread (lots, NURSE), ==, 1);
  for (guint i = 0; i < lots->added->added->len; i++) {
    ChatMessageRow *row = g_ptr_array_index (lots->added->added, i);
    g_assert_cmpint (row->announce, ==, g_str_equal (row->text, "now"));
  }
}

/* The mark of a long chat stands far back, but what is unread since is found by it. */
static void
test_far_back (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) gap = lots_bind (lots);
  GPtrArray *messages = messages_new ();
  ChatNewMessage *message;

  lots_page (lots, gap->id, TRUE, archived (said (ROMEO, FALSE, "old", "old", at (-1)), "x"), NULL);
  chat_gap_row_free (g_steal_pointer (&gap));
  gap = lots_bind (lots);
  for (guint i = 0; i < 1200; i++) {
    g_autofree char *id = g_strdup_printf ("%u", i);
    g_ptr_array_add (messages, archived (said (ROMEO, FALSE, id, "m", at (i)), id));
  }
  lots_fill (lots, page_new (gap->id, messages, FALSE), messages);
  g_assert_cmpint (n_unread (lots, ROMEO), ==, 1200);
  message = mark (CHAT_NEW_READ, ROMEO, TRUE, "99", at (2000));
  message->target_in_archive = TRUE;
  lots_live (lots, message);
  g_assert_cmpint (n_unread (lots, ROMEO), ==, 1100);
  g_assert_cmpint (query (lots->folder, "SELECT count(*) FROM pending_change"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  LOTS_TEST ("/store/waiting/S-13/cyclic", test_cyclic);
  LOTS_TEST ("/store/waiting/S-14/encrypted", test_encrypted);
  LOTS_TEST ("/store/waiting/R-41/any-order", test_any_order);
  LOTS_TEST ("/store/waiting/R-22/fast-clock", test_fast_clock);
  LOTS_TEST ("/store/waiting/R-41/before-target", test_before_target);
  LOTS_TEST ("/store/waiting/R-41/before-target-live", test_before_target_live);
  LOTS_TEST ("/store/waiting/R-41/without-target", test_without_target);
  LOTS_TEST ("/store/waiting/R-41/no-archive", test_no_archive);
  LOTS_TEST ("/store/waiting/W-13/read-elsewhere", test_read_elsewhere);
  LOTS_TEST ("/store/waiting/W-13/far-back", test_far_back);
  return g_test_run ();
}
