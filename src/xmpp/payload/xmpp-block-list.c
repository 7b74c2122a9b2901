/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-block-list.h"
#include "xmpp-ns.h"

struct _XmppBlockList {
  GHashTable *items;
};

static XmppBlockList *
new_empty (void)
{
  XmppBlockList *self = g_new (XmppBlockList, 1);

  self->items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

static void
add_address (XmppBlockList *self, const char *address)
{
  g_autoptr (XmppJid) jid = address ? xmpp_jid_new_lenient (address, NULL) : NULL;

  if (jid)
    g_hash_table_add (self->items, g_strdup (xmpp_jid_get_string (jid)));
}

/**
 * xmpp_block_list_new:
 * @items: addresses; what is none is left out
 *
 * Returns: (transfer full): the list
 */
XmppBlockList *
xmpp_block_list_new (const char *const *items)
{
  XmppBlockList *self = new_empty ();

  for (; *items; items++)
    add_address (self, *items);
  return self;
}

/**
 * xmpp_block_list_parse:
 * @list: a <blocklist/>, <block/> or <unblock/>, XEP-0191 §3.2 to §3.4; items without an address are left out
 *
 * Returns: (transfer full): the list
 */
XmppBlockList *
xmpp_block_list_parse (XmppElement *list)
{
  XmppBlockList *self = new_empty ();

  for (guint i = 0; i < xmpp_element_get_n_children (list); i++) {
    XmppElement *child = xmpp_element_get_child (list, i);

    if (xmpp_element_is (child, XMPP_NS_BLOCKING, "item"))
      add_address (self, xmpp_element_get_attribute (child, "jid"));
  }
  return self;
}

void
xmpp_block_list_free (XmppBlockList *self)
{
  g_hash_table_unref (self->items);
  g_free (self);
}

static gboolean
has (XmppBlockList *self, const char *local, const char *domain, const char *resource)
{
  g_autofree char *jid = g_strconcat (local ? local : "", local ? "@" : "", domain, resource ? "/" : "", resource, NULL);

  return g_hash_table_contains (self->items, jid);
}

/**
 * xmpp_block_list_matches:
 *
 * By the rules of XEP-0191 §6: the address itself, its account, or its server.
 *
 * Returns: whether @jid is blocked
 */
gboolean
xmpp_block_list_matches (XmppBlockList *self, XmppJid *jid)
{
  const char *local = xmpp_jid_get_local (jid), *domain = xmpp_jid_get_domain (jid), *resource = xmpp_jid_get_resource (jid);

  if (g_hash_table_size (self->items) == 0)
    return FALSE;
  return has (self, NULL, domain, NULL) || (local && has (self, local, domain, NULL)) || (resource && has (self, local, domain, resource));
}

/* Whether others has nothing that is not here. */
static gboolean
holds_all (XmppBlockList *self, XmppBlockList *others)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, others->items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    if (!g_hash_table_contains (self->items, item))
      return FALSE;
  return TRUE;
}

gboolean
xmpp_block_list_equal (XmppBlockList *self, XmppBlockList *other)
{
  return g_hash_table_size (self->items) == g_hash_table_size (other->items) && holds_all (self, other);
}

/**
 * xmpp_block_list_add:
 *
 * Returns: whether one of @others is new
 */
gboolean
xmpp_block_list_add (XmppBlockList *self, XmppBlockList *others)
{
  GHashTableIter iter;
  gpointer item;
  gboolean changed = FALSE;

  g_hash_table_iter_init (&iter, others->items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    changed = g_hash_table_add (self->items, g_strdup (item)) || changed;
  return changed;
}

/**
 * xmpp_block_list_remove:
 *
 * Returns: whether one of @others was there
 */
gboolean
xmpp_block_list_remove (XmppBlockList *self, XmppBlockList *others)
{
  GHashTableIter iter;
  gpointer item;
  gboolean changed = FALSE;

  g_hash_table_iter_init (&iter, others->items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    changed = g_hash_table_remove (self->items, item) || changed;
  return changed;
}

/**
 * xmpp_block_list_dup_items:
 *
 * Returns: (transfer full): the addresses, sorted
 */
char **
xmpp_block_list_dup_items (XmppBlockList *self)
{
  g_autoptr (GList) sorted = g_list_sort (g_hash_table_get_keys (self->items), (GCompareFunc) strcmp);
  g_autoptr (GStrvBuilder) items = g_strv_builder_new ();

  for (GList *item = sorted; item; item = item->next)
    g_strv_builder_add (items, item->data);
  return g_strv_builder_end (items);
}
