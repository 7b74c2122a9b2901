/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-stream.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-reader.h"
#include "xmpp-transport.h"
#include "xmpp-writer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* One stream, one transport at a time.
 *
 *   LIVE ── close () ──► CLOSING ── peer's end, EOF, time-out ──► FINISHED
 *     │ fail (), <stream:error/>, peer's </stream:stream>             ▲
 *     └──────────────► ENDING ── all is written, time-out ────────────┘ */

#define END_TIMEOUT_MS 2000
#define SLOW_S 5              /* a link that gives a byte in this time is slow, not dead */

typedef enum { STATE_LIVE, STATE_CLOSING, STATE_ENDING, STATE_FINISHED } State;

struct _XmppStream {
  GObject parent;
  XmppTransport *transport;
  XmppReader *reader;
  State state;
  GString *queue;             /* to be written */
  GError *error;              /* that "closed" will carry */
  guint timeout;
  guint resume_source;
  gint64 last_read, last_element;
  gboolean header_sent;
  gboolean failed;
  gboolean paused;
  gboolean feeding;
};

G_DEFINE_FINAL_TYPE (XmppStream, xmpp_stream, G_TYPE_OBJECT)

enum { SIGNAL_OPENED, SIGNAL_ELEMENT, SIGNAL_CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void start_writing (XmppStream *self);

static gboolean
is_logging (void)
{
  return !g_log_writer_default_would_drop (G_LOG_LEVEL_DEBUG, "xmpp-wire");
}

static void
log_text (const char *arrow, const char *text)
{
  if (is_logging ())
    g_log ("xmpp-wire", G_LOG_LEVEL_DEBUG, "%s %s", arrow, text);
}

static void
log_element (const char *arrow, const XmppElement *element)
{
  if (is_logging ()) {
    g_autofree char *text = xmpp_writer_redacted (element);

    g_log ("xmpp-wire", G_LOG_LEVEL_DEBUG, "%s %s", arrow, text);
  }
}

/* Takes the error. */
static void
finish (XmppStream *self, GError *error)
{
  g_autoptr (GError) owned = error;
  g_autoptr (XmppStream) alive = NULL;

  if (self->state == STATE_FINISHED)
    return;

  alive = g_object_ref (self);
  self->state = STATE_FINISHED;
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_handle_id (&self->resume_source, g_source_remove);
  g_string_truncate (self->queue, 0);
  xmpp_reader_pause (self->reader);
  xmpp_transport_leave (g_steal_pointer (&self->transport), TRUE);
  log_text ("**", owned != NULL ? owned->message : "closed");
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0, owned);
}

static void
finish_with_own_error (XmppStream *self)
{
  finish (self, g_steal_pointer (&self->error));
}

static gboolean
timed_out_cb (gpointer user_data)
{
  XmppStream *self = user_data;

  self->timeout = 0;
  finish_with_own_error (self);

  return G_SOURCE_REMOVE;
}

static void
start_timeout (XmppStream *self, guint timeout_ms)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  self->timeout = g_timeout_add (timeout_ms, timed_out_cb, self);
}

static void
append_close (XmppStream *self)
{
  if (!self->header_sent)
    return;

  xmpp_writer_append_stream_close (self->queue);
  log_text (">>", "</stream:stream>");
}

/* Nothing comes out any more; what is queued is still written. */
static void
begin_ending (XmppStream *self, GError *error)
{
  g_clear_error (&self->error);
  self->error = error;
  self->state = STATE_ENDING;
  xmpp_reader_pause (self->reader);
  start_timeout (self, END_TIMEOUT_MS);
  start_writing (self);
}

static gboolean
is_transport_end (const GError *error)
{
  return g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
}

/* The transport ended: well after either side said goodbye, even by RST or without TLS's own; else it broke. */
static void
transport_ended (XmppStream *self, const GError *error)
{
  if (self->state != STATE_LIVE)
    finish_with_own_error (self);
  else if (error == NULL || is_transport_end (error))
    finish (self, g_error_new_literal (XMPP_ERROR, XMPP_ERROR_CLOSED, _("The server ended the connection")));
  else
    finish (self, g_error_new (XMPP_ERROR, XMPP_ERROR_CLOSED, _("The connection broke: %s"), error->message));
}

