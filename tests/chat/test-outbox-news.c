/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "talk-test.h"
#include "xmpp-error.h"

/* What is said of our own messages: that they arrived, were read, or came back. Only by whom they went to, and each of
 * exactly the message that it is about. */

#define ROMEO "romeo@example.org/orchard"
#define NURSE "nurse@example.org/x"

/* Three messages to Romeo that the server has. */
static void
send_three (Fixture *fixture)
{
  fake_session_set_online (fixture->session, TRUE);
  for (guint i = 0; i < 3; i++) {
    chat_conversation_send (open_chat (fixture, fixture->romeo), (const char *[]) { "one", "two", "three" }[i]);
    wait_for (n_sent (fixture) == i + 1);
  }
  fake_session_acknowledge (fixture->session, 3);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 3);
}

static char *
dup_id (Fixture *fixture, guint i)
{
  return g_strdup (xmpp_element_get_attribute (sent (fixture, i), "id"));
}

static void
deliver_message (Fixture *fixture, const char *from, const XmppMessage *template)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (from, NULL);
  XmppMessage message = *template;

  message.from = jid;
  fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  wait_for (is_released (fixture, fixture->ticket));
}

static void
say_received (Fixture *fixture, const char *from, const char *id)
{
  deliver_message (fixture, from, &(XmppMessage) { .type = XMPP_MESSAGE_CHAT, .id = (char *) "r", .receipt_id = (char *) id });
}

static void
say_displayed (Fixture *fixture, const char *from, const char *id)
{
  deliver_message (fixture, from, &(XmppMessage) { .type = XMPP_MESSAGE_CHAT, .id = (char *) "d", .displayed_id = (char *) id });
}

static void
say_error (Fixture *fixture, const char *from, const char *id)
{
  g_autoptr (GError) error = g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, "No such person");

  deliver_message (fixture, from, &(XmppMessage) { .type = XMPP_MESSAGE_ERROR, .id = (char *) id, .error = error });
}

static ChatMessageState
state (Fixture *fixture, const char *text)
{
  g_autofree char *sql = g_strdup_printf ("SELECT state FROM message WHERE text = '%s'", text);
  return query (fixture->folder, sql);
}

static void
test_delivered (Fixture *fixture, gconstpointer data)
{
  ChatTimeline *timeline = chat_conversation_get_timeline (open_chat (fixture, fixture->romeo));
  g_autoptr (ChatMessage) message = NULL;
  g_autofree char *id = NULL;

  send_three (fixture);
  id = dup_id (fixture, 1);
  message = g_list_model_get_item (G_LIST_MODEL (timeline), 1);
  say_received (fixture, NURSE, id);
  say_received (fixture, ROMEO, "unknown");
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_SENT), ==, 3);
  say_received (fixture, ROMEO, id);
  wait_for (state (fixture, "two") == CHAT_MESSAGE_DELIVERED);
  wait_for (chat_message_get_state (message) == CHAT_MESSAGE_DELIVERED);
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_SENT), ==, 2);
  /* And it makes no message of its own. */
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM message"), ==, 3);
}

/* All up to there. */
static void
test_displayed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL, *second = NULL;

  send_three (fixture);
  first = dup_id (fixture, 0);
  second = dup_id (fixture, 1);
  say_displayed (fixture, NURSE, second);
  say_displayed (fixture, ROMEO, "unknown");
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_SENT), ==, 3);
  say_displayed (fixture, ROMEO, second);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_READ) == 2);
  g_assert_cmpint (state (fixture, "three"), ==, CHAT_MESSAGE_SENT);
  /* Neither an older one nor a late receipt takes it back. */
  say_displayed (fixture, ROMEO, first);
  say_received (fixture, ROMEO, second);
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_READ), ==, 2);
}

/* Theirs is not ours, whatever its id. */
static void
test_not_ours (Fixture *fixture, gconstpointer data)
{
  send_three (fixture);
  deliver (fixture, ROMEO, "theirs", "Hello");
  wait_for (is_released (fixture, fixture->ticket));
  say_displayed (fixture, ROMEO, "theirs");
  say_received (fixture, ROMEO, "theirs");
  say_error (fixture, ROMEO, "theirs");
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_RECEIVED), ==, 1);
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_SENT), ==, 3);
}

