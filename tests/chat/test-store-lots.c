/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-gaps.h"
#include "chat-test.h"

/* What comes, by whatever way and in whatever order, is one row a message, where the archive says. */

#define NOON G_GINT64_CONSTANT (1700000000000000)

typedef struct { Folder folder; ChatStore *store; gint64 account; ChatGapRow *gap; } Fixture;

static void
open_gap (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_clear_pointer (&fixture->gap, chat_gap_row_free);
  chat_store_open_gap_async (fixture->store, fixture->account, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  fixture->gap = chat_store_open_gap_finish (fixture->store, result, NULL);
  g_assert_nonnull (fixture->gap);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = folder_new ();
  fixture->store = store_open (fixture->folder, NULL);
  fixture->account = store_account (fixture->store, "juliet@example.org");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->gap, chat_gap_row_free);
  store_close (fixture->store);
  folder_remove (fixture->folder);
}

/* A page of the gap: words of "address:archive-id:text", the oldest first; "+" before the text: ours. */
static ChatLot *
make_page (Fixture *fixture, const char *words, const char *with, gboolean reached_end, gboolean closes)
{
  g_auto (GStrv) parts = g_strsplit (words, " ", -1);
  ChatLot *lot = chat_lot_new (fixture->account);

  lot->page = g_new0 (ChatPage, 1);
  lot->page->gap = fixture->gap->id;
  lot->page->with = g_strdup (with);
  lot->page->reached_end = reached_end;
  lot->page->closes = closes;
  for (guint i = 0; *words != '\0' && parts[i] != NULL; i++) {
    g_auto (GStrv) fields = g_strsplit (parts[i], ":", 3);
    ChatNewMessage *new = incoming (fields[0], fields[2], fields[2]);
    new->source = CHAT_SOURCE_ARCHIVE;
    new->archive_id = g_strdup (fields[1]);
    new->time = NOON + g_ascii_strtoll (fields[1] + 1, NULL, 10) * G_USEC_PER_SEC;
    new->delayed = TRUE;
    new->own = fields[2][0] == '+';
    new->state = new->own ? CHAT_MESSAGE_SENT : CHAT_MESSAGE_RECEIVED;
    g_ptr_array_add (lot->messages, new);
    if (lot->page->first == NULL)
      lot->page->first = g_strdup (fields[1]);
    g_free (lot->page->last);
    lot->page->last = g_strdup (fields[1]);
    lot->page->first_time = ((ChatNewMessage *) lot->messages->pdata[0])->time;
    lot->page->last_time = new->time;
  }
  return lot;
}

static ChatAddedLot *
take_page (Fixture *fixture, const char *words, const char *with, gboolean reached_end, gboolean closes)
{
  g_autoptr (GError) error = NULL;
  ChatAddedLot *added = store_add_lot (fixture->store, make_page (fixture, words, with, reached_end, closes), &error);

  g_assert_no_error (error);
  return added;
}

static void
live (Fixture *fixture, const char *jid, const char *text, const char *archive_id)
{
  ChatNewMessage *new = incoming (jid, text, text);

  new->archive_id = g_strdup (archive_id);
  new->own = *text == '+';
  new->state = new->own ? CHAT_MESSAGE_QUEUED : CHAT_MESSAGE_RECEIVED;
  chat_added_message_free (store_add (fixture->store, fixture->account, new, NULL));
}

#define assert_chat(fixture, jid_text, texts) \
  G_STMT_START { \
    g_autofree char *order = query_text ((fixture)->folder, "SELECT group_concat (text, ' ') FROM (SELECT m.text FROM message m" \
      " JOIN conversation c ON c.id = m.conversation WHERE c.jid = '" jid_text "' ORDER BY position)"); \
    g_assert_cmpstr (order, ==, texts); \
  } G_STMT_END

#define ROMEO "romeo@example.org"
#define NURSE "nurse@example.org"

/* -- order and gaps ------------------------------------------------------------------------------------------------- */

