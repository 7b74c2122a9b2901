/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-db.h"

G_BEGIN_DECLS

/* The file of the search's index, "search.db" beside "chat.db". It can be made anew at any time from what chat.db has, so
 * it is in no backup, has no migrations, and one that is damaged or of another version is thrown away.
 *
 * The messages are in blocks by their row: each block has a table of its own for FTS5, search.text_N, which knows words
 * only, not the texts. */
#define CHAT_SEARCH_BLOCK_BITS 14
#define CHAT_SEARCH_BLOCK_SIZE (1 << CHAT_SEARCH_BLOCK_BITS)

/* A row of search.block. */
typedef struct {
  gint64 id;                 /* of a message >> CHAT_SEARCH_BLOCK_BITS */
  gint64 last;               /* all messages up to this one are in it */
  gint64 min_time, max_time; /* of them */
  int parts;                 /* that it was written in */
} ChatSearchBlock;

/* A connection without a file of its own: opening costs nothing. */
ChatDb   *chat_search_db_new    (GError **error);
/* In its thread: chat.db comes as "chat", which is only read, and search.db as "search"; once. writes: the index is made
 * where there is none. */
gboolean  chat_search_db_attach (ChatDb *db, const char *path /* of chat.db */, gboolean writes, GError **error);
/* Outside of a transaction. */
void      chat_search_db_detach (ChatDb *db);
/* Its files, after it was detached. */
void      chat_search_db_delete (const char *path);
/* There is no index where this is FALSE. */
gboolean  chat_search_db_is_attached (ChatDb *db);
/* Of ChatSearchBlock, by id. NULL: failed. */
GArray   *chat_search_db_blocks (ChatDb *db, GError **error);
gint64    chat_search_block_end (gint64 block);           /* the last row that can be in it */

G_END_DECLS
