/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-search-private.h"

#include "chat-conversation-private.h"
#include "chat-message-private.h"

#define PAGE 50

struct _ChatSearch {
  GObject parent_instance;
  ChatStore *store;
  ChatConversationList *conversations;
  ChatSearchArchives *archives;
  GPtrArray *hits;               /* of ChatSearchHit */
  ChatSearchQuery *query;        /* nullable; before_… are of the next page */
  GCancellable *cancellable;     /* of what is under way, NULL: nothing is */
  gboolean more, incomplete;
  gint64 total;
  char *problem;
};

static GType
get_item_type (GListModel *model)
{
  return CHAT_TYPE_SEARCH_HIT;
}

static guint
get_n_items (GListModel *model)
{
  return CHAT_SEARCH (model)->hits->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  ChatSearch *self = CHAT_SEARCH (model);

  return position < self->hits->len ? g_object_ref (self->hits->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatSearch, chat_search, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum { PROP_0, PROP_BUSY, PROP_MORE, PROP_TOTAL, PROP_INCOMPLETE, PROP_CAN_ASK, PROP_ASKING, PROP_ASKED, PROP_ASK_FAILED, PROP_ASK_MORE, PROP_PROBLEM, N_PROPS };
static GParamSpec *props[N_PROPS];

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatSearch *self = CHAT_SEARCH (object);

  switch (id) {
  case PROP_BUSY:
    g_value_set_boolean (value, self->cancellable != NULL);
    break;
  case PROP_MORE:
    g_value_set_boolean (value, self->more);
    break;
  case PROP_TOTAL:
    g_value_set_int64 (value, self->total);
    break;
  case PROP_INCOMPLETE:
    g_value_set_boolean (value, self->incomplete);
    break;
  case PROP_CAN_ASK:
    g_value_set_boolean (value, chat_search_archives_can_ask (self->archives));
    break;
  case PROP_ASKING:
    g_value_set_boolean (value, chat_search_archives_get_asking (self->archives));
    break;
  case PROP_ASKED:
    g_value_set_boolean (value, chat_search_archives_get_asked (self->archives));
    break;
  case PROP_ASK_FAILED:
    g_value_set_boolean (value, chat_search_archives_get_failed (self->archives));
    break;
  case PROP_ASK_MORE:
    g_value_set_boolean (value, chat_search_archives_get_more (self->archives));
    break;
  case PROP_PROBLEM:
    g_value_set_string (value, self->problem);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

/* Few, and always together. */
static void
tell (ChatSearch *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 1; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), props[i]);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
give_up (ChatSearch *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
dispose (GObject *object)
{
  ChatSearch *self = CHAT_SEARCH (object);

  give_up (self);
  g_clear_pointer (&self->archives, chat_search_archives_free);
  G_OBJECT_CLASS (chat_search_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  ChatSearch *self = CHAT_SEARCH (object);

  g_object_unref (self->store);
  g_object_unref (self->conversations);
  g_ptr_array_unref (self->hits);
  g_clear_pointer (&self->query, chat_search_query_free);
  g_free (self->problem);
  G_OBJECT_CLASS (chat_search_parent_class)->finalize (object);
}

static void
chat_search_class_init (ChatSearchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = dispose;
  object_class->finalize = finalize;
  object_class->get_property = get_property;
  props[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  props[PROP_MORE] = g_param_spec_boolean ("more", NULL, NULL, FALSE, flags);
  props[PROP_TOTAL] = g_param_spec_int64 ("total", NULL, NULL, -1, G_MAXINT64, -1, flags);
  props[PROP_INCOMPLETE] = g_param_spec_boolean ("incomplete", NULL, NULL, FALSE, flags);
  props[PROP_CAN_ASK] = g_param_spec_boolean ("can-ask", NULL, NULL, FALSE, flags);
  props[PROP_ASKING] = g_param_spec_boolean ("asking", NULL, NULL, FALSE, flags);
  props[PROP_ASKED] = g_param_spec_boolean ("asked", NULL, NULL, FALSE, flags);
  props[PROP_ASK_FAILED] = g_param_spec_boolean ("ask-failed", NULL, NULL, FALSE, flags);
  props[PROP_ASK_MORE] = g_param_spec_boolean ("ask-more", NULL, NULL, FALSE, flags);
  props[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_search_init (ChatSearch *self)
{
  self->hits = g_ptr_array_new_with_free_func (g_object_unref);
  self->total = -1;
}

ChatSearch *
chat_search_new (ChatStore *store, ChatConversationList *conversations)
{
  ChatSearch *self = g_object_new (CHAT_TYPE_SEARCH, NULL);

  self->store = g_object_ref (store);
  self->conversations = g_object_ref (conversations);
  self->archives = chat_search_archives_new (conversations, G_CALLBACK (tell), self);
  return self;
}

void
chat_search_add_archive (ChatSearch *self, gint64 account, XmppJid *own, XmppArchiveModule *archive)
{
  chat_search_archives_add (self->archives, account, own, archive);
  tell (self);
}

GListModel *
chat_search_get_archive_hits (ChatSearch *self)
{
  return chat_search_archives_get_hits (self->archives);
}

/* -- results -------------------------------------------------------------------------------------------------------- */

/* NULL: the chat has gone meanwhile. */
static ChatSearchHit *
make_hit (ChatSearch *self, const ChatSearchRow *row)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new_lenient (row->jid, NULL);
  ChatConversation *conversation = jid != NULL ? chat_conversation_list_lookup (self->conversations, row->account, jid) : NULL;
  g_autoptr (ChatMessage) message = NULL;

  if (conversation == NULL)
    return NULL;
  message = chat_message_new (row->message, chat_conversation_get_name (conversation), 0);
  return chat_search_hit_new (conversation, message, g_array_ref (row->ranges), row->message->stanza_id, row->message->archive_id);
}

static void
replace (ChatSearch *self, guint from, GPtrArray *rows)
{
  guint n_removed = self->hits->len - from, before = from;

  g_ptr_array_set_size (self->hits, from);
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    ChatSearchHit *hit = make_hit (self, rows->pdata[i]);
    if (hit == NULL)
      continue;
    g_ptr_array_add (self->hits, hit);
    chat_search_archives_forget (self->archives, hit);
  }
  if (n_removed > 0 || self->hits->len > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, n_removed, self->hits->len - before);
}

static void
take_page (ChatSearch *self, const ChatSearchPage *page)
{
  gboolean first = self->query->before_id == 0;

  self->more = page->more;
  self->incomplete = page->incomplete;
  if (first)
    self->total = page->total;
  if (page->rows->len > 0) {
    const ChatMessageRow *last = ((ChatSearchRow *) page->rows->pdata[page->rows->len - 1])->message;
    self->query->before_time = last->time;
    self->query->before_id = last->id;
  }
  replace (self, first ? 0 : self->hits->len, page->rows);
}

static void
searched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatSearch) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatSearchPage) page = chat_store_search_finish (CHAT_STORE (source), result, &error);

  /* Another query took its place. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->cancellable == NULL
      || g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return;
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->problem, g_free);
  if (page != NULL)
    take_page (self, page);
  else
    self->problem = g_strdup (error->message);
  tell (self);
}

static void
begin (ChatSearch *self)
{
  self->cancellable = g_cancellable_new ();
  chat_store_search_async (self->store, self->query, self->cancellable, searched_cb, g_object_ref (self));
  tell (self);
}

void
chat_search_set_query (ChatSearch *self, const ChatSearchQuery *query)
{
  give_up (self);
  chat_search_archives_clear (self->archives);
  g_clear_pointer (&self->query, chat_search_query_free);
  if (query != NULL && !chat_search_query_is_empty (query)) {
    self->query = chat_search_query_copy (query);
    self->query->limit = PAGE;
    self->query->before_time = self->query->before_id = 0;
    begin (self);
    return;
  }
  self->more = self->incomplete = FALSE;
  self->total = -1;
  g_clear_pointer (&self->problem, g_free);
  replace (self, 0, NULL);
  tell (self);
}

void
chat_search_load_more (ChatSearch *self)
{
  if (self->query != NULL && self->more && self->cancellable == NULL)
    begin (self);
}

void
chat_search_ask_servers (ChatSearch *self)
{
  if (self->query != NULL && self->query->text != NULL && *self->query->text != '\0')
    chat_search_archives_ask (self->archives, self->query, G_LIST_MODEL (self));
}
