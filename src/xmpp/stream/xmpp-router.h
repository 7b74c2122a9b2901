/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-module.h"

G_BEGIN_DECLS

/* Finds the handler of a stanza by kind, namespace and name, after asking who sent it; keeps the IQs that wait for their
 * answer. Belongs to one session, which sends what it says. */
typedef struct _XmppRouter XmppRouter;

typedef void (*XmppRouterSendFunc) (XmppElement *stanza, gpointer user_data);

XmppRouter *xmpp_router_new         (XmppJid *account, XmppRouterSendFunc send, gpointer user_data);
void        xmpp_router_free        (XmppRouter *self);
void        xmpp_router_add_module  (XmppRouter *self, XmppModule *module);
void        xmpp_router_set_jid     (XmppRouter *self, XmppJid *jid);        /* own full JID */
/* Asked for XMPP_FROM_CONTACT. */
void        xmpp_router_set_contact_func (XmppRouter *self, gboolean (*is_contact) (XmppJid *from, gpointer user_data), gpointer user_data);
/* Asked before a request is given up: TRUE, a stanza is coming in, so slowly that the answer may be behind it. */
void        xmpp_router_set_hearing_func (XmppRouter *self, gboolean (*is_hearing) (gpointer user_data), gpointer user_data);
void        xmpp_router_dispatch    (XmppRouter *self, XmppElement *stanza);
guint       xmpp_router_get_n_dropped (XmppRouter *self);

/* Remembers an IQ that is being sent; the task completes with the answer (XmppElement) or an error, exactly once. */
void        xmpp_router_expect      (XmppRouter *self, XmppElement *iq, guint timeout_ms, GTask *task);
void        xmpp_router_fail_all    (XmppRouter *self, const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppRouter, xmpp_router_free)

G_END_DECLS
