/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "scripted-server.h"
#include "test-certificates.h"
#include "test-resolver.h"
#include "xmpp-connector.h"
#include "xmpp-error.h"
#include "xmpp-login.h"
#include "xmpp-resolver.h"

#include <gio/gio.h>
#include <string.h>

/* From a domain to a TCP connection: records, races, proxies. */

#define DIRECT "_xmpps-client._tcp.a.test"
#define STARTTLS "_xmpp-client._tcp.a.test"

typedef struct {
  gboolean done;
  gpointer value;
  const XmppTarget *target;
  GError *error;
} Outcome;

static void
wait_for (Outcome *outcome)
{
  while (!outcome->done)
    g_main_context_iteration (NULL, TRUE);
}

static void
resolved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->value = xmpp_resolver_lookup_finish (result, &outcome->error);
  outcome->done = TRUE;
}

static GPtrArray *
resolve (TestResolver *resolver, const char *domain, GError **error)
{
  Outcome outcome = { 0 };

  xmpp_resolver_lookup_async (G_RESOLVER (resolver), domain, NULL, resolved_cb, &outcome);
  wait_for (&outcome);
  if (outcome.error)
    g_propagate_error (error, outcome.error);
  return outcome.value;
}

/* "host:port" and "s" for TLS from the start, joined by spaces. */
static char *
join (GPtrArray *targets)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < targets->len; i++) {
    const XmppTarget *target = targets->pdata[i];

    g_string_append_printf (out, "%s%s:%u%s", i ? " " : "", target->host, target->port, target->direct_tls ? "s" : "");
  }
  return g_string_free (out, FALSE);
}

static void
assert_resolves (TestResolver *resolver, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) targets = resolve (resolver, "a.test", &error);
  g_autofree char *actual = NULL;

  g_assert_no_error (error);
  actual = join (targets);
  g_assert_cmpstr (actual, ==, wanted);
}

static void
test_priorities_are_mixed (void)
{
  g_autoptr (TestResolver) resolver = test_resolver_new ();

  test_resolver_add_service (resolver, STARTTLS, 20, 0, 5222, "d.test");
  test_resolver_add_service (resolver, DIRECT, 10, 0, 443, "c.test.");
  test_resolver_add_service (resolver, STARTTLS, 5, 0, 5222, "b.test");
  test_resolver_add_service (resolver, DIRECT, 1, 0, 5223, "a.test");
  test_resolver_add_service (resolver, DIRECT, 1, 0, 0, "nowhere.test");
  assert_resolves (resolver, "a.test:5223s b.test:5222 c.test:443s d.test:5222");
}

static void
test_weights (void)
{
  g_autoptr (TestResolver) resolver = test_resolver_new ();
  guint heavy = 0;

  test_resolver_add_service (resolver, STARTTLS, 1, 10, 5222, "light.test");
  test_resolver_add_service (resolver, DIRECT, 1, 90, 5223, "heavy.test");
  for (guint i = 0; i < 400; i++) {
    g_autoptr (GPtrArray) targets = resolve (resolver, "a.test", NULL);

    g_assert_cmpuint (targets->len, ==, 2);
    heavy += g_str_equal (((XmppTarget *) targets->pdata[0])->host, "heavy.test");
  }
  /* 90 % of 400, by far more than chance can be wrong, and never all. */
  g_assert_cmpuint (heavy, >, 280);
  g_assert_cmpuint (heavy, <, 400);
}

static void
test_no_records (void)
{
  g_autoptr (TestResolver) resolver = test_resolver_new ();

  assert_resolves (resolver, "a.test:5222");
  g_assert_true (test_resolver_was_asked (resolver, DIRECT));
  g_assert_true (test_resolver_was_asked (resolver, STARTTLS));
}

static void
test_no_dns (void)
{
  g_autoptr (TestResolver) resolver = test_resolver_new ();

  test_resolver_fail (resolver, DIRECT);
  test_resolver_fail (resolver, STARTTLS);
  assert_resolves (resolver, "a.test:5222");
}

static void
test_no_service (void)
{
  static const char *const dots[] = { ".", "" };

  for (guint i = 0; i < G_N_ELEMENTS (dots); i++) {
    g_autoptr (TestResolver) resolver = test_resolver_new ();
    g_autoptr (GError) error = NULL;

    test_resolver_add_service (resolver, STARTTLS, 0, 0, 0, dots[i]);
    g_assert_null (resolve (resolver, "a.test", &error));
    g_assert_error (error, XMPP_ERROR, XMPP_ERROR_NO_SERVICE);
  }
}

