/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>
#include <gnutls/crypto.h>

#include "xmpp-secret.h"

G_BEGIN_DECLS

#define XMPP_SCRAM_MIN_ITERATIONS 4096      /* RFC 7677 §4 */
#define XMPP_SCRAM_MAX_ITERATIONS 1000000   /* S-48: more would only burn our processor (RFC 5802 §9) */

/* The client's side of one SCRAM exchange (RFC 5802, RFC 7677), without any input or output. In order:
 * client_first → take_server_first → derive (slow, may run in a thread) → client_final → take_server_final. */
typedef struct _XmppScram XmppScram;

typedef struct {
  gnutls_mac_algorithm_t hash;     /* GNUTLS_MAC_SHA1, _SHA256, _SHA512 */
  const char *username;            /* UTF-8, not escaped */
  const char *gs2_flag;            /* "n", "y" or "p=tls-exporter" */
  GBytes     *binding;             /* nullable: channel binding data, with "p=" only */
  const char *nonce;               /* nullable: 192 random bits */
  const char *downgrade_input;     /* nullable: what XEP-0474's attribute h is the hash of */
  gboolean    require_hash;        /* refuse an exchange without h */
  const char *tls_version;         /* nullable: "0304", for XEP-0515's attribute t */
} XmppScramSettings;

XmppScram  *xmpp_scram_new               (const XmppScramSettings *settings);
void        xmpp_scram_free              (XmppScram *self);
const char *xmpp_scram_get_client_first  (XmppScram *self);
/* Errors: XMPP_ERROR_PROTOCOL, XMPP_ERROR_DOWNGRADE (h or t differ), XMPP_SASL_ERROR (e=). Nothing was proven by then. */
gboolean    xmpp_scram_take_server_first (XmppScram *self, const char *data, gsize length, GError **error);
guint       xmpp_scram_get_iterations    (XmppScram *self);
/* PBKDF2: the one slow step. Touches nothing of self but what take_server_first () left behind. The password is prepared
 * by xmpp_saslprep () already. Transfer full. */
XmppSecret *xmpp_scram_derive            (XmppScram *self, XmppSecret *password, GError **error);
/* Transfer full; salted is what derive () gave. */
char       *xmpp_scram_make_client_final (XmppScram *self, XmppSecret *salted, GError **error);
/* XMPP_ERROR_SERVER_PROOF where the server does not know the password (S-47). */
gboolean    xmpp_scram_take_server_final (XmppScram *self, const char *data, gsize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppScram, xmpp_scram_free)

G_END_DECLS
