/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-timeline-struct.h"

static void read_index (ChatTimeline *self, gint64 position);

/* -- reading blocks ------------------------------------------------------------------------------------------------- */

static int
compare_positions (gconstpointer a, gconstpointer b)
{
  return *(const guint *) a < *(const guint *) b ? -1 : *(const guint *) a > *(const guint *) b;
}

/* positions: sorted. Told in runs, so that nobody binds a row again that did not change. */
static void
tell_filled (ChatTimeline *self, GArray *positions)
{
  guint start = 0;

  for (guint i = 1; i <= positions->len; i++) {
    guint first = g_array_index (positions, guint, start);
    if (i < positions->len && g_array_index (positions, guint, i) == first + (i - start))
      continue;
    g_list_model_items_changed (G_LIST_MODEL (self), first, i - start, i - start);
    start = i;
  }
}

static void
end_read (ChatTimeline *self)
{
  if (--self->n_reads == 0)
    g_hash_table_remove_all (self->changes);
}

static guint
find_row (ChatTimeline *self, const ChatMessageRow *row)
{
  guint position = chat_timeline_seek (self, row->position);

  if (position < self->entries->len && chat_timeline_entry_at (self, position)->id == row->id)
    return position;
  return chat_timeline_find (self, row->id);
}

static void
take_rows (ChatTimeline *self, GPtrArray *rows, GArray *positions)
{
  GPtrArray *block = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < rows->len; i++) {
    ChatMessageRow *row = g_ptr_array_index (rows, i);
    guint position = find_row (self, row);
    if (position == G_MAXUINT || chat_timeline_lookup (self, row->id) != NULL)
      continue;
    g_ptr_array_add (block, chat_timeline_make_message (self, row, position));
    g_array_append_val (positions, position);
  }
  g_array_sort (positions, compare_positions);
  chat_timeline_keep_block (self, block);
}

typedef struct { ChatTimeline *timeline; GArray *ids; } BlockRead;

static void
messages_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree BlockRead *read = user_data;
  g_autoptr (ChatTimeline) self = read->timeline;
  g_autoptr (GArray) ids = read->ids;
  g_autoptr (GArray) positions = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GPtrArray) rows = chat_store_load_messages_finish (CHAT_STORE (source), result, NULL);

  for (guint i = 0; i < ids->len; i++)
    g_hash_table_remove (self->pending, &g_array_index (ids, gint64, i));
  if (rows != NULL && !g_cancellable_is_cancelled (self->cancellable))
    take_rows (self, rows, positions);
  end_read (self);
  tell_filled (self, positions);
}

static void
read_block (ChatTimeline *self, guint number)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint end = MIN ((number + 1) * CHAT_TIMELINE_BLOCK, self->entries->len);
  BlockRead *read;

  for (guint i = MAX (number * CHAT_TIMELINE_BLOCK, self->unknown); i < end; i++) {
    gint64 id = chat_timeline_entry_at (self, i)->id;
    if (g_hash_table_contains (self->messages, &id) || g_hash_table_contains (self->pending, &id))
      continue;
    g_array_append_val (ids, id);
    g_hash_table_add (self->pending, g_memdup2 (&id, sizeof id));
  }
  if (ids->len == 0) {
    g_array_unref (ids);
    return;
  }
  read = g_new0 (BlockRead, 1);
  read->timeline = g_object_ref (self);
  read->ids = ids;
  self->n_reads++;
  chat_store_load_messages_async (self->store, ids, self->cancellable, messages_read_cb, read);
}

/* -- the index ------------------------------------------------------------------------------------------------------ */

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const ChatIndexEntry *x = a, *y = b;
  return x->position < y->position ? -1 : x->position > y->position;
}

/* What it was read as may have changed meanwhile. */
static ChatIndexEntry
update_entry (ChatTimeline *self, const ChatIndexEntry *entry)
{
  const ChatTimelineChange *change = g_hash_table_lookup (self->changes, &entry->id);
  return change != NULL && change->whole ? chat_timeline_make_entry (change->row) : *entry;
}

static gboolean
is_of_part (gpointer id, gpointer entry, gpointer lowest)
{
  return ((ChatIndexEntry *) entry)->position >= *(gint64 *) lowest;
}

/* What part knows, the oldest first, with what was told of meanwhile: it may have been read before that. */
static GArray *
merge_part (ChatTimeline *self, const ChatIndexPart *part)
{
  GArray *entries = g_array_sized_new (FALSE, FALSE, sizeof (ChatIndexEntry), part->entries->len);
  gint64 lowest = part->entries->len < self->index_part ? G_MININT64 : part->position;
  ChatIndexEntry entry;
  GHashTableIter iter;
  gpointer told;

  for (guint i = part->entries->len; i > 0; i--) {
    const ChatIndexEntry *known = &g_array_index (part->entries, ChatIndexEntry, i - 1);
    if (g_hash_table_contains (self->removed, &known->id))
      continue;
    g_hash_table_remove (self->inserted, &known->id);
    entry = update_entry (self, known);
    g_array_append_val (entries, entry);
  }
  g_hash_table_iter_init (&iter, self->inserted);
  while (g_hash_table_iter_next (&iter, NULL, &told)) {
    entry = update_entry (self, told);
    if (is_of_part (NULL, told, &lowest))
      g_array_append_val (entries, entry);
  }
  if (g_hash_table_foreach_remove (self->inserted, is_of_part, &lowest) > 0)
    g_array_sort (entries, compare_entries);
  return entries;
}

