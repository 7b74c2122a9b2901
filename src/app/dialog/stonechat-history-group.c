/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-history-group.h"

#include "chat-history-rule.h"

#include <glib/gi18n.h>

struct _StonechatHistoryGroup {
  AdwPreferencesGroup parent_instance;
  ChatAccount *account;
  GCancellable *cancellable;
  GtkWidget *range, *rule;
  ChatArchiveRule kept;      /* as the server last said */
  gboolean filling;          /* the rows are being set, by us */
};

G_DEFINE_FINAL_TYPE (StonechatHistoryGroup, stonechat_history_group, ADW_TYPE_PREFERENCES_GROUP)

static void
show_rule (StonechatHistoryGroup *self, gboolean known, ChatArchiveRule rule, const char *text)
{
  self->kept = rule;
  self->filling = TRUE;
  adw_combo_row_set_selected (ADW_COMBO_ROW (self->rule), rule);
  self->filling = FALSE;
  gtk_widget_set_sensitive (self->rule, known);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->rule), text);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  StonechatHistoryGroup *self = user_data;
  ChatArchiveRule rule;

  if (chat_history_load_rule_finish (CHAT_HISTORY (source), result, &rule, &error))
    show_rule (self, TRUE, rule, "");
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_rule (self, FALSE, self->kept, error->message);
}

static void
load (StonechatHistoryGroup *self)
{
  ChatHistory *history = chat_account_get_history (self->account);

  if (history == NULL || chat_account_get_state (self->account) != CHAT_ACCOUNT_ONLINE)
    show_rule (self, FALSE, self->kept, _("Go online to change this"));
  else
    chat_history_load_rule_async (history, self->cancellable, loaded_cb, self);
}

/* What was refused is shown as it still is, with the reason. */
static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  StonechatHistoryGroup *self = user_data;
  g_autoptr (GError) error = NULL;
  ChatArchiveRule rule;

  if (chat_history_save_rule_finish (CHAT_HISTORY (source), result, &rule, &error))
    show_rule (self, TRUE, rule, "");
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_rule (self, chat_account_get_state (self->account) == CHAT_ACCOUNT_ONLINE, self->kept, error->message);
}

static void
rule_cb (StonechatHistoryGroup *self)
{
  ChatHistory *history = chat_account_get_history (self->account);

  if (self->filling || history == NULL)
    return;
  gtk_widget_set_sensitive (self->rule, FALSE);
  chat_history_save_rule_async (history, adw_combo_row_get_selected (ADW_COMBO_ROW (self->rule)), self->cancellable, saved_cb, self);
}

static void
range_cb (StonechatHistoryGroup *self)
{
  ChatHistory *history = chat_account_get_history (self->account);

  if (history != NULL)
    chat_history_set_range (history, adw_combo_row_get_selected (ADW_COMBO_ROW (self->range)));
}

void
stonechat_history_group_set_account (StonechatHistoryGroup *self, ChatAccount *account)
{
  ChatHistory *history = chat_account_get_history (account);

  g_return_if_fail (self->account == NULL);
  self->account = g_object_ref (account);
  gtk_widget_set_sensitive (self->range, history != NULL);
  if (history != NULL)
    adw_combo_row_set_selected (ADW_COMBO_ROW (self->range), chat_history_get_range (history));
  g_signal_connect_swapped (self->range, "notify::selected", G_CALLBACK (range_cb), self);
  g_signal_connect_swapped (self->rule, "notify::selected", G_CALLBACK (rule_cb), self);
  g_signal_connect_object (account, "notify::state", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  load (self);
}

static void
stonechat_history_group_dispose (GObject *object)
{
  StonechatHistoryGroup *self = STONECHAT_HISTORY_GROUP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (stonechat_history_group_parent_class)->dispose (object);
}

static void
stonechat_history_group_class_init (StonechatHistoryGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_history_group_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-history-group.ui");
  gtk_widget_class_bind_template_child (widget_class, StonechatHistoryGroup, range);
  gtk_widget_class_bind_template_child (widget_class, StonechatHistoryGroup, rule);
}

static void
stonechat_history_group_init (StonechatHistoryGroup *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
