/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "lot-test.h"

/* Messages that answer others, whichever comes first and whatever became of what they answer; and what an archive keeps of
 * messages that were taken back. */

#define ROMEO "romeo@example.org"

static ChatNewMessage *
answering (ChatNewMessage *message, const char *id, int own, const char *quote)
{
  message->reply_id = g_strdup (id);
  message->reply_own = own;
  message->quote = g_strdup (quote);
  return message;
}

static ChatMessageRow *
find_row (GPtrArray *rows, const char *stanza_id)
{
  for (guint i = 0; i < rows->len; i++) {
    ChatMessageRow *row = g_ptr_array_index (rows, i);
    if (g_strcmp0 (row->stanza_id, stanza_id) == 0)
      return row;
  }
  return NULL;
}

static void
test_live (Lots *lots, gconstpointer data)
{
  ChatMessageRow *answer;
  gint64 origin;

  origin = g_array_index (lots_live (lots, said (ROMEO, FALSE, "m1", "frist", at (1)))->ids, gint64, 0);
  answer = g_ptr_array_index (lots_live (lots, answering (said (ROMEO, TRUE, "a1", "yes", at (2)), "m1", FALSE, "> frist\n"))->added, 0);
  g_assert_cmpint (answer->reply_row, ==, origin);
  g_assert_cmpstr (answer->reply_text, ==, "frist");
  g_assert_cmpint (answer->reply_own, ==, FALSE);
  /* What is answered changes: so does what is shown of it. */
  answer = find_row (lots_live (lots, changing (said (ROMEO, FALSE, "m2", "first", at (3)), CHAT_NEW_CORRECTION, "m1"))->changed, "a1");
  g_assert_cmpstr (answer->reply_text, ==, "first");
  answer = find_row (lots_live (lots, changing (said (ROMEO, FALSE, "m3", NULL, at (4)), CHAT_NEW_RETRACTION, "m1"))->changed, "a1");
  g_assert_cmpint (answer->reply_row, ==, origin);
  g_assert_null (answer->reply_text);
}

/* W-37: some name what corrected it last. */
static void
test_of_correction (Lots *lots, gconstpointer data)
{
  ChatMessageRow *answer;
  gint64 origin;

  origin = g_array_index (lots_live (lots, said (ROMEO, TRUE, "m1", "frist", at (1)))->ids, gint64, 0);
  lots_live (lots, changing (said (ROMEO, TRUE, "m2", "first", at (2)), CHAT_NEW_CORRECTION, "m1"));
  answer = g_ptr_array_index (lots_live (lots, answering (said (ROMEO, FALSE, "a1", "yes", at (3)), "m2", TRUE, NULL))->added, 0);
  g_assert_cmpint (answer->reply_row, ==, origin);
  g_assert_cmpstr (answer->reply_text, ==, "first");
  answer = find_row (lots_live (lots, changing (said (ROMEO, TRUE, "m3", NULL, at (4)), CHAT_NEW_RETRACTION, "m1"))->changed, "a1");
  g_assert_cmpint (answer->reply_row, ==, origin);
  g_assert_null (answer->reply_text);
  /* So do some of who react to it or took note of it. */
  lots_live (lots, said (ROMEO, TRUE, "n1", "tow", at (5)));
  lots_live (lots, changing (said (ROMEO, TRUE, "n2", "two", at (6)), CHAT_NEW_CORRECTION, "n1"));
  lots_live (lots, changing (said (ROMEO, FALSE, NULL, NULL, at (7)), CHAT_NEW_DELIVERED, "n2"));
  assert_column (lots, "n1", "state", "4");
}