/* Pages come from the newest to the oldest; live ones stay at the end. */
static void
test_backwards (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatAddedLot) first = NULL, second = NULL, third = NULL;

  open_gap (fixture);
  g_assert_true (fixture->gap->import);
  live (fixture, ROMEO, "new", "a9");
  first = take_page (fixture, ROMEO ":a7:c " NURSE ":a8:x " ROMEO ":a9:new", NULL, TRUE, FALSE);
  g_assert_cmpuint (first->n_known, ==, 1);
  g_assert_cmpstr (first->gap->before, ==, "a7");
  live (fixture, ROMEO, "newer", NULL);
  second = take_page (fixture, ROMEO ":a5:b " ROMEO ":a6:+d", NULL, FALSE, FALSE);
  third = take_page (fixture, ROMEO ":a4:a", NULL, FALSE, TRUE);
  g_assert_null (third->gap);
  assert_chat (fixture, ROMEO, "a b +d c new newer");
  assert_chat (fixture, NURSE, "x");
  g_assert_cmpint (query (fixture->folder, "SELECT count (*) FROM gap"), ==, 0);
}

/* What was missed behind a live message comes in a page that ends before that: it is put behind it, when it is met. */
static void
test_behind_live (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatAddedLot) known = NULL;

  open_gap (fixture);
  live (fixture, ROMEO, "c", "a3");
  chat_added_lot_free (take_page (fixture, NURSE ":a6:x " ROMEO ":a7:+f", NULL, TRUE, FALSE));
  chat_added_lot_free (take_page (fixture, ROMEO ":a5:+e", NULL, FALSE, FALSE));
  assert_chat (fixture, ROMEO, "+e +f c");
  known = take_page (fixture, ROMEO ":a2:b " ROMEO ":a3:c " ROMEO ":a4:+d", NULL, FALSE, FALSE);
  g_assert_cmpuint (known->moved->len, ==, 3);
  live (fixture, ROMEO, "g", "a8");
  chat_added_lot_free (take_page (fixture, ROMEO ":a1:a", NULL, FALSE, TRUE));
  assert_chat (fixture, ROMEO, "a b c +d +e +f g");
  g_assert_cmpint (query (fixture->folder, "SELECT count (*) FROM conversation c JOIN message m ON m.id = last_message"
                          " WHERE text IN ('x', 'g')"), ==, 2);
}

/* the cursor is the end of the archive as the archive gave it, whatever came live. */
static void
test_cursor (Fixture *fixture, gconstpointer data)
{
  open_gap (fixture);
  live (fixture, ROMEO, "before", "a5");
  g_assert_cmpint (query (fixture->folder, "SELECT count (cursor) FROM history"), ==, 0);
  chat_added_lot_free (take_page (fixture, ROMEO ":a3:a " ROMEO ":a4:b", NULL, TRUE, FALSE));
  live (fixture, ROMEO, "after", "a6");
  chat_added_lot_free (take_page (fixture, ROMEO ":a1:c", NULL, FALSE, TRUE));
  open_gap (fixture);
  g_assert_cmpstr (fixture->gap->after, ==, "a4");
  g_assert_cmpint (fixture->gap->after_time, ==, NOON + 4 * G_USEC_PER_SEC);
  g_assert_false (fixture->gap->import);
  assert_chat (fixture, ROMEO, "c a b before after");
}

/* What was missed between live ones of an earlier stream stands between them. */
static void
test_between (Fixture *fixture, gconstpointer data)
{
  open_gap (fixture);
  chat_added_lot_free (take_page (fixture, ROMEO ":a1:a", NULL, TRUE, TRUE));
  live (fixture, ROMEO, "b", "a2");
  live (fixture, ROMEO, "+d", NULL);
  live (fixture, ROMEO, "e", "a5");
  open_gap (fixture);
  live (fixture, ROMEO, "h", "a8");
  chat_added_lot_free (take_page (fixture, ROMEO ":a5:e " ROMEO ":a6:f " ROMEO ":a7:g " ROMEO ":a8:h", NULL, TRUE, FALSE));
  chat_added_lot_free (take_page (fixture, ROMEO ":a1:a " ROMEO ":a2:b " ROMEO ":a3:c " ROMEO ":a4:+d", NULL, FALSE, TRUE));
  assert_chat (fixture, ROMEO, "a b c +d e f g h");
  g_assert_cmpint (query (fixture->folder, "SELECT state FROM message WHERE text = '+d'"), ==, CHAT_MESSAGE_SENT);
}

