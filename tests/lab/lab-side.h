/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-profile.h"

G_BEGIN_DECLS

/* One side of a conversation on a real server: a profile in a folder of its own. Tests that have it are run by
 * tests/lab/server, which tells them where the server is. */
typedef struct {
  char *folder, *user;
  ChatProfile *profile;
  ChatAccount *account;
} Side;

#define DEADLINE_US (30 * G_USEC_PER_SEC)

/* Iterates the main context until condition holds. */
#define EXPECT(condition)                                                                \
  G_STMT_START {                                                                         \
    gint64 end_ = g_get_monotonic_time () + DEADLINE_US;                                 \
    guint wake_ = g_timeout_add (100, side_wake_cb, NULL);                                    \
    while (!(condition)) {                                                               \
      if (g_get_monotonic_time () > end_)                                                \
        g_error ("line %d: did not come: %s", __LINE__, #condition);                     \
      g_main_context_iteration (NULL, TRUE);                                             \
    }                                                                                    \
    g_source_remove (wake_);                                                             \
  } G_STMT_END

gboolean  side_wake_cb   (gpointer user_data);
void      keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data);
XmppJid  *address_of     (const char *user);
void      open_profile   (Side *self);
/* Into a new folder; the lab's authority is unknown, so its certificate is refused first and then pinned. */
void      sign_in        (Side *self, const char *user);
/* Closes the profile, or opens that of the folder again and goes online. */
void      close_profile  (Side *self);
void      reopen_profile (Side *self);
/* The folder goes too. */
void      sign_out       (Side *self);
ChatConversation *conversation_with (Side *self, const char *user);

G_END_DECLS
