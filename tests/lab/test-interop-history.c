/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */

/* What was said while we were away, by others and by another device of ours, on a real server. Run by
 * tests/lab/server KIND -- test-interop-history, once for every kind. */
#include "lab-side.h"

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

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  if (!g_getenv ("LAB_PORT"))
    g_error ("Run this by tests/lab/server KIND -- %s", argv[0]);
  g_test_add_func ("/interop/W-03-away/R-33-R-38", test_away);
  return g_test_run ();
}
