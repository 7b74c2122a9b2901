/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-session.h"
#include "xmpp-error.h"
#include "xmpp-id.h"
#include "xmpp-module.h"
#include "xmpp-ns.h"
#include "xmpp-router.h"
#include "xmpp-session-private.h"
#include "xmpp-stream-management.h"

#define ACK_DELAY_MS 100          /* our <a/> after a release, batched */
#define ACK_TIMEOUT_S 18          /* for an answer to <r/> after a message */
#define IDLE_S 60                 /* without a byte: ask for a sign of life */
#define IDLE_TIMEOUT_MS 25000
#define CLOSE_MS 2000

struct _XmppSession {
  GObject parent_instance;

  XmppJid *account, *jid;
  XmppSessionState state;
  XmppElement *features;
  XmppStream *stream;
  XmppLogin *login;
  GTask *connecting;
  XmppRouter *router;
  GPtrArray *modules;             /* of XmppModule, required ones first */
  XmppStreamManagement *sm;
  guint64 ticket;                 /* of the stanza at hand */
  guint32 acked;                  /* h of our last <a/> */
  gboolean closing;
  guint ack_source, answer_source, idle_source, probe_source;
};

G_DEFINE_FINAL_TYPE (XmppSession, xmpp_session, G_TYPE_OBJECT)

enum { PROP_0, PROP_STATE, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { DISCONNECTED, ACKNOWLEDGED, UNACKNOWLEDGED, SENT, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
set_state (XmppSession *self, XmppSessionState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static void
write_nonza (XmppSession *self, const char *name, gboolean with_h)
{
  g_autoptr (XmppElement) nonza = xmpp_element_new (XMPP_NS_SM, name);

  if (with_h) {
    g_autofree char *h = NULL;

    self->acked = xmpp_stream_management_get_handled (self->sm);
    h = g_strdup_printf ("%u", self->acked);
    xmpp_element_set_attribute (nonza, "h", h);
  }
  xmpp_stream_write (self->stream, nonza);
}

static gboolean
answer_missing_cb (gpointer user_data)
{
  XmppSession *self = user_data;
  g_autoptr (GError) error = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_TIMEOUT, "The server gives no sign of life");

  self->answer_source = 0;
  xmpp_session_end (self, error);
  return G_SOURCE_REMOVE;
}

static void
request_answer (XmppSession *self, guint seconds)
{
  write_nonza (self, "r", FALSE);
  if (!self->answer_source)
    self->answer_source = g_timeout_add_seconds (seconds, answer_missing_cb, self);
}

static void
emit_each (XmppSession *self, guint signal, GPtrArray *stanzas)
{
  for (guint i = 0; i < stanzas->len; i++) {
    if (signal == signals[ACKNOWLEDGED]) {
      const char *id = xmpp_element_get_attribute (stanzas->pdata[i], "id");

      if (id)
        g_signal_emit (self, signal, 0, id);
    } else {
      g_signal_emit (self, signal, 0, stanzas->pdata[i]);
    }
  }
}

/* FALSE: the server counts more than it got. */
static gboolean
take_acknowledgement (XmppSession *self, guint32 h)
{
  g_autoptr (GPtrArray) stanzas = NULL;
  gboolean right = xmpp_stream_management_acknowledge (self->sm, h, &stanzas);

  emit_each (self, signals[ACKNOWLEDGED], stanzas);
  return right;
}

/* What was written and never acknowledged: nobody knows whether it came. */
static void
give_up_pending (XmppSession *self)
{
  g_autoptr (GPtrArray) stanzas = xmpp_stream_management_take_pending (self->sm);

  xmpp_stream_management_disable (self->sm);
  emit_each (self, signals[UNACKNOWLEDGED], stanzas);
}

static void
handle_a (XmppSession *self, XmppElement *element)
{
  const char *text = xmpp_element_get_attribute (element, "h");
  g_autoptr (GError) error = NULL;
  guint64 h;

  if (!text || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &h, &error))
    return;
  g_clear_handle_id (&self->answer_source, g_source_remove);
  if (take_acknowledgement (self, h))
    return;
  error = g_error_new_literal (XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_UNDEFINED_CONDITION, "handled-count-too-high");
  give_up_pending (self);
  xmpp_stream_fail (self->stream, error);
}

static gboolean
is_stanza (XmppElement *element)
{
  return xmpp_element_is (element, XMPP_NS_CLIENT, "message") || xmpp_element_is (element, XMPP_NS_CLIENT, "presence") ||
         xmpp_element_is (element, XMPP_NS_CLIENT, "iq");
}

static void
element_cb (XmppStream *stream, XmppElement *element, gpointer user_data)
{
  XmppSession *self = user_data;

  if (xmpp_element_is (element, XMPP_NS_SM, "r")) {
    write_nonza (self, "a", TRUE);
  } else if (xmpp_element_is (element, XMPP_NS_SM, "a")) {
    handle_a (self, element);
  } else if (is_stanza (element)) {
    g_object_ref (self);
    self->ticket = xmpp_stream_management_received (self->sm);
    xmpp_router_dispatch (self->router, element);
    self->ticket = 0;
    g_object_unref (self);
  }
}

static gboolean
idle_cb (gpointer user_data)
{
  XmppSession *self = user_data;
  gint64 silent = g_get_monotonic_time () - xmpp_stream_get_last_read (self->stream);

  if (silent >= (IDLE_S - 1) * G_USEC_PER_SEC)
    xmpp_session_probe (self, IDLE_TIMEOUT_MS);
  return G_SOURCE_CONTINUE;
}

static void
clear_sources (XmppSession *self)
{
  g_clear_handle_id (&self->ack_source, g_source_remove);
  g_clear_handle_id (&self->answer_source, g_source_remove);
  g_clear_handle_id (&self->idle_source, g_source_remove);
  g_clear_handle_id (&self->probe_source, g_source_remove);
}

void
xmpp_session_end (XmppSession *self, const GError *error)
{
  g_autoptr (XmppStream) stream = g_steal_pointer (&self->stream);
  g_autoptr (GError) lost = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED, "The connection ended");

