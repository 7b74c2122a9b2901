/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-window.h"
#include "stonechat-account-settings.h"
#include "stonechat-add-contact.h"
#include "stonechat-block-ask.h"
#include "stonechat-contact-details.h"
#include "stonechat-conversation-page.h"
#include "stonechat-palette.h"
#include "stonechat-preferences.h"
#include "stonechat-search-page.h"
#include "stonechat-sidebar.h"
#include "stonechat-sign-in.h"
#include "stonechat-stack.h"
#include "stonechat-status-button.h"
#include "stonechat-timing.h"
#include "stonechat-tour.h"
#include "xmpp-uri.h"

#include <glib/gi18n.h>

struct _StonechatWindow {
  AdwApplicationWindow parent_instance;
  ChatProfile *profile;
  GSettings *settings;
  AdwToastOverlay *toasts;
  GtkStack *stack;
  AdwLeaflet *leaflet;
  StonechatSidebar *sidebar;
  GtkStack *content;
  GtkWidget *empty;
  StonechatConversationPage *page;   /* NULL until a chat was opened */
  GtkWidget *search;                 /* NULL until something was searched */
  GtkWidget *palette;                /* NULL until it was opened */
  StonechatTour *tour;               /* NULL until the profile is loaded */
  AdwBin *sign_in;
  AdwStatusPage *error;
  GtkRevealer *state_revealer;
  GtkLabel *state;
  GtkWidget *state_button;
  ChatAccount *troubled;       /* whose problem the state line shows; the list holds it */
};

G_DEFINE_FINAL_TYPE (StonechatWindow, stonechat_window, ADW_TYPE_APPLICATION_WINDOW)

static ChatAccount *
find_account (StonechatWindow *self, const char *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new_lenient (address, NULL);

  return jid ? chat_profile_find_account (self->profile, jid) : NULL;
}

static void
toast (StonechatWindow *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

/* -- conversations --------------------------------------------------------------------------------------------------- */

static ChatConversation *
get_shown (StonechatWindow *self)
{
  if (!self->page || gtk_stack_get_visible_child (self->content) != GTK_WIDGET (self->page))
    return NULL;
  return stonechat_conversation_page_get_conversation (self->page);
}

/* Made when a chat is opened first: starting is a figure. */
static void
show_page (StonechatWindow *self, ChatConversation *conversation)
{
  if (!self->page && conversation) {
    self->page = g_object_new (STONECHAT_TYPE_CONVERSATION_PAGE, "profile", self->profile, "settings", self->settings,
                               "folded", adw_leaflet_get_folded (self->leaflet), NULL);
    gtk_stack_add_child (self->content, GTK_WIDGET (self->page));
  }
  if (self->page)
    stonechat_conversation_page_set_conversation (self->page, conversation);
  gtk_stack_set_visible_child (self->content, conversation ? GTK_WIDGET (self->page) : self->empty);
}

/* Whoever was blocked is not looked at any more. */
static void
blocked_cb (StonechatWindow *self)
{
  ChatConversation *shown = get_shown (self);

  if (shown && chat_conversation_get_blocked (shown)) {
    stonechat_window_open (self, NULL);
    adw_leaflet_set_visible_child_name (self->leaflet, "sidebar");
  }
}

static void
tell_active (StonechatWindow *self)
{
  ChatConversation *shown = get_shown (self);
  gboolean hidden = adw_leaflet_get_folded (self->leaflet) && adw_leaflet_get_visible_child (self->leaflet) == GTK_WIDGET (self->sidebar);

  if (self->profile && chat_profile_get_loaded (self->profile))
    chat_profile_set_active (self->profile, gtk_window_is_active (GTK_WINDOW (self)), hidden ? NULL : shown);
}

void
stonechat_window_open (StonechatWindow *self, ChatConversation *conversation)
{
  show_page (self, conversation);
  stonechat_sidebar_select (self->sidebar, conversation);
  if (conversation)
    stonechat_tour_visit (self->tour, G_OBJECT (conversation));
  if (conversation) {
    chat_conversation_set_marked_unread (conversation, FALSE);
    adw_leaflet_set_visible_child_name (self->leaflet, "conversation");
    stonechat_conversation_page_focus_composer (self->page);
  }
  tell_active (self);
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatWindow *self = STONECHAT_WINDOW (widget);
  const char *address, *other;
  ChatAccount *account;
  g_autoptr (XmppJid) jid = NULL;

  g_variant_get_child (parameter, 0, "&s", &address);
  g_variant_get_child (parameter, 1, "&s", &other);
  account = find_account (self, address);
  jid = xmpp_jid_new_lenient (other, NULL);
  if (!account || !jid)
    return;
  stonechat_window_open (self, chat_profile_open_conversation (self->profile, account, jid));
  if (g_str_equal (name, "win.open-message")) {
    g_autoptr (GVariant) message = g_variant_get_child_value (parameter, 2);

    gtk_widget_activate_action_variant (GTK_WIDGET (self->page), "conversation.go-to", message);
  }
  if (g_str_equal (name, "win.open-archived")) {
    const char *id;
    gint64 time;

    g_variant_get (parameter, "(&s&sx&s)", NULL, NULL, &time, &id);
    gtk_widget_activate_action (GTK_WIDGET (self->page), "conversation.go-to-archived", "(xs)", time, id);
  }
}

void
stonechat_window_show_search (StonechatWindow *self)
{
  if (!self->search) {
    self->search = g_object_new (STONECHAT_TYPE_SEARCH_PAGE, "profile", self->profile, "folded", adw_leaflet_get_folded (self->leaflet), NULL);
    gtk_stack_add_child (self->content, self->search);
  }
  gtk_stack_set_visible_child (self->content, self->search);
  adw_leaflet_set_visible_child_name (self->leaflet, "conversation");
  stonechat_sidebar_select (self->sidebar, NULL);
  stonechat_tour_visit (self->tour, G_OBJECT (self->search));
  stonechat_search_page_focus (STONECHAT_SEARCH_PAGE (self->search));
  tell_active (self);
}

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatWindow *self = STONECHAT_WINDOW (widget);

  if (self->tour && g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "chats") == 0)
    stonechat_window_show_search (self);
}

