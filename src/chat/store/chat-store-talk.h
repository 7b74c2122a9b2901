/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation.h"
#include "chat-store.h"

G_BEGIN_DECLS

/* The tables of conversations and messages, for src/chat/talk. All that chat-store.h says of writes holds here too. */

typedef struct {
  gint64 id;
  gint64 conversation;
  ChatMessageKind kind;
  gboolean own;
  ChatMessageState state;
  gint64 time;
  char *text;                /* nullable */
  char *stanza_id;           /* nullable */
  char *error;               /* nullable */
  gint64 position;
  gboolean edited, retracted;
  char *reactions;           /* nullable: lines "own" or "peer", a tab, emojis with spaces between */
} ChatMessageRow;

typedef struct {
  gint64 id, account;
  char *jid;
  gint64 activity;
  guint n_messages, unread;
  gint64 first_unread;       /* 0: none */
  char *draft;               /* nullable */
  ChatMessageRow *last;      /* nullable; of its text the first 400 characters */
} ChatConversationRow;

ChatMessageRow *chat_message_row_copy      (const ChatMessageRow *row);
void            chat_message_row_free      (ChatMessageRow *row);
void            chat_conversation_row_free (ChatConversationRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatMessageRow, chat_message_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatConversationRow, chat_conversation_row_free)

/* A message to be stored; the conversation is made where there is none yet. */
typedef struct {
  gint64 account;
  char *jid;                 /* of the other one, bare */
  ChatMessageKind kind;
  gboolean own;
  ChatMessageState state;
  gint64 time;
  gboolean delayed;          /* time is a server's stamp */
  gboolean unread;           /* counts as such */
  gboolean clear_draft;
  char *text;                /* nullable */
  char *stanza_id;           /* nullable */
  char *archive_id;          /* nullable */
  char *sm_state;            /* nullable: kept in the same transaction */
} ChatNewMessage;
void chat_new_message_free (ChatNewMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatNewMessage, chat_new_message_free)

/* What came of it. duplicate: the row was there before (S-17: of the same sender); nothing was added. */
typedef struct {
  ChatConversationRow *conversation;
  ChatMessageRow *message;
  gboolean duplicate;
} ChatAddedMessage;
void chat_added_message_free (ChatAddedMessage *added);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatAddedMessage, chat_added_message_free)

void              chat_store_add_message_async  (ChatStore *self, ChatNewMessage *message /* transfer full */,
                                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
ChatAddedMessage *chat_store_add_message_finish (ChatStore *self, GAsyncResult *result, GError **error);

/* Moves messages on to a state; those for which that would be a step back stay as they are. ids: GArray of gint64. The
 * finish gives an array of ChatMessageRow (without text), one for each that did change. */
void       chat_store_set_state_async  (ChatStore *self, GArray *ids, ChatMessageState state, gint64 account, const char *sm_state,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *chat_store_set_state_finish (ChatStore *self, GAsyncResult *result, GError **error);
/* Our own message with that id to that address failed (S-18). Ends with set_state_finish (). */
void       chat_store_fail_async       (ChatStore *self, gint64 account, const char *jid, const char *stanza_id, const char *text,
                                        const char *sm_state, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/* A failed one is queued again, the same as it was. Ends with set_state_finish (), whose row then has its text and id. */
void       chat_store_retry_async      (ChatStore *self, gint64 message, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/* Queued and written ones of the account, in the order of typing: an array of ChatOutboxRow. */
typedef struct { ChatMessageRow *message; char *jid; } ChatOutboxRow;
void       chat_outbox_row_free          (ChatOutboxRow *row);
void       chat_store_load_outbox_async  (ChatStore *self, gint64 account, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *chat_store_load_outbox_finish (ChatStore *self, GAsyncResult *result, GError **error);

/* Deletes a queued or failed message; gives the conversation as it is then, or NULL and CHAT_ERROR_NOT_POSSIBLE. */
void                 chat_store_delete_message_async  (ChatStore *self, gint64 message, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
ChatConversationRow *chat_store_delete_message_finish (ChatStore *self, GAsyncResult *result, GError **error);
void                 chat_store_mark_read_async       (ChatStore *self, gint64 conversation, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* The conversation is made where there is none. The finish gives its row. */
void                 chat_store_save_draft_async      (ChatStore *self, gint64 account, const char *jid, const char *draft, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
ChatConversationRow *chat_store_save_draft_finish     (ChatStore *self, GAsyncResult *result, GError **error);

/* What the timeline knows of every row. */
typedef struct {
  gint64 id;
  guint32 time;              /* seconds since 1970 */
  guint32 length : 27;       /* bytes of text, at most 2^27 - 1 */
  guint32 own : 1;
  guint32 kind : 4;
} ChatIndexEntry;

typedef struct {
  guint n_messages;          /* of the whole conversation, in the same snapshot */
  gint64 position;           /* of the oldest in entries: where to go on */
  GArray *entries;           /* of ChatIndexEntry, newest first */
  GPtrArray *messages;       /* of ChatMessageRow: those of the first n_rows entries; newest first */
} ChatIndexPart;
void chat_index_part_free (ChatIndexPart *part);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatIndexPart, chat_index_part_free)

/* The n newest entries before position (G_MAXINT64: from the end), and the whole rows of the first n_rows of them. */
void           chat_store_load_index_async     (ChatStore *self, gint64 conversation, gint64 position, guint n, guint n_rows, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
ChatIndexPart *chat_store_load_index_finish    (ChatStore *self, GAsyncResult *result, GError **error);
/* Rows by id (GArray of gint64); those that are gone are left out. */
void           chat_store_load_messages_async  (ChatStore *self, GArray *ids, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray     *chat_store_load_messages_finish (ChatStore *self, GAsyncResult *result, GError **error);

G_END_DECLS