  if (!stream)
    return;
  g_object_ref (self);
  g_signal_handlers_disconnect_by_data (stream, self);
  xmpp_stream_abort (stream);
  clear_sources (self);
  xmpp_stream_management_lost (self->sm, g_get_real_time ());
  if (self->closing || !xmpp_stream_management_can_resume (self->sm, g_get_real_time ()))
    give_up_pending (self);
  set_state (self, XMPP_SESSION_OFFLINE);
  xmpp_router_fail_all (self->router, lost);
  for (guint i = 0; i < self->modules->len; i++) {
    XmppModuleClass *klass = XMPP_MODULE_GET_CLASS (self->modules->pdata[i]);

    if (klass->offline)
      klass->offline (self->modules->pdata[i]);
  }
  self->closing = FALSE;
  g_signal_emit (self, signals[DISCONNECTED], 0, error);
  g_object_unref (self);
}

static void
closed_cb (XmppStream *stream, GError *error, gpointer user_data)
{
  XmppSession *self = user_data;
  g_autoptr (GError) unexpected = NULL;

  if (!error && !self->closing)
    unexpected = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_CLOSED, "The server closed the connection");
  xmpp_session_end (self, error ? error : unexpected);
}

void
xmpp_session_begin (XmppSession *self, XmppStream *stream, gboolean resumed)
{
  self->stream = g_object_ref (stream);
  self->acked = xmpp_stream_management_get_handled (self->sm);
  g_signal_connect (stream, "element", G_CALLBACK (element_cb), self);
  g_signal_connect (stream, "closed", G_CALLBACK (closed_cb), self);
  self->idle_source = g_timeout_add_seconds (IDLE_S, idle_cb, self);
  if (resumed) {
    g_autoptr (GPtrArray) again = xmpp_stream_management_dup_pending (self->sm);

    for (guint i = 0; i < again->len; i++)
      xmpp_stream_write (stream, again->pdata[i]);
    if (again->len)
      request_answer (self, ACK_TIMEOUT_S);
  }
  set_state (self, XMPP_SESSION_ONLINE);
  for (guint i = 0; i < self->modules->len; i++) {
    XmppModuleClass *klass = XMPP_MODULE_GET_CLASS (self->modules->pdata[i]);

    if (klass->online)
      klass->online (self->modules->pdata[i], resumed);
  }
  if (self->stream)
    xmpp_stream_resume_reading (self->stream);
}

