/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-module.h"
#include "xmpp-stanza.h"

G_BEGIN_DECLS

/* Presence and subscriptions, RFC 6121 §3, §4. Signals: "presence" (XmppPresenceStanza *presence: available, unavailable
 * and error, from contacts and own other resources), "subscription" (XmppPresenceStanza *presence: subscribe, subscribed,
 * unsubscribe, unsubscribed; from the bare JID), "began" (gboolean resumed: a stream begins; what was known of people's
 * presence still holds if it is resumed, for the server does not say it again, and else is void). */
#define XMPP_TYPE_PRESENCE_MODULE (xmpp_presence_module_get_type ())
G_DECLARE_FINAL_TYPE (XmppPresenceModule, xmpp_presence_module, XMPP, PRESENCE_MODULE, XmppModule)

/* Own presence: kept, sent now if online and again after each fresh session; caps are added here. */
void xmpp_presence_module_set_own      (XmppPresenceModule *self, XmppAvailability availability, const char *status, int priority);
/* For who has a resumed stream and nothing of what was said on it before: everybody's presence comes again. */
void xmpp_presence_module_ask_anew     (XmppPresenceModule *self);
void xmpp_presence_module_subscribe    (XmppPresenceModule *self, XmppJid *to, const char *text);     /* ask to see theirs */
void xmpp_presence_module_unsubscribe  (XmppPresenceModule *self, XmppJid *to);                       /* stop seeing, or withdraw */
void xmpp_presence_module_approve      (XmppPresenceModule *self, XmppJid *to);                       /* subscribed; pre-approval too */
void xmpp_presence_module_deny         (XmppPresenceModule *self, XmppJid *to);                       /* unsubscribed: decline or take back */
gboolean xmpp_presence_module_can_preapprove (XmppPresenceModule *self);

G_END_DECLS
