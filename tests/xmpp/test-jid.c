/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "vectors.h"
#include "xmpp-error.h"
#include "xmpp-jid.h"
#include "xmpp-uri.h"

#include <string.h>

static void
check_valid (char **fields, guint n_fields, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) jid = xmpp_jid_new (fields[0], &error);
  const char *local = fields[1];

  /* Where the suites disagree, as src/xmpp/base/xmpp-precis.c and xmpp-jid.c give the reason. */
  if (strcmp (fields[0], "\xCF\x82@example.com") == 0)
    local = "\xCF\x82";
  if (strlen (fields[2]) > 63 && strchr (fields[2], '.') == NULL) {
    g_assert_error (error, XMPP_ERROR, XMPP_ERROR_INVALID_JID);
    g_clear_error (&error);
    jid = xmpp_jid_new_lenient (fields[0], &error);
  }

  g_assert_no_error (error);
  g_assert_cmpstr (xmpp_jid_get_local (jid), ==, local);
  g_assert_cmpstr (xmpp_jid_get_domain (jid), ==, fields[2]);
  g_assert_cmpstr (xmpp_jid_get_resource (jid), ==, fields[3]);
}

static void
check_invalid (char **fields, guint n_fields, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_test_message ("%s", fields[0]);
  g_assert_null (xmpp_jid_new (fields[0], &error));
  g_assert_error (error, XMPP_ERROR, XMPP_ERROR_INVALID_JID);
}

static void
test_vectors (void)
{
  vectors_foreach ("jid-valid.tsv", check_valid, NULL);
  vectors_foreach ("jid-invalid.tsv", check_invalid, NULL);
}

/* What a server sends is taken where it does no harm; what breaks the text is not. */
static void
test_lenient (void)
{
  static const struct { const char *text; gboolean strict, lenient; } rows[] = {
    { "a@b/\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB", FALSE, TRUE },       /* emoji joined by ZWJ */
    { "a@b/\xE2\x9D\xA4\xEF\xB8\x8F", FALSE, TRUE },                           /* heart, VS16 */
    { "a@b/ x", TRUE, TRUE },
    { "a@123", TRUE, TRUE },
    { "a@2001:db8::1", FALSE, FALSE },
    { "a@b/\x01", FALSE, FALSE },
    { "a@b/", FALSE, FALSE },
    { "@b", FALSE, FALSE },
    { "a b@c", FALSE, FALSE },
    { "a@b..c", FALSE, FALSE },
    { "\xE2\x99\x9A@b", FALSE, TRUE },
    { "a@\xFF", FALSE, FALSE },
    { "\xD7\x90" "1\xD9\xA1@b", FALSE, TRUE },                                 /* European and Arabic digits, bidi rule */
    { "l\xC2\xB7l@b", TRUE, TRUE },                                            /* middle dot between two l */
    { "a\xC2\xB7l@b", FALSE, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppJid) strict = xmpp_jid_new (rows[i].text, NULL);
    g_autoptr (XmppJid) lenient = xmpp_jid_new_lenient (rows[i].text, NULL);

    g_test_message ("row %" G_GSIZE_FORMAT, i);
    g_assert_cmpint (strict != NULL, ==, rows[i].strict);
    g_assert_cmpint (lenient != NULL, ==, rows[i].lenient);
  }
}

