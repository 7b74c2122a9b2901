/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-conversation-struct.h"

#include "chat-search.h"

/* Looking for something in one chat. A chat that is not stored yet has no messages: its id 0 finds none. */

static void
give (GTask *task, GArray *found, GError *error)
{
  if (found != NULL)
    g_task_return_pointer (task, found, (GDestroyNotify) g_array_unref);
  else
    g_task_return_error (task, error);
  g_object_unref (task);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  GArray *places = chat_store_find_finish (CHAT_STORE (source), result, &error);

  give (user_data, places, error);
}

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  GArray *days = chat_store_days_finish (CHAT_STORE (source), result, &error);

  give (user_data, days, error);
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  GArray *places = chat_store_find_archived_finish (CHAT_STORE (source), result, &error);

  give (user_data, places, error);
}

void
chat_conversation_find_async (ChatConversation *self, const char *text, gboolean newest, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  chat_store_find_async (self->store, self->id, text, newest, cancellable, found_cb, g_task_new (self, cancellable, callback, user_data));
}

GArray *
chat_conversation_find_finish (ChatConversation *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
chat_conversation_days_async (ChatConversation *self, gint64 from, gint64 to, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  chat_store_days_async (self->store, self->id, from, to, cancellable, counted_cb, g_task_new (self, cancellable, callback, user_data));
}

GArray *
chat_conversation_days_finish (ChatConversation *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
chat_conversation_find_archived_async (ChatConversation *self, const char *archive_id, gint64 time, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data)
{
  chat_store_find_archived_async (self->store, self->id, archive_id, time, cancellable, looked_up_cb,
                                  g_task_new (self, cancellable, callback, user_data));
}

GArray *
chat_conversation_find_archived_finish (ChatConversation *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
