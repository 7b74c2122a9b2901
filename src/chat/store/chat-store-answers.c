/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-lot.h"

#include "xmpp-fallback.h"

/* Messages that answer others (XEP-0461). What one answers is kept as its sender named it and looked up when it is read: it
 * may come later, from the archive, and be corrected or taken back. Some name the stanza that corrected it last; that is the
 * same message (W-37). */

#define ANSWERS_MAX 100          /* that are told of a change of what they answer */

#define ORIGIN_COLUMNS "m.id, m.own, m.kind, CASE WHEN m.retracted THEN NULL ELSE substr (m.text, 1, 400) END"
#define OF_AUTHOR " AND (?3 = -1 OR m.own = ?3) AND m.id <> ?4 ORDER BY m.position DESC LIMIT 1"

static const char *const look_ups[] = {
  "SELECT " ORIGIN_COLUMNS " FROM message m WHERE m.conversation = ?1 AND m.stanza_id = ?2" OF_AUTHOR,
  "SELECT " ORIGIN_COLUMNS " FROM message m WHERE m.conversation = ?1 AND m.origin_id = ?2" OF_AUTHOR,
  "SELECT " ORIGIN_COLUMNS " FROM message_version v JOIN message m ON m.id = v.message"
  " WHERE v.stanza_id = ?2 AND m.conversation = ?1" OF_AUTHOR,
};

gboolean
chat_store_resolve_reply (ChatDb *db, ChatMessageRow *row, GError **error)
{
  for (guint i = 0; row->reply_id != NULL && i < G_N_ELEMENTS (look_ups); i++) {
    sqlite3_stmt *s = chat_db_query (db, error, look_ups[i], "lsil", row->conversation, row->reply_id, row->reply_own, row->id);
    int step = chat_db_step (db, s, error);

    if (step < 0)
      return FALSE;
    if (step == 0)
      continue;
    row->reply_row = sqlite3_column_int64 (s, 0);
    row->reply_own = sqlite3_column_int (s, 1);
    row->reply_kind = sqlite3_column_int (s, 2);
    row->reply_text = chat_db_dup_text (s, 3);
    sqlite3_reset (s);
    return TRUE;
  }
  return TRUE;
}

/* One without an id can only be quoted. */
static void
quote_only (ChatNewMessage *new, const char *quote)
{
  char *text = g_strconcat (quote, new->text, NULL);

  g_free (new->text);
  new->text = text;
}

gboolean
chat_lot_fill_in_reply (ChatLotWork *work, ChatNewMessage *new, GError **error)
{
  sqlite3_stmt *s;
  int step;
  g_autofree char *id = NULL, *text = NULL, *quote = NULL;
  gboolean own;

  if (new->reply_row == 0 || new->reply_id != NULL)
    return TRUE;
  s = chat_db_query (work->db, error, "SELECT ifnull (origin_id, stanza_id), own, text FROM message WHERE id = ? AND NOT retracted",
                     "l", new->reply_row);
  step = chat_db_step (work->db, s, error);
  if (step <= 0)
    return step == 0;
  id = chat_db_dup_text (s, 0);
  own = sqlite3_column_int (s, 1);
  text = chat_db_dup_text (s, 2);
  sqlite3_reset (s);
  quote = xmpp_fallback_quote (text != NULL ? text : "");
  if (id == NULL) {
    quote_only (new, quote);
    return TRUE;
  }
  new->reply_id = g_steal_pointer (&id);
  new->reply_own = own;
  new->quote = g_steal_pointer (&quote);
  return TRUE;
}

gboolean
chat_lot_tell_answers (ChatLotWork *work, gint64 id, GError **error)
{
  g_autoptr (GArray) answers = g_array_new (FALSE, FALSE, sizeof (gint64));
  sqlite3_stmt *s = chat_db_query (work->db, error,
    "SELECT a.id FROM message m JOIN message a ON a.conversation = m.conversation AND a.reply_id IN (m.stanza_id, m.origin_id)"
    " WHERE m.id = ?1 AND a.id <> ?1 UNION SELECT a.id FROM message m JOIN message_version v ON v.message = m.id"
    " JOIN message a ON a.conversation = m.conversation AND a.reply_id = v.stanza_id WHERE m.id = ?1 LIMIT ?2", "li", id, ANSWERS_MAX);
  int step;

  while ((step = chat_db_step (work->db, s, error)) > 0) {
    gint64 answer = sqlite3_column_int64 (s, 0);
    g_array_append_val (answers, answer);
  }
  for (guint i = 0; step == 0 && i < answers->len; i++) {
    if (!chat_lot_give_changed (work, g_array_index (answers, gint64, i), error))
      return FALSE;
  }
  return step == 0;
}
