/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-outbox-private.h"

#include "chat-bounce.h"
#include "chat-fate.h"

/* What became of messages that were written and never acknowledged. Sent again blindly they would be there twice, not sent
 * again they might be lost, so the archive is read first. In the database they stay "written" until it has answered,
 * so a program that is killed meanwhile asks once more.
 *
 * A message can also be the reason why the link ended: a server that chokes on it ends the stream each time, and nothing
 * behind it would ever get out. So what was under way when the server ended the stream goes out alone the next time, and
 * what was alone under way twice, or once when the server said that it was the stanza, has failed. */

#define BEFORE (10 * G_TIME_SPAN_MINUTE)
#define RIGHT_AFTER (10 * G_TIME_SPAN_SECOND)
#define BLAME_MAX 2
#define ANSWER_MS 18000

/* -- the archive ---------------------------------------------------------------------------------------------------- */

void
chat_outbox_doubt (ChatOutbox *self, ChatOutboxItem *item)
{
  item->again = TRUE;
  item->pinged = FALSE;
  item->since = item->time - BEFORE;
  chat_outbox_insert (&self->unknown, item);
}

gboolean
chat_outbox_in_doubt (ChatOutbox *self, const char *jid)
{
  for (GList *l = self->unknown.head; l != NULL; l = l->next) {
    if (g_str_equal (((ChatOutboxItem *) l->data)->jid, jid))
      return TRUE;
  }
  return FALSE;
}

typedef struct {
  ChatOutbox *outbox;
  char *jid;
  GPtrArray *items;         /* their ids, NULL-terminated */
  GPtrArray *ids;           /* those of them of which the archive can know */
  char *cursor;
  gint64 since;
  guint era;
} Question;

static void
question_free (Question *question)
{
  g_object_unref (question->outbox);
  g_free (question->jid);
  g_free (question->cursor);
  g_ptr_array_unref (question->items);
  g_ptr_array_unref (question->ids);
  g_free (question);
}

/* found NULL: nobody could say. */
static void
resolve (ChatOutbox *self, Question *question, GHashTable *found)
{
  g_autoptr (GPtrArray) again = g_ptr_array_new ();

  for (GList *l = self->unknown.head, *next; l != NULL; l = next) {
    ChatOutboxItem *item = l->data;
    next = l->next;
    if (!g_strv_contains ((const char *const *) question->items->pdata, item->id))
      continue;
    g_queue_delete_link (&self->unknown, l);
    if (found != NULL && g_hash_table_contains (found, item->id)) {
      chat_outbox_settle (self, item->row);
      chat_outbox_item_free (item);
    } else if (item->condemned) {
      chat_outbox_fail (self, item);
    } else {
      g_ptr_array_add (again, item);
    }
  }
  chat_outbox_queue (self, again);
  chat_outbox_flush (self);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  ChatOutbox *self = question->outbox;
  g_autoptr (GHashTable) found = chat_fate_ask_finish (XMPP_ARCHIVE_MODULE (source), result, NULL);

  /* Of a connection that is over: the next one asks, or has asked. */
  if (question->era == self->era) {
    g_hash_table_remove (self->asked, question->jid);
    if (self->online)
      resolve (self, question, found);
    /* What was tried again meanwhile. */
    chat_outbox_ask (self);
  }
  question_free (question);
}

/* A message that came back and was sent once more is in the archive by its first try, whatever became of the second. */
static void
add_to_question (Question *question, ChatOutboxItem *item)
{
  gboolean first = question->items->len == 0;

  g_ptr_array_add (question->items, g_strdup (item->id));
  if (g_strcmp0 (item->cursor, "") == 0)
    return;
  g_ptr_array_add (question->ids, g_strdup (item->id));
  question->since = MIN (question->since, item->since);
  /* One that was written before the archive was known counts by its time. */
  if (first)
    question->cursor = g_strdup (item->cursor);
  else if (item->cursor == NULL)
    g_clear_pointer (&question->cursor, g_free);
}

static Question *
make_question (ChatOutbox *self, const char *jid)
{
  Question *question = g_new0 (Question, 1);

  question->outbox = g_object_ref (self);
  question->jid = g_strdup (jid);
  question->since = G_MAXINT64;
  question->era = self->era;
  question->items = g_ptr_array_new_with_free_func (g_free);
  question->ids = g_ptr_array_new_with_free_func (g_free);
  for (GList *l = self->unknown.head; l != NULL; l = l->next) {
    ChatOutboxItem *item = l->data;
    if (g_str_equal (item->jid, jid))
      add_to_question (question, item);
  }
  g_ptr_array_add (question->items, NULL);
  g_ptr_array_add (question->ids, NULL);
  return question;
}

