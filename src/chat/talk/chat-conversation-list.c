/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-conversation-list.h"

#include "chat-conversation-private.h"
#include "chat-news.h"

/* Every conversation is in by_address; those in which something is are in listed too, the last active first. A change of
 * place is one removal and one insertion. */

typedef struct {
  gint64 id;
  XmppJid *jid;
  ChatAccount *account;         /* nullable */
} Account;

struct _ChatConversationList {
  GObject parent_instance;
  ChatStore *store;
  GHashTable *accounts;         /* of &Account.id to Account */
  GHashTable *by_address;       /* of "account jid" to ChatConversation, owned */
  GHashTable *by_id;            /* of gint64 to ChatConversation, not owned */
  GPtrArray *listed;            /* of ChatConversation, owned */
  ChatBlockedFunc is_blocked;   /* nullable */
  gpointer is_blocked_data;
  GListModel *contacts;
  GPtrArray *known_contacts;    /* a copy of the model: who went is asked for after they are gone */
  GHashTable *contacts_by_address;  /* of "account jid" to ChatContact, not owned */
  ChatConversation *shown;      /* weak */
  ChatConversation *last_shown; /* weak */
  ChatNews *news;
  guint sorted_source;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatConversationList, chat_conversation_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum { MESSAGE_ARRIVED, MESSAGE_READ, READ_UP_TO, FILL_WANTED, FETCH_WANTED, MESSAGE_QUEUED, CHAT_STATE, SORTED, REFUSED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
account_free (Account *account)
{
  xmpp_jid_unref (account->jid);
  g_clear_object (&account->account);
  g_free (account);
}

static char *
make_key (gint64 account, const char *bare)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT " %s", account, bare);
}

/* -- places --------------------------------------------------------------------------------------------------------- */

static int
compare (ChatConversation *a, ChatConversation *b)
{
  gint64 x = chat_conversation_get_pinned_since (a), y = chat_conversation_get_pinned_since (b);

  if (x == y) {
    x = chat_conversation_get_activity (a);
    y = chat_conversation_get_activity (b);
  }
  if (x == y) {
    x = chat_conversation_get_id (a);
    y = chat_conversation_get_id (b);
  }
  return x > y ? -1 : x < y;
}

static int
compare_pointers (gconstpointer a, gconstpointer b)
{
  return compare (*(ChatConversation **) a, *(ChatConversation **) b);
}

