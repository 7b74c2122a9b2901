/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "session-peer.h"
#include "xmpp-ns.h"
#include "xmpp-session-link.h"

#include <string.h>

/* A session on a stream in memory asks whether the server is still there, and is asked. */

#define ACCOUNT "romeo@montague.example/orchard"
#define A(h) "<a xmlns='" XMPP_NS_SM "' h='" h "'/>"
#define R "<r xmlns='" XMPP_NS_SM "'/>"
#define MESSAGE(text) "<message from='juliet@capulet.example/balcony' type='chat'><body>" text "</body></message>"

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
test_answered_at_once (gpointer *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);

  peer->hold = TRUE;
  for (guint i = 0; i < 200; i++)
    g_string_append (text, MESSAGE ("x"));
  g_string_append (text, R);
  session_peer_say (peer, text->str);
  session_peer_hear (peer, A ("0"));
  g_assert_cmpuint (peer->tickets->len, ==, 200);
  for (guint i = 0; i < 200; i++)
    xmpp_session_release (peer->session, g_array_index (peer->tickets, guint64, i));
  session_peer_hear (peer, A ("200"));
}

/* What is stored, and when, the test says. */
static void
keep_cb (XmppSession *session, gpointer user_data)
{
  guint *n_asked = user_data;

  (*n_asked)++;
}

static void
commit (guint i)
{
  guint64 ticket = g_array_index (peer->tickets, guint64, i);
  guint64 mark;

  xmpp_session_commit (peer->session, ticket, TRUE);
  mark = xmpp_session_get_sm_mark (peer->session);
  xmpp_session_release (peer->session, ticket);
  xmpp_session_kept (peer->session, mark);
}

/* A request is answered with what is stored so far; each commit is told by itself, also while others wait for theirs. */
static void
test_follows_each_commit (gpointer *fixture, gconstpointer data)
{
  guint n_asked = 0;

  xmpp_session_set_keeper (peer->session, keep_cb, &n_asked);
  peer->hold = TRUE;
  session_peer_say (peer, MESSAGE ("1") MESSAGE ("2") MESSAGE ("3") "<presence/>" R);
  session_peer_hear (peer, A ("0"));
  commit (0);
  session_peer_hear (peer, A ("1"));
  session_peer_say (peer, R);
  session_peer_hear (peer, A ("1"));
  commit (1);
  commit (2);
  session_peer_hear (peer, A ("4"));
  xmpp_session_set_keeper (peer->session, NULL, NULL);
}

/* What was stored is told, although something came since that is handled and not stored yet. */
static void
test_told_before_the_last (gpointer *fixture, gconstpointer data)
{
  guint n_asked = 0;
  guint64 ticket, mark;

  xmpp_session_set_keeper (peer->session, keep_cb, &n_asked);
  peer->hold = TRUE;
  session_peer_say (peer, MESSAGE ("1") R);
  session_peer_hear (peer, A ("0"));
  ticket = g_array_index (peer->tickets, guint64, 0);
  xmpp_session_commit (peer->session, ticket, TRUE);
  mark = xmpp_session_get_sm_mark (peer->session);
  session_peer_say (peer, "<presence/>" R);
  session_peer_hear (peer, A ("0"));
  xmpp_session_release (peer->session, ticket);
  xmpp_session_kept (peer->session, mark);
  session_peer_hear (peer, A ("1"));
  xmpp_session_set_keeper (peer->session, NULL, NULL);
}

/* What was handled but could not be stored is not acknowledged, and asked for again and again. */
static void
test_not_stored (gpointer *fixture, gconstpointer data)
{
  guint n_asked = 0;

  xmpp_session_set_keeper (peer->session, keep_cb, &n_asked);
  session_peer_say (peer, "<presence/>" R);
  session_peer_hear (peer, A ("0"));
  iterate_until (n_asked == 1);
  xmpp_session_kept (peer->session, 0);
  session_peer_say (peer, R);
  session_peer_hear (peer, A ("0"));
  iterate_until (n_asked == 2);
  xmpp_session_kept (peer->session, xmpp_session_get_sm_mark (peer->session));
  session_peer_hear (peer, A ("1"));
  xmpp_session_set_keeper (peer->session, NULL, NULL);
}

