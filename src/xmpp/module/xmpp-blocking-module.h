/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-block-list.h"
#include "xmpp-module.h"

G_BEGIN_DECLS

/* Blocking, XEP-0191, with reports, XEP-0377. The list is the server's and the same on all devices; what an earlier bind gave
 * counts until this one's is there.
 *
 * Signals: "changed" (the list is not what it was), "received" (the list of this bind is here). */
#define XMPP_TYPE_BLOCKING_MODULE (xmpp_blocking_module_get_type ())
G_DECLARE_FINAL_TYPE (XmppBlockingModule, xmpp_blocking_module, XMPP, BLOCKING_MODULE, XmppModule)

typedef enum { XMPP_REPORT_SPAM, XMPP_REPORT_ABUSE } XmppReportReason;

/* What is told to the operator of the own server. */
typedef struct {
  XmppReportReason reason;
  const char *text;                   /* nullable: the reporter's words */
  const char *language;               /* nullable: that text's, as in xml:lang */
  const char *const *archive_ids;     /* nullable: messages, by their ids in the own archive */
} XmppReport;

gboolean  xmpp_blocking_module_get_available (XmppBlockingModule *self);
gboolean  xmpp_blocking_module_get_reports   (XmppBlockingModule *self);
XmppBlockList *xmpp_blocking_module_get_list (XmppBlockingModule *self);      /* borrowed */
/* Before connecting: what the store kept. */
void      xmpp_blocking_module_load          (XmppBlockingModule *self, const char *const *items);
void      xmpp_blocking_module_block_async   (XmppBlockingModule *self, XmppJid *jid, const XmppReport *report, GCancellable *cancellable,
                                              GAsyncReadyCallback callback, gpointer user_data);
void      xmpp_blocking_module_unblock_async (XmppBlockingModule *self, XmppJid *jid, GCancellable *cancellable,
                                              GAsyncReadyCallback callback, gpointer user_data);
gboolean  xmpp_blocking_module_change_finish (XmppBlockingModule *self, GAsyncResult *result, GError **error);

G_END_DECLS
