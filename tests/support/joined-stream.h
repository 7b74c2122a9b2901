/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Two streams in memory: what is written to one is read from the other, with the faults that a test asks for. Only the
 * asynchronous calls work (no TLS on top: that takes a socket). */
void joined_streams_new (GIOStream **a, GIOStream **b);

void  joined_stream_set_short_reads  (GIOStream *self, gsize max);      /* a read gives at most max bytes */
void  joined_stream_set_split_writes (GIOStream *self, gsize max);      /* a write takes at most max bytes */
void  joined_stream_fail_read_at     (GIOStream *self, gsize n, GQuark domain, int code);  /* after n bytes were read */
void  joined_stream_fail_write_at    (GIOStream *self, gsize n, GQuark domain, int code);  /* after n bytes were written */
void  joined_stream_eof_at           (GIOStream *self, gsize n);        /* reading ends after n bytes */
void  joined_stream_stall_writes     (GIOStream *self, gboolean stall); /* writes wait until this is undone */
gsize joined_stream_get_n_read       (GIOStream *self);
gsize joined_stream_get_n_written    (GIOStream *self);

/* Iterates the main context until the condition holds; the test fails after ten seconds. */
#define iterate_until(condition) \
  G_STMT_START { \
    gint64 deadline_ = g_get_monotonic_time () + 10 * G_USEC_PER_SEC; \
    guint waker_ = g_timeout_add (20, joined_stream_keep_awake, NULL); \
    while (!(condition) && g_get_monotonic_time () < deadline_) \
      g_main_context_iteration (NULL, TRUE); \
    g_source_remove (waker_); \
    g_assert_true (condition); \
  } G_STMT_END
gboolean joined_stream_keep_awake (gpointer user_data);

G_END_DECLS
