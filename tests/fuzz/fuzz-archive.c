/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-archive-page.h"
#include "xmpp-ns.h"

#include <string.h>

/* Whatever an archive gives: <all> with results and, anywhere, one <fin/>. The page has every id once, begins and ends with what
 * it says, and what can be read of its messages is read again as the same from what is built of it. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_message (XmppElement *stanza)
{
  g_autoptr (XmppMessage) message = xmpp_message_parse (stanza, NULL, NULL);
  g_autoptr (XmppElement) built = message ? xmpp_message_build (message) : NULL;
  g_autoptr (XmppMessage) again = built ? xmpp_message_parse (built, NULL, NULL) : NULL;

  if (message == NULL)
    return;
  g_assert_cmpint (message->carbon, ==, XMPP_CARBON_NONE);
  g_assert_cmpint (message->reactions_id == NULL, ==, message->reactions == NULL);
  for (guint i = 0; message->reactions != NULL && message->reactions[i] != NULL; i++)
    g_assert_false (g_strv_contains ((const char *const *) message->reactions + i + 1, message->reactions[i]));
  g_assert_true (xmpp_jid_equal (message->to, again->to));
  g_assert_cmpstr (message->body, ==, again->body);
  g_assert_cmpstr (message->displayed_id, ==, again->displayed_id);
  g_assert_cmpstr (message->receipt_id, ==, again->receipt_id);
  g_assert_cmpuint (message->hints, ==, again->hints);
  g_assert_cmpint (message->markable, ==, again->markable);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (XmppElement) all = xmpp_element_parse ((const char *) data, size, NULL);
  g_autoptr (XmppElement) fin = NULL;
  g_autoptr (XmppArchivePage) page = NULL;
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  XmppArchiveBuilder *builder;

  if (all == NULL)
    return 0;
  builder = xmpp_archive_builder_new (1700000000000000);
  for (guint i = 0; i < xmpp_element_get_n_children (all); i++) {
    XmppElement *child = xmpp_element_get_child (all, i);

    if (xmpp_element_is (child, NULL, "result"))
      g_assert_true (xmpp_archive_builder_add (builder, child));
    else if (fin == NULL)
      fin = xmpp_element_ref (child);
  }
  page = xmpp_archive_builder_finish (builder, fin != NULL ? fin : all);
  g_clear_pointer (&all, xmpp_element_unref);
  for (guint i = 0; i < page->items->len; i++) {
    XmppArchiveItem *item = page->items->pdata[i];

    g_assert_true (*item->id != '\0' && g_hash_table_add (ids, (gpointer) item->id));
    g_assert_true (item->time >= 0 && item->time <= 1700000000000000 + G_TIME_SPAN_DAY);
    g_assert_true (i > 0 || g_str_equal (page->first, item->id));
    g_assert_true (i + 1 < page->items->len || g_str_equal (page->last, item->id));
    if (item->stanza != NULL)
      check_message (item->stanza);
  }
  g_assert_cmpint (page->items->len == 0, ==, page->first == NULL);
  return 0;
}
