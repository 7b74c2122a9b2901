/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-carbons-module.h"
#include "xmpp-ns.h"
#include "xmpp-server-module.h"

#define ANSWER_TIMEOUT_MS 30000

typedef enum { OFF, ASKED, ON } State;

struct _XmppCarbonsModule {
  XmppModule parent_instance;
  State state;               /* of this bind; a resumed stream keeps it (XEP-0198 §5) */
  guint bind;                /* counts them: a late answer is not for this one */
};

typedef struct { XmppCarbonsModule *module; guint bind; } Question;

G_DEFINE_FINAL_TYPE (XmppCarbonsModule, xmpp_carbons_module, XMPP_TYPE_MODULE)

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Question *question = user_data;
  g_autoptr (XmppCarbonsModule) self = question->module;
  g_autoptr (XmppElement) answer = xmpp_session_send_iq_finish (XMPP_SESSION (source), result, NULL);

  if (question->bind == self->bind)
    self->state = answer ? ON : OFF;
}

static void
enable (XmppCarbonsModule *self)
{
  XmppSession *session = xmpp_module_get_session (XMPP_MODULE (self));
  g_autoptr (XmppElement) iq = NULL;
  Question *question;

  if (self->state != OFF || xmpp_session_get_state (session) != XMPP_SESSION_ONLINE ||
      !xmpp_server_module_has_feature (xmpp_session_get_module (session, XMPP_TYPE_SERVER_MODULE), FALSE, XMPP_NS_CARBONS))
    return;
  iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");
  xmpp_element_set_attribute (iq, "type", "set");
  xmpp_element_add_child (iq, XMPP_NS_CARBONS, "enable");
  question = g_new (Question, 1);
  question->module = g_object_ref (self);
  question->bind = self->bind;
  self->state = ASKED;
  xmpp_session_send_iq_async (session, iq, ANSWER_TIMEOUT_MS, NULL, answered_cb, question);
}

/* The cache knows it before the server has answered; where a stream ended before the answer, it is asked again. */
static void
online (XmppModule *module, gboolean resumed)
{
  XmppCarbonsModule *self = XMPP_CARBONS_MODULE (module);

  if (!resumed) {
    self->bind++;
    self->state = OFF;
  }
  enable (self);
}

/**
 * xmpp_carbons_module_get_enabled:
 *
 * Returns: whether the server sends carbons to this resource, XEP-0280 §4
 */
gboolean
xmpp_carbons_module_get_enabled (XmppCarbonsModule *self)
{
  return self->state == ON;
}

static void
constructed (GObject *object)
{
  XmppSession *session = xmpp_module_get_session (XMPP_MODULE (object));

  G_OBJECT_CLASS (xmpp_carbons_module_parent_class)->constructed (object);
  g_signal_connect_object (xmpp_session_get_module (session, XMPP_TYPE_SERVER_MODULE), "features-known", G_CALLBACK (enable),
                           object, G_CONNECT_SWAPPED);
}

static void
xmpp_carbons_module_class_init (XmppCarbonsModuleClass *klass)
{
  static GType requires[2];
  XmppModuleClass *module_class = XMPP_MODULE_CLASS (klass);

  requires[0] = XMPP_TYPE_SERVER_MODULE;
  G_OBJECT_CLASS (klass)->constructed = constructed;
  module_class->name = "carbons";
  module_class->requires = requires;
  module_class->online = online;
}

static void
xmpp_carbons_module_init (XmppCarbonsModule *self)
{
}
