/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store.h"

#include "chat-migrate.h"
#include "chat-opened.h"
#include "chat-store-private.h"

#include <glib/gi18n-lib.h>

/* The object: opening and closing, the two threads, and the settings, which are few and stay in memory. */

struct _ChatStore {
  GObject parent_instance;
  char *path;
  char **scripts;
  ChatWorker *writer;       /* NULL: not open */
  ChatWorker *reader;
  ChatSearcher *searcher;
  gboolean closing;
  gboolean read_only;
  gboolean failing;         /* "failed" was emitted and nothing went well since */
  char *notice;
  GHashTable *settings;     /* of "account conversation key" to value */
  guint anew_source;
};

#define ANEW_DELAY_S 2           /* for what is deleted together */

G_DEFINE_FINAL_TYPE (ChatStore, chat_store, G_TYPE_OBJECT)

enum { PROP_0, PROP_NOTICE, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
stop_worker (ChatWorker *worker, gboolean stopped)
{
  if (worker == NULL)
    return;
  chat_worker_set_batch_func (worker, NULL, NULL);
  if (!stopped)
    chat_worker_stop (worker, NULL);
  chat_worker_free (worker);
}

static void
chat_store_dispose (GObject *object)
{
  ChatStore *self = CHAT_STORE (object);

  g_clear_handle_id (&self->anew_source, g_source_remove);
  g_clear_pointer (&self->searcher, chat_searcher_free);
  stop_worker (g_steal_pointer (&self->reader), self->closing);
  stop_worker (g_steal_pointer (&self->writer), self->closing);
  G_OBJECT_CLASS (chat_store_parent_class)->dispose (object);
}

static void
chat_store_finalize (GObject *object)
{
  ChatStore *self = CHAT_STORE (object);

  g_free (self->path);
  g_strfreev (self->scripts);
  g_free (self->notice);
  g_hash_table_unref (self->settings);
  G_OBJECT_CLASS (chat_store_parent_class)->finalize (object);
}

static void
chat_store_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatStore *self = CHAT_STORE (object);

