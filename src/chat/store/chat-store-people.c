/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-private.h"

#include <glib/gi18n-lib.h>

#define SMALL (64 << 20)          /* bytes of a file that is written anew after each deletion */

/* Writing accounts, rosters, presence and requests. */

static gboolean
write_account (ChatDb *db, ChatAccountRow *row, GError **error)
{
  gint64 other;

  if (!chat_db_int64 (db, &other, 0, error, "SELECT id FROM account WHERE jid = ? AND id <> ?", "sl", row->jid, row->id))
    return FALSE;
  if (other != 0) {
    g_set_error (error, CHAT_ERROR, CHAT_ERROR_ACCOUNT_EXISTS, _("There is already an account “%s”"), row->jid);
    return FALSE;
  }
  if (row->id == 0) {
    if (!chat_db_run (db, error, "INSERT INTO account (jid) VALUES (?)", "s", row->jid))
      return FALSE;
    row->id = sqlite3_last_insert_rowid (chat_db_handle (db));
  }
  return chat_db_run (db, error,
    "UPDATE account SET jid = ?, alias = ?, enabled = ?, host = ?, port = ?, direct_tls = ?, pin_sha256 = ?,"
    " client_certificate = ?, resource = ?, remember = ?, known_strength = ?, allow_plain = ?, availability = ?,"
    " status_text = ?, priority = ? WHERE id = ?", "ssisiisssiiiisil",
    row->jid, row->alias, (int) row->enabled, row->host, (int) row->port, (int) row->direct_tls, row->pin_sha256,
    row->client_certificate, row->resource, (int) row->remember, row->known_strength, (int) row->allow_plain,
    row->availability, row->status_text, row->priority, row->id);
}

static gboolean
save_account_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  ChatAccountRow *row = data;

  if (!write_account (db, row, error))
    return FALSE;
  result->result = g_memdup2 (&row->id, sizeof row->id);
  result->result_free = g_free;
  return TRUE;
}

void
chat_store_save_account_async (ChatStore *self, const ChatAccountRow *row, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  chat_store_run_write (self, save_account_job, chat_account_row_copy (row), (GDestroyNotify) chat_account_row_free,
                        cancellable, callback, user_data);
}

gint64
chat_store_save_account_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  g_autofree gint64 *id = chat_store_run_finish (self, result, error);
  return id != NULL ? *id : 0;
}

static gboolean
save_accounts_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  GPtrArray *rows = data;

  for (guint i = 0; i < rows->len; i++) {
    if (!write_account (db, g_ptr_array_index (rows, i), error))
      return FALSE;
  }
  return TRUE;
}

void
chat_store_save_accounts_async (ChatStore *self, GPtrArray *rows, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  chat_store_run_write (self, save_accounts_job, g_ptr_array_ref (rows), (GDestroyNotify) g_ptr_array_unref,
                        cancellable, callback, user_data);
}

/* Conversations first: their messages go by an index, not by the cascade's search. */
static gboolean
remove_account_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  gint64 account = *(gint64 *) data;

  return chat_db_run (db, error, "DELETE FROM conversation WHERE account = ?", "l", account)
         && chat_db_run (db, error, "DELETE FROM account WHERE id = ?", "l", account);
}

/* The log still has the pages as they were. */
static gboolean
empty_log_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  return chat_db_run (db, error, "PRAGMA wal_checkpoint (TRUNCATE)", "");
}

/* Rows that moved when their page became full left a copy behind, which no deletion finds: of a thousand rows about one. */
static gboolean
write_anew_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  gboolean written = chat_db_run (db, error, "VACUUM", "");

  return empty_log_job (db, data, result, written ? error : NULL) && written;
}

/* What is larger takes seconds, in which nothing else is written. */
static gboolean
write_small_anew_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  gint64 pages, size;

  if (!chat_db_int64 (db, &pages, 0, error, "PRAGMA page_count", "") || !chat_db_int64 (db, &size, 0, error, "PRAGMA page_size", ""))
    return FALSE;
  return pages * size > SMALL || write_anew_job (db, data, result, error);
}

void
chat_store_write_small_anew (ChatStore *self)
{
  chat_store_run_plain (self, write_small_anew_job);
}

void
chat_store_write_anew (ChatStore *self)
{
  chat_store_run_plain (self, write_anew_job);
}

void
chat_store_empty_log (ChatStore *self)
{
  chat_store_run_plain (self, empty_log_job);
}

void
chat_store_remove_account_async (ChatStore *self, gint64 account, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  chat_store_forget_settings (self, account);
  chat_store_write_for (self, remove_account_job, account, cancellable, callback, user_data);
  chat_store_write_anew (self);
}

gboolean
chat_store_write_sm_state (ChatDb *db, gint64 account, const char *state, GError **error)
{
  if (state == NULL)
    return chat_db_run (db, error, "DELETE FROM stream_state WHERE account = ?", "l", account);
  /* The account may be gone while its last stanzas are on their way here. */
  return chat_db_run (db, error,
    "INSERT OR REPLACE INTO stream_state (account, state, time) SELECT id, ?, ? FROM account WHERE id = ?", "sll",
    state, g_get_real_time (), account);
}

typedef struct {
  gint64 account;
  gboolean whole;
  char *text;               /* version, state or address */
  GPtrArray *contacts;
  char **removed;
} PeopleData;

static void
people_data_free (PeopleData *data)
{
  g_free (data->text);
  g_clear_pointer (&data->contacts, g_ptr_array_unref);
  g_strfreev (data->removed);
  g_free (data);
}

