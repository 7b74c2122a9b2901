/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-sidebar.h"
#include "stonechat-chat-row.h"
#include "stonechat-group-model.h"
#include "stonechat-progress.h"
#include "stonechat-request-row.h"
#include "stonechat-shown-chats.h"
#include "stonechat-stack.h"

#include <glib/gi18n.h>

struct _StonechatSidebar {
  GtkWidget parent_instance;
  ChatProfile *profile;
  AdwHeaderBar *header;
  GtkWidget *chats_button, *contacts_button, *search, *stack, *chats_stack, *chats, *requests, *contacts_stack, *contacts, *all, *unread, *people, *archived;
  StonechatShownChats *shown;
  StonechatGroupModel *groups;
  guint empty_source;
};

#define EMPTY_DELAY_MS 1000          /* between two steps of a beginning nothing is under way */

G_DEFINE_FINAL_TYPE (StonechatSidebar, stonechat_sidebar, GTK_TYPE_WIDGET)

static const char *
get_search (StonechatSidebar *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->search));
}

static GListModel *
get_chats (StonechatSidebar *self)
{
  return G_LIST_MODEL (stonechat_shown_chats_get_selection (self->shown));
}

/* -- lists ----------------------------------------------------------------------------------------------------------- */

/* Of one that can't be reached nothing is coming, however often it tries. */
static gboolean
are_messages_coming (StonechatSidebar *self, gboolean connecting_counts)
{
  GListModel *accounts = chat_profile_get_accounts (self->profile);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (accounts, i);
    ChatHistory *history = chat_account_get_history (account);

    if (history && chat_history_get_running (history) && !chat_history_get_paused (history))
      return TRUE;
    if (connecting_counts && chat_account_get_state (account) == CHAT_ACCOUNT_CONNECTING)
      return TRUE;
  }
  return FALSE;
}

static gboolean
empty_cb (gpointer user_data)
{
  StonechatSidebar *self = user_data;

  self->empty_source = 0;
  gtk_stack_set_visible_child_name (GTK_STACK (self->chats_stack), "empty");
  return G_SOURCE_REMOVE;
}

static void
update_chats_stack (StonechatSidebar *self, gboolean searching)
{
  GtkStack *stack = GTK_STACK (self->chats_stack);
  const char *page = gtk_stack_get_visible_child_name (stack);
  gboolean is_open = g_str_equal (page, "list") || g_str_equal (page, "coming");    /* whether there are chats */
  gboolean has_chats = g_list_model_get_n_items (stonechat_shown_chats_get_found (self->shown)) > 0;

  g_clear_handle_id (&self->empty_source, g_source_remove);
  if (has_chats || searching)
    gtk_stack_set_visible_child_name (stack, has_chats ? "list" : "nothing");
  else if (stonechat_shown_chats_get_show (self->shown) == STONECHAT_SHOW_UNREAD)
    gtk_stack_set_visible_child_name (stack, "all-read");
  else if (are_messages_coming (self, is_open))
    gtk_stack_set_visible_child_name (stack, "coming");
  else if (!is_open)
    gtk_stack_set_visible_child_name (stack, "empty");
  else
    self->empty_source = g_timeout_add (EMPTY_DELAY_MS, empty_cb, self);
}

static void
update_stacks (StonechatSidebar *self)
{
  gboolean searching = *get_search (self) != '\0';
  guint n_contacts = g_list_model_get_n_items (G_LIST_MODEL (self->groups));

  update_chats_stack (self, searching);
  gtk_stack_set_visible_child_name (GTK_STACK (self->contacts_stack), n_contacts ? "list" : searching ? "nothing" : "empty");
}

static gboolean
several_accounts (StonechatSidebar *self)
{
  return g_list_model_get_n_items (chat_profile_get_accounts (self->profile)) > 1;
}

static void
setup_cb (StonechatSidebar *self, GtkListItem *item)
{
  gtk_list_item_set_child (item, stonechat_chat_row_new ());
}

