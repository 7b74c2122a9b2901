/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-trust.h"

struct _XmppTrust {
  GTlsDatabase parent_instance;
  GTlsDatabase *database;
};

G_DEFINE_FINAL_TYPE (XmppTrust, xmpp_trust, G_TYPE_TLS_DATABASE)

static GTlsCertificateFlags
verify_chain (GTlsDatabase *database, GTlsCertificate *chain, const char *purpose, GSocketConnectable *identity,
              GTlsInteraction *interaction, GTlsDatabaseVerifyFlags flags, GCancellable *cancellable, GError **error)
{
  return g_tls_database_verify_chain (XMPP_TRUST (database)->database, chain, purpose, identity, interaction, flags, cancellable, error);
}

GTlsDatabase *
xmpp_trust_new (GTlsDatabase *database)
{
  XmppTrust *self = g_object_new (XMPP_TYPE_TRUST, NULL);

  self->database = database ? g_object_ref (database) : g_tls_backend_get_default_database (g_tls_backend_get_default ());
  return G_TLS_DATABASE (self);
}

static void
xmpp_trust_finalize (GObject *object)
{
  g_clear_object (&XMPP_TRUST (object)->database);
  G_OBJECT_CLASS (xmpp_trust_parent_class)->finalize (object);
}

static void
xmpp_trust_class_init (XmppTrustClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = xmpp_trust_finalize;
  G_TLS_DATABASE_CLASS (klass)->verify_chain = verify_chain;
}

static void
xmpp_trust_init (XmppTrust *self)
{
}
