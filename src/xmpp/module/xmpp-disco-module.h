/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-module.h"

G_BEGIN_DECLS

#define XMPP_DISCO_NODE "https://stonechat.im"

/* Says what we can do: service discovery (XEP-0030) and our own entity capabilities (XEP-0115). The features are those that
 * the session's modules declare. */
#define XMPP_TYPE_DISCO_MODULE (xmpp_disco_module_get_type ())
G_DECLARE_FINAL_TYPE (XmppDiscoModule, xmpp_disco_module, XMPP, DISCO_MODULE, XmppModule)

/* The verification string of our own capabilities (XEP-0115 §5.1). Owned by the module. */
const char *xmpp_disco_module_get_ver (XmppDiscoModule *self);

G_END_DECLS
