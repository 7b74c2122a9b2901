/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-status-popover.h"
#include "stonechat-account-row.h"
#include "stonechat-avatar.h"
#include "stonechat-fields.h"

#include <glib/gi18n.h>

static const XmppAvailability choices[] = {
  XMPP_AVAILABILITY_AVAILABLE, XMPP_AVAILABILITY_AWAY, XMPP_AVAILABILITY_NOT_AVAILABLE, XMPP_AVAILABILITY_DO_NOT_DISTURB,
  XMPP_AVAILABILITY_OFFLINE,
};

struct _StonechatStatusPopover {
  GtkPopover parent_instance;
  ChatProfile *profile;
  GtkWidget *whom, *choices, *text, *priority, *accounts;
  GtkWidget *buttons[G_N_ELEMENTS (choices)], *checks[G_N_ELEMENTS (choices)];
};

G_DEFINE_FINAL_TYPE (StonechatStatusPopover, stonechat_status_popover, GTK_TYPE_POPOVER)

typedef struct { XmppAvailability availability; char *text; int priority; } Status;

static void
status_clear (Status *status)
{
  g_free (status->text);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Status, status_clear)

/* NULL: all accounts. */
static ChatAccount *
chosen_account (StonechatStatusPopover *self)
{
  guint position = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->whom));
  g_autoptr (ChatAccount) account = position > 0 && position != GTK_INVALID_LIST_POSITION
                                    ? g_list_model_get_item (chat_profile_get_accounts (self->profile), position - 1) : NULL;

  return account;   /* the list holds it */
}

static void
get_status (StonechatStatusPopover *self, Status *status)
{
  ChatAccount *account = chosen_account (self);

  g_object_get (account ? G_OBJECT (account) : G_OBJECT (self->profile), "availability", &status->availability,
                "status-text", &status->text, "priority", &status->priority, NULL);
}

static void
set_status (StonechatStatusPopover *self, XmppAvailability availability)
{
  g_autofree char *text = stonechat_field_dup_text (self->text);
  int priority = gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (self->priority));
  ChatAccount *account = chosen_account (self);

  if (account)
    chat_account_set_presence (account, availability, text, priority);
  else
    chat_profile_set_presence (self->profile, availability, text, priority);
}

/* Text and priority as they stand; told only where they changed. */
static void
tell (StonechatStatusPopover *self)
{
  g_auto (Status) status = { 0 };
  g_autofree char *text = stonechat_field_dup_text (self->text);

  if (!self->profile)
    return;
  get_status (self, &status);
  if (g_strcmp0 (text, status.text ? status.text : "") != 0 ||
      gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (self->priority)) != status.priority)
    set_status (self, status.availability);
}

static void
update_choice (StonechatStatusPopover *self)
{
  g_auto (Status) status = { 0 };

  get_status (self, &status);
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++) {
    gboolean is_it = choices[i] == status.availability;

    gtk_widget_set_opacity (self->checks[i], is_it);
    gtk_accessible_update_state (GTK_ACCESSIBLE (self->buttons[i]), GTK_ACCESSIBLE_STATE_PRESSED, is_it, -1);
  }
}

static void
fill (StonechatStatusPopover *self)
{
  g_auto (Status) status = { 0 };

  get_status (self, &status);
  gtk_editable_set_text (GTK_EDITABLE (self->text), status.text ? status.text : "");
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->priority), status.priority);
  update_choice (self);
}

static void
choice_cb (GtkButton *button, StonechatStatusPopover *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    if (self->buttons[i] == GTK_WIDGET (button))
      set_status (self, choices[i]);
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
text_cb (StonechatStatusPopover *self)
{
  tell (self);
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
text_changed_cb (StonechatStatusPopover *self)
{
  gboolean empty = !*gtk_editable_get_text (GTK_EDITABLE (self->text));

  gtk_entry_set_icon_from_icon_name (GTK_ENTRY (self->text), GTK_ENTRY_ICON_SECONDARY, empty ? NULL : "edit-clear-symbolic");
}

static void
clear_cb (StonechatStatusPopover *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->text), "");
  tell (self);
}

