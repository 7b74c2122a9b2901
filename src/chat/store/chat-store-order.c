/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-lot.h"

/* Where the messages of a page stand. It is walked from its newest message to its oldest, with a position that falls: one that
 * is known takes it down to where that stands, a new one goes right below. So everything has the archive's order, and what
 * the archive does not know stays where it was.
 *
 * What was typed here stands where it was when it was written, which is not always where the archive took it in: others may
 * have been heard meanwhile. So nothing else goes by it. Once the others have their places, it is put between those of its
 * chat that the archive has before and behind it, unless it is there already. */

#define ARCHIVE_STEP 16

/* Of one of its messages. fixed: known before, and others stand before or behind it; wanted: it is to be given a position;
 * row: of one that was typed here, and may be moved, else 0. */
typedef struct { gint64 position, row, conversation; gboolean fixed, wanted, typed_here; } Place;

static gboolean
meet_known (ChatLotWork *work, Place *places, GError **error)
{
  for (guint i = work->lot->messages->len; i > 0; i--) {
    const ChatNewMessage *new = g_ptr_array_index (work->lot->messages, i - 1);
    Place *place = &places[i - 1];
    ChatTouched *touched = chat_lot_touch (work, new->jid, new->type == CHAT_NEW_MESSAGE, error);
    ChatKnown known = { 0 };
    if (touched == NULL || (new->type == CHAT_NEW_MESSAGE && !chat_lot_find (work, new, touched, &known, error)))
      return FALSE;
    /* Should what a correction corrects never come, it stands here. */
    place->wanted = known.id == 0 && (new->type == CHAT_NEW_MESSAGE || new->type == CHAT_NEW_CORRECTION);
    place->fixed = known.id != 0 && !known.typed_here;
    place->position = known.position;
    /* Of one that was sent again the archive may have another copy, which says nothing. */
    place->row = known.typed_here && known.same_copy ? known.id : 0;
    place->typed_here = known.typed_here;
    place->conversation = touched->id;
    if (known.id != 0 && !chat_lot_meet_again (work, new, touched, &known, i - 1, error))
      return FALSE;
  }
  return TRUE;
}

/* n places below what is newer. Where nothing newer is known, but the older one came after the gap was opened, they were
 * missed behind that: they are not here yet, or another device sent them. */
static void
place_run (ChatLotWork *work, Place *places, guint n, const Place *older)
{
  gboolean behind = work->gap.position == work->gap.top && older != NULL && older->position > work->gap.top;
  for (guint i = n; i > 0; i--) {
    if (behind)
      places[i - 1].position = older->position + MIN (ARCHIVE_STEP, CHAT_LOT_STEP / (n + 1)) * i;
    else if (places[i - 1].wanted)
      places[i - 1].position = work->gap.position -= ARCHIVE_STEP;
  }
}

/* Where something was moved. */
static gboolean
find_last_messages (ChatLotWork *work, GError **error)
{
  return work->added->moved->len == 0
         || chat_db_run (work->db, error, "UPDATE conversation SET last_message = (SELECT id FROM message"
                         " WHERE conversation = conversation.id ORDER BY position DESC LIMIT 1) WHERE account = ?", "l",
                         work->lot->account);
}

typedef struct { gint64 id, time; } Met;

static gboolean
read_met (ChatLotWork *work, sqlite3_stmt *s, GArray *rows, GError **error)
{
  int step;

  while ((step = chat_db_step (work->db, s, error)) > 0) {
    Met row = { sqlite3_column_int64 (s, 0), sqlite3_column_int64 (s, 1) };
    g_array_append_val (rows, row);
  }
  return step == 0;
}

/* By time, into what has an order. */
static void
merge (GArray *rows, GArray *typed)
{
  guint at = 0;

  for (guint i = 0; i < typed->len; i++) {
    Met row = g_array_index (typed, Met, i);
    while (at < rows->len && g_array_index (rows, Met, at).time <= row.time)
      at++;
    g_array_insert_val (rows, at, row);
  }
}

static gboolean
move_to (ChatLotWork *work, gint64 id, gint64 position, GError **error)
{
  return chat_db_run (work->db, error, "UPDATE message SET position = ? WHERE id = ?", "ll", position, id)
         && chat_store_read_message (work->db, id, work->added->moved, error);
}

#define MET "SELECT m.id, m.time FROM conversation c JOIN message m ON m.conversation = c.id WHERE c.account = ?1 AND m.position >= ?2" \
  " AND m.position < ?3 AND m.archive_id IS NOT NULL AND m.time >= ?4"

