/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-sasl.h"

#include <string.h>

/* PLAIN (RFC 4616): hands the password to the server. Whether that may happen is decided in xmpp-sasl-policy.c; that the
 * connection is encrypted and the server known, in the login. */

#define XMPP_TYPE_SASL_PLAIN (xmpp_sasl_plain_get_type ())
G_DECLARE_FINAL_TYPE (XmppSaslPlain, xmpp_sasl_plain, XMPP, SASL_PLAIN, XmppSasl)

struct _XmppSaslPlain {
  XmppSasl parent_instance;
  char *username;
  XmppSecret *password;
};

G_DEFINE_FINAL_TYPE (XmppSaslPlain, xmpp_sasl_plain, XMPP_TYPE_SASL)

static XmppSecret *
start (XmppSasl *sasl, GError **error)
{
  XmppSaslPlain *self = XMPP_SASL_PLAIN (sasl);
  gsize name = strlen (self->username);
  gsize size = xmpp_secret_get_size (self->password);
  XmppSecret *message = xmpp_secret_new_zero (name + size + 2);
  guint8 *data = xmpp_secret_get_data (message);

  memcpy (data + 1, self->username, name);
  memcpy (data + name + 2, xmpp_secret_get_data (self->password), size);
  return message;
}

static void
xmpp_sasl_plain_finalize (GObject *object)
{
  XmppSaslPlain *self = XMPP_SASL_PLAIN (object);

  g_clear_pointer (&self->username, g_free);
  g_clear_pointer (&self->password, xmpp_secret_unref);
  G_OBJECT_CLASS (xmpp_sasl_plain_parent_class)->finalize (object);
}

static void
xmpp_sasl_plain_class_init (XmppSaslPlainClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = xmpp_sasl_plain_finalize;
  XMPP_SASL_CLASS (klass)->start = start;
}

static void
xmpp_sasl_plain_init (XmppSaslPlain *self)
{
}

XmppSasl *
xmpp_sasl_plain_new (const char *username, XmppSecret *password)
{
  XmppSaslPlain *self = g_object_new (XMPP_TYPE_SASL_PLAIN, NULL);

  self->username = g_strdup (username);
  self->password = xmpp_secret_ref (password);
  return XMPP_SASL (self);
}
