/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#define G_SETTINGS_ENABLE_BACKEND
#include "stonechat-application.h"
#include "chat-profile.h"
#include "stonechat-notifier.h"
#include "stonechat-timing.h"
#include "stonechat-window.h"

#include <gio/gsettingsbackend.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <malloc.h>
#include <signal.h>

#define APPLICATION_ID "im.stonechat.Stonechat"
#define SETTLED_S 20                     /* after this time a start is over */

struct _StonechatApplication {
  AdwApplication parent_instance;
  char *folder, *provision, *uri;
  gboolean quit_after;
  int status;
  ChatProfile *profile;
  GSettings *settings;
  GtkWidget *window;
  gboolean closing, opened;
  StonechatNotifier *notifier;
  guint signal_sources[2], settled_source;
};

G_DEFINE_FINAL_TYPE (StonechatApplication, stonechat_application, ADW_TYPE_APPLICATION)

/* -- closing --------------------------------------------------------------------------------------------------------- */

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatApplication) self = user_data;

  chat_profile_close_finish (CHAT_PROFILE (source), result, NULL);
  g_application_release (G_APPLICATION (self));
  g_application_quit (G_APPLICATION (self));
}

static void
begin_closing (StonechatApplication *self)
{
  if (self->closing)
    return;
  self->closing = TRUE;
  if (self->window)
    gtk_widget_set_visible (self->window, FALSE);
  if (!self->opened) {
    g_application_quit (G_APPLICATION (self));
    return;
  }
  g_application_hold (G_APPLICATION (self));
  chat_profile_close_async (self->profile, closed_cb, g_object_ref (self));
}

static gboolean
signal_cb (gpointer user_data)
{
  begin_closing (user_data);
  return G_SOURCE_CONTINUE;
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  begin_closing (user_data);
}

/* Of a notification that was clicked. */
static void
open_conversation_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  StonechatApplication *self = user_data;

  if (self->window) {
    gtk_window_present (GTK_WINDOW (self->window));
    gtk_widget_activate_action_variant (self->window, "win.open-conversation", parameter);
  }
}

/* -- opening --------------------------------------------------------------------------------------------------------- */

static void
online_cb (StonechatApplication *self)
{
  gboolean online;

  g_object_get (self->profile, "online", &online, NULL);
  if (online)
    stonechat_timing_mark ("online");
}

static void
contacts_cb (StonechatApplication *self)
{
  stonechat_timing_mark ("roster shown");
}

static void
fail (StonechatApplication *self, const GError *error)
{
  g_autoptr (ChatProblem) problem = chat_problem_new (error, self->folder);

  self->status = 1;
  g_printerr ("%s\n", problem->text);
  if (self->quit_after || self->provision || error->domain != CHAT_ERROR || error->code == CHAT_ERROR_PROFILE_IN_USE)
    begin_closing (self);
  else if (self->window)
    stonechat_window_show_error (STONECHAT_WINDOW (self->window), problem->text);
}

/* What starting and the first log-in needed for a moment goes back to the system: it is a tenth of what we take. */
static gboolean
settled_cb (gpointer user_data)
{
  StonechatApplication *self = user_data;

  self->settled_source = 0;
  malloc_trim (0);
  return G_SOURCE_REMOVE;
}

static void
show (StonechatApplication *self)
{
  if (self->quit_after) {
    begin_closing (self);
    return;
  }
  stonechat_window_show_profile (STONECHAT_WINDOW (self->window));
  stonechat_timing_mark_painted (self->window, "chats readable");
  self->settled_source = g_timeout_add_seconds (SETTLED_S, settled_cb, self);
  if (g_list_model_get_n_items (chat_profile_get_contacts (self->profile)) > 0)
    contacts_cb (self);
  if (self->uri)
    stonechat_window_open_uri (STONECHAT_WINDOW (self->window), self->uri);
  g_clear_pointer (&self->uri, g_free);
}

