/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-sign-in.h"
#include "stonechat-fields.h"
#include "xmpp-error.h"

#include <glib/gi18n.h>

struct _StonechatSignIn {
  GtkWidget parent_instance;
  ChatProfile *profile;
  GCancellable *cancellable;      /* of the attempt under way */
  GtkWidget *picture, *heading, *address, *password, *remember, *connection, *host, *port, *direct_tls, *problem, *server_problem, *button, *busy;
  char *pin;                      /* agreed to for this address */
  gboolean allow_plain;
};

G_DEFINE_FINAL_TYPE (StonechatSignIn, stonechat_sign_in, GTK_TYPE_WIDGET)

static guint done_signal;

static void sign_in (StonechatSignIn *self);

static GtkWidget *
row_of (StonechatSignIn *self, ChatProblemField field)
{
  switch (field) {
  case CHAT_PROBLEM_FIELD_ADDRESS: return self->address;
  case CHAT_PROBLEM_FIELD_PASSWORD: return self->password;
  case CHAT_PROBLEM_FIELD_HOST: return self->host;
  case CHAT_PROBLEM_FIELD_NONE:
  case CHAT_PROBLEM_FIELD_CERTIFICATE:
  default: return NULL;
  }
}

static void
clear_problem (StonechatSignIn *self)
{
  GtkWidget *rows[] = { self->address, self->password, self->host, self->port };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    stonechat_field_mark (rows[i], FALSE);
  stonechat_field_say (self->problem, NULL);
  stonechat_field_say (self->server_problem, NULL);
}

/* row: nullable. */
static void
show_problem (StonechatSignIn *self, GtkWidget *row, const char *text)
{
  gboolean at_server = row && (row == self->host || row == self->port);

  clear_problem (self);
  stonechat_field_say (at_server ? self->server_problem : self->problem, text);
  if (!row)
    return;
  if (at_server)
    adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self->connection), TRUE);
  stonechat_field_mark (row, TRUE);
  gtk_widget_grab_focus (row);
}

static void
set_busy (StonechatSignIn *self, gboolean busy)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  /* An entry must not have the focus when it becomes insensitive. */
  if (busy && root)
    gtk_root_set_focus (root, NULL);
  gtk_widget_set_visible (self->busy, busy);
  gtk_widget_set_visible (self->button, !busy);
  gtk_widget_set_sensitive (self->address, !busy);
  gtk_widget_set_sensitive (self->password, !busy);
  gtk_widget_set_sensitive (self->connection, !busy);
}

static void
agreed_cb (AdwMessageDialog *dialog, const char *response, StonechatSignIn *self)
{
  if (g_str_equal (response, "trust")) {
    const char *sha256 = NULL;

    chat_profile_get_refused_certificate (self->profile, &sha256);
    g_free (self->pin);
    self->pin = g_strdup (sha256);
    sign_in (self);
  } else if (g_str_equal (response, "plain")) {
    self->allow_plain = TRUE;
    sign_in (self);
  }
}

static void
ask (StonechatSignIn *self, const char *heading, const char *body, const char *response, const char *label)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), heading, NULL);

  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog), body);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), response, label, NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), response, ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (agreed_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatProblem) problem = NULL;
  g_autofree char *address = NULL;

  g_clear_object (&self->cancellable);
  if (!self->profile)
    return;
  set_busy (self, FALSE);
  if (chat_profile_sign_in_finish (self->profile, result, &error)) {
    gtk_editable_set_text (GTK_EDITABLE (self->password), "");
    g_signal_emit (self, done_signal, 0);
    return;
  }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  address = stonechat_field_dup_text (self->address);
  problem = chat_problem_new (error, address);
  show_problem (self, row_of (self, problem->field), problem->text);
  if (problem->field == CHAT_PROBLEM_FIELD_CERTIFICATE && chat_profile_get_refused_certificate (self->profile, NULL))
    ask (self, _("Trust This Certificate?"), chat_profile_get_refused_certificate (self->profile, NULL), "trust", _("_Trust This Certificate"));
  else if (g_error_matches (error, XMPP_ERROR, XMPP_ERROR_PLAIN_ONLY))
    ask (self, _("Send the Password Itself?"), problem->text, "plain", _("_Send Password"));
}

