/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-lot.h"

/* One row per message, by whatever ways it comes: live, as a copy for another device, from the archive, again after a
 * resumption, out of offline storage (W-31, R-38).
 *
 *   1. The archive's id is the same; then so is the sender's, if there is one.
 *   2. The sender's id, sender, kind and text are the same, and the archive's ids do not say otherwise: nobody hides another's
 *      message so (S-17), nor a client that counts from one at each start its own. Of a long id nobody makes two; what the
 *      archive has twice of that was sent again, as its fate was unknown.
 *   3. There is no sender's id: sender and text are the same, and the server's stamp; or one of the two copies was not
 *      stamped by the server, and they are within five minutes. Each row is met once, so two equal ones stay two.
 *
 * Where the archive has lost its ids, those that differ say nothing, but then its stamps have to be the same; with a
 * sender's id, as far as clocks agree, for a live one has no stamp. */

#define CLOCKS_APART (5 * 60 * G_TIME_SPAN_SECOND)

#define KNOWN_COLUMNS "id, position, time, state, archive_id, written <> 0, cursor IS ''"

static gboolean
take (ChatLotWork *work, sqlite3_stmt *s, const ChatNewMessage *new, ChatKnown *known, GError **error)
{
  int step = chat_db_step (work->db, s, error);

  if (step <= 0)
    return step == 0;
  known->id = sqlite3_column_int64 (s, 0);
  known->position = sqlite3_column_int64 (s, 1);
  known->time = sqlite3_column_int64 (s, 2);
  known->state = sqlite3_column_int (s, 3);
  known->has_archive_id = sqlite3_column_type (s, 4) != SQLITE_NULL;
  known->same_copy = !known->has_archive_id || work->gap.lost || g_strcmp0 ((char *) sqlite3_column_text (s, 4), new->archive_id) == 0;
  known->typed_here = sqlite3_column_int (s, 5);
  known->bounced = sqlite3_column_int (s, 6);
  sqlite3_reset (s);
  return TRUE;
}

/* A text that was corrected or taken back since is not compared. */
static gboolean
find_by_stanza_id (ChatLotWork *work, const ChatNewMessage *new, gint64 conversation, const char *stanza_id, ChatKnown *known,
                   GError **error)
{
  return take (work, chat_db_query (work->db, error,
    "SELECT " KNOWN_COLUMNS " FROM message WHERE conversation = ?1 AND stanza_id = ?2 AND own = ?3 AND kind = ?4"
    " AND (text IS ?5 OR edited <> 0 OR retracted OR archive_id = ?6 OR ?11)"
    " AND (archive_id IS NULL OR ?6 IS NULL OR archive_id = ?6 OR length (?2) >= ?9 OR (?7 AND abs (time - ?8) <= ?10))"
    " ORDER BY archive_id IS ?6 DESC LIMIT 1",
    "lsiissilili", conversation, stanza_id, (int) new->own, (int) new->kind, new->text, new->archive_id, (int) work->gap.lost,
    new->time, CHAT_LOT_LONG_ID, (gint64) CLOCKS_APART, (int) new->retracted), new, known, error);
}

static gboolean
find_by_text (ChatLotWork *work, const ChatNewMessage *new, gint64 conversation, ChatKnown *known, GError **error)
{
  gboolean archived = new->source == CHAT_SOURCE_ARCHIVE;

  return take (work, chat_db_query (work->db, error,
    "SELECT " KNOWN_COLUMNS " FROM message WHERE conversation = ?1 AND stanza_id IS NULL AND time BETWEEN ?2 - ?3 AND ?2 + ?3"
    " AND own = ?4 AND text IS ?5 AND kind = ?6"
    " AND CASE WHEN archive_id IS NULL AND ?7 IS NULL THEN ?8 AND time = ?2"
    "          WHEN archive_id IS NULL THEN ?9 OR time = ?2"
    "          WHEN ?7 IS NULL THEN ?8 AND time = ?2"
    "          ELSE archive_id = ?7 OR (?10 AND time = ?2) END"
    " ORDER BY abs (time - ?2) LIMIT 1", "lllisisiii",
    conversation, new->time, (gint64) CLOCKS_APART, (int) new->own, new->text, (int) new->kind, new->archive_id,
    (int) new->delayed, (int) archived, (int) work->gap.lost), new, known, error);
}

gboolean
chat_lot_find (ChatLotWork *work, const ChatNewMessage *new, ChatTouched *touched, ChatKnown *known, GError **error)
{
  *known = (ChatKnown) { 0 };
  if (new->archive_id != NULL && new->stanza_id == NULL
      && !take (work, chat_db_query (work->db, error,
                  "SELECT " KNOWN_COLUMNS " FROM message WHERE conversation = ? AND archive_id = ? AND stanza_id IS NULL", "ls",
                  touched->id, new->archive_id), new, known, error))
    return FALSE;
  if (known->id != 0)
    return TRUE;
  if (new->stanza_id == NULL)
    return find_by_text (work, new, touched->id, known, error);
  if (!find_by_stanza_id (work, new, touched->id, new->stanza_id, known, error))
    return FALSE;
  return known->id != 0 || new->origin_id == NULL
         || find_by_stanza_id (work, new, touched->id, new->origin_id, known, error);
}

static gboolean
is_on_its_way (const ChatKnown *known)
{
  return known->state == CHAT_MESSAGE_QUEUED || known->state == CHAT_MESSAGE_WRITTEN || known->state == CHAT_MESSAGE_FAILED;
}

/* The archive knows when it was said; and what it has, the server has. Of what came back that says nothing. */
gboolean
chat_lot_meet_again (ChatLotWork *work, const ChatNewMessage *new, ChatTouched *touched, const ChatKnown *known, guint index,
                     GError **error)
{
  gboolean archived = new->source == CHAT_SOURCE_ARCHIVE;
  gint64 time = archived && new->delayed ? new->time : known->time;
  gboolean arrived = new->own && new->state == CHAT_MESSAGE_SENT && is_on_its_way (known) && !known->bounced;
  gboolean renamed = new->archive_id != NULL && (!known->has_archive_id || work->gap.lost);

  g_array_index (work->added->ids, gint64, index) = known->id;
  work->added->n_known++;
  if ((arrived || renamed || time != known->time)
      && !chat_db_run (work->db, error, "UPDATE message SET archive_id = ifnull (?, archive_id), time = ?, state = ?,"
                       " error = CASE WHEN ? THEN NULL ELSE error END WHERE id = ?",
                       "sliil", new->archive_id, time, arrived ? CHAT_MESSAGE_SENT : (int) known->state, arrived, known->id))
    return FALSE;
  /* What was typed here was so then, and may have been put behind what nobody has read yet. */
  if (new->own && !known->typed_here && known->position > touched->read_position) {
    touched->read_position = known->position;
    touched->recount = TRUE;
  }
  if (new->retracted && !chat_lot_retract (work, known->id, error))
    return FALSE;
  return !arrived || chat_lot_give_changed (work, known->id, error);
}
