/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>
#include "chat-contact.h"
#include "xmpp-types.h"

G_BEGIN_DECLS

typedef enum {
  CHAT_MESSAGE_RECEIVED,    /* not ours */
  CHAT_MESSAGE_QUEUED,      /* committed, waits */
  CHAT_MESSAGE_WRITTEN,     /* given to the stream; fate unknown until acknowledged */
  CHAT_MESSAGE_SENT,        /* the server has it */
  CHAT_MESSAGE_DELIVERED,
  CHAT_MESSAGE_READ,
  CHAT_MESSAGE_FAILED,
} ChatMessageState;

typedef enum {
  CHAT_MESSAGE_TEXT,
  CHAT_MESSAGE_HEADLINE,    /* can't be replied to */
  CHAT_MESSAGE_ENCRYPTED,   /* can't be read here: one calm line instead of the body */
} ChatMessageKind;

/* What others are told by itself, where it was not switched off. */
typedef enum { CHAT_PRIVACY_RECEIPTS, CHAT_PRIVACY_READ_MARKS, CHAT_PRIVACY_TYPING } ChatPrivacy;

/* What is being written. */
typedef enum {
  CHAT_DRAFT_NONE,          /* a message that answers none */
  CHAT_DRAFT_REPLY,
  CHAT_DRAFT_EDIT,
} ChatDraftTarget;

/* One message of a conversation.
 * Properties, read-only: id (int64: row)  kind  own (boolean)  sender-name (string: "You" for one's own)  text (string: as it is now)
 *   time (int64 µs UTC)  state (ChatMessageState)  error-text (string, nullable)
 *   head (boolean: first of a run by one sender)  tail (boolean: last of it)  day-start (boolean)  unread-start (boolean)
 *   gap-before (boolean: the archive may have more between it and the one before)
 *   edited (boolean)  retracted (boolean: its author took it back)
 *   reactions (string, nullable: lines of who, "own" or "peer", a tab, and emojis with spaces between)
 *   reply-id (int64: row of the message that this one answers, 0: none, or it is not here)  reply-name (string, nullable: who said
 *     that, "You" for oneself; not always known)  reply-text (string, nullable: the beginning of it in one line, as it is now,
 *     or as it was quoted; NULL: none, or its author took it back)
 *   unstyled (boolean: its sender meant no styling in it)  pinned (boolean: here, by the user) */
#define CHAT_TYPE_MESSAGE (chat_message_get_type ())
G_DECLARE_FINAL_TYPE (ChatMessage, chat_message, CHAT, MESSAGE, GObject)

gint64           chat_message_get_id          (ChatMessage *self);
ChatMessageKind  chat_message_get_kind        (ChatMessage *self);
gboolean         chat_message_get_own         (ChatMessage *self);
const char      *chat_message_get_sender_name (ChatMessage *self);
const char      *chat_message_get_peer_name   (ChatMessage *self);   /* of the other one, whoever sent it */
const char      *chat_message_get_actor       (ChatMessage *self);   /* who does what "/me" says (XEP-0245), oneself by name, too */
const char      *chat_message_get_text        (ChatMessage *self);
gint64           chat_message_get_time        (ChatMessage *self);
ChatMessageState chat_message_get_state       (ChatMessage *self);
ChatMessageState chat_message_get_shown_state (ChatMessage *self);    /* in words: what lost its link on the way waits (W-02) */
const char      *chat_message_get_error_text  (ChatMessage *self);
gboolean         chat_message_get_head        (ChatMessage *self);
gboolean         chat_message_get_tail        (ChatMessage *self);
gboolean         chat_message_get_day_start   (ChatMessage *self);
gboolean         chat_message_get_unread_start (ChatMessage *self);
gboolean         chat_message_get_gap_before  (ChatMessage *self);
gboolean         chat_message_get_edited      (ChatMessage *self);
gboolean         chat_message_get_retracted   (ChatMessage *self);
gint64           chat_message_get_reply_id    (ChatMessage *self);
const char      *chat_message_get_reply_name  (ChatMessage *self);
const char      *chat_message_get_reply_address (ChatMessage *self);  /* bare, of who said that; NULL: oneself, "": not known */
const char      *chat_message_get_reply_text  (ChatMessage *self);
gboolean         chat_message_get_unstyled    (ChatMessage *self);
gboolean         chat_message_get_pinned      (ChatMessage *self);
const char      *chat_message_get_reactions   (ChatMessage *self);

/* The messages of one conversation: a GListModel of ChatMessage, oldest first. n-items is the true number; only pages
 * near what was asked for are in memory. get_item () of a row that is not loaded gives NULL, starts loading its page,
 * and "items-changed" (position, n, n) follows when it is there. */
#define CHAT_TYPE_TIMELINE (chat_timeline_get_type ())
G_DECLARE_FINAL_TYPE (ChatTimeline, chat_timeline, CHAT, TIMELINE, GObject)