static void
sign_in (StonechatSignIn *self)
{
  g_autofree char *text = stonechat_field_dup_text (self->address), *host = stonechat_field_dup_text (self->host);
  g_autofree char *port = stonechat_field_dup_text (self->port);
  const char *address = g_str_has_prefix (text, "xmpp:") ? text + 5 : text;
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);
  g_autoptr (XmppSecret) password = NULL;
  ChatSignInOptions options = { 0 };
  const char *wrong;
  gboolean at_port;

  if (self->cancellable)
    return;
  clear_problem (self);
  if (!jid || !xmpp_jid_get_local (jid) || !xmpp_jid_is_bare (jid)) {
    show_problem (self, self->address, _("Type your whole address. It looks like name@example.org."));
    return;
  }
  if (!*gtk_editable_get_text (GTK_EDITABLE (self->password))) {
    show_problem (self, self->password, _("Type your password."));
    return;
  }
  wrong = stonechat_server_check (host, port, &options.port, &at_port);
  if (wrong) {
    show_problem (self, at_port ? self->port : self->host, wrong);
    return;
  }
  password = xmpp_secret_new (gtk_editable_get_text (GTK_EDITABLE (self->password)), -1);
  options.host = *host ? host : NULL;
  if (options.host && !options.port)
    options.port = gtk_switch_get_active (GTK_SWITCH (self->direct_tls)) ? 5223 : 5222;
  options.direct_tls = gtk_switch_get_active (GTK_SWITCH (self->direct_tls));
  options.remember = gtk_switch_get_active (GTK_SWITCH (self->remember));
  options.pin_sha256 = self->pin;
  options.allow_plain = self->allow_plain;
  self->cancellable = g_cancellable_new ();
  set_busy (self, TRUE);
  chat_profile_sign_in_async (self->profile, jid, password, &options, self->cancellable, signed_in_cb, g_object_ref (self));
}

static void
go_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  sign_in (STONECHAT_SIGN_IN (widget));
}

static void
cancel_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_cancellable_cancel (STONECHAT_SIGN_IN (widget)->cancellable);
}

/* What was agreed to was for the other address. */
static void
address_changed_cb (StonechatSignIn *self)
{
  g_clear_pointer (&self->pin, g_free);
  self->allow_plain = FALSE;
  clear_problem (self);
}

static void
apply_cb (StonechatSignIn *self)
{
  sign_in (self);
}

/* As a dialog it closes; as the page of the window it stays. */
static gboolean
escape_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  if (!GTK_IS_WINDOW (root) || !gtk_window_get_transient_for (GTK_WINDOW (root)))
    return FALSE;
  gtk_window_close (GTK_WINDOW (root));
  return TRUE;
}

GtkWidget *
stonechat_sign_in_new (ChatProfile *profile)
{
  StonechatSignIn *self = g_object_new (STONECHAT_TYPE_SIGN_IN, NULL);

  self->profile = g_object_ref (profile);
  /* Who has an account is welcome already. */
  if (g_list_model_get_n_items (chat_profile_get_accounts (profile)) > 0) {
    gtk_label_set_label (GTK_LABEL (self->heading), _("Add Account"));
    gtk_widget_set_visible (self->picture, FALSE);
  }
  return GTK_WIDGET (self);
}

static void
stonechat_sign_in_dispose (GObject *object)
{
  StonechatSignIn *self = STONECHAT_SIGN_IN (object);
  GtkWidget *child;

  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->profile);
  g_clear_pointer (&self->pin, g_free);
  G_OBJECT_CLASS (stonechat_sign_in_parent_class)->dispose (object);
}

static void
stonechat_sign_in_class_init (StonechatSignInClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_sign_in_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-sign-in.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatSignIn, child)
  BIND (picture); BIND (heading); BIND (address); BIND (password); BIND (remember); BIND (connection); BIND (host); BIND (port); BIND (direct_tls); BIND (problem); BIND (server_problem);
  BIND (button); BIND (busy);
#undef BIND
  gtk_widget_class_install_action (widget_class, "sign-in.go", NULL, go_action);
  gtk_widget_class_install_action (widget_class, "sign-in.cancel", NULL, cancel_action);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
  done_signal = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
stonechat_sign_in_init (StonechatSignIn *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stonechat_fields_name (GTK_WIDGET (self), _("Sign In"));
  g_signal_connect_swapped (self->address, "changed", G_CALLBACK (address_changed_cb), self);
  g_signal_connect_swapped (self->address, "entry-activated", G_CALLBACK (apply_cb), self);
  g_signal_connect_swapped (self->password, "entry-activated", G_CALLBACK (apply_cb), self);
  g_signal_connect_swapped (self->password, "changed", G_CALLBACK (clear_problem), self);
  g_signal_connect_swapped (self->host, "changed", G_CALLBACK (clear_problem), self);
  g_signal_connect_swapped (self->host, "entry-activated", G_CALLBACK (apply_cb), self);
  g_signal_connect_swapped (self->port, "changed", G_CALLBACK (clear_problem), self);
  g_signal_connect_swapped (self->port, "entry-activated", G_CALLBACK (apply_cb), self);
}