static void
search_in_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatWindow *self = STONECHAT_WINDOW (widget);
  ChatConversation *shown = get_shown (self);

  if (!shown)
    return;
  stonechat_window_show_search (self);
  stonechat_search_page_search_in (STONECHAT_SEARCH_PAGE (self->search), shown, g_variant_get_string (parameter, NULL));
}

/* Also with the focus in the list. */
static void
in_chat_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatWindow *self = STONECHAT_WINDOW (widget);
  g_autofree char *action = g_strconcat ("conversation.", strchr (name, '.') + 1, NULL);

  if (get_shown (self))
    gtk_widget_activate_action (GTK_WIDGET (self->page), action, NULL);
}

static ChatAccount *
first_account (StonechatWindow *self)
{
  g_autoptr (ChatAccount) account = g_list_model_get_item (chat_profile_get_accounts (self->profile), 0);

  return account;   /* the list holds it */
}

void
stonechat_window_open_uri (StonechatWindow *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppUri) uri = xmpp_uri_parse (text, &error);
  ChatAccount *account = first_account (self);
  ChatConversation *conversation;
  const char *body;

  if (!uri || !uri->jid) {
    toast (self, _("This is not a link to a person."));
    return;
  }
  if (!account)
    return;
  conversation = chat_profile_open_conversation (self->profile, account, uri->jid);
  stonechat_window_open (self, conversation);
  /* S-88: a text only ever pre-fills, and never over what was begun; all else is for the person to do. */
  body = uri->parameters ? g_hash_table_lookup (uri->parameters, "body") : NULL;
  if (body && g_strcmp0 (uri->action, "message") == 0 && !(chat_conversation_get_draft (conversation) && *chat_conversation_get_draft (conversation))) {
    chat_conversation_set_draft (conversation, body);
    show_page (self, NULL);
    stonechat_window_open (self, conversation);
  }
}

