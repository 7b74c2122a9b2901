/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-forget.h"
#include "lot-test.h"

#include <string.h>

/* What is deleted stays deleted, whatever the archive brings again, and what comes later comes. */

#define ROMEO "romeo@example.org"
#define NURSE "nurse@example.org"

static gint64
id_of (Lots *lots, const char *jid)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChatConversationRow) row = NULL;

  chat_store_save_draft_async (lots->store, lots->account, jid, NULL, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  row = chat_store_save_draft_finish (lots->store, result, NULL);
  g_assert_nonnull (row);
  return row->id;
}

static void
forget (Lots *lots, const char *jid)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatConversationRow) row = NULL;

  chat_store_forget_chat_async (lots->store, id_of (lots, jid), NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  row = chat_store_forget_chat_finish (lots->store, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (row->n_messages, ==, 0);
  g_assert_cmpuint (row->unread, ==, 0);
  g_assert_null (row->last);
}

static ChatNewMessage *
live (const char *jid, gboolean own, const char *id, const char *archive_id, gint64 time)
{
  ChatNewMessage *message = said (jid, own, id, id, time);

  message->archive_id = g_strdup (archive_id);
  return message;
}

/* The pages that come are of the time before it was deleted. */
static void
test_older_pages (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) gap = lots_bind (lots);

  lots_page (lots, gap->id, FALSE, archived (said (NURSE, FALSE, "n1", "n1", at (2)), "5"),
             archived (said (ROMEO, FALSE, "r2", "r2", at (3)), "6"), NULL);
  assert_texts (lots, ROMEO, "r2");
  forget (lots, ROMEO);
  lots_restart (lots);
  lots_page (lots, gap->id, TRUE, archived (said (ROMEO, FALSE, "r0", "r0", at (0)), "1"),
             archived (said (NURSE, FALSE, "n0", "n0", at (1)), "2"), NULL);
  assert_texts (lots, ROMEO, NULL);
  assert_texts (lots, NURSE, "n0 n1");
}

/* Live ones, ours and theirs, with the archive's id and without, come a second time in the next gap. */
static void
test_next_gap (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) first = lots_bind (lots), second = NULL;

  lots_page (lots, first->id, TRUE, archived (said (NURSE, FALSE, "n1", "n1", at (1)), "1"), NULL);
  lots_live (lots, live (ROMEO, FALSE, "theirs", "2", at (2)));
  lots_live (lots, live (ROMEO, TRUE, "ours", NULL, at (3)));
  lots_live (lots, live (ROMEO, FALSE, "bare", NULL, at (4)));
  forget (lots, ROMEO);
  lots_restart (lots);
  second = lots_bind (lots);
  lots_page (lots, second->id, TRUE, archived (said (ROMEO, FALSE, "theirs", "theirs", at (2)), "2"),
             archived (said (ROMEO, TRUE, "ours", "ours", at (3)), "3"), archived (said (ROMEO, FALSE, "bare", "bare", at (4)), "4"),
             archived (said (ROMEO, FALSE, "missed", "missed", at (5)), "5"), NULL);
  assert_texts (lots, ROMEO, "missed");
}

/* Nobody has seen what was missed while it was deleted. */
static void
test_later_ones_come (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) gap = lots_bind (lots);

  lots_page (lots, gap->id, TRUE, archived (said (ROMEO, FALSE, "r1", "r1", at (1)), "1"), NULL);
  forget (lots, ROMEO);
  lots_live (lots, live (ROMEO, FALSE, "r2", "2", at (2)));
  assert_texts (lots, ROMEO, "r2");
  forget (lots, ROMEO);
  /* Another device's copy, and the same once more from offline storage. */
  lots_live (lots, live (ROMEO, TRUE, "r3", "3", at (3)));
  assert_texts (lots, ROMEO, "r3");
}

/* Somebody who takes an id that was deleted hides nothing of the other one. */
static void
test_ids_of_others (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) first = lots_bind (lots), second = NULL;

  lots_page (lots, first->id, TRUE, archived (said (NURSE, FALSE, "n1", "n1", at (1)), "1"), NULL);
  lots_live (lots, live (ROMEO, TRUE, "same", NULL, at (2)));
  forget (lots, ROMEO);
  second = lots_bind (lots);
  lots_page (lots, second->id, TRUE, archived (said (ROMEO, FALSE, "same", "same", at (3)), "3"), NULL);
  assert_texts (lots, ROMEO, "same");
}

/* A gap that is all below is none for that chat. */
static void
test_gaps (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatGapRow) gap = lots_bind (lots);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) gaps = NULL;

  lots_page (lots, gap->id, FALSE, archived (said (ROMEO, FALSE, "r1", "r1", at (1)), "5"), NULL);
  forget (lots, ROMEO);
  chat_store_load_chat_gaps_async (lots->store, lots->account, ROMEO, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  gaps = chat_store_load_chat_gaps_finish (lots->store, result, NULL);
  g_assert_cmpuint (gaps->len, ==, 0);
}

static void
assert_in_no_file (const char *folder, const char *word)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL), *bytes = NULL;
    gsize length;
    if (g_file_get_contents (path, &bytes, &length, NULL) && memmem (bytes, length, word, strlen (word)) != NULL)
      g_error ("%s is in %s", word, name);
  }
}

static void
test_no_byte (Lots *lots, gconstpointer data)
{
  ChatNewMessage *message = live (ROMEO, FALSE, "r1", NULL, at (1));

  message->raw = g_strdup ("<message><body>sycamore</body></message>");
  g_free (message->text);
  message->text = g_strdup ("under the grove of sycamore");
  lots_live (lots, message);
  lots_live (lots, changing (said (ROMEO, FALSE, "r2", "sycamore again", at (2)), CHAT_NEW_CORRECTION, "r1"));
  lots_live (lots, changing (said (ROMEO, FALSE, "r3", "sycamore waits", at (2)), CHAT_NEW_CORRECTION, "unknown"));
  forget (lots, ROMEO);
  lots_restart (lots);
  assert_in_no_file (lots->folder, "sycamore");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  LOTS_TEST ("/store/forget/older-pages/W-28", test_older_pages);
  LOTS_TEST ("/store/forget/next-gap/W-28", test_next_gap);
  LOTS_TEST ("/store/forget/later-ones-come/W-28", test_later_ones_come);
  LOTS_TEST ("/store/forget/ids-of-others/W-28/S-17", test_ids_of_others);
  LOTS_TEST ("/store/forget/gaps/W-28", test_gaps);
  LOTS_TEST ("/store/forget/no-byte/W-28", test_no_byte);
  return g_test_run ();
}
