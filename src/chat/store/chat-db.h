/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* One connection to the database, used by one thread only, with its prepared statements. */
typedef struct _ChatDb ChatDb;

/* SQLite's result code as CHAT_ERROR_STORE_…, with its message. Gives FALSE. */
gboolean      chat_db_set_error (GError **error, int code, const char *message);

ChatDb       *chat_db_open    (const char *path, int flags, GError **error);
void          chat_db_close   (ChatDb *self);
sqlite3      *chat_db_handle  (ChatDb *self);

/* Several statements without results. */
gboolean      chat_db_exec    (ChatDb *self, const char *sql, GError **error);

/* Binds the arguments: "i" int, "l" gint64, "s" const char * (NULL: null), "z" gint64 where 0 is null. The statement is
 * kept for the next call with the same text. NULL on failure. */
sqlite3_stmt *chat_db_query   (ChatDb *self, GError **error, const char *sql, const char *format, ...);
/* 1: a row, 0: the end, -1: failed. After the end or a failure the statement is reset. */
int           chat_db_step    (ChatDb *self, sqlite3_stmt *statement, GError **error);
/* The same as query and step to the end. */
gboolean      chat_db_run     (ChatDb *self, GError **error, const char *sql, const char *format, ...);
/* The first column of the only row; fallback where there is none. */
gboolean      chat_db_int64   (ChatDb *self, gint64 *value, gint64 fallback, GError **error, const char *sql, const char *format, ...);
char         *chat_db_dup_text (sqlite3_stmt *statement, int column);      /* nullable; made valid UTF-8 */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatDb, chat_db_close)

G_END_DECLS
