/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-talk.h"

#include "chat-store-outgoing.h"
#include "chat-store-private.h"

/* Reading messages, in the reader's thread: what a timeline knows of every row, and whole rows by id. */

void
chat_index_part_free (ChatIndexPart *part)
{
  g_clear_pointer (&part->entries, g_array_unref);
  g_clear_pointer (&part->messages, g_ptr_array_unref);
  g_free (part);
}

void
chat_outbox_row_free (ChatOutboxRow *row)
{
  g_clear_pointer (&row->message, chat_message_row_free);
  g_free (row->jid);
  g_free (row->cursor);
  g_free (row);
}

#define MESSAGE_COLUMNS \
  "m.id, m.conversation, m.kind, m.own, m.state, m.time, m.text, m.stanza_id, m.error," \
  " m.position, m.archive_id, m.edited, m.retracted, m.reactions, m.unstyled, m.pinned, m.reply_id, m.reply_own, m.quote"
#define N_MESSAGE_COLUMNS 19

static ChatMessageRow *
read_message (sqlite3_stmt *s)
{
  ChatMessageRow *row = g_new0 (ChatMessageRow, 1);

  row->id = sqlite3_column_int64 (s, 0);
  row->conversation = sqlite3_column_int64 (s, 1);
  row->kind = sqlite3_column_int (s, 2);
  row->own = sqlite3_column_int (s, 3);
  row->state = sqlite3_column_int (s, 4);
  row->time = sqlite3_column_int64 (s, 5);
  row->text = chat_db_dup_text (s, 6);
  row->stanza_id = chat_db_dup_text (s, 7);
  row->error = chat_db_dup_text (s, 8);
  row->position = sqlite3_column_int64 (s, 9);
  row->archive_id = chat_db_dup_text (s, 10);
  row->edited = sqlite3_column_int64 (s, 11) != 0;
  row->retracted = sqlite3_column_int (s, 12);
  row->reactions = chat_db_dup_text (s, 13);
  row->unstyled = sqlite3_column_int (s, 14);
  row->pinned = sqlite3_column_int (s, 15);
  row->reply_id = chat_db_dup_text (s, 16);
  row->reply_own = sqlite3_column_int (s, 17);
  row->quote = chat_db_dup_text (s, 18);
  return row;
}

gboolean
chat_store_read_message (ChatDb *db, gint64 id, GPtrArray *rows, GError **error)
{
  sqlite3_stmt *s = chat_db_query (db, error, "SELECT " MESSAGE_COLUMNS " FROM message m WHERE id = ?", "l", id);
  int step = chat_db_step (db, s, error);

  if (step <= 0)
    return step == 0;
  g_ptr_array_add (rows, read_message (s));
  sqlite3_reset (s);
  return chat_store_resolve_reply (db, g_ptr_array_index (rows, rows->len - 1), error);
}

static gboolean
load_messages_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  GArray *ids = data;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_row_free);

  for (guint i = 0; i < ids->len; i++) {
    if (!chat_store_read_message (db, g_array_index (ids, gint64, i), rows, error))
      return FALSE;
  }
  result->result = g_steal_pointer (&rows);
  result->result_free = (GDestroyNotify) g_ptr_array_unref;
  return TRUE;
}

void
chat_store_load_messages_async (ChatStore *self, GArray *ids, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  chat_store_run_read (self, load_messages_job, g_array_ref (ids), (GDestroyNotify) g_array_unref,
                       cancellable, callback, user_data);
}

GPtrArray *
chat_store_load_messages_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

typedef struct { gint64 conversation, position; guint n, n_rows; } IndexData;

static gboolean
read_entries (ChatDb *db, const IndexData *data, ChatIndexPart *part, GError **error)
{
  sqlite3_stmt *s = chat_db_query (db, error,
    "SELECT id, position, own, kind, time, length FROM message INDEXED BY message_position"
    " WHERE conversation = ? AND position < ? ORDER BY position DESC LIMIT ?", "lli",
    data->conversation, data->position, (int) data->n);
  int step;

  while ((step = chat_db_step (db, s, error)) > 0) {
    ChatIndexEntry entry = {
      .id = sqlite3_column_int64 (s, 0),
      .position = sqlite3_column_int64 (s, 1),
      .own = sqlite3_column_int (s, 2) != 0,
      .kind = sqlite3_column_int (s, 3) & 0xf,
      .time = CLAMP (sqlite3_column_int64 (s, 4) / G_USEC_PER_SEC, 0, G_MAXUINT32),
      .length = MIN (sqlite3_column_int (s, 5), (1 << 27) - 1),
    };
    part->position = entry.position;
    g_array_append_val (part->entries, entry);
  }
  return step == 0;
}

static gboolean
load_index_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  IndexData *data = user_data;
  g_autoptr (ChatIndexPart) part = g_new0 (ChatIndexPart, 1);
  gint64 n_messages;

  part->entries = g_array_new (FALSE, FALSE, sizeof (ChatIndexEntry));
  part->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_row_free);
  if (!chat_db_int64 (db, &n_messages, 0, error, "SELECT n_messages FROM conversation WHERE id = ?", "l", data->conversation)
      || !read_entries (db, data, part, error))
    return FALSE;
  part->n_messages = n_messages;
  for (guint i = 0; i < MIN (data->n_rows, part->entries->len); i++) {
    if (!chat_store_read_message (db, g_array_index (part->entries, ChatIndexEntry, i).id, part->messages, error))
      return FALSE;
  }
  result->result = g_steal_pointer (&part);
  result->result_free = (GDestroyNotify) chat_index_part_free;
  return TRUE;
}

void
chat_store_load_index_async (ChatStore *self, gint64 conversation, gint64 position, guint n, guint n_rows,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  IndexData *data = g_new0 (IndexData, 1);

  *data = (IndexData) { conversation, position, n, n_rows };
  chat_store_run_read (self, load_index_job, data, g_free, cancellable, callback, user_data);
}

ChatIndexPart *
chat_store_load_index_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

static gboolean
load_outbox_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_outbox_row_free);
  sqlite3_stmt *s = chat_db_query (db, error,
    "SELECT " MESSAGE_COLUMNS ", c.jid, m.cursor, m.written FROM message m JOIN conversation c ON c.id = m.conversation"
    " WHERE m.state IN (1, 2) AND c.account = ? ORDER BY m.id", "l", *(gint64 *) data);
  int step;

  while ((step = chat_db_step (db, s, error)) > 0) {
    ChatOutboxRow *row = g_new0 (ChatOutboxRow, 1);
    row->message = read_message (s);
    row->jid = chat_db_dup_text (s, N_MESSAGE_COLUMNS);
    row->cursor = chat_db_dup_text (s, N_MESSAGE_COLUMNS + 1);
    row->written = sqlite3_column_int64 (s, N_MESSAGE_COLUMNS + 2);
    g_ptr_array_add (rows, row);
  }
  if (step < 0 || !chat_outgoing_load (db, *(gint64 *) data, rows, error))
    return FALSE;
  result->result = g_steal_pointer (&rows);
  result->result_free = (GDestroyNotify) g_ptr_array_unref;
  return TRUE;
}

void
chat_store_load_outbox_async (ChatStore *self, gint64 account, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  chat_store_read_for (self, load_outbox_job, account, cancellable, callback, user_data);
}

GPtrArray *
chat_store_load_outbox_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}
