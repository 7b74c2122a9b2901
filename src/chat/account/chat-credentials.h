/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>
#include "xmpp-secret.h"

G_BEGIN_DECLS

/* A profile's passwords in the Secret Service, and nowhere else. All calls give up after a while, so that a service that is
 * absent, locked or slow never stands in the way (W-11). Errors: CHAT_ERROR_SECRET_…. */
#define CHAT_TYPE_CREDENTIALS (chat_credentials_get_type ())
G_DECLARE_FINAL_TYPE (ChatCredentials, chat_credentials, CHAT, CREDENTIALS, GObject)

/* profile: tells the passwords of one profile from those of another. patience_ms: until the service is
 * given up. */
ChatCredentials *chat_credentials_new           (const char *profile, guint patience_ms);
void             chat_credentials_lookup_async  (ChatCredentials *self, const char *address, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* NULL without an error: there is none, or the keyring stayed locked. */
XmppSecret      *chat_credentials_lookup_finish (ChatCredentials *self, GAsyncResult *result, GError **error);
void             chat_credentials_store_async   (ChatCredentials *self, const char *address, XmppSecret *password, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void             chat_credentials_clear_async   (ChatCredentials *self, const char *address, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean         chat_credentials_finish        (ChatCredentials *self, GAsyncResult *result, GError **error);   /* of store and clear */

G_END_DECLS
