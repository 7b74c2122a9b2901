/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-history-struct.h"

#include "chat-conversation-private.h"
#include "xmpp-server-module.h"

#define SECOND_MS 1000
#define TIMEOUT_MS 30000

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
  for (guint i = 0; i < self->errands->len; i++) {
    Errand *errand = g_ptr_array_index (self->errands, i);
    if (errand->kind == ERRAND_SWEEP)
      chat_walk_pause (errand->walk, paused);
  }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PAUSED]);
  /* Who says "go on" means what was given up, too. */
  if (!paused && self->gave_up)
    chat_history_end_sweep (self);
  chat_history_go (self);
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
  if (chat_history_get_range (self) == range)
    return;
  chat_store_set_setting (self->store, self->account, 0, "history-range", ranges[range]);
  g_hash_table_remove_all (self->left_alone);
  chat_history_end_sweep (self);
  chat_history_go (self);
}

void
chat_history_set_running (ChatHistory *self, gboolean running)
{
  if (self->running == running)
    return;
  self->running = running;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
}

void
chat_history_set_n_left (ChatHistory *self, int n_left)
{
  if (self->n_left == n_left)
    return;
  self->n_left = n_left;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_LEFT]);
}

void
chat_history_set_problem (ChatHistory *self, const char *problem)
{
  if (g_strcmp0 (self->problem, problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROBLEM]);
}

void
chat_history_set_times (ChatHistory *self, guint second_ms, guint timeout_ms)
{
  self->second_ms = second_ms;
  self->timeout_ms = timeout_ms;
}

static void
fill_wanted_cb (ChatHistory *self, ChatConversation *conversation, gint64 position)
{
  if (chat_conversation_get_account_id (conversation) == self->account)
    chat_history_fill (self, conversation, position);
}

static gboolean
fetch_wanted_cb (ChatHistory *self, ChatConversation *conversation, gint64 time, GTask *task)
{
  if (chat_conversation_get_account_id (conversation) != self->account)
    return FALSE;
  chat_history_fetch (self, conversation, time, g_object_ref (task));
  return TRUE;
}

static void
online_cb (ChatHistory *self, gboolean resumed)
{
  chat_history_end (self);
  chat_history_begin (self, resumed);
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

  chat_history_end (self);
  g_clear_object (&self->archive);
  g_clear_object (&self->inbox);
  g_clear_object (&self->session);
  g_clear_object (&self->conversations);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (chat_history_parent_class)->dispose (object);
}

static void
chat_history_finalize (GObject *object)
{
  ChatHistory *self = CHAT_HISTORY (object);

  g_ptr_array_unref (self->errands);
  g_hash_table_unref (self->left_alone);
  g_free (self->problem);
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
  self->second_ms = SECOND_MS;
  self->timeout_ms = TIMEOUT_MS;
  self->errands = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_history_errand_free);
  self->left_alone = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_queue_init (&self->waiting);
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
  self->archive = g_object_ref (xmpp_session_get_module (session, XMPP_TYPE_ARCHIVE_MODULE));
  g_signal_connect_object (self->archive, "online", G_CALLBACK (online_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->archive, "offline", G_CALLBACK (chat_history_end), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (xmpp_session_get_module (session, XMPP_TYPE_SERVER_MODULE), "features-known",
                           G_CALLBACK (chat_history_features_known), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (conversations, "fill-wanted", G_CALLBACK (fill_wanted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (conversations, "fetch-wanted", G_CALLBACK (fetch_wanted_cb), self, G_CONNECT_SWAPPED);
  return self;
}
