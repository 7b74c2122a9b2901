/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-ns.h"
#include "xmpp-reader.h"

#include <libxml/parser.h>
#include <string.h>
#ifdef HAVE_STROPHE
#include <strophe.h>
#endif

/* Bytes per second on one stream of stanzas, for three readers:
 *
 *   bare       libxml2's SAX2 push parser with empty handlers: nothing is checked, nothing is kept
 *   ours       XmppReader: UTF-8 and limits checked, every stanza a tree
 *   libstrophe xmpp_stanza_new_from_string () on each stanza of the same bytes, as its incremental parser is not public;
 *              so it makes a parser a stanza too
 *
 * The best of several rounds, interleaved, so that other work on the machine hurts all alike. */

#define ROUNDS 7
#define COPIES 4000

static const char *const stanzas[] = {
  "<message to='romeo@example.net/orchard' from='juliet@example.com/balcony' id='6f1d27c8a7' type='chat' xml:lang='en'>"
  "<body>Art thou not Romeo, and a Montague? \xE2\x80\x9CWherefore\xE2\x80\x9D &amp; so on.</body>"
  "<active xmlns='http://jabber.org/protocol/chatstates'/><origin-id xmlns='urn:xmpp:sid:0' id='6f1d27c8a7'/>"
  "<stanza-id xmlns='urn:xmpp:sid:0' by='romeo@example.net' id='28482-98726-73623'/></message>",
  "<presence from='juliet@example.com/balcony' to='romeo@example.net'><show>away</show><status>be right back</status>"
  "<priority>5</priority><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://example.org/client' "
  "ver='QgayPKawpkPSDYmwT/WM94uAlu0='/><x xmlns='vcard-temp:x:update'><photo>sha1-hash-of-image</photo></x></presence>",
  "<iq type='result' id='roster1' to='romeo@example.net/orchard'><query xmlns='jabber:iq:roster' ver='ver11'>"
  "<item jid='nurse@example.com' name='Nurse' subscription='both'><group>Servants</group></item>"
  "<item jid='mercutio@example.org' name='Mercutio' subscription='from'><group>Friends</group></item>"
  "<item jid='benvolio@example.org' name='Benvolio' subscription='both'><group>Friends</group></item></query></iq>",
  "<r xmlns='urn:xmpp:sm:3'/>",
};

static const char header[] = "<stream:stream xmlns='jabber:client' xmlns:stream='" XMPP_NS_STREAM "' version='1.0' id='1'>";

static void
start_cb (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n, const xmlChar **ns, int na,
          int nd, const xmlChar **attributes)
{
}

static void
end_cb (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
}

static void
text_cb (void *data, const xmlChar *text, int length)
{
}

static void
warning_cb (void *data, xmlError *error)
{
}

static void
read_bare (const GString *bytes)
{
  xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC, .startElementNs = start_cb, .endElementNs = end_cb,
                        .characters = text_cb, .serror = warning_cb };
  xmlParserCtxt *parser = xmlCreatePushParserCtxt (&sax, NULL, NULL, 0, NULL);

  xmlParseChunk (parser, header, strlen (header), 0);
  for (gsize i = 0; i < bytes->len; i += 16384)
    xmlParseChunk (parser, bytes->str + i, MIN (16384, bytes->len - i), 0);
  xmlFreeParserCtxt (parser);
}

static void
stanza_cb (XmppElement *stanza, gpointer user_data)
{
  guint *n = user_data;

  (*n)++;
}

static void
read_ours (const GString *bytes)
{
  const XmppReaderCallbacks callbacks = { .stanza = stanza_cb };
  guint n = 0;
  g_autoptr (XmppReader) reader = xmpp_reader_new (NULL, &callbacks, &n);

  g_assert_true (xmpp_reader_feed (reader, (const guint8 *) header, strlen (header), NULL));
  for (gsize i = 0; i < bytes->len; i += 16384)
    g_assert_true (xmpp_reader_feed (reader, (const guint8 *) bytes->str + i, MIN (16384, bytes->len - i), NULL));
  g_assert_cmpuint (n, ==, COPIES * G_N_ELEMENTS (stanzas));
}

#ifdef HAVE_STROPHE
static void
read_strophe (const GString *bytes)
{
  static xmpp_ctx_t *context;

  if (context == NULL)
    context = xmpp_ctx_new (NULL, NULL);
  for (guint i = 0; i < COPIES; i++) {
    for (gsize j = 0; j < G_N_ELEMENTS (stanzas); j++) {
      xmpp_stanza_t *stanza = xmpp_stanza_new_from_string (context, stanzas[j]);

      g_assert_nonnull (stanza);
      xmpp_stanza_release (stanza);
    }
  }
}
#endif

static void
measure (void (*read_all) (const GString *), const GString *bytes, gint64 *best)
{
  gint64 start = g_get_monotonic_time ();

  read_all (bytes);
  *best = MIN (*best, g_get_monotonic_time () - start);
}

int
main (void)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  gint64 bare = G_MAXINT64, ours = G_MAXINT64;
#ifdef HAVE_STROPHE
  gint64 strophe = G_MAXINT64;
#endif

  for (guint i = 0; i < COPIES; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (stanzas); j++)
      g_string_append (bytes, stanzas[j]);

  for (guint i = 0; i < ROUNDS; i++) {
    measure (read_bare, bytes, &bare);
    measure (read_ours, bytes, &ours);
#ifdef HAVE_STROPHE
    measure (read_strophe, bytes, &strophe);
#endif
  }

  g_print ("reader: bare libxml2 %.1f MB/s\n", (double) bytes->len / bare);
  g_print ("reader: ours %.1f MB/s, %.2f of bare libxml2 (goal: at least 0.50)\n", (double) bytes->len / ours,
           (double) bare / ours);
#ifdef HAVE_STROPHE
  g_print ("reader: libstrophe %.1f MB/s, stanza by stanza; ours is %.2f times as fast (goal: above 1)\n",
           (double) bytes->len / strophe, (double) strophe / ours);
#else
  g_print ("reader: libstrophe-dev is not installed: not compared\n");
#endif

  return 0;
}