static PeopleData *
people_data_new (gint64 account, const char *text)
{
  PeopleData *data = g_new0 (PeopleData, 1);

  data->account = account;
  data->text = g_strdup (text);
  return data;
}

static gboolean
save_sm_state_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  PeopleData *data = user_data;
  return chat_store_write_sm_state (db, data->account, data->text, error);
}

void
chat_store_save_sm_state_async (ChatStore *self, gint64 account, const char *state, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  chat_store_run_write (self, save_sm_state_job, people_data_new (account, state), (GDestroyNotify) people_data_free,
                        cancellable, callback, user_data);
}

static gboolean
write_contact (ChatDb *db, gint64 account, const ChatContactRow *row, GError **error)
{
  if (!chat_db_run (db, error,
        "INSERT INTO contact (account, jid, name, subscription, ask, approved) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (account, jid) DO UPDATE SET name = excluded.name, subscription = excluded.subscription,"
        " ask = excluded.ask, approved = excluded.approved", "lssiii",
        account, row->jid, row->name, row->subscription, (int) row->ask, (int) row->approved)
      || !chat_db_run (db, error, "DELETE FROM contact_group WHERE account = ? AND jid = ?", "ls", account, row->jid))
    return FALSE;
  for (guint i = 0; row->groups != NULL && row->groups[i] != NULL; i++) {
    if (!chat_db_run (db, error, "INSERT OR IGNORE INTO contact_group (account, jid, name) VALUES (?, ?, ?)", "lss",
                      account, row->jid, row->groups[i]))
      return FALSE;
  }
  return TRUE;
}

static gboolean
save_roster_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  PeopleData *data = user_data;

  if (data->whole && !chat_db_run (db, error, "DELETE FROM contact WHERE account = ?", "l", data->account))
    return FALSE;
  for (guint i = 0; data->removed != NULL && data->removed[i] != NULL; i++) {
    if (!chat_db_run (db, error, "DELETE FROM contact WHERE account = ? AND jid = ?", "ls", data->account, data->removed[i])
        || !chat_db_run (db, error, "DELETE FROM presence WHERE account = ? AND jid = ?", "ls", data->account, data->removed[i]))
      return FALSE;
  }
  for (guint i = 0; data->contacts != NULL && i < data->contacts->len; i++) {
    if (!write_contact (db, data->account, g_ptr_array_index (data->contacts, i), error))
      return FALSE;
  }
  if (!data->whole && data->text == NULL)
    return TRUE;
  return chat_db_run (db, error, "UPDATE account SET roster_version = ? WHERE id = ?", "sl", data->text, data->account);
}

void
chat_store_save_roster_async (ChatStore *self, gint64 account, const char *version, gboolean whole, GPtrArray *contacts,
                              const char *const *removed, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  PeopleData *data = people_data_new (account, version);

  data->whole = whole;
  data->removed = g_strdupv ((char **) removed);
  data->contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_contact_row_free);
  for (guint i = 0; contacts != NULL && i < contacts->len; i++)
    g_ptr_array_add (data->contacts, chat_contact_row_copy (g_ptr_array_index (contacts, i)));
  chat_store_run_write (self, save_roster_job, data, (GDestroyNotify) people_data_free, cancellable, callback, user_data);
}

static gboolean
save_presence_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  GPtrArray *rows = data;

  for (guint i = 0; i < rows->len; i++) {
    ChatPresenceRow *row = g_ptr_array_index (rows, i);
    if (!chat_db_run (db, error,
          "INSERT OR REPLACE INTO presence (account, jid, availability, status_text, last_seen)"
          " SELECT id, ?, ?, ?, ? FROM account WHERE id = ?", "sisll",
          row->jid, row->availability, row->status_text, row->last_seen, row->account))
      return FALSE;
  }
  return TRUE;
}

void
chat_store_save_presence_async (ChatStore *self, GPtrArray *rows, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  GPtrArray *copies = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_presence_row_free);

  for (guint i = 0; i < rows->len; i++) {
    ChatPresenceRow *row = g_ptr_array_index (rows, i);
    g_ptr_array_add (copies, chat_presence_row_new (row->account, row->jid, row->availability, row->status_text, row->last_seen));
  }
  chat_store_run_write (self, save_presence_job, copies, (GDestroyNotify) g_ptr_array_unref, cancellable, callback, user_data);
}

static gboolean
save_request_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  ChatRequestRow *row = data;

  return chat_db_run (db, error,
    "INSERT OR REPLACE INTO request (account, jid, text, time) SELECT id, ?, ?, ? FROM account WHERE id = ?", "ssll",
    row->jid, row->text, row->time, row->account);
}

void
chat_store_save_request_async (ChatStore *self, const ChatRequestRow *row, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  chat_store_run_write (self, save_request_job, chat_request_row_new (row->account, row->jid, row->text, row->time),
                        (GDestroyNotify) chat_request_row_free, cancellable, callback, user_data);
}

static gboolean
remove_request_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  PeopleData *data = user_data;
  return chat_db_run (db, error, "DELETE FROM request WHERE account = ? AND jid = ?", "ls", data->account, data->text);
}

void
chat_store_remove_request_async (ChatStore *self, gint64 account, const char *jid, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  chat_store_run_write (self, remove_request_job, people_data_new (account, jid), (GDestroyNotify) people_data_free,
                        cancellable, callback, user_data);
}
