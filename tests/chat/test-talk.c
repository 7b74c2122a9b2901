/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-inbox.h"
#include "chat-outbox.h"
#include "fake-session.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"

#include <string.h>

/* Conversations from end to end: what comes from a session goes through the inbox into the store and onto the list; what is
 * written goes through the outbox to the session; and all of it is there again after a start. */

typedef struct {
  char *folder;
  gboolean stream_management;
  ChatStore *store;
  ChatConversationList *list;
  XmppSession *session;
  ChatOutbox *outbox;
  ChatInbox *inbox;
  gint64 account;
  XmppJid *own, *romeo, *nurse;
  FakePerson *person;       /* the account */
  GListStore *contacts;
  guint n_arrived, n_read, n_failed;
  gboolean from_contact;
  guint64 ticket;
} Fixture;

static void
arrived_cb (Fixture *fixture, ChatConversation *conversation, ChatMessage *message, gboolean from_contact)
{
  g_assert_nonnull (message);
  fixture->n_arrived++;
  fixture->from_contact = from_contact;
}

static void
read_cb (Fixture *fixture, ChatConversation *conversation)
{
  fixture->n_read++;
}

static void
failed_cb (Fixture *fixture, GError *error)
{
  fixture->n_failed++;
}

static void
start (Fixture *fixture)
{
  g_autoptr (ChatSnapshot) snapshot = NULL;
  ChatAccountRow *row;

  fixture->store = store_open (fixture->folder, &snapshot);
  if (fixture->account == 0)
    fixture->account = store_account (fixture->store, "juliet@example.org");
  fixture->list = chat_conversation_list_new (fixture->store);
  fixture->person = g_object_new (FAKE_TYPE_PERSON, "id", fixture->account, "state", CHAT_ACCOUNT_OFFLINE, NULL);
  fixture->contacts = g_list_store_new (FAKE_TYPE_PERSON);
  chat_conversation_list_add_account (fixture->list, fixture->account, fixture->own, (ChatAccount *) fixture->person);
  chat_conversation_list_set_contacts (fixture->list, G_LIST_MODEL (fixture->contacts));
  chat_conversation_list_load (fixture->list, snapshot);
  fixture->session = fake_session_new ("juliet@example.org", fixture->stream_management);
  fixture->outbox = chat_outbox_new (fixture->store, fixture->list, fixture->account, fixture->session);
  fixture->inbox = chat_inbox_new (fixture->store, fixture->list, fixture->account, fixture->session, fixture->outbox);
  row = snapshot->accounts->len > 0 ? g_ptr_array_index (snapshot->accounts, 0) : NULL;
  if (row != NULL && row->sm_state != NULL) {
    g_autoptr (XmppElement) state = xmpp_element_parse (row->sm_state, -1, NULL);
    xmpp_session_set_sm_state (fixture->session, state);
  }
  g_signal_connect_swapped (fixture->list, "message-arrived", G_CALLBACK (arrived_cb), fixture);
  g_signal_connect_swapped (fixture->list, "message-read", G_CALLBACK (read_cb), fixture);
  g_signal_connect_swapped (fixture->store, "failed", G_CALLBACK (failed_cb), fixture);
}

#define finalize(object) \
  G_STMT_START { \
    wait_for (g_atomic_int_get (&G_OBJECT (object)->ref_count) == 1); \
    g_assert_finalize_object (object); \
    object = NULL; \
  } G_STMT_END

static void
stop (Fixture *fixture)
{
  g_signal_handlers_disconnect_by_data (fixture->list, fixture);
  chat_conversation_list_flush (fixture->list);
  fake_session_set_online (fixture->session, FALSE);
  finalize (fixture->inbox);
  finalize (fixture->outbox);
  finalize (fixture->session);
  finalize (fixture->list);
  g_clear_object (&fixture->contacts);
  finalize (fixture->person);
  wait_for (g_atomic_int_get (&G_OBJECT (fixture->store)->ref_count) == 1);
  store_close (g_steal_pointer (&fixture->store));
}

