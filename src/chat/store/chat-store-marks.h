/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-db.h"
#include "chat-store-talk.h"

G_BEGIN_DECLS

/* How far the user has read, and how far that was told to the other one and to the own devices. Both only move forward. */

/* The user has read up to this message (row). The finish gives the conversation as it is then. */
void                 chat_store_read_up_to_async  (ChatStore *self, gint64 conversation, gint64 message, GCancellable *cancellable,
                                                   GAsyncReadyCallback callback, gpointer user_data);
ChatConversationRow *chat_store_read_up_to_finish (ChatStore *self, GAsyncResult *result, GError **error);

/* What was read and not told yet, in one conversation. */
typedef struct {
  gint64 conversation;
  gint64 position;           /* up to here it was read */
  char *jid;
  char *marker_id;           /* nullable: the stanza's id of the newest of theirs that asks for a marker */
  char *archive_id;          /* nullable: of the newest of theirs that has one */
} ChatUntold;
void       chat_untold_free              (ChatUntold *untold);
/* Of an account: an array of ChatUntold. */
void       chat_store_load_untold_async  (ChatStore *self, gint64 account, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *chat_store_load_untold_finish (ChatStore *self, GAsyncResult *result, GError **error);
/* It was told now, and is in the stream's state (nullable). untold: an array of ChatUntold. Ends with
 * chat_store_write_finish (). */
void       chat_store_set_told_async     (ChatStore *self, gint64 account, GPtrArray *untold, const char *sm_state, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Nobody knows whether they got the marker for that message: it is to be told again. Ends with chat_store_write_finish (). */
void       chat_store_untell_async       (ChatStore *self, gint64 account, const char *jid, const char *stanza_id, GCancellable *cancellable,
                                          GAsyncReadyCallback callback, gpointer user_data);

/* A receipt that is owed: from the commit of its message (ChatNewMessage.asker) until the stream has it. */
typedef struct {
  gint64 id;
  char *jid;                 /* full, of who asked */
  char *stanza_id;
  int type;                  /* XmppMessageType */
} ChatOwedReceipt;
void       chat_owed_receipt_free         (ChatOwedReceipt *receipt);
/* In the writer. */
gboolean   chat_store_owe_receipt         (ChatDb *db, gint64 account, const char *jid, const char *stanza_id, int type, GError **error);
/* Given to a stream that is over, which never acknowledged it: owed again. Ends with chat_store_write_finish (). */
void       chat_store_owe_receipt_async   (ChatStore *self, gint64 account, const char *jid, const char *stanza_id, int type,
                                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Of an account, in the order in which they were owed: an array of ChatOwedReceipt. */
void       chat_store_load_receipts_async (ChatStore *self, gint64 account, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *chat_store_load_receipts_finish (ChatStore *self, GAsyncResult *result, GError **error);
/* These rows (of gint64) are owed no more; the stream's state (nullable) has what was sent of them. Ends with
 * chat_store_write_finish (). */
void       chat_store_settle_receipts_async (ChatStore *self, gint64 account, GArray *ids, const char *sm_state, GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);

G_END_DECLS
