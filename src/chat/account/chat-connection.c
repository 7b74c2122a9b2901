/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-connection.h"
#include "chat-account-private.h"
#include "chat-error.h"
#include "chat-inbox.h"
#include "chat-outbox.h"
#include "chat-store-caps.h"
#include "xmpp-basics-module.h"
#include "xmpp-disco-module.h"
#include "xmpp-error.h"
#include "xmpp-id.h"
#include "xmpp-login.h"
#include "xmpp-message-module.h"
#include "xmpp-presence-module.h"
#include "xmpp-roster-module.h"

#include <glib/gi18n-lib.h>

#define LOOK_AGAIN_S 8          /* at a wrong certificate */
#define STEADY_S 30             /* online for so long, it was a good connection */
#define STUCK_S 3               /* an attempt this old, begun on another network, will not come to anything */
#define PROBE_MS 5000

/* What the account is given by the session; every module is named here and nowhere else. */
static const GType *
module_types (void)
{
  static GType types[10];

  types[0] = XMPP_TYPE_ROSTER_MODULE;
  types[1] = XMPP_TYPE_DISCO_MODULE;
  types[2] = XMPP_TYPE_PRESENCE_MODULE;
  types[3] = XMPP_TYPE_MESSAGE_MODULE;
  types[4] = XMPP_TYPE_PING_MODULE;
  types[5] = XMPP_TYPE_VERSION_MODULE;
  types[6] = XMPP_TYPE_TIME_MODULE;
  types[7] = XMPP_TYPE_CSI_MODULE;
  types[8] = XMPP_TYPE_CAPS_MODULE;
  types[9] = G_TYPE_INVALID;
  return types;
}

struct _ChatConnection {
  GObject parent_instance;
  ChatAccount *account;
  ChatStore *store;
  ChatCredentials *credentials;  /* NULL: passwords stay in memory */
  ChatRoster *roster;
  XmppSession *session;
  ChatInbox *inbox;
  ChatOutbox *outbox;
  GTlsDatabase *tls_database;
  GResolver *resolver;
  GNetworkMonitor *network_monitor;      /* NULL: the default, which is slow to make: not before the first picture */
  guint second_ms;

  XmppLogin *login;              /* to be used for the next attempt, NULL: to be made */
  XmppSecret *password;
  gboolean remember;             /* as the account's setting was */
  gboolean password_is_new;      /* to be stored once the server has proved that it is right (S-47) */
  GCancellable *cancellable;     /* of the attempt under way, NULL: none */
  gint64 since;                  /* when the attempt, then the connection, began */
  guint timer;                   /* the next attempt, in steps of a second */
  guint seconds_left, n_failures;
  gboolean blocked;              /* the user is asked; only a wrong certificate is looked at again, quietly */
  gboolean asleep, stopped;
};

G_DEFINE_FINAL_TYPE (ChatConnection, chat_connection, G_TYPE_OBJECT)

static void attempt (ChatConnection *self);

static gboolean
is_wanted (ChatConnection *self)
{
  return !self->stopped && !self->asleep && chat_account_get_enabled (self->account) &&
         chat_account_get_availability (self->account) != XMPP_AVAILABILITY_OFFLINE;
}

static gboolean
has_lasted (ChatConnection *self, guint seconds)
{
  return g_get_monotonic_time () - self->since >= (gint64) seconds * self->second_ms * 1000;
}

/* A wrong certificate where a right one was before is mostly the log-in page of a hotel. It gets nothing of ours, so looking
 * again does no harm, and when it is gone the account is back by itself (W-01). */
static gboolean
may_look_again (ChatConnection *self)
{
  return self->blocked && chat_account_get_need (self->account) == CHAT_ACCOUNT_NEEDS_CERTIFICATE &&
         chat_account_get_row (self->account)->known_strength > XMPP_STRENGTH_NONE;
}

static void
show_waiting (ChatConnection *self)
{
  GNetworkMonitor *monitor = self->network_monitor ? self->network_monitor : g_network_monitor_get_default ();
  g_autofree char *line = NULL;

  if (g_network_monitor_get_network_available (monitor))
    line = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Trying again in %u second", "Trying again in %u seconds",
                                         self->seconds_left), self->seconds_left);
  else
    line = g_strdup (_("Waiting for the network"));
  chat_account_set_state (self->account, CHAT_ACCOUNT_WAITING, CHAT_ACCOUNT_NEEDS_NOTHING, line,
                          chat_account_get_problem_text (self->account));
}