/* While the end is written, what comes is read and dropped, so that the peer is not stuck in writing to us. */
static void
start_reading (XmppStream *self)
{
  if (!self->feeding)
    xmpp_transport_read (self->transport);
}

static void
fed (XmppStream *self, gboolean success, GError *error)
{
  if (!success && self->state < STATE_ENDING)
    xmpp_stream_fail (self, error);
  if (self->transport != NULL && !self->paused)
    start_reading (self);
}

static void
read_cb (const guint8 *data, gssize n, const GError *error, gpointer user_data)
{
  XmppStream *self = user_data;
  g_autoptr (GError) feed_error = NULL;
  gboolean success;

  if (n <= 0) {
    transport_ended (self, error);
    return;
  }
  self->last_read = g_get_monotonic_time ();
  self->feeding = TRUE;
  success = self->state >= STATE_ENDING || xmpp_reader_feed (self->reader, data, n, &feed_error);
  self->feeding = FALSE;
  fed (self, success, feed_error);
}

static void
written_cb (const GError *error, gpointer user_data)
{
  if (error != NULL)
    transport_ended (user_data, error);
  else
    start_writing (user_data);
}

static const XmppTransportCallbacks transport_callbacks = { read_cb, written_cb };

static gboolean
nothing_to_write_cb (gpointer user_data)
{
  g_autoptr (XmppStream) self = g_object_ref (user_data);

  self->resume_source = 0;
  finish_with_own_error (self);

  return G_SOURCE_REMOVE;
}

static void
start_writing (XmppStream *self)
{
  if (self->transport == NULL || xmpp_transport_is_writing (self->transport))
    return;

  if (self->queue->len == 0) {
    if (self->state == STATE_ENDING && self->resume_source == 0)
      self->resume_source = g_idle_add (nothing_to_write_cb, self);
    return;
  }

  xmpp_transport_write (self->transport, g_string_free_to_bytes (self->queue));
  self->queue = g_string_sized_new (256);
}

static void
opened_cb (XmppElement *header, gpointer user_data)
{
  XmppStream *self = user_data;

  if (self->state >= STATE_ENDING)
    return;

  log_element ("<<", header);
  /* RFC 6120 §4.7.3: the one who was asked for a stream gives it an id. */
  if (self->header_sent && xmpp_element_get_attribute (header, "id") == NULL) {
    g_autoptr (GError) error = g_error_new_literal (XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_BAD_FORMAT,
                                                    _("The server opened a stream without an id"));

    xmpp_stream_fail (self, error);
    return;
  }
  g_signal_emit (self, signals[SIGNAL_OPENED], 0, header);
}

/* RFC 6120 §4.9.2: the condition, and a text for people. */
static GError *
parse_stream_error (XmppElement *element)
{
  const char *condition = "undefined-condition";
  const char *text = xmpp_element_get_child_text (element, XMPP_NS_STREAMS, "text");
  int code;

  for (guint i = 0; i < xmpp_element_get_n_children (element); i++) {
    XmppElement *child = xmpp_element_get_child (element, i);

    if (xmpp_element_is (child, XMPP_NS_STREAMS, NULL) && !xmpp_element_is (child, NULL, "text")) {
      condition = xmpp_element_get_name (child);
      if (strcmp (condition, "see-other-host") == 0)
        text = xmpp_element_get_text (child);
      break;
    }
  }
  code = xmpp_error_from_condition (XMPP_STREAM_ERROR, condition);

  return g_error_new_literal (XMPP_STREAM_ERROR, code, text != NULL && *text != '\0' ? text : condition);
}

static void
stanza_cb (XmppElement *element, gpointer user_data)
{
  XmppStream *self = user_data;

  if (self->state >= STATE_ENDING)
    return;

  log_element ("<<", element);
  self->last_element = self->last_read;
  if (xmpp_element_is (element, XMPP_NS_STREAM, "error")) {
    if (self->state == STATE_LIVE)
      append_close (self);
    begin_ending (self, parse_stream_error (element));
  } else {
    g_signal_emit (self, signals[SIGNAL_ELEMENT], 0, element);
  }
}

