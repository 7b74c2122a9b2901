/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-gaps.h"
#include "chat-test.h"

/* What is said of earlier messages: who may, in whatever order it comes, and before what it is about. */

#define ROMEO "romeo@example.org"
#define NURSE "nurse@example.org"

typedef struct { Folder folder; ChatStore *store; gint64 account, clock; } Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = folder_new ();
  fixture->store = store_open (fixture->folder, NULL);
  fixture->account = store_account (fixture->store, "juliet@example.org");
  fixture->clock = G_GINT64_CONSTANT (1700000000000000);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  store_close (fixture->store);
  folder_remove (fixture->folder);
}

static ChatNewMessage *
make (Fixture *fixture, ChatNewType type, gboolean own, const char *jid, const char *id, const char *target, const char *text)
{
  ChatNewMessage *new = incoming (jid, id, type == CHAT_NEW_REACTIONS ? NULL : text);

  new->type = type;
  new->own = own;
  new->state = own ? CHAT_MESSAGE_SENT : CHAT_MESSAGE_RECEIVED;
  new->target_id = g_strdup (target);
  new->emojis = type == CHAT_NEW_REACTIONS ? g_strdup (text) : NULL;
  new->time = fixture->clock += G_USEC_PER_SEC;
  return new;
}

static ChatAddedLot *
take (Fixture *fixture, ChatNewMessage *new)
{
  g_autoptr (GError) error = NULL;
  ChatAddedLot *added = store_add_lot (fixture->store, chat_lot_new_with (fixture->account, new), &error);

  g_assert_no_error (error);
  return added;
}

static void
say (Fixture *fixture, ChatNewType type, gboolean own, const char *jid, const char *id, const char *target, const char *text)
{
  chat_added_lot_free (take (fixture, make (fixture, type, own, jid, id, target, text)));
}

static gint64
open_gap (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChatGapRow) gap = NULL;

  chat_store_open_gap_async (fixture->store, fixture->account, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  gap = chat_store_open_gap_finish (fixture->store, result, NULL);
  return gap->id;
}

/* A page of one message, or of none, which closes the gap. */
static void
take_page (Fixture *fixture, gint64 gap, ChatNewMessage *new, gboolean closes)
{
  ChatLot *lot = chat_lot_new (fixture->account);

  lot->page = g_new0 (ChatPage, 1);
  lot->page->gap = gap;
  lot->page->closes = closes;
  if (new != NULL) {
    new->source = CHAT_SOURCE_ARCHIVE;
    new->delayed = TRUE;
    new->archive_id = g_strdup_printf ("a-%s", new->stanza_id);
    lot->page->first = g_strdup (new->archive_id);
    lot->page->last = g_strdup (new->archive_id);
    g_ptr_array_add (lot->messages, new);
  }
  chat_added_lot_free (store_add_lot (fixture->store, lot, NULL));
}

#define assert_texts(fixture, texts) \
  G_STMT_START { \
    g_autofree char *all = query_text ((fixture)->folder, "SELECT group_concat (ifnull (text, '-'), ' ') FROM (SELECT text FROM message ORDER BY position)"); \
    g_assert_cmpstr (all, ==, texts); \
  } G_STMT_END
#define n_rows(fixture, table) query ((fixture)->folder, "SELECT count (*) FROM " table)
#define state_of(fixture, id) query ((fixture)->folder, "SELECT state FROM message WHERE stanza_id = '" id "'")

/* -- texts ---------------------------------------------------------------------------------------------------------- */

static void
test_correction (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatAddedLot) added = NULL;
  ChatMessageRow *row;

  say (fixture, CHAT_NEW_MESSAGE, FALSE, ROMEO, "m1", NULL, "frist");
  added = take (fixture, make (fixture, CHAT_NEW_CORRECTION, FALSE, ROMEO, "m2", "m1", "first"));
  g_assert_cmpuint (added->added->len, ==, 0);
  row = g_ptr_array_index (added->changed, 0);
  g_assert_cmpstr (row->text, ==, "first");
  g_assert_true (row->edited);
  assert_texts (fixture, "first");
  /* The same again, by another way, and an earlier one that comes late. */
  say (fixture, CHAT_NEW_CORRECTION, FALSE, ROMEO, "m2", "m1", "first");
  fixture->clock -= 100 * G_USEC_PER_SEC;
  say (fixture, CHAT_NEW_CORRECTION, FALSE, ROMEO, "m0", "m1", "furst");
  assert_texts (fixture, "first");
  g_assert_cmpint (n_rows (fixture, "message_version"), ==, 3);
  g_assert_cmpint (query (fixture->folder, "SELECT count (*) FROM message_version WHERE stanza_id IS NULL AND text = 'frist'"), ==, 1);
}

