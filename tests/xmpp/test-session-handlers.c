/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "session-peer.h"
#include "xmpp-error.h"
#include "xmpp-message-module.h"
#include "xmpp-ns.h"
#include "xmpp-presence-module.h"
#include "xmpp-roster-module.h"
#include "xmpp-session-link.h"

#include <string.h>

/* Whoever is told something by a session may end it there and then, or let go of it. And how requests end. */

#define A(h) "<a xmlns='" XMPP_NS_SM "' h='" h "'/>"

typedef enum { ABORT, CLOSE, DROP, SEND, N_ACTIONS } Action;
static const char *const action_names[] = { "abort", "close", "drop", "send" };

typedef struct {
  const char *object;           /* session, message, roster, presence */
  const char *signal;
  Action action;
} Hook;

static SessionPeer *peer;
static guint n_acted;

static void
set_up (void)
{
  XmppSessionTimeouts timeouts = { 1, 60000, 60000, 60000, 60000 };

  n_acted = 0;
  peer = session_peer_new ("romeo@montague.example/orchard");
  xmpp_session_set_timeouts (peer->session, &timeouts);
  xmpp_stream_management_enable (xmpp_session_get_stream_management (peer->session), "sm1", NULL, 300);
  session_peer_begin (peer, TRUE);
}

static void
tear_down (void)
{
  g_clear_pointer (&peer, session_peer_free);
}

static void
run_idle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
act (Action action)
{
  if (peer->session == NULL || n_acted++ > 0)
    return;
  if (action == ABORT)
    xmpp_session_abort (peer->session);
  else if (action == CLOSE)
    xmpp_session_close (peer->session);
  else if (action == DROP)
    g_clear_object (&peer->session);
  else
    session_peer_send (peer, "from-a-handler");
}

static void
act_cb (const Hook *hook)
{
  act (hook->action);
}

static gpointer
get_object (const char *name)
{
  GType type = g_str_equal (name, "message") ? XMPP_TYPE_MESSAGE_MODULE
    : g_str_equal (name, "roster") ? XMPP_TYPE_ROSTER_MODULE : XMPP_TYPE_PRESENCE_MODULE;

  return g_str_equal (name, "session") ? (gpointer) peer->session : xmpp_session_get_module (peer->session, type);
}

/* A life with everything in it: a resumption with a queue, stanzas of all kinds, acknowledgements, one of them wrong. */
static void
live (void)
{
  session_peer_begin (peer, TRUE);
  if (peer->session != NULL)
    session_peer_send (peer, "m3");
  session_peer_say (peer, "<message from='juliet@capulet.example/balcony'><body>hi</body></message>"
                    "<iq type='set' id='p'><query xmlns='jabber:iq:roster'><item jid='juliet@capulet.example' subscription='both'/></query></iq>"
                    "<presence from='juliet@capulet.example/balcony'/><presence type='subscribe' from='tybalt@capulet.example'/>"
                    A ("2") A ("3"));
  run_idle ();
  if (peer->session != NULL)
    session_peer_send (peer, "m4");
  session_peer_say (peer, A ("77") "</stream:stream>");
  run_idle ();
}

static void
test_hook (gconstpointer data)
{
  const Hook *hook = data;
  gpointer session;

  set_up ();
  session = peer->session;
  g_object_add_weak_pointer (session, &session);
  session_peer_send (peer, "m1");
  session_peer_send (peer, "m2");
  xmpp_session_abort (peer->session);
  g_signal_connect_data (get_object (hook->object), hook->signal, G_CALLBACK (act_cb), (gpointer) hook, NULL, G_CONNECT_SWAPPED);
  live ();
  g_assert_cmpuint (n_acted, >, 0);
  if (hook->action == DROP) {
    g_assert_null (session);
  } else {
    g_assert_cmpint (xmpp_session_get_state (peer->session), ==, XMPP_SESSION_OFFLINE);
    g_assert_cmpuint (peer->session->ack_source + peer->session->answer_source + peer->session->idle_source, ==, 0);
  }
  tear_down ();
  g_assert_null (session);
}

/* The end comes while the session closes. */

static void
closing_cb (XmppSession *session, GParamSpec *pspec, gpointer action)
{
  if (xmpp_session_get_state (session) == XMPP_SESSION_CLOSING)
    act (GPOINTER_TO_INT (action));
}

