/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-news.h"

#define JUST_NOW (30 * G_USEC_PER_SEC)
#define QUIET_MS 1000                       /* so long nothing came: that was all */
#define LONGEST (10 * G_USEC_PER_SEC)       /* a catch-up may take minutes */

struct _ChatNews {
  ChatNewsFunc tell;
  gpointer user_data;
  GHashTable *held;        /* of ChatConversation to ChatMessageRow */
  gint64 since;            /* when the first of them came */
  guint source;
};

static void
tell (ChatNews *self, ChatConversation *conversation, const ChatMessageRow *row)
{
  if (chat_conversation_take_news (conversation, row))
    self->tell (conversation, row, self->user_data);
}

static gboolean
quiet_cb (gpointer user_data)
{
  ChatNews *self = user_data;
  g_autoptr (GHashTable) held = g_steal_pointer (&self->held);
  GHashTableIter iter;
  gpointer conversation, row;

  self->source = 0;
  self->held = g_hash_table_new_full (NULL, NULL, g_object_unref, (GDestroyNotify) chat_message_row_free);
  g_hash_table_iter_init (&iter, held);
  while (g_hash_table_iter_next (&iter, &conversation, &row))
    tell (self, conversation, row);
  return G_SOURCE_REMOVE;
}

static void
hold (ChatNews *self, ChatConversation *conversation, const ChatMessageRow *row)
{
  const ChatMessageRow *before = g_hash_table_lookup (self->held, conversation);
  gint64 now = g_get_monotonic_time ();

  if (g_hash_table_size (self->held) == 0)
    self->since = now;
  if (before == NULL || before->position < row->position)
    g_hash_table_replace (self->held, g_object_ref (conversation), chat_message_row_copy (row));
  if (self->source != 0 && now - self->since > LONGEST)
    return;
  g_clear_handle_id (&self->source, g_source_remove);
  self->source = g_timeout_add (QUIET_MS, quiet_cb, self);
}

void
chat_news_take (ChatNews *self, ChatConversation *conversation, const ChatMessageRow *row)
{
  if (row->time < g_get_real_time () - JUST_NOW)
    hold (self, conversation, row);
  else
    tell (self, conversation, row);
}

void
chat_news_forget (ChatNews *self, ChatConversation *conversation)
{
  g_hash_table_remove (self->held, conversation);
}

ChatNews *
chat_news_new (ChatNewsFunc func, gpointer user_data)
{
  ChatNews *self = g_new0 (ChatNews, 1);

  self->tell = func;
  self->user_data = user_data;
  self->held = g_hash_table_new_full (NULL, NULL, g_object_unref, (GDestroyNotify) chat_message_row_free);
  return self;
}

void
chat_news_free (ChatNews *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_hash_table_unref (self->held);
  g_free (self);
}