/* As if the process had been killed here: nothing of the session is told or kept. */
static void
restart (Fixture *fixture)
{
  stop (fixture);
  start (fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = folder_new ();
  fixture->own = xmpp_jid_new ("juliet@example.org", NULL);
  fixture->romeo = xmpp_jid_new ("romeo@example.org", NULL);
  fixture->nurse = xmpp_jid_new ("nurse@example.org", NULL);
  fixture->stream_management = g_strcmp0 (data, "without stream management") != 0;
  start (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  stop (fixture);
  xmpp_jid_unref (fixture->own);
  xmpp_jid_unref (fixture->romeo);
  xmpp_jid_unref (fixture->nurse);
  folder_remove (fixture->folder);
}

static ChatConversation *
open_chat (Fixture *fixture, XmppJid *jid)
{
  return chat_conversation_list_open (fixture->list, fixture->account, jid);
}

static guint
n_sent (Fixture *fixture)
{
  return fake_session_get_sent (fixture->session)->len;
}

static XmppElement *
sent (Fixture *fixture, guint i)
{
  return g_ptr_array_index (fake_session_get_sent (fixture->session), i);
}

static const char *
sent_body (Fixture *fixture, guint i)
{
  return xmpp_element_get_child_text (sent (fixture, i), NULL, "body");
}

static gint64
n_in_state (Fixture *fixture, ChatMessageState state)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM message WHERE state = %d", state);
  return query (fixture->folder, sql);
}

static void
add_contact (Fixture *fixture, XmppJid *jid, const char *name, XmppSubscription subscription)
{
  g_autoptr (FakePerson) contact = g_object_new (FAKE_TYPE_PERSON, "account", fixture->person, "jid", jid, "name", name,
    "subscription", subscription, "availability", XMPP_AVAILABILITY_AVAILABLE, "presence-line", "Available", NULL);
  g_list_store_append (fixture->contacts, contact);
}

/* Gives the ticket. */
static guint64
deliver (Fixture *fixture, const char *from, const char *id, const char *body)
{
  g_autoptr (XmppJid) jid = from != NULL ? xmpp_jid_new (from, NULL) : NULL;
  XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .from = jid, .id = (char *) id, .body = (char *) body };

  fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  return fixture->ticket;
}

static gboolean
is_released (Fixture *fixture, guint64 ticket)
{
  GArray *released = fake_session_get_released (fixture->session);

  for (guint i = 0; i < released->len; i++) {
    if (g_array_index (released, guint64, i) == ticket)
      return TRUE;
  }
  return FALSE;
}

/* -- out ------------------------------------------------------------------------------------------------------------ */

static void
test_order_after_restart (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;

  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  chat_conversation_send (open_chat (fixture, fixture->nurse), "two");
  chat_conversation_send (open_chat (fixture, fixture->romeo), "three");
  wait_for (n_in_state (fixture, CHAT_MESSAGE_QUEUED) == 3);
  g_assert_cmpuint (n_sent (fixture), ==, 0);
  restart (fixture);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "four");
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 4);
  g_assert_cmpstr (sent_body (fixture, 0), ==, "one");
  g_assert_cmpstr (sent_body (fixture, 1), ==, "two");
  g_assert_cmpstr (sent_body (fixture, 2), ==, "three");
  g_assert_cmpstr (sent_body (fixture, 3), ==, "four");
  id = query_text (fixture->folder, "SELECT stanza_id FROM message WHERE text = 'one'");
  g_assert_cmpstr (xmpp_element_get_attribute (sent (fixture, 0), "id"), ==, id);
  g_assert_cmpstr (xmpp_element_get_attribute (xmpp_element_find_child (sent (fixture, 0), XMPP_NS_SID, "origin-id"), "id"), ==, id);
  g_assert_cmpstr (xmpp_element_get_attribute (sent (fixture, 0), "to"), ==, "romeo@example.org");
  wait_for (n_in_state (fixture, CHAT_MESSAGE_WRITTEN) == 4);
  fake_session_acknowledge (fixture->session, 4);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 4);
  /* Nothing is sent a second time. */
  restart (fixture);
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "five");
  wait_for (n_sent (fixture) == 1);
  g_assert_cmpstr (sent_body (fixture, 0), ==, "five");
}

static void
test_shown_while_offline (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  ChatTimeline *timeline = chat_conversation_get_timeline (chat);
  g_autoptr (ChatMessage) message = NULL;
  g_autofree char *reason = NULL;

  chat_conversation_send (chat, "  Hello\r\nthere \x01\n\n");
  wait_for (g_list_model_get_n_items (G_LIST_MODEL (timeline)) == 1);
  message = g_list_model_get_item (G_LIST_MODEL (timeline), 0);
  g_assert_cmpint (chat_message_get_state (message), ==, CHAT_MESSAGE_QUEUED);
  g_assert_cmpstr (chat_message_get_text (message), ==, "  Hello\nthere \357\277\275");
  g_object_get (chat, "waiting-reason", &reason, NULL);
  g_assert_nonnull (reason);
  g_object_set (fixture->person, "state", CHAT_ACCOUNT_ONLINE, NULL);
  g_clear_pointer (&reason, g_free);
  g_object_get (chat, "waiting-reason", &reason, NULL);
  g_assert_null (reason);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (chat_message_get_state (message) == CHAT_MESSAGE_WRITTEN);
  wait_for (n_sent (fixture) == 1);
  fake_session_acknowledge (fixture->session, 1);
  wait_for (chat_message_get_state (message) == CHAT_MESSAGE_SENT);
}

