/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */

/* Two people on a real server: sign-in, roster, subscription, presence, messages each way, restart. Run by
 * tests/lab/server KIND -- test-interop, once for every kind. */
#include "lab-side.h"
#include "xmpp-error.h"

#include <locale.h>

static ChatContact *
contact_of (Side *self, const char *user)
{
  g_autoptr (XmppJid) jid = address_of (user);

  return chat_profile_find_contact (self->profile, self->account, jid);
}

/* The newest message of a conversation, or NULL while it is not loaded. */
static ChatMessage *
newest (ChatConversation *conversation)
{
  GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (conversation));
  guint n = g_list_model_get_n_items (timeline);
  g_autoptr (ChatMessage) message = n > 0 ? g_list_model_get_item (timeline, n - 1) : NULL;

  return message;
}

static gboolean
newest_is (ChatConversation *conversation, const char *text, ChatMessageState state)
{
  ChatMessage *message = newest (conversation);

  return message && g_str_equal (chat_message_get_text (message), text) && chat_message_get_state (message) == state;
}

static ChatRequest *
request_from (Side *self, const char *user)
{
  g_autoptr (XmppJid) jid = address_of (user);
  GListModel *requests = chat_profile_get_requests (self->profile);

  for (guint i = 0; i < g_list_model_get_n_items (requests); i++) {
    g_autoptr (ChatRequest) request = g_list_model_get_item (requests, i);

    if (xmpp_jid_equal_bare (chat_request_get_jid (request), jid))
      return request;
  }
  return NULL;
}

static gboolean
stands_at (Side *self, const char *user, XmppSubscription subscription)
{
  ChatContact *contact = contact_of (self, user);

  return contact && chat_contact_get_subscription (contact) == subscription;
}

static void
test_roster_and_presence (void)
{
  Side juliet = { 0 }, romeo = { 0 };

  sign_in (&juliet, "juliet");
  EXPECT (stands_at (&juliet, "romeo", XMPP_SUBSCRIPTION_BOTH));
  g_assert_cmpstr (chat_contact_get_name (contact_of (&juliet, "romeo")), ==, "Romeo Montague");
  g_assert_true (g_strv_contains (chat_contact_get_groups (contact_of (&juliet, "romeo")), "Friends"));
  EXPECT (stands_at (&juliet, "capulet", XMPP_SUBSCRIPTION_NONE));

  sign_in (&romeo, "romeo");
  EXPECT (chat_contact_get_availability (contact_of (&juliet, "romeo")) == XMPP_AVAILABILITY_AVAILABLE);
  chat_profile_set_presence (romeo.profile, XMPP_AVAILABILITY_DO_NOT_DISTURB, "in the orchard", 5);
  EXPECT (chat_contact_get_availability (contact_of (&juliet, "romeo")) == XMPP_AVAILABILITY_DO_NOT_DISTURB);
  EXPECT (g_strcmp0 (chat_contact_get_status_text (contact_of (&juliet, "romeo")), "in the orchard") == 0);

  chat_profile_set_presence (romeo.profile, XMPP_AVAILABILITY_OFFLINE, NULL, 0);
  EXPECT (chat_contact_get_availability (contact_of (&juliet, "romeo")) == XMPP_AVAILABILITY_OFFLINE);
  EXPECT (chat_account_get_state (romeo.account) == CHAT_ACCOUNT_OFFLINE);
  chat_profile_set_presence (romeo.profile, XMPP_AVAILABILITY_AWAY, "back soon", 0);
  EXPECT (chat_contact_get_availability (contact_of (&juliet, "romeo")) == XMPP_AVAILABILITY_AWAY);

  sign_out (&romeo);
  EXPECT (chat_contact_get_availability (contact_of (&juliet, "romeo")) == XMPP_AVAILABILITY_OFFLINE);
  sign_out (&juliet);
}

