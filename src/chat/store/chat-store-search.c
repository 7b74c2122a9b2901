/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-search.h"

#include "chat-search-db.h"
#include "chat-search-tokens.h"
#include "chat-store-private.h"

#include <string.h>

/* Blocks are searched one after the other, that with the latest message first, until there are enough hits that are later
 * than anything in the blocks that are left. The index only says where something may be: every hit was looked at. */

#define MAX_SCANNED_BLOCKS 2     /* that are not in the index, but new; with more, the index is being made */
#define NEWEST_ROWS 1000
#define MAX_PERSON_CHATS 32      /* that go into the expression */

ChatSearchQuery *
chat_search_query_copy (const ChatSearchQuery *query)
{
  ChatSearchQuery *copy = g_memdup2 (query, sizeof *query);

  copy->text = g_strdup (query->text);
  copy->person = g_strdup (query->person);
  return copy;
}

void
chat_search_query_free (ChatSearchQuery *query)
{
  g_free (query->text);
  g_free (query->person);
  g_free (query);
}

gboolean
chat_search_query_is_empty (const ChatSearchQuery *query)
{
  g_autoptr (ChatPattern) pattern = chat_pattern_new (query->text != NULL ? query->text : "");

  return chat_pattern_is_empty (pattern) && !query->has_link && !query->mine && query->person == NULL && query->from == 0
         && query->to == 0;
}

void
chat_search_row_free (ChatSearchRow *row)
{
  chat_message_row_free (row->message);
  g_free (row->jid);
  g_clear_pointer (&row->ranges, g_array_unref);
  g_free (row);
}

void
chat_search_page_free (ChatSearchPage *page)
{
  g_ptr_array_unref (page->rows);
  g_free (page);
}

/* -- one search ----------------------------------------------------------------------------------------------------- */

typedef struct { gint64 time, id, position; } Hit;

typedef struct {
  ChatDb *db;
  const ChatSearchQuery *query;
  ChatPattern *pattern;
  GHashTable *chats;         /* nullable: ids of conversations that count */
  GString *expression;       /* for MATCH; empty: everything */
  ChatFolded folded;
  GArray *hits;              /* of Hit */
} Search;