static void
open_uri_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  stonechat_window_open_uri (STONECHAT_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
note_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatWindow *self = STONECHAT_WINDOW (widget);
  ChatAccount *account = first_account (self);

  if (account)
    stonechat_window_open (self, chat_profile_open_conversation (self->profile, account, chat_account_get_jid (account)));
}

static void
show_list_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatWindow *self = STONECHAT_WINDOW (widget);

  adw_leaflet_set_visible_child_name (self->leaflet, "sidebar");
  stonechat_sidebar_focus_list (self->sidebar);
  tell_active (self);
}

/* -- people ---------------------------------------------------------------------------------------------------------- */

static void
add_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatWindow *self = STONECHAT_WINDOW (widget);
  const char *account = NULL, *address = NULL;

  if (!first_account (self))
    return;
  if (parameter)
    g_variant_get (parameter, "(&s&s)", &account, &address);
  gtk_window_present (GTK_WINDOW (stonechat_add_contact_new (GTK_WINDOW (self), self->profile, g_str_equal (name, "win.new-chat"), account, address)));
}

static void
details_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatWindow *self = STONECHAT_WINDOW (widget);
  const char *address, *other;
  g_autoptr (XmppJid) jid = NULL;
  ChatAccount *account;
  ChatContact *contact;

  g_variant_get (parameter, "(&s&s)", &address, &other);
  account = find_account (self, address);
  jid = xmpp_jid_new_lenient (other, NULL);
  contact = account && jid ? chat_profile_find_contact (self->profile, account, jid) : NULL;
  if (contact) {
    GtkWidget *details = stonechat_contact_details_new (GTK_WINDOW (self), contact);

    stonechat_contact_details_set_profile (STONECHAT_CONTACT_DETAILS (details), self->profile);
    gtk_window_present (GTK_WINDOW (details));
  } else {
    toast (self, _("Not in your contacts"));
  }
}

static void
block_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatWindow *self = STONECHAT_WINDOW (widget);
  const char *address, *other;
  g_autoptr (XmppJid) jid = NULL;
  ChatAccount *account;

  g_variant_get (parameter, "(&s&s)", &address, &other);
  account = find_account (self, address);
  jid = xmpp_jid_new_lenient (other, NULL);
  if (account && jid && g_str_equal (name, "win.block"))
    stonechat_block_ask (GTK_WINDOW (self), self->profile, account, jid);
  else if (account && jid)
    stonechat_block_end (GTK_WINDOW (self), self->profile, account, jid);
}

static void
toast_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  toast (STONECHAT_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

/* -- accounts -------------------------------------------------------------------------------------------------------- */

static void
update_state (StonechatWindow *self)
{
  GListModel *accounts = chat_profile_get_accounts (self->profile);

  self->troubled = NULL;
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (accounts, i);
    ChatAccountState state = chat_account_get_state (account);

    if (state == CHAT_ACCOUNT_ONLINE || state == CHAT_ACCOUNT_OFFLINE)
      continue;
    if (!self->troubled || state == CHAT_ACCOUNT_ATTENTION)
      self->troubled = account;
  }
  if (self->troubled) {
    ChatAccountState state = chat_account_get_state (self->troubled);
    const char *problem = chat_account_get_problem_text (self->troubled), *line = chat_account_get_status_line (self->troubled);
    g_autofree char *text = problem && g_strcmp0 (problem, line) != 0 ? g_strdup_printf ("%s %s", problem, line) : g_strdup (line);

    gtk_label_set_text (self->state, text);
    gtk_widget_set_tooltip_text (GTK_WIDGET (self->state), text);
    gtk_widget_set_visible (self->state_button, state != CHAT_ACCOUNT_CONNECTING);
    gtk_button_set_label (GTK_BUTTON (self->state_button), state == CHAT_ACCOUNT_ATTENTION ? _("Solve") : _("Try Now"));
  }
  if (!self->troubled)
    gtk_label_set_text (self->state, "");
  gtk_revealer_set_reveal_child (self->state_revealer, self->troubled != NULL);
}

static void
account_state_cb (StonechatWindow *self)
{
  update_state (self);
}

