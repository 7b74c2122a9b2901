/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-element.h"

G_BEGIN_DECLS

/* Incremental reader of one XML stream on libxml2's SAX2 push parser (RFC 6120 §4, §11; S-60…S-68). */
typedef struct _XmppReader XmppReader;

typedef struct {
  gsize max_stanza_bytes;     /* 10 MiB */
  guint max_elements;         /* 100,000 in a stanza */
  guint max_attributes;       /* 64 an element */
  guint max_depth;            /* 100 */
} XmppReaderLimits;
extern const XmppReaderLimits xmpp_reader_default_limits;

typedef struct {
  void (*opened) (XmppElement *header, gpointer user_data);    /* <stream:stream>, without children */
  void (*stanza) (XmppElement *stanza, gpointer user_data);    /* a whole first-level element; borrowed */
  void (*closed) (gpointer user_data);                         /* </stream:stream> */
} XmppReaderCallbacks;

XmppReader *xmpp_reader_new   (const XmppReaderLimits *limits, const XmppReaderCallbacks *callbacks, gpointer user_data);
void        xmpp_reader_free  (XmppReader *self);
void        xmpp_reader_reset (XmppReader *self);   /* a new stream begins, after TLS or SASL; may be called from a callback */
/* FALSE: the stream must be closed; XMPP_STREAM_ERROR with the condition to send, or XMPP_ERROR_LIMIT. */
gboolean    xmpp_reader_feed  (XmppReader *self, const guint8 *data, gsize length, GError **error);
/* From a callback: the bytes after the element at hand are kept, as are those fed later, until resume () reads them, or
 * reset () and resume () do with a new parser. has_rest () tells whether there are any. */
void        xmpp_reader_pause     (XmppReader *self);
gboolean    xmpp_reader_resume    (XmppReader *self, GError **error);
gboolean    xmpp_reader_has_rest  (XmppReader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppReader, xmpp_reader_free)

G_END_DECLS