static void
bind_cb (StonechatSidebar *self, GtkListItem *item)
{
  StonechatChatRow *row = STONECHAT_CHAT_ROW (gtk_list_item_get_child (item));

  stonechat_chat_row_set_show_account (row, several_accounts (self));
  stonechat_chat_row_set_item (row, gtk_list_item_get_item (item));
}

static void
unbind_cb (StonechatSidebar *self, GtkListItem *item)
{
  stonechat_chat_row_set_item (STONECHAT_CHAT_ROW (gtk_list_item_get_child (item)), NULL);
}

static StonechatChatRow *
row_of (GtkWidget *list_item)
{
  GtkWidget *child = list_item ? gtk_widget_get_first_child (list_item) : NULL;

  return STONECHAT_IS_CHAT_ROW (child) ? STONECHAT_CHAT_ROW (child) : NULL;
}

static void
show_accounts (StonechatSidebar *self)
{
  GtkWidget *lists[] = { self->chats, self->contacts };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (GtkWidget *child = gtk_widget_get_first_child (lists[i]); child; child = gtk_widget_get_next_sibling (child))
      if (row_of (child))
        stonechat_chat_row_set_show_account (row_of (child), several_accounts (self));
}

/* Whoever turns to the list, by pointer, key or screen reader, finds all of it. */
static void
show_all_chats (StonechatSidebar *self)
{
  if (self->shown)
    stonechat_shown_chats_show_all (self->shown);
}

/* A list view keeps the row that it shows first where it is: without this a chat that comes to the top is above what is seen. */
static void
stay_at_top (StonechatSidebar *self)
{
  gboolean at_top = gtk_adjustment_get_value (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->chats))) <= 0;

  if (at_top && g_list_model_get_n_items (get_chats (self)) > 0)
    gtk_widget_activate_action (self->chats, "list.scroll-to-item", "u", 0);
}

static void
search_changed_cb (StonechatSidebar *self)
{
  if (!self->profile)
    return;
  stonechat_shown_chats_set_search (self->shown, get_search (self));
  stonechat_group_model_set_filter (self->groups, get_search (self));
  update_stacks (self);
}

/* -- which chats ----------------------------------------------------------------------------------------------------- */

static void
update_chips (StonechatSidebar *self)
{
  guint n_unread = stonechat_shown_chats_get_n_unread (self->shown), n_archived = stonechat_shown_chats_get_n_archived (self->shown);
  /* Translators: the switch to unread chats, with how many there are */
  g_autofree char *label = n_unread ? g_strdup_printf (_("Unread %u"), n_unread) : g_strdup (_("Unread"));

  gtk_button_set_label (GTK_BUTTON (self->unread), label);
  gtk_widget_set_visible (self->archived, n_archived > 0);
  if (n_archived == 0 && stonechat_shown_chats_get_show (self->shown) == STONECHAT_SHOW_ARCHIVED)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->all), TRUE);
}

static void
chip_cb (StonechatSidebar *self, GtkToggleButton *chip)
{
  GtkWidget *chips[] = { self->all, self->unread, self->people, self->archived };

  if (!gtk_toggle_button_get_active (chip) || !self->profile)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (chips); i++)
    if (chips[i] == GTK_WIDGET (chip))
      stonechat_shown_chats_set_show (self->shown, i);
  update_stacks (self);
}

/* Nothing moves under the pointer while it is what somebody works with. */
static void
hold (StonechatSidebar *self, gboolean held)
{
  if (self->shown)
    stonechat_shown_chats_set_held (self->shown, held);
}

static void
hold_cb (StonechatSidebar *self)
{
  hold (self, TRUE);
}

static void
release_cb (StonechatSidebar *self)
{
  hold (self, FALSE);
}

static gboolean
key_cb (StonechatSidebar *self)
{
  hold (self, FALSE);
  return FALSE;
}

static void
active_cb (StonechatSidebar *self, GParamSpec *pspec, GtkWindow *window)
{
  if (!gtk_window_is_active (window))
    hold (self, FALSE);
}