XmppStreamManagement *
xmpp_session_get_stream_management (XmppSession *self)
{
  return self->sm;
}

void
xmpp_session_set_jid (XmppSession *self, XmppJid *jid)
{
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  self->jid = xmpp_jid_ref (jid);
  xmpp_router_set_jid (self->router, jid);
}

XmppRouter *
xmpp_session_get_router (XmppSession *self)
{
  return self->router;
}

/* Brings the stream management state in line with what the log-in found. */
static void
settle_stream_management (XmppSession *self, XmppLogin *login)
{
  guint32 h = 0;
  gboolean has_h = xmpp_login_get_resume_h (login, &h);

  if (has_h && !take_acknowledgement (self, h))
    g_debug ("The server acknowledged more than it was sent");
  if (xmpp_login_get_resumed (login)) {
    g_object_get (login, "resume-h", &h, NULL);
    xmpp_stream_management_resumed (self->sm, h);
    return;
  }
  give_up_pending (self);
  if (xmpp_login_get_sm_enabled (login))
    xmpp_stream_management_enable (self->sm, xmpp_login_get_sm_id (login), xmpp_login_get_sm_location (login),
                                   xmpp_login_get_sm_max (login));
}

static void
login_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  XmppSession *self = g_task_get_source_object (task);
  XmppLogin *login = XMPP_LOGIN (source);
  GError *error = NULL;
  g_autoptr (XmppStream) stream = xmpp_login_run_finish (login, result, &error);

  if (!stream) {
    set_state (self, XMPP_SESSION_OFFLINE);
    g_task_return_error (task, error);
    return;
  }
  if (xmpp_login_get_features (login)) {
    g_clear_pointer (&self->features, xmpp_element_unref);
    self->features = xmpp_element_ref (xmpp_login_get_features (login));
  }
  if (xmpp_login_get_bound_jid (login))
    xmpp_session_set_jid (self, xmpp_login_get_bound_jid (login));
  settle_stream_management (self, login);
  xmpp_session_begin (self, stream, xmpp_login_get_resumed (login));
  g_task_return_boolean (task, TRUE);
}

/**
 * xmpp_session_connect_async:
 *
 * See the header. Errors: those of xmpp_login_run_finish (); G_IO_ERROR_PENDING while it is not offline.
 */
void
xmpp_session_connect_async (XmppSession *self, XmppLogin *login, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  if (self->state != XMPP_SESSION_OFFLINE) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING, "Already connecting");
    g_object_unref (task);
    return;
  }
  if (xmpp_stream_management_can_resume (self->sm, g_get_real_time ()))
    g_object_set (login, "resume-id", xmpp_stream_management_get_id (self->sm),
                  "resume-location", xmpp_stream_management_get_location (self->sm),
                  "resume-h", xmpp_stream_management_get_handled (self->sm), NULL);
  set_state (self, XMPP_SESSION_CONNECTING);
  xmpp_login_run_async (login, cancellable, login_done_cb, task);
}

gboolean
xmpp_session_connect_finish (XmppSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
xmpp_session_close (XmppSession *self)
{
  g_autoptr (XmppElement) unavailable = NULL;

  if (self->state != XMPP_SESSION_ONLINE)
    return;
  unavailable = xmpp_element_new (XMPP_NS_CLIENT, "presence");
  xmpp_element_set_attribute (unavailable, "type", "unavailable");
  xmpp_stream_write (self->stream, unavailable);
  if (xmpp_stream_management_get_enabled (self->sm))
    write_nonza (self, "a", TRUE);
  self->closing = TRUE;
  set_state (self, XMPP_SESSION_CLOSING);
  clear_sources (self);
  xmpp_stream_close (self->stream, CLOSE_MS);
}

void
xmpp_session_abort (XmppSession *self)
{
  g_autoptr (GError) error = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_CLOSED, "The connection was dropped");

  xmpp_session_end (self, error);
}

