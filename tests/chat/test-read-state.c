/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-gaps.h"
#include "talk-test.h"

/* How far was read: told to those who may know and to the own devices, and taken from these. */

#define MARKERS "urn:xmpp:chat-markers:0"

/* Romeo's messages m1 … mN, with the archive's ids a1 … aN, the last of them asking for a marker or not. */
static void
fill (Fixture *fixture, guint n, gboolean markable)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("romeo@example.org/orchard", NULL);

  for (guint i = 1; i <= n; i++) {
    g_autofree char *id = g_strdup_printf ("m%u", i), *archive_id = g_strdup_printf ("a%u", i), *text = g_strdup_printf ("text %u", i);
    XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .from = jid, .id = id, .body = text, .markable = i < n || markable,
                            .stanza_id = archive_id, .stanza_id_by = (char *) "juliet@example.org" };
    fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
    wait_for (is_released (fixture, fixture->ticket));
  }
  wait_for (chat_conversation_get_unread (open_chat (fixture, fixture->romeo)) == n);
}

static void
start (Fixture *fixture, XmppSubscription subscription)
{
  g_autoptr (XmppArchiveModule) archive = fake_archive_new ();

  fake_session_set_archive (fixture->session, archive);
  if (subscription != XMPP_SUBSCRIPTION_NONE)
    add_contact (fixture, fixture->romeo, "Romeo", subscription);
}

static void
read_to (Fixture *fixture, guint i)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM message WHERE stanza_id = 'm%u'", i);

  chat_conversation_list_tell_read_up_to (fixture->list, open_chat (fixture, fixture->romeo), query (fixture->folder, sql));
}

static const char *
marker (Fixture *fixture, guint i)
{
  XmppElement *displayed = xmpp_element_find_child (sent (fixture, i), MARKERS, "displayed");
  return displayed != NULL ? xmpp_element_get_attribute (displayed, "id") : NULL;
}

static guint
n_published (Fixture *fixture)
{
  return fake_displayed_get (fake_session_get_displayed (fixture->session))->len;
}

static const char *
published (Fixture *fixture, guint i)
{
  return g_ptr_array_index (fake_displayed_get (fake_session_get_displayed (fixture->session)), i);
}

static guint
unread (Fixture *fixture)
{
  return chat_conversation_get_unread (open_chat (fixture, fixture->romeo));
}

/* All that is read is told, to its end. */
static void
wait_told (Fixture *fixture)
{
  wait_for (query (fixture->folder, "SELECT count(*) FROM conversation WHERE told < read_position") == 0);
}

static void
test_told (Fixture *fixture, gconstpointer data)
{
  start (fixture, XMPP_SUBSCRIPTION_FROM);
  fake_session_set_online (fixture->session, TRUE);
  fill (fixture, 3, TRUE);
  read_to (fixture, 2);
  wait_for (n_published (fixture) == 1);
  g_assert_cmpuint (unread (fixture), ==, 1);
  g_assert_cmpuint (n_sent (fixture), ==, 1);
  g_assert_cmpstr (marker (fixture, 0), ==, "m2");
  g_assert_cmpstr (xmpp_element_get_attribute (sent (fixture, 0), "to"), ==, "romeo@example.org");
  g_assert_cmpstr (xmpp_element_get_attribute (sent (fixture, 0), "type"), ==, "chat");
  g_assert_nonnull (xmpp_element_find_child (sent (fixture, 0), "urn:xmpp:hints", "store"));
  g_assert_null (sent_body (fixture, 0));
  /* Their id is for them, ours for ours. */
  g_assert_cmpstr (published (fixture, 0), ==, "romeo@example.org a2");
  wait_told (fixture);
  /* Back is no way. */
  read_to (fixture, 1);
  read_to (fixture, 3);
  wait_for (n_published (fixture) == 2);
  g_assert_cmpstr (published (fixture, 1), ==, "romeo@example.org a3");
  g_assert_cmpuint (n_sent (fixture), ==, 2);
  g_assert_cmpstr (marker (fixture, 1), ==, "m3");
}

/* Whoever runs through a chat tells of the newest. */
static void
test_newest (Fixture *fixture, gconstpointer data)
{
  start (fixture, XMPP_SUBSCRIPTION_BOTH);
  fake_session_set_online (fixture->session, TRUE);
  fill (fixture, 20, TRUE);
  for (guint i = 1; i <= 20; i++)
    read_to (fixture, i);
  wait_for (unread (fixture) == 0);
  wait_told (fixture);
  g_assert_cmpuint (n_sent (fixture), <=, 2);
  g_assert_cmpstr (marker (fixture, n_sent (fixture) - 1), ==, "m20");
  g_assert_cmpstr (published (fixture, n_published (fixture) - 1), ==, "romeo@example.org a20");
}

