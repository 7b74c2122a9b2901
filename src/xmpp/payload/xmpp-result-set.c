/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-result-set.h"
#include "xmpp-ns.h"

static const char *
get_id (XmppElement *set, const char *name)
{
  const char *text = xmpp_element_get_child_text (set, XMPP_NS_RSM, name);

  return text && *text != '\0' ? text : NULL;
}

/**
 * xmpp_result_set_parse:
 * @parent: that has the <set/> in it; without one, nothing is said
 * @set: (out): lives as long as the parent
 */
void
xmpp_result_set_parse (XmppElement *parent, XmppResultSet *set)
{
  XmppElement *element = xmpp_element_find_child (parent, XMPP_NS_RSM, "set");
  const char *text = element ? xmpp_element_get_child_text (element, XMPP_NS_RSM, "count") : NULL;
  guint64 count;

  set->first = element ? get_id (element, "first") : NULL;
  set->last = element ? get_id (element, "last") : NULL;
  set->count = text && g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT, &count, NULL) ? (int) count : -1;
}

/**
 * xmpp_result_set_build:
 *
 * Adds the <set/> of a request to the parent, XEP-0059 §2.
 */
void
xmpp_result_set_build (XmppElement *parent, guint max, const char *before, const char *after)
{
  XmppElement *set = xmpp_element_add_child (parent, XMPP_NS_RSM, "set");

  if (max) {
    g_autofree char *text = g_strdup_printf ("%u", max);

    xmpp_element_add_text_child (set, XMPP_NS_RSM, "max", text);
  }
  if (before)
    xmpp_element_add_text_child (set, XMPP_NS_RSM, "before", before);
  if (after)
    xmpp_element_add_text_child (set, XMPP_NS_RSM, "after", after);
}
