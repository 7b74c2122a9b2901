/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "talk-test.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"

#include <string.h>

/* Corrections, retractions, reactions and answers of the user's own on their way to the server: shown at once, kept over a
 * restart, in order, sent again with the same id, and undone when they fail. */

static XmppElement *
part (XmppElement *stanza, const char *ns, const char *name)
{
  return xmpp_element_find_child (stanza, ns, name);
}

#define assert_refers(stanza, ns, name, target) \
  G_STMT_START { \
    g_assert_nonnull (part (stanza, ns, name)); \
    g_assert_cmpstr (xmpp_element_get_attribute (part (stanza, ns, name), "id"), ==, target); \
  } G_STMT_END
#define id_of(stanza) xmpp_element_get_attribute (stanza, "id")
#define n_rows(fixture, table) query ((fixture)->folder, "SELECT count (*) FROM " table)

/* The n-th message of the chat with Romeo, once it is there. */
static ChatMessage *
message_at (Fixture *fixture, guint n)
{
  GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (open_chat (fixture, fixture->romeo)));
  ChatMessage *message = NULL;

  wait_for (g_list_model_get_n_items (timeline) > n && (message = g_list_model_get_item (timeline, n)) != NULL);
  return message;
}

static void
say_and_settle (Fixture *fixture, const char *text)
{
  guint n = n_sent (fixture);

  chat_conversation_send (open_chat (fixture, fixture->romeo), text);
  wait_for (n_sent (fixture) == n + 1);
  fake_session_acknowledge (fixture->session, 1);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) > 0 && n_in_state (fixture, CHAT_MESSAGE_WRITTEN) == 0);
}

static void
deliver_error (Fixture *fixture, const char *id)
{
  g_autoptr (XmppJid) from = xmpp_jid_new ("romeo@example.org", NULL);
  g_autoptr (GError) error = g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ACCEPTABLE, "only hearts");
  XmppMessage message = { .type = XMPP_MESSAGE_ERROR, .from = from, .id = (char *) id, .error = error };

  fake_session_deliver (fixture->session, &message, "<message xmlns='jabber:client' type='error'/>", ++fixture->ticket);
}

static void
keep_sentence_cb (ChatConversationList *list, ChatConversation *conversation, const char *sentence, char **kept)
{
  g_free (*kept);
  *kept = g_strdup (sentence);
}

/* -- edits ---------------------------------------------------------------------------------------------------------- */

static void
test_edit (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) message = NULL;

  fake_session_set_online (fixture->session, TRUE);
  say_and_settle (fixture, "frist");
  message = message_at (fixture, 0);
  g_assert_true (chat_conversation_may_edit (chat, message));
  chat_conversation_edit (chat, message, "first");
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpstr (chat_message_get_text (message), ==, "first");
  g_assert_true (chat_message_get_edited (message));
  g_assert_cmpint (chat_message_get_state (message), ==, CHAT_MESSAGE_SENT);
  g_assert_cmpstr (sent_body (fixture, 1), ==, "first");
  assert_refers (sent (fixture, 1), XMPP_NS_CORRECT, "replace", id_of (sent (fixture, 0)));
  g_assert_cmpstr (id_of (sent (fixture, 1)), !=, id_of (sent (fixture, 0)));
  assert_refers (sent (fixture, 1), XMPP_NS_SID, "origin-id", id_of (sent (fixture, 1)));
  fake_session_acknowledge (fixture->session, 1);
  wait_for (n_rows (fixture, "outgoing WHERE state = 3") == 1);
  /* Nothing is said a second time. */
  restart (fixture);
  fake_session_set_online (fixture->session, TRUE);
  say_and_settle (fixture, "next");
  g_assert_cmpuint (n_sent (fixture), ==, 1);
}

