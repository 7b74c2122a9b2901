/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-account-private.h"
#include "chat-history-struct.h"
#include "chat-profile.h"
#include "stonechat-avatar.h"
#include "stonechat-chat-row.h"
#include "stonechat-state-mark.h"
#include "stonechat-group-model.h"
#include "stonechat-progress.h"
#include "stonechat-sidebar.h"

#include <glib/gstdio.h>

/* The sidebar over a profile that seed-profile filled; SEED_PROFILE names that program. */

typedef struct {
  char *folder;
  ChatProfile *profile;
  GtkWidget *window, *sidebar;
} Fixture;

static gboolean
give_up_cb (gpointer user_data)
{
  g_error ("It did not come in time");
  return G_SOURCE_REMOVE;
}

#define wait_until(condition) G_STMT_START { \
  guint deadline = g_timeout_add_seconds (20, give_up_cb, NULL); \
  while (!(condition)) \
    g_main_context_iteration (NULL, TRUE); \
  g_source_remove (deadline); \
} G_STMT_END

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **slot = user_data;

  *slot = g_object_ref (result);
}

static void
set_up (Fixture *self, gconstpointer contacts)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL, *cache = NULL;
  const char *seed[] = { g_getenv ("SEED_PROFILE"), "--profile", NULL, "--account", "juliet@verona.test", "--contacts", contacts,
                         "--messages", "2000", NULL };
  int status;

  self->folder = g_dir_make_tmp ("stonechat-sidebar-XXXXXX", &error);
  g_assert_no_error (error);
  seed[2] = self->folder;
  g_assert_true (g_spawn_sync (NULL, (char **) seed, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, &error));
  g_assert_cmpint (status, ==, 0);
  data = g_build_filename (self->folder, "data", NULL);
  cache = g_build_filename (self->folder, "cache", NULL);
  self->profile = chat_profile_new (&(ChatProfileConfig) { .data_dir = data, .cache_dir = cache, .collection = "session" });
  chat_profile_open_async (self->profile, NULL, done_cb, &result);
  wait_until (result);
  g_assert_true (chat_profile_open_finish (self->profile, result, &error));
  self->window = gtk_window_new ();
  self->sidebar = g_object_new (STONECHAT_TYPE_SIDEBAR, NULL);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 320, 600);
  gtk_window_set_child (GTK_WINDOW (self->window), self->sidebar);
  stonechat_sidebar_set_profile (STONECHAT_SIDEBAR (self->sidebar), self->profile);
  gtk_window_present (GTK_WINDOW (self->window));
  wait_until (gtk_widget_get_mapped (self->sidebar));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  const char *rm[] = { "rm", "-r", self->folder, NULL };

  gtk_window_destroy (GTK_WINDOW (self->window));
  chat_profile_close_async (self->profile, done_cb, &result);
  wait_until (result);
  g_clear_object (&result);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_finalize_object (self->profile);
  g_spawn_sync (NULL, (char **) rm, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free (self->folder);
}

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find (child, type);

    if (found)
      return found;
  }
  return NULL;
}

/* A widget for each text of a row makes starting slow: a list view makes two hundred of them. */
static void
test_rows_are_light (Fixture *self, gconstpointer data)
{
  GtkWidget *list = find (self->sidebar, GTK_TYPE_LIST_VIEW);
  guint n_rows = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (list); child; child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *row = gtk_widget_get_first_child (child);

    g_assert_true (STONECHAT_IS_CHAT_ROW (row));
    g_assert_null (gtk_widget_get_first_child (row));
    n_rows++;
  }
  g_assert_cmpuint (n_rows, >, 20);
}

/* What was typed is found in names and addresses; a chat is listed once. */
static void
test_filter (Fixture *self, gconstpointer data)
{
  GtkWidget *list = find (self->sidebar, GTK_TYPE_LIST_VIEW);
  GtkWidget *search = find (self->sidebar, GTK_TYPE_SEARCH_ENTRY);
  GListModel *all = chat_profile_get_conversations (self->profile);
  GListModel *found = G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)));

  g_assert_cmpuint (g_list_model_get_n_items (found), <, g_list_model_get_n_items (all));
  gtk_widget_child_focus (list, GTK_DIR_TAB_FORWARD);
  wait_until (g_list_model_get_n_items (found) == g_list_model_get_n_items (all));
  gtk_editable_set_text (GTK_EDITABLE (search), "7");
  wait_until (g_list_model_get_n_items (found) < g_list_model_get_n_items (all));
  g_assert_cmpuint (g_list_model_get_n_items (found), >, 0);
  for (guint i = 0; i < g_list_model_get_n_items (found); i++) {
    g_autoptr (ChatConversation) one = g_list_model_get_item (found, i);

    g_assert_true (strchr (chat_conversation_get_name (one), '7') || strchr (xmpp_jid_get_string (chat_conversation_get_jid (one)), '7'));
  }
  gtk_editable_set_text (GTK_EDITABLE (search), "");
  wait_until (g_list_model_get_n_items (found) == g_list_model_get_n_items (all));
}

