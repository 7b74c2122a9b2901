/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-profile.h"
#include "chat-account-private.h"
#include "chat-connection.h"
#include "chat-contact-private.h"
#include "chat-conversation-list.h"
#include "chat-credentials.h"
#include "chat-provision.h"
#include "chat-roster.h"
#include "chat-store.h"
#include "xmpp-error.h"
#include "xmpp-id.h"
#include "xmpp-login.h"
#include "xmpp-presence-module.h"
#include "xmpp-roster-module.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#define CLOSE_MS 2500

struct _ChatProfile {
  GObject parent_instance;
  char *data_dir, *collection;
  ChatProfileConfig config;        /* strings not used; objects owned */
  int lock;
  ChatStore *store;
  ChatRoster *roster;
  ChatConversationList *conversations;
  GListStore *accounts;
  GPtrArray *connections;          /* of ChatConnection, beside accounts */
  char *resource;                  /* of all its sessions */
  gboolean loaded, closing;
  char *refused_text, *refused_sha256;
  guint sleep_subscription;
  guint close_source;
  GTask *close_task;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (ChatProfile, chat_profile, G_TYPE_OBJECT)

enum {
  PROP_0, PROP_ACCOUNTS, PROP_CONTACTS, PROP_REQUESTS, PROP_CONVERSATIONS, PROP_LOADED, PROP_STORE_NOTICE, PROP_AVAILABILITY,
  PROP_STATUS_TEXT, PROP_PRIORITY, PROP_ONLINE, N_PROPS
};
static GParamSpec *props[N_PROPS];
enum { MESSAGE_ARRIVED, MESSAGE_READ, STORE_FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* -- opening --------------------------------------------------------------------------------------------------------- */

static gboolean
take_lock (ChatProfile *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->data_dir, "lock", NULL);

  g_mkdir_with_parents (self->data_dir, 0700);
  self->lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock < 0)
    return TRUE;    /* a folder that can't be written to is told by the store */
  if (flock (self->lock, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  close (self->lock);
  self->lock = -1;
  g_set_error (error, CHAT_ERROR, CHAT_ERROR_PROFILE_IN_USE, _("Stonechat is already running with this profile."));
  return FALSE;
}

static gboolean
is_online (ChatProfile *self)
{
  for (guint i = 0; i < self->connections->len; i++)
    if (chat_account_get_state (chat_connection_get_account (self->connections->pdata[i])) == CHAT_ACCOUNT_ONLINE)
      return TRUE;
  return FALSE;
}

static void
account_state_cb (ChatProfile *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ONLINE]);
}

static void
presence_changed_cb (ChatProfile *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_AVAILABILITY]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATUS_TEXT]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PRIORITY]);
}