static gboolean
wait_cb (gpointer user_data)
{
  ChatConnection *self = user_data;

  if (self->seconds_left > 1) {
    self->seconds_left--;
    if (!self->blocked)
      show_waiting (self);
    return G_SOURCE_CONTINUE;
  }
  self->timer = 0;
  attempt (self);
  return G_SOURCE_REMOVE;
}

static void
start_timer (ChatConnection *self, guint seconds)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->seconds_left = seconds;
  self->timer = g_timeout_add (self->second_ms, wait_cb, self);
}

static void
ask (ChatConnection *self, ChatAccountNeed need, const char *text)
{
  self->blocked = TRUE;
  chat_account_set_state (self->account, CHAT_ACCOUNT_ATTENTION, need, text, text);
  if (may_look_again (self))
    start_timer (self, LOOK_AGAIN_S);
}

/* Twice as long each time, up to a cap, and by chance up to half as long, so that not all come back at once. */
static void
wait_a_while (ChatConnection *self, const ChatProblem *problem)
{
  guint most = MIN (problem->longest_wait, 1u << MIN (self->n_failures, 6));

  self->n_failures++;
  self->blocked = FALSE;
  start_timer (self, MAX (1, most - g_random_int_range (0, most / 2 + 1)));
  chat_account_set_state (self->account, CHAT_ACCOUNT_WAITING, CHAT_ACCOUNT_NEEDS_NOTHING,
                          chat_account_get_status_line (self->account), problem->text);
  show_waiting (self);
}

/* A list that is shorter than before may be the operator's doing; that it was changed on the way never is for the user to
 * allow (S-44, S-45). */
static gboolean
is_for_consent (ChatConnection *self, const GError *error, XmppLogin *login)
{
  int offered = login ? xmpp_login_get_offered (login) : XMPP_STRENGTH_NONE;

  if (offered == XMPP_STRENGTH_NONE)
    return FALSE;
  chat_account_set_offered (self->account, offered);
  return g_error_matches (error, XMPP_ERROR, XMPP_ERROR_PLAIN_ONLY) ||
         (g_error_matches (error, XMPP_ERROR, XMPP_ERROR_DOWNGRADE) && offered < chat_account_get_row (self->account)->known_strength);
}

/* login: the attempt that failed; NULL: it was online. */
static void
take_problem (ChatConnection *self, const GError *error, XmppLogin *login)
{
  g_autoptr (ChatProblem) problem = chat_problem_new (error, chat_account_get_address (self->account));

  if (problem->action == CHAT_PROBLEM_RETRY) {
    wait_a_while (self, problem);
  } else if (problem->field == CHAT_PROBLEM_FIELD_CERTIFICATE) {
    ask (self, CHAT_ACCOUNT_NEEDS_CERTIFICATE, problem->text);
  } else if (is_for_consent (self, error, login)) {
    ask (self, CHAT_ACCOUNT_NEEDS_CONSENT, problem->text);
  } else if (problem->field == CHAT_PROBLEM_FIELD_PASSWORD) {
    /* The server said that it is wrong; only then is it forgotten. */
    if (g_error_matches (error, XMPP_SASL_ERROR, XMPP_SASL_ERROR_NOT_AUTHORIZED)) {
      g_clear_pointer (&self->password, xmpp_secret_unref);
      if (self->credentials && !self->password_is_new)
        chat_credentials_clear_async (self->credentials, chat_account_get_address (self->account), NULL, NULL, NULL);
    }
    ask (self, CHAT_ACCOUNT_NEEDS_PASSWORD, problem->text);
  } else {
    ask (self, CHAT_ACCOUNT_NEEDS_DECISION, problem->text);
  }
}

typedef struct { XmppSession *session; guint64 mark; } Keeping;

static void
stream_state_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Keeping *keeping = user_data;
  g_autoptr (XmppSession) session = keeping->session;

  xmpp_session_kept (session, chat_store_write_finish (CHAT_STORE (source), result, NULL) ? keeping->mark : 0);
}

