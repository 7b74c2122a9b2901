/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-ns.h"
#include "xmpp-reader.h"
#include "xmpp-writer.h"

#include <string.h>

/* Reads the input whole and in pieces whose lengths come from its first byte: the same elements, and
 * each element is the same when it was written and read again. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
stanza_cb (XmppElement *stanza, gpointer user_data)
{
  GString *log = user_data;
  g_autofree char *text = xmpp_element_to_string (stanza);
  g_autoptr (XmppElement) again = xmpp_element_parse (text, -1, NULL);

  /* NULL: what came in near a cap, and is longer with escapes. */
  if (again != NULL)
    g_assert_true (xmpp_element_equal (stanza, again));
  g_string_append (log, text);
  g_string_append_c (log, '\n');
}

static gboolean
read_pieces (const guint8 *data, gsize size, gboolean in_stream, gboolean whole, guint seed, GString *log)
{
  const XmppReaderCallbacks callbacks = { .stanza = stanza_cb };
  const XmppReaderLimits limits = { 65536, 200, 16, 20 };
  static const char header[] = "<stream:stream xmlns='jabber:client' xmlns:stream='" XMPP_NS_STREAM "' version='1.0'>";
  g_autoptr (XmppReader) reader = xmpp_reader_new (&limits, &callbacks, log);

  if (in_stream && !xmpp_reader_feed (reader, (const guint8 *) header, strlen (header), NULL))
    return FALSE;
  for (gsize i = 0; i < size;) {
    gsize n = size;
    g_autofree guint8 *copy = NULL;

    if (!whole) {
      seed = seed * 1103515245 + 12345;
      n = MIN (size - i, 1 + seed / 65536 % 19);
    }
    copy = g_memdup2 (data + i, n);

    if (!xmpp_reader_feed (reader, copy, n, NULL))
      return FALSE;
    i += n;
  }

  return TRUE;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GString) whole = g_string_new (NULL), pieces = g_string_new (NULL);
  gboolean a, b;

  if (size == 0)
    return 0;

  a = read_pieces (data + 1, size - 1, data[0] % 2 == 0, TRUE, 0, whole);
  b = read_pieces (data + 1, size - 1, data[0] % 2 == 0, FALSE, data[0], pieces);
  /* libxml2 may judge a tag that has not ended yet, or wait for its end, by how much it was given; then one verdict is
   * still out. No element may come out of one way of reading and not of the other. */
  if (a && b)
    g_assert_cmpuint (whole->len, ==, pieces->len);
  g_assert_cmpstr (whole->str, ==, pieces->str);

  return 0;
}
