/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-test.h"
#include "chat-contact-private.h"
#include "chat-account-private.h"
#include "chat-profile.h"
#include "chat-provision.h"
#include "xmpp-error.h"

#include <string.h>

/* What of accounts, people and the profile needs no server. */

/* -- problems -------------------------------------------------------------------------------------------------------- */

static void
check_problems (GQuark domain, int last)
{
  for (int code = 0; code <= last; code++) {
    g_autoptr (GError) error = g_error_new_literal (domain, code, "raw words");
    g_autoptr (ChatProblem) problem = NULL;
    g_autoptr (ChatProblem) nameless = NULL;

    if (domain == CHAT_ERROR && (code == CHAT_ERROR_PROVISION || code == CHAT_ERROR_NOT_POSSIBLE))
      continue;     /* their message is the sentence already */
    problem = chat_problem_new (error, "a%sb@c.test");
    nameless = chat_problem_new (error, NULL);
    g_assert_null (strstr (problem->text, "raw words"));
    g_assert_null (strstr (nameless->text, "%s"));
    g_assert_cmpuint (strlen (problem->text), >, 20);
    g_assert_true (g_str_has_suffix (problem->text, "."));
  }
}

static void
test_problems (void)
{
  check_problems (XMPP_ERROR, XMPP_ERROR_PLAIN_ONLY);
  check_problems (XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_UNSUPPORTED_VERSION);
  check_problems (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_UNEXPECTED_REQUEST);
  check_problems (XMPP_SASL_ERROR, XMPP_SASL_ERROR_UNKNOWN);
  check_problems (CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE);
  check_problems (G_RESOLVER_ERROR, G_RESOLVER_ERROR_INTERNAL);
  check_problems (G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE_PASSWORD);
  check_problems (G_IO_ERROR, G_IO_ERROR_NO_SUCH_DEVICE);
}

