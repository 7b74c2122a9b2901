/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-account-private.h"
#include "chat-history.h"
#include "dialog-test.h"
#include "stonechat-account-settings.h"
#include "stonechat-contact-details.h"
#include "stonechat-dictionary.h"
#include "stonechat-fields.h"
#include "stonechat-preferences.h"
#include "stonechat-privacy-group.h"
#include "stonechat-sign-in.h"

/* Signing in, and what is set for an account and for all of them. */

static void
test_server (void)
{
  static const struct { const char *host, *port; guint number; gboolean good, at_port; } cases[] = {
    { "", "", 0, TRUE, FALSE }, { "xmpp.example.org", "", 0, TRUE, FALSE }, { "xmpp.example.org", "443", 443, TRUE, FALSE },
    { "192.0.2.1", "5223", 5223, TRUE, FALSE }, { "2001:db8::1", "65535", 65535, TRUE, FALSE }, { "bücher.example", "1", 1, TRUE, FALSE },
    { "two words", "", 0, FALSE, FALSE }, { "me@example.org", "", 0, FALSE, FALSE }, { "example.org/x", "", 0, FALSE, FALSE },
    { "example.org:5222", "", 0, FALSE, FALSE }, { "", "5222", 0, FALSE, FALSE }, { "example.org", "0", 0, FALSE, TRUE },
    { "example.org", "65536", 0, FALSE, TRUE }, { "example.org", "http", 0, FALSE, TRUE }, { "example.org", "-1", 0, FALSE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gboolean at_port;
    guint number;
    const char *problem = stonechat_server_check (cases[i].host, cases[i].port, &number, &at_port);

    g_test_message ("%s %s", cases[i].host, cases[i].port);
    g_assert_true ((problem == NULL) == cases[i].good);
    g_assert_cmpint (at_port, ==, cases[i].at_port);
    g_assert_cmpuint (number, ==, cases[i].number);
  }
}

/* What is wrong is said at its field, before anything is sent anywhere. */
static void
test_sign_in (Fixture *f, gconstpointer data)
{
  static const struct { const char *address, *password, *host, *port, *row, *problem; } cases[] = {
    { "romeo", "x", "", "", "Address", "Type your whole address. It looks like name@example.org." },
    { "verona.test", "x", "", "", "Address", "Type your whole address. It looks like name@example.org." },
    { "romeo@verona.test/phone", "x", "", "", "Address", "Type your whole address. It looks like name@example.org." },
    { "romeo@verona.test", "", "", "", "Password", "Type your password." },
    { "romeo@verona.test", "x", "", "5222", "Host", "A port needs a host." },
    { "romeo@verona.test", "x", "two words", "", "Host", "This is not the name of a server. It looks like xmpp.example.org." },
    { "romeo@verona.test", "x", "verona.test", "x", "Port", "A port is a number from 1 to 65535." },
  };
  GtkWidget *dialog = adw_window_new (), *page = stonechat_sign_in_new (f->profile);

  adw_window_set_content (ADW_WINDOW (dialog), page);
  find (page, is_label, "Add Account");     /* nobody is welcomed twice */
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    type (page, "Address", cases[i].address);
    type (page, "Password", cases[i].password);
    type (page, "Host", cases[i].host);
    type (page, "Port", cases[i].port);
    gtk_widget_activate_action (page, "sign-in.go", NULL);
    g_assert_true (gtk_widget_has_css_class (find (page, is_row, cases[i].row), "error"));
    find (page, is_problem, cases[i].problem);
    type (page, cases[i].row, "anything");
    g_assert_false (gtk_widget_has_css_class (find (page, is_row, cases[i].row), "error"));
    g_assert_null (look_for (page, is_problem, cases[i].problem));
  }
  finish (dialog);
}

/* -- accounts -------------------------------------------------------------------------------------------------------- */

static void
test_account_password (Fixture *f, gconstpointer data)
{
  GtkWidget *dialog = stonechat_account_settings_new (NULL, f->profile, f->account), *row = find (dialog, is_row, "New Password");

  /* What it needs stands at the field, in the account's own words. */
  g_assert_true (gtk_widget_has_css_class (row, "error"));
  find (dialog, is_problem, chat_account_get_problem_text (f->account));
  type (dialog, "New Password", "x");
  g_assert_false (gtk_widget_has_css_class (row, "error"));
  type (dialog, "New Password", "");
  g_signal_emit_by_name (row, "entry-activated");
  find (dialog, is_problem, "Type your password.");
  finish (dialog);
}

