/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "timeline-test.h"

static gboolean
is_on_screen (Fixture *fixture, const Shown *shown)
{
  return shown->y + shown->height > 0 && shown->y < gtk_widget_get_height (GTK_WIDGET (fixture->view));
}

/* A screen reader finds the rows that are placed, none that waits for use (W-26). */
static void
check_hidden (GtkWidget *row)
{
  if (gtk_widget_get_child_visible (row))
    gtk_test_accessible_assert_state (row, GTK_ACCESSIBLE_STATE_HIDDEN, FALSE);
  else
    gtk_test_accessible_assert_state (row, GTK_ACCESSIBLE_STATE_HIDDEN, TRUE);
}

/* All rows that are placed, but the one that only keeps the focus. Siblings are in the order of the screen, and show the
 * messages of the model in its order. */
static GArray *
get_placed (Fixture *fixture)
{
  GArray *placed = g_array_new (FALSE, FALSE, sizeof (Shown));
  guint position = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (fixture->view)); row; row = gtk_widget_get_next_sibling (row)) {
    ChatMessage *item = stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (row));
    Shown shown = { row, 0, 0, gtk_widget_get_height (row) };
    double x;

    check_hidden (row);
    gtk_widget_translate_coordinates (row, GTK_WIDGET (fixture->view), 0, 0, &x, &shown.y);
    if (!gtk_widget_get_child_visible (row) || ABS (shown.y) > 15000)
      continue;
    while (placed->len == 0 && stonechat_timeline_view_get_row_y (fixture->view, position) == G_MININT)
      position++;
    shown.id = fake_timeline_get_id (fixture->timeline, position + placed->len);
    if (item)
      g_assert_cmpint (chat_message_get_id (item), ==, shown.id);
    g_array_append_val (placed, shown);
  }
  return placed;
}

GArray *
get_shown (Fixture *fixture)
{
  GArray *placed = get_placed (fixture);

  for (guint i = placed->len; i > 0; i--)
    if (!is_on_screen (fixture, &g_array_index (placed, Shown, i - 1)))
      g_array_remove_index (placed, i - 1);
  return placed;
}

static void
check_gaps (GArray *placed)
{
  for (guint i = 1; i < placed->len; i++) {
    Shown *shown = &g_array_index (placed, Shown, i);

    g_assert_cmpfloat (shown->y, ==, shown[-1].y + shown[-1].height);
  }
}

static void
check_edges (Fixture *fixture, GArray *placed)
{
  int height = gtk_widget_get_height (GTK_WIDGET (fixture->view));
  Shown *top = &g_array_index (placed, Shown, 0), *bottom = &g_array_index (placed, Shown, placed->len - 1);
  gint64 last = fake_timeline_get_id (fixture->timeline, g_list_model_get_n_items (G_LIST_MODEL (fixture->timeline)) - 1);

  if (bottom->y + bottom->height < height ||
      (top->y > 0 && (bottom->y + bottom->height > height || top->id != fake_timeline_get_id (fixture->timeline, 0))))
    fixture->holes++;
  if (fixture->at_end) {
    g_assert_cmpint (bottom->id, ==, last);
    g_assert_cmpfloat (bottom->y + bottom->height, ==, height);
  }
}

static void
check_watched (Fixture *fixture, GArray *placed)
{
  for (guint i = 0; i < placed->len; i++)
    if (g_array_index (placed, Shown, i).id == fixture->watched) {
      g_assert_cmpfloat (g_array_index (placed, Shown, i).y, ==, fixture->watched_y);
      return;
    }
  g_assert_not_reached ();
}

static void
after_paint_cb (GdkFrameClock *clock, Fixture *fixture)
{
  g_autoptr (GArray) placed = NULL;

  fixture->frames++;
  if (!fixture->view || !fixture->timeline)
    return;
  placed = get_placed (fixture);
  if (placed->len == 0)
    return;
  check_gaps (placed);
  check_edges (fixture, placed);
  if (fixture->watched)
    check_watched (fixture, placed);
}

static gboolean
nothing_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
wait_frames (Fixture *fixture, guint n)
{
  guint wake = g_timeout_add (20, nothing_cb, NULL), end = fixture->frames + n;
  gint64 deadline = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (fixture->frames < end) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    gdk_frame_clock_request_phase (fixture->clock, GDK_FRAME_CLOCK_PHASE_PAINT);
    g_main_context_iteration (NULL, TRUE);
  }
  g_source_remove (wake);
}

