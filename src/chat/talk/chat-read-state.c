/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-read-state.h"

#include "chat-conversation-private.h"
#include "chat-store-marks.h"
#include "xmpp-displayed-module.h"
#include "xmpp-id.h"
#include "xmpp-server-module.h"
#include "xmpp-stanza.h"

/* What was read is in the database first, and so is what was told of it: what is read while offline, or just before the
 * end, is told the next time. Whoever scrolls through a hundred messages tells of the newest, once a second. */

#define TELL_EVERY G_TIME_SPAN_SECOND

struct _ChatReadState {
  GObject parent_instance;
  ChatStore *store;
  ChatConversationList *conversations;
  XmppSession *session;
  gint64 account;
  gint64 told_at;           /* monotonic µs */
  guint tell_source;
  GPtrArray *elsewhere;     /* of ChatNewMessage: what other devices have read, not stored yet */
  guint elsewhere_source;
};

G_DEFINE_FINAL_TYPE (ChatReadState, chat_read_state, G_TYPE_OBJECT)

/* -- telling -------------------------------------------------------------------------------------------------------- */

static gboolean
send_marker (ChatReadState *self, XmppJid *to, const char *marker_id)
{
  ChatConversation *conversation = chat_conversation_list_lookup (self->conversations, self->account, to);
  g_autofree char *id = xmpp_id_new ();
  XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .to = to, .id = id, .displayed_id = (char *) marker_id,
                          .hints = XMPP_HINT_STORE };
  g_autoptr (XmppElement) stanza = NULL;

  if (conversation == NULL || !chat_conversation_may_tell (conversation, CHAT_PRIVACY_READ_MARKS))
    return TRUE;
  stanza = xmpp_message_build (&message);
  return xmpp_session_send (self->session, stanza);
}

/* FALSE: nobody takes it now. */
static gboolean
tell (ChatReadState *self, const ChatUntold *untold)
{
  XmppDisplayedModule *displayed = xmpp_session_get_module (self->session, XMPP_TYPE_DISPLAYED_MODULE);
  g_autoptr (XmppJid) jid = xmpp_jid_new_lenient (untold->jid, NULL);

  if (jid == NULL)
    return TRUE;
  if (untold->marker_id != NULL && !send_marker (self, jid, untold->marker_id))
    return FALSE;
  return untold->archive_id == NULL || displayed == NULL || !xmpp_displayed_module_get_available (displayed)
         || xmpp_displayed_module_publish (displayed, jid, untold->archive_id);
}

/* What our server can do decides to whom it is told. */
static gboolean
is_ready (ChatReadState *self)
{
  XmppServerModule *server = xmpp_session_get_module (self->session, XMPP_TYPE_SERVER_MODULE);

  return xmpp_session_get_state (self->session) == XMPP_SESSION_ONLINE && (server == NULL || xmpp_server_module_get_known (server));
}

static char *
dup_sm_state (ChatReadState *self)
{
  g_autoptr (XmppElement) state = xmpp_session_dup_sm_state (self->session);
  return state != NULL ? xmpp_element_to_string (state) : NULL;
}

/* Told to a stream that is over. */
static void
unacknowledged_cb (ChatReadState *self, XmppElement *stanza)
{
  g_autoptr (XmppMessage) message = xmpp_message_parse (stanza, g_get_language_names (), NULL);

  if (message != NULL && message->displayed_id != NULL && message->to != NULL)
    chat_store_untell_async (self->store, self->account, xmpp_jid_get_bare_string (message->to), message->displayed_id, NULL, NULL, NULL);
}

static void
untold_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatReadState) self = user_data;
  g_autoptr (GPtrArray) all = chat_store_load_untold_finish (CHAT_STORE (source), result, NULL);
  g_autofree char *sm_state = NULL;
  guint n = 0;

  if (all == NULL || all->len == 0)
    return;
  while (n < all->len && is_ready (self) && tell (self, g_ptr_array_index (all, n)))
    n++;
  g_ptr_array_set_size (all, n);
  sm_state = dup_sm_state (self);
  if (n > 0)
    chat_store_set_told_async (self->store, self->account, all, sm_state, NULL, NULL, NULL);
}

static gboolean
tell_cb (gpointer user_data)
{
  ChatReadState *self = user_data;

  self->tell_source = 0;
  if (!is_ready (self))
    return G_SOURCE_REMOVE;
  self->told_at = g_get_monotonic_time ();
  chat_store_load_untold_async (self->store, self->account, NULL, untold_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
tell_soon (ChatReadState *self)
{
  gint64 wait = self->told_at + TELL_EVERY - g_get_monotonic_time ();

  if (self->tell_source == 0 && is_ready (self))
    self->tell_source = g_timeout_add (CLAMP (wait, 0, TELL_EVERY) / G_TIME_SPAN_MILLISECOND, tell_cb, self);
}

/* -- what was read here --------------------------------------------------------------------------------------------- */

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatReadState) self = user_data;
  g_autoptr (ChatConversationRow) row = chat_store_read_up_to_finish (CHAT_STORE (source), result, NULL);

  if (row == NULL)
    return;
  chat_conversation_list_apply_row (self->conversations, row);
  tell_soon (self);
}

