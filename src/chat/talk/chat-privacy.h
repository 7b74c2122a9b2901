/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation.h"
#include "chat-store.h"

G_BEGIN_DECLS

/* What others are told by itself. Each has a switch for a chat, for an account and for all; what is not set is as on the
 * next level, and in the end on. */

/* account 0: for all; conversation 0: for the account. */
gboolean chat_privacy_get (ChatStore *store, gint64 account, gint64 conversation, ChatPrivacy what);
/* What is as on the next level is not stored, and so follows it from then on. */
void     chat_privacy_set (ChatStore *store, gint64 account, gint64 conversation, ChatPrivacy what, gboolean allowed);

G_END_DECLS
