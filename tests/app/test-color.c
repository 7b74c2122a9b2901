/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-color.h"
#include "stonechat-message-text.h"
#include "vectors.h"

#include <adwaita.h>
#include <math.h>

/* The colours of people, and that what stands on a bubble can be read in light and dark. */

static void
check_color (char **fields, guint n_fields, gpointer user_data)
{
  double hue = stonechat_hue (fields[0]);
  GdkRGBA color = stonechat_color (hue, 100, 50);

  g_assert_cmpuint (n_fields, ==, 5);
  g_assert_cmpfloat_with_epsilon (hue, g_ascii_strtod (fields[1], NULL), 0.001);
  g_assert_cmpfloat_with_epsilon (color.red, g_ascii_strtod (fields[2], NULL), 0.001);
  g_assert_cmpfloat_with_epsilon (color.green, g_ascii_strtod (fields[3], NULL), 0.001);
  g_assert_cmpfloat_with_epsilon (color.blue, g_ascii_strtod (fields[4], NULL), 0.001);
}

/* XEP-0392 §13, with its tolerance. */
static void
test_vectors (void)
{
  vectors_foreach ("color.tsv", check_color, NULL);
}

static GdkRGBA
over (GdkRGBA color, double opacity, GdkRGBA ground)
{
  double alpha = color.alpha * opacity;

  return (GdkRGBA) { color.red * alpha + ground.red * (1 - alpha), color.green * alpha + ground.green * (1 - alpha),
                     color.blue * alpha + ground.blue * (1 - alpha), 1 };
}

static double
linear (double value)
{
  return value <= 0.04045 ? value / 12.92 : pow ((value + 0.055) / 1.055, 2.4);
}

static double
luminance (GdkRGBA color)
{
  return 0.2126 * linear (color.red) + 0.7152 * linear (color.green) + 0.0722 * linear (color.blue);
}

/* WCAG 2.1 §1.4.3 */
static void
assert_readable (const char *what, GdkRGBA color, double opacity, GdkRGBA ground)
{
  double one = luminance (over (color, opacity, ground)) + 0.05, other = luminance (ground) + 0.05;
  double contrast = MAX (one, other) / MIN (one, other);

  g_test_message ("%s: %.2f", what, contrast);
  g_assert_cmpfloat (contrast, >=, 4.5);
}

static GdkRGBA
look_up (GtkWidget *widget, const char *name)
{
  GdkRGBA color;

  g_assert_true (gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &color));
  return color;
}

static void
check_bubble (GtkWidget *text, GdkRGBA ground, gboolean dark)
{
  GdkRGBA color = { 0 }, opaque;

  gtk_style_context_get_color (gtk_widget_get_style_context (text), &color);
  opaque = color;
  opaque.alpha = 1;
  assert_readable ("text", color, 1, ground);
  assert_readable ("time", color, 0.72, ground);
  assert_readable ("marks", opaque, 0xa800 / 65535.0, ground);
  assert_readable ("quotations", opaque, 0xc000 / 65535.0, ground);
  assert_readable ("what is answered", color, 0.78, ground);
  assert_readable ("links", look_up (text, "link_on_bubble"), 1, ground);
  assert_readable ("found", color, 1, over (look_up (text, "found_color"), 1, ground));
  assert_readable ("looked at", color, 1, over (look_up (text, "found_current_color"), 1, ground));
  for (int hue = 0; hue < 360; hue += 5)
    assert_readable ("name", stonechat_color (hue, 100, dark ? 74 : 40), 1, ground);
}

/* Everything that a bubble shows, on one's own and on those of others, as style.css colours them. */
static void
test_contrast (gconstpointer data)
{
  gboolean dark = data != NULL;
  GtkWidget *window = adw_window_new (), *text = stonechat_message_text_new ();
  GtkCssProvider *provider = gtk_css_provider_new ();
  GdkRGBA ground, color;

  gtk_css_provider_load_from_resource (provider, "/im/stonechat/Stonechat/style.css");
  gtk_style_context_add_provider_for_display (gtk_widget_get_display (window), GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), dark ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
  adw_window_set_content (ADW_WINDOW (window), text);
  ground = look_up (text, "window_bg_color");
  gtk_style_context_get_color (gtk_widget_get_style_context (text), &color);
  g_assert_cmpint (color.red > 0.5, ==, dark);
  /* the two grounds of style.css */
  check_bubble (text, over (color, 0.08, ground), dark);
  check_bubble (text, over (look_up (text, "accent_bg_color"), 0.22, ground), dark);
  gtk_style_context_remove_provider_for_display (gtk_widget_get_display (window), GTK_STYLE_PROVIDER (provider));
  g_object_unref (provider);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/color/vectors", test_vectors);
  g_test_add_data_func ("/color/contrast/light", NULL, test_contrast);
  g_test_add_data_func ("/color/contrast/dark", "", test_contrast);
  return g_test_run ();
}
