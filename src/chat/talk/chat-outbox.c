/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-outbox-private.h"

#include "chat-bounce.h"
#include "xmpp-fault-point.h"
#include "xmpp-id.h"
#include "xmpp-stanza.h"

#include <string.h>

/* What the user wrote, on its way to the server. The state in the database is always the more careful one:
 *
 *   queued ──commit──► written ──stream──► sent          "written" means: its fate is not known
 *      ▲                  │
 *      └──────────────────┘ never acknowledged, not resumed, and not in the archive: again, with the same id, and the time
 *                           of the first try
 *
 * One row at a time stands in one of four places: queue (waits), marking (its commit as written is under way), written
 * (handed to the session), unknown (the archive is to say). There is one queue for all chats, so the order of typing holds
 * in each; while the fate of a message is unknown, later ones to the same address wait.
 *
 * After a reconnection the session either resumed and still has the stanza in its queue, or reported it by
 * "unacknowledged". What it knows nothing of, such as what was written just before a crash, is unknown too.
 * Where the server has no stream management, a ping goes after the messages: servers handle a stream in order, so its
 * answer, whatever it says, tells that they took what came before it (RFC 6120 §10.1). */

G_DEFINE_FINAL_TYPE (ChatOutbox, chat_outbox, G_TYPE_OBJECT)

void
chat_outbox_item_free (ChatOutboxItem *item)
{
  g_free (item->reason);
  g_free (item->cursor);
  g_free (item->jid);
  g_free (item->text);
  g_free (item->reply_id);
  g_free (item->target_id);
  g_free (item->quote);
  g_free (item->id);
  g_free (item);
}

void
chat_outbox_item_take_row (ChatOutboxItem *item, const ChatMessageRow *row)
{
  g_free (item->text);
  item->text = g_strdup (row->text);
  item->time = row->time;
}

static ChatOutboxItem *
item_new (const ChatMessageRow *row, const char *jid)
{
  ChatOutboxItem *item = g_new0 (ChatOutboxItem, 1);

  chat_outbox_item_take_row (item, row);
  item->row = row->id;
  item->after = row->change != CHAT_NEW_MESSAGE ? row->after : row->id;
  item->type = row->change;
  item->target_id = g_strdup (row->target_id);
  item->jid = g_strdup (jid);
  item->id = g_strdup (row->stanza_id);
  item->reply_id = g_strdup (row->reply_id);
  item->quote = g_strdup (row->quote);
  item->reply_own = row->reply_own == TRUE;
  return item;
}

int
chat_outbox_compare (const ChatOutboxItem *x, const ChatOutboxItem *y)
{
  if (x->after != y->after)
    return x->after < y->after ? -1 : 1;
  /* A change goes after the message; the rows of changes count downwards. */
  return x->row > y->row ? -1 : x->row < y->row;
}

static int
compare_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return chat_outbox_compare (a, b);
}

void
chat_outbox_insert (GQueue *queue, ChatOutboxItem *item)
{
  g_queue_insert_sorted (queue, item, compare_cb, NULL);
}

char *
chat_outbox_dup_sm_state (ChatOutbox *self)
{
  g_autoptr (XmppElement) state = xmpp_session_dup_sm_state (self->session);
  return state != NULL ? xmpp_element_to_string (state) : NULL;
}

/* Where there is nothing to resume any more, what was stored goes too. */
void
chat_outbox_save_sm_state (ChatOutbox *self)
{
  g_autofree char *sm_state = chat_outbox_dup_sm_state (self);

  chat_store_save_sm_state_async (self->store, self->account, sm_state, NULL, NULL, NULL);
}

/* -- changes of state ----------------------------------------------------------------------------------------------- */

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatOutbox) self = user_data;
  g_autoptr (GPtrArray) rows = chat_store_set_state_finish (CHAT_STORE (source), result, NULL);

  XMPP_FAULT_POINT ("send-settled");
  if (rows != NULL)
    chat_conversation_list_apply_states (self->conversations, rows);
}

void
chat_outbox_change (ChatOutbox *self, GArray *rows, ChatMessageState state)
{
  g_autofree char *sm_state = chat_outbox_dup_sm_state (self);

  chat_store_set_state_async (self->store, rows, state, self->account, sm_state, NULL, changed_cb, g_object_ref (self));
}