static GtkWidget *
find_button (GtkWidget *widget, const char *start)
{
  if (GTK_IS_TOGGLE_BUTTON (widget) && gtk_button_get_label (GTK_BUTTON (widget)) && g_str_has_prefix (gtk_button_get_label (GTK_BUTTON (widget)), start))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_button (child, start);

    if (found)
      return found;
  }
  return NULL;
}

static void
press (Fixture *self, const char *chip)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (find_button (self->sidebar, chip)), TRUE);
}

/* W-34: all but what was put away, what is unread, people, and what was put away; a search goes over all of them. */
static void
test_chips (Fixture *self, gconstpointer data)
{
  GListModel *all = chat_profile_get_conversations (self->profile);
  GtkWidget *list = find (self->sidebar, GTK_TYPE_LIST_VIEW);
  GListModel *found = G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)));
  GtkWidget *archived = find_button (self->sidebar, "Archived");
  g_autoptr (ChatConversation) first = g_list_model_get_item (all, 0), second = g_list_model_get_item (all, 1);
  guint n_all = g_list_model_get_n_items (all), n_unread = 0;

  gtk_widget_child_focus (list, GTK_DIR_TAB_FORWARD);
  wait_until (g_list_model_get_n_items (found) == n_all);
  g_assert_false (gtk_widget_get_visible (archived));
  chat_conversation_mark_read (first);
  chat_conversation_set_marked_unread (second, TRUE);
  for (guint i = 0; i < n_all; i++) {
    g_autoptr (ChatConversation) one = g_list_model_get_item (all, i);

    n_unread += chat_conversation_get_unread (one) > 0 || chat_conversation_get_marked_unread (one);
  }
  press (self, "Unread");
  wait_until (g_list_model_get_n_items (found) == n_unread);
  chat_conversation_set_marked_unread (second, FALSE);
  wait_until (g_list_model_get_n_items (found) == n_unread - 1);
  press (self, "All");
  g_assert_cmpuint (g_list_model_get_n_items (found), ==, n_all);
  chat_conversation_set_archived (first, TRUE);
  wait_until (g_list_model_get_n_items (found) == n_all - 1);
  g_assert_true (gtk_widget_get_visible (archived));
  gtk_editable_set_text (GTK_EDITABLE (find (self->sidebar, GTK_TYPE_SEARCH_ENTRY)), chat_conversation_get_name (first));
  wait_until (g_list_model_get_n_items (found) > 0 && g_list_model_get_n_items (found) < n_all - 1);
  gtk_editable_set_text (GTK_EDITABLE (find (self->sidebar, GTK_TYPE_SEARCH_ENTRY)), "");
  press (self, "Archived");
  wait_until (g_list_model_get_n_items (found) == 1);
  /* The last one came back: nobody is left in an empty list. */
  chat_conversation_set_archived (first, FALSE);
  wait_until (g_list_model_get_n_items (found) == n_all);
  g_assert_false (gtk_widget_get_visible (archived));
}

/* A chat that is opened from elsewhere is selected wherever it stands, also behind those that are rows at first. */
static void
test_select (Fixture *self, gconstpointer data)
{
  GListModel *all = chat_profile_get_conversations (self->profile);
  GtkSelectionModel *shown = gtk_list_view_get_model (GTK_LIST_VIEW (find (self->sidebar, GTK_TYPE_LIST_VIEW)));
  guint last = g_list_model_get_n_items (all) - 1;
  g_autoptr (ChatConversation) conversation = g_list_model_get_item (all, last);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (shown)), <=, last);
  stonechat_sidebar_select (STONECHAT_SIDEBAR (self->sidebar), conversation);
  g_assert_cmpuint (gtk_single_selection_get_selected (GTK_SINGLE_SELECTION (shown)), ==, last);
  /* It stays so where it goes. */
  chat_conversation_set_pinned (conversation, TRUE);
  wait_until (gtk_single_selection_get_selected (GTK_SINGLE_SELECTION (shown)) == 0);
  stonechat_sidebar_select (STONECHAT_SIDEBAR (self->sidebar), NULL);
  g_assert_cmpuint (gtk_single_selection_get_selected (GTK_SINGLE_SELECTION (shown)), ==, GTK_INVALID_LIST_POSITION);
}

