/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "dialog-test.h"
#include "stonechat-add-contact.h"
#include "stonechat-block-ask.h"
#include "stonechat-blocked-group.h"
#include "stonechat-contact-details.h"
#include "stonechat-groups.h"

/* Contacts and their groups. */

static void
test_groups (void)
{
  g_auto (GStrv) groups = stonechat_groups_split (" Family,, Old Friends ,Family,"), more = NULL, less = NULL;

  g_assert_cmpuint (g_strv_length (groups), ==, 2);
  g_assert_cmpstr (groups[0], ==, "Family");
  g_assert_cmpstr (groups[1], ==, "Old Friends");
  g_assert_null (stonechat_groups_with ((const char *const *) groups, " Family "));
  g_assert_null (stonechat_groups_with ((const char *const *) groups, "  "));
  more = stonechat_groups_with ((const char *const *) groups, " Work");
  g_assert_cmpuint (g_strv_length (more), ==, 3);
  g_assert_cmpstr (more[2], ==, "Work");
  less = stonechat_groups_without ((const char *const *) more, "Old Friends");
  g_assert_cmpuint (g_strv_length (less), ==, 2);
  g_assert_cmpstr (less[1], ==, "Work");
}

static void
test_groups_menu (Fixture *f, gconstpointer data)
{
  static const char *const except[] = { "Family", NULL };
  g_autoptr (GMenuModel) menu = stonechat_groups_menu_new (chat_profile_get_contacts (f->profile), except, "x.y");
  const char *last = "";

  g_assert_cmpint (g_menu_model_get_n_items (menu), >, 0);
  for (int i = 0; i < g_menu_model_get_n_items (menu); i++) {
    g_autofree char *name = NULL;

    g_assert_true (g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_TARGET, "s", &name));
    g_assert_cmpstr (name, !=, "Family");
    g_assert_cmpint (g_utf8_collate (last, name), <, 0);
    last = g_intern_string (name);
  }
}

static ChatContact *
find_contact (Fixture *f, const char *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);
  ChatContact *contact = chat_profile_find_contact (f->profile, f->account, jid);

  g_assert_nonnull (contact);
  return contact;
}

static void
test_details (Fixture *f, gconstpointer data)
{
  GtkWidget *dialog = stonechat_contact_details_new (NULL, find_contact (f, "rosaline@verona.test")), *account;

  stonechat_contact_details_set_profile (STONECHAT_CONTACT_DETAILS (dialog), f->profile);
  account = find (dialog, is_row, "Your Account");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (find (dialog, is_row, "Address"))), ==, "rosaline@verona.test");
  g_assert_false (gtk_widget_get_visible (find (dialog, is_action, "contact-details.rename")));
  find (dialog, is_row, "Friends");
  find (dialog, is_row, "Family");
  g_assert_false (gtk_widget_get_visible (find (dialog, is_action, "contact-details.add-new-group")));
  type (dialog, "Add to Group", "Work");
  g_assert_true (gtk_widget_get_visible (find (dialog, is_action, "contact-details.add-new-group")));
  /* Without a connection nothing of the server's list can be changed, and it says so. */
  g_assert_false (gtk_widget_get_sensitive (find (dialog, is_action, "contact-details.remove-group")));
  g_assert_false (gtk_widget_get_sensitive (find (dialog, is_action, "contact-details.subscription")));
  g_assert_false (gtk_widget_get_sensitive (find (dialog, is_action, "contact-details.remove")));
  g_assert_true (gtk_widget_get_sensitive (find (dialog, is_action, "contact-details.copy-address")));
  /* One account needs no name. */
  g_assert_false (gtk_widget_get_visible (account));
  add_other_account (f);
  g_assert_true (gtk_widget_get_visible (account));
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (account)), ==, JULIET);
  finish (dialog);
}