static void
add_account (ChatProfile *self, ChatAccountRow *row)
{
  ChatAccount *account = chat_account_new (self->store, row);

  if (!chat_account_get_jid (account)) {
    g_object_unref (account);
    return;
  }
  if (!row->resource)
    row->resource = g_strdup (self->resource);
  g_signal_connect_object (account, "notify::state", G_CALLBACK (account_state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "changed", G_CALLBACK (presence_changed_cb), self, G_CONNECT_SWAPPED);
  chat_conversation_list_add_account (self->conversations, row->id, chat_account_get_jid (account), account);
  g_list_store_append (self->accounts, account);
  g_object_unref (account);
}

static void
connect_account (ChatProfile *self, ChatAccount *account)
{
  ChatConnection *connection = chat_connection_new (account, self->store, self->conversations, self->roster, &self->config);

  g_ptr_array_add (self->connections, connection);
}

/* "Stonechat." and a random part, stable for the profile (S-115). */
static void
choose_resource (ChatProfile *self)
{
  self->resource = g_strdup (chat_store_get_setting (self->store, 0, 0, "resource"));
  if (!self->resource) {
    g_autofree char *id = xmpp_id_new ();

    self->resource = g_strdup_printf ("Stonechat.%.8s", id);
    chat_store_set_setting (self->store, 0, 0, "resource", self->resource);
  }
}

static gboolean
start_cb (gpointer user_data)
{
  ChatProfile *self = user_data;

  for (guint i = 0; !self->closing && i < self->connections->len; i++)
    chat_connection_update (self->connections->pdata[i]);
  return G_SOURCE_REMOVE;
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatProfile *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (ChatSnapshot) snapshot = chat_store_open_finish (self->store, result, &error);

  if (!snapshot) {
    g_task_return_error (task, error);
    return;
  }
  choose_resource (self);
  for (guint i = 0; i < snapshot->accounts->len; i++)
    add_account (self, chat_account_row_copy (snapshot->accounts->pdata[i]));
  chat_roster_load (self->roster, snapshot, G_LIST_MODEL (self->accounts));
  chat_conversation_list_set_contacts (self->conversations, chat_roster_get_contacts (self->roster));
  chat_conversation_list_load (self->conversations, snapshot);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

    connect_account (self, account);
  }
  self->loaded = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADED]);
  if (chat_store_get_notice (self->store))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STORE_NOTICE]);
  presence_changed_cb (self);
  /* The window comes first: connecting begins when it has been drawn. */
  g_idle_add_full (G_PRIORITY_LOW, start_cb, g_object_ref (self), g_object_unref);
  g_task_return_boolean (task, TRUE);
}

void
chat_profile_open_async (ChatProfile *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;

  if (!take_lock (self, &error)) {
    g_task_return_error (task, error);
    return;
  }
  chat_store_open_async (self->store, cancellable, opened_cb, g_steal_pointer (&task));
}