/* What was never written is only changed; nobody hears that there was another text. */
static void
test_edit_queued (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) message = NULL;

  chat_conversation_send (chat, "frist");
  message = message_at (fixture, 0);
  chat_conversation_edit (chat, message, "first");
  wait_for (g_str_equal (chat_message_get_text (message), "first"));
  g_assert_false (chat_message_get_edited (message));
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 1);
  g_assert_cmpstr (sent_body (fixture, 0), ==, "first");
  g_assert_null (part (sent (fixture, 0), XMPP_NS_CORRECT, "replace"));
  g_assert_cmpint (n_rows (fixture, "outgoing"), ==, 0);
}

/* Of edits without a connection only the last goes out. The text of before stays the first of the versions. */
static void
test_edit_twice (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) message = NULL;
  g_autofree char *versions = NULL;

  fake_session_set_online (fixture->session, TRUE);
  say_and_settle (fixture, "frist");
  fake_session_set_online (fixture->session, FALSE);
  message = message_at (fixture, 0);
  chat_conversation_edit (chat, message, "frst");
  chat_conversation_edit (chat, message, "first");
  wait_for (g_str_equal (chat_message_get_text (message), "first"));
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpstr (sent_body (fixture, 1), ==, "first");
  g_assert_cmpint (n_rows (fixture, "outgoing"), ==, 1);
  versions = query_text (fixture->folder, "SELECT group_concat (text, ' ') FROM message_version");
  g_assert_cmpstr (versions, ==, "frist first");
}

/* kept before it is sent, and sent with the same id where its fate is unknown. */
static void
test_restart (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) message = NULL;
  g_autofree char *id = NULL, *target = NULL;

  fake_session_set_online (fixture->session, TRUE);
  say_and_settle (fixture, "frist");
  target = g_strdup (id_of (sent (fixture, 0)));
  fake_session_set_online (fixture->session, FALSE);
  message = message_at (fixture, 0);
  chat_conversation_edit (chat, message, "first");
  wait_for (n_rows (fixture, "outgoing WHERE state = 1") == 1);
  g_clear_object (&message);
  restart (fixture);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 1 && n_rows (fixture, "outgoing WHERE state = 2") == 1);
  id = g_strdup (id_of (sent (fixture, 0)));
  g_assert_null (part (sent (fixture, 0), XMPP_NS_DELAY, "delay"));
  /* The program is ended there, and the stream is not resumed. */
  restart (fixture);
  fake_session_lose (fixture->session);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 1);
  g_assert_cmpstr (id_of (sent (fixture, 0)), ==, id);
  g_assert_cmpstr (sent_body (fixture, 0), ==, "first");
  assert_refers (sent (fixture, 0), XMPP_NS_CORRECT, "replace", target);
  g_assert_nonnull (part (sent (fixture, 0), XMPP_NS_DELAY, "delay"));
  fake_session_acknowledge (fixture->session, 1);
  wait_for (n_rows (fixture, "outgoing WHERE state = 3") == 1);
}

/* it goes after what was typed before it, and before what was typed after it; also over a restart. */
static void
test_order (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) message = NULL;

  fake_session_set_online (fixture->session, TRUE);
  say_and_settle (fixture, "one");
  fake_session_set_online (fixture->session, FALSE);
  message = message_at (fixture, 0);
  chat_conversation_send (chat, "two");
  chat_conversation_edit (chat, message, "one!");
  chat_conversation_react (chat, message, "👍", TRUE);
  chat_conversation_send (chat, "three");
  wait_for (n_in_state (fixture, CHAT_MESSAGE_QUEUED) == 2);
  g_clear_object (&message);
  restart (fixture);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 4);
  g_assert_cmpstr (sent_body (fixture, 0), ==, "two");
  g_assert_cmpstr (sent_body (fixture, 1), ==, "one!");
  g_assert_nonnull (part (sent (fixture, 2), XMPP_NS_REACTIONS, "reactions"));
  g_assert_cmpstr (sent_body (fixture, 3), ==, "three");
}

