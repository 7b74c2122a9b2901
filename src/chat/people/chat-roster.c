/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-roster.h"
#include "chat-account-private.h"
#include "chat-blocks-private.h"
#include "chat-contact-private.h"
#include "xmpp-presence-module.h"
#include "xmpp-roster-module.h"

#define MOST_REQUESTS 1000     /* a flood must not exhaust us */
#define SAVE_DELAY_S 5

typedef struct {
  ChatRoster *roster;          /* not owned */
  ChatAccount *account;
  XmppSession *session;
  gboolean begun;              /* there was a stream since the program started */
} Source;

struct _ChatRoster {
  GObject parent_instance;
  ChatStore *store;
  ChatBlocks *blocks;
  GListStore *contacts, *requests;
  GHashTable *by_address;      /* "account jid" → ChatContact, borrowed from contacts */
  GHashTable *asking;          /* "account jid" → ChatRequest, borrowed from requests */
  GHashTable *sources;         /* ChatAccount → Source */
  GHashTable *unsaved;         /* ChatContact whose presence is not stored yet */
  guint save_source;
};

G_DEFINE_FINAL_TYPE (ChatRoster, chat_roster, G_TYPE_OBJECT)

static char *
make_key (ChatAccount *account, XmppJid *jid)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT " %s", chat_account_get_id (account), xmpp_jid_get_bare_string (jid));
}

ChatContact *
chat_roster_find (ChatRoster *self, ChatAccount *account, XmppJid *jid)
{
  g_autofree char *key = make_key (account, jid);

  return g_hash_table_lookup (self->by_address, key);
}

GListModel *
chat_roster_get_contacts (ChatRoster *self)
{
  return G_LIST_MODEL (self->contacts);
}

GListModel *
chat_roster_get_requests (ChatRoster *self)
{
  return G_LIST_MODEL (self->requests);
}

ChatBlocks *
chat_roster_get_blocks (ChatRoster *self)
{
  return self->blocks;
}

XmppSession *
chat_roster_get_session (ChatRoster *self, ChatAccount *account)
{
  Source *source = g_hash_table_lookup (self->sources, account);

  return source && xmpp_session_get_state (source->session) == XMPP_SESSION_ONLINE ? source->session : NULL;
}

/* -- requests -------------------------------------------------------------------------------------------------------- */

static void
mark_asked (ChatRoster *self, ChatAccount *account, XmppJid *jid, gboolean asked)
{
  ChatContact *contact = chat_roster_find (self, account, jid);

  if (contact)
    chat_contact_set_asked_us (contact, asked);
}

void
chat_roster_forget_request (ChatRoster *self, ChatAccount *account, XmppJid *jid)
{
  g_autofree char *key = make_key (account, jid);
  ChatRequest *request = g_hash_table_lookup (self->asking, key);
  guint position;

  mark_asked (self, account, jid, FALSE);
  chat_store_remove_request_async (self->store, chat_account_get_id (account), xmpp_jid_get_bare_string (jid), NULL, NULL, NULL);
  g_hash_table_remove (self->asking, key);
  if (request && g_list_store_find (self->requests, request, &position))
    g_list_store_remove (self->requests, position);
}

static void
add_request (ChatRoster *self, ChatRequest *request)
{
  ChatAccount *account = chat_request_get_account (request);
  XmppJid *jid = chat_request_get_jid (request);

  g_hash_table_insert (self->asking, make_key (account, jid), request);
  g_list_store_append (self->requests, request);
  mark_asked (self, account, jid, TRUE);
}

static void
take_request (ChatRoster *self, ChatAccount *account, XmppJid *jid, const char *text)
{
  g_autoptr (ChatRequest) request = NULL;
  g_autoptr (ChatRequestRow) row = NULL;
  g_autofree char *key = make_key (account, jid);

  /* A server may lag behind its own list. */
  if (chat_blocks_is_blocked (self->blocks, chat_account_get_id (account), jid))
    return;
  if (g_hash_table_contains (self->asking, key) || g_list_model_get_n_items (G_LIST_MODEL (self->requests)) >= MOST_REQUESTS)
    return;
  request = chat_request_new (self, account, jid, text, g_get_real_time ());
  row = chat_request_row_new (chat_account_get_id (account), xmpp_jid_get_bare_string (jid), text, g_get_real_time ());
  chat_store_save_request_async (self->store, row, NULL, NULL, NULL);
  add_request (self, request);
}