/* The count goes on where it stood in the middle of a commit, over the end of its numbers too. */
static void
test_wraps (gpointer *fixture, gconstpointer data)
{
  guint n_asked = 0;

  xmpp_stream_management_resumed (xmpp_session_get_stream_management (peer->session), G_MAXUINT32);
  xmpp_session_set_keeper (peer->session, keep_cb, &n_asked);
  peer->hold = TRUE;
  session_peer_say (peer, R MESSAGE ("1") MESSAGE ("2") R);
  session_peer_hear (peer, A ("4294967295") A ("4294967295"));
  commit (0);
  session_peer_hear (peer, A ("0"));
  commit (1);
  session_peer_hear (peer, A ("1"));
  xmpp_session_set_keeper (peer->session, NULL, NULL);
}

#define P3 "<presence/><presence/><presence/>"

static void
send_presences (guint n)
{
  g_autoptr (XmppElement) presence = xmpp_element_new (XMPP_NS_CLIENT, "presence");

  for (; n > 0; n--)
    xmpp_session_send (peer->session, presence);
}

static void
test_asks (gpointer *fixture, gconstpointer data)
{
  session_peer_send (peer, "m1");
  session_peer_hear (peer, "<message id='m1'><body>m1</body></message>" R);
  session_peer_say (peer, A ("1"));
  iterate_until (peer->log->len > 0);
  send_presences (9);
  session_peer_say (peer, R);
  session_peer_hear (peer, P3 P3 P3 A ("0"));
  send_presences (1);
  session_peer_hear (peer, "<presence/>" R);
  send_presences (9);
  session_peer_say (peer, R);
  session_peer_hear (peer, P3 P3 P3 A ("0"));
}

static void
assert_lost (void)
{
  iterate_until (strstr (peer->log->str, "disconnected"));
  g_assert_true (g_str_has_suffix (peer->log->str, "state offline\ndisconnected The server gives no sign of life\n"));
  g_assert_true (session_peer_can_resume (peer));
}

static void
test_dead_after_message (gpointer *fixture, gconstpointer data)
{
  session_peer_set_timeouts (peer, 1, 60000, 60000, 60000);
  session_peer_send (peer, "m1");
  assert_lost ();
}

static void
test_dead_after_second_message (gpointer *fixture, gconstpointer data)
{
  session_peer_send (peer, "m1");
  session_peer_send (peer, "m2");
  session_peer_set_timeouts (peer, 1, 60000, 60000, 60000);
  session_peer_say (peer, A ("1"));
  assert_lost ();
}

static void
test_answered (gpointer *fixture, gconstpointer data)
{
  session_peer_send (peer, "m1");
  g_assert_cmpuint (peer->session->answer_source, !=, 0);
  send_presences (1);
  session_peer_say (peer, A ("1"));
  iterate_until (peer->log->len > 0);
  /* Nobody asked for the presence. */
  g_assert_cmpuint (peer->session->answer_source, ==, 0);
}

static void
test_slow_is_not_dead (gpointer *fixture, gconstpointer data)
{
  guint source;

  session_peer_set_timeouts (peer, 600, 60000, 60000, 60000);
  session_peer_send (peer, "m1");
  session_peer_hear (peer, R);
  source = peer->session->answer_source;
  session_peer_say (peer, " ");
  iterate_until (peer->session->answer_source != source);
  g_assert_null (strstr (peer->log->str, "disconnected"));
  /* From its last word on, and without another question. */
  g_assert_cmpint (peer->session->asked_at, ==, xmpp_stream_get_last_read (peer->session->stream));
  assert_lost ();
  g_assert_null (strstr (peer->heard->str, R));
}

static void
test_idle (gpointer *fixture, gconstpointer data)
{
  xmpp_session_abort (peer->session);
  g_string_truncate (peer->log, 0);
  session_peer_set_timeouts (peer, 60000, 5, 2000, 60000);
  session_peer_begin (peer, TRUE);
  session_peer_hear (peer, R);
  session_peer_say (peer, A ("0"));
  session_peer_hear (peer, R);
  session_peer_set_timeouts (peer, 60000, 5, 1, 60000);
  session_peer_say (peer, A ("0"));
  assert_lost ();
}

