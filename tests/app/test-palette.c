/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "dialog-test.h"
#include "stonechat-choice-row.h"
#include "stonechat-choices.h"
#include "stonechat-palette.h"

/* What the palette offers, of a profile with people, unread chats and a request. */

static StonechatChoice *
get (StonechatChoices *choices, guint i)
{
  g_autoptr (StonechatChoice) choice = g_list_model_get_item (G_LIST_MODEL (choices), i);

  g_assert_nonnull (choice);
  return choice;
}

static StonechatChoice *
look (StonechatChoices *choices, const char *title)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (choices)); i++)
    if (g_str_equal (get (choices, i)->title, title))
      return get (choices, i);
  return NULL;
}

static ChatConversation *
chat_of (Fixture *f, guint i)
{
  g_autoptr (ChatConversation) chat = g_list_model_get_item (chat_profile_get_conversations (f->profile), i);

  return chat;
}

/* A request comes first, then what is unread, then where one was last, then what one can do; not where one is. */
static void
test_rest (Fixture *f, gconstpointer data)
{
  g_autoptr (StonechatChoices) choices = stonechat_choices_new (f->profile);
  guint i = 0, n;

  stonechat_choices_begin (choices, chat_of (f, 0));
  n = g_list_model_get_n_items (G_LIST_MODEL (choices));
  g_assert_cmpuint (n, <, 30);
  g_assert_cmpint (get (choices, 0)->kind, ==, STONECHAT_CHOICE_REQUEST);
  g_assert_cmpstr (get (choices, 0)->action, ==, "win.show-requests");
  for (i = 1; i < n && stonechat_choice_get_unread (get (choices, i)); i++);
  g_assert_cmpuint (i, >, 1);
  for (; i < n && get (choices, i)->kind == STONECHAT_CHOICE_CHAT; i++)
    g_assert_cmpuint (stonechat_choice_get_unread (get (choices, i)), ==, 0);
  g_assert_cmpuint (i, >, 3);
  g_assert_cmpuint (i, <, n);
  for (; i < n; i++)
    g_assert_cmpint (get (choices, i)->kind, ==, STONECHAT_CHOICE_ACTION);
  for (i = 0; i < n; i++)
    g_assert_true (get (choices, i)->item != G_OBJECT (chat_of (f, 0)));
}

/* Names, addresses, actions with their keys, and settings with their row. */
static void
test_typed (Fixture *f, gconstpointer data)
{
  g_autoptr (StonechatChoices) choices = stonechat_choices_new (f->profile);

  stonechat_choices_begin (choices, NULL);
  stonechat_choices_type (choices, " ROMÉO ");
  g_assert_cmpstr (get (choices, 0)->title, ==, "Romeo Montague");
  stonechat_choices_type (choices, "balthasar@ver");
  g_assert_cmpstr (get (choices, 0)->title, ==, "Balthasar");
  g_assert_cmpstr (get (choices, 0)->action, ==, "win.open-conversation");
  stonechat_choices_type (choices, "preferences");
  g_assert_cmpstr (get (choices, 0)->action, ==, "win.preferences");
  g_assert_cmpstr (get (choices, 0)->key, ==, "<Control>comma");
  stonechat_choices_type (choices, "sound");
  g_assert_cmpstr (get (choices, 0)->action, ==, "win.preferences-at");
  g_assert_cmpstr (g_variant_get_string (get (choices, 0)->target, NULL), ==, "sound");
  /* What is done in a chat needs one. */
  stonechat_choices_type (choices, "Mark as Read");
  g_assert_null (look (choices, "Mark as Read"));
  stonechat_choices_begin (choices, chat_of (f, 0));
  stonechat_choices_type (choices, "Mark as Read");
  g_assert_nonnull (look (choices, "Mark as Read"));
  stonechat_choices_type (choices, "qqzzqq");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (choices)), ==, 0);
}

/* One can write to an address that nobody has; to one that somebody has the chat is offered already. */
static void
test_address (Fixture *f, gconstpointer data)
{
  g_autoptr (StonechatChoices) choices = stonechat_choices_new (f->profile);

  stonechat_choices_begin (choices, NULL);
  stonechat_choices_type (choices, "Tybalt@Else.test");
  g_assert_nonnull (look (choices, "Write to tybalt@else.test"));
  stonechat_choices_type (choices, "xmpp:tybalt@else.test?message");
  g_assert_nonnull (look (choices, "Write to tybalt@else.test"));
  stonechat_choices_type (choices, "romeo@verona.test");
  g_assert_null (look (choices, "Write to romeo@verona.test"));
  stonechat_choices_type (choices, "else.test");
  g_assert_null (look (choices, "Write to else.test"));
  add_other_account (f);
  stonechat_choices_begin (choices, NULL);
  stonechat_choices_type (choices, "tybalt@else.test");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (choices)), ==, 2);
  g_assert_cmpstr (get (choices, 1)->detail, ==, "From Montague");
}

/* Of thousands of people all are found, those who are not collected yet a moment later, or at once by who chooses. */
static void
test_many (Fixture *f, gconstpointer data)
{
  g_autoptr (StonechatChoices) choices = stonechat_choices_new (f->profile);
  GListModel *contacts = chat_profile_get_contacts (f->profile);
  g_autoptr (ChatContact) last = g_list_model_get_item (contacts, g_list_model_get_n_items (contacts) - 1);
  const char *address = xmpp_jid_get_bare_string (chat_contact_get_jid (last));

  g_assert_cmpuint (g_list_model_get_n_items (contacts), >=, 3000);
  for (guint i = 0; i < 2; i++) {
    stonechat_choices_begin (choices, NULL);
    stonechat_choices_type (choices, address);
    if (i == 0)
      stonechat_choices_finish (choices);
    wait_for (look (choices, chat_contact_get_name (last)));
    g_assert_true (look (choices, chat_contact_get_name (last))->item == G_OBJECT (last));
    /* Each once. */
    g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (choices)), ==, 1);
  }
}

