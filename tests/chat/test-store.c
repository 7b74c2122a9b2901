/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-test.h"

#include <string.h>

/* What goes into an open store and comes out of it again. */

static gboolean
ends_well (ChatStore *store, GAsyncResult **result)
{
  gboolean success;

  wait_for (*result != NULL);
  success = chat_store_write_finish (store, *result, NULL);
  g_clear_object (result);
  return success;
}

static void
test_accounts (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  g_autoptr (ChatAccountRow) row = chat_account_row_new ("juliet@example.org");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatSnapshot) snapshot = NULL;
  ChatAccountRow *read;

  row->id = store_account (store, "juliet@example.org");
  row->alias = g_strdup ("Home");
  row->enabled = FALSE;
  row->host = g_strdup ("xmpp.example.org");
  row->port = 5223;
  row->direct_tls = TRUE;
  row->pin_sha256 = g_strdup ("abcdef");
  row->client_certificate = g_strdup ("/some/where.pem");
  row->resource = g_strdup ("Stonechat.1234");
  row->remember = FALSE;
  row->known_strength = 4;
  row->allow_plain = TRUE;
  row->availability = 3;
  row->status_text = g_strdup ("in the garden");
  row->priority = -5;
  chat_store_save_account_async (store, row, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_cmpint (chat_store_save_account_finish (store, result, NULL), ==, row->id);
  g_clear_object (&result);
  chat_store_save_sm_state_async (store, row->id, "<state id='7'/>", NULL, keep_result_cb, &result);
  g_assert_true (ends_well (store, &result));

  g_clear_pointer (&row->alias, g_free);
  row->id = 0;
  chat_store_save_account_async (store, row, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_cmpint (chat_store_save_account_finish (store, result, &error), ==, 0);
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_ACCOUNT_EXISTS);
  g_clear_object (&result);
  store_close (store);

  store = store_open (folder, &snapshot);
  g_assert_cmpuint (snapshot->accounts->len, ==, 1);
  read = g_ptr_array_index (snapshot->accounts, 0);
  g_assert_cmpstr (read->jid, ==, "juliet@example.org");
  g_assert_cmpstr (read->alias, ==, "Home");
  g_assert_false (read->enabled);
  g_assert_cmpstr (read->host, ==, "xmpp.example.org");
  g_assert_cmpuint (read->port, ==, 5223);
  g_assert_true (read->direct_tls);
  g_assert_cmpstr (read->pin_sha256, ==, "abcdef");
  g_assert_cmpstr (read->client_certificate, ==, "/some/where.pem");
  g_assert_cmpstr (read->resource, ==, "Stonechat.1234");
  g_assert_false (read->remember);
  g_assert_cmpint (read->known_strength, ==, 4);
  g_assert_true (read->allow_plain);
  g_assert_cmpint (read->availability, ==, 3);
  g_assert_cmpstr (read->status_text, ==, "in the garden");
  g_assert_cmpint (read->priority, ==, -5);
  g_assert_cmpstr (read->sm_state, ==, "<state id='7'/>");
  store_close (store);
}

/* Provisioning: all or nothing. */
static void
test_accounts_together (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_account_row_free);
  g_autoptr (GAsyncResult) result = NULL;

  store_account (store, "juliet@example.org");
  g_ptr_array_add (rows, chat_account_row_new ("romeo@example.org"));
  g_ptr_array_add (rows, chat_account_row_new ("juliet@example.org"));
  chat_store_save_accounts_async (store, rows, NULL, keep_result_cb, &result);
  g_assert_false (ends_well (store, &result));
  g_assert_cmpint (query (folder, "SELECT count(*) FROM account"), ==, 1);
  g_ptr_array_remove_index (rows, 1);
  ((ChatAccountRow *) g_ptr_array_index (rows, 0))->id = 0;
  chat_store_save_accounts_async (store, rows, NULL, keep_result_cb, &result);
  g_assert_true (ends_well (store, &result));
  g_assert_cmpint (((ChatAccountRow *) g_ptr_array_index (rows, 0))->id, >, 0);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM account"), ==, 2);
  store_close (store);
}

