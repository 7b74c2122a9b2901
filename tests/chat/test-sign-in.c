/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "profile-test.h"
#include "xmpp-error.h"
#include "xmpp-login.h"

#include <string.h>

/* Signing in and staying in, against a server that follows a script. Passwords stay in memory here. */

#define PASSWORD "s3cret-pencil"
#define ROSTER "C: <iq type='get'><query xmlns='jabber:iq:roster'/></iq>\nC: <presence/>\n"

typedef struct {
  char *folder;
  TestAuthority *authority;
  ScriptedServer *server;
  ChatProfile *profile;
} Fixture;

static void
open_it (Fixture *fixture)
{
  ChatProfileConfig config = { .collection = "session", .second_ms = 1, .data_dir = fixture->folder, .cache_dir = fixture->folder };

  config.tls_database = test_authority_get_database (fixture->authority);
  fixture->profile = profile_open (&config);
}

static void
begin (Fixture *fixture, const char *script)
{
  fixture->folder = folder_new ();
  fixture->authority = test_authority_new ();
  fixture->server = profile_server (fixture->authority, script, "dns:a.test");
  open_it (fixture);
}

static ChatAccount *
sign_in_with (Fixture *fixture, const char *text, const char *certificate, GCancellable *cancellable, GError **error)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("user@a.test", NULL);
  g_autoptr (XmppSecret) password = text ? xmpp_secret_new (text, -1) : NULL;
  g_autoptr (GAsyncResult) result = NULL;
  ChatSignInOptions options = { .host = "127.0.0.1", .port = scripted_server_get_port (fixture->server), .client_certificate = certificate };

  chat_profile_sign_in_async (fixture->profile, jid, password, &options, cancellable, keep_result_cb, &result);
  wait_for (result != NULL);
  return chat_profile_sign_in_finish (fixture->profile, result, error);
}

static ChatAccount *
sign_in (Fixture *fixture, const char *text, GError **error)
{
  return sign_in_with (fixture, text, NULL, NULL, error);
}

static ChatAccount *
sign_in_well (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  ChatAccount *account = sign_in (fixture, PASSWORD, &error);

  g_assert_no_error (error);
  g_assert_nonnull (account);
  return account;
}

static void
end (Fixture *fixture)
{
  profile_close (fixture->profile);
  scripted_server_finish (fixture->server);
  g_clear_object (&fixture->server);
  test_authority_free (fixture->authority);
  folder_remove (fixture->folder);
}

static void
check_nothing_kept (Fixture *fixture)
{
  g_assert_cmpuint (g_list_model_get_n_items (chat_profile_get_accounts (fixture->profile)), ==, 0);
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM account"), ==, 0);
}

static void
check_refused (const char *password, const char *final, GQuark domain, int code)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *script = g_strdup_printf ("starttls\nmechanisms SCRAM-SHA-1\nscram SHA-1 %s final=%s\ngone\n", PASSWORD, final);

  begin (&fixture, script);
  g_assert_null (sign_in (&fixture, password, &error));
  g_assert_error (error, domain, code);
  check_nothing_kept (&fixture);
  g_assert_null (chat_profile_get_refused_certificate (fixture.profile, NULL));
  end (&fixture);
}

static void
test_wrong_password (void)
{
  check_refused ("wrong", "refused", XMPP_SASL_ERROR, XMPP_SASL_ERROR_NOT_AUTHORIZED);
}

static void
test_server_proof (void)
{
  check_refused (PASSWORD, "bad", XMPP_ERROR, XMPP_ERROR_SERVER_PROOF);
  check_refused (PASSWORD, "none", XMPP_ERROR, XMPP_ERROR_SERVER_PROOF);
}

/* One log-in, which is the account's first connection; then another session takes its place. */
static void
test_conflict (void)
{
  Fixture fixture = { 0 };
  ChatAccount *account;
  gboolean online;

  begin (&fixture, "login " PASSWORD "\n" ROSTER
                   "S: <stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>\ngone\n");
  account = sign_in_well (&fixture);
  wait_for (chat_account_get_state (account) == CHAT_ACCOUNT_ONLINE);
  g_object_get (fixture.profile, "online", &online, NULL);
  g_assert_true (online);
  g_assert_cmpint (query (fixture.folder, "SELECT known_strength FROM account"), ==, XMPP_STRENGTH_SCRAM_SHA_1);
  profile_check_absent (fixture.folder, PASSWORD);
  wait_for (chat_account_get_state (account) != CHAT_ACCOUNT_ONLINE);
  g_assert_cmpint (chat_account_get_state (account), ==, CHAT_ACCOUNT_ATTENTION);
  g_assert_cmpint (chat_account_get_need (account), ==, CHAT_ACCOUNT_NEEDS_DECISION);
  end (&fixture);
}

