/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-worker.h"

#include "chat-error.h"
#include "xmpp-fault-point.h"

#include <glib/gi18n-lib.h>

/* Tasks are returned and released in the main context only: the last reference to a source object must never be dropped in
 * the thread of a database. So the thread hands whole batches over, and the main context takes one of them a turn, so that
 * a burst leaves time for frames in between. */

#define BATCH_MAX_JOBS 256
#define BATCH_MAX_TIME (100 * G_TIME_SPAN_MILLISECOND)

typedef struct {
  GTask *task;
  ChatJobFunc func;         /* NULL: stop */
  gboolean plain;
  ChatJobResult result;
  GError *error;
} Job;

struct _ChatWorker {
  gatomicrefcount refs;
  ChatDb *db;
  gboolean writes;
  GAsyncQueue *queue;       /* of Job */
  Job *next;                /* taken from the queue, but not for this batch */
  GThread *thread;
  GMainContext *context;
  GAsyncQueue *done;        /* of GPtrArray of Job: batches on their way to the main context */
  gboolean scheduled;       /* under done's lock: a source is there that takes them */
  ChatBatchFunc batch_func; /* main context only */
  gpointer batch_data;
};

static void
job_free (Job *job)
{
  if (job->result.result != NULL && job->result.result_free != NULL)
    job->result.result_free (job->result.result);
  g_clear_error (&job->error);
  g_clear_object (&job->task);
  g_free (job);
}

static void
worker_unref (ChatWorker *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->db, chat_db_close);
  g_async_queue_unref (self->queue);
  g_async_queue_unref (self->done);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
return_job (Job *job)
{
  if (job->task == NULL)
    return;
  if (job->error != NULL)
    g_task_return_error (job->task, g_steal_pointer (&job->error));
  else if (job->result.result != NULL)
    g_task_return_pointer (job->task, g_steal_pointer (&job->result.result), job->result.result_free);
  else
    g_task_return_boolean (job->task, TRUE);
}

static void
return_batch (ChatWorker *self, GPtrArray *jobs)
{
  const GError *error = NULL;

  for (guint i = 0; i < jobs->len && error == NULL; i++) {
    Job *job = g_ptr_array_index (jobs, i);
    if (job->error != NULL && job->error->domain == CHAT_ERROR && job->error->code <= CHAT_ERROR_STORE)
      error = job->error;
  }
  if (self->writes && self->batch_func != NULL)
    self->batch_func (error, self->batch_data);
  for (guint i = 0; i < jobs->len; i++)
    return_job (g_ptr_array_index (jobs, i));
}

static gboolean
batch_done_cb (gpointer user_data)
{
  ChatWorker *self = user_data;
  GPtrArray *jobs = g_async_queue_pop (self->done);
  gboolean more;

  return_batch (self, jobs);
  g_ptr_array_unref (jobs);
  g_async_queue_lock (self->done);
  more = self->scheduled = g_async_queue_length_unlocked (self->done) > 0;
  g_async_queue_unlock (self->done);
  return more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* Takes jobs: this thread must not be the last to let go of them. */
static void
hand_over (ChatWorker *self, GPtrArray *jobs)
{
  g_autoptr (GSource) source = NULL;

  g_async_queue_lock (self->done);
  g_async_queue_push_unlocked (self->done, jobs);
  if (!self->scheduled) {
    self->scheduled = TRUE;
    source = g_idle_source_new ();
  }
  g_async_queue_unlock (self->done);
  if (source == NULL)
    return;
  g_atomic_ref_count_inc (&self->refs);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, batch_done_cb, self, (GDestroyNotify) worker_unref);
  g_source_set_static_name (source, "ChatWorker");
  g_source_attach (source, self->context);
}

static gboolean
run_func (ChatWorker *self, Job *job)
{
  if (g_cancellable_set_error_if_cancelled (g_task_get_cancellable (job->task), &job->error))
    return FALSE;
  return job->func (self->db, g_task_get_task_data (job->task), &job->result, &job->error);
}

/* FALSE: the transaction itself is gone. */
static gboolean
run_in_savepoint (ChatWorker *self, Job *job)
{
  if (!chat_db_run (self->db, &job->error, "SAVEPOINT job", ""))
    return FALSE;
  if (!run_func (self, job)) {
    /* SQLite rolls everything back by itself on some failures, such as a full disk. */
    if (sqlite3_get_autocommit (chat_db_handle (self->db)))
      return FALSE;
    return chat_db_run (self->db, NULL, "ROLLBACK TO job", "") && chat_db_run (self->db, NULL, "RELEASE job", "");
  }
  return chat_db_run (self->db, &job->error, "RELEASE job", "");
}

