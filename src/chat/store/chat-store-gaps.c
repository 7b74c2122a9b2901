/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-lot.h"

#include <glib/gi18n-lib.h>

/* What may be missing (data/sql/003.sql). A gap is opened at the archive's end when a stream begins that resumes nothing, and
 * takes so much of the order that all that comes later, live or typed, stands above what it will be filled with:
 *
 *   … known │            gap            │ live, typed …
 *           │  after …  before, position│                position falls, before goes back, until they meet after
 */

#define HOLE (G_GINT64_CONSTANT (1) << 40)
#define RAW_KEPT (7 * G_TIME_SPAN_DAY)

ChatGapRow *
chat_gap_row_copy (const ChatGapRow *row)
{
  ChatGapRow *copy = g_memdup2 (row, sizeof *row);

  copy->after = g_strdup (row->after);
  copy->before = g_strdup (row->before);
  return copy;
}

void
chat_gap_row_free (ChatGapRow *row)
{
  g_free (row->after);
  g_free (row->before);
  g_free (row);
}

#define GAP_COLUMNS "g.id, g.account, g.after_id, g.after_time, g.before_id, g.before_time, g.position, g.import"

static ChatGapRow *
read_gap (sqlite3_stmt *s)
{
  ChatGapRow *row = g_new0 (ChatGapRow, 1);

  row->id = sqlite3_column_int64 (s, 0);
  row->account = sqlite3_column_int64 (s, 1);
  row->after = chat_db_dup_text (s, 2);
  row->after_time = sqlite3_column_int64 (s, 3);
  row->before = chat_db_dup_text (s, 4);
  row->before_time = sqlite3_column_int64 (s, 5);
  row->position = sqlite3_column_int64 (s, 6);
  row->import = sqlite3_column_int (s, 7);
  return row;
}

static GPtrArray *
read_gaps (ChatDb *db, sqlite3_stmt *s, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_gap_row_free);
  int step;

  while ((step = chat_db_step (db, s, error)) > 0)
    g_ptr_array_add (rows, read_gap (s));
  return step == 0 ? g_steal_pointer (&rows) : NULL;
}

static gboolean
give_rows (GPtrArray *rows, ChatJobResult *result)
{
  result->result = rows;
  result->result_free = (GDestroyNotify) g_ptr_array_unref;
  return rows != NULL;
}

static gboolean
give_gap (ChatDb *db, gint64 id, ChatJobResult *result, GError **error)
{
  g_autoptr (GPtrArray) rows = read_gaps (db, chat_db_query (db, error, "SELECT " GAP_COLUMNS " FROM gap g WHERE id = ?", "l", id), error);

  if (rows == NULL)
    return FALSE;
  if (rows->len == 0) {
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE, _("The account or chat is not there any more"));
    return FALSE;
  }
  result->result = g_ptr_array_steal_index (rows, 0);
  result->result_free = (GDestroyNotify) chat_gap_row_free;
  return TRUE;
}

gboolean
chat_store_has_gap (ChatDb *db, gint64 account, gboolean *has_gap, GError **error)
{
  gint64 id;

  if (!chat_db_int64 (db, &id, 0, error, "SELECT id FROM gap WHERE account = ? LIMIT 1", "l", account))
    return FALSE;
  *has_gap = id != 0;
  return TRUE;
}

/* -- opening -------------------------------------------------------------------------------------------------------- */

static gboolean
find_live_gap (ChatDb *db, gint64 account, gint64 *id, GError **error)
{
  return chat_db_int64 (db, id, 0, error, "SELECT id FROM gap WHERE account = ? AND before_id IS NULL", "l", account);
}

/* Above all that there is. */
static gboolean
take_hole (ChatDb *db, gint64 account, gint64 *position, GError **error)
{
  return chat_db_int64 (db, position, 0, error,
    "INSERT INTO history (account, position) VALUES (?1, ?2) ON CONFLICT (account) DO UPDATE SET position = position + ?2"
    " RETURNING position", "ll", account, HOLE);
}

gboolean
chat_store_ensure_live_gap (ChatDb *db, gint64 account, gboolean fresh, GError **error)
{
  gint64 id, position;

  if (!find_live_gap (db, account, &id, error))
    return FALSE;
  if (id != 0)
    return TRUE;
  return take_hole (db, account, &position, error)
         && chat_db_run (db, error,
              "INSERT INTO gap (account, after_id, after_time, position, top, first_row, fresh, import)"
              " SELECT account, cursor, cursor_time, ?2, ?2, (SELECT ifnull (max (id), 0) FROM message), ?3,"
              " cursor IS NULL AND NOT EXISTS (SELECT 1 FROM gap WHERE account = ?1) FROM history WHERE account = ?1", "lli",
              account, position, (int) fresh);
}

