/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-choice-row.h"
#include "chat-conversation.h"
#include "stonechat-avatar.h"

#include <adwaita.h>

struct _StonechatChoiceRow {
  GtkWidget parent_instance;
  GtkWidget *picture, *avatar, *icon, *title, *detail, *count, *word;
};

G_DEFINE_FINAL_TYPE (StonechatChoiceRow, stonechat_choice_row, GTK_TYPE_WIDGET)

static void
show_picture (StonechatChoiceRow *self, StonechatChoice *choice)
{
  static const char *const icons[] = {
    [STONECHAT_CHOICE_REQUEST] = "contact-new-symbolic", [STONECHAT_CHOICE_WRITE] = "document-edit-symbolic",
    [STONECHAT_CHOICE_ACTION] = "go-next-symbolic", [STONECHAT_CHOICE_SETTING] = "emblem-system-symbolic",
  };
  XmppJid *jid = CHAT_IS_CONVERSATION (choice->item) ? chat_conversation_get_jid (CHAT_CONVERSATION (choice->item))
                 : CHAT_IS_CONTACT (choice->item)    ? chat_contact_get_jid (CHAT_CONTACT (choice->item)) : NULL;
  XmppAvailability availability = XMPP_AVAILABILITY_OFFLINE;

  gtk_widget_set_visible (self->avatar, jid != NULL);
  gtk_widget_set_visible (self->icon, jid == NULL);
  if (jid) {
    g_object_get (choice->item, "availability", &availability, NULL);
    g_object_set (self->avatar, "name", choice->title, "address", xmpp_jid_get_bare_string (jid), "availability", availability, NULL);
  } else {
    gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icons[choice->kind]);
  }
}

void
stonechat_choice_row_set_choice (StonechatChoiceRow *self, StonechatChoice *choice)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *description = stonechat_choice_describe (choice), *count = NULL, *key = NULL;
  guint unread = stonechat_choice_get_unread (choice), keyval;
  GdkModifierType modifiers;

  show_picture (self, choice);
  gtk_label_set_text (GTK_LABEL (self->title), choice->title);
  gtk_label_set_text (GTK_LABEL (self->detail), choice->detail ? choice->detail : "");
  gtk_widget_set_visible (self->detail, choice->detail != NULL);
  count = unread ? g_strdup_printf ("%u", unread) : NULL;
  gtk_label_set_text (GTK_LABEL (self->count), count ? count : "");
  gtk_widget_set_visible (self->count, count != NULL);
  if (choice->key && gtk_accelerator_parse (choice->key, &keyval, &modifiers))
    key = gtk_accelerator_get_label (keyval, modifiers);
  gtk_label_set_text (GTK_LABEL (self->word), key ? key : stonechat_choice_get_word (choice));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, description, -1);
  if (parent)
    gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, description, -1);
}

GtkWidget *
stonechat_choice_row_new (void)
{
  return g_object_new (STONECHAT_TYPE_CHOICE_ROW, NULL);
}

static GtkWidget *
new_label (const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, style);
  return label;
}

static void
stonechat_choice_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (stonechat_choice_row_parent_class)->dispose (object);
}

static void
stonechat_choice_row_class_init (StonechatChoiceRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stonechat_choice_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
stonechat_choice_row_init (StonechatChoiceRow *self)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 10);
  self->picture = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->avatar = g_object_new (STONECHAT_TYPE_AVATAR, "size", 30, "show-presence", TRUE, NULL);
  self->icon = gtk_image_new ();
  self->title = new_label ("name");
  self->detail = new_label ("detail");
  self->count = new_label ("pill");
  self->word = new_label ("detail");
  gtk_widget_set_size_request (self->picture, 30, 30);
  gtk_widget_set_hexpand (self->icon, TRUE);
  gtk_box_append (GTK_BOX (self->picture), self->avatar);
  gtk_box_append (GTK_BOX (self->picture), self->icon);
  gtk_box_append (GTK_BOX (words), self->title);
  gtk_box_append (GTK_BOX (words), self->detail);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->count, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (self->picture, FALSE);
  gtk_widget_set_parent (self->picture, GTK_WIDGET (self));
  gtk_widget_set_parent (words, GTK_WIDGET (self));
  gtk_widget_set_parent (self->count, GTK_WIDGET (self));
  gtk_widget_set_parent (self->word, GTK_WIDGET (self));
}
