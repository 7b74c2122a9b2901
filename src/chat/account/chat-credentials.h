/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>
#include "xmpp-secret.h"

G_BEGIN_DECLS

/* Passwords in the Secret Service, and nowhere else. All calls are asynchronous and give up after a while, so that a service
 * that is absent, locked or slow never stands in the way (W-11). Errors: CHAT_ERROR_SECRET_…. */
void        chat_credentials_lookup_async  (const char *address, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* NULL without an error: there is none. */
XmppSecret *chat_credentials_lookup_finish (GAsyncResult *result, GError **error);
void        chat_credentials_store_async   (const char *address, XmppSecret *password, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void        chat_credentials_clear_async   (const char *address, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean    chat_credentials_finish        (GAsyncResult *result, GError **error);   /* of store and clear */

G_END_DECLS
