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

typedef struct { const char *path; void (*run) (Fixture *fixture, gconstpointer data); } TimelineTest;

/* A program of tests, each with a view of its own; for main () to return. */
int     run_timeline_tests (int argc, char *argv[], const char *group, const TimelineTest *tests, guint n);
void    show_timeline     (Fixture *fixture, ChatTimeline *timeline);   /* takes it */
void    wait_frames       (Fixture *fixture, guint n);
void    scroll_by         (Fixture *fixture, double pixels);            /* as the wheel does */
GArray *get_shown         (Fixture *fixture);                           /* of Shown, from the top; those in the view */
/* Watches the first row whose top is in view from now on, or the one that fills the view; gives its position. */
guint   watch             (Fixture *fixture);
void    watch_none        (Fixture *fixture);

/* A key as the view's bindings take it; FALSE: it has none for it or did not take it. */
gboolean press   (Fixture *fixture, guint key, GdkModifierType modifiers);
/* What is in the clipboard, as soon as it is text. */
char   *get_copied (Fixture *fixture);
void    forget_copied (Fixture *fixture);
/* Iterates until condition holds. */
#define wait_until(fixture, condition) \
  G_STMT_START { \
    gint64 wait_end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND; \
    while (!(condition)) { \
      g_assert_cmpint (g_get_monotonic_time (), <, wait_end); \
      wait_frames ((fixture), 1); \
    } \
  } G_STMT_END

G_END_DECLS
