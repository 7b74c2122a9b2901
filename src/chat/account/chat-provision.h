/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>
#include "xmpp-jid.h"
#include "xmpp-secret.h"

G_BEGIN_DECLS

/* One account of a provision file. What a key does not say is NULL, or has its has_… unset. */
typedef struct {
  XmppJid *jid;
  XmppSecret *password;
  char *host, *client_certificate, *pin_sha256, *resource, *alias;
  guint port;
  gboolean has_port, direct_tls, has_direct_tls, session_only;
} ChatProvision;

void       chat_provision_free  (ChatProvision *self);
/* Reads and checks all of the file; an array of ChatProvision, or CHAT_ERROR_PROVISION that names file, group and key. */
GPtrArray *chat_provision_parse (const char *file, GError **error);

G_END_DECLS
