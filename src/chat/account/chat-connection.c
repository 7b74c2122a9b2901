/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-connection-private.h"
#include "chat-account-private.h"
#include "chat-store-caps.h"
#include "xmpp-archive-module.h"
#include "xmpp-basics-module.h"
#include "xmpp-blocking-module.h"
#include "xmpp-carbons-module.h"
#include "xmpp-disco-module.h"
#include "xmpp-displayed-module.h"
#include "xmpp-message-module.h"
#include "xmpp-presence-module.h"
#include "xmpp-roster-module.h"
#include "xmpp-server-module.h"

#include <glib/gi18n-lib.h>

#define SERVER_FEATURES "server-features"     /* setting of the account */

/* What the account is given by the session; every module is named here and nowhere else. */
static const GType *
module_types (void)
{
  static GType types[15];

  types[0] = XMPP_TYPE_ROSTER_MODULE;
  types[1] = XMPP_TYPE_DISCO_MODULE;
  types[2] = XMPP_TYPE_PRESENCE_MODULE;
  types[3] = XMPP_TYPE_MESSAGE_MODULE;
  types[4] = XMPP_TYPE_PING_MODULE;
  types[5] = XMPP_TYPE_VERSION_MODULE;
  types[6] = XMPP_TYPE_TIME_MODULE;
  types[7] = XMPP_TYPE_CSI_MODULE;
  types[8] = XMPP_TYPE_CAPS_MODULE;
  types[9] = XMPP_TYPE_SERVER_MODULE;
  types[10] = XMPP_TYPE_CARBONS_MODULE;
  types[11] = XMPP_TYPE_ARCHIVE_MODULE;
  types[12] = XMPP_TYPE_DISPLAYED_MODULE;
  types[13] = XMPP_TYPE_BLOCKING_MODULE;
  types[14] = G_TYPE_INVALID;
  return types;
}

G_DEFINE_FINAL_TYPE (ChatConnection, chat_connection, G_TYPE_OBJECT)

typedef struct { XmppSession *session; guint64 mark; } Keeping;

static void
stream_state_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Keeping *keeping = user_data;
  g_autoptr (XmppSession) session = keeping->session;

  xmpp_session_kept (session, chat_store_write_finish (CHAT_STORE (source), result, NULL) ? keeping->mark : 0);
}

void
chat_connection_save_stream_state (ChatConnection *self)
{
  g_autoptr (XmppElement) state = xmpp_session_dup_sm_state (self->session);
  g_autofree char *text = state ? xmpp_element_to_string (state) : NULL;
  Keeping *keeping = g_new0 (Keeping, 1);

  keeping->session = g_object_ref (self->session);
  keeping->mark = xmpp_session_get_sm_mark (self->session);
  chat_store_save_sm_state_async (self->store, chat_account_get_id (self->account), text, NULL, stream_state_saved_cb, keeping);
}

static void
stream_state_changed (XmppSession *session, gpointer user_data)
{
  chat_connection_save_stream_state (user_data);
}

static void
password_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatAccount) account = user_data;
  g_autoptr (GError) error = NULL;

  if (chat_credentials_finish (CHAT_CREDENTIALS (source), result, &error))
    return;
  g_debug ("%s: %s", chat_account_get_address (account), error->message);
  chat_account_notice (account, _("Your password couldn’t be saved. You’ll be asked for it next time."));
}

void
chat_connection_keep_password (ChatConnection *self)
{
  const char *address = chat_account_get_address (self->account);

  self->password_is_new = FALSE;
  if (!self->credentials)
    return;
  if (!chat_account_get_row (self->account)->remember)
    chat_credentials_clear_async (self->credentials, address, NULL, NULL, NULL);
  else if (self->password)
    chat_credentials_store_async (self->credentials, address, self->password, NULL, password_stored_cb, g_object_ref (self->account));
}

void
chat_connection_forget_password (ChatConnection *self)
{
  g_clear_pointer (&self->password, xmpp_secret_unref);
  if (self->credentials && !self->password_is_new)
    chat_credentials_clear_async (self->credentials, chat_account_get_address (self->account), NULL, NULL, NULL);
}

void
chat_connection_stop (ChatConnection *self)
{
  self->stopped = TRUE;
  chat_connection_update (self);
}

void
chat_connection_set_active (ChatConnection *self, gboolean active)
{
  xmpp_csi_module_set_active (xmpp_session_get_module (self->session, XMPP_TYPE_CSI_MODULE), active);
}

void
chat_connection_set_password (ChatConnection *self, XmppSecret *password)
{
  g_clear_pointer (&self->password, xmpp_secret_unref);
  self->password = xmpp_secret_ref (password);
}

void
chat_connection_set_login (ChatConnection *self, XmppLogin *login)
{
  g_set_object (&self->login, login);
}

ChatAccount *
chat_connection_get_account (ChatConnection *self)
{
  return self->account;
}

ChatOutbox *
chat_connection_get_outbox (ChatConnection *self)
{
  return self->outbox;
}

XmppSession *
chat_connection_get_session (ChatConnection *self)
{
  return self->session;
}

static void
disconnected_cb (XmppSession *session, GError *error, ChatConnection *self)
{
  chat_connection_disconnected (self, error);
}

static void
reconnect_cb (ChatAccount *account, ChatConnection *self)
{
  if (xmpp_session_get_state (self->session) == XMPP_SESSION_ONLINE)
    xmpp_session_abort (self->session);
  chat_connection_retry_now (self);
}

