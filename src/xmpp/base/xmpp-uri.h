/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-jid.h"

G_BEGIN_DECLS

/* xmpp: URIs and IRIs, RFC 5122 and XEP-0147 (S-88). */
typedef struct {
  XmppJid    *jid;        /* whom it names */
  char       *action;     /* "message", "join", "subscribe", …; NULL where there is no query */
  GHashTable *parameters; /* of char* to char*, percent-decoded once */
} XmppUri;

XmppUri *xmpp_uri_parse  (const char *string, GError **error);
char    *xmpp_uri_format (XmppJid *jid);
void     xmpp_uri_free   (XmppUri *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppUri, xmpp_uri_free)

G_END_DECLS
