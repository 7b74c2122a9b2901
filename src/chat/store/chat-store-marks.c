/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-marks.h"

#include "chat-store-message.h"
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
  gint64 position, seen;

  if (!chat_db_int64 (db, &position, G_MININT64, error,
                      "SELECT max (c.read_position, m.position) FROM conversation c JOIN message m ON m.conversation = c.id"
                      " WHERE c.id = ? AND m.id = ?", "ll", data->conversation, data->message)
      || !chat_db_int64 (db, &seen, G_MININT64, error, "SELECT position FROM message WHERE id = ?", "l", data->message)
      || !chat_store_end_unread_from (db, data->conversation, seen, error))
    return FALSE;
  if (position != G_MININT64 && !chat_store_count_unread (db, data->conversation, position, error))
    return FALSE;
  return chat_store_give_conversation (db, data->conversation, result, error);
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
  chat_store_write_for (self, load_untold_job, account, cancellable, callback, user_data);
}

GPtrArray *
chat_store_load_untold_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

typedef struct {
  gint64 account;
  GPtrArray *untold;
  GArray *ids;
  char *jid, *stanza_id, *sm_state;
  int type;
} ToldData;

static void
told_data_free (ToldData *data)
{
  g_clear_pointer (&data->untold, g_ptr_array_unref);
  g_clear_pointer (&data->ids, g_array_unref);
  g_free (data->jid);
  g_free (data->stanza_id);
  g_free (data->sm_state);
  g_free (data);
}

static gboolean
write_sm_state (ChatDb *db, const ToldData *data, GError **error)
{
  return data->sm_state == NULL || chat_store_write_sm_state (db, data->account, data->sm_state, error);
}

static gboolean
set_told_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  ToldData *data = user_data;

  for (guint i = 0; i < data->untold->len; i++) {
    const ChatUntold *untold = g_ptr_array_index (data->untold, i);
    if (!chat_db_run (db, error, "UPDATE conversation SET told = max (told, ?) WHERE id = ?", "ll",
                      untold->position, untold->conversation))
      return FALSE;
  }
  return write_sm_state (db, data, error);
}

void
chat_store_set_told_async (ChatStore *self, gint64 account, GPtrArray *untold, const char *sm_state, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  ToldData *data = g_new0 (ToldData, 1);

  data->account = account;
  data->untold = g_ptr_array_ref (untold);
  data->sm_state = g_strdup (sm_state);
  chat_store_run_write (self, set_told_job, data, (GDestroyNotify) told_data_free, cancellable, callback, user_data);
}

static gboolean
untell_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  ToldData *data = user_data;

  return chat_db_run (db, error,
                      "UPDATE conversation SET told = min (told, ifnull ((SELECT max (position) - 1 FROM message m"
                      " WHERE m.conversation = conversation.id AND stanza_id = ?3 AND NOT own), told)) WHERE account = ?1 AND jid = ?2",
                      "lss", data->account, data->jid, data->stanza_id);
}

void
chat_store_untell_async (ChatStore *self, gint64 account, const char *jid, const char *stanza_id, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  ToldData *data = g_new0 (ToldData, 1);

  data->account = account;
  data->jid = g_strdup (jid);
  data->stanza_id = g_strdup (stanza_id);
  chat_store_run_write (self, untell_job, data, (GDestroyNotify) told_data_free, cancellable, callback, user_data);
}

/* -- receipts ------------------------------------------------------------------------------------------------------- */

void
chat_owed_receipt_free (ChatOwedReceipt *receipt)
{
  g_free (receipt->jid);
  g_free (receipt->stanza_id);
  g_free (receipt);
}

gboolean
chat_store_owe_receipt (ChatDb *db, gint64 account, const char *jid, const char *stanza_id, int type, GError **error)
{
  return chat_db_run (db, error, "INSERT INTO receipt (account, jid, stanza_id, type) VALUES (?, ?, ?, ?)", "lssi",
                      account, jid, stanza_id, type);
}

static gboolean
owe_receipt_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  const ToldData *data = user_data;

  return chat_store_owe_receipt (db, data->account, data->jid, data->stanza_id, data->type, error);
}

void
chat_store_owe_receipt_async (ChatStore *self, gint64 account, const char *jid, const char *stanza_id, int type,
                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  ToldData *data = g_new0 (ToldData, 1);

  data->account = account;
  data->jid = g_strdup (jid);
  data->stanza_id = g_strdup (stanza_id);
  data->type = type;
  chat_store_run_write (self, owe_receipt_job, data, (GDestroyNotify) told_data_free, cancellable, callback, user_data);
}

static gboolean
load_receipts_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_owed_receipt_free);
  sqlite3_stmt *s = chat_db_query (db, error, "SELECT id, jid, stanza_id, type FROM receipt WHERE account = ? ORDER BY id", "l",
                                   *(gint64 *) data);
  int step;

  while ((step = chat_db_step (db, s, error)) > 0) {
    ChatOwedReceipt *receipt = g_new0 (ChatOwedReceipt, 1);
    receipt->id = sqlite3_column_int64 (s, 0);
    receipt->jid = chat_db_dup_text (s, 1);
    receipt->stanza_id = chat_db_dup_text (s, 2);
    receipt->type = sqlite3_column_int (s, 3);
    g_ptr_array_add (all, receipt);
  }
  if (step < 0)
    return FALSE;
  result->result = g_steal_pointer (&all);
  result->result_free = (GDestroyNotify) g_ptr_array_unref;
  return TRUE;
}

void
chat_store_load_receipts_async (ChatStore *self, gint64 account, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  chat_store_write_for (self, load_receipts_job, account, cancellable, callback, user_data);
}

GPtrArray *
chat_store_load_receipts_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

static gboolean
settle_receipts_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  const ToldData *data = user_data;

  for (guint i = 0; i < data->ids->len; i++) {
    if (!chat_db_run (db, error, "DELETE FROM receipt WHERE id = ?", "l", g_array_index (data->ids, gint64, i)))
      return FALSE;
  }
  return write_sm_state (db, data, error);
}

void
chat_store_settle_receipts_async (ChatStore *self, gint64 account, GArray *ids, const char *sm_state, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  ToldData *data = g_new0 (ToldData, 1);

  data->account = account;
  data->ids = g_array_ref (ids);
  data->sm_state = g_strdup (sm_state);
  chat_store_run_write (self, settle_receipts_job, data, (GDestroyNotify) told_data_free, cancellable, callback, user_data);
}
