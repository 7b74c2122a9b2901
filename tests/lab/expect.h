/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

/* For programs that talk to a real server: iterates the main context until condition holds. */
#define DEADLINE_US (30 * G_USEC_PER_SEC)

static inline gboolean
expect_wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

#define EXPECT(condition)                                                                \
  G_STMT_START {                                                                         \
    gint64 end_ = g_get_monotonic_time () + DEADLINE_US;                                 \
    guint wake_ = g_timeout_add (100, expect_wake_cb, NULL);                             \
    while (!(condition)) {                                                               \
      if (g_get_monotonic_time () > end_)                                                \
        g_error ("line %d: did not come: %s", __LINE__, #condition);                     \
      g_main_context_iteration (NULL, TRUE);                                             \
    }                                                                                    \
    g_source_remove (wake_);                                                             \
  } G_STMT_END
