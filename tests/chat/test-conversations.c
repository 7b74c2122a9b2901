/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "talk-test.h"

static ChatConversation *
chat_at (Fixture *fixture, guint position)
{
  g_autoptr (ChatConversation) chat = g_list_model_get_item (G_LIST_MODEL (fixture->list), position);
  return chat;
}

typedef struct { guint n, calls, size; } Changes;

static void
count_changes_cb (GListModel *model, guint position, guint removed, guint added, Changes *changes)
{
  changes->calls++;
  changes->size += removed + added;
  changes->n += added - removed;
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, changes->n);
}

static void
test_list (Fixture *fixture, gconstpointer data)
{
  Changes changes = { 0 };

  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (count_changes_cb), &changes);
  open_chat (fixture, fixture->romeo);
  g_assert_cmpuint (changes.calls, ==, 0);
  deliver (fixture, "romeo@example.org", "a", "one");
  deliver (fixture, "nurse@example.org", "b", "two");
  wait_for (is_released (fixture, fixture->ticket));
  g_assert_cmpuint (changes.calls, ==, 2);
  g_assert_true (chat_at (fixture, 0) == open_chat (fixture, fixture->nurse));
  deliver (fixture, "nurse@example.org", "c", "three");
  wait_for (is_released (fixture, fixture->ticket));
  /* In its place already. */
  g_assert_cmpuint (changes.calls, ==, 2);
  deliver (fixture, "romeo@example.org", "d", "four");
  wait_for (is_released (fixture, fixture->ticket));
  g_assert_cmpuint (changes.calls, ==, 4);
  g_assert_cmpuint (changes.size, ==, 4);
  g_assert_true (chat_at (fixture, 0) == open_chat (fixture, fixture->romeo));
  g_signal_handlers_disconnect_by_data (fixture->list, &changes);
  restart (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 2);
  g_assert_true (chat_at (fixture, 0) == open_chat (fixture, fixture->romeo));
  chat_conversation_list_remove_account (fixture->list, fixture->account);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 0);
}

static void
read_last (ChatConversation *chat)
{
  GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (chat));
  g_autoptr (ChatMessage) last = g_list_model_get_item (timeline, g_list_model_get_n_items (timeline) - 1);

  chat_conversation_read_up_to (chat, last);
}

static void
test_unread (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat;
  g_autofree char *preview = NULL;

  deliver (fixture, "romeo@example.org", "a", "one");
  deliver (fixture, "romeo@example.org", "b", "two\nlines");
  wait_for (is_released (fixture, fixture->ticket));
  restart (fixture);
  chat = chat_at (fixture, 0);
  g_assert_cmpuint (chat_conversation_get_unread (chat), ==, 2);
  g_object_get (chat, "preview", &preview, NULL);
  g_assert_cmpstr (preview, ==, "two lines");
  wait_for (chat_timeline_get_loaded (chat_conversation_get_timeline (chat)));
  g_assert_cmpuint (chat_timeline_get_first_unread (chat_conversation_get_timeline (chat)), ==, 0);
  /* Showing is not reading: that is told of what was seen. */
  chat_conversation_list_set_shown (fixture->list, chat);
  g_assert_cmpuint (chat_conversation_get_unread (chat), ==, 2);
  chat_conversation_mark_read (chat);
  g_assert_cmpuint (chat_conversation_get_unread (chat), ==, 0);
  g_assert_cmpuint (fixture->n_read, ==, 1);
  /* The line stays where it was while it is read. */
  g_assert_cmpuint (chat_timeline_get_first_unread (chat_conversation_get_timeline (chat)), ==, 0);
  deliver (fixture, "romeo@example.org", "c", "three");
  wait_for (is_released (fixture, fixture->ticket));
  g_assert_cmpuint (fixture->n_arrived, ==, 2);
  g_assert_cmpuint (chat_conversation_get_unread (chat), ==, 0);
  read_last (chat);
  g_assert_cmpuint (fixture->n_read, ==, 2);
  chat_conversation_list_set_shown (fixture->list, NULL);
  deliver (fixture, "romeo@example.org", "d", "four");
  wait_for (is_released (fixture, fixture->ticket));
  g_assert_cmpuint (chat_conversation_get_unread (chat), ==, 1);
  g_assert_cmpuint (chat_timeline_get_first_unread (chat_conversation_get_timeline (chat)), ==, 3);
  chat_conversation_list_set_shown (fixture->list, chat);
  read_last (chat);
  chat_conversation_list_set_shown (fixture->list, open_chat (fixture, fixture->nurse));
  g_assert_cmpuint (chat_timeline_get_first_unread (chat_conversation_get_timeline (chat)), ==, G_MAXUINT);
  deliver (fixture, "romeo@example.org", "e", "five");
  wait_for (is_released (fixture, fixture->ticket));
  restart (fixture);
  g_assert_cmpuint (chat_conversation_get_unread (chat_at (fixture, 0)), ==, 1);
}

