/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-lot.h"

#include "chat-store-marks.h"

#include <string.h>

/* The one way of messages into the store: a lot is what came at once, a live message or a page of the archive, and is taken
 * whole or not at all.
 *
 * A live message goes to the end of the order, one of a page to where the archive has it (chat-store-order.c). Changes of
 * messages are made after all messages of the lot are there. */

void
chat_page_free (ChatPage *page)
{
  g_free (page->with);
  g_free (page->first);
  g_free (page->last);
  g_free (page);
}

ChatLot *
chat_lot_new (gint64 account)
{
  ChatLot *lot = g_new0 (ChatLot, 1);

  lot->account = account;
  lot->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_new_message_free);
  return lot;
}

ChatLot *
chat_lot_new_with (gint64 account, ChatNewMessage *message)
{
  ChatLot *lot = chat_lot_new (account);

  g_ptr_array_add (lot->messages, message);
  return lot;
}

void
chat_lot_free (ChatLot *lot)
{
  g_ptr_array_unref (lot->messages);
  g_free (lot->sm_state);
  g_clear_pointer (&lot->page, chat_page_free);
  g_free (lot);
}

void
chat_added_lot_free (ChatAddedLot *added)
{
  g_ptr_array_unref (added->conversations);
  g_ptr_array_unref (added->added);
  g_ptr_array_unref (added->changed);
  g_ptr_array_unref (added->moved);
  g_array_unref (added->ids);
  g_clear_pointer (&added->gap, chat_gap_row_free);
  g_free (added);
}

static ChatAddedLot *
added_lot_new (guint n_messages)
{
  ChatAddedLot *added = g_new0 (ChatAddedLot, 1);

  added->conversations = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_conversation_row_free);
  added->added = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_row_free);
  added->changed = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_row_free);
  added->moved = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_row_free);
  added->ids = g_array_new (FALSE, TRUE, sizeof (gint64));
  g_array_set_size (added->ids, n_messages);
  return added;
}

/* -- conversations -------------------------------------------------------------------------------------------------- */

static gboolean
read_touched (ChatLotWork *work, ChatTouched *touched, GError **error)
{
  sqlite3_stmt *s = chat_db_query (work->db, error,
    "SELECT c.id, c.read_position, EXISTS (SELECT 1 FROM pending_change WHERE account = ?1 AND jid = ?2),"
    " EXISTS (SELECT 1 FROM message WHERE conversation = c.id AND reply_id IS NOT NULL)"
    " FROM (SELECT 1) LEFT JOIN conversation c ON c.account = ?1 AND c.jid = ?2", "ls", work->lot->account, touched->jid);
  int step = chat_db_step (work->db, s, error);

  if (step <= 0)
    return step == 0;
  touched->id = sqlite3_column_int64 (s, 0);
  touched->read_position = sqlite3_column_int64 (s, 1);
  touched->has_pending = sqlite3_column_int (s, 2);
  touched->has_replies = sqlite3_column_int (s, 3);
  sqlite3_reset (s);
  return TRUE;
}

static gboolean
make_conversation (ChatLotWork *work, ChatTouched *touched, GError **error)
{
  if (!chat_db_run (work->db, error, "INSERT INTO conversation (account, jid) VALUES (?, ?)", "ls",
                    work->lot->account, touched->jid))
    return FALSE;
  touched->id = sqlite3_last_insert_rowid (chat_db_handle (work->db));
  touched->read_position = CHAT_STORE_NOTHING_READ;
  return TRUE;
}

ChatTouched *
chat_lot_touch (ChatLotWork *work, const char *jid, gboolean make, GError **error)
{
  ChatTouched *touched = g_hash_table_lookup (work->touched, jid);

  if (touched == NULL) {
    touched = g_new0 (ChatTouched, 1);
    touched->jid = g_strdup (jid);
    touched->told = CHAT_STORE_NOTHING_READ;
    g_hash_table_insert (work->touched, touched->jid, touched);
    if (!read_touched (work, touched, error))
      return NULL;
  }
  if (touched->id == 0 && make && !make_conversation (work, touched, error))
    return NULL;
  return touched;
}

/* -- one message ---------------------------------------------------------------------------------------------------- */

