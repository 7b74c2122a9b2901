/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-identity.h"

#include <gnutls/x509.h>
#include <idn2.h>
#include <string.h>

/* GIO's own identity check is gnutls_x509_crt_check_hostname (), which knows neither SRVName nor xmppAddr and takes the
 * common name where there is nothing else. So this check decides for every certificate, beside the chain's. */

#define OID_XMPP_ADDR "1.3.6.1.5.5.7.8.5"
#define OID_DNS_SRV "1.3.6.1.5.5.7.8.7"
#define TAG_UTF8 0x0c
#define TAG_IA5 0x16

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_crt_t, gnutls_x509_crt_deinit, NULL)

static gboolean
equal_domain (const char *presented, const char *domain)
{
  g_autofree char *plain = g_strdup (presented);
  gsize length = strlen (plain);
  char *ascii = NULL;
  gboolean equal;

  if (length > 1 && plain[length - 1] == '.')
    plain[length - 1] = '\0';
  if (g_ascii_strcasecmp (plain, domain) == 0)
    return TRUE;
  if (idn2_to_ascii_8z (plain, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
    return FALSE;
  equal = g_ascii_strcasecmp (ascii, domain) == 0;
  idn2_free (ascii);
  return equal;
}

static gboolean
match_dns (const char *presented, const char *domain)
{
  const char *rest;

  if (g_hostname_is_ip_address (domain))
    return FALSE;
  if (!g_str_has_prefix (presented, "*."))
    return !strchr (presented, '*') && equal_domain (presented, domain);
  /* A whole label, and never one below a top-level domain. */
  rest = strchr (domain, '.');
  return rest && rest != domain && strchr (presented + 2, '.') && !strchr (presented + 2, '*')
         && equal_domain (presented + 2, rest + 1);
}

/* A DER string of one tag that fills its value, without NUL. */
static char *
decode_string (const guint8 *data, gsize size, guint8 tag)
{
  gsize header = 2, length;

  if (size < 2 || data[0] != tag)
    return NULL;
  length = data[1];
  if (length == 0x81 && size >= 3) {
    length = data[2];
    header = 3;
  } else if (length == 0x82 && size >= 4) {
    length = (gsize) data[2] << 8 | data[3];
    header = 4;
  } else if (length >= 0x80) {
    return NULL;
  }
  if (header + length != size || memchr (data + header, 0, length)
      || !g_utf8_validate ((const char *) data + header, length, NULL))
    return NULL;
  return g_strndup ((const char *) data + header, length);
}

/* GnuTLS takes the kinds that it knows out of their DER; of those it has a type of its own. */
static char *
get_other_text (guint type, const guint8 *data, gsize size, guint8 tag)
{
  if (type == GNUTLS_SAN_OTHERNAME)
    return decode_string (data, size, tag);
  return memchr (data, 0, size) || !g_utf8_validate ((const char *) data, size, NULL) ? NULL
                                                                                  : g_strndup ((const char *) data, size);
}

static gboolean
match_other_name (gnutls_x509_crt_t certificate, guint index, guint type, const guint8 *data, gsize size,
                  const char *domain)
{
  char oid[64];
  size_t oid_size = sizeof oid;
  g_autofree char *text = NULL;

  if (gnutls_x509_crt_get_subject_alt_othername_oid (certificate, index, oid, &oid_size) < 0)
    return FALSE;
  if (strcmp (oid, OID_DNS_SRV) == 0) {
    text = get_other_text (type, data, size, TAG_IA5);
    return text && g_str_has_prefix (text, "_xmpp-client.") && !strchr (text, '*')
           && equal_domain (text + strlen ("_xmpp-client."), domain);
  }
  if (strcmp (oid, OID_XMPP_ADDR) == 0) {
    text = get_other_text (type, data, size, TAG_UTF8);
    return text && *text && !strpbrk (text, "*@/") && equal_domain (text, domain);
  }
  return FALSE;
}

static gboolean
match_address (const guint8 *data, gsize size, const char *domain)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (domain);

  return address && g_inet_address_get_native_size (address) == size
         && memcmp (g_inet_address_to_bytes (address), data, size) == 0;
}

/* The name at index, FALSE when there is none: *type is that of GnuTLS. */
static gboolean
get_name (gnutls_x509_crt_t certificate, guint index, guint *type, GByteArray *data)
{
  size_t size = 0;
  int code = gnutls_x509_crt_get_subject_alt_name2 (certificate, index, NULL, &size, type, NULL);

  if (code != GNUTLS_E_SHORT_MEMORY_BUFFER && code < 0)
    return FALSE;
  g_byte_array_set_size (data, size + 1);
  code = gnutls_x509_crt_get_subject_alt_name2 (certificate, index, data->data, &size, type, NULL);
  if (code < 0)
    return FALSE;
  g_byte_array_set_size (data, size + 1);
  data->data[size] = 0;
  return TRUE;
}

static gboolean
match_name (gnutls_x509_crt_t certificate, guint index, guint type, const guint8 *data, gsize size, const char *domain)
{
  switch (type) {
  case GNUTLS_SAN_DNSNAME:
    return strlen ((const char *) data) == size && match_dns ((const char *) data, domain);
  case GNUTLS_SAN_IPADDRESS:
    return match_address (data, size, domain);
  default:
    return match_other_name (certificate, index, type, data, size, domain);
  }
}

gboolean
xmpp_identity_matches_der (const guint8 *der, gsize size, const char *domain)
{
  gnutls_datum_t datum = { (guint8 *) der, size };
  g_auto (gnutls_x509_crt_t) certificate = NULL;
  g_autoptr (GByteArray) data = g_byte_array_new ();
  guint type;

  if (gnutls_x509_crt_init (&certificate) < 0
      || gnutls_x509_crt_import (certificate, &datum, GNUTLS_X509_FMT_DER) < 0)
    return FALSE;
  for (guint i = 0; get_name (certificate, i, &type, data); i++) {
    if (match_name (certificate, i, type, data->data, data->len - 1, domain))
      return TRUE;
  }
  return FALSE;
}

gboolean
xmpp_identity_matches (GTlsCertificate *certificate, const char *domain)
{
  g_autoptr (GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  return der && xmpp_identity_matches_der (der->data, der->len, domain);
}

char *
xmpp_identity_list_names (GTlsCertificate *certificate)
{
  g_autoptr (GPtrArray) names = g_tls_certificate_get_dns_names (certificate);
  GString *out = g_string_new (NULL);

  for (guint i = 0; names && i < names->len && i < 8; i++) {
    gsize size;
    const char *text = g_bytes_get_data (names->pdata[i], &size);

    if (g_utf8_validate (text, size, NULL) && !memchr (text, 0, size))
      g_string_append_printf (out, "%s%.*s", out->len > 0 ? ", " : "", (int) MIN (size, 255), text);
  }
  return g_string_free (out, FALSE);
}
