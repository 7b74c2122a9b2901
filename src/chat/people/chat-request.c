/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-contact-private.h"
#include "xmpp-presence-module.h"

struct _ChatRequest {
  GObject parent_instance;
  ChatRoster *roster;     /* not owned */
  ChatAccount *account;
  XmppJid *jid;
  char *text;
  gint64 time;
};

G_DEFINE_FINAL_TYPE (ChatRequest, chat_request, G_TYPE_OBJECT)

enum { PROP_0, PROP_ACCOUNT, PROP_JID, PROP_ADDRESS, PROP_NAME, PROP_TEXT, PROP_TIME, N_PROPS };
static GParamSpec *props[N_PROPS];

ChatRequest *
chat_request_new (ChatRoster *roster, ChatAccount *account, XmppJid *jid, const char *text, gint64 time)
{
  ChatRequest *self = g_object_new (CHAT_TYPE_REQUEST, NULL);

  self->roster = roster;
  self->account = g_object_ref (account);
  self->jid = xmpp_jid_to_bare (jid);
  self->text = g_strdup (text);
  self->time = time;
  return self;
}

ChatAccount *
chat_request_get_account (ChatRequest *self)
{
  return self->account;
}

XmppJid *
chat_request_get_jid (ChatRequest *self)
{
  return self->jid;
}

const char *
chat_request_get_text (ChatRequest *self)
{
  return self->text;
}

static void
answer (ChatRequest *self, gboolean accept, gboolean ask_back)
{
  XmppSession *session = chat_roster_get_session (self->roster, self->account);
  XmppPresenceModule *presence = session ? xmpp_session_get_module (session, XMPP_TYPE_PRESENCE_MODULE) : NULL;
  ChatContact *contact = chat_roster_find (self->roster, self->account, self->jid);
  gboolean sees = contact && (chat_contact_get_subscription (contact) & XMPP_SUBSCRIPTION_TO);

  if (!presence)
    return;
  if (accept)
    xmpp_presence_module_approve (presence, self->jid);
  else
    xmpp_presence_module_deny (presence, self->jid);
  if (ask_back && !sees)
    xmpp_presence_module_subscribe (presence, self->jid, NULL);
  chat_roster_forget_request (self->roster, self->account, self->jid);
}

void
chat_request_accept (ChatRequest *self, gboolean ask_back)
{
  answer (self, TRUE, ask_back);
}

void
chat_request_decline (ChatRequest *self)
{
  answer (self, FALSE, FALSE);
}

static void
chat_request_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatRequest *self = CHAT_REQUEST (object);

  switch (id) {
  case PROP_ACCOUNT: g_value_set_object (value, self->account); break;
  case PROP_JID: g_value_set_boxed (value, self->jid); break;
  case PROP_ADDRESS: g_value_set_string (value, xmpp_jid_get_string (self->jid)); break;
  case PROP_NAME:
    g_value_set_string (value, xmpp_jid_get_local (self->jid) ? xmpp_jid_get_local (self->jid) : xmpp_jid_get_string (self->jid));
    break;
  case PROP_TEXT: g_value_set_string (value, self->text); break;
  case PROP_TIME: g_value_set_int64 (value, self->time); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_request_finalize (GObject *object)
{
  ChatRequest *self = CHAT_REQUEST (object);

  g_clear_object (&self->account);
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_free (self->text);
  G_OBJECT_CLASS (chat_request_parent_class)->finalize (object);
}

static void
chat_request_class_init (ChatRequestClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = chat_request_get_property;
  object_class->finalize = chat_request_finalize;
  props[PROP_ACCOUNT] = g_param_spec_object ("account", NULL, NULL, CHAT_TYPE_ACCOUNT, read);
  props[PROP_JID] = g_param_spec_boxed ("jid", NULL, NULL, XMPP_TYPE_JID, read);
  props[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, read);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, read);
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, read);
  props[PROP_TIME] = g_param_spec_int64 ("time", NULL, NULL, 0, G_MAXINT64, 0, read);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_request_init (ChatRequest *self)
{
}