static void
test_messages (void)
{
  Side juliet = { 0 }, romeo = { 0 };
  ChatConversation *hers, *his;

  sign_in (&juliet, "juliet");
  sign_in (&romeo, "romeo");
  hers = conversation_with (&juliet, "romeo");
  his = conversation_with (&romeo, "juliet");

  chat_conversation_send (hers, "Art thou not Romeo, and a Montague?");
  EXPECT (newest_is (his, "Art thou not Romeo, and a Montague?", CHAT_MESSAGE_RECEIVED));
  EXPECT (newest_is (hers, "Art thou not Romeo, and a Montague?", CHAT_MESSAGE_SENT));
  chat_conversation_send (his, "Neither, fair maid <&> 🙂 \u202e if either thee dislike.");
  EXPECT (newest_is (hers, "Neither, fair maid <&> 🙂 \u202e if either thee dislike.", CHAT_MESSAGE_RECEIVED));
  g_assert_cmpuint (chat_conversation_get_unread (hers), ==, 1);

  /* Written while offline: waits, and goes out once, in order. */
  chat_profile_set_presence (romeo.profile, XMPP_AVAILABILITY_OFFLINE, NULL, 0);
  EXPECT (chat_account_get_state (romeo.account) == CHAT_ACCOUNT_OFFLINE);
  for (int i = 1; i <= 5; i++) {
    g_autofree char *text = g_strdup_printf ("waiting %d", i);

    chat_conversation_send (his, text);
  }
  EXPECT (newest_is (his, "waiting 5", CHAT_MESSAGE_QUEUED));
  close_profile (&romeo);
  open_profile (&romeo);
  {
    g_autoptr (XmppJid) jid = address_of ("romeo");
    romeo.account = chat_profile_find_account (romeo.profile, jid);
  }
  g_assert_nonnull (romeo.account);
  his = conversation_with (&romeo, "juliet");
  EXPECT (newest_is (his, "waiting 5", CHAT_MESSAGE_QUEUED));
  {
    g_autoptr (XmppSecret) password = xmpp_secret_new (g_getenv ("LAB_PASSWORD_romeo"), -1);

    chat_profile_set_presence (romeo.profile, XMPP_AVAILABILITY_AVAILABLE, NULL, 0);
    chat_account_set_password (romeo.account, password, FALSE);
  }
  EXPECT (newest_is (hers, "waiting 5", CHAT_MESSAGE_RECEIVED));
  EXPECT (newest_is (his, "waiting 5", CHAT_MESSAGE_SENT));
  for (guint i = 1; i <= 5; i++) {
    GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (hers));
    g_autoptr (ChatMessage) message = g_list_model_get_item (timeline, g_list_model_get_n_items (timeline) - 6 + i);
    g_autofree char *text = g_strdup_printf ("waiting %u", i);

    g_assert_cmpstr (chat_message_get_text (message), ==, text);
  }
  sign_out (&romeo);
  sign_out (&juliet);
}

