/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-outgoing.h"

#include "chat-store-lot.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Corrections, retractions and reactions of the user's own. They are applied when they are made, and undone when they fail:
 *
 *   queued ──commit──► written ──► sent      An error may still come for a day after that.
 *
 * What is queued and was never written is changed again in place, so that of quick changes only the last goes out. A message
 * that is taken back keeps its text until the server has the retraction. */

#define EMOJIS_MAX 20
#define KEPT G_TIME_SPAN_DAY

typedef struct {
  gint64 message;
  ChatNewType type;
  char *text, *stanza_id;
  gboolean on;
} ChangeData;

static void
change_data_free (ChangeData *data)
{
  g_free (data->text);
  g_free (data->stanza_id);
  g_free (data);
}

void
chat_changed_free (ChatChanged *changed)
{
  g_clear_pointer (&changed->conversation, chat_conversation_row_free);
  g_clear_pointer (&changed->changed, g_ptr_array_unref);
  g_clear_pointer (&changed->outgoing, chat_message_row_free);
  g_free (changed);
}

/* The message that is to be changed. */
typedef struct {
  gint64 conversation, account;
  char *jid, *stanza_id, *text, *emojis;
  ChatMessageState state;
  ChatMessageKind kind;
  gboolean own, retracted, unwritten, unstyled;
  gint64 queued;             /* an outgoing change of the same type that was never written; 0: none */
  char *queued_id, *before;
} Subject;

