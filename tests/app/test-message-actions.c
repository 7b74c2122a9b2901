/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "dialog-test.h"
#include "chat-message-private.h"
#include "stonechat-forward.h"
#include "stonechat-message-bar.h"
#include "stonechat-message-details.h"
#include "stonechat-message-menu.h"
#include "stonechat-reaction-picker.h"

/* What is offered for a message, and where. */

#define TIME (G_GINT64_CONSTANT (1600000000) * G_USEC_PER_SEC)

static ChatConversation *
open_chat (Fixture *f)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("romeo@verona.test", NULL);

  return chat_profile_open_conversation (f->profile, f->account, jid);
}

/* The names behind "conversation." in their order, sections set apart by "|". */
static char *
list_actions (GMenuModel *menu)
{
  GString *names = g_string_new (NULL);

  for (int i = 0; i < g_menu_model_get_n_items (menu); i++) {
    g_autoptr (GMenuModel) section = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SECTION);
    g_autofree char *action = NULL, *inner = section ? list_actions (section) : NULL;

    if (inner)
      g_string_append_printf (names, "%s%s", i ? "| " : "", inner);
    else if (g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_ACTION, "s", &action))
      g_string_append_printf (names, "%s ", action + strlen ("conversation."));
  }
  return g_string_free (names, FALSE);
}

static void
offers (Fixture *f, const ChatMessageRow *stored, const char *expected)
{
  g_autoptr (ChatMessage) message = chat_message_new (stored, "Romeo", CHAT_MESSAGE_HEAD);
  g_autoptr (GMenu) menu = stonechat_message_menu_new (open_chat (f), message, NULL);
  g_autofree char *names = list_actions (G_MENU_MODEL (menu));

  g_assert_cmpstr (names, ==, expected);
}

/* Only what is possible is offered. */
static void
test_menu (Fixture *f, gconstpointer data)
{
  ChatMessageRow theirs = { .id = 1, .time = TIME, .state = CHAT_MESSAGE_RECEIVED, .text = (char *) "Ay me!", .stanza_id = (char *) "a" };
  ChatMessageRow own = theirs;

  offers (f, &theirs, "reply pick-reaction | copy-message forward | pin-message mark-unread-from message-details | hide ");
  theirs.text = (char *) "See https://verona.test/ and https://mantua.test/";
  offers (f, &theirs, "reply pick-reaction | copy-message copy-links forward | pin-message mark-unread-from message-details | hide ");
  theirs.stanza_id = NULL;
  theirs.text = (char *) "Ay me!";
  offers (f, &theirs, "reply | copy-message forward | pin-message mark-unread-from message-details | hide ");
  theirs.retracted = TRUE;
  offers (f, &theirs, "mark-unread-from message-details | hide ");
  own.own = TRUE;
  own.state = CHAT_MESSAGE_SENT;
  offers (f, &own, "reply pick-reaction edit | copy-message forward | pin-message message-details | retract hide ");
  own.state = CHAT_MESSAGE_QUEUED;
  offers (f, &own, "reply pick-reaction edit | copy-message forward | pin-message message-details | delete ");
  own.state = CHAT_MESSAGE_FAILED;
  offers (f, &own, "reply | copy-message forward | pin-message message-details | retry delete ");
}