static void
test_subscription (void)
{
  Side juliet = { 0 }, tybalt = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) her = address_of ("juliet");
  const char *groups[] = { "Family", NULL };

  sign_in (&juliet, "juliet");
  sign_in (&tybalt, "tybalt");
  chat_profile_add_contact_async (tybalt.profile, tybalt.account, her, "Cousin Juliet", groups, "It is I, Tybalt", NULL,
                                  keep_result_cb, &result);
  EXPECT (result != NULL);
  chat_profile_add_contact_finish (tybalt.profile, result, &error);
  g_assert_no_error (error);
  EXPECT (contact_of (&tybalt, "juliet") && chat_contact_get_ask (contact_of (&tybalt, "juliet")));
  g_assert_cmpstr (chat_contact_get_name (contact_of (&tybalt, "juliet")), ==, "Cousin Juliet");

  EXPECT (request_from (&juliet, "tybalt") != NULL);
  chat_request_accept (request_from (&juliet, "tybalt"), TRUE);
  EXPECT (request_from (&juliet, "tybalt") == NULL);
  EXPECT (request_from (&tybalt, "juliet") != NULL || stands_at (&tybalt, "juliet", XMPP_SUBSCRIPTION_BOTH));
  if (request_from (&tybalt, "juliet"))
    chat_request_accept (request_from (&tybalt, "juliet"), FALSE);
  EXPECT (stands_at (&tybalt, "juliet", XMPP_SUBSCRIPTION_BOTH));
  EXPECT (stands_at (&juliet, "tybalt", XMPP_SUBSCRIPTION_BOTH));
  EXPECT (chat_contact_get_availability (contact_of (&juliet, "tybalt")) == XMPP_AVAILABILITY_AVAILABLE);

  g_clear_object (&result);
  chat_contact_rename_async (contact_of (&juliet, "tybalt"), "The Prince of Cats", NULL, keep_result_cb, &result);
  EXPECT (result != NULL);
  chat_contact_change_finish (contact_of (&juliet, "tybalt"), result, &error);
  g_assert_no_error (error);
  EXPECT (g_strcmp0 (chat_contact_get_name (contact_of (&juliet, "tybalt")), "The Prince of Cats") == 0);

  chat_contact_do_action (contact_of (&juliet, "tybalt"), CHAT_SUBSCRIPTION_STOP_SHOWING);
  EXPECT (stands_at (&juliet, "tybalt", XMPP_SUBSCRIPTION_TO));
  EXPECT (stands_at (&tybalt, "juliet", XMPP_SUBSCRIPTION_FROM));

  g_clear_object (&result);
  {
    ChatContact *leaving = g_object_ref (contact_of (&tybalt, "juliet"));

    chat_contact_remove_async (leaving, NULL, keep_result_cb, &result);
    EXPECT (result != NULL);
    chat_contact_change_finish (leaving, result, &error);
    g_object_unref (leaving);
  }
  g_assert_no_error (error);
  EXPECT (contact_of (&tybalt, "juliet") == NULL);
  EXPECT (stands_at (&juliet, "tybalt", XMPP_SUBSCRIPTION_NONE));
  sign_out (&tybalt);
  sign_out (&juliet);
}

