/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-timeline-struct.h"

#define INDEX_PART 16384

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatTimeline, chat_timeline, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum { PROP_0, PROP_LOADED, N_PROPS };
static GParamSpec *props[N_PROPS];

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

gboolean
chat_timeline_get_indexed (ChatTimeline *self)
{
  return self->loaded && !self->indexing;
}

guint
chat_timeline_get_first_unread (ChatTimeline *self)
{
  return chat_timeline_find (self, self->unread_start);
}

gint64
chat_timeline_get_unread_start (ChatTimeline *self)
{
  return self->unread_start;
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
  g_free (self->own_name);
  g_free (self->address);
  g_time_zone_unref (self->zone);
  g_array_unref (self->entries);
  g_hash_table_unref (self->messages);
  g_hash_table_unref (self->pending);
  g_hash_table_unref (self->wanted);
  g_hash_table_unref (self->changes);
  g_hash_table_unref (self->inserted);
  g_hash_table_unref (self->removed);
  g_array_unref (self->gaps);
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
  self->changes = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) chat_timeline_change_free);
  self->inserted = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->removed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->gaps = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_queue_init (&self->blocks);
}

ChatTimeline *
chat_timeline_new_in_parts (ChatStore *store, gint64 conversation, const char *sender_name, guint part)
{
  ChatTimeline *self = g_object_new (CHAT_TYPE_TIMELINE, NULL);

  self->store = g_object_ref (store);
  self->conversation = conversation;
  self->sender_name = g_strdup (sender_name);
  self->index_part = part;
  if (conversation == 0) {
    self->loaded = TRUE;
    return self;
  }
  chat_timeline_read (self);
  return self;
}

ChatTimeline *
chat_timeline_new (ChatStore *store, gint64 conversation, const char *sender_name)
{
  return chat_timeline_new_in_parts (store, conversation, sender_name, INDEX_PART);
}