/* Trying again by itself would hammer, or go back and forth with another session. */
static void
test_asks (void)
{
  const struct { GQuark domain; int code; ChatProblemField field; } asking[] = {
    { XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_CONFLICT, CHAT_PROBLEM_FIELD_NONE },
    { XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_NOT_AUTHORIZED, CHAT_PROBLEM_FIELD_NONE },
    { XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_POLICY_VIOLATION, CHAT_PROBLEM_FIELD_NONE },
    { XMPP_SASL_ERROR, XMPP_SASL_ERROR_NOT_AUTHORIZED, CHAT_PROBLEM_FIELD_PASSWORD },
    { XMPP_SASL_ERROR, XMPP_SASL_ERROR_ACCOUNT_DISABLED, CHAT_PROBLEM_FIELD_ADDRESS },
    { XMPP_ERROR, XMPP_ERROR_CERTIFICATE, CHAT_PROBLEM_FIELD_CERTIFICATE },
    { XMPP_ERROR, XMPP_ERROR_PIN_CHANGED, CHAT_PROBLEM_FIELD_CERTIFICATE },
    { XMPP_ERROR, XMPP_ERROR_DOWNGRADE, CHAT_PROBLEM_FIELD_NONE },
    { XMPP_ERROR, XMPP_ERROR_SERVER_PROOF, CHAT_PROBLEM_FIELD_NONE },
  };
  const struct { GQuark domain; int code; } retrying[] = {
    { XMPP_ERROR, XMPP_ERROR_TIMEOUT }, { XMPP_ERROR, XMPP_ERROR_CLOSED }, { XMPP_ERROR, XMPP_ERROR_REFUSED },
    { XMPP_ERROR, XMPP_ERROR_UNREACHABLE }, { XMPP_ERROR, XMPP_ERROR_HOST_NOT_FOUND },
    { XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN }, { XMPP_SASL_ERROR, XMPP_SASL_ERROR_TEMPORARY_AUTH_FAILURE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (asking); i++) {
    g_autoptr (GError) error = g_error_new_literal (asking[i].domain, asking[i].code, "");
    g_autoptr (ChatProblem) problem = chat_problem_new (error, "a.test");

    g_assert_cmpint (problem->action, ==, CHAT_PROBLEM_ASK);
    g_assert_cmpint (problem->field, ==, asking[i].field);
  }
  for (guint i = 0; i < G_N_ELEMENTS (retrying); i++) {
    g_autoptr (GError) error = g_error_new_literal (retrying[i].domain, retrying[i].code, "");
    g_autoptr (ChatProblem) problem = chat_problem_new (error, "a.test");

    g_assert_cmpint (problem->action, ==, CHAT_PROBLEM_RETRY);
    g_assert_cmpuint (problem->longest_wait, ==, retrying[i].domain == XMPP_SASL_ERROR ? 60 : 8);
  }
}

/* -- provisioning ---------------------------------------------------------------------------------------------------- */

static GPtrArray *
parse (const char *folder, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "accounts.ini", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return chat_provision_parse (path, error);
}

static void
test_provision_refused (void)
{
  g_auto (Folder) folder = folder_new ();
  const struct { const char *text, *words[3]; } bad[] = {
    { "no key file", { "accounts.ini" } },
    { "[other]\n", { "[other]" } },
    { "[account:@@@]\n", { "[account:@@@]" } },
    { "[account:domain.test]\n", { "[account:domain.test]" } },
    { "[account:a@b.test/r]\n", { "[account:a@b.test/r]" } },
    { "[account:a@b.test]\ncolour=blue\n", { "[account:a@b.test]", "colour" } },
    { "[account:a@b.test]\npassword=\n", { "[account:a@b.test]", "password" } },
    { "[account:a@b.test]\npassword=a\\q\n", { "[account:a@b.test]", "password" } },
    { "[account:a@b.test]\nhost=\n", { "host" } },
    { "[account:a@b.test]\nport=5222\n", { "port" } },
    { "[account:a@b.test]\nhost=h\nport=0\n", { "port" } },
    { "[account:a@b.test]\nhost=h\nport=65536\n", { "port" } },
    { "[account:a@b.test]\nhost=h\nport=x\n", { "port" } },
    { "[account:a@b.test]\ndirect-tls=perhaps\n", { "direct-tls" } },
    { "[account:a@b.test]\npin-sha256=xyz\n", { "pin-sha256" } },
    { "[account:a@b.test]\nclient-certificate=/nonexistent\n", { "client-certificate", "/nonexistent" } },
    { "[account:a@b.test]\nresource=\n", { "resource" } },
    { "[account:a@b.test]\nalias=\n", { "alias" } },
    { "[account:a@b.test]\npassword-storage=file\n", { "password-storage" } },
    { "[account:a@b.test]\npassword=x\n[account:A@B.test]\npassword=y\n", { "[account:A@B.test]" } },
    { "[account:a@b.test]\npassword=x\n[account:c@d.test]\ncolour=y\n", { "[account:c@d.test]", "colour" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) accounts = parse (folder, bad[i].text, &error);

    g_assert_null (accounts);
    g_assert_error (error, CHAT_ERROR, CHAT_ERROR_PROVISION);
    g_assert_nonnull (strstr (error->message, "accounts.ini"));
    for (guint j = 0; j < 3 && bad[i].words[j]; j++)
      g_assert_nonnull (strstr (error->message, bad[i].words[j]));
  }
  {
    g_autoptr (GError) error = NULL;
    g_assert_null (chat_provision_parse ("/nonexistent/accounts.ini", &error));
    g_assert_error (error, CHAT_ERROR, CHAT_ERROR_PROVISION);
  }
}

static void
test_provision_read (void)
{
  g_auto (Folder) folder = folder_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) accounts = parse (folder,
    "# two\n[account:Romeo@example.org]\r\n  password = \\s a\\\\b=c \\n\r\nhost=h.test\nport=5223\ndirect-tls=true\nalias=R\n"
    "pin-sha256=AB:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab\n"
    "resource=desk\n[account:juliet@example.org]\npassword=0\npassword-storage=session\n", &error);
  ChatProvision *one;

  g_assert_no_error (error);
  g_assert_cmpuint (accounts->len, ==, 2);
  one = accounts->pdata[0];
  g_assert_cmpstr (xmpp_jid_get_string (one->jid), ==, "romeo@example.org");
  g_assert_cmpstr (xmpp_secret_get_text (one->password), ==, "  a\\b=c \n");
  g_assert_cmpstr (one->host, ==, "h.test");
  g_assert_cmpuint (one->port, ==, 5223);
  g_assert_true (one->direct_tls);
  g_assert_cmpuint (strlen (one->pin_sha256), ==, 64);
  g_assert_cmpstr (one->resource, ==, "desk");
  g_assert_cmpstr (one->alias, ==, "R");
  g_assert_false (one->session_only);
  one = accounts->pdata[1];
  g_assert_cmpstr (xmpp_secret_get_text (one->password), ==, "0");
  g_assert_true (one->session_only);
  g_assert_false (one->has_port);
}

/* -- the profile ----------------------------------------------------------------------------------------------------- */

static ChatProfile *
profile_new (const char *folder)
{
  ChatProfileConfig config = { .data_dir = folder, .cache_dir = folder, .collection = "session" };

  return chat_profile_new (&config);
}

static gboolean
profile_open (ChatProfile *profile, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_profile_open_async (profile, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  return chat_profile_open_finish (profile, result, error);
}

static void
profile_close (ChatProfile *profile)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_profile_close_async (profile, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_true (chat_profile_close_finish (profile, result, NULL));
  g_clear_object (&result);
  wait_for (g_atomic_int_get (&G_OBJECT (profile)->ref_count) == 1);
  g_assert_finalize_object (profile);
}

static void
test_profile_lock (void)
{
  g_auto (Folder) folder = folder_new ();
  g_autoptr (GError) error = NULL;
  ChatProfile *first = profile_new (folder), *second = profile_new (folder);

  g_assert_true (profile_open (first, &error));
  g_assert_no_error (error);
  g_assert_true (chat_profile_get_loaded (first));
  g_assert_false (profile_open (second, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_PROFILE_IN_USE);
  g_clear_error (&error);
  profile_close (first);
  g_assert_true (profile_open (second, &error));
  g_assert_no_error (error);
  profile_close (second);
}

static void
check_presence (ChatProfile *profile, XmppAvailability wanted, const char *wanted_text, int wanted_priority)
{
  g_autofree char *text = NULL;
  XmppAvailability availability;
  int priority;

  g_object_get (profile, "availability", &availability, "status-text", &text, "priority", &priority, NULL);
  g_assert_cmpint (availability, ==, wanted);
  g_assert_cmpstr (text, ==, wanted_text);
  g_assert_cmpint (priority, ==, wanted_priority);
}

static void
test_profile_presence (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatProfile *profile = profile_new (folder);

  g_assert_true (profile_open (profile, NULL));
  check_presence (profile, XMPP_AVAILABILITY_AVAILABLE, NULL, 0);
  chat_profile_set_presence (profile, XMPP_AVAILABILITY_AWAY, "in the orchard", 5);
  check_presence (profile, XMPP_AVAILABILITY_AWAY, "in the orchard", 5);
  profile_close (profile);
  profile = profile_new (folder);
  g_assert_true (profile_open (profile, NULL));
  check_presence (profile, XMPP_AVAILABILITY_AWAY, "in the orchard", 5);
  profile_close (profile);
}

/* An account whose password is in memory only: asked for after a restart, and everything readable all the same. */
static void
test_profile_provision (void)
{
  g_auto (Folder) folder = folder_new ();
  g_autofree char *path = g_build_filename (folder, "accounts.ini", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatAccount) account = NULL;
  ChatProfile *profile = profile_new (folder);

  g_assert_true (g_file_set_contents (path, "[account:romeo@localhost]\npassword=s3cret-of-romeo\nhost=127.0.0.1\nport=1\n"
                                            "password-storage=session\nalias=R\n", -1, NULL));
  g_assert_true (profile_open (profile, NULL));
  chat_profile_set_presence (profile, XMPP_AVAILABILITY_OFFLINE, NULL, 0);
  chat_profile_provision_async (profile, path, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  lines = chat_profile_provision_finish (profile, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (lines), ==, 1);
  g_assert_nonnull (strstr (lines[0], "romeo@localhost"));
  g_assert_null (strstr (lines[0], "s3cret"));
  g_clear_object (&result);
  profile_close (profile);

  g_assert_cmpint (query (folder, "SELECT count(*) FROM account WHERE alias = 'R' AND resource LIKE 'Stonechat.%'"), ==, 1);
  profile = profile_new (folder);
  g_assert_true (profile_open (profile, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (chat_profile_get_accounts (profile)), ==, 1);
  account = g_list_model_get_item (chat_profile_get_accounts (profile), 0);
  chat_account_set_presence (account, XMPP_AVAILABILITY_AVAILABLE, NULL, 0);
  wait_for (chat_account_get_state (account) == CHAT_ACCOUNT_ATTENTION);
  g_assert_cmpint (chat_account_get_need (account), ==, CHAT_ACCOUNT_NEEDS_PASSWORD);
  g_assert_nonnull (strstr (chat_account_get_status_line (account), "romeo@localhost"));
  g_clear_object (&account);
  profile_close (profile);
}

/* -- people ---------------------------------------------------------------------------------------------------------- */

/* The nine states of RFC 6121 Appendix A.1: words and what can be done. */
static void
test_contact_states (void)
{
  const struct { XmppSubscription subscription; gboolean ask, asked_us; const char *line; ChatSubscriptionAction first; } states[] = {
    { XMPP_SUBSCRIPTION_NONE, FALSE, FALSE, "You can’t see each other’s status yet", CHAT_SUBSCRIPTION_ASK },
    { XMPP_SUBSCRIPTION_NONE, TRUE, FALSE, "You asked to see their status", CHAT_SUBSCRIPTION_ASK_AGAIN },
    { XMPP_SUBSCRIPTION_NONE, FALSE, TRUE, "They ask to see your status", CHAT_SUBSCRIPTION_ACCEPT },
    { XMPP_SUBSCRIPTION_NONE, TRUE, TRUE, "You asked each other to see your status", CHAT_SUBSCRIPTION_ACCEPT },
    { XMPP_SUBSCRIPTION_TO, FALSE, FALSE, "They can’t see your status", CHAT_SUBSCRIPTION_STOP_SEEING },
    { XMPP_SUBSCRIPTION_TO, FALSE, TRUE, "You see their status, and they ask to see yours", CHAT_SUBSCRIPTION_ACCEPT },
    { XMPP_SUBSCRIPTION_FROM, FALSE, FALSE, "They see your status, but you can’t see theirs", CHAT_SUBSCRIPTION_ASK },
    { XMPP_SUBSCRIPTION_FROM, TRUE, FALSE, "They see your status, and you asked to see theirs", CHAT_SUBSCRIPTION_ASK_AGAIN },
    { XMPP_SUBSCRIPTION_BOTH, FALSE, FALSE, "You see each other’s status", CHAT_SUBSCRIPTION_STOP_SEEING },
  };
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  g_autoptr (ChatAccount) account = chat_account_new (store, chat_account_row_new ("romeo@a.test"));
  g_autoptr (XmppJid) jid = xmpp_jid_new ("juliet@b.test", NULL);
  char *groups[] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    g_autoptr (ChatContact) contact = chat_contact_new (NULL, account, jid);
    XmppRosterItem item = { jid, NULL, states[i].subscription, states[i].ask, FALSE, groups };
    ChatSubscriptionAction actions[8];

    chat_contact_set_item (contact, &item);
    chat_contact_set_asked_us (contact, states[i].asked_us);
    g_assert_cmpstr (chat_contact_get_subscription_line (contact), ==, states[i].line);
    g_assert_cmpuint (chat_contact_get_actions (contact, actions), >, 0);
    g_assert_cmpint (actions[0], ==, states[i].first);
  }
  g_clear_object (&account);
  store_close (store);
}

static void
take (ChatContact *contact, const char *from, XmppPresenceType type, XmppAvailability availability, int priority, const char *status)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (from, NULL);
  XmppPresenceStanza presence = { .type = type, .from = jid, .availability = availability, .priority = priority, .status = (char *) status };

  chat_contact_take_presence (contact, &presence);
}

static void
test_contact_resources (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  g_autoptr (ChatAccount) account = chat_account_new (store, chat_account_row_new ("romeo@a.test"));
  g_autoptr (XmppJid) jid = xmpp_jid_new ("j@b.test", NULL);
  g_autoptr (ChatContact) contact = chat_contact_new (NULL, account, jid);
  char *groups[] = { NULL };
  XmppRosterItem item = { jid, NULL, XMPP_SUBSCRIPTION_BOTH, FALSE, FALSE, groups };

  chat_contact_set_item (contact, &item);
  take (contact, "j@b.test/1", XMPP_PRESENCE_AVAILABLE, XMPP_AVAILABILITY_AWAY, 1, NULL);
  take (contact, "j@b.test/2", XMPP_PRESENCE_AVAILABLE, XMPP_AVAILABILITY_AVAILABLE, 0, NULL);
  g_assert_cmpint (chat_contact_get_availability (contact), ==, XMPP_AVAILABILITY_AWAY);
  take (contact, "j@b.test/3", XMPP_PRESENCE_AVAILABLE, XMPP_AVAILABILITY_AVAILABLE, 1, "here\nnow");
  g_assert_cmpstr (chat_contact_get_presence_line (contact), ==, "Available · here now");
  take (contact, "j@b.test/3", XMPP_PRESENCE_UNAVAILABLE, XMPP_AVAILABILITY_OFFLINE, 0, NULL);
  g_assert_cmpint (chat_contact_get_availability (contact), ==, XMPP_AVAILABILITY_AWAY);
  for (guint i = 0; i < 1000; i++) {
    g_autofree char *from = g_strdup_printf ("j@b.test/flood%u", i);

    take (contact, from, XMPP_PRESENCE_AVAILABLE, XMPP_AVAILABILITY_DO_NOT_DISTURB, 127 - (int) (i / 90), NULL);
  }
  take (contact, "j@b.test/1", XMPP_PRESENCE_AVAILABLE, XMPP_AVAILABILITY_AVAILABLE, 127, NULL);   /* known: still heard */
  g_assert_cmpint (chat_contact_get_availability (contact), ==, XMPP_AVAILABILITY_AVAILABLE);
  take (contact, "j@b.test", XMPP_PRESENCE_UNAVAILABLE, XMPP_AVAILABILITY_OFFLINE, 0, NULL);
  g_assert_cmpint (chat_contact_get_availability (contact), ==, XMPP_AVAILABILITY_OFFLINE);
  g_clear_object (&contact);
  g_clear_object (&account);
  store_close (store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/account/problem/every-code", test_problems);
  g_test_add_func ("/account/problem/asks/R-15", test_asks);
  g_test_add_func ("/account/provision/refused", test_provision_refused);
  g_test_add_func ("/account/provision/read", test_provision_read);
  g_test_add_func ("/profile/lock", test_profile_lock);
  g_test_add_func ("/profile/presence-is-kept", test_profile_presence);
  g_test_add_func ("/profile/provision/W-11", test_profile_provision);
  g_test_add_func ("/people/subscription-states", test_contact_states);
  g_test_add_func ("/people/best-resource", test_contact_resources);
  return g_test_run ();
}