  switch (id) {
  case PROP_NOTICE:
    g_value_set_string (value, self->notice);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_store_class_init (ChatStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_store_dispose;
  object_class->finalize = chat_store_finalize;
  object_class->get_property = chat_store_get_property;
  props[PROP_NOTICE] = g_param_spec_string ("notice", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
chat_store_init (ChatStore *self)
{
  self->settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->scripts = chat_migrate_load_scripts ();
}

ChatStore *
chat_store_new (const char *data_dir)
{
  ChatStore *self = g_object_new (CHAT_TYPE_STORE, NULL);

  self->path = g_build_filename (data_dir, "chat.db", NULL);
  return self;
}

void
chat_store_set_scripts (ChatStore *self, const char *const *scripts)
{
  g_strfreev (self->scripts);
  self->scripts = g_strdupv ((char **) scripts);
}

const char *
chat_store_get_notice (ChatStore *self)
{
  return self->notice;
}

gboolean
chat_store_get_read_only (ChatStore *self)
{
  return self->read_only;
}

static void
batch_done_cb (const GError *error, gpointer user_data)
{
  ChatStore *self = user_data;
  G_GNUC_UNUSED g_autoptr (ChatStore) keep = g_object_ref (self);

  if (error == NULL) {
    self->failing = FALSE;
    chat_searcher_wake (self->searcher);
    return;
  }
  if (error->code == CHAT_ERROR_STORE_CORRUPT)
    chat_opened_suspect (self->path);
  if (self->failing)
    return;
  self->failing = TRUE;
  g_signal_emit (self, signals[FAILED], 0, error);
}

typedef struct {
  char *path;
  char **scripts;
  ChatOpened *opened;
  ChatSnapshot *snapshot;
  GHashTable *settings;
} OpenData;

static void
open_data_free (OpenData *data)
{
  g_free (data->path);
  g_strfreev (data->scripts);
  g_clear_pointer (&data->opened, chat_opened_free);
  g_clear_pointer (&data->snapshot, chat_snapshot_free);
  g_clear_pointer (&data->settings, g_hash_table_unref);
  g_free (data);
}

static gboolean
open_and_read (OpenData *data, GError **error)
{
  data->opened = chat_opened_new (data->path, (const char *const *) data->scripts, error);
  if (data->opened == NULL)
    return FALSE;
  g_hash_table_remove_all (data->settings);
  data->snapshot = chat_snapshot_read (data->opened->reader, error);
  return data->snapshot != NULL && chat_snapshot_read_settings (data->opened->reader, data->settings, error);
}

static void
open_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  OpenData *data = task_data;
  GError *error = NULL;

  if (!open_and_read (data, &error) && g_error_matches (error, CHAT_ERROR, CHAT_ERROR_STORE_CORRUPT)) {
    /* The damage is deeper than the header: now look at all of it, and move it aside. */
    g_clear_error (&error);
    g_clear_pointer (&data->snapshot, chat_snapshot_free);
    g_clear_pointer (&data->opened, chat_opened_free);
    chat_opened_suspect (data->path);
    open_and_read (data, &error);
  }
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
chat_store_open_async (ChatStore *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  OpenData *data = g_new0 (OpenData, 1);

  g_return_if_fail (self->writer == NULL);
  data->path = g_strdup (self->path);
  data->scripts = g_strdupv (self->scripts);
  data->settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_task_set_task_data (task, data, (GDestroyNotify) open_data_free);
  g_task_run_in_thread (task, open_thread);
}

static gboolean
forget_changes_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  return chat_db_run (db, error, "DELETE FROM search_change WHERE id <= ?", "l", *(gint64 *) data);
}

static void
forget_changes (gint64 upto, gpointer user_data)
{
  chat_store_write_for (user_data, forget_changes_job, upto, NULL, NULL, NULL);
}

static gboolean
anew_cb (gpointer user_data)
{
  ChatStore *self = user_data;

  self->anew_source = 0;
  chat_store_write_small_anew (self);
  return G_SOURCE_REMOVE;
}

/* Texts went, of which the index has nothing any more. The log at once, and a moment later what rows left behind that once
 * moved to another page. */
static void
emptied (gpointer user_data)
{
  ChatStore *self = user_data;

  chat_store_empty_log (self);
  g_clear_handle_id (&self->anew_source, g_source_remove);
  self->anew_source = g_timeout_add_seconds (ANEW_DELAY_S, anew_cb, self);
}

static void
make_searcher (ChatStore *self)
{
  const ChatSearcherOwner owner = { forget_changes, emptied, self };

  self->searcher = chat_searcher_new (self->path, !self->read_only, &owner);
  chat_searcher_wake (self->searcher);
}

ChatSearcher *
chat_store_get_searcher (ChatStore *self)
{
  return self->searcher;
}

ChatSnapshot *
chat_store_open_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  GTask *task = G_TASK (result);
  OpenData *data = g_task_get_task_data (task);

  if (!g_task_propagate_boolean (task, error))
    return NULL;
  self->read_only = data->opened->read_only;
  g_free (self->notice);
  self->notice = g_strdup (data->opened->notice);
  g_hash_table_unref (self->settings);
  self->settings = g_steal_pointer (&data->settings);
  self->writer = chat_worker_new ("chat-writer", TRUE, g_steal_pointer (&data->opened->writer));
  self->reader = chat_worker_new ("chat-reader", FALSE, g_steal_pointer (&data->opened->reader));
  chat_worker_set_batch_func (self->writer, batch_done_cb, self);
  make_searcher (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NOTICE]);
  return g_steal_pointer (&data->snapshot);
}

/* The writer goes last: the last connection to close empties the log into the database. */
static void
searcher_stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  chat_worker_stop (CHAT_STORE (object)->reader, user_data);
}

static void
reader_stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  chat_worker_stop (CHAT_STORE (object)->writer, user_data);
}

void
chat_store_close_async (ChatStore *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data), *reader_task;

  if (self->reader == NULL || self->closing) {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
    return;
  }
  if (self->anew_source != 0) {
    g_clear_handle_id (&self->anew_source, g_source_remove);
    chat_store_write_small_anew (self);
  }
  self->closing = TRUE;
  reader_task = g_task_new (self, NULL, reader_stopped_cb, task);
  chat_searcher_stop (self->searcher, g_task_new (self, NULL, searcher_stopped_cb, reader_task));
}

