/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-message.h"

#include "chat-store-private.h"

#include <glib/gi18n-lib.h>

/* -- hiding --------------------------------------------------------------------------------------------------------- */

/* By both ids, for the copy in the archive may be known by either alone. */
static gboolean
remember_ids (ChatDb *db, gint64 message, GError **error)
{
  return chat_db_run (db, error,
           "INSERT OR IGNORE INTO forgotten (conversation, own, archive, id)"
           " SELECT conversation, own, 1, archive_id FROM message WHERE id = ? AND archive_id IS NOT NULL", "l", message)
         && chat_db_run (db, error,
           "INSERT OR IGNORE INTO forgotten (conversation, own, archive, id)"
           " SELECT conversation, own, 0, stanza_id FROM message WHERE id = ?1 AND stanza_id IS NOT NULL UNION"
           " SELECT conversation, own, 0, origin_id FROM message WHERE id = ?1 AND origin_id IS NOT NULL", "l", message);
}

static gboolean
hide_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  gint64 id = *(gint64 *) data, conversation, read_position;

  if (!chat_db_int64 (db, &conversation, 0, error, "SELECT conversation FROM message WHERE id = ? AND state <> 2", "l", id))
    return FALSE;
  if (conversation == 0) {
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE, _("The message is already on its way"));
    return FALSE;
  }
  return chat_db_int64 (db, &read_position, 0, error, "SELECT read_position FROM conversation WHERE id = ?", "l", conversation)
         && remember_ids (db, id, error)
         && chat_db_run (db, error, "DELETE FROM message WHERE id = ?", "l", id)
         && chat_store_count_unread (db, conversation, read_position, error)
         && chat_store_give_conversation (db, conversation, result, error);
}

void
chat_store_hide_async (ChatStore *self, gint64 message, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  chat_store_write_for (self, hide_job, message, cancellable, callback, user_data);
}

ChatConversationRow *
chat_store_hide_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

/* -- reporting ------------------------------------------------------------------------------------------------------ */

typedef struct { gint64 account; char *jid; guint n; } Reported;

static void
reported_free (Reported *reported)
{
  g_free (reported->jid);
  g_free (reported);
}

static gboolean
load_archive_ids_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  const Reported *reported = user_data;
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  sqlite3_stmt *s = chat_db_query (db, error,
    "SELECT m.archive_id FROM message m JOIN conversation c ON c.id = m.conversation WHERE c.account = ? AND c.jid = ?"
    " AND NOT m.own AND m.archive_id IS NOT NULL ORDER BY m.position DESC LIMIT ?", "lsl", reported->account, reported->jid,
    (gint64) reported->n);
  int step;

  while ((step = chat_db_step (db, s, error)) > 0)
    g_strv_builder_add (ids, (const char *) sqlite3_column_text (s, 0));
  if (step < 0)
    return FALSE;
  result->result = g_strv_builder_end (ids);
  result->result_free = (GDestroyNotify) g_strfreev;
  return TRUE;
}

void
chat_store_load_archive_ids_async (ChatStore *self, gint64 account, const char *jid, guint n, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  Reported *reported = g_new (Reported, 1);

  *reported = (Reported) { account, g_strdup (jid), n };
  chat_store_run_read (self, load_archive_ids_job, reported, (GDestroyNotify) reported_free, cancellable, callback, user_data);
}

char **
chat_store_load_archive_ids_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

/* -- pinning -------------------------------------------------------------------------------------------------------- */

static gboolean
give_message (ChatDb *db, gint64 id, ChatJobResult *result, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_row_free);

  if (!chat_store_read_message (db, id, rows, error))
    return FALSE;
  result->result = g_steal_pointer (&rows);
  result->result_free = (GDestroyNotify) g_ptr_array_unref;
  return TRUE;
}

static gboolean
pin_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  gint64 id = *(gint64 *) data;

  return chat_db_run (db, error, "UPDATE message SET pinned = 1 WHERE id = ?", "l", id) && give_message (db, id, result, error);
}

static gboolean
unpin_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  gint64 id = *(gint64 *) data;

  return chat_db_run (db, error, "UPDATE message SET pinned = 0 WHERE id = ?", "l", id) && give_message (db, id, result, error);
}

void
chat_store_set_pinned_async (ChatStore *self, gint64 message, gboolean pinned, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  chat_store_write_for (self, pinned ? pin_job : unpin_job, message, cancellable, callback, user_data);
}

GPtrArray *
chat_store_set_pinned_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

