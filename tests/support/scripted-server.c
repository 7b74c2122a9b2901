/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "scripted-server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "scripted-scram.h"
#include "xmpp-element-private.h"
#include "xmpp-ns.h"
#include "xmpp-reader.h"

/* The script is a list of lines, macros written out at the start. run () goes from line to line until one has to wait:
 * for an event of the reader, a write, a handshake, a connection. Bytes are read only while a line waits for them, so that
 * a handshake finds all of its own. */

#define HEADER "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='" XMPP_NS_STREAM "' "
#define DEADLINE_SECONDS 20

typedef enum { EVENT_OPENED, EVENT_ELEMENT, EVENT_CLOSED, EVENT_EOF } EventKind;

typedef struct {
  EventKind kind;
  XmppElement *element;
} Event;

typedef struct {
  guint number;
  char *text;
} Line;

struct _ScriptedServer {
  GObject parent_instance;
  char *domain;
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

static void
line_free (Line *line)
{
  g_free (line->text);
  g_free (line);
}

static void G_GNUC_PRINTF (2, 3)
fail (ScriptedServer *self, const char *format, ...)
{
  const Line *line = self->position < self->lines->len ? self->lines->pdata[self->position] : NULL;
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

/* Macros. */

static void
add (GPtrArray *lines, guint number, char *text)
{
  Line *line = g_new0 (Line, 1);

  line->number = number;
  line->text = g_strstrip (text);
  g_ptr_array_add (lines, line);
}

static void
add_open (ScriptedServer *self, guint number)
{
  add (self->lines, number, g_strdup ("C: <stream:stream>"));
  add (self->lines, number, g_strdup_printf ("S: " HEADER "from='%s' id='x1' version='1.0'>", self->domain));
}

static void
add_features (ScriptedServer *self, guint number, const char *content)
{
  add_open (self, number);
  add (self->lines, number, g_strdup_printf ("S: <stream:features>%s</stream:features>", content));
}

static void
add_starttls (ScriptedServer *self, guint number)
{
  add_features (self, number, "<starttls xmlns='" XMPP_NS_TLS "'><required/></starttls>");
  add (self->lines, number, g_strdup ("C: <starttls xmlns='" XMPP_NS_TLS "'/>"));
  add (self->lines, number, g_strdup ("S: <proceed xmlns='" XMPP_NS_TLS "'/>"));
  add (self->lines, number, g_strdup ("tls"));
}

static void
add_mechanisms (ScriptedServer *self, guint number, const char *list)
{
  g_auto (GStrv) words = g_strsplit (list, " ", -1);
  g_autoptr (GString) content = g_string_new ("<mechanisms xmlns='" XMPP_NS_SASL "'>");
  const char *bindings = NULL;

  for (guint i = 0; words[i]; i++) {
    if (g_str_has_prefix (words[i], "cb="))
      bindings = words[i] + 3;
    else if (*words[i])
      g_string_append_printf (content, "<mechanism>%s</mechanism>", words[i]);
  }
  g_string_append (content, "</mechanisms>");
  if (bindings) {
    g_auto (GStrv) types = g_strsplit (bindings, ",", -1);

    g_string_append (content, "<sasl-channel-binding xmlns='" XMPP_NS_SASL_CB "'>");
    for (guint i = 0; types[i]; i++)
      g_string_append_printf (content, "<channel-binding type='%s'/>", types[i]);
    g_string_append (content, "</sasl-channel-binding>");
  }
  add_features (self, number, content->str);
}

static void
add_bound (ScriptedServer *self, guint number, const char *resource)
{
  add_features (self, number, "<bind xmlns='" XMPP_NS_BIND "'/><sm xmlns='" XMPP_NS_SM "'/>");
  add (self->lines, number, g_strdup ("C: <iq type='set' id='$bind'><bind xmlns='" XMPP_NS_BIND "'/></iq>"));
  add (self->lines, number,
       g_strdup_printf ("S: <iq type='result' id='$bind'><bind xmlns='" XMPP_NS_BIND "'><jid>user@%s/%s</jid></bind></iq>",
                        self->domain, *resource ? resource : "bound"));
  add (self->lines, number, g_strdup ("C: <enable xmlns='" XMPP_NS_SM "' resume='true'/>"));
  add (self->lines, number, g_strdup ("S: <enabled xmlns='" XMPP_NS_SM "' id='sm1' resume='true' max='300'/>"));
}

static void
parse_line (ScriptedServer *self, guint number, const char *text)
{
  const char *space = strchr (text, ' ');
  const char *rest = space ? space + 1 : "";

  if (*text == '\0' || *text == '#') {
    return;
  } else if (g_str_equal (text, "open")) {
    add_open (self, number);
  } else if (g_str_equal (text, "starttls")) {
    add_starttls (self, number);
  } else if (g_str_has_prefix (text, "mechanisms")) {
    add_mechanisms (self, number, rest);
  } else if (g_str_has_prefix (text, "bound")) {
    add_bound (self, number, rest);
  } else if (g_str_has_prefix (text, "login ")) {
    add_starttls (self, number);
    add_mechanisms (self, number, "SCRAM-SHA-1");
    add (self->lines, number, g_strdup_printf ("scram SHA-1 %s", rest));
    add_bound (self, number, "");
  } else {
    add (self->lines, number, g_strdup (text));
  }
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

/* Matching. */

static gboolean
match_text (ScriptedServer *self, const char *pattern, const char *value)
{
  if (!value)
    return FALSE;
  if (pattern[0] == '$') {
    g_hash_table_insert (self->variables, g_strdup (pattern + 1), g_strdup (value));
    return TRUE;
  }
  return g_str_equal (pattern, "*") || g_str_equal (pattern, value);
}

static gboolean match_element (ScriptedServer *self, XmppElement *pattern, XmppElement *element);

static gboolean
match_child (ScriptedServer *self, XmppElement *pattern, XmppElement *element)
{
  for (guint i = 0; i < xmpp_element_get_n_children (element); i++) {
    if (match_element (self, pattern, xmpp_element_get_child (element, i)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
match_attributes (ScriptedServer *self, XmppElement *pattern, XmppElement *element)
{
  guint n;
  const XmppAttribute *wanted = xmpp_element_get_attributes (pattern, &n);

  for (guint i = 0; i < n; i++) {
    const char *value = *wanted[i].ns
      ? xmpp_element_get_attribute_ns (element, wanted[i].ns, wanted[i].name)
      : xmpp_element_get_attribute (element, wanted[i].name);

    if (!match_text (self, wanted[i].value, value))
      return FALSE;
  }
  return TRUE;
}

static gboolean
match_element (ScriptedServer *self, XmppElement *pattern, XmppElement *element)
{
  const char *text = xmpp_element_get_text (pattern);

  if (!xmpp_element_is (element, xmpp_element_get_ns (pattern), xmpp_element_get_name (pattern)))
    return FALSE;
  if (*text && !match_text (self, text, xmpp_element_get_text (element)))
    return FALSE;
  for (guint i = 0; i < xmpp_element_get_n_children (pattern); i++) {
    if (!match_child (self, xmpp_element_get_child (pattern, i), element))
      return FALSE;
  }
  return match_attributes (self, pattern, element);
}

typedef struct {
  XmppElement *header, *element;
} Parsed;

static void
parsed_header_cb (XmppElement *header, gpointer user_data)
{
  ((Parsed *) user_data)->header = xmpp_element_ref (header);
}

static void
parsed_stanza_cb (XmppElement *stanza, gpointer user_data)
{
  Parsed *parsed = user_data;

  if (!parsed->element)
    parsed->element = xmpp_element_ref (stanza);
}

static void
parsed_closed_cb (gpointer user_data)
{
}

static XmppElement *
parse_pattern (const char *text)
{
  static const XmppReaderCallbacks parse_callbacks = { parsed_header_cb, parsed_stanza_cb, parsed_closed_cb };
  Parsed parsed = { NULL, NULL };
  g_autoptr (XmppReader) reader = xmpp_reader_new (&xmpp_reader_default_limits, &parse_callbacks, &parsed);
  gboolean is_header = g_str_has_prefix (text, "<stream:stream");
  g_autofree char *xml = is_header
    ? g_strconcat (HEADER, text + strlen ("<stream:stream"), NULL) : g_strconcat (HEADER, ">", text, NULL);

  xmpp_reader_feed (reader, (const guint8 *) xml, strlen (xml), NULL);
  if (is_header) {
    g_clear_pointer (&parsed.element, xmpp_element_unref);
    return parsed.header;
  }
  g_clear_pointer (&parsed.header, xmpp_element_unref);
  return parsed.element;
}

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
  XmppElement *parsed;
  gboolean result;

  if (g_str_equal (pattern, "eof"))
    return event->kind == EVENT_EOF;
  if (g_str_equal (pattern, "</stream:stream>"))
    return event->kind == EVENT_CLOSED;
  if (g_str_equal (pattern, "*"))
    return event->kind == EVENT_ELEMENT;
  parsed = parse_pattern (pattern);
  if (!parsed) {
    fail (self, "the pattern is not XML");
    return FALSE;
  }
  result = event->kind == (g_str_has_prefix (pattern, "<stream:stream") ? EVENT_OPENED : EVENT_ELEMENT)
           && match_element (self, parsed, event->element);
  xmpp_element_unref (parsed);
  return result;
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
append_escape (GString *out, const char **p)
{
  if ((*p)[1] == 'n') {
    g_string_append_c (out, '\n');
    *p += 2;
  } else if ((*p)[1] == 'x' && g_ascii_isxdigit ((*p)[2]) && g_ascii_isxdigit ((*p)[3])) {
    g_string_append_c (out, g_ascii_xdigit_value ((*p)[2]) * 16 + g_ascii_xdigit_value ((*p)[3]));
    *p += 4;
  } else {
    g_string_append_c (out, *(*p)++);
  }
}

static void
append_variable (ScriptedServer *self, GString *out, const char **p)
{
  const char *end = *p + 1;
  g_autofree char *name = NULL;
  const char *value;

  while (g_ascii_isalnum (*end))
    end++;
  name = g_strndup (*p + 1, end - *p - 1);
  value = g_hash_table_lookup (self->variables, name);
  if (value) {
    g_autofree char *escaped = g_markup_escape_text (value, -1);

    g_string_append (out, escaped);
    *p = end;
  } else {
    g_string_append_c (out, *(*p)++);
  }
}

static void
do_send (ScriptedServer *self, const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (const char *p = text; *p; ) {
    if (*p == '\\')
      append_escape (out, &p);
    else if (*p == '$')
      append_variable (self, out, &p);
    else
      g_string_append_c (out, *p++);
  }
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
  gboolean refused = g_str_equal (((Line *) self->lines->pdata[self->position])->text, "tls-refused");

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
do_accept (ScriptedServer *self)
{
  g_socket_listener_accept_async (self->listener, self->cancellable, accepted_cb, g_object_ref (self));
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
  Event *event;
  g_autofree char *reply = NULL;
  g_autofree char *failure = NULL;
  gboolean last = FALSE;

  event = next_event (self);
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
    do_accept (self);
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
  while (!scripted_server_is_done (self) && do_line (self, ((Line *) self->lines->pdata[self->position])->text))
    self->position++;
  self->running = FALSE;
}

ScriptedServer *
scripted_server_new (const char *script, guint first_line, const char *domain, GTlsCertificate *certificate)
{
  ScriptedServer *self = g_object_new (SCRIPTED_TYPE_SERVER, NULL);
  g_auto (GStrv) lines = g_strsplit (script, "\n", -1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  self->domain = g_strdup (domain);
  g_set_object (&self->certificate, certificate);
  add (self->lines, first_line, g_strdup ("accept"));
  for (guint i = 0; lines[i]; i++)
    parse_line (self, first_line + i, g_strstrip (lines[i]));
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
  return self->failed || self->position >= self->lines->len;
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

  g_free (self->domain);
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
  self->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) line_free);
  self->variables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->clear = g_string_new (NULL);
  self->secure = g_string_new (NULL);
  g_queue_init (&self->events);
}
