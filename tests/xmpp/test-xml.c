/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "vectors.h"
#include "xmpp-datetime.h"
#include "xmpp-error.h"
#include "xmpp-id.h"
#include "xmpp-ns.h"
#include "xmpp-reader.h"
#include "xmpp-secret.h"
#include "xmpp-writer.h"

#include <string.h>

#define HEADER "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='" XMPP_NS_STREAM "' version='1.0' id='x'>"

typedef struct {
  GString *log;       /* every callback, a line each */
  guint n_stanzas, n_opened;
  XmppElement *last;
} Seen;

static void
opened_cb (XmppElement *header, gpointer user_data)
{
  Seen *seen = user_data;

  seen->n_opened++;
  g_string_append (seen->log, "opened\n");
}

static void
stanza_cb (XmppElement *stanza, gpointer user_data)
{
  Seen *seen = user_data;
  g_autofree char *text = xmpp_element_to_string (stanza);

  seen->n_stanzas++;
  g_clear_pointer (&seen->last, xmpp_element_unref);
  seen->last = xmpp_element_ref (stanza);
  g_string_append_printf (seen->log, "%s\n", text);
}

static void
closed_cb (gpointer user_data)
{
  Seen *seen = user_data;

  g_string_append (seen->log, "closed\n");
}

static const XmppReaderCallbacks callbacks = { opened_cb, stanza_cb, closed_cb };

static void
seen_clear (Seen *seen)
{
  if (seen->log != NULL)
    g_string_free (seen->log, TRUE);
  g_clear_pointer (&seen->last, xmpp_element_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Seen, seen_clear)

static gboolean
feed (XmppReader *reader, const char *data, gsize length, gsize chunk, GError **error)
{
  for (gsize i = 0; i < length;) {
    gsize n = chunk > 0 ? chunk : (gsize) g_test_rand_int_range (1, 40);
    g_autofree guint8 *copy = NULL;

    /* In memory of its own, so that a read beyond the chunk is found. */
    n = MIN (n, length - i);
    copy = g_memdup2 (data + i, n);
    if (!xmpp_reader_feed (reader, copy, n, error))
      return FALSE;
    i += n;
  }

  return TRUE;
}

/* Whole, byte by byte, and in random pieces (the seed is the one that GTest prints): the same callbacks and error. */
static gboolean
read_in_all_ways (const char *data, gsize length, Seen *result, GError **error)
{
  static const gsize chunks[] = { G_MAXSIZE / 2, 1, 2, 3, 0, 0, 0, 7 };
  gboolean first_ok = FALSE;
  g_autoptr (GError) first_error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (chunks); i++) {
    g_auto (Seen) seen = { g_string_new (NULL) };
    g_autoptr (XmppReader) reader = xmpp_reader_new (NULL, &callbacks, &seen);
    g_autoptr (GError) e = NULL;
    gboolean ok = feed (reader, data, length, chunks[i], &e);

    g_assert_cmpint (ok, ==, e == NULL);
    if (!ok)
      g_assert_false (xmpp_reader_feed (reader, (const guint8 *) "<iq/>", 5, NULL));
    if (i == 0) {
      first_ok = ok;
      first_error = g_steal_pointer (&e);
      *result = seen;
      seen = (Seen) { g_string_new (NULL) };
      continue;
    }
    g_assert_cmpstr (seen.log->str, ==, result->log->str);
    g_assert_cmpint (ok, ==, first_ok);
    if (!ok) {
      g_assert_cmpuint (e->domain, ==, first_error->domain);
      g_assert_cmpint (e->code, ==, first_error->code);
    }
  }
  if (first_error != NULL)
    g_propagate_error (error, g_steal_pointer (&first_error));

  return first_ok;
}