static guint
find_place (ChatConversationList *self, ChatConversation *conversation)
{
  guint low = 0, high = self->listed->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (compare (g_ptr_array_index (self->listed, middle), conversation) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static gboolean
is_in_place (ChatConversationList *self, ChatConversation *conversation, guint at)
{
  return (at == 0 || compare (g_ptr_array_index (self->listed, at - 1), conversation) <= 0)
         && (at + 1 >= self->listed->len || compare (conversation, g_ptr_array_index (self->listed, at + 1)) <= 0);
}

void
chat_conversation_list_place (ChatConversationList *self, ChatConversation *conversation)
{
  G_GNUC_UNUSED g_autoptr (ChatConversation) keep = g_object_ref (conversation);
  gboolean wanted = chat_conversation_is_listed (conversation);
  guint at, to;

  if (g_ptr_array_find (self->listed, conversation, &at)) {
    if (wanted && is_in_place (self, conversation, at))
      return;
    g_ptr_array_remove_index (self->listed, at);
    g_list_model_items_changed (G_LIST_MODEL (self), at, 1, 0);
  }
  if (!wanted)
    return;
  to = find_place (self, conversation);
  g_ptr_array_insert (self->listed, to, g_object_ref (conversation));
  g_list_model_items_changed (G_LIST_MODEL (self), to, 0, 1);
}

/* -- conversations -------------------------------------------------------------------------------------------------- */

ChatConversation *
chat_conversation_list_lookup (ChatConversationList *self, gint64 account, XmppJid *jid)
{
  g_autofree char *key = make_key (account, xmpp_jid_get_bare_string (jid));
  return g_hash_table_lookup (self->by_address, key);
}

static gboolean
is_blocked (ChatConversationList *self, gint64 account, XmppJid *jid)
{
  return self->is_blocked != NULL && self->is_blocked (account, jid, self->is_blocked_data);
}

static ChatConversation *
add_conversation (ChatConversationList *self, Account *account, XmppJid *jid)
{
  ChatConversation *conversation = chat_conversation_new (self, self->store, account->id, account->jid, account->account, jid);
  char *key = make_key (account->id, xmpp_jid_get_string (jid));

  g_hash_table_insert (self->by_address, key, conversation);
  chat_conversation_set_contact (conversation, g_hash_table_lookup (self->contacts_by_address, key));
  chat_conversation_set_blocked (conversation, is_blocked (self, account->id, jid));
  return conversation;
}

ChatConversation *
chat_conversation_list_open (ChatConversationList *self, gint64 account_id, XmppJid *jid)
{
  ChatConversation *conversation = chat_conversation_list_lookup (self, account_id, jid);
  Account *account = g_hash_table_lookup (self->accounts, &account_id);
  g_autoptr (XmppJid) bare = NULL;

  g_return_val_if_fail (account != NULL, NULL);
  if (conversation != NULL)
    return conversation;
  bare = xmpp_jid_to_bare (jid);
  return add_conversation (self, account, bare);
}

static ChatConversation *
take_row (ChatConversationList *self, const ChatConversationRow *row)
{
  g_autofree char *key = make_key (row->account, row->jid);
  ChatConversation *conversation = g_hash_table_lookup (self->by_address, key);
  Account *account = g_hash_table_lookup (self->accounts, &row->account);
  g_autoptr (XmppJid) jid = NULL;

  /* The account may have been removed while this was on its way. */
  if (account == NULL)
    return NULL;
  if (conversation == NULL) {
    jid = xmpp_jid_new_lenient (row->jid, NULL);
    if (jid == NULL)
      return NULL;
    conversation = add_conversation (self, account, jid);
    chat_conversation_load_row (conversation, row);
  } else {
    chat_conversation_set_row (conversation, row);
  }
  g_hash_table_insert (self->by_id, g_memdup2 (&row->id, sizeof row->id), conversation);
  return conversation;
}

void
chat_conversation_list_load (ChatConversationList *self, const ChatSnapshot *snapshot)
{
  guint before = self->listed->len;

  for (guint i = 0; i < snapshot->conversations->len; i++) {
    ChatConversation *conversation = take_row (self, g_ptr_array_index (snapshot->conversations, i));
    if (conversation != NULL && chat_conversation_is_listed (conversation))
      g_ptr_array_add (self->listed, g_object_ref (conversation));
  }
  g_ptr_array_sort (self->listed, compare_pointers);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, self->listed->len);
}

void
chat_conversation_list_apply_row (ChatConversationList *self, const ChatConversationRow *row)
{
  ChatConversation *conversation = take_row (self, row);

  if (conversation != NULL)
    chat_conversation_list_place (self, conversation);
}

static void
news_cb (ChatConversation *conversation, const ChatMessageRow *row, gpointer user_data)
{
  g_autoptr (ChatMessage) message = chat_conversation_make_message (conversation, row);

  g_signal_emit (user_data, signals[MESSAGE_ARRIVED], 0, conversation, message, chat_conversation_get_contact (conversation) != NULL);
}

/* Of ChatConversation to an array of its ChatMessageRow, in the order of rows. */
static GHashTable *
sort_by_conversation (ChatConversationList *self, GPtrArray *rows)
{
  GHashTable *sorted = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);

  for (guint i = 0; i < rows->len; i++) {
    ChatMessageRow *row = g_ptr_array_index (rows, i);
    ChatConversation *conversation = g_hash_table_lookup (self->by_id, &row->conversation);
    GPtrArray *own = conversation != NULL ? g_hash_table_lookup (sorted, conversation) : NULL;
    if (conversation != NULL && own == NULL)
      g_hash_table_insert (sorted, conversation, own = g_ptr_array_new ());
    if (own != NULL)
      g_ptr_array_add (own, row);
  }
  return sorted;
}

static void
add_rows (ChatConversationList *self, ChatConversation *conversation, GPtrArray *rows)
{
  chat_conversation_add_rows (conversation, rows);
  for (guint i = rows->len; i > 0; i--) {
    const ChatMessageRow *row = g_ptr_array_index (rows, i - 1);
    if (row->announce && !chat_conversation_get_blocked (conversation)) {
      chat_news_take (self->news, conversation, row);
      return;
    }
  }
}

