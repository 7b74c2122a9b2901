/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-hit-row.h"
#include "stonechat-avatar.h"
#include "stonechat-excerpt.h"
#include "stonechat-time.h"

#include <glib/gi18n.h>

struct _StonechatHitRow {
  GtkWidget parent_instance;
  GtkWidget *avatar, *name, *stamp, *text;
};

G_DEFINE_FINAL_TYPE (StonechatHitRow, stonechat_hit_row, GTK_TYPE_WIDGET)

void
stonechat_hit_row_set_hit (StonechatHitRow *self, ChatSearchHit *hit)
{
  ChatConversation *chat = chat_search_hit_get_conversation (hit);
  ChatMessage *message = chat_search_hit_get_message (hit);
  const char *whom = chat_conversation_get_name (chat);
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *isolated = g_strdup_printf ("\u2068%s\u2069", whom);
  /* Translators: of one's own message, with the name of the chat that it is in */
  g_autofree char *name = chat_message_get_own (message) ? g_strdup_printf (_("You to %s"), isolated) : g_strdup (whom);
  g_autofree char *stamp = stonechat_time_short (chat_message_get_time (message)), *text = NULL, *description = NULL;
  PangoAttrList *marks;

  if (!chat_message_get_id (message)) {
    g_autofree char *time = g_steal_pointer (&stamp);

    /* Translators: of a message that is only there; %s is when it was said */
    stamp = g_strdup_printf (_("On the server · %s"), time);
  }
  text = stonechat_excerpt (chat_message_get_text (message), chat_search_hit_get_ranges (hit), &marks);
  gtk_label_set_text (GTK_LABEL (self->name), name);
  gtk_label_set_text (GTK_LABEL (self->stamp), stamp);
  gtk_label_set_text (GTK_LABEL (self->text), text);
  gtk_label_set_attributes (GTK_LABEL (self->text), marks);
  pango_attr_list_unref (marks);
  g_object_set (self->avatar, "name", whom, "address", xmpp_jid_get_bare_string (chat_conversation_get_jid (chat)), NULL);
  description = g_strdup_printf ("%s, %s, %s", name, stamp, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, description, -1);
  if (parent)
    gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, description, -1);
}

GtkWidget *
stonechat_hit_row_new (void)
{
  return g_object_new (STONECHAT_TYPE_HIT_ROW, NULL);
}

static GtkWidget *
new_label (const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (style)
    gtk_widget_add_css_class (label, style);
  return label;
}

static void
stonechat_hit_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (stonechat_hit_row_parent_class)->dispose (object);
}

static void
stonechat_hit_row_class_init (StonechatHitRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stonechat_hit_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
stonechat_hit_row_init (StonechatHitRow *self)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2), *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 12);
  self->avatar = g_object_new (STONECHAT_TYPE_AVATAR, "size", 34, NULL);
  self->name = new_label ("name");
  self->stamp = new_label ("stamp");
  self->text = new_label (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->text), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (self->text), 2);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (self->text), GTK_NATURAL_WRAP_NONE);
  gtk_widget_set_hexpand (self->name, TRUE);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (self->avatar, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (head), self->name);
  gtk_box_append (GTK_BOX (head), self->stamp);
  gtk_box_append (GTK_BOX (words), head);
  gtk_box_append (GTK_BOX (words), self->text);
  gtk_widget_set_parent (self->avatar, GTK_WIDGET (self));
  gtk_widget_set_parent (words, GTK_WIDGET (self));
}
