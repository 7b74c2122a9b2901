/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-opened.h"

#include "chat-error.h"
#include "chat-migrate.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* From a path to a pair of sound connections, or a reason why not.
 *
 *   newer version ──► error, nothing touched
 *   can't be written ──► what is there can be read, nothing is written
 *   damaged ──► moved aside with the date in its name, a fresh one is begun
 */

static const char *const companions[] = { "", "-wal", "-shm" };

/* SQLite gives its companions the mode of the database itself. */
static gboolean
make_files (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return chat_db_set_error (error, errno == ENOSPC ? SQLITE_FULL : SQLITE_READONLY, "");
  g_chmod (folder, 0700);
  fd = g_open (path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return chat_db_set_error (error, errno == ENOSPC || errno == EDQUOT ? SQLITE_FULL : SQLITE_READONLY, "");
  g_close (fd, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (companions); i++) {
    g_autofree char *file = g_strconcat (path, companions[i], NULL);
    g_chmod (file, 0600);
  }
  return TRUE;
}

static char *
suspect_name (const char *path)
{
  return g_strconcat (path, "-suspect", NULL);
}

void
chat_opened_suspect (const char *path)
{
  g_autofree char *name = suspect_name (path);
  int fd = g_open (name, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

  if (fd >= 0)
    g_close (fd, NULL);
}

static gboolean
check_if_suspect (ChatDb *db, const char *path, GError **error)
{
  g_autofree char *name = suspect_name (path);
  sqlite3_stmt *statement;
  gboolean sound;

  if (!g_file_test (name, G_FILE_TEST_EXISTS))
    return TRUE;
  statement = chat_db_query (db, error, "PRAGMA integrity_check (1)", "");
  if (chat_db_step (db, statement, error) <= 0)
    return FALSE;
  sound = g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "ok") == 0;
  sqlite3_reset (statement);
  if (!sound)
    return chat_db_set_error (error, SQLITE_CORRUPT, "");
  g_unlink (name);
  return TRUE;
}

static ChatDb *
open_writer (const char *path, const char *const *scripts, GError **error)
{
  g_autoptr (ChatDb) db = NULL;
  gint64 version;

  if (!chat_migrate_peek_version (path, &version, error))
    return NULL;
  if (version > g_strv_length ((char **) scripts)) {
    chat_migrate_set_newer_error (error);
    return NULL;
  }
  if (!make_files (path, error))
    return NULL;
  db = chat_db_open (path, SQLITE_OPEN_READWRITE, error);
  if (db == NULL)
    return NULL;
  if (sqlite3_db_readonly (chat_db_handle (db), "main")) {
    chat_db_set_error (error, SQLITE_READONLY, "");
    return NULL;
  }
  /* Until it is known to be ours, closing must not move a log into it. */
  sqlite3_db_config (chat_db_handle (db), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  if (!check_if_suspect (db, path, error) || !chat_migrate_check (db, scripts, error))
    return NULL;
  sqlite3_db_config (chat_db_handle (db), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  if (!chat_db_exec (db,
                     "PRAGMA temp_store = MEMORY;"
                     "PRAGMA secure_delete = ON;"
                     "PRAGMA journal_mode = WAL;"
                     "PRAGMA journal_size_limit = 4194304;"
                     "PRAGMA wal_autocheckpoint = 4000;"
                     "PRAGMA cache_size = -8192;"
                     "PRAGMA synchronous = FULL", error)
      || !chat_migrate (db, path, scripts, error)
      || !chat_db_exec (db, "PRAGMA foreign_keys = ON", error))
    return NULL;
  return g_steal_pointer (&db);
}

static ChatDb *
open_reader (const char *path, gboolean immutable, GError **error)
{
  g_autofree char *escaped = g_uri_escape_string (path, "/", TRUE);
  g_autofree char *uri = g_strdup_printf ("file:%s%s", escaped, immutable ? "?immutable=1" : "");
  g_autoptr (ChatDb) db = chat_db_open (uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, error);

  if (db == NULL || !chat_db_exec (db, "PRAGMA temp_store = MEMORY; SELECT count(*) FROM sqlite_schema", error))
    return NULL;
  return g_steal_pointer (&db);
}

/* Nothing can be written: what is there can still be read, if it is of this version. */
static gboolean
open_read_only (ChatOpened *self, const char *path, const char *const *scripts, GError **error)
{
  gint64 version;

  if (!chat_migrate_peek_version (path, &version, error))
    return FALSE;
  if (version != g_strv_length ((char **) scripts))
    return chat_db_set_error (error, SQLITE_READONLY, "");
  for (int immutable = 0; immutable < 2; immutable++) {
    g_clear_pointer (&self->writer, chat_db_close);
    g_clear_error (error);
    self->writer = open_reader (path, immutable, error);
    self->reader = self->writer != NULL ? open_reader (path, immutable, error) : NULL;
    if (self->reader != NULL)
      break;
  }
  self->read_only = TRUE;
  self->notice = g_strdup (_("The messages’ folder can’t be written to. You can read, but nothing new is kept."));
  return self->reader != NULL;
}

static gboolean
move_aside (const char *path, char **name, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y-%m-%d-%H%M%S");
  g_autofree char *suspect = suspect_name (path);
  g_autofree char *target = g_strdup_printf ("%s.damaged-%s", path, stamp);

  for (guint i = 2; g_file_test (target, G_FILE_TEST_EXISTS); i++) {
    g_free (target);
    target = g_strdup_printf ("%s.damaged-%s-%u", path, stamp, i);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (companions); i++) {
    g_autofree char *from = g_strconcat (path, companions[i], NULL);
    g_autofree char *to = g_strconcat (target, companions[i], NULL);
    if (g_rename (from, to) != 0 && errno != ENOENT)
      return chat_db_set_error (error, SQLITE_READONLY, "");
  }
  g_unlink (suspect);
  *name = g_steal_pointer (&target);
  return TRUE;
}

static gboolean
open_both (ChatOpened *self, const char *path, const char *const *scripts, GError **error)
{
  self->writer = open_writer (path, scripts, error);
  if (self->writer == NULL)
    return FALSE;
  self->reader = open_reader (path, FALSE, error);
  return self->reader != NULL;
}

ChatOpened *
chat_opened_new (const char *path, const char *const *scripts, GError **error)
{
  g_autoptr (ChatOpened) self = g_new0 (ChatOpened, 1);
  g_autoptr (GError) first = NULL;
  g_autofree char *aside = NULL;
  g_autofree char *base = NULL;

  if (open_both (self, path, scripts, &first))
    return g_steal_pointer (&self);
  g_clear_pointer (&self->writer, chat_db_close);
  if (g_error_matches (first, CHAT_ERROR, CHAT_ERROR_STORE_READ_ONLY) && g_file_test (path, G_FILE_TEST_EXISTS))
    return open_read_only (self, path, scripts, error) ? g_steal_pointer (&self) : NULL;
  if (!g_error_matches (first, CHAT_ERROR, CHAT_ERROR_STORE_CORRUPT)) {
    g_propagate_error (error, g_steal_pointer (&first));
    return NULL;
  }
  if (!move_aside (path, &aside, error) || !open_both (self, path, scripts, error))
    return NULL;
  base = g_path_get_basename (aside);
  self->notice = g_strdup_printf (_("The stored messages were damaged. They were kept as “%s”, and an empty history was begun."), base);
  return g_steal_pointer (&self);
}

void
chat_opened_free (ChatOpened *self)
{
  g_clear_pointer (&self->reader, chat_db_close);
  g_clear_pointer (&self->writer, chat_db_close);
  g_free (self->notice);
  g_free (self);
}
