/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-store.h"
#include "xmpp-secret.h"

G_BEGIN_DECLS

/* One group of a provision file, checked. */
typedef struct {
  ChatAccountRow *row;       /* the resource, host … of the file, the rest as by default */
  char **keys;               /* which of them were given */
  XmppSecret *password;      /* nullable */
  gboolean session_only;
} ChatProvision;

/* Reads and checks a whole provision file before anything is changed. CHAT_ERROR_PROVISION names file, group and key. */
GPtrArray *chat_provision_read (const char *file, GError **error);

G_END_DECLS
