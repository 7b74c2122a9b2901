/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-conversation-struct.h"

#include "chat-privacy.h"
#include "chat-timeline-private.h"
#include "xmpp-fault-point.h"
#include "xmpp-id.h"
#include "xmpp-stanza.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What is done in a conversation: sending, reading, typing. What is sent is committed first; the outbox of the
 * account takes it from there. */

#define COMPOSING_MAX_S 30
#define DELAY_BYTES 100         /* of a stamp, where it is sent again, without the address */
#define ALWAYS_FITS 10000       /* bytes of a stanza: every server takes as much (RFC 6120 §13.12) */

/* -- saying something ----------------------------------------------------------------------------------------------- */

/* As it can be written in XML: what is shown is what is sent. */
char *
chat_conversation_clean_text (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *clean = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gboolean legal = c == '\t' || c == '\n' || (c >= 0x20 && c < 0xfffe) || c >= 0x10000;
    if (c == '\r')
      g_string_append (clean, p[1] == '\n' ? "" : "\n");
    else
      g_string_append_unichar (clean, legal ? c : 0xfffd);
  }
  return g_string_free (clean, FALSE);
}

/* The whole stanza, with all that the outbox may put beside the text. */
static gsize
measure (ChatConversation *self, const char *text)
{
  g_autofree char *id = xmpp_id_new (), *body = chat_conversation_clean_text (text), *xml = NULL;
  XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .to = self->jid, .id = id, .origin_id = id, .body = body, .replace_id = id,
                          .chat_state = XMPP_CHAT_STATE_COMPOSING, .receipt_requested = TRUE, .markable = TRUE, .delay = 1 };
  g_autoptr (XmppElement) stanza = xmpp_message_build (&message);

  xml = xmpp_element_to_string (stanza);
  return strlen (xml) + DELAY_BYTES + strlen (xmpp_jid_get_string (self->own));
}

static gsize
get_bytes_setting (ChatConversation *self, const char *key)
{
  const char *text = chat_store_get_setting (self->store, self->account_id, 0, key);
  return text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;
}

gboolean
chat_conversation_check_text (ChatConversation *self, const char *text, GError **error)
{
  gsize max = get_bytes_setting (self, CHAT_SETTING_MAX_BYTES);
  g_autofree char *limit = NULL;

  if (max == 0 || (strlen (text) < max && measure (self, text) <= max))
    return TRUE;
  limit = g_format_size (max);
  /* Translators: %s is a size, like "10 kB". */
  g_set_error (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE,
               _("The message is too long: your server takes %s at once. Please send it in several parts."), limit);
  return FALSE;
}

gint64
chat_conversation_get_room (ChatConversation *self, const char *text)
{
  gint64 max = get_bytes_setting (self, CHAT_SETTING_MAX_BYTES);

  return max == 0 ? G_MAXINT64 : max - (gint64) measure (self, text);
}

char *
chat_conversation_warn_text (ChatConversation *self, const char *text)
{
  gsize refused = get_bytes_setting (self, CHAT_SETTING_REFUSED_BYTES);
  g_autofree char *size = NULL;

  if (refused == 0 || get_bytes_setting (self, CHAT_SETTING_MAX_BYTES) != 0 || measure (self, text) <= ALWAYS_FITS)
    return NULL;
  size = g_format_size (refused);
  /* Translators: %s is a size, like "12 kB". */
  return g_strdup_printf (_("This may be too long: your server has refused a message of %s before."), size);
}

typedef struct { ChatConversation *conversation; char *text; } Sending;

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Sending *sending = user_data;
  g_autoptr (ChatConversation) self = sending->conversation;
  g_autofree char *text = sending->text;
  g_autoptr (ChatAddedLot) added = chat_store_add_finish (CHAT_STORE (source), result, NULL);

  if (added == NULL) {
    chat_conversation_return_draft (self, text);
    return;
  }
  XMPP_FAULT_POINT ("send-queued");
  if (self->list == NULL)
    return;
  chat_conversation_list_apply_lot (self->list, added);
  for (guint i = 0; i < added->added->len; i++)
    chat_conversation_list_tell_queued (self->list, self, g_ptr_array_index (added->added, i));
}

static gboolean
is_online (ChatConversation *self)
{
  ChatAccountState state = CHAT_ACCOUNT_ONLINE;

  if (self->account != NULL)
    g_object_get (self->account, "state", &state, NULL);
  return state == CHAT_ACCOUNT_ONLINE;
}

void
chat_conversation_send (ChatConversation *self, const char *text)
{
  chat_conversation_send_reply (self, text, NULL);
}

void
chat_conversation_send_reply (ChatConversation *self, const char *text, ChatMessage *to)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *clean = chat_conversation_clean_text (text);
  ChatNewMessage *message;
  Sending *sending;

  g_strchomp (clean);
  if (*clean == '\0')
    return;
  if (!chat_conversation_check_text (self, clean, &error)) {
    chat_conversation_refuse (self, error->message);
    return;
  }
  message = g_new0 (ChatNewMessage, 1);
  message->jid = g_strdup (xmpp_jid_get_string (self->jid));
  message->own = TRUE;
  message->state = CHAT_MESSAGE_QUEUED;
  message->time = g_get_real_time ();
  message->clear_draft = TRUE;
  message->offline = !is_online (self);
  message->stanza_id = xmpp_id_new ();
  message->reply_row = to != NULL ? chat_message_get_id (to) : 0;
  sending = g_new0 (Sending, 1);
  sending->conversation = g_object_ref (self);
  sending->text = g_strdup (clean);
  message->text = g_steal_pointer (&clean);
  self->own_composing = FALSE;
  self->keeps_unread = FALSE;
  chat_conversation_take_draft (self);
  XMPP_FAULT_POINT ("send-typed");
  chat_store_add_async (self->store, chat_lot_new_with (self->account_id, message), NULL, stored_cb, sending);
}

