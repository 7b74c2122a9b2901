/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>
#include "xmpp-jid.h"
#include "xmpp-secret.h"
#include "xmpp-types.h"

G_BEGIN_DECLS

/* An account as the user sees it. Settings are written through to the store at once.
 *
 *   offline ─► connecting ─► online
 *      ▲            │  ▲        │
 *      │            ▼  │        ▼
 *      └──────── waiting ◄──────┘       attention: needs the user (password, certificate, conflict); no retry by itself
 */
#define CHAT_TYPE_ACCOUNT (chat_account_get_type ())
G_DECLARE_FINAL_TYPE (ChatAccount, chat_account, CHAT, ACCOUNT, GObject)

typedef struct _ChatHistory ChatHistory;

typedef enum {
  CHAT_ACCOUNT_OFFLINE,
  CHAT_ACCOUNT_CONNECTING,
  CHAT_ACCOUNT_ONLINE,
  CHAT_ACCOUNT_WAITING,
  CHAT_ACCOUNT_ATTENTION,
} ChatAccountState;

/* What an account in "attention" needs. */
typedef enum {
  CHAT_ACCOUNT_NEEDS_NOTHING,
  CHAT_ACCOUNT_NEEDS_PASSWORD,
  CHAT_ACCOUNT_NEEDS_CERTIFICATE,
  CHAT_ACCOUNT_NEEDS_DECISION,
  CHAT_ACCOUNT_NEEDS_CONSENT,       /* to a weaker way to log in than before, or to sending the password itself (S-43) */
} ChatAccountNeed;

/* Properties, read-only unless said:
 *   id (int64)  jid (XmppJid, bare)  address (string)  alias (string, rw: shown instead of the address)  name (string: alias or address)
 *   enabled (boolean, rw)  state (ChatAccountState)  need (ChatAccountNeed)
 *   status-line (string: "Online", "Connecting…", "Trying again in 8 seconds", or the problem's sentence)
 *   problem-text (string, nullable)
 *   availability (XmppAvailability)  status-text (string)  priority (int): this account's own presence, as set
 *   host (string, rw)  port (uint, rw)  direct-tls (boolean, rw)  pin-sha256 (string, rw)  remember-password (boolean, rw)
 *   certificate-text (string: fault, issuer, dates, fingerprint of the refused certificate)  certificate-sha256 (string)
 * Signal: "notice" (const char *text): something that the user should know once and that stops nothing, translated. */
gint64           chat_account_get_id           (ChatAccount *self);
XmppJid         *chat_account_get_jid          (ChatAccount *self);
const char      *chat_account_get_address      (ChatAccount *self);
const char      *chat_account_get_name         (ChatAccount *self);
gboolean         chat_account_get_enabled      (ChatAccount *self);
void             chat_account_set_enabled      (ChatAccount *self, gboolean enabled);
ChatAccountState chat_account_get_state        (ChatAccount *self);
ChatAccountNeed  chat_account_get_need         (ChatAccount *self);
const char      *chat_account_get_status_line  (ChatAccount *self);
const char      *chat_account_get_problem_text (ChatAccount *self);
ChatHistory     *chat_account_get_history      (ChatAccount *self);      /* borrowed; NULL: it has no connection */
XmppAvailability chat_account_get_availability (ChatAccount *self);
const char      *chat_account_get_status_text  (ChatAccount *self);
int              chat_account_get_priority     (ChatAccount *self);
/* OFFLINE sends unavailable and closes the stream; the outbox waits. */
void             chat_account_set_presence     (ChatAccount *self, XmppAvailability availability, const char *text, int priority);
void             chat_account_reconnect        (ChatAccount *self);      /* now, without waiting */
void             chat_account_set_password     (ChatAccount *self, XmppSecret *password, gboolean remember);  /* kept after the server proved itself; then connects */
void             chat_account_trust_certificate (ChatAccount *self);     /* pins the one that was refused, then connects */
void             chat_account_allow_weaker    (ChatAccount *self);     /* agrees to what is offered now, then connects; only in need of consent */

G_END_DECLS
