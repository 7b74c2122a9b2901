/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "dialog-test.h"
#include "stonechat-conversation-page.h"
#include "stonechat-timeline-view.h"

/* The line above a chat for what is pinned in it. */

typedef struct { GtkWidget *window, *page, *view, *strip; ChatConversation *chat; guint frames, moved; gint64 watched; double y; } Page;

static gboolean
is_shown_label (GtkWidget *widget, const char *text)
{
  return is_label (widget, text) && gtk_widget_get_mapped (widget);
}

static gboolean
is_tip (GtkWidget *widget, const char *tip)
{
  return g_strcmp0 (gtk_widget_get_tooltip_text (widget), tip) == 0;
}

static void
open_page (Fixture *f, Page *page)
{
  g_autoptr (GSettings) settings = g_settings_new ("im.stonechat.Stonechat");
  g_autoptr (XmppJid) jid = xmpp_jid_new ("romeo@verona.test", NULL);

  page->chat = chat_profile_open_conversation (f->profile, f->account, jid);
  page->window = gtk_window_new ();
  page->page = g_object_new (STONECHAT_TYPE_CONVERSATION_PAGE, "profile", f->profile, "settings", settings, NULL);
  gtk_window_set_default_size (GTK_WINDOW (page->window), 700, 500);
  gtk_window_set_child (GTK_WINDOW (page->window), page->page);
  gtk_window_present (GTK_WINDOW (page->window));
  stonechat_conversation_page_set_conversation (STONECHAT_CONVERSATION_PAGE (page->page), page->chat);
  page->view = find (page->page, is_type, "StonechatTimelineView");
  page->strip = find (page->page, is_type, "StonechatPinStrip");
  wait_for (stonechat_timeline_view_get_n_rows (STONECHAT_TIMELINE_VIEW (page->view)) > 5);
}

static void
close_page (Page *page)
{
  gtk_window_destroy (GTK_WINDOW (page->window));
  while (g_main_context_iteration (NULL, FALSE));
}

static ChatMessage *
get_message (Page *page, guint from_end)
{
  GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (page->chat));
  ChatMessage *message = NULL;

  wait_for ((message = g_list_model_get_item (timeline, g_list_model_get_n_items (timeline) - 1 - from_end)));
  return message;
}

static gint64
pin (Page *page, guint from_end, guint n)
{
  g_autoptr (ChatMessage) message = get_message (page, from_end);

  chat_conversation_set_message_pinned (page->chat, message, TRUE);
  wait_for (g_list_model_get_n_items (chat_conversation_get_pins (page->chat)) == n);
  return chat_message_get_id (message);
}

static gboolean
sees (Page *page, gint64 id)
{
  guint position = chat_timeline_find (chat_conversation_get_timeline (page->chat), id);
  int y = stonechat_timeline_view_get_row_y (STONECHAT_TIMELINE_VIEW (page->view), position);

  return y > 0 && y < gtk_widget_get_height (page->view);
}

static void
press (Page *page, const char *tip)
{
  GtkWidget *button = find (page->strip, is_tip, tip);

  g_assert_true (gtk_widget_get_mapped (button));
  g_signal_emit_by_name (button, "clicked");
}

/* It leads to each in turn, and from the oldest to the newest. */
static void
test_strip (Fixture *f, gconstpointer data)
{
  Page page = { 0 };
  gint64 newest, oldest;
  g_autofree char *words = NULL;
  g_autoptr (ChatMessage) message = NULL;

  open_page (f, &page);
  g_assert_false (gtk_widget_get_visible (page.strip));
  newest = pin (&page, 2, 1);
  g_assert_true (gtk_widget_get_visible (page.strip));
  wait_for (look_for (page.strip, is_tip, "Unpin"));
  g_assert_false (gtk_widget_get_visible (find (page.strip, is_tip, "All Pinned Messages")));
  oldest = pin (&page, 30, 2);
  message = get_message (&page, 2);
  words = g_strdup_printf ("Pinned message 1 of 2, %s: %s", chat_message_get_sender_name (message), chat_message_get_text (message));
  gtk_test_accessible_assert_property (find (page.strip, is_tip, "Go to the Pinned Message"), GTK_ACCESSIBLE_PROPERTY_LABEL, words);
  wait_for (look_for (page.strip, is_shown_label, "1/2"));
  press (&page, "Go to the Pinned Message");
  wait_for (look_for (page.strip, is_shown_label, "2/2"));
  g_assert_true (sees (&page, newest));
  press (&page, "Go to the Pinned Message");
  wait_for (sees (&page, oldest));
  wait_for (look_for (page.strip, is_shown_label, "1/2"));
  press (&page, "Go to the Pinned Message");
  wait_for (sees (&page, newest));
  press (&page, "Unpin");
  wait_for (g_list_model_get_n_items (chat_conversation_get_pins (page.chat)) == 1);
  press (&page, "Unpin");
  wait_for (!gtk_widget_get_visible (page.strip));
  close_page (&page);
}

