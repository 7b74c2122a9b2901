/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-disco-info.h"

/* Whatever an entity says of itself: what was understood is understood again as the same, and a verification string does
 * not depend on the order of what it stands for, at no level. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static XmppElement *
reverse (XmppElement *element)
{
  XmppElement *copy = xmpp_element_new (xmpp_element_get_ns (element), xmpp_element_get_name (element));
  const char *const names[] = { "category", "type", "name", "var" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    xmpp_element_set_attribute (copy, names[i], xmpp_element_get_attribute (element, names[i]));
  xmpp_element_set_attribute_ns (copy, "http://www.w3.org/XML/1998/namespace", "lang", xmpp_element_get_lang (element));
  xmpp_element_add_text (copy, xmpp_element_get_text (element));
  for (guint i = xmpp_element_get_n_children (element); i > 0; i--)
    xmpp_element_take_child (copy, reverse (xmpp_element_get_child (element, i - 1)));
  return copy;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (XmppElement) query = xmpp_element_parse ((const char *) data, size, NULL);
  g_autoptr (XmppElement) reversed = NULL;
  g_autoptr (XmppDiscoInfo) info = query ? xmpp_disco_info_parse (query, NULL) : NULL;
  g_autoptr (XmppDiscoInfo) again = NULL, other = NULL;
  g_autofree char *ver = NULL;
  XmppElement *clean;

  if (info == NULL)
    return 0;
  clean = xmpp_disco_info_get_element (info);
  ver = xmpp_disco_info_compute_ver (info, "sha-1");
  for (guint i = 0; i < xmpp_element_get_n_children (clean); i++) {
    XmppElement *child = xmpp_element_get_child (clean, i);

    if (xmpp_element_is (child, NULL, "feature"))
      g_assert_true (xmpp_disco_info_has_feature (info, xmpp_element_get_attribute (child, "var")));
  }
  again = xmpp_disco_info_parse (clean, NULL);
  g_assert_nonnull (again);
  g_assert_true (xmpp_element_equal (clean, xmpp_disco_info_get_element (again)));
  if (ver == NULL)
    return 0;
  g_assert_true (xmpp_disco_info_verify (again, "sha-1", ver));
  reversed = reverse (clean);
  other = xmpp_disco_info_parse (reversed, NULL);
  g_assert_true (xmpp_disco_info_verify (other, "sha-1", ver));
  g_assert_true (xmpp_element_equal (clean, xmpp_disco_info_get_element (other)));
  return 0;
}
