/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-timeline-struct.h"

#include "chat-message-private.h"

#include <string.h>

/* -- new rows ------------------------------------------------------------------------------------------------------- */

ChatIndexEntry
chat_timeline_make_entry (const ChatMessageRow *row)
{
  return (ChatIndexEntry) {
    .id = row->id,
    .position = row->position,
    .time = CLAMP (row->time / G_USEC_PER_SEC, 0, G_MAXUINT32),
    .length = row->text != NULL ? MIN (strlen (row->text), (1 << 27) - 1) : 0,
    .own = row->own,
    .kind = row->kind,
  };
}

static const ChatMessageRow *
row_at (GPtrArray *rows, guint i)
{
  return g_ptr_array_index (rows, i);
}

static gboolean
is_known (ChatTimeline *self, const ChatMessageRow *row, guint at)
{
  return at < self->entries->len && chat_timeline_entry_at (self, at)->id == row->id;
}

static void
keep_messages (ChatTimeline *self, GPtrArray *rows, guint start, guint n, guint at)
{
  gboolean at_end = at + n == self->entries->len;

  for (guint i = 0; i < n; ) {
    guint stop = MIN (n, i + CHAT_TIMELINE_BLOCK);
    GPtrArray *block = g_ptr_array_new_with_free_func (g_object_unref);
    for (; i < stop; i++) {
      ChatMessage *message = chat_timeline_make_message (self, row_at (rows, start + i), at + i);
      if (at_end)
        chat_timeline_keep_in_tail (self, message);
      else
        g_ptr_array_add (block, message);
    }
    if (block->len > 0)
      chat_timeline_keep_block (self, block);
    else
      g_ptr_array_unref (block);
  }
}

/* Those before end that go between the same two rows, as one change. Gives where the rest ends. */
static guint
insert_run (ChatTimeline *self, GPtrArray *rows, guint end)
{
  guint at = chat_timeline_seek (self, row_at (rows, end - 1)->position);
  gint64 below = at > self->unknown ? chat_timeline_entry_at (self, at - 1)->position : G_MININT64;
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (ChatIndexEntry));
  guint start = end - 1;

  if (is_known (self, row_at (rows, end - 1), at))
    return end - 1;
  while (start > 0 && row_at (rows, start - 1)->position > below)
    start--;
  for (guint i = start; i < end; i++) {
    ChatIndexEntry entry = chat_timeline_make_entry (row_at (rows, i));
    self->known_length += entry.length;
    g_array_append_val (entries, entry);
  }
  g_array_insert_vals (self->entries, at, entries->data, entries->len);
  keep_messages (self, rows, start, end - start, at);
  g_list_model_items_changed (G_LIST_MODEL (self), at, 0, end - start);
  chat_timeline_refresh_around (self, at);
  chat_timeline_refresh_around (self, at + end - start);
  return start;
}

/* Rows below all that are known: the unknown ones are so many more. */
static void
insert_unknown (ChatTimeline *self, GPtrArray *rows, guint n)
{
  g_autofree ChatIndexEntry *empty = NULL;
  guint n_new = 0;

  for (guint i = 0; i < n; i++) {
    ChatIndexEntry entry = chat_timeline_make_entry (row_at (rows, i));
    ChatIndexEntry *kept;
    if (g_hash_table_contains (self->inserted, &entry.id))
      continue;
    kept = g_memdup2 (&entry, sizeof entry);
    g_hash_table_insert (self->inserted, &kept->id, kept);
    n_new++;
  }
  if (n_new == 0)
    return;
  empty = g_new0 (ChatIndexEntry, n_new);
  g_array_insert_vals (self->entries, 0, empty, n_new);
  self->unknown += n_new;
  chat_timeline_shift_wanted (self, n_new);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, n_new);
}

static guint
count_unknown (ChatTimeline *self, GPtrArray *rows)
{
  gint64 lowest = self->unknown < self->entries->len ? chat_timeline_entry_at (self, self->unknown)->position : G_MAXINT64;
  guint n = 0;

  while ((self->unknown > 0 || self->indexing) && n < rows->len && row_at (rows, n)->position < lowest)
    n++;
  return n;
}

void
chat_timeline_insert (ChatTimeline *self, GPtrArray *rows)
{
  guint n_unknown;

  if (!self->loaded || self->early != NULL) {
    for (guint i = 0; i < rows->len; i++)
      g_ptr_array_add (self->early, chat_message_row_copy (row_at (rows, i)));
    return;
  }
  if (rows->len > 0)
    self->conversation = row_at (rows, 0)->conversation;
  n_unknown = count_unknown (self, rows);
  for (guint end = rows->len; end > n_unknown; )
    end = insert_run (self, rows, end);
  insert_unknown (self, rows, n_unknown);
}

/* -- changes -------------------------------------------------------------------------------------------------------- */

void
chat_timeline_change_free (ChatTimelineChange *change)
{
  chat_message_row_free (change->row);
  g_free (change);
}