/* After whatever the stanzas so far had written: the store takes it in order. */
static void
save_stream_state (XmppSession *session, gpointer user_data)
{
  ChatConnection *self = user_data;
  g_autoptr (XmppElement) state = xmpp_session_dup_sm_state (session);
  g_autofree char *text = state ? xmpp_element_to_string (state) : NULL;
  Keeping *keeping = g_new0 (Keeping, 1);

  keeping->session = g_object_ref (session);
  keeping->mark = xmpp_session_get_sm_mark (session);
  chat_store_save_sm_state_async (self->store, chat_account_get_id (self->account), text, NULL, stream_state_saved_cb, keeping);
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

/* Puts a password into the keyring that the server has proved to be right, or takes it out (S-47). */
static void
keep_password (ChatConnection *self)
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

static void
settle (ChatConnection *self, XmppLogin *login)
{
  ChatAccountRow *row = chat_account_get_row (self->account);
  int strength = xmpp_login_get_strength (login);

  self->blocked = FALSE;
  self->since = g_get_monotonic_time ();
  if (strength > row->known_strength) {
    row->known_strength = strength;
    chat_account_save (self->account);
  }
  if (self->password_is_new)
    keep_password (self);
  chat_account_set_refused (self->account, NULL, 0);
  if (xmpp_session_get_state (self->session) != XMPP_SESSION_ONLINE)
    return;      /* it is gone again already, and disconnected_cb () has said what follows */
  chat_account_set_state (self->account, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_NEEDS_NOTHING, _("Online"), NULL);
  save_stream_state (self->session, self);
}

typedef struct { ChatConnection *self; XmppLogin *login; GCancellable *cancellable; } Attempt;

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Attempt *one = user_data;
  g_autoptr (ChatConnection) self = one->self;
  g_autoptr (XmppLogin) login = one->login;
  g_autoptr (GCancellable) cancellable = one->cancellable;
  g_autoptr (GError) error = NULL;
  gboolean done = xmpp_session_connect_finish (XMPP_SESSION (source), result, &error);

  if (self->cancellable == cancellable)
    g_clear_object (&self->cancellable);
  if (done && is_wanted (self)) {
    settle (self, login);
  } else if (done) {
    xmpp_session_close (self->session);
  } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    chat_connection_update (self);
    if (may_look_again (self))
      attempt (self);
  } else {
    if (xmpp_login_get_certificate (login) &&
        (g_error_matches (error, XMPP_ERROR, XMPP_ERROR_CERTIFICATE) || g_error_matches (error, XMPP_ERROR, XMPP_ERROR_PIN_CHANGED)))
      chat_account_set_refused (self->account, xmpp_login_get_certificate (login), xmpp_login_get_certificate_errors (login));
    take_problem (self, error, login);
  }
}

/* What is sent when the connection is up. */
static void
set_presence (ChatConnection *self)
{
  xmpp_presence_module_set_own (xmpp_session_get_module (self->session, XMPP_TYPE_PRESENCE_MODULE),
                                chat_account_get_availability (self->account), chat_account_get_status_text (self->account),
                                chat_account_get_priority (self->account));
}

static void
run (ChatConnection *self)
{
  ChatProfileConfig config = { .tls_database = self->tls_database, .resolver = self->resolver };
  Attempt *one = g_new0 (Attempt, 1);

  set_presence (self);
  self->cancellable = g_cancellable_new ();
  self->since = g_get_monotonic_time ();
  one->self = g_object_ref (self);
  one->cancellable = g_object_ref (self->cancellable);
  one->login = g_steal_pointer (&self->login);
  if (!one->login)
    one->login = chat_account_new_login (chat_account_get_row (self->account), chat_account_get_jid (self->account),
                                         self->password, &config);
  if (!self->blocked)
    chat_account_set_state (self->account, CHAT_ACCOUNT_CONNECTING, CHAT_ACCOUNT_NEEDS_NOTHING, _("Connecting…"),
                            chat_account_get_problem_text (self->account));
  xmpp_session_connect_async (self->session, one->login, self->cancellable, connected_cb, one);
}

static void
password_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatConnection) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppSecret) password = chat_credentials_lookup_finish (CHAT_CREDENTIALS (source), result, &error);

  g_clear_object (&self->cancellable);
  if (self->password == NULL && password)
    self->password = g_steal_pointer (&password);
  if (!is_wanted (self) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    chat_connection_update (self);
  } else if (self->password) {
    run (self);
  } else if (error) {
    g_autoptr (ChatProblem) problem = chat_problem_new (error, chat_account_get_address (self->account));

    ask (self, CHAT_ACCOUNT_NEEDS_PASSWORD, problem->text);
  } else {
    g_autofree char *text = g_strdup_printf (_("Type the password for %s."), chat_account_get_address (self->account));

    ask (self, CHAT_ACCOUNT_NEEDS_PASSWORD, text);
  }
}