static void
test_unacknowledged (Fixture *fixture, gconstpointer data)
{
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  chat_conversation_send (open_chat (fixture, fixture->romeo), "two");
  wait_for (n_sent (fixture) == 2);
  g_assert_null (xmpp_element_find_child (sent (fixture, 0), XMPP_NS_DELAY, "delay"));
  fake_session_set_online (fixture->session, FALSE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "three");
  wait_for (n_in_state (fixture, CHAT_MESSAGE_QUEUED) == 1);
  fake_session_lose (fixture->session);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_QUEUED) == 3);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 5);
  for (guint i = 0; i < 2; i++) {
    g_assert_cmpstr (sent_body (fixture, 2 + i), ==, sent_body (fixture, i));
    g_assert_cmpstr (xmpp_element_get_attribute (sent (fixture, 2 + i), "id"), ==, xmpp_element_get_attribute (sent (fixture, i), "id"));
    g_assert_nonnull (xmpp_element_find_child (sent (fixture, 2 + i), XMPP_NS_DELAY, "delay"));
  }
  g_assert_cmpstr (sent_body (fixture, 4), ==, "three");
  g_assert_null (xmpp_element_find_child (sent (fixture, 4), XMPP_NS_DELAY, "delay"));
}

/* Resumed: the session has them and sends them itself. */
static void
test_resumed (Fixture *fixture, gconstpointer data)
{
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  wait_for (n_sent (fixture) == 1);
  fake_session_set_online (fixture->session, FALSE);
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "two");
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpstr (sent_body (fixture, 1), ==, "two");
  fake_session_acknowledge (fixture->session, 2);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 2);
}

/* the same over a restart; the state of the stream was stored with the message. */
static void
test_resumed_after_restart (Fixture *fixture, gconstpointer data)
{
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  wait_for (query (fixture->folder, "SELECT instr(state, 'one') FROM stream_state") > 0);
  restart (fixture);
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_WRITTEN), ==, 1);
  fake_session_set_online (fixture->session, TRUE);
  fake_session_acknowledge (fixture->session, 1);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 1);
  g_assert_cmpuint (n_sent (fixture), ==, 0);
}

/* killed between the commit and the writing, or before the state was stored: nobody else knows of it. */
static void
test_killed_while_writing (Fixture *fixture, gconstpointer data)
{
  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  wait_for (n_in_state (fixture, CHAT_MESSAGE_QUEUED) == 1);
  query (fixture->folder, "UPDATE message SET state = 2");
  restart (fixture);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 1);
  g_assert_nonnull (xmpp_element_find_child (sent (fixture, 0), XMPP_NS_DELAY, "delay"));
  fake_session_acknowledge (fixture->session, 1);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 1);
}

static void
test_without_stream_management (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) refusal = g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, "no pings here");

  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  wait_for (n_sent (fixture) == 1);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "two");
  wait_for (n_sent (fixture) == 2);
  /* The ping went before the second one. */
  wait_for (fake_session_answer_iq (fixture->session, refusal));
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 1);
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_WRITTEN), ==, 1);
  /* The connection goes before the second ping is answered. */
  fake_session_set_online (fixture->session, FALSE);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 3);
  g_assert_cmpstr (sent_body (fixture, 2), ==, "two");
  wait_for (fake_session_answer_iq (fixture->session, NULL));
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 2);
}

static void
deliver_error (Fixture *fixture, const char *from, const char *id, const char *text)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (from, NULL);
  g_autoptr (GError) error = g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND, text);
  XmppMessage message = { .type = XMPP_MESSAGE_ERROR, .from = jid, .id = (char *) id, .error = error, .body = (char *) "one" };

  fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  wait_for (is_released (fixture, fixture->ticket));
}

static void
test_error (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  ChatTimeline *timeline = chat_conversation_get_timeline (chat);
  g_autoptr (ChatMessage) one = NULL;
  g_autofree char *id = NULL;

  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (chat, "one");
  chat_conversation_send (chat, "two");
  wait_for (n_sent (fixture) == 2);
  id = g_strdup (xmpp_element_get_attribute (sent (fixture, 0), "id"));
  one = g_list_model_get_item (G_LIST_MODEL (timeline), 0);
  /* Not from another, nor by a guess. */
  deliver_error (fixture, "tybalt@example.org", id, "forged");
  deliver_error (fixture, "romeo@example.org", "guess", "forged");
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_FAILED), ==, 0);
  deliver_error (fixture, "romeo@example.org", id, "User unknown");
  g_assert_cmpint (chat_message_get_state (one), ==, CHAT_MESSAGE_FAILED);
  g_assert_nonnull (strstr (chat_message_get_error_text (one), "User unknown"));
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_FAILED), ==, 1);
  /* The acknowledgement that follows does not make it good. */
  fake_session_acknowledge (fixture->session, 2);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 1);
  g_assert_cmpint (chat_message_get_state (one), ==, CHAT_MESSAGE_FAILED);
  /* The text beside the error is nothing that Romeo said. */
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM message WHERE own = 0"), ==, 0);
  /* Once more. */
  chat_conversation_retry (chat, one);
  wait_for (n_sent (fixture) == 3);
  g_assert_cmpstr (xmpp_element_get_attribute (sent (fixture, 2), "id"), ==, id);
  g_assert_cmpstr (sent_body (fixture, 2), ==, "one");
  g_assert_null (chat_message_get_error_text (one));
  fake_session_acknowledge (fixture->session, 1);
  wait_for (chat_message_get_state (one) == CHAT_MESSAGE_SENT);
}

