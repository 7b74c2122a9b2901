/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-request-row.h"
#include "stonechat-avatar.h"

#include <glib/gi18n.h>

static void
accept_cb (GtkButton *button, ChatRequest *request)
{
  chat_request_accept (request, TRUE);
}

static void
decline_cb (GtkButton *button, ChatRequest *request)
{
  chat_request_decline (request);
}

static void
block_cb (GtkButton *button, ChatRequest *request)
{
  gtk_widget_activate_action (GTK_WIDGET (button), "win.block", "(ss)", chat_account_get_address (chat_request_get_account (request)),
                              xmpp_jid_get_string (chat_request_get_jid (request)));
}

static GtkWidget *
new_request_button (const char *icon, const char *name, GCallback callback, ChatRequest *request)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", callback, request, 0);
  return button;
}

GtkWidget *
stonechat_request_row_new (ChatRequest *request)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8), *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *title, *detail, *row;
  const char *address = xmpp_jid_get_string (chat_request_get_jid (request)), *text = chat_request_get_text (request);
  g_autofree char *name = NULL, *line = NULL, *below = NULL, *said = NULL;

  g_object_get (request, "name", &name, NULL);
  line = g_strdup_printf (_("%s wants to see your status"), name);
  below = text && *text ? g_strdup_printf ("%s · %s", address, text) : g_strdup (address);
  gtk_widget_set_tooltip_text (box, below);
  title = gtk_label_new (line);
  detail = gtk_label_new (below);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_xalign (GTK_LABEL (detail), 0);
  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (title), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (title), 2);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (title), 12);
  gtk_label_set_max_width_chars (GTK_LABEL (detail), 12);
  gtk_label_set_ellipsize (GTK_LABEL (detail), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (title, "name");
  gtk_widget_add_css_class (detail, "detail");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), title);
  gtk_box_append (GTK_BOX (words), detail);
  gtk_box_append (GTK_BOX (box), g_object_new (STONECHAT_TYPE_AVATAR, "name", name, "address", address, "size", 34, NULL));
  gtk_box_append (GTK_BOX (box), words);
  gtk_box_append (GTK_BOX (box), new_request_button ("object-select-symbolic", _("Accept"), G_CALLBACK (accept_cb), request));
  gtk_box_append (GTK_BOX (box), new_request_button ("window-close-symbolic", _("Decline"), G_CALLBACK (decline_cb), request));
  gtk_box_append (GTK_BOX (box), new_request_button ("action-unavailable-symbolic", _("Block…"), G_CALLBACK (block_cb), request));
  gtk_widget_add_css_class (box, "request");
  row = gtk_list_box_row_new ();
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  said = g_strdup_printf ("%s, %s", line, below);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, said, -1);
  return row;
}