static void
test_people (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org");
  g_autoptr (GPtrArray) contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_contact_row_free);
  g_autoptr (GPtrArray) presences = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_presence_row_free);
  g_autoptr (ChatRequestRow) request = chat_request_row_new (account, "tybalt@example.org", "boots", 17);
  ChatContactRow *romeo = chat_contact_row_new (account, "romeo@example.org");
  ChatContactRow *nurse = chat_contact_row_new (account, "nurse@example.org");
  const char *removed[] = { "romeo@example.org", NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChatSnapshot) snapshot = NULL;

  g_strfreev (romeo->groups);
  romeo->groups = g_strsplit ("Friends,Family", ",", -1);
  romeo->subscription = 3;
  nurse->name = g_strdup ("Nurse");
  nurse->ask = TRUE;
  g_ptr_array_add (contacts, romeo);
  g_ptr_array_add (contacts, nurse);
  g_ptr_array_add (presences, chat_presence_row_new (account, "romeo@example.org", 4, "here", 99));
  chat_store_save_roster_async (store, account, "v1", TRUE, contacts, NULL, NULL, NULL, NULL);
  chat_store_save_presence_async (store, presences, NULL, NULL, NULL);
  chat_store_save_request_async (store, request, NULL, NULL, NULL);
  store_close (store);

  store = store_open (folder, &snapshot);
  g_assert_cmpuint (snapshot->contacts->len, ==, 2);
  nurse = g_ptr_array_index (snapshot->contacts, 0);
  romeo = g_ptr_array_index (snapshot->contacts, 1);
  g_assert_cmpstr (nurse->name, ==, "Nurse");
  g_assert_true (nurse->ask);
  g_assert_cmpuint (g_strv_length (nurse->groups), ==, 0);
  g_assert_cmpint (romeo->subscription, ==, 3);
  g_assert_cmpuint (g_strv_length (romeo->groups), ==, 2);
  g_assert_true (g_strv_contains ((const char *const *) romeo->groups, "Friends"));
  g_assert_cmpint (((ChatPresenceRow *) g_ptr_array_index (snapshot->presences, 0))->last_seen, ==, 99);
  g_assert_cmpstr (((ChatRequestRow *) g_ptr_array_index (snapshot->requests, 0))->text, ==, "boots");
  g_assert_cmpstr (((ChatAccountRow *) g_ptr_array_index (snapshot->accounts, 0))->roster_version, ==, "v1");

  chat_store_save_roster_async (store, account, NULL, FALSE, NULL, removed, NULL, NULL, NULL);
  chat_store_remove_request_async (store, account, "tybalt@example.org", NULL, keep_result_cb, &result);
  g_assert_true (ends_well (store, &result));
  g_assert_cmpint (query (folder, "SELECT count(*) FROM contact"), ==, 1);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM contact_group"), ==, 0);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM presence"), ==, 0);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM request"), ==, 0);
  g_assert_cmpint (query (folder, "SELECT roster_version = 'v1' FROM account"), ==, 1);
  store_close (store);
}

static void
test_settings (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org");
  g_autoptr (ChatAddedMessage) added = store_add (store, account, incoming ("romeo@example.org", "a", "text"), NULL);
  gint64 chat = added->conversation->id;

  g_assert_null (chat_store_get_setting (store, account, chat, "sound"));
  chat_store_set_setting (store, 0, 0, "sound", "application");
  g_assert_cmpstr (chat_store_get_setting (store, account, chat, "sound"), ==, "application");
  chat_store_set_setting (store, account, 0, "sound", "account");
  chat_store_set_setting (store, account, chat, "sound", "conversation");
  store_close (store);
  store = store_open (folder, NULL);
  g_assert_cmpstr (chat_store_get_setting (store, account, chat, "sound"), ==, "conversation");
  g_assert_cmpstr (chat_store_get_setting (store, account, 0, "sound"), ==, "account");
  g_assert_cmpstr (chat_store_get_setting (store, 0, 0, "sound"), ==, "application");
  chat_store_set_setting (store, account, chat, "sound", NULL);
  g_assert_cmpstr (chat_store_get_setting (store, account, chat, "sound"), ==, "account");
  store_close (store);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM setting"), ==, 2);
}