static const char *
chats_page (Fixture *self)
{
  GtkWidget *stack = gtk_widget_get_ancestor (find (self->sidebar, GTK_TYPE_LIST_VIEW), GTK_TYPE_STACK);

  return gtk_stack_get_visible_child_name (GTK_STACK (stack));
}

/* Nothing is there yet, but something is coming: only when nothing comes any more there are no chats (W-03). */
static void
test_coming (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatAccount) account = g_list_model_get_item (chat_profile_get_accounts (self->profile), 0);
  ChatHistory *history = chat_account_get_history (account);

  g_assert_cmpuint (g_list_model_get_n_items (chat_profile_get_conversations (self->profile)), ==, 0);
  wait_until (g_str_equal (chats_page (self), "empty"));
  chat_account_set_state (account, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_NEEDS_NOTHING, "", NULL);
  chat_history_set_running (history, TRUE);
  g_assert_cmpstr (chats_page (self), ==, "coming");
  chat_history_set_running (history, FALSE);
  g_assert_cmpstr (chats_page (self), ==, "coming");
  chat_account_set_state (account, CHAT_ACCOUNT_CONNECTING, CHAT_ACCOUNT_NEEDS_NOTHING, "", NULL);
  g_assert_cmpstr (chats_page (self), ==, "coming");
  chat_account_set_state (account, CHAT_ACCOUNT_WAITING, CHAT_ACCOUNT_NEEDS_NOTHING, "", NULL);
  wait_until (g_str_equal (chats_page (self), "empty"));
  /* It tries again and again. */
  chat_account_set_state (account, CHAT_ACCOUNT_CONNECTING, CHAT_ACCOUNT_NEEDS_NOTHING, "", NULL);
  g_assert_cmpstr (chats_page (self), ==, "empty");
  chat_account_set_state (account, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_NEEDS_NOTHING, "", NULL);
  chat_history_set_running (history, TRUE);
  g_assert_cmpstr (chats_page (self), ==, "coming");
  chat_history_set_paused (history, TRUE);
  wait_until (g_str_equal (chats_page (self), "empty"));
}

/* of an account that is taken away nothing stays, not even in a line that is not shown. */
static void
test_removed_account (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  ChatAccount *account = g_list_model_get_item (chat_profile_get_accounts (self->profile), 0);
  ChatHistory *history = chat_account_get_history (account);

  chat_account_set_state (account, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_NEEDS_NOTHING, "", NULL);
  g_assert_nonnull (find (self->sidebar, STONECHAT_TYPE_PROGRESS));
  g_object_add_weak_pointer (G_OBJECT (account), (gpointer *) &account);
  g_object_add_weak_pointer (G_OBJECT (history), (gpointer *) &history);
  chat_profile_remove_account_async (self->profile, account, done_cb, &result);
  g_object_unref (account);
  wait_until (result);
  g_assert_true (chat_profile_remove_account_finish (self->profile, result, NULL));
  g_clear_object (&result);
  g_assert_null (find (self->sidebar, STONECHAT_TYPE_PROGRESS));
  wait_until (!account && !history);
}

/* Under each heading its people stand by name; nobody is there yet. */
static void
test_groups (Fixture *self, gconstpointer data)
{
  g_autoptr (StonechatGroupModel) groups = stonechat_group_model_new (chat_profile_get_contacts (self->profile));
  GListModel *rows = G_LIST_MODEL (groups);
  const char *heading = NULL, *name = NULL;
  guint left = 0, n_headings = 0;

  wait_until (g_list_model_get_n_items (rows) > 0);
  for (guint i = 0; i < g_list_model_get_n_items (rows); i++) {
    g_autoptr (GObject) row = g_list_model_get_item (rows, i);

    if (STONECHAT_IS_GROUP (row)) {
      const char *next = stonechat_group_get_name (STONECHAT_GROUP (row));

      g_assert_cmpuint (left, ==, 0);
      g_assert_cmpuint (stonechat_group_get_online (STONECHAT_GROUP (row)), ==, 0);
      g_assert_true (!heading || g_str_equal (next, "No Group") || g_utf8_collate (heading, next) < 0);
      left = stonechat_group_get_total (STONECHAT_GROUP (row));
      heading = next;
      name = NULL;
      n_headings++;
    } else {
      g_assert_cmpuint (left--, >, 0);
      g_assert_true (!name || g_utf8_collate (name, chat_contact_get_name (CHAT_CONTACT (row))) <= 0);
      name = chat_contact_get_name (CHAT_CONTACT (row));
    }
  }
  g_assert_cmpuint (left, ==, 0);
  g_assert_cmpuint (n_headings, >, 1);
}

