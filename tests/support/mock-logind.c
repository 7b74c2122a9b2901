/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "mock-logind.h"

#include "test-bus.h"

struct _MockLogind {
  TestBus *daemon;
  GDBusConnection *logind, *impostor, *listener;
};

MockLogind *
mock_logind_new (void)
{
  MockLogind *self = g_new0 (MockLogind, 1);
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  self->daemon = test_bus_new ();
  self->logind = test_bus_join (self->daemon);
  self->impostor = test_bus_join (self->daemon);
  self->listener = test_bus_join (self->daemon);
  answer = g_dbus_connection_call_sync (self->logind, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                        "RequestName", g_variant_new ("(su)", "org.freedesktop.login1", 0), NULL,
                                        G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  return self;
}

static void
leave (GDBusConnection *bus)
{
  g_dbus_connection_close_sync (bus, NULL, NULL);
  g_object_unref (bus);
}

void
mock_logind_free (MockLogind *self)
{
  leave (self->listener);
  leave (self->impostor);
  leave (self->logind);
  test_bus_free (self->daemon);
  g_free (self);
}

GDBusConnection *
mock_logind_get_bus (MockLogind *self)
{
  return self->listener;
}

/* When it has been answered, all that it had to say before is done, and all that it should hear has come. */
static void
synchronize (GDBusConnection *bus)
{
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (GVariant) answer = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
    "org.freedesktop.DBus", "GetId", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
}

void
mock_logind_sleep (MockLogind *self, gboolean going, gboolean impostor)
{
  GDBusConnection *sender = impostor ? self->impostor : self->logind;
  g_autoptr (GError) error = NULL;

  synchronize (self->listener);
  g_dbus_connection_emit_signal (sender, NULL, "/org/freedesktop/login1",
                                 "org.freedesktop.login1.Manager", "PrepareForSleep", g_variant_new ("(b)", going), &error);
  g_assert_no_error (error);
  synchronize (sender);
  synchronize (self->listener);
}
