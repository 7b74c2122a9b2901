/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-account-settings.h"
#include "stonechat-fields.h"
#include "stonechat-blocked-group.h"
#include "stonechat-history-group.h"
#include "stonechat-privacy-group.h"
#include "stonechat-window.h"

#include <glib/gi18n.h>

struct _StonechatAccountSettings {
  AdwWindow parent_instance;
  ChatProfile *profile;
  ChatAccount *account;
  GtkWidget *toasts, *address, *use, *enabled, *retry, *alias, *apply_alias;
  GtkWidget *password, *apply_password, *remember, *password_problem;
  GtkWidget *certificate, *pin, *refused, *trust, *trust_button, *certificate_problem;
  GtkWidget *host, *port, *direct_tls, *apply, *connection_problem, *history, *privacy, *blocked;
};

G_DEFINE_FINAL_TYPE (StonechatAccountSettings, stonechat_account_settings, ADW_TYPE_WINDOW)

static void
toast (StonechatAccountSettings *self, const char *text)
{
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), adw_toast_new (text));
}

/* NULL in a test that has no such window. */
static StonechatWindow *
find_window (StonechatAccountSettings *self)
{
  GtkWindow *window = GTK_WINDOW (self);

  while (window && !STONECHAT_IS_WINDOW (window))
    window = gtk_window_get_transient_for (window);
  return window ? STONECHAT_WINDOW (window) : NULL;
}

/* -- name, password -------------------------------------------------------------------------------------------------- */

static void
copy_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StonechatAccountSettings *self = STONECHAT_ACCOUNT_SETTINGS (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), chat_account_get_address (self->account));
  toast (self, _("Address copied"));
}

static void
consent_cb (AdwMessageDialog *dialog, const char *response, ChatAccount *account)
{
  if (g_str_equal (response, "continue"))
    chat_account_allow_weaker (account);
}

/* S-43: somebody between us and the server would make it look just like this, so it is never agreed to in passing. */
static void
ask_consent (StonechatAccountSettings *self)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Sign In Less Safely?"), NULL);

  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog), _("%s Go on only if the people who run the server say that this is meant."),
                                  chat_account_get_problem_text (self->account));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "continue", _("_Sign In Anyway"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "continue", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (consent_cb), self->account, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
retry_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StonechatAccountSettings *self = STONECHAT_ACCOUNT_SETTINGS (widget);

  if (chat_account_get_need (self->account) == CHAT_ACCOUNT_NEEDS_CONSENT)
    ask_consent (self);
  else
    chat_account_reconnect (self->account);
}

static void
alias_changed_cb (StonechatAccountSettings *self)
{
  g_autofree char *text = stonechat_field_dup_text (self->alias), *alias = NULL;

  g_object_get (self->account, "alias", &alias, NULL);
  gtk_widget_set_visible (self->apply_alias, g_strcmp0 (text, alias ? alias : "") != 0);
}

static void
apply_alias (StonechatAccountSettings *self)
{
  g_autofree char *alias = stonechat_field_dup_text (self->alias);

  g_object_set (self->account, "alias", *alias ? alias : NULL, NULL);
  gtk_widget_grab_focus (self->alias);
  alias_changed_cb (self);
}

static void
apply_alias_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  apply_alias (STONECHAT_ACCOUNT_SETTINGS (widget));
}

/* The server says whether it is right, so it is asked at once. */
static void
apply_password (StonechatAccountSettings *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->password));
  gboolean online = chat_account_get_state (self->account) == CHAT_ACCOUNT_ONLINE;
  g_autoptr (XmppSecret) password = NULL;

  if (!*text) {
    stonechat_field_mark (self->password, TRUE);
    stonechat_field_say (self->password_problem, _("Type your password."));
    return;
  }
  password = xmpp_secret_new (text, -1);
  gtk_widget_grab_focus (self->password);
  gtk_editable_set_text (GTK_EDITABLE (self->password), "");
  chat_account_set_password (self->account, password, gtk_switch_get_active (GTK_SWITCH (self->remember)));
  if (online)
    chat_account_reconnect (self->account);
}

static void
apply_password_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  apply_password (STONECHAT_ACCOUNT_SETTINGS (widget));
}