static void
blocks_changed_cb (ChatBlocks *blocks, ChatAccount *account, ChatRoster *self)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->requests)); i > 0; i--) {
    g_autoptr (ChatRequest) request = g_list_model_get_item (G_LIST_MODEL (self->requests), i - 1);

    if (chat_request_get_account (request) == account &&
        chat_blocks_is_blocked (blocks, chat_account_get_id (account), chat_request_get_jid (request)))
      chat_roster_forget_request (self, account, chat_request_get_jid (request));
  }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->contacts)); i++) {
    g_autoptr (ChatContact) contact = g_list_model_get_item (G_LIST_MODEL (self->contacts), i);

    if (chat_contact_get_account (contact) == account)
      chat_contact_update_blocked (contact);
  }
}

/* -- contacts -------------------------------------------------------------------------------------------------------- */

/* Transfer full where it is new and has yet to be added to the list; NULL where it was there. */
static ChatContact *
put_contact (ChatRoster *self, ChatAccount *account, const XmppRosterItem *item)
{
  char *key = make_key (account, item->jid);
  ChatContact *contact = g_hash_table_lookup (self->by_address, key);

  if (contact) {
    g_free (key);
    chat_contact_set_item (contact, item);
    return NULL;
  }
  contact = chat_contact_new (self, account, item->jid);
  chat_contact_update_blocked (contact);
  chat_contact_set_item (contact, item);
  chat_contact_set_asked_us (contact, g_hash_table_contains (self->asking, key));
  g_hash_table_insert (self->by_address, key, contact);
  return contact;
}

static void
forget_contact (ChatRoster *self, ChatContact *contact)
{
  g_autofree char *key = make_key (chat_contact_get_account (contact), chat_contact_get_jid (contact));

  g_hash_table_remove (self->unsaved, contact);
  g_hash_table_remove (self->by_address, key);
}

/* The account's contacts, or those of them that are no longer on its roster, with one items-changed for neighbours. */
static void
drop_contacts (ChatRoster *self, ChatAccount *account, XmppRosterModule *roster)
{
  GListModel *contacts = G_LIST_MODEL (self->contacts);
  guint n_gone = 0;

  for (guint i = g_list_model_get_n_items (contacts); i > 0; i--) {
    g_autoptr (ChatContact) contact = g_list_model_get_item (contacts, i - 1);

    if (chat_contact_get_account (contact) == account &&
        (!roster || !xmpp_roster_module_lookup (roster, chat_contact_get_jid (contact)))) {
      forget_contact (self, contact);
      n_gone++;
    } else if (n_gone > 0) {
      g_list_store_splice (self->contacts, i, n_gone, NULL, 0);
      n_gone = 0;
    }
  }
  if (n_gone > 0)
    g_list_store_splice (self->contacts, 0, n_gone, NULL, 0);
}

static ChatContactRow *
row_for (ChatAccount *account, const XmppRosterItem *item)
{
  ChatContactRow *row = chat_contact_row_new (chat_account_get_id (account), xmpp_jid_get_bare_string (item->jid));

  row->name = g_strdup (item->name);
  row->subscription = item->subscription;
  row->ask = item->ask;
  row->approved = item->approved;
  g_strfreev (row->groups);
  row->groups = g_strdupv (item->groups);
  return row;
}

