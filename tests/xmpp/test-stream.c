/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "joined-stream.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-stream.h"

#include <string.h>

/* XmppStream over two joined streams in memory: the test plays the server with plain bytes. */

#define HEADER "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='" XMPP_NS_STREAM \
  "' version='1.0' id='s1' from='example.org'>"

typedef struct {
  XmppStream *stream;
  GIOStream *client, *server;
  GString *log;             /* what came out, a line each */
  guint n_closed;
  GError *error;
  gboolean pause_at_proceed, reset_at_success, abort_at_element;
  GString *heard;           /* what the server read */
  char buffer[512];
  gboolean server_reading;
} Fixture;

static void
server_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  f->server_reading = FALSE;
  if (n <= 0)
    return;
  g_string_append_len (f->heard, f->buffer, n);
  f->server_reading = TRUE;
  g_input_stream_read_async (G_INPUT_STREAM (source), f->buffer, sizeof f->buffer, 0, NULL, server_read_cb, f);
}

static void
say_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *done = user_data;

  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  *done = TRUE;
}

static void
say (Fixture *f, const char *text)
{
  gboolean done = FALSE;

  g_output_stream_write_all_async (g_io_stream_get_output_stream (f->server), text, strlen (text), 0, NULL, say_cb, &done);
  iterate_until (done);
}

static void
opened_cb (XmppStream *stream, XmppElement *header, gpointer user_data)
{
  Fixture *f = user_data;

  g_string_append_printf (f->log, "opened %s\n", xmpp_element_get_attribute (header, "id"));
}

static void
element_cb (XmppStream *stream, XmppElement *element, gpointer user_data)
{
  Fixture *f = user_data;

  g_string_append_printf (f->log, "%s %s\n", xmpp_element_get_name (element), xmpp_element_get_text (element));
  if (f->pause_at_proceed && xmpp_element_is (element, NULL, "proceed"))
    xmpp_stream_pause (stream);
  if (f->reset_at_success && xmpp_element_is (element, NULL, "success"))
    xmpp_stream_open (stream, NULL, "example.org", NULL);
  if (f->abort_at_element)
    xmpp_stream_abort (stream);
}

static void
closed_cb (XmppStream *stream, GError *error, gpointer user_data)
{
  Fixture *f = user_data;

  f->n_closed++;
  if (error != NULL)
    f->error = g_error_copy (error);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  joined_streams_new (&f->client, &f->server);
  f->log = g_string_new (NULL);
  f->heard = g_string_new (NULL);
  f->stream = xmpp_stream_new (f->client);
  g_signal_connect (f->stream, "opened", G_CALLBACK (opened_cb), f);
  g_signal_connect (f->stream, "element", G_CALLBACK (element_cb), f);
  g_signal_connect (f->stream, "closed", G_CALLBACK (closed_cb), f);
  f->server_reading = TRUE;
  g_input_stream_read_async (g_io_stream_get_input_stream (f->server), f->buffer, sizeof f->buffer, 0, NULL, server_read_cb, f);
  xmpp_stream_open (f->stream, NULL, "example.org", "en");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->n_closed == 0)
    xmpp_stream_abort (f->stream);
  g_assert_cmpuint (f->n_closed, ==, 1);
  g_assert_finalize_object (f->stream);
  g_clear_object (&f->client);
  iterate_until (!f->server_reading);
  g_clear_object (&f->server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_string_free (f->log, TRUE);
  g_string_free (f->heard, TRUE);
  g_clear_error (&f->error);
}

static void
test_talk (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppElement) message = xmpp_element_new (XMPP_NS_CLIENT, "message");

  say (f, HEADER "<message><body>a</body></message><iq/>");
  iterate_until (strstr (f->log->str, "iq"));
  g_assert_cmpstr (f->log->str, ==, "opened s1\nmessage \niq \n");
  xmpp_element_add_text_child (message, NULL, "body", "1 < 2");
  xmpp_stream_write (f->stream, message);
  xmpp_stream_write_space (f->stream);
  iterate_until (g_str_has_suffix (f->heard->str, "<message><body>1 &lt; 2</body></message> "));
  g_assert_true (g_str_has_prefix (f->heard->str, "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "));
  g_assert_cmpuint (xmpp_stream_get_pending (f->stream), ==, 0);
}

