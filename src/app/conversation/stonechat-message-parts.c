/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-message-parts.h"

#include <glib/gi18n.h>

#define REASON_LINES 4

static GtkWidget *
new_button (const char *label, const char *action)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_add_css_class (button, "flat");
  return button;
}

/* -- a gap ----------------------------------------------------------------------------------------------------------- */

GtkWidget *
stonechat_message_gap_new (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *label = gtk_label_new (_("Some messages may be missing"));
  GtkWidget *button = new_button (_("Load"), "conversation.load");

  /* Before it is in the page, which has the action: GTK warns of an action whose target is of another type. */
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "x", (gint64) 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_set_hexpand (button, TRUE);
  gtk_widget_add_css_class (box, "gap-line");
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), button);
  return box;
}

void
stonechat_message_gap_set_message (GtkWidget *gap, gint64 message)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (gtk_widget_get_last_child (gap)), "x", message);
}

/* -- a failure ------------------------------------------------------------------------------------------------------- */

GtkWidget *
stonechat_message_failure_new (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *label = gtk_label_new (NULL);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (label), REASON_LINES);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_RIGHT);
  gtk_widget_set_halign (buttons, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (buttons), new_button (_("Retry"), "message.retry"));
  gtk_box_append (GTK_BOX (buttons), new_button (_("Delete"), "message.delete"));
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_widget_add_css_class (box, "failure");
  return box;
}

void
stonechat_message_failure_set (GtkWidget *self, const char *reason)
{
  GtkWidget *label = gtk_widget_get_first_child (self);

  gtk_label_set_text (GTK_LABEL (label), reason);
  gtk_widget_set_tooltip_text (label, reason);
}

const char *
stonechat_message_failure_get_reason (ChatMessage *message)
{
  const char *reason = chat_message_get_error_text (message);

  return reason && *reason ? reason : _("Could not be sent");
}

/* -- preformatted text ------------------------------------------------------------------------------------------------ */

static void
say_on_button (GtkWidget *button, const char *label, const char *name)
{
  gtk_button_set_label (GTK_BUTTON (button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
copied_cb (GtkWidget *button, gpointer user_data)
{
  say_on_button (button, _("Copied"), _("Copied"));
}

/* What was copied is not said of it for ever. */
static void
left_cb (GtkEventController *controller, GtkWidget *button)
{
  say_on_button (button, _("Copy"), _("Copy Code"));
}

GtkWidget *
stonechat_message_code_new (const char *language, GCallback copy, gpointer user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *label = gtk_label_new (language), *button = gtk_button_new ();
  GtkEventController *focus = gtk_event_controller_focus_new (), *motion = gtk_event_controller_motion_new ();

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (button, "flat");
  say_on_button (button, _("Copy"), _("Copy Code"));
  g_signal_connect_swapped (button, "clicked", copy, user_data);
  g_signal_connect (button, "clicked", G_CALLBACK (copied_cb), NULL);
  g_signal_connect (focus, "leave", G_CALLBACK (left_cb), button);
  gtk_widget_add_controller (button, focus);
  g_signal_connect (motion, "leave", G_CALLBACK (left_cb), button);
  gtk_widget_add_controller (button, motion);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), button);
  gtk_widget_add_css_class (box, "code-head");
  return box;
}
