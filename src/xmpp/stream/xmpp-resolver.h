/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where a server may be reached: one line of the SRV records, or a manual address. */
typedef struct {
  char   *host;          /* A-label or address literal */
  guint16 port;
  gboolean direct_tls;
} XmppTarget;

XmppTarget *xmpp_target_new   (const char *host, guint16 port, gboolean direct_tls);
/* "host", "host:port", "[v6]" or "[v6]:port" (RFC 6120 §4.9.3.19, XEP-0198 §5); NULL: not valid. */
XmppTarget *xmpp_target_parse (const char *address, guint16 default_port, gboolean direct_tls);
void        xmpp_target_free  (XmppTarget *self);

/* Looks up _xmpps-client and _xmpp-client of a domain (A-label) and gives the targets in the order in which to try them:
 * priorities and weights mixed (RFC 2782, XEP-0368 §3). Without any record: the domain, port 5222 (RFC 6120 §3.2.2).
 * XMPP_ERROR_NO_SERVICE where the records say so by a target of "." (S-40). */
void       xmpp_resolver_lookup_async  (GResolver *resolver, const char *domain, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
/* Of XmppTarget, transfer full. */
GPtrArray *xmpp_resolver_lookup_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppTarget, xmpp_target_free)

G_END_DECLS
