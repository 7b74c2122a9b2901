/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "scripted-server.h"
#include "test-certificates.h"
#include "xmpp-enum-types.h"
#include "xmpp-error.h"
#include "xmpp-login.h"

#include <gio/gio.h>
#include <string.h>

/* The truth table of the log-in (tests/data/login/connector.table), and what no table can say: cancelling, the owner gone.
 * Run once for each version of TLS, as GnuTLS reads its priorities once per process. */

typedef struct {
  char *name, *tls, *client, *certificate, *expect, *never;
  GString *script;
  guint first_line;
} Row;

typedef struct {
  gboolean done;
  XmppStream *stream;
  GError *error;
} Outcome;

static TestAuthority *authority;

static void
row_free (Row *row)
{
  g_free (row->name);
  g_free (row->tls);
  g_free (row->client);
  g_free (row->certificate);
  g_free (row->expect);
  g_free (row->never);
  g_string_free (row->script, TRUE);
  g_free (row);
}

static gboolean
take_field (char **field, const char *line, const char *name)
{
  if (!g_str_has_prefix (line, name))
    return FALSE;
  g_free (*field);
  *field = g_strstrip (g_strdup (line + strlen (name)));
  return TRUE;
}

static void
take_line (Row *row, const char *line, guint number)
{
  if (take_field (&row->tls, line, "tls:") || take_field (&row->client, line, "client:")
      || take_field (&row->certificate, line, "cert:") || take_field (&row->expect, line, "expect:")
      || take_field (&row->never, line, "never:"))
    return;
  if (row->first_line == 0)
    row->first_line = number;
  g_string_append_printf (row->script, "%s\n", line);
}

static GPtrArray *
read_table (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("STONECHAT_TEST_DATA"), "login", "connector.table", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) row_free);
  Row *row = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    if (lines[i][0] == '[') {
      row = g_new0 (Row, 1);
      row->name = g_strndup (lines[i] + 1, strlen (lines[i]) - 2);
      row->client = g_strdup ("");
      row->certificate = g_strdup ("names=dns:a.test");
      row->script = g_string_new (NULL);
      g_ptr_array_add (rows, row);
    } else if (row) {
      take_line (row, lines[i], i + 1);
    }
  }
  return rows;
}

/* "name=value" or "name" among words. */
static char *
find_word (const char *words, const char *name)
{
  g_auto (GStrv) list = g_strsplit (words, " ", -1);

  for (guint i = 0; list[i]; i++) {
    if (g_str_equal (list[i], name))
      return g_strdup ("");
    if (g_str_has_prefix (list[i], name) && list[i][strlen (name)] == '=')
      return g_strdup (list[i] + strlen (name) + 1);
  }
  return NULL;
}

static gboolean
has_word (const char *words, const char *name)
{
  g_autofree char *value = find_word (words, name);

  return value != NULL;
}

static int
get_number (const char *words, const char *name)
{
  g_autofree char *value = find_word (words, name);

  return value ? atoi (value) : 0;
}

static GTlsCertificate *
issue (const char *words)
{
  g_autofree char *names = find_word (words, "names");
  g_autofree char *cn = find_word (words, "cn");
  TestCertificate wanted = {
    .cn = cn,
    .names = names ? g_strdelimit (names, ",", ' ') : "",
    .from_days = get_number (words, "from"),
    .until_days = get_number (words, "until"),
    .self_signed = has_word (words, "self-signed"),
  };

  return test_authority_issue (authority, &wanted);
}

static XmppJid *
make_jid (const char *words)
{
  g_autofree char *text = find_word (words, "jid");
  g_autoptr (GError) error = NULL;
  XmppJid *jid = xmpp_jid_new (text ? text : "user@a.test", &error);

  g_assert_no_error (error);
  return jid;
}

static void
set_strings (XmppLogin *login, const char *words, GTlsCertificate *server)
{
  g_autofree char *pin = find_word (words, "pin");
  g_autofree char *fingerprint = xmpp_certificate_fingerprint (server);
  g_autofree char *resource = find_word (words, "resource");
  g_autofree char *resume = find_word (words, "resume");

  if (pin && g_str_equal (pin, "bad"))
    fingerprint[0] = fingerprint[0] == '0' ? '1' : '0';
  g_object_set (login, "pin-sha256", pin ? fingerprint : NULL, "resource", resource, "resume-id", resume, NULL);
  if (resume)
    g_object_set (login, "resume-h", 3, NULL);
}

