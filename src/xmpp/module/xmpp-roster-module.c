/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-roster-module.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-session-private.h"

#define ROSTER_TIMEOUT_MS 60000
#define FIRST_WAIT_S 5
#define MOST_TRIES 8

struct _XmppRosterModule {
  XmppModule parent_instance;
  GHashTable *items;        /* bare address → XmppRosterItem */
  char *version;
  guint n_tries, retry_source;  /* to get it on this stream */
  gboolean owed;                /* it was asked for, and no answer came yet */
};

G_DEFINE_FINAL_TYPE (XmppRosterModule, xmpp_roster_module, XMPP_TYPE_MODULE)

enum { RESET, ITEM_CHANGED, ITEM_REMOVED, RECEIVED, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char *const subscriptions[] = { "none", "to", "from", "both" };

XmppRosterItem *
xmpp_roster_item_copy (const XmppRosterItem *item)
{
  XmppRosterItem *copy = g_memdup2 (item, sizeof *item);

  copy->jid = xmpp_jid_ref (item->jid);
  copy->name = g_strdup (item->name);
  copy->groups = g_strdupv (item->groups);
  return copy;
}

void
xmpp_roster_item_free (XmppRosterItem *item)
{
  g_clear_pointer (&item->jid, xmpp_jid_unref);
  g_free (item->name);
  g_strfreev (item->groups);
  g_free (item);
}

static gboolean
is_contact (XmppJid *from, gpointer user_data)
{
  const XmppRosterItem *item = xmpp_roster_module_lookup (user_data, from);

  return item && item->subscription != XMPP_SUBSCRIPTION_NONE;
}

static char **
parse_groups (XmppElement *element)
{
  g_autoptr (GStrvBuilder) groups = g_strv_builder_new ();

  for (guint i = 0; i < xmpp_element_get_n_children (element); i++) {
    XmppElement *child = xmpp_element_get_child (element, i);

    if (xmpp_element_is (child, XMPP_NS_ROSTER, "group") && *xmpp_element_get_text (child))
      g_strv_builder_add (groups, xmpp_element_get_text (child));
  }
  return g_strv_builder_end (groups);
}

/* NULL: not an item. removed: subscription='remove', which only a push may say. */
static XmppRosterItem *
parse_item (XmppElement *element, gboolean *removed)
{
  g_autoptr (XmppRosterItem) item = g_new0 (XmppRosterItem, 1);
  const char *jid = xmpp_element_get_attribute (element, "jid");
  const char *subscription = xmpp_element_get_attribute (element, "subscription");
  g_autoptr (XmppJid) full = jid ? xmpp_jid_new_lenient (jid, NULL) : NULL;

  if (!full || !xmpp_element_is (element, XMPP_NS_ROSTER, "item"))
    return NULL;
  item->jid = xmpp_jid_to_bare (full);
  *removed = g_strcmp0 (subscription, "remove") == 0;
  for (guint i = 0; subscription && i < G_N_ELEMENTS (subscriptions); i++)
    if (g_str_equal (subscription, subscriptions[i]))
      item->subscription = i;
  item->name = g_strdup (xmpp_element_get_attribute (element, "name"));
  item->ask = g_strcmp0 (xmpp_element_get_attribute (element, "ask"), "subscribe") == 0;
  item->approved = g_strcmp0 (xmpp_element_get_attribute (element, "approved"), "true") == 0;
  item->groups = parse_groups (element);
  return g_steal_pointer (&item);
}

static void
put (XmppRosterModule *self, XmppRosterItem *item)
{
  g_hash_table_replace (self->items, (gpointer) xmpp_jid_get_bare_string (item->jid), item);
}

static void
set_version (XmppRosterModule *self, XmppElement *query)
{
  const char *version = xmpp_element_get_attribute (query, "ver");

  if (version) {
    g_free (self->version);
    self->version = g_strdup (version);
  }
}

static gboolean
push_cb (XmppModule *module, XmppElement *stanza, XmppElement *payload, XmppJid *from)
{
  XmppRosterModule *self = XMPP_ROSTER_MODULE (module);
  g_autoptr (XmppRosterItem) item = NULL;
  gboolean removed = FALSE;

  /* RFC 6121 §2.1.6: exactly one item. */
  if (xmpp_element_get_n_children (payload) != 1 || !(item = parse_item (xmpp_element_get_child (payload, 0), &removed))) {
    g_autoptr (GError) error = g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_BAD_REQUEST, "");

    xmpp_module_reply_error (module, stanza, error);
    return TRUE;
  }
  xmpp_module_reply (module, stanza, NULL);
  set_version (self, payload);
  if (removed) {
    g_hash_table_remove (self->items, xmpp_jid_get_bare_string (item->jid));
    g_signal_emit (self, signals[ITEM_REMOVED], 0, item->jid);
  } else {
    XmppRosterItem *kept = g_steal_pointer (&item);

    put (self, kept);
    g_signal_emit (self, signals[ITEM_CHANGED], 0, kept);
  }
  return TRUE;
}