static void
check_stream (char **fields, guint n_fields, gpointer user_data)
{
  gboolean accept = strcmp (fields[0], "accept") == 0;
  gboolean in_stream = strcmp (fields[1], "stream") == 0;
  g_autofree char *text = in_stream ? g_strconcat (HEADER, fields[2], NULL) : g_strdup (fields[2]);
  gsize length = strlen (text);
  g_auto (Seen) seen = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean ok;

  g_test_message ("%s", fields[2]);
  /* What is decoded has no NUL at its end that would count: UTF-16 begins with FF FE and is refused by that. */
  ok = read_in_all_ways (text, length, &seen, &error);
  if (accept) {
    g_assert_no_error (error);
    g_assert_cmpuint (seen.n_opened, ==, 1);
    return;
  }

  /* These are the stream's business: test-stream has the missing id, the stream error, and the end in the middle. */
  if (ok) {
    gboolean left_to_stream = strstr (text, "<stream:error") != NULL || strstr (text, "<error xmlns=") != NULL ||
                              (!in_stream && strstr (text, " id=") == NULL) || seen.n_opened == 0;

    g_assert_true (left_to_stream);
  }
}

static void
test_streams (void)
{
  vectors_foreach ("xml-stream.tsv", check_stream, NULL);
}

static void
check_utf8 (char **fields, guint n_fields, gpointer user_data)
{
  gboolean good = strcmp (fields[0], "pass") == 0;
  g_autofree char *text = g_strconcat (HEADER "<a>", fields[1], "</a><b/>", NULL);
  g_auto (Seen) seen = { 0 };
  g_autoptr (GError) error = NULL;

  /* Valid UTF-8, but no character of XML 1.0. */
  if (strstr (fields[1], "\xEF\xBF\xBE") != NULL || strstr (fields[1], "\xEF\xBF\xBF") != NULL || *fields[1] == '\0')
    return;
  g_test_message ("%s", fields[1]);
  g_assert_cmpint (read_in_all_ways (text, strlen (text), &seen, &error), ==, good);
  if (good)
    g_assert_cmpuint (seen.n_stanzas, ==, 2);
  else
    g_assert_error (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_NOT_WELL_FORMED);
}

static void
test_utf8 (void)
{
  static const char *const illegal[] = { "\x01", "\x0B", "\x1F", "\xEF\xBF\xBE", "\xEF\xBF\xBF", "&#1;", "&#xFFFE;", "&#xD800;" };
  static const char nul[] = HEADER "<a>\0</a>", split[] = HEADER "<a>\xC9\0 many more bytes than four</a>";
  g_auto (Seen) nul_seen = { 0 }, split_seen = { 0 };

  vectors_foreach ("utf8.tsv", check_utf8, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (illegal); i++) {
    g_autofree char *text = g_strconcat (HEADER "<a>", illegal[i], "</a>", NULL);
    g_autofree char *attribute = g_strconcat (HEADER "<a b='", illegal[i], "'/>", NULL);
    g_auto (Seen) seen = { 0 }, other = { 0 };

    g_assert_false (read_in_all_ways (text, strlen (text), &seen, NULL));
    g_assert_cmpuint (seen.n_stanzas, ==, 0);
    g_assert_false (read_in_all_ways (attribute, strlen (attribute), &other, NULL));
  }
  g_assert_false (read_in_all_ways (nul, sizeof nul - 1, &nul_seen, NULL));
  g_assert_false (read_in_all_ways (split, sizeof split - 1, &split_seen, NULL));
}

