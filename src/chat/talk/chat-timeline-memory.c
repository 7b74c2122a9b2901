/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-timeline-struct.h"

#include "chat-message-private.h"

#define BLOCKS_MAX 16
#define RUN_GAP (10 * 60)

typedef struct { gint64 id; ChatTimeline *timeline; } Life;

static void
message_gone_cb (gpointer data, GObject *message)
{
  g_hash_table_remove (((Life *) data)->timeline->messages, &((Life *) data)->id);
}

ChatMessage *
chat_timeline_lookup (ChatTimeline *self, gint64 id)
{
  Life *life = NULL;
  gpointer message = NULL;

  if (!g_hash_table_lookup_extended (self->messages, &id, (gpointer *) &life, &message))
    return NULL;
  return message;
}

guint
chat_timeline_seek (ChatTimeline *self, gint64 position)
{
  guint low = self->unknown, high = self->entries->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (chat_timeline_entry_at (self, middle)->position < position)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Of what is not in memory only the id is known; it is asked for seldom. */
guint
chat_timeline_find (ChatTimeline *self, gint64 id)
{
  ChatMessage *message = chat_timeline_lookup (self, id);
  guint at = message != NULL ? chat_timeline_seek (self, chat_message_get_position (message)) : G_MAXUINT;

  if (at < self->entries->len && chat_timeline_entry_at (self, at)->id == id)
    return at;
  for (guint i = self->entries->len; id != 0 && i > self->unknown; i--) {
    if (chat_timeline_entry_at (self, i - 1)->id == id)
      return i - 1;
  }
  return G_MAXUINT;
}

static gint64
local_day (ChatTimeline *self, guint32 time)
{
  int interval = g_time_zone_find_interval (self->zone, G_TIME_TYPE_UNIVERSAL, time);
  return ((gint64) time + g_time_zone_get_offset (self->zone, interval)) / 86400;
}

static gboolean
starts_day (ChatTimeline *self, guint position)
{
  const ChatIndexEntry *entry;

  if (position <= self->unknown)
    return position == 0;
  entry = chat_timeline_entry_at (self, position);
  return local_day (self, entry->time) != local_day (self, (entry - 1)->time);
}

/* The oldest of the known ones has unknown ones before it, if any: there it is not known yet. */
static gboolean
has_gap_before (ChatTimeline *self, guint position)
{
  gint64 here = chat_timeline_entry_at (self, position)->position;
  gint64 before = position > self->unknown ? chat_timeline_entry_at (self, position - 1)->position : G_MININT64;

  if (position == self->unknown && position > 0)
    return FALSE;
  for (guint i = self->gaps->len; i > 0 && g_array_index (self->gaps, gint64, i - 1) > before; i--) {
    if (g_array_index (self->gaps, gint64, i - 1) <= here)
      return TRUE;
  }
  return FALSE;
}

static gboolean
starts_run (ChatTimeline *self, guint position)
{
  const ChatIndexEntry *entry = chat_timeline_entry_at (self, position);
  const ChatIndexEntry *before;

  if (position <= self->unknown || entry->id == self->unread_start)
    return TRUE;
  before = chat_timeline_entry_at (self, position - 1);
  return entry->own != before->own || entry->kind != before->kind || entry->time > (gint64) before->time + RUN_GAP
         || starts_day (self, position) || has_gap_before (self, position);
}

static ChatMessageFlags
flags_at (ChatTimeline *self, guint position)
{
  ChatMessageFlags flags = 0;

  if (starts_run (self, position))
    flags |= CHAT_MESSAGE_HEAD;
  if (position + 1 == self->entries->len || starts_run (self, position + 1))
    flags |= CHAT_MESSAGE_TAIL;
  if (starts_day (self, position))
    flags |= CHAT_MESSAGE_DAY_START;
  if (chat_timeline_entry_at (self, position)->id == self->unread_start)
    flags |= CHAT_MESSAGE_UNREAD_START;
  if (has_gap_before (self, position))
    flags |= CHAT_MESSAGE_GAP_BEFORE;
  return flags;
}

void
chat_timeline_refresh_flags (ChatTimeline *self, guint position)
{
  ChatMessage *message;

  if (position < self->unknown || position >= self->entries->len)
    return;
  message = chat_timeline_lookup (self, chat_timeline_entry_at (self, position)->id);
  if (message != NULL)
    chat_message_set_flags (message, flags_at (self, position));
}

void
chat_timeline_refresh_around (ChatTimeline *self, guint position)
{
  if (position > 0)
    chat_timeline_refresh_flags (self, position - 1);
  chat_timeline_refresh_flags (self, position);
  chat_timeline_refresh_flags (self, position + 1);
}

ChatMessage *
chat_timeline_make_message (ChatTimeline *self, const ChatMessageRow *row, guint position)
{
  ChatTimelineChange *change = g_hash_table_lookup (self->changes, &row->id);
  ChatMessage *message = chat_timeline_lookup (self, row->id);
  Life *life;

  /* It was moved, and somebody still has it. */
  if (message != NULL) {
    chat_message_update (message, row);
    chat_message_set_flags (message, flags_at (self, position));
    return g_object_ref (message);
  }
  message = chat_message_new (row, self->sender_name, flags_at (self, position));
  life = g_new0 (Life, 1);
  chat_message_set_own_name (message, self->own_name);
  chat_message_set_address (message, self->address);
  chat_message_set_waiting (message, self->waiting);
  if (change != NULL && change->whole)
    chat_message_update (message, change->row);
  else if (change != NULL)
    chat_message_set_state (message, change->row->state, change->row->error);
  life->id = row->id;
  life->timeline = self;
  g_object_weak_ref (G_OBJECT (message), message_gone_cb, life);
  g_hash_table_insert (self->messages, life, message);
  return message;
}

void
chat_timeline_keep_block (ChatTimeline *self, GPtrArray *block)
{
  g_queue_push_tail (&self->blocks, block);
  if (self->blocks.length > BLOCKS_MAX)
    g_ptr_array_unref (g_queue_pop_head (&self->blocks));
}

void
chat_timeline_keep_in_tail (ChatTimeline *self, ChatMessage *message)
{
  if (self->tail->len >= CHAT_TIMELINE_BLOCK) {
    chat_timeline_keep_block (self, self->tail);
    self->tail = g_ptr_array_new_with_free_func (g_object_unref);
  }
  g_ptr_array_add (self->tail, message);
}

void
chat_timeline_forget_messages (ChatTimeline *self)
{
  GHashTableIter iter;
  gpointer life, message;

  g_hash_table_iter_init (&iter, self->messages);
  while (g_hash_table_iter_next (&iter, &life, &message)) {
    g_object_weak_unref (message, message_gone_cb, life);
    g_hash_table_iter_remove (&iter);
  }
  g_queue_clear_full (&self->blocks, (GDestroyNotify) g_ptr_array_unref);
  g_clear_pointer (&self->tail, g_ptr_array_unref);
}
