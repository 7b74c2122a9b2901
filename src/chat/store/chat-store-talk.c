/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-talk.h"

#include "chat-store-lot.h"
#include "chat-store-outgoing.h"
#include "chat-store-private.h"

#include <glib/gi18n-lib.h>

/* Writing messages and conversations. */

ChatMessageRow *
chat_message_row_copy (const ChatMessageRow *row)
{
  ChatMessageRow *self = g_memdup2 (row, sizeof *row);

  self->text = g_strdup (row->text);
  self->stanza_id = g_strdup (row->stanza_id);
  self->archive_id = g_strdup (row->archive_id);
  self->error = g_strdup (row->error);
  self->reactions = g_strdup (row->reactions);
  self->reply_id = g_strdup (row->reply_id);
  self->quote = g_strdup (row->quote);
  self->reply_text = g_strdup (row->reply_text);
  self->target_id = g_strdup (row->target_id);
  return self;
}

void
chat_message_row_free (ChatMessageRow *row)
{
  g_free (row->text);
  g_free (row->stanza_id);
  g_free (row->archive_id);
  g_free (row->error);
  g_free (row->reactions);
  g_free (row->reply_id);
  g_free (row->quote);
  g_free (row->reply_text);
  g_free (row->target_id);
  g_free (row);
}

ChatDraft *
chat_draft_copy (const ChatDraft *draft)
{
  ChatDraft *copy = draft != NULL ? g_memdup2 (draft, sizeof *draft) : NULL;

  if (copy != NULL) {
    copy->text = g_strdup (draft->text);
    copy->edit_text = g_strdup (draft->edit_text);
  }
  return copy;
}

gboolean
chat_draft_is_empty (const ChatDraft *draft)
{
  return draft->text == NULL && draft->reply == 0 && draft->edited == 0;
}

void
chat_draft_clear (ChatDraft *draft)
{
  g_clear_pointer (&draft->text, g_free);
  g_clear_pointer (&draft->edit_text, g_free);
  draft->reply = draft->edited = 0;
}

void
chat_draft_free (ChatDraft *draft)
{
  chat_draft_clear (draft);
  g_free (draft);
}

void
chat_conversation_row_free (ChatConversationRow *row)
{
  g_free (row->jid);
  g_clear_pointer (&row->draft, chat_draft_free);
  g_clear_pointer (&row->last, chat_message_row_free);
  g_free (row);
}

ChatNewMessage *
chat_new_message_copy (const ChatNewMessage *message)
{
  ChatNewMessage *copy = g_memdup2 (message, sizeof *message);

  copy->jid = g_strdup (message->jid);
  copy->text = g_strdup (message->text);
  copy->stanza_id = g_strdup (message->stanza_id);
  copy->origin_id = g_strdup (message->origin_id);
  copy->archive_id = g_strdup (message->archive_id);
  copy->target_id = g_strdup (message->target_id);
  copy->emojis = g_strdup (message->emojis);
  copy->raw = g_strdup (message->raw);
  copy->asker = g_strdup (message->asker);
  copy->reply_id = g_strdup (message->reply_id);
  copy->quote = g_strdup (message->quote);
  return copy;
}

void
chat_new_message_free (ChatNewMessage *message)
{
  g_free (message->jid);
  g_free (message->text);
  g_free (message->stanza_id);
  g_free (message->origin_id);
  g_free (message->archive_id);
  g_free (message->target_id);
  g_free (message->emojis);
  g_free (message->raw);
  g_free (message->asker);
  g_free (message->reply_id);
  g_free (message->quote);
  g_free (message);
}

#define CONVERSATION_COLUMNS \
  "c.id, c.account, c.jid, c.activity, c.n_messages, c.unread, c.first_unread, c.draft, c.draft_reply, c.edit_text, c.edited," \
  " m.id, m.conversation, m.kind, m.own, m.state, m.time, substr (m.text, 1, 400), m.error, m.position, m.retracted," \
  " (SELECT count (*) FROM message p WHERE p.conversation = c.id AND p.pinned AND NOT p.retracted)" \
  " FROM conversation c LEFT JOIN message m ON m.id = c.last_message"

