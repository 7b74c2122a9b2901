/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-history-rule.h"

#include "chat-history-struct.h"
#include "xmpp-error.h"

#include <glib/gi18n-lib.h>

/* What the server is to archive. It is read before it is written, so that the lists of single addresses go back as they came. */

G_STATIC_ASSERT ((int) CHAT_ARCHIVE_EVERYONE == (int) XMPP_ARCHIVE_ALWAYS);
G_STATIC_ASSERT ((int) CHAT_ARCHIVE_CONTACTS == (int) XMPP_ARCHIVE_ROSTER);
G_STATIC_ASSERT ((int) CHAT_ARCHIVE_NOBODY == (int) XMPP_ARCHIVE_NEVER);

static void
return_error (GTask *task, GError *error)
{
  g_autoptr (GError) reason = error;
  const char *text;

  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_task_return_error (task, g_steal_pointer (&reason));
    return;
  }
  if (reason->domain == XMPP_STANZA_ERROR)
    text = _("The server doesn’t let you change this");
  else if (g_error_matches (reason, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED))
    text = _("Go online to change this");
  else
    text = _("The server didn’t answer. Please try again.");
  g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_ARCHIVE, "%s", text);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (XmppArchivePrefs) prefs = xmpp_archive_module_get_prefs_finish (XMPP_ARCHIVE_MODULE (source), result, &error);

  if (prefs == NULL)
    return_error (task, error);
  else
    g_task_return_int (task, prefs->rule);
}

void
chat_history_load_rule_async (ChatHistory *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  xmpp_archive_module_get_prefs_async (self->archive, cancellable, loaded_cb, g_task_new (self, cancellable, callback, user_data));
}

static gboolean
take_rule (GAsyncResult *result, ChatArchiveRule *rule, GError **error)
{
  gssize value = g_task_propagate_int (G_TASK (result), error);

  if (value >= 0)
    *rule = value;
  return value >= 0;
}

gboolean
chat_history_load_rule_finish (ChatHistory *self, GAsyncResult *result, ChatArchiveRule *rule, GError **error)
{
  return take_rule (result, rule, error);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (XmppArchivePrefs) prefs = xmpp_archive_module_set_prefs_finish (XMPP_ARCHIVE_MODULE (source), result, &error);

  if (prefs == NULL)
    return_error (task, error);
  else
    g_task_return_int (task, prefs->rule);
}

static void
read_before_saving_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (XmppArchivePrefs) prefs = xmpp_archive_module_get_prefs_finish (XMPP_ARCHIVE_MODULE (source), result, &error);

  if (prefs == NULL) {
    return_error (task, error);
    return;
  }
  prefs->rule = GPOINTER_TO_INT (g_task_get_task_data (task));
  xmpp_archive_module_set_prefs_async (XMPP_ARCHIVE_MODULE (source), prefs, g_task_get_cancellable (task), saved_cb, g_object_ref (task));
}

void
chat_history_save_rule_async (ChatHistory *self, ChatArchiveRule rule, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_task_data (task, GINT_TO_POINTER (rule), NULL);
  xmpp_archive_module_get_prefs_async (self->archive, cancellable, read_before_saving_cb, task);
}

gboolean
chat_history_save_rule_finish (ChatHistory *self, GAsyncResult *result, ChatArchiveRule *rule, GError **error)
{
  return take_rule (result, rule, error);
}