static void
test_closing (gconstpointer action)
{
  for (gboolean refused = FALSE; refused <= TRUE; refused++) {
    set_up ();
    g_signal_connect (peer->session, "notify::state", G_CALLBACK (closing_cb), (gpointer) action);
    if (refused)
      session_peer_say (peer, A ("77"));
    else
      xmpp_session_close (peer->session);
    iterate_until (n_acted > 0);
    session_peer_hear (peer, "EOF");
    tear_down ();
  }
}

/* A module is not told that the session is online when that is over already. */

#define TEST_TYPE_MODULE (test_module_get_type ())
G_DECLARE_FINAL_TYPE (TestModule, test_module, TEST, MODULE, XmppModule)
struct _TestModule { XmppModule parent_instance; };
G_DEFINE_FINAL_TYPE (TestModule, test_module, XMPP_TYPE_MODULE)

static void
online (XmppModule *module, gboolean resumed)
{
  g_string_append (peer->log, "online\n");
}

static void
offline (XmppModule *module)
{
  g_string_append (peer->log, "offline\n");
}

static void
test_module_class_init (TestModuleClass *klass)
{
  XMPP_MODULE_CLASS (klass)->online = online;
  XMPP_MODULE_CLASS (klass)->offline = offline;
}

static void
test_module_init (TestModule *self)
{
}

static void
test_online_and_offline (void)
{
  const GType modules[] = { TEST_TYPE_MODULE, XMPP_TYPE_MESSAGE_MODULE, G_TYPE_INVALID };
  Hook hook = { "session", "notify::state", ABORT };

  n_acted = 0;
  peer = session_peer_new_with ("romeo@montague.example/orchard", modules);
  session_peer_begin (peer, FALSE);
  xmpp_session_abort (peer->session);
  session_peer_assert_log (peer, "state online\nonline\nstate offline\noffline\ndisconnected The connection was dropped\n");
  g_signal_connect_swapped (peer->session, "notify::state", G_CALLBACK (act_cb), &hook);
  session_peer_begin (peer, FALSE);
  /* "notify" does not nest: the state of the end is told after the end. */
  session_peer_assert_log (peer, "state online\noffline\ndisconnected The connection was dropped\nstate offline\n");
  tear_down ();
}

/* -- requests --------------------------------------------------------------------------------------------------------- */

typedef struct {
  guint n;
  GError *error;
  gboolean drop;
} Outcome;

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;
  XmppElement *answer;

  g_clear_error (&outcome->error);
  answer = xmpp_session_send_iq_finish (XMPP_SESSION (source), result, &outcome->error);
  g_clear_pointer (&answer, xmpp_element_unref);
  outcome->n++;
  if (outcome->drop)
    g_clear_object (&peer->session);
}

static char *
ask (guint timeout_ms, GCancellable *cancellable, Outcome *outcome)
{
  g_autoptr (XmppElement) iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");

  xmpp_element_set_attribute (iq, "type", "get");
  xmpp_element_add_child (iq, "u", "question");
  xmpp_session_send_iq_async (peer->session, iq, timeout_ms, cancellable, answered_cb, outcome);
  return g_strdup (xmpp_element_get_attribute (iq, "id"));
}

static void
answer (const char *id)
{
  g_autofree char *text = g_strdup_printf ("<iq type='result' id='%s'/>", id);

  session_peer_say (peer, text);
}

static void
test_ids (void)
{
  Outcome outcome = { 0 };
  g_autofree char *one = NULL, *two = NULL;

  set_up ();
  one = ask (60000, NULL, &outcome);
  two = ask (60000, NULL, &outcome);
  g_assert_cmpuint (strlen (one), ==, 22);
  g_assert_cmpstr (one, !=, two);
  answer (two);
  iterate_until (outcome.n == 1);
  g_assert_no_error (outcome.error);
  answer (one);
  iterate_until (outcome.n == 2);
  tear_down ();
}

static void
test_cancelled_before (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome outcome = { 0 };
  g_autofree char *id = NULL;

  set_up ();
  g_cancellable_cancel (cancellable);
  id = ask (60000, cancellable, &outcome);
  iterate_until (outcome.n > 0);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  session_peer_expect_h (peer, 0);
  g_assert_null (id);
  g_clear_error (&outcome.error);
  tear_down ();
  g_assert_cmpuint (outcome.n, ==, 1);
}

static void
test_cancelled_during (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome outcome = { 0 };
  g_autofree char *id = NULL;

  set_up ();
  id = ask (60000, cancellable, &outcome);
  g_cancellable_cancel (cancellable);
  iterate_until (outcome.n > 0);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  answer (id);
  session_peer_expect_h (peer, 1);
  g_clear_error (&outcome.error);
  tear_down ();
  g_assert_cmpuint (outcome.n, ==, 1);
}