/* Length in bytes of the text of a row, for height estimates, known without loading where it can be; else a mean. */
guint    chat_timeline_get_estimated_length (ChatTimeline *self, guint position);
gboolean chat_timeline_get_loaded           (ChatTimeline *self);     /* property "loaded": n-items and the last page are there */
/* Position of the row with unread-start, G_MAXUINT: none. It stands above the first unread message when the chat is opened and when
 * one comes that nobody looks for, and stays there also after mark_read (). It goes with a message of one's own; who leaves the
 * chat finds it above what is unread then. What comes while its end is looked at gets none. */
guint    chat_timeline_get_first_unread     (ChatTimeline *self);
gint64   chat_timeline_get_unread_start     (ChatTimeline *self);     /* its row id, also before it is found; 0: none */
gboolean chat_timeline_get_indexed          (ChatTimeline *self);     /* all rows can be found */
guint    chat_timeline_find                 (ChatTimeline *self, gint64 message);   /* position of a row id, G_MAXUINT: not here */

/* A chat with one person. Properties, read-only unless said:
 *   account  jid  address (string)  name (string: contact's name, "Note to Self", else the address)
 *   contact (ChatContact, nullable, changes)  availability (of the contact, OFFLINE without)
 *   presence-line (string: the contact's; "Not in your contacts" for a stranger)
 *   timeline (ChatTimeline, made on first use; another one after the history was deleted)
 *   preview (string: last message in one line)  preview-own (boolean)  preview-state (ChatMessageState)
 *   last-time (int64 µs, 0: nothing yet)  unread (uint)  draft (string, rw, kept; of a half-made edit, while there is one)  draft-target (ChatDraftTarget)  peer-composing (boolean)
 *   note-to-self (boolean)  encrypted-hint (boolean: the last messages were encrypted, warn once before plain text)
 *   announcement (boolean: the last message is a headline of somebody who is not a contact, who takes no answers)
 *   waiting-reason (string, nullable: why queued messages wait, e.g. "Waiting for the network"; notified from when
 *     the timeline is in use)
 *   filling (boolean: older messages are being asked for)  complete (boolean: the archive has no older ones)
 *   has-pins (boolean: messages of it are pinned)  pinned (boolean: on top of the list)  archived (boolean: put away)  blocked (boolean: it is in no list)  muted (boolean: tells nothing, until muted-until)
 *   marked-unread (boolean: by hand, on this device) */
#define CHAT_TYPE_CONVERSATION (chat_conversation_get_type ())
G_DECLARE_FINAL_TYPE (ChatConversation, chat_conversation, CHAT, CONVERSATION, GObject)

gint64        chat_conversation_get_id           (ChatConversation *self);
ChatAccount  *chat_conversation_get_account      (ChatConversation *self);
XmppJid      *chat_conversation_get_jid          (ChatConversation *self);
const char   *chat_conversation_get_name         (ChatConversation *self);
ChatContact  *chat_conversation_get_contact      (ChatConversation *self);
ChatTimeline *chat_conversation_get_timeline     (ChatConversation *self);
guint         chat_conversation_get_unread       (ChatConversation *self);
gint64        chat_conversation_get_last_time    (ChatConversation *self);
/* Where the reader is in it, kept over restarts: a message and the y of its top in the view; *message 0: at the end. */
void          chat_conversation_get_place        (ChatConversation *self, gint64 *message, int *y);
void          chat_conversation_set_place        (ChatConversation *self, gint64 message, int y);
const char   *chat_conversation_get_draft        (ChatConversation *self);
void          chat_conversation_set_draft        (ChatConversation *self, const char *draft);
/* message: row id. NONE ends an edit, and what was being written before is the draft again; without an edit, the reply. */
void          chat_conversation_set_draft_target (ChatConversation *self, ChatDraftTarget target, gint64 message);
ChatDraftTarget chat_conversation_get_draft_target (ChatConversation *self, gint64 *message /* nullable */);
/* In which it is written, as the user chose it for this chat; NULL: not. */
const char   *chat_conversation_get_language     (ChatConversation *self);
void          chat_conversation_set_language     (ChatConversation *self, const char *language);
/* Commits to the outbox, then sends when it can. Empty text is ignored. What is too long is not taken: the
 * profile's signal "refused" says so. If it can't be stored, the text comes back as the draft. */
void          chat_conversation_send             (ChatConversation *self, const char *text);
/* The same, as an answer to a message of this chat (nullable). */
void          chat_conversation_send_reply       (ChatConversation *self, const char *text, ChatMessage *to);
/* FALSE with the sentence of "refused". */
gboolean      chat_conversation_check_text       (ChatConversation *self, const char *text, GError **error);
/* How many bytes more the server takes, below zero: how many are too much, G_MAXINT64: it does not say. */
gint64        chat_conversation_get_room         (ChatConversation *self, const char *text);
/* Where the server does not say how much it takes, and has refused something: a sentence for a long text. Nullable. */
char         *chat_conversation_warn_text        (ChatConversation *self, const char *text);
/* What may be done to messages. What fails later is undone: "refused" says why. An edit (XEP-0308) may be of any text message
 * of one's own; what is not on its way yet is changed in place. To retract is to delete for everyone, who may have read it
 * (XEP-0424). emoji: one, put there or taken away again (XEP-0444). */