static void
subject_clear (Subject *subject)
{
  g_clear_pointer (&subject->jid, g_free);
  g_clear_pointer (&subject->stanza_id, g_free);
  g_clear_pointer (&subject->text, g_free);
  g_clear_pointer (&subject->emojis, g_free);
  g_clear_pointer (&subject->queued_id, g_free);
  g_clear_pointer (&subject->before, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Subject, subject_clear)

static gboolean
read_subject (ChatDb *db, const ChangeData *data, Subject *subject, GError **error)
{
  sqlite3_stmt *s = chat_db_query (db, error,
    "SELECT m.conversation, c.account, c.jid, m.stanza_id, m.text, m.state, m.kind, m.own, m.retracted, m.written = 0, m.unstyled,"
    " (SELECT emojis FROM reaction WHERE message = m.id AND own), o.id, o.stanza_id, o.before"
    " FROM message m JOIN conversation c ON c.id = m.conversation"
    " LEFT JOIN outgoing o ON o.message = m.id AND o.type = ?2 AND o.state = 1 AND o.written = 0 WHERE m.id = ?1", "li",
    data->message, (int) data->type);
  int step = chat_db_step (db, s, error);

  if (step <= 0)
    return step == 0;
  subject->conversation = sqlite3_column_int64 (s, 0);
  subject->account = sqlite3_column_int64 (s, 1);
  subject->jid = chat_db_dup_text (s, 2);
  subject->stanza_id = chat_db_dup_text (s, 3);
  subject->text = chat_db_dup_text (s, 4);
  subject->state = sqlite3_column_int (s, 5);
  subject->kind = sqlite3_column_int (s, 6);
  subject->own = sqlite3_column_int (s, 7);
  subject->retracted = sqlite3_column_int (s, 8);
  subject->unwritten = sqlite3_column_int (s, 9);
  subject->unstyled = sqlite3_column_int (s, 10);
  subject->emojis = chat_db_dup_text (s, 11);
  subject->queued = sqlite3_column_int64 (s, 12);
  subject->queued_id = chat_db_dup_text (s, 13);
  subject->before = chat_db_dup_text (s, 14);
  sqlite3_reset (s);
  return TRUE;
}

static gboolean
is_possible (const ChangeData *data, const Subject *subject)
{
  if (subject->conversation == 0 || subject->stanza_id == NULL || subject->retracted || subject->state == CHAT_MESSAGE_FAILED)
    return FALSE;
  return data->type == CHAT_NEW_RETRACTION ? subject->own
         : subject->kind == CHAT_MESSAGE_TEXT && (data->type == CHAT_NEW_REACTIONS || subject->own);
}

/* -- rows of the outbox --------------------------------------------------------------------------------------------- */

static ChatMessageRow *
read_outgoing (ChatDb *db, gint64 id, GError **error)
{
  sqlite3_stmt *s = chat_db_query (db, error,
    "SELECT o.id, m.conversation, o.type, o.state, o.time, o.text, o.stanza_id, o.after, m.id,"
    " CASE WHEN o.type = ?2 THEN ifnull (m.origin_id, m.stanza_id) ELSE m.stanza_id END, m.reply_id, m.reply_own, m.quote, m.unstyled"
    " FROM outgoing o JOIN message m ON m.id = o.message WHERE o.id = ?1", "li", id, (int) CHAT_NEW_REACTIONS);
  ChatMessageRow *row;

  if (chat_db_step (db, s, error) <= 0)
    return NULL;
  row = g_new0 (ChatMessageRow, 1);
  row->id = -sqlite3_column_int64 (s, 0);
  row->conversation = sqlite3_column_int64 (s, 1);
  row->change = sqlite3_column_int (s, 2);
  row->own = TRUE;
  row->state = sqlite3_column_int (s, 3);
  row->time = sqlite3_column_int64 (s, 4);
  row->text = chat_db_dup_text (s, 5);
  row->stanza_id = chat_db_dup_text (s, 6);
  row->after = sqlite3_column_int64 (s, 7);
  row->target = sqlite3_column_int64 (s, 8);
  row->target_id = chat_db_dup_text (s, 9);
  row->reply_id = chat_db_dup_text (s, 10);
  row->reply_own = sqlite3_column_int (s, 11);
  row->quote = chat_db_dup_text (s, 12);
  row->unstyled = sqlite3_column_int (s, 13);
  sqlite3_reset (s);
  return row;
}

gboolean
chat_outgoing_load (ChatDb *db, gint64 account, GPtrArray *rows, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_outbox_row_free);
  sqlite3_stmt *s = chat_db_query (db, error,
    "SELECT o.id, c.jid, o.cursor, o.written FROM outgoing o JOIN message m ON m.id = o.message"
    " JOIN conversation c ON c.id = m.conversation WHERE c.account = ? AND o.state IN (1, 2) ORDER BY o.id", "l", account);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  int step;

  while ((step = chat_db_step (db, s, error)) > 0) {
    ChatOutboxRow *row = g_new0 (ChatOutboxRow, 1);
    gint64 id = sqlite3_column_int64 (s, 0);
    row->jid = chat_db_dup_text (s, 1);
    row->cursor = chat_db_dup_text (s, 2);
    row->written = sqlite3_column_int64 (s, 3);
    g_array_append_val (ids, id);
    g_ptr_array_add (found, row);
  }
  for (guint i = 0; step == 0 && i < found->len; i++) {
    ChatOutboxRow *row = g_ptr_array_index (found, i);
    row->message = read_outgoing (db, g_array_index (ids, gint64, i), error);
    if (row->message == NULL)
      return FALSE;
  }
  g_ptr_array_extend_and_steal (rows, g_steal_pointer (&found));
  return step == 0;
}

gboolean
chat_outgoing_find (ChatDb *db, gint64 conversation, const char *stanza_id, gint64 *id, GError **error)
{
  return chat_db_int64 (db, id, 0, error,
                        "SELECT o.id FROM outgoing o JOIN message m ON m.id = o.message WHERE o.stanza_id = ?2 AND m.conversation = ?1",
                        "ls", conversation, stanza_id);
}

/* -- undoing -------------------------------------------------------------------------------------------------------- */

static gboolean
undo_correction (ChatDb *db, gint64 message, const char *stanza_id, GError **error)
{
  return chat_db_run (db, error, "DELETE FROM message_version WHERE message = ? AND stanza_id = ?", "ls", message, stanza_id)
         && chat_db_run (db, error,
              "UPDATE message SET text = v.text, length = ifnull (length (CAST (v.text AS BLOB)), 0),"
              " edited = CASE WHEN v.stanza_id IS NULL THEN 0 ELSE v.time END"
              " FROM (SELECT text, time, stanza_id FROM message_version WHERE message = ?1"
              " ORDER BY stanza_id IS NOT NULL DESC, time DESC, rowid DESC LIMIT 1) v WHERE id = ?1", "l", message)
         && chat_db_run (db, error, "DELETE FROM message_version WHERE message = ?1"
                         " AND NOT EXISTS (SELECT 1 FROM message_version WHERE message = ?1 AND stanza_id IS NOT NULL)", "l", message);
}

