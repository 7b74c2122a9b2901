/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-search-private.h"

#include "chat-conversation-private.h"
#include "chat-message-private.h"
#include "xmpp-stanza.h"

/* Messages that are not here yet, searched for by the servers that keep them (XEP-0431). What matches is theirs to say, and
 * nothing of it is stored: the hit says when it was said, and what was said then is fetched when somebody goes to it. */

#define PAGE 50
#define ENOUGH 20                /* of what we don't have, until somebody wants more */
#define MOST_PAGES 8             /* that bring nothing new, for one question */
#define TIMEOUT_MS 30000

typedef struct {
  gint64 account;
  XmppJid *own;
  XmppArchiveModule *module;
} Archive;

struct _ChatSearchArchives {
  ChatConversationList *conversations;
  GCallback changed;             /* (gpointer data) */
  gpointer data;
  GPtrArray *archives;           /* of Archive */
  GListStore *hits;
  GCancellable *cancellable;     /* of what is under way */
  guint n_asked;                 /* that have not answered */
  gboolean asked, failed;
  GPtrArray *stopped;            /* of Question: there is more */
};

/* One question. */
typedef struct {
  ChatSearchArchives *self;      /* not to be looked at once it was cancelled */
  gint64 account;
  XmppJid *own;
  ChatPattern *pattern;
  XmppJid *with;                 /* NULL: everybody */
  gint64 from, to;
  gboolean mine, theirs, has_link;
  GHashTable *known;             /* of char *: archive ids and stanza ids of what was found here */
  GCancellable *cancellable;
  XmppArchiveModule *module;
  char *text, *before;           /* before: the next page ends there; NULL: the newest */
  guint n_new, n_pages;          /* since somebody asked */
} Question;

static void
archive_free (Archive *archive)
{
  xmpp_jid_unref (archive->own);
  g_object_unref (archive->module);
  g_free (archive);
}

static void
question_free (Question *question)
{
  xmpp_jid_unref (question->own);
  g_clear_pointer (&question->with, xmpp_jid_unref);
  chat_pattern_free (question->pattern);
  g_hash_table_unref (question->known);
  g_object_unref (question->cancellable);
  g_object_unref (question->module);
  g_free (question->text);
  g_free (question->before);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

ChatSearchArchives *
chat_search_archives_new (ChatConversationList *conversations, GCallback changed, gpointer data)
{
  ChatSearchArchives *self = g_new0 (ChatSearchArchives, 1);

  self->conversations = g_object_ref (conversations);
  self->changed = changed;
  self->data = data;
  self->archives = g_ptr_array_new_with_free_func ((GDestroyNotify) archive_free);
  self->hits = g_list_store_new (CHAT_TYPE_SEARCH_HIT);
  self->cancellable = g_cancellable_new ();
  self->stopped = g_ptr_array_new_with_free_func ((GDestroyNotify) question_free);
  return self;
}

static void
tell (ChatSearchArchives *self)
{
  ((void (*) (gpointer)) self->changed) (self->data);
}

void
chat_search_archives_clear (ChatSearchArchives *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->n_asked = 0;
  self->asked = self->failed = FALSE;
  g_ptr_array_set_size (self->stopped, 0);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->hits)) > 0)
    g_list_store_remove_all (self->hits);
}

void
chat_search_archives_free (ChatSearchArchives *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->archives);
  g_ptr_array_unref (self->stopped);
  g_object_unref (self->conversations);
  g_object_unref (self->hits);
  g_free (self);
}

void
chat_search_archives_add (ChatSearchArchives *self, gint64 account, XmppJid *own, XmppArchiveModule *module)
{
  Archive *archive = g_new0 (Archive, 1);

  *archive = (Archive) { account, xmpp_jid_ref (own), g_object_ref (module) };
  g_ptr_array_add (self->archives, archive);
}

gboolean
chat_search_archives_can_ask (ChatSearchArchives *self)
{
  for (guint i = 0; self != NULL && i < self->archives->len; i++) {
    if (xmpp_archive_module_get_searches (((Archive *) self->archives->pdata[i])->module))
      return TRUE;
  }
  return FALSE;
}

gboolean
chat_search_archives_get_asked (ChatSearchArchives *self)
{
  return self != NULL && self->asked && self->n_asked == 0;
}

gboolean
chat_search_archives_get_more (ChatSearchArchives *self)
{
  return self != NULL && self->stopped->len > 0;
}

gboolean
chat_search_archives_get_failed (ChatSearchArchives *self)
{
  return self != NULL && self->failed;
}

