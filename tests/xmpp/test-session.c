/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "session-peer.h"
#include "xmpp-ns.h"
#include "xmpp-session-link.h"

#include <string.h>

/* A session on a stream in memory; the test is the server. */

#define ACCOUNT "romeo@montague.example/orchard"
#define A(h) "<a xmlns='" XMPP_NS_SM "' h='" h "'/>"
#define R "<r xmlns='" XMPP_NS_SM "'/>"
#define MESSAGE(text) "<message from='juliet@capulet.example/balcony' type='chat'><body>" text "</body></message>"
#define SAID(text) "message juliet@capulet.example/balcony chat: " text "\n"
#define CLOSE "</stream:stream>"
#define UNAVAILABLE "<presence type='unavailable'/>"

static SessionPeer *peer;

static void
set_up (gpointer *fixture, gconstpointer data)
{
  peer = session_peer_new_online (ACCOUNT);
}

static void
tear_down (gpointer *fixture, gconstpointer data)
{
  g_clear_pointer (&peer, session_peer_free);
}

static void
run_idle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* -- the server counts more than it was sent -------------------------------------------------------------------- */

static void
test_count_too_high (gpointer *fixture, gconstpointer data)
{
  session_peer_send (peer, "m1");
  session_peer_hear (peer, R);
  session_peer_say (peer, A ("5"));
  session_peer_hear (peer, "<stream:error><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                     "<handled-count-too-high xmlns='urn:xmpp:sm:3' h='5' send-count='1'/></stream:error>" CLOSE);
  session_peer_assert_log (peer, "state closing\nunacknowledged m1\n");
  g_assert_false (session_peer_send (peer, "m2"));
  g_assert_false (session_peer_can_resume (peer));
  /* Nothing of it counts any more. */
  session_peer_say (peer, MESSAGE ("late") A ("1") CLOSE);
  iterate_until (peer->log->len > 0);
  session_peer_assert_log (peer, "state offline\ndisconnected handled-count-too-high\n");
  session_peer_begin_fresh (peer, "sm2");
  session_peer_send (peer, "m1");
  session_peer_hear (peer, "<message id='m1'>");
}

static void
test_count_too_high_unanswered (gpointer *fixture, gconstpointer data)
{
  session_peer_set_timeouts (peer, 60000, 60000, 60000, 1);
  session_peer_say (peer, A ("1"));
  iterate_until (strstr (peer->log->str, "disconnected"));
  session_peer_assert_log (peer, "state closing\nstate offline\ndisconnected handled-count-too-high\n");
}

static void
test_nonsense_is_ignored (gpointer *fixture, gconstpointer data)
{
  session_peer_send (peer, "m1");
  session_peer_say (peer, "<a xmlns='" XMPP_NS_SM "'/>" A ("") A ("-1") A ("4294967297") A ("1 ") "<x xmlns='" XMPP_NS_SM "'/>");
  session_peer_expect_h (peer, 0);
  session_peer_assert_log (peer, "");
}

/* Without stream management there is nothing to count, and nothing to answer. */
static void
test_not_enabled (gpointer *fixture, gconstpointer data)
{
  xmpp_session_abort (peer->session);
  g_string_truncate (peer->log, 0);
  xmpp_stream_management_disable (xmpp_session_get_stream_management (peer->session));
  session_peer_begin (peer, TRUE);
  session_peer_send (peer, "m1");
  session_peer_say (peer, R A ("7") "<iq type='get' id='i' from='montague.example'><ping xmlns='urn:xmpp:ping'/></iq>");
  session_peer_hear (peer, "<body>m1</body></message><iq type='result' id='i' to='montague.example'/>");
  session_peer_assert_log (peer, "state online\n");
}

/* -- what is sent again ----------------------------------------------------------------------------- */

static void
send_when_online_cb (XmppSession *session, GParamSpec *pspec, gpointer user_data)
{
  if (xmpp_session_get_state (session) == XMPP_SESSION_ONLINE)
    session_peer_send (peer, "new");
}

static void
test_resent_in_order (gpointer *fixture, gconstpointer data)
{
  session_peer_send (peer, "m1");
  session_peer_send (peer, "m2");
  session_peer_send (peer, "m3");
  session_peer_say (peer, A ("1"));
  iterate_until (peer->log->len > 0);
  xmpp_session_abort (peer->session);
  session_peer_assert_log (peer, "acknowledged m1\nstate offline\ndisconnected The connection was dropped\n");
  g_assert_false (session_peer_send (peer, "offline"));
  g_assert_true (session_peer_can_resume (peer));
  g_signal_connect (peer->session, "notify::state", G_CALLBACK (send_when_online_cb), NULL);
  session_peer_begin (peer, TRUE);
  session_peer_hear (peer, "<message id='m2'><body>m2</body><delay xmlns='urn:xmpp:delay' stamp='");
  g_assert_null (strstr (peer->heard->str, "<message id='m2'>"));
  session_peer_hear (peer, "</message><message id='m3'><body>m3</body><delay xmlns='urn:xmpp:delay' stamp='");
  session_peer_hear (peer, "</message>" R "<message id='new'>");
  session_peer_say (peer, A ("4"));
  iterate_until (strstr (peer->log->str, "new"));
  session_peer_assert_log (peer, "state online\nacknowledged m2\nacknowledged m3\nacknowledged new\n");
}

static void
test_not_resumed (gpointer *fixture, gconstpointer data)
{
  xmpp_session_abort (peer->session);
  g_string_truncate (peer->log, 0);
  session_peer_begin_fresh (peer, NULL);
  session_peer_send (peer, "m1");
  session_peer_send (peer, "m2");
  xmpp_session_abort (peer->session);
  session_peer_assert_log (peer, "state online\nunacknowledged m1\nunacknowledged m2\nstate offline\n"
                           "disconnected The connection was dropped\n");
}

/* -- counting goes on ------------------------------------------------------------------------------------------- */

static void
test_count_goes_on (gpointer *fixture, gconstpointer data)
{
  session_peer_say (peer, MESSAGE ("1") "<presence/><x xmlns='u'/>" MESSAGE ("2"));
  session_peer_expect_h (peer, 3);
  xmpp_session_abort (peer->session);
  xmpp_stream_management_resumed (xmpp_session_get_stream_management (peer->session), 3);
  session_peer_begin (peer, TRUE);
  session_peer_expect_h (peer, 3);
  session_peer_say (peer, MESSAGE ("3"));
  session_peer_expect_h (peer, 4);
  xmpp_session_abort (peer->session);
  session_peer_begin_fresh (peer, "sm2");
  session_peer_expect_h (peer, 0);
}

/* -- what is said on a fresh stream ----------------------------------------------------------------------------- */

static void
test_presence (gpointer *fixture, gconstpointer data)
{
  session_peer_expect_h (peer, 0);
  g_assert_cmpstr (peer->heard->str, ==, "");
  xmpp_session_abort (peer->session);
  session_peer_begin (peer, TRUE);
  session_peer_say (peer, R);
  session_peer_hear (peer, "<");
  g_assert_true (g_str_has_prefix (peer->heard->str, "a xmlns='" XMPP_NS_SM "' h='0'/>"));
  xmpp_session_abort (peer->session);
  session_peer_begin_fresh (peer, "sm2");
  session_peer_hear (peer, "<query xmlns='jabber:iq:roster'");
  session_peer_hear (peer, "<presence>");
}

/* -- no acknowledgement before the release ---------------------------------------------------------------------- */

static void
release (guint index)
{
  xmpp_session_release (peer->session, g_array_index (peer->tickets, guint64, index));
}

static void
test_release (gpointer *fixture, gconstpointer data)
{
  peer->hold = TRUE;
  session_peer_say (peer, MESSAGE ("1") "<presence/>" MESSAGE ("2"));
  session_peer_expect_h (peer, 0);
  release (1);
  iterate_until (peer->session->ack_source == 0);
  g_assert_cmpstr (peer->heard->str, ==, "");
  release (0);
  session_peer_hear (peer, A ("3"));
  /* It is not said twice. */
  session_peer_say (peer, MESSAGE ("3"));
  iterate_until (peer->tickets->len == 3);
  release (2);
  session_peer_expect_h (peer, 4);
  iterate_until (peer->session->ack_source == 0);
  run_idle ();
  g_assert_cmpstr (peer->heard->str, ==, "");
}

static void
test_release_offline (gpointer *fixture, gconstpointer data)
{
  peer->hold = TRUE;
  session_peer_say (peer, MESSAGE ("1"));
  iterate_until (peer->tickets->len == 1);
  xmpp_session_abort (peer->session);
  release (0);
  g_assert_cmpuint (peer->session->ack_source, ==, 0);
  session_peer_begin_fresh (peer, "sm2");
  release (0);
  session_peer_expect_h (peer, 0);
}

/* Two streams may come to the same count. */
static void
test_release_on_a_fresh_stream (gpointer *fixture, gconstpointer data)
{
  session_peer_say (peer, MESSAGE ("1"));
  session_peer_hear (peer, A ("1"));
  xmpp_session_abort (peer->session);
  session_peer_begin_fresh (peer, "sm2");
  session_peer_say (peer, MESSAGE ("1"));
  session_peer_hear (peer, A ("1"));
}

/* -- a stanza that nobody can read ------------------------------------------------------------------------------ */

static void
test_poison (gpointer *fixture, gconstpointer data)
{
  session_peer_say (peer, "<message from='@'><body>x</body></message><presence from='a@b@c'/><iq type='result' from='@' id='1'/>"
                    "<message from='a@b.example' type='nonsense'/><presence from='a@b.example' type='nonsense'/><iq/>"
                    "<message><error/><body/></message><message type='error' from='a@b.example'/>");
  session_peer_expect_h (peer, 8);
  g_assert_cmpuint (xmpp_session_get_n_dropped (peer->session), >=, 3);
  g_assert_cmpint (xmpp_session_get_state (peer->session), ==, XMPP_SESSION_ONLINE);
}

/* -- the end ---------------------------------------------------------------------------------------------------- */

static void
test_close (gpointer *fixture, gconstpointer data)
{
  session_peer_say (peer, MESSAGE ("1"));
  iterate_until (peer->log->len > 0);
  session_peer_send (peer, "m1");
  xmpp_session_close (peer->session);
  xmpp_session_close (peer->session);
  g_assert_false (session_peer_send (peer, "m2"));
  session_peer_hear (peer, "<message id='m1'><body>m1</body></message>" R UNAVAILABLE A ("1") R CLOSE);
  /* What comes before the other side's end is not lost, and its last word counts. */
  session_peer_say (peer, MESSAGE ("2") A ("2") CLOSE);
  iterate_until (strstr (peer->log->str, "disconnected"));
  session_peer_assert_log (peer, SAID ("1") "state closing\n" SAID ("2") "acknowledged m1\nstate offline\ndisconnected -\n");
  g_assert_false (session_peer_can_resume (peer));
  session_peer_hear (peer, "EOF");
  g_assert_cmpstr (peer->heard->str, ==, "");
}

static void
test_close_unacknowledged (gpointer *fixture, gconstpointer data)
{
  session_peer_send (peer, "m1");
  xmpp_session_close (peer->session);
  g_assert_cmpuint (peer->session->answer_source, ==, 0);
  session_peer_say (peer, CLOSE);
  iterate_until (strstr (peer->log->str, "disconnected"));
  session_peer_assert_log (peer, "state closing\nunacknowledged m1\nstate offline\ndisconnected -\n");
}

static void
test_close_unanswered (gpointer *fixture, gconstpointer data)
{
  session_peer_set_timeouts (peer, 60000, 60000, 60000, 1);
  session_peer_send (peer, "m1");
  xmpp_session_close (peer->session);
  iterate_until (strstr (peer->log->str, "disconnected"));
  session_peer_assert_log (peer, "state closing\nunacknowledged m1\nstate offline\ndisconnected -\n");
}

static void
test_close_count_too_high (gpointer *fixture, gconstpointer data)
{
  session_peer_send (peer, "m1");
  xmpp_session_close (peer->session);
  session_peer_say (peer, A ("3") CLOSE);
  iterate_until (strstr (peer->log->str, "disconnected"));
  session_peer_assert_log (peer, "state closing\nunacknowledged m1\nstate offline\ndisconnected -\n");
}

static void
test_close_without_stream_management (gpointer *fixture, gconstpointer data)
{
  session_peer_begin_plain (peer);
  xmpp_session_close (peer->session);
  session_peer_hear (peer, UNAVAILABLE CLOSE);
  session_peer_say (peer, CLOSE);
  iterate_until (strstr (peer->log->str, "disconnected"));
  session_peer_assert_log (peer, "state online\nstate closing\nstate offline\ndisconnected -\n");
  xmpp_session_close (peer->session);
  xmpp_session_abort (peer->session);
  session_peer_assert_log (peer, "");
}

static void
test_closed_by_server (gpointer *fixture, gconstpointer data)
{
  session_peer_say (peer, CLOSE);
  session_peer_hear (peer, CLOSE);
  iterate_until (strstr (peer->log->str, "disconnected"));
  session_peer_assert_log (peer, "state offline\ndisconnected The server closed the connection\n");
}

static void
test_stream_error (gpointer *fixture, gconstpointer data)
{
  session_peer_say (peer, "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>" CLOSE);
  iterate_until (strstr (peer->log->str, "disconnected"));
  session_peer_assert_log (peer, "state offline\ndisconnected conflict\n");
}

/* -- the wire may break it anywhere ----------------------------------------------------------------------------- */

static const char talk[] = " " MESSAGE ("h\xC3\xA9 \xF0\x9F\x98\x80") "\n" A ("1") "<iq type='get' id='i' from='montague.example'>"
  "<ping xmlns='urn:xmpp:ping'/></iq> " R MESSAGE ("&amp;") A ("2");

static void
check_talk (void)
{
  session_peer_hear (peer, "<iq type='result' id='i' to='montague.example'/>" A ("2"));
  iterate_until (strstr (peer->log->str, "m2"));
  session_peer_assert_log (peer, SAID ("h\xC3\xA9 \xF0\x9F\x98\x80") "acknowledged m1\n" SAID ("&") "acknowledged m2\n");
  session_peer_expect_h (peer, 3);
}

static void
test_split (gpointer *fixture, gconstpointer data)
{
  for (gsize at = 0; at < strlen (talk); at++) {
    g_autofree char *first = g_strndup (talk, at);

    session_peer_send (peer, "m1");
    session_peer_send (peer, "m2");
    session_peer_say (peer, first);
    run_idle ();
    session_peer_say (peer, talk + at);
    check_talk ();
    tear_down (NULL, NULL);
    set_up (NULL, NULL);
  }
}

static void
test_byte_by_byte (gpointer *fixture, gconstpointer data)
{
  joined_stream_set_short_reads (peer->client, 1);
  joined_stream_set_split_writes (peer->client, 1);
  session_peer_send (peer, "m1");
  session_peer_send (peer, "m2");
  session_peer_say (peer, talk);
  check_talk ();
}

#define ADD(path, func) g_test_add ("/session/" path, gpointer, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("R-03/count-too-high", test_count_too_high);
  ADD ("R-03/count-too-high-unanswered", test_count_too_high_unanswered);
  ADD ("R-03/nonsense-is-ignored", test_nonsense_is_ignored);
  ADD ("R-01/not-enabled", test_not_enabled);
  ADD ("R-04/resent-in-order", test_resent_in_order);
  ADD ("R-05/not-resumed", test_not_resumed);
  ADD ("R-07/count-goes-on", test_count_goes_on);
  ADD ("R-09/presence", test_presence);
  ADD ("R-11/release", test_release);
  ADD ("R-11/release-offline", test_release_offline);
  ADD ("R-11/release-on-a-fresh-stream", test_release_on_a_fresh_stream);
  ADD ("R-12/poison", test_poison);
  ADD ("R-18/close", test_close);
  ADD ("R-18/close-unacknowledged", test_close_unacknowledged);
  ADD ("R-18/close-unanswered", test_close_unanswered);
  ADD ("R-18/close-count-too-high", test_close_count_too_high);
  ADD ("R-18/close-without-stream-management", test_close_without_stream_management);
  ADD ("R-18/closed-by-server", test_closed_by_server);
  ADD ("R-18/stream-error", test_stream_error);
  ADD ("R-19/split-at-any-byte", test_split);
  ADD ("R-19/byte-by-byte", test_byte_by_byte);
  return g_test_run ();
}
