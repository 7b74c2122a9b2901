/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-archive-module.h"

G_BEGIN_DECLS

/* Makes one page of the results that come for a query and of the <fin/> that ends them, XEP-0313 §5. Of the two, the results
 * are what there is: where <fin/> says otherwise it counts for nothing. */
typedef struct _XmppArchiveBuilder XmppArchiveBuilder;

XmppArchiveBuilder *xmpp_archive_builder_new    (gint64 now);
void                xmpp_archive_builder_free   (XmppArchiveBuilder *self);
/* The same id once more is left out. FALSE: it is more than a page may have; the builder is to be given up. */
gboolean            xmpp_archive_builder_add    (XmppArchiveBuilder *self, XmppElement *result);
/* That came first. Borrowed; NULL: none came. */
const XmppArchiveItem *xmpp_archive_builder_get_first (XmppArchiveBuilder *self);
/* Frees the builder. */
XmppArchivePage    *xmpp_archive_builder_finish (XmppArchiveBuilder *self, XmppElement *fin);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppArchiveBuilder, xmpp_archive_builder_free)

G_END_DECLS
