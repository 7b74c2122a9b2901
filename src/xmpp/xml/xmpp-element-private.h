/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-element.h"
#include "xmpp-ns.h"

G_BEGIN_DECLS

/* How the reader builds and the writer walks a tree. Nothing here checks characters: the reader's are checked. */

typedef struct {
  const char *ns;       /* "" for none */
  const char *name;
  const char *value;
} XmppAttribute;

/* One piece of content: an element or a run of text. */
typedef struct {
  XmppElement *element; /* NULL: text */
  const char *text;
} XmppNode;

XmppElement *xmpp_element_new_root       (const char *interned_ns, const char *ns, const char *name);
XmppElement *xmpp_element_append         (XmppElement *parent, const char *interned_ns, const char *ns, const char *name);
void         xmpp_element_append_text    (XmppElement *self, const char *text, gsize length);
void         xmpp_element_reserve_attributes (XmppElement *self, guint n);
void         xmpp_element_append_attribute   (XmppElement *self, const char *interned_ns, const char *ns, const char *name,
                                              const char *value, gsize length);
void         xmpp_element_seal           (XmppElement *self);   /* no more content comes: join the text now */

const XmppAttribute *xmpp_element_get_attributes (const XmppElement *self, guint *n);
const XmppNode      *xmpp_element_get_nodes      (const XmppElement *self, guint *n);

/* One of our own copies of a namespace that we know, for ever; NULL for any other. */
const char *xmpp_intern_ns (const char *ns);


G_END_DECLS