static void
password_changed_cb (StonechatAccountSettings *self)
{
  gtk_widget_set_visible (self->apply_password, *gtk_editable_get_text (GTK_EDITABLE (self->password)) != '\0');
  stonechat_field_mark (self->password, FALSE);
  stonechat_field_say (self->password_problem, NULL);
}

/* -- certificate ----------------------------------------------------------------------------------------------------- */

static char *
space_fingerprint (const char *sha256)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; sha256[i]; i++) {
    if (i > 0 && i % 4 == 0)
      g_string_append_c (text, ' ');
    g_string_append_c (text, sha256[i]);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
forget_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StonechatAccountSettings *self = STONECHAT_ACCOUNT_SETTINGS (widget);

  g_object_set (self->account, "pin-sha256", NULL, NULL);
  gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
  chat_account_reconnect (self->account);
}

static void
trust_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  chat_account_trust_certificate (STONECHAT_ACCOUNT_SETTINGS (widget)->account);
}

static void
update_certificate (StonechatAccountSettings *self)
{
  gboolean needed = chat_account_get_need (self->account) == CHAT_ACCOUNT_NEEDS_CERTIFICATE;
  g_autofree char *pin = NULL, *text = NULL, *fingerprint = NULL;

  g_object_get (self->account, "pin-sha256", &pin, "certificate-text", &text, NULL);
  fingerprint = pin ? space_fingerprint (pin) : NULL;
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->pin), fingerprint ? fingerprint : "");
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->refused), text ? text : "");
  gtk_widget_set_visible (self->pin, fingerprint && *fingerprint);
  gtk_widget_set_visible (self->refused, needed && text);
  gtk_widget_set_visible (self->trust, needed && text);
  gtk_widget_set_visible (self->certificate, needed || (fingerprint && *fingerprint));
  stonechat_field_say (self->certificate_problem, needed ? chat_account_get_problem_text (self->account) : NULL);
}

/* -- connection ------------------------------------------------------------------------------------------------------ */

/* Everything at once, for host, port and TLS belong together. */
static void
apply_connection (StonechatAccountSettings *self)
{
  g_autofree char *host = stonechat_field_dup_text (self->host), *port = stonechat_field_dup_text (self->port);
  gboolean at_port;
  guint number;
  const char *problem = stonechat_server_check (host, port, &number, &at_port);

  stonechat_field_mark (self->host, problem && !at_port);
  stonechat_field_mark (self->port, problem && at_port);
  stonechat_field_say (self->connection_problem, problem);
  if (problem) {
    gtk_widget_grab_focus (at_port ? self->port : self->host);
    return;
  }
  g_object_set (self->account, "host", *host ? host : NULL, "port", number,
                "direct-tls", gtk_switch_get_active (GTK_SWITCH (self->direct_tls)), NULL);
  gtk_widget_grab_focus (self->host);
  gtk_widget_set_visible (self->apply, FALSE);
  chat_account_reconnect (self->account);
}

static void
apply_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  apply_connection (STONECHAT_ACCOUNT_SETTINGS (widget));
}

static void
connection_changed_cb (StonechatAccountSettings *self)
{
  gtk_widget_set_visible (self->apply, TRUE);
  stonechat_field_mark (self->host, FALSE);
  stonechat_field_mark (self->port, FALSE);
  stonechat_field_say (self->connection_problem, NULL);
}

static void
fill_connection (StonechatAccountSettings *self)
{
  g_autofree char *host = NULL, *text = NULL;
  gboolean direct_tls;
  guint port;

  g_object_get (self->account, "host", &host, "port", &port, "direct-tls", &direct_tls, NULL);
  text = port ? g_strdup_printf ("%u", port) : g_strdup ("");
  gtk_editable_set_text (GTK_EDITABLE (self->host), host ? host : "");
  gtk_editable_set_text (GTK_EDITABLE (self->port), text);
  gtk_switch_set_active (GTK_SWITCH (self->direct_tls), direct_tls);
  gtk_widget_set_visible (self->apply, FALSE);
}

