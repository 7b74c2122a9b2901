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
  gint64 position;           /* orders the messages of an account */
  ChatMessageKind kind;
  gboolean own;
  ChatMessageState state;
  gint64 time;
  char *text;                /* nullable */
  char *stanza_id;           /* nullable */
  char *archive_id;          /* nullable */
  char *error;               /* nullable */
  gboolean edited, retracted;
  char *reactions;           /* nullable: lines "own" or "peer", a tab, emojis with spaces between */
  gboolean unstyled, pinned;
  char *reply_id;            /* nullable: the stanza's id of what it answers */
  int reply_own;             /* with reply_id: we wrote that; -1: not known */
  char *quote;               /* nullable: of what it answers, as it came along */
  gint64 reply_row;          /* 0: what it answers is not here */
  ChatMessageKind reply_kind;
  char *reply_text;          /* with reply_row: the first 400 characters; NULL: it can't be read, or was taken back */
  gboolean announce;         /* of a lot: it is news to the user */
  gboolean moved;            /* when it was written, to the end */
  /* Of the outbox only: a change of a message (chat-store-outgoing.h); id is below 0, text what is said, or the emojis. */
  int change;                /* ChatNewType; CHAT_NEW_MESSAGE: this is a message */
  gint64 target;             /* the message's row */
  char *target_id;           /* and how others know it */
  gint64 after;              /* it goes out after the messages up to this row */
} ChatMessageRow;

/* What is written and not sent. The text of a half-made edit stands beside the plain one. */
typedef struct {
  char *text;                /* nullable */
  gint64 reply;              /* row of the message that it answers, 0: none */
  char *edit_text;           /* nullable */
  gint64 edited;             /* row of the message that is edited, 0: none */
} ChatDraft;

ChatDraft      *chat_draft_copy            (const ChatDraft *draft);     /* nullable */
gboolean        chat_draft_is_empty        (const ChatDraft *draft);
void            chat_draft_clear           (ChatDraft *draft);
void            chat_draft_free            (ChatDraft *draft);

typedef struct {
  gint64 id, account;
  char *jid;
  gint64 activity;
  guint n_messages, unread;
  gint64 first_unread;       /* 0: none */
  guint n_pins;              /* messages that are pinned */
  ChatDraft *draft;          /* nullable */
  ChatMessageRow *last;      /* nullable; of its text the first 400 characters */
} ChatConversationRow;

ChatMessageRow *chat_message_row_copy      (const ChatMessageRow *row);
void            chat_message_row_free      (ChatMessageRow *row);
void            chat_conversation_row_free (ChatConversationRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatMessageRow, chat_message_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatDraft, chat_draft_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatConversationRow, chat_conversation_row_free)

/* What a stanza says. The numbers are stored. */
typedef enum {
  CHAT_NEW_MESSAGE,
  CHAT_NEW_CORRECTION,       /* of target by text (XEP-0308) */
  CHAT_NEW_RETRACTION,       /* of target (XEP-0424) */
  CHAT_NEW_REACTIONS,        /* to target: emojis, all of the sender's (XEP-0444) */
  CHAT_NEW_DELIVERED,        /* the other one has our target (XEP-0184) */
  CHAT_NEW_DISPLAYED,        /* the other one read ours up to target (XEP-0333) */
  CHAT_NEW_READ,             /* we read theirs up to target, on another device (XEP-0490, XEP-0333) */
} ChatNewType;

typedef enum {
  CHAT_SOURCE_LIVE,          /* said to us, or typed here */
  CHAT_SOURCE_CARBON,        /* said to or by another of our devices */
  CHAT_SOURCE_ARCHIVE,
} ChatSource;

/* One thing to be stored; a message makes its conversation where there is none yet. */
typedef struct {
  ChatNewType type;
  ChatSource source;
  char *jid;                 /* of the other one, bare */
  ChatMessageKind kind;
  gboolean own;              /* who sent it */
  ChatMessageState state;
  gint64 time;
  gboolean delayed;          /* time is a server's stamp */
  gboolean offline;          /* typed while there was no stream: what comes from the archive goes before it */
  gboolean clear_draft;
  gboolean markable;         /* the sender asks for a displayed marker */
  char *text;                /* nullable */
  char *stanza_id;           /* nullable */
  char *origin_id;           /* nullable: where it is not the stanza's */
  char *archive_id;          /* nullable */
  char *target_id;           /* nullable: a stanza's id */
  gboolean target_in_archive;/* or that of the archive */
  char *emojis;              /* nullable: with spaces between; none: taken back */
  gboolean retracted;        /* the archive has nothing but that it was there */
  gboolean unstyled;
  gint64 reply_row;          /* typed here: the message that it answers; the store fills in the rest */
  char *reply_id;            /* nullable: the stanza's id of that */
  int reply_own;             /* with reply_id: we wrote that; -1: not known */
  char *quote;               /* nullable: of that, as it came along */
  char *raw;                 /* nullable: the stanza as it came */
  char *asker;               /* nullable: full address of who wants a receipt for it; owed once it is stored for the first time */
  int asker_type;            /* XmppMessageType of the receipt */
} ChatNewMessage;
ChatNewMessage *chat_new_message_copy (const ChatNewMessage *message);
void            chat_new_message_free (ChatNewMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatNewMessage, chat_new_message_free)

