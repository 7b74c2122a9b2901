/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-inbox.h"

#include "chat-conversation-private.h"
#include "chat-reading.h"
#include "chat-receipts.h"
#include "xmpp-fault-point.h"
#include "xmpp-message-module.h"

/* Every message that comes in passes the stages below from top to bottom. A stage lets it pass, drops it, or takes it over.
 * What is dropped is acknowledged at once; what is taken, after its commit. Pages of the archive go by chat-reading.c into the
 * store too; they are not acknowledged by what they are but asked for again. When the store fails, the acknowledgement is
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
  GPtrArray *news;          /* of ChatNewMessage */
} Incoming;

typedef enum { PASS, DROP, TAKEN } Verdict;

static void
incoming_free (Incoming *in)
{
  g_clear_object (&in->inbox);
  g_clear_pointer (&in->peer, xmpp_jid_unref);
  g_clear_pointer (&in->news, g_ptr_array_unref);
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

static ChatReadingContext
make_context (ChatInbox *self, ChatSource source)
{
  return (ChatReadingContext) {
    .account = self->own, .source = source,
    .archive = xmpp_session_get_module (self->session, XMPP_TYPE_ARCHIVE_MODULE),
  };
}

static ChatSource
get_source (const XmppMessage *message)
{
  return message->carbon == XMPP_CARBON_NONE ? CHAT_SOURCE_LIVE : CHAT_SOURCE_CARBON;
}

static Verdict
verify_sender (Incoming *in)
{
  ChatReadingContext context = make_context (in->inbox, get_source (in->message));

  in->peer = chat_reading_find_peer (&context, in->message, &in->own);
  return in->peer != NULL ? PASS : DROP;
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

static void
answer_receipt (Incoming *in, const ChatAddedLot *added)
{
  const ChatNewMessage *first = g_ptr_array_index (in->news, 0);

  if (first->asker != NULL && added->n_known == 0)
    chat_receipts_send (in->inbox->receipts);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Incoming *in = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatAddedLot) added = chat_store_add_finish (CHAT_STORE (source), result, &error);

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
  XMPP_FAULT_POINT ("receive-stored");
  end_commit (in);
  XMPP_FAULT_POINT ("receive-released");
  chat_conversation_list_apply_lot (in->inbox->conversations, added);
  answer_receipt (in, added);
  incoming_free (in);
}

static void
store (Incoming *in)
{
  ChatInbox *self = in->inbox;
  ChatLot *lot = chat_lot_new (self->account);

  for (guint i = 0; i < in->news->len; i++)
    g_ptr_array_add (lot->messages, chat_new_message_copy (g_ptr_array_index (in->news, i)));
  begin_commit (in);
  lot->sm_state = dup_sm_state (self);
  XMPP_FAULT_POINT ("receive-storing");
  chat_store_add_async (self->store, lot, NULL, stored_cb, in);
}

/* Copies are answered by who got the message itself. */
static void
note_asker (Incoming *in)
{
  const XmppMessage *message = in->message;
  ChatNewMessage *first = g_ptr_array_index (in->news, 0);

  if (first->type != CHAT_NEW_MESSAGE || !message->receipt_requested || message->id == NULL || in->own
      || message->carbon != XMPP_CARBON_NONE)
    return;
  first->asker = g_strdup (xmpp_jid_get_string (message->from));
  first->asker_type = message->type;
}

/* What the stanza says is nothing of which anything is kept: nobody waits for it. */
static Verdict
read_news (Incoming *in)
{
  ChatReadingContext context = make_context (in->inbox, get_source (in->message));

  in->news = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_new_message_free);
  chat_reading_read (&context, in->message, in->stanza, in->news);
  if (in->news->len == 0)
    return DROP;
  note_asker (in);
  return PASS;
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
  { "read what it says", read_news },
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

/* -- the archive ---------------------------------------------------------------------------------------------------- */

static ChatPage *
copy_page (const ChatPage *page)
{
  ChatPage *copy = g_memdup2 (page, sizeof *page);

  copy->with = g_strdup (page->with);
  copy->first = g_strdup (page->first);
  copy->last = g_strdup (page->last);
  return copy;
}

static void
page_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatInbox *self = g_task_get_source_object (task);
  guint64 *mark = g_task_get_task_data (task);
  GError *error = NULL;
  ChatAddedLot *added = chat_store_add_finish (CHAT_STORE (source), result, &error);

  if (added == NULL) {
    g_task_return_error (task, error);
    return;
  }
  xmpp_session_kept (self->session, *mark);
  chat_conversation_list_apply_lot (self->conversations, added);
  chat_conversation_list_gaps_changed (self->conversations, self->account);
  g_task_return_pointer (task, added, (GDestroyNotify) chat_added_lot_free);
}

static void
read_item (ChatInbox *self, const XmppArchiveItem *item, GPtrArray *news)
{
  ChatReadingContext context = make_context (self, CHAT_SOURCE_ARCHIVE);
  g_autoptr (XmppMessage) message = item->stanza != NULL ? xmpp_message_parse (item->stanza, g_get_language_names (), NULL) : NULL;

  if (message == NULL)
    return;
  context.archive_id = item->id;
  context.stamp = item->time;
  chat_reading_read (&context, message, item->stanza, news);
}

void
chat_inbox_take_page_async (ChatInbox *self, XmppArchivePage *page, const ChatPage *where, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  ChatLot *lot = chat_lot_new (self->account);
  guint64 mark = xmpp_session_get_sm_mark (self->session);

  /* Its results are counted already: so each page brings its own acknowledgement. */
  g_task_set_task_data (task, g_memdup2 (&mark, sizeof mark), g_free);
  lot->sm_state = dup_sm_state (self);
  lot->page = copy_page (where);
  for (guint i = 0; i < page->items->len; i++)
    read_item (self, g_ptr_array_index (page->items, i), lot->messages);
  chat_store_add_async (self->store, lot, NULL, page_stored_cb, task);
}

ChatAddedLot *
chat_inbox_take_page_finish (ChatInbox *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* -- the object ----------------------------------------------------------------------------------------------------- */

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
  self->receipts = chat_receipts_new (database, conversations, account, session);
  self->account = account;
  self->own = xmpp_jid_ref (xmpp_session_get_account (session));
  g_signal_connect_object (xmpp_session_get_module (session, XMPP_TYPE_MESSAGE_MODULE), "message", G_CALLBACK (message_cb),
                           self, G_CONNECT_SWAPPED);
  return self;
}