static void
test_description (Fixture *self, gconstpointer data)
{
  StonechatChatRow *row = STONECHAT_CHAT_ROW (g_object_ref_sink (stonechat_chat_row_new ()));
  GListModel *all = chat_profile_get_conversations (self->profile);
  g_autofree char *alone = NULL, *named = NULL;
  const char *account = "juliet@verona.test";
  g_autoptr (ChatConversation) first = g_list_model_get_item (all, 0);

  stonechat_chat_row_set_item (row, first);
  alone = stonechat_chat_row_describe (row);
  g_assert_true (g_str_has_prefix (alone, chat_conversation_get_name (first)));
  g_assert_null (strstr (alone, account));
  stonechat_chat_row_set_show_account (row, TRUE);
  named = stonechat_chat_row_describe (row);
  g_assert_nonnull (strstr (named, account));
  stonechat_chat_row_set_item (row, NULL);
  g_assert_finalize_object (row);
}

/* W-02: how far the last message got is said where it is our own, and only there. */
static void
test_state (Fixture *self, gconstpointer data)
{
  StonechatChatRow *row = STONECHAT_CHAT_ROW (g_object_ref_sink (stonechat_chat_row_new ()));
  GListModel *all = chat_profile_get_conversations (self->profile);
  guint n_own = 0;

  for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
    g_autoptr (ChatConversation) one = g_list_model_get_item (all, i);
    g_autofree char *text = NULL;
    ChatMessageState state;
    gboolean own;

    g_object_get (one, "preview-own", &own, "preview-state", &state, NULL);
    own = own && chat_conversation_get_draft (one) == NULL;
    stonechat_chat_row_set_item (row, one);
    text = stonechat_chat_row_describe (row);
    g_assert_cmpint (g_str_has_suffix (text, ", Sent") || g_str_has_suffix (text, ", Read") || g_str_has_suffix (text, ", Delivered")
                     || g_str_has_suffix (text, ", Failed") || g_str_has_suffix (text, ", Queued"), ==, own);
    g_assert_true (!own || g_str_has_suffix (text, stonechat_state_mark_get_word (state)));
    n_own += own;
  }
  g_assert_cmpuint (n_own, >, 0);
  stonechat_chat_row_set_item (row, NULL);
  g_assert_finalize_object (row);
}

static void
test_initials (void)
{
  static const struct { const char *name, *initials; } cases[] = {
    { "Romeo Montague", "RM" }, { "juliet", "J" }, { "Lady Capulet of Verona", "LV" }, { "nurse@verona.test", "N" }, { "émile zola", "ÉZ" },
    { "(Friar) Laurence", "FL" }, { "", "" }, { "😺", "😺" }, { "李 小龍", "李小" }, { "...", "." }, { "O’Neill", "O" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *initials = stonechat_initials (cases[i].name);

    g_assert_cmpstr (initials, ==, cases[i].initials);
  }
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/sidebar/W-30-rows-are-light", Fixture, "300", set_up, test_rows_are_light, tear_down);
  g_test_add ("/sidebar/chips/W-34", Fixture, "300", set_up, test_chips, tear_down);
  g_test_add ("/sidebar/filter", Fixture, "300", set_up, test_filter, tear_down);
  g_test_add ("/sidebar/select", Fixture, "300", set_up, test_select, tear_down);
  g_test_add ("/sidebar/W-03-coming", Fixture, "0", set_up, test_coming, tear_down);
  g_test_add ("/sidebar/R-30-removed-account", Fixture, "0", set_up, test_removed_account, tear_down);
  g_test_add ("/sidebar/groups", Fixture, "300", set_up, test_groups, tear_down);
  g_test_add ("/sidebar/W-22-account-is-named", Fixture, "20", set_up, test_description, tear_down);
  g_test_add ("/sidebar/W-02-state", Fixture, "20", set_up, test_state, tear_down);
  g_test_add_func ("/avatar/initials", test_initials);
  return g_test_run ();
}