/* Only of theirs, and only of what asks for it. */
static void
test_theirs (Fixture *fixture, gconstpointer data)
{
  start (fixture, XMPP_SUBSCRIPTION_BOTH);
  fake_session_set_online (fixture->session, TRUE);
  fill (fixture, 2, FALSE);
  fake_session_set_online (fixture->session, FALSE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "Hello");
  wait_for (query (fixture->folder, "SELECT count(*) FROM message WHERE own") == 1);
  query (fixture->folder, "UPDATE message SET archive_id = 'own', markable = 1 WHERE own");
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_mark_read (open_chat (fixture, fixture->romeo));
  wait_for (n_published (fixture) == 1);
  wait_told (fixture);
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpstr (marker (fixture, marker (fixture, 0) == NULL), ==, "m1");
  g_assert_cmpstr (published (fixture, 0), ==, "romeo@example.org a2");
}

/* Strangers don't learn that we are there; the own devices may know. */
static void
test_stranger (Fixture *fixture, gconstpointer data)
{
  start (fixture, XMPP_SUBSCRIPTION_TO);
  fake_session_set_online (fixture->session, TRUE);
  fill (fixture, 1, TRUE);
  read_to (fixture, 1);
  wait_for (n_published (fixture) == 1);
  wait_told (fixture);
  g_assert_cmpuint (n_sent (fixture), ==, 0);
}

/* What was read while it was off is not told later. */
static void
test_switched_off (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);

  start (fixture, XMPP_SUBSCRIPTION_BOTH);
  fake_session_set_online (fixture->session, TRUE);
  fill (fixture, 2, TRUE);
  chat_conversation_set_privacy (chat, CHAT_PRIVACY_READ_MARKS, FALSE);
  read_to (fixture, 1);
  wait_for (n_published (fixture) == 1);
  wait_told (fixture);
  chat_conversation_set_privacy (chat, CHAT_PRIVACY_READ_MARKS, TRUE);
  read_to (fixture, 2);
  wait_for (n_sent (fixture) == 1);
  g_assert_cmpstr (marker (fixture, 0), ==, "m2");
}

/* Read while offline, told by the next start. */
static void
test_offline (Fixture *fixture, gconstpointer data)
{
  start (fixture, XMPP_SUBSCRIPTION_BOTH);
  fill (fixture, 2, TRUE);
  read_to (fixture, 2);
  wait_for (unread (fixture) == 0);
  restart (fixture);
  start (fixture, XMPP_SUBSCRIPTION_BOTH);
  g_assert_cmpuint (unread (fixture), ==, 0);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 1 && n_published (fixture) == 1);
  g_assert_cmpstr (marker (fixture, 0), ==, "m2");
}

/* The stream that was told is over: told again, and no more than that. */
static void
test_unacknowledged (Fixture *fixture, gconstpointer data)
{
  start (fixture, XMPP_SUBSCRIPTION_BOTH);
  fake_session_set_online (fixture->session, TRUE);
  fill (fixture, 2, TRUE);
  read_to (fixture, 2);
  wait_for (n_sent (fixture) == 1);
  wait_told (fixture);
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM stream_state WHERE state LIKE '%" MARKERS "%'"), ==, 1);
  fake_session_set_online (fixture->session, FALSE);
  fake_session_lose (fixture->session);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpstr (marker (fixture, 1), ==, "m2");
  wait_told (fixture);
  g_assert_cmpuint (n_sent (fixture), ==, 2);
}

/* A server that can't keep it: the marker goes out all the same. */
static void
test_without_node (Fixture *fixture, gconstpointer data)
{
  start (fixture, XMPP_SUBSCRIPTION_BOTH);
  fake_displayed_set_missing (fake_session_get_displayed (fixture->session));
  fake_session_set_online (fixture->session, TRUE);
  fill (fixture, 1, TRUE);
  read_to (fixture, 1);
  wait_for (n_sent (fixture) == 1);
  wait_told (fixture);
  g_assert_cmpuint (n_published (fixture), ==, 0);
}

/* -- elsewhere ------------------------------------------------------------------------------------------------------ */

static void
say_read (Fixture *fixture, const char *archive_id)
{
  fake_displayed_say (fake_session_get_displayed (fixture->session), fixture->romeo, archive_id);
}

