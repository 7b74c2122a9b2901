/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "fault-link.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "xmpp-reader.h"
#include "xmpp-trust.h"

#define GARBAGE "\1<garbage>]]>&nope;\xff"

struct _FaultLink {
  GObject parent_instance;
  const FaultLinkCallbacks *callbacks;
  gpointer data;
  Fault fault;
  GSocket *socket;
  GIOStream *base, *io;         /* io: above TLS, where there is TLS */
  GTlsCertificate *certificate; /* of the handshake that comes next */
  XmppReader *reader;
  GCancellable *cancellable;
  GString *in, *out;
  gsize written;                /* of out, under way */
  gsize bytes[2];               /* down, up */
  guint trickle_source;
  gboolean reading, shaking, closing, gone;
  gboolean struck;              /* and then nothing more goes through, unless it trickles */
  guint8 buffer[4096];
};

G_DEFINE_FINAL_TYPE (FaultLink, fault_link, G_TYPE_OBJECT)

static void pump (FaultLink *self);

static void
end (FaultLink *self, gboolean reset)
{
  struct linger linger = { 1, 0 };

  if (self->gone)
    return;
  self->gone = TRUE;
  g_clear_handle_id (&self->trickle_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  if (reset)
    setsockopt (g_socket_get_fd (self->socket), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  g_socket_close (self->socket, NULL);
  self->callbacks->gone (self, self->data);
  g_object_unref (self);
}

static gboolean
trickles (FaultLink *self, gboolean up)
{
  return self->struck && self->fault.kind == FAULT_TRICKLE && self->fault.up == up;
}

static gboolean
is_deaf (FaultLink *self)
{
  return self->struck && self->fault.kind != FAULT_TRICKLE;
}

static gboolean
is_due (FaultLink *self, gboolean up)
{
  return self->fault.kind != FAULT_NONE && !self->struck && self->fault.up == up && self->bytes[up] >= self->fault.byte;
}

static void
strike (FaultLink *self)
{
  self->struck = TRUE;
  if (is_deaf (self))
    g_string_truncate (self->out, self->written);
  self->callbacks->struck (self, self->data);
  if (self->fault.kind == FAULT_RST)
    end (self, TRUE);
  else if (self->fault.kind == FAULT_FIN)
    g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
  else if (self->fault.kind == FAULT_GARBAGE)
    g_string_append (self->out, GARBAGE);
}

/* How much of what waits may go now. */
static gsize
get_room (FaultLink *self, gboolean up, gsize length)
{
  if (trickles (self, up))
    return MIN (length, self->trickle_source ? 0 : 1);
  if (self->fault.kind != FAULT_NONE && !self->struck && self->fault.up == up)
    return MIN (length, self->fault.byte - self->bytes[up]);
  return length;
}

static gboolean
trickle_cb (gpointer user_data)
{
  FaultLink *self = user_data;

  self->trickle_source = 0;
  pump (self);
  return G_SOURCE_REMOVE;
}

/* TRUE: it was the fault's byte. */
static gboolean
count (FaultLink *self, gboolean up, gsize length)
{
  self->bytes[up] += length;
  if (trickles (self, up))
    self->trickle_source = g_timeout_add_seconds (1, trickle_cb, self);
  if (!is_due (self, up))
    return FALSE;
  strike (self);
  return TRUE;
}

/* -- from the client -------------------------------------------------------------------------------------------------- */

static void
opened_cb (XmppElement *header, gpointer user_data)
{
  FaultLink *self = user_data;

  self->callbacks->opened (self, self->data);
}

static void
stanza_cb (XmppElement *stanza, gpointer user_data)
{
  FaultLink *self = user_data;

  self->callbacks->element (self, stanza, self->data);
}

static void
closed_cb (gpointer user_data)
{
  FaultLink *self = user_data;

  self->callbacks->closed (self, self->data);
}

static const XmppReaderCallbacks reader_callbacks = { opened_cb, stanza_cb, closed_cb };

static void
take (FaultLink *self)
{
  gsize length = get_room (self, TRUE, self->in->len);

  if (is_deaf (self))
    g_string_truncate (self->in, 0);
  else if (length > 0) {
    g_autoptr (GError) error = NULL;

    xmpp_reader_feed (self->reader, (const guint8 *) self->in->str, length, &error);
    g_assert_no_error (error);
    g_string_erase (self->in, 0, length);
    count (self, TRUE, length);
  }
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FaultLink) self = user_data;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  self->reading = FALSE;
  if (self->gone)
    return;
  if (length <= 0) {
    end (self, FALSE);
    return;
  }
  g_string_append_len (self->in, (char *) self->buffer, length);
  pump (self);
}

/* -- to the client ---------------------------------------------------------------------------------------------------- */

static void
shaken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FaultLink) self = user_data;
  gboolean shaken = g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, NULL);

  self->shaking = FALSE;
  if (self->gone)
    return;
  if (!shaken) {
    end (self, FALSE);
    return;
  }
  g_set_object (&self->io, G_IO_STREAM (source));
  fault_link_restart (self);
  pump (self);
}

