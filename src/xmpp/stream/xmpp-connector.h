/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

#include "xmpp-resolver.h"

G_BEGIN_DECLS

/* Walks a list of targets until one takes a TCP connection, through proxies as the system sets them. Addresses of one
 * host, IPv6 and IPv4, are raced by GSocketClient; a target that hangs for delay_ms is raced by the next one. */
#define XMPP_TYPE_CONNECTOR (xmpp_connector_get_type ())
G_DECLARE_FINAL_TYPE (XmppConnector, xmpp_connector, XMPP, CONNECTOR, GObject)

/* targets: of XmppTarget, transfer full. proxy_resolver: nullable. */
XmppConnector *xmpp_connector_new         (GPtrArray *targets, GProxyResolver *proxy_resolver, guint delay_ms);
gboolean       xmpp_connector_has_more    (XmppConnector *self);
/* The first connection among the targets not tried yet; may be called again when that one proves useless. */
void           xmpp_connector_next_async  (XmppConnector *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                           gpointer user_data);
/* target (out, borrowed). XMPP_ERROR_HOST_NOT_FOUND, _REFUSED, _UNREACHABLE, _TIMEOUT. */
GIOStream     *xmpp_connector_next_finish (XmppConnector *self, GAsyncResult *result, const XmppTarget **target,
                                           GError **error);

G_END_DECLS
