/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "talk-test.h"
#include "xmpp-error.h"

#include <string.h>

/* Messages that were written and never acknowledged: the archive is asked before one goes out again, and one at which the
 * server ends the link does not hold the others up. */

#define OWN "from='juliet@example.org/balcony' to='romeo@example.org'"

static FakeArchive *
give_archive (Fixture *fixture)
{
  g_autoptr (XmppArchiveModule) archive = fake_archive_new ();

  fake_session_set_archive (fixture->session, archive);
  return archive;
}

static void
say (Fixture *fixture, XmppJid *to, const char *text)
{
  gint64 before = query (fixture->folder, "SELECT count(*) FROM message");

  chat_conversation_send (open_chat (fixture, to), text);
  wait_for (query (fixture->folder, "SELECT count(*) FROM message") > before);
}

/* Sends it, and then the link is lost and nothing resumed. */
static void
say_and_lose (Fixture *fixture, const char *const *texts)
{
  guint n = n_sent (fixture);

  fake_session_set_online (fixture->session, TRUE);
  for (guint i = 0; texts[i] != NULL; i++)
    say (fixture, fixture->romeo, texts[i]);
  wait_for (n_sent (fixture) == n + g_strv_length ((char **) texts));
  fake_session_disconnect (fixture->session, FALSE, XMPP_ERROR, XMPP_ERROR_TIMEOUT, "silence");
}

static const char *
sent_id (Fixture *fixture, guint i)
{
  return xmpp_element_get_attribute (sent (fixture, i), "id");
}

static gboolean
has_delay (XmppElement *stanza)
{
  return xmpp_element_find_child (stanza, "urn:xmpp:delay", "delay") != NULL;
}

static void
test_arrived (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);
  g_autofree char *copy = NULL;

  say_and_lose (fixture, (const char *[]) { "one", NULL });
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_WRITTEN), ==, 1);
  copy = g_strdup_printf ("<message xmlns='jabber:client' " OWN " id='%s'><body>one</body></message>", sent_id (fixture, 0));
  fake_session_set_online (fixture->session, TRUE);
  wait_for (fake_archive_n_open (archive) == 1);
  g_assert_cmpuint (n_sent (fixture), ==, 1);
  fake_archive_answer (archive, "a", TRUE, (const char *[]) { "", copy, NULL });
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 1);
  g_assert_cmpuint (n_sent (fixture), ==, 1);
}

/* By its origin-id too, where the server put another id on it. */
static void
test_arrived_origin (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);
  g_autofree char *copy = NULL;

  say_and_lose (fixture, (const char *[]) { "one", NULL });
  copy = g_strdup_printf ("<message xmlns='jabber:client' " OWN " id='else'><origin-id xmlns='urn:xmpp:sid:0' id='%s'/></message>",
                          sent_id (fixture, 0));
  fake_session_set_online (fixture->session, TRUE);
  wait_for (fake_archive_n_open (archive) == 1);
  fake_archive_answer (archive, "a", TRUE, (const char *[]) { copy, NULL });
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 1);
  g_assert_cmpuint (n_sent (fixture), ==, 1);
}

/* Not there: once more, the same, with the time of the first try, and before what was said since. */
static void
test_absent (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);
  XmppElement *again;

  say_and_lose (fixture, (const char *[]) { "one", "two", NULL });
  say (fixture, fixture->romeo, "three");
  fake_session_set_online (fixture->session, TRUE);
  wait_for (fake_archive_n_open (archive) == 1);
  fake_archive_answer (archive, "a", TRUE, (const char *[]) { NULL });
  wait_for (n_sent (fixture) == 5);
  again = sent (fixture, 2);
  g_assert_cmpstr (sent_body (fixture, 2), ==, "one");
  g_assert_cmpstr (sent_body (fixture, 3), ==, "two");
  g_assert_cmpstr (sent_body (fixture, 4), ==, "three");
  g_assert_cmpstr (sent_id (fixture, 2), ==, sent_id (fixture, 0));
  g_assert_cmpstr (xmpp_element_get_attribute (xmpp_element_find_child (again, "urn:xmpp:sid:0", "origin-id"), "id"), ==,
                   sent_id (fixture, 0));
  g_assert_true (has_delay (again));
  g_assert_false (has_delay (sent (fixture, 4)));
  fake_session_acknowledge (fixture->session, 3);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 3);
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM message"), ==, 3);
}

