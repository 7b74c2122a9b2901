/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-privacy.h"

static const char *const keys[] = { "send-receipts", "send-read-marks", "send-typing" };

gboolean
chat_privacy_get (ChatStore *store, gint64 account, gint64 conversation, ChatPrivacy what)
{
  return g_strcmp0 (chat_store_get_setting (store, account, conversation, keys[what]), "false") != 0;
}

void
chat_privacy_set (ChatStore *store, gint64 account, gint64 conversation, ChatPrivacy what, gboolean allowed)
{
  gboolean next = account == 0 || chat_privacy_get (store, conversation != 0 ? account : 0, 0, what);

  chat_store_set_setting (store, account, conversation, keys[what], allowed == next ? NULL : allowed ? "true" : "false");
}
