/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-store-talk.h"
#include "xmpp-archive-module.h"
#include "xmpp-stanza.h"

G_BEGIN_DECLS

/* What a message stanza says, whichever way it came: pure, by named stages in chat-reading.c. */
typedef struct {
  XmppJid *account;          /* own bare address */
  XmppArchiveModule *archive;/* nullable: says which ids are those of our archive */
  ChatSource source;
  const char *archive_id;    /* of an archive's result, else NULL */
  gint64 stamp;              /* of an archive's result, else 0 */
} ChatReadingContext;

/* Whose conversation a message belongs to (bare), and whether we wrote it. NULL: nobody's. Transfer full. */
XmppJid *chat_reading_find_peer (const ChatReadingContext *context, const XmppMessage *message, gboolean *own);
/* Appends what it says to news (of ChatNewMessage), a message before what else comes with it. */
void     chat_reading_read      (const ChatReadingContext *context, const XmppMessage *message, XmppElement *stanza, GPtrArray *news);

G_END_DECLS