void
chat_conversation_list_apply_lot (ChatConversationList *self, const ChatAddedLot *added)
{
  g_autoptr (GHashTable) by_conversation = NULL;
  GHashTableIter iter;
  gpointer conversation, rows;

  for (guint i = 0; i < added->conversations->len; i++)
    take_row (self, g_ptr_array_index (added->conversations, i));
  for (guint i = 0; i < added->changed->len; i++) {
    const ChatMessageRow *row = g_ptr_array_index (added->changed, i);
    conversation = g_hash_table_lookup (self->by_id, &row->conversation);
    if (conversation != NULL)
      chat_conversation_change_row (conversation, row);
  }
  for (guint i = 0; i < added->moved->len; i++) {
    const ChatMessageRow *row = g_ptr_array_index (added->moved, i);
    conversation = g_hash_table_lookup (self->by_id, &row->conversation);
    if (conversation != NULL)
      chat_conversation_move_row (conversation, row);
  }
  by_conversation = sort_by_conversation (self, added->added);
  g_hash_table_iter_init (&iter, by_conversation);
  while (g_hash_table_iter_next (&iter, &conversation, &rows))
    add_rows (self, conversation, rows);
  for (guint i = 0; i < added->conversations->len; i++) {
    const ChatConversationRow *row = g_ptr_array_index (added->conversations, i);
    conversation = g_hash_table_lookup (self->by_id, &row->id);
    if (conversation != NULL)
      chat_conversation_list_place (self, conversation);
  }
}

void
chat_conversation_list_gaps_changed (ChatConversationList *self, gint64 account)
{
  GHashTableIter iter;
  gpointer conversation;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &conversation)) {
    if (chat_conversation_get_account_id (conversation) == account)
      chat_conversation_gaps_changed (conversation);
  }
}

void
chat_conversation_list_apply_states (ChatConversationList *self, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++) {
    ChatMessageRow *row = g_ptr_array_index (rows, i);
    ChatConversation *conversation = g_hash_table_lookup (self->by_id, &row->conversation);
    if (conversation != NULL)
      chat_conversation_change_state (conversation, row);
  }
}

/* -- accounts and contacts ------------------------------------------------------------------------------------------ */

void
chat_conversation_list_add_account (ChatConversationList *self, gint64 id, XmppJid *jid, ChatAccount *account)
{
  Account *entry = g_new0 (Account, 1);

  entry->id = id;
  entry->jid = xmpp_jid_to_bare (jid);
  entry->account = account != NULL ? g_object_ref (account) : NULL;
  g_hash_table_replace (self->accounts, &entry->id, entry);
}

void
chat_conversation_list_remove_account (ChatConversationList *self, gint64 id)
{
  GHashTableIter iter;
  gpointer conversation;

  for (guint i = self->listed->len; i > 0; i--) {
    if (chat_conversation_get_account_id (g_ptr_array_index (self->listed, i - 1)) != id)
      continue;
    chat_news_forget (self->news, g_ptr_array_index (self->listed, i - 1));
    g_ptr_array_remove_index (self->listed, i - 1);
    g_list_model_items_changed (G_LIST_MODEL (self), i - 1, 1, 0);
  }
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &conversation)) {
    if (chat_conversation_get_account_id (conversation) == id)
      g_hash_table_iter_remove (&iter);
  }
  g_hash_table_iter_init (&iter, self->by_address);
  while (g_hash_table_iter_next (&iter, NULL, &conversation)) {
    if (chat_conversation_get_account_id (conversation) == id)
      g_hash_table_iter_remove (&iter);
  }
  g_hash_table_remove (self->accounts, &id);
}

static char *
make_contact_key (GObject *contact)
{
  g_autoptr (ChatAccount) account = NULL;
  g_autoptr (XmppJid) jid = NULL;
  gint64 id = 0;

  g_object_get (contact, "account", &account, "jid", &jid, NULL);
  if (account != NULL)
    g_object_get (account, "id", &id, NULL);
  return make_key (id, xmpp_jid_get_bare_string (jid));
}

static void
contact_came (ChatConversationList *self, GObject *contact)
{
  g_autofree char *key = make_contact_key (contact);
  ChatConversation *conversation = g_hash_table_lookup (self->by_address, key);

  if (conversation != NULL)
    chat_conversation_set_contact (conversation, (ChatContact *) contact);
  g_hash_table_replace (self->contacts_by_address, g_steal_pointer (&key), contact);
}

static void
contact_went (ChatConversationList *self, GObject *contact)
{
  g_autofree char *key = make_contact_key (contact);
  ChatConversation *conversation = g_hash_table_lookup (self->by_address, key);

  /* Another may have taken its place before. */
  if (g_hash_table_lookup (self->contacts_by_address, key) == contact)
    g_hash_table_remove (self->contacts_by_address, key);
  if (conversation != NULL && (GObject *) chat_conversation_get_contact (conversation) == contact)
    chat_conversation_set_contact (conversation, NULL);
}

