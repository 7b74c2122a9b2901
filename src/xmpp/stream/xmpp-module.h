/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-element.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

/* An extension with state. It declares its features and handlers as static data on its class; the router reads the table,
 * so nothing is connected by statements and nothing can be forgotten. */
#define XMPP_TYPE_MODULE (xmpp_module_get_type ())
G_DECLARE_DERIVABLE_TYPE (XmppModule, xmpp_module, XMPP, MODULE, GObject)

typedef enum { XMPP_IQ_GET, XMPP_IQ_SET, XMPP_MESSAGE, XMPP_PRESENCE } XmppHandlerKind;

/* Who may say it. A stanza from anyone else does not reach the handler (WITHSTAND §1.1). */
typedef enum {
  XMPP_FROM_NOBODY = 0,       /* forgotten column: asserted against */
  XMPP_FROM_ANYONE,
  XMPP_FROM_ACCOUNT,          /* no from, or the own bare JID */
  XMPP_FROM_SERVER,           /* the own domain, or as _ACCOUNT */
  XMPP_FROM_CONTACT,          /* in the roster with a subscription to or from, or own other resources */
} XmppHandlerFrom;

/* TRUE: handled, no further handler is asked. An IQ handler answers by itself (xmpp_module_reply…). */
typedef gboolean (*XmppHandlerFunc) (XmppModule *self, XmppElement *stanza, XmppElement *payload, XmppJid *from);

typedef struct {
  XmppHandlerKind kind;
  const char *name;           /* payload element; NULL: any stanza of this kind */
  const char *ns;
  XmppHandlerFrom from;
  XmppHandlerFunc func;
} XmppHandler;

struct _XmppModuleClass {
  GObjectClass parent_class;
  const char *name;
  const char *const *features;       /* disco features, NULL-terminated */
  const XmppHandler *handlers;       /* ends with a zero row */
  const GType *requires;             /* ends with 0 */
  void (*online)  (XmppModule *self, gboolean resumed);
  void (*offline) (XmppModule *self);
};

XmppSession *xmpp_module_get_session (XmppModule *self);          /* borrowed; NULL: it is gone */
/* Answers an IQ get or set: payload (transfer full, nullable) or the error. */
void xmpp_module_reply       (XmppModule *self, XmppElement *iq, XmppElement *payload);
void xmpp_module_reply_error (XmppModule *self, XmppElement *iq, const GError *error);

G_END_DECLS
