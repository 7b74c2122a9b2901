/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-blocked-group.h"
#include "stonechat-block-ask.h"
#include "stonechat-fields.h"

#include <glib/gi18n.h>

struct _StonechatBlockedGroup {
  AdwPreferencesGroup parent_instance;
  ChatProfile *profile;
  ChatAccount *account;
  GtkWidget *items, *address, *apply, *problem;
};

G_DEFINE_FINAL_TYPE (StonechatBlockedGroup, stonechat_blocked_group, ADW_TYPE_PREFERENCES_GROUP)

static GtkWindow *
get_window (StonechatBlockedGroup *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

static GtkWidget *
new_row (const char *address)
{
  GtkWidget *row = adw_action_row_new (), *unblock = gtk_button_new_with_label (_("Unblock"));
  g_autofree char *label = g_strdup_printf (_("Unblock %s"), address);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), address);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (unblock), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_valign (unblock, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (unblock), "blocked.unblock");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (unblock), "s", address);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), unblock);
  return row;
}

static void
update_rows (StonechatBlockedGroup *self)
{
  g_auto (GStrv) items = chat_blocks_dup_items (chat_profile_get_blocks (self->profile), self->account);
  GtkWidget *child;
  gboolean focused = FALSE;

  while ((child = gtk_widget_get_first_child (self->items)) != self->address) {
    focused |= gtk_widget_get_focus_child (self->items) == child;
    gtk_list_box_remove (GTK_LIST_BOX (self->items), child);
  }
  for (guint i = 0; items[i]; i++)
    gtk_list_box_insert (GTK_LIST_BOX (self->items), new_row (items[i]), i);
  if (focused)
    gtk_widget_grab_focus (self->address);
}

static void
changed_cb (ChatBlocks *blocks, ChatAccount *account, StonechatBlockedGroup *self)
{
  if (account == self->account)
    update_rows (self);
}

/* The list is the server's: what can't be told to it now can't be changed now. */
static void
update_state (StonechatBlockedGroup *self)
{
  gboolean online = chat_account_get_state (self->account) == CHAT_ACCOUNT_ONLINE;
  gboolean able = chat_blocks_get_available (chat_profile_get_blocks (self->profile), self->account);

  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self),
                                         !online ? _("Go online to change this") : able ? _("They can’t write to you or see your status")
                                                                                        : _("Your server can’t block anybody"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "blocked.unblock", online && able);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "blocked.block", online && able);
  gtk_widget_set_sensitive (self->address, online && able);
}

static void
unblock_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatBlockedGroup *self = STONECHAT_BLOCKED_GROUP (widget);
  g_autoptr (XmppJid) jid = xmpp_jid_new_lenient (g_variant_get_string (parameter, NULL), NULL);

  if (jid)
    stonechat_block_end (get_window (self), self->profile, self->account, jid);
}

static void
typed_cb (StonechatBlockedGroup *self)
{
  stonechat_field_mark (self->address, FALSE);
  stonechat_field_say (self->problem, NULL);
  gtk_widget_set_visible (self->apply, *gtk_editable_get_text (GTK_EDITABLE (self->address)) != '\0');
}

static void
block (StonechatBlockedGroup *self)
{
  g_autofree char *text = stonechat_field_dup_text (self->address);
  g_autoptr (XmppJid) jid = xmpp_jid_new (text, NULL);

  if (!jid) {
    stonechat_field_mark (self->address, TRUE);
    stonechat_field_say (self->problem, _("Type the address of a person or a server. It looks like name@example.org or example.org."));
    return;
  }
  gtk_editable_set_text (GTK_EDITABLE (self->address), "");
  stonechat_block_ask (get_window (self), self->profile, self->account, jid);
}

static void
block_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  block (STONECHAT_BLOCKED_GROUP (widget));
}

void
stonechat_blocked_group_set_account (StonechatBlockedGroup *self, ChatProfile *profile, ChatAccount *account)
{
  g_return_if_fail (self->account == NULL);
  self->profile = g_object_ref (profile);
  self->account = g_object_ref (account);
  g_signal_connect_object (chat_profile_get_blocks (profile), "changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (chat_profile_get_blocks (profile), "available", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::state", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  update_rows (self);
  update_state (self);
}

static void
stonechat_blocked_group_dispose (GObject *object)
{
  StonechatBlockedGroup *self = STONECHAT_BLOCKED_GROUP (object);

  g_clear_object (&self->profile);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (stonechat_blocked_group_parent_class)->dispose (object);
}

static void
stonechat_blocked_group_class_init (StonechatBlockedGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_blocked_group_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-blocked-group.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatBlockedGroup, child)
  BIND (items); BIND (address); BIND (apply); BIND (problem);
#undef BIND
  gtk_widget_class_install_action (widget_class, "blocked.unblock", "s", unblock_action);
  gtk_widget_class_install_action (widget_class, "blocked.block", NULL, block_action);
}

static void
stonechat_blocked_group_init (StonechatBlockedGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->address, "changed", G_CALLBACK (typed_cb), self);
  g_signal_connect_swapped (self->address, "entry-activated", G_CALLBACK (block), self);
}
