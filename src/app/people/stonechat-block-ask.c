/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-block-ask.h"

#include <glib/gi18n.h>

#define NAMED_MESSAGES 10      /* in a report: enough to see what it is about */

enum { NO_REPORT, SPAM, ABUSE };

typedef struct {
  GtkWindow *parent;           /* weak: what went wrong is told over it */
  ChatBlocks *blocks;
  ChatAccount *account;
  XmppJid *jid;
  GtkWidget *report, *messages, *server;   /* of the dialog; NULL: not asked */
} Question;

static Question *
question_new (GtkWindow *parent, ChatProfile *profile, ChatAccount *account, XmppJid *jid)
{
  Question *question = g_new0 (Question, 1);

  g_set_weak_pointer (&question->parent, parent);
  question->blocks = g_object_ref (chat_profile_get_blocks (profile));
  question->account = g_object_ref (account);
  question->jid = xmpp_jid_ref (jid);
  return question;
}

static void
question_free (Question *question)
{
  g_clear_weak_pointer (&question->parent);
  g_object_unref (question->blocks);
  g_object_unref (question->account);
  xmpp_jid_unref (question->jid);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

/* -- what came of it ------------------------------------------------------------------------------------------------- */

static void
tell_failure (Question *question, const char *heading, GError *error)
{
  g_autoptr (ChatProblem) problem = chat_problem_new (error, xmpp_jid_get_string (question->jid));
  GtkWidget *dialog;

  if (!question->parent)
    return;
  dialog = adw_message_dialog_new (question->parent, heading, problem->text);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_OK"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
blocked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *heading = g_strdup_printf (_("%s Isn’t Blocked"), xmpp_jid_get_string (question->jid));

  if (!chat_blocks_change_finish (CHAT_BLOCKS (source), result, &error))
    tell_failure (question, heading, error);
}

static void
unblocked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *heading = g_strdup_printf (_("%s Is Still Blocked"), xmpp_jid_get_string (question->jid));

  if (!chat_blocks_change_finish (CHAT_BLOCKS (source), result, &error))
    tell_failure (question, heading, error);
}

void
stonechat_block_end (GtkWindow *parent, ChatProfile *profile, ChatAccount *account, XmppJid *jid)
{
  chat_blocks_unblock_async (chat_profile_get_blocks (profile), account, jid, NULL, unblocked_cb, question_new (parent, profile, account, jid));
}

/* -- the question ---------------------------------------------------------------------------------------------------- */

static void
answered_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  guint reported = question->report ? adw_combo_row_get_selected (ADW_COMBO_ROW (question->report)) : NO_REPORT;
  ChatReport report = { .abuse = reported == ABUSE };

  if (!g_str_equal (response, "block"))
    return;
  if (reported != NO_REPORT && gtk_switch_get_active (GTK_SWITCH (question->messages)))
    report.n_messages = NAMED_MESSAGES;
  if (question->server && gtk_switch_get_active (GTK_SWITCH (question->server))) {
    XmppJid *server = xmpp_jid_new (xmpp_jid_get_domain (question->jid), NULL);

    xmpp_jid_unref (question->jid);
    question->jid = server;
  }
  chat_blocks_block_async (question->blocks, question->account, question->jid, reported != NO_REPORT ? &report : NULL, NULL, blocked_cb, question);
  question = NULL;
}

static GtkWidget *
add_switch (GtkWidget *group, const char *title)
{
  GtkWidget *row = adw_action_row_new (), *end = gtk_switch_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_set_valign (end, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), end);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), end);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  return end;
}

static void
report_chosen_cb (GtkWidget *report, GParamSpec *pspec, GtkWidget *messages)
{
  gtk_widget_set_visible (gtk_widget_get_ancestor (messages, ADW_TYPE_ACTION_ROW),
                          adw_combo_row_get_selected (ADW_COMBO_ROW (report)) != NO_REPORT);
}

static void
add_report (Question *question, GtkWidget *group)
{
  const char *const choices[] = { _("No"), _("As Spam"), _("As Abuse"), NULL };
  g_autoptr (GtkStringList) model = gtk_string_list_new (choices);

  question->report = adw_combo_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (question->report), _("Report to Your Server"));
  adw_action_row_set_title_lines (ADW_ACTION_ROW (question->report), 0);
  adw_combo_row_set_model (ADW_COMBO_ROW (question->report), G_LIST_MODEL (model));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), question->report);
  question->messages = add_switch (group, _("Show Their Last Messages, Too"));
  gtk_switch_set_active (GTK_SWITCH (question->messages), TRUE);
  g_signal_connect (question->report, "notify::selected", G_CALLBACK (report_chosen_cb), question->messages);
  report_chosen_cb (question->report, NULL, question->messages);
}

/* What is asked about everybody there would lock the user out, or most of those whom they know. */
static gboolean
may_block_server (Question *question)
{
  return xmpp_jid_get_local (question->jid) != NULL &&
         g_strcmp0 (xmpp_jid_get_domain (question->jid), xmpp_jid_get_domain (chat_account_get_jid (question->account))) != 0;
}

void
stonechat_block_ask (GtkWindow *parent, ChatProfile *profile, ChatAccount *account, XmppJid *jid)
{
  Question *question = question_new (parent, profile, account, jid);
  ChatContact *contact = chat_profile_find_contact (profile, account, jid);
  GtkWidget *dialog = adw_message_dialog_new (parent, NULL, NULL);
  g_autoptr (GtkWidget) group = g_object_ref_sink (adw_preferences_group_new ());
  g_autofree char *everyone = g_strdup_printf (_("Block Everyone at %s"), xmpp_jid_get_domain (jid));

  /* Translators: %s is a name or an address */
  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog), _("Block %s?"), contact ? chat_contact_get_name (contact) : xmpp_jid_get_string (jid));
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog),
                               _("They can’t write to you or see your status, and aren’t told why. Your chat is hidden until you unblock them in the account’s settings."));
  if (chat_blocks_get_reports (question->blocks, account))
    add_report (question, group);
  if (may_block_server (question))
    question->server = add_switch (group, everyone);
  if (question->report || question->server)
    adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), group);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "block", _("_Block"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "block", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (answered_cb), question);
  gtk_window_present (GTK_WINDOW (dialog));
}
