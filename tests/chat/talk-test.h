/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-inbox.h"
#include "chat-outbox.h"
#include "chat-read-state.h"
#include "fake-session.h"

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
  ChatReadState *read_state;
  gint64 account;
  XmppJid *own, *romeo, *nurse;
  FakePerson *person;       /* the account */
  GListStore *contacts;
  guint n_arrived, n_read, n_failed;
  gboolean from_contact;
  guint64 ticket;
} Fixture;

#define TALK_TEST(path, func) g_test_add ("/talk/" path, Fixture, NULL, set_up, func, tear_down)
/* data: "without stream management", or NULL. */
void              set_up      (Fixture *fixture, gconstpointer data);
void              tear_down   (Fixture *fixture, gconstpointer data);
/* As if the process had been killed here: nothing of the session is told or kept. */
void              restart     (Fixture *fixture);

ChatConversation *open_chat   (Fixture *fixture, XmppJid *jid);
void              add_contact (Fixture *fixture, XmppJid *jid, const char *name, XmppSubscription subscription);
/* Messages on disk. */
gint64            n_in_state  (Fixture *fixture, ChatMessageState state);
/* The most that the store's file may have; 1: it is full. */
void              set_pages   (Fixture *fixture, guint pages);

/* What the session was given. */
guint             n_sent      (Fixture *fixture);
XmppElement      *sent        (Fixture *fixture, guint i);
const char       *sent_body   (Fixture *fixture, guint i);
/* What comes from it; gives the ticket. */
guint64           deliver     (Fixture *fixture, const char *from, const char *id, const char *body);
gboolean          is_released (Fixture *fixture, guint64 ticket);
