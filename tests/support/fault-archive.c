/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "fault-archive.h"

#include <stdlib.h>
#include <string.h>

#include "xmpp-datetime.h"
#include "xmpp-ns.h"

#define PAGE_MAX 100

typedef struct {
  char *with;               /* bare */
  char *stanza;
  gint64 time;
} Entry;

struct _FaultArchive {
  char *own;
  GPtrArray *entries;       /* of Entry; the id of each is "a" and its place */
};

static void
entry_free (Entry *entry)
{
  g_free (entry->with);
  g_free (entry->stanza);
  g_free (entry);
}

FaultArchive *
fault_archive_new (const char *own)
{
  FaultArchive *self = g_new0 (FaultArchive, 1);

  self->own = g_strdup (own);
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  return self;
}

void
fault_archive_free (FaultArchive *self)
{
  g_free (self->own);
  g_ptr_array_unref (self->entries);
  g_free (self);
}

guint
fault_archive_get_n (FaultArchive *self)
{
  return self->entries->len;
}

char *
fault_archive_add (FaultArchive *self, const char *with, XmppElement *stanza)
{
  g_autoptr (XmppElement) copy = xmpp_element_copy (stanza);
  XmppElement *stanza_id = xmpp_element_add_child (copy, XMPP_NS_SID, "stanza-id");
  g_autofree char *id = g_strdup_printf ("a%u", self->entries->len);
  Entry *entry = g_new0 (Entry, 1);

  xmpp_element_set_attribute (stanza_id, "by", self->own);
  xmpp_element_set_attribute (stanza_id, "id", id);
  entry->with = g_strndup (with, strcspn (with, "/"));
  entry->stanza = xmpp_element_to_string (copy);
  entry->time = g_get_real_time ();
  g_ptr_array_add (self->entries, entry);
  return g_strdup (entry->stanza);
}

/* -- queries ---------------------------------------------------------------------------------------------------------- */

static const char *
get_field (XmppElement *query, const char *name)
{
  XmppElement *form = xmpp_element_find_child (query, XMPP_NS_DATA_FORM, "x");

  for (guint i = 0; form && i < xmpp_element_get_n_children (form); i++) {
    XmppElement *field = xmpp_element_get_child (form, i);

    if (g_strcmp0 (xmpp_element_get_attribute (field, "var"), name) == 0)
      return xmpp_element_get_child_text (field, XMPP_NS_DATA_FORM, "value");
  }
  return NULL;
}

static guint
get_place (const char *id)
{
  return strtoul (id + 1, NULL, 10);
}

/* The places of what matches, of guint, the oldest first. */
static GArray *
list_matches (FaultArchive *self, XmppElement *query, const char *after, const char *before)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (guint));
  const char *with = get_field (query, "with"), *start = get_field (query, "start");
  gint64 since = 0;

  g_assert_true (!start || xmpp_datetime_parse (start, &since));
  for (guint i = 0; i < self->entries->len; i++) {
    Entry *entry = self->entries->pdata[i];

    if ((!with || g_str_equal (with, entry->with)) && entry->time >= since && (!after || i > get_place (after)) &&
        (!before || !*before || i < get_place (before)))
      g_array_append_val (found, i);
  }
  return found;
}

static void
add_result (FaultArchive *self, GPtrArray *page, guint place, const char *query_id)
{
  Entry *entry = self->entries->pdata[place];
  g_autofree char *stamp = xmpp_datetime_format (entry->time);

  g_ptr_array_add (page, g_strdup_printf (
    "<message from='%s' to='%s/x'><result xmlns='" XMPP_NS_MAM "' queryid='%s' id='a%u'><forwarded xmlns='" XMPP_NS_FORWARD "'>"
    "<delay xmlns='" XMPP_NS_DELAY "' stamp='%s'/>%s</forwarded></result></message>",
    self->own, self->own, query_id, place, stamp, entry->stanza));
}

GPtrArray *
fault_archive_query (FaultArchive *self, XmppElement *iq)
{
  GPtrArray *page = g_ptr_array_new_with_free_func (g_free);
  XmppElement *query = xmpp_element_find_child (iq, XMPP_NS_MAM, "query");
  XmppElement *rsm = xmpp_element_find_child (query, XMPP_NS_RSM, "set");
  const char *after = rsm ? xmpp_element_get_child_text (rsm, NULL, "after") : NULL;
  const char *before = rsm ? xmpp_element_get_child_text (rsm, NULL, "before") : NULL;
  const char *max = rsm ? xmpp_element_get_child_text (rsm, NULL, "max") : NULL;
  const char *query_id = xmpp_element_get_attribute (query, "queryid");
  g_autoptr (GArray) found = list_matches (self, query, after, before);
  guint n = MIN (found->len, MIN (max ? strtoul (max, NULL, 10) : PAGE_MAX, PAGE_MAX));
  guint first = before ? found->len - n : 0;
  GString *set = g_string_new ("<set xmlns='" XMPP_NS_RSM "'>");

  for (guint i = first; i < first + n; i++)
    add_result (self, page, g_array_index (found, guint, i), query_id ? query_id : "");
  if (n > 0)
    g_string_append_printf (set, "<first index='%u'>a%u</first><last>a%u</last>", first, g_array_index (found, guint, first),
                            g_array_index (found, guint, first + n - 1));
  g_string_append_printf (set, "<count>%u</count></set>", found->len);
  g_ptr_array_add (page, g_strdup_printf (
    "<iq type='result' id='%s' from='%s'><fin xmlns='" XMPP_NS_MAM "'%s>%s</fin></iq>", xmpp_element_get_attribute (iq, "id"),
    self->own, n == found->len ? " complete='true'" : "", set->str));
  g_string_free (set, TRUE);
  return page;
}
