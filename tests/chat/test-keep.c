/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "talk-test.h"

#include <string.h>

/* What is done to messages on this device only, and what is known of one. */

static ChatMessage *
message_at (Fixture *fixture, guint n)
{
  GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (open_chat (fixture, fixture->romeo)));
  ChatMessage *message = NULL;

  wait_for (g_list_model_get_n_items (timeline) > n && (message = g_list_model_get_item (timeline, n)) != NULL);
  return message;
}

static void
hear (Fixture *fixture, const char *id, const char *text)
{
  guint64 ticket = deliver (fixture, "romeo@example.org/orchard", id, text);

  wait_for (is_released (fixture, ticket));
}

static ChatMessageDetails *
load_details (ChatConversation *chat, ChatMessage *message)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ChatMessageDetails *details;

  chat_conversation_load_details_async (chat, message, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  details = chat_conversation_load_details_finish (chat, result, &error);
  g_assert_no_error (error);
  return details;
}

static void
test_pin (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) message = NULL;

  hear (fixture, "m1", "one");
  message = message_at (fixture, 0);
  g_assert_false (chat_message_get_pinned (message));
  chat_conversation_set_message_pinned (open_chat (fixture, fixture->romeo), message, TRUE);
  wait_for (chat_message_get_pinned (message));
  g_clear_object (&message);
  restart (fixture);
  message = message_at (fixture, 0);
  g_assert_true (chat_message_get_pinned (message));
  chat_conversation_set_message_pinned (open_chat (fixture, fixture->romeo), message, FALSE);
  wait_for (!chat_message_get_pinned (message));
  g_assert_cmpuint (n_sent (fixture), ==, 0);
}

static char *
list_pins (ChatConversation *chat)
{
  GListModel *pins = chat_conversation_get_pins (chat);
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (pins); i++) {
    g_autoptr (ChatMessage) message = g_list_model_get_item (pins, i);
    g_string_append_printf (words, "%s%s: %s", i > 0 ? ", " : "", chat_message_get_sender_name (message), chat_message_get_text (message));
  }
  return g_string_free (words, FALSE);
}

static void
wait_for_pins (ChatConversation *chat, const char *expected)
{
  g_autofree char *words = NULL;

  wait_for ((g_free (words), words = list_pins (chat), g_str_equal (words, expected)));
  wait_for (chat_conversation_get_has_pins (chat) == (*expected != '\0'));
}

static void
pin (Fixture *fixture, guint n, gboolean pinned)
{
  g_autoptr (ChatMessage) message = message_at (fixture, n);

  chat_conversation_set_message_pinned (open_chat (fixture, fixture->romeo), message, pinned);
}

/* The newest first, wherever they are in the chat; they follow what becomes of the messages, and are known at once after a start. */
static void
test_pins (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) own = NULL, third = NULL;

  hear (fixture, "m1", "one");
  hear (fixture, "m2", "two");
  hear (fixture, "m3", "three");
  chat_conversation_send (chat, "mine");
  own = message_at (fixture, 3);
  pin (fixture, 2, TRUE);
  wait_for_pins (chat, "romeo@example.org: three");
  pin (fixture, 0, TRUE);
  pin (fixture, 3, TRUE);
  wait_for_pins (chat, "You: mine, romeo@example.org: three, romeo@example.org: one");
  add_contact (fixture, fixture->romeo, "Romeo", XMPP_SUBSCRIPTION_BOTH);
  chat_conversation_edit (chat, own, "ours");
  wait_for_pins (chat, "You: ours, Romeo: three, Romeo: one");
  g_clear_object (&own);
  restart (fixture);
  chat = open_chat (fixture, fixture->romeo);
  g_assert_true (chat_conversation_get_has_pins (chat));
  wait_for_pins (chat, "You: ours, romeo@example.org: three, romeo@example.org: one");
  own = message_at (fixture, 3);
  chat_conversation_retract (chat, own);
  wait_for_pins (chat, "romeo@example.org: three, romeo@example.org: one");
  third = message_at (fixture, 2);
  chat_conversation_hide (chat, third);
  wait_for_pins (chat, "romeo@example.org: one");
  pin (fixture, 0, FALSE);
  wait_for_pins (chat, "");
  pin (fixture, 0, TRUE);
  wait_for_pins (chat, "romeo@example.org: one");
  chat_conversation_delete_history (chat);
  wait_for_pins (chat, "");
  g_assert_cmpuint (n_sent (fixture), ==, 0);
}