/* Typed without a stream: what the archive has from meanwhile goes before it. */
static void
test_offline (Fixture *fixture, gconstpointer data)
{
  ChatNewMessage *typed = incoming (ROMEO, "t", "+typed");

  open_gap (fixture);
  chat_added_lot_free (take_page (fixture, ROMEO ":a1:a", NULL, TRUE, TRUE));
  typed->own = TRUE;
  typed->state = CHAT_MESSAGE_QUEUED;
  typed->offline = TRUE;
  chat_added_message_free (store_add (fixture->store, fixture->account, typed, NULL));
  open_gap (fixture);
  chat_added_lot_free (take_page (fixture, ROMEO ":a1:a " ROMEO ":a2:b", NULL, TRUE, TRUE));
  assert_chat (fixture, ROMEO, "a b +typed");
}

/* The stream was resumed: the gap that typing had made goes; one that a log-in had made stays. */
static void
test_resumed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL, again = NULL;
  ChatNewMessage *typed = incoming (ROMEO, "t", "+typed");

  typed->own = typed->offline = TRUE;
  typed->state = CHAT_MESSAGE_QUEUED;
  chat_added_message_free (store_add (fixture->store, fixture->account, typed, NULL));
  g_assert_cmpint (query (fixture->folder, "SELECT count (*) FROM gap"), ==, 1);
  chat_store_resumed_async (fixture->store, fixture->account, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_cmpint (query (fixture->folder, "SELECT count (*) FROM gap"), ==, 0);
  open_gap (fixture);
  chat_store_resumed_async (fixture->store, fixture->account, NULL, keep_result_cb, &again);
  wait_for (again != NULL);
  g_assert_cmpint (query (fixture->folder, "SELECT count (*) FROM gap"), ==, 1);
}

/* a stream that ends before the gap was begun, and another one: what was missed in between is above the first's. */
static void
test_raised (Fixture *fixture, gconstpointer data)
{
  open_gap (fixture);
  live (fixture, ROMEO, "first", "a3");
  open_gap (fixture);
  live (fixture, ROMEO, "second", "a5");
  chat_added_lot_free (take_page (fixture, ROMEO ":a2:x " ROMEO ":a3:first " ROMEO ":a4:y " ROMEO ":a5:second", NULL, TRUE, TRUE));
  assert_chat (fixture, ROMEO, "x first y second");
  g_assert_cmpint (query (fixture->folder, "SELECT count (*) FROM gap"), ==, 0);
}

static GPtrArray *
load_chat_gaps (Fixture *fixture, const char *jid)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_store_load_chat_gaps_async (fixture->store, fixture->account, jid, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  return chat_store_load_chat_gaps_finish (fixture->store, result, NULL);
}

/* Nobody who only typed without a stream is told that something may be missing; after a log-in it may be. */
static void
test_fresh (Fixture *fixture, gconstpointer data)
{
  ChatNewMessage *typed = incoming (ROMEO, "t", "+typed");
  g_autoptr (GPtrArray) before = NULL, after = NULL;

  typed->own = typed->offline = TRUE;
  typed->state = CHAT_MESSAGE_QUEUED;
  chat_added_message_free (store_add (fixture->store, fixture->account, typed, NULL));
  before = load_chat_gaps (fixture, ROMEO);
  g_assert_cmpuint (before->len, ==, 0);
  open_gap (fixture);
  after = load_chat_gaps (fixture, ROMEO);
  g_assert_cmpuint (after->len, ==, 1);
}

/* one chat ahead of the others, then all: nothing twice, the same order, and the gap as the chat sees it. */
static void
test_ahead (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatAddedLot) ahead = NULL, end = NULL;
  g_autoptr (GPtrArray) seen = NULL, done = NULL, others = NULL;

  open_gap (fixture);
  ahead = take_page (fixture, ROMEO ":a5:c " ROMEO ":a7:d", ROMEO, FALSE, FALSE);
  g_assert_cmpstr (ahead->gap->before, ==, "a5");
  seen = load_chat_gaps (fixture, ROMEO);
  g_assert_cmpstr (((ChatGapRow *) seen->pdata[0])->before, ==, "a5");
  g_assert_cmpint (((ChatGapRow *) seen->pdata[0])->position, ==, query (fixture->folder, "SELECT position FROM message WHERE text = 'c'"));
  end = take_page (fixture, ROMEO ":a2:b", ROMEO, FALSE, TRUE);
  g_assert_null (end->gap);
  done = load_chat_gaps (fixture, ROMEO);
  g_assert_cmpuint (done->len, ==, 0);
  others = load_chat_gaps (fixture, NURSE);
  g_assert_cmpuint (others->len, ==, 1);
  g_assert_null (((ChatGapRow *) others->pdata[0])->before);
  chat_added_lot_free (take_page (fixture, NURSE ":a4:y " ROMEO ":a5:c " NURSE ":a6:z " ROMEO ":a7:d", NULL, TRUE, FALSE));
  chat_added_lot_free (take_page (fixture, ROMEO ":a2:b " NURSE ":a3:x", NULL, FALSE, TRUE));
  assert_chat (fixture, ROMEO, "b c d");
  assert_chat (fixture, NURSE, "x y z");
}

