/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-element.h"

G_BEGIN_DECLS

/* What an entity says of itself: the answer to disco#info (XEP-0030 §3) with its identities, features and forms (XEP-0128),
 * and the verification string that stands for all of it in presence (XEP-0115 §5). Immutable, reference counted. */
typedef struct _XmppDiscoInfo XmppDiscoInfo;

XmppDiscoInfo *xmpp_disco_info_parse       (XmppElement *query, GError **error);
XmppDiscoInfo *xmpp_disco_info_ref         (XmppDiscoInfo *self);
void           xmpp_disco_info_unref       (XmppDiscoInfo *self);

XmppElement   *xmpp_disco_info_get_element (XmppDiscoInfo *self);                        /* borrowed; parse () takes it again */
gboolean       xmpp_disco_info_has_feature (XmppDiscoInfo *self, const char *feature);

char          *xmpp_disco_info_compute_ver (XmppDiscoInfo *self, const char *hash);      /* nullable, see there */
gboolean       xmpp_disco_info_verify      (XmppDiscoInfo *self, const char *hash, const char *ver);
gboolean       xmpp_disco_info_knows_hash  (const char *hash);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppDiscoInfo, xmpp_disco_info_unref)

G_END_DECLS
