/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-timeline-struct.h"

#include "chat-message-private.h"

#include <string.h>

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatTimeline, chat_timeline, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum { PROP_0, PROP_LOADED, N_PROPS };
static GParamSpec *props[N_PROPS];

/* -- changes after a commit ----------------------------------------------------------------------------------------- */

void
chat_timeline_append (ChatTimeline *self, const ChatMessageRow *row)
{
  ChatIndexEntry entry = {
    .id = row->id,
    .time = CLAMP (row->time / G_USEC_PER_SEC, 0, G_MAXUINT32),
    .length = row->text != NULL ? MIN (strlen (row->text), (1 << 27) - 1) : 0,
    .own = row->own,
    .kind = row->kind,
  };
  guint position = self->entries->len;

  if (!self->loaded || self->early != NULL) {
    g_ptr_array_add (self->early, chat_message_row_copy (row));
    return;
  }
  if (chat_timeline_find (self, row->id) != G_MAXUINT)
    return;
  self->conversation = row->conversation;
  if (row->own)
    chat_timeline_set_unread_start (self, 0);
  g_array_append_val (self->entries, entry);
  self->known_length += entry.length;
  chat_timeline_keep_in_tail (self, chat_timeline_make_message (self, row, position));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
  chat_timeline_refresh_around (self, position);
}

void
chat_timeline_change_state (ChatTimeline *self, gint64 id, ChatMessageState state, const char *error)
{
  ChatMessage *message = chat_timeline_lookup (self, id);

  if (message != NULL)
    chat_message_set_state (message, state, error);
  if (self->n_reads > 0) {
    ChatMessageRow *change = g_new0 (ChatMessageRow, 1);
    change->id = id;
    change->state = state;
    change->error = g_strdup (error);
    g_hash_table_replace (self->changes, &change->id, change);
  }
}

void
chat_timeline_remove (ChatTimeline *self, gint64 id)
{
  ChatMessage *message = chat_timeline_lookup (self, id);
  guint position = chat_timeline_find (self, id);

  if (self->indexing)
    g_hash_table_add (self->removed, g_memdup2 (&id, sizeof id));
  for (guint i = 0; self->early != NULL && i < self->early->len; i++) {
    if (((ChatMessageRow *) g_ptr_array_index (self->early, i))->id == id)
      g_ptr_array_remove_index (self->early, i--);
  }
  if (position == G_MAXUINT)
    return;
  self->known_length -= chat_timeline_entry_at (self, position)->length;
  g_array_remove_index (self->entries, position);
  if (message != NULL)
    g_ptr_array_remove (self->tail, message);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  chat_timeline_refresh_around (self, position);
}

void
chat_timeline_set_sender_name (ChatTimeline *self, const char *name)
{
  GHashTableIter iter;
  gpointer message;

  g_free (self->sender_name);
  self->sender_name = g_strdup (name);
  g_hash_table_iter_init (&iter, self->messages);
  while (g_hash_table_iter_next (&iter, NULL, &message))
    chat_message_set_sender_name (message, name);
}

void
chat_timeline_set_unread_start (ChatTimeline *self, gint64 id)
{
  guint before = chat_timeline_find (self, self->unread_start);
  guint now = chat_timeline_find (self, id);

  if (self->unread_start == id)
    return;
  self->unread_start = id;
  if (before != G_MAXUINT)
    chat_timeline_refresh_around (self, before);
  if (now != G_MAXUINT)
    chat_timeline_refresh_around (self, now);
}

/* -- what others see ------------------------------------------------------------------------------------------------ */

static GType
get_item_type (GListModel *model)
{
  return CHAT_TYPE_MESSAGE;
}

static guint
get_n_items (GListModel *model)
{
  return CHAT_TIMELINE (model)->entries->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  ChatTimeline *self = CHAT_TIMELINE (model);
  ChatMessage *message;

  if (position >= self->entries->len)
    return NULL;
  message = position < self->unknown ? NULL : chat_timeline_lookup (self, chat_timeline_entry_at (self, position)->id);
  if (message != NULL)
    return g_object_ref (message);
  chat_timeline_want (self, position);
  return NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

guint
chat_timeline_get_estimated_length (ChatTimeline *self, guint position)
{
  guint known = self->entries->len - self->unknown;

  if (position >= self->entries->len)
    return 0;
  if (position >= self->unknown)
    return chat_timeline_entry_at (self, position)->length;
  return known > 0 ? self->known_length / known : 0;
}

gboolean
chat_timeline_get_loaded (ChatTimeline *self)
{
  return self->loaded;
}

guint
chat_timeline_get_first_unread (ChatTimeline *self)
{
  return chat_timeline_find (self, self->unread_start);
}

guint
chat_timeline_get_n_in_memory (ChatTimeline *self)
{
  return g_hash_table_size (self->messages);
}

/* -- the object ----------------------------------------------------------------------------------------------------- */

static void
chat_timeline_dispose (GObject *object)
{
  ChatTimeline *self = CHAT_TIMELINE (object);

  g_cancellable_cancel (self->cancellable);
  chat_timeline_forget_messages (self);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (chat_timeline_parent_class)->dispose (object);
}

static void
chat_timeline_finalize (GObject *object)
{
  ChatTimeline *self = CHAT_TIMELINE (object);

  g_object_unref (self->cancellable);
  g_free (self->sender_name);
  g_time_zone_unref (self->zone);
  g_array_unref (self->entries);
  g_hash_table_unref (self->messages);
  g_hash_table_unref (self->pending);
  g_hash_table_unref (self->wanted);
  g_hash_table_unref (self->changes);
  g_hash_table_unref (self->removed);
  g_clear_pointer (&self->early, g_ptr_array_unref);
  G_OBJECT_CLASS (chat_timeline_parent_class)->finalize (object);
}

static void
chat_timeline_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_LOADED:
    g_value_set_boolean (value, CHAT_TIMELINE (object)->loaded);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_timeline_class_init (ChatTimelineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_timeline_dispose;
  object_class->finalize = chat_timeline_finalize;
  object_class->get_property = chat_timeline_get_property;
  props[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_timeline_init (ChatTimeline *self)
{
  self->cancellable = g_cancellable_new ();
  self->zone = g_time_zone_new_local ();
  self->entries = g_array_new (FALSE, TRUE, sizeof (ChatIndexEntry));
  self->messages = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->tail = g_ptr_array_new_with_free_func (g_object_unref);
  self->pending = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->wanted = g_hash_table_new (NULL, NULL);
  self->changes = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) chat_message_row_free);
  self->removed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_queue_init (&self->blocks);
}

ChatTimeline *
chat_timeline_new (ChatStore *store, gint64 conversation, const char *sender_name)
{
  ChatTimeline *self = g_object_new (CHAT_TYPE_TIMELINE, NULL);

  self->store = g_object_ref (store);
  self->conversation = conversation;
  self->sender_name = g_strdup (sender_name);
  if (conversation == 0) {
    self->loaded = TRUE;
    return self;
  }
  chat_timeline_read (self);
  return self;
}