static void
shake (FaultLink *self)
{
  g_autoptr (GTlsCertificate) certificate = g_steal_pointer (&self->certificate);
  g_autoptr (GError) error = NULL;
  /* With a database of its own, or it reads the system's authorities for each connection. */
  g_autoptr (GTlsDatabase) nobody = xmpp_trust_new (NULL);
  g_autoptr (GIOStream) tls = g_initable_new (g_tls_backend_get_server_connection_type (g_tls_backend_get_default ()), NULL, &error,
                                              "base-io-stream", self->base, "certificate", certificate, "database", nobody, NULL);

  g_assert_no_error (error);
  self->shaking = TRUE;
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (tls), FALSE);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, self->cancellable, shaken_cb, g_object_ref (self));
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FaultLink) self = user_data;
  gboolean done = g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  gsize length = self->written;

  self->written = 0;
  if (self->gone)
    return;
  if (!done) {
    end (self, FALSE);
    return;
  }
  g_string_erase (self->out, 0, length);
  if (!is_deaf (self))
    count (self, FALSE, length);
  pump (self);
}

static void
give (FaultLink *self)
{
  gsize length = self->written > 0 ? 0 : get_room (self, FALSE, self->out->len);
  g_autofree char *copy = NULL;

  if (length == 0)
    return;
  copy = g_memdup2 (self->out->str, length);
  self->written = length;
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->io), copy, length, G_PRIORITY_DEFAULT,
                                   self->cancellable, written_cb, g_object_ref (self));
  g_object_set_data_full (G_OBJECT (self), "written", g_steal_pointer (&copy), g_free);
}

/* Whatever can go on now does. */
static void
pump (FaultLink *self)
{
  G_GNUC_UNUSED g_autoptr (FaultLink) kept = g_object_ref (self);

  if (self->gone || self->shaking)
    return;
  if (is_due (self, FALSE) || is_due (self, TRUE))
    strike (self);
  if (!self->gone && !self->certificate)
    take (self);
  if (!self->gone)
    give (self);
  if (self->gone || self->written > 0 || self->out->len > 0) {
    /* Goes on when it is written. */
  } else if (self->certificate && !is_deaf (self)) {
    shake (self);
    return;
  } else if (self->closing) {
    end (self, FALSE);
  }
  if (!self->gone && !self->reading && (!self->certificate || is_deaf (self))) {
    self->reading = TRUE;
    g_input_stream_read_async (g_io_stream_get_input_stream (self->io), self->buffer, sizeof self->buffer,
                               G_PRIORITY_DEFAULT, self->cancellable, read_cb, g_object_ref (self));
  }
}

void
fault_link_write (FaultLink *self, const char *text)
{
  if (self->gone || is_deaf (self))
    return;
  g_string_append (self->out, text);
  if (!self->shaking)
    give (self);
}

void
fault_link_start_tls (FaultLink *self, GTlsCertificate *certificate)
{
  g_set_object (&self->certificate, certificate);
}

void
fault_link_restart (FaultLink *self)
{
  xmpp_reader_reset (self->reader);
}

void
fault_link_strike (FaultLink *self, FaultKind kind)
{
  if (self->gone || self->struck)
    return;
  self->fault = (Fault) { kind, FALSE, self->bytes[0] };
  strike (self);
  pump (self);
}

void
fault_link_close (FaultLink *self)
{
  self->closing = TRUE;
}

GIOStream *
fault_link_get_io (FaultLink *self)
{
  return self->io;
}

gboolean
fault_link_is_secure (FaultLink *self)
{
  return self->io != self->base;
}

gsize
fault_link_get_bytes (FaultLink *self, gboolean up)
{
  return self->bytes[up];
}

FaultLink *
fault_link_new (GSocketConnection *connection, const Fault *fault, const FaultLinkCallbacks *callbacks, gpointer data)
{
  FaultLink *self = g_object_new (FAULT_TYPE_LINK, NULL);

  self->callbacks = callbacks;
  self->data = data;
  self->fault = *fault;
  self->base = g_object_ref (G_IO_STREAM (connection));
  self->io = g_object_ref (self->base);
  self->socket = g_object_ref (g_socket_connection_get_socket (connection));
  g_socket_set_option (self->socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  self->reader = xmpp_reader_new (&xmpp_reader_default_limits, &reader_callbacks, self);
  g_object_ref (self);          /* while it is open */
  pump (self);
  return self;
}

static void
fault_link_finalize (GObject *object)
{
  FaultLink *self = FAULT_LINK (object);

  g_clear_handle_id (&self->trickle_source, g_source_remove);
  g_clear_object (&self->certificate);
  g_object_unref (self->io);
  g_object_unref (self->base);
  g_object_unref (self->socket);
  g_object_unref (self->cancellable);
  xmpp_reader_free (self->reader);
  g_string_free (self->in, TRUE);
  g_string_free (self->out, TRUE);
  G_OBJECT_CLASS (fault_link_parent_class)->finalize (object);
}

static void
fault_link_class_init (FaultLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fault_link_finalize;
}

static void
fault_link_init (FaultLink *self)
{
  self->cancellable = g_cancellable_new ();
  self->in = g_string_new (NULL);
  self->out = g_string_new (NULL);
}
