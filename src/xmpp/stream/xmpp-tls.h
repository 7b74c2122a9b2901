/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How a server is to be encrypted to, and known. Borrowed pointers, copied where they are kept. */
typedef struct {
  const char      *domain;         /* of the JID, as A-label: never the host that was connected to (S-33) */
  const char      *pin_sha256;     /* nullable: the one certificate to accept */
  GTlsDatabase    *database;       /* nullable: the system's */
  GTlsCertificate *certificate;    /* nullable: ours */
  gboolean         direct;         /* TLS from the start: says xmpp-client by ALPN (XEP-0368 §3) */
} XmppTlsSettings;

/* What is wrong with a server's certificate, kept for the dialog also when the handshake failed. */
typedef struct {
  GTlsCertificate *certificate;
  GTlsCertificateFlags errors;
} XmppTlsPeer;

/* Makes a verified TLS connection over base. The only place of the project that makes one for XMPP: it asserts that there
 * is an identity to check (S-32). XMPP_ERROR_CERTIFICATE, _PIN_CHANGED, _TLS_FAILED, or G_IO_ERROR_CANCELLED. */
void       xmpp_tls_handshake_async  (GIOStream *base, const XmppTlsSettings *settings, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
/* peer (out): what was found, also after a failure; clear its certificate. */
GIOStream *xmpp_tls_handshake_finish (GAsyncResult *result, XmppTlsPeer *peer, GError **error);

gboolean   xmpp_tls_is_1_3           (GIOStream *tls);
/* The channel bindings that this connection has, best first; transfer container. "tls-exporter" on TLS 1.3 only (RFC 9266
 * §3), "tls-unique" on TLS 1.2 only (S-45), "tls-server-end-point". */
const char **xmpp_tls_list_bindings  (GIOStream *tls);
/* NULL where there is none (S-46). */
GBytes    *xmpp_tls_get_binding      (GIOStream *tls, const char *name);

/* What is wrong with a certificate, who issued it and when it is valid, in sentences for the user. */
char      *xmpp_certificate_describe (GTlsCertificate *certificate, GTlsCertificateFlags errors, const char *domain);

G_END_DECLS