static void ask (XmppRosterModule *self);

static gboolean
retry_cb (gpointer user_data)
{
  XmppRosterModule *self = user_data;

  self->retry_source = 0;
  ask (self);
  return G_SOURCE_REMOVE;
}

/* Each time after twice the time: a server that is slow is not helped by being asked. */
static void
retry_later (XmppRosterModule *self)
{
  if (self->n_tries < MOST_TRIES)
    self->retry_source = g_timeout_add_seconds (FIRST_WAIT_S << (self->n_tries - 1), retry_cb, self);
}

static void
roster_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (XmppRosterModule) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppElement) answer = xmpp_session_send_iq_finish (XMPP_SESSION (source), result, &error);
  XmppElement *query = answer ? xmpp_element_find_child (answer, XMPP_NS_ROSTER, "query") : NULL;

  self->owed = !answer && error->domain == XMPP_ERROR;
  if (!answer) {
    g_debug ("The roster did not come: %s", error->message);
    if (g_error_matches (error, XMPP_ERROR, XMPP_ERROR_TIMEOUT))
      retry_later (self);
    return;
  }
  /* Without a query the kept one is right (§2.6.3). */
  if (query) {
    g_hash_table_remove_all (self->items);
    for (guint i = 0; i < xmpp_element_get_n_children (query); i++) {
      gboolean removed = FALSE;
      XmppRosterItem *item = parse_item (xmpp_element_get_child (query, i), &removed);

      if (item && !removed)
        put (self, item);
      else
        g_clear_pointer (&item, xmpp_roster_item_free);
    }
    set_version (self, query);
    g_signal_emit (self, signals[RESET], 0);
  }
  g_signal_emit (self, signals[RECEIVED], 0);
}

static void
ask (XmppRosterModule *self)
{
  XmppSession *session = xmpp_module_get_session (XMPP_MODULE (self));
  XmppElement *features = xmpp_session_get_features (session);
  g_autoptr (XmppElement) iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");
  XmppElement *query;

  self->n_tries++;
  self->owed = TRUE;
  xmpp_element_set_attribute (iq, "type", "get");
  query = xmpp_element_add_child (iq, XMPP_NS_ROSTER, "query");
  if (features && xmpp_element_find_child (features, XMPP_NS_ROSTERVER, "ver"))
    xmpp_element_set_attribute (query, "ver", self->version ? self->version : "");
  xmpp_session_send_iq_async (session, iq, ROSTER_TIMEOUT_MS, NULL, roster_cb, g_object_ref (self));
}

/* An answer that was lost with the link, or comes again on the resumed stream, is one to a request that is forgotten. */
static void
online (XmppModule *module, gboolean resumed)
{
  XmppRosterModule *self = XMPP_ROSTER_MODULE (module);

  if (resumed && !self->owed)
    return;
  self->n_tries = 0;
  ask (self);
}

static void
offline (XmppModule *module)
{
  g_clear_handle_id (&XMPP_ROSTER_MODULE (module)->retry_source, g_source_remove);
}

GPtrArray *
xmpp_roster_module_get_items (XmppRosterModule *self)
{
  GPtrArray *items = g_ptr_array_sized_new (g_hash_table_size (self->items));
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    g_ptr_array_add (items, item);
  return items;
}

const XmppRosterItem *
xmpp_roster_module_lookup (XmppRosterModule *self, XmppJid *jid)
{
  return g_hash_table_lookup (self->items, xmpp_jid_get_bare_string (jid));
}

void
xmpp_roster_module_load (XmppRosterModule *self, const char *version, GPtrArray *items)
{
  g_hash_table_remove_all (self->items);
  for (guint i = 0; i < items->len; i++)
    put (self, xmpp_roster_item_copy (items->pdata[i]));
  g_free (self->version);
  self->version = g_strdup (version);
}