static void
test_add (Fixture *f, gconstpointer data)
{
  static const char bad[] = "Type the whole address. It looks like name@example.org.";
  static const struct { const char *text, *problem; } cases[] = {
    { "romeo", bad }, { "romeo@", bad }, { "@verona.test", bad }, { "ro meo@verona.test", bad }, { "xmpp:", bad },
    { "juliet@verona.test", "This is your own address. A chat with it is for notes to yourself." },
    { "xmpp:Romeo@verona.test?message", "Romeo Montague is in your contacts already." },
  };
  GtkWidget *dialog = stonechat_add_contact_new (NULL, f->profile, FALSE, NULL, NULL), *row = find (dialog, is_row, "Address");

  g_assert_false (gtk_widget_get_visible (find (dialog, is_row, "Your Account")));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    type (dialog, "Address", cases[i].text);
    if (cases[i].problem == bad)     /* not while it is typed */
      g_assert_false (gtk_widget_has_css_class (row, "error"));
    gtk_widget_activate_action (dialog, "add-contact.add", NULL);
    g_assert_true (gtk_widget_has_css_class (row, "error"));
    find (dialog, is_problem, cases[i].problem);
  }
  type (dialog, "Address", "tybalt@verona.test");
  g_assert_false (gtk_widget_has_css_class (row, "error"));
  finish (dialog);
}

static void
test_add_account (Fixture *f, gconstpointer data)
{
  GtkWidget *dialog, *account;

  add_other_account (f);
  dialog = stonechat_add_contact_new (NULL, f->profile, TRUE, "romeo@verona.test", "xmpp:tybalt@verona.test");
  account = find (dialog, is_row, "Your Account");
  g_assert_true (gtk_widget_get_visible (account));
  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (account)), ==, 1);
  find (dialog, is_action, "add-contact.note");
  finish (dialog);
}

/* NULL: none with this heading is open. */
static GtkWidget *
find_question (const char *heading)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (ADW_IS_MESSAGE_DIALOG (window) && g_strcmp0 (adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (window)), heading) == 0)
      return window;
  }
  return NULL;
}

static void
close_question (const char *heading, const char *response)
{
  GtkWidget *dialog = find_question (heading);

  g_assert_nonnull (dialog);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/* W-21: a block that failed is told, and nobody looks blocked who is not. */
static void
test_block (Fixture *f, gconstpointer data)
{
  ChatContact *contact = find_contact (f, "rosaline@verona.test");
  GtkWidget *dialog = stonechat_contact_details_new (NULL, contact);

  stonechat_contact_details_set_profile (STONECHAT_CONTACT_DETAILS (dialog), f->profile);
  g_assert_false (gtk_widget_get_sensitive (find (dialog, is_action, "contact-details.block")));
  stonechat_block_ask (GTK_WINDOW (dialog), f->profile, f->account, chat_contact_get_jid (contact));
  close_question ("Block Rosaline?", "cancel");
  g_assert_null (find_question ("rosaline@verona.test Isn’t Blocked"));
  stonechat_block_ask (GTK_WINDOW (dialog), f->profile, f->account, chat_contact_get_jid (contact));
  close_question ("Block Rosaline?", "block");
  wait_for (find_question ("rosaline@verona.test Isn’t Blocked"));
  g_assert_false (chat_contact_get_blocked (contact));
  close_question ("rosaline@verona.test Isn’t Blocked", "close");
  finish (dialog);
}

static void
test_blocked_group (Fixture *f, gconstpointer data)
{
  GtkWidget *window = adw_window_new (), *group = g_object_new (STONECHAT_TYPE_BLOCKED_GROUP, NULL);

  adw_window_set_content (ADW_WINDOW (window), group);
  stonechat_blocked_group_set_account (STONECHAT_BLOCKED_GROUP (group), f->profile, f->account);
  g_assert_cmpstr (adw_preferences_group_get_description (ADW_PREFERENCES_GROUP (group)), ==, "Go online to change this");
  g_assert_false (gtk_widget_get_sensitive (find (group, is_row, "Block an Address")));
  finish (window);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/dialogs/groups", test_groups);
  DIALOG_TEST ("groups-menu", test_groups_menu);
  DIALOG_TEST ("W-22-contact-details", test_details);
  DIALOG_TEST ("add-contact", test_add);
  DIALOG_TEST ("W-22-add-contact", test_add_account);
  DIALOG_TEST ("W-21-block", test_block);
  DIALOG_TEST ("blocked-group", test_blocked_group);
  return g_test_run ();
}
