/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-searcher.h"

#include "chat-error.h"
#include "chat-search-build.h"

#include <glib/gi18n-lib.h>

#define DELAY 1500               /* ms without a write, so that a catch-up has the disk for itself */
#define LONGEST_DELAY 20000
#define FAILED_DELAY 60000
#define PROGRESS_STEPS 2000      /* of SQLite's machine between two looks whether a search is still wanted */

struct _ChatSearcher {
  guint refs;                    /* the owner's, and one for each step that is on its way */
  char *path;
  gboolean follows;
  ChatSearcherOwner owner;
  ChatWorker *index, *search;    /* NULL: not begun */
  guint delay;
  guint timer;
  gint64 first_wake;             /* since the index last ran; 0: none */
  gboolean running, again;
  int stop;                      /* atomic */
  gboolean stopped;
};

ChatSearcher *
chat_searcher_new (const char *path, gboolean follows, const ChatSearcherOwner *owner)
{
  ChatSearcher *self = g_new0 (ChatSearcher, 1);

  self->refs = 1;
  self->path = g_strdup (path);
  self->follows = follows;
  self->owner = *owner;
  self->delay = DELAY;
  return self;
}

static void
searcher_unref (ChatSearcher *self)
{
  if (--self->refs > 0)
    return;
  g_free (self->path);
  g_free (self);
}

void
chat_searcher_set_delay (ChatSearcher *self, guint milliseconds)
{
  self->delay = milliseconds;
}

/* Opening costs nothing yet: the files are attached by the first job. */
static ChatWorker *
ensure_worker (ChatWorker **worker, const char *name)
{
  ChatDb *db;

  if (*worker == NULL && (db = chat_search_db_new (NULL)) != NULL)
    *worker = chat_worker_new (name, FALSE, db);
  return *worker;
}

/* -- the index ------------------------------------------------------------------------------------------------------ */

typedef struct { ChatSearcher *self; gboolean damaged; } StepData;

static void
step_data_free (StepData *data)
{
  searcher_unref (data->self);
  g_free (data);
}

/* A damaged index is made anew. */
static gboolean
step_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  StepData *data = user_data;
  g_autofree ChatSearchStep *step = g_new0 (ChatSearchStep, 1);
  g_autoptr (GError) failure = NULL;

  if (!chat_search_db_attach (db, data->self->path, TRUE, &failure)
      || !chat_search_build_step (db, &data->self->stop, step, &failure)) {
    if (!g_error_matches (failure, CHAT_ERROR, CHAT_ERROR_STORE_CORRUPT)) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
    chat_search_db_detach (db);
    chat_search_db_delete (data->self->path);
    *step = (ChatSearchStep) { .more = TRUE };
    data->damaged = TRUE;
  }
  result->result = g_steal_pointer (&step);
  result->result_free = g_free;
  return TRUE;
}

/* It is attached again with the next search. */
static gboolean
detach_job (ChatDb *db, gpointer data, ChatJobResult *result, GError **error)
{
  chat_search_db_detach (db);
  return TRUE;
}

static void begin_step (ChatSearcher *self);
static void set_timer  (ChatSearcher *self, guint delay);

static void
step_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  StepData *data = g_task_get_task_data (G_TASK (result));
  ChatSearcher *self = data->self;
  g_autofree ChatSearchStep *step = g_task_propagate_pointer (G_TASK (result), NULL);

  self->running = FALSE;
  if (self->stopped)
    return;
  if (data->damaged && self->search != NULL)
    chat_worker_push_plain (self->search, g_task_new (NULL, NULL, NULL, NULL), detach_job);
  if (step == NULL) {
    set_timer (self, FAILED_DELAY);
    return;
  }
  if (step->change > 0)
    self->owner.forget_changes (step->change, self->owner.data);
  if (step->emptied)
    self->owner.emptied (self->owner.data);
  if (step->more)
    begin_step (self);
  else if (step->blocked || self->again)
    set_timer (self, self->delay);
  self->again = FALSE;
}

static void
begin_step (ChatSearcher *self)
{
  StepData *data;
  GTask *task;

  if (ensure_worker (&self->index, "chat-index") == NULL)
    return;
  data = g_new0 (StepData, 1);
  data->self = self;
  self->refs++;
  self->running = TRUE;
  task = g_task_new (NULL, NULL, step_done_cb, NULL);
  g_task_set_task_data (task, data, (GDestroyNotify) step_data_free);
  chat_worker_push_plain (self->index, task, step_job);
}

static gboolean
timer_cb (gpointer user_data)
{
  ChatSearcher *self = user_data;

  self->timer = 0;
  self->first_wake = 0;
  begin_step (self);
  return G_SOURCE_REMOVE;
}

