/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A message bus of one's own, which ends with the test however that ends. GTestDBus forks a watcher for this, and now and
 * then waits for ever for what that should say. */
typedef struct _TestBus TestBus;

TestBus         *test_bus_new         (void);
void             test_bus_free        (TestBus *self);
const char      *test_bus_get_address (TestBus *self);
/* A new connection to it. Transfer full. */
GDBusConnection *test_bus_join        (TestBus *self);

G_END_DECLS
