/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "mock-logind.h"

struct _MockLogind {
  GTestDBus *daemon;
  GDBusConnection *logind, *impostor, *listener;
};

static GDBusConnection *
join (MockLogind *self)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (self->daemon),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);

  g_assert_no_error (error);
  return bus;
}

MockLogind *
mock_logind_new (void)
{
  MockLogind *self = g_new0 (MockLogind, 1);
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  self->daemon = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->daemon);
  self->logind = join (self);
  self->impostor = join (self);
  self->listener = join (self);
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
  g_test_dbus_stop (self->daemon);
  g_object_unref (self->daemon);
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
