/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-profile-private.h"
#include "chat-search-private.h"
#include "chat-account-private.h"
#include "chat-privacy.h"

/* The root of the chat layer: opens the store, fills the lists from it, and only then thinks of the network. It tells the
 * connections when the network changes and when the computer sleeps and wakes; what they make of it is their business. */

G_DEFINE_FINAL_TYPE (ChatProfile, chat_profile, G_TYPE_OBJECT)

enum {
  PROP_0, PROP_ACCOUNTS, PROP_CONTACTS, PROP_REQUESTS, PROP_CONVERSATIONS, PROP_LOADED, PROP_STORE_NOTICE, PROP_AVAILABILITY,
  PROP_STATUS_TEXT, PROP_PRIORITY, PROP_ONLINE, N_PROPS
};
static GParamSpec *props[N_PROPS];
enum { MESSAGE_ARRIVED, MESSAGE_READ, REFUSED, STORE_FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* -- lists ----------------------------------------------------------------------------------------------------------- */

GListModel *
chat_profile_get_accounts (ChatProfile *self)
{
  return G_LIST_MODEL (self->accounts);
}

GListModel *
chat_profile_get_contacts (ChatProfile *self)
{
  return chat_roster_get_contacts (self->roster);
}

GListModel *
chat_profile_get_requests (ChatProfile *self)
{
  return chat_roster_get_requests (self->roster);
}

GListModel *
chat_profile_get_conversations (ChatProfile *self)
{
  return G_LIST_MODEL (self->conversations);
}

ChatBlocks *
chat_profile_get_blocks (ChatProfile *self)
{
  return chat_roster_get_blocks (self->roster);
}

gboolean
chat_profile_get_loaded (ChatProfile *self)
{
  return self->loaded;
}

ChatConnection *
chat_profile_find_connection (ChatProfile *self, ChatAccount *account)
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

ChatSearch *
chat_profile_new_search (ChatProfile *self)
{
  ChatSearch *search = chat_search_new (self->store, self->conversations);

  for (guint i = 0; i < self->connections->len; i++) {
    ChatConnection *connection = self->connections->pdata[i];
    XmppSession *session = chat_connection_get_session (connection);
    chat_search_add_archive (search, chat_account_get_id (chat_connection_get_account (connection)), xmpp_session_get_account (session),
                             xmpp_session_get_module (session, XMPP_TYPE_ARCHIVE_MODULE));
  }
  return search;
}

gboolean
chat_profile_can_search_archive (ChatProfile *self, ChatAccount *account)
{
  ChatConnection *connection = chat_profile_find_connection (self, account);

  return connection
         && xmpp_archive_module_get_searches (xmpp_session_get_module (chat_connection_get_session (connection), XMPP_TYPE_ARCHIVE_MODULE));
}

guint
chat_profile_count_waiting (ChatProfile *self, ChatAccount *account)
{
  ChatConnection *connection = chat_profile_find_connection (self, account);

  return connection ? chat_outbox_get_n_waiting (chat_connection_get_outbox (connection)) : 0;
}

gboolean
chat_profile_get_privacy (ChatProfile *self, ChatAccount *account, ChatPrivacy what)
{
  return chat_privacy_get (self->store, account ? chat_account_get_id (account) : 0, 0, what);
}

void
chat_profile_set_privacy (ChatProfile *self, ChatAccount *account, ChatPrivacy what, gboolean allowed)
{
  chat_privacy_set (self->store, account ? chat_account_get_id (account) : 0, 0, what, allowed);
}

static void
account_state_cb (ChatAccount *account, GParamSpec *pspec, ChatProfile *self)
{
  gboolean online = FALSE;

  for (guint i = 0; i < self->connections->len; i++)
    online |= chat_account_get_state (chat_connection_get_account (self->connections->pdata[i])) == CHAT_ACCOUNT_ONLINE;
  if (online == self->online)
    return;
  self->online = online;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ONLINE]);
}

ChatAccountRow *
chat_profile_new_row (ChatProfile *self, XmppJid *jid)
{
  ChatAccountRow *row = chat_account_row_new (xmpp_jid_get_bare_string (jid));

  row->resource = g_strdup (self->resource);
  row->availability = self->availability;
  row->status_text = g_strdup (self->status_text);
  row->priority = self->priority;
  return row;
}

ChatAccount *
chat_profile_add_account (ChatProfile *self, ChatAccountRow *row)
{
  g_autoptr (ChatAccount) account = chat_account_new (self->store, row);

  g_signal_connect_object (account, "notify::state", G_CALLBACK (account_state_cb), self, 0);
  chat_conversation_list_add_account (self->conversations, chat_account_get_id (account), chat_account_get_jid (account), account);
  g_list_store_append (self->accounts, account);
  return account;        /* the list holds it */
}

void
chat_profile_start_account (ChatProfile *self, ChatAccount *account)
{
  ChatConnection *connection = chat_connection_new (account, self->store, self->credentials, self->conversations, self->roster, &self->config);

  g_ptr_array_add (self->connections, connection);
  chat_connection_set_active (connection, self->active);
}

