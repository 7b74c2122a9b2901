/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-search-db.h"

#include "chat-search-tokens.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>

#define VERSION 1

/* stale: 1: has words that are no longer said, 2: has none any more, but the log may. */
static const char schema[] =
  "BEGIN;"
  "CREATE TABLE search.block ("
  "  id INTEGER PRIMARY KEY, last INTEGER NOT NULL, min_time INTEGER NOT NULL, max_time INTEGER NOT NULL,"
  "  parts INTEGER NOT NULL DEFAULT 0, stale INTEGER NOT NULL DEFAULT 0) STRICT;"
  "PRAGMA search.user_version = 1;"
  "COMMIT";

static char *
search_path (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  return g_build_filename (folder, "search.db", NULL);
}

ChatDb *
chat_search_db_new (GError **error)
{
  return chat_db_open (":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI, error);
}

static gboolean
attach (ChatDb *db, const char *path, const char *name, gboolean writes, GError **error)
{
  g_autofree char *escaped = g_uri_escape_string (path, "/", TRUE);
  g_autofree char *uri = g_strdup_printf ("file:%s?mode=%s", escaped, writes ? "rw" : "ro");
  g_autofree char *sql = g_strdup_printf ("ATTACH ? AS %s", name);

  return chat_db_run (db, error, sql, "s", uri);
}

gboolean
chat_search_db_is_attached (ChatDb *db)
{
  return sqlite3_db_filename (chat_db_handle (db), "search") != NULL;
}

void
chat_search_db_detach (ChatDb *db)
{
  if (chat_search_db_is_attached (db))
    chat_db_run (db, NULL, "DETACH search", "");
}

void
chat_search_db_delete (const char *path)
{
  static const char *const companions[] = { "", "-wal", "-shm" };
  g_autofree char *name = search_path (path);

  for (gsize i = 0; i < G_N_ELEMENTS (companions); i++) {
    g_autofree char *file = g_strconcat (name, companions[i], NULL);
    g_unlink (file);
  }
}

/* SQLite gives its companions the mode of the database itself. */
static void
make_file (const char *path)
{
  g_autofree char *name = search_path (path);
  int fd = g_open (name, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd >= 0)
    g_close (fd, NULL);
  g_chmod (name, 0600);
}

/* What is lost with the power is made again, so only a checkpoint waits for the disk. */
static gboolean
make_index (ChatDb *db, gint64 *version, GError **error)
{
  return chat_db_exec (db,
                       "PRAGMA search.secure_delete = ON;"
                       "PRAGMA search.journal_mode = WAL;"
                       "PRAGMA search.journal_size_limit = 4194304;"
                       "PRAGMA search.cache_size = -4096;"
                       "PRAGMA search.synchronous = NORMAL", error)
         && chat_db_int64 (db, version, 0, error, "PRAGMA search.user_version", "")
         && (*version != 0 || chat_db_exec (db, schema, error));
}

static gboolean
attach_index (ChatDb *db, const char *path, GError **error)
{
  g_autofree char *name = search_path (path);
  gint64 version = 0;

  make_file (path);
  if (!attach (db, name, "search", TRUE, error) || !make_index (db, &version, error))
    return FALSE;
  if (version == 0 || version == VERSION)
    return TRUE;
  chat_search_db_detach (db);
  chat_search_db_delete (path);
  make_file (path);
  return attach (db, name, "search", TRUE, error) && make_index (db, &version, error);
}

/* Without an index everything is still found by looking at all of it. */
static void
attach_to_read (ChatDb *db, const char *path)
{
  g_autofree char *name = search_path (path);
  gint64 version = 0;

  if (attach (db, name, "search", FALSE, NULL)
      && (!chat_db_int64 (db, &version, 0, NULL, "PRAGMA search.user_version", "") || version != VERSION))
    chat_search_db_detach (db);
}

gboolean
chat_search_db_attach (ChatDb *db, const char *path, gboolean writes, GError **error)
{
  if (sqlite3_db_filename (chat_db_handle (db), "chat") == NULL
      && (!attach (db, path, "chat", FALSE, error)
          || !chat_db_exec (db, "PRAGMA temp_store = MEMORY", error)
          || !chat_search_register_tokenizer (db, error)))
    return FALSE;
  if (chat_search_db_is_attached (db))
    return TRUE;
  if (writes)
    return attach_index (db, path, error);
  attach_to_read (db, path);
  return TRUE;
}

GArray *
chat_search_db_blocks (ChatDb *db, GError **error)
{
  g_autoptr (GArray) blocks = g_array_new (FALSE, FALSE, sizeof (ChatSearchBlock));
  sqlite3_stmt *s;
  int step;

  if (!chat_search_db_is_attached (db))
    return g_steal_pointer (&blocks);
  s = chat_db_query (db, error, "SELECT id, last, min_time, max_time, parts FROM search.block ORDER BY id", "");
  while ((step = chat_db_step (db, s, error)) > 0) {
    ChatSearchBlock block = {
      sqlite3_column_int64 (s, 0), sqlite3_column_int64 (s, 1), sqlite3_column_int64 (s, 2), sqlite3_column_int64 (s, 3),
      sqlite3_column_int (s, 4),
    };
    g_array_append_val (blocks, block);
  }
  return step == 0 ? g_steal_pointer (&blocks) : NULL;
}

gint64
chat_search_block_end (gint64 block)
{
  return (block << CHAT_SEARCH_BLOCK_BITS) + CHAT_SEARCH_BLOCK_SIZE - 1;
}