void
scroll_by (Fixture *fixture, double pixels)
{
  gtk_adjustment_set_value (fixture->adjustment, gtk_adjustment_get_value (fixture->adjustment) + pixels);
}

guint
watch (Fixture *fixture)
{
  g_autoptr (GArray) shown = get_shown (fixture);
  guint i = 0;

  while (i + 1 < shown->len && g_array_index (shown, Shown, i).y < 0)
    i++;
  fixture->watched = g_array_index (shown, Shown, i).id;
  fixture->watched_y = g_array_index (shown, Shown, i).y;
  return chat_timeline_find (fixture->timeline, fixture->watched);
}

void
watch_none (Fixture *fixture)
{
  fixture->watched = 0;
}

gboolean
press (Fixture *fixture, guint key, GdkModifierType modifiers)
{
  GtkWidget *view = GTK_WIDGET (fixture->view);
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (view);
  guint i = 0;
  g_autoptr (GtkEventController) controller = NULL;

  /* The class's bindings are a controller of their own. */
  while ((controller = g_list_model_get_item (controllers, i++)) && !GTK_IS_SHORTCUT_CONTROLLER (controller))
    g_clear_object (&controller);
  for (i = 0; controller && i < g_list_model_get_n_items (G_LIST_MODEL (controller)); i++) {
    g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), i);
    GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);

    if (GTK_IS_KEYVAL_TRIGGER (trigger) && gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) == key &&
        gtk_keyval_trigger_get_modifiers (GTK_KEYVAL_TRIGGER (trigger)) == modifiers)
      return gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, view, gtk_shortcut_get_arguments (shortcut));
  }
  return FALSE;
}

static void
text_cb (GObject *clipboard, GAsyncResult *result, gpointer user_data)
{
  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);
}

char *
get_copied (Fixture *fixture)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (fixture->view));
  char *text = NULL;

  wait_until (fixture, gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), G_TYPE_STRING));
  gdk_clipboard_read_text_async (clipboard, NULL, text_cb, &text);
  wait_until (fixture, text != NULL);
  return text;
}

void
forget_copied (Fixture *fixture)
{
  gdk_clipboard_set_content (gtk_widget_get_clipboard (GTK_WIDGET (fixture->view)), NULL);
}

void
show_timeline (Fixture *fixture, ChatTimeline *timeline)
{
  ChatTimeline *before = fixture->timeline;

  fixture->timeline = timeline;
  stonechat_timeline_view_set_timeline (fixture->view, timeline);
  if (before) {
    g_assert_cmpuint (fake_timeline_get_n_alive (before), ==, 0);
    g_assert_finalize_object (before);
  }
  wait_frames (fixture, 4);
}

/* The view in a scrolled window in a place whose size the test sets; the window is large enough for all of it. */
static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  fixture->window = gtk_window_new ();
  fixture->place = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  fixture->scrolled = gtk_scrolled_window_new ();
  fixture->view = STONECHAT_TIMELINE_VIEW (stonechat_timeline_view_new ());
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (fixture->scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (fixture->scrolled), GTK_WIDGET (fixture->view));
  gtk_widget_set_halign (fixture->scrolled, GTK_ALIGN_START);
  gtk_widget_set_valign (fixture->scrolled, GTK_ALIGN_START);
  gtk_widget_set_vexpand (fixture->scrolled, TRUE);
  gtk_widget_set_size_request (fixture->scrolled, 640, 500);
  gtk_box_append (GTK_BOX (fixture->place), fixture->scrolled);
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->place);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1000, 800);
  gtk_window_present (GTK_WINDOW (fixture->window));
  fixture->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (fixture->scrolled));
  fixture->clock = gtk_widget_get_frame_clock (fixture->window);
  g_signal_connect (fixture->clock, "after-paint", G_CALLBACK (after_paint_cb), fixture);
  g_object_add_weak_pointer (G_OBJECT (fixture->view), (gpointer *) &fixture->view);
  wait_frames (fixture, 2);
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (fixture->clock, fixture);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_null (fixture->view);
  if (fixture->timeline)
    g_assert_finalize_object (fixture->timeline);
}

int
run_timeline_tests (int argc, char *argv[], const char *group, const TimelineTest *tests, guint n)
{
  g_setenv ("TZ", "UTC", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  for (guint i = 0; i < n; i++) {
    g_autofree char *path = g_strdup_printf ("/%s/%s", group, tests[i].path);

    g_test_add (path, Fixture, NULL, fixture_set_up, tests[i].run, fixture_tear_down);
  }
  return g_test_run ();
}