/* What came live since it was opened stands above it, but what was missed after that has to stand above that. */
static gboolean
raise_gap (ChatDb *db, gint64 account, gint64 gap, GError **error)
{
  gint64 since, position;

  if (!chat_db_int64 (db, &since, 0, error,
        "SELECT m.id FROM gap g JOIN message m ON m.id > g.first_row AND m.position > g.top AND m.state <> 1"
        " JOIN conversation c ON c.id = m.conversation AND c.account = g.account WHERE g.id = ? LIMIT 1", "l", gap))
    return FALSE;
  return since == 0
         || (take_hole (db, account, &position, error)
             && chat_db_run (db, error, "UPDATE gap SET position = ?1, top = ?1, first_row = (SELECT max (id) FROM message)"
                             " WHERE id = ?2", "ll", position, gap));
}

static gboolean
open_gap_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  gint64 account = *(gint64 *) data, id;

  return chat_db_run (db, error, "DELETE FROM raw WHERE time < ?", "l", g_get_real_time () - RAW_KEPT)
         && chat_store_ensure_live_gap (db, account, FALSE, error)
         && find_live_gap (db, account, &id, error)
         && raise_gap (db, account, id, error)
         && chat_db_run (db, error, "UPDATE gap SET fresh = 0 WHERE id = ?", "l", id)
         && give_gap (db, id, result, error);
}

void
chat_store_open_gap_async (ChatStore *self, gint64 account, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  chat_store_write_for (self, open_gap_job, account, cancellable, callback, user_data);
}

ChatGapRow *
chat_store_open_gap_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

static gboolean
resumed_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  return chat_db_run (db, error, "DELETE FROM gap WHERE account = ? AND before_id IS NULL AND fresh", "l", *(gint64 *) data);
}

void
chat_store_resumed_async (ChatStore *self, gint64 account, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  chat_store_write_for (self, resumed_job, account, cancellable, callback, user_data);
}

static gboolean
drop_live_gap_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  return chat_db_run (db, error, "DELETE FROM gap WHERE account = ? AND before_id IS NULL", "l", *(gint64 *) data);
}

void
chat_store_drop_live_gap_async (ChatStore *self, gint64 account, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  chat_store_write_for (self, drop_live_gap_job, account, cancellable, callback, user_data);
}

typedef struct { gint64 gap; gboolean before; } Border;

static gboolean
lose_border_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  Border *border = data;

  if (border->before)
    return chat_db_run (db, error, "UPDATE gap SET before_id = '', lost = 1 WHERE id = ?", "l", border->gap)
           && chat_db_run (db, error, "UPDATE gap_chat SET before_id = '' WHERE gap = ?", "l", border->gap)
           && give_gap (db, border->gap, result, error);
  return chat_db_run (db, error, "UPDATE gap SET after_id = NULL, lost = 1 WHERE id = ?", "l", border->gap)
         && give_gap (db, border->gap, result, error);
}

void
chat_store_lose_border_async (ChatStore *self, gint64 gap, gboolean before, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  Border border = { gap, before };

  chat_store_run_write (self, lose_border_job, g_memdup2 (&border, sizeof border), g_free, cancellable, callback, user_data);
}

ChatGapRow *
chat_store_lose_border_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

/* -- reading -------------------------------------------------------------------------------------------------------- */

static gboolean
load_gaps_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  return give_rows (read_gaps (db, chat_db_query (db, error,
    "SELECT " GAP_COLUMNS " FROM gap g WHERE account = ? ORDER BY g.position DESC", "l", *(gint64 *) data), error), result);
}

void
chat_store_load_gaps_async (ChatStore *self, gint64 account, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  chat_store_read_for (self, load_gaps_job, account, cancellable, callback, user_data);
}

GPtrArray *
chat_store_load_gaps_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

#define CHAT_GAPS \
  "SELECT g.id, g.account, g.after_id, g.after_time," \
  " CASE WHEN f.position < g.position THEN f.before_id ELSE g.before_id END," \
  " CASE WHEN f.position < g.position THEN f.before_time ELSE g.before_time END," \
  " min (g.position, ifnull (f.position, g.position)), g.import" \
  " FROM gap g LEFT JOIN conversation c ON c.account = g.account AND c.jid = ?2" \
  " LEFT JOIN gap_chat f ON f.gap = g.id AND f.conversation = c.id" \
  " WHERE g.account = ?1 AND NOT g.fresh AND NOT ifnull (f.complete, 0)" \
  " AND (c.id IS NULL OR min (g.position, ifnull (f.position, g.position)) > c.horizon)"

