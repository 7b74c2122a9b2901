/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>
#include "xmpp-element.h"
#include "xmpp-jid.h"
#include "xmpp-login.h"
#include "xmpp-types.h"

G_BEGIN_DECLS

/* One account's connection to its server, across reconnections: holds the stream, stream management, the router and the
 * modules. What reconnects, and when, is decided above (chat/account). */
#define XMPP_TYPE_SESSION (xmpp_session_get_type ())
G_DECLARE_FINAL_TYPE (XmppSession, xmpp_session, XMPP, SESSION, GObject)

typedef enum {
  XMPP_SESSION_OFFLINE,
  XMPP_SESSION_CONNECTING,
  XMPP_SESSION_ONLINE,
  XMPP_SESSION_CLOSING,       /* also where the server broke the protocol and is being told so */
} XmppSessionState;

/* module_types: G_TYPE_INVALID-terminated array of XmppModule subclasses; required ones are added. */
XmppSession *xmpp_session_new              (XmppJid *account, const GType *module_types);
gpointer     xmpp_session_get_module       (XmppSession *self, GType type);          /* borrowed */
XmppJid     *xmpp_session_get_account      (XmppSession *self);                      /* bare */
XmppJid     *xmpp_session_get_jid          (XmppSession *self);                      /* full, nullable when never online */
XmppElement *xmpp_session_get_features     (XmppSession *self);
#define XMPP_SESSION_LEAST_MAX_BYTES 10000      /* RFC 6120 §13.12: every server takes as much */
/* The most bytes that one stanza may have; 0: the server did not say (XEP-0478). */
guint            xmpp_session_get_max_bytes (XmppSession *self);
XmppSessionState xmpp_session_get_state    (XmppSession *self);                      /* property "state" */

/* Runs the log-in (the caller filled it in; resume-* is filled in here from the stream management state). When it
 * succeeds, the session is online, the modules' online () have run and stanzas flow. */
void         xmpp_session_connect_async    (XmppSession *self, XmppLogin *login, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data);
gboolean     xmpp_session_connect_finish   (XmppSession *self, GAsyncResult *result, GError **error);
/* Unavailable presence, </stream:stream>, at most two seconds; the stream management state is dropped, and what the
 * server has not acknowledged by then is told as "unacknowledged". */
void         xmpp_session_close            (XmppSession *self);
/* Drops the transport at once, the state for resumption is kept (network change, suspend). */
void         xmpp_session_abort            (XmppSession *self);
/* While offline: nothing is resumed any more, what waits for that is told as "unacknowledged". */
void         xmpp_session_forget           (XmppSession *self);
/* Asks the peer for a sign of life: <r/> or a ping; silence for timeout_ms ends the stream with XMPP_ERROR_TIMEOUT. */
void         xmpp_session_probe            (XmppSession *self, guint timeout_ms);

/* Sends a stanza when online; else FALSE and nothing is kept. Message ids are the caller's. With stream management the
 * stanza is in the unacknowledged queue until "acknowledged" is emitted with its id attribute. */
gboolean     xmpp_session_send             (XmppSession *self, XmppElement *stanza);
/* The answer to what was asked may be on its way: a stanza has begun to come in, and its last byte just came. */
gboolean     xmpp_session_is_hearing       (XmppSession *self);
/* Adds an id, sends, and completes exactly once: the result stanza, a stanza error as GError, XMPP_ERROR_TIMEOUT,
 * XMPP_ERROR_NOT_CONNECTED, or G_IO_ERROR_CANCELLED. Only an answer from the address asked counts (S-07). */
void         xmpp_session_send_iq_async    (XmppSession *self, XmppElement *iq, guint timeout_ms, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data);
XmppElement *xmpp_session_send_iq_finish   (XmppSession *self, GAsyncResult *result, GError **error);

/* Called inside a handler: the stanza at hand counts as handled only after release (). h advances without gaps. */
guint64      xmpp_session_hold             (XmppSession *self);
void         xmpp_session_release          (XmppSession *self, guint64 ticket);

/* Who stores the state. Called when that is due, and answered by xmpp_session_kept (): nothing is acknowledged that the
 * stored state does not count, for a server resumes only what goes on from its last <a/> (R-13). NULL: it is not stored. */
typedef void (*XmppSessionKeepFunc) (XmppSession *self, gpointer user_data);
void         xmpp_session_set_keeper       (XmppSession *self, XmppSessionKeepFunc keep, gpointer user_data);
/* How far the state counts that xmpp_session_dup_sm_state () gives at this moment. */
guint64      xmpp_session_get_sm_mark      (XmppSession *self);
/* A state with this mark is stored; 0: it failed. */
void         xmpp_session_kept             (XmppSession *self, guint64 mark);
/* What is held is about to be stored in one transaction with the state that is taken next, which counts it; FALSE: it was
 * not, after all. */
void         xmpp_session_commit           (XmppSession *self, guint64 ticket, gboolean commit);

/* Stream management state as an element for storage, NULL where there is none to resume; and back, before connecting. */
XmppElement *xmpp_session_dup_sm_state     (XmppSession *self);
void         xmpp_session_set_sm_state     (XmppSession *self, XmppElement *state);

/* Counts of stanzas dropped silently, by reason, for tests and the log. */
guint        xmpp_session_get_n_dropped    (XmppSession *self);

/* Signals:
 *   "disconnected" (GError *error, nullable)      after it was online; NULL: closed as asked
 *   "acknowledged" (const char *id)               the server has the stanza with this id
 *   "unacknowledged" (XmppElement *stanza)        its fate is unknown: written, never acknowledged, not resumed; in order
 *   "sent" (XmppElement *stanza)                  handed to the stream
 */

G_END_DECLS
