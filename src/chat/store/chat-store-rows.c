/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store.h"

#include "xmpp-types.h"

/* The rows of accounts and people: plain structures that go between the threads. */

ChatAccountRow *
chat_account_row_new (const char *jid)
{
  ChatAccountRow *self = g_new0 (ChatAccountRow, 1);

  self->jid = g_strdup (jid);
  self->enabled = TRUE;
  self->remember = TRUE;
  self->availability = XMPP_AVAILABILITY_AVAILABLE;
  return self;
}

ChatAccountRow *
chat_account_row_copy (const ChatAccountRow *row)
{
  ChatAccountRow *self = g_memdup2 (row, sizeof *row);

  self->jid = g_strdup (row->jid);
  self->alias = g_strdup (row->alias);
  self->host = g_strdup (row->host);
  self->pin_sha256 = g_strdup (row->pin_sha256);
  self->client_certificate = g_strdup (row->client_certificate);
  self->resource = g_strdup (row->resource);
  self->status_text = g_strdup (row->status_text);
  self->roster_version = g_strdup (row->roster_version);
  self->sm_state = g_strdup (row->sm_state);
  return self;
}

void
chat_account_row_free (ChatAccountRow *row)
{
  g_free (row->jid);
  g_free (row->alias);
  g_free (row->host);
  g_free (row->pin_sha256);
  g_free (row->client_certificate);
  g_free (row->resource);
  g_free (row->status_text);
  g_free (row->roster_version);
  g_free (row->sm_state);
  g_free (row);
}

ChatContactRow *
chat_contact_row_new (gint64 account, const char *jid)
{
  ChatContactRow *self = g_new0 (ChatContactRow, 1);

  self->account = account;
  self->jid = g_strdup (jid);
  self->groups = g_new0 (char *, 1);
  return self;
}

ChatContactRow *
chat_contact_row_copy (const ChatContactRow *row)
{
  ChatContactRow *self = g_memdup2 (row, sizeof *row);

  self->jid = g_strdup (row->jid);
  self->name = g_strdup (row->name);
  self->groups = g_strdupv (row->groups);
  return self;
}

void
chat_contact_row_free (ChatContactRow *row)
{
  g_free (row->jid);
  g_free (row->name);
  g_strfreev (row->groups);
  g_free (row);
}

ChatPresenceRow *
chat_presence_row_new (gint64 account, const char *jid, int availability, const char *status_text, gint64 last_seen)
{
  ChatPresenceRow *self = g_new0 (ChatPresenceRow, 1);

  self->account = account;
  self->jid = g_strdup (jid);
  self->availability = availability;
  self->status_text = g_strdup (status_text);
  self->last_seen = last_seen;
  return self;
}

void
chat_presence_row_free (ChatPresenceRow *row)
{
  g_free (row->jid);
  g_free (row->status_text);
  g_free (row);
}

ChatRequestRow *
chat_request_row_new (gint64 account, const char *jid, const char *text, gint64 time)
{
  ChatRequestRow *self = g_new0 (ChatRequestRow, 1);

  self->account = account;
  self->jid = g_strdup (jid);
  self->text = g_strdup (text);
  self->time = time;
  return self;
}

void
chat_request_row_free (ChatRequestRow *row)
{
  g_free (row->jid);
  g_free (row->text);
  g_free (row);
}

void
chat_snapshot_free (ChatSnapshot *snapshot)
{
  g_clear_pointer (&snapshot->accounts, g_ptr_array_unref);
  g_clear_pointer (&snapshot->contacts, g_ptr_array_unref);
  g_clear_pointer (&snapshot->presences, g_ptr_array_unref);
  g_clear_pointer (&snapshot->requests, g_ptr_array_unref);
  g_clear_pointer (&snapshot->conversations, g_ptr_array_unref);
  g_free (snapshot);
}