gboolean
chat_search_archives_get_asking (ChatSearchArchives *self)
{
  return self != NULL && self->n_asked > 0;
}

GListModel *
chat_search_archives_get_hits (ChatSearchArchives *self)
{
  return G_LIST_MODEL (self->hits);
}

/* -- answers -------------------------------------------------------------------------------------------------------- */

static gboolean
is_known (const Question *question, const XmppArchiveItem *item, const XmppMessage *message)
{
  return (item->id != NULL && g_hash_table_contains (question->known, item->id))
         || (message->id != NULL && g_hash_table_contains (question->known, message->id))
         || (message->origin_id != NULL && g_hash_table_contains (question->known, message->origin_id));
}

/* What somebody said to the other, and can be shown. Nullable. */
static XmppJid *
get_peer (const Question *question, const XmppMessage *message, gboolean *own)
{
  if (message->from == NULL || message->to == NULL || message->body == NULL || message->encrypted || message->replace_id != NULL
      || (message->type != XMPP_MESSAGE_CHAT && message->type != XMPP_MESSAGE_NORMAL))
    return NULL;
  *own = xmpp_jid_equal_bare (message->from, question->own);
  return *own ? message->to : message->from;
}

/* The server may take less care of what else was asked for. */
static gboolean
is_wanted (const Question *question, const XmppArchiveItem *item, const XmppMessage *message, XmppJid *peer, gboolean own)
{
  return !is_known (question, item, message) && !(question->mine && !own) && !(question->theirs && own)
         && (question->with == NULL || xmpp_jid_equal_bare (peer, question->with))
         && item->time >= question->from && (question->to == 0 || item->time < question->to)
         && (!question->has_link || chat_search_has_link (message->body));
}

static void
add_hit (Question *question, const XmppArchiveItem *item)
{
  g_autoptr (XmppMessage) message = item->stanza != NULL ? xmpp_message_parse (item->stanza, g_get_language_names (), NULL) : NULL;
  g_autoptr (ChatMessage) shown = NULL;
  g_autoptr (ChatSearchHit) hit = NULL;
  ChatConversation *conversation;
  gboolean own = FALSE;
  XmppJid *peer = message != NULL ? get_peer (question, message, &own) : NULL;
  ChatMessageRow row = { 0 };

  if (peer == NULL || !is_wanted (question, item, message, peer, own))
    return;
  conversation = chat_conversation_list_open (question->self->conversations, question->account, peer);
  row = (ChatMessageRow) { .own = own, .time = item->time, .text = message->body, .archive_id = (char *) item->id,
                           .state = own ? CHAT_MESSAGE_SENT : CHAT_MESSAGE_RECEIVED };
  shown = chat_message_new (&row, chat_conversation_get_name (conversation), 0);
  hit = chat_search_hit_new (conversation, shown, chat_pattern_find (question->pattern, message->body), message->id, item->id);
  g_list_store_append (question->self->hits, hit);
  question->n_new++;
}

static int
compare_hits (gconstpointer a, gconstpointer b, gpointer data)
{
  gint64 x = chat_message_get_time (chat_search_hit_get_message ((ChatSearchHit *) a));
  gint64 y = chat_message_get_time (chat_search_hit_get_message ((ChatSearchHit *) b));

  return x > y ? -1 : x < y;
}

static void send (Question *question);

/* question: transfer full. */
static void
go_on (Question *question, XmppArchivePage *page)
{
  const XmppArchiveItem *first = page->items->len > 0 ? page->items->pdata[0] : NULL;

  if (page->complete || first == NULL || first->id == NULL || g_strcmp0 (first->id, question->before) == 0) {
    question_free (question);
    return;
  }
  g_free (question->before);
  question->before = g_strdup (first->id);
  if (question->n_new < ENOUGH && question->n_pages < MOST_PAGES)
    send (question);
  else
    g_ptr_array_add (question->self->stopped, question);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (XmppArchivePage) page = xmpp_archive_module_query_finish (XMPP_ARCHIVE_MODULE (source), result, NULL);
  ChatSearchArchives *self = question->self;

  if (g_cancellable_is_cancelled (question->cancellable))
    return;
  self->n_asked--;
  self->failed |= page == NULL;
  for (guint i = 0; page != NULL && i < page->items->len; i++)
    add_hit (question, page->items->pdata[i]);
  g_list_store_sort (self->hits, compare_hits, NULL);
  /* What was not answered can be asked once more. */
  if (page != NULL)
    go_on (g_steal_pointer (&question), page);
  else
    g_ptr_array_add (self->stopped, g_steal_pointer (&question));
  tell (self);
}

