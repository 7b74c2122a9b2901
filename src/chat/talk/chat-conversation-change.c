/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-conversation-struct.h"

#include "chat-message-private.h"
#include "chat-store-outgoing.h"
#include "chat-timeline-private.h"
#include "xmpp-fault-point.h"
#include "xmpp-id.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What is done to messages that were said: corrections, retractions, reactions. They are kept and shown first, and the outbox
 * takes them from there. */

#define EMOJI_BYTES_MAX 64

gboolean
chat_conversation_may_edit (ChatConversation *self, ChatMessage *message)
{
  return chat_conversation_may_retract (self, message) && chat_message_get_kind (message) == CHAT_MESSAGE_TEXT;
}

gboolean
chat_conversation_may_retract (ChatConversation *self, ChatMessage *message)
{
  return chat_message_get_own (message) && !chat_message_get_retracted (message) && chat_message_get_has_id (message)
         && chat_message_get_state (message) != CHAT_MESSAGE_FAILED;
}

gboolean
chat_conversation_may_react (ChatConversation *self, ChatMessage *message)
{
  return chat_message_get_kind (message) == CHAT_MESSAGE_TEXT && !chat_message_get_retracted (message)
         && chat_message_get_has_id (message) && chat_message_get_state (message) != CHAT_MESSAGE_FAILED;
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatConversation) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatChanged) changed = chat_store_change_finish (CHAT_STORE (source), result, &error);

  if (changed == NULL) {
    chat_conversation_refuse (self, error->message);
    return;
  }
  XMPP_FAULT_POINT ("change-queued");
  for (guint i = 0; i < changed->changed->len; i++)
    chat_conversation_change_row (self, g_ptr_array_index (changed->changed, i));
  if (changed->removed != 0 && self->timeline != NULL)
    chat_timeline_remove (self->timeline, changed->removed);
  if (self->list == NULL)
    return;
  chat_conversation_list_apply_row (self->list, changed->conversation);
  if (changed->outgoing != NULL)
    chat_conversation_list_tell_queued (self->list, self, changed->outgoing);
}

static void
change (ChatConversation *self, ChatMessage *message, ChatNewType type, const char *text, gboolean on)
{
  g_autofree char *id = xmpp_id_new ();

  chat_store_change_async (self->store, chat_message_get_id (message), type, text, on, id, NULL, changed_cb, g_object_ref (self));
}

void
chat_conversation_edit (ChatConversation *self, ChatMessage *message, const char *text)
{
  g_autofree char *clean = chat_conversation_clean_text (text);
  g_autoptr (GError) error = NULL;

  if (*clean == '\0' || !chat_conversation_may_edit (self, message))
    return;
  if (!chat_conversation_check_text (self, clean, &error)) {
    chat_conversation_refuse (self, error->message);
    return;
  }
  change (self, message, CHAT_NEW_CORRECTION, clean, FALSE);
}

void
chat_conversation_retract (ChatConversation *self, ChatMessage *message)
{
  if (chat_conversation_may_retract (self, message))
    change (self, message, CHAT_NEW_RETRACTION, NULL, FALSE);
}

void
chat_conversation_react (ChatConversation *self, ChatMessage *message, const char *emoji, gboolean on)
{
  gsize length = strlen (emoji);

  if (length == 0 || length > EMOJI_BYTES_MAX || strpbrk (emoji, " \t\n\r") != NULL || !g_utf8_validate (emoji, -1, NULL)
      || !chat_conversation_may_react (self, message))
    return;
  change (self, message, CHAT_NEW_REACTIONS, emoji, on);
}

void
chat_conversation_refuse (ChatConversation *self, const char *sentence)
{
  if (self->list != NULL)
    chat_conversation_list_tell_refused (self->list, self, sentence);
}

/* -- what did not work ---------------------------------------------------------------------------------------------- */

static const char *
name_failure (int type)
{
  switch (type) {
  case CHAT_NEW_CORRECTION:
    return _("Your edit was not accepted, so the message is as it was");
  case CHAT_NEW_RETRACTION:
    return _("Deleting the message for everyone was not accepted");
  default:
    return _("Your reaction was not accepted");
  }
}

static void
reloaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatConversation) self = user_data;
  g_autoptr (GPtrArray) rows = chat_store_load_messages_finish (CHAT_STORE (source), result, NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    chat_conversation_change_row (self, g_ptr_array_index (rows, i));
}

/* The store has undone it. */
void
chat_conversation_change_failed (ChatConversation *self, const ChatMessageRow *row)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  /* Translators: what did not work, and the reason that the server gave. */
  g_autofree char *sentence = row->error != NULL ? g_strdup_printf (_("%s: %s"), name_failure (row->change), row->error)
                                                 : g_strdup (name_failure (row->change));

  g_array_append_val (ids, row->target);
  chat_store_load_messages_async (self->store, ids, NULL, reloaded_cb, g_object_ref (self));
  chat_conversation_refuse (self, sentence);
}
