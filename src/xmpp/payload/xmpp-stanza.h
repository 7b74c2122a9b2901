/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-element.h"
#include "xmpp-fallback.h"
#include "xmpp-jid.h"
#include "xmpp-types.h"

G_BEGIN_DECLS

/* RFC 6120 §8.3: <error/> ⇄ GError of XMPP_STANZA_ERROR, the text (by language) as message. */
GError      *xmpp_stanza_error_parse (XmppElement *stanza);                           /* NULL: no error in it */
XmppElement *xmpp_stanza_error_build (const GError *error, const char *type);         /* type NULL: the condition's usual one */

/* One of the stanza's texts, in the language that the user understands best. */
XmppElement *xmpp_stanza_find_in_language (XmppElement *stanza, const char *name, const char *const *languages);

/* How the storing and copying of a message is to be restricted, XEP-0334 §4. */
typedef enum {
  XMPP_HINT_NO_STORE = 1 << 0,
  XMPP_HINT_NO_PERMANENT_STORE = 1 << 1,
  XMPP_HINT_NO_COPY = 1 << 2,
  XMPP_HINT_STORE = 1 << 3,
} XmppHints;

/* The message was said to or by another of our clients, and this is our server's copy of it (XEP-0280). */
typedef enum { XMPP_CARBON_NONE, XMPP_CARBON_RECEIVED, XMPP_CARBON_SENT } XmppCarbon;

/* A parsed <message/>: what the chat layer may know of it. Pure: no sender rule is applied here. */
typedef struct {
  XmppMessageType type;
  XmppJid *from, *to;              /* nullable */
  char *id, *origin_id, *stanza_id, *stanza_id_by;
  char *body, *lang, *subject, *thread;     /* body: of several, the one in the user's language (RFC 6121 §5.2.3) */
  XmppChatState chat_state;
  gint64 delay;                    /* µs, 0 for none; unclamped, delay_from says who stamped */
  XmppJid *delay_from;
  gboolean encrypted;              /* an encryption element or XEP-0380: body must not be shown */
  gboolean invitation;             /* muc#user invite or XEP-0249 */
  gboolean receipt_requested;
  char *receipt_id;
  gboolean markable;               /* XEP-0333: the sender asks for a mark */
  char *displayed_id;              /* XEP-0333: the id of the message up to which theirs are read */
  char *replace_id;                /* XEP-0308: of the message that this one corrects */
  char *retract_id;                /* XEP-0424: of the message that is taken back */
  gboolean retracted;              /* XEP-0424 §5: an archive keeps this in the place of one that was taken back */
  char *reactions_id;              /* XEP-0444: of the message that is reacted to */
  char **reactions;                /* with reactions_id: all of the sender's, none twice; {NULL}: they are taken back */
  char *reply_id;                  /* XEP-0461: of the message that this one answers */
  XmppJid *reply_to;               /* with reply_id: who wrote that; nullable */
  GArray *reply_fallback;          /* of XmppRange, nullable: of the body, only for those who know no answers; not checked */
  gboolean unstyled;               /* XEP-0393 §6: the body has no styling */
  guint hints;                     /* XmppHints */
  XmppCarbon carbon;               /* set by the message module, never by the parser */
  GError *error;                   /* type error */
} XmppMessage;

XmppMessage *xmpp_message_parse (XmppElement *stanza, const char *const *languages, GError **error);
XmppElement *xmpp_message_build (const XmppMessage *message);
void         xmpp_message_free  (XmppMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppMessage, xmpp_message_free)

/* XEP-0297: the one message in a wrapper's <forwarded/>, borrowed, and when it was first there (µs; 0: not said). NULL: it has
 * none, or more than one. Whose word that is, is for the caller to judge (S-03). */
XmppElement *xmpp_forwarded_find (XmppElement *wrapper, gint64 *stamp);
/* The message is a wrapper of another: a carbon, or a result of an archive. */
gboolean     xmpp_forwarded_is_wrapper (XmppElement *message);

/* A parsed <presence/>. */
typedef enum {
  XMPP_PRESENCE_AVAILABLE, XMPP_PRESENCE_UNAVAILABLE, XMPP_PRESENCE_SUBSCRIBE, XMPP_PRESENCE_SUBSCRIBED,
  XMPP_PRESENCE_UNSUBSCRIBE, XMPP_PRESENCE_UNSUBSCRIBED, XMPP_PRESENCE_PROBE, XMPP_PRESENCE_ERROR,
} XmppPresenceType;

typedef struct {
  XmppPresenceType type;
  XmppJid *from, *to;
  XmppAvailability availability;
  char *status;                    /* in the user's language, nullable */
  int priority;                    /* -128 … 127 */
  gint64 delay;
  gint64 idle_since;               /* XEP-0319: µs, unclamped; 0: not said */
  char *caps_node, *caps_ver, *caps_hash;
  GError *error;
} XmppPresenceStanza;

XmppPresenceStanza *xmpp_presence_parse (XmppElement *stanza, const char *const *languages, GError **error);
XmppElement        *xmpp_presence_build (const XmppPresenceStanza *presence);
void                xmpp_presence_stanza_free (XmppPresenceStanza *presence);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppPresenceStanza, xmpp_presence_stanza_free)

G_END_DECLS