static ChatConversationRow *
read_conversation (sqlite3_stmt *s)
{
  ChatConversationRow *row = g_new0 (ChatConversationRow, 1);
  ChatDraft draft;

  row->id = sqlite3_column_int64 (s, 0);
  row->account = sqlite3_column_int64 (s, 1);
  row->jid = chat_db_dup_text (s, 2);
  row->activity = sqlite3_column_int64 (s, 3);
  row->n_messages = sqlite3_column_int (s, 4);
  row->unread = sqlite3_column_int (s, 5);
  row->first_unread = sqlite3_column_int64 (s, 6);
  row->n_pins = sqlite3_column_int (s, 21);
  draft = (ChatDraft) { chat_db_dup_text (s, 7), sqlite3_column_int64 (s, 8), chat_db_dup_text (s, 9), sqlite3_column_int64 (s, 10) };
  if (!chat_draft_is_empty (&draft))
    row->draft = g_memdup2 (&draft, sizeof draft);
  if (sqlite3_column_type (s, 11) == SQLITE_NULL)
    return row;
  row->last = g_new0 (ChatMessageRow, 1);
  row->last->id = sqlite3_column_int64 (s, 11);
  row->last->conversation = sqlite3_column_int64 (s, 12);
  row->last->kind = sqlite3_column_int (s, 13);
  row->last->own = sqlite3_column_int (s, 14);
  row->last->state = sqlite3_column_int (s, 15);
  row->last->time = sqlite3_column_int64 (s, 16);
  row->last->text = chat_db_dup_text (s, 17);
  row->last->error = chat_db_dup_text (s, 18);
  row->last->position = sqlite3_column_int64 (s, 19);
  row->last->retracted = sqlite3_column_int (s, 20);
  return row;
}

GPtrArray *
chat_snapshot_read_conversations (ChatDb *db, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_conversation_row_free);
  sqlite3_stmt *s = chat_db_query (db, error, "SELECT " CONVERSATION_COLUMNS " ORDER BY c.activity DESC, c.id DESC", "");
  int step;

  while ((step = chat_db_step (db, s, error)) > 0)
    g_ptr_array_add (rows, read_conversation (s));
  return step == 0 ? g_steal_pointer (&rows) : NULL;
}

ChatConversationRow *
chat_store_load_conversation (ChatDb *db, gint64 id, GError **error)
{
  ChatConversationRow *row = NULL;
  sqlite3_stmt *s = chat_db_query (db, error, "SELECT " CONVERSATION_COLUMNS " WHERE c.id = ?", "l", id);
  int step = chat_db_step (db, s, error);

  if (step > 0) {
    row = read_conversation (s);
    sqlite3_reset (s);
  } else if (step == 0) {
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE, _("This chat is not there any more"));
  }
  return row;
}

gboolean
chat_store_give_conversation (ChatDb *db, gint64 id, ChatJobResult *result, GError **error)
{
  result->result = chat_store_load_conversation (db, id, error);
  result->result_free = (GDestroyNotify) chat_conversation_row_free;
  return result->result != NULL;
}

static gboolean
find_conversation (ChatDb *db, gint64 account, const char *jid, gboolean make, gint64 *id, GError **error)
{
  if (!chat_db_int64 (db, id, 0, error, "SELECT id FROM conversation WHERE account = ? AND jid = ?", "ls", account, jid))
    return FALSE;
  if (*id != 0 || !make)
    return TRUE;
  if (!chat_db_run (db, error,
        "INSERT INTO conversation (account, jid, activity)"
        " SELECT ?, ?, ifnull (max (activity), 0) FROM conversation", "ls", account, jid))
    return FALSE;
  *id = sqlite3_last_insert_rowid (chat_db_handle (db));
  return TRUE;
}

