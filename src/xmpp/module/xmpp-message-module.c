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

/* Copies of other people's messages come in wrappers. Until they are understood they are of no interest, and never may
 * the wrapper pass as a message of its own (S-01 … S-05). */
static gboolean
is_wrapper (XmppElement *stanza)
{
  return xmpp_element_find_child (stanza, XMPP_NS_CARBONS, NULL) || xmpp_element_find_child (stanza, XMPP_NS_MAM, "result");
}

static gboolean
message_cb (XmppModule *module, XmppElement *stanza, XmppElement *payload, XmppJid *from)
{
  XmppMessageModule *self = XMPP_MESSAGE_MODULE (module);
  g_autoptr (XmppMessage) message = xmpp_message_parse (stanza, g_get_language_names (), NULL);

  if (!message || is_wrapper (stanza))
    return FALSE;
  if (message->type == XMPP_MESSAGE_GROUPCHAT || message->invitation) {
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
static const char *const features[] = { XMPP_NS_CHAT_STATES, NULL };

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
