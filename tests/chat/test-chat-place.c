/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "talk-test.h"

/* Where chats stand in the list by the user's own will (W-34). */

static ChatConversation *
chat_at (Fixture *fixture, guint position)
{
  g_autoptr (ChatConversation) chat = g_list_model_get_item (G_LIST_MODEL (fixture->list), position);
  return chat;
}

static void
say (Fixture *fixture, const char *from, const char *id)
{
  deliver (fixture, from, id, id);
  wait_for (is_released (fixture, fixture->ticket));
}

static void
test_pinned (Fixture *fixture, gconstpointer data)
{
  ChatConversation *romeo;

  say (fixture, "romeo@example.org", "a");
  say (fixture, "nurse@example.org", "b");
  romeo = open_chat (fixture, fixture->romeo);
  g_assert_true (chat_at (fixture, 1) == romeo);
  chat_conversation_set_pinned (romeo, TRUE);
  g_assert_true (chat_at (fixture, 0) == romeo);
  say (fixture, "nurse@example.org", "c");
  g_assert_true (chat_at (fixture, 0) == romeo);
  restart (fixture);
  romeo = open_chat (fixture, fixture->romeo);
  g_assert_true (chat_at (fixture, 0) == romeo);
  g_assert_true (chat_conversation_get_pinned (romeo));
  /* The last one is on top. */
  chat_conversation_set_pinned (open_chat (fixture, fixture->nurse), TRUE);
  g_assert_true (chat_at (fixture, 1) == romeo);
  chat_conversation_set_pinned (romeo, FALSE);
  g_assert_false (chat_conversation_get_pinned (romeo));
  /* Put away is not on top. */
  chat_conversation_set_archived (open_chat (fixture, fixture->nurse), TRUE);
  g_assert_false (chat_conversation_get_pinned (open_chat (fixture, fixture->nurse)));
}

static void
test_archived (Fixture *fixture, gconstpointer data)
{
  ChatConversation *romeo = open_chat (fixture, fixture->romeo);

  say (fixture, "romeo@example.org", "a");
  chat_conversation_set_archived (romeo, TRUE);
  restart (fixture);
  romeo = open_chat (fixture, fixture->romeo);
  g_assert_true (chat_conversation_get_archived (romeo));
  say (fixture, "nurse@example.org", "b");
  g_assert_true (chat_conversation_get_archived (romeo));
  say (fixture, "romeo@example.org", "c");
  g_assert_false (chat_conversation_get_archived (romeo));
  /* Who is muted stays away, until one writes oneself. */
  chat_conversation_set_archived (romeo, TRUE);
  chat_conversation_set_muted_until (romeo, G_MAXINT64);
  say (fixture, "romeo@example.org", "d");
  g_assert_true (chat_conversation_get_archived (romeo));
  chat_conversation_send (romeo, "ours");
  wait_for (!chat_conversation_get_archived (romeo));
}

static void
sorted_cb (ChatConversationList *list, guint *n)
{
  (*n)++;
}

static void
test_muted (Fixture *fixture, gconstpointer data)
{
  ChatConversation *romeo = open_chat (fixture, fixture->romeo);
  guint n_sorted = 0;

  say (fixture, "romeo@example.org", "a");
  g_assert_cmpuint (fixture->n_arrived, ==, 1);
  chat_conversation_set_muted_until (romeo, g_get_real_time () + G_TIME_SPAN_HOUR);
  say (fixture, "romeo@example.org", "b");
  g_assert_cmpuint (fixture->n_arrived, ==, 1);
  g_assert_cmpuint (chat_conversation_get_unread (romeo), ==, 2);
  restart (fixture);
  romeo = open_chat (fixture, fixture->romeo);
  g_assert_true (chat_conversation_get_muted (romeo));
  /* It ends by itself, and that is told. */
  chat_conversation_set_muted_until (romeo, g_get_real_time () + G_TIME_SPAN_SECOND / 10);
  g_assert_true (chat_conversation_get_muted (romeo));
  g_signal_connect (fixture->list, "sorted", G_CALLBACK (sorted_cb), &n_sorted);
  wait_for (n_sorted == 1);
  wait_for (n_sorted == 2);
  g_assert_false (chat_conversation_get_muted (romeo));
  g_signal_handlers_disconnect_by_data (fixture->list, &n_sorted);
  say (fixture, "romeo@example.org", "c");
  g_assert_cmpuint (fixture->n_arrived, ==, 2);
}