/* Of earlier pages, into the order behind the live one at i: what was put below the gap's top, and what was typed since it was
 * opened. What one chat was filled with ahead is older by its stamps. */
static gboolean
move_earlier_pages (ChatLotWork *work, const Place *places, guint i, GError **error)
{
  gint64 time = ((ChatNewMessage *) g_ptr_array_index (work->lot->messages, i))->time;
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Met)), typed = g_array_new (FALSE, FALSE, sizeof (Met));

  if (!read_met (work, chat_db_query (work->db, error, MET " ORDER BY m.position", "llll", work->lot->account,
                                      work->gap.position, work->gap.top, time), rows, error)
      || !read_met (work, chat_db_query (work->db, error, MET " AND m.written <> 0 ORDER BY m.time, m.position", "llll",
                                         work->lot->account, work->gap.top, places[i].position, time), typed, error))
    return FALSE;
  merge (rows, typed);
  for (guint k = 0; k < rows->len; k++) {
    gint64 space = MIN (ARCHIVE_STEP, CHAT_LOT_STEP / 2 / (rows->len + 1)) * (k + 1);
    if (!move_to (work, g_array_index (rows, Met, k).id, places[i].position + CHAT_LOT_STEP / 2 + space, error))
      return FALSE;
  }
  return TRUE;
}

/* What is newer in the archive than a live message, and was given a place below the gap's top before that was met, stands
 * behind it. n: of the page's places. */
static gboolean
raise_missed (ChatLotWork *work, Place *places, guint i, guint n, GError **error)
{
  guint n_missed = 0;

  for (guint k = i + 1; k < n; k++) {
    if (places[k].wanted && places[k].position < work->gap.top)
      places[k].position = places[i].position + MIN (ARCHIVE_STEP, CHAT_LOT_STEP / 2 / n) * ++n_missed;
  }
  return move_earlier_pages (work, places, i, error);
}

/* One chat was filled ahead, and its messages took the walk down to where they stand, which may be below what is older in others.
 * So what is newer in the chat of the one at i, and went below it, goes right behind it. */
static gboolean
lift_chat (ChatLotWork *work, Place *places, guint i, guint n, GError **error)
{
  const Place *place = &places[i];
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Met));
  gint64 next, step, position = place->position;
  guint n_here = 0;

  for (guint k = i + 1; k < n; k++)
    n_here += places[k].wanted && places[k].conversation == place->conversation && places[k].position < place->position;
  if (!read_met (work, chat_db_query (work->db, error,
        "SELECT id, time FROM message WHERE conversation = ? AND position >= ? AND position < ? AND archive_id IS NOT NULL AND time >= ?"
        " AND id > (SELECT first_row FROM gap WHERE id = ?) ORDER BY position", "lllll", place->conversation, work->gap.position,
        MIN (work->gap.top, place->position), ((ChatNewMessage *) g_ptr_array_index (work->lot->messages, i))->time,
        work->lot->page->gap), rows, error)
      || !chat_db_int64 (work->db, &next, position + CHAT_LOT_STEP, error,
           "SELECT position FROM message WHERE conversation = ? AND position > ? ORDER BY position LIMIT 1", "ll",
           place->conversation, position))
    return FALSE;
  step = CLAMP ((next - position) / (n_here + rows->len + 1), 1, ARCHIVE_STEP);
  for (guint k = i + 1; k < n; k++) {
    if (places[k].wanted && places[k].conversation == place->conversation && places[k].position < place->position)
      places[k].position = position += step;
  }
  for (guint k = 0; k < rows->len; k++) {
    if (!move_to (work, g_array_index (rows, Met, k).id, position += step, error))
      return FALSE;
  }
  return TRUE;
}

/* Among live ones the walk begins where they stand, which is above the gap. */
static gboolean
follow (ChatLotWork *work, Place *places, guint i, guint n, GError **error)
{
  gint64 position = places[i].position;

  if (position <= work->gap.top || work->gap.position > work->gap.top) {
    if (position > work->gap.position && !lift_chat (work, places, i, n, error))
      return FALSE;
    work->gap.position = MIN (work->gap.position, position);
    return TRUE;
  }
  if (!raise_missed (work, places, i, n, error))
    return FALSE;
  work->gap.position = position;
  return TRUE;
}

static gboolean
choose_places (ChatLotWork *work, Place *places, guint n_places, GError **error)
{
  for (guint n = n_places; n > 0;) {
    guint first = n;
    if (places[n - 1].fixed) {
      if (!follow (work, places, --n, n_places, error))
        return FALSE;
      continue;
    }
    while (first > 0 && !places[first - 1].fixed)
      first--;
    place_run (work, &places[first], n - first, first > 0 ? &places[first - 1] : NULL);
    n = first;
  }
  return TRUE;
}

