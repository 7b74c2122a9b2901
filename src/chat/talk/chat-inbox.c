/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-inbox.h"

#include "chat-conversation-private.h"
#include "chat-receipts.h"
#include "xmpp-datetime.h"
#include "xmpp-message-module.h"
#include "xmpp-ns.h"

#include <string.h>

/* Every message that comes in passes the stages below from top to bottom. A stage lets it pass, drops it, or takes it over.
 * What is dropped is acknowledged at once; what is taken, after its commit. When the store fails, the acknowledgement is
 * withheld: the message waits here, with all that come after it, and is tried again; if that never works, the server
 * still has them. */

#define RETRY_FIRST_S 2
#define RETRY_LAST_S 60
#define WAITING_MAX 1000

struct _ChatInbox {
  GObject parent_instance;
  ChatStore *store;
  ChatConversationList *conversations;
  XmppSession *session;
  ChatOutbox *outbox;
  ChatReceipts *receipts;
  XmppJid *own;             /* bare */
  gint64 account;
  GQueue waiting;           /* of Incoming that could not be stored, in order */
  guint retry_source;
  guint retry_s;
};

G_DEFINE_FINAL_TYPE (ChatInbox, chat_inbox, G_TYPE_OBJECT)

/* A message on its way through the stages; message and stanza only during them. */
typedef struct {
  ChatInbox *inbox;         /* owned */
  const XmppMessage *message;
  XmppElement *stanza;
  guint64 ticket;
  guint64 mark;             /* of the state that is stored with it */
  XmppJid *peer;            /* bare: whose conversation it is */
  gboolean own;             /* it comes from ourselves */
  XmppJid *asker;           /* wants to know that it arrived; nullable */
  XmppMessageType type;
  ChatNewMessage *new;
} Incoming;

typedef enum { PASS, DROP, TAKEN } Verdict;

static void
incoming_free (Incoming *in)
{
  g_clear_object (&in->inbox);
  g_clear_pointer (&in->peer, xmpp_jid_unref);
  g_clear_pointer (&in->asker, xmpp_jid_unref);
  g_clear_pointer (&in->new, chat_new_message_free);
  g_free (in);
}

static void
release (Incoming *in)
{
  xmpp_session_release (in->inbox->session, in->ticket);
  incoming_free (in);
}

static char *
dup_sm_state (ChatInbox *self)
{
  g_autoptr (XmppElement) state = xmpp_session_dup_sm_state (self->session);
  return state != NULL ? xmpp_element_to_string (state) : NULL;
}

/* The state that goes into the next transaction counts this one. */
static void
begin_commit (Incoming *in)
{
  xmpp_session_commit (in->inbox->session, in->ticket, TRUE);
  in->mark = xmpp_session_get_sm_mark (in->inbox->session);
}

static void
end_commit (Incoming *in)
{
  xmpp_session_release (in->inbox->session, in->ticket);
  xmpp_session_kept (in->inbox->session, in->mark);
}

/* What was stored after it counts it too; that is put right. */
static void
fail_commit (Incoming *in)
{
  ChatInbox *self = in->inbox;
  g_autofree char *sm_state = NULL;

  xmpp_session_commit (self->session, in->ticket, FALSE);
  sm_state = dup_sm_state (self);
  if (sm_state != NULL)
    chat_store_save_sm_state_async (self->store, self->account, sm_state, NULL, NULL, NULL);
}

/* -- who says it ---------------------------------------------------------------------------------------------------- */

/* Without from it is from our own account (RFC 6120 §8.1.2.1, S-24), never from a contact. The only thing that we say to
 * ourselves is a note; who else uses our address has no business here. */
static Verdict
verify_sender (Incoming *in)
{
  const XmppMessage *message = in->message;

  in->own = message->from == NULL || xmpp_jid_equal_bare (message->from, in->inbox->own);
  if (message->carbon == XMPP_CARBON_SENT && message->to == NULL)
    return DROP;
  in->peer = xmpp_jid_to_bare (message->carbon == XMPP_CARBON_SENT ? message->to : in->own ? in->inbox->own : message->from);
  return PASS;
}

