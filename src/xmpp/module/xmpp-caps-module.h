/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-module.h"

G_BEGIN_DECLS

/* What others can do, by entity capabilities (XEP-0115): reads <c/> in presence, asks once for each version that nobody
 * knows yet, and believes the answer of others too where the hash proves it (S-22). Without a proof it counts for the one
 * full JID that gave it.
 *
 * Signals: "features-known" (XmppJid *full) when has_feature () has something to say of it that it had not before;
 * "seen" (const char *hash, const char *ver, XmppElement *info) the first time that a proved version is met, to be stored
 * and given to load () at the next start. */
#define XMPP_TYPE_CAPS_MODULE (xmpp_caps_module_get_type ())
G_DECLARE_FINAL_TYPE (XmppCapsModule, xmpp_caps_module, XMPP, CAPS_MODULE, XmppModule)

#define XMPP_CAPS_MOST_VERIFIED 300      /* versions that are remembered, those last met */

gboolean xmpp_caps_module_has_feature (XmppCapsModule *self, XmppJid *full, const char *feature);
void     xmpp_caps_module_load        (XmppCapsModule *self, const char *hash, const char *ver, const char *info);

G_END_DECLS
