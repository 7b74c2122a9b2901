/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-module.h"

G_BEGIN_DECLS

/* Message carbons, XEP-0280: asks for copies of what our other clients say and hear, after each bind where the server offers
 * them. The copies themselves are taken by the message module. */
#define XMPP_TYPE_CARBONS_MODULE (xmpp_carbons_module_get_type ())
G_DECLARE_FINAL_TYPE (XmppCarbonsModule, xmpp_carbons_module, XMPP, CARBONS_MODULE, XmppModule)

gboolean xmpp_carbons_module_get_enabled (XmppCarbonsModule *self);    /* the server has agreed */

G_END_DECLS