static void
provisioned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = chat_profile_provision_finish (CHAT_PROFILE (source), result, &error);

  if (!lines) {
    fail (self, error);
    return;
  }
  for (char **line = lines; *line; line++)
    g_print ("%s\n", *line);
  show (self);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatApplication) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!chat_profile_open_finish (CHAT_PROFILE (source), result, &error)) {
    fail (self, error);
    return;
  }
  self->opened = TRUE;
  if (self->closing) {
    self->closing = FALSE;
    begin_closing (self);
  } else if (self->provision) {
    chat_profile_provision_async (self->profile, self->provision, NULL, provisioned_cb, g_object_ref (self));
  } else {
    show (self);
  }
}

static void
open_profile (StonechatApplication *self)
{
  g_autofree char *data = self->folder ? g_build_filename (self->folder, "data", NULL)
                                       : g_build_filename (g_get_user_data_dir (), "stonechat", NULL);
  g_autofree char *cache = self->folder ? g_build_filename (self->folder, "cache", NULL)
                                        : g_build_filename (g_get_user_cache_dir (), "stonechat", NULL);
  ChatProfileConfig config = { .data_dir = data, .cache_dir = cache };

  self->profile = chat_profile_new (&config);
  self->notifier = stonechat_notifier_new (G_APPLICATION (self), self->profile, self->settings, self->folder != NULL);
  g_signal_connect_object (self->profile, "notify::online", G_CALLBACK (online_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chat_profile_get_contacts (self->profile), "items-changed", G_CALLBACK (contacts_cb), self, G_CONNECT_SWAPPED);
  chat_profile_open_async (self->profile, NULL, opened_cb, g_object_ref (self));
}

static void
set_scheme (StonechatApplication *self)
{
  g_autofree char *scheme = g_settings_get_string (self->settings, "color-scheme");

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      g_str_equal (scheme, "light") ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                      : g_str_equal (scheme, "dark") ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_DEFAULT);
}

/* A profile of its own keeps its settings in its folder. */
static GSettings *
open_settings (StonechatApplication *self)
{
  g_autofree char *path = NULL;
  g_autoptr (GSettingsBackend) backend = NULL;

  if (!self->folder)
    return g_settings_new (APPLICATION_ID);
  path = g_build_filename (self->folder, "settings.ini", NULL);
  /* Where nothing can be written, opening the store says so. */
  backend = g_mkdir_with_parents (self->folder, 0700) == 0 ? g_keyfile_settings_backend_new (path, "/im/stonechat/Stonechat/", "Stonechat")
                                                           : g_memory_settings_backend_new ();
  return g_settings_new_with_backend (APPLICATION_ID, backend);
}

/* GTK reads a theme when it starts, in whose place libadwaita then puts an empty one and its own style: a tenth of the time until
 * the window is there. So it begins with the empty one, unless somebody wants another. */
static void
begin_with_empty_theme (void)
{
  if (g_getenv ("GTK_THEME"))
    return;
  g_setenv ("GTK_THEME", "Adwaita-empty", TRUE);
  gtk_init ();
  gtk_settings_get_default ();      /* it is read now */
  g_unsetenv ("GTK_THEME");
}

static void
add_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/im/stonechat/Stonechat/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
stonechat_application_startup (GApplication *application)
{
  StonechatApplication *self = STONECHAT_APPLICATION (application);
  static const GActionEntry actions[] = {
    { "quit", quit_cb, NULL, NULL, NULL, { 0 } },
    { "open-conversation", open_conversation_cb, "(ss)", NULL, NULL, { 0 } },
  };
  const char *quit[] = { "<Control>q", NULL }, *close[] = { "<Control>w", NULL };

  begin_with_empty_theme ();
  G_APPLICATION_CLASS (stonechat_application_parent_class)->startup (application);
  add_style ();
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.quit", quit);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "window.close", close);
  self->settings = open_settings (self);
  set_scheme (self);
  g_signal_connect_object (self->settings, "changed::color-scheme", G_CALLBACK (set_scheme), self, G_CONNECT_SWAPPED);
  self->signal_sources[0] = g_unix_signal_add (SIGINT, signal_cb, self);
  self->signal_sources[1] = g_unix_signal_add (SIGTERM, signal_cb, self);
}