static gboolean
is_list_row (GtkWidget *widget, const char *unused)
{
  return GTK_IS_LIST_BOX_ROW (widget);
}

/* All of them, and each can be let go there. */
static void
test_list (Fixture *f, gconstpointer data)
{
  Page page = { 0 };
  GtkWidget *menu;
  gint64 oldest;

  open_page (f, &page);
  pin (&page, 2, 1);
  oldest = pin (&page, 30, 2);
  menu = find (page.strip, is_tip, "All Pinned Messages");
  wait_for (gtk_widget_get_mapped (menu));
  g_assert_null (look_for (page.strip, is_list_row, NULL));
  gtk_menu_button_popup (GTK_MENU_BUTTON (menu));
  wait_for (look_for (menu, is_list_row, NULL));
  g_signal_emit_by_name (find (find (menu, is_list_row, NULL), is_tip, "Unpin"), "clicked");
  wait_for (g_list_model_get_n_items (chat_conversation_get_pins (page.chat)) == 1);
  gtk_widget_activate (find (menu, is_list_row, NULL));
  wait_for (sees (&page, oldest));
  close_page (&page);
}

static double
get_y (Page *page)
{
  guint position = chat_timeline_find (chat_conversation_get_timeline (page->chat), page->watched);
  double x, y;

  gtk_widget_translate_coordinates (page->view, page->window, 0, stonechat_timeline_view_get_row_y (STONECHAT_TIMELINE_VIEW (page->view), position), &x, &y);
  return y;
}

static void
painted_cb (Page *page)
{
  page->frames++;
  page->moved += page->watched && get_y (page) != page->y;
}

static void
wait_frames (Page *page)
{
  guint end = page->frames + 3;

  while (page->frames < end) {
    gtk_widget_queue_draw (page->view);
    wait_for (page->frames == end || g_main_context_iteration (NULL, TRUE));
  }
}

/* W-14: what is read stays where it is on the screen while the line comes and goes, at each frame. */
static void
test_pixels (Fixture *f, gconstpointer data)
{
  Page page = { 0 };
  gint64 far;
  gulong handler;

  open_page (f, &page);
  far = pin (&page, 15, 1);
  handler = g_signal_connect_swapped (gtk_widget_get_frame_clock (page.window), "after-paint", G_CALLBACK (painted_cb), &page);
  press (&page, "Go to the Pinned Message");
  wait_frames (&page);
  g_assert_false (stonechat_timeline_view_get_at_end (STONECHAT_TIMELINE_VIEW (page.view)));
  g_assert_true (sees (&page, far));
  page.watched = far;
  page.y = get_y (&page);
  press (&page, "Unpin");
  wait_for (!gtk_widget_get_visible (page.strip));
  wait_frames (&page);
  pin (&page, 3, 1);
  wait_frames (&page);
  g_assert_true (gtk_widget_get_mapped (page.strip));
  g_assert_cmpuint (page.moved, ==, 0);
  g_signal_handler_disconnect (gtk_widget_get_frame_clock (page.window), handler);
  close_page (&page);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  #define ADD(path, func) g_test_add ("/pins/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("W-26/strip", test_strip);
  ADD ("W-26/list", test_list);
  ADD ("W-14/pixels", test_pixels);
  return g_test_run ();
}
