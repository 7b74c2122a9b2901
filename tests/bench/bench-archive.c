/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "joined-stream.h"
#include "xmpp-archive-module.h"
#include "xmpp-ns.h"
#include "xmpp-reader.h"
#include "xmpp-session-private.h"

#include <string.h>
#include <time.h>

/* CPU time per message of an archive page of 250, on a stream in memory:
 *
 *   read     the reader alone: every stanza a tree
 *   page     a session with the archive module: read, routed, one page
 *   parsed   the same, and each message of it parsed, as the inbox does
 *
 * The best of several rounds. */

#define ROUNDS 15
#define PAGES 20
#define ITEMS 250

#define HEADER "<stream:stream xmlns='jabber:client' xmlns:stream='" XMPP_NS_STREAM "' version='1.0' id='1'>"

/* As Prosody 0.12 sends it. */
static const char result[] =
  "<message to='juliet@a.test/balcony' from='juliet@a.test'><result xmlns='urn:xmpp:mam:2' queryid='%s' id='019a9f6c-2f5e-7b3c-a9d2-%08u'>"
  "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2024-11-21T10:%02u:%02uZ'/>"
  "<message xmlns='jabber:client' to='juliet@a.test' from='romeo@b.test/orchard' id='6f1d27c8a7b94e0d%08u' type='chat' xml:lang='en'>"
  "<body>Art thou not Romeo, and a Montague? Wherefore &amp; so on, and so on %u.</body>"
  "<origin-id xmlns='urn:xmpp:sid:0' id='6f1d27c8a7b94e0d%08u'/><request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>"
  "<active xmlns='http://jabber.org/protocol/chatstates'/></message></forwarded></result></message>";

typedef struct {
  XmppSession *session;
  GIOStream *client, *server;
  char *iq, *queryid;
  XmppArchivePage *page;
} Bench;

static double
get_cpu (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static GString *
make_page (const char *iq, const char *queryid, guint page)
{
  GString *bytes = g_string_sized_new (256 * 1024);

  for (guint i = 0; i < ITEMS; i++) {
    guint n = page * ITEMS + i;

    g_string_append_printf (bytes, result, queryid, n, n / 60 % 60, n % 60, n, n, n);
  }
  g_string_append_printf (bytes, "<iq type='result' to='juliet@a.test/balcony' id='%s'><fin xmlns='urn:xmpp:mam:2'><set xmlns='" XMPP_NS_RSM "'>"
                          "<count>10000</count></set></fin></iq>", iq);
  return bytes;
}

static void
stanza_cb (XmppElement *stanza, gpointer user_data)
{
}

static double
measure_reader (void)
{
  const XmppReaderCallbacks callbacks = { .stanza = stanza_cb };
  g_autoptr (XmppReader) reader = xmpp_reader_new (NULL, &callbacks, NULL);
  double spent = 0;

  g_assert_true (xmpp_reader_feed (reader, (const guint8 *) HEADER, strlen (HEADER), NULL));
  for (guint page = 0; page < PAGES; page++) {
    GString *bytes = make_page ("iq", "0123456789abcdef0123456789abcdef", page);
    double start = get_cpu ();

    for (gsize i = 0; i < bytes->len; i += 16384)
      g_assert_true (xmpp_reader_feed (reader, (const guint8 *) bytes->str + i, MIN (16384, bytes->len - i), NULL));
    spent += get_cpu () - start;
    g_string_free (bytes, TRUE);
  }
  return spent / (PAGES * ITEMS);
}

static void
sent_cb (XmppSession *session, XmppElement *stanza, Bench *bench)
{
  XmppElement *query = xmpp_element_find_child (stanza, XMPP_NS_MAM, "query");

  g_free (bench->iq);
  g_free (bench->queryid);
  bench->iq = g_strdup (xmpp_element_get_attribute (stanza, "id"));
  bench->queryid = query ? g_strdup (xmpp_element_get_attribute (query, "queryid")) : NULL;
}

static void
queried_cb (GObject *source, GAsyncResult *res, gpointer user_data)
{
  Bench *bench = user_data;
  g_autoptr (GError) error = NULL;

  bench->page = xmpp_archive_module_query_finish (XMPP_ARCHIVE_MODULE (source), res, &error);
  g_assert_no_error (error);
}

static void
wrote_cb (GObject *source, GAsyncResult *res, gpointer user_data)
{
  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), res, NULL, NULL);
}

static void
say (Bench *bench, const char *text, gsize length)
{
  g_output_stream_write_all_async (g_io_stream_get_output_stream (bench->server), text, length, 0, NULL, wrote_cb, NULL);
}

static void
begin (Bench *bench)
{
  const GType types[] = { XMPP_TYPE_ARCHIVE_MODULE, G_TYPE_INVALID };
  g_autoptr (XmppJid) account = xmpp_jid_new ("juliet@a.test", NULL), full = xmpp_jid_new ("juliet@a.test/balcony", NULL);
  g_autoptr (XmppStream) stream = NULL;

  bench->session = xmpp_session_new (account, types);
  xmpp_session_set_jid (bench->session, full);
  g_signal_connect (bench->session, "sent", G_CALLBACK (sent_cb), bench);
  joined_streams_new (&bench->client, &bench->server);
  stream = xmpp_stream_new (bench->client);
  xmpp_stream_open (stream, NULL, "a.test", NULL);
  say (bench, HEADER, strlen (HEADER));
  xmpp_session_begin (bench->session, stream, TRUE);
  while (g_main_context_iteration (NULL, FALSE));
}

static void
end (Bench *bench)
{
  xmpp_session_abort (bench->session);
  while (g_main_context_iteration (NULL, FALSE));
  g_clear_object (&bench->session);
  g_clear_object (&bench->client);
  g_clear_object (&bench->server);
  g_free (bench->iq);
  g_free (bench->queryid);
}

static double
measure_page (gboolean parse)
{
  Bench bench = { 0 };
  const XmppArchiveQuery query = { .before = "", .max = ITEMS };
  double spent = 0;

  begin (&bench);
  for (guint page = 0; page < PAGES; page++) {
    GString *bytes;
    double start;

    xmpp_archive_module_query_async (xmpp_session_get_module (bench.session, XMPP_TYPE_ARCHIVE_MODULE), &query, 60000, NULL, queried_cb, &bench);
    bytes = make_page (bench.iq, bench.queryid, page);
    start = get_cpu ();
    say (&bench, bytes->str, bytes->len);
    iterate_until (bench.page);
    g_assert_cmpuint (bench.page->items->len, ==, ITEMS);
    for (guint i = 0; parse && i < ITEMS; i++) {
      g_autoptr (XmppMessage) message = xmpp_message_parse (((XmppArchiveItem *) bench.page->items->pdata[i])->stanza, g_get_language_names (), NULL);

      g_assert_true (message->markable);
    }
    g_clear_pointer (&bench.page, xmpp_archive_page_unref);
    spent += get_cpu () - start;
    g_string_free (bytes, TRUE);
  }
  end (&bench);
  return spent / (PAGES * ITEMS);
}

int
main (void)
{
  double best[3] = { 1e9, 1e9, 1e9 };

  for (guint round = 0; round < ROUNDS; round++) {
    best[0] = MIN (best[0], measure_reader ());
    best[1] = MIN (best[1], measure_page (FALSE));
    best[2] = MIN (best[2], measure_page (TRUE));
  }
  g_print ("microseconds of CPU per message: read %.2f, page %.2f, parsed %.2f; without reading: page %.2f, parsed %.2f\n", best[0], best[1],
           best[2], best[1] - best[0], best[2] - best[0]);
  return 0;
}