/* The connection that proved the password breaks before it is used: the account connects as at any other time. */
static void
test_lost_at_once (void)
{
  Fixture fixture = { 0 };
  ChatAccount *account;

  begin (&fixture, "login " PASSWORD "\nreset\naccept\nstarttls\nmechanisms SCRAM-SHA-1\nscram SHA-1 " PASSWORD "\nopen\n"
                   "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\n"
                   "C: <iq type='set' id='$i'/>\nS: <iq type='result' id='$i'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                   "<jid>user@a.test/x</jid></bind></iq>\n" ROSTER "bye\n");
  account = sign_in_well (&fixture);
  wait_for (strstr (scripted_server_get_received (fixture.server, TRUE), "<presence"));
  wait_for (chat_account_get_state (account) == CHAT_ACCOUNT_ONLINE);
  end (&fixture);
}

/* Signing in while all is set to offline: the account is there, and nothing of it is online. */
static void
test_offline (void)
{
  Fixture fixture = { 0 };
  ChatAccount *account;

  begin (&fixture, "login " PASSWORD "\nC: </stream:stream>\nS: </stream:stream>\nclose\n");
  chat_profile_set_presence (fixture.profile, XMPP_AVAILABILITY_OFFLINE, NULL, 0);
  account = sign_in_well (&fixture);
  g_assert_cmpint (chat_account_get_state (account), ==, CHAT_ACCOUNT_OFFLINE);
  scripted_server_finish (fixture.server);
  g_assert_cmpint (chat_account_get_state (account), ==, CHAT_ACCOUNT_OFFLINE);
  end (&fixture);
}

typedef struct { ScriptedServer *server; GCancellable *cancellable; } CancelWhenConnected;

static gboolean
cancel_cb (gpointer user_data)
{
  CancelWhenConnected *when = user_data;

  if (!strstr (scripted_server_get_received (when->server, FALSE), "<stream:stream"))
    return G_SOURCE_CONTINUE;
  g_cancellable_cancel (when->cancellable);
  return G_SOURCE_REMOVE;
}

static void
test_cancelled (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GSource) source = g_timeout_source_new (1);
  CancelWhenConnected when;
  g_autoptr (GError) error = NULL;

  begin (&fixture, "C: <stream:stream>\nhang\n");
  when = (CancelWhenConnected) { fixture.server, cancellable };
  g_source_set_callback (source, cancel_cb, &when, NULL);
  g_source_attach (source, NULL);
  g_assert_null (sign_in_with (&fixture, PASSWORD, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  check_nothing_kept (&fixture);
  g_source_destroy (source);
  end (&fixture);
}

static char *
write_certificate (Fixture *fixture)
{
  TestCertificate wanted = { .names = "xmpp:user@a.test" };
  g_autoptr (GTlsCertificate) certificate = test_authority_issue (fixture->authority, &wanted);
  g_autofree char *pem = NULL, *key = NULL, *both = NULL;
  char *path = g_build_filename (fixture->folder, "own.pem", NULL);

  g_object_get (certificate, "certificate-pem", &pem, "private-key-pem", &key, NULL);
  both = g_strconcat (pem, key, NULL);
  g_assert_true (g_file_set_contents (path, both, -1, NULL));
  return path;
}

/* Given once, it is taken at every later log-in too, from where it is. */
static void
test_certificate (void)
{
  const char *external = "starttls\nmechanisms EXTERNAL SCRAM-SHA-1\n"
    "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>\n"
    "S: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\nbound\nbye\n";
  g_autofree char *script = g_strconcat (external, "accept\n", external, NULL), *path = NULL, *kept = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatAccount) again = NULL;
  Fixture fixture = { 0 };
  ChatAccount *account;

  begin (&fixture, script);
  scripted_server_request_certificate (fixture.server);
  path = write_certificate (&fixture);
  g_assert_null (sign_in_with (&fixture, NULL, "/nonexistent/own.pem", NULL, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE);
  g_assert_nonnull (strstr (error->message, "/nonexistent/own.pem"));
  g_clear_error (&error);
  account = sign_in_with (&fixture, NULL, path, NULL, &error);
  g_assert_no_error (error);
  wait_for (chat_account_get_state (account) == CHAT_ACCOUNT_ONLINE);
  kept = query_text (fixture.folder, "SELECT client_certificate FROM account");
  g_assert_cmpstr (kept, ==, path);
  profile_close (g_steal_pointer (&fixture.profile));
  open_it (&fixture);
  again = g_list_model_get_item (chat_profile_get_accounts (fixture.profile), 0);
  wait_for (chat_account_get_state (again) == CHAT_ACCOUNT_ONLINE);
  g_clear_object (&again);
  end (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sign-in/wrong-password", test_wrong_password);
  g_test_add_func ("/sign-in/server-proof/S-47", test_server_proof);
  g_test_add_func ("/sign-in/conflict/R-15/S-43/W-11", test_conflict);
  g_test_add_func ("/sign-in/lost-at-once/R-15", test_lost_at_once);
  g_test_add_func ("/sign-in/offline", test_offline);
  g_test_add_func ("/sign-in/cancelled", test_cancelled);
  g_test_add_func ("/sign-in/client-certificate", test_certificate);
  return g_test_run ();
}