/* S-12, S-17: what another wrote, in this chat or another, is not theirs to correct: it is shown as what it is. */
static void
test_correction_of_others (Fixture *fixture, gconstpointer data)
{
  say (fixture, CHAT_NEW_MESSAGE, TRUE, ROMEO, "m1", NULL, "ours");
  say (fixture, CHAT_NEW_MESSAGE, FALSE, NURSE, "m2", NULL, "hers");
  say (fixture, CHAT_NEW_CORRECTION, FALSE, ROMEO, "m3", "m1", "forged");
  say (fixture, CHAT_NEW_CORRECTION, FALSE, ROMEO, "m4", "m2", "again");
  assert_texts (fixture, "ours hers forged again");
}

/* S-14: what came encrypted is not replaced by what did not. */
static void
test_correction_of_encrypted (Fixture *fixture, gconstpointer data)
{
  ChatNewMessage *encrypted = make (fixture, CHAT_NEW_MESSAGE, FALSE, ROMEO, "m1", NULL, NULL);

  encrypted->kind = CHAT_MESSAGE_ENCRYPTED;
  chat_added_lot_free (take (fixture, encrypted));
  say (fixture, CHAT_NEW_CORRECTION, FALSE, ROMEO, "m2", "m1", "plain");
  assert_texts (fixture, "- plain");
}

/* S-15: only who wrote it takes it back; then nothing of it is left here, and nothing brings it back. */
static void
test_retraction (Fixture *fixture, gconstpointer data)
{
  say (fixture, CHAT_NEW_MESSAGE, FALSE, ROMEO, "m1", NULL, "secret");
  say (fixture, CHAT_NEW_CORRECTION, FALSE, ROMEO, "m2", "m1", "secret2");
  say (fixture, CHAT_NEW_REACTIONS, TRUE, ROMEO, "r1", "m1", "👍");
  say (fixture, CHAT_NEW_RETRACTION, TRUE, ROMEO, "m3", "m1", NULL);
  say (fixture, CHAT_NEW_RETRACTION, FALSE, NURSE, "m4", "m1", NULL);
  assert_texts (fixture, "secret2");
  say (fixture, CHAT_NEW_RETRACTION, FALSE, ROMEO, "m5", "m1", NULL);
  say (fixture, CHAT_NEW_CORRECTION, FALSE, ROMEO, "m6", "m1", "secret3");
  say (fixture, CHAT_NEW_REACTIONS, TRUE, ROMEO, "r2", "m1", "👍");
  say (fixture, CHAT_NEW_MESSAGE, FALSE, ROMEO, "m1", NULL, "secret");
  assert_texts (fixture, "-");
  g_assert_cmpint (query (fixture->folder, "SELECT retracted FROM message"), ==, 1);
  g_assert_cmpint (n_rows (fixture, "message_version WHERE text IS NOT NULL") + n_rows (fixture, "reaction"), ==, 0);
}

/* S-15: the last word of each counts, to either's message, only in this chat. */
static void
test_reactions (Fixture *fixture, gconstpointer data)
{
  g_autofree char *reactions = NULL;

  say (fixture, CHAT_NEW_MESSAGE, TRUE, ROMEO, "m1", NULL, "ours");
  say (fixture, CHAT_NEW_REACTIONS, FALSE, ROMEO, "r1", "m1", "👍 🎉");
  say (fixture, CHAT_NEW_REACTIONS, TRUE, ROMEO, "r2", "m1", "❤");
  say (fixture, CHAT_NEW_REACTIONS, FALSE, NURSE, "r3", "m1", "💩");
  reactions = query_text (fixture->folder, "SELECT reactions FROM message");
  g_assert_cmpstr (reactions, ==, "peer\t👍 🎉\nown\t❤");
  say (fixture, CHAT_NEW_REACTIONS, FALSE, ROMEO, "r4", "m1", "");
  fixture->clock -= 100 * G_USEC_PER_SEC;
  say (fixture, CHAT_NEW_REACTIONS, TRUE, ROMEO, "r0", "m1", "💤");
  g_free (reactions);
  reactions = query_text (fixture->folder, "SELECT reactions FROM message");
  g_assert_cmpstr (reactions, ==, "own\t❤");
}

