/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-outbox-private.h"

#include "xmpp-datetime.h"
#include "xmpp-error.h"
#include "xmpp-fallback.h"
#include "xmpp-fault-point.h"
#include "xmpp-ns.h"
#include "xmpp-stanza.h"

#include <string.h>

/* From the queue to the session: first the commit that they are written, then the writing. */

#define BATCH 50
#define OLD (60 * G_TIME_SPAN_SECOND)
#define PING_TIMEOUT_MS 30000
#define DELAY_BYTES 100         /* of a stamp, without the address */

/* XEP-0203: said by us, then. */
static void
add_delay (ChatOutbox *self, XmppElement *stanza, gint64 time)
{
  XmppElement *delay = xmpp_element_add_child (stanza, XMPP_NS_DELAY, "delay");
  g_autofree char *stamp = xmpp_datetime_format (time);

  xmpp_element_set_attribute (delay, "from", xmpp_jid_get_string (xmpp_session_get_account (self->session)));
  xmpp_element_set_attribute (delay, "stamp", stamp);
}

/* The quote goes before the text for those who don't know answers. */
static XmppElement *
build_reply_with (ChatOutbox *self, const ChatOutboxItem *item, XmppMessage *message, const char *quote)
{
  g_autofree char *body = g_strconcat (quote != NULL ? quote : "", item->text, NULL);
  XmppRange range = { 0, quote != NULL ? g_utf8_strlen (quote, -1) : 0 };
  g_autoptr (GArray) ranges = g_array_append_vals (g_array_new (FALSE, FALSE, sizeof range), &range, 1);

  message->body = body;
  message->reply_id = item->reply_id;
  message->reply_to = item->reply_own ? xmpp_session_get_account (self->session) : message->to;
  message->reply_fallback = range.end > 0 ? ranges : NULL;
  return xmpp_message_build (message);
}

static gboolean
fits (ChatOutbox *self, XmppElement *stanza)
{
  guint max = xmpp_session_get_max_bytes (self->session);
  g_autofree char *xml = max > 0 ? xmpp_element_to_string (stanza) : NULL;

  return xml == NULL || strlen (xml) + DELAY_BYTES + strlen (xmpp_jid_get_string (xmpp_session_get_account (self->session))) <= max;
}

/* Near what the server takes the quote gives way, never the text; what names the other message only where there is no place
 * for it either. */
static XmppElement *
build_reply (ChatOutbox *self, const ChatOutboxItem *item, XmppMessage *message)
{
  for (guint most = item->quote != NULL ? g_utf8_strlen (item->quote, -1) : 0;; most /= 2) {
    g_autofree char *quote = item->quote != NULL ? xmpp_fallback_shorten (item->quote, most) : NULL;
    g_autoptr (XmppElement) stanza = build_reply_with (self, item, message, quote);

    if (fits (self, stanza))
      return g_steal_pointer (&stanza);
    if (quote == NULL)
      break;
  }
  message->body = item->text;
  message->reply_id = NULL;
  message->reply_to = NULL;
  message->reply_fallback = NULL;
  return xmpp_message_build (message);
}

#define RETRACTED "/me retracted a previous message, but it’s unsupported by your client."   /* XEP-0424 §4 */

static XmppElement *
build_change (const ChatOutboxItem *item, XmppMessage *message)
{
  g_auto (GStrv) emojis = NULL;

  message->hints = XMPP_HINT_STORE;
  if (item->type == CHAT_NEW_RETRACTION) {
    message->body = (char *) RETRACTED;
    message->retract_id = item->target_id;
    return xmpp_message_build (message);
  }
  emojis = g_strsplit (item->text, " ", -1);
  message->body = NULL;
  message->reactions_id = item->target_id;
  message->reactions = emojis;
  return xmpp_message_build (message);
}

static XmppElement *
build_text (ChatOutbox *self, const ChatOutboxItem *item, XmppMessage *message)
{
  ChatConversation *conversation = chat_conversation_list_lookup (self->conversations, self->account, message->to);

  if (conversation != NULL && chat_conversation_wants_states (conversation))
    message->chat_state = XMPP_CHAT_STATE_ACTIVE;
  /* To oneself there is nobody who could answer. */
  message->receipt_requested = message->markable = !xmpp_jid_equal_bare (message->to, xmpp_session_get_account (self->session));
  message->replace_id = item->target_id;
  return item->reply_id != NULL ? build_reply (self, item, message) : xmpp_message_build (message);
}

static XmppElement *
build_stanza (ChatOutbox *self, const ChatOutboxItem *item)
{
  XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .id = item->id, .origin_id = item->id, .body = item->text };
  g_autoptr (XmppJid) to = xmpp_jid_new_lenient (item->jid, NULL);
  XmppElement *stanza;

  if (to == NULL)
    return NULL;
  message.to = to;
  stanza = item->type == CHAT_NEW_MESSAGE || item->type == CHAT_NEW_CORRECTION ? build_text (self, item, &message)
                                                                               : build_change (item, &message);
  if (item->again || g_get_real_time () - item->time > OLD)
    add_delay (self, stanza, item->time);
  return stanza;
}

static gboolean
write_item (ChatOutbox *self, ChatOutboxItem *item)
{
  g_autoptr (XmppElement) stanza = build_stanza (self, item);

  item->era = self->era;
  item->written_at = g_get_monotonic_time ();
  /* A session that takes nothing is not online, whatever it said: wait until it says so again. */
  self->online = stanza != NULL && xmpp_session_send (self->session, stanza);
  return self->online;
}

