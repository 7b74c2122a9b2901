/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-outbox.h"

#include "chat-bounce.h"
#include "chat-conversation-private.h"
#include "xmpp-datetime.h"
#include "xmpp-error.h"
#include "xmpp-id.h"
#include "xmpp-ns.h"
#include "xmpp-stanza.h"

#include <string.h>

/* What the user wrote, on its way to the server. The state in the database is always the more careful one:
 *
 *   queued ──commit──► written ──stream──► sent          "written" means: its fate is not known
 *      ▲                  │
 *      └──────────────────┘ never acknowledged, not resumed: again, with the same id, and the time of the first try
 *
 * One row at a time stands in one of three places: queue (waits), marking (its commit as written is under way), written
 * (handed to the session). There is one queue for all chats, so the order of typing holds in each.
 *
 * After a reconnection the session either resumed and still has the stanza in its queue, or reported it by
 * "unacknowledged". What it knows nothing of, such as what was written just before a crash, is queued again once online.
 * Where the server has no stream management, a ping goes after the messages: servers handle a stream in order, so its
 * answer, whatever it says, tells that they took what came before it (RFC 6120 §10.1). */

#define BATCH 50
#define OLD (60 * G_TIME_SPAN_SECOND)
#define PING_TIMEOUT_MS 30000

typedef struct {
  gint64 row;
  gint64 time;
  char *jid, *text, *id;
  gboolean again;           /* it may have been on the wire before */
  gboolean pinged;          /* a ping went after it */
  guint era;                /* of the connection that it was handed to; 0: before this start */
} Item;

struct _ChatOutbox {
  GObject parent_instance;
  ChatStore *store;
  ChatConversationList *conversations;
  XmppSession *session;
  gint64 account;
  gboolean loaded;
  GQueue queue;             /* of Item, by row */
  GQueue marking;           /* of Item */
  GHashTable *written;      /* of Item.id to Item */
  GHashTable *early;        /* ids acknowledged before the rows were read */
  GArray *acknowledged;     /* rows that are to become sent */
  guint settle_source;
  guint era;                /* counts times online, from 1 */
  XmppSessionState session_state;
  gboolean online;
  gboolean pinging;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (ChatOutbox, chat_outbox, G_TYPE_OBJECT)

static void flush (ChatOutbox *self);
static void ping (ChatOutbox *self);

static void
item_free (Item *item)
{
  g_free (item->jid);
  g_free (item->text);
  g_free (item->id);
  g_free (item);
}

static Item *
item_new (const ChatMessageRow *row, const char *jid)
{
  Item *item = g_new0 (Item, 1);

  item->row = row->id;
  item->time = row->time;
  item->jid = g_strdup (jid);
  item->text = g_strdup (row->text);
  item->id = g_strdup (row->stanza_id);
  return item;
}

static int
compare_items (gconstpointer a, gconstpointer b, gpointer user_data)
{
  gint64 x = ((const Item *) a)->row, y = ((const Item *) b)->row;
  return x < y ? -1 : x > y;
}

static char *
dup_sm_state (ChatOutbox *self)
{
  g_autoptr (XmppElement) state = xmpp_session_dup_sm_state (self->session);
  return state != NULL ? xmpp_element_to_string (state) : NULL;
}

/* Where there is nothing to resume any more, what was stored goes too. */
static void
save_sm_state (ChatOutbox *self)
{
  g_autofree char *sm_state = dup_sm_state (self);

  chat_store_save_sm_state_async (self->store, self->account, sm_state, NULL, NULL, NULL);
}

/* -- changes of state ----------------------------------------------------------------------------------------------- */

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatOutbox) self = user_data;
  g_autoptr (GPtrArray) rows = chat_store_set_state_finish (CHAT_STORE (source), result, NULL);

  if (rows != NULL)
    chat_conversation_list_apply_states (self->conversations, rows);
}

static void
change (ChatOutbox *self, GArray *rows, ChatMessageState state)
{
  g_autofree char *sm_state = dup_sm_state (self);

  chat_store_set_state_async (self->store, rows, state, self->account, sm_state, NULL, changed_cb, g_object_ref (self));
}

