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