/* The acknowledgement comes while the error is being committed. */
static void
test_error_and_acknowledgement (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_FORBIDDEN, "no");
  XmppMessage message = { .type = XMPP_MESSAGE_ERROR, .from = fixture->romeo, .error = error };

  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  wait_for (n_sent (fixture) == 1);
  message.id = (char *) xmpp_element_get_attribute (sent (fixture, 0), "id");
  fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  fake_session_acknowledge (fixture->session, 1);
  wait_for (is_released (fixture, fixture->ticket));
  chat_conversation_send (open_chat (fixture, fixture->romeo), "two");
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_FAILED), ==, 1);
  g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_SENT), ==, 0);
}

static void
test_delete (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (chat));
  g_autoptr (ChatMessage) message = NULL;

  chat_conversation_send (chat, "one");
  chat_conversation_send (chat, "two");
  wait_for (g_list_model_get_n_items (timeline) == 2);
  message = g_list_model_get_item (timeline, 0);
  chat_conversation_delete_message (chat, message);
  wait_for (g_list_model_get_n_items (timeline) == 1);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 1);
  g_assert_cmpstr (sent_body (fixture, 0), ==, "two");
  /* The last one too: nothing is left in the list. */
  fake_session_set_online (fixture->session, FALSE);
}

static void
refused_cb (ChatConversation *chat, const char *sentence, guint *n)
{
  g_assert_cmpuint (strlen (sentence), >, 10);
  ++*n;
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autofree char *large = g_strnfill (60000, 'x');
  g_autofree char *marks = g_strnfill (20000, '&');
  guint n = 0;

  g_signal_connect (chat, "refused", G_CALLBACK (refused_cb), &n);
  chat_conversation_send (chat, large);
  chat_conversation_send (chat, marks);
  g_assert_cmpuint (n, ==, 2);
  chat_conversation_send (chat, "");
  chat_conversation_send (chat, " \n\t ");
  chat_conversation_send (chat, "\xff\xfe");
  g_assert_cmpuint (n, ==, 2);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_QUEUED) == 1);
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM message"), ==, 1);
}

static void
set_pages (Fixture *fixture, guint pages)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_store_set_max_pages (fixture->store, pages, keep_result_cb, &result);
  wait_for (result != NULL);
}

static void
test_send_when_full (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autofree char *text = g_strnfill (40000, 'x');

  set_pages (fixture, 1);
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (chat, text);
  g_assert_null (chat_conversation_get_draft (chat));
  wait_for (fixture->n_failed == 1);
  /* What was typed is not lost, and not sent behind the user's back. */
  wait_for (chat_conversation_get_draft (chat) != NULL);
  g_assert_cmpstr (chat_conversation_get_draft (chat), ==, text);
  g_assert_cmpuint (n_sent (fixture), ==, 0);
  set_pages (fixture, 100000);
  chat_conversation_send (chat, chat_conversation_get_draft (chat));
  wait_for (n_sent (fixture) == 1);
}

static void
test_session_refuses (Fixture *fixture, gconstpointer data)
{
  fake_session_refuse (fixture->session, TRUE);
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (open_chat (fixture, fixture->romeo), "one");
  chat_conversation_send (open_chat (fixture, fixture->romeo), "two");
  wait_for (n_in_state (fixture, CHAT_MESSAGE_QUEUED) == 2);
  fake_session_refuse (fixture->session, FALSE);
  fake_session_set_online (fixture->session, FALSE);
  fake_session_set_online (fixture->session, TRUE);
  wait_for (n_sent (fixture) == 2);
  g_assert_cmpstr (sent_body (fixture, 0), ==, "one");
  g_assert_cmpstr (sent_body (fixture, 1), ==, "two");
}

/* -- in ------------------------------------------------------------------------------------------------------------- */

