/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-credentials.h"
#include "mock-secret-service.h"
#include "profile-test.h"

#include <string.h>

/* The keyring when it is as it should be, and when it is not; a second is a millisecond here. */

#define ADDRESS "user@a.test"
#define PASSWORD "s3cret-pencil"
#define ROSTER "C: <iq type='get'><query xmlns='jabber:iq:roster'/></iq>\nC: <presence/>\n"
#define NEVER_MS (24 * 3600 * 1000)

static MockSecrets *secrets;

/* -- calls ----------------------------------------------------------------------------------------------------------- */

static XmppSecret *
look_up (ChatCredentials *credentials, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_credentials_lookup_async (credentials, ADDRESS, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  return chat_credentials_lookup_finish (credentials, result, error);
}

static void
check_lookup (ChatCredentials *credentials, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppSecret) found = look_up (credentials, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (found ? xmpp_secret_get_text (found) : NULL, ==, wanted);
}

static gboolean
store (ChatCredentials *credentials, const char *text, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (XmppSecret) password = xmpp_secret_new (text, -1);

  chat_credentials_store_async (credentials, ADDRESS, password, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  return chat_credentials_finish (credentials, result, error);
}

static void
clear (ChatCredentials *credentials)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_credentials_clear_async (credentials, ADDRESS, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_true (chat_credentials_finish (credentials, result, &error));
  g_assert_no_error (error);
}

static void
finish (ChatCredentials *credentials)
{
  wait_for (g_atomic_int_get (&G_OBJECT (credentials)->ref_count) == 1);
  g_assert_finalize_object (credentials);
}

/* Two profiles with the same account have a password each. */
static void
test_profiles (void)
{
  ChatCredentials *one = chat_credentials_new ("one", NEVER_MS), *two = chat_credentials_new ("two", NEVER_MS);

  mock_secrets_reset (secrets, MOCK_SECRETS_GOOD);
  check_lookup (one, NULL);
  g_assert_true (store (one, "first", NULL));
  check_lookup (two, NULL);
  g_assert_true (store (two, "second", NULL));
  g_assert_true (store (one, "third", NULL));
  check_lookup (one, "third");
  check_lookup (two, "second");
  g_assert_cmpuint (mock_secrets_count (secrets), ==, 2);
  g_assert_cmpstr (mock_secrets_get_attribute (secrets, 0, "account"), ==, ADDRESS);
  g_assert_cmpstr (mock_secrets_get_attribute (secrets, 0, "profile"), ==, "one");
  clear (one);
  check_lookup (one, NULL);
  check_lookup (two, "second");
  finish (one);
  finish (two);
}

/* An item of the first version belongs to the profile that asks first. */
static void
test_shared_item (void)
{
  ChatCredentials *one = chat_credentials_new ("one", NEVER_MS), *two = chat_credentials_new ("two", NEVER_MS);

  mock_secrets_reset (secrets, MOCK_SECRETS_GOOD);
  mock_secrets_add (secrets, ADDRESS, NULL, "old");
  check_lookup (one, "old");
  wait_for (g_strcmp0 (mock_secrets_find (secrets, "profile", "one"), "old") == 0 && mock_secrets_count (secrets) == 1);
  check_lookup (one, "old");
  check_lookup (two, NULL);
  mock_secrets_add (secrets, ADDRESS, NULL, "old");
  clear (one);
  g_assert_cmpuint (mock_secrets_count (secrets), ==, 0);
  finish (one);
  finish (two);
}

static void
check_bad (MockSecretsMode mode, gboolean lookup_fails, ChatError code, ChatError store_code)
{
  ChatCredentials *credentials = chat_credentials_new ("one", mode == MOCK_SECRETS_SILENT ? 25 : NEVER_MS);
  g_autoptr (GError) error = NULL;
  XmppSecret *found;

  mock_secrets_reset (secrets, mode);
  mock_secrets_add (secrets, ADDRESS, "one", PASSWORD);
  found = look_up (credentials, &error);
  g_assert_null (found);
  if (lookup_fails)
    g_assert_error (error, CHAT_ERROR, (int) code);
  else
    g_assert_no_error (error);
  g_clear_error (&error);
  g_assert_false (store (credentials, PASSWORD, &error));
  g_assert_error (error, CHAT_ERROR, (int) store_code);
  mock_secrets_set_mode (secrets, MOCK_SECRETS_GOOD);      /* what was kept waiting is answered, and nobody minds */
  finish (credentials);
}

static void
test_bad (void)
{
  check_bad (MOCK_SECRETS_ABSENT, TRUE, CHAT_ERROR_SECRET_UNAVAILABLE, CHAT_ERROR_SECRET_UNAVAILABLE);
  check_bad (MOCK_SECRETS_DENIED, TRUE, CHAT_ERROR_SECRET_UNAVAILABLE, CHAT_ERROR_SECRET_UNAVAILABLE);
  check_bad (MOCK_SECRETS_SILENT, TRUE, CHAT_ERROR_SECRET_UNAVAILABLE, CHAT_ERROR_SECRET_UNAVAILABLE);
}

/* The question for the keyring's own password is dismissed. */
static void
test_locked (void)
{
  check_bad (MOCK_SECRETS_LOCKED, FALSE, 0, CHAT_ERROR_SECRET_DENIED);
}

static void
test_cancelled (void)
{
  ChatCredentials *credentials = chat_credentials_new ("one", NEVER_MS);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mock_secrets_reset (secrets, MOCK_SECRETS_SILENT);
  chat_credentials_lookup_async (credentials, ADDRESS, cancellable, keep_result_cb, &result);
  g_cancellable_cancel (cancellable);
  wait_for (result != NULL);
  g_assert_null (chat_credentials_lookup_finish (credentials, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);
  finish (credentials);
}

/* -- an account ------------------------------------------------------------------------------------------------------ */

typedef struct {
  char *folder;
  TestAuthority *authority;
  ScriptedServer *server;
  ChatProfile *profile;
  ChatAccount *account;
  guint n_notices;
  char *notice;
} Fixture;

static void
notice_cb (ChatAccount *account, const char *text, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->n_notices++;
  g_free (fixture->notice);
  fixture->notice = g_strdup (text);
}

static char *
get_profile_id (Fixture *fixture)
{
  return query_text (fixture->folder, "SELECT value FROM setting WHERE key = 'profile' AND account IS NULL");
}

static void
write_message (const char *folder)
{
  ChatStore *chats = store_open (folder, NULL);
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (ChatAddedMessage) added = store_add (chats, 1, incoming ("romeo@a.test", "id1", "But soft"), &error);

  g_assert_no_error (error);
  store_close (chats);
}

static void
start (Fixture *fixture, guint second_ms)
{
  ChatProfileConfig config = {
    .data_dir = fixture->folder, .cache_dir = fixture->folder, .second_ms = second_ms,
    .tls_database = test_authority_get_database (fixture->authority),
  };

  fixture->profile = profile_open (&config);
  fixture->account = g_list_model_get_item (chat_profile_get_accounts (fixture->profile), 0);
  g_signal_connect (fixture->account, "notice", G_CALLBACK (notice_cb), fixture);
}

static void
stop (Fixture *fixture)
{
  profile_close (g_steal_pointer (&fixture->profile));
  wait_for (g_atomic_int_get (&G_OBJECT (fixture->account)->ref_count) == 1);
  g_assert_finalize_object (g_steal_pointer (&fixture->account));
}

/* script NULL: nobody is there. */
static void
begin (Fixture *fixture, const char *script)
{
  *fixture = (Fixture) { 0 };
  fixture->folder = folder_new ();
  fixture->authority = test_authority_new ();
  if (script)
    fixture->server = profile_server (fixture->authority, script, "dns:a.test");
  profile_write_account (fixture->folder, script ? scripted_server_get_port (fixture->server) : profile_closed_port ());
  write_message (fixture->folder);
}

static void
end (Fixture *fixture)
{
  stop (fixture);
  profile_check_absent (fixture->folder, PASSWORD);
  if (fixture->server)
    scripted_server_finish (fixture->server);
  g_clear_object (&fixture->server);
  test_authority_free (fixture->authority);
  folder_remove (fixture->folder);
  g_free (fixture->notice);
}

static void
give_password (Fixture *fixture, const char *text, gboolean remember)
{
  g_autoptr (XmppSecret) password = xmpp_secret_new (text, -1);

  chat_account_set_password (fixture->account, password, remember);
}

static void
wait_need (Fixture *fixture, ChatAccountNeed need)
{
  wait_for (chat_account_get_need (fixture->account) == need);
  g_assert_cmpint (chat_account_get_state (fixture->account), ==, CHAT_ACCOUNT_ATTENTION);
}

static void
wait_online (Fixture *fixture)
{
  wait_for (!scripted_server_get_failure (fixture->server) && chat_account_get_state (fixture->account) == CHAT_ACCOUNT_ONLINE);
}

/* Whatever the keyring does, the chats are there, the account asks, and signing in works. */
static void
check_account (MockSecretsMode mode)
{
  Fixture fixture;

  begin (&fixture, "login " PASSWORD "\nbye\n");
  mock_secrets_reset (secrets, mode);
  start (&fixture, mode == MOCK_SECRETS_SILENT ? 4 : 1000);
  g_assert_true (chat_profile_get_loaded (fixture.profile));
  g_assert_cmpuint (g_list_model_get_n_items (chat_profile_get_conversations (fixture.profile)), ==, 1);
  wait_need (&fixture, CHAT_ACCOUNT_NEEDS_PASSWORD);
  g_assert_cmpuint (fixture.n_notices, ==, 0);
  give_password (&fixture, PASSWORD, TRUE);
  wait_online (&fixture);
  wait_for (fixture.n_notices == 1);
  g_assert_cmpstr (fixture.notice, ==, "Your password couldn’t be saved. You’ll be asked for it next time.");
  mock_secrets_set_mode (secrets, MOCK_SECRETS_GOOD);
  end (&fixture);
}

static void
test_account_asks (void)
{
  check_account (MOCK_SECRETS_ABSENT);
  check_account (MOCK_SECRETS_LOCKED);
  check_account (MOCK_SECRETS_DENIED);
  check_account (MOCK_SECRETS_SILENT);
}

/* While the keyring says nothing the chats can be read and the password can be typed. */
static void
test_silent (void)
{
  Fixture fixture;

  begin (&fixture, "login " PASSWORD "\nbye\n");
  mock_secrets_reset (secrets, MOCK_SECRETS_SILENT);
  start (&fixture, NEVER_MS / 1000);
  wait_for (chat_account_get_state (fixture.account) == CHAT_ACCOUNT_CONNECTING);
  g_assert_cmpuint (g_list_model_get_n_items (chat_profile_get_conversations (fixture.profile)), ==, 1);
  give_password (&fixture, PASSWORD, FALSE);
  wait_online (&fixture);
  mock_secrets_set_mode (secrets, MOCK_SECRETS_GOOD);
  end (&fixture);
}

/* Switched off and on, removed and closed while the keyring says nothing: nobody waits for it. */
static void
test_silent_leaving (void)
{
  Fixture fixture;
  g_autoptr (GAsyncResult) result = NULL;

  begin (&fixture, NULL);
  mock_secrets_reset (secrets, MOCK_SECRETS_SILENT);
  start (&fixture, NEVER_MS / 1000);
  wait_for (chat_account_get_state (fixture.account) == CHAT_ACCOUNT_CONNECTING);
  chat_account_set_enabled (fixture.account, FALSE);
  wait_for (chat_account_get_state (fixture.account) == CHAT_ACCOUNT_OFFLINE);
  chat_account_set_enabled (fixture.account, TRUE);
  wait_for (chat_account_get_state (fixture.account) == CHAT_ACCOUNT_CONNECTING);
  stop (&fixture);
  start (&fixture, 4);
  wait_for (chat_account_get_state (fixture.account) == CHAT_ACCOUNT_CONNECTING);
  chat_profile_remove_account_async (fixture.profile, fixture.account, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_true (chat_profile_remove_account_finish (fixture.profile, result, NULL));
  g_clear_object (&result);
  g_assert_cmpuint (fixture.n_notices, ==, 1);
  end (&fixture);
  mock_secrets_set_mode (secrets, MOCK_SECRETS_GOOD);
}

/* Stored once the server has proved that it is right; found at the next start; never in a file of ours. */
static void
test_remembered (void)
{
  Fixture fixture;
  g_autofree char *id = NULL;

  begin (&fixture, "starttls\nmechanisms SCRAM-SHA-1\nscram SHA-1 " PASSWORD " final=refused\ngone\naccept\nlogin " PASSWORD "\nbye\n"
                   "accept\nlogin " PASSWORD "\nbye\n");
  mock_secrets_reset (secrets, MOCK_SECRETS_GOOD);
  start (&fixture, 1000);
  wait_need (&fixture, CHAT_ACCOUNT_NEEDS_PASSWORD);
  give_password (&fixture, "wrong", TRUE);
  wait_for (chat_account_get_need (fixture.account) == CHAT_ACCOUNT_NEEDS_NOTHING);
  wait_need (&fixture, CHAT_ACCOUNT_NEEDS_PASSWORD);
  g_assert_cmpuint (mock_secrets_count (secrets), ==, 0);
  give_password (&fixture, PASSWORD, TRUE);
  wait_online (&fixture);
  wait_for (mock_secrets_count (secrets) == 1);
  wait_for ((id = get_profile_id (&fixture)) != NULL);
  g_assert_cmpuint (strlen (id), ==, 22);
  g_assert_cmpstr (mock_secrets_find (secrets, "profile", id), ==, PASSWORD);
  stop (&fixture);
  start (&fixture, 1000);
  wait_online (&fixture);
  g_assert_cmpuint (fixture.n_notices, ==, 0);
  end (&fixture);
}

/* "Remember" counts at once, either way. */
static void
test_not_remembered (void)
{
  Fixture fixture;

  begin (&fixture, "login " PASSWORD "\nbye\n");
  mock_secrets_reset (secrets, MOCK_SECRETS_GOOD);
  start (&fixture, 1000);
  wait_need (&fixture, CHAT_ACCOUNT_NEEDS_PASSWORD);
  give_password (&fixture, PASSWORD, TRUE);
  wait_online (&fixture);
  wait_for (mock_secrets_count (secrets) == 1);
  g_object_set (fixture.account, "remember-password", FALSE, NULL);
  wait_for (mock_secrets_count (secrets) == 0);
  g_object_set (fixture.account, "remember-password", TRUE, NULL);
  wait_for (mock_secrets_count (secrets) == 1);
  g_object_set (fixture.account, "remember-password", FALSE, NULL);
  wait_for (mock_secrets_count (secrets) == 0);
  stop (&fixture);
  start (&fixture, 1000);
  wait_need (&fixture, CHAT_ACCOUNT_NEEDS_PASSWORD);
  end (&fixture);
}

static void
count_cb (ChatProfile *profile, GError *error, guint *n)
{
  ++*n;
}

/* The database's log is emptied a moment after the removal. */
static void
check_removed (Fixture *fixture)
{
  static const char *const gone[] = { "gone-draft", "gone-contact", "gone-received", "gone-sent", "gone-late", "But soft", "user@a.test" };

  for (guint i = 0; i < G_N_ELEMENTS (gone); i++)
    wait_for (!profile_has_text (fixture->folder, gone[i]));
  profile_check_present (fixture->folder, "kept-text");
}

static void
write_other_account (const char *folder)
{
  ChatStore *chats = store_open (folder, NULL);
  gint64 id = store_account (chats, "other@b.test");
  g_autoptr (ChatAddedMessage) added = store_add (chats, id, incoming ("romeo@b.test", "id1", "kept-text"), NULL);

  g_assert_nonnull (added);
  store_close (chats);
}

/* Removed while it is online, has something unacknowledged, and another message comes before the server's goodbye: of all that
 * nothing stays in a file, neither beside nor in the database, and the keyring's item goes. */
static void
test_removed (void)
{
  Fixture fixture;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (XmppJid) romeo = xmpp_jid_new ("romeo@a.test", NULL);
  ChatConversation *chat;
  guint n_failed = 0;

  begin (&fixture, "login " PASSWORD "\nC: <iq type='get' id='$r'><query xmlns='jabber:iq:roster'/></iq>\n"
    "S: <iq type='result' id='$r'><query xmlns='jabber:iq:roster'><item jid='romeo@a.test' name='gone-contact' subscription='both'/></query></iq>"
    "<message from='romeo@a.test/x' type='chat' id='m1'><body>gone-received</body></message>\n"
    "bye <message from='romeo@a.test/x' type='chat' id='m2'><body>gone-late</body></message>\n");
  write_other_account (fixture.folder);
  mock_secrets_reset (secrets, MOCK_SECRETS_GOOD);
  start (&fixture, 1000);
  g_signal_connect (fixture.profile, "store-failed", G_CALLBACK (count_cb), &n_failed);
  wait_need (&fixture, CHAT_ACCOUNT_NEEDS_PASSWORD);
  give_password (&fixture, PASSWORD, TRUE);
  wait_online (&fixture);
  chat = chat_profile_open_conversation (fixture.profile, fixture.account, romeo);
  chat_conversation_send (chat, "gone-sent");
  chat_conversation_set_draft (chat, "gone-draft");
  wait_for (query (fixture.folder, "SELECT count(*) FROM message WHERE text LIKE 'gone-%'") == 2);
  wait_for (query (fixture.folder, "SELECT count(*) FROM stream_state WHERE state LIKE '%gone-sent%'") == 1);
  wait_for (mock_secrets_count (secrets) == 1);
  profile_check_present (fixture.folder, "gone-contact");
  chat_profile_remove_account_async (fixture.profile, fixture.account, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_true (chat_profile_remove_account_finish (fixture.profile, result, NULL));
  g_clear_object (&result);
  g_assert_cmpuint (mock_secrets_count (secrets), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (chat_profile_get_accounts (fixture.profile)), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (chat_profile_get_conversations (fixture.profile)), ==, 1);
  scripted_server_finish (fixture.server);
  wait_for (query (fixture.folder, "SELECT count(*) FROM account") == 1);
  check_removed (&fixture);
  stop (&fixture);
  check_removed (&fixture);
  start (&fixture, 1000);
  g_assert_cmpuint (g_list_model_get_n_items (chat_profile_get_conversations (fixture.profile)), ==, 1);
  g_assert_cmpuint (n_failed, ==, 0);
  end (&fixture);
}

/* The account goes even if the keyring doesn't let go of the password, which is told. */
static void
test_removed_without_keyring (void)
{
  Fixture fixture;
  g_autoptr (GAsyncResult) result = NULL;

  begin (&fixture, NULL);
  mock_secrets_reset (secrets, MOCK_SECRETS_DENIED);
  start (&fixture, 1000);
  wait_need (&fixture, CHAT_ACCOUNT_NEEDS_PASSWORD);
  chat_profile_remove_account_async (fixture.profile, fixture.account, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_true (chat_profile_remove_account_finish (fixture.profile, result, NULL));
  g_clear_object (&result);
  g_assert_cmpuint (fixture.n_notices, ==, 1);
  chat_profile_remove_account_async (fixture.profile, fixture.account, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_false (chat_profile_remove_account_finish (fixture.profile, result, NULL));
  g_clear_object (&result);
  end (&fixture);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  secrets = mock_secrets_new ();
  g_test_add_func ("/credentials/profiles/W-11", test_profiles);
  g_test_add_func ("/credentials/shared-item/W-11", test_shared_item);
  g_test_add_func ("/credentials/bad/W-11", test_bad);
  g_test_add_func ("/credentials/locked/W-11", test_locked);
  g_test_add_func ("/credentials/cancelled/W-11", test_cancelled);
  g_test_add_func ("/credentials/account-asks/W-11", test_account_asks);
  g_test_add_func ("/credentials/silent-keyring/W-11", test_silent);
  g_test_add_func ("/credentials/silent-keyring-left/W-11", test_silent_leaving);
  g_test_add_func ("/credentials/remembered/W-11/S-47", test_remembered);
  g_test_add_func ("/credentials/not-remembered/W-11", test_not_remembered);
  g_test_add_func ("/credentials/removed/W-28", test_removed);
  g_test_add_func ("/credentials/removed-without-keyring/W-28", test_removed_without_keyring);
  result = g_test_run ();
  mock_secrets_free (secrets);
  return result;
}