static void
ping_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatOutbox) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppElement) answer = xmpp_session_send_iq_finish (XMPP_SESSION (source), result, &error);
  GHashTableIter iter;
  gpointer value;

  self->pinging = FALSE;
  if (answer == NULL && error->domain != XMPP_STANZA_ERROR)
    return;
  g_hash_table_iter_init (&iter, self->written);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    ChatOutboxItem *item = value;
    if (item->era != self->era || !item->pinged)
      continue;
    chat_outbox_settle (self, item->row);
    g_hash_table_iter_remove (&iter);
  }
  chat_outbox_ping (self);
  chat_outbox_flush (self);
}

/* Only where the session keeps no account of what it sent. One is under way at a time. */
void
chat_outbox_ping (ChatOutbox *self)
{
  g_autofree char *sm_state = chat_outbox_dup_sm_state (self);
  g_autoptr (XmppElement) iq = NULL;
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  if (sm_state != NULL || self->pinging || !self->online)
    return;
  g_hash_table_iter_init (&iter, self->written);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    ChatOutboxItem *item = value;
    item->pinged = item->era == self->era;
    n += item->pinged;
  }
  if (n == 0)
    return;
  iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");
  xmpp_element_set_attribute (iq, "type", "get");
  xmpp_element_set_attribute (iq, "to", xmpp_jid_get_domain (xmpp_session_get_account (self->session)));
  xmpp_element_add_child (iq, XMPP_NS_PING, "ping");
  self->pinging = TRUE;
  xmpp_session_send_iq_async (self->session, iq, PING_TIMEOUT_MS, self->cancellable, ping_answered_cb, g_object_ref (self));
}

/* The connection may be another one than when it was marked: earlier ones came into doubt on it, or are to go out again. */
static gboolean
has_to_wait (ChatOutbox *self, const ChatOutboxItem *item)
{
  for (GList *l = self->queue.head; l != NULL && chat_outbox_compare (l->data, item) < 0; l = l->next) {
    if (g_str_equal (((ChatOutboxItem *) l->data)->jid, item->jid))
      return TRUE;
  }
  return chat_outbox_in_doubt (self, item->jid);
}

/* Hands over those that the database still wants to be written; the others were deleted meanwhile. */
static void
write_marked (ChatOutbox *self, GPtrArray *rows)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GPtrArray) late = g_ptr_array_new ();
  ChatOutboxItem *item;

  for (guint i = 0; i < rows->len; i++)
    g_hash_table_insert (wanted, &((ChatMessageRow *) g_ptr_array_index (rows, i))->id, g_ptr_array_index (rows, i));
  while ((item = g_queue_pop_head (&self->marking)) != NULL) {
    const ChatMessageRow *row = g_hash_table_lookup (wanted, &item->row);
    if (row != NULL)
      chat_outbox_item_take_row (item, row);
    if (row == NULL)
      chat_outbox_item_free (item);
    else if (self->online && late->len == 0 && !has_to_wait (self, item) && write_item (self, item))
      g_hash_table_insert (self->written, item->id, item);
    else
      g_ptr_array_add (late, item);
  }
  chat_outbox_queue (self, late);
}

static void
marked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatOutbox) self = user_data;
  g_autoptr (GPtrArray) rows = chat_store_set_state_finish (CHAT_STORE (source), result, NULL);
  ChatOutboxItem *item;

  if (rows == NULL) {
    /* They could not be marked, so they are not sent: the next time online tries again. */
    while ((item = g_queue_pop_head (&self->marking)) != NULL)
      chat_outbox_insert (&self->queue, item);
    return;
  }
  XMPP_FAULT_POINT ("send-marked");
  chat_conversation_list_apply_states (self->conversations, rows);
  write_marked (self, rows);
  XMPP_FAULT_POINT ("send-written");
  if (self->online) {
    chat_outbox_save_sm_state (self);
    chat_outbox_ping (self);
    chat_outbox_flush (self);
  }
}

static gboolean
is_suspect_under_way (ChatOutbox *self)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->written);
  while (g_hash_table_iter_next (&iter, NULL, &item)) {
    if (((ChatOutboxItem *) item)->suspect)
      return TRUE;
  }
  return FALSE;
}

/* What can go out now, in order: nothing to where the fate of an earlier one is open, and a suspect only alone. */
static void
pick (ChatOutbox *self, GArray *rows)
{
  for (GList *l = self->queue.head, *next; l != NULL && rows->len < BATCH; l = next) {
    ChatOutboxItem *item = l->data;
    next = l->next;
    if (chat_outbox_in_doubt (self, item->jid))
      continue;
    if (item->suspect && (rows->len > 0 || g_hash_table_size (self->written) > 0))
      return;
    g_queue_delete_link (&self->queue, l);
    g_array_append_val (rows, item->row);
    g_queue_push_tail (&self->marking, item);
    if (item->suspect)
      return;
  }
}

void
chat_outbox_flush (ChatOutbox *self)
{
  g_autoptr (GArray) rows = NULL;

  if (!self->loaded || !self->online || self->queue.length == 0 || self->marking.length > 0 || is_suspect_under_way (self))
    return;
  rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  pick (self, rows);
  XMPP_FAULT_POINT ("send-marking");
  if (rows->len > 0)
    chat_store_set_state_async (self->store, rows, CHAT_MESSAGE_WRITTEN, self->account, NULL, NULL, marked_cb,
                                g_object_ref (self));
}
