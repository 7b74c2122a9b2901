/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "timeline-test.h"

#include <gdk/x11/gdkx.h>
#include <string.h>

/* W-27: a part of a message and several messages can be selected and copied, by mouse and by keys. The mouse is that of the
 * display, so nothing else may use it meanwhile. */

static guint
n_selected (Fixture *fixture)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (fixture->timeline)), selected = 0;
  int start, end;

  for (guint i = 0; i < n; i++)
    selected += stonechat_selection_get_range (stonechat_timeline_view_get_selection (fixture->view), i, &start, &end);
  return selected;
}

static char *
text_at (Fixture *fixture, guint position)
{
  g_autoptr (ChatMessage) message = g_list_model_get_item (G_LIST_MODEL (fixture->timeline), position);

  return g_strdup (chat_message_get_text (message));
}

/* As a row says it: what is selected has the class. */
static guint
n_marked (Fixture *fixture)
{
  g_autoptr (GArray) shown = get_shown (fixture);
  guint marked = 0;

  for (guint i = 0; i < shown->len; i++)
    marked += gtk_widget_has_css_class (g_array_index (shown, Shown, i).row, "selected");
  return marked;
}

static guint
n_lines (const char *text)
{
  guint n = 1;

  for (; *text; text++)
    n += *text == '\n';
  return n;
}

/* -- keys ------------------------------------------------------------------------------------------------------------ */

static void
focus_last (Fixture *fixture)
{
  gtk_widget_child_focus (GTK_WIDGET (fixture->view), GTK_DIR_TAB_FORWARD);
  g_assert_cmpint (stonechat_timeline_view_get_focused (fixture->view), ==, g_list_model_get_n_items (G_LIST_MODEL (fixture->timeline)) - 1);
}

static void
test_keys (Fixture *fixture, gconstpointer data)
{
  g_autofree char *copied = NULL, *expected = NULL, *one = NULL, *other = NULL;

  show_timeline (fixture, fake_timeline_new (50, TRUE));
  g_assert_false (press (fixture, GDK_KEY_Escape, 0));
  focus_last (fixture);
  for (guint i = 0; i < 3; i++)
    g_assert_true (press (fixture, GDK_KEY_Up, GDK_SHIFT_MASK));
  wait_frames (fixture, 1);
  g_assert_cmpuint (n_selected (fixture), ==, 4);
  g_assert_cmpuint (n_marked (fixture), ==, 4);
  g_assert_true (press (fixture, GDK_KEY_Down, GDK_SHIFT_MASK));
  g_assert_true (press (fixture, GDK_KEY_Down, GDK_SHIFT_MASK));
  g_assert_cmpuint (n_selected (fixture), ==, 2);
  g_assert_true (press (fixture, GDK_KEY_c, GDK_CONTROL_MASK));
  copied = get_copied (fixture);
  one = text_at (fixture, 48);
  other = text_at (fixture, 49);
  expected = g_strdup_printf ("[13:15] Romeo: %s\n[13:16] Romeo: %s", one, other);
  g_assert_cmpstr (copied, ==, expected);
  g_assert_true (press (fixture, GDK_KEY_Escape, 0));
  g_assert_cmpuint (n_selected (fixture), ==, 0);
  g_assert_cmpuint (n_marked (fixture), ==, 0);
}

/* Without a selection, the message that has the focus, as it is. */
static void
test_copy_focused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *copied = NULL, *text = NULL;

  show_timeline (fixture, fake_timeline_new (20, TRUE));
  forget_copied (fixture);
  focus_last (fixture);
  press (fixture, GDK_KEY_c, GDK_CONTROL_MASK);
  copied = get_copied (fixture);
  text = text_at (fixture, 19);
  g_assert_cmpstr (copied, ==, text);
}

/* All that is in memory without a gap; a gap is not read for it, as that could be a million messages. */
static void
test_all (Fixture *fixture, gconstpointer data)
{
  g_autofree char *copied = NULL;

  show_timeline (fixture, fake_timeline_new (400, TRUE));
  fake_timeline_insert (fixture->timeline, 100, 5, FALSE);
  wait_frames (fixture, 2);
  forget_copied (fixture);
  g_assert_true (press (fixture, GDK_KEY_a, GDK_CONTROL_MASK));
  g_assert_cmpuint (n_selected (fixture), ==, 300);
  press (fixture, GDK_KEY_c, GDK_CONTROL_MASK);
  copied = get_copied (fixture);
  g_assert_cmpuint (n_lines (copied), ==, 300);
  g_assert_true (g_str_has_prefix (copied, "[14:07] Romeo: 101 "));
  g_assert_nonnull (strstr (copied, "\n[14:08] You: 102 "));
}

