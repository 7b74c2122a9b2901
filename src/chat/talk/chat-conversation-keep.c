/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-conversation-struct.h"

#include "chat-message-private.h"
#include "chat-store-message.h"
#include "chat-timeline-private.h"

/* What is done to messages here and told nobody: hiding, marking as unread; and what is known of one. */

#define LOOK_BACK 100            /* messages, for the last one that can be edited */

ChatMessageDetails *
chat_message_details_new (void)
{
  ChatMessageDetails *self = g_new0 (ChatMessageDetails, 1);

  self->versions = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_version_free);
  return self;
}

void
chat_message_version_free (ChatMessageVersion *version)
{
  g_free (version->text);
  g_free (version);
}

void
chat_message_details_free (ChatMessageDetails *self)
{
  g_ptr_array_unref (self->versions);
  g_free (self->stanza_id);
  g_free (self->archive_id);
  g_free (self->raw);
  g_free (self);
}

/* -- deleting here -------------------------------------------------------------------------------------------------- */

typedef struct { ChatConversation *conversation; gint64 id; } OneMessage;

static OneMessage *
one_message_new (ChatConversation *self, ChatMessage *message)
{
  OneMessage *one = g_new (OneMessage, 1);

  *one = (OneMessage) { g_object_ref (self), chat_message_get_id (message) };
  return one;
}

/* Takes one. */
static void
removed (OneMessage *one, const ChatConversationRow *row, const GError *error)
{
  g_autoptr (ChatConversation) self = one->conversation;

  if (row == NULL)
    chat_conversation_refuse (self, error->message);
  if (row != NULL && self->timeline != NULL)
    chat_timeline_remove (self->timeline, one->id);
  if (row != NULL && self->list != NULL)
    chat_conversation_list_apply_row (self->list, row);
  g_free (one);
}

static void
hidden_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatConversationRow) row = chat_store_hide_finish (CHAT_STORE (source), result, &error);

  removed (user_data, row, error);
}

static void
deleted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatConversationRow) row = chat_store_delete_message_finish (CHAT_STORE (source), result, &error);

  removed (user_data, row, error);
}

void
chat_conversation_hide (ChatConversation *self, ChatMessage *message)
{
  OneMessage *one = one_message_new (self, message);

  chat_store_hide_async (self->store, one->id, NULL, hidden_cb, one);
}

void
chat_conversation_delete_message (ChatConversation *self, ChatMessage *message)
{
  OneMessage *one = one_message_new (self, message);

  chat_store_delete_message_async (self->store, one->id, NULL, deleted_cb, one);
}

/* -- unread from here ----------------------------------------------------------------------------------------------- */

static void
unread_from_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree OneMessage *one = user_data;
  g_autoptr (ChatConversation) self = one->conversation;
  g_autoptr (ChatConversationRow) row = chat_store_unread_from_finish (CHAT_STORE (source), result, NULL);

  if (row == NULL) {
    self->keeps_unread = FALSE;
    return;
  }
  chat_conversation_set_unread_start (self, row->first_unread);
  if (self->list != NULL)
    chat_conversation_list_apply_row (self->list, row);
}

/* While the chat stays open nobody reads it again by looking at it. */
void
chat_conversation_mark_unread_from (ChatConversation *self, ChatMessage *message)
{
  OneMessage *one = one_message_new (self, message);

  self->keeps_unread = self->shown;
  self->read_position = MIN (self->read_position, chat_message_get_position (message) - 1);
  chat_store_unread_from_async (self->store, one->id, NULL, unread_from_cb, one);
}

/* -- details -------------------------------------------------------------------------------------------------------- */

static void
details_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  ChatMessageDetails *details = chat_store_load_details_finish (CHAT_STORE (source), result, &error);

  if (details != NULL)
    g_task_return_pointer (task, details, (GDestroyNotify) chat_message_details_free);
  else
    g_task_return_error (task, error);
}

void
chat_conversation_load_details_async (ChatConversation *self, ChatMessage *message, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data)
{
  chat_store_load_details_async (self->store, chat_message_get_id (message), cancellable, details_loaded_cb,
                                 g_task_new (self, cancellable, callback, user_data));
}

ChatMessageDetails *
chat_conversation_load_details_finish (ChatConversation *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* -------------------------------------------------------------------------------------------------------------------- */

ChatMessage *
chat_conversation_get_last_own (ChatConversation *self)
{
  GListModel *timeline = G_LIST_MODEL (chat_conversation_get_timeline (self));
  guint n = g_list_model_get_n_items (timeline);

  for (guint i = n; i > 0 && i + LOOK_BACK > n; i--) {
    g_autoptr (ChatMessage) message = g_list_model_get_item (timeline, i - 1);
    if (message == NULL)
      return NULL;
    if (chat_conversation_may_edit (self, message))
      return g_steal_pointer (&message);
  }
  return NULL;
}