static void
follow_account (StonechatWindow *self, ChatAccount *account)
{
  g_signal_connect_object (account, "notify::state", G_CALLBACK (account_state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::status-line", G_CALLBACK (account_state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notice", G_CALLBACK (toast), self, G_CONNECT_SWAPPED);
}

static void
show_sign_in (StonechatWindow *self)
{
  GtkWidget *sign_in = stonechat_sign_in_new (self->profile);

  adw_bin_set_child (self->sign_in, sign_in);
  gtk_stack_set_visible_child_name (self->stack, "sign-in");
}

static void
accounts_changed_cb (GListModel *accounts, guint position, guint removed, guint added, StonechatWindow *self)
{
  for (guint i = 0; i < added; i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (accounts, position + i);

    follow_account (self, account);
  }
  if (removed && self->page && stonechat_conversation_page_get_conversation (self->page) &&
      !g_list_store_find (G_LIST_STORE (accounts), chat_conversation_get_account (stonechat_conversation_page_get_conversation (self->page)), NULL))
    stonechat_window_open (self, NULL);
  if (g_list_model_get_n_items (accounts) == 0) {
    show_sign_in (self);
  } else if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "chats") != 0) {
    gtk_stack_set_visible_child_name (self->stack, "chats");
    adw_bin_set_child (self->sign_in, NULL);
  }
  update_state (self);
}

static void
add_account_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatWindow *self = STONECHAT_WINDOW (widget);
  GtkWidget *dialog = adw_window_new (), *page = stonechat_sign_in_new (self->profile);

  gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (self));
  gtk_window_set_modal (GTK_WINDOW (dialog), TRUE);
  gtk_window_set_title (GTK_WINDOW (dialog), _("Add Account"));
  gtk_window_set_default_size (GTK_WINDOW (dialog), 460, 620);
  adw_window_set_content (ADW_WINDOW (dialog), page);
  g_signal_connect_swapped (page, "done", G_CALLBACK (gtk_window_close), dialog);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
password_cb (AdwMessageDialog *dialog, const char *response, ChatAccount *account)
{
  GtkWidget *entry = adw_message_dialog_get_extra_child (dialog);
  g_autoptr (XmppSecret) password = NULL;

  if (!g_str_equal (response, "sign-in"))
    return;
  password = xmpp_secret_new (gtk_editable_get_text (GTK_EDITABLE (entry)), -1);
  chat_account_set_password (account, password, TRUE);
}

static void
ask_password (StonechatWindow *self, ChatAccount *account)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Password"), NULL), *entry = gtk_password_entry_new ();

  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog), chat_account_get_problem_text (account));
  gtk_password_entry_set_show_peek_icon (GTK_PASSWORD_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Password"), -1);
  g_object_set (entry, "activates-default", TRUE, NULL);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "sign-in", _("_Sign In"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "sign-in", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "sign-in");
  g_signal_connect_object (dialog, "response", G_CALLBACK (password_cb), account, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
mend (StonechatWindow *self, ChatAccount *account)
{
  switch (chat_account_get_need (account)) {
  case CHAT_ACCOUNT_NEEDS_PASSWORD:
    ask_password (self, account);
    break;
  case CHAT_ACCOUNT_NEEDS_CERTIFICATE:
  case CHAT_ACCOUNT_NEEDS_CONSENT:
    gtk_window_present (GTK_WINDOW (stonechat_account_settings_new (GTK_WINDOW (self), self->profile, account)));
    break;
  case CHAT_ACCOUNT_NEEDS_NOTHING:
  case CHAT_ACCOUNT_NEEDS_DECISION:
  default:
    chat_account_reconnect (account);
    break;
  }
}

static void
state_clicked_cb (StonechatWindow *self)
{
  if (self->troubled)
    mend (self, self->troubled);
}

/* -- dialogs --------------------------------------------------------------------------------------------------------- */

static void
preferences_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatWindow *self = STONECHAT_WINDOW (widget);
  GtkWidget *preferences = stonechat_preferences_new (GTK_WINDOW (self), self->settings);

  stonechat_preferences_set_profile (STONECHAT_PREFERENCES (preferences), self->profile);
  gtk_window_present (GTK_WINDOW (preferences));
  if (parameter)
    stonechat_preferences_go_to (STONECHAT_PREFERENCES (preferences), g_variant_get_string (parameter, NULL));
}

static void
shortcuts_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/im/stonechat/Stonechat/ui/stonechat-shortcuts.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  gtk_window_set_transient_for (window, GTK_WINDOW (widget));
  gtk_window_present (window);
}

