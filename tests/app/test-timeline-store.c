/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-test.h"
#include "stonechat-timeline-view.h"

#include <adwaita.h>
#include <string.h>

/* The view on the real timeline and a real store, whose pages come in when they come in. What comes in changes heights, but
 * moves nothing that is in view (W-14). */

#define MESSAGES 20000

typedef struct {
  char *folder;
  ChatStore *store;
  ChatTimeline *timeline;
  GtkWidget *window;
  StonechatTimelineView *view;
  GtkAdjustment *adjustment;
  guint frames;
} Fixture;

static void
after_paint_cb (GdkFrameClock *clock, Fixture *fixture)
{
  fixture->frames++;
}

static void
wait_frames (Fixture *fixture, guint n)
{
  guint end = fixture->frames + n;

  while (fixture->frames < end) {
    gdk_frame_clock_request_phase (gtk_widget_get_frame_clock (fixture->window), GDK_FRAME_CLOCK_PHASE_PAINT);
    g_main_context_iteration (NULL, TRUE);
  }
}

static gint64
fill (const char *folder, ChatStore *store)
{
  g_autoptr (ChatAddedMessage) added = store_add (store, store_account (store, "juliet@example.org"), incoming ("romeo@example.org", NULL, "first"), NULL);
  g_autofree char *path = g_build_filename (folder, "chat.db", NULL);
  g_autoptr (ChatDb) db = chat_db_open (path, SQLITE_OPEN_READWRITE, NULL);

  g_assert_true (chat_db_exec (db, "BEGIN IMMEDIATE", NULL));
  for (guint i = 1; i < MESSAGES; i++) {
    g_autofree char *words = g_strnfill (i % 13 == 0 ? 400 : i % 50, 'w');
    g_autofree char *text = g_strdup_printf ("%u %s", i, words);

    g_assert_true (chat_db_run (db, NULL,
      "INSERT INTO message (conversation, position, own, state, time, length, text) VALUES (?, ?, ?, ?, ?, ?, ?)", "lliilis",
      added->conversation->id, (gint64) (i + 1) * 65536, (int) (i % 4 == 0), (int) (i % 4 == 0),
      (G_GINT64_CONSTANT (1600000000) + i * 60) * G_USEC_PER_SEC, (int) strlen (text), text));
  }
  recount (db);
  g_assert_true (chat_db_exec (db, "COMMIT", NULL));
  return added->conversation->id;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  fixture->folder = folder_new ();
  fixture->store = store_open (fixture->folder, NULL);
  fixture->timeline = chat_timeline_new (fixture->store, fill (fixture->folder, fixture->store), "Romeo");
  fixture->window = gtk_window_new ();
  fixture->view = STONECHAT_TIMELINE_VIEW (stonechat_timeline_view_new ());
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (fixture->view));
  gtk_window_set_child (GTK_WINDOW (fixture->window), scrolled);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 700, 600);
  gtk_window_present (GTK_WINDOW (fixture->window));
  g_signal_connect (gtk_widget_get_frame_clock (fixture->window), "after-paint", G_CALLBACK (after_paint_cb), fixture);
  fixture->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
  stonechat_timeline_view_set_timeline (fixture->view, fixture->timeline);
  wait_for (chat_timeline_get_loaded (fixture->timeline));
  wait_frames (fixture, 3);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (gtk_widget_get_frame_clock (fixture->window), fixture);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  wait_for (g_atomic_int_get (&G_OBJECT (fixture->timeline)->ref_count) == 1);
  g_assert_finalize_object (fixture->timeline);
  store_close (fixture->store);
  folder_remove (fixture->folder);
}

/* The first row whose top is in view. */
static guint
first_in_view (Fixture *fixture)
{
  for (guint i = 0; i < MESSAGES; i++)
    if (stonechat_timeline_view_get_row_y (fixture->view, i) >= 0)
      return i;
  g_assert_not_reached ();
}

static gboolean
all_there (Fixture *fixture)
{
  for (guint i = 0; i < MESSAGES; i++) {
    g_autoptr (ChatMessage) message = NULL;

    if (stonechat_timeline_view_get_row_y (fixture->view, i) == G_MININT)
      continue;
    message = g_list_model_get_item (G_LIST_MODEL (fixture->timeline), i);
    if (!message)
      return FALSE;
  }
  return TRUE;
}

