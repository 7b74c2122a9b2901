/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "bare-timeline.h"
#include "chat-test.h"
#include "stonechat-timeline-view.h"

#include <adwaita.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* What a long chat costs against a short one, both in the real view on the real store: opening, scrolling past 1,000
 * messages, and changing the width of the window. A frame is what lies between the clock's "before-paint" and "after-paint":
 * rows made, laid out and drawn.
 *
 * Then the long chat alone, at 1000×700: the main thread's processor time for each frame of scrolling by wheel and by keys, all that
 * it does from one frame to the next, against the least that texts cost (bare-timeline.c), in turns; the memory that is left after
 * scrolling through all of it; switching between chats; and jumping to messages. */

#define SHORT 1000
#define LONG 100000

typedef struct {
  GtkWidget *scrolled;
  StonechatTimelineView *view;
  gint64 began;
  guint frames;
  double longest, sum;      /* ms, since forget_frames () */
  double cpu;               /* ms of the main thread, when the last frame ended */
  GArray *costs;            /* of double: of each frame; NULL: not wanted */
} Bench;

/* ms, the best of all rounds; of frames the mean, and the longest one in the best round. */
typedef struct { double opened, scrolling, scrolling_longest, width, width_longest; } Figures;

static double
cpu_now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

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
  if (bench->costs) {
    double cpu = cpu_now (), cost = cpu - bench->cpu;

    g_array_append_val (bench->costs, cost);
    bench->cpu = cpu;
  }
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

static char *words;

static guint
length_of (guint i)
{
  return i % 17 == 0 ? 500 + i % 90 : i % 5 == 0 ? 150 : 4 + i % 60;
}

static const char *
text_of (guint i)
{
  static char text[600];

  g_strlcpy (text, words, length_of (i) + 1);
  return text;
}

static void
fill (const char *folder, gint64 conversation, guint n)
{
  g_autofree char *path = g_build_filename (folder, "chat.db", NULL);
  g_autoptr (ChatDb) db = chat_db_open (path, SQLITE_OPEN_READWRITE, NULL);
  gint64 time = G_GINT64_CONSTANT (1600000000) * G_USEC_PER_SEC;
  g_assert_true (chat_db_exec (db, "BEGIN IMMEDIATE", NULL));
  for (guint i = 1; i < n; i++) {
    time += 90 * G_USEC_PER_SEC;
    g_assert_true (chat_db_run (db, NULL,
      "INSERT INTO message (conversation, position, own, state, time, length, text) VALUES (?, ?, ?, ?, ?, ?, ?)", "lliilis",
      conversation, (gint64) (i + 1) * 65536, (int) (i / 3 % 2), (int) (i / 3 % 2), time, (int) length_of (i), text_of (i)));
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

/* -- scrolling, against the bare one --------------------------------------------------------------------------------- */

#define WHEEL 79             /* px: GTK's step for a view of 700 */
#define PAGE 630
#define THROUGH 1500         /* px a frame, to come through all of it */

/* One step in so many frames, and what each frame costs the main thread. A key that is held comes in every second one. */
static void
scroll (Bench *bench, GtkWidget *scrolled, double step, guint frames, guint n, GArray *costs)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));

  bench->cpu = cpu_now ();
  bench->costs = costs;
  for (guint i = 0; i < n; i++) {
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + step);
    for (guint frame = 0; frame < frames; frame++)
      wait_frame (bench);
  }
  bench->costs = NULL;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return *(const double *) a < *(const double *) b ? -1 : *(const double *) a > *(const double *) b;
}

static double
quantile (GArray *values, double share)
{
  g_array_sort (values, compare);
  return g_array_index (values, double, MIN ((guint) (values->len * share), values->len - 1));
}

static double
mean (GArray *values)
{
  double sum = 0;

  for (guint i = 0; i < values->len; i++)
    sum += g_array_index (values, double, i);
  return sum / values->len;
}

static void
show (GtkWidget *stack, GtkWidget *child, Bench *bench)
{
  gtk_stack_set_visible_child (GTK_STACK (stack), child);
  for (guint i = 0; i < 20; i++)
    wait_frame (bench);
}

static void
say_scrolling (const char *how, GArray *ours, GArray *bare)
{
  double p99 = quantile (ours, 0.99), worst = quantile (ours, 1), ratio = mean (ours) / mean (bare);

  g_print ("timeline: by %s, main thread's ms a frame, p99: %.1f (goal: below 8.0; %s), worst %.1f (goal: below 16.0; %s)\n", how,
           p99, p99 < 8 ? "reached" : "NOT REACHED", worst, worst < 16 ? "reached" : "NOT REACHED");
  g_print ("timeline: by %s, to a bare view: %.2f (goal: at most 1.5; %s) · mean %.2f to %.2f ms; p99 of the bare one %.1f, worst %.1f\n", how, ratio,
           ratio <= 1.5 ? "reached" : "NOT REACHED", mean (ours), mean (bare), quantile (bare, 0.99), quantile (bare, 1));
}