static void
test_remove_account (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  gint64 gone = store_account (store, "juliet@example.org");
  gint64 stays = store_account (store, "nurse@example.org");
  g_autoptr (GAsyncResult) result = NULL;

  for (guint i = 0; i < 30; i++) {
    g_autofree char *id = g_strdup_printf ("%u", i);
    chat_added_message_free (store_add (store, gone, incoming ("romeo@example.org", id, "wherefore-art-thou"), NULL));
  }
  chat_added_message_free (store_add (store, stays, incoming ("peter@example.org", "x", "anon-good-nurse"), NULL));
  chat_store_set_setting (store, gone, 0, "sound", "off");
  g_assert_true (folder_has_bytes (folder, "wherefore-art-thou"));
  chat_store_remove_account_async (store, gone, NULL, keep_result_cb, &result);
  g_assert_true (ends_well (store, &result));
  chat_store_save_sm_state_async (store, gone, "<late/>", NULL, keep_result_cb, &result);
  g_assert_true (ends_well (store, &result));
  g_assert_null (chat_store_get_setting (store, gone, 0, "sound"));
  g_assert_cmpint (query (folder, "SELECT count(*) FROM message"), ==, 1);
  g_assert_cmpint (query (folder, "SELECT n_messages FROM conversation"), ==, 1);
  g_assert_false (folder_has_bytes (folder, "wherefore-art-thou"));
  g_assert_true (folder_has_bytes (folder, "anon-good-nurse"));
  store_close (store);
  g_assert_false (folder_has_bytes (folder, "wherefore-art-thou"));
}

static void
never_cb (ChatStore *store, GError *error, gpointer data)
{
  g_assert_not_reached ();
}

/* What was on its way when its account went is no failure of the database. */
static void
test_late (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org");
  g_autoptr (GPtrArray) contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_contact_row_free);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_signal_connect (store, "failed", G_CALLBACK (never_cb), NULL);
  chat_store_remove_account_async (store, account, NULL, NULL, NULL);
  g_assert_null (store_add (store, account, incoming ("romeo@example.org", "a", "text"), &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE);
  g_ptr_array_add (contacts, chat_contact_row_new (account, "romeo@example.org"));
  chat_store_save_roster_async (store, account, "v", TRUE, contacts, NULL, NULL, keep_result_cb, &result);
  g_assert_false (ends_well (store, &result));
  chat_store_save_draft_async (store, account, "romeo@example.org", &(ChatDraft) { .text = (char *) "Dear" }, NULL, NULL, NULL);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM contact"), ==, 0);
  store_close (store);
}

/* -- the same message again ----------------------------------------------------------------------------------------- */

typedef struct {
  const char *what, *jid, *id, *archive, *text;
  gint64 stamp;             /* 0: live */
  gboolean again;           /* the row was there before */
} Arrival;

/* In this order into one store. */
static const Arrival arrivals[] = {
  { "first", "romeo@example.org", "a1", NULL, "Hello", 0, FALSE },
  { "after a resumption", "romeo@example.org", "a1", NULL, "Hello", 0, TRUE },
  { "from offline storage", "romeo@example.org", "a1", NULL, "Hello", 5000000, TRUE },
  { "another sender’s id is no concern", "tybalt@example.org", "a1", NULL, "Hello", 0, FALSE },
  { "nor does it hide a later one", "mercutio@example.org", "a1", NULL, "Hello", 0, FALSE },
  { "equal text, other id", "romeo@example.org", "a2", NULL, "Hello", 0, FALSE },
  { "a client that always counts 1", "benvolio@example.org", "1", NULL, "yes", 0, FALSE },
  { "the same id, another text", "benvolio@example.org", "1", NULL, "no", 0, FALSE },
  { "no id at all", "peter@example.org", NULL, NULL, "anon", 0, FALSE },
  { "no id, the same text, live", "peter@example.org", NULL, NULL, "anon", 0, FALSE },
  { "no id, a stamp", "peter@example.org", NULL, NULL, "anon", 7000000, FALSE },
  { "no id, the same stamp", "peter@example.org", NULL, NULL, "anon", 7000000, TRUE },
  { "no id, another stamp", "peter@example.org", NULL, NULL, "anon", 8000000, FALSE },
  { "the server’s ids", "nurse@example.org", "n", "s1", "fan", 0, FALSE },
  { "which are equal", "nurse@example.org", "n", "s1", "fan", 0, TRUE },
  { "which differ", "nurse@example.org", "n", "s2", "fan", 0, FALSE },
  { "one of which is missing", "nurse@example.org", "n", NULL, "fan", 0, TRUE },
};