static void
ask_for (ChatOutbox *self, const char *jid)
{
  XmppArchiveModule *archive = xmpp_session_get_module (self->session, XMPP_TYPE_ARCHIVE_MODULE);
  g_autoptr (XmppJid) with = xmpp_jid_new_lenient (jid, NULL);
  Question *question = make_question (self, jid);

  if (archive == NULL || with == NULL || question->ids->len == 1) {
    resolve (self, question, NULL);
    question_free (question);
    return;
  }
  g_hash_table_add (self->asked, g_strdup (jid));
  chat_fate_ask_async (archive, xmpp_session_get_account (self->session), with, question->cursor, question->since,
                       (const char *const *) question->ids->pdata, self->cancellable, asked_cb, question);
}

static void
ask_for_all (ChatOutbox *self)
{
  g_autoptr (GPtrArray) chats = g_ptr_array_new_with_free_func (g_free);

  for (GList *l = self->unknown.head; l != NULL; l = l->next) {
    const char *jid = ((ChatOutboxItem *) l->data)->jid;
    if (!g_hash_table_contains (self->asked, jid) && !g_ptr_array_find_with_equal_func (chats, jid, g_str_equal, NULL))
      g_ptr_array_add (chats, g_strdup (jid));
  }
  for (guint i = 0; i < chats->len; i++)
    ask_for (self, g_ptr_array_index (chats, i));
  /* They wait on it as if they had just been sent. */
  if (g_hash_table_size (self->asked) > 0)
    xmpp_session_probe (self->session, ANSWER_MS);
}

static ChatOutboxRow *
find_row (GPtrArray *rows, gint64 id)
{
  for (guint i = 0; i < rows->len; i++) {
    ChatOutboxRow *row = g_ptr_array_index (rows, i);
    if (row->message->id == id)
      return row;
  }
  return NULL;
}

/* Those that came since the question go by their time. What the database has no more among those that wait: the history, a receipt or an error told its fate meanwhile. */
static void
take_rows (ChatOutbox *self, GPtrArray *rows)
{
  for (GList *l = self->unknown.head, *next; l != NULL; l = next) {
    ChatOutboxItem *item = l->data;
    ChatOutboxRow *row = find_row (rows, item->row);
    next = l->next;
    if (!item->looking)
      continue;
    item->looking = FALSE;
    if (row == NULL) {
      g_queue_delete_link (&self->unknown, l);
      chat_outbox_item_free (item);
      continue;
    }
    g_free (item->cursor);
    item->cursor = g_strdup (row->cursor);
    item->since = (row->written != 0 ? row->written : item->time) - BEFORE;
  }
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatOutbox) self = user_data;
  g_autoptr (GPtrArray) rows = chat_store_load_outbox_finish (CHAT_STORE (source), result, NULL);

  self->looking = FALSE;
  if (!self->online)
    return;
  if (rows != NULL)
    take_rows (self, rows);
  ask_for_all (self);
  chat_outbox_flush (self);
}

void
chat_outbox_ask (ChatOutbox *self)
{
  if (!self->loaded || !self->online || self->looking || self->unknown.length == 0)
    return;
  self->looking = TRUE;
  for (GList *l = self->unknown.head; l != NULL; l = l->next)
    ((ChatOutboxItem *) l->data)->looking = TRUE;
  chat_store_load_outbox_async (self->store, self->account, NULL, looked_cb, g_object_ref (self));
}

/* -- who is to blame ------------------------------------------------------------------------------------------------ */

static void
add_if_under_way (ChatOutbox *self, ChatOutboxItem *item, GPtrArray *items)
{
  if (item->era == self->era && g_get_monotonic_time () - item->written_at < RIGHT_AFTER)
    g_ptr_array_add (items, item);
}

static GPtrArray *
list_under_way (ChatOutbox *self)
{
  GPtrArray *items = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->written);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    add_if_under_way (self, item, items);
  for (GList *l = self->unknown.head; l != NULL; l = l->next)
    add_if_under_way (self, l->data, items);
  return items;
}

void
chat_outbox_blame (ChatOutbox *self, const GError *error)
{
  guint weight = chat_bounce_weigh (error);
  g_autoptr (GPtrArray) items = weight > 0 ? list_under_way (self) : NULL;
  gboolean part = weight == BLAME_MAX;

  self->blamed = items != NULL && items->len > 0;
  if (!self->blamed)
    return;
  for (guint i = 0; i < items->len; i++) {
    ChatOutboxItem *item = g_ptr_array_index (items, i);
    item->blame += items->len == 1 ? weight : 1;
    item->suspect = TRUE;
    item->condemned = items->len == 1 && item->blame >= BLAME_MAX;
    part = part || item->blame >= BLAME_MAX;
    g_free (item->reason);
    item->reason = chat_bounce_end_to_text (error);
  }
  if (!part)
    return;
  /* A stream that is resumed would begin with the same again. */
  xmpp_session_forget (self->session);
  chat_outbox_save_sm_state (self);
}

gboolean
chat_outbox_get_blamed (ChatOutbox *self)
{
  return self->blamed;
}