static void
test_edit_fails (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) message = NULL;
  g_autofree char *sentence = NULL;

  g_signal_connect (fixture->list, "refused", G_CALLBACK (keep_sentence_cb), &sentence);
  fake_session_set_online (fixture->session, TRUE);
  say_and_settle (fixture, "frist");
  message = message_at (fixture, 0);
  chat_conversation_edit (chat, message, "first");
  wait_for (n_sent (fixture) == 2);
  fake_session_acknowledge (fixture->session, 1);
  deliver_error (fixture, id_of (sent (fixture, 1)));
  wait_for (sentence != NULL && g_str_equal (chat_message_get_text (message), "frist"));
  g_assert_nonnull (strstr (sentence, "only hearts"));
  g_assert_false (chat_message_get_edited (message));
  g_assert_cmpint (n_rows (fixture, "message_version"), ==, 0);
  g_assert_cmpint (n_rows (fixture, "outgoing"), ==, 0);
  g_assert_cmpint (chat_message_get_state (message), ==, CHAT_MESSAGE_SENT);
  g_signal_handlers_disconnect_by_data (fixture->list, &sentence);
}

/* The message itself failed: it has the last text, and what is tried again says that alone. */
static void
test_message_fails (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) message = NULL;

  fake_session_set_online (fixture->session, TRUE);
  say_and_settle (fixture, "frist");
  message = message_at (fixture, 0);
  fake_session_set_online (fixture->session, FALSE);
  chat_conversation_edit (chat, message, "first");
  wait_for (n_rows (fixture, "outgoing WHERE state = 1") == 1);
  deliver_error (fixture, id_of (sent (fixture, 0)));
  wait_for (chat_message_get_state (message) == CHAT_MESSAGE_FAILED);
  g_assert_false (chat_conversation_may_edit (chat, message));
  g_assert_false (chat_conversation_may_retract (chat, message));
  chat_conversation_retry (chat, message);
  wait_for (chat_message_get_state (message) == CHAT_MESSAGE_QUEUED);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpstr (sent_body (fixture, 1), ==, "first");
  g_assert_null (part (sent (fixture, 1), XMPP_NS_CORRECT, "replace"));
}

/* -- retractions ---------------------------------------------------------------------------------------------------- */

static void
test_retract (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) message = NULL;

  fake_session_set_online (fixture->session, TRUE);
  say_and_settle (fixture, "oh no");
  message = message_at (fixture, 0);
  chat_conversation_retract (chat, message);
  wait_for (n_sent (fixture) == 2);
  g_assert_true (chat_message_get_retracted (message));
  g_assert_cmpstr (chat_message_get_text (message), !=, "oh no");
  assert_refers (sent (fixture, 1), XMPP_NS_RETRACT, "retract", id_of (sent (fixture, 0)));
  g_assert_nonnull (part (sent (fixture, 1), XMPP_NS_HINTS, "store"));
  g_assert_nonnull (sent_body (fixture, 1));
  g_assert_nonnull (part (sent (fixture, 1), XMPP_NS_FALLBACK, "fallback"));
  g_assert_null (part (sent (fixture, 1), XMPP_NS_RECEIPTS, "request"));
  g_assert_cmpint (n_rows (fixture, "message WHERE text = 'oh no'"), ==, 1);
  fake_session_acknowledge (fixture->session, 1);
  wait_for (n_rows (fixture, "message WHERE text = 'oh no'") == 0);
  g_assert_false (chat_conversation_may_retract (chat, message));
  g_assert_false (chat_conversation_may_edit (chat, message));
}

static void
test_retract_queued (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) message = NULL;

  chat_conversation_send (chat, "oh no");
  message = message_at (fixture, 0);
  chat_conversation_retract (chat, message);
  wait_for (g_list_model_get_n_items (G_LIST_MODEL (chat_conversation_get_timeline (chat))) == 0);
  g_assert_cmpint (n_rows (fixture, "message") + n_rows (fixture, "outgoing"), ==, 0);
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (chat, "well");
  wait_for (n_sent (fixture) == 1);
  g_assert_cmpstr (sent_body (fixture, 0), ==, "well");
}

