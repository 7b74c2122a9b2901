/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>
#include "chat-db.h"

G_BEGIN_DECLS

/* A thread that owns one connection and works off jobs in order. That of the writer takes what waits into one transaction
 * (for up to 100 ms), each job in a savepoint, and tells of them after the commit. Callbacks run in the main context that
 * was the default of the thread that made the worker, in the order of the jobs. */
typedef struct _ChatWorker ChatWorker;

/* In the worker's thread, with the task's data. FALSE: failed, nothing of it is kept. result is handed on by
 * g_task_return_pointer () with result_free, or where it stays NULL, TRUE by g_task_return_boolean (). */
typedef struct { gpointer result; GDestroyNotify result_free; } ChatJobResult;
typedef gboolean (*ChatJobFunc) (ChatDb *db, gpointer data, ChatJobResult *result, GError **error);

/* Told in the main context of each batch: how the database failed (CHAT_ERROR_STORE_…), or NULL where it did not. */
typedef void (*ChatBatchFunc) (const GError *error, gpointer data);

ChatWorker *chat_worker_new   (const char *name, gboolean writes, ChatDb *db);   /* db: transfer full */
void        chat_worker_set_batch_func (ChatWorker *self, ChatBatchFunc func, gpointer data);   /* NULL: none any more */
/* Takes the reference of task. */
void        chat_worker_push  (ChatWorker *self, GTask *task, ChatJobFunc func);
/* The same outside of a transaction, for what SQLite does not do in one. */
void        chat_worker_push_plain (ChatWorker *self, GTask *task, ChatJobFunc func);
/* After the jobs pushed before, the connection is closed and the thread ends; task (nullable, taken) is told so. */
void        chat_worker_stop  (ChatWorker *self, GTask *task);
void        chat_worker_free  (ChatWorker *self);       /* waits for the thread; stop first */

G_END_DECLS
