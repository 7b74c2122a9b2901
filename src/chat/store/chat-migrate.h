/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-db.h"

G_BEGIN_DECLS

/* What is ours in the header of the file: "Stch". */
#define CHAT_MIGRATE_APPLICATION_ID 0x53746368

/* The migrations that this program carries, in order; element i leads to version i + 1. */
char   **chat_migrate_load_scripts (void);
/* Version in the file's header, without SQLite and without touching it; 0: no file yet. */
gboolean chat_migrate_peek_version (const char *path, gint64 *version, GError **error);
/* CHAT_ERROR_STORE_NEWER where the database is from a later version than the last script. */
gboolean chat_migrate_check        (ChatDb *db, const char *const *scripts, GError **error);
/* Brings the database to the last version, each step in a transaction. Where it comes from an older version, a copy is made
 * beside it and checked before. */
gboolean chat_migrate              (ChatDb *db, const char *path, const char *const *scripts, GError **error);
gboolean chat_migrate_set_newer_error (GError **error);   /* gives FALSE */

G_END_DECLS
