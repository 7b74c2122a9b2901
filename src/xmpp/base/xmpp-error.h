/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Errors of this library that no RFC has a condition for. */
#define XMPP_ERROR (xmpp_error_quark ())
typedef enum {
  XMPP_ERROR_INVALID_JID,
  XMPP_ERROR_INVALID_XML,         /* not well-formed, restricted XML, bad UTF-8; the stream is closed */
  XMPP_ERROR_LIMIT,               /* over a cap of the reader (S-63) */
  XMPP_ERROR_PROTOCOL,            /* the peer broke the protocol */
  XMPP_ERROR_NO_SERVICE,          /* SRV target "." (RFC 6120 §3.2.1) */
  XMPP_ERROR_HOST_NOT_FOUND,      /* DNS has no such domain */
  XMPP_ERROR_REFUSED,             /* nothing listens there */
  XMPP_ERROR_UNREACHABLE,         /* no network or no route */
  XMPP_ERROR_TIMEOUT,             /* a step took too long */
  XMPP_ERROR_CLOSED,              /* the connection ended, by FIN or RST */
  XMPP_ERROR_TLS_UNAVAILABLE,     /* the server offers no TLS (S-30) */
  XMPP_ERROR_TLS_FAILED,          /* the handshake failed for another reason than the certificate */
  XMPP_ERROR_CERTIFICATE,         /* not trusted: see xmpp_certificate_problem_get () */
  XMPP_ERROR_PIN_CHANGED,         /* a pinned certificate was replaced (S-41) */
  XMPP_ERROR_DOWNGRADE,           /* the offer is weaker than seen before or tampered with (S-43, S-44) */
  XMPP_ERROR_NO_MECHANISM,        /* no SASL mechanism in common */
  XMPP_ERROR_SERVER_PROOF,        /* the server could not prove that it knows the password (S-47) */
  XMPP_ERROR_INVALID_PASSWORD,    /* SASLprep refuses it (S-50) */
  XMPP_ERROR_NOT_CONNECTED,       /* a request was made or pending while the stream ended */
  XMPP_ERROR_INVALID_URI,
  XMPP_ERROR_PLAIN_ONLY,          /* only PLAIN is offered and it was not agreed to (S-43): ask, then set allow-plain */
  XMPP_ERROR_ABORTED,             /* the connection was given up on this side */
} XmppError;
GQuark xmpp_error_quark (void);

/* Stream errors, RFC 6120 §4.9.3: one code per condition, in its order. */
#define XMPP_STREAM_ERROR (xmpp_stream_error_quark ())
typedef enum {
  XMPP_STREAM_ERROR_BAD_FORMAT, XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX, XMPP_STREAM_ERROR_CONFLICT,
  XMPP_STREAM_ERROR_CONNECTION_TIMEOUT, XMPP_STREAM_ERROR_HOST_GONE, XMPP_STREAM_ERROR_HOST_UNKNOWN,
  XMPP_STREAM_ERROR_IMPROPER_ADDRESSING, XMPP_STREAM_ERROR_INTERNAL_SERVER_ERROR, XMPP_STREAM_ERROR_INVALID_FROM,
  XMPP_STREAM_ERROR_INVALID_NAMESPACE, XMPP_STREAM_ERROR_INVALID_XML, XMPP_STREAM_ERROR_NOT_AUTHORIZED,
  XMPP_STREAM_ERROR_NOT_WELL_FORMED, XMPP_STREAM_ERROR_POLICY_VIOLATION, XMPP_STREAM_ERROR_REMOTE_CONNECTION_FAILED,
  XMPP_STREAM_ERROR_RESET, XMPP_STREAM_ERROR_RESOURCE_CONSTRAINT, XMPP_STREAM_ERROR_RESTRICTED_XML,
  XMPP_STREAM_ERROR_SEE_OTHER_HOST, XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN, XMPP_STREAM_ERROR_UNDEFINED_CONDITION,
  XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING, XMPP_STREAM_ERROR_UNSUPPORTED_FEATURE,
  XMPP_STREAM_ERROR_UNSUPPORTED_STANZA_TYPE, XMPP_STREAM_ERROR_UNSUPPORTED_VERSION,
} XmppStreamError;
GQuark xmpp_stream_error_quark (void);

/* Stanza errors, RFC 6120 §8.3.3. */
#define XMPP_STANZA_ERROR (xmpp_stanza_error_quark ())
typedef enum {
  XMPP_STANZA_ERROR_BAD_REQUEST, XMPP_STANZA_ERROR_CONFLICT, XMPP_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED,
  XMPP_STANZA_ERROR_FORBIDDEN, XMPP_STANZA_ERROR_GONE, XMPP_STANZA_ERROR_INTERNAL_SERVER_ERROR,
  XMPP_STANZA_ERROR_ITEM_NOT_FOUND, XMPP_STANZA_ERROR_JID_MALFORMED, XMPP_STANZA_ERROR_NOT_ACCEPTABLE,
  XMPP_STANZA_ERROR_NOT_ALLOWED, XMPP_STANZA_ERROR_NOT_AUTHORIZED, XMPP_STANZA_ERROR_POLICY_VIOLATION,
  XMPP_STANZA_ERROR_RECIPIENT_UNAVAILABLE, XMPP_STANZA_ERROR_REDIRECT, XMPP_STANZA_ERROR_REGISTRATION_REQUIRED,
  XMPP_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND, XMPP_STANZA_ERROR_REMOTE_SERVER_TIMEOUT,
  XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE,
  XMPP_STANZA_ERROR_SUBSCRIPTION_REQUIRED, XMPP_STANZA_ERROR_UNDEFINED_CONDITION,
  XMPP_STANZA_ERROR_UNEXPECTED_REQUEST,
} XmppStanzaError;
GQuark xmpp_stanza_error_quark (void);

/* SASL failures, RFC 6120 §6.5. */
#define XMPP_SASL_ERROR (xmpp_sasl_error_quark ())
typedef enum {
  XMPP_SASL_ERROR_ABORTED, XMPP_SASL_ERROR_ACCOUNT_DISABLED, XMPP_SASL_ERROR_CREDENTIALS_EXPIRED,
  XMPP_SASL_ERROR_ENCRYPTION_REQUIRED, XMPP_SASL_ERROR_INCORRECT_ENCODING, XMPP_SASL_ERROR_INVALID_AUTHZID,
  XMPP_SASL_ERROR_INVALID_MECHANISM, XMPP_SASL_ERROR_MALFORMED_REQUEST, XMPP_SASL_ERROR_MECHANISM_TOO_WEAK,
  XMPP_SASL_ERROR_NOT_AUTHORIZED, XMPP_SASL_ERROR_TEMPORARY_AUTH_FAILURE, XMPP_SASL_ERROR_UNKNOWN,
} XmppSaslError;
GQuark xmpp_sasl_error_quark (void);

/* The RFC's name of a condition ("not-authorized") for a code of one of the three domains above, and back. */
const char *xmpp_error_to_condition   (GQuark domain, int code);
int         xmpp_error_from_condition (GQuark domain, const char *condition);  /* unknown: undefined-condition or UNKNOWN */

G_END_DECLS