static void
retried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatConversation) self = user_data;
  g_autoptr (GPtrArray) rows = chat_store_set_state_finish (CHAT_STORE (source), result, NULL);

  if (rows == NULL || self->list == NULL)
    return;
  chat_conversation_list_apply_states (self->list, rows);
  for (guint i = 0; i < rows->len; i++)
    chat_conversation_list_tell_queued (self->list, self, g_ptr_array_index (rows, i));
}

void
chat_conversation_retry (ChatConversation *self, ChatMessage *message)
{
  chat_store_retry_async (self->store, chat_message_get_id (message), NULL, retried_cb, g_object_ref (self));
}

/* -- looking and typing --------------------------------------------------------------------------------------------- */

void
chat_conversation_set_shown (ChatConversation *self, gboolean shown)
{
  self->shown = shown;
  self->keeps_unread = self->keeps_unread && shown;
  if (!shown && self->unread_source != 0)
    chat_conversation_set_unread (self, self->unread_soon, self->first_unread);
}

static gboolean
composing_over_cb (gpointer user_data)
{
  ChatConversation *self = user_data;

  self->composing_source = 0;
  self->peer_composing = FALSE;
  g_object_notify (G_OBJECT (self), "peer-composing");
  return G_SOURCE_REMOVE;
}

void
chat_conversation_set_peer_state (ChatConversation *self, XmppChatState state)
{
  gboolean composing = state == XMPP_CHAT_STATE_COMPOSING;

  g_clear_handle_id (&self->composing_source, g_source_remove);
  /* Who went away without a word is not typing for ever. */
  if (composing)
    self->composing_source = g_timeout_add_seconds (COMPOSING_MAX_S, composing_over_cb, self);
  if (self->peer_composing == composing)
    return;
  self->peer_composing = composing;
  g_object_notify (G_OBJECT (self), "peer-composing");
}

void
chat_conversation_set_peer_speaks_states (ChatConversation *self, gboolean speaks)
{
  self->peer_states = speaks ? STATES_SPOKEN : STATES_NOT_SPOKEN;
}

/* -- what they may know --------------------------------------------------------------------------------------------- */

gboolean
chat_conversation_may_tell (ChatConversation *self, ChatPrivacy what)
{
  XmppSubscription subscription = XMPP_SUBSCRIPTION_NONE;

  if (self->contact == NULL || !chat_conversation_get_privacy (self, what))
    return FALSE;
  g_object_get (self->contact, "subscription", &subscription, NULL);
  return subscription == XMPP_SUBSCRIPTION_FROM || subscription == XMPP_SUBSCRIPTION_BOTH;
}

gboolean
chat_conversation_wants_states (ChatConversation *self)
{
  return self->peer_states != STATES_NOT_SPOKEN && chat_conversation_may_tell (self, CHAT_PRIVACY_TYPING);
}

gboolean
chat_conversation_get_privacy (ChatConversation *self, ChatPrivacy what)
{
  return chat_privacy_get (self->store, self->account_id, self->id, what);
}

typedef struct { ChatConversation *conversation; ChatPrivacy what; gboolean allowed; } Choice;

static void
row_made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Choice *choice = user_data;
  g_autoptr (ChatConversation) self = choice->conversation;
  g_autoptr (ChatConversationRow) row = chat_store_save_draft_finish (CHAT_STORE (source), result, NULL);

  if (row == NULL || self->list == NULL)
    return;
  chat_conversation_list_apply_row (self->list, row);
  chat_privacy_set (self->store, self->account_id, self->id, choice->what, choice->allowed);
}

void
chat_conversation_set_privacy (ChatConversation *self, ChatPrivacy what, gboolean allowed)
{
  Choice *choice;

  if (self->id != 0) {
    chat_privacy_set (self->store, self->account_id, self->id, what, allowed);
    return;
  }
  /* Nothing was said in it yet: the choice needs a row to stand at. */
  choice = g_new0 (Choice, 1);
  *choice = (Choice) { g_object_ref (self), what, allowed };
  chat_store_save_draft_async (self->store, self->account_id, xmpp_jid_get_string (self->jid), NULL, NULL, row_made_cb, choice);
}

/* -- typing --------------------------------------------------------------------------------------------------------- */

void
chat_conversation_set_composing (ChatConversation *self, gboolean composing)
{
  if (self->own_composing == composing)
    return;
  self->own_composing = composing;
  if (self->list != NULL && self->peer_states == STATES_SPOKEN && chat_conversation_wants_states (self))
    chat_conversation_list_tell_state (self->list, self, composing ? XMPP_CHAT_STATE_COMPOSING : XMPP_CHAT_STATE_PAUSED);
}
