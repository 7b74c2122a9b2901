/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A sentence for an error of XMPP_STANZA_ERROR. */
char *chat_bounce_to_text (const GError *reason);

/* How much the end of a link speaks for it that the stanza before it was the reason: 2: the server says so; 1: it may be;
 * 0: it has another. */
guint chat_bounce_weigh       (const GError *end);
/* A sentence for a message that was the reason. */
char *chat_bounce_end_to_text (const GError *end);

G_END_DECLS
