/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-groups.h"
#include "chat-contact.h"

char **
stonechat_groups_split (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1), groups = g_new0 (char *, 1);

  for (char **part = parts; *part; part++) {
    char **more = stonechat_groups_with ((const char *const *) groups, *part);

    if (!more)
      continue;
    g_strfreev (groups);
    groups = more;
  }
  return g_steal_pointer (&groups);
}

char **
stonechat_groups_with (const char *const *groups, const char *name)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (name));
  g_autoptr (GStrvBuilder) builder = NULL;

  if (!*trimmed || g_strv_contains (groups, trimmed))
    return NULL;
  builder = g_strv_builder_new ();
  g_strv_builder_addv (builder, (const char **) groups);
  g_strv_builder_add (builder, trimmed);
  return g_strv_builder_end (builder);
}

char **
stonechat_groups_without (const char *const *groups, const char *name)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (const char *const *group = groups; *group; group++)
    if (!g_str_equal (*group, name))
      g_strv_builder_add (builder, *group);
  return g_strv_builder_end (builder);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char **) a, *(const char **) b);
}

/* Names are not labels: an underscore in them is one. */
static GMenuItem *
new_item (const char *name, const char *action)
{
  g_auto (GStrv) parts = g_strsplit (name, "_", -1);
  g_autofree char *label = g_strjoinv ("__", parts);
  GMenuItem *item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", name);
  return item;
}

GMenuModel *
stonechat_groups_menu_new (GListModel *contacts, const char *const *except, const char *action)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GMenu *menu = g_menu_new ();
  GHashTableIter iter;
  gpointer name;

  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++) {
    g_autoptr (ChatContact) contact = g_list_model_get_item (contacts, i);

    for (const char *const *group = chat_contact_get_groups (contact); *group; group++)
      if (!g_strv_contains (except, *group))
        g_hash_table_add (seen, g_strdup (*group));
  }
  g_hash_table_iter_init (&iter, seen);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, name);
  g_ptr_array_sort (names, compare);
  for (guint i = 0; i < names->len; i++) {
    g_autoptr (GMenuItem) item = new_item (g_ptr_array_index (names, i), action);

    g_menu_append_item (menu, item);
  }
  return G_MENU_MODEL (menu);
}