static void
fail_all (GPtrArray *jobs, const GError *error)
{
  for (guint i = 0; i < jobs->len; i++) {
    Job *job = g_ptr_array_index (jobs, i);
    if (job->error == NULL && job->func != NULL)
      job->error = g_error_copy (error);
  }
}

/* Another job for this transaction, NULL: none, or it must stand alone. */
static Job *
pop_for_batch (ChatWorker *self)
{
  Job *job = g_async_queue_try_pop (self->queue);

  if (job == NULL || (job->func != NULL && !job->plain))
    return job;
  self->next = job;
  return NULL;
}

/* Runs first and what else waits in one transaction. */
static void
run_batch (ChatWorker *self, Job *first, GPtrArray *jobs)
{
  g_autoptr (GError) error = NULL;
  gint64 end = g_get_monotonic_time () + BATCH_MAX_TIME;
  gboolean sound = chat_db_run (self->db, &error, "BEGIN IMMEDIATE", "");

  for (Job *job = first; job != NULL; job = pop_for_batch (self)) {
    g_ptr_array_add (jobs, job);
    if (sound && !run_in_savepoint (self, job)) {
      sound = FALSE;
      error = g_error_copy (job->error);
    }
    if (!sound || jobs->len >= BATCH_MAX_JOBS || g_get_monotonic_time () >= end)
      break;
  }
  XMPP_FAULT_POINT ("store-before-commit");
  if (sound && chat_db_run (self->db, &error, "COMMIT", "")) {
    XMPP_FAULT_POINT ("store-after-commit");
    return;
  }
  if (!sqlite3_get_autocommit (chat_db_handle (self->db)))
    chat_db_exec (self->db, "ROLLBACK", NULL);
  fail_all (jobs, error);
}

static void
run_single (ChatWorker *self, Job *job, GPtrArray *jobs)
{
  g_ptr_array_add (jobs, job);
  if (job->plain) {
    run_func (self, job);
  } else if (chat_db_run (self->db, &job->error, "BEGIN", "")) {
    /* One snapshot for all that a job reads. */
    run_func (self, job);
    chat_db_exec (self->db, "COMMIT", NULL);
  }
}

static gpointer
worker_thread (gpointer data)
{
  ChatWorker *self = data;
  gboolean stop = FALSE;

  while (!stop) {
    g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) job_free);
    Job *job = self->next != NULL ? g_steal_pointer (&self->next) : g_async_queue_pop (self->queue);

    if (job->func == NULL) {
      g_ptr_array_add (jobs, job);
      g_clear_pointer (&self->db, chat_db_close);
      stop = TRUE;
    } else if (self->writes && !job->plain) {
      run_batch (self, job, jobs);
    } else {
      run_single (self, job, jobs);
    }
    hand_over (self, g_steal_pointer (&jobs));
  }
  worker_unref (self);
  return NULL;
}

ChatWorker *
chat_worker_new (const char *name, gboolean writes, ChatDb *db)
{
  ChatWorker *self = g_new0 (ChatWorker, 1);

  g_atomic_ref_count_init (&self->refs);
  self->db = db;
  self->writes = writes;
  self->queue = g_async_queue_new_full ((GDestroyNotify) job_free);
  self->done = g_async_queue_new_full ((GDestroyNotify) g_ptr_array_unref);
  self->context = g_main_context_ref_thread_default ();
  g_atomic_ref_count_inc (&self->refs);
  self->thread = g_thread_new (name, worker_thread, self);
  return self;
}

void
chat_worker_set_batch_func (ChatWorker *self, ChatBatchFunc func, gpointer data)
{
  self->batch_func = func;
  self->batch_data = data;
}

static void
push (ChatWorker *self, GTask *task, ChatJobFunc func, gboolean plain)
{
  Job *job = g_new0 (Job, 1);

  /* What is written is written: a late cancel must not make it look as if it were not. */
  g_task_set_check_cancellable (task, FALSE);
  job->task = task;
  job->func = func;
  job->plain = plain;
  g_async_queue_push (self->queue, job);
}

void
chat_worker_push (ChatWorker *self, GTask *task, ChatJobFunc func)
{
  push (self, task, func, FALSE);
}

void
chat_worker_push_plain (ChatWorker *self, GTask *task, ChatJobFunc func)
{
  push (self, task, func, TRUE);
}

void
chat_worker_stop (ChatWorker *self, GTask *task)
{
  Job *job = g_new0 (Job, 1);

  job->task = task;
  g_async_queue_push (self->queue, job);
}

void
chat_worker_free (ChatWorker *self)
{
  g_thread_join (self->thread);
  worker_unref (self);
}
