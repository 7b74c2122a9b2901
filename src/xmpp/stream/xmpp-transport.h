/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The bytes of one stream over one GIOStream: one read and one write at a time.
 *
 * The operations under way belong to the transport, not to its owner, so the owner can go at any time: the transport
 * cancels them, and closes itself when the last has ended, as GIO does not close below a pending operation. */
typedef struct _XmppTransport XmppTransport;

/* The owner is kept alive during a call. */
typedef struct {
  /* n: how many bytes; 0: the peer's end; less: error is set. */
  void (*read)    (const guint8 *data, gssize n, const GError *error, gpointer owner);
  /* error nullable. */
  void (*written) (const GError *error, gpointer owner);
} XmppTransportCallbacks;

/* owner: a GObject, not owned; it calls xmpp_transport_leave () at its end. callbacks is static. */
XmppTransport *xmpp_transport_new         (GIOStream *io, const XmppTransportCallbacks *callbacks, gpointer owner);
/* Frees it. close: the io too; else it lives on below the next transport. */
void           xmpp_transport_leave       (XmppTransport *self, gboolean close);
GIOStream     *xmpp_transport_get_io      (XmppTransport *self);
/* Reads once, if it does not read already. */
void           xmpp_transport_read        (XmppTransport *self);
gboolean       xmpp_transport_is_reading  (XmppTransport *self);
/* Not while it writes. bytes: the only reference, as it is wiped when it is written. */
void           xmpp_transport_write       (XmppTransport *self, GBytes *bytes /* transfer full */);
gboolean       xmpp_transport_is_writing  (XmppTransport *self);
gsize          xmpp_transport_get_pending (XmppTransport *self);    /* bytes being written */

G_END_DECLS
