/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-session-private.h"

G_BEGIN_DECLS

/* The ticket of a stanza that came before <enabled/>: the server does not count it either. */
#define XMPP_SESSION_UNCOUNTED G_MAXUINT64

/* The parts of a session, shared by the files that do its work: xmpp-session.c (its states, what is sent and handed on) and
 * xmpp-session-link.c (what both sides acknowledge, and whether the other one is still there). */
struct _XmppSession {
  GObject parent_instance;

  XmppJid *account, *jid;
  XmppSessionState state;
  XmppSessionTimeouts timeouts;
  XmppElement *features;
  XmppStream *stream;
  XmppRouter *router;
  GPtrArray *modules;             /* of XmppModule, required ones first */
  XmppStreamManagement *sm;
  char *origin;                   /* where, and as what, the log-in was that sm comes from */
  guint64 ticket;                 /* of the stanza at hand */
  GError *failure;                /* why we are closing, NULL: as asked */

  guint32 acked;                  /* h of our last <a/> */
  XmppSessionKeepFunc keep;       /* NULL: all counts as kept */
  gpointer keep_data;
  guint64 kept;                   /* the last ticket that the kept state counts */
  gboolean unkept;                /* something was sent since */
  guint n_asked;                  /* of the stanzas in the queue, those that an <r/> went after */
  gint64 asked_at, answer_until;  /* monotonic */
  guint ack_source, kept_source, answer_source, idle_source;
};

void xmpp_session_set_state (XmppSession *self, XmppSessionState state);

void     xmpp_session_link_begin  (XmppSession *self);
void     xmpp_session_link_clear  (XmppSession *self);
/* TRUE: it was <r/> or <a/>, and is dealt with. May end the session. */
gboolean xmpp_session_link_take   (XmppSession *self, XmppElement *element);
void     xmpp_session_link_sent   (XmppSession *self, XmppElement *stanza);
void     xmpp_session_link_ask    (XmppSession *self, guint timeout_ms);
/* Last words before </stream:stream>: what we have, and what do you have? */
void     xmpp_session_link_part   (XmppSession *self);
/* What the server says that it has. FALSE: more than it was sent. */
gboolean xmpp_session_link_settle (XmppSession *self, guint32 h);
/* What was written and never acknowledged: nobody knows whether it came. */
void     xmpp_session_link_give_up (XmppSession *self);
/* Closes a stream on which the server counts more than it was sent. */
void     xmpp_session_link_refuse (XmppSession *self, XmppStream *stream, guint32 h);

G_END_DECLS
