/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "scripted-server.h"
#include "session-peer.h"
#include "test-certificates.h"
#include "xmpp-basics-module.h"
#include "xmpp-error.h"
#include "xmpp-message-module.h"
#include "xmpp-ns.h"

#include <string.h>

/* A session that logs in, loses its connection and logs in again, against a scripted server. */

#define AUTHENTICATE "starttls\nmechanisms SCRAM-SHA-1\nscram SHA-1 pencil\nopen\n" \
  "S: <stream:features><bind xmlns='" XMPP_NS_BIND "'/><sm xmlns='" XMPP_NS_SM "'/><csi xmlns='" XMPP_NS_CSI "'/></stream:features>\n"
#define BIND "C: <iq type='set' id='$b'><bind xmlns='" XMPP_NS_BIND "'/></iq>\n" \
  "S: <iq type='result' id='$b'><bind xmlns='" XMPP_NS_BIND "'><jid>user@a.test/bound</jid></bind></iq>\n" \
  "C: <enable xmlns='" XMPP_NS_SM "' resume='true'/>\n"
#define ENABLED(more) "S: <enabled xmlns='" XMPP_NS_SM "' id='sm1' resume='true' " more "/>\n"
#define LOGIN AUTHENTICATE BIND ENABLED ("")
#define RESUME(h) AUTHENTICATE "C: <resume xmlns='" XMPP_NS_SM "' previd='sm1' h='" h "'/>\n"
#define RESUMED(h) "S: <resumed xmlns='" XMPP_NS_SM "' previd='sm1' h='" h "'/>\n"
#define C_MESSAGE(id) "C: <message id='" id "'/>\nC: <r xmlns='" XMPP_NS_SM "'/>\n"
#define S_MESSAGE(text) "S: <message from='juliet@b.test/x'><body>" text "</body></message>\n"
#define C_A(h) "C: <a xmlns='" XMPP_NS_SM "' h='" h "'/>\n"
#define S_A(h) "S: <a xmlns='" XMPP_NS_SM "' h='" h "'/>\n"
#define S_R "S: <r xmlns='" XMPP_NS_SM "'/>\n"
#define SAID(text) "message juliet@b.test/x -: " text "\n"
#define LOST "state offline\ndisconnected The server ended the connection\n"

static TestAuthority *authority;

typedef struct {
  ScriptedServer *server;
  SessionPeer *peer;
  gboolean done;
  GError *error;
} Fixture;

static ScriptedServer *
start_server (const char *script, const char *name)
{
  TestCertificate wanted = { .names = name };
  g_autoptr (GTlsCertificate) certificate = test_authority_issue (authority, &wanted);

  return scripted_server_new (script, 1, "a.test", certificate);
}

static void
set_up (Fixture *f, const char *script)
{
  const GType modules[] = { XMPP_TYPE_MESSAGE_MODULE, XMPP_TYPE_CSI_MODULE, G_TYPE_INVALID };

  memset (f, 0, sizeof *f);
  f->server = start_server (script, "dns:a.test");
  f->peer = session_peer_new_with ("user@a.test", modules);
}

static void
tear_down (Fixture *f)
{
  xmpp_session_abort (f->peer->session);
  scripted_server_finish (f->server);
  g_clear_error (&f->error);
  session_peer_free (f->peer);
  g_assert_finalize_object (f->server);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;

  g_clear_error (&f->error);
  xmpp_session_connect_finish (XMPP_SESSION (source), result, &f->error);
  f->done = TRUE;
}

static void
begin_connecting (Fixture *f, ScriptedServer *server, const char *resource, GCancellable *cancellable)
{
  g_autoptr (XmppLogin) login = xmpp_login_new (xmpp_session_get_account (f->peer->session));
  g_autoptr (XmppSecret) password = xmpp_secret_new ("pencil", -1);

  g_object_set (login, "host", "127.0.0.1", "port", scripted_server_get_port (server), "password", password, "resource", resource,
                "tls-database", test_authority_get_database (authority), NULL);
  f->done = FALSE;
  xmpp_session_connect_async (f->peer->session, login, cancellable, connected_cb, f);
}

