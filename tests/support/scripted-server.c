/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "scripted-server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "scripted-scram.h"
#include "scripted-script.h"
#include "xmpp-reader.h"

/* run () goes from line to line until one has to wait: for an event of the reader, a write, a handshake, a connection. Bytes
 * are read only while a line waits for them, so that a handshake finds all of its own. */

#define DEADLINE_SECONDS 20

typedef enum { EVENT_OPENED, EVENT_ELEMENT, EVENT_CLOSED, EVENT_EOF } EventKind;

typedef struct {
  EventKind kind;
  XmppElement *element;
} Event;

struct _ScriptedServer {
  GObject parent_instance;
  GTlsCertificate *certificate;
  GSocketListener *listener;
  guint16 port;
  GCancellable *cancellable;
  GPtrArray *lines;
  guint position, reset_at;
  gboolean running, failed, request_certificate;
  gboolean any_bytes;       /* what comes need not be XML */
  char *failure;

  GIOStream *io;
  GSocket *socket;
  GIOStream *base;          /* below TLS */
  XmppReader *reader;
  GQueue events;
  gboolean at_eof;
  guint8 buffer[4096];
  GBytes *pending;          /* what is being written */
  gsize written;
  guint split;
  gboolean advance;         /* when it is written the line is done */

  GHashTable *variables;
  GString *clear, *secure;
  char *alpn;
  char *features;           /* the last that were sent */
  ScriptedScram *scram;
};

G_DEFINE_FINAL_TYPE (ScriptedServer, scripted_server, G_TYPE_OBJECT)

static void run (ScriptedServer *self);
static void write_text (ScriptedServer *self, const char *text, gsize length, gboolean advance);

static void
event_free (Event *event)
{
  g_clear_pointer (&event->element, xmpp_element_unref);
  g_free (event);
}

/* NULL: the script is done. */
static const ScriptedLine *
get_line (ScriptedServer *self)
{
  return self->position < self->lines->len ? self->lines->pdata[self->position] : NULL;
}

static void G_GNUC_PRINTF (2, 3)
fail (ScriptedServer *self, const char *format, ...)
{
  const ScriptedLine *line = get_line (self);
  g_autofree char *what = NULL;
  va_list args;

  if (self->failed)
    return;
  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  self->failed = TRUE;
  self->failure = g_strdup_printf ("line %u: %s: %s", line ? line->number : 0, line ? line->text : "end", what);
  g_cancellable_cancel (self->cancellable);
  if (self->socket)
    g_socket_close (self->socket, NULL);
}

/* Reading. */

static void
push_event (ScriptedServer *self, EventKind kind, XmppElement *element)
{
  Event *event = g_new0 (Event, 1);

  event->kind = kind;
  event->element = element ? xmpp_element_ref (element) : NULL;
  g_queue_push_tail (&self->events, event);
}

static void
opened_cb (XmppElement *header, gpointer user_data)
{
  push_event (user_data, EVENT_OPENED, header);
}

static void
stanza_cb (XmppElement *stanza, gpointer user_data)
{
  push_event (user_data, EVENT_ELEMENT, stanza);
}

static void
closed_cb (gpointer user_data)
{
  push_event (user_data, EVENT_CLOSED, NULL);
}

static const XmppReaderCallbacks callbacks = { opened_cb, stanza_cb, closed_cb };

static void
take_bytes (ScriptedServer *self, gssize length)
{
  g_autoptr (GError) error = NULL;

  if (length <= 0) {
    self->at_eof = TRUE;
    push_event (self, EVENT_EOF, NULL);
    return;
  }
  g_string_append_len (self->base ? self->secure : self->clear, (char *) self->buffer, length);
  if (!self->any_bytes && !xmpp_reader_feed (self->reader, self->buffer, length, &error))
    fail (self, "the client's XML: %s", error->message);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ScriptedServer) self = user_data;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (self->failed || !self->io || source != G_OBJECT (g_io_stream_get_input_stream (self->io)))
    return;
  take_bytes (self, length);
  run (self);
}

static void
wait_for_bytes (ScriptedServer *self)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (self->io), self->buffer, sizeof self->buffer,
                             G_PRIORITY_DEFAULT, self->cancellable, read_cb, g_object_ref (self));
}