/* The first arrived, the second did not. Another's message with that id is not ours. */
static void
test_some (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);
  g_autofree char *first = NULL, *forged = NULL;

  say_and_lose (fixture, (const char *[]) { "one", "two", NULL });
  first = g_strdup_printf ("<message xmlns='jabber:client' " OWN " id='%s'/>", sent_id (fixture, 0));
  forged = g_strdup_printf ("<message xmlns='jabber:client' from='romeo@example.org/x' to='juliet@example.org' id='%s'/>",
                            sent_id (fixture, 1));
  fake_session_set_online (fixture->session, TRUE);
  wait_for (fake_archive_n_open (archive) == 1);
  fake_archive_answer (archive, "a", TRUE, (const char *[]) { first, forged, NULL });
  wait_for (n_sent (fixture) == 3);
  g_assert_cmpstr (sent_body (fixture, 2), ==, "two");
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_SENT), ==, 1);
}

/* Others don't wait for it. */
static void
test_other_chat (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);

  say_and_lose (fixture, (const char *[]) { "one", NULL });
  say (fixture, fixture->romeo, "two");
  say (fixture, fixture->nurse, "three");
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpstr (sent_body (fixture, 1), ==, "three");
  wait_for (fake_archive_n_open (archive) == 1);
  fake_archive_answer (archive, "a", TRUE, (const char *[]) { NULL });
  wait_for (n_sent (fixture) == 4);
  g_assert_cmpstr (sent_body (fixture, 2), ==, "one");
  g_assert_cmpstr (sent_body (fixture, 3), ==, "two");
}

/* Page by page to the end, however short the pages are. */
static void
test_pages (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);
  const char *other = "<message xmlns='jabber:client' " OWN " id='x'/>";
  g_autofree char *copy = NULL, *asked = NULL;

  say_and_lose (fixture, (const char *[]) { "one", NULL });
  copy = g_strdup_printf ("<message xmlns='jabber:client' " OWN " id='%s'/>", sent_id (fixture, 0));
  fake_session_set_online (fixture->session, TRUE);
  wait_for (fake_archive_n_open (archive) == 1);
  fake_archive_answer (archive, "a", FALSE, (const char *[]) { other, NULL });
  wait_for (fake_archive_n_open (archive) == 1);
  asked = fake_archive_describe (archive);
  g_assert_cmpstr (asked, ==, "romeo@example.org a-0 -");
  fake_archive_answer (archive, "b", FALSE, (const char *[]) { other, copy, NULL });
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 1);
  g_assert_cmpuint (fake_archive_n_asked (archive), ==, 2);
  g_assert_cmpuint (n_sent (fixture), ==, 1);
}

/* From the last id that the archive had given before; where it does not know that any more, from the time of the writing. */
static void
test_cursor (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);
  g_autofree char *asked = NULL, *again = NULL;
  gint64 written, since;

  query (fixture->folder, "INSERT INTO history (account, position, cursor) SELECT id, 0, 'c7' FROM account WHERE true"
         " ON CONFLICT (account) DO UPDATE SET cursor = 'c7'");
  say_and_lose (fixture, (const char *[]) { "one", NULL });
  written = query (fixture->folder, "SELECT written FROM message");
  query (fixture->folder, "UPDATE history SET cursor = 'c9'");
  fake_session_set_online (fixture->session, TRUE);
  wait_for (fake_archive_n_open (archive) == 1);
  asked = fake_archive_describe (archive);
  g_assert_cmpstr (asked, ==, "romeo@example.org c7 -");
  fake_archive_refuse (archive, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND);
  wait_for (fake_archive_n_open (archive) == 1);
  again = fake_archive_describe (archive);
  g_assert_true (g_str_has_prefix (again, "romeo@example.org - "));
  since = g_ascii_strtoll (again + strlen ("romeo@example.org - "), NULL, 10);
  g_assert_cmpint (since, ==, written - 10 * G_TIME_SPAN_MINUTE);
  fake_archive_answer (archive, "a", TRUE, (const char *[]) { NULL });
  wait_for (n_sent (fixture) == 2);
}