/* Short reads, split writes, white space between any two bytes of the wire: the same result. */
static void
test_keepalive (Fixture *f, gconstpointer data)
{
  joined_stream_set_short_reads (f->client, 1);
  joined_stream_set_split_writes (f->server, 3);
  say (f, HEADER " \n <message>h\xC3\xA9</message> ");
  iterate_until (strstr (f->log->str, "message"));
  say (f, "  <iq/> ");
  iterate_until (strstr (f->log->str, "iq"));
  g_assert_cmpstr (f->log->str, ==, "opened s1\nmessage h\xC3\xA9\niq \n");
}

static void
test_close (Fixture *f, gconstpointer data)
{
  say (f, HEADER);
  iterate_until (f->log->len > 0);
  xmpp_stream_close (f->stream, 2000);
  iterate_until (strstr (f->heard->str, "</stream:stream>"));
  g_assert_cmpuint (f->n_closed, ==, 0);
  say (f, "<message>late</message></stream:stream>");
  iterate_until (f->n_closed == 1);
  g_assert_no_error (f->error);
  g_assert_nonnull (strstr (f->log->str, "message late"));
}

static void
test_close_unanswered (Fixture *f, gconstpointer data)
{
  say (f, HEADER);
  iterate_until (f->log->len > 0);
  xmpp_stream_close (f->stream, 1);
  iterate_until (f->n_closed == 1);
  g_assert_no_error (f->error);
}

static void
test_peer_closes (Fixture *f, gconstpointer data)
{
  say (f, HEADER "</stream:stream>");
  iterate_until (f->n_closed == 1);
  g_assert_no_error (f->error);
  iterate_until (strstr (f->heard->str, "</stream:stream>"));
}

/* Without TLS's own end: tolerated after </stream:stream>, an error before it. */
static void
test_unclean_end (Fixture *f, gconstpointer data)
{
  gboolean after = GPOINTER_TO_INT (data);

  say (f, HEADER);
  iterate_until (f->log->len > 0);
  if (after)
    xmpp_stream_close (f->stream, 60000);
  joined_stream_fail_read_at (f->client, joined_stream_get_n_read (f->client), G_TLS_ERROR, G_TLS_ERROR_EOF);
  iterate_until (f->n_closed == 1);
  if (after)
    g_assert_no_error (f->error);
  else
    g_assert_error (f->error, XMPP_ERROR, XMPP_ERROR_CLOSED);
}

static void
test_eof (Fixture *f, gconstpointer data)
{
  joined_stream_eof_at (f->client, strlen (HEADER) + 4);
  say (f, HEADER "<message/>");
  iterate_until (f->n_closed == 1);
  g_assert_error (f->error, XMPP_ERROR, XMPP_ERROR_CLOSED);
  g_assert_cmpstr (f->log->str, ==, "opened s1\n");
}