/* For what is being read, and does not know of it yet. */
static void
remember (ChatTimeline *self, const ChatMessageRow *row, gboolean whole)
{
  ChatTimelineChange *before = g_hash_table_lookup (self->changes, &row->id);
  ChatTimelineChange *change;

  if (self->n_reads == 0)
    return;
  if (before != NULL && before->whole && !whole) {
    before->row->state = row->state;
    g_free (before->row->error);
    before->row->error = g_strdup (row->error);
    return;
  }
  change = g_new0 (ChatTimelineChange, 1);
  change->whole = whole;
  change->row = chat_message_row_copy (row);
  g_hash_table_replace (self->changes, &change->row->id, change);
}

void
chat_timeline_change (ChatTimeline *self, const ChatMessageRow *row)
{
  guint at = chat_timeline_find (self, row->id);
  ChatMessage *message = chat_timeline_lookup (self, row->id);
  ChatIndexEntry *entry;

  for (guint i = 0; self->early != NULL && i < self->early->len; i++) {
    if (row_at (self->early, i)->id == row->id) {
      chat_message_row_free (self->early->pdata[i]);
      self->early->pdata[i] = chat_message_row_copy (row);
    }
  }
  remember (self, row, TRUE);
  if (message != NULL)
    chat_message_update (message, row);
  if (at == G_MAXUINT)
    return;
  entry = chat_timeline_entry_at (self, at);
  self->known_length -= entry->length;
  *entry = chat_timeline_make_entry (row);
  self->known_length += entry->length;
  chat_timeline_refresh_around (self, at);
}

void
chat_timeline_change_state (ChatTimeline *self, gint64 id, ChatMessageState state, const char *error)
{
  ChatMessage *message = chat_timeline_lookup (self, id);
  const ChatMessageRow row = { .id = id, .state = state, .error = (char *) error };

  if (message != NULL)
    chat_message_set_state (message, state, error);
  remember (self, &row, FALSE);
}

void
chat_timeline_remove (ChatTimeline *self, gint64 id)
{
  ChatMessage *message = chat_timeline_lookup (self, id);
  guint at = chat_timeline_find (self, id);

  if (self->indexing)
    g_hash_table_add (self->removed, g_memdup2 (&id, sizeof id));
  g_hash_table_remove (self->inserted, &id);
  for (guint i = 0; self->early != NULL && i < self->early->len; i++) {
    if (row_at (self->early, i)->id == id)
      g_ptr_array_remove_index (self->early, i--);
  }
  if (at == G_MAXUINT)
    return;
  self->known_length -= chat_timeline_entry_at (self, at)->length;
  g_array_remove_index (self->entries, at);
  if (message != NULL)
    g_ptr_array_remove (self->tail, message);
  g_list_model_items_changed (G_LIST_MODEL (self), at, 1, 0);
  chat_timeline_refresh_around (self, at);
}

void
chat_timeline_set_sender_name (ChatTimeline *self, const char *name)
{
  GHashTableIter iter;
  gpointer message;

  g_free (self->sender_name);
  self->sender_name = g_strdup (name);
  g_hash_table_iter_init (&iter, self->messages);
  while (g_hash_table_iter_next (&iter, NULL, &message))
    chat_message_set_sender_name (message, name);
}

void
chat_timeline_set_people (ChatTimeline *self, const char *own_name, const char *address)
{
  g_free (self->own_name);
  self->own_name = g_strdup (own_name);
  g_free (self->address);
  self->address = g_strdup (address);
}

void
chat_timeline_set_waiting (ChatTimeline *self, gboolean waiting)
{
  GHashTableIter iter;
  gpointer message;

  self->waiting = waiting;
  g_hash_table_iter_init (&iter, self->messages);
  while (g_hash_table_iter_next (&iter, NULL, &message))
    chat_message_set_waiting (message, waiting);
}

void
chat_timeline_set_unread_start (ChatTimeline *self, gint64 id)
{
  guint before = chat_timeline_find (self, self->unread_start);
  guint now = chat_timeline_find (self, id);

  if (self->unread_start == id)
    return;
  self->unread_start = id;
  if (before != G_MAXUINT)
    chat_timeline_refresh_around (self, before);
  if (now != G_MAXUINT)
    chat_timeline_refresh_around (self, now);
}

static gboolean
gaps_equal (const GArray *a, const GArray *b)
{
  return a->len == b->len && (a->len == 0 || memcmp (a->data, b->data, a->len * sizeof (gint64)) == 0);
}

void
chat_timeline_set_gaps (ChatTimeline *self, GArray *positions)
{
  g_autoptr (GArray) before = self->gaps;

  self->gaps = g_array_copy (positions);
  if (gaps_equal (before, self->gaps))
    return;
  for (guint i = 0; i < before->len; i++)
    chat_timeline_refresh_around (self, chat_timeline_seek (self, g_array_index (before, gint64, i)));
  for (guint i = 0; i < self->gaps->len; i++)
    chat_timeline_refresh_around (self, chat_timeline_seek (self, g_array_index (self->gaps, gint64, i)));
}