static void
set_timer (ChatSearcher *self, guint delay)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add (delay, timer_cb, self);
  g_source_set_name_by_id (self->timer, "ChatSearcher");
}

void
chat_searcher_wake (ChatSearcher *self)
{
  gint64 now = g_get_monotonic_time ();
  guint delay = self->delay;

  if (!self->follows || self->stopped)
    return;
  if (self->running) {
    self->again = TRUE;
    return;
  }
  if (self->first_wake == 0)
    self->first_wake = now;
  if (self->timer == 0 || (now - self->first_wake) / G_TIME_SPAN_MILLISECOND + delay < LONGEST_DELAY)
    set_timer (self, delay);
}

gboolean
chat_searcher_is_busy (ChatSearcher *self)
{
  return self->running || self->timer != 0;
}

/* -- searches ------------------------------------------------------------------------------------------------------- */

typedef struct {
  ChatSearcher *self;
  GCancellable *cancellable;     /* nullable */
  ChatJobFunc func;
  gpointer data;
  GDestroyNotify free_data;
} SearchData;

static void
search_data_free (SearchData *data)
{
  if (data->free_data != NULL)
    data->free_data (data->data);
  g_clear_object (&data->cancellable);
  searcher_unref (data->self);
  g_free (data);
}

static int
is_given_up_cb (void *user_data)
{
  const SearchData *data = user_data;

  return g_atomic_int_get (&data->self->stop) != 0
         || (data->cancellable != NULL && g_cancellable_is_cancelled (data->cancellable));
}

static gboolean
run_search (ChatDb *db, SearchData *data, ChatJobResult *result, GError **error)
{
  gboolean good;

  if (!chat_search_db_attach (db, data->self->path, FALSE, error) || !chat_db_run (db, error, "BEGIN", ""))
    return FALSE;
  good = data->func (db, data->data, result, error);
  chat_db_exec (db, "COMMIT", NULL);
  return good;
}

static gboolean
search_job (ChatDb *db, gpointer user_data, ChatJobResult *result, GError **error)
{
  gboolean good;

  sqlite3_progress_handler (chat_db_handle (db), PROGRESS_STEPS, is_given_up_cb, user_data);
  good = run_search (db, user_data, result, error);
  sqlite3_progress_handler (chat_db_handle (db), 0, NULL, NULL);
  if (!good && is_given_up_cb (user_data)) {
    g_clear_error (error);
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled");
  }
  return good;
}

void
chat_searcher_run (ChatSearcher *self, gpointer source, ChatJobFunc func, gpointer data, GDestroyNotify free_data,
                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (source, cancellable, callback, user_data);
  SearchData *search = g_new0 (SearchData, 1);

  *search = (SearchData) { self, NULL, func, data, free_data };
  g_set_object (&search->cancellable, cancellable);
  self->refs++;
  g_task_set_task_data (task, search, (GDestroyNotify) search_data_free);
  if (!self->stopped && ensure_worker (&self->search, "chat-search") != NULL) {
    chat_worker_push_plain (self->search, task, search_job);
    return;
  }
  g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_STORE, _("The messages’ database is closed"));
  g_object_unref (task);
}

/* -- the end -------------------------------------------------------------------------------------------------------- */

static void
index_stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ChatSearcher *self = g_task_get_task_data (G_TASK (result));
  GTask *task = user_data;

  if (self->search != NULL)
    chat_worker_stop (self->search, task);
  else if (task != NULL) {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
  }
}

void
chat_searcher_stop (ChatSearcher *self, GTask *task)
{
  GTask *step = g_task_new (NULL, NULL, index_stopped_cb, task);

  self->stopped = TRUE;
  self->refs++;
  g_task_set_task_data (step, self, (GDestroyNotify) searcher_unref);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_atomic_int_set (&self->stop, 1);
  if (self->index != NULL) {
    chat_worker_stop (self->index, step);
  } else {
    g_task_return_boolean (step, TRUE);
    g_object_unref (step);
  }
}

static void
end_worker (ChatWorker *worker, gboolean stopped)
{
  if (worker == NULL)
    return;
  if (!stopped)
    chat_worker_stop (worker, NULL);
  chat_worker_free (worker);
}

void
chat_searcher_free (ChatSearcher *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_atomic_int_set (&self->stop, 1);
  end_worker (g_steal_pointer (&self->index), self->stopped);
  end_worker (g_steal_pointer (&self->search), self->stopped);
  self->stopped = TRUE;
  searcher_unref (self);
}