static void
closed_cb (gpointer user_data)
{
  XmppStream *self = user_data;

  if (self->state >= STATE_ENDING)
    return;

  log_text ("<<", "</stream:stream>");
  if (self->state == STATE_LIVE)
    append_close (self);
  begin_ending (self, NULL);
}

static const XmppReaderCallbacks reader_callbacks = { opened_cb, stanza_cb, closed_cb };

static void
xmpp_stream_dispose (GObject *object)
{
  XmppStream *self = XMPP_STREAM (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_handle_id (&self->resume_source, g_source_remove);
  if (self->transport != NULL)
    xmpp_transport_leave (g_steal_pointer (&self->transport), TRUE);

  G_OBJECT_CLASS (xmpp_stream_parent_class)->dispose (object);
}

static void
xmpp_stream_finalize (GObject *object)
{
  XmppStream *self = XMPP_STREAM (object);

  xmpp_reader_free (self->reader);
  g_string_free (self->queue, TRUE);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (xmpp_stream_parent_class)->finalize (object);
}

static void
xmpp_stream_class_init (XmppStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType element = XMPP_TYPE_ELEMENT | G_SIGNAL_TYPE_STATIC_SCOPE;

  object_class->dispose = xmpp_stream_dispose;
  object_class->finalize = xmpp_stream_finalize;

  signals[SIGNAL_OPENED] = g_signal_new ("opened", XMPP_TYPE_STREAM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, element);
  signals[SIGNAL_ELEMENT] = g_signal_new ("element", XMPP_TYPE_STREAM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, element);
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", XMPP_TYPE_STREAM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
xmpp_stream_init (XmppStream *self)
{
  self->reader = xmpp_reader_new (NULL, &reader_callbacks, self);
  self->queue = g_string_sized_new (256);
  self->last_read = g_get_monotonic_time ();
}

XmppStream *
xmpp_stream_new (GIOStream *io)
{
  XmppStream *self;

  g_return_val_if_fail (G_IS_IO_STREAM (io), NULL);

  self = g_object_new (XMPP_TYPE_STREAM, NULL);
  self->transport = xmpp_transport_new (io, &transport_callbacks, self);
  start_reading (self);

  return self;
}

GIOStream *
xmpp_stream_get_io (XmppStream *self)
{
  g_return_val_if_fail (XMPP_IS_STREAM (self), NULL);

  return self->transport != NULL ? xmpp_transport_get_io (self->transport) : NULL;
}

void
xmpp_stream_open (XmppStream *self, const char *from, const char *to, const char *lang)
{
  gsize start;

  g_return_if_fail (XMPP_IS_STREAM (self));

  if (self->state != STATE_LIVE)
    return;

  if (self->header_sent)
    xmpp_reader_reset (self->reader);
  self->header_sent = TRUE;
  start = self->queue->len;
  xmpp_writer_append_stream_open (self->queue, from, to, lang);
  log_text (">>", self->queue->str + start);
  start_writing (self);
  if (self->paused)
    xmpp_stream_resume_reading (self);
  else
    start_reading (self);
}

void
xmpp_stream_pause (XmppStream *self)
{
  g_return_if_fail (XMPP_IS_STREAM (self));

  self->paused = TRUE;
  xmpp_reader_pause (self->reader);
}

static gboolean
resume_cb (gpointer user_data)
{
  g_autoptr (XmppStream) self = g_object_ref (user_data);
  g_autoptr (GError) error = NULL;
  gboolean success;

  self->resume_source = 0;
  if (self->state >= STATE_ENDING)
    start_writing (self);
  if (self->state >= STATE_ENDING || self->paused)
    return G_SOURCE_REMOVE;

  self->feeding = TRUE;
  success = xmpp_reader_resume (self->reader, &error);
  self->feeding = FALSE;
  fed (self, success, error);

  return G_SOURCE_REMOVE;
}

void
xmpp_stream_resume_reading (XmppStream *self)
{
  g_return_if_fail (XMPP_IS_STREAM (self));

  if (!self->paused || self->state >= STATE_ENDING)
    return;

  self->paused = FALSE;
  if (self->resume_source == 0)
    self->resume_source = g_idle_add_full (G_PRIORITY_DEFAULT, resume_cb, self, NULL);
}

gboolean
xmpp_stream_set_io (XmppStream *self, GIOStream *io, GError **error)
{
  g_return_val_if_fail (XMPP_IS_STREAM (self), FALSE);
  g_return_val_if_fail (G_IS_IO_STREAM (io), FALSE);
  g_return_val_if_fail (self->paused, FALSE);

  if (self->state != STATE_LIVE) {
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_CLOSED, _("The server ended the connection"));
    return FALSE;
  }
  if (xmpp_reader_has_rest (self->reader) || xmpp_transport_is_reading (self->transport)) {
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_PROTOCOL, _("The server spoke on before the connection was encrypted"));
    return FALSE;
  }

  xmpp_transport_leave (self->transport, FALSE);
  self->transport = xmpp_transport_new (io, &transport_callbacks, self);

  return TRUE;
}

