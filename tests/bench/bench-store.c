/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-gaps.h"
#include "chat-test.h"

#include <sys/resource.h>

/* CPU time of all threads for each message that goes into the store from pages of an archive, backwards, in 20 chats.
 * The reference is the same rows into a bare table with one index, in the same run. */

#define PAGE 250
#define CHATS 20

static gint64
cpu_time (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static ChatNewMessage *
make_message (guint n)
{
  g_autofree char *jid = g_strdup_printf ("person%u@example.org", n % CHATS);
  ChatNewMessage *new = incoming (jid, NULL, "But soft, what light through yonder window breaks? It is the east, and Juliet is the sun.");

  new->source = CHAT_SOURCE_ARCHIVE;
  new->own = n % 3 == 0;
  new->state = new->own ? CHAT_MESSAGE_SENT : CHAT_MESSAGE_RECEIVED;
  new->stanza_id = g_strdup_printf ("%08x-4f6a-4b3c-9d2e-%012x", n * 2654435761u, n);
  new->archive_id = g_strdup_printf ("%08x-arch-%012x", n * 2246822519u, n);
  new->time = G_GINT64_CONSTANT (1600000000000000) + (gint64) n * G_USEC_PER_SEC;
  new->delayed = TRUE;
  return new;
}

static gint64
open_gap (ChatStore *store, gint64 account)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChatGapRow) gap = NULL;

  chat_store_open_gap_async (store, account, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  gap = chat_store_open_gap_finish (store, result, NULL);
  return gap->id;
}

static gint64
fill (ChatStore *store, gint64 account, guint n)
{
  gint64 gap = open_gap (store, account), made = 0, start = cpu_time ();

  for (guint end = n; end > 0; end -= PAGE) {
    ChatLot *lot = chat_lot_new (account);
    gint64 before = cpu_time ();
    lot->page = g_new0 (ChatPage, 1);
    lot->page->gap = gap;
    for (guint i = end - PAGE; i < end; i++)
      g_ptr_array_add (lot->messages, make_message (i));
    lot->page->first = g_strdup (((ChatNewMessage *) lot->messages->pdata[0])->archive_id);
    lot->page->last = g_strdup (((ChatNewMessage *) lot->messages->pdata[PAGE - 1])->archive_id);
    made += cpu_time () - before;
    chat_added_lot_free (store_add_lot (store, lot, NULL));
  }
  return cpu_time () - start - made;
}

static gint64
fill_bare (const char *folder, guint n)
{
  g_autofree char *path = g_build_filename (folder, "bare.db", NULL);
  g_autoptr (ChatDb) db = chat_db_open (path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
  gint64 start;

  g_assert_true (chat_db_exec (db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                               " CREATE TABLE message (id INTEGER PRIMARY KEY, chat INTEGER, time INTEGER, text TEXT, stanza_id TEXT);"
                               " CREATE INDEX message_stanza ON message (chat, stanza_id)", NULL));
  start = cpu_time ();
  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_strdup_printf ("%08x-4f6a-4b3c-9d2e-%012x", i * 2654435761u, i);
    if (i % PAGE == 0)
      g_assert_true (chat_db_exec (db, "BEGIN", NULL));
    g_assert_true (chat_db_run (db, NULL, "INSERT INTO message (chat, time, text, stanza_id) VALUES (?, ?, ?, ?)", "ilss", (int) (i % CHATS),
                                (gint64) i, "But soft, what light through yonder window breaks? It is the east, and Juliet is the sun.", id));
    if (i % PAGE == PAGE - 1)
      g_assert_true (chat_db_exec (db, "COMMIT", NULL));
  }
  return cpu_time () - start;
}

int
main (int argc, char *argv[])
{
  guint n = argc > 1 ? atoi (argv[1]) : 100000;
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org");
  double filled, again, bare;

  n -= n % PAGE;
  filled = (double) fill (store, account, n) / n;
  again = (double) fill (store, account, n) / n;
  store_close (store);
  bare = (double) fill_bare (folder, n) / n;
  g_print ("%u messages in pages of %u: %.1f µs of CPU each, %.1f µs where they are known; a bare table with an index %.1f µs: ratio %.2f\n",
           n, PAGE, filled, again, bare, filled / bare);
  return 0;
}