/* What comes in the chat that is looked at is counted only if it is not read soon. */
static void
test_unread_shown (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);

  chat_conversation_list_set_shown (fixture->list, chat);
  deliver (fixture, "romeo@example.org", "a", "one");
  wait_for (is_released (fixture, fixture->ticket));
  g_assert_cmpuint (chat_conversation_get_unread (chat), ==, 0);
  wait_for (chat_conversation_get_unread (chat) == 1);
  deliver (fixture, "romeo@example.org", "b", "two");
  wait_for (is_released (fixture, fixture->ticket));
  chat_conversation_list_set_shown (fixture->list, NULL);
  g_assert_cmpuint (chat_conversation_get_unread (chat), ==, 2);
  g_assert_cmpuint (fixture->n_arrived, ==, 0);
}

static guint
line_at (ChatConversation *chat)
{
  return chat_timeline_get_first_unread (chat_conversation_get_timeline (chat));
}

static void
hear (Fixture *fixture, const char *id)
{
  deliver (fixture, "romeo@example.org", id, id);
  wait_for (is_released (fixture, fixture->ticket));
}

/* The line over what is new stays where it was while one looks; what comes where nobody looks gets one. */
static void
test_line (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) sixth = NULL;

  wait_for (chat_timeline_get_loaded (chat_conversation_get_timeline (chat)));
  chat_conversation_list_set_shown (fixture->list, chat);
  hear (fixture, "0");
  read_last (chat);
  g_assert_cmpuint (line_at (chat), ==, G_MAXUINT);
  /* Below what is in view. */
  hear (fixture, "1");
  wait_for (chat_conversation_get_unread (chat) == 1);
  g_assert_cmpuint (line_at (chat), ==, 1);
  hear (fixture, "2");
  wait_for (chat_conversation_get_unread (chat) == 2);
  read_last (chat);
  hear (fixture, "3");
  wait_for (chat_conversation_get_unread (chat) == 1);
  read_last (chat);
  g_assert_cmpuint (line_at (chat), ==, 1);
  /* In a window that is not in front, at once and before it was known whether it is read. */
  chat_conversation_list_set_shown (fixture->list, NULL);
  g_assert_cmpuint (line_at (chat), ==, 1);
  hear (fixture, "4");
  g_assert_cmpuint (line_at (chat), ==, 4);
  chat_conversation_list_set_shown (fixture->list, chat);
  read_last (chat);
  hear (fixture, "5");
  g_assert_cmpuint (line_at (chat), ==, 4);
  chat_conversation_list_set_shown (fixture->list, NULL);
  g_assert_cmpuint (line_at (chat), ==, 5);
  hear (fixture, "6");
  g_assert_cmpuint (line_at (chat), ==, 5);
  /* Who leaves and comes back begins at what is left. */
  chat_conversation_list_set_shown (fixture->list, chat);
  sixth = g_list_model_get_item (G_LIST_MODEL (chat_conversation_get_timeline (chat)), 5);
  chat_conversation_read_up_to (chat, sixth);
  wait_for (chat_conversation_get_unread (chat) == 1);
  g_assert_cmpuint (line_at (chat), ==, 5);
  chat_conversation_list_set_shown (fixture->list, open_chat (fixture, fixture->nurse));
  g_assert_cmpuint (line_at (chat), ==, 6);
  chat_conversation_list_set_shown (fixture->list, chat);
  read_last (chat);
  g_assert_cmpuint (line_at (chat), ==, 6);
  chat_conversation_list_set_shown (fixture->list, NULL);
  chat_conversation_list_leave (fixture->list);
  g_assert_cmpuint (line_at (chat), ==, G_MAXUINT);
  hear (fixture, "7");
  g_assert_cmpuint (line_at (chat), ==, 7);
  chat_conversation_list_set_shown (fixture->list, chat);
  chat_conversation_send (chat, "mine");
  wait_for (line_at (chat) == G_MAXUINT);
}

static void
seen_cb (ChatConversationList *list, ChatConversation *chat, gint64 message, gint64 *seen)
{
  *seen = message;
}

