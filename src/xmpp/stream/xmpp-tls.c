/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-tls.h"
#include "xmpp-trust.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "xmpp-error.h"
#include "xmpp-identity.h"
#include "xmpp-login.h"

/* TLS of the connection to a server. A certificate is accepted in one of two ways:
 *
 *   pinned      it is, byte for byte, the one that the user agreed to; nothing else counts
 *   not pinned  the chain is good and the certificate is made out to the JID's domain
 *
 * GIO promises only one flag of several on a bad certificate, so no flag is ever taken away from its verdict: where its
 * identity check is too narrow, the chain is verified anew without identity (S-36, S-37). */

typedef struct {
  char *domain;
  char *pin;
  GTlsDatabase *database;
  GTlsCertificate *peer;
  GTlsCertificateFlags errors;
} Handshake;

static void
handshake_free (Handshake *handshake)
{
  g_free (handshake->domain);
  g_free (handshake->pin);
  g_clear_object (&handshake->database);
  g_clear_object (&handshake->peer);
  g_free (handshake);
}

char *
xmpp_certificate_fingerprint (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  return der ? g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len) : NULL;
}

/* Pins are written in many ways: with colons, spaces, capitals. */
static char *
normalize_pin (const char *pin)
{
  GString *out = g_string_new (NULL);

  for (const char *p = pin; *p; p++) {
    if (*p != ':' && *p != ' ')
      g_string_append_c (out, g_ascii_tolower (*p));
  }
  return g_string_free (out, FALSE);
}

static gboolean
is_pinned (Handshake *handshake, GTlsCertificate *certificate)
{
  g_autofree char *fingerprint = xmpp_certificate_fingerprint (certificate);

  return fingerprint && g_str_equal (fingerprint, handshake->pin);
}

/* The chain alone, and the name by our own check: flags of both. */
static GTlsCertificateFlags
verify (Handshake *handshake, GTlsConnection *connection, GTlsCertificate *certificate)
{
  g_autoptr (GTlsDatabase) database = handshake->database ? g_object_ref (handshake->database) : NULL;
  g_autoptr (GError) error = NULL;
  GTlsCertificateFlags flags;

  if (!database)
    database = g_tls_backend_get_default_database (g_tls_backend_get_default ());
  flags = g_tls_database_verify_chain (database, certificate, G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER, NULL, NULL,
                                       G_TLS_DATABASE_VERIFY_NONE, NULL, &error);
  if (error)
    flags |= G_TLS_CERTIFICATE_GENERIC_ERROR;
  if (!xmpp_identity_matches (certificate, handshake->domain))
    flags |= G_TLS_CERTIFICATE_BAD_IDENTITY;
  return flags;
}

static gboolean
accept_certificate_cb (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags errors,
                       gpointer user_data)
{
  Handshake *handshake = user_data;

  g_set_object (&handshake->peer, certificate);
  handshake->errors = errors;
  if (handshake->pin)
    return is_pinned (handshake, certificate);
  if (!(errors & G_TLS_CERTIFICATE_BAD_IDENTITY))
    return FALSE;
  handshake->errors = verify (handshake, connection, certificate);
  return handshake->errors == 0;
}

static char *
format_date (GDateTime *date)
{
  return date ? g_date_time_format (date, "%x") : g_strdup ("?");
}

static const char *
describe_fault (GTlsCertificateFlags errors)
{
  /* The gravest first. GIO may leave out others. */
  if (errors & G_TLS_CERTIFICATE_REVOKED)
    return _("The server’s certificate was revoked.");
  if (errors & G_TLS_CERTIFICATE_UNKNOWN_CA)
    return _("The server’s certificate isn’t signed by anyone that this computer trusts.");
  if (errors & G_TLS_CERTIFICATE_INSECURE)
    return _("The server’s certificate is too weak to be safe.");
  if (errors & G_TLS_CERTIFICATE_EXPIRED)
    return _("The server’s certificate has expired.");
  if (errors & G_TLS_CERTIFICATE_NOT_ACTIVATED)
    return _("The server’s certificate isn’t valid yet.");
  return _("The server’s certificate can’t be verified.");
}

