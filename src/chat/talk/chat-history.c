/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-history-private.h"

struct _ChatHistory {
  GObject parent_instance;
  ChatStore *store;
  ChatConversationList *conversations;
  XmppSession *session;
  ChatInbox *inbox;
  gint64 account;
  char *problem;
  int n_left;
  gboolean running, paused;
};

G_DEFINE_FINAL_TYPE (ChatHistory, chat_history, G_TYPE_OBJECT)

enum { PROP_RUNNING = 1, PROP_PAUSED, PROP_N_LEFT, PROP_PROBLEM, N_PROPS };
static GParamSpec *props[N_PROPS];

static const char *const ranges[] = { "all", "year", "month", "nothing" };

gboolean
chat_history_get_running (ChatHistory *self)
{
  return self->running;
}

gboolean
chat_history_get_paused (ChatHistory *self)
{
  return self->paused;
}

void
chat_history_set_paused (ChatHistory *self, gboolean paused)
{
  if (self->paused == paused)
    return;
  self->paused = paused;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PAUSED]);
}

int
chat_history_get_n_left (ChatHistory *self)
{
  return self->n_left;
}

const char *
chat_history_get_problem (ChatHistory *self)
{
  return self->problem;
}

ChatHistoryRange
chat_history_get_range (ChatHistory *self)
{
  const char *value = chat_store_get_setting (self->store, self->account, 0, "history-range");

  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++) {
    if (g_strcmp0 (value, ranges[i]) == 0)
      return i;
  }
  return CHAT_HISTORY_ALL;
}

void
chat_history_set_range (ChatHistory *self, ChatHistoryRange range)
{
  chat_store_set_setting (self->store, self->account, 0, "history-range", ranges[range]);
}

void
chat_history_fill (ChatHistory *self, ChatConversation *conversation)
{
}

static void
chat_history_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatHistory *self = CHAT_HISTORY (object);

  switch (id) {
  case PROP_RUNNING:
    g_value_set_boolean (value, self->running);
    break;
  case PROP_PAUSED:
    g_value_set_boolean (value, self->paused);
    break;
  case PROP_N_LEFT:
    g_value_set_int (value, self->n_left);
    break;
  case PROP_PROBLEM:
    g_value_set_string (value, self->problem);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_history_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PAUSED)
    chat_history_set_paused (CHAT_HISTORY (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
chat_history_dispose (GObject *object)
{
  ChatHistory *self = CHAT_HISTORY (object);

  g_clear_object (&self->inbox);
  g_clear_object (&self->session);
  g_clear_object (&self->conversations);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (chat_history_parent_class)->dispose (object);
}

static void
chat_history_finalize (GObject *object)
{
  g_free (CHAT_HISTORY (object)->problem);
  G_OBJECT_CLASS (chat_history_parent_class)->finalize (object);
}

static void
chat_history_class_init (ChatHistoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = chat_history_get_property;
  object_class->set_property = chat_history_set_property;
  object_class->dispose = chat_history_dispose;
  object_class->finalize = chat_history_finalize;
  props[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, readable);
  props[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE, writable);
  props[PROP_N_LEFT] = g_param_spec_int ("n-left", NULL, NULL, -1, G_MAXINT, -1, readable);
  props[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, readable);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_history_init (ChatHistory *self)
{
  self->n_left = -1;
}

ChatHistory *
chat_history_new (ChatStore *store, ChatConversationList *conversations, gint64 account, XmppSession *session, ChatInbox *inbox)
{
  ChatHistory *self = g_object_new (CHAT_TYPE_HISTORY, NULL);

  self->store = g_object_ref (store);
  self->conversations = g_object_ref (conversations);
  self->session = g_object_ref (session);
  self->inbox = g_object_ref (inbox);
  self->account = account;
  return self;
}