const char *
xmpp_roster_module_get_version (XmppRosterModule *self)
{
  return self->version;
}

static void
set_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (XmppElement) answer = xmpp_session_send_iq_finish (XMPP_SESSION (source), result, &error);

  if (answer)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static XmppElement *
new_set (XmppJid *jid, XmppElement **element)
{
  XmppElement *iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");

  xmpp_element_set_attribute (iq, "type", "set");
  *element = xmpp_element_add_child (xmpp_element_add_child (iq, XMPP_NS_ROSTER, "query"), XMPP_NS_ROSTER, "item");
  xmpp_element_set_attribute (*element, "jid", xmpp_jid_get_bare_string (jid));
  return iq;
}

void
xmpp_roster_module_set_async (XmppRosterModule *self, const XmppRosterItem *item, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  XmppElement *element;
  g_autoptr (XmppElement) iq = new_set (item->jid, &element);

  if (item->name && *item->name)
    xmpp_element_set_attribute (element, "name", item->name);
  for (char **group = item->groups; group && *group; group++)
    xmpp_element_add_text_child (element, XMPP_NS_ROSTER, "group", *group);
  xmpp_session_send_iq_async (xmpp_module_get_session (XMPP_MODULE (self)), iq, ROSTER_TIMEOUT_MS, cancellable, set_done_cb,
                              g_task_new (self, cancellable, callback, user_data));
}

void
xmpp_roster_module_remove_async (XmppRosterModule *self, XmppJid *jid, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  XmppElement *element;
  g_autoptr (XmppElement) iq = new_set (jid, &element);

  xmpp_element_set_attribute (element, "subscription", "remove");
  xmpp_session_send_iq_async (xmpp_module_get_session (XMPP_MODULE (self)), iq, ROSTER_TIMEOUT_MS, cancellable, set_done_cb,
                              g_task_new (self, cancellable, callback, user_data));
}

gboolean
xmpp_roster_module_set_finish (XmppRosterModule *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
xmpp_roster_may_know_us (XmppSession *session, XmppJid *jid)
{
  XmppJid *account = xmpp_session_get_account (session);
  XmppRosterModule *self = xmpp_session_get_module (session, XMPP_TYPE_ROSTER_MODULE);
  const XmppRosterItem *item = jid && self ? xmpp_roster_module_lookup (self, jid) : NULL;

  return !jid || xmpp_jid_equal_bare (jid, account) || g_str_equal (xmpp_jid_get_string (jid), xmpp_jid_get_domain (account)) ||
         (item && (item->subscription == XMPP_SUBSCRIPTION_FROM || item->subscription == XMPP_SUBSCRIPTION_BOTH));
}

static const XmppHandler handlers[] = {
  { XMPP_IQ_SET, "query", XMPP_NS_ROSTER, XMPP_FROM_ACCOUNT, push_cb },
  { 0 }
};

static void
constructed (GObject *object)
{
  G_OBJECT_CLASS (xmpp_roster_module_parent_class)->constructed (object);
  xmpp_router_set_contact_func (xmpp_session_get_router (xmpp_module_get_session (XMPP_MODULE (object))), is_contact, object);
}

static void
finalize (GObject *object)
{
  XmppRosterModule *self = XMPP_ROSTER_MODULE (object);

  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_hash_table_unref (self->items);
  g_free (self->version);
  G_OBJECT_CLASS (xmpp_roster_module_parent_class)->finalize (object);
}

static void
xmpp_roster_module_class_init (XmppRosterModuleClass *klass)
{
  XmppModuleClass *module_class = XMPP_MODULE_CLASS (klass);

  G_OBJECT_CLASS (klass)->constructed = constructed;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  module_class->name = "roster";
  module_class->handlers = handlers;
  module_class->online = online;
  module_class->offline = offline;
  signals[RESET] = g_signal_new ("reset", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ITEM_CHANGED] = g_signal_new ("item-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[ITEM_REMOVED] = g_signal_new ("item-removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, XMPP_TYPE_JID);
  signals[RECEIVED] = g_signal_new ("received", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
xmpp_roster_module_init (XmppRosterModule *self)
{
  self->items = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) xmpp_roster_item_free);
}