/* W-37 from the archive: the answer is there before what it answers, in the same page and in a later one. */
static void
test_archive (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) gap = lots_bind (lots);
  ChatAddedLot *added;
  ChatMessageRow *answer;

  added = lots_page (lots, gap->id, FALSE, archived (said (ROMEO, FALSE, "m2", "two", at (20)), "x2"),
                     archived (answering (said (ROMEO, TRUE, "a2", "yes", at (30)), "m2", FALSE, "> two\n"), "x3"),
                     archived (answering (said (ROMEO, TRUE, "a1", "no", at (40)), "m1", FALSE, "> one\n"), "x4"), NULL);
  answer = find_row (added->added, "a2");
  g_assert_cmpstr (answer->reply_text, ==, "two");
  answer = find_row (added->added, "a1");
  g_assert_cmpint (answer->reply_row, ==, 0);
  g_assert_cmpstr (answer->quote, ==, "> one\n");
  added = lots_page (lots, gap->id, TRUE, archived (said (ROMEO, FALSE, "m1", "one", at (10)), "x1"), NULL);
  answer = find_row (added->changed, "a1");
  g_assert_cmpstr (answer->reply_text, ==, "one");
  g_assert_cmpint (answer->reply_row, ==, g_array_index (added->ids, gint64, 0));
  assert_texts (lots, ROMEO, "one two yes no");
}

/* Ids that count from one are the same on both sides. */
static void
test_author (Lots *lots, gconstpointer data)
{
  ChatMessageRow *answer;

  lots_live (lots, said (ROMEO, FALSE, "1", "theirs", at (1)));
  lots_live (lots, said (ROMEO, TRUE, "1", "ours", at (2)));
  answer = g_ptr_array_index (lots_live (lots, answering (said (ROMEO, FALSE, "2", "yes", at (3)), "1", FALSE, NULL))->added, 0);
  g_assert_cmpstr (answer->reply_text, ==, "theirs");
  answer = g_ptr_array_index (lots_live (lots, answering (said (ROMEO, FALSE, "3", "yes", at (4)), "1", TRUE, NULL))->added, 0);
  g_assert_cmpstr (answer->reply_text, ==, "ours");
  /* Nor is one in another chat meant, or the answer itself. */
  answer = g_ptr_array_index (lots_live (lots, answering (said ("nurse@example.org", FALSE, "4", "yes", at (5)), "1", -1, NULL))->added, 0);
  g_assert_cmpint (answer->reply_row, ==, 0);
  answer = g_ptr_array_index (lots_live (lots, answering (said (ROMEO, FALSE, "5", "yes", at (6)), "5", -1, NULL))->added, 0);
  g_assert_cmpint (answer->reply_row, ==, 0);
}

/* What is typed here knows only the row. The archive's copy of it is no second one. */
static void
test_typed (Lots *lots, gconstpointer data)
{
  ChatNewMessage *typed = said (ROMEO, TRUE, "a1", "yes", at (3));
  g_autoptr (ChatGapRow) gap = NULL;
  ChatMessageRow *answer;
  g_autofree char *texts = NULL;

  typed->reply_row = g_array_index (lots_live (lots, said (ROMEO, FALSE, "m1", "one\ntwo", at (1)))->ids, gint64, 0);
  answer = g_ptr_array_index (lots_live (lots, typed)->added, 0);
  g_assert_cmpstr (answer->reply_id, ==, "m1");
  g_assert_cmpint (answer->reply_own, ==, FALSE);
  g_assert_cmpstr (answer->quote, ==, "> one\n> two\n");
  gap = lots_bind (lots);
  lots_page (lots, gap->id, TRUE, archived (answering (said (ROMEO, TRUE, "a1", "yes", at (3)), "m1", FALSE, "> one\n> two\n"), "x1"), NULL);
  g_assert_cmpint (query (lots->folder, "SELECT count (*) FROM message"), ==, 2);
  /* To what has no id, the quote is all that can be said. */
  typed = said (ROMEO, TRUE, "a2", "yes", at (5));
  typed->reply_row = g_array_index (lots_live (lots, said (ROMEO, FALSE, NULL, "mute", at (4)))->ids, gint64, 0);
  answer = g_ptr_array_index (lots_live (lots, typed)->added, 0);
  g_assert_null (answer->reply_id);
  texts = query_text (lots->folder, "SELECT text FROM message WHERE stanza_id = 'a2'");
  g_assert_cmpstr (texts, ==, "> mute\nyes");
}