static void
connect_to (Fixture *f, ScriptedServer *server, const char *resource)
{
  begin_connecting (f, server, resource, NULL);
  iterate_until (f->done);
  if (scripted_server_get_failure (server) != NULL)
    g_error ("%s", scripted_server_get_failure (server));
}

static void
log_in (Fixture *f)
{
  connect_to (f, f->server, NULL);
  g_assert_no_error (f->error);
}

static void
expect_log (Fixture *f, const char *text)
{
  iterate_until (f->peer->log->len >= strlen (text) || scripted_server_get_failure (f->server) != NULL);
  g_assert_cmpstr (scripted_server_get_failure (f->server), ==, NULL);
  session_peer_assert_log (f->peer, text);
}

static void
send_two_and_lose (Fixture *f)
{
  log_in (f);
  session_peer_send (f->peer, "m1");
  session_peer_send (f->peer, "m2");
  expect_log (f, "state connecting\nstate online\n" LOST);
}

#define TWO_AND_LOST LOGIN C_MESSAGE ("m1") C_MESSAGE ("m2") "close\naccept\n"

/* What comes between bind and <enabled/> is delivered, and not counted. */
static void
test_early (void)
{
  Fixture f;

  set_up (&f, AUTHENTICATE BIND S_MESSAGE ("early") "S: <iq type='get' id='e' from='a.test'><ping xmlns='urn:xmpp:ping'/></iq>\n"
          ENABLED ("") S_MESSAGE ("counted") "C: <iq type='error' id='e'/>\n" C_A ("1") S_R C_A ("1"));
  log_in (&f);
  expect_log (&f, "state connecting\nstate online\n" SAID ("early") SAID ("counted"));
  iterate_until (scripted_server_is_done (f.server));
  tear_down (&f);
}

static void
test_early_held (void)
{
  Fixture f;

  set_up (&f, AUTHENTICATE BIND S_MESSAGE ("early") ENABLED ("") S_MESSAGE ("counted") S_R C_A ("0") C_A ("1") "gone\n");
  f.peer->hold = TRUE;
  log_in (&f);
  expect_log (&f, "state connecting\nstate online\n" SAID ("early") SAID ("counted"));
  xmpp_session_release (f.peer->session, g_array_index (f.peer->tickets, guint64, 0));
  iterate_until (strstr (scripted_server_get_received (f.server, TRUE), "h='0'"));
  xmpp_session_release (f.peer->session, g_array_index (f.peer->tickets, guint64, 1));
  iterate_until (strstr (scripted_server_get_received (f.server, TRUE), "h='1'"));
  tear_down (&f);
}

