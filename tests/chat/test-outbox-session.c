/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "connection-test.h"

/* The outbox of a whole account on a server that follows a script: what is asked of the archive, and what comes after a
 * message at which the server ended the stream. */

#define SM "xmlns='urn:xmpp:sm:3'"
#define BIND_AGAIN \
  "C: <iq type='set' id='$i'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n" \
  "S: <iq type='result' id='$i'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>user@a.test/x</jid></bind></iq>\n" \
  "C: <enable " SM "/>\nS: <enabled " SM " id='sm2' resume='true'/>\n"
#define OPEN_AGAIN "accept\n" SIGN_IN "open\n" \
  "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm " SM "/></stream:features>\n"
#define NOT_RESUMED OPEN_AGAIN "C: <resume " SM " previd='sm1'/>\n" \
  "S: <failed " SM "><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>\n" BIND_AGAIN ROSTER
#define MESSAGE(text) "C: <message to='romeo@a.test' id='$id'><body>" text "</body></message>\nC: <r " SM "/>\n"
#define ASK "C: <iq type='set' id='$ask'><query xmlns='urn:xmpp:mam:2' queryid='$query'><x xmlns='jabber:x:data'/></query></iq>\nC: <r " SM "/>\n"
#define FIN "S: <iq type='result' id='$ask'><fin xmlns='urn:xmpp:mam:2' complete='true'>" \
  "<set xmlns='http://jabber.org/protocol/rsm'/></fin></iq>\n"
#define COPY "S: <message><result xmlns='urn:xmpp:mam:2' queryid='$query' id='a1'><forwarded xmlns='urn:xmpp:forward:0'>" \
  "<delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/><message xmlns='jabber:client' from='user@a.test/x'" \
  " to='romeo@a.test' id='$id' type='chat'><body>one</body></message></forwarded></result></message>\n" \
  "S: <iq type='result' id='$ask'><fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'>" \
  "<first>a1</first><last>a1</last></set></fin></iq>\n"

static void
say (Fixture *fixture, const char *text)
{
  g_autoptr (XmppJid) romeo = xmpp_jid_new ("romeo@a.test", NULL);

  chat_conversation_send (chat_profile_open_conversation (fixture->profile, fixture->account, romeo), text);
}

static gint64
n_in_state (Fixture *fixture, ChatMessageState state)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM message WHERE state = %d", state);
  return query (fixture->folder, sql);
}

/* Its fate is unknown; the archive has it. What is said later goes out then. */
static void
test_arrived (void)
{
  Fixture fixture;

  begin (&fixture, "login " PASSWORD "\n" ROSTER MESSAGE ("one") "reset\n" NOT_RESUMED ASK COPY MESSAGE ("two")
         "S: <a " SM " h='6'/>\ngone", "dns:a.test", 1);
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  say (&fixture, "one");
  wait_on (&fixture, n_in_state (&fixture, CHAT_MESSAGE_SENT) == 1);
  say (&fixture, "two");
  wait_on (&fixture, n_in_state (&fixture, CHAT_MESSAGE_SENT) == 2);
  g_assert_cmpint (query (fixture.folder, "SELECT count(*) FROM message"), ==, 2);
  end (&fixture);
}

/* It has not: once more, before what was said since. */
static void
test_absent (void)
{
  Fixture fixture;

  begin (&fixture, "login " PASSWORD "\n" ROSTER MESSAGE ("one") "reset\n" NOT_RESUMED ASK FIN
         "C: <message to='romeo@a.test' id='$id'><body>one</body><origin-id xmlns='urn:xmpp:sid:0' id='$id'/>"
         "<delay xmlns='urn:xmpp:delay' from='user@a.test'/></message>\nC: <r " SM "/>\nS: <a " SM " h='6'/>\ngone",
         "dns:a.test", 1);
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  say (&fixture, "one");
  wait_on (&fixture, n_in_state (&fixture, CHAT_MESSAGE_SENT) == 1);
  g_assert_cmpint (query (fixture.folder, "SELECT count(*) FROM message"), ==, 1);
  end (&fixture);
}

/* The server says that the stanza was the reason: it fails with its words, the account is back by itself, and the next
 * message goes out. Nothing is resumed, which would begin with the same stanza. */
static void
test_policy (void)
{
  g_autofree char *error = NULL;
  Fixture fixture;

  begin (&fixture, "login " PASSWORD "\n" ROSTER MESSAGE ("bad")
         "S: <stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
         "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>Not here</text></stream:error></stream:stream>\nclose\n"
         OPEN_AGAIN BIND_AGAIN ROSTER ASK FIN MESSAGE ("good") "S: <a " SM " h='6'/>\ngone", "dns:a.test", 1);
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  say (&fixture, "bad");
  wait_on (&fixture, n_in_state (&fixture, CHAT_MESSAGE_FAILED) == 1);
  error = query_text (fixture.folder, "SELECT error FROM message WHERE text = 'bad'");
  g_assert_cmpstr (error, ==, "The server does not take this message: “Not here”");
  say (&fixture, "good");
  wait_on (&fixture, n_in_state (&fixture, CHAT_MESSAGE_SENT) == 1);
  end (&fixture);
}

/* Twice the server just goes away when it comes. The first time the stream is resumed. */
static void
test_twice (void)
{
  Fixture fixture;

  begin (&fixture, "login " PASSWORD "\n" ROSTER MESSAGE ("bad") "close\naccept\n"
         SIGN_IN "open\n" "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm " SM "/></stream:features>\n"
         "C: <resume " SM " previd='sm1'/>\nS: <resumed " SM " previd='sm1' h='4'/>\n" MESSAGE ("bad") "close\n"
         OPEN_AGAIN BIND_AGAIN ROSTER ASK FIN MESSAGE ("good") "S: <a " SM " h='6'/>\ngone", "dns:a.test", 1);
  wait_state (&fixture, CHAT_ACCOUNT_ONLINE);
  say (&fixture, "bad");
  wait_on (&fixture, n_in_state (&fixture, CHAT_MESSAGE_FAILED) == 1);
  say (&fixture, "good");
  wait_on (&fixture, n_in_state (&fixture, CHAT_MESSAGE_SENT) == 1);
  end (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outbox/session/R-27/arrived", test_arrived);
  g_test_add_func ("/outbox/session/R-27/R-28/absent", test_absent);
  g_test_add_func ("/outbox/session/W-02/policy", test_policy);
  g_test_add_func ("/outbox/session/W-02/twice", test_twice);
  return g_test_run ();
}