static void
test_disconnected (void)
{
  Outcome outcome = { 0 };
  g_autofree char *id = NULL, *none = NULL;

  set_up ();
  id = ask (60000, NULL, &outcome);
  xmpp_session_abort (peer->session);
  iterate_until (outcome.n == 1);
  g_assert_error (outcome.error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED);
  none = ask (60000, NULL, &outcome);
  iterate_until (outcome.n == 2);
  g_assert_error (outcome.error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED);
  /* Sent again when resumed, but nobody waits for the answer. */
  session_peer_begin (peer, TRUE);
  session_peer_hear (peer, id);
  answer (id);
  session_peer_expect_h (peer, 1);
  g_assert_cmpuint (outcome.n, ==, 2);
  g_clear_error (&outcome.error);
  tear_down ();
}

/* A request keeps its session until it ends. */
static void
test_owner_gone (void)
{
  Outcome outcome = { 0 };
  g_autofree char *id = NULL;
  gpointer session;

  set_up ();
  session = peer->session;
  g_object_add_weak_pointer (session, &session);
  id = ask (1, NULL, &outcome);
  g_clear_object (&peer->session);
  iterate_until (outcome.n > 0);
  g_assert_error (outcome.error, XMPP_ERROR, XMPP_ERROR_TIMEOUT);
  run_idle ();
  g_assert_null (session);
  g_clear_error (&outcome.error);
  tear_down ();
  g_assert_cmpuint (outcome.n, ==, 1);
}

/* The callback lets go of the session, in each way in which a request ends. */
static void
test_dropped_in_callback (gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const char *end = data;
  Outcome outcome = { .drop = TRUE }, other = { 0 };
  g_autofree char *id = NULL, *other_id = NULL;
  gpointer session;

  set_up ();
  session = peer->session;
  g_object_add_weak_pointer (session, &session);
  id = ask (g_str_equal (end, "timeout") ? 1 : 60000, cancellable, &outcome);
  other_id = ask (20, NULL, &other);
  if (g_str_equal (end, "answer"))
    answer (id);
  else if (g_str_equal (end, "abort"))
    xmpp_session_abort (peer->session);
  else if (g_str_equal (end, "close"))
    session_peer_say (peer, "</stream:stream>");
  else if (g_str_equal (end, "cancel"))
    g_cancellable_cancel (cancellable);
  iterate_until (outcome.n == 1 && other.n == 1);
  run_idle ();
  g_assert_null (session);
  g_clear_error (&outcome.error);
  g_clear_error (&other.error);
  tear_down ();
}

/* -- answers ---------------------------------------------------------------------------------------------------------- */

static void
count_answers_cb (XmppSession *session, XmppElement *stanza, guint *n)
{
  const char *type = xmpp_element_get_attribute (stanza, "type");

  if (g_strcmp0 (xmpp_element_get_attribute (stanza, "id"), "asked") == 0 &&
      (g_str_equal (type, "result") || g_str_equal (type, "error")))
    (*n)++;
}

/* Every handler of a request answers it, whatever is in it, and only once. */
static void
test_answered_once (void)
{
  GPtrArray *modules;
  guint n = 0, n_rows = 0;

  set_up ();
  g_signal_connect (peer->session, "sent", G_CALLBACK (count_answers_cb), &n);
  modules = xmpp_session_get_modules (peer->session);
  for (guint i = 0; i < modules->len; i++) {
    for (const XmppHandler *row = XMPP_MODULE_GET_CLASS (modules->pdata[i])->handlers; row != NULL && row->func != NULL; row++) {
      g_autofree char *text = NULL;

      if (row->kind != XMPP_IQ_GET && row->kind != XMPP_IQ_SET)
        continue;
      text = g_strdup_printf ("<iq type='%s' id='asked'><%s xmlns='%s'/></iq>", row->kind == XMPP_IQ_GET ? "get" : "set",
                              row->name, row->ns);
      g_test_message ("%s", text);
      session_peer_say (peer, text);
      session_peer_expect_h (peer, ++n_rows);
      g_assert_cmpuint (n, ==, n_rows);
    }
  }
  g_assert_cmpuint (n_rows, >=, 5);
  tear_down ();
}

/* -- beginnings ------------------------------------------------------------------------------------------------------- */

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->n++;
  g_clear_error (&outcome->error);
  g_assert_false (xmpp_session_connect_finish (XMPP_SESSION (source), result, &outcome->error));
}