static gboolean
settle_cb (gpointer user_data)
{
  ChatOutbox *self = user_data;
  g_autoptr (GArray) rows = g_steal_pointer (&self->acknowledged);

  self->settle_source = 0;
  self->acknowledged = g_array_new (FALSE, FALSE, sizeof (gint64));
  chat_outbox_change (self, rows, CHAT_MESSAGE_SENT);
  return G_SOURCE_REMOVE;
}

/* Acknowledgements come in swarms. */
void
chat_outbox_settle (ChatOutbox *self, gint64 row)
{
  g_array_append_val (self->acknowledged, row);
  if (self->settle_source == 0)
    self->settle_source = g_idle_add (settle_cb, self);
}

static void
acknowledged_cb (ChatOutbox *self, const char *id)
{
  ChatOutboxItem *item = id != NULL ? g_hash_table_lookup (self->written, id) : NULL;

  if (!self->loaded && id != NULL)
    g_hash_table_add (self->early, g_strdup (id));
  if (item == NULL)
    return;
  XMPP_FAULT_POINT ("send-acknowledged");
  chat_outbox_settle (self, item->row);
  g_hash_table_remove (self->written, id);
  chat_outbox_flush (self);
}

void
chat_outbox_queue (ChatOutbox *self, GPtrArray *items)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (items->len == 0)
    return;
  for (guint i = 0; i < items->len; i++) {
    ChatOutboxItem *item = g_ptr_array_index (items, i);
    g_array_append_val (rows, item->row);
    chat_outbox_insert (&self->queue, item);
  }
  chat_outbox_change (self, rows, CHAT_MESSAGE_QUEUED);
}

/* Told while nobody is online; asked once that is so again. */
static void
unacknowledged_cb (ChatOutbox *self, XmppElement *stanza)
{
  const char *id = xmpp_element_get_attribute (stanza, "id");
  gpointer item = NULL;

  if (id == NULL || !g_hash_table_steal_extended (self->written, id, NULL, &item))
    return;
  chat_outbox_doubt (self, item);
}

/* What an earlier connection wrote: the session has just sent it again, or knows nothing of it. */
static void
collect_lost (ChatOutbox *self)
{
  g_autofree char *sm_state = chat_outbox_dup_sm_state (self);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->written);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    ChatOutboxItem *item = value;
    if (item->era == self->era)
      continue;
    if (sm_state != NULL && strstr (sm_state, item->id) != NULL) {
      item->era = self->era;
      item->written_at = g_get_monotonic_time ();
      continue;
    }
    g_hash_table_iter_steal (&iter);
    chat_outbox_doubt (self, item);
  }
}

/* -- events --------------------------------------------------------------------------------------------------------- */

static gboolean
has_row (GQueue *queue, gint64 row)
{
  for (GList *l = queue->head; l != NULL; l = l->next) {
    if (((ChatOutboxItem *) l->data)->row == row)
      return TRUE;
  }
  return FALSE;
}

