/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-submit-form.h"
#include "xmpp-ns.h"

/**
 * xmpp_submit_form_add:
 * @type: the value of FORM_TYPE (XEP-0068 §3.2)
 *
 * Returns: (transfer none): the form, a child of the parent
 */
XmppElement *
xmpp_submit_form_add (XmppElement *parent, const char *type)
{
  XmppElement *form = xmpp_element_add_child (parent, XMPP_NS_DATA_FORM, "x");

  xmpp_element_set_attribute (form, "type", "submit");
  xmpp_submit_form_add_field (form, "FORM_TYPE", type);
  xmpp_element_set_attribute (xmpp_element_get_child (form, 0), "type", "hidden");
  return form;
}

void
xmpp_submit_form_add_field (XmppElement *form, const char *name, const char *value)
{
  XmppElement *field = xmpp_element_add_child (form, XMPP_NS_DATA_FORM, "field");

  xmpp_element_set_attribute (field, "var", name);
  xmpp_element_add_text_child (field, XMPP_NS_DATA_FORM, "value", value);
}
