/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "talk-test.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"

#include <string.h>

static void
test_order_after_restart (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;

  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  chat_conversation_send (open_chat (fixture, fixture->nurse), "two");
  chat_conversation_send (open_chat (fixture, fixture->romeo), "three");
  wait_for (n_in_state (fixture, CHAT_MESSAGE_QUEUED) == 3);
  g_assert_cmpuint (n_sent (fixture), ==, 0);
  restart (fixture);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "four");
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 4);
  g_assert_cmpstr (sent_body (fixture, 0), ==, "one");
  g_assert_cmpstr (sent_body (fixture, 1), ==, "two");
  g_assert_cmpstr (sent_body (fixture, 2), ==, "three");
  g_assert_cmpstr (sent_body (fixture, 3), ==, "four");
  id = query_text (fixture->folder, "SELECT stanza_id FROM message WHERE text = 'one'");
  g_assert_cmpstr (xmpp_element_get_attribute (sent (fixture, 0), "id"), ==, id);
  g_assert_cmpstr (xmpp_element_get_attribute (xmpp_element_find_child (sent (fixture, 0), XMPP_NS_SID, "origin-id"), "id"), ==, id);
  g_assert_cmpstr (xmpp_element_get_attribute (sent (fixture, 0), "to"), ==, "romeo@example.org");
  wait_for (n_in_state (fixture, CHAT_MESSAGE_WRITTEN) == 4);
  fake_session_acknowledge (fixture->session, 4);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 4);
  /* Nothing is sent a second time. */
  restart (fixture);
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "five");
  wait_for (n_sent (fixture) == 1);
  g_assert_cmpstr (sent_body (fixture, 0), ==, "five");
}

static void
test_shown_while_offline (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  ChatTimeline *timeline = chat_conversation_get_timeline (chat);
  g_autoptr (ChatMessage) message = NULL;
  g_autofree char *reason = NULL;

  chat_conversation_send (chat, "  Hello\r\nthere \x01\n\n");
  wait_for (g_list_model_get_n_items (G_LIST_MODEL (timeline)) == 1);
  message = g_list_model_get_item (G_LIST_MODEL (timeline), 0);
  g_assert_cmpint (chat_message_get_state (message), ==, CHAT_MESSAGE_QUEUED);
  g_assert_cmpstr (chat_message_get_text (message), ==, "  Hello\nthere \357\277\275");
  g_object_get (chat, "waiting-reason", &reason, NULL);
  g_assert_nonnull (reason);
  g_object_set (fixture->person, "state", CHAT_ACCOUNT_ONLINE, NULL);
  g_clear_pointer (&reason, g_free);
  g_object_get (chat, "waiting-reason", &reason, NULL);
  g_assert_null (reason);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (chat_message_get_state (message) == CHAT_MESSAGE_WRITTEN);
  wait_for (n_sent (fixture) == 1);
  fake_session_acknowledge (fixture->session, 1);
  wait_for (chat_message_get_state (message) == CHAT_MESSAGE_SENT);
}

static ChatMessageState
preview_state (ChatConversation *chat)
{
  ChatMessageState state;

  g_object_get (chat, "preview-state", &state, NULL);
  return state;
}

/* On its way when the link was cut: it waits, for it will be looked for and sent again; after a start too. */
static void
test_waiting_written (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (chat));
  g_autoptr (ChatMessage) message = NULL, again = NULL;

  g_object_set (fixture->person, "state", CHAT_ACCOUNT_ONLINE, NULL);
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (chat, "one");
  wait_for (n_sent (fixture) == 1 && g_list_model_get_n_items (timeline) == 1);
  message = g_list_model_get_item (timeline, 0);
  g_assert_cmpint (chat_message_get_shown_state (message), ==, CHAT_MESSAGE_WRITTEN);
  g_assert_cmpint (preview_state (chat), ==, CHAT_MESSAGE_WRITTEN);
  fake_session_set_online (fixture->session, FALSE);
  g_object_set (fixture->person, "state", CHAT_ACCOUNT_WAITING, NULL);
  g_assert_cmpint (chat_message_get_shown_state (message), ==, CHAT_MESSAGE_QUEUED);
  g_assert_cmpint (chat_message_get_state (message), ==, CHAT_MESSAGE_WRITTEN);
  g_assert_cmpint (preview_state (chat), ==, CHAT_MESSAGE_QUEUED);
  g_object_set (fixture->person, "state", CHAT_ACCOUNT_ONLINE, NULL);
  g_assert_cmpint (chat_message_get_shown_state (message), ==, CHAT_MESSAGE_WRITTEN);
  g_clear_object (&message);
  restart (fixture);
  timeline = G_LIST_MODEL (chat_conversation_get_timeline (open_chat (fixture, fixture->romeo)));
  wait_for (g_list_model_get_n_items (timeline) == 1);
  wait_for (again != NULL || (again = g_list_model_get_item (timeline, 0)) != NULL);
  g_assert_cmpint (chat_message_get_shown_state (again), ==, CHAT_MESSAGE_QUEUED);
}