static double
resident_mib (void)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  return atof (strchr (text, ' ')) * sysconf (_SC_PAGESIZE) / 1048576;
}

static void
scroll_both (Bench *bench, GtkWidget *stack, GtkWidget *bare)
{
  GArray *costs[4];

  for (guint i = 0; i < 4; i++)
    costs[i] = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint round = 0; round < 5; round++) {
    show (stack, bare, bench);
    scroll (bench, bare, -WHEEL, 1, 150, costs[0]);
    scroll (bench, bare, -PAGE, 2, 40, costs[1]);
    show (stack, bench->scrolled, bench);
    scroll (bench, bench->scrolled, -WHEEL, 1, 150, costs[2]);
    scroll (bench, bench->scrolled, -PAGE, 2, 40, costs[3]);
  }
  say_scrolling ("wheel", costs[2], costs[0]);
  say_scrolling ("page keys", costs[3], costs[1]);
  g_print ("timeline: row widgets that exist: %u\n", stonechat_timeline_view_get_n_rows (bench->view));
  for (guint i = 0; i < 4; i++)
    g_array_unref (costs[i]);
}

static void
scroll_through (Bench *bench)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (bench->scrolled));
  double before;

  stonechat_timeline_view_go_to_end (bench->view);
  scroll (bench, bench->scrolled, -THROUGH, 1, 300, NULL);
  before = resident_mib ();
  while (gtk_adjustment_get_value (adjustment) > gtk_adjustment_get_lower (adjustment))
    scroll (bench, bench->scrolled, -THROUGH, 1, 1, NULL);
  g_print ("timeline: memory after scrolling through %d messages: %.1f MiB more than the %.1f after the first thousands\n", LONG,
           resident_mib () - before, before);
}

/* -- coming to a place ----------------------------------------------------------------------------------------------- */

/* All that is in view has its text. */
static gboolean
is_complete (Bench *bench, ChatTimeline *timeline, guint at)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (timeline));

  if (at >= n || stonechat_timeline_view_get_row_y (bench->view, at) == G_MININT)
    return FALSE;
  for (guint i = at - MIN (at, 30); i < MIN (at + 30, n); i++) {
    int y = stonechat_timeline_view_get_row_y (bench->view, i);
    g_autoptr (ChatMessage) message = y > -100 && y < 700 ? g_list_model_get_item (G_LIST_MODEL (timeline), i) : NULL;

    if (y > -100 && y < 700 && !message)
      return FALSE;
  }
  return TRUE;
}

static void
say_times (const char *what, GArray *times, double goal)
{
  double worst = quantile (times, 1);

  g_print ("timeline: %s, ms until the frame is complete: %.1f at worst (goal: at most %.0f; %s), median %.1f of %u\n", what, worst, goal,
           worst <= goal ? "reached" : "NOT REACHED", quantile (times, 0.5), times->len);
}

static void
switch_chats (Bench *bench, ChatStore *store, const gint64 *chats)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double)), first = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint round = 0; round < 8; round++) {
    ChatTimeline *timelines[2] = { NULL };

    for (guint i = 0; i < 6; i++) {
      gint64 began = g_get_monotonic_time ();
      double took;

      if (!timelines[i % 2])
        timelines[i % 2] = chat_timeline_new (store, chats[i % 2], "Romeo");
      stonechat_timeline_view_open (bench->view, timelines[i % 2], 0, 0);
      do
        wait_frame (bench);
      while (!is_complete (bench, timelines[i % 2], g_list_model_get_n_items (G_LIST_MODEL (timelines[i % 2])) - 1));
      took = (g_get_monotonic_time () - began) / 1000.0;
      g_array_append_val (i < 2 ? first : times, took);
      for (guint frame = 0; frame < 30; frame++)
        wait_frame (bench);
    }
    stonechat_timeline_view_open (bench->view, NULL, 0, 0);
    for (guint i = 0; i < 2; i++) {
      wait_for (g_atomic_int_get (&G_OBJECT (timelines[i])->ref_count) == 1);
      g_assert_finalize_object (timelines[i]);
    }
  }
  say_times ("opening a chat", first, 50);
  say_times ("going back to a chat", times, 50);
}