/* Rooms and invitations wait until there are rooms. */
static Verdict
drop_rooms (Incoming *in)
{
  return in->message->type == XMPP_MESSAGE_GROUPCHAT || in->message->invitation ? DROP : PASS;
}

/* -- errors --------------------------------------------------------------------------------------------------------- */

static void
error_taken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Incoming *in = user_data;

  if (chat_outbox_take_error_finish (CHAT_OUTBOX (source), result, NULL))
    end_commit (in);
  else
    fail_commit (in);
  incoming_free (in);
}

static Verdict
give_errors_to_outbox (Incoming *in)
{
  const XmppMessage *message = in->message;

  if (message->type != XMPP_MESSAGE_ERROR)
    return PASS;
  if (message->id == NULL || message->error == NULL || message->from == NULL)
    return DROP;
  begin_commit (in);
  chat_outbox_take_error_async (in->inbox->outbox, in->peer, message->id, message->error, error_taken_cb, in);
  return TAKEN;
}

/* -- chat states ---------------------------------------------------------------------------------------------------- */

static Verdict
note_chat_state (Incoming *in)
{
  const XmppMessage *message = in->message;
  ChatConversation *conversation = chat_conversation_list_lookup (in->inbox->conversations, in->inbox->account, in->peer);

  /* What they did hours ago says nothing of now. */
  if (conversation == NULL || in->own || message->delay != 0 || message->type == XMPP_MESSAGE_HEADLINE)
    return PASS;
  if (message->chat_state != XMPP_CHAT_STATE_NONE || message->body != NULL)
    chat_conversation_set_peer_state (conversation, message->chat_state);
  if (message->chat_state != XMPP_CHAT_STATE_NONE)
    chat_conversation_set_peer_speaks_states (conversation, TRUE);
  else if (message->body != NULL && !message->encrypted)
    chat_conversation_set_peer_speaks_states (conversation, FALSE);
  return PASS;
}

/* -- what it says --------------------------------------------------------------------------------------------------- */

/* Keys are sent around in messages that have nothing for a person in them (S-103). */
static gboolean
is_only_keys (XmppElement *stanza)
{
  XmppElement *encrypted = xmpp_element_find_child (stanza, NULL, "encrypted");

  return encrypted != NULL && xmpp_element_find_child (encrypted, NULL, "header") != NULL
         && xmpp_element_find_child (encrypted, NULL, "payload") == NULL;
}

static char *
join_subject (const XmppMessage *message)
{
  gboolean has_subject = message->subject != NULL && *message->subject != '\0' && message->type != XMPP_MESSAGE_CHAT;
  gboolean has_body = message->body != NULL && *message->body != '\0';

  if (has_subject && has_body)
    return g_strconcat (message->subject, "\n", message->body, NULL);
  return g_strdup (has_body ? message->body : has_subject ? message->subject : NULL);
}

/* Never the body beside an encrypted one: it is a note to those who can't read it. */
static Verdict
read_text (Incoming *in)
{
  const XmppMessage *message = in->message;
  g_autofree char *text = message->encrypted ? NULL : join_subject (message);

  if (message->encrypted ? is_only_keys (in->stanza) : text == NULL)
    return DROP;
  in->new = g_new0 (ChatNewMessage, 1);
  in->new->kind = message->encrypted ? CHAT_MESSAGE_ENCRYPTED
                  : message->type == XMPP_MESSAGE_HEADLINE ? CHAT_MESSAGE_HEADLINE : CHAT_MESSAGE_TEXT;
  in->new->text = g_steal_pointer (&text);
  return PASS;
}

static gboolean
is_ours (ChatInbox *self, const char *address)
{
  g_autoptr (XmppJid) jid = address != NULL ? xmpp_jid_new_lenient (address, NULL) : NULL;

  return jid != NULL && (xmpp_jid_equal (jid, self->own)
                         || g_strcmp0 (xmpp_jid_get_string (jid), xmpp_jid_get_domain (self->own)) == 0);
}

