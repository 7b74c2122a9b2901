/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "fake-archive.h"

#include "xmpp-error.h"

struct _XmppArchiveModule {
  XmppModule parent_instance;
  GQueue open;              /* of GTask, whose data is a description */
  guint n_asked;
  gboolean searches;
};

G_DEFINE_FINAL_TYPE (XmppArchiveModule, xmpp_archive_module, XMPP_TYPE_MODULE)

static void
xmpp_archive_module_class_init (XmppArchiveModuleClass *klass)
{
}

static void
xmpp_archive_module_init (XmppArchiveModule *self)
{
}

/* -- what the chat layer calls -------------------------------------------------------------------------------------- */

gboolean
xmpp_archive_module_get_available (XmppArchiveModule *self)
{
  return TRUE;
}

gboolean
xmpp_archive_module_get_searches (XmppArchiveModule *self)
{
  return self->searches;
}

const char *
xmpp_archive_module_get_id (XmppArchiveModule *self, const XmppMessage *message)
{
  return message->stanza_id;
}

void
xmpp_archive_module_query_async (XmppArchiveModule *self, const XmppArchiveQuery *query, guint timeout_ms,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *start = query->start != 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, query->start) : g_strdup ("-");

  g_task_set_task_data (task, g_strdup_printf ("%s %s %s%s%s", query->with != NULL ? xmpp_jid_get_string (query->with) : "-",
                                               query->after != NULL ? query->after : "-", start,
                                               query->text != NULL ? " " : "", query->text != NULL ? query->text : ""), g_free);
  g_queue_push_tail (&self->open, task);
  self->n_asked++;
}

XmppArchivePage *
xmpp_archive_module_query_finish (XmppArchiveModule *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* -- what the tests call -------------------------------------------------------------------------------------------- */

FakeArchive *
fake_archive_new (void)
{
  return g_object_new (xmpp_archive_module_get_type (), NULL);
}

void
fake_archive_set_searches (FakeArchive *self, gboolean searches)
{
  self->searches = searches;
}

guint
fake_archive_n_asked (FakeArchive *self)
{
  return self->n_asked;
}

guint
fake_archive_n_open (FakeArchive *self)
{
  return self->open.length;
}

char *
fake_archive_describe (FakeArchive *self)
{
  return g_strdup (g_task_get_task_data (g_queue_peek_head (&self->open)));
}

static void
item_free (XmppArchiveItem *item)
{
  g_free ((char *) item->id);
  g_clear_pointer (&item->stanza, xmpp_element_unref);
  g_free (item);
}

void
fake_archive_answer (FakeArchive *self, const char *prefix, gboolean complete, const char *const *messages)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->open);
  XmppArchivePage *page = g_rc_box_new0 (XmppArchivePage);

  page->items = g_ptr_array_new_with_free_func ((GDestroyNotify) item_free);
  page->complete = complete;
  page->count = -1;
  for (guint i = 0; messages[i] != NULL; i++) {
    XmppArchiveItem *item = g_new0 (XmppArchiveItem, 1);
    item->id = g_strdup_printf ("%s-%u", prefix, i);
    item->stanza = *messages[i] != '\0' ? xmpp_element_parse (messages[i], -1, NULL) : NULL;
    g_ptr_array_add (page->items, item);
    g_free (page->last);
    page->last = g_strdup (item->id);
  }
  page->first = page->items->len > 0 ? g_strdup_printf ("%s-0", prefix) : NULL;
  g_task_return_pointer (task, page, (GDestroyNotify) xmpp_archive_page_unref);
}

void
fake_archive_refuse (FakeArchive *self, GQuark domain, int code)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->open);

  g_task_return_new_error (task, domain, code, "refused");
}