static gboolean
settle_cb (gpointer user_data)
{
  ChatOutbox *self = user_data;
  g_autoptr (GArray) rows = g_steal_pointer (&self->acknowledged);

  self->settle_source = 0;
  self->acknowledged = g_array_new (FALSE, FALSE, sizeof (gint64));
  change (self, rows, CHAT_MESSAGE_SENT);
  return G_SOURCE_REMOVE;
}

/* Acknowledgements come in swarms. */
static void
settle (ChatOutbox *self, gint64 row)
{
  g_array_append_val (self->acknowledged, row);
  if (self->settle_source == 0)
    self->settle_source = g_idle_add (settle_cb, self);
}

static void
acknowledged_cb (ChatOutbox *self, const char *id)
{
  Item *item = id != NULL ? g_hash_table_lookup (self->written, id) : NULL;

  if (!self->loaded && id != NULL)
    g_hash_table_add (self->early, g_strdup (id));
  if (item == NULL)
    return;
  settle (self, item->row);
  g_hash_table_remove (self->written, id);
}

/* Of written ones, taken out of the table by the caller. */
static void
queue_again (ChatOutbox *self, GPtrArray *items)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (items->len == 0)
    return;
  for (guint i = 0; i < items->len; i++) {
    Item *item = g_ptr_array_index (items, i);
    item->again = TRUE;
    item->pinged = FALSE;
    g_array_append_val (rows, item->row);
    g_queue_insert_sorted (&self->queue, item, compare_items, NULL);
  }
  change (self, rows, CHAT_MESSAGE_QUEUED);
}

static void
unacknowledged_cb (ChatOutbox *self, XmppElement *stanza)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  const char *id = xmpp_element_get_attribute (stanza, "id");
  gpointer item = NULL;

  if (id == NULL || !g_hash_table_steal_extended (self->written, id, NULL, &item))
    return;
  g_ptr_array_add (items, item);
  queue_again (self, items);
  flush (self);
}

/* What an earlier connection wrote and this one's session knows nothing of. */
static void
collect_lost (ChatOutbox *self)
{
  g_autofree char *sm_state = dup_sm_state (self);
  g_autoptr (GPtrArray) lost = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->written);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Item *item = value;
    if (item->era == self->era || (sm_state != NULL && strstr (sm_state, item->id) != NULL))
      continue;
    g_hash_table_iter_steal (&iter);
    g_ptr_array_add (lost, item);
  }
  queue_again (self, lost);
}

/* -- writing -------------------------------------------------------------------------------------------------------- */

/* XEP-0203: said by us, then. */
static void
add_delay (ChatOutbox *self, XmppElement *stanza, gint64 time)
{
  XmppElement *delay = xmpp_element_add_child (stanza, XMPP_NS_DELAY, "delay");
  g_autofree char *stamp = xmpp_datetime_format (time);

  xmpp_element_set_attribute (delay, "from", xmpp_jid_get_string (xmpp_session_get_account (self->session)));
  xmpp_element_set_attribute (delay, "stamp", stamp);
}

static XmppElement *
build_stanza (ChatOutbox *self, const Item *item)
{
  XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .id = item->id, .origin_id = item->id, .body = item->text };
  g_autoptr (XmppJid) to = xmpp_jid_new_lenient (item->jid, NULL);
  ChatConversation *conversation;
  XmppElement *stanza;

  if (to == NULL)
    return NULL;
  conversation = chat_conversation_list_lookup (self->conversations, self->account, to);
  message.to = to;
  if (conversation != NULL && chat_conversation_wants_states (conversation))
    message.chat_state = XMPP_CHAT_STATE_ACTIVE;
  stanza = xmpp_message_build (&message);
  if (item->again || g_get_real_time () - item->time > OLD)
    add_delay (self, stanza, item->time);
  return stanza;
}

static gboolean
write_item (ChatOutbox *self, Item *item)
{
  g_autoptr (XmppElement) stanza = build_stanza (self, item);

  item->era = self->era;
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
    Item *item = value;
    if (item->era != self->era || !item->pinged)
      continue;
    settle (self, item->row);
    g_hash_table_iter_remove (&iter);
  }
  ping (self);
}

