/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-narrow.h"

static gboolean
has_close (const char *side)
{
  g_auto (GStrv) names = g_strsplit (side ? side : "", ",", -1);

  return g_strv_contains ((const char *const *) names, "close");
}

void
stonechat_narrow_set (AdwHeaderBar *bar, gboolean narrow)
{
  g_autofree char *layout = NULL;
  g_auto (GStrv) sides = NULL;

  if (narrow) {
    g_object_get (gtk_widget_get_settings (GTK_WIDGET (bar)), "gtk-decoration-layout", &layout, NULL);
    sides = g_strsplit (layout ? layout : "", ":", 2);
  }
  if (!sides)
    adw_header_bar_set_decoration_layout (bar, NULL);
  else if (has_close (sides[0]))
    adw_header_bar_set_decoration_layout (bar, "close:");
  else
    adw_header_bar_set_decoration_layout (bar, sides[0] && has_close (sides[1]) ? ":close" : ":");
}
