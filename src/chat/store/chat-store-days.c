/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-search.h"

#include "chat-store-private.h"

#define AROUND (5 * 60 * G_TIME_SPAN_SECOND)

/* On which days of a chat somebody said something. */

/* A day of the local time, from start on, before end. */
typedef struct { gint64 start, end; guint32 julian; } Span;

static void
set_span (Span *span, gint64 time)
{
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_local (time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) start = NULL;
  g_autoptr (GDateTime) next = NULL;
  GDate date;
  int year, month, day;

  if (moment == NULL)
    moment = g_date_time_new_from_unix_local (0);
  g_date_time_get_ymd (moment, &year, &month, &day);
  g_date_set_dmy (&date, day, month, year);
  start = g_date_time_new_local (year, month, day, 0, 0, 0);
  next = g_date_time_add_days (start, 1);
  *span = (Span) { g_date_time_to_unix (start) * G_USEC_PER_SEC, g_date_time_to_unix (next) * G_USEC_PER_SEC, g_date_get_julian (&date) };
}

static void
note_day (GHashTable *days, guint32 julian, gint64 id, gint64 position)
{
  ChatDay *day = g_hash_table_lookup (days, GUINT_TO_POINTER (julian));

  if (day == NULL) {
    day = g_new0 (ChatDay, 1);
    g_date_clear (&day->date, 1);
    g_date_set_julian (&day->date, julian);
    day->first = id;
    day->position = position;
    g_hash_table_insert (days, GUINT_TO_POINTER (julian), day);
  }
  day->n++;
}

static int
compare_days (gconstpointer a, gconstpointer b)
{
  return g_date_compare (&((const ChatDay *) a)->date, &((const ChatDay *) b)->date);
}

static gboolean
days_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  const ChatSearchQuery *query = user_data;
  g_autoptr (GHashTable) days = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  GArray *all;
  GHashTableIter iter;
  gpointer value;
  Span span = { 0 };
  sqlite3_stmt *s = chat_db_query (db, error,
    "SELECT id, position, time FROM chat.message INDEXED BY message_position WHERE conversation = ?1 AND time >= ?2"
    " AND (?3 IS NULL OR time < ?3) ORDER BY position", "llz", query->conversation, query->from, query->to);
  int step;

  while ((step = chat_db_step (db, s, error)) > 0) {
    gint64 time = sqlite3_column_int64 (s, 2);
    if (time < span.start || time >= span.end)
      set_span (&span, time);
    note_day (days, span.julian, sqlite3_column_int64 (s, 0), sqlite3_column_int64 (s, 1));
  }
  if (step < 0)
    return FALSE;
  all = g_array_new (FALSE, FALSE, sizeof (ChatDay));
  g_hash_table_iter_init (&iter, days);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_array_append_vals (all, value, 1);
  g_array_sort (all, compare_days);
  result->result = all;
  result->result_free = (GDestroyNotify) g_array_unref;
  return TRUE;
}

void
chat_store_days_async (ChatStore *self, gint64 conversation, gint64 from, gint64 to, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  ChatSearchQuery *query = g_new0 (ChatSearchQuery, 1);

  query->conversation = conversation;
  query->from = from;
  query->to = to;
  chat_searcher_run (chat_store_get_searcher (self), self, days_job, query, (GDestroyNotify) chat_search_query_free,
                     cancellable, callback, user_data);
}

GArray *
chat_store_days_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

/* -- one message ---------------------------------------------------------------------------------------------------- */

#define PLACE "SELECT id, position FROM chat.message INDEXED BY message_position WHERE conversation = ?1 AND "

static gboolean
take_place (ChatDb *db, sqlite3_stmt *s, GArray *places, GError **error)
{
  int step = chat_db_step (db, s, error);

  if (step > 0) {
    ChatFoundPlace place = { sqlite3_column_int64 (s, 0), sqlite3_column_int64 (s, 1) };
    g_array_append_val (places, place);
    sqlite3_reset (s);
  }
  return step >= 0;
}

/* Its time is that of the archive, so only few have to be looked at. */
static gboolean
place_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  const ChatSearchQuery *query = user_data;
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (ChatFoundPlace));

  if (!take_place (db, chat_db_query (db, error, PLACE "archive_id = ?2 AND time BETWEEN ?3 - ?4 AND ?3 + ?4 LIMIT 1", "lsll",
                                      query->conversation, query->text, query->from, (gint64) AROUND), places, error)
      || (places->len == 0
          && !take_place (db, chat_db_query (db, error, PLACE "time >= ?2 ORDER BY position LIMIT 1", "ll", query->conversation,
                                             query->from), places, error)))
    return FALSE;
  result->result = g_steal_pointer (&places);
  result->result_free = (GDestroyNotify) g_array_unref;
  return TRUE;
}

void
chat_store_find_archived_async (ChatStore *self, gint64 conversation, const char *archive_id, gint64 time, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  ChatSearchQuery *query = g_new0 (ChatSearchQuery, 1);

  query->conversation = conversation;
  query->text = g_strdup (archive_id);
  query->from = time;
  chat_searcher_run (chat_store_get_searcher (self), self, place_job, query, (GDestroyNotify) chat_search_query_free,
                     cancellable, callback, user_data);
}

GArray *
chat_store_find_archived_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}