/* filled twice is filled once, and a page of a gap that is gone changes nothing. */
static void
test_twice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  open_gap (fixture);
  chat_added_lot_free (take_page (fixture, ROMEO ":a1:a " ROMEO ":a2:b", NULL, TRUE, FALSE));
  chat_added_lot_free (take_page (fixture, ROMEO ":a1:a " ROMEO ":a2:b", NULL, TRUE, FALSE));
  assert_chat (fixture, ROMEO, "a b");
  chat_added_lot_free (take_page (fixture, "", NULL, FALSE, TRUE));
  g_assert_null (store_add_lot (fixture->store, make_page (fixture, ROMEO ":a0:z", NULL, FALSE, FALSE), &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE);
  assert_chat (fixture, ROMEO, "a b");
}

/* all ids are others than before; by their stamps they are the same. Two that only look alike are not. */
static void
test_renumbered (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  ChatLot *lot;

  open_gap (fixture);
  chat_added_lot_free (take_page (fixture, ROMEO ":a1:a " ROMEO ":a2:b", NULL, TRUE, TRUE));
  open_gap (fixture);
  chat_store_lose_border_async (fixture->store, fixture->gap->id, FALSE, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  chat_gap_row_free (chat_store_lose_border_finish (fixture->store, result, NULL));
  lot = make_page (fixture, ROMEO ":z1:a " ROMEO ":z2:b " ROMEO ":z3:b", NULL, TRUE, TRUE);
  g_free (((ChatNewMessage *) lot->messages->pdata[2])->stanza_id);
  ((ChatNewMessage *) lot->messages->pdata[2])->stanza_id = g_strdup ("other");
  chat_added_lot_free (store_add_lot (fixture->store, lot, NULL));
  assert_chat (fixture, ROMEO, "a b b");
}

/* A client that gives every message the same id, twice within a second: the archive tells them apart. */
static void
test_same_ids (Fixture *fixture, gconstpointer data)
{
  ChatLot *lot;

  open_gap (fixture);
  lot = make_page (fixture, ROMEO ":a1:ok " ROMEO ":b1:ok", NULL, TRUE, TRUE);
  chat_added_lot_free (store_add_lot (fixture->store, lot, NULL));
  assert_chat (fixture, ROMEO, "ok ok");
}

/* -- what is unread ------------------------------------------------------------------------------------------------- */

/* W-13: what a first import brings is no news; what was missed is, unless somebody answered it on another device. */
static void
test_unread (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatAddedLot) import = NULL, missed = NULL;

  open_gap (fixture);
  import = take_page (fixture, ROMEO ":a1:a " NURSE ":a2:x", NULL, TRUE, TRUE);
  g_assert_cmpint (query (fixture->folder, "SELECT sum (unread) FROM conversation"), ==, 0);
  g_assert_false (((ChatMessageRow *) import->added->pdata[0])->announce);
  open_gap (fixture);
  missed = take_page (fixture, ROMEO ":a3:b " NURSE ":a4:y " NURSE ":a5:+z " ROMEO ":a6:c", NULL, TRUE, TRUE);
  g_assert_cmpint (query (fixture->folder, "SELECT unread FROM conversation WHERE jid = '" ROMEO "'"), ==, 2);
  g_assert_cmpint (query (fixture->folder, "SELECT unread FROM conversation WHERE jid = '" NURSE "'"), ==, 0);
  for (guint i = 0; i < missed->added->len; i++) {
    ChatMessageRow *row = g_ptr_array_index (missed->added, i);
    g_assert_cmpint (row->announce, ==, g_str_equal (row->text, "b") || g_str_equal (row->text, "c"));
  }
}

