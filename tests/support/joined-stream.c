/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "joined-stream.h"

#include <string.h>

/* A pipe goes one way. Its two ends hold a reference each; a read or a write that can't go on waits in it as a task. */

typedef struct {
  grefcount refs;
  GByteArray *bytes;
  gboolean ended;
  GTask *reader, *writer;
  void *read_buffer;
  gsize read_size;
  const void *write_data;
  gsize write_size;
  gsize n_read, n_written;
  gsize max_read, max_write;
  gsize read_fault, write_fault, eof;
  GError *read_error, *write_error;
  gboolean stalled;
} Pipe;

static Pipe *
pipe_new (void)
{
  Pipe *pipe = g_new0 (Pipe, 1);

  g_ref_count_init (&pipe->refs);
  pipe->bytes = g_byte_array_new ();
  pipe->max_read = pipe->max_write = pipe->read_fault = pipe->write_fault = pipe->eof = G_MAXSIZE;

  return pipe;
}

static void
pipe_unref (Pipe *pipe)
{
  if (!g_ref_count_dec (&pipe->refs))
    return;

  g_assert_null (pipe->reader);
  g_assert_null (pipe->writer);
  g_byte_array_unref (pipe->bytes);
  g_clear_error (&pipe->read_error);
  g_clear_error (&pipe->write_error);
  g_free (pipe);
}

static void
pump_reader (Pipe *pipe)
{
  g_autoptr (GTask) task = NULL;
  gsize n;

  if (pipe->reader == NULL)
    return;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (pipe->reader))) {
    task = g_steal_pointer (&pipe->reader);
    g_task_return_error_if_cancelled (task);
    return;
  }

  n = MIN (MIN (pipe->bytes->len, pipe->read_size), pipe->max_read);
  n = MIN (n, MIN (pipe->read_fault, pipe->eof) - pipe->n_read);
  if (n > 0) {
    memcpy (pipe->read_buffer, pipe->bytes->data, n);
    g_byte_array_remove_range (pipe->bytes, 0, n);
    pipe->n_read += n;
  } else if (pipe->n_read >= pipe->read_fault) {
    task = g_steal_pointer (&pipe->reader);
    g_task_return_error (task, g_error_copy (pipe->read_error));
    return;
  } else if (!pipe->ended && pipe->n_read < pipe->eof) {
    return;
  }

  task = g_steal_pointer (&pipe->reader);
  g_task_return_int (task, n);
}

static void
pump_writer (Pipe *pipe)
{
  g_autoptr (GTask) task = NULL;
  gsize n;

  if (pipe->writer == NULL)
    return;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (pipe->writer))) {
    task = g_steal_pointer (&pipe->writer);
    g_task_return_error_if_cancelled (task);
    return;
  }
  if (pipe->stalled)
    return;

  task = g_steal_pointer (&pipe->writer);
  n = MIN (MIN (pipe->write_size, pipe->max_write), pipe->write_fault - pipe->n_written);
  if (n == 0 && pipe->write_error != NULL) {
    g_task_return_error (task, g_error_copy (pipe->write_error));
    return;
  }
  if (pipe->ended) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "The other end is closed");
    return;
  }
  g_byte_array_append (pipe->bytes, pipe->write_data, n);
  pipe->n_written += n;
  g_task_return_int (task, n);
  pump_reader (pipe);
}

static gboolean
pump_cb (gpointer user_data)
{
  Pipe *pipe = user_data;

  pump_writer (pipe);
  pump_reader (pipe);

  return G_SOURCE_REMOVE;
}

static void
pump_later (Pipe *pipe)
{
  g_ref_count_inc (&pipe->refs);
  g_idle_add_full (G_PRIORITY_DEFAULT, pump_cb, pipe, (GDestroyNotify) pipe_unref);
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  pump_later (user_data);
}

static void
watch_cancellable (Pipe *pipe, GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (cancellable == NULL)
    return;

  g_ref_count_inc (&pipe->refs);
  g_signal_connect_data (cancellable, "cancelled", G_CALLBACK (cancelled_cb), pipe,
                         (GClosureNotify) (void (*) (void)) pipe_unref, 0);
}

static void
pipe_end (Pipe *pipe)
{
  pipe->ended = TRUE;
  pump_later (pipe);
}

#define JOINED_TYPE_INPUT (joined_input_get_type ())
G_DECLARE_FINAL_TYPE (JoinedInput, joined_input, JOINED, INPUT, GInputStream)
struct _JoinedInput {
  GInputStream parent;
  Pipe *pipe;
};
G_DEFINE_FINAL_TYPE (JoinedInput, joined_input, G_TYPE_INPUT_STREAM)

static void
joined_input_read_async (GInputStream       *stream,
                         void               *buffer,
                         gsize               count,
                         int                 priority,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  Pipe *pipe = JOINED_INPUT (stream)->pipe;

  g_assert_null (pipe->reader);
  pipe->reader = g_task_new (stream, cancellable, callback, user_data);
  pipe->read_buffer = buffer;
  pipe->read_size = count;
  watch_cancellable (pipe, pipe->reader);
  pump_reader (pipe);
}

static gssize
joined_input_read_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

static void
joined_input_finalize (GObject *object)
{
  pipe_unref (JOINED_INPUT (object)->pipe);
  G_OBJECT_CLASS (joined_input_parent_class)->finalize (object);
}

