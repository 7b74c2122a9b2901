/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-conversation.h"

G_BEGIN_DECLS

/* Asks whether a message is to be deleted, for everyone or only here, and does it. */
void stonechat_message_ask_delete (GtkWindow *parent, ChatConversation *conversation, ChatMessage *message, gboolean everyone);

G_END_DECLS