static void
test_duplicates (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org");
  gint64 rows = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (arrivals); i++) {
    const Arrival *arrival = &arrivals[i];
    ChatNewMessage *message = incoming (arrival->jid, arrival->id, arrival->text);
    g_autoptr (ChatAddedMessage) added = NULL;
    g_test_message ("%s", arrival->what);
    message->archive_id = g_strdup (arrival->archive);
    message->delayed = arrival->stamp != 0;
    if (message->delayed)
      message->time = arrival->stamp;
    added = store_add (store, account, message, NULL);
    g_assert_cmpint (added->duplicate, ==, arrival->again);
    rows += !arrival->again;
    g_assert_cmpint (query (folder, "SELECT count(*) FROM message"), ==, rows);
    g_assert_cmpint (query (folder, "SELECT sum(unread) FROM conversation"), ==, rows);
  }
  store_close (store);
}

/* where a message stands is decided by its arrival, whatever any clock says. */
static void
test_clock (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org");
  const gint64 times[] = { 100, 100 + 86400, 50, 0, 200 };
  g_autofree char *order = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (times); i++) {
    g_autofree char *id = g_strdup_printf ("%" G_GSIZE_FORMAT, i);
    ChatNewMessage *message = incoming (i == 2 ? "nurse@example.org" : "romeo@example.org", id, id);
    message->time = times[i] * G_USEC_PER_SEC;
    message->delayed = i == 3;
    chat_added_message_free (store_add (store, account, message, NULL));
  }
  order = query_text (folder, "SELECT group_concat(text, '') FROM (SELECT text FROM message ORDER BY conversation, position)");
  g_assert_cmpstr (order, ==, "01342");
  g_free (order);
  order = query_text (folder, "SELECT jid FROM conversation ORDER BY activity DESC");
  g_assert_cmpstr (order, ==, "romeo@example.org");
  store_close (store);
}

