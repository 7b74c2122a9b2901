/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-inbox.h"
#include "chat-outbox.h"
#include "chat-test.h"
#include "scripted-server.h"
#include "test-certificates.h"
#include "xmpp-message-module.h"
#include "xmpp-session.h"

#include <string.h>

/* The boxes on a real session and a server that follows a script: what is acknowledged when, what is sent again, and what
 * is left of it after the program was killed. */

typedef struct {
  char *folder;
  ScriptedServer *server;
  TestAuthority *authority;
  XmppJid *own, *romeo;
  gint64 account;
  ChatStore *store;
  ChatConversationList *list;
  XmppSession *session;
  ChatOutbox *outbox;
  ChatInbox *inbox;
} Fixture;

static void
begin (Fixture *fixture, const char *script)
{
  TestCertificate wanted = { .names = "dns:a.test" };
  g_autoptr (GTlsCertificate) certificate = NULL;

  fixture->authority = test_authority_new ();
  certificate = test_authority_issue (fixture->authority, &wanted);
  fixture->server = scripted_server_new (script, 1, "a.test", certificate);
}

static void
start (Fixture *fixture)
{
  const GType modules[] = { XMPP_TYPE_MESSAGE_MODULE, G_TYPE_INVALID };
  g_autoptr (ChatSnapshot) snapshot = NULL;
  ChatAccountRow *row;

  fixture->store = store_open (fixture->folder, &snapshot);
  if (fixture->account == 0)
    fixture->account = store_account (fixture->store, "user@a.test");
  fixture->list = chat_conversation_list_new (fixture->store);
  chat_conversation_list_add_account (fixture->list, fixture->account, fixture->own, NULL);
  chat_conversation_list_load (fixture->list, snapshot);
  fixture->session = xmpp_session_new (fixture->own, modules);
  fixture->outbox = chat_outbox_new (fixture->store, fixture->list, fixture->account, fixture->session);
  fixture->inbox = chat_inbox_new (fixture->store, fixture->list, fixture->account, fixture->session, fixture->outbox);
  row = snapshot->accounts->len > 0 ? g_ptr_array_index (snapshot->accounts, 0) : NULL;
  if (row != NULL && row->sm_state != NULL) {
    g_autoptr (XmppElement) state = xmpp_element_parse (row->sm_state, -1, NULL);
    xmpp_session_set_sm_state (fixture->session, state);
  }
}

static void
go_online (Fixture *fixture)
{
  g_autoptr (XmppLogin) login = xmpp_login_new (fixture->own);
  g_autoptr (XmppSecret) password = xmpp_secret_new ("pencil", -1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (login, "password", password, "host", "127.0.0.1", "port", (guint) scripted_server_get_port (fixture->server),
                "tls-database", test_authority_get_database (fixture->authority), NULL);
  xmpp_session_connect_async (fixture->session, login, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  g_assert_true (xmpp_session_connect_finish (fixture->session, result, &error));
  g_assert_no_error (error);
}

/* Without a word to the server, and with nothing kept but what is committed. */
static void
stop (Fixture *fixture)
{
  if (fixture->store == NULL)
    return;
  wait_for (g_atomic_int_get (&G_OBJECT (fixture->inbox)->ref_count) == 1);
  g_clear_object (&fixture->inbox);
  wait_for (g_atomic_int_get (&G_OBJECT (fixture->outbox)->ref_count) == 1);
  g_clear_object (&fixture->outbox);
  g_clear_object (&fixture->session);
  wait_for (g_atomic_int_get (&G_OBJECT (fixture->list)->ref_count) == 1);
  g_clear_object (&fixture->list);
  wait_for (g_atomic_int_get (&G_OBJECT (fixture->store)->ref_count) == 1);
  store_close (g_steal_pointer (&fixture->store));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = folder_new ();
  fixture->own = xmpp_jid_new ("user@a.test", NULL);
  fixture->romeo = xmpp_jid_new ("romeo@a.test", NULL);
  start (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  scripted_server_finish (fixture->server);
  stop (fixture);
  g_clear_object (&fixture->server);
  test_authority_free (fixture->authority);
  xmpp_jid_unref (fixture->own);
  xmpp_jid_unref (fixture->romeo);
  folder_remove (fixture->folder);
}

static void
say (Fixture *fixture, const char *text)
{
  chat_conversation_send (chat_conversation_list_open (fixture->list, fixture->account, fixture->romeo), text);
}

static gint64
n_in_state (Fixture *fixture, ChatMessageState state)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM message WHERE state = %d", state);
  return query (fixture->folder, sql);
}

#define SM "xmlns='urn:xmpp:sm:3'"
#define FEATURES "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm " SM "/></stream:features>\n"
#define AGAIN "accept\nstarttls\nmechanisms SCRAM-SHA-1\nscram SHA-1 pencil\nopen\n" FEATURES
#define BIND \
  "C: <iq type='set' id='$i'/>\n" \
  "S: <iq type='result' id='$i'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>user@a.test/x</jid></bind></iq>\n" \
  "C: <enable " SM " resume='true'/>\n" \
  "S: <enabled " SM " id='new' resume='true'/>\n"

static void
test_both_ways (Fixture *fixture, gconstpointer data)
{
  begin (fixture,
    "login pencil\n"
    "C: <message to='romeo@a.test' type='chat' id='$id'><body>one</body><origin-id xmlns='urn:xmpp:sid:0' id='$id'/></message>\n"
    "C: <r " SM "/>\n"
    "S: <a " SM " h='1'/>\n"
    "S: <message from='romeo@a.test/x' type='chat' id='m1'><body>Hello</body></message>\n"
    /* Not before it is committed, and then by itself. */
    "C: <a " SM " h='1'/>\n"
    "S: <message from='romeo@a.test/x' type='error' id='$id'><error type='cancel'>"
    "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>\n"
    "C: <a " SM " h='2'/>");
  say (fixture, "one");
  go_online (fixture);
  wait_for (query (fixture->folder, "SELECT count(*) FROM message WHERE own = 0") == 1);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_FAILED) == 1);
}