/* NULL: not yet, and a read is under way. */
static Event *
next_event (ScriptedServer *self)
{
  Event *event = g_queue_pop_head (&self->events);

  if (!event && !self->at_eof)
    wait_for_bytes (self);
  else if (!event)
    fail (self, "the client is gone");
  return event;
}

/* Waiting for what the pattern says. */

static const char *
describe (Event *event, char **owned)
{
  if (event->kind == EVENT_EOF)
    return "the client is gone";
  if (event->kind == EVENT_CLOSED)
    return "</stream:stream>";
  return *owned = xmpp_element_to_string (event->element);
}

static gboolean
matches (ScriptedServer *self, const char *pattern, Event *event)
{
  g_autoptr (XmppElement) parsed = NULL;

  if (g_str_equal (pattern, "eof"))
    return event->kind == EVENT_EOF;
  if (g_str_equal (pattern, "</stream:stream>"))
    return event->kind == EVENT_CLOSED;
  if (g_str_equal (pattern, "*"))
    return event->kind == EVENT_ELEMENT;
  parsed = scripted_script_parse_pattern (pattern);
  if (!parsed) {
    fail (self, "the pattern is not XML");
    return FALSE;
  }
  return event->kind == (g_str_has_prefix (pattern, "<stream:stream") ? EVENT_OPENED : EVENT_ELEMENT)
           && scripted_script_match (parsed, event->element, self->variables);
}

/* TRUE: the line is done. */
static gboolean
do_expect (ScriptedServer *self, const char *pattern)
{
  Event *event = next_event (self);
  g_autofree char *owned = NULL;
  gboolean done;

  if (!event)
    return FALSE;
  done = matches (self, pattern, event);
  if (!done)
    fail (self, "got %s", describe (event, &owned));
  event_free (event);
  return done;
}

/* Anything until the client is gone; answer not NULL: or until it says goodbye, then this is sent and ours. */
static gboolean
do_gone (ScriptedServer *self, const char *answer)
{
  Event *event;
  EventKind kind;

  self->any_bytes = !answer;
  while (!self->at_eof || !g_queue_is_empty (&self->events)) {
    event = next_event (self);
    if (!event)
      return FALSE;
    kind = event->kind;
    event_free (event);
    if (kind == EVENT_EOF)
      break;
    if (kind == EVENT_CLOSED && answer) {
      g_autofree char *text = g_strconcat (answer, "</stream:stream>", NULL);

      write_text (self, text, strlen (text), TRUE);
      return FALSE;
    }
  }
  return TRUE;
}

/* Writing. */

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ScriptedServer) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error);
  gsize size;

  if (self->failed)
    return;
  if (!done) {
    fail (self, "write: %s", error->message);
    return;
  }
  g_bytes_get_data (self->pending, &size);
  if (self->written < size) {
    g_autoptr (GBytes) bytes = g_bytes_new_from_bytes (self->pending, self->written, size - self->written);

    write_text (self, g_bytes_get_data (bytes, NULL), size - self->written, self->advance);
    return;
  }
  g_clear_pointer (&self->pending, g_bytes_unref);
  if (self->advance)
    self->position++;
  run (self);
}

static void
write_text (ScriptedServer *self, const char *text, gsize length, gboolean advance)
{
  GBytes *bytes = g_bytes_new (text, length);

  g_clear_pointer (&self->pending, g_bytes_unref);
  self->pending = bytes;
  self->written = self->split > 0 ? MIN (self->split, length) : length;
  self->advance = advance;
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->io), g_bytes_get_data (bytes, NULL),
                                   self->written, G_PRIORITY_DEFAULT, self->cancellable, written_cb,
                                   g_object_ref (self));
}

static void
do_send (ScriptedServer *self, const char *text)
{
  g_autoptr (GString) out = scripted_script_fill (text, self->variables);

  if (strstr (out->str, "<stream:features")) {
    g_free (self->features);
    self->features = g_strdup (out->str);
  }
  write_text (self, out->str, out->len, TRUE);
}

/* TLS and connections. */

