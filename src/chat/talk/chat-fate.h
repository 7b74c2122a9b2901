/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-archive-module.h"

G_BEGIN_DECLS

/* Which of our own messages to one address did arrive at the server: looked up in its archive, from a point before they were
 * written to the end. cursor: the archive id to begin after, nullable; where there is none, or the archive does not
 * know it any more, since (µs) counts. ids: of the stanzas.
 * The finish gives those of the ids that are in the archive, as a set; an error: nobody can say. */
void        chat_fate_ask_async  (XmppArchiveModule *archive, XmppJid *own, XmppJid *with, const char *cursor, gint64 since,
                                  const char *const *ids, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GHashTable *chat_fate_ask_finish (XmppArchiveModule *archive, GAsyncResult *result, GError **error);

G_END_DECLS
