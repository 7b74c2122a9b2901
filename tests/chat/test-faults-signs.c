/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "fault-test.h"
#include "mock-logind.h"
#include "xmpp-ns.h"

/* How soon it is back after a sign, or notices that there is none: in seconds of the virtual clock. */

static void
go_online (FaultFixture *fixture)
{
  Fault none = { FAULT_NONE };

  fault_begin (fixture, FAULT_SERVER_RESUMES, &none, 0);
  chat_conversation_send (fixture->romeo, "one");
  wait_long (fault_is_online (fixture) && fault_has_taken (fixture, "one"), 60);
  /* Until the last of the log-in has been said. */
  wait_long (chat_profile_count_waiting (fixture->profile, fixture->account) == 0, 60);
}

static void
finish (FaultFixture *fixture)
{
  chat_conversation_send (fixture->romeo, "end");
  wait_long (fault_has_taken (fixture, "end"), 60);
  g_assert_cmpuint (fault_server_get_taken (fixture->server)->len, ==, 2);
  g_assert_cmpuint (fault_server_get_n_open (fixture->server), ==, 1);
  fault_end (fixture);
}

static double
wait_back (FaultFixture *fixture, double since)
{
  fixture->back = 0;
  wait_long (fixture->back > 0, 600);
  return fixture->back - since;
}

/* However long it is away. */
static void
test_restart (gconstpointer data)
{
  double away = GPOINTER_TO_UINT (data), since;
  FaultFixture fixture;

  go_online (&fixture);
  fault_server_set_down (fixture.server, TRUE);
  since = virtual_clock_get ();
  wait_long (virtual_clock_get () >= since + away, away + 1);
  g_assert_false (fault_is_online (&fixture));
  fault_server_set_down (fixture.server, FALSE);
  g_assert_cmpfloat (wait_back (&fixture, virtual_clock_get ()), <=, 10);
  finish (&fixture);
}

static void
test_idle (void)
{
  FaultFixture fixture;
  double since;

  go_online (&fixture);
  fault_server_strike (fixture.server, FAULT_SILENCE);
  since = virtual_clock_get ();
  wait_long (!fault_is_online (&fixture), 90);
  g_assert_cmpfloat (wait_back (&fixture, virtual_clock_get ()), <=, 10);
  g_assert_cmpfloat (virtual_clock_get () - since, >, 20);
  finish (&fixture);
}

static void
test_sent_into_silence (void)
{
  FaultFixture fixture;

  go_online (&fixture);
  fault_server_strike (fixture.server, FAULT_SILENCE);
  chat_conversation_send (fixture.romeo, "end");
  wait_long (!fault_is_online (&fixture), 20);
  g_assert_cmpfloat (wait_back (&fixture, virtual_clock_get ()), <=, 10);
  wait_long (fault_has_taken (&fixture, "end"), 10);
  g_assert_cmpuint (fault_server_get_taken (fixture.server)->len, ==, 2);
  g_assert_cmpuint (fault_server_get_n_open (fixture.server), ==, 1);
  fault_end (&fixture);
}

/* The monitor says that there is another network: what was behind the old one is noticed, and it is back. */
static void
test_network_change (void)
{
  FaultFixture fixture;
  double since;

  go_online (&fixture);
  fault_server_strike (fixture.server, FAULT_SILENCE);
  mock_network_set_available (fixture.network, FALSE);
  mock_network_set_available (fixture.network, TRUE);
  since = virtual_clock_get ();
  wait_long (!fault_is_online (&fixture), 10);
  g_assert_cmpfloat (wait_back (&fixture, since), <=, 10);
  finish (&fixture);
}

static void
fall_asleep (MockLogind *logind, gboolean asleep)
{
  virtual_clock_hold (TRUE);
  mock_logind_sleep (logind, asleep, FALSE);
  virtual_clock_hold (FALSE);
}

