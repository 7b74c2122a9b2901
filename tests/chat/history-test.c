/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "history-test.h"

#include "chat-account-private.h"
#include "xmpp-archive-module.h"
#include "xmpp-carbons-module.h"
#include "xmpp-message-module.h"

#include <stdlib.h>
#include <string.h>

static void
problem_cb (ChatHistory *history, GParamSpec *pspec, HistoryClient *self)
{
  if (chat_history_get_problem (history) != NULL)
    g_ptr_array_add (self->problems, g_strdup (chat_history_get_problem (history)));
}

/* As the connection says it, after the session. */
static void
online_cb (XmppArchiveModule *archive, gboolean resumed, HistoryClient *self)
{
  chat_account_set_state (self->connection, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_NEEDS_NOTHING, "Online", NULL);
}

static void
offline_cb (XmppArchiveModule *archive, HistoryClient *self)
{
  chat_account_set_state (self->connection, CHAT_ACCOUNT_OFFLINE, CHAT_ACCOUNT_NEEDS_NOTHING, "Offline", NULL);
}

static void
start (HistoryClient *self)
{
  const GType modules[] = { XMPP_TYPE_MESSAGE_MODULE, XMPP_TYPE_CARBONS_MODULE, XMPP_TYPE_ARCHIVE_MODULE, G_TYPE_INVALID };
  XmppSessionTimeouts timeouts = { 1, 60000, 60000, 60000, 60000 };

  ChatAccountRow *row = g_new0 (ChatAccountRow, 1);
  XmppArchiveModule *archive;

  row->id = self->account;
  row->jid = g_strdup (xmpp_jid_get_string (self->jid));
  self->connection = chat_account_new (self->store, row);
  self->list = chat_conversation_list_new (self->store);
  chat_conversation_list_add_account (self->list, self->account, self->jid, self->connection);
  self->session = xmpp_session_new (self->jid, modules);
  xmpp_session_set_timeouts (self->session, &timeouts);
  self->outbox = chat_outbox_new (self->store, self->list, self->account, self->session);
  self->inbox = chat_inbox_new (self->store, self->list, self->account, self->session, self->outbox);
  self->history = chat_history_new (self->store, self->list, self->account, self->session, self->inbox);
  chat_history_set_times (self->history, 1, 10000);
  g_signal_connect (self->history, "notify::problem", G_CALLBACK (problem_cb), self);
  archive = xmpp_session_get_module (self->session, XMPP_TYPE_ARCHIVE_MODULE);
  g_signal_connect (archive, "online", G_CALLBACK (online_cb), self);
  g_signal_connect (archive, "offline", G_CALLBACK (offline_cb), self);
}

HistoryClient *
history_client_new (ModelServer *server, ChatStore *store, const char *folder, const char *address)
{
  HistoryClient *self = g_new0 (HistoryClient, 1);
  g_autofree char *path = g_build_filename (folder, "chat.db", NULL);
  g_autoptr (GError) error = NULL;

  self->server = server;
  self->store = store;
  self->jid = model_server_dup_account ();
  self->account = store_account (store, address);
  self->problems = g_ptr_array_new_with_free_func (g_free);
  self->db = chat_db_open (path, SQLITE_OPEN_READWRITE, &error);
  g_assert_no_error (error);
  start (self);
  return self;
}

#define let_go(object) \
  G_STMT_START { \
    wait_for (g_atomic_int_get (&G_OBJECT (object)->ref_count) == 1); \
    g_assert_finalize_object (g_steal_pointer (&(object))); \
  } G_STMT_END

/* Writes come back in order. */
static void
push_through (HistoryClient *self, GAsyncResult **result)
{
  chat_store_save_sm_state_async (self->store, G_MAXINT, NULL, NULL, keep_result_cb, result);
}

static void
stop (HistoryClient *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  model_server_cut (self->server, FALSE);
  push_through (self, &result);
  wait_for (result != NULL);
  let_go (self->history);
  let_go (self->inbox);
  let_go (self->outbox);
  let_go (self->session);
  let_go (self->list);
  let_go (self->connection);
}

void
history_client_free (HistoryClient *self)
{
  stop (self);
  xmpp_jid_unref (self->jid);
  chat_db_close (self->db);
  g_ptr_array_unref (self->problems);
  g_free (self);
}

static char *
dup_text (HistoryClient *self, const char *sql)
{
  g_autoptr (GError) error = NULL;
  sqlite3_stmt *statement = chat_db_query (self->db, &error, sql, "l", self->account);
  char *text = NULL;

  if (chat_db_step (self->db, statement, &error) > 0) {
    text = chat_db_dup_text (statement, 0);
    sqlite3_reset (statement);
  }
  g_assert_no_error (error);
  return text;
}

static gint64
count (HistoryClient *self, const char *sql)
{
  g_autofree char *text = dup_text (self, sql);

  return g_ascii_strtoll (text, NULL, 10);
}

gint64
history_client_n_gaps (HistoryClient *self)
{
  return count (self, "SELECT count (*) FROM gap WHERE account = ?");
}

gint64
history_client_n_rows (HistoryClient *self)
{
  return count (self, "SELECT count (*) FROM message m JOIN conversation c ON m.conversation = c.id WHERE c.account = ?");
}

void
history_fixture_set_up (HistoryFixture *fixture, gconstpointer data)
{
  fixture->folder = folder_new ();
  fixture->store = store_open (fixture->folder, NULL);
  fixture->server = model_server_new ();
  fixture->client = history_client_new (fixture->server, fixture->store, fixture->folder, "juliet@a.test");
}