static void
contacts_changed_cb (ChatConversationList *self, guint position, guint removed, guint added)
{
  for (guint i = 0; i < removed; i++) {
    g_autoptr (GObject) contact = g_ptr_array_steal_index (self->known_contacts, position);
    contact_went (self, contact);
  }
  for (guint i = 0; i < added; i++) {
    GObject *contact = g_list_model_get_item (self->contacts, position + i);
    g_ptr_array_insert (self->known_contacts, position + i, contact);
    contact_came (self, contact);
  }
}

void
chat_conversation_list_set_contacts (ChatConversationList *self, GListModel *contacts)
{
  g_return_if_fail (self->contacts == NULL);
  self->contacts = g_object_ref (contacts);
  g_signal_connect_object (contacts, "items-changed", G_CALLBACK (contacts_changed_cb), self, G_CONNECT_SWAPPED);
  contacts_changed_cb (self, 0, 0, g_list_model_get_n_items (contacts));
}

void
chat_conversation_list_update_blocked (ChatConversationList *self, gint64 account)
{
  g_autoptr (GList) all = g_hash_table_get_values (self->by_address);

  for (GList *one = all; one != NULL; one = one->next) {
    ChatConversation *conversation = one->data;
    gboolean blocked;
    if (chat_conversation_get_account_id (conversation) != account)
      continue;
    blocked = is_blocked (self, account, chat_conversation_get_jid (conversation));
    if (blocked == chat_conversation_get_blocked (conversation))
      continue;
    chat_conversation_set_blocked (conversation, blocked);
    chat_conversation_list_place (self, conversation);
    chat_conversation_list_tell_sorted (self);
    /* Its notification is withdrawn. */
    if (blocked)
      g_signal_emit (self, signals[MESSAGE_READ], 0, conversation);
  }
}

void
chat_conversation_list_set_blocked_func (ChatConversationList *self, ChatBlockedFunc func, gpointer user_data)
{
  self->is_blocked = func;
  self->is_blocked_data = user_data;
}

void
chat_conversation_list_leave (ChatConversationList *self)
{
  if (self->last_shown != NULL)
    chat_conversation_leave (self->last_shown);
  g_clear_weak_pointer (&self->last_shown);
}

void
chat_conversation_list_set_shown (ChatConversationList *self, ChatConversation *shown)
{
  if (self->shown == shown)
    return;
  if (self->shown != NULL)
    chat_conversation_set_shown (self->shown, FALSE);
  g_set_weak_pointer (&self->shown, shown);
  if (shown == NULL)
    return;
  if (self->last_shown != shown)
    chat_conversation_list_leave (self);
  g_set_weak_pointer (&self->last_shown, shown);
  chat_conversation_set_shown (shown, TRUE);
}

ChatConversation *
chat_conversation_list_get_shown (ChatConversationList *self)
{
  return self->shown;
}

void
chat_conversation_list_flush (ChatConversationList *self)
{
  GHashTableIter iter;
  gpointer conversation;

  g_hash_table_iter_init (&iter, self->by_address);
  while (g_hash_table_iter_next (&iter, NULL, &conversation))
    chat_conversation_flush (conversation);
}

/* -- signals -------------------------------------------------------------------------------------------------------- */

void
chat_conversation_list_tell_queued (ChatConversationList *self, ChatConversation *conversation, const ChatMessageRow *row)
{
  g_signal_emit (self, signals[MESSAGE_QUEUED], 0, conversation, row);
}

void
chat_conversation_list_tell_state (ChatConversationList *self, ChatConversation *conversation, XmppChatState state)
{
  g_signal_emit (self, signals[CHAT_STATE], 0, conversation, (int) state);
}

void
chat_conversation_list_tell_read (ChatConversationList *self, ChatConversation *conversation)
{
  g_signal_emit (self, signals[MESSAGE_READ], 0, conversation);
}

void
chat_conversation_list_tell_read_up_to (ChatConversationList *self, ChatConversation *conversation, gint64 message)
{
  g_signal_emit (self, signals[READ_UP_TO], 0, conversation, message);
}

void
chat_conversation_list_tell_refused (ChatConversationList *self, ChatConversation *conversation, const char *sentence)
{
  g_signal_emit (self, signals[REFUSED], 0, conversation, sentence);
}

static gboolean
sorted_cb (gpointer user_data)
{
  ChatConversationList *self = user_data;

  self->sorted_source = 0;
  g_signal_emit (self, signals[SORTED], 0);
  return G_SOURCE_REMOVE;
}

