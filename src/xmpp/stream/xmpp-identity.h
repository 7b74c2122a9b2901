/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether a certificate is made out to an XMPP domain (RFC 6120 §13.7.1.2, RFC 9525): a dNSName, where a wildcard may be
 * the whole left-most label above at least two others; an SRVName of _xmpp-client; an xmppAddr; for address literals an
 * iPAddress. The common name does not count. domain: A-label or address literal. */
gboolean xmpp_identity_matches     (GTlsCertificate *certificate, const char *domain);
gboolean xmpp_identity_matches_der (const guint8 *der, gsize size, const char *domain);

/* The names in the certificate, for a sentence; transfer full, "" for none. */
char    *xmpp_identity_list_names  (GTlsCertificate *certificate);

G_END_DECLS