static void
about_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  adw_show_about_window (GTK_WINDOW (widget), "application-name", "Stonechat", "application-icon", "im.stonechat.Stonechat",
                         "version", STONECHAT_VERSION, "developer-name", _("The Stonechat authors"),
                         "license-type", GTK_LICENSE_GPL_3_0, "comments", _("A messenger for people who talk all day"),
                         /* Translators: your name, it is shown in the about window */
                         "translator-credits", _("translator-credits"), NULL);
}

static void
palette_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatWindow *self = STONECHAT_WINDOW (widget);
  ChatConversation *shown = get_shown (self);

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "chats") != 0)
    return;
  if (!self->palette)
    self->palette = stonechat_palette_new (GTK_WIDGET (self->toasts), self->profile);
  stonechat_palette_open (STONECHAT_PALETTE (self->palette), shown ? GTK_WIDGET (self->page) : widget, shown);
}

static void
requests_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatWindow *self = STONECHAT_WINDOW (widget);

  adw_leaflet_set_visible_child_name (self->leaflet, "sidebar");
  stonechat_sidebar_focus_requests (self->sidebar);
}

static void
filter_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatWindow *self = STONECHAT_WINDOW (widget);

  adw_leaflet_set_visible_child_name (self->leaflet, "sidebar");
  stonechat_sidebar_focus_search (self->sidebar);
}

enum { PART_LIST, PART_HEADER, PART_TIMELINE, PART_COMPOSER, N_PARTS };

static int
find_part (StonechatWindow *self, GtkWidget *focus)
{
  if (!focus || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->sidebar)))
    return PART_LIST;
  if (GTK_IS_TEXT_VIEW (focus))
    return PART_COMPOSER;
  return self->page && stonechat_conversation_page_is_in_header (self->page, focus) ? PART_HEADER : PART_TIMELINE;
}

/* The search of all messages is one part. */
static void
cycle_search (StonechatWindow *self)
{
  gboolean to_search = find_part (self, gtk_window_get_focus (GTK_WINDOW (self))) == PART_LIST;

  adw_leaflet_set_visible_child_name (self->leaflet, to_search ? "conversation" : "sidebar");
  if (to_search)
    stonechat_search_page_focus (STONECHAT_SEARCH_PAGE (self->search));
  else
    stonechat_sidebar_focus_list (self->sidebar);
}

/* F6 goes round: list, header, log, message box; with Shift the other way. */
static void
cycle_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StonechatWindow *self = STONECHAT_WINDOW (widget);
  int from = find_part (self, gtk_window_get_focus (GTK_WINDOW (self)));
  int to = get_shown (self) ? (from + (g_str_equal (name, "win.cycle") ? 1 : N_PARTS - 1)) % N_PARTS : PART_LIST;

  if (self->search && gtk_stack_get_visible_child (self->content) == self->search) {
    cycle_search (self);
    return;
  }
  adw_leaflet_set_visible_child_name (self->leaflet, to != PART_LIST ? "conversation" : "sidebar");
  if (to == PART_LIST)
    stonechat_sidebar_focus_list (self->sidebar);
  else if (to == PART_HEADER)
    stonechat_conversation_page_focus_header (self->page);
  else if (to == PART_TIMELINE)
    stonechat_conversation_page_focus_timeline (self->page);
  else
    stonechat_conversation_page_focus_composer (self->page);
}

/* -- life ------------------------------------------------------------------------------------------------------------ */

static void
store_failed_cb (ChatProfile *profile, GError *error, StonechatWindow *self)
{
  g_autoptr (ChatProblem) problem = chat_problem_new (error, NULL);

  toast (self, problem->text);
}

