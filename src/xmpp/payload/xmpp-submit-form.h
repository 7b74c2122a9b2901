/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-element.h"

G_BEGIN_DECLS

/* A data form that is filled in and sent, XEP-0004 §3.1. */
XmppElement *xmpp_submit_form_add       (XmppElement *parent, const char *type);
void         xmpp_submit_form_add_field (XmppElement *form, const char *name, const char *value);

G_END_DECLS
