/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-message-module.h"
#include "xmpp-ns.h"

struct _XmppMessageModule {
  XmppModule parent_instance;
  guint n_ignored;      /* of rooms and invitations, which come later */
};

G_DEFINE_FINAL_TYPE (XmppMessageModule, xmpp_message_module, XMPP_TYPE_MODULE)

static guint message_signal;

/* The copy in a carbon, which only our own server may send, in the name of the own bare address (XEP-0280 §11, S-01). It is
 * unwrapped once, and is said by us or to us (S-02). NULL: it is nothing. */
static XmppElement *
unwrap (XmppModule *module, XmppElement *stanza, XmppJid *from, XmppCarbon *carbon)
{
  XmppJid *account = xmpp_session_get_account (xmpp_module_get_session (module));
  XmppElement *received = xmpp_element_find_child (stanza, XMPP_NS_CARBONS, "received");
  XmppElement *sent = xmpp_element_find_child (stanza, XMPP_NS_CARBONS, "sent");
  XmppElement *copy;
  gint64 stamp;

  if (!from || !xmpp_jid_equal (from, account) || (received && sent))
    return NULL;
  *carbon = sent ? XMPP_CARBON_SENT : XMPP_CARBON_RECEIVED;
  copy = received || sent ? xmpp_forwarded_find (sent ? sent : received, &stamp) : NULL;
  return copy && !xmpp_forwarded_is_wrapper (copy) ? copy : NULL;
}

static gboolean
is_own (XmppModule *module, XmppMessage *message)
{
  return xmpp_jid_equal_bare (message->from, xmpp_session_get_account (xmpp_module_get_session (module)));
}

/* A copy of what was said to or by somebody in a room is of no use outside of it (XEP-0280 §6.1). */
static gboolean
is_of_room (XmppMessage *message, XmppElement *stanza)
{
  return message->type == XMPP_MESSAGE_GROUPCHAT || message->invitation ||
         (message->carbon != XMPP_CARBON_NONE && xmpp_element_find_child (stanza, XMPP_NS_MUC_USER, "x"));
}

static gboolean
message_cb (XmppModule *module, XmppElement *stanza, XmppElement *payload, XmppJid *from)
{
  XmppMessageModule *self = XMPP_MESSAGE_MODULE (module);
  g_autoptr (XmppMessage) message = NULL;
  XmppCarbon carbon = XMPP_CARBON_NONE;

  if (xmpp_forwarded_is_wrapper (stanza))
    stanza = unwrap (module, stanza, from, &carbon);
  message = stanza ? xmpp_message_parse (stanza, g_get_language_names (), NULL) : NULL;
  if (!message || (carbon == XMPP_CARBON_SENT && !is_own (module, message)) || (carbon == XMPP_CARBON_RECEIVED && !message->from))
    return FALSE;
  message->carbon = carbon;
  if (is_of_room (message, stanza)) {
    self->n_ignored++;
    return TRUE;
  }
  g_signal_emit (self, message_signal, 0, message, stanza, xmpp_session_hold (xmpp_module_get_session (module)));
  return TRUE;
}

static const XmppHandler handlers[] = {
  { XMPP_MESSAGE, NULL, NULL, XMPP_FROM_ANYONE, message_cb },
  { 0 }
};
static const char *const features[] = {
  XMPP_NS_CHAT_STATES, XMPP_NS_RECEIPTS, XMPP_NS_MARKERS, XMPP_NS_CORRECT, XMPP_NS_RETRACT, XMPP_NS_REACTIONS, XMPP_NS_REPLY,
  XMPP_NS_FALLBACK, NULL
};

static void
xmpp_message_module_class_init (XmppMessageModuleClass *klass)
{
  XmppModuleClass *module_class = XMPP_MODULE_CLASS (klass);

  module_class->name = "message";
  module_class->handlers = handlers;
  module_class->features = features;
  message_signal = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 3, G_TYPE_POINTER, XMPP_TYPE_ELEMENT, G_TYPE_UINT64);
}

static void
xmpp_message_module_init (XmppMessageModule *self)
{
}
