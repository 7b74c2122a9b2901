/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-module.h"
#include "xmpp-types.h"

G_BEGIN_DECLS

typedef struct {
  XmppJid *jid;
  char *name;                      /* nullable */
  XmppSubscription subscription;
  gboolean ask;                    /* ask='subscribe': our request is pending */
  gboolean approved;               /* pre-approved, RFC 6121 §3.4 */
  char **groups;
} XmppRosterItem;
XmppRosterItem *xmpp_roster_item_copy (const XmppRosterItem *item);
void            xmpp_roster_item_free (XmppRosterItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppRosterItem, xmpp_roster_item_free)

/* The roster, RFC 6121 §2, with versioning (§2.6). Signals: "reset" (whole roster came: read items), "item-changed"
 * (XmppRosterItem *item), "item-removed" (XmppJid *jid), "received" (roster is current, also when unchanged). */
#define XMPP_TYPE_ROSTER_MODULE (xmpp_roster_module_get_type ())
G_DECLARE_FINAL_TYPE (XmppRosterModule, xmpp_roster_module, XMPP, ROSTER_MODULE, XmppModule)

GPtrArray            *xmpp_roster_module_get_items (XmppRosterModule *self);          /* transfer container; of borrowed XmppRosterItem */
const XmppRosterItem *xmpp_roster_module_lookup    (XmppRosterModule *self, XmppJid *jid);
/* Before connecting: what the store kept, so that the server can send differences. */
void                  xmpp_roster_module_load      (XmppRosterModule *self, const char *version, GPtrArray *items);
const char           *xmpp_roster_module_get_version (XmppRosterModule *self);
void                  xmpp_roster_module_set_async (XmppRosterModule *self, const XmppRosterItem *item, GCancellable *cancellable,
                                                    GAsyncReadyCallback callback, gpointer user_data);   /* jid, name, groups */
void                  xmpp_roster_module_remove_async (XmppRosterModule *self, XmppJid *jid, GCancellable *cancellable,
                                                    GAsyncReadyCallback callback, gpointer user_data);
gboolean              xmpp_roster_module_set_finish (XmppRosterModule *self, GAsyncResult *result, GError **error); /* and of remove */

/* Whether they may know that we are there: they get our presence, or are our account (NULL too) or our server. An answer
 * to a request tells as much as presence does (S-110). Nobody else may in a session without this module. */
gboolean              xmpp_roster_may_know_us      (XmppSession *session, XmppJid *jid);

G_END_DECLS
