/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-stanza.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"

/* <error/> ⇄ GError of XMPP_STANZA_ERROR. */

/* The usual type of each condition, RFC 6120 §8.3.3, in the order of XmppStanzaError. */
static const char *const usual_types[] = {
  "modify", "cancel", "cancel", "auth", "cancel", "cancel", "cancel", "modify", "modify", "cancel", "auth",
  "modify", "wait", "modify", "auth", "cancel", "wait", "wait", "cancel", "auth", "cancel", "wait",
};

GError *
xmpp_stanza_error_parse (XmppElement *stanza)
{
  XmppElement *error = xmpp_element_find_child (stanza, xmpp_element_get_ns (stanza), "error");
  const char *text = NULL;
  int code = XMPP_STANZA_ERROR_UNDEFINED_CONDITION;

  if (error == NULL)
    return NULL;
  for (guint i = 0; i < xmpp_element_get_n_children (error); i++) {
    XmppElement *child = xmpp_element_get_child (error, i);

    if (!xmpp_element_is (child, XMPP_NS_STANZAS, NULL))
      continue;
    if (xmpp_element_is (child, XMPP_NS_STANZAS, "text"))
      text = xmpp_element_get_text (child);
    else
      code = xmpp_error_from_condition (XMPP_STANZA_ERROR, xmpp_element_get_name (child));
  }
  return g_error_new_literal (XMPP_STANZA_ERROR, code, text && *text ? text : xmpp_error_to_condition (XMPP_STANZA_ERROR, code));
}

XmppElement *
xmpp_stanza_error_build (const GError *error, const char *type)
{
  int code = error->domain == XMPP_STANZA_ERROR ? error->code : XMPP_STANZA_ERROR_UNDEFINED_CONDITION;
  XmppElement *self = xmpp_element_new (XMPP_NS_CLIENT, "error");

  xmpp_element_set_attribute (self, "type", type ? type : usual_types[code]);
  xmpp_element_add_child (self, XMPP_NS_STANZAS, xmpp_error_to_condition (XMPP_STANZA_ERROR, code));
  return self;
}
