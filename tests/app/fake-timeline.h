/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation.h"

G_BEGIN_DECLS

/* Takes the place of chat-timeline.c where it is linked in: a timeline that does what the test says. Nothing is kept but
 * what each text looks like; messages are made when they are asked for, and live as long as someone holds them. */
ChatTimeline *fake_timeline_new      (guint n, gboolean there);
void          fake_timeline_insert   (ChatTimeline *self, guint position, guint n, gboolean there);
void          fake_timeline_remove   (ChatTimeline *self, guint position, guint n);
/* The pages of these rows come in: they get a text and a height. */
void          fake_timeline_load     (ChatTimeline *self, guint position, guint n);
/* Every thirteenth is preformatted, of many short lines. */
void          fake_timeline_write_code (ChatTimeline *self);
/* A row gets another text of that length, as by an edit. */
void          fake_timeline_edit     (ChatTimeline *self, guint position, guint length);
void          fake_timeline_set_first_unread (ChatTimeline *self, guint position);
gint64        fake_timeline_get_id   (ChatTimeline *self, guint position);
/* Rows that someone asked for while they were not there, since the last call: the view wants their pages. */
guint         fake_timeline_get_n_wanted (ChatTimeline *self);
guint         fake_timeline_get_n_alive (ChatTimeline *self);   /* messages */

G_END_DECLS