typedef struct { gint64 account; char *jid; } ChatOf;

static void
chat_of_free (ChatOf *chat)
{
  g_free (chat->jid);
  g_free (chat);
}

static gboolean
load_chat_gaps_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  ChatOf *chat = data;

  return give_rows (read_gaps (db, chat_db_query (db, error, CHAT_GAPS " ORDER BY 7 DESC", "ls", chat->account, chat->jid), error),
                    result);
}

void
chat_store_load_chat_gaps_async (ChatStore *self, gint64 account, const char *jid, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  ChatOf *chat = g_new0 (ChatOf, 1);

  chat->account = account;
  chat->jid = g_strdup (jid);
  chat_store_run_read (self, load_chat_gaps_job, chat, (GDestroyNotify) chat_of_free, cancellable, callback, user_data);
}

GPtrArray *
chat_store_load_chat_gaps_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return chat_store_run_finish (self, result, error);
}

/* -- a page apart --------------------------------------------------------------------------------------------------- */

/* Somebody went to a day long ago: one chat's page from the middle of a gap. Its last message is known from then on, so the
 * gap is split there. What is above keeps its row, what is below gets a new one, in which this chat is filled ahead:
 *
 *   … known │       new gap       │ the page's last │       the gap       │ …
 *                  of this chat only above its first
 *
 * Between the two enough of the order is left for all that may come. */
#define MOST_ROOM (G_GINT64_CONSTANT (1) << 32)
#define LEAST_ROOM (G_GINT64_CONSTANT (1) << 24)

static gboolean
refuse_split (GError **error)
{
  g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE, _("The account or chat is not there any more"));
  return FALSE;
}

/* Of what is known, the highest below the gap. */
static gboolean
find_floor (ChatLotWork *work, gint64 *floor, GError **error)
{
  return chat_db_int64 (work->db, floor, work->gap.top - HOLE, error,
    "SELECT max (m.position) FROM gap g JOIN conversation c ON c.account = g.account JOIN message m ON m.conversation = c.id"
    " WHERE g.id = ?1 AND m.position > g.top - ?2 AND m.position < g.position AND m.time <= g.after_time"
    " HAVING max (m.position) IS NOT NULL", "ll", work->lot->page->gap, HOLE);
}

static gboolean
insert_lower (ChatLotWork *work, gint64 position, GError **error)
{
  ChatPage *page = work->lot->page;
  gint64 upper = page->gap;

  if (!chat_db_run (work->db, error,
        "INSERT INTO gap (account, after_id, after_time, before_id, before_time, position, top, first_row, import, lost)"
        " SELECT account, after_id, after_time, ?, ?, ?, top, first_row, import, lost FROM gap WHERE id = ?", "slll",
        page->last, page->last_time, position, upper))
    return FALSE;
  page->gap = sqlite3_last_insert_rowid (chat_db_handle (work->db));
  work->gap.position = position;
  return chat_db_run (work->db, error, "UPDATE gap SET after_id = ?, after_time = ? WHERE id = ?", "sll", page->last, page->last_time, upper)
         && chat_db_run (work->db, error, "INSERT INTO gap_chat (gap, conversation, position, complete)"
                         " SELECT ?, conversation, position, 1 FROM gap_chat WHERE gap = ? AND complete", "ll", page->gap, upper);
}

static gboolean
split_gap (ChatLotWork *work, GError **error)
{
  const ChatPage *page = work->lot->page;
  gint64 known, floor, room;

  if (!chat_db_int64 (work->db, &known, 0, error, "SELECT id FROM message INDEXED BY message_position WHERE conversation = ?1"
                      " AND time = ?2 AND archive_id = ?3", "lls", work->gap.conversation, page->last_time, page->last)
      || !find_floor (work, &floor, error))
    return FALSE;
  room = MIN (MOST_ROOM, (work->gap.position - floor) / 2);
  if (known != 0 || room < LEAST_ROOM)
    return refuse_split (error);
  return insert_lower (work, work->gap.position - room, error);
}

/* -- a page, in its lot --------------------------------------------------------------------------------------------- */

/* The first time that an archive is read, all that it has counts as read. But an account that had messages before it was kept
 * which of it is known may have missed some since the last of them, which are news. */
