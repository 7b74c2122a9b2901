/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "test-certificates.h"
#include "xmpp-identity.h"
#include "xmpp-jid.h"
#include "xmpp-tls.h"

#include <gio/gio.h>
#include <string.h>

/* For whom a certificate is: the table, with real certificates, and two from elsewhere. */

/* GnuTLS makes no certificate with a NUL in a name: one is made with "Z0" there, and its bytes are changed. */
static gboolean
matches (GTlsCertificate *certificate, const char *domain)
{
  g_autoptr (GByteArray) der = NULL;
  guint8 *at;

  g_object_get (certificate, "certificate", &der, NULL);
  at = memmem (der->data, der->len, "Z0.", 3);
  if (!at)
    return xmpp_identity_matches (certificate, domain);
  at[0] = '\0';
  return xmpp_identity_matches_der (der->data, der->len, domain);
}

static void
check_row (TestAuthority *authority, char **fields)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) jid = xmpp_jid_new (fields[1], &error);
  g_autofree char *domain = NULL;
  g_autoptr (GTlsCertificate) certificate = NULL;
  gboolean is_cn = g_str_has_prefix (fields[2], "cn:");
  char *cn = strstr (fields[2], " cn:");
  TestCertificate wanted = { .cn = is_cn ? fields[2] + 3 : cn ? cn + 4 : NULL, .names = is_cn ? "" : fields[2] };

  if (cn)
    *cn = '\0';
  g_test_message ("%s", fields[0]);
  g_assert_no_error (error);
  domain = xmpp_jid_dup_ascii_domain (jid, &error);
  g_assert_no_error (error);
  certificate = test_authority_issue (authority, &wanted);
  g_assert_cmpstr (matches (certificate, domain) ? "yes" : "no", ==, fields[3]);
}

static void
test_table (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("STONECHAT_TEST_DATA"), "certificates", "identity.tsv", NULL);
  TestAuthority *authority = test_authority_new ();
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], "\t", -1);

    if (lines[i][0] != '#' && g_strv_length (fields) == 4)
      check_row (authority, fields);
  }
  test_authority_free (authority);
}

static GTlsCertificate *
read_certificate (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("STONECHAT_TEST_DATA"), "certificates", name, NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  return certificate;
}

static void
test_from_elsewhere (void)
{
  g_autoptr (GTlsCertificate) mellium = read_certificate ("mellium-srvname-xmppaddr.pem");
  g_autoptr (GTlsCertificate) strophe = read_certificate ("libstrophe-xmppaddr-cert.pem");

  g_assert_true (xmpp_identity_matches (mellium, "example.org"));
  g_assert_true (xmpp_identity_matches (mellium, "conference.example.org"));
  g_assert_false (xmpp_identity_matches (mellium, "other.example.org"));
  g_assert_true (xmpp_identity_matches (strophe, "www.strophe.im"));
  g_assert_false (xmpp_identity_matches (strophe, "xmpp.jid"));
}

/* Any bytes for a certificate: no crash, no match. */
static void
test_broken_der (void)
{
  g_autoptr (GTlsCertificate) certificate = read_certificate ("mellium-srvname-xmppaddr.pem");
  g_autoptr (GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  for (guint i = 0; i < der->len; i++) {
    g_autofree guint8 *copy = g_memdup2 (der->data, der->len);

    g_assert_false (xmpp_identity_matches_der (der->data, i, "example.org"));
    copy[i] ^= 0x55;
    xmpp_identity_matches_der (copy, der->len, "nobody.example");
  }
}

static void
test_describe (void)
{
  TestAuthority *authority = test_authority_new ();
  TestCertificate wanted = { .names = "dns:b.test dns:c.test" };
  g_autoptr (GTlsCertificate) certificate = test_authority_issue (authority, &wanted);
  g_autofree char *text = xmpp_certificate_describe (certificate, G_TLS_CERTIFICATE_BAD_IDENTITY | G_TLS_CERTIFICATE_EXPIRED,
                                                     "a.test");

  g_assert_nonnull (strstr (text, "expired"));
  g_assert_nonnull (strstr (text, "a.test"));
  g_assert_nonnull (strstr (text, "b.test, c.test"));
  g_assert_nonnull (strstr (text, "Test authority"));
  test_authority_free (authority);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/identity/S-35-table", test_table);
  g_test_add_func ("/identity/S-36-from-elsewhere", test_from_elsewhere);
  g_test_add_func ("/identity/S-36-broken-der", test_broken_der);
  g_test_add_func ("/identity/describe", test_describe);
  return g_test_run ();
}