/* What was said meanwhile is there afterwards, both ways. */
static void
test_suspend (void)
{
  MockLogind *logind;
  FaultFixture fixture;
  double since;

  virtual_clock_hold (TRUE);
  logind = mock_logind_new ();
  virtual_clock_hold (FALSE);
  fault_test_set_bus (mock_logind_get_bus (logind));
  go_online (&fixture);
  fall_asleep (logind, TRUE);
  wait_long (chat_account_get_state (fixture.account) == CHAT_ACCOUNT_OFFLINE, 10);
  fault_server_say (fixture.server, "m1", "theirs");
  chat_conversation_send (fixture.romeo, "end");
  since = virtual_clock_get ();
  wait_long (virtual_clock_get () >= since + 3600, 3601);
  g_assert_cmpuint (fault_server_get_n_links (fixture.server), ==, 1);
  fall_asleep (logind, FALSE);
  g_assert_cmpfloat (wait_back (&fixture, virtual_clock_get ()), <=, 10);
  wait_long (fault_has_taken (&fixture, "end"), 10);
  wait_long (fault_count_rows (&fixture, "text = 'theirs'") == 1, 10);
  g_assert_cmpuint (fault_server_get_taken (fixture.server)->len, ==, 2);
  g_assert_cmpuint (fault_server_get_n_links (fixture.server), ==, 2);
  g_assert_cmpuint (fault_server_get_n_open (fixture.server), ==, 1);
  fault_end (&fixture);
  fault_test_set_bus (NULL);
  virtual_clock_hold (TRUE);
  mock_logind_free (logind);
  virtual_clock_hold (FALSE);
}

/* The log-in page of a hotel answers in the server's place, then it goes away: nobody has to do anything. */
static void
test_portal (void)
{
  g_autoptr (GTlsCertificate) portal = fault_issue ("dns:portal.test"), right = fault_issue ("dns:a.test");
  FaultFixture fixture;

  go_online (&fixture);
  fault_server_set_certificate (fixture.server, portal);
  fault_server_strike (fixture.server, FAULT_RST);
  wait_long (chat_account_get_state (fixture.account) == CHAT_ACCOUNT_ATTENTION, 10);
  chat_conversation_send (fixture.romeo, "end");
  wait_long (fault_server_get_n_links (fixture.server) > 20, 600);
  g_assert_cmpint (chat_account_get_state (fixture.account), ==, CHAT_ACCOUNT_ATTENTION);
  fault_server_set_certificate (fixture.server, right);
  g_assert_cmpfloat (wait_back (&fixture, virtual_clock_get ()), <=, 10);
  wait_long (fault_has_taken (&fixture, "end"), 10);
  g_assert_cmpuint (fault_server_get_taken (fixture.server)->len, ==, 2);
  g_assert_cmpuint (fault_server_get_n_open (fixture.server), ==, 1);
  fault_end (&fixture);
}

/* What was asked for gets no answer, though the stream lives: it is asked for again, each time after a longer while. */
static void
begin_ignored (FaultFixture *fixture, const char *ns)
{
  Fault none = { FAULT_NONE };

  fault_begin (fixture, FAULT_SERVER_RESUMES, &none, 0);
  fault_server_ignore (fixture->server, ns, 3);
  chat_conversation_send (fixture->romeo, "one");
}

static void
test_roster_unanswered (void)
{
  FaultFixture fixture;
  GListModel *contacts;

  begin_ignored (&fixture, XMPP_NS_ROSTER);
  contacts = chat_profile_get_contacts (fixture.profile);
  wait_long (g_list_model_get_n_items (contacts) == 1, 3 * 60 + 5 + 10 + 20 + 10);
  g_assert_cmpuint (fault_server_get_n_ignored (fixture.server), ==, 0);
  g_assert_cmpuint (fault_server_get_n_links (fixture.server), ==, 1);
  finish (&fixture);
}

static void
test_archive_unanswered (void)
{
  FaultFixture fixture;

  begin_ignored (&fixture, XMPP_NS_MAM);
  fault_server_archive (fixture.server, "m-1", "old");
  wait_long (fault_count_rows (&fixture, "text = 'old'") == 1, 3 * 30 + 5 + 10 + 20 + 10);
  g_assert_cmpuint (fault_server_get_n_ignored (fixture.server), ==, 0);
  g_assert_cmpuint (fault_server_get_n_links (fixture.server), ==, 1);
  finish (&fixture);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  fault_test_init ();
  g_test_add_data_func ("/faults/server-restarts/soon/R-15/W-01", GUINT_TO_POINTER (3), test_restart);
  g_test_add_data_func ("/faults/server-restarts/late/R-15/W-01", GUINT_TO_POINTER (3600), test_restart);
  g_test_add_func ("/faults/silent-while-idle/R-17", test_idle);
  g_test_add_func ("/faults/silent-after-a-message/R-17", test_sent_into_silence);
  g_test_add_func ("/faults/network-changes/W-01/R-17", test_network_change);
  g_test_add_func ("/faults/suspend/R-21/W-01", test_suspend);
  g_test_add_func ("/faults/captive-portal/W-01", test_portal);
  g_test_add_func ("/faults/unanswered/roster/W-01", test_roster_unanswered);
  g_test_add_func ("/faults/unanswered/archive/R-43", test_archive_unanswered);
  status = g_test_run ();
  fault_test_clear ();
  return status;
}
