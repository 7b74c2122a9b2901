/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-archive-page.h"
#include "xmpp-datetime.h"
#include "xmpp-ns.h"
#include "xmpp-result-set.h"

#define MOST_ITEMS 10000
#define MOST_BYTES (64 * 1024 * 1024)

struct _XmppArchiveBuilder {
  XmppArchivePage *page;
  GHashTable *ids;            /* of the items, not owned */
  gsize n_bytes;
  gint64 now;
};

static void
item_free (XmppArchiveItem *item)
{
  xmpp_element_unref (item->result);
  g_free (item);
}

XmppArchivePage *
xmpp_archive_page_ref (XmppArchivePage *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  XmppArchivePage *self = data;

  g_ptr_array_unref (self->items);
  g_free (self->first);
  g_free (self->last);
}

void
xmpp_archive_page_unref (XmppArchivePage *self)
{
  g_rc_box_release_full (self, clear);
}

XmppArchiveBuilder *
xmpp_archive_builder_new (gint64 now)
{
  XmppArchiveBuilder *self = g_new0 (XmppArchiveBuilder, 1);

  self->page = g_rc_box_new0 (XmppArchivePage);
  self->page->items = g_ptr_array_new_with_free_func ((GDestroyNotify) item_free);
  self->ids = g_hash_table_new (g_str_hash, g_str_equal);
  self->now = now;
  return self;
}

void
xmpp_archive_builder_free (XmppArchiveBuilder *self)
{
  g_hash_table_unref (self->ids);
  g_clear_pointer (&self->page, xmpp_archive_page_unref);
  g_free (self);
}

/* A message that is itself a wrapper was sent as one by somebody; nobody is to unwrap it a second time (S-02). */
static XmppElement *
find_stanza (XmppElement *result, gint64 *stamp)
{
  XmppElement *stanza = xmpp_forwarded_find (result, stamp);

  return stanza && !xmpp_forwarded_is_wrapper (stanza) ? stanza : NULL;
}

gboolean
xmpp_archive_builder_add (XmppArchiveBuilder *self, XmppElement *result)
{
  const char *id = xmpp_element_get_attribute (result, "id");
  XmppArchiveItem *item;

  if (!id || *id == '\0' || !g_hash_table_add (self->ids, (gpointer) id))
    return TRUE;
  self->n_bytes += xmpp_element_get_size (result);
  if (self->page->items->len >= MOST_ITEMS || self->n_bytes > MOST_BYTES) {
    g_hash_table_remove (self->ids, id);
    return FALSE;
  }
  item = g_new (XmppArchiveItem, 1);
  item->id = id;
  item->stanza = find_stanza (result, &item->time);
  item->time = item->time ? xmpp_datetime_clamp (item->time, self->now) : 0;
  item->result = xmpp_element_ref (result);
  g_ptr_array_add (self->page->items, item);
  return TRUE;
}

static XmppArchiveItem *
get_item (XmppArchivePage *page, guint i)
{
  return page->items->pdata[i];
}

const XmppArchiveItem *
xmpp_archive_builder_get_first (XmppArchiveBuilder *self)
{
  return self->page->items->len > 0 ? get_item (self->page, 0) : NULL;
}

/* Steps forwards in time, less those backwards. One step back may be a clock that was set. */
static int
count_steps (XmppArchivePage *page)
{
  int steps = 0;

  for (guint i = 1; i < page->items->len; i++) {
    gint64 before = get_item (page, i - 1)->time, after = get_item (page, i)->time;

    steps += before && after ? (before < after) - (before > after) : 0;
  }
  return steps;
}

/* A page whose newest comes first, as if <flip-page/> had been asked for (XEP-0313 §5.3.4): by the stamps, and where those say
 * little, by what <fin/> says is first. */
static gboolean
is_flipped (XmppArchivePage *page, const XmppResultSet *set)
{
  guint n = page->items->len;
  int steps = count_steps (page);

  if (n < 2)
    return FALSE;
  if (steps < -1 || steps > 1)
    return steps < 0;
  if (g_strcmp0 (set->first, get_item (page, 0)->id) == 0 || g_strcmp0 (set->last, get_item (page, n - 1)->id) == 0)
    return FALSE;
  return steps < 0 || g_strcmp0 (set->first, get_item (page, n - 1)->id) == 0 || g_strcmp0 (set->last, get_item (page, 0)->id) == 0;
}

static void
flip (GPtrArray *items)
{
  for (guint i = 0, j = items->len; i + 1 < j; i++) {
    gpointer item = items->pdata[--j];

    items->pdata[j] = items->pdata[i];
    items->pdata[i] = item;
  }
}

static gboolean
get_boolean (XmppElement *fin, const char *name, gboolean otherwise)
{
  const char *text = xmpp_element_get_attribute (fin, name);

  return text ? g_str_equal (text, "true") || g_str_equal (text, "1") : otherwise;
}

XmppArchivePage *
xmpp_archive_builder_finish (XmppArchiveBuilder *self, XmppElement *fin)
{
  XmppArchivePage *page = g_steal_pointer (&self->page);
  guint n = page->items->len;
  XmppResultSet set;

  xmpp_result_set_parse (fin, &set);
  if (is_flipped (page, &set))
    flip (page->items);
  page->first = n ? g_strdup (get_item (page, 0)->id) : NULL;
  page->last = n ? g_strdup (get_item (page, n - 1)->id) : NULL;
  page->complete = get_boolean (fin, "complete", FALSE);
  page->stable = get_boolean (fin, "stable", TRUE);
  page->count = set.count;
  xmpp_archive_builder_free (self);
  return page;
}