gboolean
chat_profile_open_finish (ChatProfile *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* -- closing --------------------------------------------------------------------------------------------------------- */

static void
store_closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatProfile *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (self->lock >= 0)
    close (self->lock);
  self->lock = -1;
  if (chat_store_close_finish (self->store, result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gboolean
all_closed_cb (gpointer user_data)
{
  ChatProfile *self = user_data;
  GTask *task = g_steal_pointer (&self->close_task);

  self->close_source = 0;
  g_ptr_array_set_size (self->connections, 0);
  chat_conversation_list_flush (self->conversations);
  chat_store_close_async (self->store, store_closed_cb, task);
  return G_SOURCE_REMOVE;
}

static gboolean
look_whether_closed_cb (gpointer user_data)
{
  ChatProfile *self = user_data;

  for (guint i = 0; i < self->connections->len; i++)
    if (xmpp_session_get_state (chat_connection_get_session (self->connections->pdata[i])) != XMPP_SESSION_OFFLINE &&
        (gsize) g_get_monotonic_time () < GPOINTER_TO_SIZE (g_task_get_task_data (self->close_task)))
      return G_SOURCE_CONTINUE;
  return all_closed_cb (self);
}

void
chat_profile_close_async (ChatProfile *self, GAsyncReadyCallback callback, gpointer user_data)
{
  self->closing = TRUE;
  g_cancellable_cancel (self->cancellable);
  self->close_task = g_task_new (self, NULL, callback, user_data);
  g_task_set_task_data (self->close_task, GSIZE_TO_POINTER (g_get_monotonic_time () + CLOSE_MS * 1000), NULL);
  for (guint i = 0; i < self->connections->len; i++)
    chat_connection_stop (self->connections->pdata[i]);
  self->close_source = g_timeout_add (20, look_whether_closed_cb, self);
}

gboolean
chat_profile_close_finish (ChatProfile *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* -- lists ----------------------------------------------------------------------------------------------------------- */

GListModel *chat_profile_get_accounts (ChatProfile *self) { return G_LIST_MODEL (self->accounts); }
GListModel *chat_profile_get_contacts (ChatProfile *self) { return chat_roster_get_contacts (self->roster); }
GListModel *chat_profile_get_requests (ChatProfile *self) { return chat_roster_get_requests (self->roster); }
GListModel *chat_profile_get_conversations (ChatProfile *self) { return G_LIST_MODEL (self->conversations); }
gboolean chat_profile_get_loaded (ChatProfile *self) { return self->loaded; }

static ChatConnection *
connection_of (ChatProfile *self, ChatAccount *account)
{
  for (guint i = 0; i < self->connections->len; i++)
    if (chat_connection_get_account (self->connections->pdata[i]) == account)
      return self->connections->pdata[i];
  return NULL;
}

ChatAccount *
chat_profile_find_account (ChatProfile *self, XmppJid *jid)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

    if (xmpp_jid_equal_bare (chat_account_get_jid (account), jid))
      return account;    /* the list holds it */
  }
  return NULL;
}

ChatContact *
chat_profile_find_contact (ChatProfile *self, ChatAccount *account, XmppJid *jid)
{
  return chat_roster_find (self->roster, account, jid);
}

ChatConversation *
chat_profile_open_conversation (ChatProfile *self, ChatAccount *account, XmppJid *jid)
{
  return chat_conversation_list_open (self->conversations, chat_account_get_id (account), jid);
}

void
chat_profile_set_active (ChatProfile *self, gboolean active, ChatConversation *shown)
{
  chat_conversation_list_set_shown (self->conversations, active ? shown : NULL);
  for (guint i = 0; i < self->connections->len; i++)
    chat_connection_set_active (self->connections->pdata[i], active);
}

void
chat_profile_set_presence (ChatProfile *self, XmppAvailability availability, const char *text, int priority)
{
  for (guint i = 0; i < self->connections->len; i++)
    chat_account_set_presence (chat_connection_get_account (self->connections->pdata[i]), availability, text, priority);
}

/* -- signing in ------------------------------------------------------------------------------------------------------ */

typedef struct {
  ChatAccountRow *row;
  XmppJid *jid;
  XmppSecret *password;
} SignIn;

static void
sign_in_free (SignIn *self)
{
  g_clear_pointer (&self->row, chat_account_row_free);
  xmpp_jid_unref (self->jid);
  g_clear_pointer (&self->password, xmpp_secret_unref);
  g_free (self);
}

static void
account_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatProfile *self = g_task_get_source_object (task);
  SignIn *data = g_task_get_task_data (task);
  GError *error = NULL;
  gint64 id = chat_store_save_account_finish (self->store, result, &error);
  ChatAccount *account;

  if (!id) {
    g_task_return_error (task, error);
    return;
  }
  data->row->id = id;
  add_account (self, chat_account_row_copy (data->row));
  account = chat_profile_find_account (self, data->jid);
  connect_account (self, account);
  if (data->password)
    chat_account_set_password (account, data->password, data->row->remember);
  else
    chat_account_reconnect (account);
  g_task_return_pointer (task, g_object_ref (account), g_object_unref);
}

static void
keep_refused (ChatProfile *self, XmppLogin *login)
{
  GTlsCertificate *certificate = xmpp_login_get_certificate (login);

  g_clear_pointer (&self->refused_text, g_free);
  g_clear_pointer (&self->refused_sha256, g_free);
  if (!certificate)
    return;
  self->refused_text = chat_certificate_describe (certificate, xmpp_login_get_certificate_errors (login));
  self->refused_sha256 = xmpp_certificate_fingerprint (certificate);
}

static void
tried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatProfile *self = g_task_get_source_object (task);
  SignIn *data = g_task_get_task_data (task);
  XmppLogin *login = XMPP_LOGIN (source);
  GError *error = NULL;
  g_autoptr (XmppStream) stream = xmpp_login_run_finish (login, result, &error);

  if (!stream) {
    keep_refused (self, login);
    g_task_return_error (task, error);
    return;
  }
  /* The server and the password are right: nothing was kept before this. */
  data->row->known_strength = xmpp_login_get_strength (login);
  xmpp_stream_close (stream, CLOSE_MS);
  g_object_set_data_full (G_OBJECT (self), "trial", g_steal_pointer (&stream), g_object_unref);
  chat_store_save_account_async (self->store, data->row, NULL, account_saved_cb, g_steal_pointer (&task));
}