void
history_fixture_tear_down (HistoryFixture *fixture, gconstpointer data)
{
  history_client_free (fixture->client);
  model_server_free (fixture->server);
  wait_for (g_atomic_int_get (&G_OBJECT (fixture->store)->ref_count) == 1);
  store_close (fixture->store);
  folder_remove (fixture->folder);
}

void
history_client_restart (HistoryClient *self)
{
  g_autofree char *state = NULL;
  g_autoptr (XmppElement) element = NULL;

  stop (self);
  state = dup_text (self, "SELECT state FROM stream_state WHERE account = ?");
  start (self);
  element = state != NULL ? xmpp_element_parse (state, -1, NULL) : NULL;
  if (element != NULL)
    xmpp_session_set_sm_state (self->session, element);
}

ChatConversation *
history_client_open (HistoryClient *self, const char *peer)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (peer, NULL);

  return chat_conversation_list_open (self->list, self->account, jid);
}

void
history_client_send (HistoryClient *self, const char *peer, const char *text)
{
  chat_conversation_send (history_client_open (self, peer), text);
}

static gboolean
is_settled (HistoryClient *self)
{
  return self->server->down.length == 0 && self->server->up.length == 0 && !chat_history_get_running (self->history)
         && count (self, "SELECT count (*) FROM message m JOIN conversation c ON m.conversation = c.id"
                         " WHERE c.account = ? AND m.state IN (1, 2)") == 0;
}

static void
drain (HistoryClient *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  push_through (self, &result);
  flow_until (self, result != NULL);
}

void
history_client_settle (HistoryClient *self)
{
  guint n_quiet = 0;

  while (n_quiet < 3) {
    flow_until (self, is_settled (self));
    drain (self);
    n_quiet = is_settled (self) ? n_quiet + 1 : 0;
  }
}

/* -- comparing ------------------------------------------------------------------------------------------------------ */

static GPtrArray *
read_texts (HistoryClient *self, const char *sql, const char *peer)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *statement = chat_db_query (self->db, &error, sql, "ls", self->account, peer);

  while (chat_db_step (self->db, statement, &error) > 0)
    g_ptr_array_add (rows, chat_db_dup_text (statement, 0));
  g_assert_no_error (error);
  return rows;
}

static GPtrArray *
read_rows (HistoryClient *self, const char *peer)
{
  return read_texts (self, "SELECT m.text FROM message m JOIN conversation c ON m.conversation = c.id WHERE c.account = ? AND c.jid = ?"
                     " ORDER BY m.position, m.id", peer);
}

static char *
describe (GPtrArray *rows, guint at, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "row %u: “%s” where “%s” is due; here:", at, at < rows->len ? (char *) rows->pdata[at] : "(end)", expected);
  for (guint i = at > 8 ? at - 8 : 0; i < MIN (rows->len, at + 8); i++)
    g_string_append_printf (text, " [%s]", (char *) rows->pdata[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* What was typed here goes out in that order. */
static char *
compare_mine (GPtrArray *rows)
{
  guint last = 0;

  for (guint i = 0; i < rows->len; i++) {
    gboolean mine = g_str_has_prefix (rows->pdata[i], "mine ");
    guint number = mine ? (guint) atoi ((char *) rows->pdata[i] + strlen ("mine ")) : G_MAXUINT;
    if (number <= last)
      return describe (rows, i, "one that was typed later");
    last = mine ? number : last;
  }
  return NULL;
}

/* What was typed here and was not met in the archive yet has no place in its order. */
static GPtrArray *
read_unmet (HistoryClient *self, const char *peer)
{
  return read_texts (self, "SELECT m.text FROM message m JOIN conversation c ON m.conversation = c.id WHERE c.account = ? AND c.jid = ?"
                     " AND m.own AND m.text LIKE 'mine %' AND m.archive_id IS NULL", peer);
}

static gboolean
has_text (GPtrArray *rows, const char *text)
{
  return g_ptr_array_find_with_equal_func (rows, text, g_str_equal, NULL);
}

/* What was typed here, too, stands where the archive has it. */
static char *
compare_chat (HistoryClient *self, const char *peer, gboolean partly)
{
  g_autoptr (GPtrArray) rows = read_rows (self, peer), unmet = read_unmet (self, peer);
  char *fault = compare_mine (rows);
  guint at = 0;

  for (guint i = rows->len; i > 0; i--) {
    if (has_text (unmet, rows->pdata[i - 1]))
      g_ptr_array_remove_index (rows, i - 1);
  }

  for (guint i = 0; i < self->server->messages->len && fault == NULL; i++) {
    ModelMessage *message = self->server->messages->pdata[i];
    if (strcmp (message->peer, peer) != 0 || has_text (unmet, message->text))
      continue;
    if (at < rows->len && strcmp (rows->pdata[at], message->text) == 0)
      at++;
    else if (!message->purged && !partly)
      fault = describe (rows, at, message->text);
  }
  return fault == NULL && at < rows->len ? describe (rows, at, "(end)") : fault;
}

static char *
compare_copies (HistoryClient *self)
{
  for (guint i = 0; i < self->server->messages->len; i++) {
    ModelMessage *message = self->server->messages->pdata[i];
    if (message->n_copies > 1)
      return g_strdup_printf ("“%s” was sent %u times", message->text, message->n_copies);
  }
  return NULL;
}

char *
history_client_compare (HistoryClient *self, gboolean partly)
{
  g_autoptr (GHashTable) peers = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->server->messages->len; i++) {
    ModelMessage *message = self->server->messages->pdata[i];
    char *fault;
    if (!g_hash_table_add (peers, message->peer))
      continue;
    fault = compare_chat (self, message->peer, partly);
    if (fault != NULL)
      return fault;
  }
  return compare_copies (self);
}
