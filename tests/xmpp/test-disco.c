/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-disco-info.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"

#include <string.h>

/* disco#info as it is parsed, and what its verification string proves. */

#define QUERY "<query xmlns='" XMPP_NS_DISCO_INFO "'>"
#define CLIENT "<identity category='client' type='pc' name='x'/>"
#define FORM(type, fields) "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>" type \
  "</value></field>" fields "</x>"
#define FIELD(var, value) "<field var='" var "'><value>" value "</value></field>"

static XmppDiscoInfo *
parse (const char *xml)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppElement) query = xmpp_element_parse (xml, -1, &error);
  XmppDiscoInfo *info;

  g_assert_no_error (error);
  info = xmpp_disco_info_parse (query, &error);
  g_assert_no_error (error);
  return info;
}

static XmppDiscoInfo *
parse_query (const char *content)
{
  g_autofree char *xml = g_strconcat (QUERY, content, "</query>", NULL);

  return parse (xml);
}

static XmppDiscoInfo *
parse_file (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("STONECHAT_TEST_DATA"), "caps", name, NULL);
  g_autofree char *xml = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &xml, NULL, &error);
  g_assert_no_error (error);
  return parse (g_strchomp (xml));
}

static void
test_vectors (void)
{
  static const struct { const char *file, *hash, *ver; } rows[] = {
    { "exodus.xml", "sha-1", "QgayPKawpkPSDYmwT/WM94uAlu0=" },
    { "exodus.xml", "sha-256", "Wr6IGEKhx6b9627gBmi/cCmpxXBc/GYq5zWuYfWGWoc=" },
    { "exodus.xml", "sha-512", "fRSVSbrOODMrPDQyHoSWoR+RemysUcEeGGhMh+kl/hGp9UrJxyDnrh9BymsL57Am/eToRZ/T4s6QBqeC6LVmoQ==" },
    { "psi.xml", "sha-1", "q07IKJEyjvHSyhy//CH0CxmKi8w=" },
    { "psi.xml", "sha-256", "VyRoCfkwN7Q9lxZhqOI+mxfSpo/MsaCF4hBufCzfCpI=" },
    { "bombusmod.xml", "sha-1", "GRREviyyjLzK2wK4QLX5NNF9FmQ=" },
    { "tkabber.xml", "sha-1", "cePxJUNNZuDoNDbCMqs2VNEcJeY=" },
    { "tkabber.xml", "sha-256", "U1s9Z5JSeF5FinatM8JzroaiBowuKMzQU/v5VG4NAYE=" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppDiscoInfo) info = parse_file (rows[i].file);
    g_autoptr (XmppDiscoInfo) again = xmpp_disco_info_parse (xmpp_disco_info_get_element (info), NULL);
    g_autofree char *ver = xmpp_disco_info_compute_ver (info, rows[i].hash);
    g_autofree char *cut = g_strndup (ver, strlen (ver) - 1);

    g_assert_cmpstr (ver, ==, rows[i].ver);
    g_assert_true (xmpp_disco_info_verify (info, rows[i].hash, ver));
    g_assert_true (xmpp_disco_info_verify (again, rows[i].hash, ver));
    g_assert_false (xmpp_disco_info_verify (info, rows[i].hash, cut));
    g_assert_false (xmpp_disco_info_verify (info, rows[i].hash, NULL));
  }
}

static void
test_features (void)
{
  g_autoptr (XmppDiscoInfo) info = parse_file ("tkabber.xml");
  g_autoptr (XmppDiscoInfo) none = parse_query (CLIENT);

  g_assert_true (xmpp_disco_info_has_feature (info, XMPP_NS_PING));
  g_assert_true (xmpp_disco_info_has_feature (info, "games:board"));
  g_assert_true (xmpp_disco_info_has_feature (info, "urn:xmpp:time"));
  g_assert_false (xmpp_disco_info_has_feature (info, "urn:xmpp:tim"));
  g_assert_false (xmpp_disco_info_has_feature (info, ""));
  g_assert_false (xmpp_disco_info_has_feature (none, XMPP_NS_PING));
}

