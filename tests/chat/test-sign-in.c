/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "profile-test.h"
#include "xmpp-error.h"
#include "xmpp-login.h"

/* Signing in and staying in, against a server that follows a script. Passwords stay in memory here. */

#define PASSWORD "s3cret-pencil"

typedef struct {
  char *folder;
  TestAuthority *authority;
  ScriptedServer *server;
  ChatProfile *profile;
} Fixture;

static void
begin (Fixture *fixture, const char *script)
{
  ChatProfileConfig config = { .collection = "session" };

  fixture->folder = folder_new ();
  fixture->authority = test_authority_new ();
  fixture->server = profile_server (fixture->authority, script, "dns:a.test");
  config.data_dir = config.cache_dir = fixture->folder;
  config.tls_database = test_authority_get_database (fixture->authority);
  fixture->profile = profile_open (&config);
}

static ChatAccount *
sign_in (Fixture *fixture, const char *text, GError **error)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("user@a.test", NULL);
  g_autoptr (XmppSecret) password = xmpp_secret_new (text, -1);
  g_autoptr (GAsyncResult) result = NULL;
  ChatSignInOptions options = { .host = "127.0.0.1", .port = scripted_server_get_port (fixture->server) };

  chat_profile_sign_in_async (fixture->profile, jid, password, &options, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  return chat_profile_sign_in_finish (fixture->profile, result, error);
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

/* First the log-in that proves the password, then the connection's own; then another session takes its place. */
static void
test_conflict (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;
  ChatAccount *account;
  gboolean online;

  begin (&fixture, "login " PASSWORD "\nC: </stream:stream>\nS: </stream:stream>\nclose\naccept\nlogin " PASSWORD "\n"
                   "C: <iq type='get'><query xmlns='jabber:iq:roster'/></iq>\nC: <presence/>\n"
                   "S: <stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>\ngone\n");
  account = sign_in (&fixture, PASSWORD, &error);
  g_assert_no_error (error);
  g_assert_nonnull (account);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sign-in/wrong-password", test_wrong_password);
  g_test_add_func ("/sign-in/server-proof/S-47", test_server_proof);
  g_test_add_func ("/sign-in/conflict/R-15/S-43/W-11", test_conflict);
  return g_test_run ();
}