static gboolean
add_placed (ChatLotWork *work, const ChatNewMessage *new, gint64 position, guint index, gboolean twin, GError **error)
{
  ChatTouched *touched = chat_lot_touch (work, new->jid, TRUE, error);
  ChatKnown known = { 0 };
  gboolean forgotten;

  if (touched == NULL || (twin && !chat_lot_find (work, new, touched, &known, error))
      || !chat_lot_was_forgotten (work, new, touched, position, &forgotten, error))
    return FALSE;
  if (forgotten)
    return TRUE;
  if (known.id != 0)
    return chat_lot_meet_again (work, new, touched, &known, index, error);
  return chat_lot_add_message (work, new, touched, position, &g_array_index (work->added->ids, gint64, index), error);
}

/* -- what was typed here -------------------------------------------------------------------------------------------- */

typedef struct {
  ChatLotWork *work;
  const Place *places;
  guint n;
  gint64 start;              /* of the gap, before the page */
  GHashTable *settled;       /* of conversation to the position that its last message has so far */
} Typed;

static gboolean
get_position (ChatLotWork *work, gint64 id, gint64 *position, GError **error)
{
  return chat_db_int64 (work->db, position, 0, error, "SELECT position FROM message WHERE id = ?", "l", id);
}

/* Where older gaps of the account end. */
static gboolean
find_older_gaps (ChatLotWork *work, gint64 *position, GError **error)
{
  return chat_db_int64 (work->db, position, G_MININT64, error,
    "SELECT max (max (top, position)) FROM gap WHERE account = ? AND top < ? HAVING count (*) > 0", "ll",
    work->lot->account, work->gap.top);
}

/* Above what is older: the page's, or what was met before and is to come. */
static gboolean
find_lower (Typed *typed, guint at, gint64 position, gint64 upper, gint64 *lower, GError **error)
{
  ChatLotWork *work = typed->work;
  const Place *place = &typed->places[at];
  gint64 *settled = g_hash_table_lookup (typed->settled, &place->conversation), gaps;

  *lower = settled != NULL ? *settled : G_MININT64;
  if (settled != NULL || !work->lot->page->closes)
    return TRUE;
  if (!find_older_gaps (work, &gaps, error)
      || !chat_db_int64 (work->db, lower, G_MININT64, error,
           "SELECT position FROM message WHERE conversation = ? AND position > ? AND position < ?"
           " AND CASE WHEN archive_id IS NULL THEN written = 0 ELSE time <= ? END AND NOT position BETWEEN ? AND ?"
           " AND id <= (SELECT first_row FROM gap WHERE id = ?) ORDER BY position DESC LIMIT 1", "lllllll",
           place->conversation, position, upper, ((ChatNewMessage *) g_ptr_array_index (work->lot->messages, at))->time,
           typed->start, work->gap.top, work->lot->page->gap))
    return FALSE;
  *lower = MAX (*lower, gaps);
  return TRUE;
}

/* Below what is newer: the page's, or what earlier pages brought. */
static gboolean
find_upper (Typed *typed, guint at, gint64 *upper, GError **error)
{
  ChatLotWork *work = typed->work;
  const Place *place = &typed->places[at];

  for (guint i = at + 1; i < typed->n; i++) {
    gint64 id = g_array_index (work->added->ids, gint64, i);
    if (typed->places[i].conversation == place->conversation && !typed->places[i].typed_here && id != 0)
      return get_position (work, id, upper, error);
  }
  return chat_db_int64 (work->db, upper, G_MAXINT64, error,
    "SELECT position FROM message WHERE conversation = ? AND position >= ? AND position < ? AND archive_id IS NOT NULL AND time >= ?"
    " ORDER BY position LIMIT 1", "llll", place->conversation, typed->start, work->gap.top,
    ((ChatNewMessage *) g_ptr_array_index (work->lot->messages, at))->time);
}