static void
test_conditions (void)
{
  static const struct { const char *text; int code; } rows[] = {
    { HEADER "<!-- -->", XMPP_STREAM_ERROR_RESTRICTED_XML },
    { HEADER "<?pi x?>", XMPP_STREAM_ERROR_RESTRICTED_XML },
    { HEADER "<a>&foo;</a>", XMPP_STREAM_ERROR_RESTRICTED_XML },
    { "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", XMPP_STREAM_ERROR_RESTRICTED_XML },
    { "<!DOC", XMPP_STREAM_ERROR_RESTRICTED_XML },
    { HEADER "<a></b>", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
    { HEADER "<x:a/>", XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX },
    { HEADER "<a x:b='c'/>", XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX },
    { HEADER "<a><stream:stream/></a>", XMPP_STREAM_ERROR_BAD_FORMAT },
    { HEADER "text<a/>", XMPP_STREAM_ERROR_BAD_FORMAT },
    { HEADER "<stream:x/>", XMPP_STREAM_ERROR_UNSUPPORTED_STANZA_TYPE },
    { "<?xml version='1.0' encoding='UTF-16'?><a/>", XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING },
    { "<?xml version='1.0' encoding='latin1'?><a/>", XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING },
    { "<?xml version='1.0' encoding='US-ASCII'?><a/>", XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING },
    { "\xEF\xBB\xBF" HEADER, XMPP_STREAM_ERROR_NOT_WELL_FORMED },
    { "<stream xmlns='jabber:server'>", XMPP_STREAM_ERROR_INVALID_NAMESPACE },
    { "<s:stream xmlns='jabber:server' xmlns:s='" XMPP_NS_STREAM "'>", XMPP_STREAM_ERROR_INVALID_NAMESPACE },
    { "HTTP/1.1 400 Bad Request\r\n", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
    { "SSH-2.0-OpenSSH", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (Seen) seen = { 0 };
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", rows[i].text);
    g_assert_false (read_in_all_ways (rows[i].text, strlen (rows[i].text), &seen, &error));
    g_assert_error (error, XMPP_STREAM_ERROR, rows[i].code);
    g_assert_cmpuint (seen.n_stanzas, ==, 0);
  }
}

static void
append_repeated (GString *out, const char *text, guint n)
{
  for (guint i = 0; i < n; i++)
    g_string_append (out, text);
}

static void
check_limit (GString *text, gboolean ok)
{
  g_auto (Seen) seen = { g_string_new (NULL) }, pieces = { g_string_new (NULL) };
  g_autoptr (XmppReader) reader = xmpp_reader_new (NULL, &callbacks, &seen);
  g_autoptr (XmppReader) other = xmpp_reader_new (NULL, &callbacks, &pieces);
  g_autoptr (GError) error = NULL, other_error = NULL;

  g_assert_cmpint (feed (reader, text->str, text->len, G_MAXSIZE / 2, &error), ==, ok);
  g_assert_cmpint (feed (other, text->str, text->len, 4099, &other_error), ==, ok);
  g_assert_cmpuint (seen.n_stanzas, ==, pieces.n_stanzas);
  if (!ok) {
    g_assert_error (error, XMPP_ERROR, XMPP_ERROR_LIMIT);
    g_assert_error (other_error, XMPP_ERROR, XMPP_ERROR_LIMIT);
    g_assert_cmpuint (seen.n_stanzas, ==, 0);
  }
  g_string_free (text, TRUE);
}

static void
test_limits (void)
{
  for (guint over = 0; over < 2; over++) {
    GString *depth = g_string_new (HEADER), *attributes = g_string_new (HEADER "<a");
    GString *elements = g_string_new (HEADER "<a>"), *bytes = g_string_new (HEADER "<a>");

    append_repeated (depth, "<a>", 99 + over);
    append_repeated (depth, "</a>", 99 + over);
    check_limit (depth, !over);
    for (guint i = 0; i < 64 + over; i++)
      g_string_append_printf (attributes, " a%u=''", i);
    g_string_append (attributes, "/>");
    check_limit (attributes, !over);
    append_repeated (elements, "<b/>", 99999 + over);
    g_string_append (elements, "</a>");
    check_limit (elements, !over);
    append_repeated (bytes, "0123456789abcdef", 10 * 65536 - (over ? 0 : 1));
    g_string_append (bytes, "</a>");
    check_limit (bytes, !over);
  }
}

/* Nothing that never ends is kept without bound. */
static void
test_endless (void)
{
  static const struct { const char *start, *more; } rows[] = {
    { HEADER "<a b='", "x" }, { HEADER "<a", " b='c'" }, { HEADER "<a>", "x" }, { HEADER "<a>", "<b/>" },
    { HEADER "<a>", "<b>" }, { HEADER, "<a>" }, { "<a xmlns='", "x" }, { HEADER "<", "a" }, { HEADER "<a><![CDATA[", "x" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    GString *text = g_string_new (rows[i].start);

    append_repeated (text, rows[i].more, 11 * 1024 * 1024 / strlen (rows[i].more));
    g_test_message ("%s", rows[i].start);
    if (i == 1) {
      g_autoptr (XmppReader) reader = xmpp_reader_new (NULL, &(XmppReaderCallbacks) { 0 }, NULL);

      /* The same attribute twice is not well-formed; too long a tag or this, but it ends. */
      g_assert_false (feed (reader, text->str, text->len, 65536, NULL));
      g_string_free (text, TRUE);
    } else {
      check_limit (text, FALSE);
    }
  }
}

/* Keep-alives of months don't add up to a stanza over the cap. */
static void
test_white_space (void)
{
  g_auto (Seen) seen = { g_string_new (NULL) };
  g_autoptr (XmppReader) reader = xmpp_reader_new (NULL, &callbacks, &seen);
  g_autofree char *space = g_strnfill (12 * 1024 * 1024, ' ');

  g_assert_true (feed (reader, HEADER, strlen (HEADER), 4096, NULL));
  g_assert_true (feed (reader, space, strlen (space), 65536, NULL));
  g_assert_true (feed (reader, "<iq/>", 5, 5, NULL));
  g_assert_cmpuint (seen.n_stanzas, ==, 1);
}

static XmppElement *
make_deep (guint depth)
{
  XmppElement *root = xmpp_element_new ("a", "b");
  XmppElement *element = root;

  for (guint i = 1; i < depth; i++)
    element = xmpp_element_add_child (element, NULL, "b");

  return root;
}

static void
test_deep (void)
{
  g_autoptr (XmppElement) deep = make_deep (1000000);
  g_autoptr (XmppElement) copy = xmpp_element_copy (deep);
  g_autofree char *text = xmpp_element_to_string (deep);
  g_autoptr (XmppElement) inside_out = xmpp_element_new ("a", "b");
  g_autoptr (GError) error = NULL;

  g_assert_true (xmpp_element_equal (deep, copy));
  g_assert_cmpuint (strlen (text), ==, 999998 * 7 + strlen ("<b xmlns='a'><b/></b>"));
  g_assert_null (xmpp_element_parse (text, -1, &error));
  g_assert_error (error, XMPP_ERROR, XMPP_ERROR_LIMIT);

  /* Each in memory of its own. */
  for (guint i = 1; i < 100000; i++) {
    XmppElement *outer = xmpp_element_new ("a", "b");

    xmpp_element_take_child (outer, inside_out);
    inside_out = outer;
  }
}

static void
check_naughty (char **fields, guint n_fields, gpointer user_data)
{
  g_autoptr (XmppElement) element = xmpp_element_new (XMPP_NS_CLIENT, "message");
  g_autoptr (XmppElement) read = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const char *string = fields[0] != NULL ? fields[0] : "-";

  xmpp_element_set_attribute (element, "a", string);
  xmpp_element_add_text_child (element, NULL, "body", string);
  text = xmpp_element_to_string (element);
  read = xmpp_element_parse (text, -1, &error);
  g_assert_no_error (error);
  g_test_message ("%s", text);
  g_assert_true (xmpp_element_equal (element, read));
  if (strpbrk (string, "\x01\x02\x03\x04\x05\x06\x07\x08\x0B\x0C\x0E\x0F\x10\x1B\x7F") == NULL &&
      strstr (string, "\xEF\xBF\xBE") == NULL)
    g_assert_cmpstr (xmpp_element_get_child_text (read, NULL, "body"), ==, string);
}

static void
test_writer (void)
{
  g_autoptr (XmppElement) element = xmpp_element_new ("a", "b");
  g_autofree char *text = NULL;

  vectors_foreach ("naughty.tsv", check_naughty, NULL);
  xmpp_element_set_attribute (element, "c", "'\"<>&\t\n\r");
  xmpp_element_add_text (element, "]]>\r\x01\xEF\xBF\xBF\xFF");
  text = xmpp_element_to_string (element);
  g_assert_cmpstr (text, ==, "<b xmlns='a' c='&apos;\"&lt;&gt;&amp;&#9;&#10;&#13;'>"
                             "]]&gt;&#13;\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD</b>");
}

static void
test_redacted (void)
{
  g_autoptr (XmppElement) auth = xmpp_element_new (XMPP_NS_SASL, "auth");
  g_autoptr (XmppElement) iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");
  g_autofree char *a = NULL, *b = NULL;

  xmpp_element_add_text (auth, "c2VjcmV0");
  xmpp_element_add_text_child (xmpp_element_add_child (iq, "jabber:iq:register", "query"), NULL, "password", "hunter2");
  a = xmpp_writer_redacted (auth);
  b = xmpp_writer_redacted (iq);
  g_assert_null (strstr (a, "c2VjcmV0"));
  g_assert_null (strstr (b, "hunter2"));
}

static void
test_element (void)
{
  g_autoptr (XmppElement) e = xmpp_element_new ("n", "e");
  g_autoptr (XmppElement) copy = NULL;

  xmpp_element_add_text (e, "1");
  xmpp_element_add_text (e, "2");
  xmpp_element_add_child (e, NULL, "a");
  xmpp_element_add_text (e, "3");
  xmpp_element_add_text_child (e, "m", "b", "x");
  g_assert_cmpstr (xmpp_element_get_text (e), ==, "123");
  g_assert_cmpuint (xmpp_element_get_n_children (e), ==, 2);
  g_assert_cmpstr (xmpp_element_get_name (xmpp_element_get_child (e, 0)), ==, "a");
  g_assert_cmpstr (xmpp_element_get_name (xmpp_element_get_child (e, 1)), ==, "b");
  g_assert_null (xmpp_element_get_child (e, 2));
  g_assert_cmpstr (xmpp_element_get_ns (xmpp_element_find_child (e, NULL, "a")), ==, "n");
  g_assert_cmpstr (xmpp_element_get_child_text (e, "m", NULL), ==, "x");
  g_assert_null (xmpp_element_find_child (e, "n", "b"));
  for (guint i = 0; i < 10; i++) {
    char name[] = { 'a' + i, 0 };

    xmpp_element_set_attribute (e, name, name);
  }
  xmpp_element_set_attribute (e, "c", NULL);
  xmpp_element_set_attribute (e, "d", "new");
  xmpp_element_set_attribute_ns (e, "http://www.w3.org/XML/1998/namespace", "lang", "de");
  g_assert_null (xmpp_element_get_attribute (e, "c"));
  g_assert_cmpstr (xmpp_element_get_attribute (e, "d"), ==, "new");
  g_assert_cmpstr (xmpp_element_get_attribute (e, "j"), ==, "j");
  g_assert_cmpstr (xmpp_element_get_lang (e), ==, "de");
  g_assert_null (xmpp_element_get_attribute (e, "lang"));
  copy = xmpp_element_copy (e);
  g_assert_true (xmpp_element_equal (e, copy));
  xmpp_element_set_attribute (copy, "z", "");
  g_assert_false (xmpp_element_equal (e, copy));
}

static void
check_datetime (char **fields, guint n_fields, gpointer user_data)
{
  gint64 value = 0;

  g_assert_cmpint (xmpp_datetime_parse (fields[0], &value), ==, fields[1] != NULL);
  if (fields[1] != NULL)
    g_assert_cmpint (value, ==, g_ascii_strtoll (fields[1], NULL, 10));
}

static void
test_datetime (void)
{
  static const char *const bad[] = { "", "2020-02-30T00:00:00Z", "2020-01-01T24:00:00Z", "2020-01-01T00:60:00Z",
    "2020-1-01T00:00:00Z", "+020-01-01T00:00:00Z", "2020-01-01 00:00:00Z", "2020-01-01T00:00:00", "2020-01-01T00:00:00.Z",
    "2020-01-01T00:00:00Z ", " 2020-01-01T00:00:00Z", "99999-01-01T00:00:00Z", "-001-01-01T00:00:00Z" };
  g_autofree char *whole = xmpp_datetime_format (1031701267000000), *part = xmpp_datetime_format (-14159025000000 + 123456);
  gint64 value;

  vectors_foreach ("datetime.tsv", check_datetime, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (xmpp_datetime_parse (bad[i], &value));
  g_assert_cmpstr (whole, ==, "2002-09-10T23:41:07Z");
  g_assert_cmpstr (part, ==, "1969-07-21T02:56:15.123Z");
  g_assert_cmpint (xmpp_datetime_clamp (-1, 0), ==, 0);
  g_assert_cmpint (xmpp_datetime_clamp (G_MAXINT64, 5), ==, 5 + 86400 * (gint64) G_USEC_PER_SEC);
}

static void
test_errors (void)
{
  const GQuark domains[] = { XMPP_STREAM_ERROR, XMPP_STANZA_ERROR, XMPP_SASL_ERROR };
  const int last[] = { XMPP_STREAM_ERROR_UNSUPPORTED_VERSION, XMPP_STANZA_ERROR_UNEXPECTED_REQUEST, XMPP_SASL_ERROR_UNKNOWN - 1 };

  for (gsize i = 0; i < G_N_ELEMENTS (domains); i++)
    for (int code = 0; code <= last[i]; code++)
      g_assert_cmpint (xmpp_error_from_condition (domains[i], xmpp_error_to_condition (domains[i], code)), ==, code);
  g_assert_cmpstr (xmpp_error_to_condition (XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SEE_OTHER_HOST), ==, "see-other-host");
  g_assert_cmpint (xmpp_error_from_condition (XMPP_STANZA_ERROR, "x"), ==, XMPP_STANZA_ERROR_UNDEFINED_CONDITION);
  g_assert_cmpint (xmpp_error_from_condition (XMPP_SASL_ERROR, NULL), ==, XMPP_SASL_ERROR_UNKNOWN);
}

static void
test_id_and_secret (void)
{
  g_autofree char *a = xmpp_id_new (), *b = xmpp_id_new ();
  g_autoptr (XmppSecret) secret = xmpp_secret_new ("hunter2", -1);
  g_autoptr (XmppSecret) large = xmpp_secret_new_zero (5000);

  g_assert_cmpuint (strlen (a), ==, 22);
  g_assert_cmpuint (strspn (a, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_"), ==, 22);
  g_assert_cmpstr (a, !=, b);
  g_assert_cmpstr (xmpp_secret_get_text (secret), ==, "hunter2");
  g_assert_cmpuint (xmpp_secret_get_size (secret), ==, 7);
  g_assert_cmpuint (xmpp_secret_get_data (large)[5000], ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xml/S-60-S-65-S-68/streams", test_streams);
  g_test_add_func ("/xml/S-62/utf8", test_utf8);
  g_test_add_func ("/xml/S-60-S-61-S-62-S-67/conditions", test_conditions);
  g_test_add_func ("/xml/S-63/limits", test_limits);
  g_test_add_func ("/xml/S-63/endless", test_endless);
  g_test_add_func ("/xml/R-19/white-space", test_white_space);
  g_test_add_func ("/xml/S-64/deep", test_deep);
  g_test_add_func ("/xml/S-66-S-74/writer", test_writer);
  g_test_add_func ("/xml/S-50/redacted", test_redacted);
  g_test_add_func ("/xml/element", test_element);
  g_test_add_func ("/xml/S-70/datetime", test_datetime);
  g_test_add_func ("/base/errors", test_errors);
  g_test_add_func ("/base/S-08/id-and-secret", test_id_and_secret);
  return g_test_run ();
}
