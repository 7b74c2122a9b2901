/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-archive-module.h"
#include "xmpp-error.h"

struct _XmppArchiveModule {
  XmppModule parent_instance;
};

G_DEFINE_FINAL_TYPE (XmppArchiveModule, xmpp_archive_module, XMPP_TYPE_MODULE)

XmppArchivePage *
xmpp_archive_page_ref (XmppArchivePage *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
page_clear (gpointer data)
{
  XmppArchivePage *self = data;

  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_free (self->first);
  g_free (self->last);
}

void
xmpp_archive_page_unref (XmppArchivePage *self)
{
  g_atomic_rc_box_release_full (self, page_clear);
}

gboolean
xmpp_archive_module_get_available (XmppArchiveModule *self)
{
  return FALSE;
}

const char *
xmpp_archive_module_get_id (XmppArchiveModule *self, const XmppMessage *message)
{
  return NULL;
}

void
xmpp_archive_prefs_free (XmppArchivePrefs *self)
{
  g_strfreev (self->always);
  g_strfreev (self->never);
  g_free (self);
}

void
xmpp_archive_module_query_async (XmppArchiveModule *self, const XmppArchiveQuery *query, guint timeout_ms, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_task_report_new_error (self, callback, user_data, NULL, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, "service-unavailable");
}

XmppArchivePage *
xmpp_archive_module_query_finish (XmppArchiveModule *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
xmpp_archive_module_get_prefs_async (XmppArchiveModule *self, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_task_report_new_error (self, callback, user_data, NULL, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, "service-unavailable");
}

XmppArchivePrefs *
xmpp_archive_module_get_prefs_finish (XmppArchiveModule *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
xmpp_archive_module_set_prefs_async (XmppArchiveModule *self, const XmppArchivePrefs *prefs, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_task_report_new_error (self, callback, user_data, NULL, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, "service-unavailable");
}

XmppArchivePrefs *
xmpp_archive_module_set_prefs_finish (XmppArchiveModule *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
xmpp_archive_module_class_init (XmppArchiveModuleClass *klass)
{
  XMPP_MODULE_CLASS (klass)->name = "archive";
}

static void
xmpp_archive_module_init (XmppArchiveModule *self)
{
}