static void
test_account_connection (Fixture *f, gconstpointer data)
{
  GtkWidget *dialog = stonechat_account_settings_new (NULL, f->profile, f->account), *apply = find (dialog, is_action, "account-settings.apply-connection");
  g_autofree char *host = NULL, *kept = NULL;
  guint port;

  g_assert_false (gtk_widget_get_visible (apply));
  type (dialog, "Host", "not a host");
  g_assert_true (gtk_widget_get_visible (apply));
  gtk_widget_activate_action (dialog, "account-settings.apply-connection", NULL);
  g_assert_true (gtk_widget_has_css_class (find (dialog, is_row, "Host"), "error"));
  g_object_get (f->account, "host", &kept, NULL);
  g_assert_null (kept);
  type (dialog, "Host", " xmpp.verona.test ");
  type (dialog, "Port", "99999");
  gtk_widget_activate_action (dialog, "account-settings.apply-connection", NULL);
  g_assert_false (gtk_widget_has_css_class (find (dialog, is_row, "Host"), "error"));
  g_assert_true (gtk_widget_has_css_class (find (dialog, is_row, "Port"), "error"));
  find (dialog, is_problem, "A port is a number from 1 to 65535.");
  type (dialog, "Port", "5223");
  gtk_widget_activate_action (dialog, "account-settings.apply-connection", NULL);
  g_object_get (f->account, "host", &host, "port", &port, NULL);
  g_assert_cmpstr (host, ==, "xmpp.verona.test");
  g_assert_cmpuint (port, ==, 5223);
  g_assert_false (gtk_widget_get_visible (apply));
  finish (dialog);
}

static void
test_account_certificate (Fixture *f, gconstpointer data)
{
  GtkWidget *dialog = stonechat_account_settings_new (NULL, f->profile, f->account), *row = find (dialog, is_row, "Only This One Is Trusted");
  g_autofree char *pin = NULL;

  g_assert_false (gtk_widget_get_visible (row));
  g_object_set (f->account, "pin-sha256", "0123456789abcdef", NULL);
  g_assert_true (gtk_widget_get_visible (row));
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "0123 4567 89ab cdef");
  gtk_widget_activate_action (dialog, "account-settings.forget-certificate", NULL);
  g_object_get (f->account, "pin-sha256", &pin, NULL);
  g_assert_null (pin);
  g_assert_false (gtk_widget_get_visible (row));
  finish (dialog);
}

static AdwMessageDialog *
find_question (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (ADW_IS_MESSAGE_DIALOG (window))
      return ADW_MESSAGE_DIALOG (window);
  }
  return NULL;
}

/* A weaker log-in is asked for in so many words, and only a yes is one. */
static void
test_account_consent (Fixture *f, gconstpointer data)
{
  GtkWidget *dialog = stonechat_account_settings_new (NULL, f->profile, f->account), *retry = find (dialog, is_action, "account-settings.retry");

  g_assert_false (gtk_widget_get_visible (retry));
  for (int agree = 0; agree < 2; agree++) {
    chat_account_set_offered (f->account, XMPP_STRENGTH_PLAIN);
    chat_account_set_state (f->account, CHAT_ACCOUNT_ATTENTION, CHAT_ACCOUNT_NEEDS_CONSENT, "The server offers less.", "The server offers less.");
    g_assert_true (gtk_widget_get_visible (retry));
    g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (retry)), ==, "Sign In Anyway…");
    gtk_widget_activate_action (dialog, "account-settings.retry", NULL);
    g_assert_false (chat_account_get_row (f->account)->allow_plain);
    g_assert_nonnull (strstr (adw_message_dialog_get_body (find_question ()), "The server offers less."));
    adw_message_dialog_response (find_question (), agree ? "continue" : "cancel");
    gtk_window_destroy (GTK_WINDOW (find_question ()));
    g_assert_cmpint (chat_account_get_row (f->account)->allow_plain, ==, agree);
  }
  finish (dialog);
}

static void
test_account_name (Fixture *f, gconstpointer data)
{
  GtkWidget *dialog = stonechat_account_settings_new (NULL, f->profile, f->account), *apply = find (dialog, is_action, "account-settings.apply-alias");

  g_assert_false (gtk_widget_get_visible (apply));
  type (dialog, "Your Name for This Account", " Home ");
  g_assert_true (gtk_widget_get_visible (apply));
  gtk_widget_activate_action (dialog, "account-settings.apply-alias", NULL);
  g_assert_cmpstr (chat_account_get_name (f->account), ==, "Home");
  g_assert_false (gtk_widget_get_visible (apply));
  type (dialog, "Your Name for This Account", "");
  g_signal_emit_by_name (find (dialog, is_row, "Your Name for This Account"), "entry-activated");
  g_assert_cmpstr (chat_account_get_name (f->account), ==, JULIET);
  finish (dialog);
}

