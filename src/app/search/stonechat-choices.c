/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-choices.h"
#include "stonechat-fuzzy.h"
#include "xmpp-uri.h"

#include <glib/gi18n.h>

#define MAX_FOUND 24
#define MAX_UNREAD 8            /* at rest: what is on one's mind, not a second list of chats */
#define MAX_CHATS 6
#define MAX_ACTIONS 6
#define MAX_USED 30
#define TURN_US 3000            /* of collecting, between two frames */
#define LOOK_EVERY 32           /* choices between two looks at the clock */

/* Where all fits as well: requests, chats, contacts, commands. */
enum { CHATS_FROM = 1 << 16, CONTACTS_FROM = 1 << 24, COMMANDS_FROM = 1 << 30 };

struct _StonechatChoices {
  GObject parent_instance;
  ChatProfile *profile;
  ChatConversation *shown;      /* nullable */
  GPtrArray *shown_choices;     /* what the model has */
  GPtrArray *all;               /* NULL until the palette is opened; there may be thousands of people, who are collected by and by */
  GPtrArray *people;            /* to be collected: the chats there were when it was opened, then the contacts; the lists go on changing */
  guint n_chats, n_collected;   /* of people */
  GHashTable *with_chat;        /* contacts that have one, borrowed from people */
  char *typed;                  /* what all was looked through for before it was complete; NULL: nothing */
  guint source;                 /* collects; 0: all is complete, or not begun */
  GPtrArray *used;              /* the last used first */
};

static GType
get_item_type (GListModel *model)
{
  return STONECHAT_TYPE_CHOICE;
}

static guint
get_n_items (GListModel *model)
{
  return STONECHAT_CHOICES (model)->shown_choices->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *choices = STONECHAT_CHOICES (model)->shown_choices;

  return position < choices->len ? g_object_ref (choices->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (StonechatChoices, stonechat_choices, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
show (StonechatChoices *self, GPtrArray *choices)
{
  guint before = self->shown_choices->len;

  g_ptr_array_unref (self->shown_choices);
  self->shown_choices = choices;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, choices->len);
}

/* -- what there is --------------------------------------------------------------------------------------------------- */

/* Of several accounts it must be said which. */
static char *
detail_of (StonechatChoices *self, ChatAccount *account, XmppJid *jid)
{
  const char *address = xmpp_jid_get_bare_string (jid);

  if (g_list_model_get_n_items (chat_profile_get_accounts (self->profile)) < 2)
    return g_strdup (address);
  /* Translators: the address of somebody, and the name of the account that they are written to from */
  return g_strdup_printf (_("%s, from %s"), address, chat_account_get_name (account));
}

static void
add_person (StonechatChoices *self, GPtrArray *choices, StonechatChoiceKind kind, const char *name, gpointer item, ChatAccount *account, XmppJid *jid)
{
  g_autofree char *detail = detail_of (self, account, jid);

  g_ptr_array_add (choices, stonechat_choice_new (kind, name, detail, item, "win.open-conversation",
                                                  g_variant_new ("(ss)", chat_account_get_address (account), xmpp_jid_get_bare_string (jid))));
}

static void
add_chat (StonechatChoices *self, GPtrArray *choices, ChatConversation *chat)
{
  add_person (self, choices, STONECHAT_CHOICE_CHAT, chat_conversation_get_name (chat), chat, chat_conversation_get_account (chat),
              chat_conversation_get_jid (chat));
}

static void
add_requests (StonechatChoices *self, GPtrArray *choices)
{
  GListModel *requests = chat_profile_get_requests (self->profile);

  for (guint i = 0; i < g_list_model_get_n_items (requests); i++) {
    g_autoptr (ChatRequest) request = g_list_model_get_item (requests, i);
    g_autofree char *name = NULL, *title = NULL, *detail = detail_of (self, chat_request_get_account (request), chat_request_get_jid (request));

    g_object_get (request, "name", &name, NULL);
    title = g_strdup_printf (_("%s wants to see your status"), name);
    g_ptr_array_add (choices, stonechat_choice_new (STONECHAT_CHOICE_REQUEST, title, detail, request, "win.show-requests", NULL));
  }
}

static gboolean
calls (ChatConversation *chat)
{
  return (chat_conversation_get_unread (chat) > 0 || chat_conversation_get_marked_unread (chat)) && !chat_conversation_get_muted (chat);
}

static void
add_unread (StonechatChoices *self, GPtrArray *choices)
{
  GListModel *chats = chat_profile_get_conversations (self->profile);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (chats) && n < MAX_UNREAD; i++) {
    g_autoptr (ChatConversation) chat = g_list_model_get_item (chats, i);

    if (calls (chat) && chat != self->shown) {
      add_chat (self, choices, chat);
      n++;
    }
  }
}

static gboolean
has (GPtrArray *choices, StonechatChoice *wanted)
{
  return g_ptr_array_find_with_equal_func (choices, wanted, (GEqualFunc) stonechat_choice_equal, NULL);
}

/* The chats where one was last, but for the one where one is. */
static void
add_recent (StonechatChoices *self, GPtrArray *choices)
{
  GListModel *chats = chat_profile_get_conversations (self->profile);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (chats) && n < MAX_CHATS; i++) {
    g_autoptr (ChatConversation) chat = g_list_model_get_item (chats, i);

    if (chat == self->shown || calls (chat) || chat_conversation_get_archived (chat))
      continue;
    add_chat (self, choices, chat);
    n++;
  }
}