void
chat_profile_sign_in_async (ChatProfile *self, XmppJid *jid, XmppSecret *password, const ChatSignInOptions *options,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  SignIn *data = g_new0 (SignIn, 1);
  g_autoptr (XmppLogin) login = NULL;

  data->jid = xmpp_jid_to_bare (jid);
  data->password = password ? xmpp_secret_ref (password) : NULL;
  data->row = chat_account_row_new (xmpp_jid_get_string (data->jid));
  data->row->remember = options ? options->remember : TRUE;
  g_task_set_task_data (task, data, (GDestroyNotify) sign_in_free);
  if (chat_profile_find_account (self, jid)) {
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_ACCOUNT_EXISTS, "exists");
    g_object_unref (task);
    return;
  }
  if (options) {
    data->row->host = g_strdup (options->host);
    data->row->port = options->port;
    data->row->direct_tls = options->direct_tls;
    data->row->pin_sha256 = g_strdup (options->pin_sha256);
    data->row->allow_plain = options->allow_plain;
  }
  login = chat_connection_new_login (data->row, data->jid, data->password, &self->config);
  if (options && options->client_certificate)
    g_object_set (login, "client-certificate", options->client_certificate, NULL);
  xmpp_login_run_async (login, cancellable, tried_cb, task);
}

ChatAccount *
chat_profile_sign_in_finish (ChatProfile *self, GAsyncResult *result, GError **error)
{
  g_autoptr (ChatAccount) account = g_task_propagate_pointer (G_TASK (result), error);

  return account;   /* the list holds it */
}

const char *
chat_profile_get_refused_certificate (ChatProfile *self, const char **sha256)
{
  if (sha256)
    *sha256 = self->refused_sha256;
  return self->refused_text;
}

