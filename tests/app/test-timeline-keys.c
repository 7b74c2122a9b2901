/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-message-private.h"
#include "timeline-test.h"

/* W-26: all of a conversation can be reached and read without a mouse and without seeing it. */

static guint
focused (Fixture *fixture)
{
  return stonechat_timeline_view_get_focused (fixture->view);
}

/* The row that has the focus is in view, from top to bottom where it fits. */
static void
check_focused_in_view (Fixture *fixture)
{
  int y = stonechat_timeline_view_get_row_y (fixture->view, focused (fixture)), height = gtk_widget_get_height (GTK_WIDGET (fixture->view));
  GtkWidget *row = gtk_window_get_focus (GTK_WINDOW (fixture->window));

  g_assert_cmpint (y, >=, 0);
  if (gtk_widget_get_height (row) < height)
    g_assert_cmpint (y + gtk_widget_get_height (row), <=, height);
}

static void
test_keys (Fixture *fixture, gconstpointer data)
{
  guint at;

  show_timeline (fixture, fake_timeline_new (1000, TRUE));
  g_assert_false (press (fixture, GDK_KEY_Page_Up, 0));     /* nothing has the focus */
  g_assert_true (gtk_widget_child_focus (GTK_WIDGET (fixture->view), GTK_DIR_TAB_FORWARD));
  g_assert_cmpuint (focused (fixture), ==, 999);
  g_assert_false (gtk_widget_child_focus (GTK_WIDGET (fixture->view), GTK_DIR_TAB_FORWARD));    /* the next Tab leaves */
  for (guint i = 1; i < 40; i++) {
    g_assert_true (press (fixture, GDK_KEY_Up, 0));
    wait_frames (fixture, 1);
    g_assert_cmpuint (focused (fixture), ==, 999 - i);
    check_focused_in_view (fixture);
  }
  for (guint i = 0; i < 6; i++) {
    at = focused (fixture);
    g_assert_true (press (fixture, GDK_KEY_Page_Up, 0));
    wait_frames (fixture, 1);
    g_assert_cmpuint (focused (fixture), <, at);
    check_focused_in_view (fixture);
  }
  at = focused (fixture);
  press (fixture, GDK_KEY_Page_Down, 0);
  wait_frames (fixture, 1);
  g_assert_cmpuint (focused (fixture), >, at);
  check_focused_in_view (fixture);
  press (fixture, GDK_KEY_Home, 0);
  wait_frames (fixture, 1);
  g_assert_cmpuint (focused (fixture), ==, 0);
  check_focused_in_view (fixture);
  press (fixture, GDK_KEY_Up, 0);
  g_assert_cmpuint (focused (fixture), ==, 0);
  for (guint i = 1; i < 30; i++) {
    g_assert_true (press (fixture, GDK_KEY_Down, 0));
    wait_frames (fixture, 1);
    g_assert_cmpuint (focused (fixture), ==, i);
    check_focused_in_view (fixture);
  }
  fixture->at_end = TRUE;
  press (fixture, GDK_KEY_End, 0);
  wait_frames (fixture, 1);
  g_assert_cmpuint (focused (fixture), ==, 999);
  g_assert_true (stonechat_timeline_view_get_at_end (fixture->view));
  g_assert_cmpuint (fixture->holes, ==, 0);
}

/* All of a message that is longer than the view can be read with keys. */
static void
test_long_message (Fixture *fixture, gconstpointer data)
{
  guint pages = 0;

  show_timeline (fixture, fake_timeline_new (100, TRUE));
  fake_timeline_edit (fixture->timeline, 50, 6000);
  gtk_widget_child_focus (GTK_WIDGET (fixture->view), GTK_DIR_TAB_FORWARD);
  stonechat_timeline_view_focus_row (fixture->view, 50);
  wait_frames (fixture, 2);
  g_assert_cmpint (stonechat_timeline_view_get_row_y (fixture->view, 50), ==, 0);
  while (focused (fixture) == 50) {
    int y = stonechat_timeline_view_get_row_y (fixture->view, 50);

    press (fixture, GDK_KEY_Page_Down, 0);
    wait_frames (fixture, 2);
    if (focused (fixture) == 50)
      g_assert_cmpint (y - stonechat_timeline_view_get_row_y (fixture->view, 50), <=, 460);
    pages++;
  }
  g_assert_cmpuint (pages, >, 2);
}

