/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>
#include "chat-account.h"

G_BEGIN_DECLS

/* Contacts: everyone in an account's roster.
 * Properties, read-only:
 *   account (ChatAccount)  jid (XmppJid)  address (string)  name (string: roster name, else the local part)
 *   groups (GStrv)  subscription (XmppSubscription)  ask (boolean)  approved (boolean)  asked-us (boolean: their request waits)
 *   blocked (boolean: by a rule of the account, which may be about their whole server)
 *   availability (XmppAvailability: of the best resource)  status-text (string)  last-seen (int64 µs, 0 unknown)
 *   idle-since (int64 µs: nothing was typed there since then, 0: not said)
 *   time-known (boolean)  time-offset (int: minutes east of UTC that their clock is, once chat_contact_ask_time () was answered)
 *   presence-line (string: "Available · in the orchard"; for an incomplete subscription its words, e.g. "You can’t see each other’s status yet")
 *   subscription-line (string: where the subscription stands, in words) */
#define CHAT_TYPE_CONTACT (chat_contact_get_type ())
G_DECLARE_FINAL_TYPE (ChatContact, chat_contact, CHAT, CONTACT, GObject)

ChatAccount     *chat_contact_get_account           (ChatContact *self);
XmppJid         *chat_contact_get_jid               (ChatContact *self);
const char      *chat_contact_get_name              (ChatContact *self);
const char *const *chat_contact_get_groups          (ChatContact *self);
XmppSubscription chat_contact_get_subscription      (ChatContact *self);
gboolean         chat_contact_get_ask               (ChatContact *self);
gboolean         chat_contact_get_asked_us          (ChatContact *self);
gboolean         chat_contact_get_blocked           (ChatContact *self);
XmppAvailability chat_contact_get_availability      (ChatContact *self);
const char      *chat_contact_get_status_text       (ChatContact *self);
gint64           chat_contact_get_last_seen         (ChatContact *self);
gint64           chat_contact_get_idle_since        (ChatContact *self);
/* FALSE: it is not known what time they have. */
gboolean         chat_contact_get_time_offset       (ChatContact *self, int *minutes);
/* Asks them, if both see the other's status and it was not done within the hour. */
void             chat_contact_ask_time              (ChatContact *self);
const char      *chat_contact_get_presence_line     (ChatContact *self);
const char      *chat_contact_get_subscription_line (ChatContact *self);

/* What can be done about the subscription now, in the order to offer it; labels are translated ("Ask", "Withdraw Request"). */
typedef enum {
  CHAT_SUBSCRIPTION_ASK, CHAT_SUBSCRIPTION_ASK_AGAIN, CHAT_SUBSCRIPTION_WITHDRAW, CHAT_SUBSCRIPTION_ACCEPT,
  CHAT_SUBSCRIPTION_DECLINE, CHAT_SUBSCRIPTION_STOP_SHOWING, CHAT_SUBSCRIPTION_STOP_SEEING, CHAT_SUBSCRIPTION_PREAPPROVE,
} ChatSubscriptionAction;
guint            chat_contact_get_actions           (ChatContact *self, ChatSubscriptionAction actions[8]);
const char      *chat_subscription_action_get_label (ChatSubscriptionAction action);
void             chat_contact_do_action             (ChatContact *self, ChatSubscriptionAction action);

void     chat_contact_rename_async     (ChatContact *self, const char *name, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void     chat_contact_set_groups_async (ChatContact *self, const char *const *groups, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void     chat_contact_remove_async     (ChatContact *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean chat_contact_change_finish    (ChatContact *self, GAsyncResult *result, GError **error);

/* Someone who asks to see our status. Properties: account, jid, address, name, text (string, nullable), time (int64 µs). */
#define CHAT_TYPE_REQUEST (chat_request_get_type ())
G_DECLARE_FINAL_TYPE (ChatRequest, chat_request, CHAT, REQUEST, GObject)

ChatAccount *chat_request_get_account (ChatRequest *self);
XmppJid     *chat_request_get_jid     (ChatRequest *self);
const char  *chat_request_get_text    (ChatRequest *self);
void         chat_request_accept      (ChatRequest *self, gboolean ask_back);
void         chat_request_decline     (ChatRequest *self);

G_END_DECLS
