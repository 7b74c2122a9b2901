/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>
#include "chat-account.h"
#include "chat-blocks.h"
#include "chat-contact.h"
#include "chat-conversation.h"
#include "chat-error.h"
#include "chat-search.h"

G_BEGIN_DECLS

/* The root: one folder of data, its accounts, people and conversations. The application holds one.
 * Properties, read-only: accounts, contacts, requests, conversations (GListModel; conversations newest first),
 *   loaded (boolean: chats are readable)  store-notice (string, nullable: e.g. that a corrupt database was moved aside)
 *   availability (XmppAvailability)  status-text  priority: for all accounts
 *   online (boolean: at least one account is online) */
#define CHAT_TYPE_PROFILE (chat_profile_get_type ())
G_DECLARE_FINAL_TYPE (ChatProfile, chat_profile, CHAT, PROFILE, GObject)

typedef struct {
  const char *data_dir;               /* database and lock */
  const char *cache_dir;
  GNetworkMonitor *network_monitor;   /* nullable: the default */
  GTlsDatabase *tls_database;         /* nullable: the system's */
  GResolver *resolver;                /* nullable: the default */
  GDBusConnection *system_bus;        /* nullable: taken lazily, for logind */
  guint second_ms;                    /* 0: 1000; how long a second of waiting is, for tests */
  const char *collection;             /* Secret Service: "default", or "session" to keep passwords out of it */
} ChatProfileConfig;

ChatProfile *chat_profile_new         (const ChatProfileConfig *config);
/* Opens the store and fills the lists; CHAT_ERROR_STORE_… . Connecting begins afterwards by itself. */
void         chat_profile_open_async  (ChatProfile *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean     chat_profile_open_finish (ChatProfile *self, GAsyncResult *result, GError **error);
/* Unavailable is sent, streams and the database are closed; at most three seconds. */
void         chat_profile_close_async  (ChatProfile *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean     chat_profile_close_finish (ChatProfile *self, GAsyncResult *result, GError **error);

GListModel  *chat_profile_get_accounts      (ChatProfile *self);
GListModel  *chat_profile_get_contacts      (ChatProfile *self);
GListModel  *chat_profile_get_requests      (ChatProfile *self);
GListModel  *chat_profile_get_conversations (ChatProfile *self);
gboolean     chat_profile_get_loaded        (ChatProfile *self);
ChatBlocks  *chat_profile_get_blocks        (ChatProfile *self);       /* who is blocked */

/* Signs in and, when that works, keeps the account and (remember) the password. Nothing is kept when it fails. */
typedef struct { const char *host; guint port; gboolean direct_tls; const char *pin_sha256; gboolean remember; gboolean allow_plain;
                 const char *client_certificate; /* a PEM file with its key: stays where it is, is read at every log-in */ } ChatSignInOptions;
void         chat_profile_sign_in_async  (ChatProfile *self, XmppJid *jid, XmppSecret *password, const ChatSignInOptions *options,
                                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
ChatAccount *chat_profile_sign_in_finish (ChatProfile *self, GAsyncResult *result, GError **error);
/* For the certificate dialog after XMPP_ERROR_CERTIFICATE from sign_in: fault, issuer, dates, fingerprint; and the pin. */
const char  *chat_profile_get_refused_certificate (ChatProfile *self, const char **sha256);
/* With its messages, contacts and secret. */
void         chat_profile_remove_account_async  (ChatProfile *self, ChatAccount *account, GAsyncReadyCallback callback, gpointer user_data);
gboolean     chat_profile_remove_account_finish (ChatProfile *self, GAsyncResult *result, GError **error);

/* --provision: all or nothing; lines of what was done come back for printing. */
void         chat_profile_provision_async  (ChatProfile *self, const char *file, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char       **chat_profile_provision_finish (ChatProfile *self, GAsyncResult *result, GError **error);

/* For all accounts; kept over restarts. */
void              chat_profile_set_presence (ChatProfile *self, XmppAvailability availability, const char *text, int priority);

ChatAccount      *chat_profile_find_account       (ChatProfile *self, XmppJid *jid);                        /* borrowed, nullable */
ChatContact      *chat_profile_find_contact       (ChatProfile *self, ChatAccount *account, XmppJid *jid);  /* borrowed, nullable */
/* Finds or makes the conversation (not stored until something is said in it). */
ChatConversation *chat_profile_open_conversation  (ChatProfile *self, ChatAccount *account, XmppJid *jid);  /* borrowed */
void              chat_profile_add_contact_async  (ChatProfile *self, ChatAccount *account, XmppJid *jid, const char *name,
                                                   const char *const *groups, const char *text, GCancellable *cancellable,
                                                   GAsyncReadyCallback callback, gpointer user_data);       /* adds and asks */
gboolean          chat_profile_add_contact_finish (ChatProfile *self, GAsyncResult *result, GError **error);
/* Messages that the server does not have yet, as far as one knows. */
guint             chat_profile_count_waiting      (ChatProfile *self, ChatAccount *account);
/* For all chats of an account, NULL: of all; kept. A chat that says otherwise goes before (chat-conversation.h). */
gboolean          chat_profile_get_privacy        (ChatProfile *self, ChatAccount *account, ChatPrivacy what);
void              chat_profile_set_privacy        (ChatProfile *self, ChatAccount *account, ChatPrivacy what, gboolean allowed);
/* In all chats and, where the servers can, their archives. Transfer full. */
ChatSearch       *chat_profile_new_search         (ChatProfile *self);
gboolean          chat_profile_can_search_archive (ChatProfile *self, ChatAccount *account);
/* The window tells what is looked at, for unread counts and client state indication. */
void              chat_profile_set_active         (ChatProfile *self, gboolean active, ChatConversation *shown);

/* Signals: "message-arrived" (ChatConversation *conversation, ChatMessage *message, gboolean from_contact): new, live, not
 *   ours and not being looked at: for notifications and sound. "message-read" (ChatConversation *conversation): withdraw them.
 *   "refused" (ChatConversation *conversation, char *sentence): what the user did in it did not work, perhaps long ago.
 *   "store-failed" (GError *error): told once. */

G_END_DECLS
