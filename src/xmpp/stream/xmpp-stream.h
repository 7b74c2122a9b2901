/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>
#include "xmpp-element.h"

G_BEGIN_DECLS

/* An XML stream over a GIOStream: bytes in and out, elements up and down. It knows nothing of features, SASL or stanzas.
 *
 * Writes are queued and never block; elements come out in the order they were given. One read is pending while the
 * stream lives. After "closed" nothing is emitted any more. */
#define XMPP_TYPE_STREAM (xmpp_stream_get_type ())
G_DECLARE_FINAL_TYPE (XmppStream, xmpp_stream, XMPP, STREAM, GObject)

XmppStream *xmpp_stream_new         (GIOStream *io);
GIOStream  *xmpp_stream_get_io      (XmppStream *self);                            /* borrowed */
/* Writes a stream header; every time but the first it also forgets the reader's state, as after TLS and SASL, and may be
 * called from an "element" handler. A paused stream reads on. The peer's header must then have an id. */
void        xmpp_stream_open        (XmppStream *self, const char *from, const char *to, const char *lang);
/* From an "element" handler: no further element comes out and no further byte is read; bytes that are there already are
 * kept. It ends with open (), or with resume_reading (), which loses nothing: what waited comes out from the main loop. */
void        xmpp_stream_pause          (XmppStream *self);
void        xmpp_stream_resume_reading (XmppStream *self);
/* Swaps the transport of a paused stream for STARTTLS; open () must follow. Fails if there were bytes after <proceed/>:
 * they came in clear (S-31). The stream stays paused then; the caller fails or aborts it. */
gboolean    xmpp_stream_set_io      (XmppStream *self, GIOStream *io, GError **error);
void        xmpp_stream_write       (XmppStream *self, XmppElement *element);      /* borrowed */
void        xmpp_stream_write_space (XmppStream *self);                            /* keep-alive, RFC 6120 §4.6.1 */
gint64      xmpp_stream_get_last_read (XmppStream *self);                          /* g_get_monotonic_time () of the last byte read */
gboolean    xmpp_stream_is_hearing    (XmppStream *self);                          /* bytes came after the last element, just now: the next is on its way */
gsize       xmpp_stream_get_pending (XmppStream *self);                            /* bytes queued, not yet taken by the transport */
/* Writes </stream:stream>, waits up to timeout_ms for the peer's, closes the transport. Then "closed" with NULL.
 * Elements that come in the meantime still come out. */
void        xmpp_stream_close       (XmppStream *self, guint timeout_ms);
/* Sends <stream:error/> with the condition where the error is of XMPP_STREAM_ERROR (policy-violation for
 * XMPP_ERROR_LIMIT), then closes within two seconds. "closed" carries the error. No element comes out any more. */
void        xmpp_stream_fail        (XmppStream *self, const GError *error);
gboolean    xmpp_stream_has_failed  (XmppStream *self);                            /* the fault was found on this side, not told by the peer */
/* Closes the transport at once. "closed" carries XMPP_ERROR_CLOSED and is emitted before this returns. */
void        xmpp_stream_abort       (XmppStream *self);

/* Signals: "opened" (XmppElement *header), "element" (XmppElement *element: every first-level element, <stream:error/>
 * excepted, which ends the stream with XMPP_STREAM_ERROR and the server's text; with see-other-host the message is the
 * host), "closed" (GError *error, nullable: NULL is a clean close by either side). */

G_END_DECLS
