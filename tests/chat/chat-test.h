/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-conversation-private.h"
#include "chat-store-private.h"
#include "chat-store-talk.h"
#include "chat-timeline-private.h"

/* What the tests of the chat layer share: a folder that goes away again, an open store, and waiting without sleeping. */

/* Iterates the main context until condition holds; fails after ten seconds. */
#define wait_for(condition) \
  G_STMT_START { \
    gint64 wait_end = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND; \
    while (!(condition)) { \
      g_autoptr (GSource) wake = g_timeout_source_new (20); \
      g_assert_cmpint (g_get_monotonic_time (), <, wait_end); \
      g_source_set_callback (wake, G_SOURCE_FUNC (nothing_cb), NULL, NULL); \
      g_source_attach (wake, NULL); \
      g_main_context_iteration (NULL, TRUE); \
      g_source_destroy (wake); \
    } \
  } G_STMT_END
gboolean nothing_cb (gpointer data);

char *folder_new    (void);
void  folder_remove (char *folder);
typedef char *Folder;
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (Folder, folder_remove, NULL)

/* For callbacks: keeps the result in a GAsyncResult *. */
void          keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data);

ChatStore    *store_open     (const char *folder, ChatSnapshot **snapshot /* nullable */);
/* Closes, waits, and asserts that nobody else held it. */
void          store_close    (ChatStore *store);
/* Makes a database as it was after the first n migrations. */
void          folder_migrate (const char *folder, guint n);
/* Messages were put in by SQL: the chats count them. */
void          recount        (ChatDb *db);
gint64        store_account  (ChatStore *store, const char *jid);
/* What came of one message. */
typedef struct { ChatConversationRow *conversation; ChatMessageRow *message; gboolean duplicate; } ChatAddedMessage;
void chat_added_message_free (ChatAddedMessage *added);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatAddedMessage, chat_added_message_free)
ChatNewMessage *incoming     (const char *jid, const char *id, const char *text);
ChatAddedMessage *store_add  (ChatStore *store, gint64 account, ChatNewMessage *message, GError **error);
ChatAddedLot     *store_add_lot (ChatStore *store, ChatLot *lot /* transfer full */, GError **error);
/* Of a lot of one message. */
ChatAddedMessage *store_add_finish (ChatStore *store, GAsyncResult *result, GError **error);
/* The first column of the first row of a query on the file, from another connection. */
gint64        query          (const char *folder, const char *sql);
char         *query_text     (const char *folder, const char *sql);
/* Of tests/data/naughty-strings.json, an array of char *. */
GPtrArray    *naughty_strings (void);
/* Some file of it has the text in it. */
gboolean      folder_has_bytes (const char *folder, const char *text);
