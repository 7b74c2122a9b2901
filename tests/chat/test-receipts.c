/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-privacy.h"
#include "talk-test.h"

/* What is said by itself: that a message arrived, and that somebody is typing. To whom, and who may switch it off. */

#define ROMEO "romeo@example.org/orchard"

/* A message that asks for a receipt, or one in which something is otherwise. */
static void
deliver_asking (Fixture *fixture, const char *from, const char *id, void (*change) (XmppMessage *))
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (from, NULL);
  XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .from = jid, .id = (char *) id, .body = (char *) "Hello",
                          .receipt_requested = TRUE };

  if (change != NULL)
    change (&message);
  fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  wait_for (is_released (fixture, fixture->ticket));
}

/* What came before it has been dealt with: a message that is always answered was. */
static void
check_answered (Fixture *fixture, guint before)
{
  add_contact (fixture, fixture->nurse, "Nurse", XMPP_SUBSCRIPTION_BOTH);
  deliver_asking (fixture, "nurse@example.org/x", "last", NULL);
  wait_for (n_sent (fixture) > before);
  g_assert_cmpuint (n_sent (fixture), ==, before + 1);
  g_assert_cmpstr (xmpp_element_get_attribute (sent (fixture, before), "to"), ==, "nurse@example.org/x");
}

static void
test_answered (Fixture *fixture, gconstpointer data)
{
  XmppElement *received;

  add_contact (fixture, fixture->romeo, "Romeo", XMPP_SUBSCRIPTION_FROM);
  fake_session_set_online (fixture->session, TRUE);
  deliver_asking (fixture, ROMEO, "m1", NULL);
  wait_for (n_sent (fixture) == 1);
  g_assert_cmpstr (xmpp_element_get_attribute (sent (fixture, 0), "to"), ==, ROMEO);
  g_assert_cmpstr (xmpp_element_get_attribute (sent (fixture, 0), "type"), ==, "chat");
  g_assert_nonnull (xmpp_element_get_attribute (sent (fixture, 0), "id"));
  g_assert_cmpuint (xmpp_element_get_n_children (sent (fixture, 0)), ==, 1);
  received = xmpp_element_find_child (sent (fixture, 0), "urn:xmpp:receipts", "received");
  g_assert_cmpstr (xmpp_element_get_attribute (received, "id"), ==, "m1");
  /* The same again: once is enough. */
  deliver_asking (fixture, ROMEO, "m1", NULL);
  check_answered (fixture, 1);
}

static void
set_silent (XmppMessage *message)
{
  message->receipt_requested = FALSE;
}

static void
set_nameless (XmppMessage *message)
{
  message->id = NULL;
}

static void
set_copy (XmppMessage *message)
{
  message->carbon = XMPP_CARBON_RECEIVED;
}

static void
test_unasked (Fixture *fixture, gconstpointer data)
{
  add_contact (fixture, fixture->romeo, "Romeo", XMPP_SUBSCRIPTION_BOTH);
  fake_session_set_online (fixture->session, TRUE);
  deliver_asking (fixture, ROMEO, "m1", set_silent);
  deliver_asking (fixture, ROMEO, "m2", set_nameless);
  deliver_asking (fixture, ROMEO, "m3", set_copy);
  deliver_asking (fixture, "juliet@example.org/other", "m4", NULL);
  check_answered (fixture, 0);
}

/* Nobody learns from it that we are there who may not see that. */
static void
test_strangers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppJid) paris = xmpp_jid_new ("paris@example.org", NULL);

  add_contact (fixture, paris, "Paris", XMPP_SUBSCRIPTION_TO);
  fake_session_set_online (fixture->session, TRUE);
  deliver_asking (fixture, ROMEO, "m1", NULL);
  deliver_asking (fixture, "paris@example.org/x", "m2", NULL);
  check_answered (fixture, 0);
}

