/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>
#include "chat-error.h"

G_BEGIN_DECLS

/* The database of a profile. Everything here is asynchronous: one thread writes, one only reads, the main thread does
 * neither. What waits to be written is committed together; a callback of a write comes after its commit, callbacks come in
 * the order of the calls. A write of which nobody wants to know takes a NULL callback. A failing write changes nothing
 * at all and is told in its finish; "failed" (GError *error) is emitted for the first of a series only.
 *
 * Errors: CHAT_ERROR_STORE_… and G_IO_ERROR_CANCELLED (only while a call still waits for its turn). */
#define CHAT_TYPE_STORE (chat_store_get_type ())
G_DECLARE_FINAL_TYPE (ChatStore, chat_store, CHAT, STORE, GObject)

/* Rows as they are in the tables (data/sql). Strings are owned by the row and may be NULL where said. */
typedef struct {
  gint64 id;                 /* 0: not stored yet */
  char *jid;                 /* bare */
  char *alias;               /* nullable */
  gboolean enabled;
  char *host;                /* nullable */
  guint port;
  gboolean direct_tls;
  char *pin_sha256;          /* nullable */
  char *client_certificate;  /* path, nullable */
  char *resource;            /* nullable */
  gboolean remember;
  int known_strength;        /* XmppStrength */
  gboolean allow_plain;
  int availability;          /* XmppAvailability */
  char *status_text;         /* nullable */
  int priority;
  char *roster_version;      /* nullable; written by chat_store_save_roster_async () only */
  char *sm_state;            /* nullable; XML; written by chat_store_save_sm_state_async () and with messages only */
} ChatAccountRow;

typedef struct {
  gint64 account;
  char *jid;
  char *name;                /* nullable */
  int subscription;          /* XmppSubscription */
  gboolean ask, approved;
  char **groups;
} ChatContactRow;

typedef struct { gint64 account; char *jid; int availability; char *status_text; gint64 last_seen; } ChatPresenceRow;
typedef struct { gint64 account; char *jid; char *text; gint64 time; } ChatRequestRow;

ChatAccountRow  *chat_account_row_new   (const char *jid);                 /* with the defaults */
ChatAccountRow  *chat_account_row_copy  (const ChatAccountRow *row);
void             chat_account_row_free  (ChatAccountRow *row);
ChatContactRow  *chat_contact_row_new   (gint64 account, const char *jid);
ChatContactRow  *chat_contact_row_copy  (const ChatContactRow *row);
void             chat_contact_row_free  (ChatContactRow *row);
ChatPresenceRow *chat_presence_row_new  (gint64 account, const char *jid, int availability, const char *status_text, gint64 last_seen);
void             chat_presence_row_free (ChatPresenceRow *row);
ChatRequestRow  *chat_request_row_new   (gint64 account, const char *jid, const char *text, gint64 time);
void             chat_request_row_free  (ChatRequestRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatAccountRow, chat_account_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatContactRow, chat_contact_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatPresenceRow, chat_presence_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatRequestRow, chat_request_row_free)

/* Everything that the first picture needs but the messages, read at once when the store is opened. */
typedef struct {
  GPtrArray *accounts;       /* of ChatAccountRow, by id */
  GPtrArray *contacts;       /* of ChatContactRow */
  GPtrArray *presences;      /* of ChatPresenceRow */
  GPtrArray *requests;       /* of ChatRequestRow, oldest first */
  GPtrArray *conversations;  /* for chat_conversation_list_load () */
} ChatSnapshot;
void chat_snapshot_free (ChatSnapshot *snapshot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatSnapshot, chat_snapshot_free)

/* data_dir: made with mode 0700 where it is missing; the database in it is "chat.db", mode 0600. */
ChatStore    *chat_store_new           (const char *data_dir);
/* Opens, migrates, reads. CHAT_ERROR_STORE_NEWER touches nothing. A corrupt database is moved aside, see the notice. */
void          chat_store_open_async    (ChatStore *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
ChatSnapshot *chat_store_open_finish   (ChatStore *self, GAsyncResult *result, GError **error);   /* transfer full */
/* What the user should know about the opening (moved aside, read-only), translated; NULL: nothing. Property "notice". */
const char   *chat_store_get_notice    (ChatStore *self);
gboolean      chat_store_get_read_only (ChatStore *self);
/* Writes what waits, then ends both threads. Later calls fail with CHAT_ERROR_STORE. */
void          chat_store_close_async   (ChatStore *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean      chat_store_close_finish  (ChatStore *self, GAsyncResult *result, GError **error);

/* Ends every write below that has no finish of its own. */
gboolean chat_store_write_finish (ChatStore *self, GAsyncResult *result, GError **error);

/* Inserts (id 0) or updates the account; the finish gives its id, 0 on failure. CHAT_ERROR_ACCOUNT_EXISTS. */
void   chat_store_save_account_async   (ChatStore *self, const ChatAccountRow *row, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gint64 chat_store_save_account_finish  (ChatStore *self, GAsyncResult *result, GError **error);
/* All or none of several (provisioning): rows of ChatAccountRow; their ids are filled in before the callback. */
void   chat_store_save_accounts_async  (ChatStore *self, GPtrArray *rows, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* With its contacts, conversations, messages, settings; nothing of it stays in a file (W-28). */
void   chat_store_remove_account_async (ChatStore *self, gint64 account, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void   chat_store_save_sm_state_async  (ChatStore *self, gint64 account, const char *state /* nullable: forget */, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/* whole: contacts are the whole roster, all others go; else they are changed or new ones and removed (bare JIDs, nullable)
 * go. version NULL leaves the stored one when not whole. contacts: of ChatContactRow, nullable; not kept. */
void chat_store_save_roster_async    (ChatStore *self, gint64 account, const char *version, gboolean whole, GPtrArray *contacts, const char *const *removed,
                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void chat_store_save_presence_async  (ChatStore *self, GPtrArray *rows /* of ChatPresenceRow */, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void chat_store_save_request_async   (ChatStore *self, const ChatRequestRow *row, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void chat_store_remove_request_async (ChatStore *self, gint64 account, const char *jid, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/* Settings. get asks the conversation, then the account (0: skip), then the application, from memory; NULL: not set, use
 * the default. set is in memory at once and written behind; value NULL removes. Conversation settings also name the account. */
const char *chat_store_get_setting (ChatStore *self, gint64 account, gint64 conversation, const char *key);
void        chat_store_set_setting (ChatStore *self, gint64 account, gint64 conversation, const char *key, const char *value);

G_END_DECLS