char *
xmpp_certificate_describe (GTlsCertificate *certificate, GTlsCertificateFlags errors, const char *domain)
{
  g_autofree char *issuer = g_tls_certificate_get_issuer_name (certificate);
  g_autofree char *names = xmpp_identity_list_names (certificate);
  g_autoptr (GDateTime) not_before = g_tls_certificate_get_not_valid_before (certificate);
  g_autoptr (GDateTime) not_after = g_tls_certificate_get_not_valid_after (certificate);
  g_autofree char *from = format_date (not_before);
  g_autofree char *until = format_date (not_after);
  GString *out = g_string_new (NULL);

  if (errors & ~G_TLS_CERTIFICATE_BAD_IDENTITY)
    g_string_append (out, describe_fault (errors & ~G_TLS_CERTIFICATE_BAD_IDENTITY));
  if (errors & G_TLS_CERTIFICATE_BAD_IDENTITY) {
    if (out->len > 0)
      g_string_append_c (out, ' ');
    if (*names)
      /* Translators: the first %s is a domain, the second a list of domains. */
      g_string_append_printf (out, _("The server’s certificate isn’t for %s, but for %s."), domain, names);
    else
      g_string_append_printf (out, _("The server’s certificate isn’t for %s."), domain);
  }
  if (out->len == 0)
    g_string_append (out, describe_fault (0));
  g_string_append_c (out, ' ');
  /* Translators: a name, then two dates. */
  g_string_append_printf (out, _("It was issued by %s, and is valid from %s until %s."), issuer ? issuer : "?", from, until);
  return g_string_free (out, FALSE);
}

static gboolean
check_version (GTlsConnection *connection, GError **error)
{
  switch (g_tls_connection_get_protocol_version (connection)) {
  case G_TLS_PROTOCOL_VERSION_TLS_1_2:
  case G_TLS_PROTOCOL_VERSION_TLS_1_3:
    return TRUE;
  default:
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_TLS_FAILED,
                         _("The server’s encryption is too old to be safe"));
    return FALSE;
  }
}

/* After a handshake that GIO let pass: what it does not check. */
static gboolean
check_peer (Handshake *handshake, GTlsConnection *connection, GError **error)
{
  g_autofree char *text = NULL;

  g_set_object (&handshake->peer, g_tls_connection_get_peer_certificate (connection));
  if (!check_version (connection, error))
    return FALSE;
  if (handshake->pin) {
    if (handshake->peer && is_pinned (handshake, handshake->peer))
      return TRUE;
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_PIN_CHANGED,
                         _("The server shows another certificate than the one you agreed to"));
    return FALSE;
  }
  if (handshake->peer && xmpp_identity_matches (handshake->peer, handshake->domain))
    return TRUE;
  handshake->errors |= G_TLS_CERTIFICATE_BAD_IDENTITY;
  text = handshake->peer ? xmpp_certificate_describe (handshake->peer, handshake->errors, handshake->domain) : NULL;
  g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_CERTIFICATE, text ? text : describe_fault (0));
  return FALSE;
}

static GError *
make_error (Handshake *handshake, const GError *error)
{
  g_autofree char *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);
  if (!g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE) || !handshake->peer)
    /* Translators: %s is a technical reason. */
    return g_error_new (XMPP_ERROR, XMPP_ERROR_TLS_FAILED, _("The connection can’t be encrypted (%s)"), error->message);
  if (handshake->pin)
    return g_error_new_literal (XMPP_ERROR, XMPP_ERROR_PIN_CHANGED,
                                _("The server shows another certificate than the one you agreed to"));
  text = xmpp_certificate_describe (handshake->peer, handshake->errors, handshake->domain);
  return g_error_new_literal (XMPP_ERROR, XMPP_ERROR_CERTIFICATE, text);
}

static void
shaken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GTlsConnection *connection = G_TLS_CONNECTION (source);
  Handshake *handshake = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  GError *failure = NULL;

  if (!g_tls_connection_handshake_finish (connection, result, &error))
    failure = make_error (handshake, error);
  else
    check_peer (handshake, connection, &failure);
  g_signal_handlers_disconnect_by_func (connection, accept_certificate_cb, handshake);
  if (failure)
    g_task_return_error (task, failure);
  else
    g_task_return_pointer (task, g_object_ref (connection), g_object_unref);
}

