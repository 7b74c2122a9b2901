/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-application.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <malloc.h>
#include <sys/resource.h>

int
main (int argc, char *argv[])
{
  static char *profile, *provision, **rest;
  static gboolean version, quit;
  static const GOptionEntry entries[] = {
    { "profile", 0, 0, G_OPTION_ARG_FILENAME, &profile, N_("Keep data, settings and cache in this folder"), N_("DIR") },
    { "provision", 0, 0, G_OPTION_ARG_FILENAME, &provision, N_("Add or update the accounts of this file"), N_("FILE") },
    { "quit", 0, 0, G_OPTION_ARG_NONE, &quit, N_("End after provisioning"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, N_("Print the version"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &rest, NULL, N_("[xmpp:ADDRESS]") },
    { NULL }
  };
  const struct rlimit no_core = { 0, 0 };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (StonechatApplication) application = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  int status;

  /* What is in memory stays there (S-50). */
  setrlimit (RLIMIT_CORE, &no_core);
  /* GLib's threads are short-lived; a heap for each of them would stay. */
  mallopt (M_ARENA_MAX, 2);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  if (version) {
    g_print ("Stonechat %s\n", STONECHAT_VERSION);
    return 0;
  }
  /* A profile beside the default one is not known to the shell's notifications by its name. */
  if (profile)
    g_setenv ("GNOTIFICATION_BACKEND", "freedesktop", TRUE);
  g_set_prgname ("im.stonechat.Stonechat");
  g_set_application_name ("Stonechat");
  application = stonechat_application_new (profile, provision, quit);
  g_ptr_array_add (arguments, argv[0]);
  for (char **one = rest; one && *one; one++)
    g_ptr_array_add (arguments, *one);
  g_ptr_array_add (arguments, NULL);
  status = g_application_run (G_APPLICATION (application), arguments->len - 1, (char **) arguments->pdata);
  return status ? status : stonechat_application_get_status (application);
}