/* Only where the session keeps no account of what it sent. One is under way at a time. */
static void
ping (ChatOutbox *self)
{
  g_autofree char *sm_state = dup_sm_state (self);
  g_autoptr (XmppElement) iq = NULL;
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  if (sm_state != NULL || self->pinging || !self->online)
    return;
  g_hash_table_iter_init (&iter, self->written);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Item *item = value;
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

/* Hands over those that the database still wants to be written; the others were deleted meanwhile. */
static void
write_marked (ChatOutbox *self, GPtrArray *rows)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GPtrArray) late = g_ptr_array_new ();
  Item *item;

  for (guint i = 0; i < rows->len; i++)
    g_hash_table_add (wanted, &((ChatMessageRow *) g_ptr_array_index (rows, i))->id);
  while ((item = g_queue_pop_head (&self->marking)) != NULL) {
    if (!g_hash_table_contains (wanted, &item->row))
      item_free (item);
    else if (self->online && late->len == 0 && write_item (self, item))
      g_hash_table_insert (self->written, item->id, item);
    else
      g_ptr_array_add (late, item);
  }
  queue_again (self, late);
}

static void
marked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatOutbox) self = user_data;
  g_autoptr (GPtrArray) rows = chat_store_set_state_finish (CHAT_STORE (source), result, NULL);
  Item *item;

  if (rows == NULL) {
    /* They could not be marked, so they are not sent: the next time online tries again. */
    while ((item = g_queue_pop_head (&self->marking)) != NULL)
      g_queue_insert_sorted (&self->queue, item, compare_items, NULL);
    return;
  }
  chat_conversation_list_apply_states (self->conversations, rows);
  write_marked (self, rows);
  if (self->online) {
    save_sm_state (self);
    ping (self);
    flush (self);
  }
}

static void
flush (ChatOutbox *self)
{
  g_autoptr (GArray) rows = NULL;

  if (!self->loaded || !self->online || self->queue.length == 0 || self->marking.length > 0)
    return;
  rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  while (self->queue.length > 0 && rows->len < BATCH) {
    Item *item = g_queue_pop_head (&self->queue);
    g_array_append_val (rows, item->row);
    g_queue_push_tail (&self->marking, item);
  }
  chat_store_set_state_async (self->store, rows, CHAT_MESSAGE_WRITTEN, self->account, NULL, NULL, marked_cb,
                              g_object_ref (self));
}

/* -- events --------------------------------------------------------------------------------------------------------- */

static gboolean
has_row (GQueue *queue, gint64 row)
{
  for (GList *l = queue->head; l != NULL; l = l->next) {
    if (((Item *) l->data)->row == row)
      return TRUE;
  }
  return FALSE;
}

static void
message_queued_cb (ChatOutbox *self, ChatConversation *conversation, gpointer data)
{
  const ChatMessageRow *row = data;

  if (chat_conversation_get_account_id (conversation) != self->account
      || has_row (&self->queue, row->id) || has_row (&self->marking, row->id)
      || g_hash_table_contains (self->written, row->stanza_id))
    return;
  g_queue_insert_sorted (&self->queue, item_new (row, xmpp_jid_get_string (chat_conversation_get_jid (conversation))),
                         compare_items, NULL);
  flush (self);
}

static void
chat_state_cb (ChatOutbox *self, ChatConversation *conversation, int state)
{
  XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .chat_state = state };
  g_autoptr (XmppElement) stanza = NULL;
  g_autofree char *id = NULL;

  if (chat_conversation_get_account_id (conversation) != self->account || !self->online)
    return;
  message.id = id = xmpp_id_new ();
  message.to = chat_conversation_get_jid (conversation);
  stanza = xmpp_message_build (&message);
  xmpp_session_send (self->session, stanza);
}

static void
state_changed_cb (ChatOutbox *self)
{
  XmppSessionState before = self->session_state;
  gboolean online;

  self->session_state = xmpp_session_get_state (self->session);
  online = self->session_state == XMPP_SESSION_ONLINE;
  if (online || (self->session_state == XMPP_SESSION_OFFLINE && before != XMPP_SESSION_CONNECTING && before != XMPP_SESSION_OFFLINE))
    save_sm_state (self);
  if (online == self->online)
    return;
  self->online = online;
  if (!online)
    return;
  self->era++;
  if (self->loaded)
    collect_lost (self);
  flush (self);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatOutbox) self = user_data;
  g_autoptr (GPtrArray) rows = chat_store_load_outbox_finish (CHAT_STORE (source), result, NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    ChatOutboxRow *row = g_ptr_array_index (rows, i);
    Item *item;
    if (row->message->stanza_id == NULL || has_row (&self->queue, row->message->id))
      continue;
    item = item_new (row->message, row->jid);
    if (g_hash_table_contains (self->early, item->id)) {
      settle (self, item->row);
      item_free (item);
    } else if (row->message->state == CHAT_MESSAGE_WRITTEN)
      g_hash_table_replace (self->written, item->id, item);
    else
      g_queue_insert_sorted (&self->queue, item, compare_items, NULL);
  }
  self->loaded = TRUE;
  g_hash_table_remove_all (self->early);
  if (self->online)
    collect_lost (self);
  flush (self);
}

