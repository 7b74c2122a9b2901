/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-store.h"
#include "xmpp-caps-module.h"

G_BEGIN_DECLS

/* Gives the module the versions of clients that are known, and keeps those that it meets. */
void chat_store_keep_caps (ChatStore *self, XmppCapsModule *module);

G_END_DECLS