/* Until all rows have their message; the first in view does not move in any frame. */
static void
wait_for_pages (Fixture *fixture)
{
  guint at = first_in_view (fixture);
  int y = stonechat_timeline_view_get_row_y (fixture->view, at);

  for (guint i = 0; i < 3 || !all_there (fixture); i++) {
    g_assert_cmpuint (i, <, 2000);
    wait_frames (fixture, 1);
    g_assert_cmpint (stonechat_timeline_view_get_row_y (fixture->view, at), ==, y);
  }
}

static void
go_to (Fixture *fixture, double share)
{
  double lower = gtk_adjustment_get_lower (fixture->adjustment), upper = gtk_adjustment_get_upper (fixture->adjustment);

  gtk_adjustment_set_value (fixture->adjustment, lower + (upper - lower) * share);
  wait_frames (fixture, 2);
}

static void
test_pages (Fixture *fixture, gconstpointer data)
{
  g_assert_true (stonechat_timeline_view_get_at_end (fixture->view));
  for (guint i = 0; i < 12; i++) {
    gtk_adjustment_set_value (fixture->adjustment, gtk_adjustment_get_value (fixture->adjustment) - 1700);
    wait_frames (fixture, 2);
    wait_for_pages (fixture);
  }
  for (guint i = 1; i < 8; i++) {
    go_to (fixture, (i * 3 % 8) / 8.0);
    wait_for_pages (fixture);
  }
  go_to (fixture, 0);
  wait_for_pages (fixture);
  g_assert_cmpuint (first_in_view (fixture), ==, 0);
  /* W-08: of 20,000 messages, sixteen pages and what is in view. */
  g_assert_cmpuint (chat_timeline_get_n_in_memory (fixture->timeline), <=, 20 * 128);
  g_assert_cmpuint (stonechat_timeline_view_get_n_rows (fixture->view), <, 200);
}

static void
text_cb (GObject *clipboard, GAsyncResult *result, gpointer user_data)
{
  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);
}

/* W-27: what is selected is copied whole, also where most of it has left memory. */
static void
test_copy (Fixture *fixture, gconstpointer data)
{
  StonechatSelection *selection = stonechat_timeline_view_get_selection (fixture->view);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (fixture->window);
  g_autoptr (ChatMessage) last = g_list_model_get_item (G_LIST_MODEL (fixture->timeline), MESSAGES - 1);
  g_autofree char *text = NULL;
  ChatMessage *first;
  g_auto (GStrv) lines = NULL;
  int index;

  stonechat_selection_start (selection, chat_message_get_id (last), STONECHAT_SELECTION_WHOLE);
  go_to (fixture, 0.5);
  wait_for_pages (fixture);
  first = stonechat_timeline_view_get_message_at (fixture->view, 0, 0, &index);
  stonechat_selection_extend (selection, chat_message_get_id (first), index);
  stonechat_selection_copy (selection, clipboard);
  wait_for (gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), G_TYPE_STRING));
  gdk_clipboard_read_text_async (clipboard, NULL, text_cb, &text);
  wait_for (text != NULL);
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, MESSAGES - chat_timeline_find (fixture->timeline, chat_message_get_id (first)));
  g_assert_cmpuint (g_strv_length (lines), >, 5000);
  g_assert_true (g_str_has_suffix (lines[0], chat_message_get_text (first)));
}

/* W-10: a message whose part of the index was not read yet. */
static void
test_jump_before_index (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = chat_timeline_new_in_parts (fixture->store, 1, "Romeo", 1000);
  const gint64 id = 2000;
  guint at;

  stonechat_timeline_view_open (fixture->view, timeline, 0, 0);
  wait_for (chat_timeline_get_loaded (timeline));
  g_assert_cmpuint (chat_timeline_find (timeline, id), ==, G_MAXUINT);
  stonechat_timeline_view_go_to (fixture->view, id, TRUE);
  while ((at = chat_timeline_find (timeline, id)) == G_MAXUINT || stonechat_timeline_view_get_row_y (fixture->view, at) == G_MININT)
    wait_frames (fixture, 1);
  stonechat_timeline_view_open (fixture->view, fixture->timeline, 0, 0);
  wait_for (g_atomic_int_get (&G_OBJECT (timeline)->ref_count) == 1);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/timeline-store/W-14-pages", Fixture, NULL, set_up, test_pages, tear_down);
  g_test_add ("/timeline-store/W-27-copy", Fixture, NULL, set_up, test_copy, tear_down);
  g_test_add ("/timeline-store/W-10-jump-before-index", Fixture, NULL, set_up, test_jump_before_index, tear_down);
  return g_test_run ();
}