static gboolean
set_own_emojis (ChatDb *db, gint64 message, const char *emojis, GError **error)
{
  return chat_db_run (db, error, "UPDATE reaction SET emojis = ? WHERE message = ? AND own", "sl", emojis != NULL ? emojis : "", message)
         && chat_store_join_reactions (db, message, error);
}

static gboolean
undo (ChatDb *db, const ChatMessageRow *row, GError **error)
{
  g_autofree char *before = NULL;
  sqlite3_stmt *s;

  switch (row->change) {
  case CHAT_NEW_CORRECTION:
    return undo_correction (db, row->target, row->stanza_id, error);
  case CHAT_NEW_RETRACTION:
    return row->state == CHAT_MESSAGE_SENT
           || chat_db_run (db, error, "UPDATE message SET retracted = 0 WHERE id = ?", "l", row->target);
  default:
    s = chat_db_query (db, error, "SELECT before FROM outgoing WHERE id = ?", "l", -row->id);
    if (chat_db_step (db, s, error) <= 0)
      return FALSE;
    before = chat_db_dup_text (s, 0);
    sqlite3_reset (s);
    return set_own_emojis (db, row->target, before, error);
  }
}

gboolean
chat_outgoing_give_up (ChatDb *db, gint64 message, GError **error)
{
  gint64 corrected;

  /* What is tried again says the last text. */
  return chat_db_int64 (db, &corrected, 0, error, "SELECT count (*) FROM outgoing WHERE message = ? AND type = ? AND state = 1", "li",
                        message, (int) CHAT_NEW_CORRECTION)
         && chat_db_run (db, error, "DELETE FROM outgoing WHERE message = ? AND state = 1", "l", message)
         && (corrected == 0
             || (chat_db_run (db, error, "DELETE FROM message_version WHERE message = ?", "l", message)
                 && chat_db_run (db, error, "UPDATE message SET edited = 0 WHERE id = ?", "l", message)));
}

/* -- its way -------------------------------------------------------------------------------------------------------- */

static gboolean
write_outgoing (ChatDb *db, gint64 account, gint64 id, GError **error)
{
  return chat_db_run (db, error, "UPDATE outgoing SET state = 2, cursor = CASE WHEN written = 0 THEN (SELECT cursor FROM history"
                      " WHERE account = ?1) ELSE cursor END, written = CASE WHEN written = 0 THEN ?2 ELSE written END WHERE id = ?3",
                      "lll", account, g_get_real_time (), id);
}

/* Nothing of what was taken back stays here either. */
static gboolean
end_outgoing (ChatDb *db, const ChatMessageRow *row, GError **error)
{
  return chat_db_run (db, error, "UPDATE outgoing SET state = 3 WHERE id = ?", "l", -row->id)
         && (row->change != CHAT_NEW_RETRACTION
             || (chat_db_run (db, error, "UPDATE message SET text = NULL, length = 0, quote = NULL, reactions = NULL, edited = 0"
                              " WHERE id = ?", "l", row->target)
                 && chat_db_run (db, error, "UPDATE message_version SET text = NULL WHERE message = ?", "l", row->target)
                 && chat_db_run (db, error, "DELETE FROM reaction WHERE message = ?", "l", row->target)
                 && chat_db_run (db, error, "DELETE FROM raw WHERE message = ?", "l", row->target)));
}

static gboolean
fail_outgoing (ChatDb *db, const ChatMessageRow *row, const char *text, GError **error)
{
  return undo (db, row, error)
         && chat_db_run (db, error, "DELETE FROM outgoing WHERE id = ?", "l", -row->id);
}

