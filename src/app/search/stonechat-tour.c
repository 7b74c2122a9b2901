/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-tour.h"
#include "stonechat-trail.h"

struct _StonechatTour {
  GObject parent_instance;
  StonechatWindow *window;          /* not owned: it has us */
  StonechatSidebar *sidebar;        /* not owned */
  ChatProfile *profile;
  StonechatTrail *trail;
  ChatConversation *open;
  GHashTable *listed;               /* chats of the trail that were seen in the list */
};

G_DEFINE_FINAL_TYPE (StonechatTour, stonechat_tour, G_TYPE_OBJECT)

static guint
find (GListModel *chats, gpointer wanted)
{
  guint n = g_list_model_get_n_items (chats);

  for (guint i = 0; i < n; i++) {
    g_autoptr (GObject) one = g_list_model_get_item (chats, i);

    if ((gpointer) one == wanted)
      return i;
  }
  return G_MAXUINT;
}

/* A chat that was begun with nothing in it is not in the list yet; one that was deleted is there no more. */
static gboolean
is_there (GObject *place, gpointer user_data)
{
  StonechatTour *self = user_data;

  if (!CHAT_IS_CONVERSATION (place))
    return TRUE;
  if (find (chat_profile_get_accounts (self->profile), chat_conversation_get_account (CHAT_CONVERSATION (place))) == G_MAXUINT)
    return FALSE;
  return !g_hash_table_contains (self->listed, place) || find (chat_profile_get_conversations (self->profile), place) != G_MAXUINT;
}

static void
note_listed (StonechatTour *self, ChatConversation *chat)
{
  if (chat && find (chat_profile_get_conversations (self->profile), chat) != G_MAXUINT)
    g_hash_table_add (self->listed, g_object_ref (chat));
}

void
stonechat_tour_visit (StonechatTour *self, GObject *place)
{
  ChatConversation *conversation = CHAT_IS_CONVERSATION (place) ? CHAT_CONVERSATION (place) : NULL;

  note_listed (self, self->open);      /* something may have been said in it since it was opened */
  note_listed (self, conversation);
  g_set_object (&self->open, conversation);
  stonechat_trail_visit (self->trail, place);
}

/* -- where to -------------------------------------------------------------------------------------------------------- */

static gboolean
open (StonechatTour *self, gpointer chat)
{
  if (!chat) {
    gtk_widget_error_bell (GTK_WIDGET (self->window));
    return FALSE;
  }
  stonechat_window_open (self->window, chat);
  return TRUE;
}

static void
open_at (StonechatTour *self, gint64 position)
{
  GListModel *chats = stonechat_sidebar_get_chats (self->sidebar);
  g_autoptr (ChatConversation) chat = position >= 0 && position < G_MAXUINT ? g_list_model_get_item (chats, position) : NULL;

  open (self, chat);
}

/* From one that is not in the list, as it is filtered, one comes in at its ends. */
static void
step_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  StonechatTour *self = user_data;
  GListModel *chats = stonechat_sidebar_get_chats (self->sidebar);
  gboolean next = g_str_equal (g_action_get_name (G_ACTION (action)), "next-chat");
  guint here = self->open ? find (chats, self->open) : G_MAXUINT;

  if (here == G_MAXUINT)
    open_at (self, next ? 0 : (gint64) g_list_model_get_n_items (chats) - 1);
  else
    open_at (self, (gint64) here + (next ? 1 : -1));
}

static gboolean
calls (ChatConversation *chat)
{
  return (chat_conversation_get_unread (chat) > 0 || chat_conversation_get_marked_unread (chat)) && !chat_conversation_get_muted (chat);
}

/* Round the list, from the open one. */
static ChatConversation *
find_unread (GListModel *chats, ChatConversation *from, int step)
{
  guint n = g_list_model_get_n_items (chats), here = from ? find (chats, from) : G_MAXUINT;

  if (here == G_MAXUINT)
    here = step > 0 ? n - 1 : 0;
  for (guint i = 1; i <= n; i++) {
    g_autoptr (ChatConversation) chat = g_list_model_get_item (chats, step > 0 ? (here + i) % n : (here + n - i) % n);

    if (chat != from && calls (chat))
      return chat;      /* the list holds it */
  }
  return NULL;
}

static void
unread_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  StonechatTour *self = user_data;
  int step = g_str_equal (g_action_get_name (G_ACTION (action)), "next-unread") ? 1 : -1;
  ChatConversation *chat = find_unread (stonechat_sidebar_get_chats (self->sidebar), self->open, step);

  open (self, chat ? chat : find_unread (chat_profile_get_conversations (self->profile), self->open, step));
}

static void
nth_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  open_at (user_data, (gint64) g_variant_get_int32 (parameter) - 1);
}