/* Where in the archive the messages of a lot lie, which are all of a part of it without holes. */
typedef struct {
  gint64 gap;                /* that it makes smaller, by its upper end */
  char *with;                /* nullable: only of this chat (bare JID), ahead of the others */
  char *first, *last;        /* nullable: archive ids */
  gint64 first_time, last_time;
  gboolean reached_end;      /* nothing newer is in the archive: last is the cursor */
  gboolean closes;           /* nothing older is missing */
  gboolean apart;            /* it lies in the middle of the gap, which becomes two: above its last, and below */
} ChatPage;
void chat_page_free (ChatPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatPage, chat_page_free)

/* What goes into the store at once, or not at all. */
typedef struct {
  gint64 account;
  GPtrArray *messages;       /* of ChatNewMessage, the oldest first */
  char *sm_state;            /* nullable: kept in the same transaction */
  ChatPage *page;            /* nullable */
} ChatLot;
ChatLot *chat_lot_new  (gint64 account);
/* Of one message. Transfer full. */
ChatLot *chat_lot_new_with (gint64 account, ChatNewMessage *message);
void     chat_lot_free (ChatLot *lot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatLot, chat_lot_free)

typedef struct _ChatGapRow ChatGapRow;

/* What came of it, as it is after the commit. */
typedef struct {
  GPtrArray *conversations;  /* of ChatConversationRow: each that was touched, once */
  GPtrArray *added;          /* of ChatMessageRow: new ones, by position */
  GPtrArray *moved;          /* of ChatMessageRow: others whose position is not what it was */
  GPtrArray *changed;        /* of ChatMessageRow: others whose text, state or reactions are not what they were */
  GArray *ids;               /* of gint64, for each of the lot's messages: its row, new or known before (S-17); 0: none */
  guint n_known;             /* messages that were there before */
  ChatGapRow *gap;           /* of the page, as it is now; of a page with one chat, as that chat sees it. NULL: closed */
} ChatAddedLot;
void chat_added_lot_free (ChatAddedLot *added);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatAddedLot, chat_added_lot_free)

void          chat_store_add_async  (ChatStore *self, ChatLot *lot /* transfer full */, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
ChatAddedLot *chat_store_add_finish (ChatStore *self, GAsyncResult *result, GError **error);

/* Moves messages on to a state; those for which that would be a step back stay as they are. ids: GArray of gint64. The
 * finish gives an array of ChatMessageRow (without text), one for each that did change. */
void       chat_store_set_state_async  (ChatStore *self, GArray *ids, ChatMessageState state, gint64 account, const char *sm_state,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *chat_store_set_state_finish (ChatStore *self, GAsyncResult *result, GError **error);
/* Our own message with that id to that address failed (S-18). bounced: it came back, so that it surely did not arrive. Ends
 * with set_state_finish (). */
void       chat_store_fail_async       (ChatStore *self, gint64 account, const char *jid, const char *stanza_id, const char *text,
                                        gboolean bounced, const char *sm_state, GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data);

/* A failed one is queued again, the same as it was; or is written again, where nobody knows whether it arrived. Ends with
 * set_state_finish (), whose row then has its text and id. */
void       chat_store_retry_async      (ChatStore *self, gint64 message, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/* Queued and written ones of the account, in the order of typing: an array of ChatOutboxRow. cursor: the last id that the
 * archive had given before the message was first written (nullable), written: when that was, 0: it was not. */
typedef struct { ChatMessageRow *message; char *jid, *cursor; gint64 written; } ChatOutboxRow;
void       chat_outbox_row_free          (ChatOutboxRow *row);
void       chat_store_load_outbox_async  (ChatStore *self, gint64 account, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *chat_store_load_outbox_finish (ChatStore *self, GAsyncResult *result, GError **error);

/* Deletes a queued or failed message; gives the conversation as it is then, or NULL and CHAT_ERROR_NOT_POSSIBLE. */
void                 chat_store_delete_message_async  (ChatStore *self, gint64 message, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
ChatConversationRow *chat_store_delete_message_finish (ChatStore *self, GAsyncResult *result, GError **error);
void                 chat_store_mark_read_async       (ChatStore *self, gint64 conversation, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* The conversation is made where there is none. The finish gives its row. */
/* draft: nullable, then only the chat's row is made. */
void                 chat_store_save_draft_async      (ChatStore *self, gint64 account, const char *jid, const ChatDraft *draft, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
ChatConversationRow *chat_store_save_draft_finish     (ChatStore *self, GAsyncResult *result, GError **error);

/* What the timeline knows of every row. */
typedef struct {
  gint64 id;
  gint64 position;
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
