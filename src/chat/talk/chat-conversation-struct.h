/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation-private.h"

G_BEGIN_DECLS

/* Shared by the two files of the class: chat-conversation.c (what it is) and chat-conversation-talk.c (what is done in it). */

typedef enum { STATES_UNKNOWN, STATES_SPOKEN, STATES_NOT_SPOKEN } PeerStates;

struct _ChatConversation {
  GObject parent_instance;
  ChatConversationList *list;   /* not owned, NULL when it is gone */
  ChatStore *store;
  ChatAccount *account;         /* nullable */
  ChatContact *contact;         /* nullable */
  ChatTimeline *timeline;
  XmppJid *own, *jid;
  gint64 account_id;
  char *name;
  gint64 id, activity, last_time, last_id;
  guint n_messages, unread;
  gint64 unread_start;          /* row id of the message over which the line is drawn */
  char *preview, *draft;
  gboolean preview_own;
  ChatMessageState preview_state;
  guint draft_source, composing_source;
  gboolean draft_saved;         /* the row's draft is not empty */
  gboolean peer_composing, own_composing, encrypted_hint, last_is_headline, shown, loading;
  PeerStates peer_states;
};

/* first: the row id of the first unread message, 0 for none. */
void chat_conversation_set_unread (ChatConversation *self, guint unread, gint64 first);

G_END_DECLS