/* It is measured from the last byte. */
static void
test_idle_since (gpointer *fixture, gconstpointer data)
{
  gint64 begun, last;
  guint source;

  xmpp_session_abort (peer->session);
  session_peer_set_timeouts (peer, 60000, 100, 60000, 60000);
  session_peer_begin (peer, TRUE);
  source = peer->session->idle_source;
  begun = g_get_monotonic_time ();
  iterate_until (g_get_monotonic_time () > begun + 30 * G_TIME_SPAN_MILLISECOND);
  session_peer_expect_h (peer, 0);
  last = xmpp_stream_get_last_read (peer->session->stream);
  iterate_until (peer->session->idle_source != source);
  if (peer->session->answer_source == 0)
    g_assert_cmpint (g_source_get_ready_time (g_main_context_find_source_by_id (NULL, peer->session->idle_source)), <,
                     last + 150 * G_TIME_SPAN_MILLISECOND);
}

static void
test_idle_ping (gpointer *fixture, gconstpointer data)
{
  g_autofree char *answer = NULL;

  session_peer_set_timeouts (peer, 60000, 5, 2000, 60000);
  session_peer_begin_plain (peer);
  session_peer_hear (peer, "<iq type='get' id='");
  iterate_until (strchr (peer->heard->str, '>'));
  answer = g_strdup_printf ("<iq type='error' id='%.22s'><error type='cancel'/></iq>", peer->heard->str);
  session_peer_hear (peer, "<ping xmlns='urn:xmpp:ping'/></iq>");
  session_peer_say (peer, answer);
  session_peer_set_timeouts (peer, 60000, 5, 1, 60000);
  session_peer_hear (peer, "<ping xmlns='urn:xmpp:ping'/></iq>");
  iterate_until (strstr (peer->log->str, "disconnected"));
  session_peer_assert_log (peer, "state online\nstate offline\ndisconnected No answer came in time\n");
}

static void
test_ping_slow (gpointer *fixture, gconstpointer data)
{
  gint64 begun = g_get_monotonic_time ();

  session_peer_begin_plain (peer);
  xmpp_session_probe (peer->session, 400);
  session_peer_hear (peer, "<ping xmlns='urn:xmpp:ping'/></iq>");
  session_peer_say (peer, " ");
  iterate_until (g_get_monotonic_time () > begun + 450 * G_TIME_SPAN_MILLISECOND);
  session_peer_assert_log (peer, "state online\n");
  xmpp_session_probe (peer->session, 1);
  iterate_until (strstr (peer->log->str, "disconnected"));
}

/* A probe is not made slower by a question that waits already. */
static void
test_probe (gpointer *fixture, gconstpointer data)
{
  session_peer_send (peer, "m1");
  xmpp_session_probe (peer->session, 1);
  assert_lost ();
  xmpp_session_probe (peer->session, 1);
}

static void
test_figures (void)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (ACCOUNT, NULL);
  const GType none[] = { G_TYPE_INVALID };
  g_autoptr (XmppSession) session = xmpp_session_new (jid, none);

  g_assert_cmpuint (session->timeouts.answer, <=, 20000);
  g_assert_cmpuint (session->timeouts.idle + session->timeouts.idle_answer, <=, 90000);
  g_assert_cmpuint (session->timeouts.close, <=, 2000);
}

#define ADD(path, func) g_test_add ("/session-link/" path, gpointer, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("R-10/answered-at-once", test_answered_at_once);
  ADD ("R-11/follows-each-commit", test_follows_each_commit);
  ADD ("R-11/told-before-the-last", test_told_before_the_last);
  ADD ("R-11/not-stored", test_not_stored);
  ADD ("R-02/wraps", test_wraps);
  ADD ("R-10/asks", test_asks);
  ADD ("R-10/dead-after-message", test_dead_after_message);
  ADD ("R-10/dead-after-second-message", test_dead_after_second_message);
  ADD ("R-10/answered", test_answered);
  ADD ("R-10/slow-is-not-dead", test_slow_is_not_dead);
  ADD ("R-17/idle", test_idle);
  ADD ("R-17/idle-since-the-last-byte", test_idle_since);
  ADD ("R-17/idle-ping", test_idle_ping);
  ADD ("R-17/slow-ping-is-not-dead", test_ping_slow);
  ADD ("R-17/probe", test_probe);
  g_test_add_func ("/session-link/R-17/figures", test_figures);
  return g_test_run ();
}