/* A key whose menu item is not offered says why. */
static void
test_refusals (Fixture *f, gconstpointer data)
{
  static const char *const keys[] = { "reply", "pick-reaction", "edit", "forward", "pin-message", "mark-unread-from", "message-details", "retract", "hide" };
  ChatMessageRow rows[] = {
    { .id = 1, .time = TIME, .text = (char *) "Ay me!", .stanza_id = (char *) "a" },
    { .id = 1, .time = TIME, .text = (char *) "Ay me!" },
    { .id = 1, .time = TIME, .stanza_id = (char *) "a", .retracted = TRUE },
    { .id = 1, .time = TIME, .stanza_id = (char *) "a", .kind = CHAT_MESSAGE_ENCRYPTED },
    { .id = 1, .time = TIME, .text = (char *) "News", .stanza_id = (char *) "a", .kind = CHAT_MESSAGE_HEADLINE },
    { .id = 1, .time = TIME, .text = (char *) "Ay me!", .stanza_id = (char *) "a", .own = TRUE, .state = CHAT_MESSAGE_SENT },
    { .id = 1, .time = TIME, .text = (char *) "Ay me!", .stanza_id = (char *) "a", .own = TRUE, .state = CHAT_MESSAGE_FAILED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (ChatMessage) message = chat_message_new (&rows[i], "Romeo", CHAT_MESSAGE_HEAD);
    g_autoptr (GMenu) menu = stonechat_message_menu_new (open_chat (f), message, NULL);
    g_autofree char *names = list_actions (G_MENU_MODEL (menu)), *padded = g_strdup_printf (" %s", names);

    for (guint k = 0; k < G_N_ELEMENTS (keys); k++) {
      g_autofree char *action = g_strdup_printf ("conversation.%s", keys[k]), *word = g_strdup_printf (" %s ", keys[k]);
      const char *sentence = stonechat_message_menu_refuse (open_chat (f), message, action);

      /* What ends a message asks first, and offers what is possible. */
      g_assert_true ((sentence != NULL) == (k < 7 && !strstr (padded, word)));
    }
  }
}

/* Each one names its message, so that it is of no other. */
static void
test_target (Fixture *f, gconstpointer data)
{
  const ChatMessageRow stored = { .id = 77, .time = TIME, .text = (char *) "Ay me!" };
  g_autoptr (ChatMessage) message = chat_message_new (&stored, "Romeo", CHAT_MESSAGE_HEAD);
  g_autoptr (GMenu) menu = stonechat_message_menu_new (open_chat (f), message, NULL);
  g_autoptr (GMenuModel) first = g_menu_model_get_item_link (G_MENU_MODEL (menu), 0, G_MENU_LINK_SECTION);
  gint64 target;

  g_assert_true (g_menu_model_get_item_attribute (first, 0, G_MENU_ATTRIBUTE_TARGET, "x", &target));
  g_assert_cmpint (target, ==, 77);
}

/* Beside the bubble, or at its corner where there is no room, and never out of the view. */
static void
test_bar (Fixture *f, gconstpointer data)
{
  static const struct { graphene_rect_t bubble; gboolean at_end, shown, beside; } cases[] = {
    { GRAPHENE_RECT_INIT (14, 100, 200, 34), FALSE, TRUE, TRUE },
    { GRAPHENE_RECT_INIT (400, 100, 200, 34), TRUE, TRUE, TRUE },
    { GRAPHENE_RECT_INIT (14, 100, 580, 34), FALSE, TRUE, FALSE },
    { GRAPHENE_RECT_INIT (14, -20, 200, 34), FALSE, TRUE, TRUE },
    { GRAPHENE_RECT_INIT (14, -50, 200, 34), FALSE, FALSE, FALSE },
    { GRAPHENE_RECT_INIT (14, 400, 200, 34), FALSE, FALSE, FALSE },
    { GRAPHENE_RECT_INIT (14, -500, 200, 2000), FALSE, TRUE, TRUE },
  };
  GtkWidget *bar = g_object_ref_sink (stonechat_message_bar_new ());

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const graphene_rect_t *bubble = &cases[i].bubble;
    GdkRectangle place;
    gboolean right;

    g_assert_true (stonechat_message_bar_place (bar, bubble, cases[i].at_end, 620, 400, &place) == cases[i].shown);
    if (!cases[i].shown)
      continue;
    right = place.x >= bubble->origin.x + bubble->size.width || place.x + place.width <= bubble->origin.x;
    g_assert_true (right == cases[i].beside);
    g_assert_cmpint (place.x, >=, 0);
    g_assert_cmpint (place.x + place.width, <=, 620);
    g_assert_cmpint (place.y, >=, 0);
    g_assert_cmpint (place.y + place.height, <=, 400);
  }
  g_assert_finalize_object (bar);
}

typedef struct { char *emoji; gboolean on; } Picked;

static void
picked_cb (GtkWidget *picker, const char *emoji, gboolean on, Picked *picked)
{
  g_free (picked->emoji);
  picked->emoji = g_strdup (emoji);
  picked->on = on;
}

static void
first_is (GSettings *settings, const char *emoji)
{
  g_auto (GStrv) last = g_settings_get_strv (settings, "recent-reactions");

  g_assert_cmpuint (g_strv_length (last), ==, STONECHAT_REACTION_PICKER_LAST);
  g_assert_cmpstr (last[0], ==, emoji);
}