static void
test_unacknowledged (Fixture *fixture, gconstpointer data)
{
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  chat_conversation_send (open_chat (fixture, fixture->romeo), "two");
  wait_for (n_sent (fixture) == 2);
  g_assert_null (xmpp_element_find_child (sent (fixture, 0), XMPP_NS_DELAY, "delay"));
  fake_session_set_online (fixture->session, FALSE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "three");
  wait_for (n_in_state (fixture, CHAT_MESSAGE_QUEUED) == 1);
  fake_session_lose (fixture->session);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 5);
  for (guint i = 0; i < 2; i++) {
    g_assert_cmpstr (sent_body (fixture, 2 + i), ==, sent_body (fixture, i));
    g_assert_cmpstr (xmpp_element_get_attribute (sent (fixture, 2 + i), "id"), ==, xmpp_element_get_attribute (sent (fixture, i), "id"));
    g_assert_nonnull (xmpp_element_find_child (sent (fixture, 2 + i), XMPP_NS_DELAY, "delay"));
  }
  g_assert_cmpstr (sent_body (fixture, 4), ==, "three");
  g_assert_null (xmpp_element_find_child (sent (fixture, 4), XMPP_NS_DELAY, "delay"));
}

/* Resumed: the session has them and sends them itself. */
static void
test_resumed (Fixture *fixture, gconstpointer data)
{
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  wait_for (n_sent (fixture) == 1);
  fake_session_set_online (fixture->session, FALSE);
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "two");
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpstr (sent_body (fixture, 1), ==, "two");
  fake_session_acknowledge (fixture->session, 2);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 2);
}

/* the same over a restart; the state of the stream was stored with the message. */
static void
test_resumed_after_restart (Fixture *fixture, gconstpointer data)
{
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  wait_for (query (fixture->folder, "SELECT instr(state, 'one') FROM stream_state") > 0);
  restart (fixture);
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_WRITTEN), ==, 1);
  fake_session_set_online (fixture->session, TRUE);
  fake_session_acknowledge (fixture->session, 1);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 1);
  g_assert_cmpuint (n_sent (fixture), ==, 0);
}

/* killed between the commit and the writing, or before the state was stored: nobody else knows of it. */
static void
test_killed_while_writing (Fixture *fixture, gconstpointer data)
{
  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  wait_for (n_in_state (fixture, CHAT_MESSAGE_QUEUED) == 1);
  query (fixture->folder, "UPDATE message SET state = 2");
  restart (fixture);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 1);
  g_assert_nonnull (xmpp_element_find_child (sent (fixture, 0), XMPP_NS_DELAY, "delay"));
  fake_session_acknowledge (fixture->session, 1);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 1);
}

static void
test_without_stream_management (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) refusal = g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, "no pings here");

  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  wait_for (n_sent (fixture) == 1);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "two");
  wait_for (n_sent (fixture) == 2);
  /* The ping went before the second one. */
  wait_for (fake_session_answer_iq (fixture->session, refusal));
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 1);
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_WRITTEN), ==, 1);
  /* The connection goes before the second ping is answered. */
  fake_session_set_online (fixture->session, FALSE);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 3);
  g_assert_cmpstr (sent_body (fixture, 2), ==, "two");
  wait_for (fake_session_answer_iq (fixture->session, NULL));
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 2);
}

static void
deliver_error (Fixture *fixture, const char *from, const char *id, const char *text)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (from, NULL);
  g_autoptr (GError) error = g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND, text);
  XmppMessage message = { .type = XMPP_MESSAGE_ERROR, .from = jid, .id = (char *) id, .error = error, .body = (char *) "one" };

  fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  wait_for (is_released (fixture, fixture->ticket));
}

