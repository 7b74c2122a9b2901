/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The authorities that are trusted: a GTlsDatabase that hands each question on to another one. GnuTLS's connection reads the
 * system's certificates a second time where it finds its own kind of database, to keep them beside it: 3.5 MB that nobody asks. */
#define XMPP_TYPE_TRUST (xmpp_trust_get_type ())
G_DECLARE_FINAL_TYPE (XmppTrust, xmpp_trust, XMPP, TRUST, GTlsDatabase)

/**
 * xmpp_trust_new:
 * @database: (nullable): who is asked; NULL: the system's
 */
GTlsDatabase *xmpp_trust_new (GTlsDatabase *database);

G_END_DECLS
