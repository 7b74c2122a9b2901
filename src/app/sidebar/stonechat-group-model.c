/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-group-model.h"
#include "chat-contact.h"

#include <glib/gi18n.h>

struct _StonechatGroup {
  GObject parent_instance;
  char *name;
  guint online, total;
  gboolean folded;
};

G_DEFINE_FINAL_TYPE (StonechatGroup, stonechat_group, G_TYPE_OBJECT)

const char *stonechat_group_get_name (StonechatGroup *self) { return self->name; }
guint stonechat_group_get_online (StonechatGroup *self) { return self->online; }
guint stonechat_group_get_total (StonechatGroup *self) { return self->total; }
gboolean stonechat_group_get_folded (StonechatGroup *self) { return self->folded; }

static void
stonechat_group_finalize (GObject *object)
{
  g_free (STONECHAT_GROUP (object)->name);
  G_OBJECT_CLASS (stonechat_group_parent_class)->finalize (object);
}

static void
stonechat_group_class_init (StonechatGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stonechat_group_finalize;
}

static void
stonechat_group_init (StonechatGroup *self)
{
}

struct _StonechatGroupModel {
  GObject parent_instance;
  GListModel *contacts;
  GPtrArray *followed;      /* of ChatContact, whose changes we follow */
  GPtrArray *rows;          /* of StonechatGroup or ChatContact */
  GHashTable *folded;       /* names */
  char *filter;
  guint source;
};