/* -- removing -------------------------------------------------------------------------------------------------------- */

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatWindow) window = user_data;
  g_autoptr (GError) error = NULL;

  if (!chat_profile_remove_account_finish (CHAT_PROFILE (source), result, &error) && window) {
    g_autoptr (ChatProblem) problem = chat_problem_new (error, NULL);

    gtk_widget_activate_action (GTK_WIDGET (window), "win.toast", "s", problem->text);
  }
}

static void
answered_cb (AdwMessageDialog *dialog, const char *response, StonechatAccountSettings *self)
{
  StonechatWindow *window = find_window (self);

  if (!g_str_equal (response, "remove"))
    return;
  /* This window goes with its account, and GTK 4.8 would have the question still look at it. */
  gtk_window_set_transient_for (GTK_WINDOW (dialog), NULL);
  if (window)
    stonechat_window_open (window, NULL);
  chat_profile_remove_account_async (self->profile, self->account, removed_cb, window ? g_object_ref (window) : NULL);
}

static void
remove_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StonechatAccountSettings *self = STONECHAT_ACCOUNT_SETTINGS (widget);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), NULL, NULL);
  guint waiting = chat_profile_count_waiting (self->profile, self->account);

  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog), _("Remove %s?"), chat_account_get_name (self->account));
  if (waiting > 0)
    adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog),
                                    ngettext ("%u message waits and would never be sent. All messages, contacts and the password go from this computer. The account on the server stays.",
                                              "%u messages wait and would never be sent. All messages, contacts and the password go from this computer. The account on the server stays.", waiting), waiting);
  else
    adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog),
                                 _("Its messages, contacts and password go from this computer. The account on the server stays."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "remove", _("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (answered_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* -- keeping up ------------------------------------------------------------------------------------------------------ */

static void
update (StonechatAccountSettings *self)
{
  ChatAccountNeed need = chat_account_get_need (self->account);
  gboolean at_field = need == CHAT_ACCOUNT_NEEDS_PASSWORD || need == CHAT_ACCOUNT_NEEDS_CERTIFICATE;

  /* A problem that stands at its field is not said twice. */
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->use), at_field ? _("Can’t sign in") : chat_account_get_status_line (self->account));
  gtk_button_set_label (GTK_BUTTON (self->retry), need == CHAT_ACCOUNT_NEEDS_CONSENT ? _("Sign In Anyway…") : _("Try Again"));
  gtk_widget_set_visible (self->retry, need == CHAT_ACCOUNT_NEEDS_DECISION || need == CHAT_ACCOUNT_NEEDS_CONSENT ||
                                         chat_account_get_state (self->account) == CHAT_ACCOUNT_WAITING);
  if (!*gtk_editable_get_text (GTK_EDITABLE (self->password))) {
    stonechat_field_mark (self->password, need == CHAT_ACCOUNT_NEEDS_PASSWORD);
    stonechat_field_say (self->password_problem, need == CHAT_ACCOUNT_NEEDS_PASSWORD ? chat_account_get_problem_text (self->account) : NULL);
  }
  update_certificate (self);
}

static void
accounts_changed_cb (StonechatAccountSettings *self)
{
  if (chat_profile_find_account (self->profile, chat_account_get_jid (self->account)) != self->account)
    gtk_window_close (GTK_WINDOW (self));
}

static void
focus_need (StonechatAccountSettings *self)
{
  switch (chat_account_get_need (self->account)) {
  case CHAT_ACCOUNT_NEEDS_PASSWORD: gtk_widget_grab_focus (self->password); break;
  case CHAT_ACCOUNT_NEEDS_CERTIFICATE: gtk_widget_grab_focus (self->trust_button); break;
  case CHAT_ACCOUNT_NEEDS_CONSENT:
  case CHAT_ACCOUNT_NEEDS_DECISION: gtk_widget_grab_focus (self->retry); break;
  case CHAT_ACCOUNT_NEEDS_NOTHING:
  default: gtk_widget_grab_focus (self->enabled); break;
  }
}

