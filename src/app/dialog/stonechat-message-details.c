/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-message-details.h"
#include "stonechat-fields.h"
#include "chat-history.h"
#include "stonechat-time.h"

#include <glib/gi18n.h>

struct _StonechatMessageDetails {
  AdwWindow parent_instance;
  ChatConversation *conversation;
  GCancellable *cancellable;
  GtkWidget *known, *versions, *source, *xml;
};

G_DEFINE_FINAL_TYPE (StonechatMessageDetails, stonechat_message_details, ADW_TYPE_WINDOW)

static void
add_row (GtkWidget *group, const char *title, const char *text)
{
  GtkWidget *row = adw_action_row_new ();

  /* What others wrote is text (S-89). */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_add_css_class (row, "property");
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
}

static void
add_time (StonechatMessageDetails *self, const char *title, gint64 time)
{
  g_autofree char *text = time ? stonechat_time_full (time) : NULL;

  if (text)
    add_row (self->known, title, text);
}

static void
add_id (StonechatMessageDetails *self, const char *title, const char *id)
{
  if (id)
    add_row (self->known, title, id);
}

static void
show_source (StonechatMessageDetails *self, const char *xml, const char *said)
{
  gtk_label_set_text (GTK_LABEL (self->xml), xml ? xml : "");
  gtk_widget_set_visible (self->xml, xml != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message-details.copy", xml != NULL);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self->source), said);
  gtk_widget_set_visible (self->source, xml || said);
}

static void
raw_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *raw = chat_history_load_raw_finish (CHAT_HISTORY (source), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_source (user_data, raw, error ? error->message : NULL);
}

/* It is kept here for a week, in the archive longer. */
static void
fetch_source (StonechatMessageDetails *self, const char *archive_id)
{
  ChatHistory *history = chat_account_get_history (chat_conversation_get_account (self->conversation));

  if (history == NULL || archive_id == NULL)
    return;
  show_source (self, NULL, _("Getting it from the server’s archive…"));
  chat_history_load_raw_async (history, self->conversation, archive_id, self->cancellable, raw_cb, self);
}

static void
show_details (StonechatMessageDetails *self, ChatMessageDetails *details)
{
  add_time (self, _("Written"), details->time);
  add_time (self, _("Sent"), details->sent);
  add_time (self, _("Delivered"), details->delivered);
  add_time (self, _("Read"), details->read);
  add_id (self, _("Identifier"), details->stanza_id);
  add_id (self, _("Identifier in the Archive"), details->archive_id);
  /* The last one is what it says now. */
  for (guint i = 0; i + 1 < details->versions->len; i++) {
    ChatMessageVersion *version = details->versions->pdata[i];
    g_autofree char *time = stonechat_time_full (version->time);

    add_row (self->versions, time, version->text ? version->text : "");
  }
  gtk_widget_set_visible (self->versions, details->versions->len > 1);
  show_source (self, details->raw, NULL);
  if (!details->raw)
    fetch_source (self, details->archive_id);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatMessageDetails) details = chat_conversation_load_details_finish (CHAT_CONVERSATION (source), result, &error);
  StonechatMessageDetails *self = user_data;

  if (details)
    show_details (self, details);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self->known), error->message);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), gtk_label_get_text (GTK_LABEL (STONECHAT_MESSAGE_DETAILS (widget)->xml)));
}

GtkWidget *
stonechat_message_details_new (GtkWindow *parent, ChatConversation *conversation, ChatMessage *message)
{
  StonechatMessageDetails *self = g_object_new (STONECHAT_TYPE_MESSAGE_DETAILS, "transient-for", parent, NULL);

  self->conversation = g_object_ref (conversation);
  add_row (self->known, _("From"), chat_message_get_sender_name (message));
  chat_conversation_load_details_async (conversation, message, self->cancellable, loaded_cb, self);
  return GTK_WIDGET (self);
}

static void
stonechat_message_details_dispose (GObject *object)
{
  StonechatMessageDetails *self = STONECHAT_MESSAGE_DETAILS (object);

  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->conversation);
  G_OBJECT_CLASS (stonechat_message_details_parent_class)->dispose (object);
}

static void
stonechat_message_details_class_init (StonechatMessageDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_message_details_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-message-details.ui");
  gtk_widget_class_bind_template_child (widget_class, StonechatMessageDetails, known);
  gtk_widget_class_bind_template_child (widget_class, StonechatMessageDetails, versions);
  gtk_widget_class_bind_template_child (widget_class, StonechatMessageDetails, source);
  gtk_widget_class_bind_template_child (widget_class, StonechatMessageDetails, xml);
  gtk_widget_class_install_action (widget_class, "message-details.copy", NULL, copy_action);
}

static void
stonechat_message_details_init (StonechatMessageDetails *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  stonechat_fields_name (GTK_WIDGET (self), _("Message Details"));
}
