/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-connection-private.h"
#include "chat-account-private.h"
#include "chat-error.h"
#include "xmpp-error.h"
#include "xmpp-presence-module.h"

#include <glib/gi18n-lib.h>

#define LOOK_AGAIN_S 8          /* at a wrong certificate */
#define STEADY_S 30             /* online for so long, it was a good connection */
#define STUCK_S 3               /* an attempt this old, begun on another network, will not come to anything */
#define PROBE_MS 5000

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

  /* What a message brought about is over when it does not go out again. */
  if (problem->action == CHAT_PROBLEM_RETRY || (login == NULL && chat_outbox_get_blamed (self->outbox))) {
    wait_a_while (self, problem);
  } else if (problem->field == CHAT_PROBLEM_FIELD_CERTIFICATE) {
    ask (self, CHAT_ACCOUNT_NEEDS_CERTIFICATE, problem->text);
  } else if (is_for_consent (self, error, login)) {
    ask (self, CHAT_ACCOUNT_NEEDS_CONSENT, problem->text);
  } else if (problem->field == CHAT_PROBLEM_FIELD_PASSWORD) {
    /* The server said that it is wrong; only then is it forgotten. */
    if (g_error_matches (error, XMPP_SASL_ERROR, XMPP_SASL_ERROR_NOT_AUTHORIZED))
      chat_connection_forget_password (self);
    ask (self, CHAT_ACCOUNT_NEEDS_PASSWORD, problem->text);
  } else {
    ask (self, CHAT_ACCOUNT_NEEDS_DECISION, problem->text);
  }
}

/* S-43: what the server proved that it can do counts even if the connection was cut right afterwards. */
static void
remember_strength (ChatConnection *self, XmppLogin *login)
{
  ChatAccountRow *row = chat_account_get_row (self->account);
  int strength = xmpp_login_get_strength (login);

  if (strength <= row->known_strength)
    return;
  row->known_strength = strength;
  chat_account_save (self->account);
}

static void
settle (ChatConnection *self)
{
  self->blocked = FALSE;
  self->since = g_get_monotonic_time ();
  if (self->password_is_new)
    chat_connection_keep_password (self);
  chat_account_set_refused (self->account, NULL, 0);
  if (xmpp_session_get_state (self->session) != XMPP_SESSION_ONLINE)
    return;      /* it is gone again already, and chat_connection_disconnected () has said what follows */
  chat_account_set_state (self->account, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_NEEDS_NOTHING, _("Online"), NULL);
  chat_connection_save_stream_state (self);
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
  remember_strength (self, login);
  if (done && is_wanted (self)) {
    settle (self);
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
    chat_connection_save_stream_state (self);
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
chat_connection_disconnected (ChatConnection *self, const GError *error)
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