/* Only our own server may say when (S-20); others' stamps, which may stand beside its, count for nothing. 0: none. */
static gint64
find_trusted_stamp (Incoming *in)
{
  for (guint i = 0; i < xmpp_element_get_n_children (in->stanza); i++) {
    XmppElement *delay = xmpp_element_get_child (in->stanza, i);
    const char *stamp = xmpp_element_get_attribute (delay, "stamp");
    gint64 time;
    if (xmpp_element_is (delay, XMPP_NS_DELAY, "delay") && stamp != NULL && xmpp_datetime_parse (stamp, &time)
        && is_ours (in->inbox, xmpp_element_get_attribute (delay, "from")))
      return time;
  }
  return 0;
}

static Verdict
set_time (Incoming *in)
{
  gint64 now = g_get_real_time ();
  gint64 stamp = find_trusted_stamp (in);

  in->new->delayed = stamp != 0;
  in->new->time = stamp != 0 ? xmpp_datetime_clamp (stamp, now) : now;
  return PASS;
}

static Verdict
set_identity (Incoming *in)
{
  const XmppMessage *message = in->message;
  g_autoptr (XmppJid) by = message->stanza_id_by != NULL ? xmpp_jid_new_lenient (message->stanza_id_by, NULL) : NULL;

  in->new->account = in->inbox->account;
  in->new->jid = g_strdup (xmpp_jid_get_string (in->peer));
  in->new->own = in->own;
  in->new->state = in->own ? CHAT_MESSAGE_SENT : CHAT_MESSAGE_RECEIVED;
  in->new->stanza_id = g_strdup (message->id);
  /* S-16: an id that another put there says nothing. */
  if (by != NULL && xmpp_jid_equal (by, in->inbox->own))
    in->new->archive_id = g_strdup (message->stanza_id);
  return PASS;
}

/* Copies are answered by who got the message itself. */
static Verdict
note_receipt (Incoming *in)
{
  const XmppMessage *message = in->message;

  if (message->receipt_requested && message->id != NULL && !in->own && message->carbon == XMPP_CARBON_NONE)
    in->asker = xmpp_jid_ref (message->from);
  in->type = message->type;
  return PASS;
}

/* -- keeping it ----------------------------------------------------------------------------------------------------- */

static void store (Incoming *in);

static gboolean
retry_cb (gpointer user_data)
{
  g_autoptr (ChatInbox) self = g_object_ref (user_data);
  GQueue again = self->waiting;

  self->retry_source = 0;
  g_queue_init (&self->waiting);
  for (Incoming *in; (in = g_queue_pop_head (&again)) != NULL;) {
    in->inbox = g_object_ref (self);
    store (in);
  }
  return G_SOURCE_REMOVE;
}

static void
wait_for_store (Incoming *in)
{
  ChatInbox *self = in->inbox;

  if (self->waiting.length >= WAITING_MAX) {
    incoming_free (in);
    return;
  }
  g_queue_push_tail (&self->waiting, in);
  if (self->retry_source == 0) {
    self->retry_s = MIN (MAX (self->retry_s * 2, RETRY_FIRST_S), RETRY_LAST_S);
    self->retry_source = g_timeout_add_seconds (self->retry_s, retry_cb, self);
  }
  /* What the queue holds must not hold the inbox. */
  g_clear_object (&in->inbox);
}

static ChatNewMessage *
copy_new (const ChatNewMessage *new)
{
  ChatNewMessage *copy = g_memdup2 (new, sizeof *new);

  copy->jid = g_strdup (new->jid);
  copy->text = g_strdup (new->text);
  copy->stanza_id = g_strdup (new->stanza_id);
  copy->archive_id = g_strdup (new->archive_id);
  copy->sm_state = NULL;
  return copy;
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Incoming *in = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatAddedMessage) added = chat_store_add_message_finish (CHAT_STORE (source), result, &error);

  /* The account was removed: there is nowhere to keep it. */
  if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE)) {
    release (in);
    return;
  }
  if (added == NULL) {
    fail_commit (in);
    wait_for_store (in);
    return;
  }
  in->inbox->retry_s = 0;
  end_commit (in);
  chat_conversation_list_apply_added (in->inbox->conversations, added);
  if (in->asker != NULL && !added->duplicate)
    chat_receipts_answer (in->inbox->receipts, in->asker, in->new->stanza_id, in->type);
  incoming_free (in);
}

