/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-presence-module.h"
#include "xmpp-datetime.h"
#include "xmpp-disco-module.h"
#include "xmpp-ns.h"
#include "xmpp-roster-module.h"

struct _XmppPresenceModule {
  XmppModule parent_instance;
  XmppAvailability availability;
  char *status;
  int priority;
};

G_DEFINE_FINAL_TYPE (XmppPresenceModule, xmpp_presence_module, XMPP_TYPE_MODULE)

enum { PRESENCE, SUBSCRIPTION, BEGAN, N_SIGNALS };
static guint signals[N_SIGNALS];

/* Presence counts from contacts and our own other resources only; a request may come from anyone. */
static gboolean
presence_cb (XmppModule *module, XmppElement *stanza, XmppElement *payload, XmppJid *from)
{
  g_autoptr (XmppPresenceStanza) presence = xmpp_presence_parse (stanza, g_get_language_names (), NULL);

  if (!presence || !presence->from)
    return FALSE;
  switch (presence->type) {
  case XMPP_PRESENCE_AVAILABLE:
  case XMPP_PRESENCE_UNAVAILABLE:
  case XMPP_PRESENCE_ERROR:
    if (presence->idle_since != 0)
      presence->idle_since = MIN (xmpp_datetime_clamp (presence->idle_since, g_get_real_time ()), g_get_real_time ());
    if (presence->delay != 0)
      presence->delay = xmpp_datetime_clamp (presence->delay, g_get_real_time ());
    g_signal_emit (module, signals[PRESENCE], 0, presence);
    return TRUE;
  case XMPP_PRESENCE_SUBSCRIBE:
  case XMPP_PRESENCE_SUBSCRIBED:
  case XMPP_PRESENCE_UNSUBSCRIBE:
  case XMPP_PRESENCE_UNSUBSCRIBED:
  case XMPP_PRESENCE_PROBE:
  default:
    return FALSE;
  }
}

static gboolean
subscription_cb (XmppModule *module, XmppElement *stanza, XmppElement *payload, XmppJid *from)
{
  g_autoptr (XmppPresenceStanza) presence = xmpp_presence_parse (stanza, g_get_language_names (), NULL);

  if (!presence || !presence->from || presence->type < XMPP_PRESENCE_SUBSCRIBE || presence->type > XMPP_PRESENCE_UNSUBSCRIBED)
    return FALSE;
  if (!xmpp_jid_is_bare (presence->from)) {
    XmppJid *bare = xmpp_jid_to_bare (presence->from);

    xmpp_jid_unref (presence->from);
    presence->from = bare;
  }
  g_signal_emit (module, signals[SUBSCRIPTION], 0, presence);
  return TRUE;
}

static void
send_own (XmppPresenceModule *self)
{
  XmppSession *session = xmpp_module_get_session (XMPP_MODULE (self));
  XmppPresenceStanza presence = {
    .type = XMPP_PRESENCE_AVAILABLE, .availability = self->availability, .status = self->status, .priority = self->priority,
    .caps_hash = (char *) "sha-1", .caps_node = (char *) XMPP_DISCO_NODE,
    .caps_ver = (char *) xmpp_disco_module_get_ver (xmpp_session_get_module (session, XMPP_TYPE_DISCO_MODULE)),
  };
  g_autoptr (XmppElement) stanza = NULL;

  if (self->availability == XMPP_AVAILABILITY_OFFLINE)
    return;
  stanza = xmpp_presence_build (&presence);
  xmpp_session_send (session, stanza);
}

static void
online (XmppModule *module, gboolean resumed)
{
  g_signal_emit (module, signals[BEGAN], 0, resumed);
  if (!resumed)
    send_own (XMPP_PRESENCE_MODULE (module));   /* a resumed session has kept it */
}

/* A server says who is there only to who was unavailable before (RFC 6121 §4.2). */
void
xmpp_presence_module_ask_anew (XmppPresenceModule *self)
{
  const XmppPresenceStanza unavailable = { .type = XMPP_PRESENCE_UNAVAILABLE };
  g_autoptr (XmppElement) stanza = xmpp_presence_build (&unavailable);

  xmpp_session_send (xmpp_module_get_session (XMPP_MODULE (self)), stanza);
  send_own (self);
}

void
xmpp_presence_module_set_own (XmppPresenceModule *self, XmppAvailability availability, const char *status, int priority)
{
  gboolean same = self->availability == availability && self->priority == priority && g_strcmp0 (self->status, status) == 0;
  char *copy = g_strdup (status);

  g_free (self->status);
  self->status = copy;
  self->availability = availability;
  self->priority = CLAMP (priority, -128, 127);
  if (!same && xmpp_session_get_state (xmpp_module_get_session (XMPP_MODULE (self))) == XMPP_SESSION_ONLINE)
    send_own (self);
}

static void
send_to (XmppPresenceModule *self, XmppPresenceType type, XmppJid *to, const char *text)
{
  g_autoptr (XmppJid) bare = xmpp_jid_to_bare (to);
  XmppPresenceStanza presence = { .type = type, .to = bare, .status = (char *) text };
  g_autoptr (XmppElement) stanza = xmpp_presence_build (&presence);

  xmpp_session_send (xmpp_module_get_session (XMPP_MODULE (self)), stanza);
}

void
xmpp_presence_module_subscribe (XmppPresenceModule *self, XmppJid *to, const char *text)
{
  send_to (self, XMPP_PRESENCE_SUBSCRIBE, to, text);
}

void
xmpp_presence_module_unsubscribe (XmppPresenceModule *self, XmppJid *to)
{
  send_to (self, XMPP_PRESENCE_UNSUBSCRIBE, to, NULL);
}

void
xmpp_presence_module_approve (XmppPresenceModule *self, XmppJid *to)
{
  send_to (self, XMPP_PRESENCE_SUBSCRIBED, to, NULL);
}

void
xmpp_presence_module_deny (XmppPresenceModule *self, XmppJid *to)
{
  send_to (self, XMPP_PRESENCE_UNSUBSCRIBED, to, NULL);
}

gboolean
xmpp_presence_module_can_preapprove (XmppPresenceModule *self)
{
  XmppElement *features = xmpp_session_get_features (xmpp_module_get_session (XMPP_MODULE (self)));

  return features && xmpp_element_find_child (features, XMPP_NS_PREAPPROVAL, "sub");
}

static const XmppHandler handlers[] = {
  { XMPP_PRESENCE, NULL, NULL, XMPP_FROM_CONTACT, presence_cb },
  { XMPP_PRESENCE, NULL, NULL, XMPP_FROM_ANYONE, subscription_cb },
  { 0 }
};

static void
finalize (GObject *object)
{
  g_free (XMPP_PRESENCE_MODULE (object)->status);
  G_OBJECT_CLASS (xmpp_presence_module_parent_class)->finalize (object);
}

static void
xmpp_presence_module_class_init (XmppPresenceModuleClass *klass)
{
  static GType requires[3];
  XmppModuleClass *module_class = XMPP_MODULE_CLASS (klass);

  requires[0] = XMPP_TYPE_ROSTER_MODULE;
  requires[1] = XMPP_TYPE_DISCO_MODULE;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  module_class->name = "presence";
  module_class->handlers = handlers;
  module_class->requires = requires;
  module_class->online = online;
  signals[PRESENCE] = g_signal_new ("presence", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SUBSCRIPTION] = g_signal_new ("subscription", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[BEGAN] = g_signal_new ("began", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
xmpp_presence_module_init (XmppPresenceModule *self)
{
  self->availability = XMPP_AVAILABILITY_AVAILABLE;
}
