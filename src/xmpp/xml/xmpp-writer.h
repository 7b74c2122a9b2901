/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-element.h"

G_BEGIN_DECLS

/* Writes elements as they go on the wire: escaped, legal characters only (S-66), namespaces declared where they change. */
void  xmpp_writer_append_element      (GString *out, const XmppElement *element, const char *default_ns);
/* <?xml …?><stream:stream …> of RFC 6120 §4.7; from may be NULL. */
void  xmpp_writer_append_stream_open  (GString *out, const char *from, const char *to, const char *lang);
void  xmpp_writer_append_stream_close (GString *out);
/* The same with the content of SASL elements and tokens replaced, for logs (S-50). */
char *xmpp_writer_redacted            (const XmppElement *element);

G_END_DECLS