GtkWidget *
stonechat_account_settings_new (GtkWindow *parent, ChatProfile *profile, ChatAccount *account)
{
  StonechatAccountSettings *self = g_object_new (STONECHAT_TYPE_ACCOUNT_SETTINGS, "transient-for", parent, NULL);
  g_autofree char *alias = NULL;

  self->profile = g_object_ref (profile);
  self->account = g_object_ref (account);
  g_object_get (account, "alias", &alias, NULL);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->address), chat_account_get_address (account));
  gtk_editable_set_text (GTK_EDITABLE (self->alias), alias ? alias : "");
  g_object_bind_property (account, "enabled", self->enabled, "active", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_object_bind_property (account, "remember-password", self->remember, "active", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  fill_connection (self);
  stonechat_history_group_set_account (STONECHAT_HISTORY_GROUP (self->history), account);
  stonechat_blocked_group_set_account (STONECHAT_BLOCKED_GROUP (self->blocked), profile, account);
  stonechat_privacy_group_set_scope (STONECHAT_PRIVACY_GROUP (self->privacy), profile, account, NULL);
  g_signal_connect_object (account, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chat_profile_get_accounts (profile), "items-changed", G_CALLBACK (accounts_changed_cb), self, G_CONNECT_SWAPPED);
  update (self);
  focus_need (self);
  return GTK_WIDGET (self);
}

static void
stonechat_account_settings_dispose (GObject *object)
{
  StonechatAccountSettings *self = STONECHAT_ACCOUNT_SETTINGS (object);

  g_clear_object (&self->profile);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (stonechat_account_settings_parent_class)->dispose (object);
}

static void
stonechat_account_settings_class_init (StonechatAccountSettingsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_account_settings_dispose;
  g_type_ensure (STONECHAT_TYPE_BLOCKED_GROUP);
  g_type_ensure (STONECHAT_TYPE_HISTORY_GROUP);
  g_type_ensure (STONECHAT_TYPE_PRIVACY_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-account-settings.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatAccountSettings, child)
  BIND (toasts); BIND (address); BIND (use); BIND (enabled); BIND (retry); BIND (alias); BIND (apply_alias); BIND (password); BIND (apply_password);
  BIND (remember);
  BIND (password_problem); BIND (certificate); BIND (pin); BIND (refused); BIND (trust); BIND (trust_button);
  BIND (certificate_problem); BIND (host); BIND (port); BIND (direct_tls); BIND (apply); BIND (connection_problem); BIND (history); BIND (privacy); BIND (blocked);
#undef BIND
  gtk_widget_class_install_action (widget_class, "account-settings.copy-address", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "account-settings.retry", NULL, retry_action);
  gtk_widget_class_install_action (widget_class, "account-settings.apply-alias", NULL, apply_alias_action);
  gtk_widget_class_install_action (widget_class, "account-settings.apply-password", NULL, apply_password_action);
  gtk_widget_class_install_action (widget_class, "account-settings.forget-certificate", NULL, forget_action);
  gtk_widget_class_install_action (widget_class, "account-settings.trust-certificate", NULL, trust_action);
  gtk_widget_class_install_action (widget_class, "account-settings.apply-connection", NULL, apply_action);
  gtk_widget_class_install_action (widget_class, "account-settings.remove", NULL, remove_action);
}

static void
stonechat_account_settings_init (StonechatAccountSettings *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stonechat_fields_name (GTK_WIDGET (self), _("Account Settings"));
  g_signal_connect_swapped (self->alias, "changed", G_CALLBACK (alias_changed_cb), self);
  g_signal_connect_swapped (self->alias, "entry-activated", G_CALLBACK (apply_alias), self);
  g_signal_connect_swapped (self->password, "entry-activated", G_CALLBACK (apply_password), self);
  g_signal_connect_swapped (self->password, "changed", G_CALLBACK (password_changed_cb), self);
  g_signal_connect_swapped (self->host, "changed", G_CALLBACK (connection_changed_cb), self);
  g_signal_connect_swapped (self->port, "changed", G_CALLBACK (connection_changed_cb), self);
  g_signal_connect_swapped (self->direct_tls, "notify::active", G_CALLBACK (connection_changed_cb), self);
  g_signal_connect_swapped (self->host, "entry-activated", G_CALLBACK (apply_connection), self);
  g_signal_connect_swapped (self->port, "entry-activated", G_CALLBACK (apply_connection), self);
}