static gboolean
joined_input_close (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  pipe_end (JOINED_INPUT (stream)->pipe);
  return TRUE;
}

static void
close_input_async (GInputStream *stream, int priority, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, user_data);

  pipe_end (JOINED_INPUT (stream)->pipe);
  g_task_return_boolean (task, TRUE);
}

static gboolean
close_input_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
joined_input_class_init (JoinedInputClass *klass)
{
  GInputStreamClass *stream_class = G_INPUT_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = joined_input_finalize;
  stream_class->read_async = joined_input_read_async;
  stream_class->read_finish = joined_input_read_finish;
  stream_class->close_fn = joined_input_close;
  stream_class->close_async = close_input_async;
  stream_class->close_finish = close_input_finish;
}

static void
joined_input_init (JoinedInput *self)
{
}

#define JOINED_TYPE_OUTPUT (joined_output_get_type ())
G_DECLARE_FINAL_TYPE (JoinedOutput, joined_output, JOINED, OUTPUT, GOutputStream)
struct _JoinedOutput {
  GOutputStream parent;
  Pipe *pipe;
};
G_DEFINE_FINAL_TYPE (JoinedOutput, joined_output, G_TYPE_OUTPUT_STREAM)

static void
joined_output_write_async (GOutputStream      *stream,
                           const void         *data,
                           gsize               count,
                           int                 priority,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  Pipe *pipe = JOINED_OUTPUT (stream)->pipe;

  g_assert_null (pipe->writer);
  pipe->writer = g_task_new (stream, cancellable, callback, user_data);
  pipe->write_data = data;
  pipe->write_size = count;
  watch_cancellable (pipe, pipe->writer);
  pump_writer (pipe);
}

static gssize
joined_output_write_finish (GOutputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

static void
joined_output_finalize (GObject *object)
{
  pipe_unref (JOINED_OUTPUT (object)->pipe);
  G_OBJECT_CLASS (joined_output_parent_class)->finalize (object);
}

static gboolean
joined_output_close (GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  pipe_end (JOINED_OUTPUT (stream)->pipe);
  return TRUE;
}

static void
close_output_async (GOutputStream *stream, int priority, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, user_data);

  pipe_end (JOINED_OUTPUT (stream)->pipe);
  g_task_return_boolean (task, TRUE);
}

static gboolean
close_output_finish (GOutputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
joined_output_class_init (JoinedOutputClass *klass)
{
  GOutputStreamClass *stream_class = G_OUTPUT_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = joined_output_finalize;
  stream_class->write_async = joined_output_write_async;
  stream_class->write_finish = joined_output_write_finish;
  stream_class->close_fn = joined_output_close;
  stream_class->close_async = close_output_async;
  stream_class->close_finish = close_output_finish;
}

static void
joined_output_init (JoinedOutput *self)
{
}

static GIOStream *
make_end (Pipe *in, Pipe *out)
{
  g_autoptr (JoinedInput) input = g_object_new (JOINED_TYPE_INPUT, NULL);
  g_autoptr (JoinedOutput) output = g_object_new (JOINED_TYPE_OUTPUT, NULL);

  g_ref_count_inc (&in->refs);
  g_ref_count_inc (&out->refs);
  input->pipe = in;
  output->pipe = out;

  return g_simple_io_stream_new (G_INPUT_STREAM (input), G_OUTPUT_STREAM (output));
}

void
joined_streams_new (GIOStream **a, GIOStream **b)
{
  Pipe *there = pipe_new (), *back = pipe_new ();

  *a = make_end (back, there);
  *b = make_end (there, back);
  pipe_unref (there);
  pipe_unref (back);
}

static Pipe *
get_in (GIOStream *self)
{
  return JOINED_INPUT (g_io_stream_get_input_stream (self))->pipe;
}

static Pipe *
get_out (GIOStream *self)
{
  return JOINED_OUTPUT (g_io_stream_get_output_stream (self))->pipe;
}

void
joined_stream_set_short_reads (GIOStream *self, gsize max)
{
  get_in (self)->max_read = max;
}

void
joined_stream_set_split_writes (GIOStream *self, gsize max)
{
  get_out (self)->max_write = max;
}

void
joined_stream_fail_read_at (GIOStream *self, gsize n, GQuark domain, int code)
{
  Pipe *pipe = get_in (self);

  pipe->read_fault = n;
  g_clear_error (&pipe->read_error);
  pipe->read_error = g_error_new_literal (domain, code, "injected");
  pump_later (pipe);
}

void
joined_stream_fail_write_at (GIOStream *self, gsize n, GQuark domain, int code)
{
  Pipe *pipe = get_out (self);

  pipe->write_fault = n;
  g_clear_error (&pipe->write_error);
  pipe->write_error = g_error_new_literal (domain, code, "injected");
}

void
joined_stream_eof_at (GIOStream *self, gsize n)
{
  Pipe *pipe = get_in (self);

  pipe->eof = n;
  pump_later (pipe);
}

void
joined_stream_stall_writes (GIOStream *self, gboolean stall)
{
  Pipe *pipe = get_out (self);

  pipe->stalled = stall;
  pump_later (pipe);
}

gsize
joined_stream_get_n_read (GIOStream *self)
{
  return get_in (self)->n_read;
}

gsize
joined_stream_get_n_written (GIOStream *self)
{
  return get_out (self)->n_written;
}

gboolean
joined_stream_keep_awake (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}