static void
root_cb (StonechatSidebar *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkEventController *keys;

  if (!root)
    return;
  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (root), keys);
  g_signal_connect_object (root, "notify::is-active", G_CALLBACK (active_cb), self, G_CONNECT_SWAPPED);
}

static void
open (StonechatSidebar *self, ChatAccount *account, XmppJid *jid)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-conversation", "(ss)", chat_account_get_address (account),
                              xmpp_jid_get_bare_string (jid));
}

static void
chat_activated_cb (StonechatSidebar *self, guint position)
{
  g_autoptr (ChatConversation) conversation = g_list_model_get_item (get_chats (self), position);

  if (conversation)
    open (self, chat_conversation_get_account (conversation), chat_conversation_get_jid (conversation));
}

static void
contact_activated_cb (StonechatSidebar *self, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->groups), position);

  if (STONECHAT_IS_GROUP (item))
    stonechat_group_model_toggle (self->groups, STONECHAT_GROUP (item));
  else if (item)
    open (self, chat_contact_get_account (CHAT_CONTACT (item)), chat_contact_get_jid (CHAT_CONTACT (item)));
}

static void
toggle_group_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StonechatSidebar *self = STONECHAT_SIDEBAR (widget);
  const char *name = g_variant_get_string (parameter, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->groups)); i++) {
    g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->groups), i);

    if (STONECHAT_IS_GROUP (item) && g_str_equal (stonechat_group_get_name (STONECHAT_GROUP (item)), name)) {
      stonechat_group_model_toggle (self->groups, STONECHAT_GROUP (item));
      return;
    }
  }
}

/* The list's items have the focus, not the rows in them. */
static void
row_menu_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StonechatChatRow *row = row_of (gtk_root_get_focus (gtk_widget_get_root (widget)));

  if (row)
    gtk_widget_activate_action (GTK_WIDGET (row), "row.menu", NULL);
}

/* The entry tells of a change a moment later: who types fast means what was typed. */
static void
search_activate_cb (StonechatSidebar *self)
{
  search_changed_cb (self);
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->chats_button)) && g_list_model_get_n_items (get_chats (self)))
    chat_activated_cb (self, 0);
  else
    for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->groups)); i++) {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->groups), i);

      if (CHAT_IS_CONTACT (item)) {
        contact_activated_cb (self, i);
        return;
      }
    }
}

static void
search_stop_cb (StonechatSidebar *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  stonechat_sidebar_focus_list (self);
}

static void
fill_list (StonechatSidebar *self, GtkWidget *list, GtkSelectionModel *model)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect_swapped (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect_swapped (factory, "unbind", G_CALLBACK (unbind_cb), self);
  gtk_list_view_set_factory (GTK_LIST_VIEW (list), factory);
  gtk_list_view_set_model (GTK_LIST_VIEW (list), model);
}

/* A list view makes its rows as soon as it has a model: the contacts' wait until somebody looks. */
static void
fill_contacts (StonechatSidebar *self)
{
  g_autoptr (GtkNoSelection) selection = NULL;

  if (!self->groups || gtk_list_view_get_model (GTK_LIST_VIEW (self->contacts)))
    return;
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->groups)));
  fill_list (self, self->contacts, GTK_SELECTION_MODEL (selection));
}

static void
page_cb (StonechatSidebar *self)
{
  gboolean chats = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->chats_button));

  if (!chats)
    fill_contacts (self);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), chats ? "chats" : "contacts");
}

/* -- requests -------------------------------------------------------------------------------------------------------- */

static GtkWidget *
new_request_row (gpointer item, gpointer user_data)
{
  return stonechat_request_row_new (item);
}