static void
test_ticket (Fixture *fixture, gconstpointer data)
{
  guint64 ticket = deliver (fixture, "romeo@example.org/orchard", "a", "Hello");

  g_assert_false (is_released (fixture, ticket));
  wait_for (is_released (fixture, ticket));
  /* By now it is committed, and the state of the stream with it. */
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM message"), ==, 1);
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM stream_state"), ==, 1);
  g_assert_cmpuint (fixture->n_arrived, ==, 1);
  g_assert_false (fixture->from_contact);
  /* The same again is released, and not announced. */
  ticket = deliver (fixture, "romeo@example.org/orchard", "a", "Hello");
  wait_for (is_released (fixture, ticket));
  g_assert_cmpuint (fixture->n_arrived, ==, 1);
  /* What says nothing is released at once. */
  ticket = deliver (fixture, "romeo@example.org/orchard", "b", NULL);
  g_assert_true (is_released (fixture, ticket));
}

static void
test_store_fails (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (50000, 'x');
  g_autofree char *order = NULL;
  guint64 first, second;

  set_pages (fixture, 1);
  first = deliver (fixture, "romeo@example.org", "a", large);
  second = deliver (fixture, "romeo@example.org", "b", large);
  wait_for (fixture->n_failed == 1);
  g_assert_false (is_released (fixture, first));
  g_assert_cmpuint (fixture->n_arrived, ==, 0);
  set_pages (fixture, 100000);
  wait_for (is_released (fixture, first) && is_released (fixture, second));
  order = query_text (fixture->folder, "SELECT group_concat (stanza_id, '') FROM (SELECT stanza_id FROM message ORDER BY position)");
  g_assert_cmpstr (order, ==, "ab");
  g_assert_cmpuint (fixture->n_failed, ==, 1);
}

typedef struct {
  const char *what;
  XmppMessageType type;
  const char *from, *subject, *body, *stanza;
  gboolean encrypted, invitation;
  const char *jid;          /* of the conversation, NULL: dropped */
  int kind;
  gboolean own;
  const char *text;         /* NULL: none may be kept */
} Case;

static const Case cases[] = {
  { "chat", XMPP_MESSAGE_CHAT, "romeo@example.org/x", NULL, "Hello", NULL, FALSE, FALSE, "romeo@example.org", CHAT_MESSAGE_TEXT, FALSE, "Hello" },
  { "normal", XMPP_MESSAGE_NORMAL, "romeo@example.org", NULL, "Hello", NULL, FALSE, FALSE, "romeo@example.org", CHAT_MESSAGE_TEXT, FALSE, "Hello" },
  { "normal with a subject", XMPP_MESSAGE_NORMAL, "romeo@example.org", "Feast", "Come", NULL, FALSE, FALSE, "romeo@example.org", CHAT_MESSAGE_TEXT, FALSE, "Feast\nCome" },
  { "a server", XMPP_MESSAGE_NORMAL, "example.org", NULL, "Welcome", NULL, FALSE, FALSE, "example.org", CHAT_MESSAGE_TEXT, FALSE, "Welcome" },
  { "headline", XMPP_MESSAGE_HEADLINE, "news@example.org", "Prince", "No more fights", NULL, FALSE, FALSE, "news@example.org", CHAT_MESSAGE_HEADLINE, FALSE, "Prince\nNo more fights" },
  { "only a subject", XMPP_MESSAGE_HEADLINE, "news@example.org", "Prince", NULL, NULL, FALSE, FALSE, "news@example.org", CHAT_MESSAGE_HEADLINE, FALSE, "Prince" },
  { "encrypted", XMPP_MESSAGE_CHAT, "romeo@example.org", NULL, "I sent you an encrypted message", NULL, TRUE, FALSE, "romeo@example.org", CHAT_MESSAGE_ENCRYPTED, FALSE, NULL },
  { "S-103 only keys", XMPP_MESSAGE_CHAT, "romeo@example.org", NULL, NULL,
    "<message xmlns='jabber:client'><encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/></encrypted></message>",
    TRUE, FALSE, NULL, 0, FALSE, NULL },
  { "S-24 without from", XMPP_MESSAGE_CHAT, NULL, NULL, "Hello", NULL, FALSE, FALSE, "juliet@example.org", CHAT_MESSAGE_TEXT, TRUE, "Hello" },
  { "another client of ours", XMPP_MESSAGE_CHAT, "juliet@example.org/phone", NULL, "Milk", NULL, FALSE, FALSE, "juliet@example.org", CHAT_MESSAGE_TEXT, TRUE, "Milk" },
  { "room", XMPP_MESSAGE_GROUPCHAT, "room@rooms.example.org/romeo", NULL, "Hello", NULL, FALSE, FALSE, NULL, 0, FALSE, NULL },
  { "S-81 invitation", XMPP_MESSAGE_NORMAL, "room@rooms.example.org", NULL, "Come in", NULL, FALSE, TRUE, NULL, 0, FALSE, NULL },
  { "empty", XMPP_MESSAGE_CHAT, "romeo@example.org", NULL, "", NULL, FALSE, FALSE, NULL, 0, FALSE, NULL },
  { "error without a reason", XMPP_MESSAGE_ERROR, "romeo@example.org", NULL, "Hello", NULL, FALSE, FALSE, NULL, 0, FALSE, NULL },
};

