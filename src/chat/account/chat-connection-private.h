/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-connection.h"
#include "chat-history-private.h"
#include "chat-inbox.h"
#include "chat-outbox.h"
#include "chat-read-state.h"
#include "xmpp-login.h"

G_BEGIN_DECLS

/* Shared by the two files of the class: chat-connection.c (the session, and what is kept of it) and
 * chat-connection-policy.c (when to connect, to wait and to ask). */

struct _ChatConnection {
  GObject parent_instance;
  ChatAccount *account;
  ChatStore *store;
  ChatCredentials *credentials;  /* NULL: passwords stay in memory */
  ChatRoster *roster;
  XmppSession *session;
  ChatInbox *inbox;
  ChatOutbox *outbox;
  ChatReadState *read_state;
  ChatHistory *history;
  GTlsDatabase *tls_database;
  GResolver *resolver;
  GNetworkMonitor *network_monitor;      /* NULL: the default, which is slow to make: not before the first picture */
  guint second_ms;

  XmppLogin *login;              /* to be used for the next attempt, NULL: to be made */
  XmppSecret *password;
  gboolean remember;             /* as the account's setting was */
  gboolean password_is_new;      /* to be stored once the server has proved that it is right (S-47) */
  GCancellable *cancellable;     /* of the attempt under way, NULL: none */
  gint64 since;                  /* when the attempt, then the connection, began */
  guint timer;                   /* the next attempt, in steps of a second */
  guint seconds_left, n_failures;
  gboolean blocked;              /* the user is asked; only a wrong certificate is looked at again, quietly */
  gboolean asleep, stopped;
};

/* -policy. error nullable: the end was wanted. */
void chat_connection_disconnected      (ChatConnection *self, const GError *error);

/* After whatever the stanzas so far had written: the store takes it in order. */
void chat_connection_save_stream_state (ChatConnection *self);
/* Puts a password into the keyring that the server has proved to be right, or takes it out (S-47). */
void chat_connection_keep_password     (ChatConnection *self);
void chat_connection_forget_password   (ChatConnection *self);

G_END_DECLS