/* The receipt is there before the server's acknowledgement, or instead of it: what they have is not sent again. */
static void
test_before_ack (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;

  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  wait_for (n_sent (fixture) == 1);
  id = dup_id (fixture, 0);
  say_received (fixture, ROMEO, id);
  wait_for (state (fixture, "one") == CHAT_MESSAGE_DELIVERED);
  fake_session_disconnect (fixture->session, FALSE, XMPP_ERROR, XMPP_ERROR_TIMEOUT, "silence");
  chat_conversation_send (open_chat (fixture, fixture->romeo), "two");
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpstr (sent_body (fixture, 1), ==, "two");
  g_assert_cmpint (state (fixture, "one"), ==, CHAT_MESSAGE_DELIVERED);
}

static void
test_bounced (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL, *text = NULL;

  send_three (fixture);
  id = dup_id (fixture, 1);
  say_error (fixture, NURSE, id);
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_FAILED), ==, 0);
  say_error (fixture, ROMEO, id);
  wait_for (state (fixture, "two") == CHAT_MESSAGE_FAILED);
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_SENT), ==, 2);
  text = query_text (fixture->folder, "SELECT error FROM message WHERE text = 'two'");
  g_assert_cmpstr (text, ==, "The address can’t be reached: “No such person”");
  /* What failed is not read along with the others. */
  g_free (id);
  id = dup_id (fixture, 2);
  say_displayed (fixture, ROMEO, id);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_READ) == 2);
  g_assert_cmpint (state (fixture, "two"), ==, CHAT_MESSAGE_FAILED);
}

/* One of their devices had it, another sends it back. */
static void
test_bounced_after_delivered (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;

  send_three (fixture);
  id = dup_id (fixture, 0);
  say_received (fixture, ROMEO, id);
  wait_for (state (fixture, "one") == CHAT_MESSAGE_DELIVERED);
  say_error (fixture, ROMEO, id);
  wait_for (state (fixture, "one") == CHAT_MESSAGE_FAILED);
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_SENT), ==, 2);
}

/* Once more, after it came back: the same id, and if the link is lost then, the copy that the archive has from the first
 * try says nothing. */
static void
test_retried (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  ChatTimeline *timeline = chat_conversation_get_timeline (chat);
  g_autoptr (XmppArchiveModule) archive = fake_archive_new ();
  g_autoptr (ChatMessage) message = NULL;
  g_autofree char *id = NULL;

  fake_session_set_archive (fixture->session, archive);
  send_three (fixture);
  id = dup_id (fixture, 1);
  say_error (fixture, ROMEO, id);
  wait_for (state (fixture, "two") == CHAT_MESSAGE_FAILED);
  message = g_list_model_get_item (G_LIST_MODEL (timeline), 1);
  chat_conversation_retry (chat, message);
  wait_for (n_sent (fixture) == 4);
  g_assert_cmpstr (xmpp_element_get_attribute (sent (fixture, 3), "id"), ==, id);
  fake_session_disconnect (fixture->session, FALSE, XMPP_ERROR, XMPP_ERROR_TIMEOUT, "silence");
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 5);
  g_assert_cmpuint (fake_archive_n_asked (archive), ==, 0);
  g_assert_cmpstr (xmpp_element_get_attribute (sent (fixture, 4), "id"), ==, id);
  fake_session_acknowledge (fixture->session, 1);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TALK_TEST ("outbox/S-18/delivered", test_delivered);
  TALK_TEST ("outbox/S-18/displayed", test_displayed);
  TALK_TEST ("outbox/S-18/not-ours", test_not_ours);
  TALK_TEST ("outbox/R-27/before-ack", test_before_ack);
  TALK_TEST ("outbox/R-29/S-18/bounced", test_bounced);
  TALK_TEST ("outbox/R-29/bounced-after-delivered", test_bounced_after_delivered);
  TALK_TEST ("outbox/R-28/R-29/retried", test_retried);
  return g_test_run ();
}
