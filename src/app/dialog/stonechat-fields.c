/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-fields.h"
#include "xmpp-jid.h"

#include <glib/gi18n.h>

char *
stonechat_field_dup_text (GtkWidget *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

void
stonechat_field_mark (GtkWidget *row, gboolean wrong)
{
  if (wrong) {
    gtk_widget_add_css_class (row, "error");
    gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE, -1);
  } else {
    gtk_widget_remove_css_class (row, "error");
    gtk_accessible_reset_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID);
  }
}

void
stonechat_field_say (GtkWidget *label, const char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text ? text : "");
  gtk_widget_set_visible (label, text && *text);
}

static void
set_name (GtkWidget *widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
name_by_tooltip (GtkWidget *button)
{
  set_name (button, gtk_widget_get_tooltip_text (button));
}

void
stonechat_fields_name (GtkWidget *form, const char *title)
{
  if (ADW_IS_PREFERENCES_GROUP (form) && *adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (form)))
    title = adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (form));
  if (ADW_IS_EXPANDER_ROW (form)) {
    title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (form));
    set_name (form, title);
  } else if (GTK_IS_LIST_BOX (form)) {
    set_name (form, title);
  } else if (GTK_IS_BUTTON (form) && gtk_widget_get_ancestor (form, ADW_TYPE_PASSWORD_ENTRY_ROW) && gtk_widget_get_tooltip_text (form)) {
    /* That which shows the password. */
    g_signal_connect (form, "notify::tooltip-text", G_CALLBACK (name_by_tooltip), NULL);
    name_by_tooltip (form);
  }
  for (GtkWidget *child = gtk_widget_get_first_child (form); child; child = gtk_widget_get_next_sibling (child))
    stonechat_fields_name (child, title);
}

static void
drop_down_cb (GtkWidget *drop_down, GParamSpec *pspec, const char *name)
{
  gpointer chosen = gtk_drop_down_get_selected_item (GTK_DROP_DOWN (drop_down));
  g_autofree char *both = GTK_IS_STRING_OBJECT (chosen) ? g_strdup_printf ("%s: %s", name, gtk_string_object_get_string (chosen)) : NULL;

  set_name (gtk_widget_get_first_child (drop_down), both ? both : name);
}

void
stonechat_field_name_drop_down (GtkWidget *drop_down, const char *name)
{
  set_name (drop_down, name);
  g_signal_connect_data (drop_down, "notify::selected-item", G_CALLBACK (drop_down_cb), g_strdup (name), (GClosureNotify) g_free, 0);
  drop_down_cb (drop_down, NULL, name);
}

static gboolean
is_host (const char *host)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (host, NULL);

  return g_hostname_is_ip_address (host) || (jid && !xmpp_jid_get_local (jid) && xmpp_jid_is_bare (jid));
}

const char *
stonechat_server_check (const char *host, const char *port, guint *number, gboolean *at_port)
{
  guint64 value = 0;

  *number = 0;
  *at_port = FALSE;
  if (*host && !is_host (host))
    return _("This is not the name of a server. It looks like xmpp.example.org.");
  if (*port && !g_ascii_string_to_unsigned (port, 10, 1, 65535, &value, NULL)) {
    *at_port = TRUE;
    return _("A port is a number from 1 to 65535.");
  }
  if (*port && !*host)
    return _("A port needs a host.");
  *number = value;
  return NULL;
}