static void
test_unknown_hash (void)
{
  static const char *const unknown[] = { "md5", "sha-3", "SHA-1", "", NULL };
  g_autoptr (XmppDiscoInfo) info = parse_file ("exodus.xml");

  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++) {
    g_assert_null (xmpp_disco_info_compute_ver (info, unknown[i]));
    g_assert_false (xmpp_disco_info_verify (info, unknown[i], "QgayPKawpkPSDYmwT/WM94uAlu0="));
    g_assert_false (xmpp_disco_info_knows_hash (unknown[i]));
  }
  g_assert_true (xmpp_disco_info_knows_hash ("sha-1"));
}

/* XEP-0115 §5.4, and what would let two answers have one hash. Their features still count for the one who said them. */
static void
test_ill_formed (void)
{
  static const char *const rows[] = {
    CLIENT CLIENT,
    "<identity category='client' type='pc'/><identity category='client' type='pc' name=''/>",
    "<feature var='a'/><feature var='b'/><feature var='a'/>",
    FORM ("urn:a", "") FORM ("urn:b", "") FORM ("urn:a", FIELD ("x", "1")),
    FORM ("urn:a</value><value>urn:b", ""),
    FORM ("urn:a", "<field var='FORM_TYPE'><value>urn:b</value></field>"),
    FORM ("urn:a", FIELD ("x", "1") FIELD ("x", "2")),
    "<feature var='a&lt;b'/>",
    "<identity category='client' type='pc' name='x&lt;a'/>",
    FORM ("urn:a", FIELD ("x", "1&lt;2")),
    "<identity category='client/pc' type=''/>",
    "<identity category='client' type='pc' xml:lang='en/x'/>",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *content = g_strconcat (rows[i], "<feature var='urn:test'/>", NULL);
    g_autoptr (XmppDiscoInfo) info = parse_query (content);

    g_test_message ("%s", rows[i]);
    g_assert_null (xmpp_disco_info_compute_ver (info, "sha-1"));
    g_assert_true (xmpp_disco_info_has_feature (info, "urn:test"));
  }
}

/* What the hash must not depend upon. */
static void
test_equal (void)
{
  static const char *const rows[][2] = {
    { CLIENT "<feature var='b'/><feature var='a'/>", "<feature var='a'/>" CLIENT "<feature var='b'/>" },
    { "<feature var='a'/><feature/><other/><feature xmlns='urn:other' var='c'/><identity type='x'/>", "<feature var='a'/>" },
    { "<identity category='' type='pc'/><feature var=''/>", "" },
    /* A form without FORM_TYPE, with an empty one, or one that is not hidden, is ignored. */
    { "<x xmlns='jabber:x:data'>" FIELD ("a", "b") "</x>", "" },
    { "<x xmlns='jabber:x:data'><field var='FORM_TYPE' type='hidden'/></x>", "" },
    { "<x xmlns='jabber:x:data'><field var='FORM_TYPE'><value>urn:a</value></field></x>", "" },
    { FORM ("urn:a</value><value>urn:a", ""), FORM ("urn:a", "") },
    { FORM ("urn:b", FIELD ("y", "2</value><value>1") FIELD ("x", "")) FORM ("urn:a", ""),
      FORM ("urn:a", "<field/>") FORM ("urn:b", FIELD ("x", "") FIELD ("y", "1</value><value>2")) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppDiscoInfo) one = parse_query (rows[i][0]), other = parse_query (rows[i][1]);
    g_autofree char *ver = xmpp_disco_info_compute_ver (one, "sha-1");

    g_test_message ("%s", rows[i][0]);
    g_assert_nonnull (ver);
    g_assert_true (xmpp_disco_info_verify (other, "sha-1", ver));
    g_assert_true (xmpp_element_equal (xmpp_disco_info_get_element (one), xmpp_disco_info_get_element (other)));
  }
}