static GPtrArray *
new_choices (void)
{
  return g_ptr_array_new_with_free_func (g_object_unref);
}

static GPtrArray *
rest (StonechatChoices *self)
{
  GPtrArray *choices = new_choices ();
  g_autoptr (GPtrArray) chats = new_choices (), commands = new_choices ();
  guint n = 0;

  add_requests (self, choices);
  add_unread (self, choices);
  add_recent (self, chats);
  for (guint i = 0; i < chats->len; i++)
    g_ptr_array_add (choices, g_object_ref (chats->pdata[i]));
  stonechat_commands_add (commands, self->shown != NULL);
  /* The actions that were used last, then those that come first by themselves. */
  for (guint i = 0; i < self->used->len && n < MAX_ACTIONS; i++) {
    guint position;

    if (!g_ptr_array_find_with_equal_func (commands, self->used->pdata[i], (GEqualFunc) stonechat_choice_equal, &position))
      continue;
    g_ptr_array_add (choices, g_object_ref (commands->pdata[position]));
    g_ptr_array_remove_index (commands, position);
    n++;
  }
  for (guint i = 0; i < commands->len && n < MAX_ACTIONS; i++, n++)
    g_ptr_array_add (choices, g_object_ref (commands->pdata[i]));
  return choices;
}

/* -- what fits ------------------------------------------------------------------------------------------------------- */

/* The last ones, from that on. */
static void
note (StonechatChoices *self, guint from, guint order)
{
  for (guint i = from; i < self->all->len; i++) {
    StonechatChoice *choice = self->all->pdata[i];
    guint used;

    stonechat_choice_fold (choice);
    /* What was used last comes before what was not, where both fit as well. */
    choice->order = g_ptr_array_find_with_equal_func (self->used, choice, (GEqualFunc) stonechat_choice_equal, &used) ? used
                                                                                                        : MAX_USED + order + i - from;
  }
}

static void
collect_chat (StonechatChoices *self, ChatConversation *chat)
{
  add_chat (self, self->all, chat);
  note (self, self->all->len - 1, CHATS_FROM + self->n_collected);
  if (chat_conversation_get_contact (chat))
    g_hash_table_add (self->with_chat, chat_conversation_get_contact (chat));
}