static void
password_given_cb (ChatAccount *account, XmppSecret *password, ChatConnection *self)
{
  chat_connection_set_password (self, password);
  self->password_is_new = TRUE;
  chat_connection_retry_now (self);
}

static void
account_changed_cb (ChatAccount *account, ChatConnection *self)
{
  chat_connection_update (self);
}

/* What was switched on or off counts at once. */
static void
remember_cb (ChatAccount *account, GParamSpec *pspec, ChatConnection *self)
{
  if (self->remember == chat_account_get_row (account)->remember)
    return;
  self->remember = !self->remember;
  if (!chat_account_get_row (account)->remember || xmpp_session_get_state (self->session) == XMPP_SESSION_ONLINE)
    chat_connection_keep_password (self);
  else
    self->password_is_new = TRUE;
}

/* So that after the next bind nobody waits for the server to say what it can do. */
static void
server_features_known_cb (XmppServerModule *server, ChatConnection *self)
{
  g_autofree char *cache = xmpp_server_module_dup_cache (server);
  gint64 id = chat_account_get_id (self->account);

  if (g_strcmp0 (cache, chat_store_get_setting (self->store, id, 0, SERVER_FEATURES)) != 0)
    chat_store_set_setting (self->store, id, 0, SERVER_FEATURES, cache);
}

static void
keep_server_features (ChatConnection *self)
{
  XmppServerModule *server = xmpp_session_get_module (self->session, XMPP_TYPE_SERVER_MODULE);
  const char *cache = chat_store_get_setting (self->store, chat_account_get_id (self->account), 0, SERVER_FEATURES);

  if (cache)
    xmpp_server_module_load (server, cache);
  g_signal_connect_object (server, "features-known", G_CALLBACK (server_features_known_cb), self, 0);
}

static void
restore_stream_state (ChatConnection *self)
{
  const char *text = chat_account_get_row (self->account)->sm_state;
  g_autoptr (XmppElement) state = text ? xmpp_element_parse (text, -1, NULL) : NULL;

  if (state)
    xmpp_session_set_sm_state (self->session, state);
}

ChatConnection *
chat_connection_new (ChatAccount *account, ChatStore *store, ChatCredentials *credentials, ChatConversationList *conversations,
                     ChatRoster *roster, const ChatProfileConfig *config)
{
  ChatConnection *self = g_object_new (CHAT_TYPE_CONNECTION, NULL);
  gint64 id = chat_account_get_id (account);

  self->account = g_object_ref (account);
  self->store = g_object_ref (store);
  self->credentials = credentials ? g_object_ref (credentials) : NULL;
  self->roster = g_object_ref (roster);
  self->tls_database = config->tls_database ? g_object_ref (config->tls_database) : NULL;
  self->resolver = config->resolver ? g_object_ref (config->resolver) : NULL;
  self->network_monitor = config->network_monitor ? g_object_ref (config->network_monitor) : NULL;
  self->second_ms = config->second_ms;
  self->remember = chat_account_get_row (account)->remember;
  self->session = xmpp_session_new (chat_account_get_jid (account), module_types ());
  self->outbox = chat_outbox_new (store, conversations, id, self->session);
  self->inbox = chat_inbox_new (store, conversations, id, self->session, self->outbox);
  self->history = chat_history_new (store, conversations, id, self->session, self->inbox);
  chat_account_set_history (account, self->history);
  self->read_state = chat_read_state_new (store, conversations, id, self->session);
  chat_roster_add_session (roster, account, self->session);
  chat_store_keep_caps (store, xmpp_session_get_module (self->session, XMPP_TYPE_CAPS_MODULE));
  keep_server_features (self);
  restore_stream_state (self);
  xmpp_session_set_keeper (self->session, stream_state_changed, self);
  g_signal_connect_object (self->session, "disconnected", G_CALLBACK (disconnected_cb), self, 0);
  g_signal_connect_object (account, "changed", G_CALLBACK (account_changed_cb), self, 0);
  g_signal_connect_object (account, "notify::remember-password", G_CALLBACK (remember_cb), self, 0);
  g_signal_connect_object (account, "reconnect", G_CALLBACK (reconnect_cb), self, 0);
  g_signal_connect_object (account, "certificate-trusted", G_CALLBACK (reconnect_cb), self, 0);
  g_signal_connect_object (account, "password-given", G_CALLBACK (password_given_cb), self, 0);
  return self;
}

static void
chat_connection_finalize (GObject *object)
{
  ChatConnection *self = CHAT_CONNECTION (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  chat_roster_remove_session (self->roster, self->account);
  chat_account_set_history (self->account, NULL);
  g_clear_object (&self->history);
  g_clear_object (&self->read_state);
  g_clear_object (&self->inbox);
  g_clear_object (&self->outbox);
  xmpp_session_set_keeper (self->session, NULL, NULL);
  g_clear_object (&self->session);
  g_clear_object (&self->roster);
  g_clear_object (&self->store);
  g_clear_object (&self->credentials);
  g_clear_object (&self->account);
  g_clear_object (&self->tls_database);
  g_clear_object (&self->resolver);
  g_clear_object (&self->network_monitor);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->login);
  g_clear_pointer (&self->password, xmpp_secret_unref);
  G_OBJECT_CLASS (chat_connection_parent_class)->finalize (object);
}

static void
chat_connection_class_init (ChatConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_connection_finalize;
}

static void
chat_connection_init (ChatConnection *self)
{
}
