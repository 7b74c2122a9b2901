/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-module.h"

G_BEGIN_DECLS

/* How far the user has read on any of the own devices, XEP-0490: one private item for each chat, in the account's PEP.
 *
 * Signal: "displayed" (XmppJid *chat, const char *archive_id): up to there it was read; for every item after each bind, and
 * for each that one of our clients publishes, this one included. The id is one of the own archive. */
#define XMPP_TYPE_DISPLAYED_MODULE (xmpp_displayed_module_get_type ())
G_DECLARE_FINAL_TYPE (XmppDisplayedModule, xmpp_displayed_module, XMPP, DISPLAYED_MODULE, XmppModule)

/* The server can keep such a node private, and that is known. */
gboolean xmpp_displayed_module_get_available (XmppDisplayedModule *self);
/* FALSE: not online, or not available; nothing is kept then. archive_id: of the own archive. */
gboolean xmpp_displayed_module_publish       (XmppDisplayedModule *self, XmppJid *chat, const char *archive_id);

G_END_DECLS
