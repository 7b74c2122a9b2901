/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-search-build.h"

#include "chat-search-text.h"
#include "xmpp-fault-point.h"

#include <gio/gio.h>

/* FTS5 never lets go of a word: "delete" only writes that it is gone, and even what was merged can be read in the file. So a
 * block that lost something is written anew, which is why there are blocks. For words that were replaced by an edit that is
 * not done at once: earlier versions are kept beside the message anyway. They go when the block is full and is put in order. */

#define PART 4096                /* messages of a block that are written at once, but for a whole one */
#define CHANGES 1000
#define MEMORY "8388608"         /* for a whole block, so that it becomes one piece */

typedef struct {
  ChatDb *db;
  const int *stop;
  ChatSearchBlock block;
  guint n;
} Work;

static gboolean
is_stopped (Work *work, GError **error)
{
  if (g_atomic_int_get (work->stop) == 0)
    return FALSE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Stopped");
  return TRUE;
}

static gboolean
begin (ChatDb *db, GError **error)
{
  return chat_db_run (db, error, "BEGIN", "");
}

/* good: what was to be done, was. */
static gboolean
end (ChatDb *db, gboolean good, GError **error)
{
  if (good && chat_db_run (db, error, "COMMIT", ""))
    return TRUE;
  if (!sqlite3_get_autocommit (chat_db_handle (db)))
    chat_db_exec (db, "ROLLBACK", NULL);
  return FALSE;
}

/* -- a block -------------------------------------------------------------------------------------------------------- */

static gboolean
make_table (Work *work, GError **error)
{
  gint64 id = work->block.id;
  g_autofree char *sql = g_strdup_printf (
    "CREATE VIRTUAL TABLE search.text_%" G_GINT64_FORMAT " USING fts5 (text, words, content = '', columnsize = 0, detail = none,"
    " tokenize = 'stonechat');"
    "INSERT INTO search.text_%" G_GINT64_FORMAT " (text_%" G_GINT64_FORMAT ", rank) VALUES ('hashsize', " MEMORY ")", id, id, id);

  return chat_db_exec (work->db, sql, error);
}

static gboolean
empty_table (Work *work, GError **error)
{
  gint64 id = work->block.id;
  g_autofree char *sql = g_strdup_printf ("INSERT INTO search.text_%" G_GINT64_FORMAT " (text_%" G_GINT64_FORMAT ") VALUES ('delete-all')",
                                          id, id);

  work->block.last = 0;
  work->block.parts = 0;
  return chat_db_exec (work->db, sql, error);
}

#define COLUMNS "m.id, m.time, m.own, m.conversation, c.account, m.text"
#define TABLES " FROM chat.message m JOIN chat.conversation c ON c.id = m.conversation"

/* What the filters ask for are words too. */
static char *
make_words (sqlite3_stmt *s)
{
  return g_strdup_printf ("\1c%" G_GINT64_FORMAT " \1a%" G_GINT64_FORMAT "%s%s", (gint64) sqlite3_column_int64 (s, 3),
                          (gint64) sqlite3_column_int64 (s, 4), sqlite3_column_int (s, 2) ? " \1o" : "",
                          chat_search_has_link ((const char *) sqlite3_column_text (s, 5)) ? " \1l" : "");
}

static gboolean
insert (Work *work, sqlite3_stmt *s, const char *sql, GError **error)
{
  const char *text = (const char *) sqlite3_column_text (s, 5);
  g_autofree char *words = NULL, *spaced = NULL;

  if (text == NULL)
    return TRUE;
  work->n++;
  words = make_words (s);
  /* Only a list of words begins like that. */
  if (*text == '\1')
    spaced = g_strconcat (" ", text, NULL);
  return chat_db_run (work->db, error, sql, "lss", (gint64) sqlite3_column_int64 (s, 0), spaced != NULL ? spaced : text, words);
}

static void
note_time (ChatSearchBlock *block, gint64 time)
{
  block->min_time = MIN (block->min_time, time);
  block->max_time = MAX (block->max_time, time);
}