static GTlsConnection *
make_connection (GIOStream *base, const XmppTlsSettings *settings, GError **error)
{
  static const char *const protocols[] = { "xmpp-client", NULL };
  g_autoptr (GSocketConnectable) identity = g_network_address_new (settings->domain, 5222);
  g_autoptr (GTlsDatabase) trust = xmpp_trust_new (settings->database);
  gpointer connection = g_initable_new (g_tls_backend_get_client_connection_type (g_tls_backend_get_default ()), NULL, error,
                                        "base-io-stream", base, "server-identity", identity, "database", trust, NULL);

  if (!connection)
    return NULL;
  g_assert (g_tls_client_connection_get_server_identity (G_TLS_CLIENT_CONNECTION (connection)));
  if (settings->certificate)
    g_tls_connection_set_certificate (G_TLS_CONNECTION (connection), settings->certificate);
  if (settings->direct)
    g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (connection), protocols);
  return G_TLS_CONNECTION (connection);
}

void
xmpp_tls_handshake_async (GIOStream *base, const XmppTlsSettings *settings, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (base, cancellable, callback, user_data);
  g_autoptr (GTlsConnection) connection = NULL;
  Handshake *handshake = g_new0 (Handshake, 1);
  GError *error = NULL;

  g_return_if_fail (settings->domain && *settings->domain);
  handshake->domain = g_strdup (settings->domain);
  handshake->pin = settings->pin_sha256 && *settings->pin_sha256 ? normalize_pin (settings->pin_sha256) : NULL;
  g_set_object (&handshake->database, settings->database);
  g_task_set_task_data (task, handshake, (GDestroyNotify) handshake_free);
  g_task_set_source_tag (task, xmpp_tls_handshake_async);
  connection = make_connection (base, settings, &error);
  if (!connection) {
    g_prefix_error (&error, "TLS: ");
    g_task_return_new_error (task, XMPP_ERROR, XMPP_ERROR_TLS_FAILED, "%s", error->message);
    g_clear_error (&error);
    return;
  }
  g_signal_connect (connection, "accept-certificate", G_CALLBACK (accept_certificate_cb), handshake);
  g_tls_connection_handshake_async (connection, G_PRIORITY_DEFAULT, cancellable, shaken_cb, g_steal_pointer (&task));
}

GIOStream *
xmpp_tls_handshake_finish (GAsyncResult *result, XmppTlsPeer *peer, GError **error)
{
  Handshake *handshake = g_task_get_task_data (G_TASK (result));

  g_return_val_if_fail (g_async_result_is_tagged (result, xmpp_tls_handshake_async), NULL);
  if (peer) {
    peer->certificate = handshake->peer ? g_object_ref (handshake->peer) : NULL;
    peer->errors = handshake->errors;
  }
  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
xmpp_tls_is_1_3 (GIOStream *tls)
{
  return g_tls_connection_get_protocol_version (G_TLS_CONNECTION (tls)) >= G_TLS_PROTOCOL_VERSION_TLS_1_3;
}

static const struct {
  const char *name;
  GTlsChannelBindingType type;
  gboolean tls_1_2, tls_1_3;
} bindings[] = {
  { "tls-exporter", G_TLS_CHANNEL_BINDING_TLS_EXPORTER, FALSE, TRUE },
  { "tls-unique", G_TLS_CHANNEL_BINDING_TLS_UNIQUE, TRUE, FALSE },
  { "tls-server-end-point", G_TLS_CHANNEL_BINDING_TLS_SERVER_END_POINT, TRUE, TRUE },
};

GBytes *
xmpp_tls_get_binding (GIOStream *tls, const char *name)
{
  gboolean is_1_3 = xmpp_tls_is_1_3 (tls);

  for (guint i = 0; i < G_N_ELEMENTS (bindings); i++) {
    g_autoptr (GByteArray) data = g_byte_array_new ();
    g_autoptr (GError) error = NULL;

    if (!g_str_equal (bindings[i].name, name) || !(is_1_3 ? bindings[i].tls_1_3 : bindings[i].tls_1_2))
      continue;
    if (g_tls_connection_get_channel_binding_data (G_TLS_CONNECTION (tls), bindings[i].type, data, &error) && data->len > 0)
      return g_byte_array_free_to_bytes (g_steal_pointer (&data));
    g_debug ("No %s: %s", name, error ? error->message : "empty");
  }
  return NULL;
}

const char **
xmpp_tls_list_bindings (GIOStream *tls)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (bindings); i++) {
    g_autoptr (GBytes) data = xmpp_tls_get_binding (tls, bindings[i].name);

    if (data)
      g_ptr_array_add (names, (gpointer) bindings[i].name);
  }
  g_ptr_array_add (names, NULL);
  return (const char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}
