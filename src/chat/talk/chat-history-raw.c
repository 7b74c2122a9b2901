/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-history-struct.h"

#include "chat-error.h"
#include "xmpp-error.h"

#include <glib/gi18n-lib.h>

/* One message again, as the archive has it. A query by ids is an extra of few servers, and the archive's clock is not ours, so it
 * is found as the one after the one before it (XEP-0313 §5, RSM). */

typedef struct {
  ChatHistory *history;
  XmppJid *with;
  char *id;
} Wanted;

static void
wanted_free (Wanted *wanted)
{
  g_object_unref (wanted->history);
  xmpp_jid_unref (wanted->with);
  g_free (wanted->id);
  g_free (wanted);
}

static void
fail (GTask *task, const GError *error)
{
  g_autoptr (ChatProblem) problem = chat_problem_new_for_history (error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_error_copy (error));
  else if (g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND))
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_ARCHIVE, _("The server’s archive doesn’t have this message any more."));
  else
    g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_ARCHIVE, "%s", problem->text);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Wanted *wanted = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppArchivePage) page = xmpp_archive_module_query_finish (XMPP_ARCHIVE_MODULE (source), result, &error);

  for (guint i = 0; page != NULL && i < page->items->len; i++) {
    const XmppArchiveItem *item = g_ptr_array_index (page->items, i);
    if (g_strcmp0 (item->id, wanted->id) == 0 && item->stanza != NULL) {
      g_task_return_pointer (task, xmpp_element_to_string (item->stanza), g_free);
      return;
    }
  }
  if (error == NULL)
    error = g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND, "");
  fail (task, error);
}

static void
neighbour_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Wanted *wanted = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppArchivePage) page = xmpp_archive_module_query_finish (XMPP_ARCHIVE_MODULE (source), result, &error);
  /* Without any it is the first one of all. */
  XmppArchiveQuery query = { .with = wanted->with, .max = 1 };

  if (page == NULL) {
    fail (task, error);
    return;
  }
  query.after = page->last;
  xmpp_archive_module_query_async (XMPP_ARCHIVE_MODULE (source), &query, wanted->history->timeout_ms, g_task_get_cancellable (task), found_cb,
                                   g_object_ref (task));
}

void
chat_history_load_raw_async (ChatHistory *self, ChatConversation *conversation, const char *archive_id, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Wanted *wanted = g_new (Wanted, 1);
  XmppArchiveQuery query = { .max = 1, .before = archive_id };

  *wanted = (Wanted) { g_object_ref (self), xmpp_jid_ref (chat_conversation_get_jid (conversation)), g_strdup (archive_id) };
  g_task_set_task_data (task, wanted, (GDestroyNotify) wanted_free);
  query.with = wanted->with;
  xmpp_archive_module_query_async (self->archive, &query, self->timeout_ms, cancellable, neighbour_cb, task);
}

char *
chat_history_load_raw_finish (ChatHistory *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
