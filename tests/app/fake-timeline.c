/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "fake-timeline.h"
#include "chat-message-private.h"
#include "chat-timeline-private.h"

typedef struct { gint64 id; guint length; gboolean there; } Row;

struct _ChatTimeline {
  GObject parent_instance;
  GArray *rows;             /* of Row */
  GHashTable *messages;     /* id to ChatMessage, not owned */
  gint64 next_id, unread;
  guint n_wanted;
  gboolean code;            /* some are preformatted */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatTimeline, chat_timeline, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static Row *
row_at (ChatTimeline *self, guint position)
{
  return &g_array_index (self->rows, Row, position);
}

static GType
get_item_type (GListModel *model)
{
  return CHAT_TYPE_MESSAGE;
}

static guint
get_n_items (GListModel *model)
{
  return CHAT_TIMELINE (model)->rows->len;
}

static void
message_gone_cb (gpointer messages, GObject *message)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, messages);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (value == message)
      g_hash_table_iter_remove (&iter);
  g_hash_table_unref (messages);
}

/* Many short lines, much higher than their length lets expect. */
static char *
make_code (const Row *row)
{
  g_autoptr (GString) text = g_string_new ("```\n");

  for (guint i = row->id; text->len < row->length; i++)
    g_string_append_printf (text, "%*s}\n", i % 12, "");
  g_string_append (text, "```");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
make_text (const Row *row)
{
  static const char *const words[] = { "art ", "thou ", "not ", "Romeo ", "and ", "a Montague? ", "wherefore " };
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%" G_GINT64_FORMAT " ", row->id);
  for (guint i = row->id; text->len < row->length; i++)
    g_string_append (text, words[i % G_N_ELEMENTS (words)]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gpointer
get_item (GListModel *model, guint position)
{
  ChatTimeline *self = CHAT_TIMELINE (model);
  ChatMessage *message;
  Row *row;

  if (position >= self->rows->len)
    return NULL;
  row = row_at (self, position);
  if (!row->there) {
    self->n_wanted++;
    return NULL;
  }
  message = g_hash_table_lookup (self->messages, &row->id);
  if (message == NULL) {
    g_autofree char *text = self->code && row->id % 13 == 0 ? make_code (row) : make_text (row);
    const ChatMessageRow stored = {
      .id = row->id, .own = row->id % 3 == 0, .text = text,
      .state = row->id % 3 == 0 ? CHAT_MESSAGE_SENT : CHAT_MESSAGE_RECEIVED,
      .time = (1600000000 + row->id * 60) * G_USEC_PER_SEC,
    };

    message = chat_message_new (&stored, "Romeo", row->id % 5 == 0 ? CHAT_MESSAGE_HEAD | CHAT_MESSAGE_DAY_START : 0);
    g_hash_table_insert (self->messages, g_memdup2 (&row->id, sizeof row->id), message);
    g_object_weak_ref (G_OBJECT (message), message_gone_cb, g_hash_table_ref (self->messages));
    return message;
  }
  return g_object_ref (message);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* -- what the view asks ---------------------------------------------------------------------------------------------- */

guint
chat_timeline_get_estimated_length (ChatTimeline *self, guint position)
{
  return row_at (self, position)->length;
}

gboolean
chat_timeline_get_loaded (ChatTimeline *self)
{
  return TRUE;
}

guint
chat_timeline_find (ChatTimeline *self, gint64 id)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (row_at (self, i)->id == id)
      return i;
  return G_MAXUINT;
}

guint
chat_timeline_get_first_unread (ChatTimeline *self)
{
  return chat_timeline_find (self, self->unread);
}

gint64
chat_timeline_get_unread_start (ChatTimeline *self)
{
  return self->unread;
}

gboolean
chat_timeline_get_indexed (ChatTimeline *self)
{
  return TRUE;
}

void
fake_timeline_write_code (ChatTimeline *self)
{
  self->code = TRUE;
}

/* -- what a conversation asks: none here --------------------------------------------------------------------------- */

ChatTimeline *
chat_timeline_new (ChatStore *store, gint64 conversation, const char *sender_name)
{
  g_assert_not_reached ();
}

void
chat_timeline_insert (ChatTimeline *self, GPtrArray *rows)
{
  g_assert_not_reached ();
}

void
chat_timeline_change (ChatTimeline *self, const ChatMessageRow *row)
{
  g_assert_not_reached ();
}

void
chat_timeline_set_gaps (ChatTimeline *self, GArray *positions)
{
  g_assert_not_reached ();
}

void
chat_timeline_change_state (ChatTimeline *self, gint64 id, ChatMessageState state, const char *error)
{
  g_assert_not_reached ();
}

void
chat_timeline_remove (ChatTimeline *self, gint64 id)
{
  g_assert_not_reached ();
}

void
chat_timeline_set_people (ChatTimeline *self, const char *own_name, const char *address)
{
  g_assert_not_reached ();
}

void
chat_timeline_set_waiting (ChatTimeline *self, gboolean waiting)
{
  g_assert_not_reached ();
}

void
chat_timeline_set_sender_name (ChatTimeline *self, const char *name)
{
  g_assert_not_reached ();
}

void
chat_timeline_set_unread_start (ChatTimeline *self, gint64 id)
{
  g_assert_not_reached ();
}

/* -- what the test says -------------------------------------------------------------------------------------------- */

static guint
some_length (gint64 id)
{
  return id % 11 == 0 ? 700 : id % 4 == 0 ? 180 : 5 + id % 60;
}

void
fake_timeline_insert (ChatTimeline *self, guint position, guint n, gboolean there)
{
  g_autofree Row *rows = g_new (Row, n);

  for (guint i = 0; i < n; i++) {
    gint64 id = self->next_id++;

    rows[i] = (Row) { id, some_length (id), there };
  }
  g_array_insert_vals (self->rows, position, rows, n);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, n);
}

void
fake_timeline_remove (ChatTimeline *self, guint position, guint n)
{
  if (n > 0)
    g_array_remove_range (self->rows, position, n);
  g_list_model_items_changed (G_LIST_MODEL (self), position, n, 0);
}

void
fake_timeline_load (ChatTimeline *self, guint position, guint n)
{
  for (guint i = position; i < position + n; i++)
    row_at (self, i)->there = TRUE;
  g_list_model_items_changed (G_LIST_MODEL (self), position, n, n);
}

void
fake_timeline_edit (ChatTimeline *self, guint position, guint length)
{
  Row *row = row_at (self, position);

  row->length = length;
  g_hash_table_remove (self->messages, &row->id);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 1);
}

void
fake_timeline_set_first_unread (ChatTimeline *self, guint position)
{
  self->unread = row_at (self, position)->id;
}

gint64
fake_timeline_get_id (ChatTimeline *self, guint position)
{
  return row_at (self, position)->id;
}

guint
fake_timeline_get_n_wanted (ChatTimeline *self)
{
  guint n = self->n_wanted;

  self->n_wanted = 0;
  return n;
}

guint
fake_timeline_get_n_alive (ChatTimeline *self)
{
  return g_hash_table_size (self->messages);
}

static void
chat_timeline_finalize (GObject *object)
{
  ChatTimeline *self = CHAT_TIMELINE (object);

  g_array_unref (self->rows);
  g_hash_table_unref (self->messages);
  G_OBJECT_CLASS (chat_timeline_parent_class)->finalize (object);
}

static void
chat_timeline_class_init (ChatTimelineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_timeline_finalize;
}

static void
chat_timeline_init (ChatTimeline *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  self->messages = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->next_id = 1;
}

ChatTimeline *
fake_timeline_new (guint n, gboolean there)
{
  ChatTimeline *self = g_object_new (CHAT_TYPE_TIMELINE, NULL);

  if (n > 0)
    fake_timeline_insert (self, 0, n, there);
  return self;
}