static void
test_no_direct_tls (void)
{
  g_autoptr (TestResolver) resolver = test_resolver_new ();
  g_autoptr (GError) error = NULL;

  test_resolver_add_service (resolver, DIRECT, 0, 0, 0, ".");
  g_assert_null (resolve (resolver, "a.test", &error));
  g_assert_error (error, XMPP_ERROR, XMPP_ERROR_NO_SERVICE);
  test_resolver_add_service (resolver, STARTTLS, 0, 0, 5222, "b.test");
  assert_resolves (resolver, "b.test:5222");
}

static void
test_address_literal (void)
{
  g_autoptr (TestResolver) resolver = test_resolver_new ();
  g_autoptr (GPtrArray) targets = resolve (resolver, "192.0.2.1", NULL);
  g_autofree char *text = join (targets);

  g_assert_cmpstr (text, ==, "192.0.2.1:5222");
}

static void
test_parse_target (void)
{
  static const struct {
    const char *in, *host;
    guint port;
  } rows[] = {
    { "a.test", "a.test", 5222 }, { "a.test:99", "a.test", 99 }, { "[::1]", "::1", 5222 }, { "[::1]:99", "::1", 99 },
    { "::1", "::1", 5222 }, { "192.0.2.1:5", "192.0.2.1", 5 }, { "", NULL, 0 }, { ":5", NULL, 0 }, { "a.test:", NULL, 0 },
    { "a.test:0", NULL, 0 }, { "a.test:65536", NULL, 0 }, { "a.test:-1", NULL, 0 }, { "[::1", NULL, 0 },
    { "[a.test]", NULL, 0 }, { "a b", NULL, 0 }, { "a/b", NULL, 0 }, { "u@a.test", NULL, 0 }, { "a:b:c", NULL, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppTarget) target = xmpp_target_parse (rows[i].in, 5222, FALSE);

    g_assert_cmpstr (target ? target->host : NULL, ==, rows[i].host);
    g_assert_cmpuint (target ? target->port : 0, ==, rows[i].port);
  }
}

/* The connector. */

