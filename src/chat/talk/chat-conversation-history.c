/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-conversation-struct.h"

#include "chat-message-private.h"
#include "chat-store-gaps.h"
#include "chat-timeline-private.h"

/* What of a conversation is read, what of it is missing here, and how it is asked for. */

#define GAPS_DELAY_MS 700     /* a gap that closes sooner is not shown */
#define UNREAD_DELAY_MS 700   /* in the chat that is looked at: what is read sooner is not counted */

/* -- reading -------------------------------------------------------------------------------------------------------- */

void
chat_conversation_mark_read (ChatConversation *self)
{
  gboolean soon = self->unread == 0 && self->unread_source != 0;

  if (self->keeps_unread)
    return;
  chat_conversation_set_marked_unread (self, FALSE);
  if (self->unread == 0 && !soon)
    return;
  chat_store_mark_read_async (self->store, self->id, NULL, NULL, NULL);
  chat_conversation_set_unread (self, 0, 0);
  if (soon && self->list != NULL)
    chat_conversation_list_tell_read (self->list, self);
}

void
chat_conversation_read_up_to (ChatConversation *self, ChatMessage *message)
{
  gint64 position = chat_message_get_position (message);

  if (position <= self->read_position || self->keeps_unread || (self->unread == 0 && self->unread_source == 0))
    return;
  self->read_position = position;
  if (chat_message_get_id (message) == self->last_id)
    chat_conversation_mark_read (self);
  else if (self->list != NULL)
    chat_conversation_list_tell_read_up_to (self->list, self, chat_message_get_id (message));
}

static void
take_unread (ChatConversation *self, guint unread)
{
  guint before = self->unread;

  g_clear_handle_id (&self->unread_source, g_source_remove);
  if (before == unread)
    return;
  self->unread = unread;
  if (!self->loading)
    g_object_notify (G_OBJECT (self), "unread");
  chat_conversation_tell_sorted (self);
  /* Here or elsewhere: whoever notified of it need not any more (W-13). */
  if (unread == 0 && self->list != NULL)
    chat_conversation_list_tell_read (self->list, self);
}

static gboolean
unread_delay_cb (gpointer user_data)
{
  ChatConversation *self = user_data;

  self->unread_source = 0;
  /* It was looked past: whoever comes down to it wants to see where to begin. */
  if (self->unread_start == 0 && self->first_unread == self->first_soon)
    chat_conversation_set_unread_start (self, self->first_unread);
  take_unread (self, self->unread_soon);
  return G_SOURCE_REMOVE;
}

void
chat_conversation_set_unread (ChatConversation *self, guint unread, gint64 first)
{
  self->first_unread = first;
  if (self->shown && unread > self->unread) {
    self->unread_soon = unread;
    if (self->unread_source == 0) {
      self->first_soon = first;
      self->unread_source = g_timeout_add (UNREAD_DELAY_MS, unread_delay_cb, self);
    }
    return;
  }
  /* Whoever looks has seen where the new ones begin. */
  if (first != 0 && !self->shown)
    chat_conversation_set_unread_start (self, first);
  take_unread (self, unread);
}

/* -- what is missing ------------------------------------------------------------------------------------------------ */

static void
gaps_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatConversation) self = user_data;
  g_autoptr (GPtrArray) gaps = chat_store_load_chat_gaps_finish (CHAT_STORE (source), result, NULL);
  g_autoptr (GArray) positions = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (gaps == NULL || self->timeline == NULL)
    return;
  self->n_gaps = gaps->len;
  /* Where nothing was known before there is nothing between which it lies: that is what paging up asks for. */
  for (guint i = gaps->len; i > 0; i--) {
    const ChatGapRow *gap = g_ptr_array_index (gaps, i - 1);
    if (!gap->import || gap->after_time != 0)
      g_array_append_val (positions, gap->position);
  }
  chat_timeline_set_gaps (self->timeline, positions);
}

static void
load_gaps (ChatConversation *self)
{
  g_clear_handle_id (&self->gaps_source, g_source_remove);
  chat_store_load_chat_gaps_async (self->store, self->account_id, xmpp_jid_get_string (self->jid), NULL, gaps_loaded_cb,
                                   g_object_ref (self));
}

static gboolean
gaps_delay_cb (gpointer user_data)
{
  ChatConversation *self = user_data;

  self->gaps_source = 0;
  load_gaps (self);
  return G_SOURCE_REMOVE;
}

void
chat_conversation_gaps_changed (ChatConversation *self)
{
  if (self->timeline == NULL)
    return;
  if (self->filling)
    load_gaps (self);
  else if (self->gaps_source == 0)
    self->gaps_source = g_timeout_add (GAPS_DELAY_MS, gaps_delay_cb, self);
}

void
chat_conversation_fill (ChatConversation *self, ChatMessage *above)
{
  if (!self->filling && self->list != NULL)
    chat_conversation_list_tell_fill_wanted (self->list, self, above != NULL ? chat_message_get_position (above) : G_MAXINT64);
}

void
chat_conversation_fetch_async (ChatConversation *self, gint64 time, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  if (self->list == NULL || !chat_conversation_list_tell_fetch_wanted (self->list, self, time, task))
    g_task_return_boolean (task, TRUE);
}

gboolean
chat_conversation_fetch_finish (ChatConversation *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
chat_conversation_set_filling (ChatConversation *self, gboolean filling)
{
  if (self->filling == filling)
    return;
  self->filling = filling;
  g_object_notify (G_OBJECT (self), "filling");
  if (!filling && self->timeline != NULL)
    load_gaps (self);
}

void
chat_conversation_set_complete (ChatConversation *self, gboolean complete)
{
  if (self->complete == complete)
    return;
  self->complete = complete;
  g_object_notify (G_OBJECT (self), "complete");
}

gboolean
chat_conversation_get_filling (ChatConversation *self)
{
  return self->filling;
}

gboolean
chat_conversation_get_complete (ChatConversation *self)
{
  return self->complete;
}

gboolean
chat_conversation_get_lacking (ChatConversation *self)
{
  return self->n_gaps > 0;
}