gboolean
chat_store_close_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
run (ChatStore *self, ChatWorker *worker, ChatJobFunc func, gpointer data, GDestroyNotify free_data,
     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_task_data (task, data, free_data);
  if (worker != NULL) {
    chat_worker_push (worker, task, func);
    return;
  }
  g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_STORE, _("The messages’ database is closed"));
  g_object_unref (task);
}

void
chat_store_run_write (ChatStore *self, ChatJobFunc func, gpointer data, GDestroyNotify free_data,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  run (self, self->closing ? NULL : self->writer, func, data, free_data, cancellable, callback, user_data);
}

void
chat_store_run_read (ChatStore *self, ChatJobFunc func, gpointer data, GDestroyNotify free_data,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  run (self, self->closing ? NULL : self->reader, func, data, free_data, cancellable, callback, user_data);
}

void
chat_store_write_for (ChatStore *self, ChatJobFunc func, gint64 id, GCancellable *cancellable, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  chat_store_run_write (self, func, g_memdup2 (&id, sizeof id), g_free, cancellable, callback, user_data);
}

void
chat_store_read_for (ChatStore *self, ChatJobFunc func, gint64 id, GCancellable *cancellable, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  chat_store_run_read (self, func, g_memdup2 (&id, sizeof id), g_free, cancellable, callback, user_data);
}

void
chat_store_run_plain (ChatStore *self, ChatJobFunc func)
{
  if (self->writer != NULL && !self->closing)
    chat_worker_push_plain (self->writer, g_task_new (self, NULL, NULL, NULL), func);
}

gpointer
chat_store_run_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
chat_store_write_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
set_max_pages_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  g_autofree char *pragma = g_strdup_printf ("PRAGMA max_page_count = %u", GPOINTER_TO_UINT (data));
  return chat_db_exec (db, pragma, error);
}

void
chat_store_set_max_pages (ChatStore *self, guint pages, GAsyncReadyCallback callback, gpointer user_data)
{
  chat_store_run_write (self, set_max_pages_job, GUINT_TO_POINTER (pages), NULL, NULL, callback, user_data);
}

static char *
setting_key (gint64 account, gint64 conversation, const char *key)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s", account, conversation, key);
}

const char *
chat_store_get_setting (ChatStore *self, gint64 account, gint64 conversation, const char *key)
{
  gint64 scopes[3][2] = { { account, conversation }, { account, 0 }, { 0, 0 } };

  for (gsize i = 0; i < G_N_ELEMENTS (scopes); i++) {
    g_autofree char *full = setting_key (scopes[i][0], scopes[i][1], key);
    const char *value = g_hash_table_lookup (self->settings, full);
    if (value != NULL)
      return value;
  }
  return NULL;
}

typedef struct { gint64 account, conversation; char *key, *value; } SettingData;

static void
setting_data_free (SettingData *data)
{
  g_free (data->key);
  g_free (data->value);
  g_free (data);
}

static gboolean
set_setting_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  SettingData *data = user_data;

  if (!chat_db_run (db, error,
        "DELETE FROM setting WHERE ifnull (account, 0) = ? AND ifnull (conversation, 0) = ? AND key = ?", "lls",
        data->account, data->conversation, data->key))
    return FALSE;
  return data->value == NULL
         || chat_db_run (db, error, "INSERT INTO setting (account, conversation, key, value) VALUES (?, ?, ?, ?)", "zzss",
                         data->account, data->conversation, data->key, data->value);
}

void
chat_store_set_setting (ChatStore *self, gint64 account, gint64 conversation, const char *key, const char *value)
{
  SettingData *data = g_new0 (SettingData, 1);

  g_return_if_fail (conversation == 0 || account != 0);
  data->account = account;
  data->conversation = conversation;
  data->key = g_strdup (key);
  data->value = g_strdup (value);
  if (value != NULL)
    g_hash_table_insert (self->settings, setting_key (account, conversation, key), g_strdup (value));
  else {
    g_autofree char *full = setting_key (account, conversation, key);
    g_hash_table_remove (self->settings, full);
  }
  chat_store_run_write (self, set_setting_job, data, (GDestroyNotify) setting_data_free, NULL, NULL, NULL);
}

void
chat_store_forget_settings (ChatStore *self, gint64 account)
{
  g_autofree char *prefix = g_strdup_printf ("%" G_GINT64_FORMAT " ", account);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->settings);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    if (g_str_has_prefix (key, prefix))
      g_hash_table_iter_remove (&iter);
  }
}