/* Of several that were not read some are seen: the outbox is told up to which, once. */
static void
test_read_up_to (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatMessage) first = NULL;
  g_autoptr (ChatMessage) second = NULL;
  gint64 seen = 0;

  g_signal_connect (fixture->list, "read-up-to", G_CALLBACK (seen_cb), &seen);
  wait_for (chat_timeline_get_loaded (chat_conversation_get_timeline (chat)));
  deliver (fixture, "romeo@example.org", "a", "one");
  deliver (fixture, "romeo@example.org", "b", "two");
  deliver (fixture, "romeo@example.org", "c", "three");
  wait_for (is_released (fixture, fixture->ticket));
  first = g_list_model_get_item (G_LIST_MODEL (chat_conversation_get_timeline (chat)), 0);
  second = g_list_model_get_item (G_LIST_MODEL (chat_conversation_get_timeline (chat)), 1);
  chat_conversation_read_up_to (chat, second);
  g_assert_cmpint (seen, ==, chat_message_get_id (second));
  seen = 0;
  chat_conversation_read_up_to (chat, second);
  chat_conversation_read_up_to (chat, first);
  g_assert_cmpint (seen, ==, 0);
  read_last (chat);
  g_assert_cmpuint (chat_conversation_get_unread (chat), ==, 0);
  g_assert_cmpuint (fixture->n_read, ==, 1);
}

/* -- news ----------------------------------------------------------------------------------------------------------- */

static void
deliver_old (Fixture *fixture, const char *from, const char *id, const char *body)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (from, NULL);
  XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .from = jid, .id = (char *) id, .body = (char *) body };

  fake_session_deliver (fixture->session, &message, "<message xmlns='jabber:client'><delay xmlns='urn:xmpp:delay'"
                        " from='example.org' stamp='2020-02-02T02:02:02Z'/></message>",
                        ++fixture->ticket);
}

/* W-13: of what waited on the server one is told in each chat, when no more comes. */
static void
test_news_together (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 5; i++) {
    g_autofree char *id = g_strdup_printf ("old-%u", i);
    deliver_old (fixture, "romeo@example.org", id, id);
  }
  deliver_old (fixture, "nurse@example.org", "n", "one");
  wait_for (is_released (fixture, fixture->ticket));
  g_assert_cmpuint (fixture->n_arrived, ==, 0);
  wait_for (fixture->n_arrived == 2);
  /* What is said now is told now, each. */
  deliver (fixture, "romeo@example.org", "now", "now");
  wait_for (is_released (fixture, fixture->ticket));
  g_assert_cmpuint (fixture->n_arrived, ==, 3);
  deliver (fixture, "romeo@example.org", "again", "again");
  wait_for (is_released (fixture, fixture->ticket));
  g_assert_cmpuint (fixture->n_arrived, ==, 4);
}

/* W-13, R-39: what was read elsewhere meanwhile is no news, nor what is older than what was told. */
static void
test_news_read (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);

  deliver_old (fixture, "romeo@example.org", "a", "one");
  wait_for (is_released (fixture, fixture->ticket));
  g_assert_cmpuint (chat_conversation_get_unread (chat), ==, 1);
  chat_conversation_mark_read (chat);
  g_assert_cmpuint (fixture->n_read, ==, 1);
  deliver_old (fixture, "nurse@example.org", "b", "two");
  wait_for (fixture->n_arrived == 1);
  deliver_old (fixture, "romeo@example.org", "c", "three");
  wait_for (is_released (fixture, fixture->ticket));
  deliver (fixture, "romeo@example.org", "d", "four");
  wait_for (is_released (fixture, fixture->ticket));
  g_assert_cmpuint (fixture->n_arrived, ==, 2);
  /* The nurse's comes last: by then it is known that nothing of romeo's is told again. */
  deliver_old (fixture, "nurse@example.org", "e", "five");
  wait_for (fixture->n_arrived == 3);
  g_assert_cmpuint (chat_conversation_get_unread (chat), ==, 2);
}

static void
test_draft (Fixture *fixture, gconstpointer data)
{
  chat_conversation_set_draft (open_chat (fixture, fixture->romeo), "Dear Ro");
  chat_conversation_set_draft (open_chat (fixture, fixture->romeo), "Dear Romeo");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 1);
  restart (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 1);
  g_assert_cmpstr (chat_conversation_get_draft (chat_at (fixture, 0)), ==, "Dear Romeo");
  chat_conversation_send (chat_at (fixture, 0), "Dear Romeo, no");
  wait_for (n_in_state (fixture, CHAT_MESSAGE_QUEUED) == 1);
  restart (fixture);
  g_assert_null (chat_conversation_get_draft (chat_at (fixture, 0)));
  chat_conversation_set_draft (open_chat (fixture, fixture->nurse), "x");
  chat_conversation_set_draft (open_chat (fixture, fixture->nurse), "");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 1);
}