static char *
insert_sql (gint64 block)
{
  return g_strdup_printf ("INSERT INTO search.text_%" G_GINT64_FORMAT " (rowid, text, words) VALUES (?, ?, ?)", block);
}

static gboolean
add_messages (Work *work, gint64 upto, GError **error)
{
  ChatSearchBlock *block = &work->block;
  g_autofree char *sql = insert_sql (block->id);
  sqlite3_stmt *s = chat_db_query (work->db, error, "SELECT " COLUMNS TABLES " WHERE m.id > ? AND m.id <= ? ORDER BY m.id", "ll",
                                   MAX (block->last, (block->id << CHAT_SEARCH_BLOCK_BITS) - 1), upto);
  int step;

  while ((step = chat_db_step (work->db, s, error)) > 0) {
    note_time (block, sqlite3_column_int64 (s, 1));
    if (is_stopped (work, error) || !insert (work, s, sql, error)) {
      sqlite3_reset (s);
      return FALSE;
    }
  }
  return step == 0;
}

static gboolean
write_block (Work *work, int stale, GError **error)
{
  const ChatSearchBlock *block = &work->block;

  return chat_db_run (work->db, error,
                      "INSERT OR REPLACE INTO search.block (id, last, min_time, max_time, parts, stale) VALUES (?, ?, ?, ?, ?, ?)",
                      "llllii", block->id, block->last, block->min_time, block->max_time, block->parts, stale);
}

/* upto: the last row of the part. stale: of the block, when that is done. */
static gboolean
extend (Work *work, gint64 upto, int stale, GError **error)
{
  if (!add_messages (work, upto, error))
    return FALSE;
  work->block.last = upto;
  work->block.parts++;
  XMPP_FAULT_POINT ("search-before-commit");
  return write_block (work, stale, error);
}

/* -- the steps ------------------------------------------------------------------------------------------------------ */

static gboolean
rebuild (Work *work, GError **error)
{
  gint64 last = work->block.last;

  work->block.min_time = G_MAXINT64;
  work->block.max_time = G_MININT64;
  return begin (work->db, error)
         && end (work->db, empty_table (work, error) && extend (work, last, 2, error), error);
}

static gboolean
read_block (ChatDb *db, const char *where, gint64 number, ChatSearchBlock *block, gboolean *found, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id, last, min_time, max_time, parts FROM search.block WHERE %s = ? LIMIT 1", where);
  sqlite3_stmt *s = chat_db_query (db, error, sql, "l", number);
  int step = chat_db_step (db, s, error);

  *found = step > 0;
  if (step > 0) {
    *block = (ChatSearchBlock) {
      sqlite3_column_int64 (s, 0), sqlite3_column_int64 (s, 1), sqlite3_column_int64 (s, 2), sqlite3_column_int64 (s, 3),
      sqlite3_column_int (s, 4),
    };
    sqlite3_reset (s);
  }
  return step >= 0;
}

static gboolean
add_again (Work *work, gint64 message, GError **error)
{
  g_autofree char *sql = NULL;
  gboolean found, good = TRUE;
  sqlite3_stmt *s;
  int step;

  if (!read_block (work->db, "id", message >> CHAT_SEARCH_BLOCK_BITS, &work->block, &found, error))
    return FALSE;
  if (!found || message > work->block.last)
    return TRUE;
  s = chat_db_query (work->db, error, "SELECT " COLUMNS TABLES " WHERE m.id = ?", "l", message);
  step = chat_db_step (work->db, s, error);
  if (step <= 0)
    return step == 0;
  sql = insert_sql (work->block.id);
  good = insert (work, s, sql, error);
  sqlite3_reset (s);
  /* It is put in order once it is full. */
  work->block.parts++;
  return good && chat_db_run (work->db, error, "UPDATE search.block SET parts = parts + 1 WHERE id = ?", "l", work->block.id);
}

static gboolean
take_change (Work *work, gint64 what, GError **error)
{
  return what >= 0 ? add_again (work, what, error)
                   : chat_db_run (work->db, error, "UPDATE search.block SET stale = 1 WHERE id = ?", "l", -1 - what);
}

