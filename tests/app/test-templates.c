/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include <adwaita.h>

/* Every template in the resources makes a widget, and the widget goes when it is let go. The list is the resources' own, and
 * check-templates sees that every file of ui/ is in them, so none can be forgotten. */

#define FOLDER "/im/stonechat/Stonechat/ui/"

/* NULL for a file that is not a template. */
static char *
find_class (const char *file)
{
  g_autofree char *path = g_strconcat (FOLDER, file, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  g_autoptr (GRegex) regex = g_regex_new ("<template class=\"(\\w+)\"", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  g_assert_no_error (error);
  if (!g_regex_match_full (regex, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 0, 0, &match, NULL))
    return NULL;
  return g_match_info_fetch (match, 1);
}

static void
finish (gpointer object)
{
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_finalize_object (G_OBJECT (object));
}

static void
test_template (gconstpointer data)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new ();
  GType type = gtk_builder_get_type_from_name (builder, data);
  GtkWidget *widget;

  g_assert_true (g_type_is_a (type, GTK_TYPE_WIDGET));
  widget = g_object_ref_sink (g_object_new (type, NULL));
  g_assert_nonnull (gtk_widget_get_first_child (widget));
  if (GTK_IS_WINDOW (widget))
    gtk_window_destroy (GTK_WINDOW (widget));
  finish (widget);
}

/* Our icons are in the resources, where nothing has to be added to the theme. */
static void
test_icons (void)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gdk_display_get_default ());

  g_assert_true (gtk_icon_theme_has_icon (theme, "im.stonechat.Stonechat"));
  g_assert_true (gtk_icon_theme_has_icon (theme, "im.stonechat.Stonechat-symbolic"));
}

int
main (int argc, char *argv[])
{
  g_auto (GStrv) files = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/icons", test_icons);
  files = g_resources_enumerate_children (FOLDER, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  for (char **file = files; *file; file++) {
    char *name = find_class (*file);
    g_autofree char *path = g_strconcat ("/templates/", *file, NULL);

    if (!name)
      continue;
    g_ptr_array_add (names, name);
    g_test_add_data_func (path, name, test_template);
  }
  g_assert_cmpuint (names->len, >, 0);
  return g_test_run ();
}
