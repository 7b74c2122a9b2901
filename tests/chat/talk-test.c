/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "talk-test.h"

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
  fixture->read_state = chat_read_state_new (fixture->store, fixture->list, fixture->account, fixture->session);
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
  finalize (fixture->read_state);
  finalize (fixture->inbox);
  finalize (fixture->outbox);
  finalize (fixture->session);
  finalize (fixture->list);
  g_clear_object (&fixture->contacts);
  finalize (fixture->person);
  wait_for (g_atomic_int_get (&G_OBJECT (fixture->store)->ref_count) == 1);
  store_close (g_steal_pointer (&fixture->store));
}

void
restart (Fixture *fixture)
{
  stop (fixture);
  start (fixture);
}

void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = folder_new ();
  fixture->own = xmpp_jid_new ("juliet@example.org", NULL);
  fixture->romeo = xmpp_jid_new ("romeo@example.org", NULL);
  fixture->nurse = xmpp_jid_new ("nurse@example.org", NULL);
  fixture->stream_management = g_strcmp0 (data, "without stream management") != 0;
  start (fixture);
}

void
tear_down (Fixture *fixture, gconstpointer data)
{
  stop (fixture);
  xmpp_jid_unref (fixture->own);
  xmpp_jid_unref (fixture->romeo);
  xmpp_jid_unref (fixture->nurse);
  folder_remove (fixture->folder);
}

ChatConversation *
open_chat (Fixture *fixture, XmppJid *jid)
{
  return chat_conversation_list_open (fixture->list, fixture->account, jid);
}

guint
n_sent (Fixture *fixture)
{
  return fake_session_get_sent (fixture->session)->len;
}

XmppElement *
sent (Fixture *fixture, guint i)
{
  return g_ptr_array_index (fake_session_get_sent (fixture->session), i);
}

const char *
sent_body (Fixture *fixture, guint i)
{
  return xmpp_element_get_child_text (sent (fixture, i), NULL, "body");
}

gint64
n_in_state (Fixture *fixture, ChatMessageState state)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM message WHERE state = %d", state);
  return query (fixture->folder, sql);
}

void
add_contact (Fixture *fixture, XmppJid *jid, const char *name, XmppSubscription subscription)
{
  g_autoptr (FakePerson) contact = g_object_new (FAKE_TYPE_PERSON, "account", fixture->person, "jid", jid, "name", name,
    "subscription", subscription, "availability", XMPP_AVAILABILITY_AVAILABLE, "presence-line", "Available", NULL);
  g_list_store_append (fixture->contacts, contact);
}

guint64
deliver (Fixture *fixture, const char *from, const char *id, const char *body)
{
  g_autoptr (XmppJid) jid = from != NULL ? xmpp_jid_new (from, NULL) : NULL;
  XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .from = jid, .id = (char *) id, .body = (char *) body };

  fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  return fixture->ticket;
}

gboolean
is_released (Fixture *fixture, guint64 ticket)
{
  GArray *released = fake_session_get_released (fixture->session);

  for (guint i = 0; i < released->len; i++) {
    if (g_array_index (released, guint64, i) == ticket)
      return TRUE;
  }
  return FALSE;
}

void
set_pages (Fixture *fixture, guint pages)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_store_set_max_pages (fixture->store, pages, keep_result_cb, &result);
  wait_for (result != NULL);
}