static void
test_error (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  ChatTimeline *timeline = chat_conversation_get_timeline (chat);
  g_autoptr (ChatMessage) one = NULL;
  g_autofree char *id = NULL;

  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (chat, "one");
  chat_conversation_send (chat, "two");
  wait_for (n_sent (fixture) == 2);
  id = g_strdup (xmpp_element_get_attribute (sent (fixture, 0), "id"));
  one = g_list_model_get_item (G_LIST_MODEL (timeline), 0);
  /* Not from another, nor by a guess. */
  deliver_error (fixture, "tybalt@example.org", id, "forged");
  deliver_error (fixture, "romeo@example.org", "guess", "forged");
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_FAILED), ==, 0);
  deliver_error (fixture, "romeo@example.org", id, "User unknown");
  g_assert_cmpint (chat_message_get_state (one), ==, CHAT_MESSAGE_FAILED);
  g_assert_nonnull (strstr (chat_message_get_error_text (one), "User unknown"));
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_FAILED), ==, 1);
  /* The acknowledgement that follows does not make it good. */
  fake_session_acknowledge (fixture->session, 2);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 1);
  g_assert_cmpint (chat_message_get_state (one), ==, CHAT_MESSAGE_FAILED);
  /* The text beside the error is nothing that Romeo said. */
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM message WHERE own = 0"), ==, 0);
  /* Once more. */
  chat_conversation_retry (chat, one);
  wait_for (n_sent (fixture) == 3);
  g_assert_cmpstr (xmpp_element_get_attribute (sent (fixture, 2), "id"), ==, id);
  g_assert_cmpstr (sent_body (fixture, 2), ==, "one");
  g_assert_null (chat_message_get_error_text (one));
  fake_session_acknowledge (fixture->session, 1);
  wait_for (chat_message_get_state (one) == CHAT_MESSAGE_SENT);
}

/* The acknowledgement comes while the error is being committed. */
static void
test_error_and_acknowledgement (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_FORBIDDEN, "no");
  XmppMessage message = { .type = XMPP_MESSAGE_ERROR, .from = fixture->romeo, .error = error };

  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  wait_for (n_sent (fixture) == 1);
  message.id = (char *) xmpp_element_get_attribute (sent (fixture, 0), "id");
  fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  fake_session_acknowledge (fixture->session, 1);
  wait_for (is_released (fixture, fixture->ticket));
  chat_conversation_send (open_chat (fixture, fixture->romeo), "two");
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_FAILED), ==, 1);
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_SENT), ==, 0);
}

static void
test_delete (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (chat));
  g_autoptr (ChatMessage) message = NULL;

  chat_conversation_send (chat, "one");
  chat_conversation_send (chat, "two");
  wait_for (g_list_model_get_n_items (timeline) == 2);
  message = g_list_model_get_item (timeline, 0);
  chat_conversation_delete_message (chat, message);
  wait_for (g_list_model_get_n_items (timeline) == 1);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 1);
  g_assert_cmpstr (sent_body (fixture, 0), ==, "two");
  /* The last one too: nothing is left in the list. */
  fake_session_set_online (fixture->session, FALSE);
}

static void
refused_cb (ChatConversationList *list, ChatConversation *chat, const char *sentence, guint *n)
{
  g_assert_cmpuint (strlen (sentence), >, 10);
  ++*n;
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autofree char *large = g_strnfill (20000, 'x'), *marks = g_strnfill (4000, '&'), *fits = g_strnfill (19000, 'x');
  g_autoptr (GError) error = NULL;
  guint n = 0;

  /* As long as nobody said how much, everything goes. */
  g_assert_true (chat_conversation_check_text (chat, large, NULL));
  fake_session_set_max_bytes (fixture->session, 20000);
  fake_session_set_online (fixture->session, TRUE);
  fake_session_set_online (fixture->session, FALSE);
  g_signal_connect (fixture->list, "refused", G_CALLBACK (refused_cb), &n);
  chat_conversation_send (chat, large);
  chat_conversation_send (chat, marks);
  g_assert_cmpuint (n, ==, 2);
  g_assert_true (chat_conversation_check_text (chat, fits, NULL));
  g_assert_false (chat_conversation_check_text (chat, large, &error));
  g_assert_nonnull (strstr (error->message, "20"));
  chat_conversation_send (chat, "");
  chat_conversation_send (chat, " \n\t ");
  chat_conversation_send (chat, "\xff\xfe");
  g_assert_cmpuint (n, ==, 2);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_QUEUED) == 1);
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM message"), ==, 1);
}

static gsize
size_of (XmppElement *stanza)
{
  g_autofree char *xml = xmpp_element_to_string (stanza);

  return strlen (xml);
}

static ChatMessage *
hear (Fixture *fixture, const char *id, const char *text)
{
  GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (open_chat (fixture, fixture->romeo)));
  ChatMessage *message = NULL;
  guint n = g_list_model_get_n_items (timeline);

  deliver (fixture, "romeo@example.org/orchard", id, text);
  wait_for (g_list_model_get_n_items (timeline) > n && (message = g_list_model_get_item (timeline, n)) != NULL);
  return message;
}