static void
stonechat_application_activate (GApplication *application)
{
  StonechatApplication *self = STONECHAT_APPLICATION (application);

  if (self->closing)
    return;
  if (!self->profile) {
    open_profile (self);
    if (self->quit_after) {
      g_application_hold (application);
      return;
    }
    self->window = stonechat_window_new (GTK_APPLICATION (self), self->profile, self->settings);
    g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
  }
  if (self->window)
    gtk_window_present (GTK_WINDOW (self->window));
}

static void
stonechat_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  StonechatApplication *self = STONECHAT_APPLICATION (application);
  g_autofree char *uri = g_file_get_uri (files[0]);

  if (self->opened && self->window) {
    gtk_window_present (GTK_WINDOW (self->window));
    stonechat_window_open_uri (STONECHAT_WINDOW (self->window), uri);
    return;
  }
  g_free (self->uri);
  self->uri = g_steal_pointer (&uri);
  g_application_activate (application);
}

/* GLib's name of a profile: a hash of its path behind the usual name. */
static char *
make_id (const char *folder)
{
  g_autofree char *path = NULL, *sum = NULL;

  if (!folder)
    return g_strdup (APPLICATION_ID);
  path = g_canonicalize_filename (folder, NULL);
  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1);
  return g_strdup_printf ("%s.p%.16s", APPLICATION_ID, sum);
}

StonechatApplication *
stonechat_application_new (const char *profile, const char *provision, gboolean quit)
{
  g_autofree char *id = make_id (profile);
  StonechatApplication *self = g_object_new (STONECHAT_TYPE_APPLICATION, "application-id", id, "flags", G_APPLICATION_HANDLES_OPEN, NULL);

  /* GTK reads the icon theme in a thread while the window is made. A folder of icons that is added after that began would have to
   * wait for the thread's end, and then all is read again: so there is none, nor what else GTK loads from such a path. */
  g_application_set_resource_base_path (G_APPLICATION (self), NULL);
  self->folder = profile ? g_canonicalize_filename (profile, NULL) : NULL;
  self->provision = provision ? g_canonicalize_filename (provision, NULL) : NULL;
  self->quit_after = quit;
  return self;
}

int
stonechat_application_get_status (StonechatApplication *self)
{
  return self->status;
}

static void
stonechat_application_shutdown (GApplication *application)
{
  StonechatApplication *self = STONECHAT_APPLICATION (application);

  g_clear_handle_id (&self->settled_source, g_source_remove);
  for (guint i = 0; i < G_N_ELEMENTS (self->signal_sources); i++)
    g_clear_handle_id (&self->signal_sources[i], g_source_remove);
  if (self->window)
    gtk_window_destroy (GTK_WINDOW (self->window));
  G_APPLICATION_CLASS (stonechat_application_parent_class)->shutdown (application);
}

static void
stonechat_application_finalize (GObject *object)
{
  StonechatApplication *self = STONECHAT_APPLICATION (object);

  g_clear_object (&self->notifier);
  g_clear_object (&self->profile);
  g_clear_object (&self->settings);
  g_free (self->folder);
  g_free (self->provision);
  g_free (self->uri);
  G_OBJECT_CLASS (stonechat_application_parent_class)->finalize (object);
}

static void
stonechat_application_class_init (StonechatApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = stonechat_application_finalize;
  application_class->startup = stonechat_application_startup;
  application_class->activate = stonechat_application_activate;
  application_class->open = stonechat_application_open;
  application_class->shutdown = stonechat_application_shutdown;
}

static void
stonechat_application_init (StonechatApplication *self)
{
}