gboolean      chat_conversation_may_edit         (ChatConversation *self, ChatMessage *message);
void          chat_conversation_edit             (ChatConversation *self, ChatMessage *message, const char *text);
gboolean      chat_conversation_may_retract      (ChatConversation *self, ChatMessage *message);
void          chat_conversation_retract          (ChatConversation *self, ChatMessage *message);
gboolean      chat_conversation_may_react        (ChatConversation *self, ChatMessage *message);
void          chat_conversation_react            (ChatConversation *self, ChatMessage *message, const char *emoji, gboolean on);
/* On this device only: the message goes and no archive brings it back; it is pinned; what follows from it counts as unread,
 * until it is read after the chat was left. */
void          chat_conversation_hide             (ChatConversation *self, ChatMessage *message);
void          chat_conversation_set_message_pinned (ChatConversation *self, ChatMessage *message, gboolean pinned);
/* Of ChatMessage, the newest first: those that are pinned, and that nobody took back. They are read when this is first asked. */
GListModel   *chat_conversation_get_pins         (ChatConversation *self);
gboolean      chat_conversation_get_has_pins     (ChatConversation *self);
void          chat_conversation_mark_unread_from (ChatConversation *self, ChatMessage *message);

/* All that is known of a message. Times in µs, 0: not known. */
typedef struct { gint64 time; char *text; } ChatMessageVersion;
typedef struct {
  GPtrArray *versions;       /* of ChatMessageVersion, the oldest first, the last is what it says now; empty: it was never edited */
  gint64 time, sent, delivered, read;
  char *stanza_id, *archive_id;   /* nullable */
  char *raw;                 /* nullable: the stanza as it came, as XML */
} ChatMessageDetails;
ChatMessageDetails *chat_message_details_new   (void);
void                chat_message_details_free  (ChatMessageDetails *self);
void                chat_message_version_free  (ChatMessageVersion *version);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatMessageDetails, chat_message_details_free)
void                chat_conversation_load_details_async  (ChatConversation *self, ChatMessage *message, GCancellable *cancellable,
                                                           GAsyncReadyCallback callback, gpointer user_data);
ChatMessageDetails *chat_conversation_load_details_finish (ChatConversation *self, GAsyncResult *result, GError **error);

/* The last one of one's own that may be edited, of those at the end that are loaded. Transfer full, nullable. */
ChatMessage  *chat_conversation_get_last_own     (ChatConversation *self);
void          chat_conversation_set_composing    (ChatConversation *self, gboolean composing);   /* chat states, to subscribers only (S-110) */
/* For this chat; what is not set is as for its account (chat-profile.h). */
gboolean      chat_conversation_get_privacy      (ChatConversation *self, ChatPrivacy what);
void          chat_conversation_set_privacy      (ChatConversation *self, ChatPrivacy what, gboolean allowed);
void          chat_conversation_mark_read        (ChatConversation *self);
/* All up to this one was seen; what follows stays unread. */
void          chat_conversation_read_up_to       (ChatConversation *self, ChatMessage *message);
/* Asks the archive for what is missing above that message (nullable: the newest of what is): "filling" while it is under way. */
void          chat_conversation_fill             (ChatConversation *self, ChatMessage *above);
/* Asks the archive for what was said at that time (µs) and around it, if that is not here; what lies between that and what is
 * here stays missing. The error is a sentence. */
void          chat_conversation_fetch_async      (ChatConversation *self, gint64 time, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean      chat_conversation_fetch_finish     (ChatConversation *self, GAsyncResult *result, GError **error);
gboolean      chat_conversation_get_filling      (ChatConversation *self);
gboolean      chat_conversation_get_complete     (ChatConversation *self);
gboolean      chat_conversation_get_lacking      (ChatConversation *self);   /* some is missing here, as far as known; of one that is shown */
/* The place in the list; only where something was said or a draft waits. What is said unmuted brings it back from the archive. */
gboolean      chat_conversation_get_pinned       (ChatConversation *self);
void          chat_conversation_set_pinned       (ChatConversation *self, gboolean pinned);
gboolean      chat_conversation_get_archived     (ChatConversation *self);
gboolean      chat_conversation_get_blocked      (ChatConversation *self);
void          chat_conversation_set_archived     (ChatConversation *self, gboolean archived);
gboolean      chat_conversation_get_muted        (ChatConversation *self);
gint64        chat_conversation_get_muted_until  (ChatConversation *self);
void          chat_conversation_set_muted_until  (ChatConversation *self, gint64 until);    /* µs UTC; 0: not, G_MAXINT64: for good */
gboolean      chat_conversation_get_marked_unread (ChatConversation *self);
void          chat_conversation_set_marked_unread (ChatConversation *self, gboolean marked);
/* All that was said in it goes, from every file, and does not come back from the archive; what comes later does come. */
void          chat_conversation_delete_history   (ChatConversation *self);
void          chat_conversation_retry            (ChatConversation *self, ChatMessage *message);
void          chat_conversation_delete_message   (ChatConversation *self, ChatMessage *message);  /* a failed or queued one */

G_END_DECLS