static void
test_too_much_early (void)
{
  g_autoptr (GString) script = g_string_new (AUTHENTICATE BIND);
  Fixture f;

  for (guint i = 0; i < 101; i++)
    g_string_append (script, S_MESSAGE ("x"));
  g_string_append (script, "gone\n");
  set_up (&f, script->str);
  connect_to (&f, f.server, NULL);
  g_assert_error (f.error, XMPP_ERROR, XMPP_ERROR_PROTOCOL);
  tear_down (&f);
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Fixture f;

  set_up (&f, "starttls\nopen\nhang\n");
  begin_connecting (&f, f.server, NULL, cancellable);
  iterate_until (strstr (scripted_server_get_received (f.server, TRUE), "<stream:stream"));
  g_cancellable_cancel (cancellable);
  iterate_until (f.done);
  g_assert_error (f.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  expect_log (&f, "state connecting\nstate offline\n");
  tear_down (&f);
}

static void
test_owner_gone (void)
{
  gpointer session;
  Fixture f;

  set_up (&f, LOGIN "gone\n");
  session = f.peer->session;
  g_object_add_weak_pointer (session, &session);
  begin_connecting (&f, f.server, NULL, NULL);
  g_clear_object (&f.peer->session);
  iterate_until (f.done && session == NULL);
  g_assert_no_error (f.error);
  scripted_server_finish (f.server);
  session_peer_free (f.peer);
  g_assert_finalize_object (f.server);
}

static void
test_resumed (void)
{
  Fixture f;

  set_up (&f, TWO_AND_LOST RESUME ("0") RESUMED ("1") C_MESSAGE ("m2") "C: <active xmlns='" XMPP_NS_CSI "'/>\n" S_R C_A ("0")
          S_A ("2") "gone\n");
  send_two_and_lose (&f);
  log_in (&f);
  expect_log (&f, "state connecting\nacknowledged m1\nstate online\nacknowledged m2\n");
  tear_down (&f);
}

/* what is held when the link breaks comes once more, and counts once. */
static void
test_resumed_while_held (void)
{
  Fixture f;

  set_up (&f, LOGIN S_MESSAGE ("1") "close\naccept\n" RESUME ("0") RESUMED ("0") "C: <active xmlns='" XMPP_NS_CSI "'/>\n"
          S_MESSAGE ("1") S_R C_A ("0") C_A ("1") S_MESSAGE ("2") S_R C_A ("1"));
  f.peer->hold = TRUE;
  log_in (&f);
  expect_log (&f, "state connecting\nstate online\n" SAID ("1") LOST);
  log_in (&f);
  xmpp_session_release (f.peer->session, g_array_index (f.peer->tickets, guint64, 0));
  iterate_until (strstr (scripted_server_get_received (f.server, TRUE), "<a xmlns='" XMPP_NS_SM "' h='0'"));
  expect_log (&f, "state connecting\nstate online\n" SAID ("1"));
  xmpp_session_release (f.peer->session, g_array_index (f.peer->tickets, guint64, 1));
  expect_log (&f, SAID ("2"));
  iterate_until (scripted_server_is_done (f.server));
  tear_down (&f);
}

static void
test_resumed_count_too_high (void)
{
  Fixture f;

  set_up (&f, TWO_AND_LOST RESUME ("0") RESUMED ("3")
          "C: <stream:error><undefined-condition xmlns='" XMPP_NS_STREAMS "'/>"
          "<handled-count-too-high xmlns='" XMPP_NS_SM "' h='3' send-count='2'/></stream:error>\n"
          "C: </stream:stream>\nS: </stream:stream>\nC: eof\naccept\n" LOGIN);
  send_two_and_lose (&f);
  connect_to (&f, f.server, NULL);
  g_assert_error (f.error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_UNDEFINED_CONDITION);
  expect_log (&f, "state connecting\nunacknowledged m1\nunacknowledged m2\nstate offline\n");
  log_in (&f);
  expect_log (&f, "state connecting\nstate online\n");
  tear_down (&f);
}

static void
test_not_resumed (gconstpointer data)
{
  const char *const *words = data;    /* the answer to <resume/>, what of the queue it acknowledges */
  g_autofree char *script = g_strdup_printf (TWO_AND_LOST RESUME ("0") "%s" BIND ENABLED (""), words[0]);
  Fixture f;

  set_up (&f, script);
  send_two_and_lose (&f);
  log_in (&f);
  expect_log (&f, words[1]);
  tear_down (&f);
}

#define FAILED(attribute) "S: <failed xmlns='" XMPP_NS_SM "' " attribute "><item-not-found xmlns='" XMPP_NS_STANZAS "'/></failed>\n"
static const char *const failed_with_h[] = { FAILED ("h='1'"), "state connecting\nacknowledged m1\nunacknowledged m2\nstate online\n" };
static const char *const failed_without_h[] = { FAILED (""), "state connecting\nunacknowledged m1\nunacknowledged m2\nstate online\n" };
static const char *const failed_h_too_high[] = { FAILED ("h='9'"), "state connecting\nunacknowledged m1\nunacknowledged m2\nstate online\n" };
static const char *const resumed_another[] = {
  "S: <resumed xmlns='" XMPP_NS_SM "' previd='x' h='2'/>\nC: eof\naccept\n" AUTHENTICATE,
  "state connecting\nunacknowledged m1\nunacknowledged m2\nstate online\n" };
static const char *const resumed_without_h[] = {
  "S: <resumed xmlns='" XMPP_NS_SM "' previd='sm1'/>\nC: eof\naccept\n" AUTHENTICATE,
  "state connecting\nunacknowledged m1\nunacknowledged m2\nstate online\n" };

static void
test_failed_twice (void)
{
  Fixture f;

  set_up (&f, TWO_AND_LOST RESUME ("0") FAILED ("h='1'") "C: <iq type='set' id='$b'/>\n"
          "S: <iq type='error' id='$b'><error type='cancel'><not-allowed xmlns='" XMPP_NS_STANZAS "'/></error></iq>\n"
          "gone\naccept\n" LOGIN);
  send_two_and_lose (&f);
  connect_to (&f, f.server, NULL);
  g_assert_error (f.error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ALLOWED);
  expect_log (&f, "state connecting\nacknowledged m1\nunacknowledged m2\nstate offline\n");
  log_in (&f);
  expect_log (&f, "state connecting\nstate online\n");
  tear_down (&f);
}

/* An attempt that comes to nothing costs nothing. */
static void
test_resumed_later (void)
{
  Fixture f;

  set_up (&f, TWO_AND_LOST "open\nclose\naccept\n" RESUME ("0") RESUMED ("1") C_MESSAGE ("m2"));
  send_two_and_lose (&f);
  connect_to (&f, f.server, NULL);
  g_assert_error (f.error, XMPP_ERROR, XMPP_ERROR_CLOSED);
  expect_log (&f, "state connecting\nstate offline\n");
  log_in (&f);
  expect_log (&f, "state connecting\nacknowledged m1\nstate online\n");
  iterate_until (scripted_server_is_done (f.server));
  tear_down (&f);
}

/* What <enabled/> says; legastero/stanza test/stream-management.ts and Smack ParseStreamManagementTest.java. */
static void
test_enabled (void)
{
  static const struct { const char *attributes, *id, *location, *max; } rows[] = {
    { "id='zid615d9' resume='true' location='test' max='42'", "zid615d9", "test", "42" },
    { "id='a' resume='1'", "a", NULL, "0" },
    { "id='a' resume='true' max='-1'", "a", NULL, "0" },
    { "id='a' resume='false' max='42'", NULL, NULL, NULL },
    { "id='a' resume='0'", NULL, NULL, NULL },
    { "id='a'", NULL, NULL, NULL },
    { "id='' resume='true'", NULL, NULL, NULL },
    { "resume='true'", NULL, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *script = g_strdup_printf (AUTHENTICATE BIND "S: <enabled xmlns='" XMPP_NS_SM "' %s/>\n" S_R C_A ("0"),
                                               rows[i].attributes);
    g_autoptr (XmppElement) state = NULL;
    Fixture f;

    g_test_message ("%s", rows[i].attributes);
    set_up (&f, script);
    log_in (&f);
    iterate_until (scripted_server_is_done (f.server));
    state = xmpp_session_dup_sm_state (f.peer->session);
    g_assert_cmpstr (state != NULL ? xmpp_element_get_attribute (state, "id") : NULL, ==, rows[i].id);
    g_assert_cmpstr (state != NULL ? xmpp_element_get_attribute (state, "location") : NULL, ==, rows[i].location);
    g_assert_cmpstr (state != NULL ? xmpp_element_get_attribute (state, "max") : NULL, ==, rows[i].max);
    tear_down (&f);
  }
}

/* a state is no use for another resource, nor at another address. */

static void
test_other_resource (void)
{
  Fixture f;

  set_up (&f, TWO_AND_LOST LOGIN);
  send_two_and_lose (&f);
  connect_to (&f, f.server, "another");
  g_assert_no_error (f.error);
  expect_log (&f, "state connecting\nunacknowledged m1\nunacknowledged m2\nstate online\n");
  tear_down (&f);
}

static void
test_other_host (void)
{
  ScriptedServer *other = start_server (LOGIN, "dns:a.test");
  Fixture f;

  set_up (&f, LOGIN "close");
  log_in (&f);
  expect_log (&f, "state connecting\nstate online\n" LOST);
  connect_to (&f, other, NULL);
  g_assert_no_error (f.error);
  tear_down (&f);
  scripted_server_finish (other);
  g_assert_finalize_object (other);
}

/* another process goes on from the stored state, unless it is another account's. */

static XmppElement *
dup_stored_state (SessionPeer *peer)
{
  g_autoptr (XmppElement) state = xmpp_session_dup_sm_state (peer->session);
  g_autofree char *text = NULL;

  g_assert_nonnull (state);
  text = xmpp_element_to_string (state);
  return xmpp_element_parse (text, -1, NULL);
}

static void
test_restart (void)
{
  const GType modules[] = { XMPP_TYPE_MESSAGE_MODULE, G_TYPE_INVALID };
  g_autoptr (XmppElement) state = NULL;
  Fixture f;

  set_up (&f, TWO_AND_LOST RESUME ("0") RESUMED ("1") C_MESSAGE ("m2") S_A ("2") "gone\n");
  send_two_and_lose (&f);
  state = dup_stored_state (f.peer);
  session_peer_free (f.peer);
  f.peer = session_peer_new_with ("user@a.test", modules);
  xmpp_session_set_sm_state (f.peer->session, state);
  g_assert_cmpstr (xmpp_jid_get_string (xmpp_session_get_jid (f.peer->session)), ==, "user@a.test/bound");
  log_in (&f);
  expect_log (&f, "state connecting\nacknowledged m1\nstate online\nacknowledged m2\n");
  tear_down (&f);
}

static void
test_foreign_state (void)
{
  g_autoptr (XmppElement) state = NULL;
  SessionPeer *stranger = session_peer_new ("other@a.test");
  Fixture f;

  set_up (&f, LOGIN);
  log_in (&f);
  state = dup_stored_state (f.peer);
  xmpp_session_set_sm_state (stranger->session, state);
  g_assert_cmpstr (xmpp_jid_get_string (xmpp_session_get_jid (stranger->session)), ==, "other@a.test");
  g_assert_null (xmpp_session_dup_sm_state (stranger->session));
  session_peer_free (stranger);
  /* Nor is one that is in use replaced. */
  xmpp_element_set_attribute (state, "id", "another");
  xmpp_session_set_sm_state (f.peer->session, state);
  g_assert_cmpstr (xmpp_stream_management_get_id (xmpp_session_get_stream_management (f.peer->session)), ==, "sm1");
  tear_down (&f);
}

/* S-69, S-39: where the old session waits is asked first, and believed only as far as its certificate goes. */

static void
lose_with_location (Fixture *f, ScriptedServer *other, const char *rest)
{
  g_autofree char *script = g_strdup_printf (AUTHENTICATE BIND ENABLED ("location='127.0.0.1:%u'") "close\n%s",
                                             scripted_server_get_port (other), rest);

  set_up (f, script);
  log_in (f);
  expect_log (f, "state connecting\nstate online\n" LOST);
  log_in (f);
  expect_log (f, "state connecting\nstate online\n");
  tear_down (f);
  scripted_server_finish (other);
  g_assert_finalize_object (other);
}

static void
test_location (void)
{
  Fixture f;

  lose_with_location (&f, start_server (RESUME ("0") RESUMED ("0"), "dns:a.test"), "");
}

static void
test_location_of_a_stranger (void)
{
  ScriptedServer *stranger = start_server ("open\nS: <stream:features><starttls xmlns='" XMPP_NS_TLS "'/></stream:features>\n"
                                           "C: <starttls xmlns='" XMPP_NS_TLS "'/>\nS: <proceed xmlns='" XMPP_NS_TLS "'/>\n"
                                           "tls-refused\n", "dns:b.test");
  Fixture f;

  lose_with_location (&f, stranger, "accept\n" RESUME ("0") RESUMED ("0"));
}

/* Whoever proved to be the server has the last word. */
static void
test_location_refuses (void)
{
  ScriptedServer *other = start_server ("starttls\nmechanisms SCRAM-SHA-1\nC: <auth xmlns='" XMPP_NS_SASL "'/>\n"
                                        "S: <failure xmlns='" XMPP_NS_SASL "'><not-authorized/></failure>\ngone\n", "dns:a.test");
  g_autofree char *script = g_strdup_printf (AUTHENTICATE BIND ENABLED ("location='127.0.0.1:%u'") "close\n",
                                             scripted_server_get_port (other));
  Fixture f;

  set_up (&f, script);
  log_in (&f);
  expect_log (&f, "state connecting\nstate online\n" LOST);
  connect_to (&f, f.server, NULL);
  g_assert_error (f.error, XMPP_SASL_ERROR, XMPP_SASL_ERROR_NOT_AUTHORIZED);
  tear_down (&f);
  scripted_server_finish (other);
  g_assert_finalize_object (other);
}

static void
test_location_without_tls (void)
{
  Fixture f;

  lose_with_location (&f, start_server ("open\nS: <stream:features><mechanisms xmlns='" XMPP_NS_SASL "'>"
                                        "<mechanism>PLAIN</mechanism></mechanisms></stream:features>\ngone\n", "dns:a.test"),
                      "accept\n" RESUME ("0") RESUMED ("0"));
}

/* Sent elsewhere when all was nearly done; what came until then is not lost. */
static void
test_redirected_late (void)
{
  ScriptedServer *other = start_server (LOGIN S_R C_A ("0"), "dns:a.test");
  g_autofree char *script = g_strdup_printf (
    AUTHENTICATE BIND S_MESSAGE ("early") "S: <stream:error><see-other-host xmlns='" XMPP_NS_STREAMS "'>127.0.0.1:%u</see-other-host>"
    "</stream:error></stream:stream>\ngone\n", scripted_server_get_port (other));
  Fixture f;

  set_up (&f, script);
  log_in (&f);
  expect_log (&f, "state connecting\nstate online\n" SAID ("early"));
  iterate_until (scripted_server_is_done (other));
  tear_down (&f);
  scripted_server_finish (other);
  g_assert_finalize_object (other);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  authority = test_authority_new ();
  g_test_add_func ("/session-login/R-01/early", test_early);
  g_test_add_func ("/session-login/R-11/early-held", test_early_held);
  g_test_add_func ("/session-login/R-01/too-much-early", test_too_much_early);
  g_test_add_func ("/session-login/cancelled", test_cancelled);
  g_test_add_func ("/session-login/owner-gone", test_owner_gone);
  g_test_add_func ("/session-login/R-04/resumed", test_resumed);
  g_test_add_func ("/session-login/R-07/resumed-while-held", test_resumed_while_held);
  g_test_add_func ("/session-login/R-03/resumed-count-too-high", test_resumed_count_too_high);
  g_test_add_data_func ("/session-login/R-05/failed-with-h", failed_with_h, test_not_resumed);
  g_test_add_data_func ("/session-login/R-05/failed-without-h", failed_without_h, test_not_resumed);
  g_test_add_data_func ("/session-login/R-05/failed-h-too-high", failed_h_too_high, test_not_resumed);
  g_test_add_func ("/session-login/R-05/failed-twice", test_failed_twice);
  g_test_add_func ("/session-login/R-04/resumed-later", test_resumed_later);
  g_test_add_func ("/session-login/R-01/enabled", test_enabled);
  g_test_add_data_func ("/session-login/R-06/resumed-another", resumed_another, test_not_resumed);
  g_test_add_data_func ("/session-login/R-06/resumed-without-h", resumed_without_h, test_not_resumed);
  g_test_add_func ("/session-login/R-14/other-resource", test_other_resource);
  g_test_add_func ("/session-login/R-14/other-host", test_other_host);
  g_test_add_func ("/session-login/R-13/restart", test_restart);
  g_test_add_func ("/session-login/R-14/foreign-state", test_foreign_state);
  g_test_add_func ("/session-login/S-69/location", test_location);
  g_test_add_func ("/session-login/S-39/location-of-a-stranger", test_location_of_a_stranger);
  g_test_add_func ("/session-login/S-39/location-without-tls", test_location_without_tls);
  g_test_add_func ("/session-login/S-69/location-refuses", test_location_refuses);
  g_test_add_func ("/session-login/S-69/redirected-late", test_redirected_late);
  result = g_test_run ();
  test_authority_free (authority);
  return result;
}