static void
ping_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  XmppElement *answer = xmpp_session_send_iq_finish (XMPP_SESSION (source), result, &error);

  g_clear_pointer (&answer, xmpp_element_unref);
  /* An error is a sign of life too; only silence ends the stream. */
  if (g_error_matches (error, XMPP_ERROR, XMPP_ERROR_TIMEOUT))
    xmpp_session_end (XMPP_SESSION (source), error);
}

void
xmpp_session_probe (XmppSession *self, guint timeout_ms)
{
  g_autoptr (XmppElement) ping = NULL;

  if (self->state != XMPP_SESSION_ONLINE)
    return;
  if (xmpp_stream_management_get_enabled (self->sm)) {
    request_answer (self, MAX (1, timeout_ms / 1000));
    return;
  }
  ping = xmpp_element_new (XMPP_NS_CLIENT, "iq");
  xmpp_element_set_attribute (ping, "type", "get");
  xmpp_element_add_child (ping, XMPP_NS_PING, "ping");
  xmpp_session_send_iq_async (self, ping, timeout_ms, NULL, ping_answered_cb, NULL);
}

gboolean
xmpp_session_send (XmppSession *self, XmppElement *stanza)
{
  if (self->state != XMPP_SESSION_ONLINE || !self->stream)
    return FALSE;
  xmpp_stream_write (self->stream, stanza);
  if (xmpp_stream_management_get_enabled (self->sm) && is_stanza (stanza)) {
    xmpp_stream_management_sent (self->sm, stanza, g_get_real_time ());
    if (xmpp_element_is (stanza, XMPP_NS_CLIENT, "message"))
      request_answer (self, ACK_TIMEOUT_S);
  }
  g_signal_emit (self, signals[SENT], 0, stanza);
  return TRUE;
}

void
xmpp_session_send_iq_async (XmppSession *self, XmppElement *iq, guint timeout_ms, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *id = xmpp_id_new ();

  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->state != XMPP_SESSION_ONLINE) {
    g_task_return_new_error (task, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED, "Not connected");
    return;
  }
  xmpp_element_set_attribute (iq, "id", id);
  xmpp_router_expect (self->router, iq, timeout_ms, task);
  xmpp_session_send (self, iq);
}