static void
test_write_error (Fixture *f, gconstpointer data)
{
  say (f, HEADER);
  iterate_until (f->log->len > 0);
  joined_stream_fail_write_at (f->client, joined_stream_get_n_written (f->client) , G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  xmpp_stream_write_space (f->stream);
  iterate_until (f->n_closed == 1);
  g_assert_error (f->error, XMPP_ERROR, XMPP_ERROR_CLOSED);
}

static void
test_stream_error (Fixture *f, gconstpointer data)
{
  say (f, HEADER "<stream:error><conflict xmlns='" XMPP_NS_STREAMS "'/><text xmlns='" XMPP_NS_STREAMS
          "'>Replaced</text></stream:error><message/>");
  iterate_until (f->n_closed == 1);
  g_assert_error (f->error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_CONFLICT);
  g_assert_cmpstr (f->error->message, ==, "Replaced");
  g_assert_cmpstr (f->log->str, ==, "opened s1\n");
}

static void
test_bad_xml (Fixture *f, gconstpointer data)
{
  say (f, HEADER "<iq/><message><!-- x --></message><presence/>");
  iterate_until (f->n_closed == 1);
  g_assert_error (f->error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_RESTRICTED_XML);
  g_assert_cmpstr (f->log->str, ==, "opened s1\niq \n");
  iterate_until (strstr (f->heard->str, "<stream:error><restricted-xml xmlns='" XMPP_NS_STREAMS
                                        "'/></stream:error></stream:stream>"));
}

static void
test_no_id (Fixture *f, gconstpointer data)
{
  say (f, "<stream:stream xmlns='jabber:client' xmlns:stream='" XMPP_NS_STREAM "' version='1.0'><iq/>");
  iterate_until (f->n_closed == 1);
  g_assert_error (f->error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_BAD_FORMAT);
  g_assert_cmpstr (f->log->str, ==, "");
}

/* The bytes after <proceed/> in one read: nothing of them comes out, and the transport is not swapped. */
static void
test_injection (Fixture *f, gconstpointer data)
{
  const char *injected = data;
  g_autoptr (GIOStream) a = NULL, b = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strconcat (HEADER "<proceed xmlns='" XMPP_NS_TLS "'/>", injected, NULL);

  joined_streams_new (&a, &b);
  f->pause_at_proceed = TRUE;
  say (f, text);
  iterate_until (strstr (f->log->str, "proceed"));
  if (*injected != '\0') {
    g_assert_false (xmpp_stream_set_io (f->stream, a, &error));
    g_assert_error (error, XMPP_ERROR, XMPP_ERROR_PROTOCOL);
    g_assert_cmpstr (f->log->str, ==, "opened s1\nproceed \n");
    return;
  }
  g_assert_true (xmpp_stream_set_io (f->stream, a, &error));
  g_assert_no_error (error);
  xmpp_stream_open (f->stream, NULL, "example.org", NULL);
  g_set_object (&f->client, a);
}

/* A handler that opens the stream anew: what follows in the same read is the new stream's. */
static void
test_restart (Fixture *f, gconstpointer data)
{
  f->reset_at_success = TRUE;
  say (f, HEADER "<success xmlns='" XMPP_NS_SASL "'/>" HEADER "<iq/>");
  iterate_until (strstr (f->log->str, "iq"));
  g_assert_cmpstr (f->log->str, ==, "opened s1\nsuccess \nopened s1\niq \n");
}

static void
test_pause_keeps (Fixture *f, gconstpointer data)
{
  f->pause_at_proceed = TRUE;
  say (f, HEADER "<proceed/><iq/><message>1</message><pres");
  iterate_until (strstr (f->log->str, "proceed"));
  say (f, "ence/><a/>");
  g_assert_cmpstr (f->log->str, ==, "opened s1\nproceed \n");
  xmpp_stream_resume_reading (f->stream);
  iterate_until (strstr (f->log->str, "a \n"));
  g_assert_cmpstr (f->log->str, ==, "opened s1\nproceed \niq \nmessage 1\npresence \na \n");
}

static void
test_abort_in_handler (Fixture *f, gconstpointer data)
{
  f->abort_at_element = TRUE;
  say (f, HEADER "<iq/><message/>");
  iterate_until (f->n_closed == 1);
  g_assert_error (f->error, XMPP_ERROR, XMPP_ERROR_CLOSED);
  g_assert_cmpstr (f->log->str, ==, "opened s1\niq \n");
}

static void
test_owner_gone (Fixture *f, gconstpointer data)
{
  say (f, HEADER);
  iterate_until (f->log->len > 0);
  g_signal_handlers_disconnect_by_data (f->stream, f);
  g_assert_finalize_object (f->stream);
  iterate_until (!f->server_reading);
  f->stream = xmpp_stream_new (f->client);
  g_signal_connect (f->stream, "closed", G_CALLBACK (closed_cb), f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func, data) g_test_add (path, Fixture, data, set_up, func, tear_down)
  ADD ("/stream/talk", test_talk, NULL);
  ADD ("/stream/R-19/keepalive", test_keepalive, NULL);
  ADD ("/stream/R-18/close", test_close, NULL);
  ADD ("/stream/R-18/close-unanswered", test_close_unanswered, NULL);
  ADD ("/stream/R-18/peer-closes", test_peer_closes, NULL);
  ADD ("/stream/R-18/unclean-before", test_unclean_end, GINT_TO_POINTER (FALSE));
  ADD ("/stream/R-18/unclean-after", test_unclean_end, GINT_TO_POINTER (TRUE));
  ADD ("/stream/eof-in-a-tag", test_eof, NULL);
  ADD ("/stream/write-error", test_write_error, NULL);
  ADD ("/stream/stream-error", test_stream_error, NULL);
  ADD ("/stream/S-60/bad-xml", test_bad_xml, NULL);
  ADD ("/stream/no-id", test_no_id, NULL);
  ADD ("/stream/S-31/injected-stanza", test_injection, "<message/>");
  ADD ("/stream/S-31/injected-space", test_injection, " ");
  ADD ("/stream/S-31/injected-part", test_injection, "<mess");
  ADD ("/stream/S-31/nothing-injected", test_injection, "");
  ADD ("/stream/restart", test_restart, NULL);
  ADD ("/stream/pause-keeps", test_pause_keeps, NULL);
  ADD ("/stream/abort-in-handler", test_abort_in_handler, NULL);
  ADD ("/stream/owner-gone", test_owner_gone, NULL);

  return g_test_run ();
}