gboolean
chat_outgoing_set_state (ChatDb *db, gint64 account, gint64 id, ChatMessageState state, const char *text, GPtrArray *changed, GError **error)
{
  g_autoptr (ChatMessageRow) row = read_outgoing (db, id, error);
  gboolean done;

  /* It was made undone meanwhile. */
  if (row == NULL)
    return error == NULL || *error == NULL;
  switch (state) {
  case CHAT_MESSAGE_WRITTEN:
    if (row->state != CHAT_MESSAGE_QUEUED)
      return TRUE;
    done = write_outgoing (db, account, id, error);
    break;
  case CHAT_MESSAGE_QUEUED:
    if (row->state != CHAT_MESSAGE_WRITTEN)
      return TRUE;
    done = chat_db_run (db, error, "UPDATE outgoing SET state = 1 WHERE id = ?", "l", id);
    break;
  case CHAT_MESSAGE_SENT:
    if (row->state == CHAT_MESSAGE_SENT)
      return TRUE;
    done = end_outgoing (db, row, error);
    break;
  default:
    done = fail_outgoing (db, row, text, error);
  }
  if (!done)
    return FALSE;
  row->state = state;
  row->error = g_strdup (text);
  g_ptr_array_add (changed, g_steal_pointer (&row));
  return TRUE;
}

/* -- making them ---------------------------------------------------------------------------------------------------- */

/* One that is on the wire is waited for; what follows it is another. */
static gboolean
queue (ChatDb *db, const ChangeData *data, const Subject *subject, const char *text, gint64 time, ChatChanged *changed, GError **error)
{
  if (subject->queued != 0)
    return chat_db_run (db, error, "UPDATE outgoing SET text = ?, time = ? WHERE id = ?", "sll", text, time, subject->queued);
  if (!chat_db_run (db, error, "DELETE FROM outgoing WHERE state = 3 AND time < ?", "l", time - KEPT)
      || !chat_db_run (db, error,
           "INSERT INTO outgoing (message, type, state, time, stanza_id, text, before, after)"
           " VALUES (?, ?, 1, ?, ?, ?, ?, (SELECT max (id) FROM message))", "lilsss",
           data->message, (int) data->type, time, data->stanza_id, text,
           data->type == CHAT_NEW_REACTIONS ? subject->emojis : NULL))
    return FALSE;
  changed->outgoing = read_outgoing (db, sqlite3_last_insert_rowid (chat_db_handle (db)), error);
  return changed->outgoing != NULL;
}

static gboolean
correct (ChatLotWork *work, const ChangeData *data, const Subject *subject, gint64 time, ChatChanged *changed, GError **error)
{
  ChatNewMessage new = { .type = CHAT_NEW_CORRECTION, .own = TRUE, .time = time, .jid = subject->jid, .text = data->text,
                         .unstyled = subject->unstyled, .stanza_id = subject->queued != 0 ? subject->queued_id : data->stanza_id };

  if (g_strcmp0 (subject->text, data->text) == 0)
    return TRUE;
  if (subject->state == CHAT_MESSAGE_QUEUED && subject->unwritten)
    return chat_db_run (work->db, error, "UPDATE message SET text = ?, length = ? WHERE id = ?", "sil",
                        data->text, (int) strlen (data->text), data->message)
           && chat_lot_give_changed (work, data->message, error) && chat_lot_tell_answers (work, data->message, error);
  return (subject->queued == 0
          || chat_db_run (work->db, error, "DELETE FROM message_version WHERE message = ? AND stanza_id = ?", "ls",
                          data->message, subject->queued_id))
         && chat_lot_apply_to (work, &new, data->message, error)
         && queue (work->db, data, subject, data->text, time, changed, error);
}

static gboolean
retract (ChatLotWork *work, const ChangeData *data, const Subject *subject, gint64 time, ChatChanged *changed, GError **error)
{
  if (subject->state == CHAT_MESSAGE_QUEUED && subject->unwritten) {
    changed->removed = data->message;
    return chat_lot_tell_answers (work, data->message, error)
           && chat_db_run (work->db, error, "DELETE FROM message WHERE id = ?", "l", data->message);
  }
  /* Nobody needs to hear what else was to be said of it. */
  return chat_db_run (work->db, error, "DELETE FROM outgoing WHERE message = ? AND state = 1 AND written = 0", "l", data->message)
         && chat_db_run (work->db, error, "UPDATE message SET retracted = 1 WHERE id = ?", "l", data->message)
         && queue (work->db, data, subject, NULL, time, changed, error)
         && chat_lot_give_changed (work, data->message, error) && chat_lot_tell_answers (work, data->message, error);
}