/* It is told nobody, is there after a start, and ends when it is read. */
static void
test_unread_from (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) second = NULL, third = NULL;

  add_contact (fixture, fixture->romeo, "Romeo", XMPP_SUBSCRIPTION_BOTH);
  fake_session_set_online (fixture->session, TRUE);
  hear (fixture, "m1", "one");
  hear (fixture, "m2", "two");
  hear (fixture, "m3", "three");
  wait_for (chat_conversation_get_unread (chat) == 3);
  chat_conversation_mark_read (chat);
  wait_for (query (fixture->folder, "SELECT unread FROM conversation") == 0);
  second = message_at (fixture, 1);
  chat_conversation_set_shown (chat, TRUE);
  chat_conversation_mark_unread_from (chat, second);
  wait_for (query (fixture->folder, "SELECT unread FROM conversation") == 2);
  g_assert_cmpint (query (fixture->folder, "SELECT read_position FROM conversation"), ==,
                   query (fixture->folder, "SELECT position FROM message WHERE text = 'three'"));
  wait_for (chat_conversation_get_unread (chat) == 2);
  /* Looking at it in the same moment is no reading. */
  third = message_at (fixture, 2);
  chat_conversation_read_up_to (chat, third);
  chat_conversation_mark_read (chat);
  g_assert_cmpuint (chat_conversation_get_unread (chat), ==, 2);
  chat_conversation_set_shown (chat, FALSE);
  g_clear_object (&second);
  g_clear_object (&third);
  restart (fixture);
  chat = open_chat (fixture, fixture->romeo);
  g_assert_cmpuint (chat_conversation_get_unread (chat), ==, 2);
  /* What comes is unread too; what is said to him is read up to there. */
  hear (fixture, "m4", "four");
  wait_for (chat_conversation_get_unread (chat) == 3);
  chat_conversation_set_shown (chat, TRUE);
  second = message_at (fixture, 1);
  chat_conversation_read_up_to (chat, second);
  wait_for (query (fixture->folder, "SELECT unread FROM conversation") == 2);
  chat_conversation_mark_read (chat);
  wait_for (query (fixture->folder, "SELECT unread FROM conversation WHERE unread_from IS NULL") == 0);
}

/* Who answers has read. */
static void
test_unread_from_answered (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) first = NULL;

  hear (fixture, "m1", "one");
  wait_for (chat_conversation_get_unread (chat) == 1);
  chat_conversation_mark_read (chat);
  first = message_at (fixture, 0);
  chat_conversation_mark_unread_from (chat, first);
  wait_for (chat_conversation_get_unread (chat) == 1);
  chat_conversation_send (chat, "yes");
  wait_for (chat_conversation_get_unread (chat) == 0);
  g_assert_cmpint (query (fixture->folder, "SELECT count (*) FROM conversation WHERE unread_from IS NOT NULL"), ==, 0);
}

static void
test_details (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) theirs = NULL, ours = NULL;
  g_autoptr (ChatMessageDetails) of_theirs = NULL, of_ours = NULL, edited = NULL;
  gint64 before = g_get_real_time ();

  fake_session_set_online (fixture->session, TRUE);
  hear (fixture, "m1", "one");
  theirs = message_at (fixture, 0);
  of_theirs = load_details (chat, theirs);
  g_assert_cmpstr (of_theirs->stanza_id, ==, "m1");
  g_assert_cmpuint (of_theirs->versions->len, ==, 0);
  g_assert_cmpint (of_theirs->sent, ==, 0);
  g_assert_nonnull (of_theirs->raw);
  chat_conversation_send (chat, "frist");
  wait_for (n_sent (fixture) == 1);
  fake_session_acknowledge (fixture->session, 1);
  ours = message_at (fixture, 1);
  wait_for (chat_message_get_state (ours) == CHAT_MESSAGE_SENT);
  of_ours = load_details (chat, ours);
  g_assert_cmpint (of_ours->sent, >=, before);
  g_assert_cmpint (of_ours->delivered, ==, 0);
  chat_conversation_edit (chat, ours, "first");
  wait_for (chat_message_get_edited (ours));
  edited = load_details (chat, ours);
  g_assert_cmpuint (edited->versions->len, ==, 2);
  g_assert_cmpstr (((ChatMessageVersion *) g_ptr_array_index (edited->versions, 0))->text, ==, "frist");
  g_assert_cmpstr (((ChatMessageVersion *) g_ptr_array_index (edited->versions, 1))->text, ==, "first");
}

static void
test_last_own (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) ours = NULL, none = chat_conversation_get_last_own (chat), last = NULL, before = NULL;

  g_assert_null (none);
  chat_conversation_send (chat, "one");
  chat_conversation_send (chat, "two");
  hear (fixture, "m1", "three");
  ours = message_at (fixture, 1);
  last = chat_conversation_get_last_own (chat);
  g_assert_true (last == ours);
  chat_conversation_retract (chat, ours);
  wait_for (g_list_model_get_n_items (G_LIST_MODEL (chat_conversation_get_timeline (chat))) == 2);
  before = chat_conversation_get_last_own (chat);
  g_assert_cmpstr (chat_message_get_text (before), ==, "one");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TALK_TEST ("keep/pin", test_pin);
  TALK_TEST ("keep/pins", test_pins);
  TALK_TEST ("keep/unread-from", test_unread_from);
  TALK_TEST ("keep/unread-from-answered", test_unread_from_answered);
  TALK_TEST ("keep/details", test_details);
  TALK_TEST ("keep/last-own", test_last_own);
  return g_test_run ();
}
