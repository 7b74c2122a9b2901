/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-module.h"
#include "xmpp-stanza.h"

G_BEGIN_DECLS

/* Messages of every type, RFC 6121 §5. Emits "message" (XmppMessage *message, XmppElement *stanza, guint64 ticket) for
 * chat, normal, headline and error; groupchat and invitations are counted and dropped. Of a carbon that may be believed it
 * gives the message and the stanza inside, with carbon set (XEP-0280); results of archives never come this way. The
 * receiver must call xmpp_session_release () with the ticket once the message is committed or found to be of no interest. */
#define XMPP_TYPE_MESSAGE_MODULE (xmpp_message_module_get_type ())
G_DECLARE_FINAL_TYPE (XmppMessageModule, xmpp_message_module, XMPP, MESSAGE_MODULE, XmppModule)

G_END_DECLS