static void
trail_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  StonechatTour *self = user_data;
  GObject *place;

  note_listed (self, self->open);
  place = stonechat_trail_go (self->trail, g_str_equal (g_action_get_name (G_ACTION (action)), "back") ? -1 : 1);
  if (place && !CHAT_IS_CONVERSATION (place))
    stonechat_window_show_search (self->window);
  else
    open (self, place);
}

/* -- keys ------------------------------------------------------------------------------------------------------------ */

/* Back is where one came from: to the left, or to the right where one reads that way. */
static gboolean
arrow_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  gboolean left = g_variant_get_boolean (arguments), rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  return gtk_widget_activate_action (widget, left != rtl ? "win.back" : "win.forward", NULL);
}

static void
add_key (GtkShortcutController *keys, guint key, GdkModifierType modifiers, GtkShortcutAction *action, GVariant *arguments)
{
  GtkShortcut *shortcut = gtk_shortcut_new (gtk_keyval_trigger_new (key, modifiers), action);

  if (arguments)
    gtk_shortcut_set_arguments (shortcut, arguments);
  gtk_shortcut_controller_add_shortcut (keys, shortcut);
}

static void
add_keys (StonechatTour *self)
{
  static const struct { guint key; GdkModifierType modifiers; const char *action; } named[] = {
    { GDK_KEY_Down, GDK_ALT_MASK, "win.next-chat" }, { GDK_KEY_Up, GDK_ALT_MASK, "win.previous-chat" },
    { GDK_KEY_Down, GDK_ALT_MASK | GDK_SHIFT_MASK, "win.next-unread" }, { GDK_KEY_Up, GDK_ALT_MASK | GDK_SHIFT_MASK, "win.previous-unread" },
    { GDK_KEY_Back, 0, "win.back" }, { GDK_KEY_Forward, 0, "win.forward" },
  };
  GtkEventController *controller = gtk_shortcut_controller_new ();
  GtkShortcutController *keys = GTK_SHORTCUT_CONTROLLER (controller);

  for (guint i = 0; i < G_N_ELEMENTS (named); i++)
    add_key (keys, named[i].key, named[i].modifiers, gtk_named_action_new (named[i].action), NULL);
  for (int i = 1; i <= 9; i++) {
    add_key (keys, GDK_KEY_0 + i, GDK_CONTROL_MASK, gtk_named_action_new ("win.chat-N"), g_variant_new_int32 (i));
    add_key (keys, GDK_KEY_KP_0 + i, GDK_CONTROL_MASK, gtk_named_action_new ("win.chat-N"), g_variant_new_int32 (i));
  }
  add_key (keys, GDK_KEY_Left, GDK_ALT_MASK, gtk_callback_action_new (arrow_cb, NULL, NULL), g_variant_new_boolean (TRUE));
  add_key (keys, GDK_KEY_Right, GDK_ALT_MASK, gtk_callback_action_new (arrow_cb, NULL, NULL), g_variant_new_boolean (FALSE));
  gtk_widget_add_controller (GTK_WIDGET (self->window), controller);
}

StonechatTour *
stonechat_tour_new (StonechatWindow *window, StonechatSidebar *sidebar, ChatProfile *profile)
{
  static const GActionEntry actions[] = {
    { "next-chat", step_cb, NULL, NULL, NULL, { 0 } }, { "previous-chat", step_cb, NULL, NULL, NULL, { 0 } },
    { "next-unread", unread_cb, NULL, NULL, NULL, { 0 } }, { "previous-unread", unread_cb, NULL, NULL, NULL, { 0 } },
    { "chat-N", nth_cb, "i", NULL, NULL, { 0 } },
    { "back", trail_cb, NULL, NULL, NULL, { 0 } }, { "forward", trail_cb, NULL, NULL, NULL, { 0 } },
  };
  StonechatTour *self = g_object_new (STONECHAT_TYPE_TOUR, NULL);

  self->window = window;
  self->sidebar = sidebar;
  self->profile = g_object_ref (profile);
  g_action_map_add_action_entries (G_ACTION_MAP (window), actions, G_N_ELEMENTS (actions), self);
  add_keys (self);
  return self;
}

static void
stonechat_tour_dispose (GObject *object)
{
  StonechatTour *self = STONECHAT_TOUR (object);

  g_clear_object (&self->open);
  g_clear_pointer (&self->trail, stonechat_trail_free);
  g_clear_pointer (&self->listed, g_hash_table_unref);
  g_clear_object (&self->profile);
  G_OBJECT_CLASS (stonechat_tour_parent_class)->dispose (object);
}

static void
stonechat_tour_class_init (StonechatTourClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stonechat_tour_dispose;
}

static void
stonechat_tour_init (StonechatTour *self)
{
  self->trail = stonechat_trail_new (is_there, self);
  self->listed = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
}