void
xmpp_stream_write (XmppStream *self, XmppElement *element)
{
  g_return_if_fail (XMPP_IS_STREAM (self));
  g_return_if_fail (element != NULL);

  if (self->state != STATE_LIVE)
    return;

  log_element (">>", element);
  xmpp_writer_append_element (self->queue, element, XMPP_NS_CLIENT);
  start_writing (self);
}

void
xmpp_stream_write_space (XmppStream *self)
{
  g_return_if_fail (XMPP_IS_STREAM (self));

  if (self->state != STATE_LIVE)
    return;

  g_string_append_c (self->queue, ' ');
  start_writing (self);
}

gint64
xmpp_stream_get_last_read (XmppStream *self)
{
  g_return_val_if_fail (XMPP_IS_STREAM (self), 0);

  return self->last_read;
}

gboolean
xmpp_stream_is_hearing (XmppStream *self)
{
  g_return_val_if_fail (XMPP_IS_STREAM (self), FALSE);

  return self->last_read > self->last_element && g_get_monotonic_time () - self->last_read < SLOW_S * G_TIME_SPAN_SECOND;
}

gsize
xmpp_stream_get_pending (XmppStream *self)
{
  g_return_val_if_fail (XMPP_IS_STREAM (self), 0);

  return self->queue->len + (self->transport != NULL ? xmpp_transport_get_pending (self->transport) : 0);
}

void
xmpp_stream_close (XmppStream *self, guint timeout_ms)
{
  g_return_if_fail (XMPP_IS_STREAM (self));

  if (self->state != STATE_LIVE)
    return;

  if (!self->header_sent) {
    begin_ending (self, NULL);
    return;
  }
  self->state = STATE_CLOSING;
  append_close (self);
  start_timeout (self, timeout_ms);
  start_writing (self);
  /* The peer's goodbye has to be read. */
  if (self->paused)
    xmpp_stream_resume_reading (self);
}

static XmppElement *
build_stream_error (const char *condition)
{
  XmppElement *element = xmpp_element_new (XMPP_NS_STREAM, "error");

  xmpp_element_add_child (element, XMPP_NS_STREAMS, condition);

  return element;
}

void
xmpp_stream_fail (XmppStream *self, const GError *error)
{
  const char *condition = NULL;

  g_return_if_fail (XMPP_IS_STREAM (self));
  g_return_if_fail (error != NULL);

  if (self->state >= STATE_ENDING)
    return;

  if (error->domain == XMPP_STREAM_ERROR)
    condition = xmpp_error_to_condition (XMPP_STREAM_ERROR, error->code);
  else if (g_error_matches (error, XMPP_ERROR, XMPP_ERROR_LIMIT))
    condition = "policy-violation";

  if (self->state == STATE_LIVE) {
    if (condition != NULL && self->header_sent) {
      g_autoptr (XmppElement) element = build_stream_error (condition);

      log_element (">>", element);
      xmpp_writer_append_element (self->queue, element, XMPP_NS_CLIENT);
    }
    append_close (self);
  }
  self->failed = TRUE;
  begin_ending (self, g_error_copy (error));
}

gboolean
xmpp_stream_has_failed (XmppStream *self)
{
  return self->failed;
}

void
xmpp_stream_abort (XmppStream *self)
{
  g_return_if_fail (XMPP_IS_STREAM (self));

  finish (self, g_error_new_literal (XMPP_ERROR, XMPP_ERROR_CLOSED, _("The connection was closed")));
}
