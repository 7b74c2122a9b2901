/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-db.h"

#include "chat-error.h"

#include <glib/gi18n-lib.h>
#include <stdarg.h>

/* A thin layer over SQLite: errors become GErrors in one place, statements are prepared once. */

struct _ChatDb {
  sqlite3 *handle;
  GHashTable *statements;   /* of the text of a statement to sqlite3_stmt */
};

gboolean
chat_db_set_error (GError **error, int code, const char *message)
{
  switch (code & 0xff) {
  case SQLITE_FULL:
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_STORE_FULL, _("There is no space left on the disk"));
    break;
  case SQLITE_READONLY:
  case SQLITE_PERM:
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_STORE_READ_ONLY, _("The messages’ folder can’t be written to"));
    break;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_STORE_CORRUPT, _("The messages’ database is damaged"));
    break;
  case SQLITE_CONSTRAINT:
    /* It belongs to an account or a chat that was removed while it was on its way. */
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE, _("The account or chat is not there any more"));
    break;
  default:
    g_set_error (error, CHAT_ERROR, CHAT_ERROR_STORE, _("The messages’ database failed: %s"), message);
  }
  return FALSE;
}

static gboolean
set_error (ChatDb *self, GError **error, int code)
{
  return chat_db_set_error (error, code, sqlite3_errmsg (self->handle));
}

ChatDb *
chat_db_open (const char *path, int flags, GError **error)
{
  g_autoptr (ChatDb) self = g_new0 (ChatDb, 1);
  int code;

  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) sqlite3_finalize);
  code = sqlite3_open_v2 (path, &self->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);
  if (code != SQLITE_OK) {
    chat_db_set_error (error, code, self->handle != NULL ? sqlite3_errmsg (self->handle) : sqlite3_errstr (code));
    return NULL;
  }
  sqlite3_extended_result_codes (self->handle, 1);
  sqlite3_busy_timeout (self->handle, 5000);
  return g_steal_pointer (&self);
}

void
chat_db_close (ChatDb *self)
{
  g_hash_table_unref (self->statements);
  sqlite3_close_v2 (self->handle);
  g_free (self);
}

sqlite3 *
chat_db_handle (ChatDb *self)
{
  return self->handle;
}

gboolean
chat_db_exec (ChatDb *self, const char *sql, GError **error)
{
  int code = sqlite3_exec (self->handle, sql, NULL, NULL, NULL);
  return code == SQLITE_OK || set_error (self, error, code);
}

static sqlite3_stmt *
prepare (ChatDb *self, const char *sql, GError **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);
  int code;

  if (statement != NULL) {
    sqlite3_reset (statement);
    sqlite3_clear_bindings (statement);
    return statement;
  }
  code = sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (code != SQLITE_OK) {
    set_error (self, error, code);
    return NULL;
  }
  /* The statement keeps a copy of its text, which serves as key for as long as it lives. */
  g_hash_table_insert (self->statements, (char *) sqlite3_sql (statement), statement);
  return statement;
}

static int
bind_one (sqlite3_stmt *statement, int index, char kind, va_list *args)
{
  gint64 number;

  switch (kind) {
  case 'i':
    return sqlite3_bind_int (statement, index, va_arg (*args, int));
  case 'l':
    return sqlite3_bind_int64 (statement, index, va_arg (*args, gint64));
  case 'z':
    number = va_arg (*args, gint64);
    return number != 0 ? sqlite3_bind_int64 (statement, index, number) : sqlite3_bind_null (statement, index);
  case 's':
    return sqlite3_bind_text (statement, index, va_arg (*args, const char *), -1, SQLITE_TRANSIENT);
  default:
    g_assert_not_reached ();
  }
}

static sqlite3_stmt *
query_va (ChatDb *self, GError **error, const char *sql, const char *format, va_list *args)
{
  sqlite3_stmt *statement = prepare (self, sql, error);

  for (int i = 0; statement != NULL && format[i] != '\0'; i++) {
    int code = bind_one (statement, i + 1, format[i], args);
    if (code != SQLITE_OK) {
      set_error (self, error, code);
      return NULL;
    }
  }
  return statement;
}

sqlite3_stmt *
chat_db_query (ChatDb *self, GError **error, const char *sql, const char *format, ...)
{
  sqlite3_stmt *statement;
  va_list args;

  va_start (args, format);
  statement = query_va (self, error, sql, format, &args);
  va_end (args);
  return statement;
}

int
chat_db_step (ChatDb *self, sqlite3_stmt *statement, GError **error)
{
  int code;

  if (statement == NULL)
    return -1;
  code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    return 1;
  if (code != SQLITE_DONE)
    set_error (self, error, code);
  sqlite3_reset (statement);
  return code == SQLITE_DONE ? 0 : -1;
}

gboolean
chat_db_run (ChatDb *self, GError **error, const char *sql, const char *format, ...)
{
  sqlite3_stmt *statement;
  va_list args;
  int step;

  va_start (args, format);
  statement = query_va (self, error, sql, format, &args);
  va_end (args);
  do
    step = chat_db_step (self, statement, error);
  while (step > 0);
  return step == 0;
}

gboolean
chat_db_int64 (ChatDb *self, gint64 *value, gint64 fallback, GError **error, const char *sql, const char *format, ...)
{
  sqlite3_stmt *statement;
  va_list args;
  int step;

  va_start (args, format);
  statement = query_va (self, error, sql, format, &args);
  va_end (args);
  *value = fallback;
  step = chat_db_step (self, statement, error);
  if (step > 0) {
    if (sqlite3_column_type (statement, 0) != SQLITE_NULL)
      *value = sqlite3_column_int64 (statement, 0);
    sqlite3_reset (statement);
  }
  return step >= 0;
}

char *
chat_db_dup_text (sqlite3_stmt *statement, int column)
{
  const char *text = (const char *) sqlite3_column_text (statement, column);

  if (text == NULL)
    return NULL;
  return g_utf8_make_valid (text, sqlite3_column_bytes (statement, column));
}