static void
set_secrets (XmppLogin *login, const char *words)
{
  g_autofree char *password = find_word (words, "password");
  g_autofree char *known = find_word (words, "known");
  g_autofree char *text = g_strcompress (password ? password : "pencil");
  g_autoptr (XmppSecret) secret = NULL;

  if (password && strstr (password, "\\u0007")) {
    g_free (text);
    text = g_strdup ("pen\acil");
  }
  secret = xmpp_secret_new (text, -1);
  if (!has_word (words, "no-password"))
    g_object_set (login, "password", secret, NULL);
  if (known) {
    g_autoptr (GEnumClass) strengths = g_type_class_ref (XMPP_TYPE_STRENGTH);
    GEnumValue *value = g_enum_get_value_by_nick (strengths, known);

    g_assert_nonnull (value);
    g_object_set (login, "known-strength", value->value, NULL);
  }
}

static XmppLogin *
make_login (const char *words, ScriptedServer *server, GTlsCertificate *certificate)
{
  g_autoptr (XmppJid) jid = make_jid (words);
  XmppLogin *login = xmpp_login_new (jid);
  guint timeout = get_number (words, "timeout");

  g_object_set (login, "host", "127.0.0.1", "port", scripted_server_get_port (server), "tls-database",
                test_authority_get_database (authority), "allow-plain", has_word (words, "allow-plain"), "direct-tls",
                has_word (words, "direct"), NULL);
  set_strings (login, words, certificate);
  set_secrets (login, words);
  if (timeout)
    g_object_set (login, "step-timeout", timeout, NULL);
  if (has_word (words, "certificate")) {
    g_autoptr (GTlsCertificate) own = issue ("names=xmpp:a.test");

    g_object_set (login, "client-certificate", own, NULL);
    scripted_server_request_certificate (server);
  }
  return login;
}

static void
ran_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->stream = xmpp_login_run_finish (XMPP_LOGIN (source), result, &outcome->error);
  outcome->done = TRUE;
}

static void
wait_for (Outcome *outcome)
{
  while (!outcome->done)
    g_main_context_iteration (NULL, TRUE);
}

static void
check_detail (const char *expect, const char *name, const char *actual)
{
  g_autofree char *wanted = find_word (expect, name);

  if (wanted)
    g_assert_cmpstr (actual, ==, wanted);
}

static void
check_resumption (XmppLogin *login, const char *expect)
{
  guint32 h = 0;
  gboolean has_h = xmpp_login_get_resume_h (login, &h);
  g_autofree char *text = has_h ? g_strdup_printf ("%u", h) : NULL;

  g_assert_cmpint (xmpp_login_get_resumed (login), ==, has_word (expect, "resumed"));
  g_assert_cmpint (has_h, ==, has_word (expect, "resumed") || has_word (expect, "failed"));
  check_detail (expect, "resumed", text);
  check_detail (expect, "failed", text);
}

static void
check_success (XmppLogin *login, const char *expect)
{
  g_autoptr (GEnumClass) strengths = g_type_class_ref (XMPP_TYPE_STRENGTH);
  XmppJid *jid = xmpp_login_get_bound_jid (login);
  g_auto (GStrv) words = g_strsplit (expect, " ", -1);

  g_assert_cmpstr (g_enum_get_value (strengths, xmpp_login_get_strength (login))->value_nick, ==, words[1]);
  check_detail (expect, "jid", jid ? xmpp_jid_get_string (jid) : NULL);
  check_detail (expect, "sm", xmpp_login_get_sm_id (login));
  check_resumption (login, expect);
  g_assert_cmpint (xmpp_login_get_step (login), ==, XMPP_STEP_DONE);
  g_assert_nonnull (xmpp_login_get_certificate (login));
}

