/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */

/* Edits, retractions, reactions and answers between two people on a real server: live, as copies on a second device of the
 * sender, and from the archive on a device that is new. Run by tests/lab/server KIND -- test-interop-changes. */
#include "lab-side.h"

#include <locale.h>
#include <string.h>

static ChatMessage *
message_at (ChatConversation *chat, guint from_end)
{
  GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (chat));
  guint n = g_list_model_get_n_items (timeline);
  g_autoptr (ChatMessage) message = n > from_end ? g_list_model_get_item (timeline, n - 1 - from_end) : NULL;

  return message;
}

static ChatMessage *
find_text (ChatConversation *chat, const char *text)
{
  for (guint i = 0; i < 4; i++) {
    ChatMessage *message = message_at (chat, i);

    if (message && g_str_equal (chat_message_get_text (message), text))
      return message;
  }
  return NULL;
}

/* As all sides see it at the end. */
static gboolean
is_complete (ChatConversation *chat, const char *stamp)
{
  g_autofree char *edited = g_strconcat ("first ", stamp, NULL), *answer = g_strconcat ("yes ", stamp, NULL);
  ChatMessage *one = find_text (chat, edited), *two = find_text (chat, answer);

  return one && chat_message_get_edited (one) && chat_message_get_reactions (one)
         && strstr (chat_message_get_reactions (one), "👍") && two
         && chat_message_get_reply_id (two) == chat_message_get_id (one)
         && g_strcmp0 (chat_message_get_reply_text (two), edited) == 0
         && message_at (chat, 0) && chat_message_get_retracted (message_at (chat, 0));
}

static void
test_changes (void)
{
  Side juliet = { 0 }, romeo = { 0 }, phone = { 0 }, new_device = { 0 };
  g_autofree char *stamp = g_strdup_printf ("%08x", g_random_int ());
  g_autofree char *wrong = g_strconcat ("frist ", stamp, NULL), *right = g_strconcat ("first ", stamp, NULL);
  g_autofree char *answer = g_strconcat ("yes ", stamp, NULL), *regret = g_strconcat ("oh no ", stamp, NULL);
  ChatConversation *hers, *his, *on_phone;

  sign_in (&juliet, "juliet");
  sign_in (&phone, "juliet");
  sign_in (&romeo, "romeo");
  hers = conversation_with (&juliet, "romeo");
  on_phone = conversation_with (&phone, "romeo");
  his = conversation_with (&romeo, "juliet");

  chat_conversation_send (hers, wrong);
  EXPECT (find_text (his, wrong) != NULL);
  EXPECT (find_text (hers, wrong) && chat_message_get_state (find_text (hers, wrong)) >= CHAT_MESSAGE_SENT);
  chat_conversation_edit (hers, find_text (hers, wrong), right);
  EXPECT (find_text (his, right) && chat_message_get_edited (find_text (his, right)));
  chat_conversation_react (his, find_text (his, right), "👍", TRUE);
  EXPECT (find_text (hers, right) && g_strcmp0 (chat_message_get_reactions (find_text (hers, right)), "peer\t👍") == 0);
  /* To what was corrected (W-37). */
  chat_conversation_send_reply (his, answer, find_text (his, right));
  EXPECT (find_text (hers, answer) && chat_message_get_reply_id (find_text (hers, answer)) != 0);
  g_assert_cmpstr (chat_message_get_reply_text (find_text (hers, answer)), ==, right);
  chat_conversation_send (his, regret);
  EXPECT (find_text (hers, regret) != NULL);
  EXPECT (find_text (his, regret) && chat_message_get_state (find_text (his, regret)) >= CHAT_MESSAGE_SENT);
  chat_conversation_retract (his, find_text (his, regret));

  EXPECT (is_complete (hers, stamp));
  EXPECT (is_complete (his, stamp));
  EXPECT (is_complete (on_phone, stamp));
  /* Out of the archive alone. */
  sign_in (&new_device, "juliet");
  EXPECT (is_complete (conversation_with (&new_device, "romeo"), stamp));
  sign_out (&new_device);
  sign_out (&phone);
  sign_out (&romeo);
  sign_out (&juliet);
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  if (!g_getenv ("LAB_PORT"))
    g_error ("Run this by tests/lab/server KIND -- %s", argv[0]);
  g_test_add_func ("/interop/changes/W-37", test_changes);
  return g_test_run ();
}
