/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "joined-stream.h"
#include "xmpp-session-private.h"

G_BEGIN_DECLS

/* A session on a stream in memory whose other end, the server, is the test. Everything that comes of it is written to a
 * log, a word or more a line, each ended by '\n':
 *
 *   message FROM TYPE: BODY     a message that has something to show; a carbon ends with "(received elsewhere)" or
 *                               "(sent elsewhere)"                         error FROM ID        a message of type error
 *   presence FROM TYPE, subscription FROM TYPE, roster ADDRESSES…
 *   acknowledged ID, unacknowledged ID, disconnected REASON, state NAME
 */
typedef struct {
  XmppSession *session;
  GIOStream *client, *server;
  GString *heard;           /* all that the server read on this stream */
  GString *log;
  gboolean hold;            /* messages are kept, and released by the test */
  GArray *tickets;          /* of guint64, held */
  gboolean reading;
  char buffer[512];
} SessionPeer;

/* With all modules, or with these. */
SessionPeer *session_peer_new     (const char *account);
/* Online with stream management, nothing said yet, and time-outs of a minute: a resumed stream with nothing in the queue. */
SessionPeer *session_peer_new_online (const char *account);
void session_peer_set_timeouts (SessionPeer *self, guint answer, guint idle, guint idle_answer, guint close);
gboolean session_peer_can_resume (SessionPeer *self);
SessionPeer *session_peer_new_with (const char *account, const GType *modules);
void         session_peer_free    (SessionPeer *self);
/* A new stream below the session, which is online then. */
void         session_peer_begin   (SessionPeer *self, gboolean resumed);
/* The same with stream management just enabled; id nullable. */
void         session_peer_begin_fresh (SessionPeer *self, const char *id);
/* In place of the one that there is, without stream management. */
void         session_peer_begin_plain (SessionPeer *self);
void         session_peer_say     (SessionPeer *self, const char *text);
/* Iterates until the server has read the text; forgets what came up to its end. */
void         session_peer_hear    (SessionPeer *self, const char *text);
/* Asks for an acknowledgement and waits for h: then all that was said before has been handled. */
void         session_peer_expect_h (SessionPeer *self, guint h);
/* Sends a message with this id; its body is the id. */
gboolean     session_peer_send    (SessionPeer *self, const char *id);
/* The log is exactly this; it is empty then. */
#define session_peer_assert_log(self, text) \
  G_STMT_START { \
    g_assert_cmpstr ((self)->log->str, ==, text); \
    g_string_truncate ((self)->log, 0); \
  } G_STMT_END

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SessionPeer, session_peer_free)

G_END_DECLS