static void
reset_cb (XmppRosterModule *module, Source *source)
{
  ChatRoster *self = source->roster;
  g_autoptr (GPtrArray) items = xmpp_roster_module_get_items (module);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_contact_row_free);
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < items->len; i++) {
    ChatContact *contact = put_contact (self, source->account, items->pdata[i]);

    if (contact)
      g_ptr_array_add (added, contact);
    g_ptr_array_add (rows, row_for (source->account, items->pdata[i]));
  }
  drop_contacts (self, source->account, module);
  /* At once: one items-changed for all. */
  if (added->len > 0)
    g_list_store_splice (self->contacts, g_list_model_get_n_items (G_LIST_MODEL (self->contacts)), 0, added->pdata, added->len);
  chat_store_save_roster_async (self->store, chat_account_get_id (source->account), xmpp_roster_module_get_version (module), TRUE,
                                rows, NULL, NULL, NULL, NULL);
}

static void
item_changed_cb (XmppRosterModule *module, XmppRosterItem *item, Source *source)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_contact_row_free);
  g_autoptr (ChatContact) added = put_contact (source->roster, source->account, item);

  if (added)
    g_list_store_append (source->roster->contacts, added);
  g_ptr_array_add (rows, row_for (source->account, item));
  chat_store_save_roster_async (source->roster->store, chat_account_get_id (source->account),
                                xmpp_roster_module_get_version (module), FALSE, rows, NULL, NULL, NULL, NULL);
}

static void
item_removed_cb (XmppRosterModule *module, XmppJid *jid, Source *source)
{
  ChatContact *contact = chat_roster_find (source->roster, source->account, jid);
  const char *removed[] = { xmpp_jid_get_bare_string (jid), NULL };
  guint position;

  if (contact)
    forget_contact (source->roster, contact);
  if (contact && g_list_store_find (source->roster->contacts, contact, &position))
    g_list_store_remove (source->roster->contacts, position);
  chat_store_save_roster_async (source->roster->store, chat_account_get_id (source->account),
                                xmpp_roster_module_get_version (module), FALSE, NULL, removed, NULL, NULL, NULL);
}

static gboolean
save_presence_cb (gpointer user_data)
{
  ChatRoster *self = user_data;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_presence_row_free);
  GHashTableIter iter;
  gpointer contact;

  self->save_source = 0;
  g_hash_table_iter_init (&iter, self->unsaved);
  while (g_hash_table_iter_next (&iter, &contact, NULL))
    g_ptr_array_add (rows, chat_presence_row_new (chat_account_get_id (chat_contact_get_account (contact)),
                                                  xmpp_jid_get_bare_string (chat_contact_get_jid (contact)),
                                                  chat_contact_get_availability (contact),
                                                  chat_contact_get_status_text (contact), chat_contact_get_last_seen (contact)));
  g_hash_table_remove_all (self->unsaved);
  chat_store_save_presence_async (self->store, rows, NULL, NULL, NULL);
  return G_SOURCE_REMOVE;
}

void
chat_roster_flush (ChatRoster *self)
{
  if (!self->save_source)
    return;
  g_clear_handle_id (&self->save_source, g_source_remove);
  save_presence_cb (self);
}

static void
presence_cb (XmppPresenceModule *module, XmppPresenceStanza *presence, Source *source)
{
  ChatRoster *self = source->roster;
  ChatContact *contact = chat_roster_find (self, source->account, presence->from);

  if (!contact || !chat_contact_take_presence (contact, presence))
    return;
  g_hash_table_add (self->unsaved, contact);
  if (!self->save_source)
    self->save_source = g_timeout_add_seconds (SAVE_DELAY_S, save_presence_cb, self);
}

static void
subscription_cb (XmppPresenceModule *module, XmppPresenceStanza *presence, Source *source)
{
  switch (presence->type) {
  case XMPP_PRESENCE_SUBSCRIBE:
    take_request (source->roster, source->account, presence->from, presence->status);
    break;
  case XMPP_PRESENCE_UNSUBSCRIBE:
    chat_roster_forget_request (source->roster, source->account, presence->from);
    break;
  case XMPP_PRESENCE_AVAILABLE:
  case XMPP_PRESENCE_UNAVAILABLE:
  case XMPP_PRESENCE_SUBSCRIBED:
  case XMPP_PRESENCE_UNSUBSCRIBED:
  case XMPP_PRESENCE_PROBE:
  case XMPP_PRESENCE_ERROR:
  default:
    break;   /* the roster push says what came of it */
  }
}