/* What did not work where one does not look waits until it was seen. */
static void
refused_cb (ChatProfile *profile, ChatConversation *conversation, const char *sentence, StonechatWindow *self)
{
  g_autofree char *text = NULL, *escaped = NULL;
  AdwToast *note;

  if (conversation == get_shown (self) && gtk_window_is_active (GTK_WINDOW (self))) {
    toast (self, sentence);
    return;
  }
  text = g_strdup_printf ("%s: %s", chat_conversation_get_name (conversation), sentence);
  escaped = g_markup_escape_text (text, -1);
  note = adw_toast_new (escaped);
  adw_toast_set_timeout (note, 0);
  adw_toast_set_button_label (note, _("Open"));
  adw_toast_set_action_name (note, "win.open-conversation");
  adw_toast_set_action_target (note, "(ss)", chat_account_get_address (chat_conversation_get_account (conversation)),
                               xmpp_jid_get_bare_string (chat_conversation_get_jid (conversation)));
  adw_toast_overlay_add_toast (self->toasts, note);
}

void
stonechat_window_show_profile (StonechatWindow *self)
{
  GListModel *accounts = chat_profile_get_accounts (self->profile);
  g_autofree char *notice = NULL;

  stonechat_sidebar_set_profile (self->sidebar, self->profile);
  self->tour = stonechat_tour_new (self, self->sidebar, self->profile);
  stonechat_sidebar_set_status (self->sidebar, stonechat_status_button_new (self->profile));
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (accounts_changed_cb), self, 0);
  accounts_changed_cb (accounts, 0, 0, g_list_model_get_n_items (accounts), self);
  g_signal_connect_object (chat_profile_get_blocks (self->profile), "changed", G_CALLBACK (blocked_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->profile, "refused", G_CALLBACK (refused_cb), self, 0);
  g_signal_connect_object (self->profile, "store-failed", G_CALLBACK (store_failed_cb), self, 0);
  g_object_get (self->profile, "store-notice", &notice, NULL);
  if (notice) {
    g_autofree char *escaped = g_markup_escape_text (notice, -1);
    AdwToast *note = adw_toast_new (escaped);

    adw_toast_set_timeout (note, 0);
    adw_toast_overlay_add_toast (self->toasts, note);
  }
}

void
stonechat_window_show_error (StonechatWindow *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_status_page_set_description (self->error, escaped);
  gtk_stack_set_visible_child_name (self->stack, "error");
}

static void
folded_cb (StonechatWindow *self)
{
  if (self->page)
    g_object_set (self->page, "folded", adw_leaflet_get_folded (self->leaflet), NULL);
  if (self->search)
    g_object_set (self->search, "folded", adw_leaflet_get_folded (self->leaflet), NULL);
  /* Beside each other they are no steps of a way: Alt and arrows go through the chats then. */
  adw_leaflet_set_can_navigate_back (self->leaflet, adw_leaflet_get_folded (self->leaflet));
  tell_active (self);
}

static gboolean
stonechat_window_close_request (GtkWindow *window)
{
  StonechatWindow *self = STONECHAT_WINDOW (window);
  int width, height;

  gtk_window_get_default_size (window, &width, &height);
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (window));
  g_settings_set_int (self->settings, "window-width", width);
  g_settings_set_int (self->settings, "window-height", height);
  if (g_settings_get_boolean (self->settings, "keep-running")) {
    gtk_widget_set_visible (GTK_WIDGET (window), FALSE);
    tell_active (self);
    return TRUE;
  }
  g_action_group_activate_action (G_ACTION_GROUP (gtk_window_get_application (window)), "quit", NULL);
  return TRUE;
}

static void
mapped_cb (GtkWidget *widget, gpointer user_data)
{
  stonechat_timing_mark ("window mapped");
  stonechat_timing_mark_painted (widget, "first frame");
}

GtkWidget *
stonechat_window_new (GtkApplication *application, ChatProfile *profile, GSettings *settings)
{
  StonechatWindow *self = g_object_new (STONECHAT_TYPE_WINDOW, "application", application, NULL);

  self->profile = g_object_ref (profile);
  self->settings = g_object_ref (settings);
  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (settings, "window-width"), g_settings_get_int (settings, "window-height"));
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  return GTK_WIDGET (self);
}