gboolean
chat_lot_take_position (ChatDb *db, gint64 account, gint64 conversation, gint64 *position, GError **error)
{
  gint64 last;

  return chat_db_int64 (db, &last, 0, error, "SELECT max (position) FROM message WHERE conversation = ?", "l", conversation)
         && chat_db_int64 (db, position, 0, error,
                           "INSERT INTO history (account, position) VALUES (?1, max (?2, 0) + ?3)"
                           " ON CONFLICT (account) DO UPDATE SET position = max (position, ?2) + ?3 RETURNING position", "lll",
                           account, last, (gint64) CHAT_LOT_STEP);
}

static ChatMessageRow *
make_row (const ChatNewMessage *new, gint64 id, gint64 conversation, gint64 position)
{
  ChatMessageRow *row = g_new0 (ChatMessageRow, 1);

  *row = (ChatMessageRow) {
    .id = id, .conversation = conversation, .position = position, .kind = new->kind, .own = new->own, .state = new->state,
    .time = new->time, .text = g_strdup (new->text), .stanza_id = g_strdup (new->stanza_id),
    .archive_id = g_strdup (new->archive_id), .retracted = new->retracted, .unstyled = new->unstyled,
    .reply_id = g_strdup (new->reply_id), .reply_own = new->reply_own, .quote = g_strdup (new->quote), .announce = !new->own,
  };
  return row;
}

static gboolean
keep_raw (ChatLotWork *work, const ChatNewMessage *new, gint64 id, GError **error)
{
  return new->raw == NULL
         || chat_db_run (work->db, error, "INSERT OR REPLACE INTO raw (message, time, stanza) VALUES (?, ?, ?)", "lls",
                         id, new->time, new->raw);
}

static void
note_new (ChatTouched *touched, gint64 id, gint64 position, gint64 time)
{
  if (touched->n_new == 0 || position > touched->last_position) {
    touched->last = id;
    touched->last_position = position;
  }
  touched->last_time = touched->n_new == 0 ? time : MAX (touched->last_time, time);
  touched->n_new++;
}

/* What few have. */
static gboolean
write_rest (ChatLotWork *work, const ChatNewMessage *new, gint64 id, GError **error)
{
  if (new->reply_id == NULL && new->origin_id == NULL && !new->unstyled && !new->retracted)
    return TRUE;
  return chat_db_run (work->db, error, "UPDATE message SET reply_id = ?, reply_own = ?, quote = ?, origin_id = ?, unstyled = ?,"
                      " retracted = ? WHERE id = ?", "sissiil",
                      new->reply_id, new->reply_own, new->quote, new->origin_id, (int) new->unstyled, (int) new->retracted, id);
}

/* Into the lot's answer too. */
static gboolean
give_added (ChatLotWork *work, const ChatNewMessage *new, ChatTouched *touched, gint64 id, gint64 position, GError **error)
{
  ChatMessageRow *row = make_row (new, id, touched->id, position);

  g_ptr_array_add (work->added->added, row);
  note_new (touched, id, position, new->time);
  if (!chat_store_resolve_reply (work->db, row, error) || (touched->has_replies && !chat_lot_tell_answers (work, id, error)))
    return FALSE;
  touched->has_replies |= new->reply_id != NULL;
  return TRUE;
}

static gboolean
insert (ChatLotWork *work, const ChatNewMessage *new, ChatTouched *touched, gint64 position, gint64 *id, GError **error)
{
  if (!chat_db_run (work->db, error,
        "INSERT INTO message (conversation, position, kind, own, state, time, length, text, stanza_id, archive_id, markable)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "lliiilisssi",
        touched->id, position, (int) new->kind, (int) new->own, (int) new->state, new->time,
        new->text != NULL ? (int) strlen (new->text) : 0, new->text, new->stanza_id, new->archive_id, (int) new->markable))
    return FALSE;
  *id = sqlite3_last_insert_rowid (chat_db_handle (work->db));
  return write_rest (work, new, *id, error) && give_added (work, new, touched, *id, position, error)
         && keep_raw (work, new, *id, error);
}