static void
connect_cancelled (XmppSession *session, Outcome *outcome)
{
  g_autoptr (XmppLogin) login = xmpp_login_new (xmpp_session_get_account (session));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_cancellable_cancel (cancellable);
  xmpp_session_connect_async (session, login, cancellable, connected_cb, outcome);
}

static void
reconnect_cb (XmppSession *session, GError *error, gpointer user_data)
{
  g_assert_cmpint (xmpp_session_get_state (session), ==, XMPP_SESSION_OFFLINE);
  connect_cancelled (session, user_data);
}

static void
test_reconnect (void)
{
  Outcome outcome = { 0 };

  set_up ();
  g_string_truncate (peer->log, 0);
  g_signal_connect (peer->session, "disconnected", G_CALLBACK (reconnect_cb), &outcome);
  session_peer_say (peer, "</stream:stream>");
  iterate_until (outcome.n == 1);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  session_peer_assert_log (peer, "state offline\ndisconnected The server closed the connection\nstate connecting\nstate offline\n");
  g_clear_error (&outcome.error);
  tear_down ();
}

static void
test_connect_twice (void)
{
  Outcome outcome = { 0 };

  set_up ();
  connect_cancelled (peer->session, &outcome);
  iterate_until (outcome.n == 1);
  g_assert_nonnull (outcome.error);
  g_assert_cmpint (xmpp_session_get_state (peer->session), ==, XMPP_SESSION_ONLINE);
  session_peer_expect_h (peer, 0);
  g_clear_error (&outcome.error);
  tear_down ();
}

static void
test_module_outlives_session (void)
{
  g_autoptr (XmppModule) module = NULL;

  set_up ();
  module = g_object_ref (xmpp_session_get_module (peer->session, XMPP_TYPE_MESSAGE_MODULE));
  g_assert_true (xmpp_module_get_session (module) == peer->session);
  g_signal_handlers_disconnect_by_data (module, peer);
  tear_down ();
  g_assert_null (xmpp_module_get_session (module));
}

static void
add_hooks (void)
{
  static const struct { const char *object, *signal; } places[] = {
    { "session", "notify::state" }, { "session", "sent" }, { "session", "acknowledged" }, { "session", "unacknowledged" },
    { "session", "disconnected" }, { "message", "message" }, { "roster", "item-changed" }, { "presence", "presence" },
    { "presence", "subscription" },
  };
  static Hook hooks[G_N_ELEMENTS (places) * N_ACTIONS];
  Hook *hook = hooks;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    for (Action action = 0; action < N_ACTIONS; action++, hook++) {
      g_autofree char *path = g_strdup_printf ("/session-handlers/%s-in-%s", action_names[action], places[i].signal);

      hook->object = places[i].object;
      hook->signal = places[i].signal;
      hook->action = action;
      g_test_add_data_func (path, hook, test_hook);
    }
  }
}

int
main (int argc, char **argv)
{
  static const char *const ends[] = { "answer", "timeout", "abort", "close", "cancel" };

  g_test_init (&argc, &argv, NULL);
  add_hooks ();
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autofree char *path = g_strdup_printf ("/session-handlers/S-07/dropped-in-callback/%s", ends[i]);

    g_test_add_data_func (path, ends[i], test_dropped_in_callback);
  }
  g_test_add_data_func ("/session-handlers/abort-when-closing", GINT_TO_POINTER (ABORT), test_closing);
  g_test_add_data_func ("/session-handlers/drop-when-closing", GINT_TO_POINTER (DROP), test_closing);
  g_test_add_func ("/session-handlers/online-and-offline", test_online_and_offline);
  g_test_add_func ("/session-handlers/S-08/ids", test_ids);
  g_test_add_func ("/session-handlers/S-07/cancelled-before", test_cancelled_before);
  g_test_add_func ("/session-handlers/S-07/cancelled-during", test_cancelled_during);
  g_test_add_func ("/session-handlers/S-07/disconnected", test_disconnected);
  g_test_add_func ("/session-handlers/S-07/owner-gone", test_owner_gone);
  g_test_add_func ("/session-handlers/S-25/answered-once", test_answered_once);
  g_test_add_func ("/session-handlers/reconnect-in-disconnected", test_reconnect);
  g_test_add_func ("/session-handlers/connect-while-online", test_connect_twice);
  g_test_add_func ("/session-handlers/module-outlives-session", test_module_outlives_session);
  return g_test_run ();
}