/* Fills in what part knows, before what is known. Gives how many did not fit among the unknown. */
static guint
fill_index (ChatTimeline *self, const ChatIndexPart *part)
{
  g_autoptr (GArray) entries = merge_part (self, part);
  guint left_over = entries->len > self->unknown ? entries->len - self->unknown : 0;

  if (left_over > 0) {
    g_array_insert_vals (self->entries, 0, entries->data, left_over);
    self->unknown += left_over;
  }
  for (guint i = entries->len; i > 0; i--) {
    const ChatIndexEntry *entry = &g_array_index (entries, ChatIndexEntry, i - 1);
    *chat_timeline_entry_at (self, --self->unknown) = *entry;
    self->known_length += entry->length;
  }
  return left_over;
}

void
chat_timeline_shift_wanted (ChatTimeline *self, guint n)
{
  g_autoptr (GHashTable) before = self->wanted;
  GHashTableIter iter;
  gpointer number;

  self->wanted = g_hash_table_new (NULL, NULL);
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &number, NULL)) {
    guint first = GPOINTER_TO_UINT (number) * CHAT_TIMELINE_BLOCK + n;
    g_hash_table_add (self->wanted, GUINT_TO_POINTER (first / CHAT_TIMELINE_BLOCK));
    g_hash_table_add (self->wanted, GUINT_TO_POINTER ((first + CHAT_TIMELINE_BLOCK - 1) / CHAT_TIMELINE_BLOCK));
  }
}

static void
read_wanted (ChatTimeline *self)
{
  GHashTableIter iter;
  gpointer number;

  g_hash_table_iter_init (&iter, self->wanted);
  while (g_hash_table_iter_next (&iter, &number, NULL)) {
    if ((GPOINTER_TO_UINT (number) + 1) * CHAT_TIMELINE_BLOCK <= self->unknown)
      continue;
    read_block (self, GPOINTER_TO_UINT (number));
    if (GPOINTER_TO_UINT (number) * CHAT_TIMELINE_BLOCK >= self->unknown)
      g_hash_table_iter_remove (&iter);
  }
}

/* The counter and the rows should agree; where they don't, the rows are right. */
static void
end_index (ChatTimeline *self)
{
  guint surplus = self->unknown;

  self->indexing = FALSE;
  g_hash_table_remove_all (self->removed);
  g_hash_table_remove_all (self->inserted);
  if (surplus == 0)
    return;
  g_array_remove_range (self->entries, 0, surplus);
  self->unknown = 0;
  chat_timeline_refresh_flags (self, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, surplus, 0);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const ChatMessageRow *x = *(ChatMessageRow **) a, *y = *(ChatMessageRow **) b;
  return x->position < y->position ? -1 : x->position > y->position;
}

static void
take_early (ChatTimeline *self)
{
  g_autoptr (GPtrArray) early = g_steal_pointer (&self->early);

  g_ptr_array_sort (early, compare_rows);
  chat_timeline_insert (self, early);
}

static void
take_first_part (ChatTimeline *self, ChatIndexPart *part)
{
  gboolean all = part->entries->len < self->index_part;

  g_array_set_size (self->entries, all ? part->entries->len : MAX (part->n_messages, part->entries->len));
  self->unknown = self->entries->len;
  self->indexing = !all;
  fill_index (self, part);
  if (all && self->unknown > 0) {
    g_array_remove_range (self->entries, 0, self->unknown);
    self->unknown = 0;
  }
  for (guint i = part->messages->len; i > 0; i--) {
    ChatMessageRow *row = g_ptr_array_index (part->messages, i - 1);
    guint position = find_row (self, row);
    if (position != G_MAXUINT)
      chat_timeline_keep_in_tail (self, chat_timeline_make_message (self, row, position));
  }
  self->loaded = TRUE;
  if (self->entries->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, self->entries->len);
  take_early (self);
  g_object_notify (G_OBJECT (self), "loaded");
}

static void
take_part (ChatTimeline *self, ChatIndexPart *part)
{
  guint border = self->unknown;
  guint left_over = fill_index (self, part);

  if (left_over > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, left_over);
  chat_timeline_refresh_around (self, border + left_over);
}

static void
index_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatTimeline) self = user_data;
  g_autoptr (ChatIndexPart) part = chat_store_load_index_finish (CHAT_STORE (source), result, NULL);

  if (part == NULL || g_cancellable_is_cancelled (self->cancellable)) {
    self->indexing = FALSE;
    end_read (self);
    return;
  }
  if (!self->loaded)
    take_first_part (self, part);
  else
    take_part (self, part);
  read_wanted (self);
  if (part->entries->len < self->index_part)
    end_index (self);
  else
    read_index (self, part->position);
  end_read (self);
}

static void
read_index (ChatTimeline *self, gint64 position)
{
  self->indexing = TRUE;
  self->n_reads++;
  chat_store_load_index_async (self->store, self->conversation, position, self->index_part, self->loaded ? 0 : CHAT_TIMELINE_BLOCK,
                               self->cancellable, index_read_cb, g_object_ref (self));
}

void
chat_timeline_read (ChatTimeline *self)
{
  self->early = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_row_free);
  read_index (self, G_MAXINT64);
}

void
chat_timeline_want (ChatTimeline *self, guint position)
{
  if (position < self->unknown)
    g_hash_table_add (self->wanted, GUINT_TO_POINTER (position / CHAT_TIMELINE_BLOCK));
  else
    read_block (self, position / CHAT_TIMELINE_BLOCK);
}
