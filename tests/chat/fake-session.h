/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-test.h"
#include "fake-archive.h"
#include "fake-displayed.h"
#include "xmpp-message-module.h"
#include "xmpp-session.h"

/* Stands in for the protocol: a session that keeps what it is given, acknowledges when told, and hands over messages as
 * told. It takes the place of the real one in the linking. And people whose properties can be set. */

XmppSession *fake_session_new         (const char *account, gboolean stream_management);
void         fake_session_set_online  (XmppSession *session, gboolean online);
void         fake_session_set_max_bytes (XmppSession *session, guint bytes);   /* before it is online */
GPtrArray   *fake_session_get_sent    (XmppSession *session);          /* of XmppElement: all that was ever sent */
GArray      *fake_session_get_released (XmppSession *session);         /* of guint64 */
void         fake_session_acknowledge (XmppSession *session, guint n);  /* the oldest n */
/* The connection ended and was not resumed: all in the queue is told as unacknowledged. */
void         fake_session_lose        (XmppSession *session);
/* The link ended; not resumable: as fake_session_lose () too. */
void         fake_session_disconnect  (XmppSession *session, gboolean resumable, GQuark domain, int code, const char *text);
void         fake_session_set_archive (XmppSession *session, FakeArchive *archive);
FakeDisplayed *fake_session_get_displayed (XmppSession *session);
void         fake_session_refuse      (XmppSession *session, gboolean refuse);   /* send () gives FALSE */
/* Ends the pending ping; error nullable. */
gboolean     fake_session_answer_iq   (XmppSession *session, const GError *error);
void         fake_session_deliver     (XmppSession *session, XmppMessage *message, const char *stanza, guint64 ticket);

/* Properties, all writable: account, jid, name, availability, presence-line, subscription; id, state, status-line. */
#define FAKE_TYPE_PERSON (fake_person_get_type ())
G_DECLARE_FINAL_TYPE (FakePerson, fake_person, FAKE, PERSON, GObject)
