/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-account-row.h"
#include "stonechat-account-settings.h"

#include <glib/gi18n.h>

struct _StonechatAccountRow {
  AdwActionRow parent_instance;
  ChatProfile *profile;
  ChatAccount *account;
  GtkWidget *solve, *enabled, *settings;
};

G_DEFINE_FINAL_TYPE (StonechatAccountRow, stonechat_account_row, ADW_TYPE_ACTION_ROW)

static void
settings_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StonechatAccountRow *self = STONECHAT_ACCOUNT_ROW (widget);
  GtkWidget *popover = gtk_widget_get_ancestor (widget, GTK_TYPE_POPOVER);
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (widget));

  if (popover)
    gtk_popover_popdown (GTK_POPOVER (popover));
  gtk_window_present (GTK_WINDOW (stonechat_account_settings_new (window, self->profile, self->account)));
}

static void
update (StonechatAccountRow *self)
{
  const char *name = chat_account_get_name (self->account), *address = chat_account_get_address (self->account);
  const char *line = chat_account_get_status_line (self->account);
  gboolean needs = chat_account_get_need (self->account) != CHAT_ACCOUNT_NEEDS_NOTHING;
  g_autofree char *both = g_strdup_printf ("%s · %s", address, line);
  g_autofree char *settings = g_strdup_printf (_("Settings of %s"), name);
  g_autofree char *solve = g_strdup_printf (_("Solve the Problem of %s"), name);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), g_str_equal (name, address) ? line : both);
  /* Both lead to the settings, and there is room for one. */
  gtk_widget_set_visible (self->solve, needs);
  gtk_widget_set_visible (self->settings, !needs);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->enabled), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->settings), GTK_ACCESSIBLE_PROPERTY_LABEL, settings, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->solve), GTK_ACCESSIBLE_PROPERTY_LABEL, solve, -1);
}

GtkWidget *
stonechat_account_row_new (ChatProfile *profile, ChatAccount *account)
{
  StonechatAccountRow *self = g_object_new (STONECHAT_TYPE_ACCOUNT_ROW, NULL);

  self->profile = g_object_ref (profile);
  self->account = g_object_ref (account);
  g_object_bind_property (account, "enabled", self->enabled, "active", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (account, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

static void
stonechat_account_row_dispose (GObject *object)
{
  StonechatAccountRow *self = STONECHAT_ACCOUNT_ROW (object);

  g_clear_object (&self->profile);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (stonechat_account_row_parent_class)->dispose (object);
}

static void
stonechat_account_row_class_init (StonechatAccountRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_account_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-account-row.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatAccountRow, child)
  BIND (solve); BIND (enabled); BIND (settings);
#undef BIND
  gtk_widget_class_install_action (widget_class, "account-row.settings", NULL, settings_action);
}

static void
stonechat_account_row_init (StonechatAccountRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
