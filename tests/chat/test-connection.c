/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "connection-test.h"

#include <string.h>

/* -- waiting --------------------------------------------------------------------------------------------------------- */

static void
check_waits (Fixture *fixture, guint cap)
{
  guint different = 0;

  for (guint i = 0; i < fixture->waits->len; i++) {
    guint most = MIN (cap, 1u << MIN (i, 10)), seconds = g_array_index (fixture->waits, guint, i);

    g_test_message ("%u: %u seconds", i, seconds);
    g_assert_cmpuint (seconds, >=, MAX (1, most / 2));
    g_assert_cmpuint (seconds, <=, most);
    different += most == cap && seconds != g_array_index (fixture->waits, guint, fixture->waits->len - 1);
  }
  g_assert_cmpuint (different, >, 0);
}

/* Nobody answers: after a while it is tried about every six seconds, so that all is well soon after the server is. */
static void
test_unanswered (void)
{
  Fixture fixture;

  begin (&fixture, NULL, NULL, 1);
  wait_on (&fixture, fixture.waits->len >= 40);
  check_waits (&fixture, 8);
  g_assert_nonnull (strstr (chat_account_get_problem_text (fixture.account), "refuses connections"));
  end (&fixture);
}

/* A server that answers gets more rest. */
static void
test_answered (void)
{
  g_autoptr (GString) script = g_string_new (NULL);
  Fixture fixture;

  for (guint i = 0; i < 14; i++)
    g_string_append_printf (script, "%sstarttls\nmechanisms SCRAM-SHA-1\nC: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\n"
      "S: <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><temporary-auth-failure/></failure>\ngone\n", i > 0 ? "accept\n" : "");
  begin (&fixture, script->str, "dns:a.test", 1);
  wait_on (&fixture, fixture.waits->len >= 14);
  check_waits (&fixture, 60);
  end (&fixture);
}

/* Taken and at once let fall: to be online for a moment is no reason to begin anew with the shortest wait. */
static void
test_let_fall (void)
{
  Fixture fixture;

  begin (&fixture, "login " PASSWORD "\n" ROSTER "close\naccept\n" RESUME "close\naccept\n" RESUME "close\n", "dns:a.test", 100);
  wait_on (&fixture, fixture.waits->len >= 3);
  g_assert_cmpuint (g_array_index (fixture.waits, guint, 0), ==, 1);
  g_assert_cmpuint (g_array_index (fixture.waits, guint, 2), >, 1);
  end (&fixture);
}

/* -- the network ----------------------------------------------------------------------------------------------------- */

static void
test_network_back (void)
{
  Fixture fixture;

  begin (&fixture, NULL, NULL, NEVER_MS);
  wait_state (&fixture, CHAT_ACCOUNT_WAITING);
  g_assert_cmpstr (chat_account_get_status_line (fixture.account), ==, "Trying again in 1 second");
  g_assert_cmpuint (fixture.n_connecting, ==, 1);
  mock_network_set_available (fixture.network, FALSE);
  wait_on (&fixture, fixture.n_connecting == 2);      /* that it says so is no reason not to try */
  wait_state (&fixture, CHAT_ACCOUNT_WAITING);
  g_assert_cmpstr (chat_account_get_status_line (fixture.account), ==, "Waiting for the network");
  mock_network_set_available (fixture.network, TRUE);
  wait_on (&fixture, fixture.n_connecting == 3);
  wait_state (&fixture, CHAT_ACCOUNT_WAITING);
  g_assert_cmpstr (chat_account_get_status_line (fixture.account), ==, "Trying again in 1 second");
  end (&fixture);
}

/* An attempt that began on the network of before is given up; one that has just begun is not. */
static void
test_stuck (void)
{
  Fixture fixture;
  gint64 begun;

  begin (&fixture, "C: <stream:stream>\nhang\naccept\nlogin " PASSWORD "\nbye\n", "dns:a.test", 1);
  begun = g_get_monotonic_time ();
  wait_on (&fixture, strstr (scripted_server_get_received (fixture.server, FALSE), "<stream:stream"));
  wait_for (g_get_monotonic_time () - begun > 4000);
  mock_network_set_available (fixture.network, TRUE);
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  end (&fixture);
  begin (&fixture, "login " PASSWORD "\nbye\n", "dns:a.test", NEVER_MS);
  wait_on (&fixture, strstr (scripted_server_get_received (fixture.server, FALSE), "<stream:stream"));
  mock_network_set_available (fixture.network, TRUE);
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  end (&fixture);
}

