/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-profile-private.h"
#include "chat-account-private.h"
#include "xmpp-id.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

/* How a profile is opened, and what it waits for when it is closed. */

#define PATIENCE_S 25      /* with the keyring: as long as a person may need to unlock it */
#define CLOSE_MS 2500      /* of the three seconds that closing may take; the rest is the store's */

/* -- opening --------------------------------------------------------------------------------------------------------- */

/* A folder that can't be written to is locked by itself, so that its history can still be read. */
static gboolean
take_lock (ChatProfile *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->data_dir, "lock", NULL);

  g_mkdir_with_parents (self->data_dir, 0700);
  self->lock = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock < 0)
    self->lock = g_open (self->data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (self->lock >= 0 && flock (self->lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    g_close (self->lock, NULL);
    self->lock = -1;
    g_set_error (error, CHAT_ERROR, CHAT_ERROR_PROFILE_IN_USE, "%s is in use", self->data_dir);
    return FALSE;
  }
  return TRUE;
}

void
chat_profile_drop_lock (ChatProfile *self)
{
  if (self->lock >= 0)
    close (self->lock);
  self->lock = -1;
}

/* What is made once, at the first start, and then is the profile's for ever. */
static char *
get_or_make (ChatProfile *self, const char *key, const char *prefix, guint length)
{
  const char *value = chat_store_get_setting (self->store, 0, 0, key);
  g_autofree char *id = NULL, *made = NULL;

  if (value)
    return g_strdup (value);
  id = xmpp_id_new ();
  made = g_strdup_printf ("%s%.*s", prefix, length, id);
  chat_store_set_setting (self->store, 0, 0, key, made);
  return g_steal_pointer (&made);
}

static void
load_identity (ChatProfile *self)
{
  self->resource = get_or_make (self, "resource", "Stonechat.", 8);
  if (g_strcmp0 (self->config.collection, "session") != 0) {
    g_autofree char *id = get_or_make (self, "profile", "", 32);

    self->credentials = chat_credentials_new (id, PATIENCE_S * self->config.second_ms);
  }
}

static void
load_presence (ChatProfile *self)
{
  const char *availability = chat_store_get_setting (self->store, 0, 0, "availability");
  const char *priority = chat_store_get_setting (self->store, 0, 0, "priority");
  gint64 value;

  if (availability && g_ascii_string_to_signed (availability, 10, XMPP_AVAILABILITY_OFFLINE, XMPP_AVAILABILITY_FREE_TO_CHAT, &value, NULL))
    self->availability = value;
  if (priority && g_ascii_string_to_signed (priority, 10, -128, 127, &value, NULL))
    self->priority = value;
  self->status_text = g_strdup (chat_store_get_setting (self->store, 0, 0, "status-text"));
}

static void
fill (ChatProfile *self, const ChatSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->accounts->len; i++) {
    const ChatAccountRow *row = snapshot->accounts->pdata[i];
    g_autoptr (XmppJid) jid = xmpp_jid_new_lenient (row->jid, NULL);

    if (jid)
      chat_profile_add_account (self, chat_account_row_copy (row));
  }
  chat_roster_load (self->roster, snapshot, G_LIST_MODEL (self->accounts));
  chat_conversation_list_set_contacts (self->conversations, chat_roster_get_contacts (self->roster));
  chat_conversation_list_load (self->conversations, snapshot);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

    chat_profile_start_account (self, account);
  }
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatProfile *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (ChatSnapshot) snapshot = chat_store_open_finish (self->store, result, &error);

  if (!snapshot) {
    chat_profile_drop_lock (self);
    g_task_return_error (task, error);
    return;
  }
  load_identity (self);
  load_presence (self);
  fill (self, snapshot);
  self->loaded = TRUE;
  self->notice = g_strdup (chat_store_get_notice (self->store));
  chat_profile_loaded (self);
  g_task_return_boolean (task, TRUE);
}

void
chat_profile_open_async (ChatProfile *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;

  if (!take_lock (self, &error)) {
    g_task_return_error (task, error);
    g_object_unref (task);
    return;
  }
  chat_store_open_async (self->store, cancellable, opened_cb, task);
}

gboolean
chat_profile_open_finish (ChatProfile *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* -- closing --------------------------------------------------------------------------------------------------------- */

typedef struct { guint timer; gboolean storing; GPtrArray *connections; } Closing;

static void
closing_free (Closing *closing)
{
  g_clear_handle_id (&closing->timer, g_source_remove);
  g_clear_pointer (&closing->connections, g_ptr_array_unref);
  g_free (closing);
}

static void
store_closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatProfile *self = g_task_get_source_object (task);
  GError *error = NULL;
  gboolean done = chat_store_close_finish (self->store, result, &error);

  chat_profile_drop_lock (self);
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void session_closed_cb (XmppSession *session, GParamSpec *pspec, GTask *task);

static void
close_store (GTask *task)
{
  ChatProfile *self = g_task_get_source_object (task);
  Closing *closing = g_task_get_task_data (task);

  closing->storing = TRUE;
  g_clear_handle_id (&closing->timer, g_source_remove);
  for (guint i = 0; i < closing->connections->len; i++) {
    XmppSession *session = chat_connection_get_session (closing->connections->pdata[i]);

    g_signal_handlers_disconnect_by_func (session, session_closed_cb, task);
    xmpp_session_abort (session);
  }
  chat_roster_flush (self->roster);
  chat_conversation_list_flush (self->conversations);
  chat_store_close_async (self->store, store_closed_cb, task);
}

static gboolean
all_closed (Closing *closing)
{
  for (guint i = 0; i < closing->connections->len; i++)
    if (xmpp_session_get_state (chat_connection_get_session (closing->connections->pdata[i])) != XMPP_SESSION_OFFLINE)
      return FALSE;
  return TRUE;
}

static gboolean
closing_done_cb (gpointer user_data)
{
  Closing *closing = g_task_get_task_data (user_data);

  closing->timer = 0;
  close_store (user_data);
  return G_SOURCE_REMOVE;
}

static void
session_closed_cb (XmppSession *session, GParamSpec *pspec, GTask *task)
{
  Closing *closing = g_task_get_task_data (task);

  if (closing->storing || !all_closed (closing))
    return;
  /* Not from within the session's own signal. */
  g_clear_handle_id (&closing->timer, g_source_remove);
  closing->timer = g_idle_add (closing_done_cb, task);
}

void
chat_profile_close_async (ChatProfile *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  Closing *closing = g_new0 (Closing, 1);

  closing->connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_task_set_task_data (task, closing, (GDestroyNotify) closing_free);
  g_clear_handle_id (&self->connect_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  chat_roster_flush (self->roster);
  for (guint i = 0; i < self->connections->len; i++) {
    ChatConnection *connection = self->connections->pdata[i];

    g_ptr_array_add (closing->connections, g_object_ref (connection));
    chat_connection_stop (connection);
    g_signal_connect (chat_connection_get_session (connection), "notify::state", G_CALLBACK (session_closed_cb), task);
  }
  closing->timer = all_closed (closing) ? g_idle_add (closing_done_cb, task) : g_timeout_add (CLOSE_MS, closing_done_cb, task);
}

gboolean
chat_profile_close_finish (ChatProfile *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
