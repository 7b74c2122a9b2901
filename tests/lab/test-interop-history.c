/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */

/* What was said while we were away, by others and by another device of ours, on a real server. Run by
 * tests/lab/server KIND -- test-interop-history, once for every kind. */
#include "lab-side.h"

#include "chat-history.h"
#include "chat-search.h"

#include <locale.h>

/* Every text of a conversation in order, NULL while some are still being read. */
static char *
join_texts (Side *side, const char *user)
{
  GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (conversation_with (side, user)));
  g_autoptr (GString) all = g_string_new (NULL);
  gboolean whole = TRUE;

  for (guint i = 0; i < g_list_model_get_n_items (timeline); i++) {
    g_autoptr (ChatMessage) message = g_list_model_get_item (timeline, i);
    if (message != NULL)
      g_string_append_printf (all, "%s\n", chat_message_get_text (message));
    whole = whole && message != NULL;
  }
  return whole ? g_string_free (g_steal_pointer (&all), FALSE) : NULL;
}

static gboolean
is_said (Side *side, const char *user, GString *expected)
{
  g_autofree char *texts = join_texts (side, user);

  return g_strcmp0 (texts, expected->str) == 0;
}

/* From one to the other, and there before the next is said. */
static void
say (Side *from, const char *to, Side *reader, GString *expected, const char *format, int number)
{
  g_autofree char *text = g_strdup_printf ("%s %d", format, number);

  chat_conversation_send (conversation_with (from, to), text);
  g_string_append_printf (expected, "%s\n", text);
  EXPECT (is_said (reader, reader == from ? to : from->user, expected));
}

#define EXPECT_SAID(side, user, expected)                                                  \
  G_STMT_START {                                                                           \
    gint64 until_ = g_get_monotonic_time () + DEADLINE_US / 2;                             \
    while (!is_said (side, user, expected) && g_get_monotonic_time () < until_)            \
      g_main_context_iteration (NULL, FALSE);                                              \
    if (!is_said (side, user, expected)) {                                                 \
      g_autofree char *texts_ = join_texts (side, user);                                   \
      g_assert_cmpstr (texts_, ==, (expected)->str);                                       \
    }                                                                                      \
  } G_STMT_END

static void
test_away (void)
{
  Side desk = { 0 }, phone = { 0 }, romeo = { 0 };
  g_autoptr (GString) expected = g_string_new (NULL);

  sign_in (&desk, "juliet");
  sign_in (&romeo, "romeo");
  say (&romeo, "juliet", &desk, expected, "before", 1);
  say (&desk, "romeo", &romeo, expected, "before", 2);
  close_profile (&desk);

  /* More than a page, while only the phone is there; then nobody. */
  sign_in (&phone, "juliet");
  EXPECT_SAID (&phone, "romeo", expected);
  for (int i = 0; i < 60; i++)
    say (i % 4 == 3 ? &phone : &romeo, i % 4 == 3 ? "romeo" : "juliet", i % 4 == 3 ? &romeo : &phone, expected, "away", i);
  close_profile (&phone);
  for (int i = 0; i < 5; i++)
    say (&romeo, "juliet", &romeo, expected, "alone", i);

  reopen_profile (&desk);
  EXPECT_SAID (&desk, "romeo", expected);
  reopen_profile (&phone);
  EXPECT_SAID (&phone, "romeo", expected);

  /* Both are there now: what one sends and hears, the other sees at once (carbons). */
  say (&phone, "romeo", &romeo, expected, "live", 1);
  EXPECT_SAID (&desk, "romeo", expected);
  say (&desk, "romeo", &romeo, expected, "live", 2);
  EXPECT_SAID (&phone, "romeo", expected);
  say (&romeo, "juliet", &phone, expected, "live", 3);
  EXPECT_SAID (&desk, "romeo", expected);

  /* A new device has all of it; one that comes again has it once. */
  sign_out (&phone);
  sign_in (&phone, "juliet");
  EXPECT_SAID (&phone, "romeo", expected);
  close_profile (&desk);
  reopen_profile (&desk);
  EXPECT (chat_conversation_get_unread (conversation_with (&desk, "romeo")) <= 66);
  EXPECT_SAID (&desk, "romeo", expected);
  sign_out (&romeo);
  sign_out (&phone);
  sign_out (&desk);
}