/* The history found it first: nobody needs to ask. */
static void
test_known_already (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);

  say_and_lose (fixture, (const char *[]) { "one", NULL });
  query (fixture->folder, "UPDATE message SET state = 3");
  say (fixture, fixture->romeo, "two");
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpstr (sent_body (fixture, 1), ==, "two");
  g_assert_cmpuint (fake_archive_n_asked (archive), ==, 0);
}

/* One that begins anew all the time does not hold the message up for ever. */
static void
test_endless (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);
  guint n = 0;

  say_and_lose (fixture, (const char *[]) { "one", NULL });
  fake_session_set_online (fixture->session, TRUE);
  while (n_sent (fixture) == 1) {
    g_autofree char *prefix = g_strdup_printf ("p%u", n++);
    g_assert_cmpuint (n, <, 1000);
    wait_for (fake_archive_n_open (archive) == 1 || n_sent (fixture) == 2);
    if (fake_archive_n_open (archive) == 1)
      fake_archive_answer (archive, prefix, FALSE, (const char *[]) { "", NULL });
  }
  g_assert_true (has_delay (sent (fixture, 1)));
}

/* No archive, or one that gives no answer: once more, with the same id. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);

  say_and_lose (fixture, (const char *[]) { "one", NULL });
  fake_session_set_online (fixture->session, TRUE);
  wait_for (fake_archive_n_open (archive) == 1);
  fake_archive_refuse (archive, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE);
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpstr (sent_id (fixture, 1), ==, sent_id (fixture, 0));
  g_assert_true (has_delay (sent (fixture, 1)));
}

/* The link is lost while the question is open: nothing goes out, and the next time it is asked again. */
static void
test_lost_while_asking (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);
  g_autofree char *copy = NULL;

  say_and_lose (fixture, (const char *[]) { "one", NULL });
  copy = g_strdup_printf ("<message xmlns='jabber:client' " OWN " id='%s'/>", sent_id (fixture, 0));
  fake_session_set_online (fixture->session, TRUE);
  wait_for (fake_archive_n_open (archive) == 1);
  fake_session_disconnect (fixture->session, FALSE, XMPP_ERROR, XMPP_ERROR_TIMEOUT, "silence");
  fake_archive_refuse (archive, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (fake_archive_n_asked (archive) == 2);
  g_assert_cmpuint (n_sent (fixture), ==, 1);
  fake_archive_answer (archive, "a", TRUE, (const char *[]) { copy, NULL });
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 1);
  g_assert_cmpuint (n_sent (fixture), ==, 1);
}

/* Killed while the question is open. */
static void
test_killed_while_asking (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);
  g_autofree char *copy = NULL, *id = NULL;

  say_and_lose (fixture, (const char *[]) { "one", NULL });
  id = g_strdup (sent_id (fixture, 0));
  copy = g_strdup_printf ("<message xmlns='jabber:client' " OWN " id='%s'/>", id);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (fake_archive_n_open (archive) == 1);
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_WRITTEN), ==, 1);
  fake_archive_refuse (archive, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED);
  fake_session_set_online (fixture->session, FALSE);
  restart (fixture);
  archive = give_archive (fixture);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (fake_archive_n_open (archive) == 1);
  fake_archive_answer (archive, "a", TRUE, (const char *[]) { copy, NULL });
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 1);
  g_assert_cmpuint (n_sent (fixture), ==, 0);
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM message"), ==, 1);
}

/* -- what ends the link --------------------------------------------------------------------------------------------- */

static char *
reason (Fixture *fixture)
{
  return query_text (fixture->folder, "SELECT error FROM message WHERE state = 6");
}