static const char *
get_error_name (int code)
{
  static const struct {
    int code;
    const char *name;
  } names[] = {
    { XMPP_ERROR_PROTOCOL, "protocol" }, { XMPP_ERROR_TIMEOUT, "timeout" }, { XMPP_ERROR_CLOSED, "closed" },
    { XMPP_ERROR_TLS_UNAVAILABLE, "tls-unavailable" }, { XMPP_ERROR_TLS_FAILED, "tls-failed" },
    { XMPP_ERROR_CERTIFICATE, "certificate" }, { XMPP_ERROR_PIN_CHANGED, "pin-changed" },
    { XMPP_ERROR_DOWNGRADE, "downgrade" }, { XMPP_ERROR_NO_MECHANISM, "no-mechanism" },
    { XMPP_ERROR_SERVER_PROOF, "server-proof" }, { XMPP_ERROR_INVALID_PASSWORD, "invalid-password" },
    { XMPP_ERROR_PLAIN_ONLY, "plain-only" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (names[i].code == code)
      return names[i].name;
  }
  return "another";
}

static void
check_error (const GError *error, const char *expect)
{
  g_auto (GStrv) words = g_strsplit (expect, " ", -1);
  GQuark domain = g_str_equal (words[0], "sasl") ? XMPP_SASL_ERROR
    : g_str_equal (words[0], "stream") ? XMPP_STREAM_ERROR
    : g_str_equal (words[0], "stanza") ? XMPP_STANZA_ERROR : XMPP_ERROR;

  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_cmpstr (g_quark_to_string (error->domain), ==, g_quark_to_string (domain));
  g_assert_cmpuint (strlen (error->message), >, 3);
  if (g_str_equal (words[1], "any"))
    return;
  g_assert_cmpstr (domain == XMPP_ERROR ? get_error_name (error->code) : xmpp_error_to_condition (domain, error->code), ==,
                   words[1]);
}

static void
check_bytes (Row *row, ScriptedServer *server)
{
  static const char *const never_clear[] = { "<auth", "<response", "<iq", "<message", "<presence", "<resume", "user@",
                                             "pencil", "from=" };
  g_auto (GStrv) never = g_strsplit (row->never ? row->never : "", "|", -1);

  for (guint i = 0; i < G_N_ELEMENTS (never_clear); i++)
    g_assert_null (strstr (scripted_server_get_received (server, FALSE), never_clear[i]));
  for (guint i = 0; never[i]; i++)
    g_assert_null (*never[i] ? strstr (scripted_server_get_received (server, TRUE), never[i]) : NULL);
  g_assert_null (strstr (scripted_server_get_received (server, TRUE), "pencil"));
  if (has_word (row->client, "direct") && g_str_has_prefix (row->expect, "ok"))
    g_assert_cmpstr (scripted_server_get_alpn (server), ==, "xmpp-client");
}

static void
test_row (gconstpointer data)
{
  Row *row = (Row *) data;
  g_autoptr (GTlsCertificate) certificate = issue (row->certificate);
  g_autoptr (XmppJid) jid = make_jid (row->client);
  g_autofree char *domain = xmpp_jid_dup_ascii_domain (jid, NULL);
  g_autoptr (ScriptedServer) server = scripted_server_new (row->script->str, row->first_line, domain, certificate);
  XmppLogin *login = make_login (row->client, server, certificate);
  Outcome outcome = { 0 };

  xmpp_login_run_async (login, NULL, ran_cb, &outcome);
  wait_for (&outcome);
  if (scripted_server_get_failure (server))
    g_error ("The server's script, %s (and the client: %s)", scripted_server_get_failure (server),
             outcome.error ? outcome.error->message : "ok");
  if (g_str_has_prefix (row->expect, "ok")) {
    g_assert_no_error (outcome.error);
    check_success (login, row->expect);
  } else {
    check_error (outcome.error, row->expect);
    g_assert_null (outcome.stream);
  }
  scripted_server_finish (server);
  check_bytes (row, server);
  if (outcome.stream)
    xmpp_stream_abort (outcome.stream);
  g_clear_object (&outcome.stream);
  g_clear_error (&outcome.error);
  g_assert_finalize_object (login);
}

/* Cancelled when the log-in reaches a step; the script hangs there in any case. */

typedef struct {
  XmppStep step;
  GCancellable *cancellable;
} CancelAt;

static void
step_cb (XmppLogin *login, GParamSpec *pspec, gpointer user_data)
{
  CancelAt *at = user_data;

  if (xmpp_login_get_step (login) == at->step)
    g_cancellable_cancel (at->cancellable);
}

static void
test_cancel_at (gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate = issue ("names=dns:a.test");
  g_autoptr (ScriptedServer) server = scripted_server_new ("login pencil", 1, "a.test", certificate);
  XmppLogin *login = make_login ("", server, certificate);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  CancelAt at = { GPOINTER_TO_INT (data), cancellable };
  Outcome outcome = { 0 };

  g_signal_connect (login, "notify::step", G_CALLBACK (step_cb), &at);
  xmpp_login_run_async (login, cancellable, ran_cb, &outcome);
  wait_for (&outcome);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&outcome.error);
  while (G_OBJECT (login)->ref_count > 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (login);
}

static void
test_cancelled_before (void)
{
  g_autoptr (XmppJid) jid = make_jid ("");
  XmppLogin *login = xmpp_login_new (jid);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome outcome = { 0 };

  g_cancellable_cancel (cancellable);
  xmpp_login_run_async (login, cancellable, ran_cb, &outcome);
  wait_for (&outcome);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&outcome.error);
  g_assert_finalize_object (login);
}

