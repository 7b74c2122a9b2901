/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-timeline-private.h"

G_BEGIN_DECLS

/* Shared by the four files of the class: chat-timeline.c (what others see), chat-timeline-change.c (what a commit changes),
 * chat-timeline-memory.c (what is in memory, and each row's part in its run) and chat-timeline-read.c (what the store gives).
 *
 * Of every row an entry of 24 bytes is in memory: enough for heights, for runs of one sender and for days across all
 * borders. Whole messages come in blocks when someone asks, and go again, the oldest block first, unless a row of the view
 * holds them.
 *
 *   entries   [ unknown … unknown | known … known ]      the index comes in parts, from the end backwards
 *   messages  id ─► ChatMessage, not owned                what is alive anywhere
 *   blocks    the last lots that were read, owned; tail: what came since
 *
 * Rows are in the order of their position, which never changes. New ones come anywhere: what
 * an archive had in between. One that belongs among the unknown makes these one more, and is remembered until the part of
 * the index has come in which it must be.
 *
 * All that changes comes through insert, change, change_state and remove, after the commit. The reader may have seen the
 * database a little earlier or later than that; what it brings is matched by id, and what was told while it was on its way
 * wins. */

#define CHAT_TIMELINE_BLOCK 128

struct _ChatTimeline {
  GObject parent_instance;
  ChatStore *store;
  GCancellable *cancellable;
  gint64 conversation;
  char *own_name;           /* for what oneself does, nullable */
  char *address;            /* of the other one, bare */
  gboolean waiting;         /* nobody is online to send */
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

  guint index_part;         /* rows that are read at once */
  gboolean loaded;
  gboolean indexing;
  guint n_reads;            /* under way */
  GPtrArray *early;         /* rows inserted before the first part came */
  GHashTable *changes;      /* id to ChatTimelineChange: told while something is read */
  GHashTable *inserted;     /* id to ChatIndexEntry: of the unknown ones, told while the index is read */
  GHashTable *removed;      /* ids deleted while the index is read */
  GArray *gaps;             /* of gint64: positions, ascending */
  gint64 unread_start;
};

/* row: without its text where only the state changed. */
typedef struct { gboolean whole; ChatMessageRow *row; } ChatTimelineChange;
void         chat_timeline_change_free     (ChatTimelineChange *change);

static inline ChatIndexEntry *
chat_timeline_entry_at (ChatTimeline *self, guint position)
{
  return &g_array_index (self->entries, ChatIndexEntry, position);
}

ChatIndexEntry chat_timeline_make_entry    (const ChatMessageRow *row);
/* The first of the known ones that has not a lower position. */
guint        chat_timeline_seek            (ChatTimeline *self, gint64 position);
/* Not owned; NULL: not in memory. */
ChatMessage *chat_timeline_lookup          (ChatTimeline *self, gint64 id);
void         chat_timeline_refresh_flags   (ChatTimeline *self, guint position);
/* The one at position came, went or changed its part. position may be one past the end. */
void         chat_timeline_refresh_around  (ChatTimeline *self, guint position);
/* Transfer full. */
ChatMessage *chat_timeline_make_message    (ChatTimeline *self, const ChatMessageRow *row, guint position);
void         chat_timeline_keep_block      (ChatTimeline *self, GPtrArray *block /* transfer full */);
/* n rows came in at the front, where all are unknown. */
void         chat_timeline_shift_wanted    (ChatTimeline *self, guint n);
/* The last message is always in tail, so that what comes next finds its neighbour. */
void         chat_timeline_keep_in_tail    (ChatTimeline *self, ChatMessage *message /* transfer full */);
void         chat_timeline_forget_messages (ChatTimeline *self);

/* Reads the index, once. */
void         chat_timeline_read            (ChatTimeline *self);
/* Sees to it that the message at position comes, with its block. */
void         chat_timeline_want            (ChatTimeline *self, guint position);

G_END_DECLS
