/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation.h"

G_BEGIN_DECLS

/* The beginning of what a message says in one line, for what points to it. message: nullable. */
char *stonechat_message_line (ChatMessage *message);

G_END_DECLS
