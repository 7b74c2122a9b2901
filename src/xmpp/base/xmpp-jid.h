/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A JID after RFC 7622, normalised, immutable and reference counted. Two equal addresses are equal strings. */
#define XMPP_TYPE_JID (xmpp_jid_get_type ())
typedef struct _XmppJid XmppJid;

GType       xmpp_jid_get_type          (void) G_GNUC_CONST;
XmppJid    *xmpp_jid_new               (const char *string, GError **error);          /* strict: to send */
XmppJid    *xmpp_jid_new_lenient       (const char *string, GError **error);          /* as servers really send (S-71) */
XmppJid    *xmpp_jid_new_from_parts    (const char *local, const char *domain, const char *resource, GError **error);
XmppJid    *xmpp_jid_ref               (XmppJid *self);
void        xmpp_jid_unref             (XmppJid *self);
const char *xmpp_jid_get_local         (const XmppJid *self);                         /* nullable */
const char *xmpp_jid_get_domain        (const XmppJid *self);                         /* U-label form */
const char *xmpp_jid_get_resource      (const XmppJid *self);                         /* nullable */
char       *xmpp_jid_dup_ascii_domain  (const XmppJid *self, GError **error);         /* A-label form: SRV, SNI, certificate (S-38) */
const char *xmpp_jid_get_string        (const XmppJid *self);                         /* whole address */
const char *xmpp_jid_get_bare_string   (const XmppJid *self);
XmppJid    *xmpp_jid_to_bare           (XmppJid *self);
XmppJid    *xmpp_jid_with_resource     (XmppJid *self, const char *resource, GError **error);
gboolean    xmpp_jid_is_bare           (const XmppJid *self);
gboolean    xmpp_jid_equal             (const XmppJid *a, const XmppJid *b);          /* NULL-safe */
gboolean    xmpp_jid_equal_bare        (const XmppJid *a, const XmppJid *b);          /* NULL-safe */
guint       xmpp_jid_hash              (const XmppJid *self);
int         xmpp_jid_compare           (const XmppJid *a, const XmppJid *b);
gboolean    xmpp_jid_is_mixed_script   (const XmppJid *self);                         /* S-77 */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppJid, xmpp_jid_unref)

G_END_DECLS
