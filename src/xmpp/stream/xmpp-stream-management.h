/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-element.h"

G_BEGIN_DECLS

/* The counters and the queue of XEP-0198, without a stream: it says what to send, it sends nothing. */
typedef struct _XmppStreamManagement XmppStreamManagement;

XmppStreamManagement *xmpp_stream_management_new  (void);
void         xmpp_stream_management_free          (XmppStreamManagement *self);
/* A fresh <enabled/>: the counters begin at zero, the queue must have been taken before. id NULL: can't be resumed. */
void         xmpp_stream_management_enable        (XmppStreamManagement *self, const char *id, const char *location, guint max);
void         xmpp_stream_management_disable       (XmppStreamManagement *self);
gboolean     xmpp_stream_management_get_enabled   (XmppStreamManagement *self);
const char  *xmpp_stream_management_get_id        (XmppStreamManagement *self);      /* NULL: nothing to resume */
const char  *xmpp_stream_management_get_location  (XmppStreamManagement *self);
/* The stream goes on after the h that was told in <resume/>: what came later, and what is held, comes once more and is
 * counted then. */
void         xmpp_stream_management_resumed       (XmppStreamManagement *self, guint32 h);
/* The moment at which the link was lost, µs of real time: resumption is not tried past max. A process that is killed
 * does not see it: until then it is the moment at which the state was stored. */
void         xmpp_stream_management_lost          (XmppStreamManagement *self, gint64 now);
gboolean     xmpp_stream_management_can_resume    (XmppStreamManagement *self, gint64 now);

void         xmpp_stream_management_sent          (XmppStreamManagement *self, XmppElement *stanza, gint64 now);
/* Takes what h covers off the queue, in order; of XmppElement. FALSE: h is more than was sent, and so is one below
 * the last, for it is counted modulo 2^32. */
gboolean     xmpp_stream_management_acknowledge   (XmppStreamManagement *self, guint32 h, GPtrArray **acknowledged);
guint32      xmpp_stream_management_get_sent      (XmppStreamManagement *self);      /* the count that h may not exceed */
guint        xmpp_stream_management_get_n_pending (XmppStreamManagement *self);
/* The queue again, to be sent once more on a resumed stream; messages carry the time of their first sending. */
GPtrArray   *xmpp_stream_management_dup_pending   (XmppStreamManagement *self);
/* The same, and the queue is empty: their fate is unknown. */
GPtrArray   *xmpp_stream_management_take_pending  (XmppStreamManagement *self);

guint64      xmpp_stream_management_received      (XmppStreamManagement *self);      /* counts one; its ticket */
void         xmpp_stream_management_hold          (XmppStreamManagement *self, guint64 ticket);
void         xmpp_stream_management_release       (XmppStreamManagement *self, guint64 ticket);
guint32      xmpp_stream_management_get_handled   (XmppStreamManagement *self);      /* without gaps */
/* A held one is written, or not any more, together with the state that follows: that counts it already. */
void         xmpp_stream_management_commit        (XmppStreamManagement *self, guint64 ticket, gboolean commit);
/* The last ticket that the state for storage counts; and h, where it is kept up to this one. */
guint64      xmpp_stream_management_get_mark      (XmppStreamManagement *self);
guint32      xmpp_stream_management_get_kept      (XmppStreamManagement *self, guint64 mark);

XmppElement *xmpp_stream_management_to_element    (XmppStreamManagement *self, const char *jid);
/* FALSE: not a state of this JID, or not readable; then nothing changes. */
gboolean     xmpp_stream_management_from_element  (XmppStreamManagement *self, XmppElement *state, const char *jid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppStreamManagement, xmpp_stream_management_free)

G_END_DECLS
