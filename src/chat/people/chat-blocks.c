/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-blocks-private.h"
#include "chat-error.h"
#include "chat-store-message.h"
#include "xmpp-blocking-module.h"
#include "xmpp-error.h"

#include <glib/gi18n-lib.h>

#define BLOCKED "blocked"        /* a setting of the account: addresses, a line each */

struct _ChatBlocks {
  GObject parent_instance;
  ChatStore *store;
  GHashTable *lists;             /* of gint64, an account's id, to XmppBlockList */
  GHashTable *sources;           /* of gint64 to Source */
};

typedef struct {
  ChatBlocks *blocks;            /* not owned */
  ChatAccount *account;
  XmppSession *session;
  XmppBlockingModule *module;    /* the session's */
} Source;

G_DEFINE_FINAL_TYPE (ChatBlocks, chat_blocks, G_TYPE_OBJECT)

enum { CHANGED, AVAILABLE, N_SIGNALS };
static guint signals[N_SIGNALS];

/* Before there is a session, and for accounts that are switched off, it is what was stored. */
static XmppBlockList *
get_list (ChatBlocks *self, gint64 account)
{
  XmppBlockList *list = g_hash_table_lookup (self->lists, &account);
  const char *stored;

  if (!list) {
    g_auto (GStrv) items = NULL;

    stored = chat_store_get_setting (self->store, account, 0, BLOCKED);
    items = g_strsplit (stored ? stored : "", "\n", -1);
    list = xmpp_block_list_new ((const char *const *) items);
    g_hash_table_insert (self->lists, g_memdup2 (&account, sizeof account), list);
  }
  return list;
}

gboolean
chat_blocks_is_blocked (ChatBlocks *self, gint64 account, XmppJid *jid)
{
  return xmpp_block_list_matches (get_list (self, account), jid);
}

char **
chat_blocks_dup_items (ChatBlocks *self, ChatAccount *account)
{
  return xmpp_block_list_dup_items (get_list (self, chat_account_get_id (account)));
}

static Source *
get_source (ChatBlocks *self, ChatAccount *account)
{
  gint64 id = chat_account_get_id (account);

  return g_hash_table_lookup (self->sources, &id);
}

gboolean
chat_blocks_get_available (ChatBlocks *self, ChatAccount *account)
{
  Source *source = get_source (self, account);

  return source && xmpp_blocking_module_get_available (source->module);
}

gboolean
chat_blocks_get_reports (ChatBlocks *self, ChatAccount *account)
{
  Source *source = get_source (self, account);

  return source && xmpp_blocking_module_get_reports (source->module);
}

/* -- sessions -------------------------------------------------------------------------------------------------------- */

static void
changed_cb (XmppBlockingModule *module, Source *source)
{
  g_auto (GStrv) items = xmpp_block_list_dup_items (xmpp_blocking_module_get_list (module));
  g_autofree char *text = g_strjoinv ("\n", items);
  gint64 account = chat_account_get_id (source->account);

  g_hash_table_remove (source->blocks->lists, &account);
  chat_store_set_setting (source->blocks->store, account, 0, BLOCKED, *text ? text : NULL);
  g_signal_emit (source->blocks, signals[CHANGED], 0, source->account);
}

static void
received_cb (XmppBlockingModule *module, Source *source)
{
  g_signal_emit (source->blocks, signals[AVAILABLE], 0, source->account);
}

static void
source_free (Source *source)
{
  g_signal_handlers_disconnect_by_data (source->module, source);
  g_object_unref (source->session);
  g_object_unref (source->account);
  g_free (source);
}

void
chat_blocks_add_session (ChatBlocks *self, ChatAccount *account, XmppSession *session)
{
  XmppBlockingModule *module = xmpp_session_get_module (session, XMPP_TYPE_BLOCKING_MODULE);
  gint64 id = chat_account_get_id (account);
  g_auto (GStrv) items = xmpp_block_list_dup_items (get_list (self, id));
  Source *source;

  if (!module)
    return;
  source = g_new (Source, 1);
  *source = (Source) { self, g_object_ref (account), g_object_ref (session), module };
  g_hash_table_replace (self->sources, g_memdup2 (&id, sizeof id), source);
  xmpp_blocking_module_load (source->module, (const char *const *) items);
  g_signal_connect (source->module, "changed", G_CALLBACK (changed_cb), source);
  g_signal_connect (source->module, "received", G_CALLBACK (received_cb), source);
}

