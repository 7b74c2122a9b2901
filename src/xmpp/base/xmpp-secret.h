/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A password or key in memory of its own, kept out of core dumps (MADV_DONTDUMP), locked where the limits allow it,
 * and overwritten before it is freed (S-50). Reference counted; never printed. */
#define XMPP_TYPE_SECRET (xmpp_secret_get_type ())
typedef struct _XmppSecret XmppSecret;

GType         xmpp_secret_get_type (void) G_GNUC_CONST;
XmppSecret   *xmpp_secret_new      (const void *data, gssize length);      /* length -1: up to the NUL */
XmppSecret   *xmpp_secret_new_zero (gsize length);                          /* to be filled in by get_data () */
XmppSecret   *xmpp_secret_ref      (XmppSecret *self);
void          xmpp_secret_unref    (XmppSecret *self);
guint8       *xmpp_secret_get_data (XmppSecret *self);
gsize         xmpp_secret_get_size (XmppSecret *self);
const char   *xmpp_secret_get_text (XmppSecret *self);                      /* NUL-terminated */
void          xmpp_secret_wipe     (void *data, gsize length);              /* explicit_bzero for plain buffers */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppSecret, xmpp_secret_unref)

G_END_DECLS
