/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-forward.h"

#include <string.h>

struct _StonechatForward {
  AdwWindow parent_instance;
  char *text;
  char *wanted;             /* what was typed, folded */
  GtkWidget *search, *chats, *preview;
};

G_DEFINE_FINAL_TYPE (StonechatForward, stonechat_forward, ADW_TYPE_WINDOW)

static ChatConversation *
get_chat (gpointer row)
{
  return g_object_get_data (row, "chat");
}

static gboolean
is_chosen (gpointer row)
{
  return gtk_check_button_get_active (g_object_get_data (row, "check"));
}

static GListModel *
list_rows (StonechatForward *self)
{
  return gtk_widget_observe_children (self->chats);
}

static void
chosen_cb (StonechatForward *self)
{
  g_autoptr (GListModel) rows = list_rows (self);
  gboolean any = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++) {
    g_autoptr (GtkWidget) row = g_list_model_get_item (rows, i);

    any |= ADW_IS_ACTION_ROW (row) && is_chosen (row);
  }
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "forward.send", any);
}

static gboolean
matches (GtkListBoxRow *row, gpointer user_data)
{
  StonechatForward *self = user_data;
  ChatConversation *chat = get_chat (row);
  g_autofree char *both = g_strdup_printf ("%s %s", chat_conversation_get_name (chat),
                                           xmpp_jid_get_bare_string (chat_conversation_get_jid (chat)));
  g_autofree char *folded = g_utf8_casefold (both, -1);

  /* What was chosen stays in sight. */
  return !self->wanted || strstr (folded, self->wanted) || is_chosen (row);
}

static void
search_cb (StonechatForward *self)
{
  g_free (self->wanted);
  self->wanted = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);
  gtk_list_box_invalidate_filter (GTK_LIST_BOX (self->chats));
}

static void
add_chat (StonechatForward *self, ChatConversation *chat)
{
  GtkWidget *row = adw_action_row_new (), *check = gtk_check_button_new ();
  const char *name = chat_conversation_get_name (chat), *address = xmpp_jid_get_bare_string (chat_conversation_get_jid (chat));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  if (!g_str_equal (name, address))
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), address);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  g_object_set_data_full (G_OBJECT (row), "chat", g_object_ref (chat), g_object_unref);
  g_object_set_data (G_OBJECT (row), "check", check);
  g_signal_connect_object (check, "toggled", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  gtk_list_box_append (GTK_LIST_BOX (self->chats), row);
}

static void
send_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatForward *self = STONECHAT_FORWARD (widget);
  g_autoptr (GListModel) rows = list_rows (self);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++) {
    g_autoptr (GtkWidget) row = g_list_model_get_item (rows, i);

    if (ADW_IS_ACTION_ROW (row) && is_chosen (row))
      chat_conversation_send (get_chat (row), self->text);
  }
  gtk_window_close (GTK_WINDOW (self));
}

GtkWidget *
stonechat_forward_new (GtkWindow *parent, ChatProfile *profile, const char *text)
{
  StonechatForward *self = g_object_new (STONECHAT_TYPE_FORWARD, "transient-for", parent, NULL);
  GListModel *chats = chat_profile_get_conversations (profile);

  self->text = g_strdup (text);
  gtk_label_set_text (GTK_LABEL (self->preview), text);
  for (guint i = 0; i < g_list_model_get_n_items (chats); i++) {
    g_autoptr (ChatConversation) chat = g_list_model_get_item (chats, i);
    gboolean announcement;

    g_object_get (chat, "announcement", &announcement, NULL);
    if (!announcement)
      add_chat (self, chat);
  }
  return GTK_WIDGET (self);
}

static void
stonechat_forward_finalize (GObject *object)
{
  StonechatForward *self = STONECHAT_FORWARD (object);

  g_free (self->text);
  g_free (self->wanted);
  G_OBJECT_CLASS (stonechat_forward_parent_class)->finalize (object);
}

static void
stonechat_forward_class_init (StonechatForwardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = stonechat_forward_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-forward.ui");
  gtk_widget_class_bind_template_child (widget_class, StonechatForward, search);
  gtk_widget_class_bind_template_child (widget_class, StonechatForward, chats);
  gtk_widget_class_bind_template_child (widget_class, StonechatForward, preview);
  gtk_widget_class_install_action (widget_class, "forward.send", NULL, send_action);
}

static void
stonechat_forward_init (StonechatForward *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "forward.send", FALSE);
  gtk_list_box_set_filter_func (GTK_LIST_BOX (self->chats), matches, self, NULL);
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (search_cb), self);
  /* The field would take Escape for itself. */
  g_signal_connect_swapped (self->search, "stop-search", G_CALLBACK (gtk_window_close), self);
}
