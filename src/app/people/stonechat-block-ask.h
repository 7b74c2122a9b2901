/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>
#include "chat-profile.h"

G_BEGIN_DECLS

/* Asks before somebody is blocked: only them or their whole server, and whether that is reported. Tells what went wrong. */
void stonechat_block_ask   (GtkWindow *parent, ChatProfile *profile, ChatAccount *account, XmppJid *jid);
/* Without a question, for that is undone by blocking again. */
void stonechat_block_end   (GtkWindow *parent, ChatProfile *profile, ChatAccount *account, XmppJid *jid);

G_END_DECLS
