/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-private.h"

/* What is read once, when the store is opened. */

static gboolean
read_accounts (ChatDb *db, GPtrArray *rows, GError **error)
{
  sqlite3_stmt *s = chat_db_query (db, error,
    "SELECT id, jid, alias, enabled, host, port, direct_tls, pin_sha256, client_certificate, resource, remember,"
    " known_strength, allow_plain, availability, status_text, priority, roster_version, state"
    " FROM account LEFT JOIN stream_state ON stream_state.account = account.id ORDER BY id", "");
  int step;

  while ((step = chat_db_step (db, s, error)) > 0) {
    ChatAccountRow *row = g_new0 (ChatAccountRow, 1);
    row->id = sqlite3_column_int64 (s, 0);
    row->jid = chat_db_dup_text (s, 1);
    row->alias = chat_db_dup_text (s, 2);
    row->enabled = sqlite3_column_int (s, 3);
    row->host = chat_db_dup_text (s, 4);
    row->port = sqlite3_column_int (s, 5);
    row->direct_tls = sqlite3_column_int (s, 6);
    row->pin_sha256 = chat_db_dup_text (s, 7);
    row->client_certificate = chat_db_dup_text (s, 8);
    row->resource = chat_db_dup_text (s, 9);
    row->remember = sqlite3_column_int (s, 10);
    row->known_strength = sqlite3_column_int (s, 11);
    row->allow_plain = sqlite3_column_int (s, 12);
    row->availability = sqlite3_column_int (s, 13);
    row->status_text = chat_db_dup_text (s, 14);
    row->priority = sqlite3_column_int (s, 15);
    row->roster_version = chat_db_dup_text (s, 16);
    row->sm_state = chat_db_dup_text (s, 17);
    g_ptr_array_add (rows, row);
  }
  return step == 0;
}

static void
take_groups (ChatContactRow *row, GPtrArray *groups)
{
  if (row == NULL)
    return;
  g_strfreev (row->groups);
  g_ptr_array_add (groups, NULL);
  row->groups = (char **) g_ptr_array_steal (groups, NULL);
}

static gboolean
read_contacts (ChatDb *db, GPtrArray *rows, GError **error)
{
  sqlite3_stmt *s = chat_db_query (db, error,
    "SELECT account, jid, contact.name, subscription, ask, approved, contact_group.name"
    " FROM contact LEFT JOIN contact_group USING (account, jid) ORDER BY account, jid", "");
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (g_free);
  ChatContactRow *row = NULL;
  int step;

  while ((step = chat_db_step (db, s, error)) > 0) {
    gint64 account = sqlite3_column_int64 (s, 0);
    const char *jid = (const char *) sqlite3_column_text (s, 1);
    if (row == NULL || row->account != account || strcmp (row->jid, jid) != 0) {
      take_groups (row, groups);
      row = chat_contact_row_new (account, jid);
      row->name = chat_db_dup_text (s, 2);
      row->subscription = sqlite3_column_int (s, 3);
      row->ask = sqlite3_column_int (s, 4);
      row->approved = sqlite3_column_int (s, 5);
      g_ptr_array_add (rows, row);
    }
    if (sqlite3_column_type (s, 6) != SQLITE_NULL)
      g_ptr_array_add (groups, chat_db_dup_text (s, 6));
  }
  take_groups (row, groups);
  return step == 0;
}

static gboolean
read_presences (ChatDb *db, GPtrArray *rows, GError **error)
{
  sqlite3_stmt *s = chat_db_query (db, error,
    "SELECT account, jid, availability, status_text, last_seen FROM presence ORDER BY account, jid", "");
  int step;

  while ((step = chat_db_step (db, s, error)) > 0)
    g_ptr_array_add (rows, chat_presence_row_new (sqlite3_column_int64 (s, 0), (const char *) sqlite3_column_text (s, 1),
                                                  sqlite3_column_int (s, 2), (const char *) sqlite3_column_text (s, 3),
                                                  sqlite3_column_int64 (s, 4)));
  return step == 0;
}

static gboolean
read_requests (ChatDb *db, GPtrArray *rows, GError **error)
{
  sqlite3_stmt *s = chat_db_query (db, error, "SELECT account, jid, text, time FROM request ORDER BY time, jid", "");
  int step;

  while ((step = chat_db_step (db, s, error)) > 0)
    g_ptr_array_add (rows, chat_request_row_new (sqlite3_column_int64 (s, 0), (const char *) sqlite3_column_text (s, 1),
                                                 (const char *) sqlite3_column_text (s, 2), sqlite3_column_int64 (s, 3)));
  return step == 0;
}

gboolean
chat_snapshot_read_settings (ChatDb *db, GHashTable *settings, GError **error)
{
  sqlite3_stmt *s = chat_db_query (db, error, "SELECT ifnull (account, 0), ifnull (conversation, 0), key, value FROM setting", "");
  int step;

  while ((step = chat_db_step (db, s, error)) > 0)
    g_hash_table_insert (settings,
                         g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s", (gint64) sqlite3_column_int64 (s, 0),
                                          (gint64) sqlite3_column_int64 (s, 1), (const char *) sqlite3_column_text (s, 2)),
                         chat_db_dup_text (s, 3));
  return step == 0;
}

ChatSnapshot *
chat_snapshot_read (ChatDb *db, GError **error)
{
  g_autoptr (ChatSnapshot) self = g_new0 (ChatSnapshot, 1);

  self->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_account_row_free);
  self->contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_contact_row_free);
  self->presences = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_presence_row_free);
  self->requests = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_request_row_free);
  if (!read_accounts (db, self->accounts, error)
      || !read_contacts (db, self->contacts, error)
      || !read_presences (db, self->presences, error)
      || !read_requests (db, self->requests, error))
    return NULL;
  self->conversations = chat_snapshot_read_conversations (db, error);
  return self->conversations != NULL ? g_steal_pointer (&self) : NULL;
}