static GType
get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
get_n_items (GListModel *model)
{
  return STONECHAT_GROUP_MODEL (model)->rows->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *rows = STONECHAT_GROUP_MODEL (model)->rows;

  return position < rows->len ? g_object_ref (rows->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (StonechatGroupModel, stonechat_group_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

gboolean
stonechat_text_matches (const char *text, const char *search)
{
  g_autofree char *folded = NULL;

  if (!search || !*search)
    return TRUE;
  if (!text)
    return FALSE;
  if (g_str_match_string (search, text, TRUE))
    return TRUE;
  folded = g_utf8_casefold (text, -1);
  {
    g_autofree char *wanted = g_utf8_casefold (search, -1);

    return g_strstr_len (folded, -1, wanted) != NULL;
  }
}

/* Of a group, while it is sorted. The key is the name's: two names would be turned into keys whenever they are compared. */
typedef struct {
  ChatContact *contact;
  gboolean there;
  char *key;
} Member;

static void
member_clear (gpointer member)
{
  g_free (((Member *) member)->key);
}

/* Whoever is there comes first, then by name. */
static int
compare_members (gconstpointer a, gconstpointer b)
{
  const Member *one = a, *other = b;

  return one->there != other->there ? other->there - one->there : strcmp (one->key, other->key);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const char *one = *(const char *const *) a, *other = *(const char *const *) b;

  if (!*one != !*other)
    return !*one - !*other;       /* those without a group come last */
  return g_utf8_collate (one, other);
}

static gboolean
is_wanted (StonechatGroupModel *self, ChatContact *contact)
{
  if (chat_contact_get_blocked (contact))
    return FALSE;
  return stonechat_text_matches (chat_contact_get_name (contact), self->filter) ||
         stonechat_text_matches (xmpp_jid_get_string (chat_contact_get_jid (contact)), self->filter);
}

static void
put (GHashTable *groups, const char *name, ChatContact *contact)
{
  GArray *members = g_hash_table_lookup (groups, name);
  Member member = { contact, chat_contact_get_availability (contact) != XMPP_AVAILABILITY_OFFLINE,
                    g_utf8_collate_key (chat_contact_get_name (contact), -1) };

  if (!members) {
    members = g_array_new (FALSE, FALSE, sizeof (Member));
    g_array_set_clear_func (members, member_clear);
    g_hash_table_insert (groups, g_strdup (name), members);
  }
  g_array_append_val (members, member);
}

static void
add_group (StonechatGroupModel *self, GPtrArray *rows, const char *name, GArray *members)
{
  StonechatGroup *group = g_object_new (STONECHAT_TYPE_GROUP, NULL);

  group->name = g_strdup (*name ? name : _("No Group"));
  group->total = members->len;
  group->folded = g_hash_table_contains (self->folded, group->name) && !(self->filter && *self->filter);
  g_ptr_array_add (rows, group);
  g_array_sort (members, compare_members);
  for (guint i = 0; i < members->len; i++) {
    const Member *member = &g_array_index (members, Member, i);

    group->online += member->there;
    if (!group->folded)
      g_ptr_array_add (rows, g_object_ref (member->contact));
  }
}

static GPtrArray *
build (StonechatGroupModel *self)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name;

  for (guint i = 0; i < self->followed->len; i++) {
    ChatContact *contact = self->followed->pdata[i];
    const char *const *names_of = chat_contact_get_groups (contact);

    if (!is_wanted (self, contact))
      continue;
    if (!*names_of)
      put (groups, "", contact);
    for (; *names_of; names_of++)
      put (groups, *names_of, contact);
  }
  g_hash_table_iter_init (&iter, groups);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, name);
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    add_group (self, rows, names->pdata[i], g_hash_table_lookup (groups, names->pdata[i]));
  return rows;
}

static gboolean
is_same (GObject *one, GObject *other)
{
  StonechatGroup *a, *b;

  if (one == other)
    return TRUE;
  if (!STONECHAT_IS_GROUP (one) || !STONECHAT_IS_GROUP (other))
    return FALSE;
  a = STONECHAT_GROUP (one);
  b = STONECHAT_GROUP (other);
  return g_str_equal (a->name, b->name) && a->online == b->online && a->total == b->total && a->folded == b->folded;
}

static gboolean
rebuild_cb (gpointer user_data)
{
  StonechatGroupModel *self = user_data;
  g_autoptr (GPtrArray) old = self->rows;
  guint head = 0, tail = 0;

  self->source = 0;
  self->rows = build (self);
  /* Only what differs is announced. */
  while (head < old->len && head < self->rows->len && is_same (old->pdata[head], self->rows->pdata[head]))
    head++;
  while (tail + head < old->len && tail + head < self->rows->len &&
         is_same (old->pdata[old->len - 1 - tail], self->rows->pdata[self->rows->len - 1 - tail]))
    tail++;
  if (old->len - head - tail || self->rows->len - head - tail)
    g_list_model_items_changed (G_LIST_MODEL (self), head, old->len - head - tail, self->rows->len - head - tail);
  return G_SOURCE_REMOVE;
}

static void
schedule (StonechatGroupModel *self)
{
  if (!self->source)
    self->source = g_timeout_add (60, rebuild_cb, self);
}

static void
contact_changed_cb (ChatContact *contact, GParamSpec *pspec, StonechatGroupModel *self)
{
  /* The rows show the rest by themselves. */
  if (g_str_equal (pspec->name, "availability") || g_str_equal (pspec->name, "name") || g_str_equal (pspec->name, "groups") ||
      g_str_equal (pspec->name, "blocked"))
    schedule (self);
}

static void
unfollow (gpointer contact, gpointer self)
{
  g_signal_handlers_disconnect_by_data (contact, self);
}

static void
contacts_changed_cb (GListModel *contacts, guint position, guint removed, guint added, StonechatGroupModel *self)
{
  for (guint i = 0; i < removed; i++) {
    unfollow (self->followed->pdata[position], self);
    g_ptr_array_remove_index (self->followed, position);
  }
  for (guint i = 0; i < added; i++) {
    ChatContact *contact = g_list_model_get_item (contacts, position + i);

    g_signal_connect (contact, "notify", G_CALLBACK (contact_changed_cb), self);
    g_ptr_array_insert (self->followed, position + i, contact);
  }
  schedule (self);
}

void
stonechat_group_model_set_filter (StonechatGroupModel *self, const char *text)
{
  if (g_strcmp0 (self->filter, text) == 0)
    return;
  g_free (self->filter);
  self->filter = g_strdup (text);
  g_clear_handle_id (&self->source, g_source_remove);
  rebuild_cb (self);
}

void
stonechat_group_model_toggle (StonechatGroupModel *self, StonechatGroup *group)
{
  if (!g_hash_table_remove (self->folded, group->name))
    g_hash_table_add (self->folded, g_strdup (group->name));
  g_clear_handle_id (&self->source, g_source_remove);
  rebuild_cb (self);
}

StonechatGroupModel *
stonechat_group_model_new (GListModel *contacts)
{
  StonechatGroupModel *self = g_object_new (STONECHAT_TYPE_GROUP_MODEL, NULL);

  self->contacts = g_object_ref (contacts);
  g_signal_connect (contacts, "items-changed", G_CALLBACK (contacts_changed_cb), self);
  contacts_changed_cb (contacts, 0, 0, g_list_model_get_n_items (contacts), self);
  return self;
}

static void
stonechat_group_model_finalize (GObject *object)
{
  StonechatGroupModel *self = STONECHAT_GROUP_MODEL (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_ptr_array_foreach (self->followed, unfollow, self);
  g_ptr_array_unref (self->followed);
  g_signal_handlers_disconnect_by_data (self->contacts, self);
  g_object_unref (self->contacts);
  g_ptr_array_unref (self->rows);
  g_hash_table_unref (self->folded);
  g_free (self->filter);
  G_OBJECT_CLASS (stonechat_group_model_parent_class)->finalize (object);
}

static void
stonechat_group_model_class_init (StonechatGroupModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stonechat_group_model_finalize;
}

static void
stonechat_group_model_init (StonechatGroupModel *self)
{
  self->followed = g_ptr_array_new_with_free_func (g_object_unref);
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->folded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}
