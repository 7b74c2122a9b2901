/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-element.h"

G_BEGIN_DECLS

/* What an answer says of the page that it gives, XEP-0059 §2. The texts are the element's. */
typedef struct {
  const char *first, *last;     /* NULL: not said */
  int count;                    /* of all that there is; -1: not said */
} XmppResultSet;

void xmpp_result_set_parse (XmppElement *parent, XmppResultSet *set);
/* max 0: as many as the other side likes. before and after are nullable; "" for before: the last page. */
void xmpp_result_set_build (XmppElement *parent, guint max, const char *before, const char *after);

G_END_DECLS
