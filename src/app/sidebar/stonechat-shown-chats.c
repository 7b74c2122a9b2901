/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-shown-chats.h"
#include "stonechat-calm-model.h"
#include "stonechat-group-model.h"

/* conversations ─► calm ─► found (filtered) ─► first (a slice) ─► selection */

#define FIRST_CHATS 48               /* more than fit in a window: each row costs memory */

struct _StonechatShownChats {
  GObject parent_instance;
  GListModel *conversations;
  StonechatCalmModel *calm;
  GtkFilterListModel *found;
  GtkSliceListModel *first;          /* of them until somebody turns to the list, then all */
  GtkSingleSelection *selection;
  GtkCustomFilter *filter;           /* found has it */
  StonechatShow show;
  char *search;
  ChatConversation *open;            /* not owned: only compared */
  gboolean held, stale;              /* the filter waits for the pointer to leave */
  guint n_unread, n_archived;
  guint select_source;
};

G_DEFINE_FINAL_TYPE (StonechatShownChats, stonechat_shown_chats, G_TYPE_OBJECT)

static guint counted_signal;

static gboolean
is_unread (ChatConversation *chat)
{
  return chat_conversation_get_unread (chat) > 0 || chat_conversation_get_marked_unread (chat);
}

/* Of the kind that was chosen. What is open does not go from under the eye when it is read. */
static gboolean
is_chosen (StonechatShownChats *self, ChatConversation *chat)
{
  switch (self->show) {
  case STONECHAT_SHOW_UNREAD:
    return is_unread (chat) || chat == self->open;
  case STONECHAT_SHOW_PEOPLE:
    return xmpp_jid_get_local (chat_conversation_get_jid (chat)) != NULL && !chat_conversation_get_archived (chat);
  case STONECHAT_SHOW_ARCHIVED:
    return chat_conversation_get_archived (chat);
  default:
    return !chat_conversation_get_archived (chat);
  }
}

static gboolean
matches (gpointer item, gpointer user_data)
{
  StonechatShownChats *self = user_data;

  if (!self->search)
    return is_chosen (self, item);
  return stonechat_text_matches (chat_conversation_get_name (item), self->search) ||
         stonechat_text_matches (xmpp_jid_get_string (chat_conversation_get_jid (item)), self->search);
}

static void
filter_anew (StonechatShownChats *self)
{
  self->stale = FALSE;
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
count (StonechatShownChats *self)
{
  self->n_unread = self->n_archived = 0;
  for (guint i = 0; i < g_list_model_get_n_items (self->conversations); i++) {
    g_autoptr (ChatConversation) chat = g_list_model_get_item (self->conversations, i);

    self->n_archived += chat_conversation_get_archived (chat);
    self->n_unread += is_unread (chat) && !chat_conversation_get_muted (chat);
  }
  g_signal_emit (self, counted_signal, 0);
}

static void
sorted_cb (StonechatShownChats *self)
{
  count (self);
  self->stale = TRUE;
  if (!self->held)
    filter_anew (self);
}

/* Also when it moved: a selection knows of no moves. */
static void
select_open (StonechatShownChats *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  for (guint i = 0; i < n; i++) {
    g_autoptr (ChatConversation) one = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

    if (one == self->open) {
      gtk_single_selection_set_selected (self->selection, i);
      return;
    }
  }
}

static gboolean
select_cb (gpointer user_data)
{
  StonechatShownChats *self = user_data;

  self->select_source = 0;
  if (self->open && gtk_single_selection_get_selected (self->selection) == GTK_INVALID_LIST_POSITION)
    select_open (self);
  return G_SOURCE_REMOVE;
}

/* The list view has to hear of the change first. */
static void
selection_changed_cb (StonechatShownChats *self)
{
  if (self->open && !self->select_source)
    self->select_source = g_idle_add_full (GTK_PRIORITY_RESIZE, select_cb, self, NULL);
}

void
stonechat_shown_chats_set_open (StonechatShownChats *self, ChatConversation *open)
{
  self->open = open;
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  if (!open)
    return;
  stonechat_shown_chats_show_all (self);      /* it may not be among the first */
  select_open (self);
}

void
stonechat_shown_chats_set_show (StonechatShownChats *self, StonechatShow show)
{
  self->show = show;
  stonechat_shown_chats_show_all (self);
  filter_anew (self);
  stonechat_shown_chats_set_open (self, self->open);
}

StonechatShow
stonechat_shown_chats_get_show (StonechatShownChats *self)
{
  return self->show;
}

void
stonechat_shown_chats_set_search (StonechatShownChats *self, const char *search)
{
  g_free (self->search);
  self->search = *search ? g_strdup (search) : NULL;
  stonechat_shown_chats_show_all (self);
  filter_anew (self);
}

void
stonechat_shown_chats_set_held (StonechatShownChats *self, gboolean held)
{
  self->held = held;
  stonechat_calm_model_set_held (self->calm, held);
  if (!held && self->stale)
    filter_anew (self);
}

void
stonechat_shown_chats_show_all (StonechatShownChats *self)
{
  gtk_slice_list_model_set_size (self->first, G_MAXUINT);
}

GtkSingleSelection *
stonechat_shown_chats_get_selection (StonechatShownChats *self)
{
  return self->selection;
}

GListModel *
stonechat_shown_chats_get_found (StonechatShownChats *self)
{
  return G_LIST_MODEL (self->found);
}

guint
stonechat_shown_chats_get_n_unread (StonechatShownChats *self)
{
  return self->n_unread;
}

guint
stonechat_shown_chats_get_n_archived (StonechatShownChats *self)
{
  return self->n_archived;
}

static void
stonechat_shown_chats_dispose (GObject *object)
{
  StonechatShownChats *self = STONECHAT_SHOWN_CHATS (object);

  g_clear_handle_id (&self->select_source, g_source_remove);
  g_clear_object (&self->selection);
  g_clear_object (&self->first);
  g_clear_object (&self->found);
  g_clear_object (&self->calm);
  g_clear_object (&self->conversations);
  g_clear_pointer (&self->search, g_free);
  G_OBJECT_CLASS (stonechat_shown_chats_parent_class)->dispose (object);
}

static void
stonechat_shown_chats_class_init (StonechatShownChatsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stonechat_shown_chats_dispose;
  counted_signal = g_signal_new ("counted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
stonechat_shown_chats_init (StonechatShownChats *self)
{
}

StonechatShownChats *
stonechat_shown_chats_new (GListModel *conversations)
{
  StonechatShownChats *self = g_object_new (STONECHAT_TYPE_SHOWN_CHATS, NULL);

  self->conversations = g_object_ref (conversations);
  self->filter = gtk_custom_filter_new (matches, self, NULL);
  self->calm = stonechat_calm_model_new (conversations);
  self->found = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->calm)), GTK_FILTER (self->filter));
  self->first = gtk_slice_list_model_new (g_object_ref (G_LIST_MODEL (self->found)), 0, FIRST_CHATS);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->first)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (selection_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (conversations, "sorted", G_CALLBACK (sorted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (conversations, "items-changed", G_CALLBACK (count), self, G_CONNECT_SWAPPED);
  count (self);
  return self;
}
