/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A sentence for an error of XMPP_STANZA_ERROR. */
char *chat_bounce_to_text (const GError *reason);

G_END_DECLS
