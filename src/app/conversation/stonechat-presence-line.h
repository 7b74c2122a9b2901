/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-contact.h"

G_BEGIN_DECLS

/* Below a person's name: the presence line, then when they were last seen if they are away from all devices, and what time it is
 * for them if it is night there and not here. contact: nullable. now: µs UTC. To be freed, NULL: nothing. */
char *stonechat_presence_line_make (ChatContact *contact, const char *line, gint64 now);

G_END_DECLS