/* What is said while nobody is online is said then. */
static void
test_offline (Fixture *fixture, gconstpointer data)
{
  add_contact (fixture, fixture->romeo, "Romeo", XMPP_SUBSCRIPTION_FROM);
  deliver_asking (fixture, ROMEO, "m1", NULL);
  deliver_asking (fixture, ROMEO, "m2", NULL);
  g_assert_cmpuint (n_sent (fixture), ==, 0);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 2);
}

static gint64
n_owed (Fixture *fixture)
{
  return query (fixture->folder, "SELECT count(*) FROM receipt");
}

/* Killed between the commit of the message and the receipt: the next start says it, once. */
static void
test_killed (Fixture *fixture, gconstpointer data)
{
  add_contact (fixture, fixture->romeo, "Romeo", XMPP_SUBSCRIPTION_FROM);
  deliver_asking (fixture, ROMEO, "m1", NULL);
  g_assert_cmpint (n_owed (fixture), ==, 1);
  restart (fixture);
  add_contact (fixture, fixture->romeo, "Romeo", XMPP_SUBSCRIPTION_FROM);
  g_assert_cmpuint (n_sent (fixture), ==, 0);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 1);
  g_assert_cmpstr (xmpp_element_get_attribute (sent (fixture, 0), "to"), ==, ROMEO);
  wait_for (n_owed (fixture) == 0);
  fake_session_set_online (fixture->session, FALSE);
  fake_session_set_online (fixture->session, TRUE);
  check_answered (fixture, 1);
}

/* It was said to a stream that is over: in the state that is stored there it is, so the resumption brings it; where nothing is
 * resumed, it is said once more. */
static void
test_unacknowledged (Fixture *fixture, gconstpointer data)
{
  add_contact (fixture, fixture->romeo, "Romeo", XMPP_SUBSCRIPTION_FROM);
  fake_session_set_online (fixture->session, TRUE);
  deliver_asking (fixture, ROMEO, "m1", NULL);
  wait_for (n_sent (fixture) == 1);
  wait_for (n_owed (fixture) == 0);
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM stream_state WHERE state LIKE '%urn:xmpp:receipts%'"), ==, 1);
  fake_session_set_online (fixture->session, FALSE);
  fake_session_lose (fixture->session);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpstr (xmpp_element_get_attribute (xmpp_element_find_child (sent (fixture, 1), "urn:xmpp:receipts", "received"), "id"), ==, "m1");
  fake_session_acknowledge (fixture->session, 1);
  check_answered (fixture, 2);
}

/* Who was owed one and may not know any more gets none, and it is forgotten. */
static void
test_not_any_more (Fixture *fixture, gconstpointer data)
{
  deliver_asking (fixture, ROMEO, "m1", NULL);
  add_contact (fixture, fixture->romeo, "Romeo", XMPP_SUBSCRIPTION_BOTH);
  chat_privacy_set (fixture->store, 0, 0, CHAT_PRIVACY_RECEIPTS, FALSE);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_owed (fixture) == 0);
  chat_privacy_set (fixture->store, 0, 0, CHAT_PRIVACY_RECEIPTS, TRUE);
  check_answered (fixture, 0);
}

/* -- the switches --------------------------------------------------------------------------------------------------- */

