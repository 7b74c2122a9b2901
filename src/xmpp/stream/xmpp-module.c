/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-module.h"
#include "xmpp-ns.h"
#include "xmpp-stanza.h"

typedef struct {
  XmppSession *session;     /* weak: the session owns its modules */
} XmppModulePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (XmppModule, xmpp_module, G_TYPE_OBJECT)

enum { PROP_0, PROP_SESSION };

/**
 * xmpp_module_get_session:
 *
 * Returns: (transfer none) (nullable): the session that it belongs to; NULL: it is gone
 */
XmppSession *
xmpp_module_get_session (XmppModule *self)
{
  XmppModulePrivate *priv = xmpp_module_get_instance_private (self);

  return priv->session;
}

static void
reply (XmppModule *self, XmppElement *iq, const char *type, XmppElement *payload)
{
  g_autoptr (XmppElement) answer = xmpp_element_new (XMPP_NS_CLIENT, "iq");

  xmpp_element_set_attribute (answer, "type", type);
  xmpp_element_set_attribute (answer, "id", xmpp_element_get_attribute (iq, "id"));
  xmpp_element_set_attribute (answer, "to", xmpp_element_get_attribute (iq, "from"));
  if (payload)
    xmpp_element_take_child (answer, payload);
  xmpp_session_send (xmpp_module_get_session (self), answer);
}

/**
 * xmpp_module_reply:
 * @payload: (transfer full) (nullable):
 *
 * Answers an IQ with a result, RFC 6120 §8.2.3.
 */
void
xmpp_module_reply (XmppModule *self, XmppElement *iq, XmppElement *payload)
{
  reply (self, iq, "result", payload);
}

/**
 * xmpp_module_reply_error:
 *
 * Answers an IQ with an error, RFC 6120 §8.3.
 */
void
xmpp_module_reply_error (XmppModule *self, XmppElement *iq, const GError *error)
{
  reply (self, iq, "error", xmpp_stanza_error_build (error, NULL));
}

static void
xmpp_module_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  XmppModulePrivate *priv = xmpp_module_get_instance_private (XMPP_MODULE (object));

  switch (id) {
  case PROP_SESSION:
    g_set_weak_pointer (&priv->session, g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
xmpp_module_dispose (GObject *object)
{
  XmppModulePrivate *priv = xmpp_module_get_instance_private (XMPP_MODULE (object));

  g_clear_weak_pointer (&priv->session);
  G_OBJECT_CLASS (xmpp_module_parent_class)->dispose (object);
}

static void
xmpp_module_class_init (XmppModuleClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = xmpp_module_dispose;
  G_OBJECT_CLASS (klass)->set_property = xmpp_module_set_property;
  g_object_class_install_property (G_OBJECT_CLASS (klass), PROP_SESSION,
    g_param_spec_object ("session", NULL, NULL, XMPP_TYPE_SESSION,
                         G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
}

static void
xmpp_module_init (XmppModule *self)
{
}
