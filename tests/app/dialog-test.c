/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "dialog-test.h"

#include <glib/gstdio.h>

#define OTHER "[account:romeo@verona.test]\npassword=x\npassword-storage=session\nhost=127.0.0.1\nport=1\nalias=Montague\n"

gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* -- a profile ------------------------------------------------------------------------------------------------------- */

static void
run (const char *first, ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  int status;
  va_list list;

  va_start (list, first);
  for (const char *word = first; word; word = va_arg (list, const char *))
    g_ptr_array_add (words, (char *) word);
  va_end (list);
  g_ptr_array_add (words, NULL);
  g_spawn_sync (NULL, (char **) words->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
}

void
add_other_account (Fixture *f)
{
  g_autofree char *path = g_build_filename (f->folder, "provision.ini", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_set_contents (path, OTHER, -1, NULL));
  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
  chat_profile_provision_async (f->profile, path, NULL, keep_result_cb, &result);
  wait_for (result);
  lines = chat_profile_provision_finish (f->profile, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (chat_profile_get_accounts (f->profile)), ==, 2);
}

void
set_up (Fixture *f, gconstpointer data)
{
  ChatProfileConfig config = { .collection = "session" };
  g_autoptr (XmppJid) jid = xmpp_jid_new (JULIET, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("stonechat-test-XXXXXX", NULL);
  run (g_getenv ("SEED_PROFILE"), "--data", f->folder, "--account", JULIET, data ? "--contacts" : NULL, data, NULL);
  config.data_dir = config.cache_dir = f->folder;
  f->profile = chat_profile_new (&config);
  chat_profile_open_async (f->profile, NULL, keep_result_cb, &result);
  wait_for (result);
  chat_profile_open_finish (f->profile, result, &error);
  g_assert_no_error (error);
  f->account = chat_profile_find_account (f->profile, jid);
  g_assert_nonnull (f->account);
  g_object_add_weak_pointer (G_OBJECT (f->account), (gpointer *) &f->account);
  wait_for (chat_account_get_need (f->account) == CHAT_ACCOUNT_NEEDS_PASSWORD);
}

void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_profile_close_async (f->profile, keep_result_cb, &result);
  wait_for (result);
  g_assert_true (chat_profile_close_finish (f->profile, result, NULL));
  g_clear_object (&result);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_finalize_object (f->profile);
  g_assert_null (f->account);
  run ("rm", "-r", f->folder, NULL);
  g_free (f->folder);
}

/* -- finding --------------------------------------------------------------------------------------------------------- */

gboolean
is_row (GtkWidget *widget, const char *title)
{
  return ADW_IS_PREFERENCES_ROW (widget) && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) == 0;
}

gboolean
is_action (GtkWidget *widget, const char *name)
{
  return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), name) == 0;
}

gboolean
is_problem (GtkWidget *widget, const char *text)
{
  return GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, "error") && gtk_widget_get_visible (widget) &&
         g_strcmp0 (gtk_label_get_text (GTK_LABEL (widget)), text) == 0;
}

gboolean
is_label (GtkWidget *widget, const char *text)
{
  return GTK_IS_LABEL (widget) && g_strcmp0 (gtk_label_get_text (GTK_LABEL (widget)), text) == 0;
}

gboolean
is_type (GtkWidget *widget, const char *name)
{
  return g_str_equal (G_OBJECT_TYPE_NAME (widget), name);
}

GtkWidget *
look_for (GtkWidget *widget, Matches matches, const char *text)
{
  if (matches (widget, text))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = look_for (child, matches, text);

    if (found)
      return found;
  }
  return NULL;
}

GtkWidget *
find (GtkWidget *widget, Matches matches, const char *text)
{
  GtkWidget *found = look_for (widget, matches, text);

  if (!found)
    g_error ("There is no “%s”", text);
  return found;
}

void
type (GtkWidget *dialog, const char *row, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (find (dialog, is_row, row)), text);
}

void
finish (GtkWidget *dialog)
{
  g_object_ref (dialog);
  gtk_window_destroy (GTK_WINDOW (dialog));
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_finalize_object (G_OBJECT (dialog));
}
