/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

#include "xmpp-sasl-policy.h"
#include "xmpp-secret.h"

G_BEGIN_DECLS

/* One SASL exchange, client's side: bytes in, bytes out, no stream (RFC 4422). A mechanism is a subclass in its own file. */
#define XMPP_TYPE_SASL (xmpp_sasl_get_type ())
G_DECLARE_DERIVABLE_TYPE (XmppSasl, xmpp_sasl, XMPP, SASL, GObject)

struct _XmppSaslClass {
  GObjectClass parent_class;
  /* The initial response, transfer full. */
  XmppSecret *(*start) (XmppSasl *self, GError **error);
  /* Answers a challenge by returning an XmppSecret from the task; may be slow. NULL: the mechanism has no challenges. */
  void        (*challenge) (XmppSasl *self, GBytes *data, GTask *task);
  /* The server said success, with or without data. FALSE: not to be believed. NULL: always believed. */
  gboolean    (*success) (XmppSasl *self, GBytes *data, GError **error);
};

XmppSecret *xmpp_sasl_start            (XmppSasl *self, GError **error);
void        xmpp_sasl_challenge_async  (XmppSasl *self, GBytes *data, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
XmppSecret *xmpp_sasl_challenge_finish (XmppSasl *self, GAsyncResult *result, GError **error);
gboolean    xmpp_sasl_success          (XmppSasl *self, GBytes *data, GError **error);

typedef struct {
  const char *username;            /* localpart */
  XmppSecret *password;
  GBytes     *binding;             /* data of the chosen channel binding, nullable */
  const char *downgrade_input;
  const char *tls_version;
} XmppSaslCredentials;

/* XMPP_ERROR_INVALID_PASSWORD */
XmppSasl *xmpp_sasl_new          (const XmppSaslChoice *choice, const XmppSaslCredentials *credentials, GError **error);
XmppSasl *xmpp_sasl_plain_new    (const char *username, XmppSecret *password);
XmppSasl *xmpp_sasl_external_new (void);
XmppSasl *xmpp_sasl_scram_new    (const XmppSaslChoice *choice, const XmppSaslCredentials *credentials);

G_END_DECLS