static void
test_contact (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autofree char *line = NULL;

  g_object_get (chat, "presence-line", &line, NULL);
  g_assert_cmpstr (line, ==, "Not in your contacts");
  g_assert_cmpstr (chat_conversation_get_name (chat), ==, "romeo@example.org");
  add_contact (fixture, fixture->nurse, "Nurse", XMPP_SUBSCRIPTION_BOTH);
  add_contact (fixture, fixture->romeo, "Romeo", XMPP_SUBSCRIPTION_BOTH);
  g_assert_cmpstr (chat_conversation_get_name (chat), ==, "Romeo");
  g_assert_cmpstr (chat_conversation_get_name (open_chat (fixture, fixture->nurse)), ==, "Nurse");
  g_object_set (chat_conversation_get_contact (chat), "name", "Romeo Montague", NULL);
  g_assert_cmpstr (chat_conversation_get_name (chat), ==, "Romeo Montague");
  deliver (fixture, "romeo@example.org/x", "a", "one");
  wait_for (is_released (fixture, fixture->ticket));
  g_assert_true (fixture->from_contact);
  /* The first that is heard of somebody who is known. */
  add_contact (fixture, fixture->own, "Myself", XMPP_SUBSCRIPTION_BOTH);
  {
    g_autoptr (XmppJid) tybalt = xmpp_jid_new ("tybalt@example.org", NULL);
    add_contact (fixture, tybalt, "Tybalt", XMPP_SUBSCRIPTION_BOTH);
  }
  deliver (fixture, "tybalt@example.org", "b", "boots");
  wait_for (is_released (fixture, fixture->ticket));
  g_assert_true (fixture->from_contact);
  g_assert_cmpstr (chat_conversation_get_name (chat_at (fixture, 0)), ==, "Tybalt");
  g_list_store_remove (fixture->contacts, 1);
  g_assert_null (chat_conversation_get_contact (chat));
  g_assert_cmpstr (chat_conversation_get_name (chat), ==, "romeo@example.org");
}

/* W-37: a half-made edit has its own text; the draft of before, and what it answers, are there again when it ends. */
static void
test_draft_target (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  gint64 message = -1;

  g_assert_cmpint (chat_conversation_get_draft_target (chat, &message), ==, CHAT_DRAFT_NONE);
  chat_conversation_set_draft (chat, "Dear Romeo");
  chat_conversation_set_draft_target (chat, CHAT_DRAFT_REPLY, 7);
  chat_conversation_set_draft_target (chat, CHAT_DRAFT_EDIT, 9);
  g_assert_null (chat_conversation_get_draft (chat));
  chat_conversation_set_draft (chat, "Deny thy father");
  restart (fixture);
  chat = chat_at (fixture, 0);
  g_assert_cmpstr (chat_conversation_get_draft (chat), ==, "Deny thy father");
  g_assert_cmpint (chat_conversation_get_draft_target (chat, &message), ==, CHAT_DRAFT_EDIT);
  g_assert_cmpint (message, ==, 9);
  /* Another one begins with nothing. */
  chat_conversation_set_draft_target (chat, CHAT_DRAFT_EDIT, 10);
  g_assert_null (chat_conversation_get_draft (chat));
  chat_conversation_set_draft_target (chat, CHAT_DRAFT_NONE, 0);
  g_assert_cmpstr (chat_conversation_get_draft (chat), ==, "Dear Romeo");
  g_assert_cmpint (chat_conversation_get_draft_target (chat, &message), ==, CHAT_DRAFT_REPLY);
  g_assert_cmpint (message, ==, 7);
  restart (fixture);
  chat = chat_at (fixture, 0);
  g_assert_cmpint (chat_conversation_get_draft_target (chat, NULL), ==, CHAT_DRAFT_REPLY);
  /* What is sent takes both with it, also on disk. */
  chat_conversation_send (chat, "Dear Romeo, no");
  g_assert_cmpint (chat_conversation_get_draft_target (chat, NULL), ==, CHAT_DRAFT_NONE);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_QUEUED) == 1);
  restart (fixture);
  g_assert_null (chat_conversation_get_draft (chat_at (fixture, 0)));
  g_assert_cmpint (chat_conversation_get_draft_target (chat_at (fixture, 0), NULL), ==, CHAT_DRAFT_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TALK_TEST ("list/order", test_list);
  TALK_TEST ("list/W-14/unread", test_unread);
  TALK_TEST ("list/W-14/unread-shown", test_unread_shown);
  TALK_TEST ("list/W-14/line", test_line);
  TALK_TEST ("list/W-14/read-up-to", test_read_up_to);
  TALK_TEST ("list/W-13/together", test_news_together);
  TALK_TEST ("list/W-13/R-39/read", test_news_read);
  TALK_TEST ("list/draft", test_draft);
  TALK_TEST ("list/W-37/draft-target", test_draft_target);
  TALK_TEST ("list/contact", test_contact);
  return g_test_run ();
}