static void
jump (Bench *bench, ChatTimeline *timeline)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (ChatMessage) last = g_list_model_get_item (G_LIST_MODEL (timeline), LONG - 1);
  gint64 newest = chat_message_get_id (last);

  for (guint i = 0; i < 40; i++) {
    guint at = i * 7919 % 97 * 1000 + i;
    gint64 began = g_get_monotonic_time ();
    double took;

    stonechat_timeline_view_go_to (bench->view, newest - (LONG - 1 - at), TRUE);
    do
      wait_frame (bench);
    while (!is_complete (bench, timeline, at));
    took = (g_get_monotonic_time () - began) / 1000.0;
    g_array_append_val (times, took);
    for (guint frame = 0; frame < 5; frame++)
      wait_frame (bench);
  }
  say_times ("jumping to a message", times, 100);
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

static GtkWidget *
new_scrolled (GtkWidget *child)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), child);
  gtk_widget_set_halign (scrolled, GTK_ALIGN_START);
  gtk_widget_set_valign (scrolled, GTK_ALIGN_START);
  gtk_widget_set_size_request (scrolled, 800, 700);
  return scrolled;
}

static void
compare_lengths (Bench *bench, ChatStore *store, const gint64 *chats)
{
  Figures small = { 1e9, 1e9, 1e9, 1e9, 1e9 }, large = small;

  /* Rounds are interleaved, so that other work on the machine hurts both alike. */
  for (guint i = 0; i < 5; i++) {
    measure (bench, store, chats[0], &small);
    measure (bench, store, chats[1], &large);
  }
  say ("opening", large.opened, small.opened, 2, "ms until the last message is drawn", 0);
  say ("scrolling past 1,000", large.scrolling, small.scrolling, 1.2, "ms a frame", large.scrolling_longest);
  say ("changing the width", large.width, small.width, 1.2, "ms a frame", large.width_longest);
}

static void
look_at_long (Bench *bench, ChatStore *store, const gint64 *chats, GtkWidget *stack, gboolean all)
{
  GtkWidget *bare = new_scrolled (bare_timeline_new (LONG, text_of));
  ChatTimeline *timeline;

  gtk_stack_add_child (GTK_STACK (stack), bare);
  gtk_widget_set_size_request (bare, 1000, 700);
  gtk_widget_set_size_request (bench->scrolled, 1000, 700);
  if (all)
    switch_chats (bench, store, chats);
  timeline = chat_timeline_new (store, chats[1], "Romeo");
  stonechat_timeline_view_open (bench->view, timeline, 0, 0);
  for (guint i = 0; i < 60; i++)
    wait_frame (bench);
  scroll_both (bench, stack, bare);
  if (all) {
    jump (bench, timeline);
    scroll_through (bench);
  }
  stonechat_timeline_view_open (bench->view, NULL, 0, 0);
  wait_for (g_atomic_int_get (&G_OBJECT (timeline)->ref_count) == 1);
  g_assert_finalize_object (timeline);
}

/* As they look in the program: bubbles need more room than bare rows, and cost more to draw. */
static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/im/stonechat/Stonechat/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

int
main (int argc, char *argv[])
{
  g_autofree char *folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org"), chats[2];
  GtkWidget *window, *stack;
  Bench bench = { 0 };

  words = g_strnfill (600, 'a');
  for (guint i = 5; i < 600; i += 6)
    words[i] = ' ';
  chats[0] = new_conversation (store, folder, account, "romeo@example.org", SHORT);
  chats[1] = new_conversation (store, folder, account, "nurse@example.org", LONG);
  gtk_init ();
  adw_init ();
  load_style ();
  window = gtk_window_new ();
  stack = gtk_stack_new ();
  bench.view = STONECHAT_TIMELINE_VIEW (stonechat_timeline_view_new ());
  bench.scrolled = new_scrolled (GTK_WIDGET (bench.view));
  gtk_stack_add_child (GTK_STACK (stack), bench.scrolled);
  gtk_window_set_child (GTK_WINDOW (window), stack);
  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 800);
  gtk_window_present (GTK_WINDOW (window));
  g_signal_connect (gtk_widget_get_frame_clock (window), "before-paint", G_CALLBACK (before_paint_cb), &bench);
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (after_paint_cb), &bench);

  if (argc < 2 || g_str_equal (argv[1], "lengths"))
    compare_lengths (&bench, store, chats);
  if (argc < 2 || g_str_equal (argv[1], "long") || g_str_equal (argv[1], "scrolling"))
    look_at_long (&bench, store, chats, stack, argc < 2 || g_str_equal (argv[1], "long"));
  gtk_window_destroy (GTK_WINDOW (window));
  store_close (store);
  folder_remove (g_steal_pointer (&folder));
  g_free (words);
  return 0;
}