static void
test_switches (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  ChatStore *store = fixture->store;

  deliver_asking (fixture, ROMEO, "m0", set_silent);
  for (ChatPrivacy what = CHAT_PRIVACY_RECEIPTS; what <= CHAT_PRIVACY_TYPING; what++) {
    g_assert_true (chat_conversation_get_privacy (chat, what));
    chat_privacy_set (store, 0, 0, what, FALSE);
    g_assert_false (chat_conversation_get_privacy (chat, what));
    chat_privacy_set (store, fixture->account, 0, what, TRUE);
    g_assert_true (chat_conversation_get_privacy (chat, what));
    g_assert_false (chat_privacy_get (store, 0, 0, what));
    chat_conversation_set_privacy (chat, what, FALSE);
    g_assert_false (chat_conversation_get_privacy (chat, what));
    g_assert_true (chat_privacy_get (store, fixture->account, 0, what));
    /* What is as above follows it. */
    chat_conversation_set_privacy (chat, what, TRUE);
    chat_privacy_set (store, 0, 0, what, TRUE);
    chat_privacy_set (store, fixture->account, 0, what, FALSE);
    g_assert_false (chat_conversation_get_privacy (chat, what));
  }
  restart (fixture);
  g_assert_true (chat_privacy_get (fixture->store, 0, 0, CHAT_PRIVACY_TYPING));
  g_assert_false (chat_privacy_get (fixture->store, fixture->account, 0, CHAT_PRIVACY_TYPING));
}

/* Also for a chat in which nothing was said yet. */
static void
test_switched_off (Fixture *fixture, gconstpointer data)
{
  add_contact (fixture, fixture->romeo, "Romeo", XMPP_SUBSCRIPTION_BOTH);
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_set_privacy (open_chat (fixture, fixture->romeo), CHAT_PRIVACY_RECEIPTS, FALSE);
  wait_for (query (fixture->folder, "SELECT count(*) FROM setting WHERE conversation IS NOT NULL AND value = 'false'") == 1);
  deliver_asking (fixture, ROMEO, "m1", NULL);
  check_answered (fixture, 0);
}

static void
test_typing (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);

  add_contact (fixture, fixture->romeo, "Romeo", XMPP_SUBSCRIPTION_BOTH);
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_set_peer_speaks_states (chat, TRUE);
  chat_conversation_set_composing (chat, TRUE);
  wait_for (n_sent (fixture) == 1);
  chat_conversation_set_composing (chat, FALSE);
  wait_for (n_sent (fixture) == 2);
  chat_privacy_set (fixture->store, fixture->account, 0, CHAT_PRIVACY_TYPING, FALSE);
  chat_conversation_set_composing (chat, TRUE);
  chat_conversation_send (chat, "Hello");
  wait_for (n_sent (fixture) == 3);
  g_assert_cmpstr (sent_body (fixture, 2), ==, "Hello");
  g_assert_null (xmpp_element_find_child (sent (fixture, 2), "http://jabber.org/protocol/chatstates", NULL));
}

/* -- asking --------------------------------------------------------------------------------------------------------- */

static gboolean
asks (XmppElement *stanza)
{
  gboolean receipt = xmpp_element_find_child (stanza, "urn:xmpp:receipts", "request") != NULL;

  g_assert_true (receipt == (xmpp_element_find_child (stanza, "urn:xmpp:chat-markers:0", "markable") != NULL));
  return receipt;
}

static void
test_asking (Fixture *fixture, gconstpointer data)
{
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  wait_for (n_sent (fixture) == 1);
  g_assert_true (asks (sent (fixture, 0)));
  chat_conversation_send (open_chat (fixture, fixture->own), "note");
  wait_for (n_sent (fixture) == 2);
  g_assert_false (asks (sent (fixture, 1)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TALK_TEST ("receipts/R-39/answered", test_answered);
  TALK_TEST ("receipts/R-39/unasked", test_unasked);
  TALK_TEST ("receipts/S-110/strangers", test_strangers);
  TALK_TEST ("receipts/offline", test_offline);
  TALK_TEST ("receipts/R-26/killed", test_killed);
  TALK_TEST ("receipts/R-11/unacknowledged", test_unacknowledged);
  TALK_TEST ("receipts/S-110/S-114/not-any-more", test_not_any_more);
  TALK_TEST ("receipts/switches", test_switches);
  TALK_TEST ("receipts/S-110/switched-off", test_switched_off);
  TALK_TEST ("receipts/S-110/typing", test_typing);
  TALK_TEST ("receipts/W-02/asking", test_asking);
  return g_test_run ();
}