static void
requests_changed_cb (StonechatSidebar *self)
{
  guint n = g_list_model_get_n_items (chat_profile_get_requests (self->profile));
  /* Translators: the switch to the contacts, with how many requests wait */
  g_autofree char *label = n ? g_strdup_printf (_("Contacts · %u"), n) : g_strdup (_("Contacts"));

  gtk_widget_set_visible (self->requests, n > 0);
  gtk_button_set_label (GTK_BUTTON (self->contacts_button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->contacts_button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Contacts"), -1);
}

/* -- catching up ----------------------------------------------------------------------------------------------------- */

static GtkWidget *
find_progress (StonechatSidebar *self, ChatAccount *account)
{
  for (GtkWidget *child = gtk_widget_get_last_child (GTK_WIDGET (self)); child; child = gtk_widget_get_prev_sibling (child))
    if (STONECHAT_IS_PROGRESS (child) && stonechat_progress_get_account (STONECHAT_PROGRESS (child)) == account)
      return child;
  return NULL;
}

/* The line is made when the account is online first: starting is a figure. */
static void
account_changed_cb (StonechatSidebar *self, GParamSpec *pspec, ChatAccount *account)
{
  ChatHistory *history = chat_account_get_history (account);

  if (history && chat_account_get_state (account) == CHAT_ACCOUNT_ONLINE && !find_progress (self, account)) {
    gtk_widget_set_parent (stonechat_progress_new (account), GTK_WIDGET (self));
    g_signal_connect_object (history, "notify::running", G_CALLBACK (update_stacks), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (history, "notify::paused", G_CALLBACK (update_stacks), self, G_CONNECT_SWAPPED);
  }
  update_stacks (self);
}

static void
drop_progress (StonechatSidebar *self, GListModel *accounts)
{
  GtkWidget *child, *next;

  for (child = gtk_widget_get_first_child (GTK_WIDGET (self)); child; child = next) {
    next = gtk_widget_get_next_sibling (child);
    if (STONECHAT_IS_PROGRESS (child) &&
        !g_list_store_find (G_LIST_STORE (accounts), stonechat_progress_get_account (STONECHAT_PROGRESS (child)), NULL))
      gtk_widget_unparent (child);
  }
}

static void
accounts_changed_cb (StonechatSidebar *self, guint position, guint removed, guint added, GListModel *accounts)
{
  if (removed) {
    drop_progress (self, accounts);
    update_stacks (self);
  }
  for (guint i = position; i < position + added; i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (accounts, i);

    g_signal_connect_object (account, "notify::state", G_CALLBACK (account_changed_cb), self, G_CONNECT_SWAPPED);
    account_changed_cb (self, NULL, account);
  }
}

/* -- profile --------------------------------------------------------------------------------------------------------- */

void
stonechat_sidebar_set_profile (StonechatSidebar *self, ChatProfile *profile)
{
  GtkSingleSelection *selection;

  g_set_object (&self->profile, profile);
  self->shown = stonechat_shown_chats_new (chat_profile_get_conversations (profile));
  selection = stonechat_shown_chats_get_selection (self->shown);
  fill_list (self, self->chats, GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (selection, "items-changed", G_CALLBACK (stay_at_top), self, G_CONNECT_SWAPPED);
  self->groups = stonechat_group_model_new (chat_profile_get_contacts (profile));
  gtk_list_box_bind_model (GTK_LIST_BOX (self->requests), chat_profile_get_requests (profile), new_request_row, NULL, NULL);
  g_signal_connect_object (stonechat_shown_chats_get_found (self->shown), "items-changed", G_CALLBACK (update_stacks), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->groups, "items-changed", G_CALLBACK (update_stacks), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shown, "counted", G_CALLBACK (update_chips), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chat_profile_get_requests (profile), "items-changed", G_CALLBACK (requests_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chat_profile_get_accounts (profile), "items-changed", G_CALLBACK (show_accounts), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chat_profile_get_accounts (profile), "items-changed", G_CALLBACK (accounts_changed_cb), self, G_CONNECT_SWAPPED);
  accounts_changed_cb (self, 0, 0, g_list_model_get_n_items (chat_profile_get_accounts (profile)), chat_profile_get_accounts (profile));
  requests_changed_cb (self);
  update_chips (self);
  update_stacks (self);
  g_signal_connect_object (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->chats)), "value-changed",
                           G_CALLBACK (show_all_chats), self, G_CONNECT_SWAPPED);
}

void
stonechat_sidebar_set_status (StonechatSidebar *self, GtkWidget *button)
{
  adw_header_bar_pack_start (self->header, button);
}

void
stonechat_sidebar_select (StonechatSidebar *self, ChatConversation *conversation)
{
  stonechat_shown_chats_set_open (self->shown, conversation);
}

void
stonechat_sidebar_focus_requests (StonechatSidebar *self)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->contacts_button), TRUE);
  gtk_widget_child_focus (self->requests, GTK_DIR_TAB_FORWARD);
}

