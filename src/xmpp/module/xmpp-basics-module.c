/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-basics-module.h"
#include "xmpp-datetime.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-roster-module.h"

#include <string.h>

#define INACTIVE_DELAY_MS 30000
#define TIME_TIMEOUT_MS 20000

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

/* XEP-0082 §3.2: Z, or how far from UTC, which is nowhere more than 14 hours. */
static gboolean
parse_zone (const char *text, int *minutes)
{
  guint64 hours, rest;
  g_autofree char *hour = NULL;

  *minutes = 0;
  if (g_strcmp0 (text, "Z") == 0)
    return TRUE;
  if (!text || strlen (text) != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':')
    return FALSE;
  hour = g_strndup (text + 1, 2);
  if (!g_ascii_string_to_unsigned (hour, 10, 0, 14, &hours, NULL) || !g_ascii_string_to_unsigned (text + 4, 10, 0, 59, &rest, NULL))
    return FALSE;
  *minutes = (text[0] == '-' ? -1 : 1) * (int) (hours * 60 + rest);
  return TRUE;
}

static void
time_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (XmppElement) iq = xmpp_session_send_iq_finish (XMPP_SESSION (source), result, &error);
  XmppElement *time = iq ? xmpp_element_find_child (iq, XMPP_NS_TIME, "time") : NULL;
  int minutes;

  if (!iq)
    g_task_return_error (task, error);
  else if (!time || !parse_zone (xmpp_element_get_child_text (time, XMPP_NS_TIME, "tzo"), &minutes))
    g_task_return_new_error (task, XMPP_ERROR, XMPP_ERROR_PROTOCOL, "No time in the answer");
  else
    g_task_return_pointer (task, g_memdup2 (&minutes, sizeof minutes), g_free);
}

/**
 * xmpp_time_module_ask_async:
 * @to: a full address: of one resource
 *
 * Asks for the time at another entity (XEP-0202 §2). Whoever is asked learns that we are there, so that is for contacts.
 */
void
xmpp_time_module_ask_async (XmppTimeModule *self, XmppJid *to, GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (XmppElement) iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");

  xmpp_element_set_attribute (iq, "type", "get");
  xmpp_element_set_attribute (iq, "to", xmpp_jid_get_string (to));
  xmpp_element_add_child (iq, XMPP_NS_TIME, "time");
  xmpp_session_send_iq_async (xmpp_module_get_session (XMPP_MODULE (self)), iq, TIME_TIMEOUT_MS, cancellable, time_answered_cb,
                              g_task_new (self, cancellable, callback, user_data));
}

/**
 * xmpp_time_module_ask_finish:
 * @minutes: (out): east of UTC
 *
 * Returns: FALSE with a stanza error, XMPP_ERROR_PROTOCOL, or an error of xmpp_session_send_iq_async ()
 */
gboolean
xmpp_time_module_ask_finish (XmppTimeModule *self, GAsyncResult *result, int *minutes, GError **error)
{
  g_autofree int *found = g_task_propagate_pointer (G_TASK (result), error);

  if (found)
    *minutes = *found;
  return found != NULL;
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
