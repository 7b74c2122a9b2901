/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-account.h"
#include "chat-profile.h"
#include "chat-store.h"
#include "xmpp-login.h"

G_BEGIN_DECLS

/* For the rest of src/chat/account. Signals, followed by the connection: "changed" (enabled, presence or an address was
 * changed), "reconnect", "password-given" (XmppSecret *), "certificate-trusted". */
ChatAccount    *chat_account_new          (ChatStore *store, ChatAccountRow *row /* transfer full */);
ChatAccountRow *chat_account_get_row      (ChatAccount *self);    /* to be changed and then saved */
/* All settings at once, as they are stored already. */
void            chat_account_replace_row  (ChatAccount *self, ChatAccountRow *row /* transfer full */);
void            chat_account_save         (ChatAccount *self);
void            chat_account_set_state    (ChatAccount *self, ChatAccountState state, ChatAccountNeed need, const char *status_line, const char *problem_text);
void            chat_account_set_refused  (ChatAccount *self, GTlsCertificate *certificate, GTlsCertificateFlags faults);
/* The way to log in that consent is asked for; an XmppStrength. */
void            chat_account_set_offered  (ChatAccount *self, int strength);
void            chat_account_set_history  (ChatAccount *self, ChatHistory *history);    /* not owned; nullable */
void            chat_account_notice       (ChatAccount *self, const char *text);    /* emits "notice" */
/* The fault, issuer, dates and fingerprint of a certificate, in lines for a dialog. */
char           *chat_certificate_describe (GTlsCertificate *certificate, GTlsCertificateFlags faults);
/* A log-in as an account's settings want it. */
XmppLogin      *chat_account_new_login    (const ChatAccountRow *row, XmppJid *jid, XmppSecret *password, const ChatProfileConfig *config);

G_END_DECLS