static void
test_marked (Fixture *fixture, gconstpointer data)
{
  ChatConversation *romeo = open_chat (fixture, fixture->romeo);

  say (fixture, "romeo@example.org", "a");
  chat_conversation_mark_read (romeo);
  chat_conversation_set_marked_unread (romeo, TRUE);
  g_assert_cmpuint (chat_conversation_get_unread (romeo), ==, 0);
  restart (fixture);
  romeo = open_chat (fixture, fixture->romeo);
  g_assert_true (chat_conversation_get_marked_unread (romeo));
  chat_conversation_mark_read (romeo);
  g_assert_false (chat_conversation_get_marked_unread (romeo));
}

static void
assert_place (ChatConversation *chat, gint64 message, int y)
{
  gint64 kept_message;
  int kept_y;

  chat_conversation_get_place (chat, &kept_message, &kept_y);
  g_assert_cmpint (kept_message, ==, message);
  g_assert_cmpint (kept_y, ==, y);
}

/* How far up its reader was; deleted with its messages. */
static void
test_reader (Fixture *fixture, gconstpointer data)
{
  ChatConversation *romeo = open_chat (fixture, fixture->romeo);

  chat_conversation_set_place (romeo, 7, -12);      /* nothing is stored of it yet */
  assert_place (romeo, 0, 0);
  say (fixture, "romeo@example.org", "a");
  chat_conversation_set_place (romeo, 7, -12);
  restart (fixture);
  romeo = open_chat (fixture, fixture->romeo);
  assert_place (romeo, 7, -12);
  chat_conversation_set_place (romeo, 0, 0);
  assert_place (romeo, 0, 0);
  chat_conversation_set_place (romeo, 7, 12);
  chat_conversation_delete_history (romeo);
  wait_for (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)) == 0);
  assert_place (romeo, 0, 0);
}

/* Nothing of it is shown any more, and it begins anew. */
static void
test_deleted (Fixture *fixture, gconstpointer data)
{
  ChatConversation *romeo = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *preview = NULL;

  say (fixture, "romeo@example.org", "a");
  chat_conversation_set_draft (romeo, "half a thought");
  chat_conversation_set_pinned (romeo, TRUE);
  timeline = g_object_ref (chat_conversation_get_timeline (romeo));
  wait_for (chat_timeline_get_loaded (timeline));
  chat_conversation_delete_history (romeo);
  wait_for (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)) == 0);
  g_assert_null (chat_conversation_get_draft (romeo));
  g_assert_false (chat_conversation_get_pinned (romeo));
  g_assert_cmpuint (chat_conversation_get_unread (romeo), ==, 0);
  g_assert_true (chat_conversation_get_timeline (romeo) != timeline);
  wait_for (chat_timeline_get_loaded (chat_conversation_get_timeline (romeo)));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat_conversation_get_timeline (romeo))), ==, 0);
  g_clear_object (&timeline);
  restart (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 0);
  say (fixture, "romeo@example.org", "b");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 1);
  g_object_get (open_chat (fixture, fixture->romeo), "preview", &preview, NULL);
  g_assert_cmpstr (preview, ==, "b");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TALK_TEST ("place/pinned/W-34", test_pinned);
  TALK_TEST ("place/archived/W-34", test_archived);
  TALK_TEST ("place/muted/W-34", test_muted);
  TALK_TEST ("place/marked/W-34", test_marked);
  TALK_TEST ("place/reader/W-14", test_reader);
  TALK_TEST ("place/deleted/W-28", test_deleted);
  return g_test_run ();
}
