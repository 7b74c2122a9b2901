/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-lot.h"

/* What is said of an earlier message: corrections, retractions, reactions, receipts and marks. Who may say it: of a text only
 * who wrote it (S-12, S-15); that something arrived or was read only the other one, whose conversation it is (S-18). What
 * comes before the message that it is about waits for it while the archive may still bring that.
 *
 * The latest counts, by its time: copies come in any order. */

#define PENDING_MAX 1000         /* of an account: strangers can make them */

typedef struct {
  gint64 id, position, time, edited;
  gboolean own, retracted;
  ChatMessageKind kind;
  char *text;                /* nullable */
} Target;

static void
target_clear (Target *target)
{
  g_clear_pointer (&target->text, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Target, target_clear)

#define MARK_REACH 500           /* messages back in which an id of the archive is looked for, among those that are read */

#define TARGET_COLUMNS "m.id, m.position, m.time, m.edited, m.own, m.retracted, m.kind, m.text"

#define OF_AUTHOR " AND (?3 = -1 OR m.own = ?3) ORDER BY m.position DESC LIMIT 1"

/* By the stanza's id, the one that its sender gave it beside that, or that of a correction (XEP-0444 §4). */
static const char *const look_ups[] = {
  "SELECT " TARGET_COLUMNS " FROM message m WHERE m.conversation = ?1 AND m.stanza_id = ?2" OF_AUTHOR,
  "SELECT " TARGET_COLUMNS " FROM message m WHERE m.conversation = ?1 AND m.origin_id = ?2" OF_AUTHOR,
  "SELECT " TARGET_COLUMNS " FROM message_version v JOIN message m ON m.id = v.message"
  " WHERE v.stanza_id = ?2 AND m.conversation = ?1" OF_AUTHOR,
};

static gboolean
take_target (ChatLotWork *work, sqlite3_stmt *s, Target *target, GError **error)
{
  int step = chat_db_step (work->db, s, error);

  if (step <= 0)
    return step == 0;
  target->id = sqlite3_column_int64 (s, 0);
  target->position = sqlite3_column_int64 (s, 1);
  target->time = sqlite3_column_int64 (s, 2);
  target->edited = sqlite3_column_int64 (s, 3);
  target->own = sqlite3_column_int (s, 4);
  target->retracted = sqlite3_column_int (s, 5);
  target->kind = sqlite3_column_int (s, 6);
  target->text = chat_db_dup_text (s, 7);
  sqlite3_reset (s);
  return TRUE;
}

/* own: written by us; -1: by either. */
static gboolean
find_target (ChatLotWork *work, const ChatNewMessage *new, gint64 conversation, int own, Target *target, GError **error)
{
  if (new->target_in_archive)
    return take_target (work, chat_db_query (work->db, error, "SELECT " TARGET_COLUMNS " FROM message m WHERE conversation = ?1 AND archive_id = ?2"
                     " AND ?3 IN (-1, own) AND position >= min ((SELECT min (read_position, told) FROM conversation WHERE id = ?1),"
                     " ifnull ((SELECT position FROM message WHERE conversation = ?1 ORDER BY position DESC LIMIT 1 OFFSET ?4), ?5))",
                     "lsiil", conversation, new->target_id, own, MARK_REACH, CHAT_STORE_NOTHING_READ), target, error);
  for (guint i = 0; target->id == 0 && i < G_N_ELEMENTS (look_ups); i++) {
    if (!take_target (work, chat_db_query (work->db, error, look_ups[i], "lsi", conversation, new->target_id, own), target, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
chat_lot_give_changed (ChatLotWork *work, gint64 id, GError **error)
{
  for (guint i = 0; i < work->added->changed->len; i++) {
    if (((ChatMessageRow *) g_ptr_array_index (work->added->changed, i))->id == id) {
      g_ptr_array_remove_index (work->added->changed, i);
      break;
    }
  }
  for (guint i = 0; i < work->added->added->len; i++) {
    ChatMessageRow *row = g_ptr_array_index (work->added->added, i);
    gboolean announce = row->announce;
    g_autoptr (GPtrArray) fresh = NULL;
    if (row->id != id)
      continue;
    fresh = g_ptr_array_new ();
    if (!chat_store_read_message (work->db, id, fresh, error) || fresh->len == 0)
      return FALSE;
    chat_message_row_free (row);
    row = work->added->added->pdata[i] = fresh->pdata[0];
    row->announce = announce;
    return TRUE;
  }
  return chat_store_read_message (work->db, id, work->added->changed, error);
}

/* -- texts ---------------------------------------------------------------------------------------------------------- */

/* What the archive says of the time counts for more than our clock, which was there first. */
static gboolean
keep_version (ChatLotWork *work, const ChatNewMessage *new, const Target *target, GError **error)
{
  const char *stanza_id = new->stanza_id != NULL ? new->stanza_id : "";

  if (!chat_db_run (work->db, error,
        "INSERT INTO message_version (message, stanza_id, time, text) SELECT ?1, NULL, ?2, ?3"
        " WHERE NOT EXISTS (SELECT 1 FROM message_version WHERE message = ?1 AND stanza_id IS NULL)", "lls",
        target->id, target->time, target->text)
      || !chat_db_run (work->db, error,
        "INSERT INTO message_version (message, stanza_id, time, text) SELECT ?1, ?2, ?3, ?4"
        " WHERE NOT EXISTS (SELECT 1 FROM message_version WHERE message = ?1 AND stanza_id = ?2 AND text IS ?4)", "lsls",
        target->id, stanza_id, new->time, new->text))
    return FALSE;
  return !new->delayed
         || chat_db_run (work->db, error, "UPDATE message_version SET time = ? WHERE message = ? AND stanza_id = ? AND text IS ?", "llss",
                         new->time, target->id, stanza_id, new->text);
}

static gboolean
correct (ChatLotWork *work, const ChatNewMessage *new, const Target *target, GError **error)
{
  if (target->retracted)
    return TRUE;
  if (!keep_version (work, new, target, error)
      || !chat_db_run (work->db, error,
           "UPDATE message SET text = v.text, length = ifnull (length (CAST (v.text AS BLOB)), 0), edited = v.time"
           " FROM (SELECT text, time FROM message_version WHERE message = ?1 AND stanza_id IS NOT NULL"
           " ORDER BY time DESC, rowid DESC LIMIT 1) v"
           " WHERE id = ?1 AND NOT (message.text IS v.text AND edited = v.time)", "l", target->id))
    return FALSE;
  return sqlite3_changes (chat_db_handle (work->db)) == 0
         || (chat_db_run (work->db, error, "UPDATE message SET unstyled = ? WHERE id = ?", "il", (int) new->unstyled, target->id)
             && chat_lot_give_changed (work, target->id, error) && chat_lot_tell_answers (work, target->id, error));
}

/* Nothing of it stays here either; but what answers it may name a correction of it. */
gboolean
chat_lot_retract (ChatLotWork *work, gint64 id, GError **error)
{
  if (!chat_db_run (work->db, error, "UPDATE message SET text = NULL, length = 0, quote = NULL, reactions = NULL, edited = 0,"
                    " retracted = 1 WHERE id = ? AND NOT retracted", "l", id))
    return FALSE;
  return sqlite3_changes (chat_db_handle (work->db)) == 0
         || (chat_db_run (work->db, error, "UPDATE message_version SET text = NULL WHERE message = ?", "l", id)
             && chat_db_run (work->db, error, "DELETE FROM reaction WHERE message = ?", "l", id)
             && chat_db_run (work->db, error, "DELETE FROM raw WHERE message = ?", "l", id)
             && chat_lot_give_changed (work, id, error) && chat_lot_tell_answers (work, id, error));
}

gboolean
chat_store_join_reactions (ChatDb *db, gint64 message, GError **error)
{
  return chat_db_run (db, error,
    "UPDATE message SET reactions = (SELECT group_concat (CASE WHEN own THEN 'own' ELSE 'peer' END || char (9) || emojis, char (10))"
    " FROM (SELECT * FROM reaction WHERE message = ?1 AND emojis <> '' ORDER BY own)) WHERE id = ?1", "l", message);
}

static gboolean
react (ChatLotWork *work, const ChatNewMessage *new, const Target *target, GError **error)
{
  if (target->retracted)
    return TRUE;
  if (!chat_db_run (work->db, error,
        "INSERT INTO reaction (message, own, time, emojis) VALUES (?, ?, ?, ?) ON CONFLICT (message, own)"
        " DO UPDATE SET time = excluded.time, emojis = excluded.emojis WHERE excluded.time >= reaction.time", "lils",
        target->id, (int) new->own, new->time, new->emojis != NULL ? new->emojis : ""))
    return FALSE;
  if (sqlite3_changes (chat_db_handle (work->db)) == 0)
    return TRUE;
  return chat_store_join_reactions (work->db, target->id, error)
         && chat_lot_give_changed (work, target->id, error);
}

/* -- what became of them -------------------------------------------------------------------------------------------- */

static gboolean
deliver (ChatLotWork *work, const ChatNewMessage *new, const Target *target, GError **error)
{
  if (!chat_db_run (work->db, error, "UPDATE message SET state = 4, delivered_time = ? WHERE id = ? AND state IN (1, 2, 3)", "ll",
                    new->time, target->id))
    return FALSE;
  return sqlite3_changes (chat_db_handle (work->db)) == 0 || chat_lot_give_changed (work, target->id, error);
}

static gboolean
display (ChatLotWork *work, const ChatNewMessage *new, const ChatTouched *touched, const Target *target, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  sqlite3_stmt *s = chat_db_query (work->db, error,
    "SELECT id FROM message WHERE conversation = ?1 AND own AND state IN (3, 4) AND position <= ?2"
    " UNION ALL SELECT id FROM message WHERE id = ?3 AND own AND state IN (1, 2)", "lll",
    touched->id, target->position, target->id);
  int step;

  while ((step = chat_db_step (work->db, s, error)) > 0) {
    gint64 id = sqlite3_column_int64 (s, 0);
    g_array_append_val (ids, id);
  }
  for (guint i = 0; step == 0 && i < ids->len; i++) {
    gint64 id = g_array_index (ids, gint64, i);
    if (!chat_db_run (work->db, error, "UPDATE message SET state = 5, read_time = ? WHERE id = ?", "ll", new->time, id)
        || !chat_lot_give_changed (work, id, error))
      return FALSE;
  }
  return step == 0;
}

static void
read_up_to (ChatTouched *touched, const Target *target)
{
  touched->recount = TRUE;
  touched->read_position = MAX (touched->read_position, target->position);
  touched->told = MAX (touched->told, target->position);
}

static gboolean
apply (ChatLotWork *work, const ChatNewMessage *new, ChatTouched *touched, const Target *target, GError **error)
{
  switch (new->type) {
  case CHAT_NEW_CORRECTION:
    return correct (work, new, target, error);
  case CHAT_NEW_RETRACTION:
    return chat_lot_retract (work, target->id, error);
  case CHAT_NEW_REACTIONS:
    return react (work, new, target, error);
  case CHAT_NEW_DELIVERED:
    return deliver (work, new, target, error);
  case CHAT_NEW_DISPLAYED:
    return display (work, new, touched, target, error);
  case CHAT_NEW_READ:
    read_up_to (touched, target);
    return TRUE;
  default:
    g_assert_not_reached ();
  }
}

gboolean
chat_lot_apply_to (ChatLotWork *work, const ChatNewMessage *new, gint64 id, GError **error)
{
  ChatTouched *touched = chat_lot_touch (work, new->jid, FALSE, error);
  g_auto (Target) target = { 0 };

  return touched != NULL
         && take_target (work, chat_db_query (work->db, error, "SELECT " TARGET_COLUMNS " FROM message m WHERE id = ?", "l", id), &target, error)
         && apply (work, new, touched, &target, error);
}

/* -- those that wait ------------------------------------------------------------------------------------------------ */

/* Of marks only the last one matters. */
static gboolean
forget_older_mark (ChatLotWork *work, const ChatNewMessage *new, GError **error)
{
  if (new->type != CHAT_NEW_DISPLAYED && new->type != CHAT_NEW_READ)
    return TRUE;
  return chat_db_run (work->db, error, "DELETE FROM pending_change WHERE account = ? AND jid = ? AND type = ? AND time < ?", "lsil",
                      work->lot->account, new->jid, (int) new->type, new->time);
}

static gboolean
wait_for_target (ChatLotWork *work, const ChatNewMessage *new, ChatTouched *touched, gint64 position, GError **error)
{
  touched->has_pending = TRUE;
  return forget_older_mark (work, new, error)
         && chat_db_run (work->db, error,
              "INSERT INTO pending_change (account, jid, type, own, target, target_in_archive, time, position, text, stanza_id, archive_id)"
              " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 WHERE NOT EXISTS (SELECT 1 FROM pending_change"
              " WHERE account = ?1 AND jid = ?2 AND target = ?5 AND type = ?3 AND own = ?4 AND stanza_id IS ?10)", "lsiisillsss",
              work->lot->account, new->jid, (int) new->type, (int) new->own, new->target_id, (int) new->target_in_archive, new->time,
              position, new->type == CHAT_NEW_REACTIONS ? new->emojis : new->text, new->stanza_id, new->archive_id)
         && chat_db_run (work->db, error,
              "DELETE FROM pending_change WHERE account = ?1 AND id <= (SELECT id FROM pending_change WHERE account = ?1"
              " ORDER BY id DESC LIMIT 1 OFFSET ?2)", "li", work->lot->account, PENDING_MAX);
}

static gboolean
show_as_message (ChatLotWork *work, const ChatNewMessage *new, gint64 position, guint index, GError **error)
{
  ChatTouched *touched = chat_lot_touch (work, new->jid, TRUE, error);
  ChatKnown known;
  ChatNewMessage message = *new;

  message.type = CHAT_NEW_MESSAGE;
  if (touched == NULL || !chat_lot_find (work, &message, touched, &known, error))
    return FALSE;
  if (known.id != 0)
    return chat_lot_meet_again (work, &message, touched, &known, index, error);
  return chat_lot_add_message (work, &message, touched, position, &g_array_index (work->added->ids, gint64, index), error);
}

/* Whose text it may be about. Reactions are to either's, a mark of what we read is about the other's. */
static int
wanted_author (const ChatNewMessage *new)
{
  switch (new->type) {
  case CHAT_NEW_CORRECTION:
  case CHAT_NEW_RETRACTION:
    return new->own;
  case CHAT_NEW_DELIVERED:
  case CHAT_NEW_DISPLAYED:
    return TRUE;
  case CHAT_NEW_READ:
    return new->target_in_archive ? -1 : FALSE;
  default:
    return -1;
  }
}

/* S-14: what was encrypted is not replaced by what was not. */
static gboolean
may_correct (const ChatNewMessage *new, const Target *target)
{
  return new->type != CHAT_NEW_CORRECTION || (target->kind == CHAT_MESSAGE_TEXT && new->kind == CHAT_MESSAGE_TEXT);
}

gboolean
chat_lot_change (ChatLotWork *work, const ChatNewMessage *new, gint64 position, guint index, GError **error)
{
  ChatTouched *touched = chat_lot_touch (work, new->jid, FALSE, error);
  g_auto (Target) target = { 0 };
  gboolean has_gap, forgotten = FALSE;

  if (touched == NULL || (touched->id != 0 && !find_target (work, new, touched->id, wanted_author (new), &target, error)))
    return FALSE;
  if (target.id != 0 && may_correct (new, &target)) {
    g_array_index (work->added->ids, gint64, index) = target.id;
    return apply (work, new, touched, &target, error);
  }
  if ((target.id == 0 && !chat_lot_forgot_target (work, new, touched, wanted_author (new), &forgotten, error))
      || !chat_store_has_gap (work->db, work->lot->account, &has_gap, error))
    return FALSE;
  if (forgotten)
    return TRUE;
  if (target.id == 0 && has_gap)
    return wait_for_target (work, new, touched, position == CHAT_LOT_AT_THE_END ? 0 : position, error);
  return new->type != CHAT_NEW_CORRECTION || show_as_message (work, new, position, index, error);
}

static ChatNewMessage *
read_pending (sqlite3_stmt *s)
{
  ChatNewMessage *new = g_new0 (ChatNewMessage, 1);

  new->jid = chat_db_dup_text (s, 1);
  new->type = sqlite3_column_int (s, 2);
  new->own = sqlite3_column_int (s, 3);
  new->target_id = chat_db_dup_text (s, 4);
  new->target_in_archive = sqlite3_column_int (s, 5);
  new->time = sqlite3_column_int64 (s, 6);
  new->text = chat_db_dup_text (s, 8);
  new->emojis = g_strdup (new->text);
  new->stanza_id = chat_db_dup_text (s, 9);
  new->archive_id = chat_db_dup_text (s, 10);
  new->source = CHAT_SOURCE_ARCHIVE;
  new->delayed = TRUE;
  new->state = new->own ? CHAT_MESSAGE_SENT : CHAT_MESSAGE_RECEIVED;
  return new;
}

typedef struct { gint64 id, position; ChatNewMessage *new; } Pending;

static void
pending_free (Pending *pending)
{
  chat_new_message_free (pending->new);
  g_free (pending);
}

static GPtrArray *
load_pending (ChatLotWork *work, sqlite3_stmt *s, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) pending_free);
  int step;

  while ((step = chat_db_step (work->db, s, error)) > 0) {
    Pending *pending = g_new0 (Pending, 1);
    pending->id = sqlite3_column_int64 (s, 0);
    pending->position = sqlite3_column_int64 (s, 7);
    pending->new = read_pending (s);
    g_ptr_array_add (all, pending);
  }
  return step == 0 ? g_steal_pointer (&all) : NULL;
}

#define PENDING_COLUMNS "id, jid, type, own, target, target_in_archive, time, position, text, stanza_id, archive_id"

static gboolean
apply_pending_in (ChatLotWork *work, ChatTouched *touched, GError **error)
{
  g_autoptr (GPtrArray) all = load_pending (work, chat_db_query (work->db, error,
    "SELECT " PENDING_COLUMNS " FROM pending_change WHERE account = ? AND jid = ? ORDER BY time, id", "ls",
    work->lot->account, touched->jid), error);

  if (all == NULL)
    return FALSE;
  for (guint i = 0; i < all->len; i++) {
    Pending *pending = g_ptr_array_index (all, i);
    g_auto (Target) target = { 0 };
    if (!find_target (work, pending->new, touched->id, wanted_author (pending->new), &target, error))
      return FALSE;
    if (target.id == 0 || !may_correct (pending->new, &target))
      continue;
    if (!apply (work, pending->new, touched, &target, error)
        || !chat_db_run (work->db, error, "DELETE FROM pending_change WHERE id = ?", "l", pending->id))
      return FALSE;
  }
  return TRUE;
}

gboolean
chat_lot_apply_pending (ChatLotWork *work, GError **error)
{
  GHashTableIter iter;
  gpointer value;
  gboolean some_wait = FALSE, has_gap;

  if (work->added->added->len == 0)
    return TRUE;
  g_hash_table_iter_init (&iter, work->touched);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    ChatTouched *touched = value;
    if (touched->has_pending && touched->id != 0) {
      some_wait = TRUE;
      if (!apply_pending_in (work, touched, error))
        return FALSE;
    }
  }
  return !some_wait || (chat_store_has_gap (work->db, work->lot->account, &has_gap, error)
                        && (has_gap || chat_lot_end_waiting (work, error)));
}

gboolean
chat_lot_end_waiting (ChatLotWork *work, GError **error)
{
  g_autoptr (GPtrArray) all = load_pending (work, chat_db_query (work->db, error,
    "SELECT " PENDING_COLUMNS " FROM pending_change WHERE account = ? AND type = ? ORDER BY position, id", "li",
    work->lot->account, (int) CHAT_NEW_CORRECTION), error);

  if (all == NULL)
    return FALSE;
  for (guint i = 0; i < all->len; i++) {
    Pending *pending = g_ptr_array_index (all, i);
    ChatTouched *touched = chat_lot_touch (work, pending->new->jid, TRUE, error);
    ChatKnown known;
    gint64 id;
    if (touched == NULL || !chat_lot_find (work, pending->new, touched, &known, error)
        || (known.id == 0
            && !chat_lot_add_message (work, pending->new, touched,
                                      pending->position != 0 ? pending->position : CHAT_LOT_AT_THE_END, &id, error)))
      return FALSE;
  }
  return chat_db_run (work->db, error, "DELETE FROM pending_change WHERE account = ? AND type NOT IN (?, ?)", "lii",
                      work->lot->account, (int) CHAT_NEW_READ, (int) CHAT_NEW_REACTIONS);
}