/* What lies between the ends and is not in memory is read for the copy, also when rows come and go meanwhile. */
static void
test_copy_reads (Fixture *fixture, gconstpointer data)
{
  StonechatSelection *selection = stonechat_timeline_view_get_selection (fixture->view);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (fixture->view));
  g_autofree char *copied = NULL, *last = NULL;
  ChatTimeline *timeline = fake_timeline_new (300, TRUE);

  fake_timeline_insert (timeline, 150, 20, FALSE);
  show_timeline (fixture, timeline);
  forget_copied (fixture);
  stonechat_selection_start (selection, fake_timeline_get_id (timeline, 140), 3);
  stonechat_selection_extend (selection, fake_timeline_get_id (timeline, 180), 0);
  stonechat_selection_copy (selection, clipboard);
  fake_timeline_load (timeline, 160, 10);
  fake_timeline_insert (timeline, 0, 7, FALSE);
  fake_timeline_remove (timeline, 7 + 145, 1);
  wait_frames (fixture, 2);
  g_assert_false (gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), G_TYPE_STRING));
  stonechat_selection_clear (selection);      /* what is copied is on its way */
  fake_timeline_load (timeline, 150, 30);
  copied = get_copied (fixture);
  g_assert_cmpuint (n_lines (copied), ==, 41);
  last = text_at (fixture, 186);
  g_assert_true (g_str_has_suffix (copied, last));
}

/* With days between them, the lines say the day. */
static void
test_days (Fixture *fixture, gconstpointer data)
{
  StonechatSelection *selection = stonechat_timeline_view_get_selection (fixture->view);
  g_autofree char *copied = NULL;

  show_timeline (fixture, fake_timeline_new (2000, TRUE));
  forget_copied (fixture);
  stonechat_selection_start (selection, 1, STONECHAT_SELECTION_WHOLE);
  stonechat_selection_extend (selection, 1999, STONECHAT_SELECTION_WHOLE);
  stonechat_selection_copy (selection, gtk_widget_get_clipboard (GTK_WIDGET (fixture->view)));
  copied = get_copied (fixture);
  g_assert_true (g_str_has_prefix (copied, "[2020-09-13 12:27] Romeo: 1 "));
}

/* It stays on its messages, and goes when one of its ends goes or the chat does. */
static void
test_follows (Fixture *fixture, gconstpointer data)
{
  StonechatSelection *selection = stonechat_timeline_view_get_selection (fixture->view);
  int start, end;

  show_timeline (fixture, fake_timeline_new (100, TRUE));
  stonechat_selection_start (selection, 90, STONECHAT_SELECTION_WHOLE);
  stonechat_selection_extend (selection, 95, STONECHAT_SELECTION_WHOLE);
  fake_timeline_insert (fixture->timeline, 3, 10, TRUE);
  wait_frames (fixture, 2);
  g_assert_false (stonechat_selection_get_range (selection, 98, &start, &end));
  g_assert_true (stonechat_selection_get_range (selection, 99, &start, &end));
  g_assert_cmpuint (n_marked (fixture), ==, 6);
  fake_timeline_remove (fixture->timeline, 101, 1);
  wait_frames (fixture, 2);
  g_assert_cmpuint (n_marked (fixture), ==, 5);
  fake_timeline_remove (fixture->timeline, 99, 1);
  wait_frames (fixture, 2);
  g_assert_true (stonechat_selection_is_empty (selection));
  g_assert_cmpuint (n_marked (fixture), ==, 0);
  stonechat_selection_start (selection, 95, STONECHAT_SELECTION_WHOLE);
  show_timeline (fixture, fake_timeline_new (100, TRUE));
  g_assert_true (stonechat_selection_is_empty (selection));
  g_assert_cmpuint (n_marked (fixture), ==, 0);
}

/* -- mouse ----------------------------------------------------------------------------------------------------------- */

static void
exited_cb (GPid pid, int status, gpointer done)
{
  g_assert_cmpint (status, ==, 0);
  g_spawn_close_pid (pid);
  *(gboolean *) done = TRUE;
}

static void
mouse (Fixture *fixture, const char *first, ...) G_GNUC_NULL_TERMINATED;

static void
mouse (Fixture *fixture, const char *first, ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  gboolean done = FALSE;
  va_list more;
  GPid pid;

  g_ptr_array_add (words, (char *) "xdotool");
  va_start (more, first);
  for (const char *word = first; word; word = va_arg (more, const char *))
    g_ptr_array_add (words, (char *) word);
  va_end (more);
  g_ptr_array_add (words, NULL);
  g_assert_true (g_spawn_async (NULL, (char **) words->pdata, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL));
  g_child_watch_add (pid, exited_cb, &done);
  wait_until (fixture, done);
  wait_frames (fixture, 2);
}

