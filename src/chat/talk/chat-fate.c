/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-fate.h"

#include "xmpp-error.h"
#include "xmpp-ns.h"

/* The walk through the archive: page by page forwards, until all were found or the server says that it was the last page. */

#define PAGE 250
#define TIMEOUT_MS 30000
#define PAGES_MAX 400           /* a server that never comes to an end does not hold the messages up for ever */

typedef struct {
  XmppJid *own, *with;
  gint64 since;
  char *after;                  /* nullable */
  gboolean by_cursor;           /* after is the cursor, no page has come yet */
  GHashTable *wanted, *found;   /* sets of ids */
  guint n_pages;
} Walk;

static void ask (GTask *task);

static void
walk_free (Walk *walk)
{
  xmpp_jid_unref (walk->own);
  xmpp_jid_unref (walk->with);
  g_free (walk->after);
  g_hash_table_unref (walk->wanted);
  g_hash_table_unref (walk->found);
  g_free (walk);
}

static gboolean
is_own (Walk *walk, XmppElement *stanza)
{
  const char *text = xmpp_element_get_attribute (stanza, "from");
  g_autoptr (XmppJid) from = text != NULL ? xmpp_jid_new_lenient (text, NULL) : NULL;

  return from != NULL && xmpp_jid_equal_bare (from, walk->own);
}

static void
note (Walk *walk, const char *id)
{
  if (id != NULL && g_hash_table_contains (walk->wanted, id))
    g_hash_table_add (walk->found, g_strdup (id));
}

static void
look (Walk *walk, XmppElement *stanza)
{
  XmppElement *origin;

  if (stanza == NULL || !is_own (walk, stanza))
    return;
  origin = xmpp_element_find_child (stanza, XMPP_NS_SID, "origin-id");
  note (walk, xmpp_element_get_attribute (stanza, "id"));
  note (walk, origin != NULL ? xmpp_element_get_attribute (origin, "id") : NULL);
}

/* FALSE: there is no next page. */
static gboolean
take_page (Walk *walk, XmppArchivePage *page)
{
  for (guint i = 0; i < page->items->len; i++)
    look (walk, ((XmppArchiveItem *) g_ptr_array_index (page->items, i))->stanza);
  if (page->complete || page->last == NULL || g_strcmp0 (page->last, walk->after) == 0)
    return FALSE;
  g_free (walk->after);
  walk->after = g_strdup (page->last);
  return g_hash_table_size (walk->found) < g_hash_table_size (walk->wanted);
}

static void
page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Walk *walk = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppArchivePage) page = xmpp_archive_module_query_finish (XMPP_ARCHIVE_MODULE (source), result, &error);

  if (walk->by_cursor && g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND)) {
    /* it was cleared away, the time still counts. */
    walk->by_cursor = FALSE;
    g_clear_pointer (&walk->after, g_free);
    ask (g_steal_pointer (&task));
    return;
  }
  walk->by_cursor = FALSE;
  if (page == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (!take_page (walk, page))
    g_task_return_pointer (task, g_hash_table_ref (walk->found), (GDestroyNotify) g_hash_table_unref);
  else if (++walk->n_pages >= PAGES_MAX)
    g_task_return_new_error (task, XMPP_ERROR, XMPP_ERROR_LIMIT, "The archive has no end");
  else
    ask (g_steal_pointer (&task));
}

/* Takes the task. */
static void
ask (GTask *task)
{
  Walk *walk = g_task_get_task_data (task);
  XmppArchiveQuery query = { .with = walk->with, .after = walk->after, .max = PAGE };

  if (walk->after == NULL)
    query.start = walk->since;
  xmpp_archive_module_query_async (g_task_get_source_object (task), &query, TIMEOUT_MS, g_task_get_cancellable (task), page_cb,
                                   task);
}

void
chat_fate_ask_async (XmppArchiveModule *archive, XmppJid *own, XmppJid *with, const char *cursor, gint64 since,
                     const char *const *ids, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (archive, cancellable, callback, user_data);
  Walk *walk = g_new0 (Walk, 1);

  walk->own = xmpp_jid_ref (own);
  walk->with = xmpp_jid_ref (with);
  walk->since = since;
  walk->after = g_strdup (cursor);
  walk->by_cursor = cursor != NULL;
  walk->wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  walk->found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; ids[i] != NULL; i++)
    g_hash_table_add (walk->wanted, g_strdup (ids[i]));
  g_task_set_task_data (task, walk, (GDestroyNotify) walk_free);
  ask (task);
}

GHashTable *
chat_fate_ask_finish (XmppArchiveModule *archive, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
