/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-profile-private.h"
#include "chat-account-private.h"
#include "chat-provision.h"

#include <glib/gi18n-lib.h>

/* --provision: the file is checked as a whole, then the passwords go to the Secret Service, then all accounts are
 * written in one transaction. When a later step fails, the passwords of accounts that are new are taken out again. */

typedef struct {
  char *file;
  GPtrArray *wanted;       /* of ChatProvision */
  GPtrArray *rows;         /* of ChatAccountRow, in the same order */
  guint next;              /* whose password is stored next */
} Work;

static void
work_free (Work *work)
{
  g_free (work->file);
  g_clear_pointer (&work->wanted, g_ptr_array_unref);
  g_clear_pointer (&work->rows, g_ptr_array_unref);
  g_free (work);
}

static void
replace_text (char **to, const char *from)
{
  if (!from)
    return;
  g_free (*to);
  *to = g_strdup (from);
}

static ChatAccountRow *
make_row (ChatProfile *self, const ChatProvision *wanted)
{
  ChatAccount *account = chat_profile_find_account (self, wanted->jid);
  ChatAccountRow *row = account ? chat_account_row_copy (chat_account_get_row (account)) : chat_profile_new_row (self, wanted->jid);

  replace_text (&row->host, wanted->host);
  replace_text (&row->client_certificate, wanted->client_certificate);
  replace_text (&row->pin_sha256, wanted->pin_sha256);
  replace_text (&row->resource, wanted->resource);
  replace_text (&row->alias, wanted->alias);
  if (wanted->has_port)
    row->port = wanted->port;
  if (wanted->has_direct_tls)
    row->direct_tls = wanted->direct_tls;
  if (wanted->password)
    row->remember = !wanted->session_only;
  return row;
}

static gboolean
goes_to_keyring (const ChatProvision *wanted)
{
  return wanted->password && !wanted->session_only;
}

static void
take_back (ChatProfile *self, Work *work)
{
  for (guint i = 0; i < work->next; i++) {
    const ChatAccountRow *row = work->rows->pdata[i];

    if (goes_to_keyring (work->wanted->pdata[i]) && row->id == 0)
      chat_credentials_clear_async (self->credentials, row->jid, NULL, NULL, NULL);
  }
}

static char *
take_account (ChatProfile *self, const ChatAccountRow *row, const ChatProvision *wanted)
{
  ChatAccount *account = chat_profile_find_account (self, wanted->jid);
  gboolean is_new = account == NULL;
  ChatConnection *connection;

  if (is_new) {
    account = chat_profile_add_account (self, chat_account_row_copy (row));
    chat_profile_start_account (self, account);
  }
  connection = chat_profile_find_connection (self, account);
  if (connection && wanted->password)
    chat_connection_set_password (connection, wanted->password);
  if (!is_new)
    chat_account_replace_row (account, chat_account_row_copy (row));
  chat_account_reconnect (account);
  return g_strdup_printf (is_new ? _("Added account %s") : _("Updated account %s"), row->jid);
}

static void
rows_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatProfile *self = g_task_get_source_object (task);
  Work *work = g_task_get_task_data (task);
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  GError *error = NULL;

  if (!chat_store_write_finish (self->store, result, &error)) {
    take_back (self, work);
    g_task_return_error (task, error);
    return;
  }
  for (guint i = 0; i < work->rows->len; i++) {
    g_autofree char *line = take_account (self, work->rows->pdata[i], work->wanted->pdata[i]);

    g_strv_builder_add (lines, line);
  }
  g_task_return_pointer (task, g_strv_builder_end (lines), (GDestroyNotify) g_strfreev);
}

static void store_next (GTask *task);

static void
password_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  ChatProfile *self = g_task_get_source_object (task);
  Work *work = g_task_get_task_data (task);
  const ChatAccountRow *row = work->rows->pdata[work->next];
  g_autoptr (GError) error = NULL;

  if (chat_credentials_finish (self->credentials, result, &error)) {
    work->next++;
    store_next (task);
    return;
  }
  take_back (self, work);
  g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_PROVISION,
                           _("%s: [account:%s] password: can’t be stored: %s Unlock the keyring, or add password-storage=session."),
                           work->file, row->jid, error->message);
  g_object_unref (task);
}

static void
store_next (GTask *task)
{
  ChatProfile *self = g_task_get_source_object (task);
  Work *work = g_task_get_task_data (task);

  while (work->next < work->wanted->len && !goes_to_keyring (work->wanted->pdata[work->next]))
    work->next++;
  if (work->next < work->wanted->len) {
    const ChatAccountRow *row = work->rows->pdata[work->next];
    const ChatProvision *wanted = work->wanted->pdata[work->next];

    chat_credentials_store_async (self->credentials, row->jid, wanted->password, g_task_get_cancellable (task), password_stored_cb, task);
  } else {
    chat_store_save_accounts_async (self->store, work->rows, g_task_get_cancellable (task), rows_saved_cb, task);
  }
}

void
chat_profile_provision_async (ChatProfile *self, const char *file, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);
  GError *error = NULL;

  g_task_set_task_data (task, work, (GDestroyNotify) work_free);
  work->file = g_strdup (file);
  work->wanted = chat_provision_parse (file, &error);
  if (!work->wanted) {
    g_task_return_error (task, error);
    g_object_unref (task);
    return;
  }
  work->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_account_row_free);
  for (guint i = 0; i < work->wanted->len; i++) {
    ChatProvision *wanted = work->wanted->pdata[i];

    wanted->session_only |= self->credentials == NULL;
    g_ptr_array_add (work->rows, make_row (self, wanted));
  }
  store_next (task);
}

char **
chat_profile_provision_finish (ChatProfile *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
