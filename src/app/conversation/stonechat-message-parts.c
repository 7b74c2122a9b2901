/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-message-parts.h"

#include <glib/gi18n.h>
#include <string.h>

#define REASON_LINES 4
#define REACTIONS 20         /* different ones; more are a number */

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

/* -- reactions ------------------------------------------------------------------------------------------------------- */

static void
count_emojis (const char *emojis, GHashTable *counts, GPtrArray *order)
{
  g_auto (GStrv) each = g_strsplit (emojis, " ", -1);

  for (guint i = 0; each[i]; i++) {
    gpointer known = NULL, n = NULL;

    if (*each[i] == '\0')
      continue;
    if (!g_hash_table_lookup_extended (counts, each[i], &known, &n))
      g_ptr_array_add (order, known = g_strdup (each[i]));
    g_hash_table_steal (counts, known);
    g_hash_table_insert (counts, known, GUINT_TO_POINTER (GPOINTER_TO_UINT (n) + 1));
  }
}

char *
stonechat_message_reactions_to_text (const char *reactions)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) order = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (reactions ? reactions : "", "\n", -1);

  for (guint i = 0; lines[i]; i++) {
    const char *emojis = strchr (lines[i], '\t');

    if (emojis)
      count_emojis (emojis + 1, counts, order);
  }
  for (guint i = 0; i < MIN (order->len, REACTIONS); i++) {
    guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, order->pdata[i]));

    /* The number and its emoji stay together where the line breaks. */
    g_string_append_printf (text, "%s%s", i ? "  " : "", (char *) order->pdata[i]);
    if (n > 1)
      g_string_append_printf (text, "\u00a0%u", n);
  }
  if (order->len > REACTIONS)
    g_string_append_printf (text, "  +%u", order->len - REACTIONS);
  return text->len ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

GtkWidget *
stonechat_message_reactions_new (void)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "reactions");
  return label;
}

void
stonechat_message_reactions_set (GtkWidget *self, const char *reactions)
{
  g_autofree char *text = stonechat_message_reactions_to_text (reactions);

  gtk_label_set_text (GTK_LABEL (self), text ? text : "");
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