static void
set_io (ScriptedServer *self, GIOStream *io)
{
  g_set_object (&self->io, io);
  g_queue_clear_full (&self->events, (GDestroyNotify) event_free);
  g_clear_pointer (&self->reader, xmpp_reader_free);
  self->reader = xmpp_reader_new (&xmpp_reader_default_limits, &callbacks, self);
  self->at_eof = self->any_bytes = FALSE;
}

static void
shaken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ScriptedServer) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean shaken = g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, &error);
  gboolean refused = g_str_equal (get_line (self)->text, "tls-refused");

  if (self->failed)
    return;
  /* With TLS 1.3 the server is done before it knows that the client refuses. */
  if (!shaken && !refused) {
    fail (self, "%s", error->message);
    return;
  }
  if (shaken) {
    g_free (self->alpn);
    self->alpn = g_strdup (g_tls_connection_get_negotiated_protocol (G_TLS_CONNECTION (source)));
    g_set_object (&self->base, self->io);
    set_io (self, G_IO_STREAM (source));
  }
  self->position++;
  run (self);
}

static gboolean
accept_any_cb (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags errors, gpointer data)
{
  return TRUE;
}

static void
do_tls (ScriptedServer *self)
{
  static const char *const protocols[] = { "xmpp-client", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GIOStream) tls = g_tls_server_connection_new (self->io, self->certificate, &error);

  g_assert_no_error (error);
  g_object_set (tls, "advertised-protocols", protocols, NULL);
  if (self->request_certificate) {
    g_object_set (tls, "authentication-mode", G_TLS_AUTHENTICATION_REQUESTED, NULL);
    g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_any_cb), NULL);
  }
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, self->cancellable, shaken_cb,
                                    g_object_ref (self));
}

static void
accepted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ScriptedServer) self = user_data;
  g_autoptr (GSocketConnection) connection = g_socket_listener_accept_finish (G_SOCKET_LISTENER (source), result, NULL, NULL);

  if (!connection || self->failed)
    return;
  g_clear_object (&self->base);
  g_set_object (&self->socket, g_socket_connection_get_socket (connection));
  g_socket_set_option (self->socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  set_io (self, G_IO_STREAM (connection));
  self->position++;
  run (self);
}

