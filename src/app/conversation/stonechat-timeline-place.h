/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "stonechat-timeline-rows.h"

G_BEGIN_DECLS

/* Where the rows of a timeline stand in the view. The truth is an anchor: a row and the y of its top; or, at the end, that the
 * last row's bottom is the view's. All else follows from it, so what changes elsewhere moves nothing. The fields are read by
 * the view; it writes height only. */
typedef struct {
  StonechatTimelineRows *rows;      /* not owned */
  guint anchor;             /* position */
  double anchor_y;          /* of its top */
  double scrolled;          /* px since it was at rest: a message may be higher than a leap is far */
  gint64 text_of;           /* the anchor's message when its text was looked for; 0: not yet */
  int text_y;               /* how far below its top that was */
  gboolean stick;           /* the last row's bottom is the view's */
  int height;               /* of the view */
} StonechatTimelinePlace;

/* The y of a row near the anchor. */
double   stonechat_timeline_place_get_y  (StonechatTimelinePlace *self, guint position);
/* Makes the rows that the view needs, and drops those that are far. While GTK allocates, no row may be made or filled: that
 * would ask for another allocation in the midst of one. Then create is FALSE. TRUE: there is more to do in the next frame. */
gboolean stonechat_timeline_place_settle (StonechatTimelinePlace *self, gboolean create);
/* The anchor becomes the row whose top is the first in view, of those that are loaded if there are any, so that what changes
 * above it moves nothing. */
void     stonechat_timeline_place_rest   (StonechatTimelinePlace *self);
void     stonechat_timeline_place_set    (StonechatTimelinePlace *self, guint anchor, double anchor_y);   /* not at the end */
/* In the middle, from its top where it does not fit. */
void     stonechat_timeline_place_centre (StonechatTimelinePlace *self, guint position);
gboolean stonechat_timeline_place_sees   (StonechatTimelinePlace *self, guint position);   /* all of the row is in view */
/* The model changed. What is in view stays; where the anchor's row goes, what is below it, else what is above. */
void     stonechat_timeline_place_change (StonechatTimelinePlace *self, guint position, guint removed, guint added);
/* step: pixels since the last time; offset: of the view's top from the top of all rows. */
void     stonechat_timeline_place_scroll (StonechatTimelinePlace *self, double step, double offset);
/* Moves as little as shows the row, from its top where it does not fit. */
void     stonechat_timeline_place_show   (StonechatTimelinePlace *self, guint position);
/* The row that is a page away from another. */
guint    stonechat_timeline_place_get_page (StonechatTimelinePlace *self, guint from, int direction);
/* Messages of others whose last line is in view, not owned; to be unreffed. */
GPtrArray *stonechat_timeline_place_list_ended (StonechatTimelinePlace *self);
/* Half a view above the first row, or nearer. */
gboolean stonechat_timeline_place_is_near_top (StonechatTimelinePlace *self);

G_END_DECLS