/* Near the limit the quote gives way, never the text; far from it all of it is there. */
static void
test_long_reply (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autofree char *said = g_strnfill (390, '&'), *much = g_strnfill (5000, 'i');
  g_autoptr (ChatMessage) plain = NULL, absurd = NULL;

  fake_session_set_max_bytes (fixture->session, 10000);
  fake_session_set_online (fixture->session, TRUE);
  plain = hear (fixture, "m1", said);
  absurd = hear (fixture, much, "with an id like that");
  for (guint length = 7000, i = 0; length < 9990; length += 97) {
    g_autofree char *text = g_strnfill (length, 'x');
    const char *body;

    if (!chat_conversation_check_text (chat, text, NULL)) {
      g_assert_cmpuint (length, >, 9000);
      break;
    }
    chat_conversation_send_reply (chat, text, i % 4 == 3 ? absurd : plain);
    i++;
    wait_for (n_sent (fixture) == i);
    body = sent_body (fixture, i - 1);
    g_assert_cmpuint (size_of (sent (fixture, i - 1)), <=, 10000);
    g_assert_true (g_str_has_suffix (body, text));
    g_assert_true (*body == 'x' || g_str_has_prefix (body, "> "));
    fake_session_acknowledge (fixture->session, 1);
  }
  g_assert_cmpuint (strlen (sent_body (fixture, 0)), ==, 7000 + strlen ("> \n") + 390);
}

/* What a server took before it said nothing tells a little. */
static void
test_warning (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autofree char *large = g_strnfill (20000, 'x'), *small = g_strnfill (9000, 'x'), *warning = NULL;

  fake_session_set_online (fixture->session, TRUE);
  g_assert_null (chat_conversation_warn_text (chat, large));
  chat_conversation_send (chat, large);
  wait_for (n_sent (fixture) == 1);
  fake_session_disconnect (fixture->session, FALSE, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_POLICY_VIOLATION, "stanza too big");
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_FAILED) == 1);
  warning = chat_conversation_warn_text (chat, large);
  g_assert_nonnull (warning);
  g_assert_null (chat_conversation_warn_text (chat, small));
  g_assert_true (chat_conversation_check_text (chat, large, NULL));
}

static void
test_send_when_full (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autofree char *text = g_strnfill (40000, 'x');

  set_pages (fixture, 1);
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (chat, text);
  g_assert_null (chat_conversation_get_draft (chat));
  wait_for (fixture->n_failed == 1);
  /* What was typed is not lost, and not sent behind the user's back. */
  wait_for (chat_conversation_get_draft (chat) != NULL);
  g_assert_cmpstr (chat_conversation_get_draft (chat), ==, text);
  g_assert_cmpuint (n_sent (fixture), ==, 0);
  set_pages (fixture, 100000);
  chat_conversation_send (chat, chat_conversation_get_draft (chat));
  wait_for (n_sent (fixture) == 1);
}

static void
test_session_refuses (Fixture *fixture, gconstpointer data)
{
  fake_session_refuse (fixture->session, TRUE);
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  chat_conversation_send (open_chat (fixture, fixture->romeo), "two");
  wait_for (n_in_state (fixture, CHAT_MESSAGE_QUEUED) == 2);
  fake_session_refuse (fixture->session, FALSE);
  fake_session_set_online (fixture->session, FALSE);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpstr (sent_body (fixture, 0), ==, "one");
  g_assert_cmpstr (sent_body (fixture, 1), ==, "two");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TALK_TEST ("outbox/R-25/order-after-restart", test_order_after_restart);
  TALK_TEST ("outbox/shown-while-offline", test_shown_while_offline);
  TALK_TEST ("outbox/W-02/waiting-written", test_waiting_written);
  TALK_TEST ("outbox/R-08/unacknowledged", test_unacknowledged);
  TALK_TEST ("outbox/resumed", test_resumed);
  TALK_TEST ("outbox/R-13/resumed-after-restart", test_resumed_after_restart);
  TALK_TEST ("outbox/R-26/killed-while-writing", test_killed_while_writing);
  g_test_add ("/talk/outbox/without-stream-management", Fixture, "without stream management", set_up,
              test_without_stream_management, tear_down);
  TALK_TEST ("outbox/S-18/R-29/W-02/error", test_error);
  TALK_TEST ("outbox/R-29/error-and-acknowledgement", test_error_and_acknowledgement);
  TALK_TEST ("outbox/delete", test_delete);
  TALK_TEST ("outbox/refused", test_refused);
  TALK_TEST ("outbox/warning", test_warning);
  TALK_TEST ("outbox/long-reply", test_long_reply);
  TALK_TEST ("outbox/R-44/full", test_send_when_full);
  TALK_TEST ("outbox/session-refuses", test_session_refuses);
  return g_test_run ();
}