static void
do_close (ScriptedServer *self, gboolean reset)
{
  if (reset) {
    struct linger linger = { 1, 0 };

    setsockopt (g_socket_get_fd (self->socket), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  }
  g_socket_close (self->socket, NULL);
}

/* SASL. */

static gboolean
do_sasl (ScriptedServer *self, const char *arguments, gboolean plain)
{
  Event *event = next_event (self);
  g_autofree char *reply = NULL;
  g_autofree char *failure = NULL;
  gboolean last = FALSE;

  if (!event)
    return FALSE;
  if (event->kind != EVENT_ELEMENT) {
    fail (self, "no SASL");
    event_free (event);
    return FALSE;
  }
  if (!self->scram)
    self->scram = scripted_scram_new (arguments, plain, self->io, self->features);
  reply = scripted_scram_step (self->scram, event->element, &last, &failure);
  event_free (event);
  if (!reply) {
    fail (self, "%s", failure);
    return FALSE;
  }
  if (last)
    g_clear_pointer (&self->scram, scripted_scram_free);
  write_text (self, reply, strlen (reply), last);
  return FALSE;
}

/* TRUE: done, on to the next line. */
static gboolean
do_line (ScriptedServer *self, const char *text)
{
  if (g_str_has_prefix (text, "C: <stream:stream") && self->reset_at != self->position) {
    self->reset_at = self->position;
    xmpp_reader_reset (self->reader);
  }
  if (g_str_has_prefix (text, "C: "))
    return do_expect (self, text + 3);
  if (g_str_has_prefix (text, "S: "))
    do_send (self, text + 3);
  else if (g_str_has_prefix (text, "scram "))
    return do_sasl (self, text + 6, FALSE);
  else if (g_str_has_prefix (text, "plain "))
    return do_sasl (self, text + 6, TRUE);
  else if (g_str_equal (text, "tls") || g_str_equal (text, "tls-refused"))
    do_tls (self);
  else if (g_str_equal (text, "accept"))
    g_socket_listener_accept_async (self->listener, self->cancellable, accepted_cb, g_object_ref (self));
  else if (g_str_equal (text, "gone") || g_str_equal (text, "hang"))
    return do_gone (self, NULL);
  else if (g_str_has_prefix (text, "bye"))
    return do_gone (self, text + strlen ("bye"));
  else if (g_str_has_prefix (text, "split "))
    return self->split = g_ascii_strtoull (text + 6, NULL, 10), TRUE;
  else if (g_str_equal (text, "close") || g_str_equal (text, "reset"))
    return do_close (self, *text == 'r'), TRUE;
  else
    fail (self, "no such step");
  return FALSE;
}

static void
run (ScriptedServer *self)
{
  if (self->running)
    return;
  self->running = TRUE;
  while (!scripted_server_is_done (self) && do_line (self, get_line (self)->text))
    self->position++;
  self->running = FALSE;
}

ScriptedServer *
scripted_server_new (const char *script, guint first_line, const char *domain, GTlsCertificate *certificate)
{
  ScriptedServer *self = g_object_new (SCRIPTED_TYPE_SERVER, NULL);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  g_set_object (&self->certificate, certificate);
  self->lines = scripted_script_parse (script, first_line, domain);
  g_socket_listener_add_address (self->listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_hash_table_insert (self->variables, g_strdup ("port"), g_strdup_printf ("%u", self->port));
  run (self);
  return self;
}

guint16
scripted_server_get_port (ScriptedServer *self)
{
  return self->port;
}

gboolean
scripted_server_is_done (ScriptedServer *self)
{
  return self->failed || get_line (self) == NULL;
}

const char *
scripted_server_get_failure (ScriptedServer *self)
{
  return self->failure;
}

static gboolean
deadline_cb (gpointer user_data)
{
  fail (user_data, "nothing came for %d seconds", DEADLINE_SECONDS);
  return G_SOURCE_CONTINUE;
}

void
scripted_server_finish (ScriptedServer *self)
{
  guint deadline = g_timeout_add_seconds (DEADLINE_SECONDS, deadline_cb, self);

  while (!scripted_server_is_done (self))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
  if (self->failure)
    g_error ("The server's script, %s", self->failure);
}

const char *
scripted_server_get_received (ScriptedServer *self, gboolean encrypted)
{
  return encrypted ? self->secure->str : self->clear->str;
}

const char *
scripted_server_get_alpn (ScriptedServer *self)
{
  return self->alpn;
}

const char *
scripted_server_get_variable (ScriptedServer *self, const char *name)
{
  return g_hash_table_lookup (self->variables, name);
}

void
scripted_server_request_certificate (ScriptedServer *self)
{
  self->request_certificate = TRUE;
}

static void
scripted_server_dispose (GObject *object)
{
  ScriptedServer *self = SCRIPTED_SERVER (object);

  if (self->socket)
    g_socket_close (self->socket, NULL);
  g_clear_object (&self->io);
  g_clear_object (&self->base);
  g_clear_object (&self->socket);
  g_clear_object (&self->certificate);
  g_clear_pointer (&self->reader, xmpp_reader_free);
  g_clear_pointer (&self->scram, scripted_scram_free);
  g_queue_clear_full (&self->events, (GDestroyNotify) event_free);
  G_OBJECT_CLASS (scripted_server_parent_class)->dispose (object);
}

static void
scripted_server_finalize (GObject *object)
{
  ScriptedServer *self = SCRIPTED_SERVER (object);

  g_clear_object (&self->listener);
  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->lines);
  g_free (self->failure);
  g_clear_pointer (&self->pending, g_bytes_unref);
  g_hash_table_unref (self->variables);
  g_string_free (self->clear, TRUE);
  g_string_free (self->secure, TRUE);
  g_free (self->alpn);
  g_free (self->features);
  G_OBJECT_CLASS (scripted_server_parent_class)->finalize (object);
}

static void
scripted_server_class_init (ScriptedServerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = scripted_server_dispose;
  G_OBJECT_CLASS (klass)->finalize = scripted_server_finalize;
}

static void
scripted_server_init (ScriptedServer *self)
{
  self->listener = g_socket_listener_new ();
  self->cancellable = g_cancellable_new ();
  self->variables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->clear = g_string_new (NULL);
  self->secure = g_string_new (NULL);
  g_queue_init (&self->events);
}
