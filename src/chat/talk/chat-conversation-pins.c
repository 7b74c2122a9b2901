/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-conversation-struct.h"

#include "chat-message-private.h"
#include "chat-store-message.h"

/* The messages that the user pinned, the newest first. They may be anywhere in the chat, so the timeline does not have them:
 * they are read from the store when they are asked for, and again when one comes or goes. */

static void
take_pins (ChatConversation *self, GPtrArray *rows)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean any = self->n_pins > 0;

  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (messages, chat_conversation_make_message (self, g_ptr_array_index (rows, i)));
  self->n_pins = rows->len;
  g_list_store_splice (self->pins, 0, g_list_model_get_n_items (G_LIST_MODEL (self->pins)), messages->pdata, messages->len);
  if (any != (self->n_pins > 0))
    g_object_notify (G_OBJECT (self), "has-pins");
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatConversation) self = user_data;
  g_autoptr (GPtrArray) rows = chat_store_load_pins_finish (CHAT_STORE (source), result, NULL);

  if (rows != NULL)
    take_pins (self, rows);
}

static void
load (ChatConversation *self)
{
  if (self->pins == NULL)
    self->pins = g_list_store_new (CHAT_TYPE_MESSAGE);
  if (self->id != 0)
    chat_store_load_pins_async (self->store, self->id, NULL, loaded_cb, g_object_ref (self));
}

GListModel *
chat_conversation_get_pins (ChatConversation *self)
{
  if (self->pins == NULL)
    load (self);
  return G_LIST_MODEL (self->pins);
}

gboolean
chat_conversation_get_has_pins (ChatConversation *self)
{
  return self->n_pins > 0;
}

/* -- what changes them ---------------------------------------------------------------------------------------------- */

static gboolean
has_pin (ChatConversation *self, gint64 id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->pins)); i++) {
    g_autoptr (ChatMessage) message = g_list_model_get_item (G_LIST_MODEL (self->pins), i);
    if (chat_message_get_id (message) == id)
      return TRUE;
  }
  return FALSE;
}

void
chat_conversation_set_n_pins (ChatConversation *self, guint n)
{
  gboolean any = self->n_pins > 0;

  if (self->n_pins == n)
    return;
  self->n_pins = n;
  if (self->pins != NULL)
    load (self);
  if (any != (n > 0) && !self->loading)
    g_object_notify (G_OBJECT (self), "has-pins");
}

void
chat_conversation_change_pin (ChatConversation *self, const ChatMessageRow *row)
{
  if (self->pins != NULL && (row->pinned || has_pin (self, row->id)))
    load (self);
}

void
chat_conversation_rename_pins (ChatConversation *self)
{
  for (guint i = 0; self->pins != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->pins)); i++) {
    g_autoptr (ChatMessage) message = g_list_model_get_item (G_LIST_MODEL (self->pins), i);
    chat_message_set_sender_name (message, self->name);
  }
}

/* -- pinning -------------------------------------------------------------------------------------------------------- */

static void
pinned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatConversation) self = user_data;
  g_autoptr (GPtrArray) rows = chat_store_set_pinned_finish (CHAT_STORE (source), result, NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    chat_conversation_change_row (self, g_ptr_array_index (rows, i));
  if (rows != NULL)
    load (self);
}

void
chat_conversation_set_message_pinned (ChatConversation *self, ChatMessage *message, gboolean pinned)
{
  chat_store_set_pinned_async (self->store, chat_message_get_id (message), pinned, NULL, pinned_cb, g_object_ref (self));
}