static gboolean
load_pins_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_row_free);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  sqlite3_stmt *s = chat_db_query (db, error, "SELECT id FROM message WHERE conversation = ? AND pinned AND NOT retracted"
                                   " ORDER BY position DESC", "l", *(gint64 *) data);
  int step;

  while ((step = chat_db_step (db, s, error)) > 0) {
    gint64 id = sqlite3_column_int64 (s, 0);
    g_array_append_val (ids, id);
  }
  for (guint i = 0; step == 0 && i < ids->len; i++) {
    if (!chat_store_read_message (db, g_array_index (ids, gint64, i), rows, error))
      return FALSE;
  }
  result->result = g_steal_pointer (&rows);
  result->result_free = (GDestroyNotify) g_ptr_array_unref;
  return step == 0;
}

void
chat_store_load_pins_async (ChatStore *self, gint64 conversation, GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  chat_store_run_read (self, load_pins_job, g_memdup2 (&conversation, sizeof conversation), g_free, cancellable, callback, user_data);
}

GPtrArray *
chat_store_load_pins_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

/* -- unread from here ----------------------------------------------------------------------------------------------- */

/* What was read stays read for everyone else: this lies over it. */
static gboolean
unread_from_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  gint64 id = *(gint64 *) data, conversation, read_position;

  return chat_db_int64 (db, &conversation, 0, error, "SELECT conversation FROM message WHERE id = ?", "l", id)
         && chat_db_int64 (db, &read_position, 0, error, "SELECT read_position FROM conversation WHERE id = ?", "l", conversation)
         && chat_db_run (db, error, "UPDATE conversation SET unread_from = (SELECT position FROM message WHERE id = ?) WHERE id = ?", "ll",
                         id, conversation)
         && chat_store_count_unread (db, conversation, read_position, error)
         && chat_store_give_conversation (db, conversation, result, error);
}

void
chat_store_unread_from_async (ChatStore *self, gint64 message, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  chat_store_write_for (self, unread_from_job, message, cancellable, callback, user_data);
}

ChatConversationRow *
chat_store_unread_from_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

gboolean
chat_store_end_unread_from (ChatDb *db, gint64 conversation, gint64 position, GError **error)
{
  return chat_db_run (db, error,
    "UPDATE conversation SET unread_from = CASE WHEN EXISTS (SELECT 1 FROM message WHERE conversation = ?1 AND NOT own"
    " AND position > ?2 AND position <= read_position) THEN ?2 + 1 END WHERE id = ?1 AND unread_from <= ?2", "ll", conversation, position);
}

/* -- details -------------------------------------------------------------------------------------------------------- */

static gboolean
read_versions (ChatDb *db, gint64 message, ChatMessageDetails *details, GError **error)
{
  sqlite3_stmt *s = chat_db_query (db, error,
    "SELECT time, text FROM message_version WHERE message = ? ORDER BY stanza_id IS NOT NULL, time, rowid", "l", message);
  int step;

  while ((step = chat_db_step (db, s, error)) > 0) {
    ChatMessageVersion *version = g_new0 (ChatMessageVersion, 1);
    version->time = sqlite3_column_int64 (s, 0);
    version->text = chat_db_dup_text (s, 1);
    g_ptr_array_add (details->versions, version);
  }
  return step == 0;
}

static gboolean
load_details_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  gint64 id = *(gint64 *) data;
  g_autoptr (ChatMessageDetails) details = chat_message_details_new ();
  sqlite3_stmt *s = chat_db_query (db, error,
    "SELECT m.time, m.sent_time, m.delivered_time, m.read_time, m.stanza_id, m.archive_id, r.stanza, m.retracted"
    " FROM message m LEFT JOIN raw r ON r.message = m.id WHERE m.id = ?", "l", id);
  int step = chat_db_step (db, s, error);
  gboolean retracted;

  if (step == 0)
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE, _("This message is not there any more"));
  if (step <= 0)
    return FALSE;
  details->time = sqlite3_column_int64 (s, 0);
  details->sent = sqlite3_column_int64 (s, 1);
  details->delivered = sqlite3_column_int64 (s, 2);
  details->read = sqlite3_column_int64 (s, 3);
  details->stanza_id = chat_db_dup_text (s, 4);
  details->archive_id = chat_db_dup_text (s, 5);
  details->raw = chat_db_dup_text (s, 6);
  retracted = sqlite3_column_int (s, 7);
  sqlite3_reset (s);
  if (retracted)
    g_clear_pointer (&details->raw, g_free);
  else if (!read_versions (db, id, details, error))
    return FALSE;
  result->result = g_steal_pointer (&details);
  result->result_free = (GDestroyNotify) chat_message_details_free;
  return TRUE;
}

void
chat_store_load_details_async (ChatStore *self, gint64 message, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  chat_store_read_for (self, load_details_job, message, cancellable, callback, user_data);
}

ChatMessageDetails *
chat_store_load_details_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}