typedef struct {
  gint64 account;
  GArray *ids;
  ChatMessageState state;
  gboolean bounced;
  char *sm_state, *jid, *text, *stanza_id;
  ChatDraft *draft;
} StateData;

static void
state_data_free (StateData *data)
{
  g_clear_pointer (&data->ids, g_array_unref);
  g_free (data->sm_state);
  g_free (data->jid);
  g_free (data->text);
  g_free (data->stanza_id);
  g_clear_pointer (&data->draft, chat_draft_free);
  g_free (data);
}

/* From which states there is a way to this one, as a set of bits. An error that came before the acknowledgement stays. */
static int
states_before (ChatMessageState state)
{
  switch (state) {
  case CHAT_MESSAGE_QUEUED:
    return 1 << CHAT_MESSAGE_WRITTEN;
  case CHAT_MESSAGE_WRITTEN:
    return 1 << CHAT_MESSAGE_QUEUED;
  case CHAT_MESSAGE_SENT:
    return 1 << CHAT_MESSAGE_QUEUED | 1 << CHAT_MESSAGE_WRITTEN;
  case CHAT_MESSAGE_FAILED:
    return 1 << CHAT_MESSAGE_QUEUED | 1 << CHAT_MESSAGE_WRITTEN | 1 << CHAT_MESSAGE_SENT | 1 << CHAT_MESSAGE_DELIVERED;
  default:
    g_assert_not_reached ();
  }
}

/* From where the archive is to be asked should its fate be unknown: that of the first time. */
static gboolean
note_writing (ChatDb *db, gint64 account, gint64 id, GError **error)
{
  return chat_db_run (db, error,
                      "UPDATE message SET cursor = (SELECT cursor FROM history WHERE account = ?), written = ?"
                      " WHERE id = ? AND written = 0", "lll", account, g_get_real_time (), id);
}

/* Others were heard since it was typed, or may have been. */
static gboolean
is_overtaken (ChatDb *db, gint64 account, gint64 id, gboolean *overtaken, GError **error)
{
  gint64 other;

  if (!chat_db_int64 (db, &other, 0, error,
        "SELECT o.id FROM message m JOIN message o ON o.conversation = m.conversation AND o.position > m.position"
        " AND NOT (o.own AND o.state IN (1, 2)) WHERE m.id = ?1"
        " UNION ALL SELECT g.id FROM message m JOIN gap g ON g.account = ?2 AND g.top > m.position WHERE m.id = ?1 LIMIT 1", "ll",
        id, account))
    return FALSE;
  *overtaken = other != 0;
  return TRUE;
}

static gboolean
put_at_the_end (ChatDb *db, gint64 account, gint64 id, GPtrArray *changed, GError **error)
{
  gint64 conversation, position;

  if (!chat_db_int64 (db, &conversation, 0, error, "SELECT conversation FROM message WHERE id = ?", "l", id)
      || !chat_lot_take_position (db, account, conversation, &position, error)
      || !chat_db_run (db, error, "UPDATE message SET position = ? WHERE id = ?", "ll", position, id)
      || !chat_db_run (db, error, "UPDATE conversation SET last_message = ? WHERE id = ?", "ll", id, conversation)
      || !chat_store_read_message (db, id, changed, error))
    return FALSE;
  ((ChatMessageRow *) g_ptr_array_index (changed, changed->len - 1))->moved = TRUE;
  return TRUE;
}

static gboolean
put_all_at_the_end (ChatDb *db, gint64 account, GArray *ids, GPtrArray *changed, GError **error)
{
  for (guint i = 0; i < ids->len; i++) {
    if (!put_at_the_end (db, account, g_array_index (ids, gint64, i), changed, error))
      return FALSE;
  }
  return TRUE;
}

/* What is written now goes to the end of the order, where the archive will have it, and with it what was typed later and is on
 * its way too. */
