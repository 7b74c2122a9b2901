/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-stack.h"

static void
update_cb (GtkStack *stack)
{
  GtkWidget *shown = gtk_stack_get_visible_child (stack);

  /* A page would have the name of its class, which is said on the way to all that is in it. */
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (stack)); child; child = gtk_widget_get_next_sibling (child)) {
    gtk_accessible_update_state (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_STATE_HIDDEN, child != shown, -1);
    gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_stack_get_page (stack, child)), GTK_ACCESSIBLE_PROPERTY_LABEL, "", -1);
  }
}

void
stonechat_stack_tell_shown (GtkStack *stack)
{
  g_signal_connect (stack, "notify::visible-child", G_CALLBACK (update_cb), NULL);
  update_cb (stack);
}
