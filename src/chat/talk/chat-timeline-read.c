/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-timeline-struct.h"

#define INDEX_PART 16384

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

static void
take_rows (ChatTimeline *self, GPtrArray *rows, GArray *positions)
{
  GPtrArray *block = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < rows->len; i++) {
    ChatMessageRow *row = g_ptr_array_index (rows, i);
    guint position = chat_timeline_find (self, row->id);
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

/* Fills in what part knows, backwards from the last unknown entry. Gives how many did not fit. */
static guint
fill_index (ChatTimeline *self, const ChatIndexPart *part)
{
  guint left_over = 0;

  for (guint i = 0; i < part->entries->len; i++) {
    const ChatIndexEntry *entry = &g_array_index (part->entries, ChatIndexEntry, i);
    if (g_hash_table_contains (self->removed, &entry->id))
      continue;
    if (self->unknown == 0) {
      g_array_prepend_val (self->entries, *entry);
      left_over++;
    } else {
      *chat_timeline_entry_at (self, --self->unknown) = *entry;
    }
    self->known_length += entry->length;
  }
  return left_over;
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
  if (surplus == 0)
    return;
  g_array_remove_range (self->entries, 0, surplus);
  self->unknown = 0;
  chat_timeline_refresh_flags (self, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, surplus, 0);
}

static void
take_early (ChatTimeline *self)
{
  g_autoptr (GPtrArray) early = g_steal_pointer (&self->early);

  for (guint i = 0; i < early->len; i++)
    chat_timeline_append (self, g_ptr_array_index (early, i));
}

static void
take_first_part (ChatTimeline *self, ChatIndexPart *part)
{
  gboolean all = part->entries->len < INDEX_PART;

  g_array_set_size (self->entries, all ? part->entries->len : MAX (part->n_messages, part->entries->len));
  self->unknown = self->entries->len;
  fill_index (self, part);
  if (all && self->unknown > 0) {
    g_array_remove_range (self->entries, 0, self->unknown);
    self->unknown = 0;
  }
  for (guint i = part->messages->len; i > 0; i--) {
    ChatMessageRow *row = g_ptr_array_index (part->messages, i - 1);
    guint position = chat_timeline_find (self, row->id);
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

  chat_timeline_refresh_around (self, border);
  if (left_over > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, left_over);
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
  if (part->entries->len < INDEX_PART)
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
  chat_store_load_index_async (self->store, self->conversation, position, INDEX_PART, self->loaded ? 0 : CHAT_TIMELINE_BLOCK,
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
