/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-error.h"

/* The error domains and the names that RFC 6120 gives their conditions. Each table is in the order of its enum. */

G_DEFINE_QUARK (xmpp-error-quark, xmpp_error)
G_DEFINE_QUARK (xmpp-stream-error-quark, xmpp_stream_error)
G_DEFINE_QUARK (xmpp-stanza-error-quark, xmpp_stanza_error)
G_DEFINE_QUARK (xmpp-sasl-error-quark, xmpp_sasl_error)

static const char *const stream_conditions[] = {
  "bad-format", "bad-namespace-prefix", "conflict", "connection-timeout", "host-gone", "host-unknown",
  "improper-addressing", "internal-server-error", "invalid-from", "invalid-namespace", "invalid-xml", "not-authorized",
  "not-well-formed", "policy-violation", "remote-connection-failed", "reset", "resource-constraint", "restricted-xml",
  "see-other-host", "system-shutdown", "undefined-condition", "unsupported-encoding", "unsupported-feature",
  "unsupported-stanza-type", "unsupported-version",
};
G_STATIC_ASSERT (G_N_ELEMENTS (stream_conditions) == XMPP_STREAM_ERROR_UNSUPPORTED_VERSION + 1);

static const char *const stanza_conditions[] = {
  "bad-request", "conflict", "feature-not-implemented", "forbidden", "gone", "internal-server-error", "item-not-found",
  "jid-malformed", "not-acceptable", "not-allowed", "not-authorized", "policy-violation", "recipient-unavailable",
  "redirect", "registration-required", "remote-server-not-found", "remote-server-timeout", "resource-constraint",
  "service-unavailable", "subscription-required", "undefined-condition", "unexpected-request",
};
G_STATIC_ASSERT (G_N_ELEMENTS (stanza_conditions) == XMPP_STANZA_ERROR_UNEXPECTED_REQUEST + 1);

/* The last code stands for whatever else a server says; RFC 6120 has no such condition, so it has no name to send. */
static const char *const sasl_conditions[] = {
  "aborted", "account-disabled", "credentials-expired", "encryption-required", "incorrect-encoding", "invalid-authzid",
  "invalid-mechanism", "malformed-request", "mechanism-too-weak", "not-authorized", "temporary-auth-failure",
};
G_STATIC_ASSERT (G_N_ELEMENTS (sasl_conditions) == XMPP_SASL_ERROR_UNKNOWN);

typedef struct {
  const char *const *names;
  int length;
  int unknown;
} Conditions;

static Conditions
find_conditions (GQuark domain)
{
  if (domain == XMPP_STREAM_ERROR)
    return (Conditions) { stream_conditions, G_N_ELEMENTS (stream_conditions), XMPP_STREAM_ERROR_UNDEFINED_CONDITION };
  if (domain == XMPP_STANZA_ERROR)
    return (Conditions) { stanza_conditions, G_N_ELEMENTS (stanza_conditions), XMPP_STANZA_ERROR_UNDEFINED_CONDITION };
  if (domain == XMPP_SASL_ERROR)
    return (Conditions) { sasl_conditions, G_N_ELEMENTS (sasl_conditions), XMPP_SASL_ERROR_UNKNOWN };
  return (Conditions) { NULL, 0, 0 };
}

const char *
xmpp_error_to_condition (GQuark domain, int code)
{
  Conditions conditions = find_conditions (domain);

  if (code < 0 || code >= conditions.length)
    return "undefined-condition";

  return conditions.names[code];
}

int
xmpp_error_from_condition (GQuark domain, const char *condition)
{
  Conditions conditions = find_conditions (domain);

  for (int i = 0; i < conditions.length; i++)
    if (g_strcmp0 (conditions.names[i], condition) == 0)
      return i;

  return conditions.unknown;
}
