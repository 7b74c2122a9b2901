/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-store-gaps.h"
#include "chat-store-private.h"

G_BEGIN_DECLS

/* For the files that apply a lot, in the writer's thread: -lot the order, -find what is known already, -changes what is
 * said of earlier messages, -gaps the borders; -order says where a page's messages stand. */

#define CHAT_LOT_AT_THE_END G_MAXINT64
#define CHAT_LOT_STEP 65536          /* of positions, between live ones */
#define CHAT_LOT_LONG_ID 16            /* characters of an id of which nobody makes two */
#define CHAT_STORE_NOTHING_READ G_GINT64_CONSTANT (-9000000000000000000)

/* A conversation that the lot has to do with. */
typedef struct {
  char *jid;                 /* owned by the table */
  gint64 id;                 /* 0: there is none yet */
  gint64 read_position;
  gboolean recount;          /* of what is unread */
  guint n_new;               /* messages that the lot added */
  gint64 last, last_position;/* the newest of them */
  gint64 last_time;          /* the latest of them */
  gint64 told;               /* up to here another device of ours read, and told so */
  gboolean has_pending;      /* changes wait for a message in it */
  gboolean has_replies;      /* some of its messages answer others */
} ChatTouched;

/* Of the page's gap, position that of the part that is walked. */
typedef struct {
  gint64 position;
  gint64 top;                /* of the gap, when it was opened */
  gint64 read_until;         /* what was said up to then is no news */
  gboolean lost;
  gint64 conversation;       /* a page of one chat: its row */
} ChatWalkedGap;

typedef struct {
  ChatDb *db;
  const ChatLot *lot;
  ChatAddedLot *added;
  GHashTable *touched;       /* of jid to ChatTouched */
  ChatWalkedGap gap;
} ChatLotWork;

/* A message that is there already; id 0: none. */
typedef struct {
  gint64 id, position, time;
  ChatMessageState state;
  gboolean has_archive_id;
  gboolean typed_here;
  gboolean same_copy;        /* what is met is the archive's copy that it is, or may become */
  gboolean bounced;          /* it came back once: the archive has that copy */
} ChatKnown;

/* make: the conversation, where there is none. NULL: failed. */
ChatTouched *chat_lot_touch         (ChatLotWork *work, const char *jid, gboolean make, GError **error);
/* position: CHAT_LOT_AT_THE_END for live ones. */
gboolean     chat_lot_add_message   (ChatLotWork *work, const ChatNewMessage *new, ChatTouched *touched, gint64 position,
                                     gint64 *id, GError **error);
gboolean     chat_lot_find          (ChatLotWork *work, const ChatNewMessage *new, ChatTouched *touched, ChatKnown *known, GError **error);
gboolean     chat_lot_meet_again    (ChatLotWork *work, const ChatNewMessage *new, ChatTouched *touched, const ChatKnown *known,
                                     guint index, GError **error);
/* position: where a correction stands that corrects nothing. */
gboolean     chat_lot_change        (ChatLotWork *work, const ChatNewMessage *new, gint64 position, guint index, GError **error);
/* The message is not what it was: it goes into changed, or is put right in added. */
gboolean     chat_lot_give_changed  (ChatLotWork *work, gint64 id, GError **error);
/* Its author took it back. */
gboolean     chat_lot_retract       (ChatLotWork *work, gint64 id, GError **error);
/* What was typed here answers a row: as others know that. */
gboolean     chat_lot_fill_in_reply (ChatLotWork *work, ChatNewMessage *new, GError **error);
/* What answers it shows it. */
gboolean     chat_lot_tell_answers  (ChatLotWork *work, gint64 id, GError **error);
/* A change by the user of the message that it is about, which is there. */
gboolean     chat_lot_apply_to      (ChatLotWork *work, const ChatNewMessage *new, gint64 id, GError **error);
gboolean     chat_lot_apply_pending (ChatLotWork *work, GError **error);
/* No gap is left: nothing of what waits will come any more. */
gboolean     chat_lot_end_waiting   (ChatLotWork *work, GError **error);
/* It was deleted here; position: where it would stand. */
/* What it changes was. own: written by us; -1: by either. */
gboolean     chat_lot_forgot_target (ChatLotWork *work, const ChatNewMessage *new, const ChatTouched *touched, int own,
                                     gboolean *forgotten, GError **error);
gboolean     chat_lot_was_forgotten (ChatLotWork *work, const ChatNewMessage *new, const ChatTouched *touched, gint64 position,
                                     gboolean *forgotten, GError **error);
/* The messages of its page; positions: of each, where it stands. */
gboolean     chat_lot_add_page      (ChatLotWork *work, gint64 *positions, GError **error);
gboolean     chat_lot_begin_page    (ChatLotWork *work, GError **error);
gboolean     chat_lot_end_page      (ChatLotWork *work, GError **error);

/* The end of the order, and beyond what this conversation has. */
gboolean     chat_lot_take_position (ChatDb *db, gint64 account, gint64 conversation, gint64 *position, GError **error);

/* In the writer: the gap up to the archive's end, made where there is none. fresh: no stream is up. */
gboolean     chat_store_ensure_live_gap (ChatDb *db, gint64 account, gboolean fresh, GError **error);
gboolean     chat_store_has_gap         (ChatDb *db, gint64 account, gboolean *has_gap, GError **error);

G_END_DECLS
