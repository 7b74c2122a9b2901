/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-transport.h"
#include "xmpp-fault-point.h"
#include "xmpp-secret.h"

#define READ_SIZE 16384

struct _XmppTransport {
  grefcount refs;
  const XmppTransportCallbacks *callbacks;
  gpointer owner;             /* NULL once it has left */
  GIOStream *io;
  GCancellable *cancellable;
  guint n_pending;
  gboolean reading, writing;
  GBytes *written;            /* under way */
  guint8 buffer[READ_SIZE];
};

XmppTransport *
xmpp_transport_new (GIOStream *io, const XmppTransportCallbacks *callbacks, gpointer owner)
{
  XmppTransport *self = g_new0 (XmppTransport, 1);

  g_ref_count_init (&self->refs);
  self->callbacks = callbacks;
  self->owner = owner;
  self->io = g_object_ref (io);
  self->cancellable = g_cancellable_new ();

  return self;
}

static void
transport_unref (XmppTransport *self)
{
  if (!g_ref_count_dec (&self->refs))
    return;

  g_clear_pointer (&self->written, g_bytes_unref);
  g_object_unref (self->io);
  g_object_unref (self->cancellable);
  g_free (self);
}

static void
begin_operation (XmppTransport *self)
{
  g_ref_count_inc (&self->refs);
  self->n_pending++;
}

/* Returns the owner, with a reference, if it is still there; closes a transport that was left. */
static GObject *
end_operation (XmppTransport *self)
{
  GObject *owner = self->owner;

  if (--self->n_pending == 0 && owner == NULL)
    g_io_stream_close_async (self->io, G_PRIORITY_DEFAULT, NULL, NULL, NULL);

  return owner != NULL ? g_object_ref (owner) : NULL;
}

void
xmpp_transport_leave (XmppTransport *self, gboolean close)
{
  self->owner = NULL;
  g_cancellable_cancel (self->cancellable);
  if (close && self->n_pending == 0)
    g_io_stream_close_async (self->io, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  transport_unref (self);
}

GIOStream *
xmpp_transport_get_io (XmppTransport *self)
{
  return self->io;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  XmppTransport *self = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);
  g_autoptr (GObject) owner = NULL;

  self->reading = FALSE;
  owner = end_operation (self);
  if (owner != NULL)
    self->callbacks->read (self->buffer, n, error, owner);
  transport_unref (self);
}

void
xmpp_transport_read (XmppTransport *self)
{
  if (self->reading)
    return;

  self->reading = TRUE;
  begin_operation (self);
  g_input_stream_read_async (g_io_stream_get_input_stream (self->io), self->buffer, READ_SIZE, G_PRIORITY_DEFAULT,
                             self->cancellable, read_cb, self);
}

gboolean
xmpp_transport_is_reading (XmppTransport *self)
{
  return self->reading;
}

/* What was sent may have been a password (S-50). */
static void
drop_written (XmppTransport *self)
{
  gsize size;
  gpointer data = g_bytes_unref_to_data (g_steal_pointer (&self->written), &size);

  xmpp_secret_wipe (data, size);
  g_free (data);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  XmppTransport *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) owner = NULL;

  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error);
  XMPP_FAULT_POINT ("transport-after-write");
  self->writing = FALSE;
  drop_written (self);
  owner = end_operation (self);
  if (owner != NULL)
    self->callbacks->written (error, owner);
  transport_unref (self);
}

void
xmpp_transport_write (XmppTransport *self, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  self->written = bytes;
  self->writing = TRUE;
  begin_operation (self);
  XMPP_FAULT_POINT ("transport-before-write");
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->io), data, size, G_PRIORITY_DEFAULT,
                                   self->cancellable, written_cb, self);
}

gboolean
xmpp_transport_is_writing (XmppTransport *self)
{
  return self->writing;
}

gsize
xmpp_transport_get_pending (XmppTransport *self)
{
  return self->written != NULL ? g_bytes_get_size (self->written) : 0;
}