/* W-13: an account that was there before the archive was read: what came since its last message was missed. */
static void
test_unread_since (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatAddedLot) added = NULL;

  live (fixture, ROMEO, "known", "a5");
  query (fixture->folder, "UPDATE message SET time = 1700000005000000");
  open_gap (fixture);
  added = take_page (fixture, ROMEO ":a3:old " NURSE ":a4:older " ROMEO ":a5:known " ROMEO ":a6:missed " NURSE ":a7:too", NULL, TRUE, TRUE);
  for (guint i = 0; i < added->added->len; i++) {
    ChatMessageRow *row = g_ptr_array_index (added->added, i);
    g_assert_cmpint (row->announce, ==, g_str_equal (row->text, "missed") || g_str_equal (row->text, "too"));
  }
  g_assert_cmpint (query (fixture->folder, "SELECT unread FROM conversation WHERE jid = '" NURSE "'"), ==, 1);
}

/* -- one row per message -------------------------------------------------------------------------------------------- */

typedef enum { LIVE, CARBON, ARCHIVE, OFFLINE, N_WAYS } Way;
static const char *const ways[] = { "live", "carbon", "archive", "offline storage" };

static void
arrive (Fixture *fixture, Way way, gboolean with_id, gboolean with_archive_id)
{
  ChatNewMessage *new = incoming (ROMEO, with_id ? "m1" : NULL, "text");
  ChatLot *lot = chat_lot_new_with (fixture->account, new);

  new->time = NOON;
  if (way == ARCHIVE || with_archive_id)
    new->archive_id = g_strdup ("a1");
  new->source = way == ARCHIVE ? CHAT_SOURCE_ARCHIVE : way == CARBON ? CHAT_SOURCE_CARBON : CHAT_SOURCE_LIVE;
  new->delayed = way == ARCHIVE || way == OFFLINE;
  if (way == LIVE || way == CARBON)
    new->time += 2 * G_USEC_PER_SEC;
  if (way == ARCHIVE) {
    lot->page = g_new0 (ChatPage, 1);
    lot->page->gap = fixture->gap->id;
    lot->page->first = g_strdup ("a1");
    lot->page->last = g_strdup ("a1");
  }
  chat_added_lot_free (store_add_lot (fixture->store, lot, NULL));
}

/* W-31, R-38: every two ways in every order, with and without ids. */
static void
test_ways (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < N_WAYS * N_WAYS * 4; i++) {
    Way one = i % N_WAYS, two = i / N_WAYS % N_WAYS;
    gboolean with_id = i / (N_WAYS * N_WAYS) % 2, with_archive_id = i / (N_WAYS * N_WAYS) / 2;
    /* Without any id the server's stamp says it; what comes live has none, but the archive does. */
    gboolean can_be_known = with_id || with_archive_id || two == ARCHIVE || (one >= ARCHIVE && two == OFFLINE);
    Fixture own = { 0 };

    if (!can_be_known)
      continue;
    g_test_message ("%s, then %s, %s id, %s archive id", ways[one], ways[two], with_id ? "with" : "no", with_archive_id ? "with" : "no");
    set_up (&own, NULL);
    open_gap (&own);
    arrive (&own, one, with_id, with_archive_id);
    arrive (&own, two, with_id, with_archive_id);
    g_assert_cmpint (query (own.folder, "SELECT count (*) FROM message"), ==, 1);
    tear_down (&own, NULL);
  }
}

/* Two genuine equal texts stay two, by whatever way. */
static void
test_equal_texts (Fixture *fixture, gconstpointer data)
{
  open_gap (fixture);
  for (guint i = 0; i < 2; i++) {
    ChatNewMessage *new = incoming (ROMEO, NULL, "yes");
    new->time = NOON + (2 + i) * G_USEC_PER_SEC;
    chat_added_message_free (store_add (fixture->store, fixture->account, new, NULL));
  }
  for (guint i = 0; i < 2; i++) {
    ChatLot *lot = make_page (fixture, ROMEO ":a1:yes " ROMEO ":a2:yes", NULL, TRUE, FALSE);
    for (guint j = 0; j < 2; j++)
      g_clear_pointer (&((ChatNewMessage *) lot->messages->pdata[j])->stanza_id, g_free);
    chat_added_lot_free (store_add_lot (fixture->store, lot, NULL));
    g_assert_cmpint (query (fixture->folder, "SELECT count (*) FROM message"), ==, 2);
  }
  g_assert_cmpint (query (fixture->folder, "SELECT count (DISTINCT archive_id) FROM message"), ==, 2);
}