/* Killed after the server got it and before it said so; the stream is resumed by the next start. */
static void
test_resumed (Fixture *fixture, gconstpointer data)
{
  begin (fixture,
    "login pencil\n"
    "S: <message from='romeo@a.test/x' type='chat' id='m1'><body>Hello</body></message>\n"
    "C: <a " SM " h='1'/>\n"
    "C: <message to='romeo@a.test' id='$id'><body>one</body></message>\n"
    "gone\n"
    AGAIN
    "C: <resume " SM " previd='sm1' h='1'/>\n"
    "S: <resumed " SM " previd='sm1' h='1'/>\n"
    "C: <message to='romeo@a.test'><body>two</body></message>\n"
    "C: <r " SM "/>\n"
    "S: <a " SM " h='2'/>");
  go_online (fixture);
  wait_for (query (fixture->folder, "SELECT count(*) FROM message") == 1);
  /* By the same commit. */
  g_assert_cmpint (query (fixture->folder, "SELECT instr (state, 'handled=''1''') > 0 FROM stream_state"), ==, 1);
  wait_for (strstr (scripted_server_get_received (fixture->server, TRUE), "h='1'") != NULL);
  say (fixture, "one");
  wait_for (query (fixture->folder, "SELECT instr (state, 'one') > 0 AND instr (state, 'handled=\"1\"') + instr (state, 'handled=''1''') > 0 FROM stream_state") == 1);
  wait_for (strstr (scripted_server_get_received (fixture->server, TRUE), "one") != NULL);
  stop (fixture);
  start (fixture);
  say (fixture, "two");
  go_online (fixture);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 2);
}

/* Killed, and the server knows nothing of the stream any more: once more, the same, with the time of the first try. */
static void
test_not_resumed (Fixture *fixture, gconstpointer data)
{
  begin (fixture,
    "login pencil\n"
    "C: <message to='romeo@a.test' id='$id'><body>one</body></message>\n"
    "gone\n"
    AGAIN
    "C: <resume " SM " previd='sm1' h='0'/>\n"
    "S: <failed " SM "><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>\n"
    BIND
    "C: <message to='romeo@a.test' id='$id'><body>one</body><delay xmlns='urn:xmpp:delay' from='user@a.test'/></message>\n"
    "C: <r " SM "/>\n"
    "C: <message to='romeo@a.test'><body>two</body></message>\n"
    "C: <r " SM "/>\n"
    "S: <a " SM " h='2'/>");
  go_online (fixture);
  say (fixture, "one");
  wait_for (query (fixture->folder, "SELECT instr (state, 'one') > 0 FROM stream_state") == 1);
  wait_for (strstr (scripted_server_get_received (fixture->server, TRUE), "one") != NULL);
  stop (fixture);
  start (fixture);
  say (fixture, "two");
  go_online (fixture);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_SENT) == 2);
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM message"), ==, 2);
}

/* The server sends again what it was not told of: one row. */
static void
test_redelivered (Fixture *fixture, gconstpointer data)
{
  begin (fixture,
    "login pencil\n"
    "S: <message from='romeo@a.test/x' type='chat' id='m1'><body>Hello</body></message>\n"
    "C: <a " SM " h='1'/>\n"
    "reset\n"
    AGAIN
    "C: <resume " SM " previd='sm1'/>\n"
    "S: <failed " SM "><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>\n"
    BIND
    "S: <message from='romeo@a.test/x' type='chat' id='m1'><body>Hello</body>"
    "<delay xmlns='urn:xmpp:delay' from='a.test' stamp='2020-01-01T00:00:00Z'/></message>\n"
    "C: <a " SM " h='1'/>\n"
    "S: <message from='romeo@a.test/x' type='chat' id='m2'><body>Are you there?</body></message>\n"
    "C: <a " SM " h='2'/>");
  go_online (fixture);
  wait_for (xmpp_session_get_state (fixture->session) == XMPP_SESSION_OFFLINE);
  go_online (fixture);
  wait_for (query (fixture->folder, "SELECT count(*) FROM message") == 2);
}

/* what was closed in order is not resumed. */
static void
test_closed (Fixture *fixture, gconstpointer data)
{
  begin (fixture, "login pencil\ngone");
  go_online (fixture);
  wait_for (query (fixture->folder, "SELECT count(*) FROM stream_state") == 1);
  xmpp_session_close (fixture->session);
  wait_for (xmpp_session_get_state (fixture->session) == XMPP_SESSION_OFFLINE);
  wait_for (query (fixture->folder, "SELECT count(*) FROM stream_state") == 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  #define ADD(path, func) g_test_add ("/talk/session/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("R-11/both-ways", test_both_ways);
  ADD ("R-13/resumed", test_resumed);
  ADD ("R-08/R-26/not-resumed", test_not_resumed);
  ADD ("W-31/redelivered", test_redelivered);
  ADD ("R-14/closed", test_closed);
  return g_test_run ();
}