/* Its sender gave it another id than the stanza has, and names that. */
static void
test_origin_id (Lots *lots, gconstpointer data)
{
  ChatNewMessage *other = said (ROMEO, FALSE, "m1", "frist", at (1));
  ChatMessageRow *answer;

  other->origin_id = g_strdup ("o1");
  lots_live (lots, other);
  answer = g_ptr_array_index (lots_live (lots, answering (said (ROMEO, TRUE, "a1", "yes", at (2)), "o1", FALSE, NULL))->added, 0);
  g_assert_cmpstr (answer->reply_text, ==, "frist");
  lots_live (lots, changing (said (ROMEO, FALSE, "m2", "first", at (3)), CHAT_NEW_CORRECTION, "o1"));
  assert_column (lots, "m1", "text", "first");
  lots_live (lots, changing (said (ROMEO, FALSE, "m3", NULL, at (4)), CHAT_NEW_RETRACTION, "o1"));
  assert_column (lots, "m1", "retracted", "1");
}

/* S-12: nobody else's. */
static void
test_origin_id_of_others (Lots *lots, gconstpointer data)
{
  ChatNewMessage *ours = said (ROMEO, TRUE, "m1", "ours", at (1));

  ours->origin_id = g_strdup ("o1");
  lots_live (lots, ours);
  lots_live (lots, changing (said (ROMEO, TRUE, "m2", "ours!", at (2)), CHAT_NEW_CORRECTION, "m1"));
  lots_live (lots, changing (said (ROMEO, FALSE, "b1", "theirs", at (3)), CHAT_NEW_CORRECTION, "o1"));
  lots_live (lots, changing (said (ROMEO, FALSE, "b2", "theirs", at (4)), CHAT_NEW_CORRECTION, "m2"));
  lots_live (lots, changing (said (ROMEO, FALSE, "b3", NULL, at (5)), CHAT_NEW_RETRACTION, "m2"));
  assert_column (lots, "m1", "text", "ours!");
  assert_column (lots, "m1", "retracted", "0");
}

static ChatNewMessage *
tombstone (const char *id, gint64 time)
{
  ChatNewMessage *message = said (ROMEO, FALSE, id, NULL, time);

  message->retracted = TRUE;
  return message;
}

static void
test_tombstones (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) gap = NULL;
  ChatAddedLot *added;

  lots_live (lots, said (ROMEO, FALSE, "m2", "two", at (20)));
  gap = lots_bind (lots);
  added = lots_page (lots, gap->id, TRUE, archived (tombstone ("m1", at (10)), "x1"), archived (tombstone ("m2", at (20)), "x2"), NULL);
  g_assert_cmpuint (added->added->len, ==, 1);
  g_assert_true (find_row (added->added, "m1")->retracted);
  g_assert_true (find_row (added->changed, "m2")->retracted);
  assert_texts (lots, ROMEO, "- -");
}

/* a database of the version before. */
static void
test_migrate (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store;
  g_autoptr (ChatAddedMessage) added = NULL;
  ChatNewMessage *answer = incoming (ROMEO, "a", "yes");

  folder_migrate (folder, 5);
  query (folder, "INSERT INTO account (jid) VALUES ('juliet@example.org')");
  query (folder, "INSERT INTO conversation (account, jid) VALUES (1, '" ROMEO "')");
  query (folder, "INSERT INTO message (conversation, position, own, state, time, text, stanza_id) VALUES (1, 65536, 0, 0, 1000, 'one', 'm')");
  store = store_open (folder, NULL);
  added = store_add (store, 1, answering (answer, "m", FALSE, NULL), NULL);
  g_assert_cmpstr (added->message->reply_text, ==, "one");
  g_assert_cmpint (query (folder, "SELECT count (*) FROM message WHERE NOT unstyled AND NOT pinned AND sent_time = 0"), ==, 2);
  store_close (store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  LOTS_TEST ("/store/answers/live", test_live);
  LOTS_TEST ("/store/answers/W-37/of-correction", test_of_correction);
  LOTS_TEST ("/store/answers/W-37/R-41/archive", test_archive);
  LOTS_TEST ("/store/answers/author", test_author);
  LOTS_TEST ("/store/answers/W-31/typed", test_typed);
  LOTS_TEST ("/store/answers/origin-id", test_origin_id);
  LOTS_TEST ("/store/answers/S-12/origin-id-of-others", test_origin_id_of_others);
  LOTS_TEST ("/store/answers/tombstones", test_tombstones);
  g_test_add_func ("/store/answers/R-45/migrate", test_migrate);
  return g_test_run ();
}
