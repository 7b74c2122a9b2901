/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-emoji.h"

#include <gio/gio.h>
#include <pango/pango.h>
#include <string.h>

#define TYPE "a(ausasu)"       /* code points, name, keywords, group; in GTK 4.8 to 4.18 */
#define PICTURE 0xfe0f         /* only says that it is no letter */

static gboolean
is_skin (gunichar c)
{
  return c >= 0x1f3fb && c <= 0x1f3ff;
}

/* Without what has no part in the name. */
static char *
to_key (const char *emoji)
{
  GString *key = g_string_new (NULL);

  for (const char *p = emoji; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c != PICTURE && !is_skin (c))
      g_string_append_unichar (key, c);
  }
  return g_string_free (key, FALSE);
}

/* A code point of 0 is where the colour of skin would stand. */
static char *
codes_to_key (GVariant *codes)
{
  GString *key = g_string_new (NULL);
  gsize n;
  const guint32 *code = g_variant_get_fixed_array (codes, &n, sizeof (guint32));

  for (gsize i = 0; i < n; i++)
    if (code[i] && code[i] != PICTURE)
      g_string_append_unichar (key, code[i]);
  return g_string_free (key, FALSE);
}

static void
add (GHashTable *names, GBytes *bytes)
{
  g_autoptr (GVariant) all = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (TYPE), bytes, TRUE));
  GVariantIter iter;
  GVariant *codes;
  const char *name;

  g_variant_iter_init (&iter, all);
  while (g_variant_iter_next (&iter, "(@au&sasu)", &codes, &name, NULL, NULL)) {
    g_hash_table_insert (names, codes_to_key (codes), g_strdup (name));
    g_variant_unref (codes);
  }
}

/* GTK carries the English ones; others lie in files, one for each language. */
static GBytes *
find_translated (void)
{
  g_autofree char *language = g_strndup (pango_language_to_string (pango_language_get_default ()), 2);
  g_autofree char *file = g_strconcat (language, ".gresource", NULL), *inside = g_strconcat ("/org/gtk/libgtk/emoji/", language, ".data", NULL);

  for (const char *const *dir = g_get_system_data_dirs (); *dir; dir++) {
    g_autofree char *path = g_build_filename (*dir, "gtk-4.0", "emoji", file, NULL);
    g_autoptr (GResource) resource = g_resource_load (path, NULL);
    GBytes *bytes = resource ? g_resource_lookup_data (resource, inside, 0, NULL) : NULL;

    if (bytes)
      return bytes;
  }
  return NULL;
}

/* Two thousand, read when the first one is asked for. */
static GHashTable *
get_names (void)
{
  static GHashTable *names;

  if (!names) {
    g_autoptr (GBytes) english = g_resources_lookup_data ("/org/gtk/libgtk/emoji/en.data", 0, NULL), translated = find_translated ();

    names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    if (english)
      add (names, english);
    if (translated)
      add (names, translated);
  }
  return names;
}

const char *
stonechat_emoji_get_name (const char *emoji)
{
  g_autofree char *key = to_key (emoji);
  const char *name = *key ? g_hash_table_lookup (get_names (), key) : NULL;

  return name ? name : emoji;
}
