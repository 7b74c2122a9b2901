/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-contact-details.h"
#include "stonechat-avatar.h"
#include "stonechat-block-ask.h"
#include "stonechat-fields.h"
#include "stonechat-groups.h"
#include "stonechat-privacy-group.h"

#include <glib/gi18n.h>

struct _StonechatContactDetails {
  AdwWindow parent_instance;
  ChatContact *contact;
  ChatProfile *profile;        /* nullable */
  GtkWidget *toasts, *avatar, *title, *presence, *offline, *address, *name, *apply_name, *account, *subscription, *subscription_line, *groups;
  GtkWidget *new_group, *add_group, *known_groups, *privacy, *block;
  char **shown_groups;
  ChatSubscriptionAction shown_actions[8];
  guint n_shown_actions;
};

G_DEFINE_FINAL_TYPE (StonechatContactDetails, stonechat_contact_details, ADW_TYPE_WINDOW)

static void
toast (StonechatContactDetails *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), adw_toast_new (escaped));
}

static gboolean
finish_change (StonechatContactDetails *self, GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatProblem) problem = NULL;

  if (chat_contact_change_finish (CHAT_CONTACT (source), result, &error))
    return TRUE;
  if (!self->contact)
    return FALSE;
  problem = chat_problem_new (error, chat_contact_get_name (self->contact));
  toast (self, problem->text);
  return FALSE;
}

/* -- name ------------------------------------------------------------------------------------------------------------ */

static void
name_changed_cb (StonechatContactDetails *self)
{
  g_autofree char *name = stonechat_field_dup_text (self->name);

  gtk_widget_set_visible (self->apply_name, g_strcmp0 (name, chat_contact_get_name (self->contact)) != 0);
}

static void
renamed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatContactDetails) self = user_data;

  finish_change (self, source, result);
}

static void
apply_name (StonechatContactDetails *self)
{
  g_autofree char *name = stonechat_field_dup_text (self->name);

  gtk_widget_grab_focus (self->name);
  chat_contact_rename_async (self->contact, name, NULL, renamed_cb, g_object_ref (self));
}

static void
rename_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  apply_name (STONECHAT_CONTACT_DETAILS (widget));
}

/* -- groups ---------------------------------------------------------------------------------------------------------- */

static void
regrouped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatContactDetails) self = user_data;

  if (finish_change (self, source, result) && self->contact)
    gtk_editable_set_text (GTK_EDITABLE (self->new_group), "");
}

static void
add_group (StonechatContactDetails *self, const char *name)
{
  g_auto (GStrv) groups = stonechat_groups_with (chat_contact_get_groups (self->contact), name);

  if (groups)
    chat_contact_set_groups_async (self->contact, (const char *const *) groups, NULL, regrouped_cb, g_object_ref (self));
  else
    gtk_editable_set_text (GTK_EDITABLE (self->new_group), "");
}

static void
new_group_cb (StonechatContactDetails *self)
{
  add_group (self, gtk_editable_get_text (GTK_EDITABLE (self->new_group)));
}

static void
new_group_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StonechatContactDetails *self = STONECHAT_CONTACT_DETAILS (widget);

  gtk_widget_grab_focus (self->new_group);
  new_group_cb (self);
}

static void
new_group_changed_cb (StonechatContactDetails *self)
{
  gtk_widget_set_visible (self->add_group, *gtk_editable_get_text (GTK_EDITABLE (self->new_group)) != '\0');
}

static void
add_group_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  add_group (STONECHAT_CONTACT_DETAILS (widget), g_variant_get_string (parameter, NULL));
}

static void
remove_group_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StonechatContactDetails *self = STONECHAT_CONTACT_DETAILS (widget);
  g_auto (GStrv) groups = stonechat_groups_without (chat_contact_get_groups (self->contact), g_variant_get_string (parameter, NULL));

  chat_contact_set_groups_async (self->contact, (const char *const *) groups, NULL, regrouped_cb, g_object_ref (self));
}