/* -- removing -------------------------------------------------------------------------------------------------------- */

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (chat_store_write_finish (CHAT_STORE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
chat_profile_remove_account_async (ChatProfile *self, ChatAccount *account, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  ChatConnection *connection = connection_of (self, account);
  gint64 id = chat_account_get_id (account);
  guint position;

  chat_credentials_clear_async (chat_account_get_address (account), NULL, NULL, NULL);
  if (connection) {
    chat_connection_stop (connection);
    g_ptr_array_remove (self->connections, connection);
  }
  chat_roster_remove_account (self->roster, account);
  chat_conversation_list_remove_account (self->conversations, id);
  chat_store_remove_account_async (self->store, id, NULL, removed_cb, task);
  if (g_list_store_find (self->accounts, account, &position))
    g_list_store_remove (self->accounts, position);
}

gboolean
chat_profile_remove_account_finish (ChatProfile *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* -- provisioning ---------------------------------------------------------------------------------------------------- */

typedef struct {
  GPtrArray *all;         /* of ChatProvision */
  guint next;
  GPtrArray *rows;
} Provisioning;

static void
provisioning_free (Provisioning *self)
{
  g_ptr_array_unref (self->all);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_free (self);
}

/* The values of the file over those that there are. */
static ChatAccountRow *
merge (ChatProfile *self, ChatProvision *one)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new_lenient (one->row->jid, NULL);
  ChatAccount *account = chat_profile_find_account (self, jid);
  ChatAccountRow *row = chat_account_row_copy (account ? chat_account_get_row (account) : one->row);
  const char *const *keys = (const char *const *) one->keys;

  if (!account)
    return row;
#define TAKE(key, field) if (g_strv_contains (keys, key)) { g_free (row->field); row->field = g_strdup (one->row->field); }
  TAKE ("host", host)
  TAKE ("pin-sha256", pin_sha256)
  TAKE ("client-certificate", client_certificate)
  TAKE ("resource", resource)
  TAKE ("alias", alias)
#undef TAKE
  if (g_strv_contains (keys, "port"))
    row->port = one->row->port;
  if (g_strv_contains (keys, "direct-tls"))
    row->direct_tls = one->row->direct_tls;
  return row;
}

static void
provisioned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatProfile *self = g_task_get_source_object (task);
  Provisioning *data = g_task_get_task_data (task);
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  GError *error = NULL;

  if (!chat_store_write_finish (self->store, result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  for (guint i = 0; i < data->rows->len; i++) {
    ChatAccountRow *row = data->rows->pdata[i];
    ChatProvision *one = data->all->pdata[i];
    g_autoptr (XmppJid) jid = xmpp_jid_new_lenient (row->jid, NULL);
    ChatAccount *account = chat_profile_find_account (self, jid);
    g_autofree char *line = g_strdup_printf (account ? _("Updated %s") : _("Added %s"), row->jid);

    if (account) {
      g_object_set (account, "host", row->host, "port", row->port, "direct-tls", row->direct_tls, "pin-sha256", row->pin_sha256,
                    "alias", row->alias, NULL);
    } else {
      add_account (self, chat_account_row_copy (row));
      account = chat_profile_find_account (self, jid);
      connect_account (self, account);
    }
    if (one->password)
      chat_connection_set_password (connection_of (self, account), one->password);
    chat_connection_retry_now (connection_of (self, account));
    g_strv_builder_add (lines, line);
  }
  g_task_return_pointer (task, g_strv_builder_end (lines), (GDestroyNotify) g_strfreev);
}

static void store_next_password (GTask *task);

static void
password_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (chat_credentials_finish (result, &error)) {
    store_next_password (task);
    return;
  }
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* The passwords first: without a Secret Service nothing else is changed. */
static void
store_next_password (GTask *task)
{
  ChatProfile *self = g_task_get_source_object (task);
  Provisioning *data = g_task_get_task_data (task);

  while (data->next < data->all->len) {
    ChatProvision *one = data->all->pdata[data->next++];

    if (one->password && !one->session_only) {
      chat_credentials_store_async (one->row->jid, one->password, NULL, password_stored_cb, task);
      return;
    }
  }
  data->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_account_row_free);
  for (guint i = 0; i < data->all->len; i++)
    g_ptr_array_add (data->rows, merge (self, data->all->pdata[i]));
  chat_store_save_accounts_async (self->store, data->rows, NULL, provisioned_cb, task);
}

void
chat_profile_provision_async (ChatProfile *self, const char *file, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Provisioning *data = g_new0 (Provisioning, 1);
  GError *error = NULL;

  data->all = chat_provision_read (file, &error);
  if (!data->all) {
    g_free (data);
    g_task_return_error (task, error);
    g_object_unref (task);
    return;
  }
  g_task_set_task_data (task, data, (GDestroyNotify) provisioning_free);
  store_next_password (task);
}

char **
chat_profile_provision_finish (ChatProfile *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* -- contacts -------------------------------------------------------------------------------------------------------- */

typedef struct {
  XmppPresenceModule *presence;
  XmppJid *jid;
  char *text;
} Adding;

static void
adding_free (Adding *self)
{
  g_object_unref (self->presence);
  xmpp_jid_unref (self->jid);
  g_free (self->text);
  g_free (self);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Adding *data = g_task_get_task_data (task);
  GError *error = NULL;

  if (!xmpp_roster_module_set_finish (XMPP_ROSTER_MODULE (source), result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  xmpp_presence_module_subscribe (data->presence, data->jid, data->text);
  g_task_return_boolean (task, TRUE);
}

void
chat_profile_add_contact_async (ChatProfile *self, ChatAccount *account, XmppJid *jid, const char *name, const char *const *groups,
                                const char *text, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  XmppSession *session = chat_roster_get_session (self->roster, account);
  XmppRosterItem item = { .name = (char *) name, .groups = (char **) groups };
  Adding *data;

  if (!session) {
    g_task_return_new_error (task, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED, "Not connected");
    g_object_unref (task);
    return;
  }
  data = g_new0 (Adding, 1);
  data->presence = g_object_ref (xmpp_session_get_module (session, XMPP_TYPE_PRESENCE_MODULE));
  data->jid = xmpp_jid_to_bare (jid);
  data->text = g_strdup (text);
  g_task_set_task_data (task, data, (GDestroyNotify) adding_free);
  item.jid = data->jid;
  xmpp_roster_module_set_async (xmpp_session_get_module (session, XMPP_TYPE_ROSTER_MODULE), &item, cancellable, added_cb, task);
}

gboolean
chat_profile_add_contact_finish (ChatProfile *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* -- the computer ---------------------------------------------------------------------------------------------------- */

static void
network_changed_cb (GNetworkMonitor *monitor, gboolean available, ChatProfile *self)
{
  for (guint i = 0; available && i < self->connections->len; i++)
    chat_connection_network_changed (self->connections->pdata[i]);
}

static void
sleep_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *name, GVariant *arguments,
          gpointer user_data)
{
  ChatProfile *self = user_data;
  gboolean begins = FALSE;

  if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (arguments, "(b)", &begins);
  for (guint i = 0; i < self->connections->len; i++)
    chat_connection_suspend (self->connections->pdata[i], begins);
}

static void
follow_sleep (ChatProfile *self, GDBusConnection *bus)
{
  self->config.system_bus = g_object_ref (bus);
  self->sleep_subscription = g_dbus_connection_signal_subscribe (bus, "org.freedesktop.login1", "org.freedesktop.login1.Manager",
    "PrepareForSleep", "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE, sleep_cb, self, NULL);
}

static void
system_bus_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (bus && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    follow_sleep (user_data, bus);
}

static void
store_failed_cb (ChatStore *store, GError *error, ChatProfile *self)
{
  g_signal_emit (self, signals[STORE_FAILED], 0, error);
}

static void
message_arrived_cb (ChatConversationList *list, ChatConversation *conversation, ChatMessage *message, gboolean from_contact, ChatProfile *self)
{
  g_signal_emit (self, signals[MESSAGE_ARRIVED], 0, conversation, message, from_contact);
}

static void
message_read_cb (ChatConversationList *list, ChatConversation *conversation, ChatProfile *self)
{
  g_signal_emit (self, signals[MESSAGE_READ], 0, conversation);
}

ChatProfile *
chat_profile_new (const ChatProfileConfig *config)
{
  ChatProfile *self = g_object_new (CHAT_TYPE_PROFILE, NULL);
  GNetworkMonitor *monitor = config->network_monitor ? config->network_monitor : g_network_monitor_get_default ();

  self->data_dir = g_strdup (config->data_dir);
  self->collection = g_strdup (config->collection);
  self->config.collection = self->collection;
  self->config.tls_database = config->tls_database ? g_object_ref (config->tls_database) : NULL;
  self->config.resolver = config->resolver ? g_object_ref (config->resolver) : NULL;
  self->store = chat_store_new (config->data_dir);
  self->roster = chat_roster_new (self->store);
  self->conversations = chat_conversation_list_new (self->store);
  g_signal_connect_object (monitor, "network-changed", G_CALLBACK (network_changed_cb), self, 0);
  g_signal_connect_object (self->store, "failed", G_CALLBACK (store_failed_cb), self, 0);
  g_signal_connect_object (self->conversations, "message-arrived", G_CALLBACK (message_arrived_cb), self, 0);
  g_signal_connect_object (self->conversations, "message-read", G_CALLBACK (message_read_cb), self, 0);
  if (config->system_bus)
    follow_sleep (self, config->system_bus);
  else
    g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, system_bus_cb, self);
  return self;
}

/* What holds for all accounts is what the first one has. */
static ChatAccount *
first_account (ChatProfile *self)
{
  return self->connections->len ? chat_connection_get_account (self->connections->pdata[0]) : NULL;
}

static void
chat_profile_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatProfile *self = CHAT_PROFILE (object);
  ChatAccount *first = first_account (self);

  switch (id) {
  case PROP_ACCOUNTS: g_value_set_object (value, self->accounts); break;
  case PROP_CONTACTS: g_value_set_object (value, chat_profile_get_contacts (self)); break;
  case PROP_REQUESTS: g_value_set_object (value, chat_profile_get_requests (self)); break;
  case PROP_CONVERSATIONS: g_value_set_object (value, self->conversations); break;
  case PROP_LOADED: g_value_set_boolean (value, self->loaded); break;
  case PROP_STORE_NOTICE: g_value_set_string (value, chat_store_get_notice (self->store)); break;
  case PROP_AVAILABILITY: g_value_set_enum (value, first ? chat_account_get_availability (first) : XMPP_AVAILABILITY_AVAILABLE); break;
  case PROP_STATUS_TEXT: g_value_set_string (value, first ? chat_account_get_status_text (first) : NULL); break;
  case PROP_PRIORITY: g_value_set_int (value, first ? chat_account_get_priority (first) : 0); break;
  case PROP_ONLINE: g_value_set_boolean (value, is_online (self)); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_profile_finalize (GObject *object)
{
  ChatProfile *self = CHAT_PROFILE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->close_source, g_source_remove);
  if (self->sleep_subscription)
    g_dbus_connection_signal_unsubscribe (self->config.system_bus, self->sleep_subscription);
  g_clear_pointer (&self->connections, g_ptr_array_unref);
  g_clear_object (&self->accounts);
  g_clear_object (&self->conversations);
  g_clear_object (&self->roster);
  g_clear_object (&self->store);
  g_clear_object (&self->config.tls_database);
  g_clear_object (&self->config.resolver);
  g_clear_object (&self->config.system_bus);
  if (self->lock >= 0)
    close (self->lock);
  g_free (self->data_dir);
  g_free (self->collection);
  g_free (self->resource);
  g_free (self->refused_text);
  g_free (self->refused_sha256);
  G_OBJECT_CLASS (chat_profile_parent_class)->finalize (object);
}

static void
chat_profile_class_init (ChatProfileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = chat_profile_get_property;
  object_class->finalize = chat_profile_finalize;
  props[PROP_ACCOUNTS] = g_param_spec_object ("accounts", NULL, NULL, G_TYPE_LIST_MODEL, read);
  props[PROP_CONTACTS] = g_param_spec_object ("contacts", NULL, NULL, G_TYPE_LIST_MODEL, read);
  props[PROP_REQUESTS] = g_param_spec_object ("requests", NULL, NULL, G_TYPE_LIST_MODEL, read);
  props[PROP_CONVERSATIONS] = g_param_spec_object ("conversations", NULL, NULL, G_TYPE_LIST_MODEL, read);
  props[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, read);
  props[PROP_STORE_NOTICE] = g_param_spec_string ("store-notice", NULL, NULL, NULL, read);
  props[PROP_AVAILABILITY] = g_param_spec_enum ("availability", NULL, NULL, XMPP_TYPE_AVAILABILITY, XMPP_AVAILABILITY_AVAILABLE, read);
  props[PROP_STATUS_TEXT] = g_param_spec_string ("status-text", NULL, NULL, NULL, read);
  props[PROP_PRIORITY] = g_param_spec_int ("priority", NULL, NULL, -128, 127, 0, read);
  props[PROP_ONLINE] = g_param_spec_boolean ("online", NULL, NULL, FALSE, read);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[MESSAGE_ARRIVED] = g_signal_new ("message-arrived", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 3, CHAT_TYPE_CONVERSATION, CHAT_TYPE_MESSAGE, G_TYPE_BOOLEAN);
  signals[MESSAGE_READ] = g_signal_new ("message-read", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, CHAT_TYPE_CONVERSATION);
  signals[STORE_FAILED] = g_signal_new ("store-failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
chat_profile_init (ChatProfile *self)
{
  self->lock = -1;
  self->cancellable = g_cancellable_new ();
  self->accounts = g_list_store_new (CHAT_TYPE_ACCOUNT);
  self->connections = g_ptr_array_new_with_free_func (g_object_unref);
}