static void
collect_contact (StonechatChoices *self, ChatContact *contact)
{
  if (g_hash_table_contains (self->with_chat, contact) || chat_contact_get_blocked (contact))
    return;
  add_person (self, self->all, STONECHAT_CHOICE_PERSON, chat_contact_get_name (contact), contact, chat_contact_get_account (contact),
              chat_contact_get_jid (contact));
  note (self, self->all->len - 1, CONTACTS_FROM + self->n_collected - self->n_chats);
}

/* FALSE: there is none left. */
static gboolean
collect_one (StonechatChoices *self)
{
  if (self->n_collected == self->people->len)
    return FALSE;
  if (self->n_collected < self->n_chats)
    collect_chat (self, self->people->pdata[self->n_collected]);
  else
    collect_contact (self, self->people->pdata[self->n_collected]);
  self->n_collected++;
  return TRUE;
}

/* A turn; FALSE: it was the last. */
static gboolean
collect_some (StonechatChoices *self, gint64 until)
{
  for (guint n = 1; collect_one (self); n++)
    if (n % LOOK_EVERY == 0 && g_get_monotonic_time () >= until)
      return TRUE;
  return FALSE;
}

static void
collected (StonechatChoices *self)
{
  g_autofree char *typed = g_steal_pointer (&self->typed);

  g_clear_handle_id (&self->source, g_source_remove);
  if (typed)
    stonechat_choices_type (self, typed);
}

static gboolean
collect_cb (gpointer user_data)
{
  StonechatChoices *self = user_data;

  if (collect_some (self, g_get_monotonic_time () + TURN_US))
    return G_SOURCE_CONTINUE;
  self->source = 0;
  collected (self);
  return G_SOURCE_REMOVE;
}

void
stonechat_choices_finish (StonechatChoices *self)
{
  if (!self->source)
    return;
  collect_some (self, G_MAXINT64);
  collected (self);
}

static void
forget (StonechatChoices *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->all, g_ptr_array_unref);
  g_clear_pointer (&self->with_chat, g_hash_table_unref);
  g_clear_pointer (&self->people, g_ptr_array_unref);
  g_clear_pointer (&self->typed, g_free);
}

static void
take_all (GPtrArray *people, GListModel *model)
{
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (people, g_list_model_get_item (model, i));
}

/* What there are few of, at once. */
static void
begin_collecting (StonechatChoices *self)
{
  guint n_requests;

  self->all = new_choices ();
  self->with_chat = g_hash_table_new (NULL, NULL);
  self->people = g_ptr_array_new_with_free_func (g_object_unref);
  take_all (self->people, chat_profile_get_conversations (self->profile));
  self->n_chats = self->people->len;
  self->n_collected = 0;
  take_all (self->people, chat_profile_get_contacts (self->profile));
  add_requests (self, self->all);
  n_requests = self->all->len;
  note (self, 0, 0);
  stonechat_commands_add (self->all, self->shown != NULL);
  note (self, n_requests, COMMANDS_FROM);
  self->source = g_idle_add_full (G_PRIORITY_LOW, collect_cb, self, NULL);
  g_source_set_name_by_id (self->source, "StonechatChoices");
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const StonechatChoice *one = *(const StonechatChoice **) a, *other = *(const StonechatChoice **) b;

  if (one->score != other->score)
    return other->score > one->score ? 1 : -1;
  return one->order < other->order ? -1 : one->order > other->order;
}

/* An address that nobody has yet. */
static void
add_typed (StonechatChoices *self, GPtrArray *choices, const char *text)
{
  g_autoptr (XmppUri) uri = g_str_has_prefix (text, "xmpp:") ? xmpp_uri_parse (text, NULL) : NULL;
  g_autoptr (XmppJid) jid = uri && uri->jid ? xmpp_jid_ref (uri->jid) : xmpp_jid_new (text, NULL);
  GListModel *accounts = chat_profile_get_accounts (self->profile);
  g_autofree char *title = NULL;

  if (!jid || !xmpp_jid_get_local (jid))
    return;
  /* Translators: %s is an address that was typed */
  title = g_strdup_printf (_("Write to %s"), xmpp_jid_get_bare_string (jid));
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (accounts, i);
    g_autoptr (StonechatChoice) choice = NULL;
    g_autofree char *from = NULL;

    /* Translators: %s is the name of the account that is written from */
    from = g_list_model_get_n_items (accounts) > 1 ? g_strdup_printf (_("From %s"), chat_account_get_name (account)) : NULL;
    choice = stonechat_choice_new (STONECHAT_CHOICE_WRITE, title, from, NULL, "win.open-conversation",
                                   g_variant_new ("(ss)", chat_account_get_address (account), xmpp_jid_get_bare_string (jid)));
    if (!has (choices, choice))
      g_ptr_array_add (choices, g_steal_pointer (&choice));
  }
}