/* While another window is active, the row keeps the focus for when this one is again. */
static void
test_other_window (Fixture *fixture, gconstpointer data)
{
  GtkWidget *other = gtk_window_new ();

  show_timeline (fixture, fake_timeline_new (1000, TRUE));
  gtk_widget_child_focus (GTK_WIDGET (fixture->view), GTK_DIR_TAB_FORWARD);
  gtk_window_present (GTK_WINDOW (other));
  wait_until (fixture, !gtk_window_is_active (GTK_WINDOW (fixture->window)));
  scroll_by (fixture, -9000);
  wait_frames (fixture, 3);
  g_assert_cmpuint (focused (fixture), ==, 999);
  gtk_window_destroy (GTK_WINDOW (other));
}

/* The focus stays on its message off screen, and passes to the next one where that is removed. */
static void
test_focus_stays (Fixture *fixture, gconstpointer data)
{
  GtkWidget *row;

  show_timeline (fixture, fake_timeline_new (1000, TRUE));
  gtk_widget_child_focus (GTK_WIDGET (fixture->view), GTK_DIR_TAB_FORWARD);
  stonechat_timeline_view_focus_row (fixture->view, 990);
  scroll_by (fixture, -9000);
  wait_frames (fixture, 2);
  fake_timeline_insert (fixture->timeline, 3, 4, TRUE);
  wait_frames (fixture, 2);
  g_assert_cmpuint (focused (fixture), ==, 994);
  row = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  g_assert_cmpint (chat_message_get_id (stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (row))), ==, 991);
  fake_timeline_remove (fixture->timeline, 994, 1);
  wait_frames (fixture, 2);
  g_assert_cmpuint (focused (fixture), ==, 994);
  g_assert_cmpint (chat_message_get_id (stonechat_message_row_get_item (STONECHAT_MESSAGE_ROW (row))), ==, 992);
  press (fixture, GDK_KEY_Down, 0);
  wait_frames (fixture, 2);
  g_assert_cmpuint (focused (fixture), ==, 995);
  check_focused_in_view (fixture);
}

/* W-26: what a screen reader is told. */
static void
test_names (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) shown = NULL;
  g_autoptr (ChatMessage) own = NULL, other = NULL;
  g_autofree char *name = NULL;

  show_timeline (fixture, fake_timeline_new (3, TRUE));
  g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (fixture->view)), ==, GTK_ACCESSIBLE_ROLE_LIST);
  gtk_test_accessible_assert_property (fixture->view, GTK_ACCESSIBLE_PROPERTY_LABEL, "Conversation");
  shown = get_shown (fixture);
  for (guint i = 0; i < 3; i++) {
    GtkWidget *row = g_array_index (shown, Shown, i).row;

    g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (row)), ==, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
    g_assert_true (gtk_widget_get_focusable (row));
  }
  other = g_list_model_get_item (G_LIST_MODEL (fixture->timeline), 0);
  name = g_strdup_printf ("Romeo, 12:27, %s", chat_message_get_text (other));
  gtk_test_accessible_assert_property (g_array_index (shown, Shown, 0).row, GTK_ACCESSIBLE_PROPERTY_LABEL, name);
  own = g_list_model_get_item (G_LIST_MODEL (fixture->timeline), 2);
  g_free (name);
  name = g_strdup_printf ("You, 12:29, %s, Sent", chat_message_get_text (own));
  gtk_test_accessible_assert_property (g_array_index (shown, Shown, 2).row, GTK_ACCESSIBLE_PROPERTY_LABEL, name);
  chat_message_set_state (own, CHAT_MESSAGE_READ, NULL);
  g_free (name);
  name = g_strdup_printf ("You, 12:29, %s, Read", chat_message_get_text (own));
  gtk_test_accessible_assert_property (g_array_index (shown, Shown, 2).row, GTK_ACCESSIBLE_PROPERTY_LABEL, name);
  stonechat_selection_start (stonechat_timeline_view_get_selection (fixture->view), 3, STONECHAT_SELECTION_WHOLE);
  gtk_test_accessible_assert_state (g_array_index (shown, Shown, 2).row, GTK_ACCESSIBLE_STATE_SELECTED, TRUE);
}

static const TimelineTest tests[] = {
  { "W-26-keys", test_keys },
  { "W-26-long-message", test_long_message },
  { "W-26-focus-stays", test_focus_stays },
  { "W-26-other-window", test_other_window },
  { "W-26-names", test_names },
};

int
main (int argc, char *argv[])
{
  return run_timeline_tests (argc, argv, "timeline-keys", tests, G_N_ELEMENTS (tests));
}
