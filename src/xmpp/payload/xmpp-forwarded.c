/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-stanza.h"
#include "xmpp-datetime.h"
#include "xmpp-ns.h"

/**
 * xmpp_forwarded_find:
 * @wrapper: what has the <forwarded/> in it
 * @stamp: (out): the stamp of its <delay/>, µs, unclamped; 0: it has none, or none that is a time
 *
 * XEP-0297 §3.
 *
 * Returns: (transfer none) (nullable): the message, which lives as long as the wrapper
 */
XmppElement *
xmpp_forwarded_find (XmppElement *wrapper, gint64 *stamp)
{
  XmppElement *forwarded = xmpp_element_find_child (wrapper, XMPP_NS_FORWARD, "forwarded"), *message = NULL;

  *stamp = 0;
  for (guint i = 0; forwarded && i < xmpp_element_get_n_children (forwarded); i++) {
    XmppElement *child = xmpp_element_get_child (forwarded, i);

    if (xmpp_element_is (child, XMPP_NS_DELAY, "delay")) {
      const char *text = xmpp_element_get_attribute (child, "stamp");

      if (!text || !xmpp_datetime_parse (text, stamp))
        *stamp = 0;
    } else if (xmpp_element_is (child, XMPP_NS_CLIENT, "message")) {
      if (message)
        return NULL;
      message = child;
    }
  }
  return message;
}

/**
 * xmpp_forwarded_is_wrapper:
 *
 * XEP-0280 §6 and §7, XEP-0313 §5.2. The <private/> of XEP-0280 §8 is none.
 */
gboolean
xmpp_forwarded_is_wrapper (XmppElement *message)
{
  return xmpp_element_find_child (message, XMPP_NS_CARBONS, "received") || xmpp_element_find_child (message, XMPP_NS_CARBONS, "sent") ||
         xmpp_element_find_child (message, XMPP_NS_MAM, "result");
}
