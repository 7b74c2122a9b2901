/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-message-ask.h"

#include <glib/gi18n.h>

typedef struct { ChatConversation *conversation; ChatMessage *message; void (*end) (ChatConversation *conversation, ChatMessage *message); } Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->conversation);
  g_object_unref (question->message);
  g_free (question);
}

static void
answered_cb (AdwMessageDialog *dialog, const char *response, Question *question)
{
  if (g_str_equal (response, "delete"))
    question->end (question->conversation, question->message);
}

void
stonechat_message_ask_delete (GtkWindow *parent, ChatConversation *conversation, ChatMessage *message, gboolean everyone)
{
  GtkWidget *dialog = adw_message_dialog_new (parent,
                                              everyone ? _("Delete for Everyone?") : _("Delete for You?"),
                                              everyone ? _("The others’ programs are asked to delete this message. Somebody may have read it, and may keep it.")
                                                       : _("This message goes from this device and doesn’t come back. The others keep it."));
  Question *question = g_new (Question, 1);

  question->conversation = g_object_ref (conversation);
  question->message = g_object_ref (message);
  question->end = everyone ? chat_conversation_retract : chat_conversation_hide;
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "delete", _("_Delete"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (answered_cb), question, question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
