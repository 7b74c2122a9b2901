/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Words of the protocol that all layers, the application too, speak of. GEnum types come from glib-mkenums. */

typedef enum {
  XMPP_AVAILABILITY_OFFLINE,          /* <presence type='unavailable'/> */
  XMPP_AVAILABILITY_DO_NOT_DISTURB,   /* <show>dnd</show> */
  XMPP_AVAILABILITY_NOT_AVAILABLE,    /* <show>xa</show> */
  XMPP_AVAILABILITY_AWAY,             /* <show>away</show> */
  XMPP_AVAILABILITY_AVAILABLE,        /* no <show/> */
  XMPP_AVAILABILITY_FREE_TO_CHAT,     /* <show>chat</show> */
} XmppAvailability;

/* RFC 6121 §2.1.2.5 */
typedef enum {
  XMPP_SUBSCRIPTION_NONE,
  XMPP_SUBSCRIPTION_TO,               /* I see theirs */
  XMPP_SUBSCRIPTION_FROM,             /* they see mine */
  XMPP_SUBSCRIPTION_BOTH,
} XmppSubscription;

/* RFC 6121 §5.2.2 */
typedef enum {
  XMPP_MESSAGE_NORMAL,
  XMPP_MESSAGE_CHAT,
  XMPP_MESSAGE_GROUPCHAT,
  XMPP_MESSAGE_HEADLINE,
  XMPP_MESSAGE_ERROR,
} XmppMessageType;

/* XEP-0085 */
typedef enum {
  XMPP_CHAT_STATE_NONE,
  XMPP_CHAT_STATE_ACTIVE,
  XMPP_CHAT_STATE_COMPOSING,
  XMPP_CHAT_STATE_PAUSED,
  XMPP_CHAT_STATE_INACTIVE,
  XMPP_CHAT_STATE_GONE,
} XmppChatState;

G_END_DECLS

#include "xmpp-enum-types.h"
