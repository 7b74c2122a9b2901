/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-db.h"
#include "chat-store-talk.h"

G_BEGIN_DECLS

/* What the user changes of messages: corrections, retractions, reactions. Each is applied and kept at once, and on its way to
 * the server until that has it, like a message; in the outbox it has the id of its row below 0. */

/* What came of it. */
typedef struct {
  ChatConversationRow *conversation;
  GPtrArray *changed;        /* of ChatMessageRow, as they are now */
  gint64 removed;            /* a message that was never sent and is gone; 0: none */
  ChatMessageRow *outgoing;  /* to be sent; NULL: nothing is, or it was told before */
} ChatChanged;
void chat_changed_free (ChatChanged *changed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatChanged, chat_changed_free)

/* type: CORRECTION with the text, RETRACTION, or REACTIONS with one emoji that is put there or (on FALSE) taken away. stanza_id:
 * of what is sent. What was not written yet is changed in place. CHAT_ERROR_NOT_POSSIBLE: not of this message. */
void         chat_store_change_async  (ChatStore *self, gint64 message, ChatNewType type, const char *text, gboolean on,
                                       const char *stanza_id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
ChatChanged *chat_store_change_finish (ChatStore *self, GAsyncResult *result, GError **error);

/* In the writer, for the other files. id: of the row, above 0. FALSE: failed. */
gboolean chat_outgoing_load      (ChatDb *db, gint64 account, GPtrArray *rows /* of ChatOutboxRow */, GError **error);
gboolean chat_outgoing_find      (ChatDb *db, gint64 conversation, const char *stanza_id, gint64 *id, GError **error);
gboolean chat_outgoing_set_state (ChatDb *db, gint64 account, gint64 id, ChatMessageState state, const char *text, GPtrArray *changed, GError **error);
/* The message failed: what was said of it since is not sent. */
gboolean chat_outgoing_give_up   (ChatDb *db, gint64 message, GError **error);

G_END_DECLS
