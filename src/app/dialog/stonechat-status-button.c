/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-status-button.h"
#include "stonechat-avatar.h"

#include <glib/gi18n.h>

static const XmppAvailability choices[] = {
  XMPP_AVAILABILITY_AVAILABLE, XMPP_AVAILABILITY_AWAY, XMPP_AVAILABILITY_NOT_AVAILABLE, XMPP_AVAILABILITY_DO_NOT_DISTURB,
  XMPP_AVAILABILITY_OFFLINE,
};

struct _StonechatStatusButton {
  AdwBin parent_instance;
  ChatProfile *profile;
  GtkWidget *button, *avatar, *text, *priority, *whom, *accounts;
  GtkWidget *rows[G_N_ELEMENTS (choices)];
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (StonechatStatusButton, stonechat_status_button, ADW_TYPE_BIN)

/* NULL: for all accounts. */
static ChatAccount *
chosen_account (StonechatStatusButton *self)
{
  guint position = self->whom ? gtk_drop_down_get_selected (GTK_DROP_DOWN (self->whom)) : 0;
  g_autoptr (ChatAccount) account = position > 0 && position != GTK_INVALID_LIST_POSITION
                                    ? g_list_model_get_item (chat_profile_get_accounts (self->profile), position - 1) : NULL;

  return account;   /* the list holds it */
}

static void
apply (StonechatStatusButton *self, XmppAvailability availability)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->text));
  int priority = gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (self->priority));
  ChatAccount *account = chosen_account (self);

  if (self->filling)
    return;
  if (account)
    chat_account_set_presence (account, availability, text, priority);
  else
    chat_profile_set_presence (self->profile, availability, text, priority);
}

static XmppAvailability
current (StonechatStatusButton *self)
{
  ChatAccount *account = chosen_account (self);
  XmppAvailability availability;

  if (account)
    return chat_account_get_availability (account);
  g_object_get (self->profile, "availability", &availability, NULL);
  return availability;
}

static void
update (StonechatStatusButton *self)
{
  GListModel *accounts = chat_profile_get_accounts (self->profile);
  g_autoptr (ChatAccount) first = g_list_model_get_item (accounts, 0);
  ChatAccount *chosen = chosen_account (self);
  g_autofree char *text = NULL;
  gboolean online;
  XmppAvailability availability;
  int priority;

  g_object_get (self->profile, "availability", &availability, "online", &online, "status-text", &text, "priority", &priority, NULL);
  if (chosen) {
    g_free (text);
    text = g_strdup (chat_account_get_status_text (chosen));
    priority = chat_account_get_priority (chosen);
  }
  g_object_set (self->avatar, "name", first ? chat_account_get_name (first) : NULL,
                "availability", online ? availability : XMPP_AVAILABILITY_OFFLINE, NULL);
  self->filling = TRUE;
  if (!gtk_widget_has_focus (self->text) && g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->text)), text ? text : "") != 0 &&
      !gtk_widget_get_focus_child (self->text))
    gtk_editable_set_text (GTK_EDITABLE (self->text), text ? text : "");
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->priority), priority);
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    gtk_widget_set_opacity (gtk_widget_get_last_child (gtk_button_get_child (GTK_BUTTON (self->rows[i]))), choices[i] == current (self));
  self->filling = FALSE;
}

static void
choice_cb (GtkButton *button, StonechatStatusButton *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    if (self->rows[i] == GTK_WIDGET (button))
      apply (self, choices[i]);
  update (self);
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
}

static void
text_cb (StonechatStatusButton *self)
{
  apply (self, current (self));
}

static GtkWidget *
new_choice (StonechatStatusButton *self, XmppAvailability availability)
{
  GtkWidget *button = gtk_button_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *label = gtk_label_new (stonechat_availability_word (availability)), *check = gtk_image_new_from_icon_name ("object-select-symbolic");
  GtkWidget *badge = g_object_new (STONECHAT_TYPE_AVATAR, "size", 20, "name", "", "availability", availability, "show-presence", TRUE, NULL);

  gtk_widget_add_css_class (badge, "badge-only");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), badge);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), check);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, stonechat_availability_word (availability), -1);
  g_signal_connect (button, "clicked", G_CALLBACK (choice_cb), self);
  return button;
}

/* -- accounts -------------------------------------------------------------------------------------------------------- */

static void
mend_cb (GtkButton *button, ChatAccount *account)
{
  gtk_widget_activate_action (GTK_WIDGET (button), "win.mend-account", "s", chat_account_get_address (account));
}

static void
remove_cb (GtkButton *button, ChatAccount *account)
{
  gtk_widget_activate_action (GTK_WIDGET (button), "win.remove-account", "s", chat_account_get_address (account));
}

static gboolean
need_to_visible (GBinding *binding, const GValue *from, GValue *to, gpointer user_data)
{
  g_value_set_boolean (to, g_value_get_enum (from) != CHAT_ACCOUNT_NEEDS_NOTHING);
  return TRUE;
}

