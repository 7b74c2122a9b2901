/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-sasl.h"

#include <glib/gi18n-lib.h>

#include "xmpp-error.h"
#include "xmpp-saslprep.h"

/* What all mechanisms share, and the one place that makes one from a choice. */

G_DEFINE_ABSTRACT_TYPE (XmppSasl, xmpp_sasl, G_TYPE_OBJECT)

static void
xmpp_sasl_class_init (XmppSaslClass *klass)
{
}

static void
xmpp_sasl_init (XmppSasl *self)
{
}

XmppSecret *
xmpp_sasl_start (XmppSasl *self, GError **error)
{
  return XMPP_SASL_GET_CLASS (self)->start (self, error);
}

void
xmpp_sasl_challenge_async (XmppSasl *self, GBytes *data, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, xmpp_sasl_challenge_async);
  if (XMPP_SASL_GET_CLASS (self)->challenge)
    XMPP_SASL_GET_CLASS (self)->challenge (self, data, task);
  else
    g_task_return_new_error (task, XMPP_ERROR, XMPP_ERROR_PROTOCOL, _("The server’s part of the log-in is not valid (%s)"),
                             "unexpected challenge");
}

XmppSecret *
xmpp_sasl_challenge_finish (XmppSasl *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
xmpp_sasl_success (XmppSasl *self, GBytes *data, GError **error)
{
  return !XMPP_SASL_GET_CLASS (self)->success || XMPP_SASL_GET_CLASS (self)->success (self, data, error);
}

XmppSasl *
xmpp_sasl_new (const XmppSaslChoice *choice, const XmppSaslCredentials *credentials, GError **error)
{
  g_autoptr (XmppSecret) password = NULL;
  XmppSaslCredentials prepared = *credentials;

  if (choice->strength == XMPP_STRENGTH_EXTERNAL)
    return xmpp_sasl_external_new ();
  password = xmpp_saslprep (credentials->password, error);
  if (!password)
    return NULL;
  prepared.password = password;
  if (choice->strength == XMPP_STRENGTH_PLAIN)
    return xmpp_sasl_plain_new (prepared.username, password);
  return xmpp_sasl_scram_new (choice, &prepared);
}