static void
attempt (ChatConnection *self)
{
  ChatAccountRow *row = chat_account_get_row (self->account);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (!is_wanted (self) || self->cancellable || xmpp_session_get_state (self->session) != XMPP_SESSION_OFFLINE)
    return;
  if (self->password || row->client_certificate) {
    run (self);
    return;
  }
  if (!self->credentials || !row->remember) {
    g_autofree char *text = g_strdup_printf (_("Type the password for %s."), chat_account_get_address (self->account));

    ask (self, CHAT_ACCOUNT_NEEDS_PASSWORD, text);
    return;
  }
  self->cancellable = g_cancellable_new ();
  chat_account_set_state (self->account, CHAT_ACCOUNT_CONNECTING, CHAT_ACCOUNT_NEEDS_NOTHING, _("Connecting…"), NULL);
  chat_credentials_lookup_async (self->credentials, row->jid, self->cancellable, password_cb, g_object_ref (self));
}

void
chat_connection_update (ChatConnection *self)
{
  if (is_wanted (self)) {
    set_presence (self);
    if (!self->blocked && !self->timer)
      attempt (self);
    return;
  }
  g_clear_handle_id (&self->timer, g_source_remove);
  self->n_failures = 0;
  self->blocked = FALSE;
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  xmpp_session_close (self->session);
  /* After a goodbye there is none. One that waited for a server to come back is for the next start. */
  if (!self->asleep)
    save_stream_state (self->session, self);
  chat_account_set_state (self->account, CHAT_ACCOUNT_OFFLINE, CHAT_ACCOUNT_NEEDS_NOTHING,
                          chat_account_get_enabled (self->account) ? _("Offline") : _("Switched off"), NULL);
}

/* What is under way was begun with other settings, or another network. It comes back by connected_cb (). */
static void
start_over (ChatConnection *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  else
    attempt (self);
}

void
chat_connection_retry_now (ChatConnection *self)
{
  self->blocked = FALSE;
  self->n_failures = 0;
  if (is_wanted (self))
    start_over (self);
  else
    chat_connection_update (self);
}

static gboolean
is_stuck (ChatConnection *self)
{
  return xmpp_session_get_state (self->session) == XMPP_SESSION_CONNECTING && has_lasted (self, STUCK_S);
}

void
chat_connection_network_changed (ChatConnection *self)
{
  if (xmpp_session_get_state (self->session) == XMPP_SESSION_ONLINE) {
    xmpp_session_probe (self->session, PROBE_MS);
  } else if (is_wanted (self) && (!self->blocked || may_look_again (self)) && (!self->cancellable || is_stuck (self))) {
    self->n_failures = 0;
    start_over (self);
  }
}

void
chat_connection_suspend (ChatConnection *self, gboolean asleep)
{
  if (self->asleep == asleep)
    return;
  self->asleep = asleep;
  if (self->blocked) {
    /* What was asked before sleep is still asked after it. */
    if (!asleep && may_look_again (self))
      start_over (self);
  } else if (asleep) {
    xmpp_session_abort (self->session);
    chat_connection_update (self);
  } else {
    chat_connection_retry_now (self);
  }
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

XmppSession *
chat_connection_get_session (ChatConnection *self)
{
  return self->session;
}

static void
disconnected_cb (XmppSession *session, GError *error, ChatConnection *self)
{
  if (has_lasted (self, STEADY_S))
    self->n_failures = 0;
  if (!is_wanted (self)) {
    chat_connection_update (self);
  } else if (error) {
    take_problem (self, error, NULL);
  } else {
    attempt (self);
  }
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
    keep_password (self);
  else
    self->password_is_new = TRUE;
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
  chat_roster_add_session (roster, account, self->session);
  chat_store_keep_caps (store, xmpp_session_get_module (self->session, XMPP_TYPE_CAPS_MODULE));
  restore_stream_state (self);
  xmpp_session_set_keeper (self->session, save_stream_state, self);
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