static void
test_retract_fails (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) message = NULL;
  g_autofree char *sentence = NULL;

  g_signal_connect (fixture->list, "refused", G_CALLBACK (keep_sentence_cb), &sentence);
  fake_session_set_online (fixture->session, TRUE);
  say_and_settle (fixture, "oh no");
  message = message_at (fixture, 0);
  chat_conversation_retract (chat, message);
  wait_for (n_sent (fixture) == 2);
  deliver_error (fixture, id_of (sent (fixture, 1)));
  wait_for (sentence != NULL && !chat_message_get_retracted (message));
  g_assert_cmpstr (chat_message_get_text (message), ==, "oh no");
  g_signal_handlers_disconnect_by_data (fixture->list, &sentence);
}

/* -- reactions ------------------------------------------------------------------------------------------------------ */

static void
test_react (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) message = NULL;
  XmppElement *reactions;

  add_contact (fixture, fixture->romeo, "Romeo", XMPP_SUBSCRIPTION_BOTH);
  fake_session_set_online (fixture->session, TRUE);
  deliver (fixture, "romeo@example.org/orchard", "m1", "ho");
  message = message_at (fixture, 0);
  chat_conversation_react (chat, message, "👋", TRUE);
  chat_conversation_react (chat, message, "two words", TRUE);
  wait_for (n_sent (fixture) == 1);
  g_assert_cmpstr (chat_message_get_reactions (message), ==, "own\t👋");
  assert_refers (sent (fixture, 0), XMPP_NS_REACTIONS, "reactions", "m1");
  g_assert_nonnull (part (sent (fixture, 0), XMPP_NS_HINTS, "store"));
  g_assert_null (sent_body (fixture, 0));
  fake_session_acknowledge (fixture->session, 1);
  /* All of them, each time. */
  chat_conversation_react (chat, message, "🐢", TRUE);
  wait_for (n_sent (fixture) == 2);
  reactions = part (sent (fixture, 1), XMPP_NS_REACTIONS, "reactions");
  g_assert_cmpuint (xmpp_element_get_n_children (reactions), ==, 2);
  g_assert_cmpstr (xmpp_element_get_text (xmpp_element_get_child (reactions, 1)), ==, "🐢");
  fake_session_acknowledge (fixture->session, 1);
  wait_for (n_rows (fixture, "outgoing WHERE state = 3") == 2);
  chat_conversation_react (chat, message, "🐢", FALSE);
  chat_conversation_react (chat, message, "👋", FALSE);
  wait_for (n_sent (fixture) >= 3 && chat_message_get_reactions (message) == NULL);
  wait_for (xmpp_element_get_n_children (part (sent (fixture, n_sent (fixture) - 1), XMPP_NS_REACTIONS, "reactions")) == 0);
}

/* Who can't decide sends nothing, or what it was at last. */
static void
test_toggle (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) message = NULL;

  deliver (fixture, "romeo@example.org/orchard", "m1", "ho");
  message = message_at (fixture, 0);
  for (guint i = 0; i < 5; i++) {
    chat_conversation_react (chat, message, "👋", TRUE);
    chat_conversation_react (chat, message, "👋", FALSE);
  }
  chat_conversation_react (chat, message, "👋", FALSE);
  wait_for (n_rows (fixture, "reaction") == 1 && n_rows (fixture, "outgoing") == 0);
  chat_conversation_react (chat, message, "👋", TRUE);
  chat_conversation_react (chat, message, "👍", TRUE);
  chat_conversation_react (chat, message, "👋", FALSE);
  wait_for (g_strcmp0 (chat_message_get_reactions (message), "own\t👍") == 0);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 1);
  g_assert_cmpstr (xmpp_element_get_text (xmpp_element_get_child (part (sent (fixture, 0), XMPP_NS_REACTIONS, "reactions"), 0)), ==, "👍");
}

