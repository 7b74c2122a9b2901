/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation.h"
#include "chat-search-text.h"
#include "stonechat-heights.h"
#include "stonechat-selection.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The row widgets of a timeline view: those of a run of positions without gaps, a pool of those that wait, and the one that has
 * the focus off screen; and the heights of all rows. Knows nothing of where the run stands: that is the view's. The fields
 * are read by the view and written here. */
typedef struct {
  GtkWidget *view;          /* the parent */
  ChatTimeline *timeline;
  StonechatSelection *selection;
  StonechatHeights *heights;
  GPtrArray *widgets;       /* of positions first … first + widgets->len - 1 */
  guint first;
  GPtrArray *pool;          /* widgets without a message */
  GtkWidget *pinned;
  guint pinned_at;
  int width;
  ChatPattern *found;       /* nullable: what is marked in all texts, */
  gint64 found_in;          /* and more so in this message */
  guint guessed;            /* rows before it have their heights for this width */
} StonechatTimelineRows;

StonechatTimelineRows *stonechat_timeline_rows_new  (GtkWidget *view, StonechatSelection *selection);
void     stonechat_timeline_rows_free               (StonechatTimelineRows *self);
void     stonechat_timeline_rows_set_timeline       (StonechatTimelineRows *self, ChatTimeline *timeline);
void     stonechat_timeline_rows_set_width          (StonechatTimelineRows *self, int width);
/* After a change of the width, guesses the next few heights again; TRUE: there are more. */
gboolean stonechat_timeline_rows_guess_more         (StonechatTimelineRows *self);
guint    stonechat_timeline_rows_get_n_items        (StonechatTimelineRows *self);
guint    stonechat_timeline_rows_get_n_widgets      (StonechatTimelineRows *self);
guint    stonechat_timeline_rows_get_end            (StonechatTimelineRows *self);   /* behind the last one */
gboolean stonechat_timeline_rows_has                (StonechatTimelineRows *self, guint position);
GtkWidget *stonechat_timeline_rows_at               (StonechatTimelineRows *self, guint position);
gint64   stonechat_timeline_rows_find               (StonechatTimelineRows *self, GtkWidget *row);   /* -1: none */
/* The row that has the focus, or will have it as soon as the window is active again; NULL: none. */
GtkWidget *stonechat_timeline_rows_get_focused      (StonechatTimelineRows *self);
int      stonechat_timeline_rows_get_height         (StonechatTimelineRows *self, guint position);
/* From the top of one row down to that of another, both near each other. */
int      stonechat_timeline_rows_get_distance       (StonechatTimelineRows *self, guint from, guint to);

void     stonechat_timeline_rows_start_at           (StonechatTimelineRows *self, guint position);   /* the run is this row only */
void     stonechat_timeline_rows_add_above          (StonechatTimelineRows *self);
void     stonechat_timeline_rows_add_below          (StonechatTimelineRows *self);
void     stonechat_timeline_rows_remove_first       (StonechatTimelineRows *self);
void     stonechat_timeline_rows_remove_last        (StonechatTimelineRows *self);
void     stonechat_timeline_rows_measure            (StonechatTimelineRows *self);
void     stonechat_timeline_rows_allocate           (StonechatTimelineRows *self, int y);   /* of the first one */
void     stonechat_timeline_rows_show_selection     (StonechatTimelineRows *self);
/* Marks what was found in all texts, more so in one message; NULL: nothing. */
void     stonechat_timeline_rows_mark               (StonechatTimelineRows *self, const char *text, gint64 message);
/* The row that has the focus off screen goes, unless it has it still. */
void     stonechat_timeline_rows_release_pinned     (StonechatTimelineRows *self);

/* The model changed. Rows that were changed in place stay; else the run may be empty after it. */
void     stonechat_timeline_rows_change             (StonechatTimelineRows *self, guint position, guint removed, guint added);
/* Where a row is after that change; the one behind it, if it went itself. */
guint    stonechat_timeline_rows_move               (StonechatTimelineRows *self, guint at, guint position, guint removed, guint added);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StonechatTimelineRows, stonechat_timeline_rows_free)

G_END_DECLS
