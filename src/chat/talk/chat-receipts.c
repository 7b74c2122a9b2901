/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-receipts.h"

#include "chat-conversation-private.h"
#include "chat-store-marks.h"
#include "xmpp-fault-point.h"
#include "xmpp-id.h"
#include "xmpp-stanza.h"

/* A receipt is owed from the commit of its message until a state of the stream is stored that has it in its queue; both in
 * one transaction. So who kills the program can make it be said twice, which says no more than once, but never not at all.
 * The same goes for what a stream took that was neither acknowledged nor resumed. */

struct _ChatReceipts {
  GObject parent_instance;
  ChatStore *store;
  ChatConversationList *conversations;
  XmppSession *session;
  gint64 account;
  gboolean looking;         /* at what is owed */
  gboolean again;           /* something was added meanwhile */
};

G_DEFINE_FINAL_TYPE (ChatReceipts, chat_receipts, G_TYPE_OBJECT)

static gboolean
is_wanted (ChatReceipts *self, XmppJid *to)
{
  ChatConversation *conversation = chat_conversation_list_lookup (self->conversations, self->account, to);
  return conversation != NULL && chat_conversation_may_tell (conversation, CHAT_PRIVACY_RECEIPTS);
}

/* FALSE: nobody takes it now. */
static gboolean
send_receipt (ChatReceipts *self, const ChatOwedReceipt *receipt)
{
  g_autoptr (XmppJid) to = xmpp_jid_new_lenient (receipt->jid, NULL);
  g_autofree char *id = xmpp_id_new ();
  XmppMessage message = { .type = receipt->type, .to = to, .id = id, .receipt_id = receipt->stanza_id };
  g_autoptr (XmppElement) stanza = NULL;

  if (to == NULL || !is_wanted (self, to))
    return TRUE;
  stanza = xmpp_message_build (&message);
  return xmpp_session_send (self->session, stanza);
}

static void
send_all (ChatReceipts *self, GPtrArray *owed)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (XmppElement) state = NULL;
  g_autofree char *sm_state = NULL;

  for (guint i = 0; i < owed->len; i++) {
    ChatOwedReceipt *receipt = g_ptr_array_index (owed, i);
    if (!send_receipt (self, receipt))
      break;
    g_array_append_val (ids, receipt->id);
  }
  if (ids->len == 0)
    return;
  XMPP_FAULT_POINT ("receipt-sent");
  state = xmpp_session_dup_sm_state (self->session);
  sm_state = state != NULL ? xmpp_element_to_string (state) : NULL;
  chat_store_settle_receipts_async (self->store, self->account, ids, sm_state, NULL, NULL, NULL);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatReceipts) self = user_data;
  g_autoptr (GPtrArray) owed = chat_store_load_receipts_finish (CHAT_STORE (source), result, NULL);

  self->looking = FALSE;
  XMPP_FAULT_POINT ("receipt-sending");
  if (owed != NULL && xmpp_session_get_state (self->session) == XMPP_SESSION_ONLINE)
    send_all (self, owed);
  /* The writer does one after the other: what was sent is owed no more by then. */
  if (self->again)
    chat_receipts_send (self);
}

void
chat_receipts_send (ChatReceipts *self)
{
  self->again = self->looking;
  if (self->looking || xmpp_session_get_state (self->session) != XMPP_SESSION_ONLINE)
    return;
  self->looking = TRUE;
  chat_store_load_receipts_async (self->store, self->account, NULL, loaded_cb, g_object_ref (self));
}

static void
unacknowledged_cb (ChatReceipts *self, XmppElement *stanza)
{
  g_autoptr (XmppMessage) message = xmpp_message_parse (stanza, g_get_language_names (), NULL);

  if (message != NULL && message->receipt_id != NULL && message->to != NULL)
    chat_store_owe_receipt_async (self->store, self->account, xmpp_jid_get_string (message->to), message->receipt_id, message->type,
                                  NULL, NULL, NULL);
}

static void
chat_receipts_finalize (GObject *object)
{
  ChatReceipts *self = CHAT_RECEIPTS (object);

  g_object_unref (self->store);
  g_object_unref (self->conversations);
  g_object_unref (self->session);
  G_OBJECT_CLASS (chat_receipts_parent_class)->finalize (object);
}

static void
chat_receipts_class_init (ChatReceiptsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_receipts_finalize;
}

static void
chat_receipts_init (ChatReceipts *self)
{
}

ChatReceipts *
chat_receipts_new (ChatStore *store, ChatConversationList *conversations, gint64 account, XmppSession *session)
{
  ChatReceipts *self = g_object_new (CHAT_TYPE_RECEIPTS, NULL);

  self->store = g_object_ref (store);
  self->conversations = g_object_ref (conversations);
  self->session = g_object_ref (session);
  self->account = account;
  g_signal_connect_object (session, "notify::state", G_CALLBACK (chat_receipts_send), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "unacknowledged", G_CALLBACK (unacknowledged_cb), self, G_CONNECT_SWAPPED);
  return self;
}
