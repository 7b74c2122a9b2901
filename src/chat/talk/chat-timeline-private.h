/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation.h"
#include "chat-store-talk.h"

G_BEGIN_DECLS

/* conversation 0: nothing is stored yet. */
ChatTimeline *chat_timeline_new              (ChatStore *store, gint64 conversation, const char *sender_name);
/* Reads its index in parts of so many rows. */
ChatTimeline *chat_timeline_new_in_parts     (ChatStore *store, gint64 conversation, const char *sender_name, guint part);
/* After a commit: new rows (of ChatMessageRow, by position) wherever they belong; those that are here already are left. */
void          chat_timeline_insert           (ChatTimeline *self, GPtrArray *rows);
/* The row as it is now. */
void          chat_timeline_change           (ChatTimeline *self, const ChatMessageRow *row);
void          chat_timeline_change_state     (ChatTimeline *self, gint64 message, ChatMessageState state, const char *error);
void          chat_timeline_remove           (ChatTimeline *self, gint64 message);
/* The account is not online. */
void          chat_timeline_set_people     (ChatTimeline *self, const char *own_name, const char *address);   /* before the first message is asked for */
void          chat_timeline_set_waiting      (ChatTimeline *self, gboolean waiting);
void          chat_timeline_set_sender_name  (ChatTimeline *self, const char *name);
/* message: where the line of unread ones is drawn, 0: nowhere. */
void          chat_timeline_set_unread_start (ChatTimeline *self, gint64 message);
/* positions: of gint64, ascending. There is a gap below the first row whose position is not less. */
void          chat_timeline_set_gaps         (ChatTimeline *self, GArray *positions);
guint         chat_timeline_get_n_in_memory  (ChatTimeline *self);    /* messages, for tests */

G_END_DECLS