/* Where several fit as well, what was used last comes first; before anything is typed, too. */
static void
test_used (Fixture *f, gconstpointer data)
{
  g_autoptr (StonechatChoices) choices = stonechat_choices_new (f->profile);
  g_autoptr (StonechatChoice) john = NULL, about = NULL;

  stonechat_choices_begin (choices, NULL);
  stonechat_choices_type (choices, "friar");
  john = g_object_ref (get (choices, 1));
  stonechat_choices_use (choices, john);
  stonechat_choices_begin (choices, NULL);
  g_assert_null (look (choices, "About Stonechat"));
  stonechat_choices_type (choices, "friar");
  g_assert_true (stonechat_choice_equal (get (choices, 0), john));
  stonechat_choices_type (choices, "About");
  about = g_object_ref (get (choices, 0));
  stonechat_choices_use (choices, about);
  stonechat_choices_begin (choices, NULL);
  g_assert_nonnull (look (choices, "About Stonechat"));
}

/* -- the widget ------------------------------------------------------------------------------------------------------ */

static GVariant *opened;

static void
opened_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_clear_pointer (&opened, g_variant_unref);
  opened = g_variant_ref (parameter);
}

static void
test_chosen (Fixture *f, gconstpointer data)
{
  static const GActionEntry entries[] = { { "open-conversation", opened_cb, "(ss)", NULL, NULL, { 0 } } };
  GtkWidget *window = gtk_window_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *before = gtk_entry_new (), *palette, *entry, *list;
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  const char *address;
  guint n_rows = 0;

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), NULL);
  gtk_widget_insert_action_group (window, "win", G_ACTION_GROUP (group));
  gtk_box_append (GTK_BOX (box), before);
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_set_default_size (GTK_WINDOW (window), 800, 600);
  gtk_window_present (GTK_WINDOW (window));
  wait_for (gtk_widget_get_mapped (before));
  gtk_widget_grab_focus (before);
  palette = stonechat_palette_new (box, f->profile);
  stonechat_palette_open (STONECHAT_PALETTE (palette), window, NULL);
  wait_for (gtk_widget_get_mapped (palette));
  entry = look_for (palette, is_type, "GtkSearchEntry");
  list = look_for (palette, is_type, "GtkListView");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, "Search or Jump to");
  gtk_test_accessible_assert_relation (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT, gtk_widget_get_first_child (list));
  gtk_editable_set_text (GTK_EDITABLE (entry), "Rosal");
  for (GtkWidget *child = gtk_widget_get_first_child (list); child; child = gtk_widget_get_next_sibling (child), n_rows++)
    gtk_test_accessible_assert_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL, "Rosaline, rosaline@verona.test, Chat");
  g_assert_cmpuint (n_rows, ==, 1);
  g_signal_emit_by_name (entry, "activate");
  wait_for (opened);
  g_variant_get (opened, "(s&s)", NULL, &address);
  g_assert_cmpstr (address, ==, "rosaline@verona.test");
  wait_for (!gtk_widget_get_visible (palette));
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (window)), before));
  gtk_widget_unparent (palette);
  gtk_window_destroy (GTK_WINDOW (window));
  g_clear_pointer (&opened, g_variant_unref);
}

static ChatConversation *
begin_chat (Fixture *f, const char *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);
  ChatConversation *chat = chat_profile_open_conversation (f->profile, f->account, jid);
  guint n = g_list_model_get_n_items (chat_profile_get_conversations (f->profile));

  chat_conversation_set_draft (chat, "some words");
  wait_for (g_list_model_get_n_items (chat_profile_get_conversations (f->profile)) > n);
  return chat;
}

/* People are collected in turns, and the lists go on changing: nobody is there twice. */
static void
test_meanwhile (Fixture *f, gconstpointer data)
{
  g_autoptr (StonechatChoices) choices = stonechat_choices_new (f->profile);
  ChatConversation *chat = begin_chat (f, "benvolio@verona.test");
  guint n_found = 0;

  stonechat_choices_begin (choices, NULL);
  stonechat_choices_type (choices, "a");      /* a first turn */
  begin_chat (f, "somebody@mantua.test");     /* which comes to the top */
  stonechat_choices_finish (choices);
  stonechat_choices_type (choices, chat_conversation_get_name (chat));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (choices)); i++)
    n_found += get (choices, i)->item == G_OBJECT (chat);
  g_assert_cmpuint (n_found, ==, 1);
  stonechat_choices_end (choices);
}

int
main (int argc, char **argv)
{
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/palette/W-26/rest", Fixture, NULL, set_up, test_rest, tear_down);
  g_test_add ("/palette/W-26/typed", Fixture, NULL, set_up, test_typed, tear_down);
  g_test_add ("/palette/address", Fixture, NULL, set_up, test_address, tear_down);
  g_test_add ("/palette/many", Fixture, "3000", set_up, test_many, tear_down);
  g_test_add ("/palette/meanwhile", Fixture, "3000", set_up, test_meanwhile, tear_down);
  g_test_add ("/palette/used", Fixture, NULL, set_up, test_used, tear_down);
  g_test_add ("/palette/W-26/chosen", Fixture, NULL, set_up, test_chosen, tear_down);
  return g_test_run ();
}
