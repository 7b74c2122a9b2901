/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-marks.h"

#include "chat-store-private.h"

void
chat_untold_free (ChatUntold *untold)
{
  g_free (untold->jid);
  g_free (untold->marker_id);
  g_free (untold->archive_id);
  g_free (untold);
}

typedef struct { gint64 conversation, message; } ReadData;

static gboolean
read_up_to_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  const ReadData *data = user_data;
  gint64 position;

  if (!chat_db_int64 (db, &position, G_MININT64, error,
                      "SELECT max (c.read_position, m.position) FROM conversation c JOIN message m ON m.conversation = c.id"
                      " WHERE c.id = ? AND m.id = ?", "ll", data->conversation, data->message))
    return FALSE;
  if (position != G_MININT64 && !chat_store_count_unread (db, data->conversation, position, error))
    return FALSE;
  result->result = chat_store_load_conversation (db, data->conversation, error);
  result->result_free = (GDestroyNotify) chat_conversation_row_free;
  return result->result != NULL;
}

void
chat_store_read_up_to_async (ChatStore *self, gint64 conversation, gint64 message, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  ReadData *data = g_new0 (ReadData, 1);

  *data = (ReadData) { conversation, message };
  chat_store_run_write (self, read_up_to_job, data, g_free, cancellable, callback, user_data);
}

ChatConversationRow *
chat_store_read_up_to_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

#define NEWEST_OF_THEIRS(what, which) \
  "(SELECT " what " FROM message WHERE conversation = c.id AND NOT own AND " which \
  " AND position > c.told AND position <= c.read_position ORDER BY position DESC LIMIT 1)"

/* In the writer: what was read a moment ago is in it. */
static gboolean
load_untold_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_untold_free);
  sqlite3_stmt *s = chat_db_query (db, error,
    "SELECT c.id, c.read_position, c.jid, " NEWEST_OF_THEIRS ("stanza_id", "markable AND stanza_id IS NOT NULL") ", "
    NEWEST_OF_THEIRS ("archive_id", "archive_id IS NOT NULL") " FROM conversation c"
    " WHERE c.account = ? AND c.read_position > c.told", "l", *(gint64 *) data);
  int step;

  while ((step = chat_db_step (db, s, error)) > 0) {
    ChatUntold *untold = g_new0 (ChatUntold, 1);
    untold->conversation = sqlite3_column_int64 (s, 0);
    untold->position = sqlite3_column_int64 (s, 1);
    untold->jid = chat_db_dup_text (s, 2);
    untold->marker_id = chat_db_dup_text (s, 3);
    untold->archive_id = chat_db_dup_text (s, 4);
    g_ptr_array_add (all, untold);
  }
  if (step < 0)
    return FALSE;
  result->result = g_steal_pointer (&all);
  result->result_free = (GDestroyNotify) g_ptr_array_unref;
  return TRUE;
}

void
chat_store_load_untold_async (ChatStore *self, gint64 account, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  chat_store_run_write (self, load_untold_job, g_memdup2 (&account, sizeof account), g_free, cancellable, callback, user_data);
}

GPtrArray *
chat_store_load_untold_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

static gboolean
set_told_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  GPtrArray *all = data;

  for (guint i = 0; i < all->len; i++) {
    const ChatUntold *untold = g_ptr_array_index (all, i);
    if (!chat_db_run (db, error, "UPDATE conversation SET told = max (told, ?) WHERE id = ?", "ll",
                      untold->position, untold->conversation))
      return FALSE;
  }
  return TRUE;
}

void
chat_store_set_told_async (ChatStore *self, GPtrArray *untold, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  chat_store_run_write (self, set_told_job, g_ptr_array_ref (untold), (GDestroyNotify) g_ptr_array_unref,
                        cancellable, callback, user_data);
}