void
chat_blocks_remove_session (ChatBlocks *self, ChatAccount *account)
{
  gint64 id = chat_account_get_id (account);

  g_hash_table_remove (self->sources, &id);
}

/* -- changes --------------------------------------------------------------------------------------------------------- */

typedef struct {
  XmppBlockingModule *module;
  XmppJid *jid;
  gboolean abuse;
  char *text;
} Wish;

static void
wish_free (Wish *wish)
{
  g_object_unref (wish->module);
  xmpp_jid_unref (wish->jid);
  g_free (wish->text);
  g_free (wish);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (xmpp_blocking_module_change_finish (XMPP_BLOCKING_MODULE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Without their ids the report still says what it says. */
static void
ids_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Wish *wish = g_task_get_task_data (task);
  g_auto (GStrv) ids = chat_store_load_archive_ids_finish (CHAT_STORE (source), result, NULL);
  XmppReport report = {
    .reason = wish->abuse ? XMPP_REPORT_ABUSE : XMPP_REPORT_SPAM, .text = wish->text, .archive_ids = (const char *const *) ids,
  };

  xmpp_blocking_module_block_async (wish->module, wish->jid, &report, g_task_get_cancellable (task), done_cb, task);
}

/* NULL: it can't be asked for; task is told, and gone. */
static Source *
begin (ChatBlocks *self, ChatAccount *account, GTask *task)
{
  Source *source = get_source (self, account);

  if (!source || xmpp_session_get_state (source->session) != XMPP_SESSION_ONLINE) {
    g_task_return_new_error (task, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED, "Not connected");
  } else if (!xmpp_blocking_module_get_available (source->module)) {
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE, _("Your server can’t block anybody."));
  } else {
    return source;
  }
  g_object_unref (task);
  return NULL;
}

void
chat_blocks_block_async (ChatBlocks *self, ChatAccount *account, XmppJid *jid, const ChatReport *report, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Source *source;
  Wish *wish;

  if (xmpp_jid_equal_bare (jid, chat_account_get_jid (account))) {
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE, _("That is your own address."));
    g_object_unref (task);
    return;
  }
  source = begin (self, account, task);
  if (!source)
    return;
  if (!report) {
    xmpp_blocking_module_block_async (source->module, jid, NULL, cancellable, done_cb, task);
    return;
  }
  wish = g_new (Wish, 1);
  *wish = (Wish) { g_object_ref (source->module), xmpp_jid_ref (jid), report->abuse, g_strdup (report->text) };
  g_task_set_task_data (task, wish, (GDestroyNotify) wish_free);
  chat_store_load_archive_ids_async (self->store, chat_account_get_id (account), xmpp_jid_get_bare_string (jid), report->n_messages,
                                     cancellable, ids_loaded_cb, task);
}

void
chat_blocks_unblock_async (ChatBlocks *self, ChatAccount *account, XmppJid *jid, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Source *source = begin (self, account, task);

  if (source)
    xmpp_blocking_module_unblock_async (source->module, jid, cancellable, done_cb, task);
}

gboolean
chat_blocks_change_finish (ChatBlocks *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* -------------------------------------------------------------------------------------------------------------------- */

ChatBlocks *
chat_blocks_new (ChatStore *store)
{
  ChatBlocks *self = g_object_new (CHAT_TYPE_BLOCKS, NULL);

  self->store = g_object_ref (store);
  return self;
}

static void
chat_blocks_finalize (GObject *object)
{
  ChatBlocks *self = CHAT_BLOCKS (object);

  g_hash_table_unref (self->sources);
  g_hash_table_unref (self->lists);
  g_object_unref (self->store);
  G_OBJECT_CLASS (chat_blocks_parent_class)->finalize (object);
}

static void
chat_blocks_class_init (ChatBlocksClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_blocks_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                   CHAT_TYPE_ACCOUNT);
  signals[AVAILABLE] = g_signal_new ("available", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                     CHAT_TYPE_ACCOUNT);
}

static void
chat_blocks_init (ChatBlocks *self)
{
  self->lists = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) xmpp_block_list_free);
  self->sources = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) source_free);
}
