/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-migrate.h"

#include "chat-error.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <fcntl.h>
#include <unistd.h>

/* PRAGMA user_version says which numbered SQL file was the last one that ran. */

#define SCRIPTS "/im/stonechat/chat/sql"

extern GResource *chat_sql_get_resource (void);

gboolean
chat_migrate_set_newer_error (GError **error)
{
  g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_STORE_NEWER,
                       _("The messages were stored by a newer version of Stonechat. Please update Stonechat to read them."));
  return FALSE;
}

char **
chat_migrate_load_scripts (void)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 1;; i++) {
    g_autofree char *path = g_strdup_printf (SCRIPTS "/%03u.sql", i);
    g_autoptr (GBytes) bytes = g_resource_lookup_data (chat_sql_get_resource (), path, 0, NULL);
    g_autofree char *text = NULL;

    if (bytes == NULL)
      return g_strv_builder_end (builder);
    text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    g_strv_builder_add (builder, text);
  }
}

static guint32
read_uint32 (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

gboolean
chat_migrate_peek_version (const char *path, gint64 *version, GError **error)
{
  /* https://sqlite.org/fileformat.html §1.3: user version at 60, application id at 68. */
  guint8 header[100];
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  gssize length;

  *version = 0;
  if (fd < 0)
    return TRUE;
  length = read (fd, header, sizeof header);
  g_close (fd, NULL);
  if (length == 0)
    return TRUE;
  if (length < (gssize) sizeof header || memcmp (header, "SQLite format 3", 16) != 0)
    return chat_db_set_error (error, SQLITE_NOTADB, "");
  *version = read_uint32 (header + 60);
  if (*version != 0 && read_uint32 (header + 68) != CHAT_MIGRATE_APPLICATION_ID)
    return chat_db_set_error (error, SQLITE_NOTADB, "");
  return TRUE;
}

/* ok: the only row of PRAGMA quick_check. */
static gboolean
check_sound (ChatDb *db, GError **error)
{
  sqlite3_stmt *statement = chat_db_query (db, error, "PRAGMA quick_check (1)", "");
  int step = chat_db_step (db, statement, error);
  gboolean sound = step > 0 && g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "ok") == 0;

  if (step > 0)
    sqlite3_reset (statement);
  if (step > 0 && !sound)
    chat_db_set_error (error, SQLITE_CORRUPT, "");
  return sound;
}

static gboolean
copy_checked (ChatDb *db, const char *path, gint64 version, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%s.version-%" G_GINT64_FORMAT, path, version);
  g_autoptr (ChatDb) copy = NULL;
  int fd;

  if (!check_sound (db, error))
    return FALSE;
  g_unlink (name);
  fd = g_open (name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (fd >= 0)
    g_close (fd, NULL);
  if (!chat_db_run (db, error, "VACUUM INTO ?", "s", name))
    return FALSE;
  copy = chat_db_open (name, SQLITE_OPEN_READONLY, error);
  return copy != NULL && check_sound (copy, error);
}

static gboolean
run_script (ChatDb *db, const char *script, gint64 version, GError **error)
{
  g_autofree char *pragma = g_strdup_printf ("PRAGMA user_version = %" G_GINT64_FORMAT ";"
                                             "PRAGMA application_id = %d", version, CHAT_MIGRATE_APPLICATION_ID);

  if (!chat_db_exec (db, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (chat_db_exec (db, script, error) && chat_db_exec (db, pragma, error) && chat_db_exec (db, "COMMIT", error))
    return TRUE;
  if (!sqlite3_get_autocommit (chat_db_handle (db)))
    chat_db_exec (db, "ROLLBACK", NULL);
  return FALSE;
}

gboolean
chat_migrate_check (ChatDb *db, const char *const *scripts, GError **error)
{
  gint64 version;

  if (!chat_db_int64 (db, &version, 0, error, "PRAGMA user_version", ""))
    return FALSE;
  return version <= g_strv_length ((char **) scripts) || chat_migrate_set_newer_error (error);
}

gboolean
chat_migrate (ChatDb *db, const char *path, const char *const *scripts, GError **error)
{
  gint64 last = g_strv_length ((char **) scripts);
  gint64 version;

  if (!chat_db_int64 (db, &version, 0, error, "PRAGMA user_version", ""))
    return FALSE;
  if (version > 0 && version < last && !copy_checked (db, path, version, error))
    return FALSE;
  for (; version < last; version++) {
    if (!run_script (db, scripts[version], version + 1, error))
      return FALSE;
  }
  return TRUE;
}
