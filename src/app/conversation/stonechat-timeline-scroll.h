/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The adjustments of a timeline view. Only the user writes the value; what changes above or below moves the bounds, and the lower
 * one may be below zero, so that a fling goes on. */
typedef struct {
  GtkAdjustment *horizontal, *vertical;   /* vertical: NULL before there is a scrolled window */
  double value;             /* as it was last seen */
  gboolean telling;
} StonechatTimelineScroll;

/* scrolled: called with user_data when the vertical one's value changes. adjustment: NULL for one of its own. */
void     stonechat_timeline_scroll_set          (StonechatTimelineScroll *self, GtkOrientation orientation, GtkAdjustment *adjustment,
                                                 GCallback scrolled, gpointer user_data);
void     stonechat_timeline_scroll_finish       (StonechatTimelineScroll *self, gpointer user_data);
/* How far the user has scrolled since it was last asked; FALSE: not at all. */
gboolean stonechat_timeline_scroll_take         (StonechatTimelineScroll *self, double *step);
/* As the handle does, below all that is there. */
double   stonechat_timeline_scroll_get_offset   (StonechatTimelineScroll *self);
gboolean stonechat_timeline_scroll_is_at_bottom (StonechatTimelineScroll *self);
void     stonechat_timeline_scroll_by           (StonechatTimelineScroll *self, double pixels);
/* top: where the first of all rows begins in the view, and how high they are together. TRUE: the bounds are others than before. */
gboolean stonechat_timeline_scroll_tell         (StonechatTimelineScroll *self, double top, double total, int width, int height);
/* A fling that is under way would go on from the new place. */
void     stonechat_timeline_scroll_stop         (GtkWidget *view);

G_END_DECLS
