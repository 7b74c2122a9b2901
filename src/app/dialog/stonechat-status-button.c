/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-status-button.h"
#include "stonechat-avatar.h"
#include "stonechat-status-popover.h"

struct _StonechatStatusButton {
  AdwBin parent_instance;
  ChatProfile *profile;
  GtkWidget *button, *avatar;
};

G_DEFINE_FINAL_TYPE (StonechatStatusButton, stonechat_status_button, ADW_TYPE_BIN)

static void
update (StonechatStatusButton *self)
{
  g_autoptr (ChatAccount) first = g_list_model_get_item (chat_profile_get_accounts (self->profile), 0);
  XmppAvailability availability;
  gboolean online;

  g_object_get (self->profile, "availability", &availability, "online", &online, NULL);
  g_object_set (self->avatar, "name", first ? chat_account_get_name (first) : NULL,
                "availability", online ? availability : XMPP_AVAILABILITY_OFFLINE, NULL);
}

/* Built when it is first opened: the window shall not wait for it. */
static void
build_cb (GtkMenuButton *button, gpointer user_data)
{
  StonechatStatusButton *self = user_data;

  if (!gtk_menu_button_get_popover (button))
    gtk_menu_button_set_popover (button, stonechat_status_popover_new (self->profile));
}

GtkWidget *
stonechat_status_button_new (ChatProfile *profile)
{
  StonechatStatusButton *self = g_object_new (STONECHAT_TYPE_STATUS_BUTTON, NULL);

  self->profile = g_object_ref (profile);
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->button), build_cb, self, NULL);
  g_signal_connect_object (profile, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

static void
stonechat_status_button_dispose (GObject *object)
{
  g_clear_object (&STONECHAT_STATUS_BUTTON (object)->profile);
  G_OBJECT_CLASS (stonechat_status_button_parent_class)->dispose (object);
}

static void
stonechat_status_button_class_init (StonechatStatusButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_status_button_dispose;
  g_type_ensure (STONECHAT_TYPE_AVATAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-status-button.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatStatusButton, child)
  BIND (button); BIND (avatar);
#undef BIND
}

static void
stonechat_status_button_init (StonechatStatusButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
