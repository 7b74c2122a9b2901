/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-element.h"
#include "xmpp-login.h"

G_BEGIN_DECLS

/* What a server offers, and what we can and may do. Borrowed pointers, for one call. */
typedef struct {
  const char *const *mechanisms;
  const char *const *bindings;     /* XEP-0440's list; NULL: the server sent none */
  const char *const *available;    /* channel bindings that this connection really has, best first */
  gboolean has_tls_1_3;
  gboolean has_certificate, has_password;
  gboolean allow_plain;
  XmppStrength known;
} XmppSaslOffer;

typedef struct {
  const char  *mechanism;          /* static */
  XmppStrength strength;
  XmppStrength lasting;            /* what later log-ins may not fall below */
  const char  *binding;            /* of available; NULL: none */
  const char  *gs2_flag;           /* "n", "y" or "p", for SCRAM */
  gboolean     require_hash;       /* only go on if XEP-0474 shows that the list was not changed */
} XmppSaslChoice;

/* Chooses how to prove who we are, or why not: XMPP_ERROR_DOWNGRADE, _PLAIN_ONLY, _NO_MECHANISM, _PROTOCOL (S-43, S-45). */
gboolean xmpp_sasl_choose (const XmppSaslOffer *offer, XmppSaslChoice *choice, GError **error);

/* The octets that XEP-0474's attribute h is the hash of. */
char    *xmpp_sasl_get_downgrade_input (const char *const *mechanisms, const char *const *bindings);

/* <mechanisms/> and <sasl-channel-binding/> of stream features as lists, transfer full; NULL where there is none. */
char   **xmpp_sasl_parse_mechanisms (XmppElement *features);
char   **xmpp_sasl_parse_bindings   (XmppElement *features);

G_END_DECLS
