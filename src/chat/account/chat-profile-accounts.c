/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-profile-private.h"
#include "chat-account-private.h"
#include "xmpp-error.h"
#include "xmpp-presence-module.h"
#include "xmpp-roster-module.h"

#include <glib/gi18n-lib.h>

/* What adds to the profile and takes away from it: accounts, and people to an account. */

#define GOODBYE_MS 2000

/* -- signing in ------------------------------------------------------------------------------------------------------
 * A log-in proves the password, and that the server knows it too, before anything is kept. Its stream, of which nothing was
 * read yet, is then the first of the account's connection. */

typedef struct {
  ChatAccountRow *row;
  XmppJid *jid;
  XmppSecret *password;
  XmppLogin *login;
} SignIn;

static void
sign_in_free (SignIn *one)
{
  chat_account_row_free (one->row);
  xmpp_jid_unref (one->jid);
  g_clear_pointer (&one->password, xmpp_secret_unref);
  g_clear_object (&one->login);
  g_free (one);
}

static void
account_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatProfile *self = g_task_get_source_object (task);
  SignIn *one = g_task_get_task_data (task);
  GError *error = NULL;
  gint64 id = chat_store_save_account_finish (self->store, result, &error);
  ChatAccount *account;

  if (id == 0) {
    g_task_return_error (task, error);
    return;
  }
  one->row->id = id;
  account = chat_profile_add_account (self, chat_account_row_copy (one->row));
  chat_profile_start_account (self, account);
  chat_connection_set_login (chat_profile_find_connection (self, account), one->login);
  if (one->password)
    chat_account_set_password (account, one->password, one->row->remember);
  else
    chat_account_reconnect (account);
  g_task_return_pointer (task, g_object_ref (account), g_object_unref);
}

static void
keep_refused (ChatProfile *self, XmppLogin *login, const GError *error)
{
  GTlsCertificate *certificate = xmpp_login_get_certificate (login);

  g_clear_pointer (&self->refused_text, g_free);
  g_clear_pointer (&self->refused_sha256, g_free);
  if (!certificate || !(g_error_matches (error, XMPP_ERROR, XMPP_ERROR_CERTIFICATE) ||
                        g_error_matches (error, XMPP_ERROR, XMPP_ERROR_PIN_CHANGED)))
    return;
  self->refused_text = chat_certificate_describe (certificate, xmpp_login_get_certificate_errors (login));
  self->refused_sha256 = xmpp_certificate_fingerprint (certificate);
}

/* It stays until it has said goodbye. */
static void
goodbye_said_cb (XmppStream *stream, GError *error, gpointer user_data)
{
  g_signal_handlers_disconnect_by_func (stream, goodbye_said_cb, user_data);
  g_object_unref (stream);
}

/* For now the account is to stay offline. */
static void
say_goodbye (XmppStream *stream)
{
  g_signal_connect (g_object_ref (stream), "closed", G_CALLBACK (goodbye_said_cb), NULL);
  xmpp_stream_close (stream, GOODBYE_MS);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatProfile *self = g_task_get_source_object (task);
  SignIn *one = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (XmppStream) stream = xmpp_login_run_finish (one->login, result, &error);

  keep_refused (self, one->login, error);
  if (!stream) {
    g_task_return_error (task, error);
    return;
  }
  if (one->row->availability == XMPP_AVAILABILITY_OFFLINE)
    say_goodbye (stream);
  else
    xmpp_login_keep_stream (one->login, stream);
  /* From here on there is an account. */
  g_task_set_check_cancellable (task, FALSE);
  one->row->known_strength = xmpp_login_get_strength (one->login);
  chat_store_save_account_async (self->store, one->row, NULL, account_saved_cb, g_steal_pointer (&task));
}

static gboolean
is_certificate (const char *file, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (file, &wrong);

  if (!certificate)
    g_set_error (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE, _("The certificate in “%s” can’t be read: %s"), file, wrong->message);
  return certificate != NULL;
}

void
chat_profile_sign_in_async (ChatProfile *self, XmppJid *jid, XmppSecret *password, const ChatSignInOptions *options,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;
  SignIn *one;

  if (chat_profile_find_account (self, jid)) {
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_ACCOUNT_EXISTS, "The account exists");
    g_object_unref (task);
    return;
  }
  if (options && options->client_certificate && !is_certificate (options->client_certificate, &error)) {
    g_task_return_error (task, error);
    g_object_unref (task);
    return;
  }
  one = g_new0 (SignIn, 1);
  one->jid = xmpp_jid_to_bare (jid);
  one->password = password ? xmpp_secret_ref (password) : NULL;
  one->row = chat_profile_new_row (self, jid);
  if (options) {
    one->row->host = g_strdup (options->host && *options->host ? options->host : NULL);
    one->row->port = options->port;
    one->row->direct_tls = options->direct_tls;
    one->row->pin_sha256 = g_strdup (options->pin_sha256);
    one->row->remember = options->remember;
    one->row->allow_plain = options->allow_plain;
    one->row->client_certificate = g_strdup (options->client_certificate);
  }
  one->login = chat_account_new_login (one->row, one->jid, password, &self->config);
  g_task_set_task_data (task, one, (GDestroyNotify) sign_in_free);
  xmpp_login_run_async (one->login, cancellable, signed_in_cb, task);
}