/* More than any before, whatever the clock says. */
static gboolean
bring_to_top (ChatLotWork *work, const ChatNewMessage *new, ChatTouched *touched, GError **error)
{
  return chat_db_run (work->db, error,
                      "UPDATE conversation SET activity = max (?, 1 + (SELECT min (max (activity), 1 << 62) FROM conversation)) WHERE id = ?", "ll",
                      new->delayed ? 0 : new->time, touched->id)
         && (!new->clear_draft || chat_db_run (work->db, error, "UPDATE conversation SET draft = NULL, draft_reply = 0 WHERE id = ?", "l", touched->id));
}

/* Who answered has read. Who looks on says so later, when it was seen. */
static void
note_reading (ChatTouched *touched, const ChatNewMessage *new, gint64 position, gboolean import)
{
  touched->recount = TRUE;
  if (new->own || import)
    touched->read_position = MAX (touched->read_position, position);
  /* Who wrote on another device read there, and told it there. */
  if (import || (new->own && new->source != CHAT_SOURCE_LIVE))
    touched->told = MAX (touched->told, position);
}

gboolean
chat_lot_add_message (ChatLotWork *work, const ChatNewMessage *new, ChatTouched *touched, gint64 position, gint64 *id,
                      GError **error)
{
  gboolean live = position == CHAT_LOT_AT_THE_END;

  if (live && !chat_lot_take_position (work->db, work->lot->account, touched->id, &position, error))
    return FALSE;
  if (!insert (work, new, touched, position, id, error))
    return FALSE;
  note_reading (touched, new, position, !live && new->time <= work->gap.read_until);
  return !live || bring_to_top (work, new, touched, error);
}

/* Who gets it again has asked before. */
static gboolean
owe_receipt (ChatLotWork *work, const ChatNewMessage *new, GError **error)
{
  return new->asker == NULL
         || chat_store_owe_receipt (work->db, work->lot->account, new->asker, new->stanza_id, new->asker_type, error);
}

static gboolean
add_live (ChatLotWork *work, const ChatNewMessage *new, guint index, GError **error)
{
  ChatTouched *touched = chat_lot_touch (work, new->jid, TRUE, error);
  ChatKnown known;
  gboolean forgotten;

  if (touched == NULL || !chat_lot_find (work, new, touched, &known, error))
    return FALSE;
  if (known.id != 0)
    return chat_lot_meet_again (work, new, touched, &known, index, error);
  if (!chat_lot_was_forgotten (work, new, touched, CHAT_LOT_AT_THE_END, &forgotten, error))
    return FALSE;
  if (forgotten)
    return TRUE;
  if (new->offline && !chat_store_ensure_live_gap (work->db, work->lot->account, TRUE, error))
    return FALSE;
  return chat_lot_add_message (work, new, touched, CHAT_LOT_AT_THE_END, &g_array_index (work->added->ids, gint64, index), error)
         && owe_receipt (work, new, error);
}

/* -- the lot -------------------------------------------------------------------------------------------------------- */

static gboolean
add_messages (ChatLotWork *work, GError **error)
{
  GPtrArray *messages = work->lot->messages;
  g_autofree gint64 *positions = g_new (gint64, messages->len);

  for (guint i = 0; i < messages->len; i++)
    positions[i] = CHAT_LOT_AT_THE_END;
  if (work->lot->page != NULL && !chat_lot_add_page (work, positions, error))
    return FALSE;
  for (guint i = 0; work->lot->page == NULL && i < messages->len; i++) {
    ChatNewMessage *new = g_ptr_array_index (messages, i);
    if (new->type == CHAT_NEW_MESSAGE && (!chat_lot_fill_in_reply (work, new, error) || !add_live (work, new, i, error)))
      return FALSE;
  }
  for (guint i = 0; i < messages->len; i++) {
    const ChatNewMessage *new = g_ptr_array_index (messages, i);
    if (new->type != CHAT_NEW_MESSAGE && !chat_lot_change (work, new, positions[i], i, error))
      return FALSE;
  }
  return chat_lot_apply_pending (work, error);
}

