/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-search-private.h"

struct _ChatSearchHit {
  GObject parent_instance;
  ChatConversation *conversation;
  ChatMessage *message;
  GArray *ranges;
  char *ids[2];
};

G_DEFINE_FINAL_TYPE (ChatSearchHit, chat_search_hit, G_TYPE_OBJECT)

enum { PROP_0, PROP_CONVERSATION, PROP_MESSAGE, N_PROPS };
static GParamSpec *props[N_PROPS];

static void
finalize (GObject *object)
{
  ChatSearchHit *self = CHAT_SEARCH_HIT (object);

  g_object_unref (self->conversation);
  g_object_unref (self->message);
  g_array_unref (self->ranges);
  g_free (self->ids[0]);
  g_free (self->ids[1]);
  G_OBJECT_CLASS (chat_search_hit_parent_class)->finalize (object);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatSearchHit *self = CHAT_SEARCH_HIT (object);

  switch (id) {
  case PROP_CONVERSATION:
    g_value_set_object (value, self->conversation);
    break;
  case PROP_MESSAGE:
    g_value_set_object (value, self->message);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_search_hit_class_init (ChatSearchHitClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = finalize;
  object_class->get_property = get_property;
  props[PROP_CONVERSATION] = g_param_spec_object ("conversation", NULL, NULL, CHAT_TYPE_CONVERSATION, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_MESSAGE] = g_param_spec_object ("message", NULL, NULL, CHAT_TYPE_MESSAGE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_search_hit_init (ChatSearchHit *self)
{
}

ChatSearchHit *
chat_search_hit_new (ChatConversation *conversation, ChatMessage *message, GArray *ranges, const char *stanza_id,
                     const char *archive_id)
{
  ChatSearchHit *self = g_object_new (CHAT_TYPE_SEARCH_HIT, NULL);

  self->conversation = g_object_ref (conversation);
  self->message = g_object_ref (message);
  self->ranges = ranges;
  self->ids[0] = g_strdup (stanza_id);
  self->ids[1] = g_strdup (archive_id);
  return self;
}

ChatConversation *
chat_search_hit_get_conversation (ChatSearchHit *self)
{
  return self->conversation;
}

ChatMessage *
chat_search_hit_get_message (ChatSearchHit *self)
{
  return self->message;
}

GArray *
chat_search_hit_get_ranges (ChatSearchHit *self)
{
  return self->ranges;
}

const char *const *
chat_search_hit_get_ids (ChatSearchHit *self)
{
  return (const char *const *) self->ids;
}

const char *
chat_search_hit_get_archive_id (ChatSearchHit *self)
{
  return self->ids[1];
}
