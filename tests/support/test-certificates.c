/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "test-certificates.h"

#include <glib/gstdio.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>
#include <time.h>

/* Made by GnuTLS in the test's own process: no tool, no file but the one that GIO needs to read the authority from. */

#define DAY (24 * 60 * 60)

struct _TestAuthority {
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t certificate;
  char *path;
  GTlsDatabase *database;
};

static void
check (int code)
{
  if (code < 0)
    g_error ("GnuTLS: %s", gnutls_strerror (code));
}

static gnutls_x509_privkey_t
make_key (void)
{
  gnutls_x509_privkey_t key;

  check (gnutls_x509_privkey_init (&key));
  check (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0));
  return key;
}

static gnutls_x509_crt_t
make_certificate (gnutls_x509_privkey_t key, const char *cn, time_t from, time_t until)
{
  gnutls_x509_crt_t certificate;
  guint8 serial[16];

  check (gnutls_x509_crt_init (&certificate));
  check (gnutls_rnd (GNUTLS_RND_NONCE, serial, sizeof serial));
  serial[0] &= 0x3f;
  serial[0] |= 0x01;
  check (gnutls_x509_crt_set_version (certificate, 3));
  check (gnutls_x509_crt_set_serial (certificate, serial, sizeof serial));
  check (gnutls_x509_crt_set_activation_time (certificate, from));
  check (gnutls_x509_crt_set_expiration_time (certificate, until));
  check (gnutls_x509_crt_set_key (certificate, key));
  if (cn)
    check (gnutls_x509_crt_set_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME, 0, cn, strlen (cn)));
  return certificate;
}

static char *
export_certificate (gnutls_x509_crt_t certificate)
{
  gnutls_datum_t pem;
  char *text;

  check (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &pem));
  text = g_strndup ((char *) pem.data, pem.size);
  gnutls_free (pem.data);
  return text;
}

static char *
export_key (gnutls_x509_privkey_t key)
{
  gnutls_datum_t pem;
  char *text;

  check (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem));
  text = g_strndup ((char *) pem.data, pem.size);
  gnutls_free (pem.data);
  return text;
}

TestAuthority *
test_authority_new (void)
{
  TestAuthority *self = g_new0 (TestAuthority, 1);
  g_autofree char *pem = NULL;
  g_autoptr (GError) error = NULL;
  int fd;

  self->key = make_key ();
  self->certificate = make_certificate (self->key, "Test authority", time (NULL) - DAY, time (NULL) + 3650 * (time_t) DAY);
  check (gnutls_x509_crt_set_basic_constraints (self->certificate, 1, -1));
  check (gnutls_x509_crt_set_key_usage (self->certificate, GNUTLS_KEY_KEY_CERT_SIGN));
  check (gnutls_x509_crt_sign2 (self->certificate, self->certificate, self->key, GNUTLS_DIG_SHA256, 0));
  pem = export_certificate (self->certificate);
  fd = g_file_open_tmp ("test-ca-XXXXXX.pem", &self->path, &error);
  g_assert_no_error (error);
  g_close (fd, NULL);
  g_file_set_contents (self->path, pem, -1, &error);
  g_assert_no_error (error);
  self->database = g_tls_file_database_new (self->path, &error);
  g_assert_no_error (error);
  return self;
}

void
test_authority_free (TestAuthority *self)
{
  g_clear_object (&self->database);
  g_unlink (self->path);
  g_free (self->path);
  gnutls_x509_crt_deinit (self->certificate);
  gnutls_x509_privkey_deinit (self->key);
  g_free (self);
}

GTlsDatabase *
test_authority_get_database (TestAuthority *self)
{
  return self->database;
}

static void
add_other_name (gnutls_x509_crt_t certificate, const char *oid, guint8 tag, const char *value, gsize size)
{
  g_autoptr (GByteArray) der = g_byte_array_new ();
  guint8 header[2] = { tag, size };

  g_assert_cmpuint (size, <, 128);
  g_byte_array_append (der, header, 2);
  g_byte_array_append (der, (const guint8 *) value, size);
  check (gnutls_x509_crt_set_subject_alt_othername (certificate, oid, der->data, der->len, GNUTLS_FSAN_APPEND));
}

static void
add_name (gnutls_x509_crt_t certificate, const char *name)
{
  const char *colon = strchr (name, ':');
  g_autoptr (GString) value = NULL;

  g_assert_nonnull (colon);
  value = g_string_new (colon + 1);
  if (g_str_has_prefix (name, "dns:")) {
    check (gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_DNSNAME, value->str, value->len, GNUTLS_FSAN_APPEND));
  } else if (g_str_has_prefix (name, "ip:")) {
    g_autoptr (GInetAddress) address = g_inet_address_new_from_string (value->str);

    check (gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_IPADDRESS, g_inet_address_to_bytes (address),
                                                 g_inet_address_get_native_size (address), GNUTLS_FSAN_APPEND));
  } else if (g_str_has_prefix (name, "srv:")) {
    add_other_name (certificate, "1.3.6.1.5.5.7.8.7", 0x16, value->str, value->len);
  } else {
    g_assert_true (g_str_has_prefix (name, "xmpp:"));
    add_other_name (certificate, "1.3.6.1.5.5.7.8.5", 0x0c, value->str, value->len);
  }
}

GTlsCertificate *
test_authority_issue (TestAuthority *self, const TestCertificate *wanted)
{
  gboolean dated = wanted->from_days || wanted->until_days;
  time_t now = time (NULL);
  gnutls_x509_privkey_t key = make_key ();
  gnutls_x509_crt_t certificate = make_certificate (key, wanted->cn, now + (dated ? wanted->from_days : -1) * (time_t) DAY,
                                                    now + (dated ? wanted->until_days : 30) * (time_t) DAY);
  g_auto (GStrv) names = g_strsplit (wanted->names ? wanted->names : "", " ", -1);
  g_autofree char *pem = NULL, *key_pem = NULL, *both = NULL;
  g_autoptr (GError) error = NULL;
  GTlsCertificate *result;

  for (guint i = 0; names[i]; i++) {
    if (*names[i])
      add_name (certificate, names[i]);
  }
  check (gnutls_x509_crt_sign2 (certificate, wanted->self_signed ? certificate : self->certificate,
                                wanted->self_signed ? key : self->key, GNUTLS_DIG_SHA256, 0));
  pem = export_certificate (certificate);
  key_pem = export_key (key);
  both = g_strconcat (pem, key_pem, NULL);
  gnutls_x509_crt_deinit (certificate);
  gnutls_x509_privkey_deinit (key);
  result = g_tls_certificate_new_from_pem (both, -1, &error);
  g_assert_no_error (error);
  return result;
}