/* Above lower, right below what comes next, so that what an older gap may bring goes between; or right below upper. */
static gboolean
find_room (ChatLotWork *work, gint64 conversation, gint64 lower, gint64 upper, gint64 *position, GError **error)
{
  gint64 other;

  if (lower != G_MININT64) {
    if (!chat_db_int64 (work->db, &other, G_MAXINT64, error,
           "SELECT position FROM message WHERE conversation = ? AND position > ? ORDER BY position LIMIT 1", "ll", conversation, lower))
      return FALSE;
    if (other == G_MAXINT64)
      return chat_lot_take_position (work->db, work->lot->account, conversation, position, error);
    *position = other - lower >= CHAT_LOT_STEP / 2 ? other - CHAT_LOT_STEP / 8 : lower + CLAMP ((other - lower) / 2, 1, ARCHIVE_STEP);
    return TRUE;
  }
  if (!chat_db_int64 (work->db, &other, upper - CHAT_LOT_STEP, error,
         "SELECT position FROM message WHERE conversation = ? AND position < ? ORDER BY position DESC LIMIT 1", "ll", conversation, upper))
    return FALSE;
  *position = upper - CLAMP ((upper - other) / 2, 1, ARCHIVE_STEP);
  return TRUE;
}

/* What is older is not here yet, and will go below all of the page. */
static gboolean
settle_above_gap (Typed *typed, const Place *place, gint64 upper, gint64 *position, GError **error)
{
  ChatLotWork *work = typed->work;

  if (work->gap.position <= *position && *position < upper)
    return TRUE;
  *position = work->gap.position -= ARCHIVE_STEP;
  return move_to (work, place->row, *position, error);
}

/* What was typed later and was not met in the archive yet stays behind it. */
static gboolean
take_along (ChatLotWork *work, const Place *place, gint64 position, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Met));

  if (!read_met (work, chat_db_query (work->db, error,
        "SELECT id, time FROM message WHERE conversation = ? AND position BETWEEN ? AND ? AND id > ? AND own AND archive_id IS NULL"
        " AND (written <> 0 OR state = 1) ORDER BY position", "llll", place->conversation, place->position, position, place->row),
        rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    if (!find_room (work, place->conversation, position, G_MAXINT64, &position, error)
        || !move_to (work, g_array_index (rows, Met, i).id, position, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
settle_one (Typed *typed, guint at, gint64 *position, GError **error)
{
  ChatLotWork *work = typed->work;
  const Place *place = &typed->places[at];
  gint64 lower, upper;

  if (!find_upper (typed, at, &upper, error) || !find_lower (typed, at, *position, upper, &lower, error))
    return FALSE;
  if (lower == G_MININT64 && !work->lot->page->closes)
    return settle_above_gap (typed, place, upper, position, error);
  if (lower < *position && *position < upper)
    return TRUE;
  if (!find_room (work, place->conversation, lower, upper, position, error))
    return FALSE;
  work->gap.position = MIN (work->gap.position, *position);
  return move_to (work, place->row, *position, error) && take_along (work, place, *position, error);
}

static gboolean
settle_typed (ChatLotWork *work, const Place *places, guint n, gint64 start, GError **error)
{
  g_autoptr (GHashTable) concerned = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GHashTable) settled = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  Typed typed = { work, places, n, start, settled };

  for (guint i = 0; i < n; i++) {
    if (places[i].row != 0)
      g_hash_table_add (concerned, (gpointer) &places[i].conversation);
  }
  for (guint i = 0; i < n; i++) {
    const Place *place = &places[i];
    gint64 id = g_array_index (work->added->ids, gint64, i), position;
    if (id == 0 || !g_hash_table_contains (concerned, &place->conversation) || (place->typed_here && place->row == 0))
      continue;
    if (!get_position (work, id, &position, error) || (place->row != 0 && !settle_one (&typed, i, &position, error)))
      return FALSE;
    g_hash_table_insert (settled, (gpointer) &place->conversation, g_memdup2 (&position, sizeof position));
  }
  return TRUE;
}

/* -- all of a page -------------------------------------------------------------------------------------------------- */

gboolean
chat_lot_add_page (ChatLotWork *work, gint64 *positions, GError **error)
{
  GPtrArray *messages = work->lot->messages;
  g_autofree Place *places = g_new0 (Place, messages->len);
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  gint64 start = work->gap.position;

  if (!meet_known (work, places, error))
    return FALSE;
  if (!choose_places (work, places, messages->len, error))
    return FALSE;
  for (guint i = messages->len; i > 0; i--) {
    const ChatNewMessage *new = g_ptr_array_index (messages, i - 1);
    /* The archive may have a message twice that was sent again. */
    gboolean twin = new->stanza_id != NULL && !g_hash_table_add (ids, new->stanza_id);
    positions[i - 1] = places[i - 1].position;
    if (places[i - 1].wanted && new->type == CHAT_NEW_MESSAGE && !add_placed (work, new, positions[i - 1], i - 1, twin, error))
      return FALSE;
  }
  return settle_typed (work, places, messages->len, start, error) && find_last_messages (work, error);
}
