/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-module.h"

G_BEGIN_DECLS

/* Small questions that are answered on the spot: ping (XEP-0199), version (XEP-0092), entity time (XEP-0202); and telling
 * the server whether anybody looks, client state indication (XEP-0352). */
#define XMPP_TYPE_PING_MODULE (xmpp_ping_module_get_type ())
G_DECLARE_FINAL_TYPE (XmppPingModule, xmpp_ping_module, XMPP, PING_MODULE, XmppModule)
#define XMPP_TYPE_VERSION_MODULE (xmpp_version_module_get_type ())
G_DECLARE_FINAL_TYPE (XmppVersionModule, xmpp_version_module, XMPP, VERSION_MODULE, XmppModule)
#define XMPP_TYPE_TIME_MODULE (xmpp_time_module_get_type ())
G_DECLARE_FINAL_TYPE (XmppTimeModule, xmpp_time_module, XMPP, TIME_MODULE, XmppModule)
#define XMPP_TYPE_CSI_MODULE (xmpp_csi_module_get_type ())
G_DECLARE_FINAL_TYPE (XmppCsiModule, xmpp_csi_module, XMPP, CSI_MODULE, XmppModule)

/* Asks one resource what its clock says; the finish gives its offset from UTC in minutes. */
void     xmpp_time_module_ask_async  (XmppTimeModule *self, XmppJid *to, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean xmpp_time_module_ask_finish (XmppTimeModule *self, GAsyncResult *result, int *minutes, GError **error);

void xmpp_csi_module_set_active (XmppCsiModule *self, gboolean active);
/* Until "inactive" is said; half a minute by itself. */
void xmpp_csi_module_set_delay  (XmppCsiModule *self, guint delay_ms);

G_END_DECLS