/* The server says that it was the stanza. The next one goes on. */
static void
test_policy (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);
  g_autofree char *text = NULL;

  fake_session_set_online (fixture->session, TRUE);
  say (fixture, fixture->romeo, "bad");
  wait_for (n_sent (fixture) == 1);
  fake_session_disconnect (fixture->session, TRUE, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_POLICY_VIOLATION, "Too much of it");
  say (fixture, fixture->romeo, "good");
  fake_session_set_online (fixture->session, TRUE);
  wait_for (fake_archive_n_open (archive) == 1);
  fake_archive_answer (archive, "a", TRUE, (const char *[]) { NULL });
  wait_for (n_in_state (fixture, CHAT_MESSAGE_FAILED) == 1);
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpstr (sent_body (fixture, 1), ==, "good");
  text = reason (fixture);
  g_assert_cmpstr (text, ==, "The server does not take this message: “Too much of it”");
}

/* It was taken all the same, and the link ended for another reason. */
static void
test_policy_arrived (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);
  g_autofree char *copy = NULL;

  fake_session_set_online (fixture->session, TRUE);
  say (fixture, fixture->romeo, "good");
  wait_for (n_sent (fixture) == 1);
  copy = g_strdup_printf ("<message xmlns='jabber:client' " OWN " id='%s'/>", sent_id (fixture, 0));
  fake_session_disconnect (fixture->session, TRUE, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_POLICY_VIOLATION, "Too often");
  fake_session_set_online (fixture->session, TRUE);
  wait_for (fake_archive_n_open (archive) == 1);
  fake_archive_answer (archive, "a", TRUE, (const char *[]) { copy, NULL });
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 1);
}

/* The server just goes away, and resumes, and goes away: the second time is the last. */
static void
test_twice (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);
  g_autofree char *text = NULL;

  fake_session_set_online (fixture->session, TRUE);
  say (fixture, fixture->romeo, "bad");
  wait_for (n_sent (fixture) == 1);
  for (guint i = 0; i < 2; i++) {
    g_assert_cmpuint (fake_archive_n_asked (archive), ==, 0);
    fake_session_disconnect (fixture->session, TRUE, XMPP_ERROR, XMPP_ERROR_CLOSED, "gone");
    fake_session_set_online (fixture->session, TRUE);
  }
  say (fixture, fixture->romeo, "good");
  wait_for (fake_archive_n_open (archive) == 1);
  fake_archive_answer (archive, "a", TRUE, (const char *[]) { NULL });
  wait_for (n_in_state (fixture, CHAT_MESSAGE_FAILED) == 1);
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpstr (sent_body (fixture, 1), ==, "good");
  text = reason (fixture);
  g_assert_cmpstr (text, ==, "The connection breaks when this message is sent");
}

/* Of several under way nobody knows which it was: each goes out alone then, and the others arrive. */
static void
test_among_others (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);

  fake_session_set_online (fixture->session, TRUE);
  say (fixture, fixture->romeo, "good");
  say (fixture, fixture->nurse, "bad");
  say (fixture, fixture->romeo, "better");
  wait_for (n_sent (fixture) == 3);
  fake_session_disconnect (fixture->session, FALSE, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "not-well-formed");
  fake_session_set_online (fixture->session, TRUE);
  for (guint i = 0; i < 2; i++) {
    wait_for (fake_archive_n_open (archive) > 0);
    fake_archive_answer (archive, "a", TRUE, (const char *[]) { NULL });
  }
  wait_for (n_sent (fixture) == 4);
  g_assert_cmpstr (sent_body (fixture, 3), ==, "good");
  fake_session_acknowledge (fixture->session, 1);
  wait_for (n_sent (fixture) == 5);
  g_assert_cmpstr (sent_body (fixture, 4), ==, "bad");
  fake_session_disconnect (fixture->session, FALSE, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "not-well-formed");
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 6);
  g_assert_cmpstr (sent_body (fixture, 5), ==, "better");
  wait_for (fake_archive_n_open (archive) == 1);
  fake_archive_answer (archive, "a", TRUE, (const char *[]) { NULL });
  wait_for (n_in_state (fixture, CHAT_MESSAGE_FAILED) == 1);
  fake_session_acknowledge (fixture->session, 1);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 2);
}