ChatAccount *
chat_profile_sign_in_finish (ChatProfile *self, GAsyncResult *result, GError **error)
{
  g_autoptr (ChatAccount) account = g_task_propagate_pointer (G_TASK (result), error);

  return account;     /* the list of accounts holds it */
}

const char *
chat_profile_get_refused_certificate (ChatProfile *self, const char **sha256)
{
  if (sha256)
    *sha256 = self->refused_sha256;
  return self->refused_text;
}

/* -- removing -------------------------------------------------------------------------------------------------------- */

typedef struct {
  ChatAccount *account;
  guint n_left;
  GError *error;             /* of the store; what the keyring says is told by the account */
} Removal;

static void
removal_free (Removal *removal)
{
  g_object_unref (removal->account);
  g_clear_error (&removal->error);
  g_free (removal);
}

static void
finish_part (GTask *task)
{
  Removal *removal = g_task_get_task_data (task);

  if (--removal->n_left == 0) {
    if (removal->error)
      g_task_return_error (task, g_steal_pointer (&removal->error));
    else
      g_task_return_boolean (task, TRUE);
  }
  g_object_unref (task);
}

static void
row_removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Removal *removal = g_task_get_task_data (user_data);

  chat_store_write_finish (CHAT_STORE (source), result, &removal->error);
  finish_part (user_data);
}

static void
secret_removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Removal *removal = g_task_get_task_data (user_data);
  g_autoptr (GError) error = NULL;

  if (!chat_credentials_finish (CHAT_CREDENTIALS (source), result, &error)) {
    g_debug ("%s: %s", chat_account_get_address (removal->account), error->message);
    chat_account_notice (removal->account, _("The password couldn’t be taken out of the keyring."));
  }
  finish_part (user_data);
}

static void
forget_account (ChatProfile *self, ChatAccount *account, guint position)
{
  ChatConnection *connection = chat_profile_find_connection (self, account);

  chat_roster_remove_session (self->roster, account);
  if (connection) {
    chat_profile_let_go (connection);
    g_ptr_array_remove (self->connections, connection);
  }
  chat_conversation_list_remove_account (self->conversations, chat_account_get_id (account));
  chat_roster_remove_account (self->roster, account);
  g_list_store_remove (self->accounts, position);
}

void
chat_profile_remove_account_async (ChatProfile *self, ChatAccount *account, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  Removal *removal = g_new0 (Removal, 1);
  guint position;

  g_task_set_task_data (task, removal, (GDestroyNotify) removal_free);
  removal->account = g_object_ref (account);
  if (!g_list_store_find (self->accounts, account, &position)) {
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE, _("That account is gone already."));
    return;
  }
  forget_account (self, account, position);
  removal->n_left = self->credentials ? 2 : 1;
  if (self->credentials)
    chat_credentials_clear_async (self->credentials, chat_account_get_address (account), NULL, secret_removed_cb, g_object_ref (task));
  chat_store_remove_account_async (self->store, chat_account_get_id (account), NULL, row_removed_cb, g_object_ref (task));
}

gboolean
chat_profile_remove_account_finish (ChatProfile *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* -- adding a contact ------------------------------------------------------------------------------------------------ */

typedef struct { XmppJid *jid; char *text; XmppSession *session; } NewContact;

static void
new_contact_free (NewContact *one)
{
  xmpp_jid_unref (one->jid);
  g_object_unref (one->session);
  g_free (one->text);
  g_free (one);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  NewContact *one = g_task_get_task_data (task);
  GError *error = NULL;

  if (!xmpp_roster_module_set_finish (XMPP_ROSTER_MODULE (source), result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  xmpp_presence_module_subscribe (xmpp_session_get_module (one->session, XMPP_TYPE_PRESENCE_MODULE), one->jid, one->text);
  g_task_return_boolean (task, TRUE);
}

void
chat_profile_add_contact_async (ChatProfile *self, ChatAccount *account, XmppJid *jid, const char *name, const char *const *groups,
                                const char *text, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  static const char *const no_groups[] = { NULL };
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  XmppSession *session = chat_roster_get_session (self->roster, account);
  g_autoptr (XmppJid) bare = xmpp_jid_to_bare (jid);
  XmppRosterItem item = { .jid = bare, .name = (char *) (name && *name ? name : NULL), .groups = (char **) (groups ? groups : no_groups) };
  NewContact *one;

  if (xmpp_jid_equal_bare (jid, chat_account_get_jid (account)) || !session) {
    if (session)
      g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE, _("That is your own address."));
    else
      g_task_return_new_error (task, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED, "Not connected");
    g_object_unref (task);
    return;
  }
  one = g_new0 (NewContact, 1);
  one->jid = xmpp_jid_ref (bare);
  one->text = g_strdup (text);
  one->session = g_object_ref (session);
  g_task_set_task_data (task, one, (GDestroyNotify) new_contact_free);
  xmpp_roster_module_set_async (xmpp_session_get_module (session, XMPP_TYPE_ROSTER_MODULE), &item, cancellable, added_cb, task);
}

gboolean
chat_profile_add_contact_finish (ChatProfile *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