static void
gone_cb (XmppSession *session, GParamSpec *pspec, gpointer user_data)
{
  ChatConnection *connection = user_data;

  if (xmpp_session_get_state (session) != XMPP_SESSION_OFFLINE)
    return;
  g_signal_handlers_disconnect_by_func (session, gone_cb, user_data);
  g_object_unref (connection);
}

void
chat_profile_let_go (ChatConnection *connection)
{
  XmppSession *session = chat_connection_get_session (connection);

  chat_connection_stop (connection);
  if (xmpp_session_get_state (session) != XMPP_SESSION_OFFLINE)
    g_signal_connect (session, "notify::state", G_CALLBACK (gone_cb), g_object_ref (connection));
}

/* -- network and sleep ----------------------------------------------------------------------------------------------- */

static void
network_changed_cb (GNetworkMonitor *monitor, gboolean available, ChatProfile *self)
{
  for (guint i = 0; i < self->connections->len; i++)
    chat_connection_network_changed (self->connections->pdata[i]);
}

static void
sleep_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *name,
          GVariant *parameters, gpointer user_data)
{
  ChatProfile *self = user_data;
  gboolean going;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &going);
  for (guint i = 0; i < self->connections->len; i++)
    chat_connection_suspend (self->connections->pdata[i], going);
}

static void
follow_sleep (ChatProfile *self, GDBusConnection *bus)
{
  self->bus = g_object_ref (bus);
  self->sleep_subscription = g_dbus_connection_signal_subscribe (bus, "org.freedesktop.login1", "org.freedesktop.login1.Manager",
    "PrepareForSleep", "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE, sleep_cb, self, NULL);
}

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  /* A system without a bus has nobody who tells of sleep; that is no error. Cancelled: the profile may be gone. */
  if (bus)
    follow_sleep (CHAT_PROFILE (user_data), bus);
}

static gboolean
connect_cb (gpointer user_data)
{
  ChatProfile *self = user_data;

  self->connect_source = 0;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);
    ChatConnection *connection = chat_profile_find_connection (self, account);

    if (connection)
      chat_connection_update (connection);
  }
  g_signal_connect_object (self->config.network_monitor ? self->config.network_monitor : g_network_monitor_get_default (),
                           "network-changed", G_CALLBACK (network_changed_cb), self, 0);
  if (self->config.system_bus)
    follow_sleep (self, self->config.system_bus);
  else
    g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, bus_cb, self);
  return G_SOURCE_REMOVE;
}

void
chat_profile_loaded (ChatProfile *self)
{
  for (guint prop = PROP_LOADED; prop <= PROP_PRIORITY; prop++)
    g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
  /* After the window has drawn its first picture. */
  self->connect_source = g_idle_add_full (G_PRIORITY_LOW, connect_cb, self, NULL);
}

/* -- what is set for all --------------------------------------------------------------------------------------------- */

void
chat_profile_set_presence (ChatProfile *self, XmppAvailability availability, const char *text, int priority)
{
  g_autofree char *number = g_strdup_printf ("%d", availability);
  g_autofree char *kept_text = g_strdup (text && *text ? text : NULL);
  g_autofree char *kept_priority = NULL;

  self->availability = availability;
  self->priority = CLAMP (priority, -128, 127);
  g_free (self->status_text);
  self->status_text = g_steal_pointer (&kept_text);
  kept_priority = g_strdup_printf ("%d", self->priority);
  chat_store_set_setting (self->store, 0, 0, "availability", number);
  chat_store_set_setting (self->store, 0, 0, "priority", kept_priority);
  chat_store_set_setting (self->store, 0, 0, "status-text", self->status_text);
  for (guint prop = PROP_AVAILABILITY; prop <= PROP_PRIORITY; prop++)
    g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

    chat_account_set_presence (account, availability, self->status_text, self->priority);
  }
}

void
chat_profile_set_active (ChatProfile *self, gboolean active, ChatConversation *shown)
{
  self->active = active;
  chat_conversation_list_set_shown (self->conversations, active ? shown : NULL);
  if (active && shown == NULL)
    chat_conversation_list_leave (self->conversations);
  for (guint i = 0; i < self->connections->len; i++)
    chat_connection_set_active (self->connections->pdata[i], active);
}

static void
arrived_cb (ChatConversationList *list, ChatConversation *conversation, ChatMessage *message, gboolean from_contact, ChatProfile *self)
{
  g_signal_emit (self, signals[MESSAGE_ARRIVED], 0, conversation, message, from_contact);
}

static void
read_cb (ChatConversationList *list, ChatConversation *conversation, ChatProfile *self)
{
  g_signal_emit (self, signals[MESSAGE_READ], 0, conversation);
}

static void
refused_cb (ChatConversationList *list, ChatConversation *conversation, const char *sentence, ChatProfile *self)
{
  g_signal_emit (self, signals[REFUSED], 0, conversation, sentence);
}