static guint
count_windows (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  return g_list_length (windows);
}

/* And with it the question that was open. */
static void
test_account_gone (Fixture *f, gconstpointer data)
{
  GtkWidget *dialog = stonechat_account_settings_new (NULL, f->profile, f->account);
  g_autoptr (GAsyncResult) result = NULL;

  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_activate_action (dialog, "account-settings.remove", NULL);
  g_assert_cmpuint (count_windows (), ==, 2);
  chat_profile_remove_account_async (f->profile, f->account, keep_result_cb, &result);
  wait_for (result && !dialog);
  wait_for (count_windows () == 0);
  g_assert_true (chat_profile_remove_account_finish (f->profile, result, NULL));
}

static void
test_preferences (Fixture *f, gconstpointer data)
{
  g_autoptr (GSettings) settings = g_settings_new ("im.stonechat.Stonechat");
  GtkWidget *dialog = stonechat_preferences_new (NULL, settings), *row;

  stonechat_preferences_set_profile (STONECHAT_PREFERENCES (dialog), f->profile);
  row = find (dialog, is_row, JULIET);
  find (row, is_action, "account-row.settings");
  add_other_account (f);
  find (dialog, is_row, "Montague");
  g_object_set (f->account, "alias", "Home", NULL);
  g_assert_true (g_str_has_prefix (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), JULIET " · "));
  finish (dialog);
}

/* For all chats: as the system, not at all, or one of the dictionaries that there are. */
static void
test_spelling_language (Fixture *f, gconstpointer data)
{
  g_autoptr (GSettings) settings = g_settings_new ("im.stonechat.Stonechat");
  GtkWidget *dialog = stonechat_preferences_new (NULL, settings);
  AdwComboRow *row = ADW_COMBO_ROW (find (dialog, is_row, "Spelling"));
  g_auto (GStrv) all = stonechat_dictionary_list ();
  g_autofree char *language = NULL, *off = NULL;

  g_assert_cmpuint (adw_combo_row_get_selected (row), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (row)), ==, 2 + g_strv_length (all));
  adw_combo_row_set_selected (row, 1);
  off = g_settings_get_string (settings, "spelling-language");
  g_assert_cmpstr (off, ==, "off");
  for (guint i = 0; all[i]; i++) {
    g_free (language);
    adw_combo_row_set_selected (row, 2 + i);
    language = g_settings_get_string (settings, "spelling-language");
    g_assert_cmpstr (language, ==, all[i]);
  }
  g_settings_set_string (settings, "spelling-language", "");
  g_assert_cmpuint (adw_combo_row_get_selected (row), ==, 0);
  g_settings_reset (settings, "spelling-language");
  finish (dialog);
}

/* -- what others are told ------------------------------------------------------------------------------------------- */

static GtkSwitch *
find_switch (GtkWidget *widget, const char *row)
{
  return GTK_SWITCH (adw_action_row_get_activatable_widget (ADW_ACTION_ROW (find (widget, is_row, row))));
}

/* For all, for the account, for one chat: each shows what holds for it, and keeps what is chosen there. */
static void
test_privacy (Fixture *f, gconstpointer data)
{
  g_autoptr (GSettings) settings = g_settings_new ("im.stonechat.Stonechat");
  g_autoptr (XmppJid) nurse = xmpp_jid_new ("nurse@verona.test", NULL);
  static const char *const rows[] = { "Say That Messages Arrived", "Say What You Have Read", "Say When You Are Typing" };

  for (ChatPrivacy what = CHAT_PRIVACY_RECEIPTS; what <= CHAT_PRIVACY_TYPING; what++) {
    GtkWidget *all = stonechat_preferences_new (NULL, settings), *one, *chat = g_object_new (STONECHAT_TYPE_PRIVACY_GROUP, NULL);

    stonechat_preferences_set_profile (STONECHAT_PREFERENCES (all), f->profile);
    g_assert_true (gtk_switch_get_active (find_switch (all, rows[what])));
    gtk_switch_set_active (find_switch (all, rows[what]), FALSE);
    g_assert_false (chat_profile_get_privacy (f->profile, NULL, what));
    one = stonechat_account_settings_new (NULL, f->profile, f->account);
    g_assert_false (gtk_switch_get_active (find_switch (one, rows[what])));
    gtk_switch_set_active (find_switch (one, rows[what]), TRUE);
    g_object_ref_sink (chat);
    stonechat_privacy_group_set_scope (STONECHAT_PRIVACY_GROUP (chat), f->profile, f->account, nurse);
    g_assert_true (gtk_switch_get_active (find_switch (chat, rows[what])));
    gtk_switch_set_active (find_switch (chat, rows[what]), FALSE);
    wait_for (!chat_conversation_get_privacy (chat_profile_open_conversation (f->profile, f->account, nurse), what));
    g_assert_true (chat_profile_get_privacy (f->profile, f->account, what));
    g_assert_false (chat_profile_get_privacy (f->profile, NULL, what));
    g_assert_finalize_object (G_OBJECT (chat));
    finish (one);
    finish (all);
  }
}