/* -- states --------------------------------------------------------------------------------------------------------- */

/* S-18: only from whom it went to, and never back. */
static void
test_marks (Fixture *fixture, gconstpointer data)
{
  say (fixture, CHAT_NEW_MESSAGE, TRUE, ROMEO, "m1", NULL, "a");
  say (fixture, CHAT_NEW_MESSAGE, TRUE, ROMEO, "m2", NULL, "b");
  say (fixture, CHAT_NEW_MESSAGE, TRUE, ROMEO, "m3", NULL, "c");
  say (fixture, CHAT_NEW_DELIVERED, FALSE, NURSE, "x", "m1", NULL);
  say (fixture, CHAT_NEW_DISPLAYED, FALSE, NURSE, "x", "m1", NULL);
  g_assert_cmpint (state_of (fixture, "m1"), ==, CHAT_MESSAGE_SENT);
  say (fixture, CHAT_NEW_DELIVERED, FALSE, ROMEO, "x", "m1", NULL);
  g_assert_cmpint (state_of (fixture, "m1"), ==, CHAT_MESSAGE_DELIVERED);
  say (fixture, CHAT_NEW_DISPLAYED, FALSE, ROMEO, "x", "m2", NULL);
  g_assert_cmpint (state_of (fixture, "m1"), ==, CHAT_MESSAGE_READ);
  g_assert_cmpint (state_of (fixture, "m2"), ==, CHAT_MESSAGE_READ);
  g_assert_cmpint (state_of (fixture, "m3"), ==, CHAT_MESSAGE_SENT);
  say (fixture, CHAT_NEW_DELIVERED, FALSE, ROMEO, "x", "m2", NULL);
  g_assert_cmpint (state_of (fixture, "m2"), ==, CHAT_MESSAGE_READ);
  say (fixture, CHAT_NEW_DISPLAYED, FALSE, ROMEO, "x", "unknown", NULL);
  g_assert_cmpint (n_rows (fixture, "pending_change"), ==, 0);
}

/* W-13: what another device of ours read is read here, up to there. */
static void
test_read (Fixture *fixture, gconstpointer data)
{
  ChatNewMessage *by_archive = make (fixture, CHAT_NEW_READ, TRUE, ROMEO, "x", "archived", NULL);
  ChatNewMessage *third = make (fixture, CHAT_NEW_MESSAGE, FALSE, ROMEO, "m3", NULL, "c");

  third->archive_id = g_strdup ("archived");
  by_archive->target_in_archive = TRUE;
  say (fixture, CHAT_NEW_MESSAGE, FALSE, ROMEO, "m1", NULL, "a");
  say (fixture, CHAT_NEW_MESSAGE, FALSE, ROMEO, "m2", NULL, "b");
  chat_added_lot_free (take (fixture, third));
  say (fixture, CHAT_NEW_MESSAGE, FALSE, ROMEO, "m4", NULL, "d");
  g_assert_cmpint (query (fixture->folder, "SELECT unread FROM conversation"), ==, 4);
  say (fixture, CHAT_NEW_READ, TRUE, ROMEO, "x", "m2", NULL);
  g_assert_cmpint (query (fixture->folder, "SELECT unread FROM conversation"), ==, 2);
  g_assert_cmpint (query (fixture->folder, "SELECT told = read_position FROM conversation"), ==, 1);
  g_assert_cmpint (query (fixture->folder, "SELECT text = 'c' FROM message m JOIN conversation c ON m.id = c.first_unread"), ==, 1);
  chat_added_lot_free (take (fixture, by_archive));
  g_assert_cmpint (query (fixture->folder, "SELECT unread FROM conversation"), ==, 1);
  say (fixture, CHAT_NEW_READ, TRUE, ROMEO, "x", "m1", NULL);
  g_assert_cmpint (query (fixture->folder, "SELECT unread FROM conversation"), ==, 1);
}