static void
failed_cb (ChatStore *store, GError *error, ChatProfile *self)
{
  g_signal_emit (self, signals[STORE_FAILED], 0, error);
}

static gboolean
is_blocked (gint64 account, XmppJid *jid, gpointer user_data)
{
  return chat_blocks_is_blocked (user_data, account, jid);
}

static void
blocks_changed_cb (ChatBlocks *blocks, ChatAccount *account, ChatProfile *self)
{
  chat_conversation_list_update_blocked (self->conversations, chat_account_get_id (account));
}

ChatProfile *
chat_profile_new (const ChatProfileConfig *config)
{
  ChatProfile *self = g_object_new (CHAT_TYPE_PROFILE, NULL);

  self->data_dir = g_strdup (config->data_dir);
  self->config.cache_dir = g_strdup (config->cache_dir);
  self->config.collection = g_strdup (config->collection);
  self->config.second_ms = config->second_ms ? config->second_ms : 1000;
  g_set_object (&self->config.network_monitor, config->network_monitor);
  g_set_object (&self->config.tls_database, config->tls_database);
  g_set_object (&self->config.resolver, config->resolver);
  g_set_object (&self->config.system_bus, config->system_bus);
  self->store = chat_store_new (self->data_dir);
  self->roster = chat_roster_new (self->store);
  self->conversations = chat_conversation_list_new (self->store);
  g_signal_connect_object (self->conversations, "message-arrived", G_CALLBACK (arrived_cb), self, 0);
  g_signal_connect_object (self->conversations, "message-read", G_CALLBACK (read_cb), self, 0);
  chat_conversation_list_set_blocked_func (self->conversations, is_blocked, chat_roster_get_blocks (self->roster));
  g_signal_connect_object (chat_roster_get_blocks (self->roster), "changed", G_CALLBACK (blocks_changed_cb), self, 0);
  g_signal_connect_object (self->conversations, "refused", G_CALLBACK (refused_cb), self, 0);
  g_signal_connect_object (self->store, "failed", G_CALLBACK (failed_cb), self, 0);
  return self;
}

static void
chat_profile_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatProfile *self = CHAT_PROFILE (object);

  switch (id) {
  case PROP_ACCOUNTS: g_value_set_object (value, self->accounts); break;
  case PROP_CONTACTS: g_value_set_object (value, chat_profile_get_contacts (self)); break;
  case PROP_REQUESTS: g_value_set_object (value, chat_profile_get_requests (self)); break;
  case PROP_CONVERSATIONS: g_value_set_object (value, self->conversations); break;
  case PROP_LOADED: g_value_set_boolean (value, self->loaded); break;
  case PROP_STORE_NOTICE: g_value_set_string (value, self->notice); break;
  case PROP_AVAILABILITY: g_value_set_enum (value, self->availability); break;
  case PROP_STATUS_TEXT: g_value_set_string (value, self->status_text); break;
  case PROP_PRIORITY: g_value_set_int (value, self->priority); break;
  case PROP_ONLINE: g_value_set_boolean (value, self->online); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_profile_dispose (GObject *object)
{
  ChatProfile *self = CHAT_PROFILE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->connect_source, g_source_remove);
  if (self->sleep_subscription)
    g_dbus_connection_signal_unsubscribe (self->bus, self->sleep_subscription);
  self->sleep_subscription = 0;
  g_clear_object (&self->bus);
  for (guint i = 0; i < self->connections->len; i++)
    chat_connection_stop (self->connections->pdata[i]);
  g_ptr_array_set_size (self->connections, 0);
  G_OBJECT_CLASS (chat_profile_parent_class)->dispose (object);
}

static void
chat_profile_finalize (GObject *object)
{
  ChatProfile *self = CHAT_PROFILE (object);

  chat_profile_drop_lock (self);
  g_ptr_array_unref (self->connections);
  chat_conversation_list_set_blocked_func (self->conversations, NULL, NULL);
  g_clear_object (&self->conversations);
  g_clear_object (&self->roster);
  g_clear_object (&self->accounts);
  g_clear_object (&self->store);
  g_clear_object (&self->credentials);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->config.network_monitor);
  g_clear_object (&self->config.tls_database);
  g_clear_object (&self->config.resolver);
  g_clear_object (&self->config.system_bus);
  g_free ((char *) self->config.cache_dir);
  g_free ((char *) self->config.collection);
  g_free (self->data_dir);
  g_free (self->notice);
  g_free (self->resource);
  g_free (self->status_text);
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
  object_class->dispose = chat_profile_dispose;
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
  signals[REFUSED] = g_signal_new ("refused", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, CHAT_TYPE_CONVERSATION, G_TYPE_STRING);
  signals[STORE_FAILED] = g_signal_new ("store-failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
chat_profile_init (ChatProfile *self)
{
  self->lock = -1;
  self->availability = XMPP_AVAILABILITY_AVAILABLE;
  self->active = TRUE;
  self->accounts = g_list_store_new (CHAT_TYPE_ACCOUNT);
  self->connections = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
}