static gboolean
is_button (GtkWidget *widget, const char *label)
{
  return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0;
}

/* The last used comes first; one's own is taken away by it. */
static void
test_picker (Fixture *f, gconstpointer data)
{
  g_autoptr (GSettings) settings = g_settings_new ("im.stonechat.Stonechat");
  GtkWidget *window = gtk_window_new (), *button = gtk_menu_button_new (), *picker = stonechat_reaction_picker_new (settings);
  Picked picked = { 0 };

  gtk_window_set_child (GTK_WINDOW (window), button);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), picker);
  gtk_window_present (GTK_WINDOW (window));
  g_signal_connect (picker, "picked", G_CALLBACK (picked_cb), &picked);
  stonechat_reaction_picker_show (STONECHAT_REACTION_PICKER (picker), "own\t😂 🎉\npeer\t🦆");
  g_assert_null (look_for (picker, is_button, "🦆"));
  gtk_test_accessible_assert_property (find (picker, is_button, "👍"), GTK_ACCESSIBLE_PROPERTY_LABEL, "thumbs up");
  gtk_test_accessible_assert_property (find (picker, is_button, "🎉"), GTK_ACCESSIBLE_PROPERTY_LABEL, "party popper, yours");
  g_signal_emit_by_name (find (picker, is_button, "🙏"), "clicked");
  g_assert_cmpstr (picked.emoji, ==, "🙏");
  g_assert_true (picked.on);
  first_is (settings, "🙏");
  g_signal_emit_by_name (find (picker, is_button, "😂"), "clicked");
  g_assert_cmpstr (picked.emoji, ==, "😂");
  g_assert_false (picked.on);
  first_is (settings, "🙏");
  gtk_window_destroy (GTK_WINDOW (window));
  g_free (picked.emoji);
}

static ChatMessage *
load_last (ChatConversation *chat)
{
  GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (chat));
  ChatMessage *message = NULL;

  wait_for (chat_timeline_get_loaded (CHAT_TIMELINE (timeline)));
  wait_for ((message = g_list_model_get_item (timeline, g_list_model_get_n_items (timeline) - 1)));
  return message;
}

/* S-89: who it is from, and what is known, as text. */
static void
test_details (Fixture *f, gconstpointer data)
{
  ChatConversation *chat = open_chat (f);
  g_autoptr (ChatMessage) message = load_last (chat);
  GtkWidget *dialog = stonechat_message_details_new (NULL, chat, message);

  wait_for (look_for (dialog, is_row, "Written"));
  find (dialog, is_row, "From");
  find (dialog, is_row, "Identifier");
  g_assert_null (look_for (dialog, is_row, "Read"));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/* The text goes to those that are chosen, and to nobody before. */
static void
test_forward (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("nurse@verona.test", NULL);
  ChatConversation *chat = chat_profile_open_conversation (f->profile, f->account, jid);
  GtkWidget *dialog = stonechat_forward_new (NULL, f->profile, "*But* soft <b>");
  GtkWidget *row = find (dialog, is_row, "Nurse"), *button = find (dialog, is_action, "forward.send");
  G_GNUC_UNUSED g_autoptr (ChatMessage) before = load_last (chat);
  g_autoptr (ChatMessage) after = NULL;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (chat_conversation_get_timeline (chat)));

  gtk_window_present (GTK_WINDOW (dialog));
  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  g_assert_false (gtk_widget_get_sensitive (button));
  adw_action_row_activate (ADW_ACTION_ROW (row));
  g_assert_true (gtk_widget_get_sensitive (button));
  gtk_widget_activate_action (dialog, "forward.send", NULL);
  wait_for (dialog == NULL);
  wait_for (g_list_model_get_n_items (G_LIST_MODEL (chat_conversation_get_timeline (chat))) > n);
  after = load_last (chat);
  g_assert_cmpstr (chat_message_get_text (after), ==, "*But* soft <b>");
  g_assert_true (chat_message_get_own (after));
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  #define ADD(path, func) g_test_add ("/message-actions/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("menu", test_menu);
  ADD ("W-26/refusals", test_refusals);
  ADD ("target", test_target);
  ADD ("bar", test_bar);
  ADD ("W-26/picker", test_picker);
  ADD ("S-89/details", test_details);
  ADD ("S-89/forward", test_forward);
  return g_test_run ();
}
