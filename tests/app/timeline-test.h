/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "fake-timeline.h"
#include "stonechat-message-row.h"
#include "stonechat-timeline-view.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A timeline view in a window, looked at after every frame that is painted. */
typedef struct {
  GtkWidget *window, *scrolled, *place;
  StonechatTimelineView *view;
  GtkAdjustment *adjustment;
  ChatTimeline *timeline;
  GdkFrameClock *clock;
  guint frames;             /* painted */
  gint64 watched;           /* this message must not move: its id, 0: none */
  double watched_y;
  gboolean at_end;          /* the last row must be at the view's end */
  guint holes;              /* frames with empty space between the rows and the edge of the view */
} Fixture;

/* What is really on screen. */
typedef struct { GtkWidget *row; gint64 id; double y; int height; } Shown;

void    fixture_set_up    (Fixture *fixture, gconstpointer data);
void    fixture_tear_down (Fixture *fixture, gconstpointer data);
void    show_timeline     (Fixture *fixture, ChatTimeline *timeline);   /* takes it */
void    wait_frames       (Fixture *fixture, guint n);
void    scroll_by         (Fixture *fixture, double pixels);            /* as the wheel does */
GArray *get_shown         (Fixture *fixture);                           /* of Shown, from the top; those in the view */
/* Watches the first row whose top is in view from now on, or the one that fills the view; gives its position. */
guint   watch             (Fixture *fixture);
void    watch_none        (Fixture *fixture);

G_END_DECLS
