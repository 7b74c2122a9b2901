/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A GNetworkMonitor that says what it is told. */
#define MOCK_TYPE_NETWORK (mock_network_get_type ())
G_DECLARE_FINAL_TYPE (MockNetwork, mock_network, MOCK, NETWORK, GObject)

GNetworkMonitor *mock_network_new           (gboolean available);
/* Also emits "network-changed", as an interface that comes or goes does, whether or not this is a change. */
void             mock_network_set_available (GNetworkMonitor *self, gboolean available);

G_END_DECLS