static void
search_clear (Search *search)
{
  g_clear_pointer (&search->pattern, chat_pattern_free);
  g_clear_pointer (&search->chats, g_hash_table_unref);
  if (search->expression != NULL)
    g_string_free (search->expression, TRUE);
  chat_folded_clear (&search->folded);
  g_clear_pointer (&search->hits, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static gboolean
read_chats (Search *search, GError **error)
{
  const ChatSearchQuery *query = search->query;
  sqlite3_stmt *s;
  int step;

  if (query->conversation == 0 && query->account == 0 && query->person == NULL)
    return TRUE;
  search->chats = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  s = chat_db_query (search->db, error,
                     "SELECT id FROM chat.conversation WHERE (?1 IS NULL OR id = ?1) AND (?2 IS NULL OR account = ?2)"
                     " AND (?3 IS NULL OR jid = ?3)", "zzs", query->conversation, query->account, query->person);
  while ((step = chat_db_step (search->db, s, error)) > 0) {
    gint64 id = sqlite3_column_int64 (s, 0);
    g_hash_table_add (search->chats, g_memdup2 (&id, sizeof id));
  }
  return step == 0;
}

static void
add_number (GString *expression, char kind, gint64 number)
{
  char word[32];

  g_snprintf (word, sizeof word, "\1%c%" G_GINT64_FORMAT, kind, number);
  chat_search_add_word (expression, word);
}

static void
add_chats (Search *search)
{
  GHashTableIter iter;
  gpointer key;
  const char *before = search->expression->len > 0 ? " AND (" : "(";

  g_hash_table_iter_init (&iter, search->chats);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    g_string_append_printf (search->expression, "%s\"\1c%" G_GINT64_FORMAT "\"", before, *(gint64 *) key);
    before = " OR ";
  }
  g_string_append_c (search->expression, ')');
}

static void
make_expression (Search *search)
{
  const ChatSearchQuery *query = search->query;
  guint n_chats = search->chats != NULL ? g_hash_table_size (search->chats) : 0;

  search->expression = g_string_new (NULL);
  chat_search_add_pattern (search->expression, search->pattern);
  if (query->mine)
    chat_search_add_word (search->expression, "\1o");
  if (query->has_link)
    chat_search_add_word (search->expression, "\1l");
  if (query->account != 0)
    add_number (search->expression, 'a', query->account);
  if ((query->conversation != 0 || query->person != NULL) && n_chats > 0 && n_chats <= MAX_PERSON_CHATS)
    add_chats (search);
}

static gboolean
passes (Search *search, sqlite3_stmt *s)
{
  const ChatSearchQuery *query = search->query;
  gint64 id = sqlite3_column_int64 (s, 0), time = sqlite3_column_int64 (s, 1), chat = sqlite3_column_int64 (s, 3);
  gboolean own = sqlite3_column_int (s, 2);

  return time >= query->from && (query->to == 0 || time < query->to)
         && (query->before_id == 0 || time < query->before_time || (time == query->before_time && id < query->before_id))
         && (search->chats == NULL || g_hash_table_contains (search->chats, &chat))
         && (!query->mine || own) && (query->mine || query->person == NULL || !own);
}

static gboolean
text_passes (Search *search, sqlite3_stmt *s)
{
  const char *text = (const char *) sqlite3_column_text (s, 5);

  if (text == NULL || (search->query->has_link && !chat_search_has_link (text)))
    return FALSE;
  if (chat_pattern_is_empty (search->pattern))
    return TRUE;
  chat_folded_set (&search->folded, text, sqlite3_column_bytes (s, 5), FALSE);
  return chat_pattern_matches (search->pattern, &search->folded);
}

static gboolean
collect (Search *search, sqlite3_stmt *s, GError **error)
{
  int step;

  while ((step = chat_db_step (search->db, s, error)) > 0) {
    Hit hit = { sqlite3_column_int64 (s, 1), sqlite3_column_int64 (s, 0), sqlite3_column_int64 (s, 4) };
    if (passes (search, s) && text_passes (search, s))
      g_array_append_val (search->hits, hit);
  }
  return step == 0;
}

#define COLUMNS "m.id, m.time, m.own, m.conversation, m.position, m.text"
/* What can't be read has a text that nobody wrote. */
#define READABLE "m.kind <> 2"

static gboolean
scan_rows (Search *search, gint64 after, gint64 upto, GError **error)
{
  return collect (search, chat_db_query (search->db, error, "SELECT " COLUMNS " FROM chat.message m"
                                         " WHERE m.id > ? AND m.id <= ? AND " READABLE, "ll", after, upto), error);
}

static gboolean
search_block (Search *search, const ChatSearchBlock *block, GError **error)
{
  g_autofree char *sql = NULL;

  if (search->expression->len == 0)
    return scan_rows (search, (block->id << CHAT_SEARCH_BLOCK_BITS) - 1, block->last, error);
  /* The table of the index leads. */
  sql = g_strdup_printf ("SELECT " COLUMNS " FROM search.text_%1$" G_GINT64_FORMAT " CROSS JOIN chat.message m"
                         " WHERE text_%1$" G_GINT64_FORMAT " MATCH ? AND m.id = text_%1$" G_GINT64_FORMAT ".rowid AND " READABLE,
                         block->id);
  return collect (search, chat_db_query (search->db, error, sql, "s", search->expression->str), error);
}

static int
compare_hits (gconstpointer a, gconstpointer b)
{
  const Hit *x = a, *y = b;

  if (x->time != y->time)
    return x->time > y->time ? -1 : 1;
  return x->id > y->id ? -1 : x->id < y->id;
}

/* -- over everything ------------------------------------------------------------------------------------------------ */

static int
compare_blocks (gconstpointer a, gconstpointer b)
{
  const ChatSearchBlock *x = a, *y = b;

  if (x->max_time != y->max_time)
    return x->max_time > y->max_time ? -1 : 1;
  return x->id > y->id ? -1 : x->id < y->id;
}

/* What the index lacks, newest first; all of it where there is no index at all and none is being made. */
static gboolean
scan_new (Search *search, GArray *blocks, guint max_blocks, gboolean *incomplete, GError **error)
{
  gint64 last;
  guint n = blocks->len, scanned = 0;

  if (!chat_db_int64 (search->db, &last, -1, error, "SELECT max (id) FROM chat.message", ""))
    return FALSE;
  for (gint64 id = last >> CHAT_SEARCH_BLOCK_BITS; id >= 0; id--) {
    gint64 upto = MIN (last, chat_search_block_end (id)), after = (id << CHAT_SEARCH_BLOCK_BITS) - 1;
    while (n > 0 && g_array_index (blocks, ChatSearchBlock, n - 1).id > id)
      n--;
    if (n > 0 && g_array_index (blocks, ChatSearchBlock, n - 1).id == id)
      after = g_array_index (blocks, ChatSearchBlock, n - 1).last;
    if (after >= upto)
      continue;
    if (++scanned > max_blocks) {
      *incomplete = TRUE;
      return TRUE;
    }
    if (!scan_rows (search, after, upto, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_wanted (const ChatSearchQuery *query, const ChatSearchBlock *block)
{
  return block->max_time >= query->from && (query->to == 0 || block->min_time < query->to)
         && (query->before_id == 0 || block->min_time <= query->before_time);
}

/* complete: all blocks were searched. */
static gboolean
search_blocks (Search *search, GArray *blocks, gboolean *complete, GError **error)
{
  guint limit = search->query->limit;

  *complete = FALSE;
  g_array_sort (search->hits, compare_hits);
  g_array_sort (blocks, compare_blocks);
  for (guint i = 0; i < blocks->len; i++) {
    const ChatSearchBlock *block = &g_array_index (blocks, ChatSearchBlock, i);
    /* One more tells that there are more. */
    if (search->hits->len > limit && g_array_index (search->hits, Hit, limit).time > block->max_time)
      return TRUE;
    if (!is_wanted (search->query, block))
      continue;
    if (!search_block (search, block, error))
      return FALSE;
    g_array_sort (search->hits, compare_hits);
  }
  *complete = TRUE;
  return TRUE;
}

static gboolean
add_row (Search *search, ChatSearchPage *page, const Hit *hit, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  ChatSearchRow *row;
  sqlite3_stmt *s;
  int step;

  if (!chat_store_read_message (search->db, hit->id, rows, error) || rows->len == 0)
    return FALSE;
  row = g_new0 (ChatSearchRow, 1);
  row->message = rows->pdata[0];
  row->ranges = chat_pattern_find (search->pattern, row->message->text);
  g_ptr_array_add (page->rows, row);
  s = chat_db_query (search->db, error, "SELECT account, jid FROM chat.conversation WHERE id = ?", "l", row->message->conversation);
  step = chat_db_step (search->db, s, error);
  if (step > 0) {
    row->account = sqlite3_column_int64 (s, 0);
    row->jid = chat_db_dup_text (s, 1);
    sqlite3_reset (s);
  }
  return step > 0;
}

static gboolean
make_page (Search *search, gboolean complete, gboolean incomplete, ChatJobResult *result, GError **error)
{
  g_autoptr (ChatSearchPage) page = g_new0 (ChatSearchPage, 1);
  guint limit = search->query->limit;

  page->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_search_row_free);
  page->more = search->hits->len > limit;
  page->total = complete && !incomplete && search->query->before_id == 0 ? (gint64) search->hits->len : -1;
  page->incomplete = incomplete;
  for (guint i = 0; i < MIN (limit, search->hits->len); i++) {
    if (!add_row (search, page, &g_array_index (search->hits, Hit, i), error))
      return FALSE;
  }
  result->result = g_steal_pointer (&page);
  result->result_free = (GDestroyNotify) chat_search_page_free;
  return TRUE;
}

static gboolean
search_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  const ChatSearchQuery *query = user_data;
  g_auto (Search) search = { .db = db, .query = query };
  g_autoptr (GArray) blocks = chat_search_db_blocks (db, error);
  gboolean complete = TRUE, incomplete = FALSE;

  search.pattern = chat_pattern_new (query->text != NULL ? query->text : "");
  search.hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  if (blocks == NULL || !read_chats (&search, error))
    return FALSE;
  make_expression (&search);
  if (!chat_search_query_is_empty (query)
      && (!scan_new (&search, blocks, MAX_SCANNED_BLOCKS, &incomplete, error)
          || !search_blocks (&search, blocks, &complete, error)))
    return FALSE;
  return make_page (&search, complete, incomplete, result, error);
}

void
chat_store_search_async (ChatStore *self, const ChatSearchQuery *query, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  chat_searcher_run (chat_store_get_searcher (self), self, search_job, chat_search_query_copy (query),
                     (GDestroyNotify) chat_search_query_free, cancellable, callback, user_data);
}

ChatSearchPage *
chat_store_search_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

/* -- in a chat ------------------------------------------------------------------------------------------------------ */

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const ChatFoundPlace *x = a, *y = b;
  return x->position < y->position ? -1 : x->position > y->position;
}

/* The last rows, from the newest on, until one has it: a text that many messages have is found at once so, long before all of
 * them were counted. */
static gboolean
find_newest (Search *search, GError **error)
{
  sqlite3_stmt *s = chat_db_query (search->db, error, "SELECT " COLUMNS " FROM chat.message m WHERE m.conversation = ? AND " READABLE
                                   " ORDER BY m.position DESC LIMIT ?", "li", search->query->conversation, NEWEST_ROWS);
  int step;

  while ((step = chat_db_step (search->db, s, error)) > 0) {
    Hit hit = { sqlite3_column_int64 (s, 1), sqlite3_column_int64 (s, 0), sqlite3_column_int64 (s, 4) };
    if (!text_passes (search, s))
      continue;
    g_array_append_val (search->hits, hit);
    sqlite3_reset (s);
    return TRUE;
  }
  return step == 0;
}

/* The whole chat, row by row, where too much of it is not in the index yet. */
static gboolean
find_rows (Search *search, GArray *blocks, GError **error)
{
  gboolean incomplete = FALSE;

  if (!scan_new (search, blocks, MAX_SCANNED_BLOCKS, &incomplete, error))
    return FALSE;
  if (incomplete) {
    g_array_set_size (search->hits, 0);
    return collect (search, chat_db_query (search->db, error, "SELECT " COLUMNS " FROM chat.message m WHERE m.conversation = ? AND "
                                           READABLE, "l", search->query->conversation), error);
  }
  for (guint i = 0; i < blocks->len; i++) {
    if (!search_block (search, &g_array_index (blocks, ChatSearchBlock, i), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
find_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  const ChatSearchQuery *query = user_data;
  g_auto (Search) search = { .db = db, .query = query };
  g_autoptr (GArray) blocks = chat_search_db_blocks (db, error);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (ChatFoundPlace));

  search.pattern = chat_pattern_new_whole (query->text);
  search.hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  if (blocks == NULL || !read_chats (&search, error))
    return FALSE;
  make_expression (&search);
  if (query->conversation != 0 && !chat_pattern_is_empty (search.pattern)
      && !(query->limit == 1 ? find_newest (&search, error) : find_rows (&search, blocks, error)))
    return FALSE;
  for (guint i = 0; i < search.hits->len; i++) {
    const Hit *hit = &g_array_index (search.hits, Hit, i);
    ChatFoundPlace place = { hit->id, hit->position };
    g_array_append_val (places, place);
  }
  g_array_sort (places, compare_places);
  result->result = g_steal_pointer (&places);
  result->result_free = (GDestroyNotify) g_array_unref;
  return TRUE;
}

void
chat_store_find_async (ChatStore *self, gint64 conversation, const char *text, gboolean newest, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  ChatSearchQuery *query = g_new0 (ChatSearchQuery, 1);

  query->conversation = conversation;
  query->text = g_strdup (text);
  query->limit = newest ? 1 : 0;
  chat_searcher_run (chat_store_get_searcher (self), self, find_job, query, (GDestroyNotify) chat_search_query_free,
                     cancellable, callback, user_data);
}

GArray *
chat_store_find_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

void
chat_store_set_index_delay (ChatStore *self, guint milliseconds)
{
  chat_searcher_set_delay (chat_store_get_searcher (self), milliseconds);
  chat_searcher_wake (chat_store_get_searcher (self));
}

gboolean
chat_store_is_indexing (ChatStore *self)
{
  return chat_searcher_is_busy (chat_store_get_searcher (self));
}
