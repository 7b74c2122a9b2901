/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-contact.h"
#include "chat-roster.h"
#include "xmpp-roster-module.h"
#include "xmpp-stanza.h"

G_BEGIN_DECLS

ChatContact *chat_contact_new             (ChatRoster *roster, ChatAccount *account, XmppJid *jid);
void         chat_contact_set_item        (ChatContact *self, const XmppRosterItem *item);
void         chat_contact_set_asked_us    (ChatContact *self, gboolean asked_us);
void         chat_contact_set_last_known  (ChatContact *self, const char *status_text, gint64 last_seen);
/* FALSE: nothing that is seen has changed. */
gboolean     chat_contact_take_presence   (ChatContact *self, const XmppPresenceStanza *presence);
void         chat_contact_forget_presence (ChatContact *self);
/* While there is no stream they look offline; what was known stays for a resumption. */
void         chat_contact_set_cut_off     (ChatContact *self, gboolean cut_off);
void         chat_contact_update_blocked  (ChatContact *self);
const char  *chat_contact_get_roster_name (ChatContact *self);   /* nullable */
gboolean     chat_contact_get_approved    (ChatContact *self);

ChatRequest *chat_request_new             (ChatRoster *roster, ChatAccount *account, XmppJid *jid, const char *text, gint64 time);

G_END_DECLS