void
stonechat_choices_type (StonechatChoices *self, const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text)), *typed = stonechat_fuzzy_fold (stripped);
  GPtrArray *found;

  g_clear_pointer (&self->typed, g_free);
  if (!typed || !*typed) {
    show (self, rest (self));
    return;
  }
  if (!self->all)
    begin_collecting (self);
  /* What there is so far; the rest is looked through when it is here. */
  if (self->source && !collect_some (self, g_get_monotonic_time () + TURN_US))
    g_clear_handle_id (&self->source, g_source_remove);
  self->typed = self->source ? g_strdup (text) : NULL;
  found = new_choices ();
  for (guint i = 0; i < self->all->len; i++)
    if (stonechat_choice_match (self->all->pdata[i], typed))
      g_ptr_array_add (found, g_object_ref (self->all->pdata[i]));
  g_ptr_array_sort (found, compare);
  if (found->len > MAX_FOUND)
    g_ptr_array_set_size (found, MAX_FOUND);
  add_typed (self, found, stripped);
  show (self, found);
}

/* -- life ------------------------------------------------------------------------------------------------------------ */

void
stonechat_choices_begin (StonechatChoices *self, ChatConversation *shown)
{
  stonechat_choices_end (self);
  g_set_object (&self->shown, shown);
  show (self, rest (self));
  begin_collecting (self);
}

void
stonechat_choices_use (StonechatChoices *self, StonechatChoice *choice)
{
  guint position;
  StonechatChoice *kept = stonechat_choice_new (choice->kind, choice->title, choice->detail, NULL, choice->action, choice->target);

  if (g_ptr_array_find_with_equal_func (self->used, choice, (GEqualFunc) stonechat_choice_equal, &position))
    g_ptr_array_remove_index (self->used, position);
  g_ptr_array_insert (self->used, 0, kept);
  if (self->used->len > MAX_USED)
    g_ptr_array_set_size (self->used, MAX_USED);
}

void
stonechat_choices_end (StonechatChoices *self)
{
  forget (self);
  g_clear_object (&self->shown);
  show (self, new_choices ());
}

StonechatChoices *
stonechat_choices_new (ChatProfile *profile)
{
  StonechatChoices *self = g_object_new (STONECHAT_TYPE_CHOICES, NULL);

  self->profile = g_object_ref (profile);
  return self;
}

static void
stonechat_choices_dispose (GObject *object)
{
  StonechatChoices *self = STONECHAT_CHOICES (object);

  g_clear_object (&self->profile);
  g_clear_object (&self->shown);
  forget (self);
  G_OBJECT_CLASS (stonechat_choices_parent_class)->dispose (object);
}

static void
stonechat_choices_finalize (GObject *object)
{
  StonechatChoices *self = STONECHAT_CHOICES (object);

  g_ptr_array_unref (self->shown_choices);
  g_ptr_array_unref (self->used);
  G_OBJECT_CLASS (stonechat_choices_parent_class)->finalize (object);
}

static void
stonechat_choices_class_init (StonechatChoicesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stonechat_choices_dispose;
  G_OBJECT_CLASS (klass)->finalize = stonechat_choices_finalize;
}

static void
stonechat_choices_init (StonechatChoices *self)
{
  self->shown_choices = new_choices ();
  self->used = new_choices ();
}