/* A cable that is pulled, a network that changes, a server that is shut down: as often as it likes. */
static void
test_innocent (Fixture *fixture, gconstpointer data)
{
  const struct { GQuark domain; int code; } ends[] = {
    { XMPP_ERROR, XMPP_ERROR_TIMEOUT }, { XMPP_ERROR, XMPP_ERROR_ABORTED },
    { XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN }, { XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_CONFLICT },
  };

  fake_session_set_online (fixture->session, TRUE);
  say (fixture, fixture->romeo, "good");
  wait_for (n_sent (fixture) == 1);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    fake_session_disconnect (fixture->session, FALSE, ends[i].domain, ends[i].code, "gone");
    fake_session_set_online (fixture->session, TRUE);
    wait_for (n_sent (fixture) == i + 2);
  }
  fake_session_acknowledge (fixture->session, 1);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 1);
}

/* -- once more, after it failed --------------------------------------------------------------------------------------- */

static gboolean
is_failed (GListModel *timeline, guint i)
{
  g_autoptr (ChatMessage) message = g_list_model_get_item (timeline, i);
  return message != NULL && chat_message_get_state (message) == CHAT_MESSAGE_FAILED;
}

static void
retry (Fixture *fixture, guint i)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (chat));
  g_autoptr (ChatMessage) message = NULL;

  wait_for (is_failed (timeline, i));
  message = g_list_model_get_item (timeline, i);
  chat_conversation_retry (chat, message);
}

/* The server ends the stream at it, and its archive does not have it: it failed. Gives a copy as the archive would. */
static char *
say_poison (Fixture *fixture, FakeArchive *archive, const char *text)
{
  guint n = n_sent (fixture);
  char *copy;

  fake_session_set_online (fixture->session, TRUE);
  say (fixture, fixture->romeo, text);
  wait_for (n_sent (fixture) == n + 1);
  copy = g_strdup_printf ("<message xmlns='jabber:client' " OWN " id='%s'/>", sent_id (fixture, n));
  fake_session_disconnect (fixture->session, FALSE, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_POLICY_VIOLATION, "no");
  fake_session_set_online (fixture->session, TRUE);
  wait_for (fake_archive_n_open (archive) == 1);
  fake_archive_answer (archive, "a", TRUE, (const char *[]) { NULL });
  wait_for (n_in_state (fixture, CHAT_MESSAGE_FAILED) > 0);
  return copy;
}

/* It was slow to come there, but it came: not twice. */
static void
test_retry_arrived (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);
  g_autofree char *copy = say_poison (fixture, archive, "one");

  retry (fixture, 0);
  wait_for (fake_archive_n_open (archive) == 1);
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_WRITTEN), ==, 1);
  fake_archive_answer (archive, "b", TRUE, (const char *[]) { copy, NULL });
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 1);
  g_assert_cmpuint (n_sent (fixture), ==, 1);
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM message WHERE error IS NOT NULL"), ==, 0);
}

/* It never came: the same again, and before what was said since. */
static void
test_retry_absent (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);
  G_GNUC_UNUSED g_autofree char *copy = say_poison (fixture, archive, "one");

  retry (fixture, 0);
  wait_for (fake_archive_n_open (archive) == 1);
  say (fixture, fixture->romeo, "two");
  g_assert_cmpuint (n_sent (fixture), ==, 1);
  fake_archive_answer (archive, "b", TRUE, (const char *[]) { NULL });
  wait_for (n_sent (fixture) == 3);
  g_assert_cmpstr (sent_id (fixture, 1), ==, sent_id (fixture, 0));
  g_assert_true (has_delay (sent (fixture, 1)));
  g_assert_cmpstr (sent_body (fixture, 2), ==, "two");
}

/* While the archive is asked about another one there: it is asked again. */
static void
test_retry_meanwhile (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);
  g_autofree char *first = say_poison (fixture, archive, "one"), *second = say_poison (fixture, archive, "two");

  wait_for (n_in_state (fixture, CHAT_MESSAGE_FAILED) == 2);
  retry (fixture, 0);
  wait_for (fake_archive_n_open (archive) == 1);
  retry (fixture, 1);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_WRITTEN) == 2);
  fake_archive_answer (archive, "b", TRUE, (const char *[]) { first, NULL });
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 1);
  wait_for (fake_archive_n_open (archive) == 1);
  fake_archive_answer (archive, "c", TRUE, (const char *[]) { second, NULL });
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 2);
  g_assert_cmpuint (n_sent (fixture), ==, 2);
}