static GtkWidget *
new_account_row (gpointer item, gpointer user_data)
{
  GtkWidget *row = stonechat_account_row_new (STONECHAT_STATUS_POPOVER (user_data)->profile, item);

  /* One line each, all of it in the tooltip: the popover's height must not hang on its width. */
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  g_object_bind_property (row, "subtitle", row, "tooltip-text", G_BINDING_SYNC_CREATE);
  return row;
}

static void
accounts_changed_cb (StonechatStatusPopover *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  GListModel *accounts = chat_profile_get_accounts (self->profile);
  guint n = g_list_model_get_n_items (accounts);

  gtk_string_list_append (names, _("All Accounts"));
  for (guint i = 0; i < n; i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (accounts, i);

    gtk_string_list_append (names, chat_account_get_name (account));
  }
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->whom), G_LIST_MODEL (names));
  gtk_widget_set_visible (self->whom, n > 1);
}

GtkWidget *
stonechat_status_popover_new (ChatProfile *profile)
{
  StonechatStatusPopover *self = g_object_new (STONECHAT_TYPE_STATUS_POPOVER, NULL);
  GListModel *accounts = chat_profile_get_accounts (profile);

  self->profile = g_object_ref (profile);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->accounts), accounts, new_account_row, self, NULL);
  accounts_changed_cb (self);
  fill (self);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (accounts_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (profile, "notify", G_CALLBACK (update_choice), self, G_CONNECT_SWAPPED);
  stonechat_field_name_drop_down (self->whom, _("Account"));
  g_signal_connect_object (self->whom, "notify::selected", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

/* What was begun for others is not kept: it opens as things are, and for all accounts. */
static void
stonechat_status_popover_map (GtkWidget *widget)
{
  StonechatStatusPopover *self = STONECHAT_STATUS_POPOVER (widget);

  if (self->profile) {
    accounts_changed_cb (self);
    fill (self);
  }
  GTK_WIDGET_CLASS (stonechat_status_popover_parent_class)->map (widget);
}

static void
stonechat_status_popover_closed (GtkPopover *popover)
{
  tell (STONECHAT_STATUS_POPOVER (popover));
}

static void
stonechat_status_popover_dispose (GObject *object)
{
  g_clear_object (&STONECHAT_STATUS_POPOVER (object)->profile);
  G_OBJECT_CLASS (stonechat_status_popover_parent_class)->dispose (object);
}

static void
stonechat_status_popover_class_init (StonechatStatusPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_status_popover_dispose;
  GTK_POPOVER_CLASS (klass)->closed = stonechat_status_popover_closed;
  widget_class->map = stonechat_status_popover_map;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-status-popover.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatStatusPopover, child)
  BIND (whom); BIND (choices); BIND (text); BIND (priority); BIND (accounts);
#undef BIND
}

static GtkWidget *
new_choice (StonechatStatusPopover *self, guint i)
{
  const char *word = stonechat_availability_word (choices[i]);
  g_autoptr (PangoAttrList) plain = pango_attr_list_new ();
  GtkWidget *button = gtk_button_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10), *label = gtk_label_new (word);
  GtkWidget *badge = g_object_new (STONECHAT_TYPE_AVATAR, "size", 12, "availability", choices[i], "show-picture", FALSE, NULL);

  self->checks[i] = gtk_image_new_from_icon_name ("object-select-symbolic");
  pango_attr_list_insert (plain, pango_attr_weight_new (PANGO_WEIGHT_NORMAL));
  gtk_label_set_attributes (GTK_LABEL (label), plain);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), badge);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), self->checks[i]);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, word, -1);
  g_signal_connect (button, "clicked", G_CALLBACK (choice_cb), self);
  return button;
}

static void
stonechat_status_popover_init (StonechatStatusPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++) {
    self->buttons[i] = new_choice (self, i);
    gtk_box_append (GTK_BOX (self->choices), self->buttons[i]);
  }
  g_signal_connect_swapped (self->text, "activate", G_CALLBACK (text_cb), self);
  g_signal_connect_swapped (self->text, "changed", G_CALLBACK (text_changed_cb), self);
  g_signal_connect_swapped (self->text, "icon-press", G_CALLBACK (clear_cb), self);
}
