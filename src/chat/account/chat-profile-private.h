/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-connection.h"
#include "chat-conversation-list.h"
#include "chat-profile.h"
#include "chat-roster.h"
#include "chat-store.h"

G_BEGIN_DECLS

/* What the files of the profile share. */
struct _ChatProfile {
  GObject parent_instance;
  char *data_dir;
  ChatProfileConfig config;          /* its objects and strings are owned */
  int lock;                          /* file descriptor, -1: none */
  ChatStore *store;
  ChatCredentials *credentials;      /* NULL: passwords stay in memory */
  ChatRoster *roster;
  ChatConversationList *conversations;
  GListStore *accounts;
  GPtrArray *connections;            /* of ChatConnection, one for each account */
  gboolean loaded, active, online, closing;
  char *notice;
  char *resource;                    /* of all accounts that have none of their own */
  XmppAvailability availability;
  char *status_text;
  int priority;
  char *refused_text, *refused_sha256;
  guint connect_source, sleep_subscription;
  GDBusConnection *bus;
  GCancellable *cancellable;         /* of what the profile itself waits for */
};

ChatConnection *chat_profile_find_connection (ChatProfile *self, ChatAccount *account);
/* Takes an account that is stored into the lists; password nullable: it connects from the Secret Service. */
ChatAccount    *chat_profile_add_account     (ChatProfile *self, ChatAccountRow *row /* transfer full */);
void            chat_profile_start_account   (ChatProfile *self, ChatAccount *account);
/* Lets a connection say goodbye, then forgets it. */
void            chat_profile_let_go          (ChatConnection *connection);
/* A new row with what the profile gives every account. */
ChatAccountRow *chat_profile_new_row         (ChatProfile *self, XmppJid *jid);
/* All that the store had is in the lists: tells it, and connects a moment later. */
void            chat_profile_loaded          (ChatProfile *self);
void            chat_profile_drop_lock       (ChatProfile *self);

G_END_DECLS