static GSocketListener *
listen_on (const char *address, guint16 *port)
{
  GSocketListener *listener = g_socket_listener_new ();
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new_from_string (address, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  g_socket_listener_add_address (listener, wanted, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return listener;
}

static guint16
find_closed_port (void)
{
  guint16 port;
  g_autoptr (GSocketListener) listener = listen_on ("127.0.0.1", &port);

  g_socket_listener_close (listener);
  return port;
}

static XmppConnector *
make_connector (GPtrArray **targets, GProxyResolver *proxies)
{
  XmppConnector *connector = xmpp_connector_new (g_ptr_array_ref (*targets), proxies, 20);

  g_clear_pointer (targets, g_ptr_array_unref);
  return connector;
}

static GPtrArray *
new_targets (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_target_free);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->value = xmpp_connector_next_finish (XMPP_CONNECTOR (source), result, &outcome->target, &outcome->error);
  outcome->done = TRUE;
}

static void
try_next (XmppConnector *connector, Outcome *outcome)
{
  *outcome = (Outcome) { 0 };
  xmpp_connector_next_async (connector, NULL, connected_cb, outcome);
  wait_for (outcome);
}

static void
settle (XmppConnector *connector)
{
  while (G_OBJECT (connector)->ref_count > 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (connector);
}

static void
test_hanging_target (void)
{
  g_autoptr (TestResolver) resolver = test_resolver_new ();
  guint16 port;
  G_GNUC_UNUSED g_autoptr (GSocketListener) listener = listen_on ("127.0.0.1", &port);
  GPtrArray *targets = new_targets ();
  XmppConnector *connector;
  Outcome outcome = { 0 };

  test_resolver_hang (resolver, "hang.test");
  g_resolver_set_default (G_RESOLVER (resolver));
  g_ptr_array_add (targets, xmpp_target_new ("hang.test", 5222, FALSE));
  g_ptr_array_add (targets, xmpp_target_new ("127.0.0.1", port, TRUE));
  connector = make_connector (&targets, NULL);
  try_next (connector, &outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (outcome.target->port, ==, port);
  g_assert_true (test_resolver_was_asked (resolver, "hang.test"));
  g_clear_object (&outcome.value);
  settle (connector);
}

static void
test_all_are_tried (void)
{
  guint16 port;
  g_autoptr (TestResolver) resolver = test_resolver_new ();
  G_GNUC_UNUSED g_autoptr (GSocketListener) listener = listen_on ("127.0.0.1", &port);
  GPtrArray *targets = new_targets ();
  XmppConnector *connector;
  Outcome outcome = { 0 };

  g_resolver_set_default (G_RESOLVER (resolver));
  g_ptr_array_add (targets, xmpp_target_new ("127.0.0.1", find_closed_port (), FALSE));
  g_ptr_array_add (targets, xmpp_target_new ("unknown.test", 5222, FALSE));
  g_ptr_array_add (targets, xmpp_target_new ("127.0.0.1", port, FALSE));
  g_ptr_array_add (targets, xmpp_target_new ("127.0.0.1", find_closed_port (), FALSE));
  connector = make_connector (&targets, NULL);
  try_next (connector, &outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (outcome.target->port, ==, port);
  g_clear_object (&outcome.value);
  /* What comes after it is still there to try. */
  g_assert_true (xmpp_connector_has_more (connector));
  try_next (connector, &outcome);
  g_assert_error (outcome.error, XMPP_ERROR, XMPP_ERROR_REFUSED);
  g_clear_error (&outcome.error);
  g_assert_false (xmpp_connector_has_more (connector));
  settle (connector);
}

static void
test_unknown_host (void)
{
  g_autoptr (TestResolver) resolver = test_resolver_new ();
  GPtrArray *targets = new_targets ();
  XmppConnector *connector;
  Outcome outcome = { 0 };

  g_resolver_set_default (G_RESOLVER (resolver));
  g_ptr_array_add (targets, xmpp_target_new ("unknown.test", 5222, FALSE));
  connector = make_connector (&targets, NULL);
  try_next (connector, &outcome);
  g_assert_error (outcome.error, XMPP_ERROR, XMPP_ERROR_HOST_NOT_FOUND);
  g_clear_error (&outcome.error);
  settle (connector);
}

static void
test_both_families (void)
{
  g_autoptr (TestResolver) resolver = test_resolver_new ();
  guint16 port;
  G_GNUC_UNUSED g_autoptr (GSocketListener) listener = listen_on ("127.0.0.1", &port);
  GPtrArray *targets = new_targets ();
  XmppConnector *connector;
  Outcome outcome = { 0 };

  test_resolver_add_host (resolver, "both.test", "::1");
  test_resolver_add_host (resolver, "both.test", "127.0.0.1");
  g_resolver_set_default (G_RESOLVER (resolver));
  g_ptr_array_add (targets, xmpp_target_new ("both.test", port, FALSE));
  connector = make_connector (&targets, NULL);
  try_next (connector, &outcome);
  g_assert_no_error (outcome.error);
  g_clear_object (&outcome.value);
  settle (connector);
}

static void
test_cancel (void)
{
  g_autoptr (TestResolver) resolver = test_resolver_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GPtrArray *targets = new_targets ();
  XmppConnector *connector;
  Outcome outcome = { 0 };

  test_resolver_hang (resolver, "hang.test");
  g_resolver_set_default (G_RESOLVER (resolver));
  g_ptr_array_add (targets, xmpp_target_new ("hang.test", 5222, FALSE));
  connector = make_connector (&targets, NULL);
  xmpp_connector_next_async (connector, cancellable, connected_cb, &outcome);
  g_cancellable_cancel (cancellable);
  wait_for (&outcome);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&outcome.error);
  settle (connector);
}

/* A SOCKS5 proxy for one connection (RFC 1928), in a thread: it notes the host that it is asked for. */
static gpointer
serve_socks (gpointer data)
{
  GSocketListener *listener = data;
  g_autoptr (GSocketConnection) connection = g_socket_listener_accept (listener, NULL, NULL, NULL);
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  guint8 buffer[300];
  char *host;

  g_assert_true (g_input_stream_read_all (in, buffer, 2, NULL, NULL, NULL));
  g_assert_cmpuint (buffer[0], ==, 5);
  g_assert_true (g_input_stream_read_all (in, buffer, buffer[1], NULL, NULL, NULL));
  g_output_stream_write_all (out, "\x05\x00", 2, NULL, NULL, NULL);
  g_assert_true (g_input_stream_read_all (in, buffer, 5, NULL, NULL, NULL));
  g_assert_cmpuint (buffer[3], ==, 3);
  host = g_malloc0 (buffer[4] + 1);
  g_assert_true (g_input_stream_read_all (in, host, buffer[4], NULL, NULL, NULL));
  g_assert_true (g_input_stream_read_all (in, buffer, 2, NULL, NULL, NULL));
  g_output_stream_write_all (out, "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", 10, NULL, NULL, NULL);
  return host;
}

static void
test_socks (void)
{
  g_autoptr (TestResolver) resolver = test_resolver_new ();
  guint16 port;
  g_autoptr (GSocketListener) listener = listen_on ("127.0.0.1", &port);
  g_autofree char *uri = g_strdup_printf ("socks5://127.0.0.1:%u", port);
  g_autoptr (GProxyResolver) proxies = g_simple_proxy_resolver_new (uri, NULL);
  GThread *thread = g_thread_new ("socks", serve_socks, listener);
  g_autofree char *host = NULL;
  GPtrArray *targets = new_targets ();
  XmppConnector *connector;
  Outcome outcome = { 0 };

  g_resolver_set_default (G_RESOLVER (resolver));
  g_ptr_array_add (targets, xmpp_target_new ("far.test", 5222, FALSE));
  connector = make_connector (&targets, proxies);
  try_next (connector, &outcome);
  g_assert_no_error (outcome.error);
  host = g_thread_join (thread);
  g_assert_cmpstr (host, ==, "far.test");
  g_assert_false (test_resolver_was_asked (resolver, "far.test"));
  g_clear_object (&outcome.value);
  settle (connector);
}

/* The whole log-in: a target that takes the connection and hangs up is not the end. */

static void
ran_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->value = xmpp_login_run_finish (XMPP_LOGIN (source), result, &outcome->error);
  outcome->done = TRUE;
}

static void
test_useless_targets (void)
{
  TestAuthority *authority = test_authority_new ();
  TestCertificate wanted = { .names = "dns:a.test" };
  g_autoptr (GTlsCertificate) certificate = test_authority_issue (authority, &wanted);
  g_autoptr (ScriptedServer) closes = scripted_server_new ("close", 1, "a.test", NULL);
  g_autoptr (ScriptedServer) no_tls = scripted_server_new ("S: hello\\n\ngone", 1, "a.test", NULL);
  g_autoptr (ScriptedServer) works = scripted_server_new ("login pencil", 1, "a.test", certificate);
  g_autoptr (TestResolver) resolver = test_resolver_new ();
  g_autoptr (XmppJid) jid = xmpp_jid_new ("user@a.test", NULL);
  g_autoptr (XmppSecret) password = xmpp_secret_new ("pencil", -1);
  g_autoptr (XmppLogin) login = xmpp_login_new (jid);
  Outcome outcome = { 0 };

  test_resolver_add_service (resolver, STARTTLS, 1, 0, scripted_server_get_port (closes), "127.0.0.1");
  test_resolver_add_service (resolver, DIRECT, 2, 0, scripted_server_get_port (no_tls), "127.0.0.1");
  test_resolver_add_service (resolver, STARTTLS, 3, 0, scripted_server_get_port (works), "127.0.0.1");
  g_object_set (login, "password", password, "resolver", resolver, "tls-database", test_authority_get_database (authority),
                NULL);
  xmpp_login_run_async (login, NULL, ran_cb, &outcome);
  wait_for (&outcome);
  g_assert_no_error (outcome.error);
  scripted_server_finish (closes);
  scripted_server_finish (no_tls);
  scripted_server_finish (works);
  g_clear_object (&outcome.value);
  test_authority_free (authority);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/connect/S-40-priorities-are-mixed", test_priorities_are_mixed);
  g_test_add_func ("/connect/S-40-weights", test_weights);
  g_test_add_func ("/connect/S-40-no-records", test_no_records);
  g_test_add_func ("/connect/S-40-no-dns", test_no_dns);
  g_test_add_func ("/connect/S-40-no-service", test_no_service);
  g_test_add_func ("/connect/S-40-no-direct-tls", test_no_direct_tls);
  g_test_add_func ("/connect/S-40-address-literal", test_address_literal);
  g_test_add_func ("/connect/S-69-parse-target", test_parse_target);
  g_test_add_func ("/connect/R-16-hanging-target", test_hanging_target);
  g_test_add_func ("/connect/R-16-all-are-tried", test_all_are_tried);
  g_test_add_func ("/connect/R-16-unknown-host", test_unknown_host);
  g_test_add_func ("/connect/R-16-both-families", test_both_families);
  g_test_add_func ("/connect/R-16-useless-targets", test_useless_targets);
  g_test_add_func ("/connect/cancel", test_cancel);
  g_test_add_func ("/connect/socks", test_socks);
  return g_test_run ();
}