static gboolean
find_read_until (ChatLotWork *work, gboolean import, GError **error)
{
  work->gap.read_until = G_MININT64;
  return !import
         || chat_db_int64 (work->db, &work->gap.read_until, G_MAXINT64, error,
              "SELECT ifnull (max ((SELECT time FROM message WHERE conversation = c.id AND position <= ?2"
              " ORDER BY position DESC LIMIT 1)), ?3) FROM conversation c WHERE c.account = ?1", "lll",
              work->lot->account, work->gap.top - HOLE, G_MAXINT64);
}

/* Another page may have closed the gap meanwhile. */
static gboolean
find_gap (ChatLotWork *work, GError **error)
{
  const ChatPage *page = work->lot->page;
  sqlite3_stmt *s = chat_db_query (work->db, error,
    "SELECT min (g.position, ifnull (f.position, g.position)), g.import, g.lost, g.top FROM gap g"
    " LEFT JOIN gap_chat f ON f.gap = g.id AND f.conversation = ? WHERE g.id = ? AND g.account = ?", "lll",
    work->gap.conversation, page->gap, work->lot->account);
  int step = chat_db_step (work->db, s, error);
  gboolean import;

  if (step == 0)
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE, _("The account or chat is not there any more"));
  if (step <= 0)
    return FALSE;
  work->gap.position = sqlite3_column_int64 (s, 0);
  import = sqlite3_column_int (s, 1);
  work->gap.lost = sqlite3_column_int (s, 2);
  work->gap.top = sqlite3_column_int64 (s, 3);
  sqlite3_reset (s);
  return find_read_until (work, import, error);
}

gboolean
chat_lot_begin_page (ChatLotWork *work, GError **error)
{
  const ChatPage *page = work->lot->page;

  if (page->with != NULL) {
    ChatTouched *touched = chat_lot_touch (work, page->with, TRUE, error);
    if (touched == NULL)
      return FALSE;
    work->gap.conversation = touched->id;
  }
  return find_gap (work, error) && (!page->apart || split_gap (work, error));
}

static gboolean
move_chat_border (ChatLotWork *work, GError **error)
{
  const ChatPage *page = work->lot->page;

  return chat_db_run (work->db, error,
    "INSERT INTO gap_chat (gap, conversation, before_id, before_time, position, complete) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (gap, conversation) DO UPDATE SET before_id = ifnull (excluded.before_id, before_id),"
    " before_time = CASE WHEN excluded.before_id IS NULL THEN before_time ELSE excluded.before_time END,"
    " position = excluded.position, complete = complete OR excluded.complete", "llslli",
    page->gap, work->gap.conversation, page->first, page->first_time, work->gap.position, (int) page->closes);
}

static gboolean
close_gap (ChatLotWork *work, GError **error)
{
  gboolean has_gap;

  if (!chat_db_run (work->db, error, "DELETE FROM gap WHERE id = ?", "l", work->lot->page->gap)
      || !chat_store_has_gap (work->db, work->lot->account, &has_gap, error))
    return FALSE;
  return has_gap || chat_lot_end_waiting (work, error);
}

static gboolean
move_border (ChatLotWork *work, GError **error)
{
  const ChatPage *page = work->lot->page;

  return page->first == NULL
         || chat_db_run (work->db, error, "UPDATE gap SET before_id = ?, before_time = ?, position = ?, fresh = 0 WHERE id = ?", "slll",
                         page->first, page->first_time, work->gap.position, page->gap);
}

static gboolean
give_gap_as_it_is (ChatLotWork *work, GError **error)
{
  const ChatPage *page = work->lot->page;
  g_autoptr (GPtrArray) rows = read_gaps (work->db, page->with != NULL
    ? chat_db_query (work->db, error, CHAT_GAPS " AND g.id = ?3", "lsl", work->lot->account, page->with, page->gap)
    : chat_db_query (work->db, error, "SELECT " GAP_COLUMNS " FROM gap g WHERE id = ?", "l", page->gap), error);

  if (rows == NULL)
    return FALSE;
  if (rows->len > 0)
    work->added->gap = g_ptr_array_steal_index (rows, 0);
  return TRUE;
}

gboolean
chat_lot_end_page (ChatLotWork *work, GError **error)
{
  const ChatPage *page = work->lot->page;

  if (page->with != NULL)
    return move_chat_border (work, error) && give_gap_as_it_is (work, error);
  if (page->reached_end && page->last != NULL
      && !chat_db_run (work->db, error, "UPDATE history SET cursor = ?, cursor_time = ? WHERE account = ?", "sll",
                       page->last, page->last_time, work->lot->account))
    return FALSE;
  return (page->closes ? close_gap (work, error) : move_border (work, error)) && give_gap_as_it_is (work, error);
}