static gboolean
read_changes (Work *work, GArray *changes, gint64 *last, GError **error)
{
  sqlite3_stmt *s = chat_db_query (work->db, error, "SELECT what, id FROM chat.search_change ORDER BY id LIMIT ?", "i", CHANGES);
  int step;

  while ((step = chat_db_step (work->db, s, error)) > 0) {
    gint64 what = sqlite3_column_int64 (s, 0);
    g_array_append_val (changes, what);
    *last = sqlite3_column_int64 (s, 1);
  }
  return step == 0;
}

static gboolean
take_changes (Work *work, ChatSearchStep *step, GError **error)
{
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean good = TRUE;

  if (!read_changes (work, changes, &step->change, error) || changes->len == 0)
    return changes->len == 0;
  if (!begin (work->db, error))
    return FALSE;
  for (guint i = 0; i < changes->len && good; i++)
    good = take_change (work, g_array_index (changes, gint64, i), error);
  if (!end (work->db, good, error))
    return FALSE;
  step->more = TRUE;
  return TRUE;
}

/* The log still has the pages as they were. */
static gboolean
empty_log (ChatDb *db, ChatSearchStep *step, GError **error)
{
  gint64 n, busy;

  if (!chat_db_int64 (db, &n, 0, error, "SELECT count (*) FROM search.block WHERE stale = 2", ""))
    return FALSE;
  if (n == 0)
    return TRUE;
  if (!chat_db_int64 (db, &busy, 1, error, "PRAGMA search.wal_checkpoint (TRUNCATE)", ""))
    return FALSE;
  step->blocked = busy != 0;
  step->emptied = busy == 0;
  return busy != 0 || chat_db_run (db, error, "UPDATE search.block SET stale = 0 WHERE stale = 2", "");
}

/* The newest block that lacks messages; FALSE in found: none does. */
static gboolean
find_work (ChatDb *db, gint64 last, ChatSearchBlock *block, gboolean *found, GError **error)
{
  g_autoptr (GArray) blocks = chat_search_db_blocks (db, error);
  guint n;

  *found = FALSE;
  if (blocks == NULL)
    return FALSE;
  n = blocks->len;
  for (gint64 id = last >> CHAT_SEARCH_BLOCK_BITS; id >= 0 && !*found; id--) {
    *block = (ChatSearchBlock) { .id = id, .min_time = G_MAXINT64, .max_time = G_MININT64 };
    while (n > 0 && g_array_index (blocks, ChatSearchBlock, n - 1).id > id)
      n--;
    if (n > 0 && g_array_index (blocks, ChatSearchBlock, n - 1).id == id)
      *block = g_array_index (blocks, ChatSearchBlock, --n);
    *found = block->last < MIN (last, chat_search_block_end (id));
  }
  return TRUE;
}

static gboolean
add_new (Work *work, ChatSearchStep *step, GError **error)
{
  gint64 last, block_end, upto;
  gboolean found;

  if (!chat_db_int64 (work->db, &last, -1, error, "SELECT max (id) FROM chat.message", "")
      || !find_work (work->db, last, &work->block, &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  block_end = chat_search_block_end (work->block.id);
  upto = MIN (last, block_end);
  if (work->block.parts > 0)
    upto = MIN (upto, work->block.last + PART);
  if (!begin (work->db, error)
      || !end (work->db, (work->block.parts > 0 || make_table (work, error))
               && extend (work, upto, upto == block_end && work->block.parts > 0, error), error))
    return FALSE;
  step->more = TRUE;
  return TRUE;
}

gboolean
chat_search_build_step (ChatDb *db, const int *stop, ChatSearchStep *step, GError **error)
{
  Work work = { .db = db, .stop = stop };
  gboolean found, good;

  *step = (ChatSearchStep) { 0 };
  if (!take_changes (&work, step, error))
    return FALSE;
  if (step->more)
    return TRUE;
  if (!read_block (db, "stale", 1, &work.block, &found, error))
    return FALSE;
  if (found) {
    step->more = TRUE;
    good = rebuild (&work, error);
  } else {
    good = empty_log (db, step, error) && add_new (&work, step, error);
  }
  step->n_indexed = work.n;
  return good;
}
