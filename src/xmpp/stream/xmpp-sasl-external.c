/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-sasl.h"

/* EXTERNAL (RFC 4422 §A, XEP-0178): the client certificate of the TLS handshake says who we are. The response is empty:
 * no other identity is asked for. */

#define XMPP_TYPE_SASL_EXTERNAL (xmpp_sasl_external_get_type ())
G_DECLARE_FINAL_TYPE (XmppSaslExternal, xmpp_sasl_external, XMPP, SASL_EXTERNAL, XmppSasl)

struct _XmppSaslExternal {
  XmppSasl parent_instance;
};

G_DEFINE_FINAL_TYPE (XmppSaslExternal, xmpp_sasl_external, XMPP_TYPE_SASL)

static XmppSecret *
start (XmppSasl *sasl, GError **error)
{
  return xmpp_secret_new ("", 0);
}

static void
challenge (XmppSasl *sasl, GBytes *data, GTask *task)
{
  /* A server that does not read initial responses asks once more (RFC 4422 §5). */
  g_task_return_pointer (task, xmpp_secret_new ("", 0), (GDestroyNotify) xmpp_secret_unref);
}

static void
xmpp_sasl_external_class_init (XmppSaslExternalClass *klass)
{
  XMPP_SASL_CLASS (klass)->start = start;
  XMPP_SASL_CLASS (klass)->challenge = challenge;
}

static void
xmpp_sasl_external_init (XmppSaslExternal *self)
{
}

XmppSasl *
xmpp_sasl_external_new (void)
{
  return g_object_new (XMPP_TYPE_SASL_EXTERNAL, NULL);
}