static void
test_cases (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *c = &cases[i];
    g_autoptr (XmppJid) from = c->from != NULL ? xmpp_jid_new (c->from, NULL) : NULL;
    g_autofree char *id = g_strdup_printf ("case-%" G_GSIZE_FORMAT, i);
    XmppMessage message = { .type = c->type, .from = from, .id = id, .subject = (char *) c->subject, .body = (char *) c->body,
                            .encrypted = c->encrypted, .invitation = c->invitation };
    g_autofree char *sql = g_strdup_printf ("SELECT c.jid || ' ' || m.kind || ' ' || m.own || ' ' || ifnull (m.text, '(none)')"
                                            " FROM message m JOIN conversation c ON c.id = m.conversation WHERE m.stanza_id = '%s'", id);
    g_autofree char *found = NULL;
    g_autofree char *expected = NULL;
    g_test_message ("%s", c->what);
    fake_session_deliver (fixture->session, &message, c->stanza, ++fixture->ticket);
    wait_for (is_released (fixture, fixture->ticket));
    found = query_text (fixture->folder, sql);
    if (c->jid != NULL)
      expected = g_strdup_printf ("%s %d %d %s", c->jid, c->kind, c->own, c->text != NULL ? c->text : "(none)");
    g_assert_cmpstr (found, ==, expected);
  }
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM message WHERE text LIKE '%I sent you%'"), ==, 0);
}

static void
test_encrypted_hint (Fixture *fixture, gconstpointer data)
{
  XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .from = fixture->romeo, .id = (char *) "a", .body = (char *) "fallback", .encrypted = TRUE };
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autofree char *preview = NULL;
  gboolean hint;

  fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  wait_for (is_released (fixture, fixture->ticket));
  g_object_get (chat, "encrypted-hint", &hint, "preview", &preview, NULL);
  g_assert_true (hint);
  g_assert_cmpstr (preview, ==, "Encrypted message, can’t be read here yet");
  chat_conversation_send (chat, "plain");
  wait_for (n_in_state (fixture, CHAT_MESSAGE_QUEUED) == 1);
  restart (fixture);
  chat = open_chat (fixture, fixture->romeo);
  g_object_get (chat, "encrypted-hint", &hint, NULL);
  g_assert_true (hint);
  deliver (fixture, "romeo@example.org", "b", "plain too");
  wait_for (is_released (fixture, fixture->ticket));
  g_object_get (chat, "encrypted-hint", &hint, NULL);
  g_assert_false (hint);
}

/* Who only sends headlines takes no answers; who then says something does. */
static void
test_announcement (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppJid) news = xmpp_jid_new ("news@example.org", NULL);
  XmppMessage message = { .type = XMPP_MESSAGE_HEADLINE, .from = news, .id = (char *) "a", .body = (char *) "No more fights" };
  ChatConversation *chat = open_chat (fixture, news);
  gboolean announcement;

  fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  wait_for (is_released (fixture, fixture->ticket));
  g_object_get (chat, "announcement", &announcement, NULL);
  g_assert_true (announcement);
  deliver (fixture, "news@example.org", "b", "Any questions?");
  wait_for (is_released (fixture, fixture->ticket));
  g_object_get (chat, "announcement", &announcement, NULL);
  g_assert_false (announcement);
}