static void
test_elsewhere (Fixture *fixture, gconstpointer data)
{
  start (fixture, XMPP_SUBSCRIPTION_BOTH);
  fake_session_set_online (fixture->session, TRUE);
  fill (fixture, 3, TRUE);
  say_read (fixture, "a2");
  wait_for (unread (fixture) == 1);
  g_assert_cmpuint (fixture->n_read, ==, 0);
  /* Neither back, nor by what is not known. */
  say_read (fixture, "a1");
  say_read (fixture, "nothing");
  say_read (fixture, "a3");
  wait_for (unread (fixture) == 0);
  /* The notification goes. */
  wait_for (fixture->n_read == 1);
  /* It was told by the other device. */
  wait_told (fixture);
  g_assert_cmpuint (n_sent (fixture), ==, 0);
  g_assert_cmpuint (n_published (fixture), ==, 0);
}

/* It is said before the archive gave the message. */
static void
test_elsewhere_before (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChatGapRow) gap = NULL;

  start (fixture, XMPP_SUBSCRIPTION_BOTH);
  chat_store_open_gap_async (fixture->store, fixture->account, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  gap = chat_store_open_gap_finish (fixture->store, result, NULL);
  g_assert_nonnull (gap);
  fake_session_set_online (fixture->session, TRUE);
  fill (fixture, 1, TRUE);
  say_read (fixture, "a2");
  wait_for (query (fixture->folder, "SELECT count(*) FROM pending_change") == 1);
  g_assert_cmpuint (unread (fixture), ==, 1);
  {
    g_autoptr (XmppJid) jid = xmpp_jid_new ("romeo@example.org/orchard", NULL);
    XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .from = jid, .id = (char *) "m2", .body = (char *) "text 2",
                            .stanza_id = (char *) "a2", .stanza_id_by = (char *) "juliet@example.org" };
    fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  }
  wait_for (unread (fixture) == 0 && query (fixture->folder, "SELECT count(*) FROM message") == 2);
}

/* As it was done before there was a place for it: a copy of the marker that another device sent. */
static void
test_elsewhere_copy (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppJid) other = xmpp_jid_new ("juliet@example.org/phone", NULL);
  XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .from = other, .to = fixture->romeo, .id = (char *) "x",
                          .displayed_id = (char *) "m2", .carbon = XMPP_CARBON_SENT };

  start (fixture, XMPP_SUBSCRIPTION_BOTH);
  fake_session_set_online (fixture->session, TRUE);
  fill (fixture, 3, TRUE);
  fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  wait_for (unread (fixture) == 1);
  message.displayed_id = (char *) "m3";
  fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  wait_for (unread (fixture) == 0);
  wait_for (fixture->n_read == 1);
  wait_told (fixture);
  g_assert_cmpuint (n_sent (fixture), ==, 0);
}

/* Whoever answers on another device has read, and has told it there. */
static void
test_answered_elsewhere (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppJid) other = xmpp_jid_new ("juliet@example.org/phone", NULL);
  XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .from = other, .to = fixture->romeo, .id = (char *) "x",
                          .body = (char *) "Hello", .carbon = XMPP_CARBON_SENT };

  start (fixture, XMPP_SUBSCRIPTION_BOTH);
  fake_session_set_online (fixture->session, TRUE);
  fill (fixture, 2, TRUE);
  fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  wait_for (unread (fixture) == 0);
  wait_for (fixture->n_read == 1);
  wait_told (fixture);
  g_assert_cmpuint (n_sent (fixture), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TALK_TEST ("read-state/S-114/told", test_told);
  TALK_TEST ("read-state/newest", test_newest);
  TALK_TEST ("read-state/S-114/theirs", test_theirs);
  TALK_TEST ("read-state/S-110/stranger", test_stranger);
  TALK_TEST ("read-state/S-110/switched-off", test_switched_off);
  TALK_TEST ("read-state/offline", test_offline);
  TALK_TEST ("read-state/R-11/unacknowledged", test_unacknowledged);
  TALK_TEST ("read-state/without-node", test_without_node);
  TALK_TEST ("read-state/W-13/elsewhere", test_elsewhere);
  TALK_TEST ("read-state/W-13/R-41/elsewhere-before", test_elsewhere_before);
  TALK_TEST ("read-state/W-13/elsewhere-copy", test_elsewhere_copy);
  TALK_TEST ("read-state/W-13/answered-elsewhere", test_answered_elsewhere);
  return g_test_run ();
}
