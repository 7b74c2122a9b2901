/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-element.h"

G_BEGIN_DECLS

/* The archive of one account on a server of tests, XEP-0313: with, start, after, before and max are heeded. */
typedef struct _FaultArchive FaultArchive;

FaultArchive *fault_archive_new   (const char *own);
void          fault_archive_free  (FaultArchive *self);
/* Keeps it; the stanza with its <stanza-id/>, transfer full. */
char         *fault_archive_add   (FaultArchive *self, const char *with, XmppElement *stanza);
/* The results and the answer, of char *. */
GPtrArray    *fault_archive_query (FaultArchive *self, XmppElement *iq);
guint         fault_archive_get_n (FaultArchive *self);

G_END_DECLS
