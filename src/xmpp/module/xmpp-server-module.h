/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-module.h"

G_BEGIN_DECLS

/* What our server and our account on it can do: disco#info (XEP-0030 §3) of the domain and of the own bare JID, asked after
 * each bind. What an earlier bind found, also in an earlier process, counts until then, so that nobody waits for it.
 *
 * Signal: "features-known" when the answers of this bind are there, whether or not they say anything new. */
#define XMPP_TYPE_SERVER_MODULE (xmpp_server_module_get_type ())
G_DECLARE_FINAL_TYPE (XmppServerModule, xmpp_server_module, XMPP, SERVER_MODULE, XmppModule)

/* of_account: of the own bare JID, else of the server. FALSE too while nothing is known. */
gboolean xmpp_server_module_has_feature (XmppServerModule *self, gboolean of_account, const char *feature);
gboolean xmpp_server_module_get_known   (XmppServerModule *self);      /* by this bind or by an earlier one */
char    *xmpp_server_module_dup_cache   (XmppServerModule *self);      /* nullable; to be stored and given to load () */
void     xmpp_server_module_load        (XmppServerModule *self, const char *cache);   /* a damaged one changes nothing */

G_END_DECLS
