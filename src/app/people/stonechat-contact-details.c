/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-contact-details.h"
#include "stonechat-avatar.h"

#include <glib/gi18n.h>

struct _StonechatContactDetails {
  AdwWindow parent_instance;
  ChatContact *contact;
  GtkWidget *avatar, *title, *presence, *name, *groups, *address, *subscription, *actions;
};

G_DEFINE_FINAL_TYPE (StonechatContactDetails, stonechat_contact_details, ADW_TYPE_WINDOW)

static void
toast (GtkWidget *self, const char *text)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  if (parent)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.toast", "s", text);
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatContactDetails) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!chat_contact_change_finish (CHAT_CONTACT (source), result, &error)) {
    g_autoptr (ChatProblem) problem = chat_problem_new (error, chat_contact_get_name (CHAT_CONTACT (source)));

    toast (GTK_WIDGET (self), problem->text);
  }
}

static void
rename_cb (StonechatContactDetails *self)
{
  chat_contact_rename_async (self->contact, gtk_editable_get_text (GTK_EDITABLE (self->name)), NULL, changed_cb, g_object_ref (self));
}

static void
groups_cb (StonechatContactDetails *self)
{
  g_auto (GStrv) parts = g_strsplit (gtk_editable_get_text (GTK_EDITABLE (self->groups)), ",", -1), groups = NULL;
  g_autoptr (GStrvBuilder) named = g_strv_builder_new ();

  for (char **part = parts; *part; part++)
    if (*g_strstrip (*part))
      g_strv_builder_add (named, *part);
  groups = g_strv_builder_end (named);
  chat_contact_set_groups_async (self->contact, (const char *const *) groups, NULL, changed_cb, g_object_ref (self));
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StonechatContactDetails) self = user_data;
  g_autoptr (GError) error = NULL;

  if (chat_contact_change_finish (CHAT_CONTACT (source), result, &error)) {
    gtk_window_close (GTK_WINDOW (self));
  } else {
    g_autoptr (ChatProblem) problem = chat_problem_new (error, chat_contact_get_name (CHAT_CONTACT (source)));

    toast (GTK_WIDGET (self), problem->text);
  }
}

static void
answered_cb (AdwMessageDialog *dialog, const char *response, StonechatContactDetails *self)
{
  if (g_str_equal (response, "remove"))
    chat_contact_remove_async (self->contact, NULL, removed_cb, g_object_ref (self));
}

static void
remove_cb (StonechatContactDetails *self)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), NULL, NULL);

  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog), _("Remove %s?"), chat_contact_get_name (self->contact));
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog), _("You won’t see each other’s status any more. Your messages stay."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "remove", _("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (answered_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
action_cb (GtkButton *button, StonechatContactDetails *self)
{
  chat_contact_do_action (self->contact, GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "action")));
}

static void
update (StonechatContactDetails *self)
{
  g_autofree char *groups = g_strjoinv (", ", (char **) chat_contact_get_groups (self->contact));
  ChatSubscriptionAction actions[8];
  guint n = chat_contact_get_actions (self->contact, actions);
  GtkWidget *child;

  g_object_set (self->avatar, "name", chat_contact_get_name (self->contact), "availability", chat_contact_get_availability (self->contact), NULL);
  gtk_label_set_text (GTK_LABEL (self->title), chat_contact_get_name (self->contact));
  gtk_label_set_text (GTK_LABEL (self->presence), chat_contact_get_presence_line (self->contact));
  gtk_window_set_title (GTK_WINDOW (self), chat_contact_get_name (self->contact));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->subscription), chat_contact_get_subscription_line (self->contact));
  if (!gtk_widget_get_focus_child (self->name))
    gtk_editable_set_text (GTK_EDITABLE (self->name), chat_contact_get_name (self->contact));
  if (!gtk_widget_get_focus_child (self->groups))
    gtk_editable_set_text (GTK_EDITABLE (self->groups), groups);
  while ((child = gtk_widget_get_first_child (self->actions)))
    gtk_box_remove (GTK_BOX (self->actions), child);
  for (guint i = 0; i < n; i++) {
    GtkWidget *button = gtk_button_new_with_label (chat_subscription_action_get_label (actions[i]));

    g_object_set_data (G_OBJECT (button), "action", GINT_TO_POINTER (actions[i]));
    g_signal_connect (button, "clicked", G_CALLBACK (action_cb), self);
    gtk_box_append (GTK_BOX (self->actions), button);
  }
}

static GtkWidget *
new_entry (const char *title, GCallback callback, StonechatContactDetails *self)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (row), TRUE);
  g_signal_connect_object (row, "apply", callback, self, G_CONNECT_SWAPPED);
  return row;
}

GtkWidget *
stonechat_contact_details_new (GtkWindow *parent, ChatContact *contact)
{
  StonechatContactDetails *self = g_object_new (STONECHAT_TYPE_CONTACT_DETAILS, "transient-for", parent, "modal", TRUE,
                                                "default-width", 420, "destroy-with-parent", TRUE, NULL);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *group = adw_preferences_group_new (), *remove = gtk_button_new_with_label (_("Remove Contact…"));
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();

  self->contact = g_object_ref (contact);
  gtk_box_append (GTK_BOX (content), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (content), box);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  gtk_widget_set_margin_bottom (box, 24);
  self->avatar = g_object_new (STONECHAT_TYPE_AVATAR, "size", 80, "show-presence", TRUE, NULL);
  self->title = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->title, "title-2");
  self->presence = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->presence), TRUE);
  gtk_label_set_justify (GTK_LABEL (self->presence), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (self->presence, "dim-label");
  self->address = adw_action_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->address), _("Address"));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->address), FALSE);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->address), xmpp_jid_get_string (chat_contact_get_jid (contact)));
  self->name = new_entry (_("Name"), G_CALLBACK (rename_cb), self);
  self->groups = new_entry (_("Groups, Separated by Commas"), G_CALLBACK (groups_cb), self);
  self->subscription = adw_action_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->subscription), _("Status"));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self->subscription), 3);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->address);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->name);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->groups);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->subscription);
  self->actions = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_add_css_class (remove, "destructive-action");
  g_signal_connect_object (remove, "clicked", G_CALLBACK (remove_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), self->avatar);
  gtk_box_append (GTK_BOX (box), self->title);
  gtk_box_append (GTK_BOX (box), self->presence);
  gtk_box_append (GTK_BOX (box), group);
  gtk_box_append (GTK_BOX (box), self->actions);
  gtk_box_append (GTK_BOX (box), remove);
  adw_window_set_content (ADW_WINDOW (self), content);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (shortcuts),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0), gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (GTK_WIDGET (self), shortcuts);
  g_signal_connect_object (contact, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

static void
stonechat_contact_details_dispose (GObject *object)
{
  g_clear_object (&STONECHAT_CONTACT_DETAILS (object)->contact);
  G_OBJECT_CLASS (stonechat_contact_details_parent_class)->dispose (object);
}

static void
stonechat_contact_details_class_init (StonechatContactDetailsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stonechat_contact_details_dispose;
}

static void
stonechat_contact_details_init (StonechatContactDetails *self)
{
}
