/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-secret.h"

G_BEGIN_DECLS

/* Prepares a password by SASLprep as a stored string (RFC 4013, RFC 5802 §2.2): transfer full. XMPP_ERROR_INVALID_PASSWORD
 * for unassigned, prohibited or badly directed characters, and for an empty result. The text never gets into the error. */
XmppSecret *xmpp_saslprep (XmppSecret *password, GError **error);

G_END_DECLS