static gboolean
mentions_waiting (GtkWidget *dialog)
{
  return strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)), "1 message waits and would never be sent") != NULL;
}

static GtkWidget *
ask_to_remove (GtkWidget *settings)
{
  g_autoptr (GList) windows = NULL;

  gtk_widget_activate_action (settings, "account-settings.remove", NULL);
  windows = gtk_window_list_toplevels ();
  for (GList *l = windows; l; l = l->next)
    if (ADW_IS_MESSAGE_DIALOG (l->data))
      return l->data;
  g_assert_not_reached ();
}

static void
test_account_waiting (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppJid) nurse = xmpp_jid_new ("nurse@verona.test", NULL);
  GtkWidget *dialog = stonechat_account_settings_new (NULL, f->profile, f->account);
  guint before = chat_profile_count_waiting (f->profile, f->account);
  GtkWidget *question;

  g_assert_cmpuint (before, ==, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  question = ask_to_remove (dialog);
  g_assert_false (mentions_waiting (question));
  gtk_window_destroy (GTK_WINDOW (question));
  chat_conversation_send (chat_profile_open_conversation (f->profile, f->account, nurse), "Are you there?");
  wait_for (chat_profile_count_waiting (f->profile, f->account) == 1);
  question = ask_to_remove (dialog);
  g_assert_true (mentions_waiting (question));
  gtk_window_destroy (GTK_WINDOW (question));
  finish (dialog);
}

/* -- what is kept where --------------------------------------------------------------------------------------------- */

/* How far back is kept with the account; what the server archives can be changed only where it can be asked. */
static void
test_history (Fixture *f, gconstpointer data)
{
  GtkWidget *dialog = stonechat_account_settings_new (NULL, f->profile, f->account), *again;
  GtkWidget *range = find (dialog, is_row, "Keep on This Device"), *rule = find (dialog, is_row, "Archive on the Server");

  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (range)), ==, CHAT_HISTORY_ALL);
  adw_combo_row_set_selected (ADW_COMBO_ROW (range), CHAT_HISTORY_MONTH);
  g_assert_cmpint (chat_history_get_range (chat_account_get_history (f->account)), ==, CHAT_HISTORY_MONTH);
  again = stonechat_account_settings_new (NULL, f->profile, f->account);
  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (find (again, is_row, "Keep on This Device"))), ==, CHAT_HISTORY_MONTH);
  g_assert_false (gtk_widget_get_sensitive (rule));
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (rule)), ==, "Go online to change this");
  /* Where nobody answers, that is said too. */
  chat_account_set_state (f->account, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_NEEDS_NOTHING, "Online", NULL);
  wait_for (g_strcmp0 (adw_action_row_get_subtitle (ADW_ACTION_ROW (rule)), "Go online to change this") == 0);
  g_assert_false (gtk_widget_get_sensitive (rule));
  finish (again);
  finish (dialog);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/dialogs/W-24-server", test_server);
  DIALOG_TEST ("W-24-sign-in", test_sign_in);
  DIALOG_TEST ("W-11-account-password", test_account_password);
  DIALOG_TEST ("W-24-account-connection", test_account_connection);
  DIALOG_TEST ("W-23-account-certificate", test_account_certificate);
  DIALOG_TEST ("S-43-account-consent", test_account_consent);
  DIALOG_TEST ("W-22-account-name", test_account_name);
  DIALOG_TEST ("account-gone", test_account_gone);
  DIALOG_TEST ("W-22-preferences", test_preferences);
  DIALOG_TEST ("spelling-language", test_spelling_language);
  DIALOG_TEST ("S-110-privacy", test_privacy);
  DIALOG_TEST ("history", test_history);
  DIALOG_TEST ("R-30-account-waiting", test_account_waiting);
  return g_test_run ();
}