/* Tried again while offline, and then the program was killed; or the other way round. */
static void
test_retry_killed (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 2; i++) {
    FakeArchive *archive = give_archive (fixture);
    g_autofree char *copy = say_poison (fixture, archive, "one");
    guint n_asked;

    fake_session_set_online (fixture->session, FALSE);
    if (i == 0)
      retry (fixture, i);
    wait_for (i == 1 || n_in_state (fixture, CHAT_MESSAGE_WRITTEN) == 1);
    restart (fixture);
    archive = give_archive (fixture);
    n_asked = fake_archive_n_asked (archive);
    if (i == 1)
      retry (fixture, i);
    fake_session_set_online (fixture->session, TRUE);
    wait_for (fake_archive_n_asked (archive) == n_asked + 1);
    fake_archive_answer (archive, "b", TRUE, (const char *[]) { copy, NULL });
    wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == i + 1);
    g_assert_cmpuint (n_sent (fixture), ==, 0);
    restart (fixture);
  }
}

/* What came back surely did not arrive; and the copy in the archive is the one that came back. */
static void
test_retry_bounced (Fixture *fixture, gconstpointer data)
{
  FakeArchive *archive = give_archive (fixture);
  g_autoptr (GError) error = g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, "not here");
  XmppMessage bounce = { .type = XMPP_MESSAGE_ERROR, .from = fixture->romeo, .error = error };

  fake_session_set_online (fixture->session, TRUE);
  say (fixture, fixture->romeo, "one");
  wait_for (n_sent (fixture) == 1);
  bounce.id = (char *) sent_id (fixture, 0);
  fake_session_deliver (fixture->session, &bounce, NULL, ++fixture->ticket);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_FAILED) == 1);
  fake_session_lose (fixture->session);
  fake_session_set_online (fixture->session, FALSE);
  restart (fixture);
  archive = give_archive (fixture);
  retry (fixture, 0);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_QUEUED) == 1);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 1);
  g_assert_cmpuint (fake_archive_n_asked (archive), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TALK_TEST ("outbox/R-27/arrived", test_arrived);
  TALK_TEST ("outbox/R-27/arrived-origin", test_arrived_origin);
  TALK_TEST ("outbox/R-27/R-28/absent", test_absent);
  TALK_TEST ("outbox/R-27/S-17/some", test_some);
  TALK_TEST ("outbox/R-25/other-chat", test_other_chat);
  TALK_TEST ("outbox/R-27/pages", test_pages);
  TALK_TEST ("outbox/R-27/R-35/cursor", test_cursor);
  TALK_TEST ("outbox/R-27/known-already", test_known_already);
  TALK_TEST ("outbox/R-37/endless", test_endless);
  TALK_TEST ("outbox/R-27/refused", test_refused);
  TALK_TEST ("outbox/R-26/lost-while-asking", test_lost_while_asking);
  TALK_TEST ("outbox/R-26/killed-while-asking", test_killed_while_asking);
  TALK_TEST ("outbox/W-02/policy", test_policy);
  TALK_TEST ("outbox/R-27/policy-arrived", test_policy_arrived);
  TALK_TEST ("outbox/W-02/twice", test_twice);
  TALK_TEST ("outbox/W-02/among-others", test_among_others);
  TALK_TEST ("outbox/R-27/innocent", test_innocent);
  TALK_TEST ("outbox/R-27/retry-arrived", test_retry_arrived);
  TALK_TEST ("outbox/R-27/R-28/retry-absent", test_retry_absent);
  TALK_TEST ("outbox/R-27/retry-meanwhile", test_retry_meanwhile);
  TALK_TEST ("outbox/R-26/R-27/retry-killed", test_retry_killed);
  TALK_TEST ("outbox/R-29/retry-bounced", test_retry_bounced);
  return g_test_run ();
}