static GtkWidget *
new_account_row (gpointer item, gpointer user_data)
{
  GtkWidget *row = adw_action_row_new (), *enabled = gtk_switch_new (), *mend = gtk_button_new_with_label (_("Solve"));
  GtkWidget *remove = gtk_button_new_from_icon_name ("user-trash-symbolic");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), chat_account_get_name (item));
  g_object_bind_property (item, "status-line", row, "subtitle", G_BINDING_SYNC_CREATE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 4);
  g_object_bind_property_full (item, "need", mend, "visible", G_BINDING_SYNC_CREATE, need_to_visible, NULL, NULL, NULL);
  g_object_bind_property (item, "enabled", enabled, "active", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (enabled), GTK_ACCESSIBLE_PROPERTY_LABEL, chat_account_get_name (item), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Remove Account"), -1);
  gtk_widget_set_tooltip_text (remove, _("Remove Account"));
  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_set_valign (enabled, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (mend, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (remove, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), mend);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), enabled);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), remove);
  g_signal_connect_object (mend, "clicked", G_CALLBACK (mend_cb), item, 0);
  g_signal_connect_object (remove, "clicked", G_CALLBACK (remove_cb), item, 0);
  return row;
}

static void
accounts_changed_cb (StonechatStatusButton *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  GListModel *accounts = chat_profile_get_accounts (self->profile);

  gtk_string_list_append (names, _("All Accounts"));
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (accounts, i);

    gtk_string_list_append (names, chat_account_get_name (account));
  }
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->whom), G_LIST_MODEL (names));
  gtk_widget_set_visible (self->whom, g_list_model_get_n_items (accounts) > 1);
  update (self);
}

/* Built when it is first opened: the window shall not wait for it. */
static void
build_cb (GtkMenuButton *button, gpointer user_data)
{
  StonechatStatusButton *self = user_data;
  GtkWidget *popover, *box, *expander, *priority_box, *add, *scrolled;

  if (gtk_menu_button_get_popover (button))
    return;
  popover = gtk_popover_new ();
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  self->whom = gtk_drop_down_new (NULL, NULL);
  gtk_box_append (GTK_BOX (box), self->whom);
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++) {
    self->rows[i] = new_choice (self, choices[i]);
    gtk_box_append (GTK_BOX (box), self->rows[i]);
  }
  self->text = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->text), _("Status text"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Status Text"), -1);
  gtk_box_append (GTK_BOX (box), self->text);
  expander = gtk_expander_new (_("Priority"));
  priority_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  self->priority = gtk_spin_button_new_with_range (-128, 127, 1);
  gtk_widget_set_tooltip_text (self->priority, _("Where you are signed in several times, messages go to the highest"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->priority), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Priority"), -1);
  gtk_box_append (GTK_BOX (priority_box), self->priority);
  gtk_expander_set_child (GTK_EXPANDER (expander), priority_box);
  gtk_box_append (GTK_BOX (box), expander);
  self->accounts = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->accounts), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->accounts, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->accounts), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Accounts"), -1);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->accounts), chat_profile_get_accounts (self->profile), new_account_row, NULL, NULL);
  gtk_widget_set_margin_top (self->accounts, 6);
  gtk_box_append (GTK_BOX (box), self->accounts);
  add = gtk_button_new_with_label (_("Add Account…"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (add), "win.add-account");
  gtk_widget_add_css_class (add, "flat");
  gtk_box_append (GTK_BOX (box), add);
  scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 560);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), box);
  gtk_widget_set_size_request (box, 300, -1);
  gtk_popover_set_child (GTK_POPOVER (popover), scrolled);
  gtk_menu_button_set_popover (button, popover);
  accounts_changed_cb (self);
  g_signal_connect_swapped (self->text, "changed", G_CALLBACK (text_cb), self);
  g_signal_connect_swapped (self->priority, "value-changed", G_CALLBACK (text_cb), self);
  g_signal_connect_object (self->whom, "notify::selected", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chat_profile_get_accounts (self->profile), "items-changed", G_CALLBACK (accounts_changed_cb), self, G_CONNECT_SWAPPED);
}

static void
show_avatar (StonechatStatusButton *self)
{
  GListModel *accounts = chat_profile_get_accounts (self->profile);
  g_autoptr (ChatAccount) first = g_list_model_get_item (accounts, 0);
  XmppAvailability availability;
  gboolean online;

  if (self->rows[0]) {
    update (self);
    return;
  }
  g_object_get (self->profile, "availability", &availability, "online", &online, NULL);
  g_object_set (self->avatar, "name", first ? chat_account_get_name (first) : NULL,
                "availability", online ? availability : XMPP_AVAILABILITY_OFFLINE, NULL);
}

GtkWidget *
stonechat_status_button_new (ChatProfile *profile)
{
  StonechatStatusButton *self = g_object_new (STONECHAT_TYPE_STATUS_BUTTON, NULL);

  self->profile = g_object_ref (profile);
  g_signal_connect_object (profile, "notify", G_CALLBACK (show_avatar), self, G_CONNECT_SWAPPED);
  show_avatar (self);
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
  G_OBJECT_CLASS (klass)->dispose = stonechat_status_button_dispose;
}

static void
stonechat_status_button_init (StonechatStatusButton *self)
{
  self->avatar = g_object_new (STONECHAT_TYPE_AVATAR, "size", 30, "show-presence", TRUE, NULL);
  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->button), self->avatar);
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->button), build_cb, self, NULL);
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_add_css_class (self->button, "circular");
  gtk_widget_set_tooltip_text (self->button, _("Your Status"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Your Status"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (self->button)), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Your Status"), -1);
  adw_bin_set_child (ADW_BIN (self), self->button);
}
