/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-reader.h"

G_BEGIN_DECLS

/* One XML stream through libxml2's SAX2 push parser, for the reader alone: bytes become events here, in the order in which
 * they are found; nothing is called back. Whole characters only are given to libxml2. The first error is final. */
typedef struct _XmppParser XmppParser;

typedef enum { XMPP_PARSER_OPENED, XMPP_PARSER_STANZA, XMPP_PARSER_CLOSED } XmppParserEventKind;

typedef struct {
  XmppParserEventKind kind;
  XmppElement *element;     /* nullable, owned */
  gsize end;                /* offset of the byte after it */
} XmppParserEvent;

XmppParser   *xmpp_parser_new        (const XmppReaderLimits *limits);
void          xmpp_parser_free       (XmppParser *self);
void          xmpp_parser_reset      (XmppParser *self);
/* Bytes of a character that is not whole are kept for the next time. */
void          xmpp_parser_feed       (XmppParser *self, const guint8 *data, gsize length);
/* FALSE: there is none. What was found before an error counts. */
gboolean      xmpp_parser_take_event (XmppParser *self, XmppParserEvent *event);
gsize         xmpp_parser_get_fed    (XmppParser *self);    /* bytes since it was made or reset */
gboolean      xmpp_parser_is_inside  (XmppParser *self);    /* in the stream, between stanzas */
const GError *xmpp_parser_get_error  (XmppParser *self);

G_END_DECLS
