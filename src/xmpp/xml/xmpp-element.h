/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* One XML element with its attributes, text and children: a stanza or a part of one. Reference counted; written while it
 * is built by its one owner, read-only once it is handed on. All names are (namespace, local name) pairs (S-62). */
#define XMPP_TYPE_ELEMENT (xmpp_element_get_type ())
typedef struct _XmppElement XmppElement;

GType        xmpp_element_get_type         (void) G_GNUC_CONST;
XmppElement *xmpp_element_new              (const char *ns, const char *name);
XmppElement *xmpp_element_ref              (XmppElement *self);
void         xmpp_element_unref            (XmppElement *self);                       /* iterative: any depth (S-64) */
XmppElement *xmpp_element_copy             (const XmppElement *self);                 /* deep */
gboolean     xmpp_element_equal            (const XmppElement *a, const XmppElement *b);

const char  *xmpp_element_get_ns           (const XmppElement *self);
const char  *xmpp_element_get_name         (const XmppElement *self);
gboolean     xmpp_element_is               (const XmppElement *self, const char *ns, const char *name); /* NULL: any */

const char  *xmpp_element_get_attribute    (const XmppElement *self, const char *name);                  /* nullable */
void         xmpp_element_set_attribute    (XmppElement *self, const char *name, const char *value);     /* NULL removes */
const char  *xmpp_element_get_attribute_ns (const XmppElement *self, const char *ns, const char *name);
void         xmpp_element_set_attribute_ns (XmppElement *self, const char *ns, const char *name, const char *value);
const char  *xmpp_element_get_lang         (const XmppElement *self);                 /* own xml:lang, nullable */

const char  *xmpp_element_get_text         (const XmppElement *self);                 /* own text joined, "" for none */
void         xmpp_element_add_text         (XmppElement *self, const char *text);     /* characters that XML forbids become U+FFFD (S-66) */

XmppElement *xmpp_element_add_child        (XmppElement *self, const char *ns, const char *name);        /* borrowed; ns NULL: the parent's */
XmppElement *xmpp_element_add_text_child   (XmppElement *self, const char *ns, const char *name, const char *text);
void         xmpp_element_take_child       (XmppElement *self, XmppElement *child);   /* transfer full */
XmppElement *xmpp_element_find_child       (const XmppElement *self, const char *ns, const char *name);  /* borrowed, nullable; NULL: any */
const char  *xmpp_element_get_child_text   (const XmppElement *self, const char *ns, const char *name);  /* NULL: no such child */
guint        xmpp_element_get_n_children   (const XmppElement *self);                 /* elements, not text */
XmppElement *xmpp_element_get_child        (const XmppElement *self, guint index);    /* borrowed */

gsize        xmpp_element_get_size         (const XmppElement *self);                 /* bytes of memory of the whole tree it lives in */
char        *xmpp_element_to_string        (const XmppElement *self);                 /* whole, with namespaces */
XmppElement *xmpp_element_parse            (const char *xml, gssize length, GError **error);  /* one element, restricted XML */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppElement, xmpp_element_unref)

G_END_DECLS