/* XEP-0444 §3.3. */
static void
test_react_fails (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) message = NULL;

  fake_session_set_online (fixture->session, TRUE);
  deliver (fixture, "romeo@example.org/orchard", "m1", "ho");
  message = message_at (fixture, 0);
  chat_conversation_react (chat, message, "💘", TRUE);
  wait_for (n_sent (fixture) == 1);
  fake_session_acknowledge (fixture->session, 1);
  wait_for (n_rows (fixture, "outgoing WHERE state = 3") == 1);
  chat_conversation_react (chat, message, "💜", TRUE);
  wait_for (n_sent (fixture) == 2);
  fake_session_acknowledge (fixture->session, 1);
  wait_for (n_rows (fixture, "outgoing WHERE state = 3") == 2);
  deliver_error (fixture, id_of (sent (fixture, 1)));
  wait_for (g_strcmp0 (chat_message_get_reactions (message), "own\t💘") == 0);
}

/* What has no id can't be named. */
static void
test_without_id (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) message = NULL;

  fake_session_set_online (fixture->session, TRUE);
  deliver (fixture, "romeo@example.org/orchard", NULL, "ho");
  message = message_at (fixture, 0);
  g_assert_false (chat_conversation_may_react (chat, message));
  chat_conversation_react (chat, message, "👋", TRUE);
  g_assert_false (chat_conversation_may_edit (chat, message));
  say_and_settle (fixture, "well");
  g_assert_cmpint (n_rows (fixture, "outgoing"), ==, 0);
}

/* -- answers -------------------------------------------------------------------------------------------------------- */

static void
test_reply (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) message = NULL, answer = NULL;

  fake_session_set_online (fixture->session, TRUE);
  deliver (fixture, "romeo@example.org/orchard", "m1", "ho");
  message = message_at (fixture, 0);
  chat_conversation_send_reply (chat, "yes", message);
  wait_for (n_sent (fixture) == 1);
  answer = message_at (fixture, 1);
  g_assert_cmpstr (chat_message_get_text (answer), ==, "yes");
  g_assert_cmpint (chat_message_get_reply_id (answer), ==, chat_message_get_id (message));
  g_assert_cmpstr (chat_message_get_reply_text (answer), ==, "ho");
  g_assert_cmpstr (chat_message_get_reply_name (answer), ==, chat_message_get_sender_name (message));
  g_assert_cmpstr (sent_body (fixture, 0), ==, "> ho\nyes");
  assert_refers (sent (fixture, 0), XMPP_NS_REPLY, "reply", "m1");
  g_assert_cmpstr (xmpp_element_get_attribute (part (sent (fixture, 0), XMPP_NS_REPLY, "reply"), "to"), ==, "romeo@example.org");
  /* A correction of it is one of an answer too (XEP-0308 §5). */
  fake_session_acknowledge (fixture->session, 1);
  chat_conversation_edit (chat, answer, "no");
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpstr (sent_body (fixture, 1), ==, "> ho\nno");
  assert_refers (sent (fixture, 1), XMPP_NS_REPLY, "reply", "m1");
  assert_refers (sent (fixture, 1), XMPP_NS_CORRECT, "replace", id_of (sent (fixture, 0)));
  g_assert_cmpint (chat_message_get_reply_id (answer), ==, chat_message_get_id (message));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TALK_TEST ("outgoing/edit", test_edit);
  TALK_TEST ("outgoing/edit-queued", test_edit_queued);
  TALK_TEST ("outgoing/edit-twice", test_edit_twice);
  TALK_TEST ("outgoing/R-26/R-27/restart", test_restart);
  TALK_TEST ("outgoing/R-25/order", test_order);
  TALK_TEST ("outgoing/edit-fails", test_edit_fails);
  TALK_TEST ("outgoing/message-fails", test_message_fails);
  TALK_TEST ("outgoing/retract", test_retract);
  TALK_TEST ("outgoing/retract-queued", test_retract_queued);
  TALK_TEST ("outgoing/retract-fails", test_retract_fails);
  TALK_TEST ("outgoing/react", test_react);
  TALK_TEST ("outgoing/toggle", test_toggle);
  TALK_TEST ("outgoing/react-fails", test_react_fails);
  TALK_TEST ("outgoing/without-id", test_without_id);
  TALK_TEST ("outgoing/W-37/reply", test_reply);
  return g_test_run ();
}
