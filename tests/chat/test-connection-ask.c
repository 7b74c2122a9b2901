/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "connection-test.h"
#include "xmpp-login.h"

#include <string.h>

/* When the user is asked, and what follows. */

/* Trying again by itself would hammer the server, or throw another session out for ever. */
static void
check_asks (const char *condition)
{
  g_autofree char *script = g_strdup_printf ("login " PASSWORD "\n" ROSTER
    "S: <stream:error><%s xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>\ngone\n"
    "accept\n" RESUME "bye\n", condition);
  Fixture fixture;

  begin (&fixture, script, "dns:a.test", 1);
  wait_state (&fixture, CHAT_ACCOUNT_ATTENTION);
  g_assert_cmpint (chat_account_get_need (fixture.account), ==, CHAT_ACCOUNT_NEEDS_DECISION);
  g_assert_cmpstr (chat_account_get_status_line (fixture.account), ==, chat_account_get_problem_text (fixture.account));
  mock_network_set_available (fixture.network, FALSE);
  mock_network_set_available (fixture.network, TRUE);
  mock_logind_sleep (fixture.logind, TRUE, FALSE);
  mock_logind_sleep (fixture.logind, FALSE, FALSE);
  chat_profile_set_presence (fixture.profile, XMPP_AVAILABILITY_AWAY, NULL, 0);
  run_dry ();
  g_assert_cmpuint (fixture.n_connecting, ==, 1);
  g_assert_cmpint (chat_account_get_state (fixture.account), ==, CHAT_ACCOUNT_ATTENTION);
  chat_account_reconnect (fixture.account);
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  g_assert_cmpint (chat_account_get_need (fixture.account), ==, CHAT_ACCOUNT_NEEDS_NOTHING);
  end (&fixture);
}

static void
test_asks (void)
{
  check_asks ("conflict");
  check_asks ("not-authorized");
  check_asks ("policy-violation");
}

static void
test_wrong_password (void)
{
  Fixture fixture;

  begin (&fixture, "starttls\nmechanisms SCRAM-SHA-1\nscram SHA-1 other final=refused\ngone\naccept\nlogin other\nbye\n",
         "dns:a.test", 1);
  wait_state (&fixture, CHAT_ACCOUNT_ATTENTION);
  g_assert_cmpint (chat_account_get_need (fixture.account), ==, CHAT_ACCOUNT_NEEDS_PASSWORD);
  mock_network_set_available (fixture.network, TRUE);
  run_dry ();
  g_assert_cmpuint (fixture.n_connecting, ==, 1);
  give_password (&fixture, "other");
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  end (&fixture);
}

/* What is typed while the old one is still being tried is what counts. */
static void
test_password_meanwhile (void)
{
  Fixture fixture;

  begin (&fixture, "starttls\nmechanisms SCRAM-SHA-1\nC: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\nhang\naccept\n"
                   "login other\nbye\n", "dns:a.test", NEVER_MS);
  wait_on (&fixture, strstr (scripted_server_get_received (fixture.server, TRUE), "<auth"));
  give_password (&fixture, "other");
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  end (&fixture);
}

/* The server wants the password itself, or less than before: nothing of it is sent until the user agrees, and then it is kept. */
static void
test_plain (void)
{
  Fixture fixture;

  begin (&fixture, "starttls\nmechanisms PLAIN\nC: eof\naccept\nstarttls\nmechanisms PLAIN\nC: eof\naccept\n"
                   "starttls\nmechanisms PLAIN\nplain user " PASSWORD "\nbound\nbye\n", "dns:a.test", NEVER_MS);
  wait_state (&fixture, CHAT_ACCOUNT_ATTENTION);
  g_assert_cmpint (chat_account_get_need (fixture.account), ==, CHAT_ACCOUNT_NEEDS_CONSENT);
  chat_account_reconnect (fixture.account);
  wait_state (&fixture, CHAT_ACCOUNT_CONNECTING);
  wait_state (&fixture, CHAT_ACCOUNT_ATTENTION);
  g_assert_cmpint (query (fixture.folder, "SELECT allow_plain FROM account"), ==, 0);
  chat_account_allow_weaker (fixture.account);
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  wait_on (&fixture, query (fixture.folder, "SELECT allow_plain * 10 + known_strength FROM account") == 10 + XMPP_STRENGTH_PLAIN);
  end (&fixture);
}