static void
store (Incoming *in)
{
  ChatInbox *self = in->inbox;
  ChatConversation *conversation = chat_conversation_list_lookup (self->conversations, self->account, in->peer);
  ChatNewMessage *new = copy_new (in->new);

  new->unread = !new->own && (conversation == NULL || !chat_conversation_get_shown (conversation));
  begin_commit (in);
  new->sm_state = dup_sm_state (self);
  chat_store_add_message_async (self->store, new, NULL, stored_cb, in);
}

static Verdict
keep (Incoming *in)
{
  if (in->inbox->waiting.length > 0)
    wait_for_store (in);
  else
    store (in);
  return TAKEN;
}

/* -- the way -------------------------------------------------------------------------------------------------------- */

static const struct { const char *name; Verdict (*run) (Incoming *in); } stages[] = {
  { "drop rooms", drop_rooms },
  { "verify who says it", verify_sender },
  { "errors go to the outbox", give_errors_to_outbox },
  { "note chat state", note_chat_state },
  { "read text", read_text },
  { "set time", set_time },
  { "set identity", set_identity },
  { "note who wants a receipt", note_receipt },
  { "keep, then announce", keep },
};

static void
message_cb (ChatInbox *self, XmppMessage *message, XmppElement *stanza, guint64 ticket)
{
  Incoming *in = g_new0 (Incoming, 1);

  in->inbox = g_object_ref (self);
  in->message = message;
  in->stanza = stanza;
  in->ticket = ticket;
  for (gsize i = 0; i < G_N_ELEMENTS (stages); i++) {
    Verdict verdict = stages[i].run (in);
    if (verdict == TAKEN)
      return;
    if (verdict == DROP) {
      g_debug ("A message was dropped: %s", stages[i].name);
      release (in);
      return;
    }
  }
  g_assert_not_reached ();
}

static void
chat_inbox_dispose (GObject *object)
{
  ChatInbox *self = CHAT_INBOX (object);

  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) incoming_free);
  g_clear_object (&self->receipts);
  g_clear_object (&self->outbox);
  g_clear_object (&self->session);
  g_clear_object (&self->conversations);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (chat_inbox_parent_class)->dispose (object);
}

static void
chat_inbox_finalize (GObject *object)
{
  g_clear_pointer (&CHAT_INBOX (object)->own, xmpp_jid_unref);
  G_OBJECT_CLASS (chat_inbox_parent_class)->finalize (object);
}

static void
chat_inbox_class_init (ChatInboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_inbox_dispose;
  object_class->finalize = chat_inbox_finalize;
}

static void
chat_inbox_init (ChatInbox *self)
{
  g_queue_init (&self->waiting);
}

ChatInbox *
chat_inbox_new (ChatStore *database, ChatConversationList *conversations, gint64 account, XmppSession *session,
                ChatOutbox *outbox)
{
  ChatInbox *self = g_object_new (CHAT_TYPE_INBOX, NULL);

  self->store = g_object_ref (database);
  self->conversations = g_object_ref (conversations);
  self->session = g_object_ref (session);
  self->outbox = g_object_ref (outbox);
  self->receipts = chat_receipts_new (conversations, account, session);
  self->account = account;
  self->own = xmpp_jid_ref (xmpp_session_get_account (session));
  g_signal_connect_object (xmpp_session_get_module (session, XMPP_TYPE_MESSAGE_MODULE), "message", G_CALLBACK (message_cb),
                           self, G_CONNECT_SWAPPED);
  return self;
}