#define BATCH 80                 /* more than a page of what is fetched for a day */

static void
say_many (Side *from, const char *to, GString *expected, const char *what)
{
  for (int i = 0; i < BATCH; i++) {
    g_autofree char *text = g_strdup_printf ("%s %d", what, i);
    chat_conversation_send (conversation_with (from, to), text);
    g_string_append_printf (expected, "%s\n", text);
  }
}

/* What was said before has other seconds than what is said after: some archives know no less. */
static gint64
let_a_second_pass (void)
{
  gint64 second = g_get_real_time () / G_USEC_PER_SEC + 2;

  while (g_get_real_time () / G_USEC_PER_SEC < second)
    g_main_context_iteration (NULL, FALSE);
  return second * G_USEC_PER_SEC;
}

static gint64
count_rows (Side *side, const char *user)
{
  return g_list_model_get_n_items (G_LIST_MODEL (chat_conversation_get_timeline (conversation_with (side, user))));
}

/* A day of which nothing is here, as a moment (XEP-0313, start): it comes with what was before and after, and the rest is missing
 * until it is fetched. */
static void
test_day (void)
{
  Side juliet = { 0 }, phone = { 0 }, mercutio = { 0 };
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (GAsyncResult) result = NULL, found = NULL;
  g_autoptr (GArray) places = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatMessage) message = NULL;
  ChatConversation *conversation;
  ChatTimeline *timeline;
  gint64 time;

  sign_in (&juliet, "juliet");
  chat_history_set_range (chat_account_get_history (juliet.account), CHAT_HISTORY_NOTHING);
  sign_in (&mercutio, "mercutio");
  say (&mercutio, "juliet", &juliet, expected, "known", 1);
  close_profile (&juliet);
  /* What is said while nobody is there would come as offline messages. */
  sign_in (&phone, "juliet");
  EXPECT_SAID (&phone, "mercutio", expected);
  say_many (&mercutio, "juliet", expected, "earlier");
  EXPECT_SAID (&phone, "mercutio", expected);
  time = let_a_second_pass ();
  say_many (&mercutio, "juliet", expected, "later");
  EXPECT_SAID (&phone, "mercutio", expected);
  sign_out (&phone);

  reopen_profile (&juliet);
  conversation = conversation_with (&juliet, "mercutio");
  timeline = chat_conversation_get_timeline (conversation);
  EXPECT (chat_timeline_get_loaded (timeline) && chat_conversation_get_lacking (conversation));
  chat_conversation_fetch_async (conversation, time - G_USEC_PER_SEC, NULL, keep_result_cb, &result);
  EXPECT (result != NULL);
  chat_conversation_fetch_finish (conversation, result, &error);
  g_assert_no_error (error);
  chat_conversation_find_archived_async (conversation, NULL, time - G_USEC_PER_SEC, NULL, keep_result_cb, &found);
  EXPECT (found != NULL);
  places = chat_conversation_find_archived_finish (conversation, found, NULL);
  g_assert_cmpuint (places->len, ==, 1);
  EXPECT (chat_timeline_find (timeline, g_array_index (places, ChatFoundPlace, 0).id) != G_MAXUINT);
  EXPECT ((message = g_list_model_get_item (G_LIST_MODEL (timeline), chat_timeline_find (timeline, g_array_index (places, ChatFoundPlace, 0).id))) != NULL);
  g_assert_cmpstr (chat_message_get_text (message), ==, "later 0");
  g_assert_cmpint (count_rows (&juliet, "mercutio"), >, 60);
  g_assert_cmpint (count_rows (&juliet, "mercutio"), <, 2 * BATCH + 1);
  g_assert_true (chat_conversation_get_lacking (conversation));

  chat_history_set_range (chat_account_get_history (juliet.account), CHAT_HISTORY_ALL);
  EXPECT_SAID (&juliet, "mercutio", expected);
  sign_out (&mercutio);
  sign_out (&juliet);
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  if (!g_getenv ("LAB_PORT"))
    g_error ("Run this by tests/lab/server KIND -- %s", argv[0]);
  g_test_add_func ("/interop/W-03-away/R-33-R-38", test_away);
  g_test_add_func ("/interop/W-38-day", test_day);
  return g_test_run ();
}
