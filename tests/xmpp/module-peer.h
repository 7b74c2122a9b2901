/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "joined-stream.h"
#include "xmpp-session-private.h"

G_BEGIN_DECLS

/* A session of which the test is the server, stanza by stanza: what is said to it goes straight to its router, what it
 * sends waits to be taken, in order. */
typedef struct {
  XmppSession *session;
  GIOStream *client, *server;
  GPtrArray *sent;             /* of XmppElement */
} ModulePeer;

/* The session is that of juliet@a.test/balcony. types: as for xmpp_session_new (). */
ModulePeer  *module_peer_new     (const GType *types);
void         module_peer_free    (ModulePeer *self);
void         module_peer_online  (ModulePeer *self, gboolean resumed);
void         module_peer_offline (ModulePeer *self);
/* One or more stanzas; then what is due to happen happens. */
void         module_peer_say     (ModulePeer *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The next stanza that was sent, which must be of this name and to this address (NULL: none). Transfer full. */
XmppElement *module_peer_take    (ModulePeer *self, const char *name, const char *to);
/* Answers a request. */
void         module_peer_answer  (ModulePeer *self, XmppElement *iq, const char *type, const char *content);
/* Takes the first two stanzas, the request for the roster and our presence, and answers with these items. */
void         module_peer_give_roster (ModulePeer *self, const char *items);
#define module_peer_assert_silent(self) g_assert_cmpuint ((self)->sent->len, ==, 0)
/* The next stanza is the answer to the request with this id: an error of this condition, or a result (NULL). */
#define module_peer_assert_answer(self, to, id, condition) \
  g_assert_cmpstr (module_peer_take_answer (self, to, id), ==, condition)
const char  *module_peer_take_answer (ModulePeer *self, const char *to, const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModulePeer, module_peer_free)

G_END_DECLS