void
chat_conversation_list_tell_sorted (ChatConversationList *self)
{
  if (self->sorted_source == 0)
    self->sorted_source = g_idle_add (sorted_cb, self);
}

void
chat_conversation_list_tell_fill_wanted (ChatConversationList *self, ChatConversation *conversation, gint64 position)
{
  g_signal_emit (self, signals[FILL_WANTED], 0, conversation, position);
}

gboolean
chat_conversation_list_tell_fetch_wanted (ChatConversationList *self, ChatConversation *conversation, gint64 time, GTask *task)
{
  gboolean taken = FALSE;

  g_signal_emit (self, signals[FETCH_WANTED], 0, conversation, time, task, &taken);
  return taken;
}

/* -- the object ----------------------------------------------------------------------------------------------------- */

static GType
get_item_type (GListModel *model)
{
  return CHAT_TYPE_CONVERSATION;
}

static guint
get_n_items (GListModel *model)
{
  return CHAT_CONVERSATION_LIST (model)->listed->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  ChatConversationList *self = CHAT_CONVERSATION_LIST (model);
  return position < self->listed->len ? g_object_ref (g_ptr_array_index (self->listed, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
chat_conversation_list_dispose (GObject *object)
{
  ChatConversationList *self = CHAT_CONVERSATION_LIST (object);

  g_clear_weak_pointer (&self->shown);
  g_clear_weak_pointer (&self->last_shown);
  g_clear_pointer (&self->news, chat_news_free);
  g_clear_handle_id (&self->sorted_source, g_source_remove);
  g_hash_table_remove_all (self->by_id);
  g_ptr_array_set_size (self->listed, 0);
  g_hash_table_remove_all (self->by_address);
  g_hash_table_remove_all (self->accounts);
  g_hash_table_remove_all (self->contacts_by_address);
  g_ptr_array_set_size (self->known_contacts, 0);
  g_clear_object (&self->contacts);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (chat_conversation_list_parent_class)->dispose (object);
}

static void
chat_conversation_list_finalize (GObject *object)
{
  ChatConversationList *self = CHAT_CONVERSATION_LIST (object);

  g_hash_table_unref (self->accounts);
  g_hash_table_unref (self->by_address);
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->listed);
  g_ptr_array_unref (self->known_contacts);
  g_hash_table_unref (self->contacts_by_address);
  G_OBJECT_CLASS (chat_conversation_list_parent_class)->finalize (object);
}

static void
chat_conversation_list_class_init (ChatConversationListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = chat_conversation_list_dispose;
  object_class->finalize = chat_conversation_list_finalize;
  signals[MESSAGE_ARRIVED] = g_signal_new ("message-arrived", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 3, CHAT_TYPE_CONVERSATION, CHAT_TYPE_MESSAGE, G_TYPE_BOOLEAN);
  signals[MESSAGE_READ] = g_signal_new ("message-read", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, CHAT_TYPE_CONVERSATION);
  signals[READ_UP_TO] = g_signal_new ("read-up-to", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 2, CHAT_TYPE_CONVERSATION, G_TYPE_INT64);
  signals[FILL_WANTED] = g_signal_new ("fill-wanted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 2, CHAT_TYPE_CONVERSATION, G_TYPE_INT64);
  signals[FETCH_WANTED] = g_signal_new ("fetch-wanted", type, G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled, NULL, NULL,
                                        G_TYPE_BOOLEAN, 3, CHAT_TYPE_CONVERSATION, G_TYPE_INT64, G_TYPE_TASK);
  signals[MESSAGE_QUEUED] = g_signal_new ("message-queued", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 2, CHAT_TYPE_CONVERSATION, G_TYPE_POINTER);
  signals[CHAT_STATE] = g_signal_new ("chat-state", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 2, CHAT_TYPE_CONVERSATION, G_TYPE_INT);
  signals[REFUSED] = g_signal_new ("refused", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, CHAT_TYPE_CONVERSATION, G_TYPE_STRING);
  signals[SORTED] = g_signal_new ("sorted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
chat_conversation_list_init (ChatConversationList *self)
{
  self->accounts = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) account_free);
  self->by_address = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->listed = g_ptr_array_new_with_free_func (g_object_unref);
  self->contacts_by_address = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->news = chat_news_new (news_cb, self);
  self->known_contacts = g_ptr_array_new_with_free_func (g_object_unref);
}

ChatConversationList *
chat_conversation_list_new (ChatStore *store)
{
  ChatConversationList *self = g_object_new (CHAT_TYPE_CONVERSATION_LIST, NULL);

  self->store = g_object_ref (store);
  return self;
}