/* Our own server's stamp counts, held to what is sane; nobody else's does. */
static void
test_delay (Fixture *fixture, gconstpointer data)
{
  const struct { const char *delays; const char *expected; } stamps[] = {
    { "<delay xmlns='urn:xmpp:delay' from='example.org' stamp='2020-09-13T12:26:40Z'/>", "2020-09-13 12:26:40" },
    { "<delay xmlns='urn:xmpp:delay' from='juliet@example.org' stamp='2020-09-13T12:26:41Z'/>", "2020-09-13 12:26:41" },
    { "<delay xmlns='urn:xmpp:delay' from='juliet@example.org/phone' stamp='2020-09-13T12:26:42Z'/>", NULL },
    { "<delay xmlns='urn:xmpp:delay' from='romeo@example.org' stamp='2020-09-13T12:26:42Z'/>", NULL },
    { "<delay xmlns='urn:xmpp:delay' from='example.net' stamp='2020-09-13T12:26:42Z'/>", NULL },
    { "<delay xmlns='urn:xmpp:delay' from='example.org/x' stamp='2020-09-13T12:26:42Z'/>", NULL },
    { "<delay xmlns='urn:xmpp:delay' from='romeo@example.org/example.org' stamp='2020-09-13T12:26:42Z'/>", NULL },
    { "<delay xmlns='urn:xmpp:delay' stamp='2020-09-13T12:26:42Z'/>", NULL },
    { "<delay xmlns='urn:xmpp:delay' from='example.org' stamp='yesterday'/>", NULL },
    { "<delay xmlns='urn:xmpp:delay' from='example.org' stamp='9999-09-13T12:26:42Z'/>", NULL },
    { "<delay xmlns='urn:xmpp:delay' from='example.org' stamp='1066-10-14T12:00:00Z'/>", "1970-01-01 00:00:00" },
    /* The sender tried before, then our server kept it. */
    { "<delay xmlns='urn:xmpp:delay' from='romeo@example.org' stamp='2001-01-01T00:00:00Z'/>"
      "<delay xmlns='urn:xmpp:delay' from='example.org' stamp='2020-09-13T12:26:43Z'/>", "2020-09-13 12:26:43" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (stamps); i++) {
    g_autofree char *id = g_strdup_printf ("%" G_GSIZE_FORMAT, i);
    g_autofree char *stanza = g_strdup_printf ("<message xmlns='jabber:client'>%s</message>", stamps[i].delays);
    g_autofree char *sql = g_strdup_printf ("SELECT datetime (time / 1000000, 'unixepoch') FROM message WHERE stanza_id = '%s'", id);
    g_autofree char *recent = g_strdup_printf ("SELECT abs (time / 1000000 - unixepoch ()) <= 86460 FROM message WHERE stanza_id = '%s'", id);
    XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .from = fixture->romeo, .id = id, .body = (char *) "text" };
    g_autofree char *found = NULL;
    g_test_message ("%s", stamps[i].delays);
    fake_session_deliver (fixture->session, &message, stanza, ++fixture->ticket);
    wait_for (is_released (fixture, fixture->ticket));
    found = query_text (fixture->folder, sql);
    if (stamps[i].expected != NULL)
      g_assert_cmpstr (found, ==, stamps[i].expected);
    else
      g_assert_cmpint (query (fixture->folder, recent), ==, 1);
  }
}

/* A note comes back to all our clients, this one too: it is one note. */
static void
test_note_to_self (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->own);
  gboolean note;

  g_object_get (chat, "note-to-self", &note, NULL);
  g_assert_true (note);
  g_assert_cmpstr (chat_conversation_get_name (chat), ==, "Note to Self");
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (chat, "Milk");
  wait_for (n_sent (fixture) == 1);
  deliver (fixture, "juliet@example.org/phone", xmpp_element_get_attribute (sent (fixture, 0), "id"), "Milk");
  wait_for (is_released (fixture, fixture->ticket));
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM message"), ==, 1);
  g_assert_cmpuint (chat_conversation_get_unread (chat), ==, 0);
  g_assert_cmpuint (fixture->n_arrived, ==, 0);
}

static void
set_peer_state (Fixture *fixture, XmppChatState state, gint64 delay)
{
  XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .from = fixture->romeo, .chat_state = state, .delay = delay };

  fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  g_assert_true (is_released (fixture, fixture->ticket));
}

static gboolean
is_composing (ChatConversation *chat)
{
  gboolean composing;

  g_object_get (chat, "peer-composing", &composing, NULL);
  return composing;
}