static void
disconnected_cb (XmppSession *session, GError *error, Source *source)
{
  chat_roster_flush (source->roster);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (source->roster->contacts)); i++) {
    g_autoptr (ChatContact) contact = g_list_model_get_item (G_LIST_MODEL (source->roster->contacts), i);

    if (chat_contact_get_account (contact) == source->account)
      chat_contact_set_cut_off (contact, TRUE);
  }
}

static void
began_cb (XmppPresenceModule *module, gboolean resumed, Source *source)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (source->roster->contacts)); i++) {
    g_autoptr (ChatContact) contact = g_list_model_get_item (G_LIST_MODEL (source->roster->contacts), i);

    if (chat_contact_get_account (contact) != source->account)
      continue;
    if (!resumed)
      chat_contact_forget_presence (contact);
    chat_contact_set_cut_off (contact, FALSE);
  }
  /* After a crash the stream is resumed by a start that knows nothing of who is there. */
  if (resumed && !source->begun)
    xmpp_presence_module_ask_anew (module);
  source->begun = TRUE;
}

static void
source_free (Source *source)
{
  g_signal_handlers_disconnect_by_data (xmpp_session_get_module (source->session, XMPP_TYPE_ROSTER_MODULE), source);
  g_signal_handlers_disconnect_by_data (xmpp_session_get_module (source->session, XMPP_TYPE_PRESENCE_MODULE), source);
  g_signal_handlers_disconnect_by_data (source->session, source);
  g_object_unref (source->session);
  g_object_unref (source->account);
  g_free (source);
}

/* So that the server needs to send the differences only. */
static void
load_module (ChatRoster *self, Source *source, XmppRosterModule *module, const char *version)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_roster_item_free);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->contacts)); i++) {
    g_autoptr (ChatContact) contact = g_list_model_get_item (G_LIST_MODEL (self->contacts), i);
    XmppRosterItem *item;

    if (chat_contact_get_account (contact) != source->account)
      continue;
    item = g_new0 (XmppRosterItem, 1);
    item->jid = xmpp_jid_ref (chat_contact_get_jid (contact));
    item->name = g_strdup (chat_contact_get_roster_name (contact));
    item->subscription = chat_contact_get_subscription (contact);
    item->ask = chat_contact_get_ask (contact);
    item->approved = chat_contact_get_approved (contact);
    item->groups = g_strdupv ((char **) chat_contact_get_groups (contact));
    g_ptr_array_add (items, item);
  }
  xmpp_roster_module_load (module, version, items);
}

void
chat_roster_add_session (ChatRoster *self, ChatAccount *account, XmppSession *session)
{
  Source *source = g_new0 (Source, 1);
  XmppRosterModule *roster = xmpp_session_get_module (session, XMPP_TYPE_ROSTER_MODULE);
  XmppPresenceModule *presence = xmpp_session_get_module (session, XMPP_TYPE_PRESENCE_MODULE);

  source->roster = self;
  source->account = g_object_ref (account);
  source->session = g_object_ref (session);
  g_hash_table_replace (self->sources, account, source);
  load_module (self, source, roster, chat_account_get_row (account)->roster_version);
  chat_blocks_add_session (self->blocks, account, session);
  g_signal_connect (roster, "reset", G_CALLBACK (reset_cb), source);
  g_signal_connect (roster, "item-changed", G_CALLBACK (item_changed_cb), source);
  g_signal_connect (roster, "item-removed", G_CALLBACK (item_removed_cb), source);
  g_signal_connect (presence, "presence", G_CALLBACK (presence_cb), source);
  g_signal_connect (presence, "began", G_CALLBACK (began_cb), source);
  g_signal_connect (presence, "subscription", G_CALLBACK (subscription_cb), source);
  g_signal_connect (session, "disconnected", G_CALLBACK (disconnected_cb), source);
}

void
chat_roster_remove_session (ChatRoster *self, ChatAccount *account)
{
  g_hash_table_remove (self->sources, account);
  chat_blocks_remove_session (self->blocks, account);
}