static void
test_wrong_password (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("stonechat-interop-XXXXXX", &error);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (XmppJid) jid = address_of ("romeo");
  g_autoptr (XmppSecret) password = xmpp_secret_new ("not the password", -1);
  Side romeo = { .folder = folder };
  ChatSignInOptions options = { .host = g_getenv ("LAB_HOST"), .port = atoi (g_getenv ("LAB_PORT")) };
  const char *sha256 = NULL;

  open_profile (&romeo);
  chat_profile_sign_in_async (romeo.profile, jid, password, &options, NULL, keep_result_cb, &result);
  EXPECT (result != NULL);
  g_assert_null (chat_profile_sign_in_finish (romeo.profile, result, &error));
  g_clear_error (&error);
  chat_profile_get_refused_certificate (romeo.profile, &sha256);
  options.pin_sha256 = sha256;
  g_clear_object (&result);
  chat_profile_sign_in_async (romeo.profile, jid, password, &options, NULL, keep_result_cb, &result);
  EXPECT (result != NULL);
  g_assert_null (chat_profile_sign_in_finish (romeo.profile, result, &error));
  g_assert_error (error, XMPP_SASL_ERROR, XMPP_SASL_ERROR_NOT_AUTHORIZED);
  g_assert_cmpuint (g_list_model_get_n_items (chat_profile_get_accounts (romeo.profile)), ==, 0);
  g_clear_object (&result);
  close_profile (&romeo);
  {
    g_autofree char *command = g_strdup_printf ("rm -rf '%s'", folder);

    g_assert_cmpint (system (command), ==, 0);
  }
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (chat_blocks_change_finish (CHAT_BLOCKS (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static gboolean
is_listed (Side *self, ChatConversation *conversation)
{
  GListModel *all = chat_profile_get_conversations (self->profile);

  for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
    g_autoptr (ChatConversation) one = g_list_model_get_item (all, i);

    if (one == conversation)
      return TRUE;
  }
  return FALSE;
}

/* Whoever is blocked gets nothing through, sees nothing, and vanishes on all devices; unblocked, all is as before. */
static void
test_blocking (void)
{
  Side juliet = { 0 }, phone = { 0 }, romeo = { 0 };
  g_autoptr (XmppJid) his_address = address_of ("romeo");
  ChatConversation *hers, *his, *on_phone;
  ChatBlocks *blocks;
  gboolean done = FALSE;

  sign_in (&juliet, "juliet");
  sign_in (&phone, "juliet");
  sign_in (&romeo, "romeo");
  hers = conversation_with (&juliet, "romeo");
  on_phone = conversation_with (&phone, "romeo");
  his = conversation_with (&romeo, "juliet");
  blocks = chat_profile_get_blocks (juliet.profile);
  chat_conversation_send (his, "before the quarrel");
  EXPECT (newest_is (hers, "before the quarrel", CHAT_MESSAGE_RECEIVED) && newest_is (on_phone, "before the quarrel", CHAT_MESSAGE_RECEIVED));
  EXPECT (chat_contact_get_availability (contact_of (&romeo, "juliet")) == XMPP_AVAILABILITY_AVAILABLE);
  EXPECT (chat_blocks_get_available (blocks, juliet.account) && chat_blocks_get_available (chat_profile_get_blocks (phone.profile), phone.account));

  chat_blocks_block_async (blocks, juliet.account, his_address, NULL, NULL, changed_cb, &done);
  EXPECT (done && chat_conversation_get_blocked (hers) && !is_listed (&juliet, hers));
  EXPECT (chat_conversation_get_blocked (on_phone) && !is_listed (&phone, on_phone));
  g_assert_true (chat_contact_get_blocked (contact_of (&juliet, "romeo")));
  /* ejabberd 23.01 doesn't tell him that she is gone, as XEP-0191 §3.3 demands. */
  EXPECT (g_str_equal (g_getenv ("LAB_KIND"), "ejabberd") ||
          chat_contact_get_availability (contact_of (&romeo, "juliet")) == XMPP_AVAILABILITY_OFFLINE);
  chat_conversation_send (his, "do you hear me?");
  /* Prosody 0.12 says that it can't be delivered; the others take it and drop it. */
  EXPECT (newest_is (his, "do you hear me?", CHAT_MESSAGE_FAILED) || newest_is (his, "do you hear me?", CHAT_MESSAGE_SENT));

  done = FALSE;
  chat_blocks_unblock_async (blocks, juliet.account, his_address, NULL, changed_cb, &done);
  EXPECT (done && is_listed (&juliet, hers) && is_listed (&phone, on_phone));
  EXPECT (chat_contact_get_availability (contact_of (&romeo, "juliet")) == XMPP_AVAILABILITY_AVAILABLE);
  chat_conversation_send (his, "after the quarrel");
  EXPECT (newest_is (hers, "after the quarrel", CHAT_MESSAGE_RECEIVED) && newest_is (on_phone, "after the quarrel", CHAT_MESSAGE_RECEIVED));
  {
    GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (hers));
    g_autoptr (ChatMessage) before = g_list_model_get_item (timeline, g_list_model_get_n_items (timeline) - 2);

    g_assert_cmpstr (chat_message_get_text (before), ==, "before the quarrel");
  }
  sign_out (&romeo);
  sign_out (&phone);
  sign_out (&juliet);
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  if (!g_getenv ("LAB_PORT"))
    g_error ("Run this by tests/lab/server KIND -- %s", argv[0]);
  g_test_add_func ("/interop/wrong-password", test_wrong_password);
  g_test_add_func ("/interop/roster-and-presence", test_roster_and_presence);
  g_test_add_func ("/interop/messages/R-25", test_messages);
  g_test_add_func ("/interop/subscription", test_subscription);
  g_test_add_func ("/interop/W-21-blocking", test_blocking);
  return g_test_run ();
}