static void
test_normal_form (void)
{
  static const struct { const char *text, *normal, *ascii; } rows[] = {
    { "Romeo@Example.NET/Orchard", "romeo@example.net/Orchard", "example.net" },
    { "a@example.net.", "a@example.net", "example.net" },
    { "a@XN--BCHER-KVA.example", "a@b\xC3\xBC" "cher.example", "xn--bcher-kva.example" },
    { "a@fa\xC3\x9F.de", "a@fa\xC3\x9F.de", "xn--fa-hia.de" },
    { "a@\xEF\xBD\x81.de", "a@a.de", "a.de" },
    { "\xEF\xBC\xA1@b", "a@b", "b" },
    { "e\xCC\x81@b", "\xC3\xA9@b", "b" },
    { "a@b/c\xE3\x80\x80" "d", "a@b/c d", "b" },
    { "a@[::1]", "a@[::1]", "[::1]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (XmppJid) jid = xmpp_jid_new (rows[i].text, &error);
    g_autofree char *ascii = NULL;

    g_assert_no_error (error);
    g_assert_cmpstr (xmpp_jid_get_string (jid), ==, rows[i].normal);
    ascii = xmpp_jid_dup_ascii_domain (jid, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (ascii, ==, rows[i].ascii);
  }
}

static void
test_length (void)
{
  for (guint n = 1023; n <= 1024; n++) {
    g_autofree char *part = g_strnfill (n, 'a');
    g_autoptr (XmppJid) a = xmpp_jid_new_from_parts (part, "b", NULL, NULL);
    g_autoptr (XmppJid) b = xmpp_jid_new_from_parts ("a", "b", part, NULL);

    g_assert_cmpint (a != NULL, ==, n == 1023);
    g_assert_cmpint (b != NULL, ==, n == 1023);
  }
}

static void
test_parts (void)
{
  g_autoptr (XmppJid) full = xmpp_jid_new ("a@b.c/d/e@f", NULL);
  g_autoptr (XmppJid) bare = xmpp_jid_to_bare (full);
  g_autoptr (XmppJid) again = xmpp_jid_with_resource (bare, "d/e@f", NULL);

  g_assert_cmpstr (xmpp_jid_get_bare_string (full), ==, "a@b.c");
  g_assert_cmpstr (xmpp_jid_get_string (bare), ==, "a@b.c");
  g_assert_cmpstr (xmpp_jid_get_resource (full), ==, "d/e@f");
  g_assert_true (xmpp_jid_is_bare (bare));
  g_assert_true (xmpp_jid_equal (full, again));
  g_assert_cmpuint (xmpp_jid_hash (full), ==, xmpp_jid_hash (again));
  g_assert_false (xmpp_jid_equal (full, bare));
  g_assert_true (xmpp_jid_equal_bare (full, bare));
  g_assert_false (xmpp_jid_equal (full, NULL));
  g_assert_true (xmpp_jid_equal (NULL, NULL));
  g_assert_cmpint (xmpp_jid_compare (bare, full), <, 0);
}

static void
test_mixed_script (void)
{
  static const struct { const char *text; gboolean mixed; } rows[] = {
    { "anna@example.org", FALSE },
    { "anna@ex\xD0\xB0mple.org", TRUE },                          /* Cyrillic a */
    { "\xD0\xB0nna@example.org", TRUE },
    { "a@\xD0\xBF\xD1\x80\xD0\xB8.org", FALSE },                  /* one script a label */
    { "a@\xE6\x97\xA5\xE3\x81\xAE.jp", FALSE },                   /* Han and Hiragana */
    { "a1-2@b", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppJid) jid = xmpp_jid_new (rows[i].text, NULL);

    g_assert_nonnull (jid);
    g_assert_cmpint (xmpp_jid_is_mixed_script (jid), ==, rows[i].mixed);
  }
}

static void
check_uri (char **fields, guint n_fields, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppUri) uri = xmpp_uri_parse (fields[1], &error);

  /* An authority without a path names the account to use and nobody to talk to; with a path it is read and ignored,
   * where one suite accepts and another refuses it. "xmpp:/…" has an empty domain. */
  if (strcmp (fields[0], "ok") == 0 && fields[2] != NULL) {
    g_assert_no_error (error);
    g_assert_cmpstr (xmpp_jid_get_string (uri->jid), ==, fields[2]);
    g_assert_cmpstr (uri->action, ==, fields[3]);
    g_assert_cmpuint (g_hash_table_size (uri->parameters), ==, n_fields - 4);
    for (guint i = 4; i < n_fields; i++) {
      g_auto (GStrv) pair = g_strsplit (fields[i], "=", 2);

      g_assert_cmpstr (g_hash_table_lookup (uri->parameters, pair[0]), ==, pair[1]);
    }
  } else if (!g_str_has_prefix (fields[1], "xmpp://node@")) {
    g_assert_null (uri);
    g_assert_error (error, XMPP_ERROR, XMPP_ERROR_INVALID_URI);
  }
}

static void
test_uri (void)
{
  g_autoptr (XmppUri) body = xmpp_uri_parse ("xmpp:a@b?message;body=x%0A%0D%2525", NULL);

  vectors_foreach ("uri.tsv", check_uri, NULL);
  g_assert_cmpstr (g_hash_table_lookup (body->parameters, "body"), ==, "x%25");
  g_assert_null (xmpp_uri_parse ("xmpp:a@b/%00c", NULL));
  g_assert_null (xmpp_uri_parse ("xmpp:a%40evil.example@b", NULL));
  g_assert_null (xmpp_uri_parse ("xmpp:%2F%2Fevil", NULL));
}

static void
test_uri_format (void)
{
  static const char *const addresses[] = { "a@b", "a@b/c d/%?#", "\xC3\xA9%x@b.c", "b", "a@[::1]" };

  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++) {
    g_autoptr (XmppJid) jid = xmpp_jid_new (addresses[i], NULL);
    g_autofree char *text = xmpp_uri_format (jid);
    g_autoptr (XmppUri) uri = xmpp_uri_parse (text, NULL);

    g_assert_nonnull (uri);
    g_assert_true (xmpp_jid_equal (uri->jid, jid));
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jid/vectors", test_vectors);
  g_test_add_func ("/jid/S-71/lenient", test_lenient);
  g_test_add_func ("/jid/S-38/normal-form", test_normal_form);
  g_test_add_func ("/jid/length", test_length);
  g_test_add_func ("/jid/parts", test_parts);
  g_test_add_func ("/jid/S-77/mixed-script", test_mixed_script);
  g_test_add_func ("/uri/S-88/vectors", test_uri);
  g_test_add_func ("/uri/format", test_uri_format);
  return g_test_run ();
}