static void
test_chat_states (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat;

  set_peer_state (fixture, XMPP_CHAT_STATE_COMPOSING, 0);
  /* A stranger's typing makes no chat. */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 0);
  chat = open_chat (fixture, fixture->romeo);
  set_peer_state (fixture, XMPP_CHAT_STATE_COMPOSING, 1);
  g_assert_false (is_composing (chat));
  set_peer_state (fixture, XMPP_CHAT_STATE_COMPOSING, 0);
  g_assert_true (is_composing (chat));
  deliver (fixture, "romeo@example.org", "a", "there");
  g_assert_false (is_composing (chat));
  wait_for (is_released (fixture, fixture->ticket));
  set_peer_state (fixture, XMPP_CHAT_STATE_COMPOSING, 0);

  /* S-110: ours are told to those only who see our presence, and whose client speaks of them. */
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_set_composing (chat, TRUE);
  chat_conversation_set_composing (chat, FALSE);
  g_assert_cmpuint (n_sent (fixture), ==, 0);
  add_contact (fixture, fixture->romeo, "Romeo", XMPP_SUBSCRIPTION_TO);
  chat_conversation_set_composing (chat, TRUE);
  chat_conversation_set_composing (chat, FALSE);
  g_assert_cmpuint (n_sent (fixture), ==, 0);
  g_object_set (chat_conversation_get_contact (chat), "subscription", XMPP_SUBSCRIPTION_BOTH, NULL);
  chat_conversation_set_composing (chat, TRUE);
  chat_conversation_set_composing (chat, TRUE);
  g_assert_cmpuint (n_sent (fixture), ==, 1);
  g_assert_nonnull (xmpp_element_find_child (sent (fixture, 0), XMPP_NS_CHAT_STATES, "composing"));
  chat_conversation_send (chat, "text");
  wait_for (n_sent (fixture) == 2);
  g_assert_nonnull (xmpp_element_find_child (sent (fixture, 1), XMPP_NS_CHAT_STATES, "active"));
  deliver (fixture, "romeo@example.org", "b", "from a client without");
  chat_conversation_set_composing (chat, TRUE);
  g_assert_cmpuint (n_sent (fixture), ==, 2);
  /* Who goes offline stops typing. */
  set_peer_state (fixture, XMPP_CHAT_STATE_COMPOSING, 0);
  g_assert_true (is_composing (chat));
  g_object_set (chat_conversation_get_contact (chat), "availability", XMPP_AVAILABILITY_OFFLINE, NULL);
  g_assert_false (is_composing (chat));
  wait_for (is_released (fixture, fixture->ticket - 1));
}

/* -- the list ------------------------------------------------------------------------------------------------------- */

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
  chat_conversation_list_set_shown (fixture->list, chat);
  g_assert_cmpuint (chat_conversation_get_unread (chat), ==, 0);
  g_assert_cmpuint (fixture->n_read, ==, 1);
  /* The line stays where it was while it is read. */
  g_assert_cmpuint (chat_timeline_get_first_unread (chat_conversation_get_timeline (chat)), ==, 0);
  deliver (fixture, "romeo@example.org", "c", "three");
  wait_for (is_released (fixture, fixture->ticket));
  g_assert_cmpuint (fixture->n_arrived, ==, 2);
  g_assert_cmpuint (chat_conversation_get_unread (chat), ==, 0);
  chat_conversation_list_set_shown (fixture->list, NULL);
  deliver (fixture, "romeo@example.org", "d", "four");
  wait_for (is_released (fixture, fixture->ticket));
  g_assert_cmpuint (chat_conversation_get_unread (chat), ==, 1);
  g_assert_cmpuint (chat_timeline_get_first_unread (chat_conversation_get_timeline (chat)), ==, 3);
  chat_conversation_list_set_shown (fixture->list, chat);
  chat_conversation_list_set_shown (fixture->list, open_chat (fixture, fixture->nurse));
  g_assert_cmpuint (chat_timeline_get_first_unread (chat_conversation_get_timeline (chat)), ==, G_MAXUINT);
  deliver (fixture, "romeo@example.org", "e", "five");
  wait_for (is_released (fixture, fixture->ticket));
  restart (fixture);
  g_assert_cmpuint (chat_conversation_get_unread (chat_at (fixture, 0)), ==, 1);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  #define ADD(path, func) g_test_add ("/talk/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("outbox/R-25/order-after-restart", test_order_after_restart);
  ADD ("outbox/shown-while-offline", test_shown_while_offline);
  ADD ("outbox/R-08/unacknowledged", test_unacknowledged);
  ADD ("outbox/resumed", test_resumed);
  ADD ("outbox/R-13/resumed-after-restart", test_resumed_after_restart);
  ADD ("outbox/R-26/killed-while-writing", test_killed_while_writing);
  g_test_add ("/talk/outbox/without-stream-management", Fixture, "without stream management", set_up,
              test_without_stream_management, tear_down);
  ADD ("outbox/S-18/R-29/W-02/error", test_error);
  ADD ("outbox/R-29/error-and-acknowledgement", test_error_and_acknowledgement);
  ADD ("outbox/delete", test_delete);
  ADD ("outbox/refused", test_refused);
  ADD ("outbox/R-44/full", test_send_when_full);
  ADD ("outbox/session-refuses", test_session_refuses);
  ADD ("inbox/R-11/ticket", test_ticket);
  ADD ("inbox/R-44/store-fails", test_store_fails);
  ADD ("inbox/cases", test_cases);
  ADD ("inbox/encrypted-hint", test_encrypted_hint);
  ADD ("inbox/announcement", test_announcement);
  ADD ("inbox/S-20/delay", test_delay);
  ADD ("inbox/W-31/note-to-self", test_note_to_self);
  ADD ("inbox/S-110/chat-states", test_chat_states);
  ADD ("list/order", test_list);
  ADD ("list/W-14/unread", test_unread);
  ADD ("list/draft", test_draft);
  ADD ("list/contact", test_contact);
  return g_test_run ();
}
