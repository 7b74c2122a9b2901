/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-router.h"
#include "xmpp-session.h"
#include "xmpp-stream-management.h"

G_BEGIN_DECLS

/* All in milliseconds. */
typedef struct {
  guint acknowledge;        /* our <a/> after a release, batched */
  guint answer;             /* to <r/> after a message: 20 s after it a dead link is found */
  guint idle, idle_answer;  /* without a byte, until a sign of life is asked for; until the link counts as dead */
  guint close;              /* for the other side's </stream:stream> (R-18) */
} XmppSessionTimeouts;

/* For modules and tests: a session on a stream that is there already. */
void                  xmpp_session_begin   (XmppSession *self, XmppStream *stream, gboolean resumed);
/* Ends it at once, and says why. */
void                  xmpp_session_end     (XmppSession *self, const GError *error);
void                  xmpp_session_set_jid (XmppSession *self, XmppJid *jid);
void                  xmpp_session_set_timeouts (XmppSession *self, const XmppSessionTimeouts *timeouts);
XmppStreamManagement *xmpp_session_get_stream_management (XmppSession *self);
XmppRouter           *xmpp_session_get_router  (XmppSession *self);
GPtrArray            *xmpp_session_get_modules (XmppSession *self);

G_END_DECLS