/* To a place in the view. */
static void
move_to (Fixture *fixture, double x, double y)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (fixture->view));
  g_autofree char *window = g_strdup_printf ("%lu", gdk_x11_surface_get_xid (gtk_native_get_surface (native)));
  g_autofree char *to_x = NULL, *to_y = NULL;
  double left, top;

  gtk_widget_translate_coordinates (GTK_WIDGET (fixture->view), GTK_WIDGET (native), x, y, &x, &y);
  gtk_native_get_surface_transform (native, &left, &top);
  to_x = g_strdup_printf ("%d", (int) (x + left));
  to_y = g_strdup_printf ("%d", (int) (y + top));
  mouse (fixture, "mousemove", "--window", window, to_x, to_y, NULL);
}

static double
middle_of (Fixture *fixture, guint position)
{
  g_autoptr (GArray) shown = get_shown (fixture);
  gint64 id = fake_timeline_get_id (fixture->timeline, position);

  for (guint i = 0; i < shown->len; i++)
    if (g_array_index (shown, Shown, i).id == id)
      return g_array_index (shown, Shown, i).y + g_array_index (shown, Shown, i).height / 2;
  g_assert_not_reached ();
}

static void
test_drag_in_one (Fixture *fixture, gconstpointer data)
{
  g_autofree char *copied = NULL, *whole = NULL;
  ChatTimeline *timeline = fake_timeline_new (22, TRUE);
  double y;

  show_timeline (fixture, timeline);        /* the last one is long */
  forget_copied (fixture);
  y = middle_of (fixture, 21);
  move_to (fixture, 100, y);
  mouse (fixture, "mousedown", "1", NULL);
  move_to (fixture, 140, y);
  move_to (fixture, 200, y);
  mouse (fixture, "mouseup", "1", NULL);
  g_assert_cmpuint (n_selected (fixture), ==, 1);
  g_assert_cmpuint (n_marked (fixture), ==, 0);     /* a part: drawn in the text */
  g_assert_cmpint (stonechat_timeline_view_get_focused (fixture->view), ==, 21);
  press (fixture, GDK_KEY_c, GDK_CONTROL_MASK);
  copied = get_copied (fixture);
  g_assert_cmpuint (strlen (copied), >, 5);
  g_assert_cmpuint (strlen (copied), <, 60);
  whole = text_at (fixture, 21);
  g_assert_nonnull (strstr (whole, copied));
  /* A click elsewhere ends it. */
  move_to (fixture, 100, middle_of (fixture, 20));
  mouse (fixture, "click", "1", NULL);
  g_assert_cmpuint (n_selected (fixture), ==, 0);
}

static void
test_drag_across (Fixture *fixture, gconstpointer data)
{
  g_autofree char *copied = NULL;

  show_timeline (fixture, fake_timeline_new (60, TRUE));
  forget_copied (fixture);
  move_to (fixture, 60, middle_of (fixture, 58));
  mouse (fixture, "mousedown", "1", NULL);
  move_to (fixture, 60, middle_of (fixture, 57));
  move_to (fixture, 60, middle_of (fixture, 56));
  g_assert_cmpuint (n_marked (fixture), ==, 3);
  mouse (fixture, "mouseup", "1", NULL);
  press (fixture, GDK_KEY_c, GDK_CONTROL_MASK);
  copied = get_copied (fixture);
  g_assert_cmpuint (n_lines (copied), ==, 3);
  g_assert_true (g_str_has_prefix (copied, "[13:23] You: 57 "));
}

/* Held above the edge, it scrolls and selects on. */
static void
test_drag_beyond (Fixture *fixture, gconstpointer data)
{
  show_timeline (fixture, fake_timeline_new (500, TRUE));
  gtk_widget_set_margin_top (fixture->scrolled, 100);
  wait_frames (fixture, 2);
  move_to (fixture, 60, middle_of (fixture, 499));
  mouse (fixture, "mousedown", "1", NULL);
  move_to (fixture, 60, 100);
  move_to (fixture, 60, -60);
  wait_until (fixture, n_selected (fixture) > 60);
  mouse (fixture, "mouseup", "1", NULL);
  g_assert_false (stonechat_timeline_view_get_at_end (fixture->view));
}