/* -- errors --------------------------------------------------------------------------------------------------------- */

static void
failed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatOutbox *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) rows = chat_store_set_state_finish (CHAT_STORE (source), result, &error);

  if (rows == NULL) {
    g_task_return_error (task, error);
    return;
  }
  for (guint i = 0; i < rows->len; i++) {
    gint64 id = ((ChatMessageRow *) g_ptr_array_index (rows, i))->id;
    for (GList *l = self->queue.head, *next; l != NULL; l = next) {
      next = l->next;
      if (((Item *) l->data)->row == id) {
        item_free (l->data);
        g_queue_delete_link (&self->queue, l);
      }
    }
  }
  if (rows->len > 0)
    g_hash_table_remove (self->written, g_task_get_task_data (task));
  chat_conversation_list_apply_states (self->conversations, rows);
  g_task_return_boolean (task, TRUE);
}

void
chat_outbox_take_error_async (ChatOutbox *self, XmppJid *from, const char *id, const GError *reason,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_autofree char *text = chat_bounce_to_text (reason);
  g_autofree char *sm_state = dup_sm_state (self);

  g_task_set_task_data (task, g_strdup (id), g_free);
  chat_store_fail_async (self->store, self->account, xmpp_jid_get_bare_string (from), id, text, sm_state, NULL, failed_cb, task);
}

gboolean
chat_outbox_take_error_finish (ChatOutbox *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* -- the object ----------------------------------------------------------------------------------------------------- */

static void
chat_outbox_dispose (GObject *object)
{
  ChatOutbox *self = CHAT_OUTBOX (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->settle_source, g_source_remove);
  if (self->store != NULL && self->acknowledged->len > 0)
    chat_store_set_state_async (self->store, self->acknowledged, CHAT_MESSAGE_SENT, self->account, NULL, NULL, NULL, NULL);
  g_clear_object (&self->session);
  g_clear_object (&self->conversations);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (chat_outbox_parent_class)->dispose (object);
}

static void
chat_outbox_finalize (GObject *object)
{
  ChatOutbox *self = CHAT_OUTBOX (object);

  g_object_unref (self->cancellable);
  g_queue_clear_full (&self->queue, (GDestroyNotify) item_free);
  g_queue_clear_full (&self->marking, (GDestroyNotify) item_free);
  g_hash_table_unref (self->written);
  g_hash_table_unref (self->early);
  g_array_unref (self->acknowledged);
  G_OBJECT_CLASS (chat_outbox_parent_class)->finalize (object);
}

static void
chat_outbox_class_init (ChatOutboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_outbox_dispose;
  object_class->finalize = chat_outbox_finalize;
}

static void
chat_outbox_init (ChatOutbox *self)
{
  self->cancellable = g_cancellable_new ();
  self->written = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) item_free);
  self->early = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->acknowledged = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_queue_init (&self->queue);
  g_queue_init (&self->marking);
}

ChatOutbox *
chat_outbox_new (ChatStore *store, ChatConversationList *conversations, gint64 account, XmppSession *session)
{
  ChatOutbox *self = g_object_new (CHAT_TYPE_OUTBOX, NULL);

  self->store = g_object_ref (store);
  self->conversations = g_object_ref (conversations);
  self->session = g_object_ref (session);
  self->account = account;
  g_signal_connect_object (conversations, "message-queued", G_CALLBACK (message_queued_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (conversations, "chat-state", G_CALLBACK (chat_state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "acknowledged", G_CALLBACK (acknowledged_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "unacknowledged", G_CALLBACK (unacknowledged_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (state_changed_cb), self, G_CONNECT_SWAPPED);
  chat_store_load_outbox_async (store, account, NULL, loaded_cb, g_object_ref (self));
  state_changed_cb (self);
  return self;
}
