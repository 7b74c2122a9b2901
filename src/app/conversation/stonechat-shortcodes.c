/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-shortcodes.h"

#include <string.h>

#define USUAL "/im/stonechat/Stonechat/shortcodes.txt"
#define ALL "/org/gtk/libgtk/emoji/en.data"
#define ALL_TYPE "a(ausasu)"       /* code points, name, keywords, group; in GTK 4.8 to 4.18 */

typedef struct { char *name, *emoji, *keywords; } Entry;

static GArray *entries;       /* of Entry, the usual ones first */

static void
add (char *name, char *emoji, char *keywords)
{
  Entry entry = { name, emoji, keywords };

  g_array_append_val (entries, entry);
}

static void
add_usual (void)
{
  g_autoptr (GBytes) bytes = g_resources_lookup_data (USUAL, 0, NULL);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i]; i++) {
    char *space = strchr (lines[i], ' ');

    if (space)
      add (g_strndup (lines[i], space - lines[i]), g_strdup (space + 1), NULL);
  }
}

static char *
to_name (const char *words)
{
  char *name = g_utf8_strdown (words, -1), *to = name;

  for (const char *p = name; *p; p++)
    if (g_ascii_isalnum (*p) || (guchar) *p >= 0x80 || *p == '+' || *p == '-')
      *to++ = *p;
    else if (to > name && to[-1] != '_')
      *to++ = '_';
  *to = '\0';
  return name;
}

/* A code point of 0 is where the colour of skin would stand. */
static char *
to_emoji (GVariant *codes)
{
  GString *emoji = g_string_new (NULL);
  gsize n;
  const guint32 *code = g_variant_get_fixed_array (codes, &n, sizeof (guint32));

  for (gsize i = 0; i < n; i++)
    if (code[i])
      g_string_append_unichar (emoji, code[i]);
  /* As a picture, where it would be a letter else. */
  if (n == 1 && code[0] < 0x1f000)
    g_string_append_unichar (emoji, 0xfe0f);
  return g_string_free (emoji, FALSE);
}

static void
add_all (void)
{
  g_autoptr (GBytes) bytes = g_resources_lookup_data (ALL, 0, NULL);
  g_autoptr (GVariant) all = bytes ? g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (ALL_TYPE), bytes, TRUE)) : NULL;
  GVariantIter iter;
  GVariant *codes;
  const char *name;
  g_autofree const char **keywords = NULL;
  guint group;

  if (!all)
    return;
  g_variant_iter_init (&iter, all);
  while (g_variant_iter_next (&iter, "(@au&s^a&su)", &codes, &name, &keywords, &group)) {
    add (to_name (name), to_emoji (codes), g_strjoinv ("_", (char **) keywords));
    g_variant_unref (codes);
    g_clear_pointer (&keywords, g_free);
  }
}

/* Two thousand, read when somebody first types a colon and two letters. */
static void
load (void)
{
  if (entries)
    return;
  entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  add_usual ();
  add_all ();
}

static gboolean
has_word (const char *words, const char *letters)
{
  for (const char *p = words; p; p = strchr (p, '_')) {
    p += *p == '_';
    if (g_str_has_prefix (p, letters))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_found (const Entry *entry, const char *letters, int round)
{
  switch (round) {
  case 0: return g_str_has_prefix (entry->name, letters);
  case 1: return has_word (entry->name, letters);
  default: return entry->keywords && has_word (entry->keywords, letters);
  }
}

GPtrArray *
stonechat_shortcodes_find (const char *letters, guint most)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_free);

  load ();
  for (int round = 0; round < 3; round++)
    for (guint i = 0; i < entries->len && found->len < most; i++) {
      const Entry *entry = &g_array_index (entries, Entry, i);
      StonechatShortcode *one;

      if (!is_found (entry, letters, round) || !g_hash_table_add (seen, entry->emoji))
        continue;
      one = g_new (StonechatShortcode, 1);
      *one = (StonechatShortcode) { entry->name, entry->emoji };
      g_ptr_array_add (found, one);
    }
  return found;
}

const char *
stonechat_shortcodes_lookup (const char *name)
{
  load ();
  for (guint i = 0; i < entries->len; i++)
    if (g_str_equal (g_array_index (entries, Entry, i).name, name))
      return g_array_index (entries, Entry, i).emoji;
  return NULL;
}