static void
test_shift_click (Fixture *fixture, gconstpointer data)
{
  show_timeline (fixture, fake_timeline_new (60, TRUE));
  move_to (fixture, 60, middle_of (fixture, 59));
  mouse (fixture, "keydown", "shift", "click", "1", "keyup", "shift", NULL);
  g_assert_cmpuint (n_selected (fixture), ==, 1);
  move_to (fixture, 60, middle_of (fixture, 56));
  mouse (fixture, "keydown", "shift", "click", "1", "keyup", "shift", NULL);
  g_assert_cmpuint (n_selected (fixture), ==, 4);
  move_to (fixture, 60, middle_of (fixture, 58));
  mouse (fixture, "keydown", "shift", "click", "1", "keyup", "shift", NULL);
  g_assert_cmpuint (n_selected (fixture), ==, 2);
  g_assert_cmpint (stonechat_timeline_view_get_focused (fixture->view), ==, 58);
}

static char *
get_selected (Fixture *fixture)
{
  forget_copied (fixture);
  press (fixture, GDK_KEY_c, GDK_CONTROL_MASK);
  return get_copied (fixture);
}

/* Until a click is no more the second of two. */
static void
let_clicks_end (Fixture *fixture)
{
  int time;
  gint64 end;

  g_object_get (gtk_settings_get_default (), "gtk-double-click-time", &time, NULL);
  end = g_get_monotonic_time () + 2 * time * 1000;
  wait_until (fixture, g_get_monotonic_time () > end);
}

/* Twice a word, three times a line; dragged on, by as much. */
static void
test_words (Fixture *fixture, gconstpointer data)
{
  g_autofree char *word = NULL, *line = NULL, *words = NULL, *whole = NULL;
  ChatTimeline *timeline = fake_timeline_new (22, TRUE);
  double y;

  show_timeline (fixture, timeline);        /* the last one is long */
  y = middle_of (fixture, 21);
  move_to (fixture, 100, y);
  mouse (fixture, "click", "--repeat", "2", "--delay", "20", "1", NULL);
  word = get_selected (fixture);
  whole = text_at (fixture, 21);
  g_assert_nonnull (strstr (whole, word));
  g_assert_cmpuint (strlen (word), <, 12);
  g_assert_cmpint (stonechat_timeline_view_get_focused (fixture->view), ==, 21);
  let_clicks_end (fixture);
  mouse (fixture, "click", "--repeat", "3", "--delay", "20", "1", NULL);
  line = get_selected (fixture);
  g_assert_cmpstr (line, ==, whole);
  let_clicks_end (fixture);
  mouse (fixture, "click", "1", "mousedown", "1", NULL);
  move_to (fixture, 260, y);
  move_to (fixture, 320, y);
  mouse (fixture, "mouseup", "1", NULL);
  words = get_selected (fixture);
  g_assert_nonnull (strstr (whole, words));
  g_assert_cmpuint (strlen (words), >, strlen (word));
  g_assert_true (g_ascii_isspace (whole[strstr (whole, words) - whole - 1]) || g_ascii_isspace (words[0]));
}

static void
primary_cb (GObject *clipboard, GAsyncResult *result, gpointer user_data)
{
  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);
}

/* What was dragged over can be pasted with the middle button; the clipboard keeps what it has. */
static void
test_primary (Fixture *fixture, gconstpointer data)
{
  GdkClipboard *primary = gtk_widget_get_primary_clipboard (GTK_WIDGET (fixture->view));
  g_autofree char *text = NULL;

  show_timeline (fixture, fake_timeline_new (60, TRUE));
  forget_copied (fixture);
  move_to (fixture, 60, middle_of (fixture, 58));
  mouse (fixture, "mousedown", "1", NULL);
  move_to (fixture, 60, middle_of (fixture, 57));
  move_to (fixture, 60, middle_of (fixture, 56));
  mouse (fixture, "mouseup", "1", NULL);
  wait_until (fixture, gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (primary), G_TYPE_STRING));
  gdk_clipboard_read_text_async (primary, NULL, primary_cb, &text);
  wait_until (fixture, text != NULL);
  g_assert_cmpuint (n_lines (text), ==, 3);
  g_assert_false (gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (gtk_widget_get_clipboard (GTK_WIDGET (fixture->view))), G_TYPE_STRING));
}

static const TimelineTest tests[] = {
  { "W-27-keys", test_keys },
  { "W-27-copy-focused", test_copy_focused },
  { "W-27-all", test_all },
  { "W-27-copy-reads", test_copy_reads },
  { "W-27-days", test_days },
  { "W-27-follows", test_follows },
  { "W-27-drag-in-one", test_drag_in_one },
  { "W-27-drag-across", test_drag_across },
  { "W-27-drag-beyond", test_drag_beyond },
  { "W-27-shift-click", test_shift_click },
  { "W-27-words", test_words },
  { "W-27-primary", test_primary },
};

int
main (int argc, char *argv[])
{
  return run_timeline_tests (argc, argv, "timeline-select", tests, G_N_ELEMENTS (tests));
}
