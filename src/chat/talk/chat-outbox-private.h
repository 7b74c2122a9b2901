/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation-private.h"
#include "chat-outbox.h"

G_BEGIN_DECLS

/* Shared by the files of the class: chat-outbox.c (the object, its queue, what happens to it), chat-outbox-write.c (what
 * goes out), chat-outbox-fate.c (what became of what went out). */

/* A message, or a change of one: then row is below 0. */
typedef struct {
  gint64 row;
  gint64 after;             /* messages up to this row go before it */
  ChatNewType type;
  char *target_id;          /* nullable: of what is changed */
  gint64 time;
  char *jid, *text, *id;
  char *reply_id, *quote;   /* nullable: what it answers */
  gboolean reply_own;       /* that was ours */
  gboolean again;           /* it may have been on the wire before */
  gboolean pinged;          /* a ping went after it */
  gboolean looking;         /* at what the database knows of it */
  guint era;                /* of the connection that it was handed to; 0: before this start */
  gint64 written_at;        /* monotonic µs */
  char *cursor;             /* in the archive, from before it was first written; "": an earlier copy is there anyway */
  gint64 since;             /* the same as a time, where there is no cursor */
  guint blame;              /* how much speaks for it that it makes the server end the link */
  gboolean suspect;         /* goes out alone */
  gboolean condemned;       /* is not written again */
  char *reason;             /* why, for the user */
} ChatOutboxItem;

struct _ChatOutbox {
  GObject parent_instance;
  ChatStore *store;
  ChatConversationList *conversations;
  XmppSession *session;
  gint64 account;
  gboolean loaded;
  GQueue queue;             /* of ChatOutboxItem, by row */
  GQueue marking;           /* of ChatOutboxItem */
  GHashTable *written;      /* of id to ChatOutboxItem */
  GQueue unknown;           /* of ChatOutboxItem, by row: the archive is to say whether the server has them */
  gboolean looking;         /* at what the database knows of those */
  GHashTable *asked;        /* addresses whose messages the archive is being asked for */
  GHashTable *early;        /* ids acknowledged before the rows were read */
  GArray *acknowledged;     /* rows that are to become sent */
  guint settle_source;
  guint era;                /* counts times online, from 1 */
  XmppSessionState session_state;
  gboolean online;
  gboolean pinging;
  gboolean blamed;          /* a message, for the last end of the link */
  GCancellable *cancellable;
};

void  chat_outbox_item_take_row (ChatOutboxItem *item, const ChatMessageRow *row);   /* what is to be said, as it is now */
void  chat_outbox_item_free     (ChatOutboxItem *item);
int   chat_outbox_compare       (const ChatOutboxItem *x, const ChatOutboxItem *y);
void  chat_outbox_insert        (GQueue *queue, ChatOutboxItem *item);        /* takes it; in the order of typing */
char *chat_outbox_dup_sm_state  (ChatOutbox *self);                           /* nullable */
void  chat_outbox_save_sm_state (ChatOutbox *self);
void  chat_outbox_change        (ChatOutbox *self, GArray *rows, ChatMessageState state);
void  chat_outbox_settle        (ChatOutbox *self, gint64 row);               /* the server has it */
void  chat_outbox_queue         (ChatOutbox *self, GPtrArray *items);         /* takes the items: they wait (again) */
void  chat_outbox_fail          (ChatOutbox *self, ChatOutboxItem *item);     /* takes it; with its reason */

/* Writes what can be written now. */
void  chat_outbox_flush         (ChatOutbox *self);
void  chat_outbox_ping          (ChatOutbox *self);

/* The session gave this one up, or knows nothing of it: nobody is sure. Takes it. */
void     chat_outbox_doubt      (ChatOutbox *self, ChatOutboxItem *item);
gboolean chat_outbox_in_doubt   (ChatOutbox *self, const char *jid);          /* later ones to there have to wait */
void     chat_outbox_ask        (ChatOutbox *self);
/* The link ended: is a message to blame? */
void     chat_outbox_blame      (ChatOutbox *self, const GError *error);

G_END_DECLS
