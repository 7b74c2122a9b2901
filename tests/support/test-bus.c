/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "test-bus.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>

struct _TestBus {
  GSubprocess *daemon;
  char *address;
};

/* Nothing is started by a name, least of all the keyring of who runs the tests. */
static const char config[] =
  "<busconfig><type>session</type><listen>unix:tmpdir=%s</listen><policy context='default'>"
  "<allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/><allow own='*'/></policy></busconfig>";

static char *
write_config (void)
{
  g_autofree char *text = g_strdup_printf (config, g_get_tmp_dir ());
  g_autoptr (GError) error = NULL;
  char *path = NULL;
  int fd = g_file_open_tmp ("stonechat-bus-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

TestBus *
test_bus_new (void)
{
  TestBus *self = g_new0 (TestBus, 1);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = write_config ();
  g_autofree char *option = g_strconcat ("--config-file=", path, NULL);

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  self->daemon = g_subprocess_launcher_spawn (launcher, &error, "dbus-daemon", option, "--nofork", "--print-address=1", NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->daemon));
  self->address = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (self->address);
  g_unlink (path);
  return self;
}

void
test_bus_free (TestBus *self)
{
  g_subprocess_send_signal (self->daemon, SIGTERM);      /* it takes its socket along */
  g_subprocess_wait (self->daemon, NULL, NULL);
  g_object_unref (self->daemon);
  g_free (self->address);
  g_free (self);
}

const char *
test_bus_get_address (TestBus *self)
{
  return self->address;
}

GDBusConnection *
test_bus_join (TestBus *self)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_dbus_connection_new_for_address_sync (self->address,
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);

  g_assert_no_error (error);
  return bus;
}