static gboolean
start_writing (ChatDb *db, gint64 account, gint64 id, GPtrArray *changed, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean overtaken;
  sqlite3_stmt *s;
  int step;

  if (!note_writing (db, account, id, error) || !is_overtaken (db, account, id, &overtaken, error))
    return FALSE;
  if (!overtaken)
    return chat_store_read_message (db, id, changed, error);
  g_array_append_val (ids, id);
  s = chat_db_query (db, error,
    "SELECT o.id FROM message m JOIN message o ON o.conversation = m.conversation AND o.position > m.position"
    " AND o.own AND o.state IN (1, 2) WHERE m.id = ? ORDER BY o.position", "l", id);
  while ((step = chat_db_step (db, s, error)) > 0) {
    gint64 later = sqlite3_column_int64 (s, 0);
    g_array_append_val (ids, later);
  }
  return step == 0 && put_all_at_the_end (db, account, ids, changed, error);
}

static gboolean
change_state (ChatDb *db, const StateData *data, gint64 id, GPtrArray *changed, GError **error)
{
  ChatMessageRow *row;
  gint64 conversation;

  if (id < 0)
    return chat_outgoing_set_state (db, data->account, -id, data->state, data->text, changed, error);
  if (!chat_db_run (db, error,
        "UPDATE message SET state = ?, error = ?, cursor = CASE WHEN ? THEN '' ELSE cursor END"
        " WHERE id = ? AND own AND (1 << state) & ? <> 0", "isili",
        (int) data->state, data->text, (int) data->bounced, id, states_before (data->state)))
    return FALSE;
  if (sqlite3_changes (chat_db_handle (db)) == 0)
    return TRUE;
  if (data->state == CHAT_MESSAGE_FAILED && !chat_outgoing_give_up (db, id, error))
    return FALSE;
  if (data->state == CHAT_MESSAGE_SENT
      && !chat_db_run (db, error, "UPDATE message SET sent_time = ? WHERE id = ?", "ll", g_get_real_time (), id))
    return FALSE;
  /* It may have been edited in the outbox. */
  if (data->state == CHAT_MESSAGE_WRITTEN)
    return start_writing (db, data->account, id, changed, error);
  if (!chat_db_int64 (db, &conversation, 0, error, "SELECT conversation FROM message WHERE id = ?", "l", id))
    return FALSE;
  row = g_new0 (ChatMessageRow, 1);
  row->id = id;
  row->conversation = conversation;
  row->own = TRUE;
  row->state = data->state;
  row->error = g_strdup (data->text);
  g_ptr_array_add (changed, row);
  return TRUE;
}

static gboolean
set_state_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  StateData *data = user_data;
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_row_free);

  for (guint i = 0; i < data->ids->len; i++) {
    if (!change_state (db, data, g_array_index (data->ids, gint64, i), changed, error))
      return FALSE;
  }
  if (data->sm_state != NULL && !chat_store_write_sm_state (db, data->account, data->sm_state, error))
    return FALSE;
  result->result = g_steal_pointer (&changed);
  result->result_free = (GDestroyNotify) g_ptr_array_unref;
  return TRUE;
}

void
chat_store_set_state_async (ChatStore *self, GArray *ids, ChatMessageState state, gint64 account, const char *sm_state,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  StateData *data = g_new0 (StateData, 1);

  data->ids = g_array_ref (ids);
  data->state = state;
  data->account = account;
  data->sm_state = g_strdup (sm_state);
  chat_store_run_write (self, set_state_job, data, (GDestroyNotify) state_data_free, cancellable, callback, user_data);
}

GPtrArray *
chat_store_set_state_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

static gboolean
fail_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  StateData *data = user_data;
  gint64 conversation, id = 0, outgoing = 0;

  if (!find_conversation (db, data->account, data->jid, FALSE, &conversation, error)
      || !chat_db_int64 (db, &id, 0, error,
                         "SELECT id FROM message WHERE conversation = ? AND stanza_id = ? AND own", "ls",
                         conversation, data->stanza_id)
      || (id == 0 && !chat_outgoing_find (db, conversation, data->stanza_id, &outgoing, error)))
    return FALSE;
  id = outgoing != 0 ? -outgoing : id;
  if (id != 0)
    g_array_append_val (data->ids, id);
  return set_state_job (db, data, result, error);
}