static GtkWidget *
new_group_row (const char *name)
{
  GtkWidget *row = adw_action_row_new (), *remove = gtk_button_new_from_icon_name ("list-remove-symbolic");
  g_autofree char *label = g_strdup_printf (_("Remove From “%s”"), name);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_set_tooltip_text (remove, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_valign (remove, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (remove, "flat");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (remove), "contact-details.remove-group");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (remove), "s", name);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), remove);
  return row;
}

static void
update_groups (StonechatContactDetails *self)
{
  const char *const *groups = chat_contact_get_groups (self->contact);
  GtkWidget *child;
  gboolean focused = FALSE;

  if (self->profile) {
    g_autoptr (GMenuModel) menu = stonechat_groups_menu_new (chat_profile_get_contacts (self->profile), groups, "contact-details.add-group");

    gtk_widget_set_visible (self->known_groups, g_menu_model_get_n_items (menu) > 0);
    gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->known_groups), menu);
  }
  if (self->shown_groups && g_strv_equal ((const char *const *) self->shown_groups, groups))
    return;
  g_strfreev (self->shown_groups);
  self->shown_groups = g_strdupv ((char **) groups);
  while ((child = gtk_widget_get_first_child (self->groups)) != self->new_group) {
    focused |= gtk_widget_get_focus_child (self->groups) == child;
    gtk_list_box_remove (GTK_LIST_BOX (self->groups), child);
  }
  for (int i = 0; groups[i]; i++)
    gtk_list_box_insert (GTK_LIST_BOX (self->groups), new_group_row (groups[i]), i);
  if (focused)
    gtk_widget_grab_focus (self->new_group);
}

/* -- the subscription ------------------------------------------------------------------------------------------------ */

/* Whole sentences, where a line elsewhere has room for a word. */
static const char *
describe (ChatSubscriptionAction action)
{
  switch (action) {
  case CHAT_SUBSCRIPTION_ASK: return _("Ask to See Their Status");
  case CHAT_SUBSCRIPTION_ACCEPT: return _("Let Them See My Status");
  case CHAT_SUBSCRIPTION_DECLINE: return _("Decline Their Request");
  case CHAT_SUBSCRIPTION_PREAPPROVE: return _("Let Them See My Status When They Ask");
  case CHAT_SUBSCRIPTION_ASK_AGAIN:
  case CHAT_SUBSCRIPTION_WITHDRAW:
  case CHAT_SUBSCRIPTION_STOP_SHOWING:
  case CHAT_SUBSCRIPTION_STOP_SEEING:
  default: return chat_subscription_action_get_label (action);
  }
}

static GtkWidget *
new_action_row (ChatSubscriptionAction action)
{
  GtkWidget *row = adw_preferences_row_new (), *button = gtk_button_new_with_label (describe (action));
  GtkLabel *label = GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button)));

  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_justify (label, GTK_JUSTIFY_CENTER);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, action == CHAT_SUBSCRIPTION_DECLINE || action == CHAT_SUBSCRIPTION_STOP_SHOWING ? "error" : "accent");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "contact-details.subscription");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "i", action);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), button);
  return row;
}

static void
update_subscription (StonechatContactDetails *self)
{
  ChatSubscriptionAction actions[8] = { 0 };
  guint n = chat_contact_get_actions (self->contact, actions);
  GtkWidget *child;
  gboolean focused = FALSE;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->subscription_line), chat_contact_get_subscription_line (self->contact));
  /* Presence comes often; the button that has the focus shall stay. */
  if (n == self->n_shown_actions && memcmp (actions, self->shown_actions, n * sizeof *actions) == 0)
    return;
  memcpy (self->shown_actions, actions, sizeof actions);
  self->n_shown_actions = n;
  while ((child = gtk_widget_get_next_sibling (self->subscription_line))) {
    focused |= gtk_widget_get_focus_child (self->subscription) == child;
    gtk_list_box_remove (GTK_LIST_BOX (self->subscription), child);
  }
  for (guint i = 0; i < n; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->subscription), new_action_row (actions[i]));
  if (focused)
    gtk_widget_child_focus (gtk_widget_get_next_sibling (self->subscription_line), GTK_DIR_TAB_FORWARD);
}