/* S-17: another's message with the same id, and one's own, stay. */
static void
test_other_sender (Fixture *fixture, gconstpointer data)
{
  ChatNewMessage *own = incoming (ROMEO, "m1", "text");

  chat_added_message_free (store_add (fixture->store, fixture->account, incoming (NURSE, "m1", "text"), NULL));
  chat_added_message_free (store_add (fixture->store, fixture->account, incoming (ROMEO, "m1", "text"), NULL));
  own->own = TRUE;
  own->state = CHAT_MESSAGE_QUEUED;
  chat_added_message_free (store_add (fixture->store, fixture->account, own, NULL));
  g_assert_cmpint (query (fixture->folder, "SELECT count (*) FROM message"), ==, 3);
}

/* a database of the second version: order, what is read, and who spoke last stay as they were. */
static void
test_migrate (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store;

  folder_migrate (folder, 2);
  query (folder, "INSERT INTO account (jid) VALUES ('juliet@example.org')");
  query (folder, "INSERT INTO conversation (account, jid, unread, first_unread) VALUES (1, '" ROMEO "', 1, 2), (1, '" NURSE "', 0, NULL)");
  query (folder, "INSERT INTO message (conversation, position, own, state, time, text) VALUES (1, 65536, 0, 0, 1000, 'a'),"
                 " (1, 131072, 0, 0, 3000, 'b'), (2, 65536, 0, 0, 2000, 'x')");
  store = store_open (folder, NULL);
  g_assert_cmpint (query (folder, "SELECT position FROM history WHERE account = 1"), ==, 196608);
  g_assert_cmpint (query (folder, "SELECT read_position FROM conversation WHERE id = 1"), ==, 131071);
  g_assert_cmpint (query (folder, "SELECT read_position FROM conversation WHERE id = 2"), ==, 196608);
  g_assert_cmpint (query (folder, "SELECT group_concat (id, '') FROM (SELECT id FROM conversation ORDER BY activity)"), ==, 21);
  chat_added_message_free (store_add (store, 1, incoming (NURSE, "n", "y"), NULL));
  g_assert_cmpint (query (folder, "SELECT position FROM message WHERE text = 'y'"), ==, 262144);
  store_close (store);
}

/* a database of the eighth version, in which a draft waited. */
static void
test_migrate_draft (void)
{
  g_auto (Folder) folder = folder_new ();
  g_autofree char *draft = NULL;

  folder_migrate (folder, 8);
  query (folder, "INSERT INTO account (jid) VALUES ('juliet@example.org')");
  query (folder, "INSERT INTO conversation (account, jid, draft) VALUES (1, '" ROMEO "', 'Dear')");
  store_close (store_open (folder, NULL));
  draft = query_text (folder, "SELECT draft || ' ' || draft_reply || ' ' || edited || ' ' || ifnull (edit_text, 'none') FROM conversation");
  g_assert_cmpstr (draft, ==, "Dear 0 0 none");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  #define ADD(path, func) g_test_add ("/store/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("lots/backwards", test_backwards);
  ADD ("lots/R-33/R-34/cursor", test_cursor);
  ADD ("lots/between", test_between);
  ADD ("lots/offline", test_offline);
  ADD ("lots/resumed", test_resumed);
  ADD ("lots/R-36/raised", test_raised);
  ADD ("lots/R-36/fresh", test_fresh);
  ADD ("lots/R-36/ahead", test_ahead);
  ADD ("lots/R-36/twice", test_twice);
  ADD ("lots/R-40/renumbered", test_renumbered);
  ADD ("lots/R-38/same-ids", test_same_ids);
  ADD ("lots/R-34/R-38/behind-live", test_behind_live);
  ADD ("lots/W-13/unread", test_unread);
  ADD ("lots/W-13/unread-since", test_unread_since);
  ADD ("lots/W-31/R-38/ways", test_ways);
  ADD ("lots/W-31/equal-texts", test_equal_texts);
  ADD ("lots/S-17/other-sender", test_other_sender);
  g_test_add_func ("/store/lots/R-45/migrate", test_migrate);
  g_test_add_func ("/store/lots/R-45/migrate-draft", test_migrate_draft);
  return g_test_run ();
}
