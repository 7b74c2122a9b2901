/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-element.h"
#include "xmpp-jid.h"

G_BEGIN_DECLS

/* Addresses that are blocked, XEP-0191, in their normal form. */
typedef struct _XmppBlockList XmppBlockList;

XmppBlockList *xmpp_block_list_new       (const char *const *items);
XmppBlockList *xmpp_block_list_parse     (XmppElement *list);
void           xmpp_block_list_free      (XmppBlockList *self);
gboolean       xmpp_block_list_matches   (XmppBlockList *self, XmppJid *jid);
gboolean       xmpp_block_list_equal     (XmppBlockList *self, XmppBlockList *other);
gboolean       xmpp_block_list_add       (XmppBlockList *self, XmppBlockList *others);
gboolean       xmpp_block_list_remove    (XmppBlockList *self, XmppBlockList *others);
char         **xmpp_block_list_dup_items (XmppBlockList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppBlockList, xmpp_block_list_free)

G_END_DECLS