static void
message_queued_cb (ChatOutbox *self, ChatConversation *conversation, gpointer data)
{
  const ChatMessageRow *row = data;
  ChatOutboxItem *item;

  if (chat_conversation_get_account_id (conversation) != self->account
      || has_row (&self->queue, row->id) || has_row (&self->marking, row->id) || has_row (&self->unknown, row->id)
      || g_hash_table_contains (self->written, row->stanza_id))
    return;
  item = item_new (row, xmpp_jid_get_string (chat_conversation_get_jid (conversation)));
  if (row->state == CHAT_MESSAGE_WRITTEN) {
    /* It failed, nobody knows how far it had come, and the user tries again. */
    chat_outbox_doubt (self, item);
    chat_outbox_ask (self);
    return;
  }
  chat_outbox_insert (&self->queue, item);
  chat_outbox_flush (self);
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
note_limit (ChatOutbox *self)
{
  guint bytes = xmpp_session_get_max_bytes (self->session);
  g_autofree char *text = bytes > 0 ? g_strdup_printf ("%u", bytes) : NULL;

  if (g_strcmp0 (chat_store_get_setting (self->store, self->account, 0, CHAT_SETTING_MAX_BYTES), text) != 0)
    chat_store_set_setting (self->store, self->account, 0, CHAT_SETTING_MAX_BYTES, text);
}

/* It may have been for its length. */
static void
note_refusal (ChatOutbox *self, const ChatOutboxItem *item)
{
  gsize length = item->text != NULL ? strlen (item->text) : 0;
  g_autofree char *text = g_strdup_printf ("%" G_GSIZE_FORMAT, length);

  if (length >= XMPP_SESSION_LEAST_MAX_BYTES && xmpp_session_get_max_bytes (self->session) == 0)
    chat_store_set_setting (self->store, self->account, 0, CHAT_SETTING_REFUSED_BYTES, text);
}

static void
state_changed_cb (ChatOutbox *self)
{
  XmppSessionState before = self->session_state;
  gboolean online;

  self->session_state = xmpp_session_get_state (self->session);
  online = self->session_state == XMPP_SESSION_ONLINE;
  if (online || (self->session_state == XMPP_SESSION_OFFLINE && before != XMPP_SESSION_CONNECTING && before != XMPP_SESSION_OFFLINE))
    chat_outbox_save_sm_state (self);
  if (online == self->online)
    return;
  self->online = online;
  if (!online)
    return;
  note_limit (self);
  self->era++;
  g_hash_table_remove_all (self->asked);
  if (self->loaded)
    collect_lost (self);
  chat_outbox_ask (self);
  chat_outbox_flush (self);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatOutbox) self = user_data;
  g_autoptr (GPtrArray) rows = chat_store_load_outbox_finish (CHAT_STORE (source), result, NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    ChatOutboxRow *row = g_ptr_array_index (rows, i);
    ChatOutboxItem *item;
    if (row->message->stanza_id == NULL || has_row (&self->queue, row->message->id) || has_row (&self->unknown, row->message->id))
      continue;
    item = item_new (row->message, row->jid);
    if (g_hash_table_contains (self->early, item->id)) {
      chat_outbox_settle (self, item->row);
      chat_outbox_item_free (item);
    } else if (row->message->state == CHAT_MESSAGE_WRITTEN)
      g_hash_table_replace (self->written, item->id, item);
    else
      chat_outbox_insert (&self->queue, item);
  }
  self->loaded = TRUE;
  g_hash_table_remove_all (self->early);
  if (self->online)
    collect_lost (self);
  chat_outbox_ask (self);
  chat_outbox_flush (self);
}

/* -- errors --------------------------------------------------------------------------------------------------------- */

static void
remove_row (GQueue *queue, gint64 row)
{
  for (GList *l = queue->head, *next; l != NULL; l = next) {
    ChatOutboxItem *item = l->data;
    next = l->next;
    if (item->row != row)
      continue;
    g_queue_delete_link (queue, l);
    chat_outbox_item_free (item);
  }
}

/* It is out of all queues already; where the database refuses, it stays "written" and is asked for after the next start. */
void
chat_outbox_fail (ChatOutbox *self, ChatOutboxItem *item)
{
  note_refusal (self, item);
  chat_store_fail_async (self->store, self->account, item->jid, item->id, item->reason, FALSE, NULL, NULL, changed_cb,
                         g_object_ref (self));
  chat_outbox_item_free (item);
}

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
    remove_row (&self->queue, id);
    remove_row (&self->unknown, id);
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
  g_autofree char *sm_state = chat_outbox_dup_sm_state (self);

  g_task_set_task_data (task, g_strdup (id), g_free);
  chat_store_fail_async (self->store, self->account, xmpp_jid_get_bare_string (from), id, text, TRUE, sm_state, NULL, failed_cb, task);
}

gboolean
chat_outbox_take_error_finish (ChatOutbox *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

guint
chat_outbox_get_n_waiting (ChatOutbox *self)
{
  return self->queue.length + self->marking.length + self->unknown.length + g_hash_table_size (self->written);
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
  g_queue_clear_full (&self->queue, (GDestroyNotify) chat_outbox_item_free);
  g_queue_clear_full (&self->marking, (GDestroyNotify) chat_outbox_item_free);
  g_queue_clear_full (&self->unknown, (GDestroyNotify) chat_outbox_item_free);
  g_hash_table_unref (self->asked);
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
  self->written = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) chat_outbox_item_free);
  self->early = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->acknowledged = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_queue_init (&self->queue);
  g_queue_init (&self->marking);
  g_queue_init (&self->unknown);
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
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
  g_signal_connect_object (session, "disconnected", G_CALLBACK (chat_outbox_blame), self, G_CONNECT_SWAPPED);
  chat_store_load_outbox_async (store, account, NULL, loaded_cb, g_object_ref (self));
  state_changed_cb (self);
  return self;
}