void
chat_search_archives_forget (ChatSearchArchives *self, ChatSearchHit *known)
{
  const char *const *ids = chat_search_hit_get_ids (known);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->hits)); i++) {
    g_autoptr (ChatSearchHit) hit = g_list_model_get_item (G_LIST_MODEL (self->hits), i);
    const char *const *own_ids = chat_search_hit_get_ids (hit);
    if ((ids[0] != NULL && g_strcmp0 (ids[0], own_ids[0]) == 0) || (ids[1] != NULL && g_strcmp0 (ids[1], own_ids[1]) == 0))
      g_list_store_remove (self->hits, i--);
  }
}

/* -- questions ------------------------------------------------------------------------------------------------------ */

static GHashTable *
collect_ids (GListModel *known)
{
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (known); i++) {
    g_autoptr (ChatSearchHit) hit = g_list_model_get_item (known, i);
    const char *const *own_ids = chat_search_hit_get_ids (hit);
    for (guint k = 0; k < 2; k++) {
      if (own_ids[k] != NULL)
        g_hash_table_add (ids, g_strdup (own_ids[k]));
    }
  }
  return ids;
}

/* question: transfer full. */
static void
send (Question *question)
{
  XmppArchiveQuery wanted = {
    .with = question->with, .start = question->from, .end = question->to > 0 ? question->to - 1 : 0, .text = question->text,
    .before = question->before != NULL ? question->before : "", .max = PAGE,
  };

  question->n_pages++;
  question->self->n_asked++;
  xmpp_archive_module_query_async (question->module, &wanted, TIMEOUT_MS, question->cancellable, answered_cb, question);
}

static void
ask_one (ChatSearchArchives *self, const Archive *archive, const ChatSearchQuery *query, XmppJid *with, GHashTable *known)
{
  Question *question = g_new0 (Question, 1);

  *question = (Question) {
    .self = self, .account = archive->account, .own = xmpp_jid_ref (archive->own), .pattern = chat_pattern_new (query->text),
    .with = with != NULL ? xmpp_jid_ref (with) : NULL, .from = query->from, .to = query->to, .mine = query->mine,
    .theirs = query->person != NULL && !query->mine, .has_link = query->has_link, .known = g_hash_table_ref (known),
    .cancellable = g_object_ref (self->cancellable), .module = g_object_ref (archive->module), .text = g_strdup (query->text),
  };
  self->asked = TRUE;
  send (question);
}

/* Of one chat, which is only in the archive of its own account. NULL: there is no such chat in the list. */
static XmppJid *
find_chat (ChatSearchArchives *self, gint64 id, gint64 *account)
{
  GListModel *model = G_LIST_MODEL (self->conversations);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (ChatConversation) conversation = g_list_model_get_item (model, i);
    if (chat_conversation_get_id (conversation) == id) {
      *account = chat_conversation_get_account_id (conversation);
      return xmpp_jid_ref (chat_conversation_get_jid (conversation));
    }
  }
  return NULL;
}

/* Further back, where it was asked already. */
static void
resume (ChatSearchArchives *self)
{
  g_autoptr (GPtrArray) stopped = g_steal_pointer (&self->stopped);

  self->stopped = g_ptr_array_new_with_free_func ((GDestroyNotify) question_free);
  g_ptr_array_set_free_func (stopped, NULL);
  self->failed = FALSE;
  for (guint i = 0; i < stopped->len; i++) {
    Question *question = stopped->pdata[i];
    question->n_new = question->n_pages = 0;
    send (question);
  }
  tell (self);
}

void
chat_search_archives_ask (ChatSearchArchives *self, const ChatSearchQuery *query, GListModel *known)
{
  g_autoptr (GHashTable) ids = collect_ids (known);
  g_autoptr (XmppJid) with = NULL;
  gint64 account = query->account;

  if (self->stopped->len > 0) {
    resume (self);
    return;
  }
  chat_search_archives_clear (self);
  if (query->conversation != 0)
    with = find_chat (self, query->conversation, &account);
  else if (query->person != NULL)
    with = xmpp_jid_new_lenient (query->person, NULL);
  for (guint i = 0; i < self->archives->len; i++) {
    const Archive *archive = self->archives->pdata[i];
    if (xmpp_archive_module_get_searches (archive->module) && (account == 0 || account == archive->account)
        && (with != NULL || (query->conversation == 0 && query->person == NULL)))
      ask_one (self, archive, query, with, ids);
  }
  tell (self);
}