/* Online, and the network changes: the old connection is asked for a sign of life. */
static void
test_probe (void)
{
  Fixture fixture;

  begin (&fixture, "login " PASSWORD "\n" ROSTER "C: <r xmlns='urn:xmpp:sm:3'/>\nbye\n", "dns:a.test", NEVER_MS);
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  mock_network_set_available (fixture.network, TRUE);
  wait_on (&fixture, strstr (scripted_server_get_received (fixture.server, TRUE), "<r "));
  g_assert_cmpint (chat_account_get_state (fixture.account), ==, CHAT_ACCOUNT_ONLINE);
  end (&fixture);
}

/* -- sleep ----------------------------------------------------------------------------------------------------------- */

static void
test_sleep (void)
{
  Fixture fixture;

  begin (&fixture, "login " PASSWORD "\n" ROSTER "gone\naccept\n" RESUME "bye\n", "dns:a.test", NEVER_MS);
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  wait_on (&fixture, strstr (scripted_server_get_received (fixture.server, TRUE), "<presence"));
  mock_logind_sleep (fixture.logind, TRUE, TRUE);
  run_dry ();
  g_assert_cmpint (chat_account_get_state (fixture.account), ==, CHAT_ACCOUNT_ONLINE);
  mock_logind_sleep (fixture.logind, TRUE, FALSE);
  wait_state (&fixture, CHAT_ACCOUNT_OFFLINE);
  /* The interfaces go before the computer sleeps, and come back before it says that it is awake. */
  mock_network_set_available (fixture.network, FALSE);
  mock_network_set_available (fixture.network, TRUE);
  run_dry ();
  g_assert_cmpint (chat_account_get_state (fixture.account), ==, CHAT_ACCOUNT_OFFLINE);
  mock_logind_sleep (fixture.logind, FALSE, FALSE);
  mock_logind_sleep (fixture.logind, FALSE, FALSE);
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  g_assert_cmpuint (fixture.n_connecting, ==, 2);
  end (&fixture);
}

/* Closed while it waits for the server: what was not acknowledged is not given up, the next start resumes. */
static void
test_closed_waiting (void)
{
  Fixture fixture;

  begin (&fixture, "login " PASSWORD "\n" ROSTER "reset\naccept\n" RESUME "bye\n", "dns:a.test", NEVER_MS);
  wait_state (&fixture, CHAT_ACCOUNT_WAITING);
  profile_close (g_steal_pointer (&fixture.profile));
  wait_for (g_atomic_int_get (&G_OBJECT (fixture.account)->ref_count) == 1);
  g_assert_finalize_object (g_steal_pointer (&fixture.account));
  g_assert_cmpint (query (fixture.folder, "SELECT count(*) FROM stream_state"), ==, 1);
  open_profile (&fixture, NEVER_MS);
  give_password (&fixture, PASSWORD);
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  profile_close (g_steal_pointer (&fixture.profile));
  g_assert_cmpint (query (fixture.folder, "SELECT count(*) FROM stream_state"), ==, 0);
  open_profile (&fixture, NEVER_MS);
  end (&fixture);
}

/* -- killed ---------------------------------------------------------------------------------------------------------- */

#define SM "xmlns='urn:xmpp:sm:3'"
#define SAYS(body) "<message from='romeo@a.test/x' type='chat'><body>" body "</body></message>"

/* What is on disk when the server has our <a/> is enough to resume: the server forgot what that counts, and takes no less. */
static void
test_killed (void)
{
  Fixture fixture;
  char *left;

  begin (&fixture,
    "login " PASSWORD "\n"
    "C: <iq type='get' id='$r'><query xmlns='jabber:iq:roster'/></iq>\nC: <presence/>\n" FEATURES
    "S: <iq type='result' id='$r'><query xmlns='jabber:iq:roster'><item jid='romeo@a.test' subscription='both'/></query></iq>"
    "<presence from='romeo@a.test/x'/><presence from='romeo@a.test/y'/>"
    /* Without ids, so that nothing but the count tells them from new ones. */
    SAYS ("one") "\n"
    "C: <a " SM " h='4'/>\n"
    "S: " SAYS ("two") "\n"
    "C: <a " SM " h='5'/>\n"
    "S: <presence from='romeo@a.test/y' type='unavailable'/><r " SM "/>\n"
    "C: <a " SM " h='5'/>\n"
    "C: <a " SM " h='6'/>\n"
    "gone\n"
    "accept\n" SIGN_IN "open\n"
    "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm " SM "/></stream:features>\n"
    "C: <resume " SM " previd='sm1' h='6'/>\n"
    "S: <resumed " SM " previd='sm1' h='4'/>\n"
    /* A new process asks who is there, and what was not answered. */
    "C: <presence type='unavailable'/>\nC: <presence/>\n" FEATURES
    "S: " SAYS ("three") "\n"
    "C: <a " SM " h='7'/>\n"
    "bye\n", "dns:a.test", NEVER_MS);
  wait_on (&fixture, strstr (scripted_server_get_received (fixture.server, TRUE), "h='6'"));
  left = profile_copy (fixture.folder);
  g_signal_handlers_disconnect_by_data (fixture.account, &fixture);
  profile_close (g_steal_pointer (&fixture.profile));
  g_clear_object (&fixture.account);
  folder_remove (fixture.folder);
  fixture.folder = left;
  open_profile (&fixture, NEVER_MS);
  give_password (&fixture, PASSWORD);
  wait_on (&fixture, strstr (scripted_server_get_received (fixture.server, TRUE), "h='7'"));
  g_assert_cmpint (query (left, "SELECT count(*) FROM message"), ==, 3);
  end (&fixture);
}