/* -- before what they are about ------------------------------------------------------------------------------------- */

/* in a page that is newer than that of the message. */
static void
test_pending (Fixture *fixture, gconstpointer data)
{
  gint64 gap;
  ChatNewMessage *target, *own;

  say (fixture, CHAT_NEW_MESSAGE, FALSE, ROMEO, "m0", NULL, "now");
  gap = open_gap (fixture);
  target = make (fixture, CHAT_NEW_MESSAGE, FALSE, ROMEO, "m1", NULL, "frist");
  own = make (fixture, CHAT_NEW_MESSAGE, TRUE, ROMEO, "o1", NULL, "ours");
  take_page (fixture, gap, make (fixture, CHAT_NEW_CORRECTION, FALSE, ROMEO, "m2", "m1", "first"), FALSE);
  take_page (fixture, gap, make (fixture, CHAT_NEW_REACTIONS, TRUE, ROMEO, "r1", "m1", "👍"), FALSE);
  take_page (fixture, gap, make (fixture, CHAT_NEW_DISPLAYED, FALSE, ROMEO, "d1", "o1", NULL), FALSE);
  g_assert_cmpint (n_rows (fixture, "message"), ==, 1);
  take_page (fixture, gap, own, FALSE);
  take_page (fixture, gap, target, FALSE);
  g_assert_cmpint (n_rows (fixture, "pending_change"), ==, 0);
  assert_texts (fixture, "now first ours");
  g_assert_cmpint (query (fixture->folder, "SELECT reactions IS NOT NULL AND edited FROM message WHERE stanza_id = 'm1'"), ==, 1);
  g_assert_cmpint (state_of (fixture, "o1"), ==, CHAT_MESSAGE_READ);
}

/* A correction of what never comes is not lost: when nothing is missing any more, it is a message, at its place. */
static void
test_never (Fixture *fixture, gconstpointer data)
{
  gint64 gap;

  say (fixture, CHAT_NEW_MESSAGE, FALSE, ROMEO, "m0", NULL, "now");
  gap = open_gap (fixture);
  say (fixture, CHAT_NEW_MESSAGE, FALSE, ROMEO, "m3", NULL, "live");
  take_page (fixture, gap, make (fixture, CHAT_NEW_MESSAGE, FALSE, ROMEO, "m2", NULL, "newer"), FALSE);
  take_page (fixture, gap, make (fixture, CHAT_NEW_CORRECTION, FALSE, ROMEO, "m1", "gone", "corrected"), FALSE);
  take_page (fixture, gap, make (fixture, CHAT_NEW_MESSAGE, FALSE, ROMEO, "m4", NULL, "older"), FALSE);
  assert_texts (fixture, "now older newer live");
  take_page (fixture, gap, NULL, TRUE);
  assert_texts (fixture, "now older corrected newer live");
  g_assert_cmpint (n_rows (fixture, "pending_change"), ==, 0);
}

/* Strangers can't fill the disk with what waits. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  say (fixture, CHAT_NEW_MESSAGE, FALSE, ROMEO, "m0", NULL, "now");
  say (fixture, CHAT_NEW_REACTIONS, FALSE, ROMEO, "r", "nothing", "👍");
  g_assert_cmpint (n_rows (fixture, "pending_change"), ==, 0);
  open_gap (fixture);
  for (guint i = 0; i < 1200; i++) {
    g_autofree char *id = g_strdup_printf ("t%u", i);
    say (fixture, CHAT_NEW_REACTIONS, FALSE, ROMEO, "r", id, "👍");
  }
  g_assert_cmpint (n_rows (fixture, "pending_change"), ==, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  #define ADD(path, func) g_test_add ("/store/changes/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("correction", test_correction);
  ADD ("S-12/correction-of-others", test_correction_of_others);
  ADD ("S-14/correction-of-encrypted", test_correction_of_encrypted);
  ADD ("S-15/retraction", test_retraction);
  ADD ("S-15/reactions", test_reactions);
  ADD ("S-18/marks", test_marks);
  ADD ("W-13/read", test_read);
  ADD ("R-41/pending", test_pending);
  ADD ("R-41/never", test_never);
  ADD ("R-41/many", test_many);
  return g_test_run ();
}