static void
stonechat_window_dispose (GObject *object)
{
  StonechatWindow *self = STONECHAT_WINDOW (object);

  g_clear_pointer (&self->palette, gtk_widget_unparent);
  g_clear_object (&self->tour);
  g_clear_object (&self->profile);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (stonechat_window_parent_class)->dispose (object);
}

static void
stonechat_window_class_init (StonechatWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const struct { const char *name, *type; GtkWidgetActionActivateFunc func; guint key; GdkModifierType modifiers; } actions[] = {
    { "win.open-conversation", "(ss)", open_action, 0, 0 },
    { "win.new-chat", NULL, add_action, GDK_KEY_n, GDK_CONTROL_MASK },
    { "win.add-contact", NULL, add_action, GDK_KEY_n, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { "win.add-contact-for", "(ss)", add_action, 0, 0 },
    { "win.contact-details", "(ss)", details_action, 0, 0 },
    { "win.block", "(ss)", block_action, 0, 0 },
    { "win.unblock", "(ss)", block_action, 0, 0 },
    { "win.open-uri", "s", open_uri_action, 0, 0 },
    { "win.note-to-self", NULL, note_action, 0, 0 },
    { "win.show-list", NULL, show_list_action, 0, 0 },
    { "win.toast", "s", toast_action, 0, 0 },
    { "win.add-account", NULL, add_account_action, 0, 0 },
    { "win.preferences", NULL, preferences_action, GDK_KEY_comma, GDK_CONTROL_MASK },
    { "win.preferences-at", "s", preferences_action, 0, 0 },
    { "win.shortcuts", NULL, shortcuts_action, GDK_KEY_question, GDK_CONTROL_MASK },
    { "win.about", NULL, about_action, 0, 0 },
    { "win.palette", NULL, palette_action, GDK_KEY_k, GDK_CONTROL_MASK },
    { "win.search", NULL, search_action, GDK_KEY_f, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { "win.open-message", "(ssx)", open_action, 0, 0 },
    { "win.open-archived", "(ssxs)", open_action, 0, 0 },
    { "win.search-in", "s", search_in_action, 0, 0 },
    { "win.find", NULL, in_chat_action, GDK_KEY_f, GDK_CONTROL_MASK },
    { "win.find-older", NULL, in_chat_action, GDK_KEY_g, GDK_CONTROL_MASK },
    { "win.find-newer", NULL, in_chat_action, GDK_KEY_g, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { "win.filter", NULL, filter_action, GDK_KEY_l, GDK_CONTROL_MASK },
    { "win.show-requests", NULL, requests_action, 0, 0 },
    { "win.cycle", NULL, cycle_action, GDK_KEY_F6, 0 },
    { "win.cycle-back", NULL, cycle_action, GDK_KEY_F6, GDK_SHIFT_MASK },
  };

  G_OBJECT_CLASS (klass)->dispose = stonechat_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = stonechat_window_close_request;
  g_type_ensure (STONECHAT_TYPE_SIDEBAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/stonechat/Stonechat/ui/stonechat-window.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, StonechatWindow, child)
  BIND (toasts); BIND (stack); BIND (leaflet); BIND (sidebar); BIND (content); BIND (empty); BIND (sign_in); BIND (error); BIND (state_revealer);
  BIND (state); BIND (state_button);
#undef BIND
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++) {
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].type, actions[i].func);
    if (actions[i].key)
      gtk_widget_class_add_binding_action (widget_class, actions[i].key, actions[i].modifiers, actions[i].name, NULL);
  }
}

static void
stonechat_window_init (StonechatWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stonechat_stack_tell_shown (self->stack);
  stonechat_stack_tell_shown (self->content);
  g_signal_connect_swapped (self->leaflet, "notify::folded", G_CALLBACK (folded_cb), self);
  g_signal_connect_swapped (self->leaflet, "notify::visible-child", G_CALLBACK (tell_active), self);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (tell_active), NULL);
  g_signal_connect_swapped (self->state_button, "clicked", G_CALLBACK (state_clicked_cb), self);
  g_signal_connect (self, "map", G_CALLBACK (mapped_cb), NULL);
}
