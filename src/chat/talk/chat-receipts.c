/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-receipts.h"

#include "chat-conversation-private.h"
#include "xmpp-id.h"
#include "xmpp-stanza.h"

#define WAITING_MAX 1000

struct _ChatReceipts {
  GObject parent_instance;
  ChatConversationList *conversations;
  XmppSession *session;
  gint64 account;
  GQueue waiting;           /* of Receipt */
};

G_DEFINE_FINAL_TYPE (ChatReceipts, chat_receipts, G_TYPE_OBJECT)

typedef struct {
  XmppJid *to;
  char *id;                 /* of their message */
  XmppMessageType type;     /* as their message's (XEP-0184 §5) */
} Receipt;

static void
receipt_free (Receipt *receipt)
{
  xmpp_jid_unref (receipt->to);
  g_free (receipt->id);
  g_free (receipt);
}

static gboolean
is_wanted (ChatReceipts *self, Receipt *receipt)
{
  ChatConversation *conversation = chat_conversation_list_lookup (self->conversations, self->account, receipt->to);
  return conversation != NULL && chat_conversation_may_tell (conversation, CHAT_PRIVACY_RECEIPTS);
}

/* FALSE: nobody takes it now. */
static gboolean
send_receipt (ChatReceipts *self, Receipt *receipt)
{
  g_autofree char *id = xmpp_id_new ();
  XmppMessage message = { .type = receipt->type, .to = receipt->to, .id = id, .receipt_id = receipt->id };
  g_autoptr (XmppElement) stanza = NULL;

  if (!is_wanted (self, receipt))
    return TRUE;
  stanza = xmpp_message_build (&message);
  return xmpp_session_send (self->session, stanza);
}

static void
state_changed_cb (ChatReceipts *self)
{
  while (self->waiting.length > 0 && send_receipt (self, g_queue_peek_head (&self->waiting)))
    receipt_free (g_queue_pop_head (&self->waiting));
}

void
chat_receipts_answer (ChatReceipts *self, XmppJid *from, const char *id, XmppMessageType type)
{
  Receipt *receipt = g_new0 (Receipt, 1);

  receipt->to = xmpp_jid_ref (from);
  receipt->id = g_strdup (id);
  receipt->type = type;
  if (self->waiting.length < WAITING_MAX)
    g_queue_push_tail (&self->waiting, receipt);
  else
    receipt_free (receipt);
  state_changed_cb (self);
}

static void
chat_receipts_finalize (GObject *object)
{
  ChatReceipts *self = CHAT_RECEIPTS (object);

  g_queue_clear_full (&self->waiting, (GDestroyNotify) receipt_free);
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
  g_queue_init (&self->waiting);
}

ChatReceipts *
chat_receipts_new (ChatConversationList *conversations, gint64 account, XmppSession *session)
{
  ChatReceipts *self = g_object_new (CHAT_TYPE_RECEIPTS, NULL);

  self->conversations = g_object_ref (conversations);
  self->session = g_object_ref (session);
  self->account = account;
  g_signal_connect_object (session, "notify::state", G_CALLBACK (state_changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}
