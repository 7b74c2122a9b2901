/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-profile.h"
#include "expect.h"

G_BEGIN_DECLS

/* One side of a conversation on a real server: a profile in a folder of its own. Tests that have it are run by
 * tests/lab/server, which tells them where the server is. */
typedef struct {
  char *folder, *user;
  ChatProfile *profile;
  ChatAccount *account;
} Side;

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
