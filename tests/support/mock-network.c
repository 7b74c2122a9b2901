/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "mock-network.h"

struct _MockNetwork {
  GObject parent_instance;
  gboolean available;
};

static gboolean
init (GInitable *initable, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
initable_init (GInitableIface *iface)
{
  iface->init = init;
}

static void
monitor_init (GNetworkMonitorInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MockNetwork, mock_network, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, initable_init)
                               G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR, monitor_init))

enum { PROP_0, PROP_AVAILABLE, PROP_METERED, PROP_CONNECTIVITY };

static void
mock_network_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MockNetwork *self = MOCK_NETWORK (object);

  switch (id) {
  case PROP_AVAILABLE: g_value_set_boolean (value, self->available); break;
  case PROP_METERED: g_value_set_boolean (value, FALSE); break;
  case PROP_CONNECTIVITY:
    g_value_set_enum (value, self->available ? G_NETWORK_CONNECTIVITY_FULL : G_NETWORK_CONNECTIVITY_LOCAL);
    break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
mock_network_class_init (MockNetworkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = mock_network_get_property;
  g_object_class_override_property (object_class, PROP_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, PROP_METERED, "network-metered");
  g_object_class_override_property (object_class, PROP_CONNECTIVITY, "connectivity");
}

static void
mock_network_init (MockNetwork *self)
{
}

GNetworkMonitor *
mock_network_new (gboolean available)
{
  MockNetwork *self = g_object_new (MOCK_TYPE_NETWORK, NULL);

  self->available = available;
  return G_NETWORK_MONITOR (self);
}

void
mock_network_set_available (GNetworkMonitor *self, gboolean available)
{
  MOCK_NETWORK (self)->available = available;
  g_object_notify (G_OBJECT (self), "network-available");
  g_signal_emit_by_name (self, "network-changed", available);
}
