/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-search-text.h"
#include "chat-store-talk.h"

G_BEGIN_DECLS

/* Searching, in a thread of its own beside the reader's. A call that is cancelled ends at once, also in the middle. All of
 * what is stored is found, what the index does not have yet too, but where it has still to be made (incomplete). */

typedef struct {
  char *text;                /* nullable: see ChatPattern */
  gint64 account;            /* 0: all */
  gint64 conversation;       /* 0: all */
  char *person;              /* nullable: bare JID, in any account: what they wrote; with mine, what was written to them */
  gint64 from, to;           /* µs, from <= time < to; to 0: open */
  gboolean has_link;
  gboolean mine;
  guint limit;
  gint64 before_time, before_id;     /* the last of the page before, by its server's or our stamp; 0: from the newest */
} ChatSearchQuery;
ChatSearchQuery *chat_search_query_copy (const ChatSearchQuery *query);
void             chat_search_query_free (ChatSearchQuery *query);
/* Nothing is asked for. */
gboolean         chat_search_query_is_empty (const ChatSearchQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatSearchQuery, chat_search_query_free)

typedef struct {
  ChatMessageRow *message;
  gint64 account;
  char *jid;                 /* of the chat, bare */
  GArray *ranges;            /* of ChatRange: what was looked for, in its text */
} ChatSearchRow;
void chat_search_row_free (ChatSearchRow *row);

typedef struct {
  GPtrArray *rows;           /* of ChatSearchRow, by time and id, newest first */
  gboolean more;
  gint64 total;              /* with the later pages; -1: not counted */
  gboolean incomplete;       /* the index is being made: there may be others */
} ChatSearchPage;
void chat_search_page_free (ChatSearchPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatSearchPage, chat_search_page_free)

void            chat_store_search_async  (ChatStore *self, const ChatSearchQuery *query, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
ChatSearchPage *chat_store_search_finish (ChatStore *self, GAsyncResult *result, GError **error);

/* Every message of the chat that has the whole text in it: an array of ChatFoundPlace, in their order. newest: only the last one,
 * where that is among the last thousand of the chat, at once. */
typedef struct { gint64 id, position; } ChatFoundPlace;
void    chat_store_find_async  (ChatStore *self, gint64 conversation, const char *text, gboolean newest, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GArray *chat_store_find_finish (ChatStore *self, GAsyncResult *result, GError **error);

/* The days of the chat that have messages, of those that are in from <= time < to (to 0: open): an array of ChatDay, by
 * date. Days are those of the local time. */
typedef struct {
  GDate date;
  gint64 first, position;    /* the message that comes first in the order of that day */
  guint n;
} ChatDay;
void    chat_store_days_async  (ChatStore *self, gint64 conversation, gint64 from, gint64 to, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GArray *chat_store_days_finish (ChatStore *self, GAsyncResult *result, GError **error);

/* The message of the chat that has this id in the archive, else the first of that time or later: an array of one ChatFoundPlace,
 * or of none. */
void    chat_store_find_archived_async  (ChatStore *self, gint64 conversation, const char *archive_id, gint64 time, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GArray *chat_store_find_archived_finish (ChatStore *self, GAsyncResult *result, GError **error);

/* Tests and benches: the index follows that many ms after a write; TRUE while it has something to do. */
void     chat_store_set_index_delay (ChatStore *self, guint milliseconds);
gboolean chat_store_is_indexing     (ChatStore *self);

G_END_DECLS