void
chat_store_fail_async (ChatStore *self, gint64 account, const char *jid, const char *stanza_id, const char *text,
                       gboolean bounced, const char *sm_state, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  StateData *data = g_new0 (StateData, 1);

  data->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  data->state = CHAT_MESSAGE_FAILED;
  data->account = account;
  data->jid = g_strdup (jid);
  data->stanza_id = g_strdup (stanza_id);
  data->text = g_strdup (text);
  data->bounced = bounced;
  data->sm_state = g_strdup (sm_state);
  chat_store_run_write (self, fail_job, data, (GDestroyNotify) state_data_free, cancellable, callback, user_data);
}

static gboolean
retry_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_row_free);
  gint64 id = *(gint64 *) data;

  /* It may have arrived all the same: the archive is asked first. Not of what came back, of which the archive has the
   * copy that failed and can't tell whether another came. */
  if (!chat_db_run (db, error, "UPDATE message SET error = NULL, state = CASE WHEN written <> 0 AND cursor IS NOT '' THEN 2 ELSE 1 END"
                    " WHERE id = ? AND state = 6", "l", id))
    return FALSE;
  if (sqlite3_changes (chat_db_handle (db)) > 0 && !chat_store_read_message (db, id, rows, error))
    return FALSE;
  result->result = g_steal_pointer (&rows);
  result->result_free = (GDestroyNotify) g_ptr_array_unref;
  return TRUE;
}

void
chat_store_retry_async (ChatStore *self, gint64 message, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  chat_store_write_for (self, retry_job, message, cancellable, callback, user_data);
}

static gboolean
delete_message_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  gint64 id = *(gint64 *) data;
  gint64 conversation;

  if (!chat_db_int64 (db, &conversation, 0, error, "SELECT conversation FROM message WHERE id = ? AND state IN (1, 6)", "l", id))
    return FALSE;
  if (conversation == 0) {
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE, _("The message is already on its way"));
    return FALSE;
  }
  return chat_db_run (db, error, "DELETE FROM message WHERE id = ?", "l", id)
         && chat_store_give_conversation (db, conversation, result, error);
}

void
chat_store_delete_message_async (ChatStore *self, gint64 message, GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  chat_store_write_for (self, delete_message_job, message, cancellable, callback, user_data);
}

ChatConversationRow *
chat_store_delete_message_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

static gboolean
mark_read_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  return chat_db_run (db, error,
                      "UPDATE conversation SET unread = 0, first_unread = NULL, unread_from = NULL, read_position = max (read_position,"
                      " ifnull ((SELECT max (position) FROM message WHERE conversation = ?1), read_position)) WHERE id = ?1", "l",
                      *(gint64 *) data);
}

void
chat_store_mark_read_async (ChatStore *self, gint64 conversation, GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  chat_store_write_for (self, mark_read_job, conversation, cancellable, callback, user_data);
}

static gboolean
save_draft_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  StateData *data = user_data;
  const ChatDraft *draft = data->draft;
  gint64 conversation;

  return find_conversation (db, data->account, data->jid, TRUE, &conversation, error)
         && (draft == NULL
             || chat_db_run (db, error, "UPDATE conversation SET draft = ?, draft_reply = ?, edit_text = ?, edited = ? WHERE id = ?", "slsll",
                             draft->text, draft->reply, draft->edit_text, draft->edited, conversation))
         && chat_store_give_conversation (db, conversation, result, error);
}

void
chat_store_save_draft_async (ChatStore *self, gint64 account, const char *jid, const ChatDraft *draft, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  StateData *data = g_new0 (StateData, 1);

  data->account = account;
  data->jid = g_strdup (jid);
  data->draft = chat_draft_copy (draft);
  chat_store_run_write (self, save_draft_job, data, (GDestroyNotify) state_data_free, cancellable, callback, user_data);
}

ChatConversationRow *
chat_store_save_draft_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}
