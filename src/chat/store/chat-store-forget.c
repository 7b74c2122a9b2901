/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-forget.h"

#include "chat-store-lot.h"

/* A page of the archive gives each message its place in the order of the account, so one position says for a whole chat what
 * was deleted, without any clock. Only what came live after the archive was last read to its end is given a place by it a
 * second time, in the next gap: of those the ids are kept. */

#define OVERLAP G_TIME_SPAN_DAY   /* between our clock and the server's */

/* It comes again: as a copy for another device, after a resumption, or sent once more. Of a short id another message may be. */
static gboolean
was_forgotten_live (ChatLotWork *work, const ChatNewMessage *new, const ChatTouched *touched, const char *origin, gboolean *forgotten,
                    GError **error)
{
  gint64 n = 0;

  if (!chat_db_int64 (work->db, &n, 0, error,
        "SELECT EXISTS (SELECT 1 FROM forgotten WHERE conversation = ?1 AND own = ?2 AND ((archive AND id = ?3)"
        " OR (NOT archive AND length (id) >= ?6 AND id IN (?4, ?5))))", "lisssi",
        touched->id, (int) new->own, new->archive_id, new->stanza_id, origin, CHAT_LOT_LONG_ID))
    return FALSE;
  *forgotten = n != 0;
  return TRUE;
}

gboolean
chat_lot_was_forgotten (ChatLotWork *work, const ChatNewMessage *new, const ChatTouched *touched, gint64 position, gboolean *forgotten,
                        GError **error)
{
  const char *origin = new->origin_id != NULL ? new->origin_id : new->stanza_id;
  gint64 n = 0;

  *forgotten = FALSE;
  if (touched->id == 0)
    return TRUE;
  if (position == CHAT_LOT_AT_THE_END)
    return was_forgotten_live (work, new, touched, origin, forgotten, error);
  if (!chat_db_int64 (work->db, &n, 0, error,
        "SELECT ?5 <= horizon OR EXISTS (SELECT 1 FROM forgotten WHERE conversation = ?1 AND own = ?2"
        " AND ((archive AND id = ?3) OR (NOT archive AND id IN (?4, ?6)))) FROM conversation WHERE id = ?1", "lissls",
        touched->id, (int) new->own, new->archive_id, new->stanza_id, position, origin))
    return FALSE;
  *forgotten = n != 0;
  return TRUE;
}

gboolean
chat_lot_forgot_target (ChatLotWork *work, const ChatNewMessage *new, const ChatTouched *touched, int own, gboolean *forgotten,
                        GError **error)
{
  gint64 n = 0;

  if (!chat_db_int64 (work->db, &n, 0, error, "SELECT EXISTS (SELECT 1 FROM forgotten WHERE conversation = ?1 AND archive = ?2"
                      " AND id = ?3 AND (?4 = -1 OR own = ?4))", "lisi", touched->id, (int) new->target_in_archive, new->target_id, own))
    return FALSE;
  *forgotten = n != 0;
  return TRUE;
}

static gboolean
remember_ids (ChatDb *db, gint64 conversation, GError **error)
{
  return chat_db_run (db, error,
    "INSERT OR IGNORE INTO forgotten (conversation, own, archive, id)"
    " SELECT m.conversation, m.own, m.archive_id IS NOT NULL, ifnull (m.archive_id, m.stanza_id) FROM message m"
    " JOIN conversation c ON c.id = m.conversation LEFT JOIN history h ON h.account = c.account"
    " WHERE m.conversation = ? AND ifnull (m.archive_id, m.stanza_id) IS NOT NULL"
    " AND (h.cursor IS NULL OR m.time > h.cursor_time - ?)", "ll", conversation, OVERLAP);
}

static gboolean
forget_chat_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  gint64 id = *(gint64 *) data;

  if (!remember_ids (db, id, error)
      || !chat_db_run (db, error,
           "UPDATE conversation SET horizon = max (horizon, ifnull ((SELECT max (position) FROM message WHERE conversation = ?1), horizon)),"
           " draft = NULL, draft_reply = 0, edit_text = NULL, edited = 0, unread = 0, first_unread = NULL WHERE id = ?1", "l", id)
      || !chat_db_run (db, error,
           "DELETE FROM pending_change WHERE (account, jid) = (SELECT account, jid FROM conversation WHERE id = ?)", "l", id)
      || !chat_db_run (db, error, "DELETE FROM message WHERE conversation = ?", "l", id))
    return FALSE;
  return chat_store_give_conversation (db, id, result, error);
}

void
chat_store_forget_chat_async (ChatStore *self, gint64 conversation, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  chat_store_write_for (self, forget_chat_job, conversation, cancellable, callback, user_data);
  chat_store_write_anew (self);
}

ChatConversationRow *
chat_store_forget_chat_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}
