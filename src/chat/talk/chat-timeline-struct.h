/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-timeline-private.h"

G_BEGIN_DECLS

/* Shared by the three files of the class: chat-timeline.c (what others see and what a commit changes),
 * chat-timeline-memory.c (what is in memory, and each row's part in its run) and chat-timeline-read.c (what the store gives).
 *
 * Of every row an entry of 16 bytes is in memory: enough for heights, for runs of one sender and for days across all
 * borders. Whole messages come in blocks when someone asks, and go again, the oldest block first, unless a row of the view
 * holds them.
 *
 *   entries   [ unknown … unknown | known … known ]      the index comes in parts, from the end backwards
 *   messages  id ─► ChatMessage, not owned                what is alive anywhere
 *   blocks    the last lots that were read, owned; tail: what came since
 *
 * All that changes comes through append, change_state and remove, after the commit. The reader may have seen the database a
 * little earlier or later than that; what it brings is matched by id, and states told while it was on its way win. */

#define CHAT_TIMELINE_BLOCK 128

struct _ChatTimeline {
  GObject parent_instance;
  ChatStore *store;
  GCancellable *cancellable;
  gint64 conversation;
  char *sender_name;
  GTimeZone *zone;

  GArray *entries;          /* of ChatIndexEntry, oldest first */
  guint unknown;            /* of them, at the front, still without an id */
  gint64 known_length;      /* sum over the known ones */
  GHashTable *messages;     /* of Life to ChatMessage, not owned */
  GQueue blocks;            /* of GPtrArray of ChatMessage */
  GPtrArray *tail;
  GHashTable *pending;      /* ids that are being read */
  GHashTable *wanted;       /* numbers of blocks asked for before their ids were known */

  gboolean loaded;
  gboolean indexing;
  guint n_reads;            /* under way */
  GPtrArray *early;         /* rows appended before the first part came */
  GHashTable *changes;      /* id to ChatMessageRow: states told while something is read */
  GHashTable *removed;      /* ids deleted while the index is read */
  gint64 unread_start;
};

static inline ChatIndexEntry *
chat_timeline_entry_at (ChatTimeline *self, guint position)
{
  return &g_array_index (self->entries, ChatIndexEntry, position);
}

/* Not owned; NULL: not in memory. */
ChatMessage *chat_timeline_lookup          (ChatTimeline *self, gint64 id);
void         chat_timeline_refresh_flags   (ChatTimeline *self, guint position);
/* The one at position came, went or changed its part. position may be one past the end. */
void         chat_timeline_refresh_around  (ChatTimeline *self, guint position);
/* Transfer full. */
ChatMessage *chat_timeline_make_message    (ChatTimeline *self, const ChatMessageRow *row, guint position);
void         chat_timeline_keep_block      (ChatTimeline *self, GPtrArray *block /* transfer full */);
/* The last message is always in tail, so that what comes next finds its neighbour. */
void         chat_timeline_keep_in_tail    (ChatTimeline *self, ChatMessage *message /* transfer full */);
void         chat_timeline_forget_messages (ChatTimeline *self);

/* Reads the index, once. */
void         chat_timeline_read            (ChatTimeline *self);
/* Sees to it that the message at position comes, with its block. */
void         chat_timeline_want            (ChatTimeline *self, guint position);

G_END_DECLS
