/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "vectors.h"

#include <string.h>

void
vectors_foreach (const char *name, VectorFunc func, gpointer user_data)
{
  g_autofree char *path = g_build_filename (g_getenv ("STONECHAT_TEST_DATA"), "vectors", name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) fields = NULL;
    g_autoptr (GPtrArray) decoded = g_ptr_array_new_with_free_func (g_free);

    if (*lines[i] == '#' || *lines[i] == '\0')
      continue;
    fields = g_strsplit (lines[i], "\t", -1);
    for (guint j = 0; fields[j] != NULL; j++)
      g_ptr_array_add (decoded, strcmp (fields[j], "-") == 0 ? NULL : g_strcompress (fields[j]));
    func ((char **) decoded->pdata, decoded->len, user_data);
    n++;
  }
  g_assert_cmpuint (n, >, 0);
}
