/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-account.h"
#include "chat-history-private.h"
#include "chat-test.h"
#include "model-server.h"

G_BEGIN_DECLS

/* An account of ours at a model server, with all that takes and keeps its messages. The store may be shared by many. */
typedef struct {
  ModelServer *server;
  ChatStore *store;
  ChatDb *db;                    /* a connection of the test's own */
  gint64 account;
  XmppJid *jid;
  ChatAccount *connection;       /* says whether there is one */
  ChatConversationList *list;
  XmppSession *session;
  ChatOutbox *outbox;
  ChatInbox *inbox;
  ChatHistory *history;
  GPtrArray *problems;           /* of char *: all that was told */
} HistoryClient;

/* On a database in folder. address: of the account's row. */
HistoryClient *history_client_new     (ModelServer *server, ChatStore *store, const char *folder, const char *address);
void           history_client_free    (HistoryClient *self);
/* As if the program was killed and started again. */
void           history_client_restart (HistoryClient *self);
void           history_client_send    (HistoryClient *self, const char *peer, const char *text);
ChatConversation *history_client_open (HistoryClient *self, const char *peer);
gint64         history_client_n_gaps  (HistoryClient *self);
gint64         history_client_n_rows  (HistoryClient *self);
/* Lets everything happen until the catch-up rests and nothing is under way. */
void           history_client_settle  (HistoryClient *self);
/* A folder, a store and a server that is empty, for tests with one account. */
typedef struct {
  char *folder;
  ChatStore *store;
  ModelServer *server;
  HistoryClient *client;
} HistoryFixture;

void           history_fixture_set_up    (HistoryFixture *fixture, gconstpointer data);
void           history_fixture_tear_down (HistoryFixture *fixture, gconstpointer data);

/* NULL: what is here is what the server has, or had, in its order and nothing twice, and with all that it has now. Else what
 * is wrong. partly: not all of it need be here. */
char          *history_client_compare (HistoryClient *self, gboolean partly);

/* Iterates the main context, server and all, until condition holds; fails after twenty seconds. */
#define flow_until(client, condition) \
  G_STMT_START { \
    gint64 flow_end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND; \
    model_server_flow ((client)->server); \
    while (!(condition)) { \
      g_autoptr (GSource) wake = g_timeout_source_new (2); \
      g_assert_cmpint (g_get_monotonic_time (), <, flow_end); \
      g_source_set_callback (wake, G_SOURCE_FUNC (nothing_cb), NULL, NULL); \
      g_source_attach (wake, NULL); \
      g_main_context_iteration (NULL, TRUE); \
      g_source_destroy (wake); \
      model_server_flow ((client)->server); \
    } \
  } G_STMT_END

G_END_DECLS
