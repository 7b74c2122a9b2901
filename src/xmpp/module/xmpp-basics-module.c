/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-basics-module.h"
#include "xmpp-datetime.h"
#include "xmpp-ns.h"
#include "xmpp-roster-module.h"

#define INACTIVE_DELAY_MS 30000

struct _XmppPingModule { XmppModule parent_instance; };
struct _XmppVersionModule { XmppModule parent_instance; };
struct _XmppTimeModule { XmppModule parent_instance; };
struct _XmppCsiModule { XmppModule parent_instance; gboolean inactive; guint delay_ms, source; };

G_DEFINE_FINAL_TYPE (XmppPingModule, xmpp_ping_module, XMPP_TYPE_MODULE)
G_DEFINE_FINAL_TYPE (XmppVersionModule, xmpp_version_module, XMPP_TYPE_MODULE)
G_DEFINE_FINAL_TYPE (XmppTimeModule, xmpp_time_module, XMPP_TYPE_MODULE)
G_DEFINE_FINAL_TYPE (XmppCsiModule, xmpp_csi_module, XMPP_TYPE_MODULE)

static gboolean
ping_cb (XmppModule *module, XmppElement *stanza, XmppElement *payload, XmppJid *from)
{
  if (!xmpp_roster_may_know_us (xmpp_module_get_session (module), from))
    return FALSE;
  xmpp_module_reply (module, stanza, NULL);
  return TRUE;
}

static void
xmpp_ping_module_class_init (XmppPingModuleClass *klass)
{
  static const char *const features[] = { XMPP_NS_PING, NULL };
  static const XmppHandler handlers[] = {
    { XMPP_IQ_GET, "ping", XMPP_NS_PING, XMPP_FROM_SERVER, ping_cb },
    { XMPP_IQ_GET, "ping", XMPP_NS_PING, XMPP_FROM_CONTACT, ping_cb },
    { 0 }
  };
  XmppModuleClass *module_class = XMPP_MODULE_CLASS (klass);

  module_class->name = "ping";
  module_class->features = features;
  module_class->handlers = handlers;
}

static void
xmpp_ping_module_init (XmppPingModule *self)
{
}

/* The operating system is nobody's business (S-115). */
static gboolean
version_cb (XmppModule *module, XmppElement *stanza, XmppElement *payload, XmppJid *from)
{
  XmppElement *query;

  if (!xmpp_roster_may_know_us (xmpp_module_get_session (module), from))
    return FALSE;
  query = xmpp_element_new (XMPP_NS_VERSION, "query");
  xmpp_element_add_text_child (query, XMPP_NS_VERSION, "name", "Stonechat");
  xmpp_element_add_text_child (query, XMPP_NS_VERSION, "version", STONECHAT_VERSION);
  xmpp_module_reply (module, stanza, query);
  return TRUE;
}

static void
xmpp_version_module_class_init (XmppVersionModuleClass *klass)
{
  static const char *const features[] = { XMPP_NS_VERSION, NULL };
  static const XmppHandler handlers[] = {
    { XMPP_IQ_GET, "query", XMPP_NS_VERSION, XMPP_FROM_CONTACT, version_cb },
    { 0 }
  };
  XmppModuleClass *module_class = XMPP_MODULE_CLASS (klass);

  module_class->name = "version";
  module_class->features = features;
  module_class->handlers = handlers;
}

static void
xmpp_version_module_init (XmppVersionModule *self)
{
}

static gboolean
time_cb (XmppModule *module, XmppElement *stanza, XmppElement *payload, XmppJid *from)
{
  XmppElement *time;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *zone = g_date_time_format (now, "%:z");
  g_autofree char *utc = xmpp_datetime_format (g_get_real_time () / G_USEC_PER_SEC * G_USEC_PER_SEC);

  if (!xmpp_roster_may_know_us (xmpp_module_get_session (module), from))
    return FALSE;
  time = xmpp_element_new (XMPP_NS_TIME, "time");
  xmpp_element_add_text_child (time, XMPP_NS_TIME, "tzo", zone);
  xmpp_element_add_text_child (time, XMPP_NS_TIME, "utc", utc);
  xmpp_module_reply (module, stanza, time);
  return TRUE;
}

static void
xmpp_time_module_class_init (XmppTimeModuleClass *klass)
{
  static const char *const features[] = { XMPP_NS_TIME, NULL };
  static const XmppHandler handlers[] = {
    { XMPP_IQ_GET, "time", XMPP_NS_TIME, XMPP_FROM_CONTACT, time_cb },
    { 0 }
  };
  XmppModuleClass *module_class = XMPP_MODULE_CLASS (klass);

  module_class->name = "time";
  module_class->features = features;
  module_class->handlers = handlers;
}

static void
xmpp_time_module_init (XmppTimeModule *self)
{
}

static void
send_client_state (XmppCsiModule *self)
{
  XmppSession *session = xmpp_module_get_session (XMPP_MODULE (self));
  XmppElement *offered = xmpp_session_get_features (session);

  if (xmpp_session_get_state (session) == XMPP_SESSION_ONLINE && offered && xmpp_element_find_child (offered, XMPP_NS_CSI, "csi")) {
    g_autoptr (XmppElement) state = xmpp_element_new (XMPP_NS_CSI, self->inactive ? "inactive" : "active");

    xmpp_session_send (session, state);
  }
}

static gboolean
inactive_cb (gpointer user_data)
{
  XmppCsiModule *self = user_data;

  self->source = 0;
  send_client_state (self);
  return G_SOURCE_REMOVE;
}

/* "inactive" waits a little: a glance elsewhere is none, and a server that holds back from then on would hold back the
 * roster that was just asked for. "active" goes out at once. */
static void
tell (XmppCsiModule *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  if (self->inactive)
    self->source = g_timeout_add (self->delay_ms, inactive_cb, self);
  else
    send_client_state (self);
}

void
xmpp_csi_module_set_delay (XmppCsiModule *self, guint delay_ms)
{
  self->delay_ms = delay_ms;
}

void
xmpp_csi_module_set_active (XmppCsiModule *self, gboolean active)
{
  if (self->inactive == !active)
    return;
  self->inactive = !active;
  tell (self);
}

/* A server may forget the state over a resumption (XEP-0352 §5.1). */
static void
csi_online (XmppModule *module, gboolean resumed)
{
  if (resumed || XMPP_CSI_MODULE (module)->inactive)
    tell (XMPP_CSI_MODULE (module));
}

static void
csi_offline (XmppModule *module)
{
  g_clear_handle_id (&XMPP_CSI_MODULE (module)->source, g_source_remove);
}

static void
csi_dispose (GObject *object)
{
  g_clear_handle_id (&XMPP_CSI_MODULE (object)->source, g_source_remove);
  G_OBJECT_CLASS (xmpp_csi_module_parent_class)->dispose (object);
}

static void
xmpp_csi_module_class_init (XmppCsiModuleClass *klass)
{
  XMPP_MODULE_CLASS (klass)->name = "client state";
  XMPP_MODULE_CLASS (klass)->online = csi_online;
  XMPP_MODULE_CLASS (klass)->offline = csi_offline;
  G_OBJECT_CLASS (klass)->dispose = csi_dispose;
}

static void
xmpp_csi_module_init (XmppCsiModule *self)
{
  self->delay_ms = INACTIVE_DELAY_MS;
}