GListModel *
stonechat_sidebar_get_chats (StonechatSidebar *self)
{
  return stonechat_shown_chats_get_found (self->shown);
}

void
stonechat_sidebar_focus_search (StonechatSidebar *self)
{
  gtk_widget_grab_focus (self->search);
}

void
stonechat_sidebar_focus_list (StonechatSidebar *self)
{
  gboolean chats = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->chats_button));

  /* Past what chooses between them, unless there is nothing else. */
  if (!chats || !gtk_widget_child_focus (self->chats_stack, GTK_DIR_TAB_FORWARD))
    gtk_widget_child_focus (gtk_stack_get_visible_child (GTK_STACK (self->stack)), GTK_DIR_TAB_FORWARD);
}

static void
stonechat_sidebar_dispose (GObject *object)
{
  StonechatSidebar *self = STONECHAT_SIDEBAR (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_handle_id (&self->empty_source, g_source_remove);
  g_clear_object (&self->shown);
  g_clear_object (&self->groups);
  g_clear_object (&self->profile);
  G_OBJECT_CLASS (stonechat_sidebar_parent_class)->dispose (object);
}

static void
stonechat_sidebar_class_init (StonechatSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stonechat_sidebar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-sidebar.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatSidebar, child)
  BIND (header); BIND (chats_button); BIND (contacts_button); BIND (search); BIND (stack); BIND (chats_stack); BIND (chats);
  BIND (requests); BIND (contacts_stack); BIND (contacts); BIND (all); BIND (unread); BIND (people); BIND (archived);
#undef BIND
  gtk_widget_class_install_action (widget_class, "sidebar.toggle-group", "s", toggle_group_action);
  gtk_widget_class_install_action (widget_class, "sidebar.row-menu", NULL, row_menu_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "sidebar.row-menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "sidebar.row-menu", NULL);
}

static void
stonechat_sidebar_init (StonechatSidebar *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new (), *focus = gtk_event_controller_focus_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  stonechat_stack_tell_shown (GTK_STACK (self->stack));
  stonechat_stack_tell_shown (GTK_STACK (self->chats_stack));
  stonechat_stack_tell_shown (GTK_STACK (self->contacts_stack));
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (show_all_chats), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (hold_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (release_cb), self);
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (show_all_chats), self);
  gtk_widget_add_controller (self->chats, motion);
  gtk_widget_add_controller (self->chats, focus);
  g_signal_connect (self, "notify::root", G_CALLBACK (root_cb), NULL);
  g_signal_connect_swapped (self->all, "toggled", G_CALLBACK (chip_cb), self);
  g_signal_connect_swapped (self->unread, "toggled", G_CALLBACK (chip_cb), self);
  g_signal_connect_swapped (self->people, "toggled", G_CALLBACK (chip_cb), self);
  g_signal_connect_swapped (self->archived, "toggled", G_CALLBACK (chip_cb), self);
  g_signal_connect_swapped (self->chats_button, "toggled", G_CALLBACK (page_cb), self);
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (search_changed_cb), self);
  g_signal_connect_swapped (self->search, "activate", G_CALLBACK (search_activate_cb), self);
  g_signal_connect_swapped (self->search, "stop-search", G_CALLBACK (search_stop_cb), self);
  g_signal_connect_swapped (self->chats, "activate", G_CALLBACK (chat_activated_cb), self);
  g_signal_connect_swapped (self->contacts, "activate", G_CALLBACK (contact_activated_cb), self);
}