static void
test_counters (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org");
  g_autoptr (ChatAddedMessage) first = store_add (store, account, incoming ("romeo@example.org", "1", "one"), NULL);
  g_autoptr (ChatAddedMessage) second = store_add (store, account, incoming ("romeo@example.org", "2", "two"), NULL);
  ChatNewMessage *own = incoming ("romeo@example.org", "3", "three");
  g_autoptr (ChatAddedMessage) third = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatConversationRow) row = NULL;

  g_assert_cmpuint (second->conversation->unread, ==, 2);
  g_assert_cmpint (second->conversation->first_unread, ==, first->message->id);
  own->own = TRUE;
  own->state = CHAT_MESSAGE_QUEUED;
  third = store_add (store, account, own, NULL);
  g_assert_cmpuint (third->conversation->n_messages, ==, 3);
  chat_store_mark_read_async (store, first->conversation->id, NULL, NULL, NULL);
  chat_store_delete_message_async (store, third->message->id, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  row = chat_store_delete_message_finish (store, result, NULL);
  g_clear_object (&result);
  g_assert_cmpuint (row->n_messages, ==, 2);
  g_assert_cmpuint (row->unread, ==, 0);
  g_assert_cmpstr (row->last->text, ==, "two");
  /* Not what is another's. */
  chat_store_delete_message_async (store, second->message->id, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_null (chat_store_delete_message_finish (store, result, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE);
  g_clear_object (&result);
  store_close (store);
}

/* -- strings -------------------------------------------------------------------------------------------------------- */

static void
test_strings (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org");
  g_autoptr (GPtrArray) strings = naughty_strings ();
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  for (guint i = 0; i < strings->len; i++) {
    g_autofree char *id = g_strdup_printf ("id-%u", i);
    g_autoptr (ChatAddedMessage) added = store_add (store, account, incoming ("romeo@example.org", id, strings->pdata[i]), NULL);
    g_array_append_val (ids, added->message->id);
  }
  chat_store_load_messages_async (store, ids, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  rows = chat_store_load_messages_finish (store, result, NULL);
  g_clear_object (&result);
  g_assert_cmpuint (rows->len, ==, strings->len);
  for (guint i = 0; i < rows->len; i++)
    g_assert_cmpstr (((ChatMessageRow *) rows->pdata[i])->text, ==, strings->pdata[i]);
  store_close (store);
}

/* -- calls ---------------------------------------------------------------------------------------------------------- */

static void
count_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GArray *seen = user_data;
  g_autoptr (ChatAddedMessage) added = store_add_finish (CHAT_STORE (source), result, NULL);

  g_array_append_val (seen, added->message->id);
}

/* A burst is committed in few transactions; the callbacks come after the commits, in the order of the calls. */
static void
test_burst (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org");
  g_autoptr (GArray) seen = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < 1000; i++) {
    g_autofree char *id = g_strdup_printf ("%u", i);
    chat_store_add_async (store, chat_lot_new_with (account, incoming ("romeo@example.org", id, id)), NULL, count_cb, seen);
  }
  wait_for (seen->len > 0);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM message"), >=, seen->len);
  wait_for (seen->len == 1000);
  for (guint i = 1; i < seen->len; i++)
    g_assert_cmpint (g_array_index (seen, gint64, i), ==, g_array_index (seen, gint64, i - 1) + 1);
  store_close (store);
}

static void
test_cancelled (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  chat_store_add_async (store, chat_lot_new_with (account, incoming ("romeo@example.org", "a", "text")), cancellable, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_null (store_add_finish (store, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM message"), ==, 0);
  store_close (store);
}

static void
test_closed (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org");
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GAsyncResult) before = NULL;
  g_autoptr (GAsyncResult) after = NULL;
  g_autoptr (ChatAddedMessage) added = NULL;
  g_autoptr (GError) error = NULL;

  chat_store_add_async (store, chat_lot_new_with (account, incoming ("romeo@example.org", "a", "text")), NULL, keep_result_cb, &before);
  chat_store_close_async (store, keep_result_cb, &closed);
  chat_store_add_async (store, chat_lot_new_with (account, incoming ("romeo@example.org", "b", "text")), NULL, keep_result_cb, &after);
  wait_for (closed != NULL && before != NULL && after != NULL);
  added = store_add_finish (store, before, NULL);
  g_assert_nonnull (added);
  g_assert_null (store_add_finish (store, after, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORE);
  g_clear_object (&closed);
  g_clear_object (&before);
  g_clear_object (&after);
  wait_for (g_atomic_int_get (&G_OBJECT (store)->ref_count) == 1);
  g_assert_finalize_object (store);
}

/* The caller lets go of it while something is under way. */
static void
test_owner_gone (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  gint64 account = store_account (store, "juliet@example.org");
  g_autoptr (GAsyncResult) result = NULL;

  chat_store_add_async (store, chat_lot_new_with (account, incoming ("romeo@example.org", "a", "text")), NULL, keep_result_cb, &result);
  g_object_unref (store);
  wait_for (result != NULL);
  g_clear_object (&result);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM message"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/accounts", test_accounts);
  g_test_add_func ("/store/accounts-together", test_accounts_together);
  g_test_add_func ("/store/people", test_people);
  g_test_add_func ("/store/settings", test_settings);
  g_test_add_func ("/store/W-28/remove-account", test_remove_account);
  g_test_add_func ("/store/late", test_late);
  g_test_add_func ("/store/W-31/S-17/duplicates", test_duplicates);
  g_test_add_func ("/store/R-22/clock", test_clock);
  g_test_add_func ("/store/counters", test_counters);
  g_test_add_func ("/store/strings", test_strings);
  g_test_add_func ("/store/R-11/burst", test_burst);
  g_test_add_func ("/store/cancelled", test_cancelled);
  g_test_add_func ("/store/closed", test_closed);
  g_test_add_func ("/store/owner-gone", test_owner_gone);
  return g_test_run ();
}
