/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-test.h"
#include "stonechat-timeline-view.h"

#include <adwaita.h>

/* What a long chat costs against a short one, both in the real view on the real store: opening, scrolling past 1,000
 * messages, and changing the width of the window. A frame is what lies between the clock's "before-paint" and "after-paint":
 * rows made, laid out and drawn. */

#define SHORT 1000
#define LONG 100000

typedef struct {
  GtkWidget *scrolled;
  StonechatTimelineView *view;
  gint64 began;
  guint frames;
  double longest, sum;      /* ms, since forget_frames () */
} Bench;

/* ms, the best of all rounds; of frames the mean, and the longest one in the best round. */
typedef struct { double opened, scrolling, scrolling_longest, width, width_longest; } Figures;

static void
before_paint_cb (GdkFrameClock *clock, Bench *bench)
{
  bench->began = g_get_monotonic_time ();
}

static void
after_paint_cb (GdkFrameClock *clock, Bench *bench)
{
  double took = (g_get_monotonic_time () - bench->began) / 1000.0;

  bench->frames++;
  bench->sum += took;
  bench->longest = MAX (bench->longest, took);
}

static void
forget_frames (Bench *bench)
{
  bench->frames = 0;
  bench->sum = bench->longest = 0;
}

static void
wait_frame (Bench *bench)
{
  guint end = bench->frames + 1;

  while (bench->frames < end) {
    gdk_frame_clock_request_phase (gtk_widget_get_frame_clock (bench->scrolled), GDK_FRAME_CLOCK_PHASE_PAINT);
    g_main_context_iteration (NULL, TRUE);
  }
}

static void
fill (const char *folder, gint64 conversation, guint n)
{
  g_autofree char *path = g_build_filename (folder, "chat.db", NULL);
  g_autoptr (ChatDb) db = chat_db_open (path, SQLITE_OPEN_READWRITE, NULL);
  gint64 time = G_GINT64_CONSTANT (1600000000) * G_USEC_PER_SEC;
  g_autofree char *text = g_strnfill (600, 'a');

  for (guint i = 5; i < 600; i += 6)
    text[i] = ' ';
  g_assert_true (chat_db_exec (db, "BEGIN IMMEDIATE", NULL));
  for (guint i = 1; i < n; i++) {
    int length = i % 17 == 0 ? 500 + i % 90 : i % 5 == 0 ? 150 : 4 + i % 60;
    g_autofree char *part = g_strndup (text, length);

    time += 90 * G_USEC_PER_SEC;
    g_assert_true (chat_db_run (db, NULL,
      "INSERT INTO message (conversation, position, own, state, time, length, text) VALUES (?, ?, ?, ?, ?, ?, ?)", "lliilis",
      conversation, (gint64) (i + 1) * 65536, (int) (i / 3 % 2), (int) (i / 3 % 2), time, length, part));
  }
  recount (db);
  g_assert_true (chat_db_exec (db, "COMMIT", NULL));
}

static void
measure (Bench *bench, ChatStore *store, gint64 conversation, Figures *figures)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (bench->scrolled));
  ChatTimeline *timeline;
  gint64 began = g_get_monotonic_time ();
  guint last;

  timeline = chat_timeline_new (store, conversation, "Romeo");
  stonechat_timeline_view_set_timeline (bench->view, timeline);
  do {
    wait_frame (bench);
    last = g_list_model_get_n_items (G_LIST_MODEL (timeline)) - 1;
  } while (stonechat_timeline_view_get_row_y (bench->view, last) == G_MININT);
  figures->opened = MIN (figures->opened, (g_get_monotonic_time () - began) / 1000.0);
  for (guint i = 0; i < 60; i++)      /* what the index still brings */
    wait_frame (bench);

  forget_frames (bench);
  while (stonechat_timeline_view_get_row_y (bench->view, last - 990) == G_MININT) {
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) - 120);
    wait_frame (bench);
  }
  figures->scrolling = MIN (figures->scrolling, bench->sum / bench->frames);
  figures->scrolling_longest = MIN (figures->scrolling_longest, bench->longest);

  forget_frames (bench);
  for (int width = 800; width > 500; width -= 10) {
    gtk_widget_set_size_request (bench->scrolled, width, 700);
    wait_frame (bench);
  }
  figures->width = MIN (figures->width, bench->sum / bench->frames);
  figures->width_longest = MIN (figures->width_longest, bench->longest);
  gtk_widget_set_size_request (bench->scrolled, 800, 700);
  stonechat_timeline_view_set_timeline (bench->view, NULL);
  wait_frame (bench);
  wait_for (g_atomic_int_get (&G_OBJECT (timeline)->ref_count) == 1);
  g_assert_finalize_object (timeline);
}

static gint64
new_conversation (ChatStore *store, const char *folder, gint64 account, const char *address, guint n)
{
  g_autoptr (ChatAddedMessage) added = store_add (store, account, incoming (address, NULL, "first"), NULL);

  fill (folder, added->conversation->id, n);
  return added->conversation->id;
}

static void
say (const char *what, double value, double base, double goal, const char *unit, double longest)
{
  g_print ("timeline: %s, %d to %d messages: %.2f (goal: at most %.1f; %s) · %.1f %s", what, LONG, SHORT, value / base, goal,
           value / base <= goal ? "reached" : "NOT REACHED", value, unit);
  if (longest > 0)
    g_print (", the longest %.1f ms", longest);
  g_print ("\n");
}

int
main (int argc, char *argv[])
{
  g_autofree char *folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org");
  gint64 little = new_conversation (store, folder, account, "romeo@example.org", SHORT);
  gint64 much = new_conversation (store, folder, account, "nurse@example.org", LONG);
  Figures small = { 1e9, 1e9, 1e9, 1e9, 1e9 }, large = small;
  Bench bench = { 0 };
  GtkWidget *window;

  gtk_init ();
  adw_init ();
  window = gtk_window_new ();
  bench.scrolled = gtk_scrolled_window_new ();
  bench.view = STONECHAT_TIMELINE_VIEW (stonechat_timeline_view_new ());
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (bench.scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (bench.scrolled), GTK_WIDGET (bench.view));
  gtk_widget_set_halign (bench.scrolled, GTK_ALIGN_START);
  gtk_widget_set_valign (bench.scrolled, GTK_ALIGN_START);
  gtk_widget_set_size_request (bench.scrolled, 800, 700);
  gtk_window_set_child (GTK_WINDOW (window), bench.scrolled);
  gtk_window_set_default_size (GTK_WINDOW (window), 900, 800);
  gtk_window_present (GTK_WINDOW (window));
  g_signal_connect (gtk_widget_get_frame_clock (window), "before-paint", G_CALLBACK (before_paint_cb), &bench);
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (after_paint_cb), &bench);

  /* Rounds are interleaved, so that other work on the machine hurts both alike. */
  for (guint i = 0; i < 5; i++) {
    measure (&bench, store, little, &small);
    measure (&bench, store, much, &large);
  }
  say ("opening", large.opened, small.opened, 2, "ms until the last message is drawn", 0);
  say ("scrolling past 1,000", large.scrolling, small.scrolling, 1.2, "ms a frame", large.scrolling_longest);
  say ("changing the width", large.width, small.width, 1.2, "ms a frame", large.width_longest);
  gtk_window_destroy (GTK_WINDOW (window));
  store_close (store);
  folder_remove (g_steal_pointer (&folder));
  return 0;
}