static void
test_weaker (void)
{
  Fixture fixture;

  begin (&fixture, "starttls\nmechanisms SCRAM-SHA-256\nscram SHA-256 " PASSWORD "\nbound\n" ROSTER
                   "S: <stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>\ngone\n"
                   "accept\nstarttls\nmechanisms SCRAM-SHA-1\nC: eof\naccept\n" RESUME "bye\n", "dns:a.test", NEVER_MS);
  wait_state (&fixture, CHAT_ACCOUNT_ATTENTION);
  wait_on (&fixture, query (fixture.folder, "SELECT known_strength FROM account") == XMPP_STRENGTH_SCRAM_SHA_256);
  chat_account_reconnect (fixture.account);
  wait_on (&fixture, chat_account_get_need (fixture.account) == CHAT_ACCOUNT_NEEDS_CONSENT);
  chat_account_allow_weaker (fixture.account);
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  wait_on (&fixture, query (fixture.folder, "SELECT allow_plain * 10 + known_strength FROM account") == XMPP_STRENGTH_SCRAM_SHA_1);
  end (&fixture);
}

/* Cut between the log-in and the rest, as by somebody who wants to offer less the next time. */
static void
test_weaker_after_cut (void)
{
  Fixture fixture;

  begin (&fixture, "starttls\nmechanisms SCRAM-SHA-256\nscram SHA-256 " PASSWORD "\nopen\nclose\n"
                   "accept\nstarttls\nmechanisms SCRAM-SHA-1\nC: eof\n", "dns:a.test", 10);
  wait_state (&fixture, CHAT_ACCOUNT_ATTENTION);
  g_assert_cmpint (chat_account_get_need (fixture.account), ==, CHAT_ACCOUNT_NEEDS_CONSENT);
  wait_on (&fixture, query (fixture.folder, "SELECT known_strength FROM account") == XMPP_STRENGTH_SCRAM_SHA_256);
  end (&fixture);
}

/* That the list was changed on the way is not for the user to allow. */
static void
test_changed_list (void)
{
  Fixture fixture;

  begin (&fixture, "starttls\nmechanisms SCRAM-SHA-1\nscram SHA-1 " PASSWORD " h=bad abort\ngone\n", "dns:a.test", NEVER_MS);
  wait_state (&fixture, CHAT_ACCOUNT_ATTENTION);
  g_assert_cmpint (chat_account_get_need (fixture.account), ==, CHAT_ACCOUNT_NEEDS_DECISION);
  chat_account_allow_weaker (fixture.account);
  run_dry ();
  g_assert_cmpuint (fixture.n_connecting, ==, 1);
  end (&fixture);
}

static void
other_server_cb (ChatAccount *account, GParamSpec *pspec, gpointer other)
{
  if (chat_account_get_state (account) == CHAT_ACCOUNT_ATTENTION)
    g_object_set (account, "port", scripted_server_get_port (other), NULL);
}

/* The log-in page of a hotel answers in the server's place, then it goes away: nobody has to do anything. */
static void
test_certificate_mends (void)
{
  Fixture fixture;
  ScriptedServer *good;

  begin (&fixture, STARTTLS_OFFERED "C: <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n"
                   "S: <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\ntls-refused\n", "dns:portal.test", 1);
  good = profile_server (fixture.authority, "login " PASSWORD "\nbye\n", "dns:a.test");
  g_signal_connect (fixture.account, "notify::state", G_CALLBACK (other_server_cb), good);
  wait_state (&fixture, CHAT_ACCOUNT_ATTENTION);
  g_assert_cmpint (chat_account_get_need (fixture.account), ==, CHAT_ACCOUNT_NEEDS_CERTIFICATE);
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  g_assert_cmpuint (fixture.n_connecting, ==, 1);      /* the question stood all the while */
  g_assert_cmpint (chat_account_get_need (fixture.account), ==, CHAT_ACCOUNT_NEEDS_NOTHING);
  g_signal_handlers_disconnect_by_data (fixture.account, good);
  end (&fixture);
  scripted_server_finish (good);
  g_object_unref (good);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/connection/asks/R-15", test_asks);
  g_test_add_func ("/connection/wrong-password/R-15/W-24", test_wrong_password);
  g_test_add_func ("/connection/password-meanwhile", test_password_meanwhile);
  g_test_add_func ("/connection/consent/plain/S-43", test_plain);
  g_test_add_func ("/connection/consent/weaker/S-43", test_weaker);
  g_test_add_func ("/connection/consent/weaker-after-cut/S-43", test_weaker_after_cut);
  g_test_add_func ("/connection/consent/changed-list/S-43/S-44", test_changed_list);
  g_test_add_func ("/connection/certificate-mends/W-01", test_certificate_mends);
  return g_test_run ();
}