static void
subscription_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  chat_contact_do_action (STONECHAT_CONTACT_DETAILS (widget)->contact, g_variant_get_int32 (parameter));
}

/* -- address, chat, removing ----------------------------------------------------------------------------------------- */

static void
copy_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StonechatContactDetails *self = STONECHAT_CONTACT_DETAILS (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), xmpp_jid_get_string (chat_contact_get_jid (self->contact)));
  toast (self, _("Address copied"));
}

static void
open_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StonechatContactDetails *self = STONECHAT_CONTACT_DETAILS (widget);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  if (parent)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.open-conversation", "(ss)",
                                chat_account_get_address (chat_contact_get_account (self->contact)),
                                xmpp_jid_get_bare_string (chat_contact_get_jid (self->contact)));
  gtk_window_close (GTK_WINDOW (self));
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatContactDetails) self = user_data;

  if (finish_change (self, source, result) && self->contact)
    gtk_window_close (GTK_WINDOW (self));
}

static void
answered_cb (AdwMessageDialog *dialog, const char *response, StonechatContactDetails *self)
{
  if (g_str_equal (response, "remove"))
    chat_contact_remove_async (self->contact, NULL, removed_cb, g_object_ref (self));
}

static void
remove_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StonechatContactDetails *self = STONECHAT_CONTACT_DETAILS (widget);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), NULL, NULL);

  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog), _("Remove %s?"), chat_contact_get_name (self->contact));
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog), _("You won’t see each other’s status any more. Your messages stay."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "remove", _("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (answered_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
block_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StonechatContactDetails *self = STONECHAT_CONTACT_DETAILS (widget);
  ChatAccount *account = chat_contact_get_account (self->contact);

  if (chat_contact_get_blocked (self->contact))
    stonechat_block_end (GTK_WINDOW (self), self->profile, account, chat_contact_get_jid (self->contact));
  else
    stonechat_block_ask (GTK_WINDOW (self), self->profile, account, chat_contact_get_jid (self->contact));
}

/* -- keeping up ------------------------------------------------------------------------------------------------------ */

/* The list of contacts is the server's: what can't be told to it now can't be changed now. */
static void
update_online (StonechatContactDetails *self)
{
  static const char *const actions[] = {
    "contact-details.add-group", "contact-details.add-new-group", "contact-details.remove-group", "contact-details.subscription",
    "contact-details.remove", "contact-details.rename",
  };
  ChatAccount *account = chat_contact_get_account (self->contact);
  gboolean online = chat_account_get_state (account) == CHAT_ACCOUNT_ONLINE;

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i], online);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "contact-details.block",
                                 online && self->profile && chat_blocks_get_available (chat_profile_get_blocks (self->profile), account));
  gtk_widget_set_sensitive (self->name, online);
  gtk_widget_set_sensitive (self->new_group, online);
  gtk_label_set_text (GTK_LABEL (self->offline), online ? "" : _("You are offline. Contacts can be changed when you are online again."));
  gtk_widget_set_visible (self->offline, !online);
}

static void
update (StonechatContactDetails *self)
{
  const char *name = chat_contact_get_name (self->contact);

  g_object_set (self->avatar, "name", name, "availability", chat_contact_get_availability (self->contact), NULL);
  gtk_label_set_text (GTK_LABEL (self->title), name);
  gtk_label_set_text (GTK_LABEL (self->presence), chat_contact_get_presence_line (self->contact));
  gtk_window_set_title (GTK_WINDOW (self), name);
  if (!gtk_widget_get_focus_child (self->name) && g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->name)), name) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->name), name);
  name_changed_cb (self);
  gtk_button_set_label (GTK_BUTTON (self->block), chat_contact_get_blocked (self->contact) ? _("Unblock") : _("Block…"));
  update_groups (self);
  update_subscription (self);
}

static void
update_account (StonechatContactDetails *self)
{
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->account), chat_account_get_name (chat_contact_get_account (self->contact)));
  gtk_widget_set_visible (self->account, self->profile && g_list_model_get_n_items (chat_profile_get_accounts (self->profile)) > 1);
}

