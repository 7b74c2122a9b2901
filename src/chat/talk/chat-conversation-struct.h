/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation-private.h"

G_BEGIN_DECLS

/* Shared by the files of the class: chat-conversation.c (what it is), chat-conversation-talk.c (what is said in it),
 * chat-conversation-change.c (what others hear that is done to messages), chat-conversation-keep.c and
 * chat-conversation-pins.c (what they don't),
 * chat-conversation-history.c (what of it is read, and what is missing) and chat-conversation-place.c (its place in the list). */

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
  guint n_messages, unread, unread_soon;
  gint64 read_position;         /* of the last message that was told as read */
  gint64 announced_position;    /* of the last one that was told as news */
  gint64 first_unread;          /* row id */
  gint64 first_soon;            /* the same when unread_source began */
  gint64 unread_start;          /* row id of the message over which the line is drawn */
  char *preview;
  ChatDraft draft;
  char *language;               /* until there is a row that it can stand at */
  gboolean preview_own;
  ChatMessageState preview_state;
  guint n_gaps;                  /* that are known of, where the timeline is in use */
  guint draft_source, composing_source, unread_source, gaps_source;
  gboolean draft_saved;         /* the row's draft is not empty */
  gboolean peer_composing, own_composing, encrypted_hint, last_is_headline, shown, loading;
  gboolean filling, complete;
  gint64 pinned_since, muted_until;
  gboolean archived, marked_unread, blocked;
  guint mute_source;
  gboolean keeps_unread;        /* it was marked as unread while it is shown */
  PeerStates peer_states;
  guint n_pins;
  GListStore *pins;             /* of ChatMessage, NULL until somebody looks at them */
};

/* As it can be written in XML. Transfer full. */
char *chat_conversation_clean_text (const char *text);
/* A change of a message that was on its way did not work. */
void chat_conversation_change_failed (ChatConversation *self, const ChatMessageRow *row);
/* Tells the user, whatever is shown, what did not work in it. */
void chat_conversation_refuse (ChatConversation *self, const char *sentence);
/* first: the row id of the first unread message, 0 for none. */
void chat_conversation_set_unread (ChatConversation *self, guint unread, gint64 first);
/* Where the line over what was unread is drawn. */
void chat_conversation_set_unread_start (ChatConversation *self, gint64 message);

/* What was written is sent: it is no draft any more, also in the store. */
void chat_conversation_take_draft (ChatConversation *self);
/* It could not be: the text comes back. */
void chat_conversation_return_draft (ChatConversation *self, const char *text);
/* All of it, also a half-made edit; the store does the same. */
void chat_conversation_forget_draft (ChatConversation *self);

/* As the row says. */
void chat_conversation_set_n_pins (ChatConversation *self, guint n);
/* A message is now so. */
void chat_conversation_change_pin (ChatConversation *self, const ChatMessageRow *row);
void chat_conversation_rename_pins (ChatConversation *self);

/* There is a row now. */
void chat_conversation_load_language (ChatConversation *self);

/* What was decided of its place, once its row is known. */
void chat_conversation_load_place (ChatConversation *self);
/* What the list sorts by has changed. */
void chat_conversation_tell_sorted (ChatConversation *self);
/* Something was said in it now. */
void chat_conversation_return_from_archive (ChatConversation *self, gboolean own);

G_END_DECLS