XmppElement *
xmpp_session_send_iq_finish (XmppSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

guint64
xmpp_session_hold (XmppSession *self)
{
  g_return_val_if_fail (self->ticket != 0, 0);

  xmpp_stream_management_hold (self->sm, self->ticket);
  return self->ticket;
}

static gboolean
acknowledge_cb (gpointer user_data)
{
  XmppSession *self = user_data;

  self->ack_source = 0;
  if (self->acked != xmpp_stream_management_get_handled (self->sm))
    write_nonza (self, "a", TRUE);
  return G_SOURCE_REMOVE;
}

void
xmpp_session_release (XmppSession *self, guint64 ticket)
{
  xmpp_stream_management_release (self->sm, ticket);
  if (self->state == XMPP_SESSION_ONLINE && xmpp_stream_management_get_enabled (self->sm) && !self->ack_source)
    self->ack_source = g_timeout_add (ACK_DELAY_MS, acknowledge_cb, self);
}

XmppElement *
xmpp_session_dup_sm_state (XmppSession *self)
{
  return self->jid ? xmpp_stream_management_to_element (self->sm, xmpp_jid_get_string (self->jid)) : NULL;
}

void
xmpp_session_set_sm_state (XmppSession *self, XmppElement *state)
{
  const char *text = xmpp_element_get_attribute (state, "jid");
  g_autoptr (XmppJid) jid = text ? xmpp_jid_new_lenient (text, NULL) : NULL;

  if (jid && self->state == XMPP_SESSION_OFFLINE && xmpp_jid_equal_bare (jid, self->account) &&
      xmpp_stream_management_from_element (self->sm, state, text))
    xmpp_session_set_jid (self, jid);
}

guint
xmpp_session_get_n_dropped (XmppSession *self)
{
  return xmpp_router_get_n_dropped (self->router);
}

gpointer
xmpp_session_get_module (XmppSession *self, GType type)
{
  for (guint i = 0; i < self->modules->len; i++)
    if (g_type_is_a (G_OBJECT_TYPE (self->modules->pdata[i]), type))
      return self->modules->pdata[i];
  return NULL;
}

GPtrArray *
xmpp_session_get_modules (XmppSession *self)
{
  return self->modules;
}

XmppJid *
xmpp_session_get_account (XmppSession *self)
{
  return self->account;
}

XmppJid *
xmpp_session_get_jid (XmppSession *self)
{
  return self->jid;
}

XmppElement *
xmpp_session_get_features (XmppSession *self)
{
  return self->features;
}

XmppSessionState
xmpp_session_get_state (XmppSession *self)
{
  return self->state;
}

static void
add_module (XmppSession *self, GType type)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (type);
  const GType *required = XMPP_MODULE_CLASS (klass)->requires;
  XmppModule *module;

  if (xmpp_session_get_module (self, type))
    return;
  for (; required && *required; required++)
    add_module (self, *required);
  module = g_object_new (type, "session", self, NULL);
  g_ptr_array_add (self->modules, module);
  xmpp_router_add_module (self->router, module);
}

static void
send_cb (XmppElement *stanza, gpointer user_data)
{
  xmpp_session_send (user_data, stanza);
}

XmppSession *
xmpp_session_new (XmppJid *account, const GType *module_types)
{
  XmppSession *self = g_object_new (XMPP_TYPE_SESSION, NULL);

  self->account = xmpp_jid_to_bare (account);
  self->router = xmpp_router_new (account, send_cb, self);
  for (; *module_types != G_TYPE_INVALID; module_types++)
    add_module (self, *module_types);
  return self;
}

static void
xmpp_session_dispose (GObject *object)
{
  XmppSession *self = XMPP_SESSION (object);

  clear_sources (self);
  if (self->stream) {
    g_signal_handlers_disconnect_by_data (self->stream, self);
    xmpp_stream_abort (self->stream);
    g_clear_object (&self->stream);
  }
  G_OBJECT_CLASS (xmpp_session_parent_class)->dispose (object);
}

static void
xmpp_session_finalize (GObject *object)
{
  XmppSession *self = XMPP_SESSION (object);

  g_ptr_array_unref (self->modules);
  g_clear_pointer (&self->router, xmpp_router_free);
  xmpp_stream_management_free (self->sm);
  g_clear_pointer (&self->features, xmpp_element_unref);
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_clear_pointer (&self->account, xmpp_jid_unref);
  G_OBJECT_CLASS (xmpp_session_parent_class)->finalize (object);
}

static void
xmpp_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_STATE:
    g_value_set_enum (value, XMPP_SESSION (object)->state);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
xmpp_session_class_init (XmppSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = xmpp_session_dispose;
  object_class->finalize = xmpp_session_finalize;
  object_class->get_property = xmpp_session_get_property;
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, XMPP_TYPE_SESSION_STATE, XMPP_SESSION_OFFLINE,
                                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[DISCONNECTED] = g_signal_new ("disconnected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[ACKNOWLEDGED] = g_signal_new ("acknowledged", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[UNACKNOWLEDGED] = g_signal_new ("unacknowledged", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 1, XMPP_TYPE_ELEMENT);
  signals[SENT] = g_signal_new ("sent", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, XMPP_TYPE_ELEMENT);
}

static void
xmpp_session_init (XmppSession *self)
{
  self->modules = g_ptr_array_new_with_free_func (g_object_unref);
  self->sm = xmpp_stream_management_new ();
}