gboolean
chat_store_count_unread (ChatDb *db, gint64 conversation, gint64 read_position, GError **error)
{
  gint64 from;

  /* The user wants to read again from there; who has read on since does not. */
  if (!chat_db_run (db, error, "UPDATE conversation SET unread_from = NULL WHERE id = ? AND read_position < ? AND unread_from IS NOT NULL", "ll",
                    conversation, read_position)
      || !chat_db_int64 (db, &from, G_MAXINT64, error, "SELECT unread_from FROM conversation WHERE id = ? AND unread_from IS NOT NULL", "l",
                         conversation))
    return FALSE;
  return chat_db_run (db, error,
    "UPDATE conversation SET read_position = ?2,"
    " unread = (SELECT count (*) FROM message WHERE conversation = ?1 AND position > ?3 AND NOT own),"
    " first_unread = (SELECT id FROM message WHERE conversation = ?1 AND position > ?3 AND NOT own ORDER BY position LIMIT 1)"
    " WHERE id = ?1", "lll", conversation, read_position, MIN (read_position, from - 1));
}

/* What another device read, it told itself; what we read beyond is still to be told. */
static gboolean
count_unread (ChatLotWork *work, ChatTouched *touched, GError **error)
{
  return chat_store_count_unread (work->db, touched->id, touched->read_position, error)
         && (touched->told == CHAT_STORE_NOTHING_READ
             || chat_db_run (work->db, error, "UPDATE conversation SET told = max (told, ?) WHERE id = ?", "ll",
                             touched->told, touched->id));
}

static gboolean
count_new (ChatLotWork *work, ChatTouched *touched, GError **error)
{
  return chat_db_run (work->db, error,
    "UPDATE conversation SET n_messages = n_messages + ?2, activity = max (activity, ?3), last_message = CASE WHEN"
    " last_message IS NULL OR ?4 > (SELECT position FROM message WHERE id = last_message) THEN ?5 ELSE last_message END WHERE id = ?1",
    "lilll", touched->id, (int) touched->n_new, touched->last_time, touched->last_position, touched->last);
}

static gboolean
give_conversations (ChatLotWork *work, GError **error)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, work->touched);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    ChatTouched *touched = value;
    ChatConversationRow *row;
    if (touched->id == 0)
      continue;
    if ((touched->n_new > 0 && !count_new (work, touched, error))
        || (touched->recount && !count_unread (work, touched, error)))
      return FALSE;
    row = chat_store_load_conversation (work->db, touched->id, error);
    if (row == NULL)
      return FALSE;
    g_ptr_array_add (work->added->conversations, row);
  }
  return TRUE;
}

/* What is read already is no news. */
static void
drop_old_news (ChatLotWork *work)
{
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, work->touched);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_hash_table_insert (by_id, &((ChatTouched *) value)->id, value);
  for (guint i = 0; i < work->added->added->len; i++) {
    ChatMessageRow *row = g_ptr_array_index (work->added->added, i);
    ChatTouched *touched = g_hash_table_lookup (by_id, &row->conversation);
    row->announce = row->announce && row->position > touched->read_position;
  }
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const ChatMessageRow *x = *(ChatMessageRow **) a, *y = *(ChatMessageRow **) b;
  return x->position < y->position ? -1 : x->position > y->position;
}

static gboolean
add_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  ChatLot *lot = data;
  g_autoptr (ChatAddedLot) added = added_lot_new (lot->messages->len);
  g_autoptr (GHashTable) touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  ChatLotWork work = { .db = db, .lot = lot, .added = added, .touched = touched };

  if ((lot->page != NULL && !chat_lot_begin_page (&work, error))
      || !add_messages (&work, error)
      || (lot->page != NULL && !chat_lot_end_page (&work, error))
      || !give_conversations (&work, error)
      || (lot->sm_state != NULL && !chat_store_write_sm_state (db, lot->account, lot->sm_state, error)))
    return FALSE;
  drop_old_news (&work);
  g_ptr_array_sort (added->added, compare_rows);
  result->result = g_steal_pointer (&added);
  result->result_free = (GDestroyNotify) chat_added_lot_free;
  return TRUE;
}

void
chat_store_add_async (ChatStore *self, ChatLot *lot, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  chat_store_run_write (self, add_job, lot, (GDestroyNotify) chat_lot_free, cancellable, callback, user_data);
}

ChatAddedLot *
chat_store_add_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}
