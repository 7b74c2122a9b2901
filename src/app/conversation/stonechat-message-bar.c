/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-message-bar.h"
#include "stonechat-message-menu.h"

#include <glib/gi18n.h>

#define GAP 6            /* to the bubble */
#define EDGE 4           /* to the view's */

static void
add (GtkWidget *bar, const char *icon, const char *name, const char *key, const char *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);
  g_autofree char *tip = key ? g_strdup_printf ("%s (%s)", name, key) : g_strdup (name);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data (G_OBJECT (button), "action", (gpointer) action);
  gtk_box_append (GTK_BOX (bar), button);
}

GtkWidget *
stonechat_message_bar_new (void)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  add (bar, "face-smile-symbolic", _("React"), "+", "conversation.pick-reaction");
  add (bar, "mail-reply-sender-symbolic", _("Reply"), "R", "conversation.reply");
  add (bar, "view-more-symbolic", _("More"), NULL, "conversation.menu");
  gtk_widget_set_can_focus (bar, FALSE);
  gtk_widget_add_css_class (bar, "message-bar");
  return bar;
}

void
stonechat_message_bar_set (GtkWidget *bar, ChatConversation *conversation, ChatMessage *message)
{
  GtkWidget *react = gtk_widget_get_first_child (bar), *reply = gtk_widget_get_next_sibling (react);

  gtk_widget_set_visible (react, chat_conversation_may_react (conversation, message));
  gtk_widget_set_visible (reply, stonechat_message_menu_may_reply (conversation, message));
  for (GtkWidget *button = react; button; button = gtk_widget_get_next_sibling (button)) {
    gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "x", chat_message_get_id (message));
    gtk_actionable_set_action_name (GTK_ACTIONABLE (button), g_object_get_data (G_OBJECT (button), "action"));
  }
}

gboolean
stonechat_message_bar_place (GtkWidget *bar, const graphene_rect_t *bubble, gboolean at_end, int width, int height, GdkRectangle *place)
{
  int left = bubble->origin.x, top = bubble->origin.y, right = left + bubble->size.width, bottom = top + bubble->size.height;
  GtkRequisition size;

  if (bottom <= 0 || top >= height)
    return FALSE;
  gtk_widget_get_preferred_size (bar, NULL, &size);
  place->width = size.width;
  place->height = size.height;
  place->x = at_end ? left - GAP - size.width : right + GAP;
  place->y = bottom - top > 2 * size.height ? bottom - size.height : (top + bottom - size.height) / 2;
  if (place->x < EDGE || place->x + size.width > width - EDGE) {
    place->x = at_end ? left : right - size.width;
    place->y = top - size.height + GAP >= EDGE ? top - size.height + GAP : bottom - GAP;
  }
  place->x = CLAMP (place->x, EDGE, MAX (EDGE, width - EDGE - size.width));
  place->y = CLAMP (place->y, EDGE, MAX (EDGE, height - EDGE - size.height));
  return TRUE;
}