static void
read_up_to_cb (ChatReadState *self, ChatConversation *conversation, gint64 message)
{
  if (chat_conversation_get_account_id (conversation) == self->account)
    chat_store_read_up_to_async (self->store, chat_conversation_get_id (conversation), message, NULL, stored_cb, g_object_ref (self));
}

/* All of it; it was stored before. */
static void
message_read_cb (ChatReadState *self, ChatConversation *conversation)
{
  if (chat_conversation_get_account_id (conversation) == self->account)
    tell_soon (self);
}

/* -- what was read elsewhere ---------------------------------------------------------------------------------------- */

static void
taken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatReadState) self = user_data;
  g_autoptr (ChatAddedLot) added = chat_store_add_finish (CHAT_STORE (source), result, NULL);

  if (added != NULL)
    chat_conversation_list_apply_lot (self->conversations, added);
}

static gboolean
elsewhere_cb (gpointer user_data)
{
  ChatReadState *self = user_data;
  ChatLot *lot = chat_lot_new (self->account);

  self->elsewhere_source = 0;
  g_ptr_array_extend_and_steal (lot->messages, g_steal_pointer (&self->elsewhere));
  self->elsewhere = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_new_message_free);
  chat_store_add_async (self->store, lot, NULL, taken_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

/* After each bind there are as many of them as there are chats. */
static void
displayed_cb (ChatReadState *self, XmppJid *chat, const char *archive_id)
{
  ChatNewMessage *news = g_new0 (ChatNewMessage, 1);

  news->type = CHAT_NEW_READ;
  news->source = CHAT_SOURCE_CARBON;
  news->jid = g_strdup (xmpp_jid_get_bare_string (chat));
  news->own = TRUE;
  news->time = g_get_real_time ();
  news->target_id = g_strdup (archive_id);
  news->target_in_archive = TRUE;
  g_ptr_array_add (self->elsewhere, news);
  if (self->elsewhere_source == 0)
    self->elsewhere_source = g_idle_add (elsewhere_cb, self);
}

/* -- the object ----------------------------------------------------------------------------------------------------- */

static void
chat_read_state_dispose (GObject *object)
{
  ChatReadState *self = CHAT_READ_STATE (object);

  g_clear_handle_id (&self->tell_source, g_source_remove);
  g_clear_handle_id (&self->elsewhere_source, g_source_remove);
  g_clear_pointer (&self->elsewhere, g_ptr_array_unref);
  g_clear_object (&self->session);
  g_clear_object (&self->conversations);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (chat_read_state_parent_class)->dispose (object);
}

static void
chat_read_state_class_init (ChatReadStateClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_read_state_dispose;
}

static void
chat_read_state_init (ChatReadState *self)
{
  self->told_at = G_MININT64 / 2;
  self->elsewhere = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_new_message_free);
}

ChatReadState *
chat_read_state_new (ChatStore *store, ChatConversationList *conversations, gint64 account, XmppSession *session)
{
  ChatReadState *self = g_object_new (CHAT_TYPE_READ_STATE, NULL);
  XmppDisplayedModule *displayed = xmpp_session_get_module (session, XMPP_TYPE_DISPLAYED_MODULE);
  XmppServerModule *server = xmpp_session_get_module (session, XMPP_TYPE_SERVER_MODULE);

  self->store = g_object_ref (store);
  self->conversations = g_object_ref (conversations);
  self->session = g_object_ref (session);
  self->account = account;
  g_signal_connect_object (conversations, "read-up-to", G_CALLBACK (read_up_to_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (conversations, "message-read", G_CALLBACK (message_read_cb), self, G_CONNECT_SWAPPED);
  /* Who answers has read. */
  g_signal_connect_object (conversations, "message-queued", G_CALLBACK (message_read_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (tell_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "unacknowledged", G_CALLBACK (unacknowledged_cb), self, G_CONNECT_SWAPPED);
  if (displayed != NULL)
    g_signal_connect_object (displayed, "displayed", G_CALLBACK (displayed_cb), self, G_CONNECT_SWAPPED);
  if (server != NULL)
    g_signal_connect_object (server, "features-known", G_CALLBACK (tell_soon), self, G_CONNECT_SWAPPED);
  return self;
}