/* NULL: nothing is to be done. */
static char *
toggle (const char *emojis, const char *emoji, gboolean on)
{
  g_auto (GStrv) words = g_strsplit (emojis != NULL ? emojis : "", " ", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) left = NULL;
  guint n = 0;

  if (g_strv_contains ((const char *const *) words, emoji) == on)
    return NULL;
  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] == '\0' || g_str_equal (words[i], emoji))
      continue;
    g_strv_builder_add (builder, words[i]);
    n++;
  }
  if (on && n >= EMOJIS_MAX)
    return NULL;
  if (on)
    g_strv_builder_add (builder, emoji);
  left = g_strv_builder_end (builder);
  return g_strjoinv (" ", left);
}

static gboolean
react (ChatLotWork *work, const ChangeData *data, const Subject *subject, gint64 time, ChatChanged *changed, GError **error)
{
  g_autofree char *emojis = toggle (subject->emojis, data->text, data->on);
  ChatNewMessage new = { .type = CHAT_NEW_REACTIONS, .own = TRUE, .time = time, .jid = subject->jid, .emojis = emojis };

  if (emojis == NULL)
    return TRUE;
  if (!chat_lot_apply_to (work, &new, data->message, error))
    return FALSE;
  if (subject->queued != 0 && g_strcmp0 (emojis, subject->before != NULL ? subject->before : "") == 0)
    return chat_db_run (work->db, error, "DELETE FROM outgoing WHERE id = ?", "l", subject->queued);
  return queue (work->db, data, subject, emojis, time, changed, error);
}

static gboolean
make (ChatLotWork *work, const ChangeData *data, const Subject *subject, ChatChanged *changed, GError **error)
{
  gint64 now = g_get_real_time (), latest;

  /* The clock may have been set back since what is changed was said. */
  if (!chat_db_int64 (work->db, &latest, 0, error,
                      "SELECT max (ifnull (max (time), 0), (SELECT ifnull (max (time), 0) FROM reaction WHERE message = ?1 AND own))"
                      " FROM message_version WHERE message = ?1", "l", data->message))
    return FALSE;
  now = MAX (now, latest + 1);
  switch (data->type) {
  case CHAT_NEW_CORRECTION:
    return correct (work, data, subject, now, changed, error);
  case CHAT_NEW_RETRACTION:
    return retract (work, data, subject, now, changed, error);
  default:
    return react (work, data, subject, now, changed, error);
  }
}

static gboolean
change_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  const ChangeData *data = user_data;
  g_auto (Subject) subject = { 0 };
  g_autoptr (ChatChanged) changed = g_new0 (ChatChanged, 1);
  ChatAddedLot added = { 0 };
  ChatLot lot = { 0 };
  g_autoptr (GHashTable) touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  ChatLotWork work = { .db = db, .lot = &lot, .added = &added, .touched = touched };
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  changed->changed = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_row_free);
  if (!read_subject (db, data, &subject, error))
    return FALSE;
  if (!is_possible (data, &subject)) {
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE, _("This message can’t be changed any more"));
    return FALSE;
  }
  lot.account = subject.account;
  added.added = none;
  added.changed = changed->changed;
  if (!make (&work, data, &subject, changed, error))
    return FALSE;
  changed->conversation = chat_store_load_conversation (db, subject.conversation, error);
  if (changed->conversation == NULL)
    return FALSE;
  result->result = g_steal_pointer (&changed);
  result->result_free = (GDestroyNotify) chat_changed_free;
  return TRUE;
}

void
chat_store_change_async (ChatStore *self, gint64 message, ChatNewType type, const char *text, gboolean on, const char *stanza_id,
                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  ChangeData *data = g_new0 (ChangeData, 1);

  *data = (ChangeData) { message, type, g_strdup (text), g_strdup (stanza_id), on };
  chat_store_run_write (self, change_job, data, (GDestroyNotify) change_data_free, cancellable, callback, user_data);
}

ChatChanged *
chat_store_change_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}