/* -- leaving at every step ------------------------------------------------------------------------------------------- */

static void
disable (Fixture *fixture)
{
  chat_account_set_enabled (fixture->account, FALSE);
}

static void
go_offline (Fixture *fixture)
{
  chat_profile_set_presence (fixture->profile, XMPP_AVAILABILITY_OFFLINE, NULL, 0);
}

static void
fall_asleep (Fixture *fixture)
{
  mock_logind_sleep (fixture->logind, TRUE, FALSE);
}

static void
remove_account (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_profile_remove_account_async (fixture->profile, fixture->account, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_true (chat_profile_remove_account_finish (fixture->profile, result, NULL));
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM account"), ==, 0);
}

typedef void (*Leave) (Fixture *fixture);

/* The client is known to be at the step when this has come in clear or through TLS. */
static const struct { const char *script, *clear, *encrypted; } steps[] = {
  { "C: <stream:stream>\nhang\n", "<stream:stream", NULL },
  { "open\nhang\n", "<stream:stream", NULL },
  { STARTTLS_OFFERED "hang\n", "<starttls", NULL },
  { "starttls\nhang\n", NULL, "<stream:stream" },
  { "starttls\nmechanisms SCRAM-SHA-1\nhang\n", NULL, "<auth" },
  { SIGN_IN "hang\n", NULL, "<response" },
  { SIGN_IN "open\n"
    "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\nhang\n", NULL, "<bind" },
  { "login " PASSWORD "\nbye\n", NULL, "<presence" },
};

static void
test_leave (gconstpointer data)
{
  Leave leave = data;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    Fixture fixture;

    g_test_message ("at step %u", i);
    begin (&fixture, steps[i].script, "dns:a.test", 1);
    wait_on (&fixture, !steps[i].clear || strstr (scripted_server_get_received (fixture.server, FALSE), steps[i].clear));
    wait_on (&fixture, !steps[i].encrypted || strstr (scripted_server_get_received (fixture.server, TRUE), steps[i].encrypted));
    if (leave) {
      leave (&fixture);
      wait_state (&fixture, CHAT_ACCOUNT_OFFLINE);
      scripted_server_finish (fixture.server);
      g_assert_cmpuint (fixture.n_connecting, ==, 1);
    }
    end (&fixture);
  }
}

/* Off and on again before the server has said goodbye. */
static void
test_back_at_once (void)
{
  Fixture fixture;

  begin (&fixture, "login " PASSWORD "\n" ROSTER "bye\naccept\nlogin " PASSWORD "\n" ROSTER "bye\n", "dns:a.test", NEVER_MS);
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  wait_on (&fixture, strstr (scripted_server_get_received (fixture.server, TRUE), "<presence"));
  chat_account_set_enabled (fixture.account, FALSE);
  chat_account_set_enabled (fixture.account, TRUE);
  wait_on (&fixture, fixture.n_connecting == 2);
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  end (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/connection/waits/unanswered/R-15/W-01", test_unanswered);
  g_test_add_func ("/connection/waits/answered/R-15", test_answered);
  g_test_add_func ("/connection/waits/let-fall/R-15", test_let_fall);
  g_test_add_func ("/connection/network-is-back/R-15/W-01", test_network_back);
  g_test_add_func ("/connection/stuck-on-the-old-network/W-01", test_stuck);
  g_test_add_func ("/connection/online-when-the-network-changes/W-01/R-17", test_probe);
  g_test_add_func ("/connection/sleep/R-21", test_sleep);
  g_test_add_func ("/connection/closed-while-waiting/R-13", test_closed_waiting);
  g_test_add_func ("/connection/killed/R-13/R-11", test_killed);
  g_test_add_data_func ("/connection/leaves-at-every-step/disabled", disable, test_leave);
  g_test_add_data_func ("/connection/leaves-at-every-step/offline", go_offline, test_leave);
  g_test_add_data_func ("/connection/leaves-at-every-step/asleep/R-21", fall_asleep, test_leave);
  g_test_add_data_func ("/connection/leaves-at-every-step/removed", remove_account, test_leave);
  g_test_add_data_func ("/connection/leaves-at-every-step/stopped", NULL, test_leave);
  g_test_add_func ("/connection/back-at-once", test_back_at_once);
  return g_test_run ();
}