void
chat_roster_remove_account (ChatRoster *self, ChatAccount *account)
{
  drop_contacts (self, account, NULL);
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->requests)); i > 0; i--) {
    g_autoptr (ChatRequest) request = g_list_model_get_item (G_LIST_MODEL (self->requests), i - 1);

    if (chat_request_get_account (request) == account) {
      g_autofree char *key = make_key (account, chat_request_get_jid (request));

      g_hash_table_remove (self->asking, key);
      g_list_store_remove (self->requests, i - 1);
    }
  }
}

static ChatAccount *
account_by_id (GListModel *accounts, gint64 id)
{
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (accounts, i);

    if (chat_account_get_id (account) == id)
      return account;    /* the list holds it */
  }
  return NULL;
}

void
chat_roster_load (ChatRoster *self, const ChatSnapshot *snapshot, GListModel *accounts)
{
  g_autoptr (GPtrArray) loaded = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < snapshot->contacts->len; i++) {
    ChatContactRow *row = snapshot->contacts->pdata[i];
    ChatAccount *account = account_by_id (accounts, row->account);
    g_autoptr (XmppJid) jid = xmpp_jid_new_lenient (row->jid, NULL);
    XmppRosterItem item = { jid, row->name, row->subscription, row->ask, row->approved, row->groups };
    ChatContact *contact;

    if (!account || !jid)
      continue;
    contact = chat_contact_new (self, account, jid);
    chat_contact_update_blocked (contact);
    chat_contact_set_item (contact, &item);
    g_hash_table_insert (self->by_address, make_key (account, jid), contact);
    g_ptr_array_add (loaded, contact);
  }
  /* At once: one items-changed for all. */
  g_list_store_splice (self->contacts, 0, 0, loaded->pdata, loaded->len);
  for (guint i = 0; i < snapshot->presences->len; i++) {
    ChatPresenceRow *row = snapshot->presences->pdata[i];
    g_autofree char *key = g_strdup_printf ("%" G_GINT64_FORMAT " %s", row->account, row->jid);
    ChatContact *contact = g_hash_table_lookup (self->by_address, key);

    if (contact)
      chat_contact_set_last_known (contact, row->status_text, row->last_seen);
  }
  for (guint i = 0; i < snapshot->requests->len; i++) {
    ChatRequestRow *row = snapshot->requests->pdata[i];
    ChatAccount *account = account_by_id (accounts, row->account);
    g_autoptr (XmppJid) jid = xmpp_jid_new_lenient (row->jid, NULL);
    g_autoptr (ChatRequest) request = account && jid ? chat_request_new (self, account, jid, row->text, row->time) : NULL;

    if (request)
      add_request (self, request);
  }
}

ChatRoster *
chat_roster_new (ChatStore *store)
{
  ChatRoster *self = g_object_new (CHAT_TYPE_ROSTER, NULL);

  self->store = g_object_ref (store);
  self->blocks = chat_blocks_new (store);
  g_signal_connect_object (self->blocks, "changed", G_CALLBACK (blocks_changed_cb), self, 0);
  return self;
}

static void
chat_roster_finalize (GObject *object)
{
  ChatRoster *self = CHAT_ROSTER (object);

  g_clear_handle_id (&self->save_source, g_source_remove);
  g_hash_table_unref (self->sources);
  g_hash_table_unref (self->unsaved);
  g_hash_table_unref (self->by_address);
  g_hash_table_unref (self->asking);
  g_clear_object (&self->blocks);
  g_clear_object (&self->contacts);
  g_clear_object (&self->requests);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (chat_roster_parent_class)->finalize (object);
}

static void
chat_roster_class_init (ChatRosterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_roster_finalize;
}

static void
chat_roster_init (ChatRoster *self)
{
  self->contacts = g_list_store_new (CHAT_TYPE_CONTACT);
  self->requests = g_list_store_new (CHAT_TYPE_REQUEST);
  self->by_address = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->asking = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->sources = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) source_free);
  self->unsaved = g_hash_table_new (NULL, NULL);
}