/* Sorted part by part, not as the text that is hashed, where '-' comes before '/'. */
static void
test_order (void)
{
  g_autoptr (XmppDiscoInfo) info = parse_query ("<identity category='client' type='pc' xml:lang='en-GB' name='b'/>"
                                                "<identity category='client' type='pc' xml:lang='en' name='c'/>"
                                                "<feature var='&#xE4;'/><feature var='a'/><feature var='Z'/>");
  const char text[] = "client/pc/en/c<client/pc/en-GB/b<Z<a<\xC3\xA4<";
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
  g_autofree char *ver = NULL;
  guint8 digest[20];
  gsize size = sizeof digest;

  g_checksum_update (sum, (const guint8 *) text, strlen (text));
  g_checksum_get_digest (sum, digest, &size);
  ver = g_base64_encode (digest, size);
  g_assert_true (xmpp_disco_info_verify (info, "sha-1", ver));
}

static void
check_limit (GString *content, gboolean allowed)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *xml = g_strconcat (QUERY, content->str, "</query>", NULL);
  g_autoptr (XmppElement) query = xmpp_element_parse (xml, -1, NULL);
  g_autoptr (XmppDiscoInfo) info = xmpp_disco_info_parse (query, &error);

  g_assert_nonnull (query);
  if (allowed)
    g_assert_no_error (error);
  else
    g_assert_error (error, XMPP_ERROR, XMPP_ERROR_LIMIT);
  g_assert_cmpint (allowed, ==, info != NULL);
}

static void
test_limits (void)
{
  g_autoptr (GString) features = g_string_new (NULL), bytes = g_string_new ("<feature var='"), values = g_string_new (NULL);

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (features, "<feature var='%u'/>", i);
  check_limit (features, TRUE);
  g_string_append (features, "<feature var='x'/>");
  check_limit (features, FALSE);

  for (guint i = 0; i < 64 * 1024; i++)
    g_string_append_c (bytes, 'x');
  g_string_append (bytes, "'/>");
  check_limit (bytes, TRUE);
  g_string_append (bytes, "<feature var='y'/>");
  check_limit (bytes, FALSE);

  g_string_append (values, "<x xmlns='jabber:x:data'><field var='FORM_TYPE' type='hidden'>");
  for (guint i = 0; i < 5000; i++)
    g_string_append (values, "<value>urn:a</value>");
  g_string_append (values, "</field></x>");
  check_limit (values, FALSE);
}

static void
test_other_element (void)
{
  g_autoptr (XmppElement) items = xmpp_element_new (XMPP_NS_DISCO_ITEMS, "query");
  g_autoptr (GError) error = NULL;

  g_assert_null (xmpp_disco_info_parse (items, &error));
  g_assert_error (error, XMPP_ERROR, XMPP_ERROR_PROTOCOL);
}

/* Nothing of the stanza that it came in stays. */
static void
test_outlives (void)
{
  g_autoptr (XmppElement) iq = xmpp_element_parse ("<iq xmlns='jabber:client'>" QUERY "<feature var='urn:a'/></query></iq>", -1, NULL);
  g_autoptr (XmppDiscoInfo) info = xmpp_disco_info_parse (xmpp_element_get_child (iq, 0), NULL);
  g_autoptr (XmppDiscoInfo) same = xmpp_disco_info_ref (info);

  g_clear_pointer (&iq, xmpp_element_unref);
  g_clear_pointer (&info, xmpp_disco_info_unref);
  g_assert_true (xmpp_disco_info_has_feature (same, "urn:a"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/disco/vectors", test_vectors);
  g_test_add_func ("/disco/features", test_features);
  g_test_add_func ("/disco/S-22/unknown-hash", test_unknown_hash);
  g_test_add_func ("/disco/S-22/ill-formed", test_ill_formed);
  g_test_add_func ("/disco/equal", test_equal);
  g_test_add_func ("/disco/order", test_order);
  g_test_add_func ("/disco/S-63/limits", test_limits);
  g_test_add_func ("/disco/other-element", test_other_element);
  g_test_add_func ("/disco/outlives", test_outlives);

  return g_test_run ();
}
