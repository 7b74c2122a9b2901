/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-conversation-struct.h"

#include "chat-store-forget.h"

/* What the user decided of a chat's place in the list: on top, put away, silent, to be looked at again; and how far up it was
 * left. Kept as settings of the chat, for few chats have any. */

#define PINNED "pinned"                 /* when, in microseconds: the last pinned stands first */
#define ARCHIVED "archived"
#define MUTED "muted-until"
#define MARKED "marked-unread"
#define READER "reader"                 /* a row id and pixels */
#define LONGEST_WAIT_S (24 * 60 * 60)   /* a clock that is set is noticed after a day at the latest */

static gint64
load_number (ChatConversation *self, const char *key)
{
  const char *value = chat_store_get_setting (self->store, self->account_id, self->id, key);

  return value != NULL ? g_ascii_strtoll (value, NULL, 10) : 0;
}

static void
save_number (ChatConversation *self, const char *key, gint64 number)
{
  g_autofree char *value = number != 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, number) : NULL;

  chat_store_set_setting (self->store, self->account_id, self->id, key, value);
}

void
chat_conversation_tell_sorted (ChatConversation *self)
{
  if (!self->loading && self->list != NULL)
    chat_conversation_list_tell_sorted (self->list);
}

static void
tell (ChatConversation *self, const char *property)
{
  g_object_notify (G_OBJECT (self), property);
  chat_conversation_tell_sorted (self);
}

static void follow_mute (ChatConversation *self);

static gboolean
mute_over_cb (gpointer user_data)
{
  ChatConversation *self = user_data;

  self->mute_source = 0;
  follow_mute (self);
  if (!chat_conversation_get_muted (self))
    tell (self, "muted");
  return G_SOURCE_REMOVE;
}

static void
follow_mute (ChatConversation *self)
{
  gint64 left = self->muted_until != G_MAXINT64 ? self->muted_until - g_get_real_time () : 0;

  g_clear_handle_id (&self->mute_source, g_source_remove);
  if (left > 0)
    self->mute_source = g_timeout_add_seconds (MIN (left / G_USEC_PER_SEC + 1, LONGEST_WAIT_S), mute_over_cb, self);
}

void
chat_conversation_load_place (ChatConversation *self)
{
  self->pinned_since = load_number (self, PINNED);
  self->archived = load_number (self, ARCHIVED) != 0;
  self->muted_until = load_number (self, MUTED);
  self->marked_unread = load_number (self, MARKED) != 0;
  follow_mute (self);
}

gint64
chat_conversation_get_pinned_since (ChatConversation *self)
{
  return self->pinned_since;
}

gboolean
chat_conversation_get_pinned (ChatConversation *self)
{
  return self->pinned_since != 0;
}

void
chat_conversation_set_pinned (ChatConversation *self, gboolean pinned)
{
  if (self->id == 0 || pinned == chat_conversation_get_pinned (self))
    return;
  self->pinned_since = pinned ? g_get_real_time () : 0;
  save_number (self, PINNED, self->pinned_since);
  if (pinned)
    chat_conversation_set_archived (self, FALSE);
  tell (self, "pinned");
  if (self->list != NULL)
    chat_conversation_list_place (self->list, self);
}

gboolean
chat_conversation_get_archived (ChatConversation *self)
{
  return self->archived;
}

void
chat_conversation_set_archived (ChatConversation *self, gboolean archived)
{
  if (self->id == 0 || archived == self->archived)
    return;
  self->archived = archived;
  save_number (self, ARCHIVED, archived);
  if (archived)
    chat_conversation_set_pinned (self, FALSE);
  tell (self, "archived");
}

gint64
chat_conversation_get_muted_until (ChatConversation *self)
{
  return self->muted_until;
}

gboolean
chat_conversation_get_muted (ChatConversation *self)
{
  return self->muted_until > g_get_real_time ();
}

void
chat_conversation_set_muted_until (ChatConversation *self, gint64 until)
{
  if (self->id == 0 || until == self->muted_until)
    return;
  self->muted_until = until;
  save_number (self, MUTED, until);
  follow_mute (self);
  tell (self, "muted");
}

gboolean
chat_conversation_get_marked_unread (ChatConversation *self)
{
  return self->marked_unread;
}

void
chat_conversation_set_marked_unread (ChatConversation *self, gboolean marked)
{
  if (self->id == 0 || marked == self->marked_unread)
    return;
  self->marked_unread = marked;
  save_number (self, MARKED, marked);
  tell (self, "marked-unread");
}

void
chat_conversation_get_place (ChatConversation *self, gint64 *message, int *y)
{
  const char *value = chat_store_get_setting (self->store, self->account_id, self->id, READER);
  char *rest = NULL;

  *message = value != NULL ? g_ascii_strtoll (value, &rest, 10) : 0;
  *y = rest != NULL ? CLAMP (g_ascii_strtoll (rest, NULL, 10), G_MININT, G_MAXINT) : 0;
}

void
chat_conversation_set_place (ChatConversation *self, gint64 message, int y)
{
  g_autofree char *value = message != 0 ? g_strdup_printf ("%" G_GINT64_FORMAT " %d", message, y) : NULL;

  if (self->id != 0 && g_strcmp0 (value, chat_store_get_setting (self->store, self->account_id, self->id, READER)) != 0)
    chat_store_set_setting (self->store, self->account_id, self->id, READER, value);
}

/* Who is silent stays where it was put. */
void
chat_conversation_return_from_archive (ChatConversation *self, gboolean own)
{
  if (self->archived && (own || !chat_conversation_get_muted (self)))
    chat_conversation_set_archived (self, FALSE);
}

/* -- deleting ------------------------------------------------------------------------------------------------------- */

static void
forgotten_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatConversation) self = user_data;
  g_autoptr (ChatConversationRow) row = chat_store_forget_chat_finish (CHAT_STORE (source), result, NULL);

  if (row == NULL)
    return;
  /* What it is still reading is gone. */
  g_clear_object (&self->timeline);
  g_object_notify (G_OBJECT (self), "timeline");
  chat_conversation_set_pinned (self, FALSE);
  chat_conversation_set_archived (self, FALSE);
  chat_conversation_set_marked_unread (self, FALSE);
  chat_conversation_set_place (self, 0, 0);
  if (self->list != NULL)
    chat_conversation_list_apply_row (self->list, row);
}

void
chat_conversation_delete_history (ChatConversation *self)
{
  if (self->id == 0)
    return;
  chat_conversation_forget_draft (self);
  chat_store_forget_chat_async (self->store, self->id, NULL, forgotten_cb, g_object_ref (self));
}
