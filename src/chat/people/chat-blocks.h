/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-account.h"

G_BEGIN_DECLS

/* Who is blocked, on all accounts: people, servers, or resources of either. The servers keep the lists, the same for all
 * devices (XEP-0191); what they said last is a setting of the account and counts until they say it again.
 *
 * Signals: "changed" (ChatAccount *account), "available" (ChatAccount *account): the server said that it can block. */
#define CHAT_TYPE_BLOCKS (chat_blocks_get_type ())
G_DECLARE_FINAL_TYPE (ChatBlocks, chat_blocks, CHAT, BLOCKS, GObject)

/* What the operator of the own server is told of who is blocked (XEP-0377). */
typedef struct {
  gboolean abuse;            /* else it is unwanted advertising */
  const char *text;          /* nullable: in the user's words */
  guint n_messages;          /* so many of their last messages are named */
} ChatReport;

/* What the server can do, as far as one knows. */
gboolean    chat_blocks_get_available  (ChatBlocks *self, ChatAccount *account);
gboolean    chat_blocks_get_reports    (ChatBlocks *self, ChatAccount *account);
/* account: the id. Any of the lists' rules may hit it, so a whole server, too. */
gboolean    chat_blocks_is_blocked     (ChatBlocks *self, gint64 account, XmppJid *jid);
char      **chat_blocks_dup_items      (ChatBlocks *self, ChatAccount *account);

/* report: nullable, read during the call. Errors: XMPP_ERROR, XMPP_STANZA_ERROR, CHAT_ERROR_NOT_POSSIBLE. */
void        chat_blocks_block_async    (ChatBlocks *self, ChatAccount *account, XmppJid *jid, const ChatReport *report,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void        chat_blocks_unblock_async  (ChatBlocks *self, ChatAccount *account, XmppJid *jid, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
gboolean    chat_blocks_change_finish  (ChatBlocks *self, GAsyncResult *result, GError **error);

G_END_DECLS
