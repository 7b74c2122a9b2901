/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-connector.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "xmpp-error.h"

/* One race at a time: its attempts share a cancellable, the first that connects wins, the others are cancelled. An
 * attempt that outlives its race finds the task gone and drops what it got. */

struct _XmppConnector {
  GObject parent_instance;
  GPtrArray *targets;
  GProxyResolver *proxy_resolver;
  guint delay_ms;
  guint next;            /* index of the first target not tried */

  GTask *task;           /* the race at hand */
  GCancellable *race;
  gulong cancel_id;
  GSource *delay;
  guint n_running;
  GError *error;         /* the first failure of this race */
  const XmppTarget *winner;
};

typedef struct {
  XmppConnector *self;
  GCancellable *race;
  const XmppTarget *target;
} Attempt;

G_DEFINE_FINAL_TYPE (XmppConnector, xmpp_connector, G_TYPE_OBJECT)

static void start_next (XmppConnector *self);

static void
clear_delay (XmppConnector *self)
{
  if (self->delay)
    g_source_destroy (self->delay);
  g_clear_pointer (&self->delay, g_source_unref);
}

static XmppError
get_code (const GError *error)
{
  if (error->domain == G_RESOLVER_ERROR)
    return error->code == G_RESOLVER_ERROR_NOT_FOUND ? XMPP_ERROR_HOST_NOT_FOUND : XMPP_ERROR_UNREACHABLE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return XMPP_ERROR_REFUSED;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return XMPP_ERROR_TIMEOUT;
  return XMPP_ERROR_UNREACHABLE;
}

static void
finish (XmppConnector *self, GIOStream *io)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  g_autoptr (GError) error = g_steal_pointer (&self->error);

  clear_delay (self);
  g_cancellable_disconnect (g_task_get_cancellable (task), self->cancel_id);
  self->cancel_id = 0;
  g_cancellable_cancel (self->race);
  g_clear_object (&self->race);
  if (io)
    g_task_return_pointer (task, g_object_ref (io), g_object_unref);
  else if (!g_task_return_error_if_cancelled (task))
    g_task_return_new_error (task, XMPP_ERROR, error ? get_code (error) : XMPP_ERROR_UNREACHABLE, "%s",
                             error ? error->message : _("The server can’t be reached"));
}

static void
set_options (GSocketConnection *connection)
{
  GSocket *socket = g_socket_connection_get_socket (connection);

  /* Stanzas are small and each is wanted at once. */
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  g_socket_set_keepalive (socket, TRUE);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Attempt *attempt = user_data;
  g_autoptr (XmppConnector) self = attempt->self;
  g_autoptr (GCancellable) race = attempt->race;
  const XmppTarget *target = attempt->target;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = NULL;

  g_free (attempt);
  connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (!self->task || race != self->race)
    return;
  self->n_running--;
  if (connection) {
    set_options (connection);
    self->winner = target;
    finish (self, G_IO_STREAM (connection));
    return;
  }
  g_debug ("%s:%u: %s", target->host, target->port, error->message);
  if (!self->error)
    self->error = g_steal_pointer (&error);
  clear_delay (self);
  if (self->next < self->targets->len)
    start_next (self);
  else if (self->n_running == 0)
    finish (self, NULL);
}

static gboolean
delay_over_cb (gpointer user_data)
{
  XmppConnector *self = user_data;

  clear_delay (self);
  start_next (self);
  return G_SOURCE_REMOVE;
}

static void
start_next (XmppConnector *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  const XmppTarget *target = self->targets->pdata[self->next++];
  g_autoptr (GSocketConnectable) address = g_network_address_new (target->host, target->port);
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->self = g_object_ref (self);
  attempt->race = g_object_ref (self->race);
  attempt->target = target;
  if (self->proxy_resolver)
    g_socket_client_set_proxy_resolver (client, self->proxy_resolver);
  self->n_running++;
  if (self->next < self->targets->len) {
    self->delay = g_timeout_source_new (self->delay_ms);
    g_source_set_callback (self->delay, delay_over_cb, self, NULL);
    g_source_attach (self->delay, g_main_context_get_thread_default ());
  }
  g_socket_client_connect_async (client, address, self->race, connected_cb, attempt);
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

XmppConnector *
xmpp_connector_new (GPtrArray *targets, GProxyResolver *proxy_resolver, guint delay_ms)
{
  XmppConnector *self = g_object_new (XMPP_TYPE_CONNECTOR, NULL);

  self->targets = targets;
  g_set_object (&self->proxy_resolver, proxy_resolver);
  self->delay_ms = delay_ms;
  return self;
}

gboolean
xmpp_connector_has_more (XmppConnector *self)
{
  return self->next < self->targets->len;
}

void
xmpp_connector_next_async (XmppConnector *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (!self->task);
  g_return_if_fail (xmpp_connector_has_more (self));
  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, xmpp_connector_next_async);
  self->race = g_cancellable_new ();
  self->n_running = 0;
  self->winner = NULL;
  if (cancellable)
    self->cancel_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), g_object_ref (self->race),
                                             g_object_unref);
  start_next (self);
}

GIOStream *
xmpp_connector_next_finish (XmppConnector *self, GAsyncResult *result, const XmppTarget **target, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  *target = self->winner;
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
xmpp_connector_finalize (GObject *object)
{
  XmppConnector *self = XMPP_CONNECTOR (object);

  g_assert (!self->task);
  g_clear_pointer (&self->targets, g_ptr_array_unref);
  g_clear_object (&self->proxy_resolver);
  G_OBJECT_CLASS (xmpp_connector_parent_class)->finalize (object);
}

static void
xmpp_connector_class_init (XmppConnectorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = xmpp_connector_finalize;
}

static void
xmpp_connector_init (XmppConnector *self)
{
}
