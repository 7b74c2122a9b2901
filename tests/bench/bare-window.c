/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */

/* The measure for starting: the least program with an AdwApplicationWindow. It prints the same lines as Stonechat's log
 * domain "stonechat-timing": milliseconds since the process began. */
#include <adwaita.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static double
since_start (void)
{
  g_autofree char *stat = NULL;
  const char *fields;
  guint64 ticks = 0;
  struct timespec now;

  if (!g_file_get_contents ("/proc/self/stat", &stat, NULL, NULL))
    return 0;
  /* Field 22, counted after the name, which ends with the last parenthesis. */
  fields = strrchr (stat, ')') + 2;
  for (int field = 3; field < 22; field++)
    fields = strchr (fields, ' ') + 1;
  ticks = g_ascii_strtoull (fields, NULL, 10);
  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec * 1000.0 + now.tv_nsec / 1e6 - ticks * 1000.0 / sysconf (_SC_CLK_TCK);
}

static void
window_mapped_cb (GtkWidget *window, gpointer user_data)
{
  printf ("window mapped: %.0f ms\n", since_start ());
  fflush (stdout);
}

static void
activate_cb (GtkApplication *application, gpointer user_data)
{
  GtkWidget *window = adw_application_window_new (application);

  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 700);
  g_signal_connect (window, "map", G_CALLBACK (window_mapped_cb), NULL);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  g_autoptr (AdwApplication) application = adw_application_new ("im.stonechat.BareWindow", G_APPLICATION_NON_UNIQUE);

  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), NULL);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
