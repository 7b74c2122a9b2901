/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-conversation-struct.h"

/* What is written in a conversation and not sent yet: kept a second after it changed (W-37). An edit has a text of its own, so
 * that what was being written before it, and the message which that answers, are there again when it ends. */

#define DRAFT_DELAY_MS 1000
#define LANGUAGE "spelling-language"

static void
draft_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatConversation) self = user_data;
  g_autoptr (ChatConversationRow) row = chat_store_save_draft_finish (CHAT_STORE (source), result, NULL);

  if (row != NULL && self->list != NULL)
    chat_conversation_list_apply_row (self->list, row);
}

static void
save (ChatConversation *self)
{
  g_clear_handle_id (&self->draft_source, g_source_remove);
  chat_store_save_draft_async (self->store, self->account_id, xmpp_jid_get_string (self->jid), &self->draft, NULL,
                               draft_saved_cb, g_object_ref (self));
}

static gboolean
delay_cb (gpointer user_data)
{
  ChatConversation *self = user_data;

  self->draft_source = 0;
  save (self);
  return G_SOURCE_REMOVE;
}

void
chat_conversation_flush (ChatConversation *self)
{
  if (self->draft_source != 0)
    save (self);
}

static void
tell (ChatConversation *self)
{
  g_object_notify (G_OBJECT (self), "draft");
  if (self->list != NULL)
    chat_conversation_list_place (self->list, self);
}

static void
save_soon (ChatConversation *self)
{
  if (self->draft_source == 0 && (!chat_draft_is_empty (&self->draft) || self->draft_saved))
    self->draft_source = g_timeout_add (DRAFT_DELAY_MS, delay_cb, self);
}

/* -- the text -------------------------------------------------------------------------------------------------------- */

const char *
chat_conversation_get_draft (ChatConversation *self)
{
  return self->draft.edited != 0 ? self->draft.edit_text : self->draft.text;
}

void
chat_conversation_set_draft (ChatConversation *self, const char *draft)
{
  char **text = self->draft.edited != 0 ? &self->draft.edit_text : &self->draft.text;

  if (g_strcmp0 (draft != NULL ? draft : "", *text != NULL ? *text : "") == 0)
    return;
  g_free (*text);
  *text = draft != NULL && *draft != '\0' ? g_strdup (draft) : NULL;
  tell (self);
  save_soon (self);
}

void
chat_conversation_take_draft (ChatConversation *self)
{
  g_clear_handle_id (&self->draft_source, g_source_remove);
  g_clear_pointer (&self->draft.text, g_free);
  self->draft.reply = 0;
  tell (self);
  g_object_notify (G_OBJECT (self), "draft-target");
}

void
chat_conversation_return_draft (ChatConversation *self, const char *text)
{
  char *both = self->draft.text != NULL ? g_strconcat (text, "\n", self->draft.text, NULL) : g_strdup (text);

  g_free (self->draft.text);
  self->draft.text = both;
  tell (self);
  save_soon (self);
}

void
chat_conversation_forget_draft (ChatConversation *self)
{
  g_clear_handle_id (&self->draft_source, g_source_remove);
  chat_draft_clear (&self->draft);
  tell (self);
  g_object_notify (G_OBJECT (self), "draft-target");
}

/* -- what it is for -------------------------------------------------------------------------------------------------- */

ChatDraftTarget
chat_conversation_get_draft_target (ChatConversation *self, gint64 *message)
{
  if (message != NULL)
    *message = self->draft.edited != 0 ? self->draft.edited : self->draft.reply;
  return self->draft.edited != 0 ? CHAT_DRAFT_EDIT : self->draft.reply != 0 ? CHAT_DRAFT_REPLY : CHAT_DRAFT_NONE;
}

void
chat_conversation_set_draft_target (ChatConversation *self, ChatDraftTarget target, gint64 message)
{
  gint64 edited = target == CHAT_DRAFT_EDIT ? message : 0;
  gint64 reply = target == CHAT_DRAFT_REPLY ? message : target == CHAT_DRAFT_NONE && self->draft.edited == 0 ? 0 : self->draft.reply;

  if (edited == self->draft.edited && reply == self->draft.reply)
    return;
  if (edited != self->draft.edited)
    g_clear_pointer (&self->draft.edit_text, g_free);
  self->draft.edited = edited;
  self->draft.reply = reply;
  g_object_notify (G_OBJECT (self), "draft-target");
  tell (self);
  save_soon (self);
}

/* -- its language ---------------------------------------------------------------------------------------------------- */

const char *
chat_conversation_get_language (ChatConversation *self)
{
  return self->id != 0 ? chat_store_get_setting (self->store, self->account_id, self->id, LANGUAGE) : self->language;
}

void
chat_conversation_set_language (ChatConversation *self, const char *language)
{
  if (self->id != 0) {
    chat_store_set_setting (self->store, self->account_id, self->id, LANGUAGE, language);
    return;
  }
  g_free (self->language);
  self->language = g_strdup (language);
}

void
chat_conversation_load_language (ChatConversation *self)
{
  if (self->language != NULL)
    chat_conversation_set_language (self, self->language);
  g_clear_pointer (&self->language, g_free);
}