static void
test_owner_gone (void)
{
  g_autoptr (GTlsCertificate) certificate = issue ("names=dns:a.test");
  g_autoptr (ScriptedServer) server = scripted_server_new ("login pencil", 1, "a.test", certificate);
  XmppLogin *login = make_login ("", server, certificate);
  Outcome outcome = { 0 };

  xmpp_login_run_async (login, NULL, ran_cb, &outcome);
  g_object_add_weak_pointer (G_OBJECT (login), (gpointer *) &login);
  g_object_unref (login);
  wait_for (&outcome);
  g_assert_no_error (outcome.error);
  g_clear_object (&outcome.stream);
  g_assert_null (login);
}

/* Nothing listens there. */
static void
test_refused (void)
{
  G_GNUC_UNUSED g_autoptr (GTlsCertificate) certificate = issue ("names=dns:a.test");
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autoptr (XmppJid) jid = make_jid ("");
  g_autoptr (XmppLogin) login = xmpp_login_new (jid);
  Outcome outcome = { 0 };

  g_socket_listener_close (listener);
  g_object_set (login, "host", "127.0.0.1", "port", port, NULL);
  xmpp_login_run_async (login, NULL, ran_cb, &outcome);
  wait_for (&outcome);
  g_assert_error (outcome.error, XMPP_ERROR, XMPP_ERROR_REFUSED);
  g_clear_error (&outcome.error);
}

static void
test_total_timeout (void)
{
  g_autoptr (GTlsCertificate) certificate = issue ("names=dns:a.test");
  g_autoptr (ScriptedServer) server = scripted_server_new ("open\nhang", 1, "a.test", certificate);
  g_autoptr (XmppLogin) login = make_login ("", server, certificate);
  Outcome outcome = { 0 };

  g_object_set (login, "total-timeout", 200, NULL);
  xmpp_login_run_async (login, NULL, ran_cb, &outcome);
  wait_for (&outcome);
  g_assert_error (outcome.error, XMPP_ERROR, XMPP_ERROR_TIMEOUT);
  g_clear_error (&outcome.error);
}

/* S-41: what the dialog shows is there although the handshake failed. */
static void
test_refused_certificate_is_told (void)
{
  g_autoptr (GTlsCertificate) certificate = issue ("names=dns:a.test self-signed");
  g_autoptr (ScriptedServer) server = scripted_server_new ("starttls", 1, "a.test", certificate);
  g_autoptr (XmppLogin) login = make_login ("", server, certificate);
  Outcome outcome = { 0 };

  xmpp_login_run_async (login, NULL, ran_cb, &outcome);
  wait_for (&outcome);
  g_assert_error (outcome.error, XMPP_ERROR, XMPP_ERROR_CERTIFICATE);
  g_clear_error (&outcome.error);
  g_assert_true (g_tls_certificate_is_same (certificate, xmpp_login_get_certificate (login)));
  g_assert_cmpuint (xmpp_login_get_certificate_errors (login), !=, 0);
}

static void
add_others (void)
{
  g_test_add_func ("/login/cancelled-before", test_cancelled_before);
  g_test_add_func ("/login/owner-gone", test_owner_gone);
  g_test_add_func ("/login/refused", test_refused);
  g_test_add_func ("/login/total-timeout", test_total_timeout);
  g_test_add_func ("/login/S-41-refused-certificate-is-told", test_refused_certificate_is_told);
}

int
main (int argc, char **argv)
{
  const char *tls = g_getenv ("STONECHAT_TEST_TLS");
  g_autoptr (GPtrArray) rows = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  g_assert_nonnull (tls);
  authority = test_authority_new ();
  rows = read_table ();
  for (guint i = 0; i < rows->len; i++) {
    Row *row = rows->pdata[i];
    g_autofree char *path = g_strdup_printf ("/login/tls-%s/%s", tls, row->name);

    g_assert_nonnull (row->expect);
    if (row->tls ? g_str_equal (row->tls, tls) : !g_str_equal (tls, "1.1"))
      g_test_add_data_func (path, row, test_row);
  }
  for (int step = XMPP_STEP_RESOLVE; step < XMPP_STEP_DONE && !g_str_equal (tls, "1.1"); step++) {
    g_autofree char *path = g_strdup_printf ("/login/tls-%s/cancelled-at-step/%d", tls, step);

    if (step != XMPP_STEP_RESOLVE && step != XMPP_STEP_RESUME)
      g_test_add_data_func (path, GINT_TO_POINTER (step), test_cancel_at);
  }
  if (!g_str_equal (tls, "1.1"))
    add_others ();
  result = g_test_run ();
  test_authority_free (authority);
  return result;
}