/* Removed by another of one's clients, or with its account. */
static void
contacts_changed_cb (StonechatContactDetails *self)
{
  if (chat_profile_find_contact (self->profile, chat_contact_get_account (self->contact), chat_contact_get_jid (self->contact)) != self->contact)
    gtk_window_close (GTK_WINDOW (self));
}

GtkWidget *
stonechat_contact_details_new (GtkWindow *parent, ChatContact *contact)
{
  StonechatContactDetails *self = g_object_new (STONECHAT_TYPE_CONTACT_DETAILS, "transient-for", parent, NULL);
  ChatAccount *account = chat_contact_get_account (contact);

  self->contact = g_object_ref (contact);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->address), xmpp_jid_get_string (chat_contact_get_jid (contact)));
  g_signal_connect_object (contact, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::state", G_CALLBACK (update_online), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::name", G_CALLBACK (update_account), self, G_CONNECT_SWAPPED);
  update (self);
  update_online (self);
  update_account (self);
  return GTK_WIDGET (self);
}

void
stonechat_contact_details_set_profile (StonechatContactDetails *self, ChatProfile *profile)
{
  g_return_if_fail (self->profile == NULL);
  self->profile = g_object_ref (profile);
  g_signal_connect_object (chat_profile_get_blocks (profile), "available", G_CALLBACK (update_online), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chat_profile_get_contacts (profile), "items-changed", G_CALLBACK (contacts_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chat_profile_get_accounts (profile), "items-changed", G_CALLBACK (update_account), self, G_CONNECT_SWAPPED);
  stonechat_privacy_group_set_scope (STONECHAT_PRIVACY_GROUP (self->privacy), profile, chat_contact_get_account (self->contact),
                                     chat_contact_get_jid (self->contact));
  gtk_widget_set_visible (self->privacy, TRUE);
  update_groups (self);
  update_account (self);
  update_online (self);
}

static void
stonechat_contact_details_dispose (GObject *object)
{
  StonechatContactDetails *self = STONECHAT_CONTACT_DETAILS (object);

  g_clear_object (&self->contact);
  g_clear_object (&self->profile);
  g_clear_pointer (&self->shown_groups, g_strfreev);
  G_OBJECT_CLASS (stonechat_contact_details_parent_class)->dispose (object);
}

static void
stonechat_contact_details_class_init (StonechatContactDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_contact_details_dispose;
  g_type_ensure (STONECHAT_TYPE_AVATAR);
  g_type_ensure (STONECHAT_TYPE_PRIVACY_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-contact-details.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatContactDetails, child)
  BIND (toasts); BIND (avatar); BIND (title); BIND (presence); BIND (offline); BIND (address); BIND (name); BIND (apply_name); BIND (account);
  BIND (subscription); BIND (subscription_line); BIND (groups); BIND (new_group); BIND (add_group); BIND (known_groups); BIND (privacy);
  BIND (block);
#undef BIND
  gtk_widget_class_install_action (widget_class, "contact-details.rename", NULL, rename_action);
  gtk_widget_class_install_action (widget_class, "contact-details.add-group", "s", add_group_action);
  gtk_widget_class_install_action (widget_class, "contact-details.add-new-group", NULL, new_group_action);
  gtk_widget_class_install_action (widget_class, "contact-details.remove-group", "s", remove_group_action);
  gtk_widget_class_install_action (widget_class, "contact-details.subscription", "i", subscription_action);
  gtk_widget_class_install_action (widget_class, "contact-details.copy-address", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "contact-details.open-chat", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "contact-details.block", NULL, block_action);
  gtk_widget_class_install_action (widget_class, "contact-details.remove", NULL, remove_action);
}

static void
stonechat_contact_details_init (StonechatContactDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stonechat_fields_name (GTK_WIDGET (self), _("Contact Details"));
  g_signal_connect_swapped (self->name, "changed", G_CALLBACK (name_changed_cb), self);
  g_signal_connect_swapped (self->name, "entry-activated", G_CALLBACK (apply_name), self);
  g_signal_connect_swapped (self->new_group, "entry-activated", G_CALLBACK (new_group_cb), self);
  g_signal_connect_swapped (self->new_group, "changed", G_CALLBACK (new_group_changed_cb), self);
}
