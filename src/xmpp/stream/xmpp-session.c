/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-session.h"
#include "xmpp-error.h"
#include "xmpp-fault-point.h"
#include "xmpp-id.h"
#include "xmpp-module.h"
#include "xmpp-ns.h"
#include "xmpp-session-link.h"

/* Long enough for a slow link, and together no longer than R-17 allows. */
static const XmppSessionTimeouts default_timeouts = {
  .acknowledge = 100, .answer = 18000, .idle = 60000, .idle_answer = 25000, .close = 2000,
};

G_DEFINE_FINAL_TYPE (XmppSession, xmpp_session, G_TYPE_OBJECT)

enum { PROP_0, PROP_STATE, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { DISCONNECTED, ACKNOWLEDGED, UNACKNOWLEDGED, SENT, N_SIGNALS };
static guint signals[N_SIGNALS];

void
xmpp_session_set_state (XmppSession *self, XmppSessionState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static gboolean
is_stanza (XmppElement *element)
{
  return xmpp_element_is (element, XMPP_NS_CLIENT, "message") || xmpp_element_is (element, XMPP_NS_CLIENT, "presence") ||
         xmpp_element_is (element, XMPP_NS_CLIENT, "iq");
}

static void
dispatch (XmppSession *self, XmppElement *stanza, guint64 ticket)
{
  self->ticket = ticket;
  XMPP_FAULT_POINT ("receive-element");
  xmpp_router_dispatch (self->router, stanza);
  self->ticket = 0;
}

/* A handler may end the session, and may let go of it. */
static void
element_cb (XmppStream *stream, XmppElement *element, gpointer user_data)
{
  XmppSession *self = user_data;

  if (self->failure)
    return;
  g_object_ref (self);
  if (!xmpp_session_link_take (self, element) && is_stanza (element))
    dispatch (self, element, xmpp_stream_management_received (self->sm));
  g_object_unref (self);
}

static void
tell_modules_offline (XmppSession *self)
{
  for (guint i = 0; i < self->modules->len; i++) {
    XmppModuleClass *klass = XMPP_MODULE_GET_CLASS (self->modules->pdata[i]);

    if (klass->offline)
      klass->offline (self->modules->pdata[i]);
  }
}

void
xmpp_session_end (XmppSession *self, const GError *error)
{
  g_autoptr (XmppStream) stream = g_steal_pointer (&self->stream);
  G_GNUC_UNUSED g_autoptr (GError) failure = g_steal_pointer (&self->failure);   /* may be error */
  g_autoptr (GError) lost = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED, "The connection ended");
  gboolean closing = self->state == XMPP_SESSION_CLOSING;

  if (!stream)
    return;
  g_object_ref (self);
  g_signal_handlers_disconnect_by_data (stream, self);
  xmpp_stream_abort (stream);
  xmpp_session_link_clear (self);
  /* From here on nothing can be sent, whoever is told what. */
  self->state = XMPP_SESSION_OFFLINE;
  xmpp_stream_management_lost (self->sm, g_get_real_time ());
  if (closing || !xmpp_stream_management_can_resume (self->sm, g_get_real_time ()))
    xmpp_session_link_give_up (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  xmpp_router_fail_all (self->router, lost);
  tell_modules_offline (self);
  g_signal_emit (self, signals[DISCONNECTED], 0, error);
  g_object_unref (self);
}

static void
closed_cb (XmppStream *stream, GError *error, gpointer user_data)
{
  XmppSession *self = user_data;
  g_autoptr (GError) unexpected = NULL;

  if (self->failure)
    error = self->failure;
  else if (error && error->domain == XMPP_STREAM_ERROR && xmpp_stream_has_failed (stream))
    error = unexpected = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_INVALID_XML, error->message);   /* not the server's judgement on us */
  else if (!error && self->state != XMPP_SESSION_CLOSING)
    error = unexpected = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_CLOSED, "The server closed the connection");
  xmpp_session_end (self, error);
}

/* Before anything new is said. */
static void
send_again (XmppSession *self)
{
  g_autoptr (GPtrArray) again = xmpp_stream_management_dup_pending (self->sm);

  for (guint i = 0; i < again->len; i++)
    xmpp_stream_write (self->stream, again->pdata[i]);
  if (again->len)
    xmpp_session_link_ask (self, self->timeouts.answer);
}

void
xmpp_session_begin (XmppSession *self, XmppStream *stream, gboolean resumed)
{
  self->stream = g_object_ref (stream);
  g_signal_connect (stream, "element", G_CALLBACK (element_cb), self);
  g_signal_connect (stream, "closed", G_CALLBACK (closed_cb), self);
  xmpp_session_link_begin (self);
  if (resumed)
    send_again (self);
  g_object_ref (self);
  xmpp_session_set_state (self, XMPP_SESSION_ONLINE);
  for (guint i = 0; i < self->modules->len && self->stream == stream; i++) {
    XmppModuleClass *klass = XMPP_MODULE_GET_CLASS (self->modules->pdata[i]);

    if (klass->online)
      klass->online (self->modules->pdata[i], resumed);
  }
  xmpp_stream_resume_reading (stream);
  g_object_unref (self);
}

void
xmpp_session_set_timeouts (XmppSession *self, const XmppSessionTimeouts *timeouts)
{
  self->timeouts = *timeouts;
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

/* What a state for resumption belongs to, besides the address: it is never told to another server than the one that gave
 * it, nor used for another resource than the one that is wanted. */
static char *
describe_origin (XmppLogin *login)
{
  g_autofree char *host = NULL, *resource = NULL;
  guint port;

  g_object_get (login, "host", &host, "port", &port, "resource", &resource, NULL);
  return g_strdup_printf ("%s %u %s", host ? host : "", port, resource ? resource : "");
}

static void
refused_closed_cb (XmppStream *stream, GError *error, gpointer user_data)
{
  g_object_unref (stream);
}

/* Brings the stream management state in line with what the log-in found. FALSE: the server resumed a session in which it
 * counts more than it was sent. */
static gboolean
settle_stream_management (XmppSession *self, XmppLogin *login, XmppStream *stream)
{
  guint32 h = 0;
  gboolean right = !xmpp_login_get_resume_h (login, &h) || xmpp_session_link_settle (self, h);

  if (xmpp_login_get_resumed (login) && right) {
    g_object_get (login, "resume-h", &h, NULL);
    xmpp_stream_management_resumed (self->sm, h);
    return TRUE;
  }
  if (xmpp_login_get_resumed (login)) {
    g_signal_connect (g_object_ref (stream), "closed", G_CALLBACK (refused_closed_cb), NULL);
    xmpp_session_link_refuse (self, stream, h);
  }
  xmpp_session_link_give_up (self);
  if (xmpp_login_get_resumed (login))
    return FALSE;
  if (xmpp_login_get_sm_enabled (login))
    xmpp_stream_management_enable (self->sm, xmpp_login_get_sm_id (login), xmpp_login_get_sm_location (login),
                                   xmpp_login_get_sm_max (login));
  g_free (self->origin);
  self->origin = describe_origin (login);
  return TRUE;
}

/* The old session is over, even where no new one came about. */
static void
settle_failure (XmppSession *self, XmppLogin *login)
{
  guint32 h;

  if (!xmpp_login_get_resume_h (login, &h))
    return;
  xmpp_session_link_settle (self, h);
  xmpp_session_link_give_up (self);
}

static void
take_findings (XmppSession *self, XmppLogin *login)
{
  if (xmpp_login_get_features (login)) {
    g_clear_pointer (&self->features, xmpp_element_unref);
    self->features = xmpp_element_ref (xmpp_login_get_features (login));
  }
  if (xmpp_login_get_bound_jid (login))
    xmpp_session_set_jid (self, xmpp_login_get_bound_jid (login));
}

static void
login_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  XmppSession *self = g_task_get_source_object (task);
  XmppLogin *login = XMPP_LOGIN (source);
  GPtrArray *early = xmpp_login_get_early (login);
  GError *error = NULL;
  g_autoptr (XmppStream) stream = xmpp_login_run_finish (login, result, &error);

  if (stream) {
    take_findings (self, login);
    if (!settle_stream_management (self, login, stream))
      error = g_error_new_literal (XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_UNDEFINED_CONDITION, "handled-count-too-high");
  } else {
    settle_failure (self, login);
  }
  if (error) {
    xmpp_session_set_state (self, XMPP_SESSION_OFFLINE);
    g_task_return_error (task, error);
    return;
  }
  xmpp_session_begin (self, stream, xmpp_login_get_resumed (login));
  for (guint i = 0; early && i < early->len; i++)
    dispatch (self, early->pdata[i], XMPP_SESSION_UNCOUNTED);
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
  g_autofree char *origin = describe_origin (login);

  if (self->state != XMPP_SESSION_OFFLINE) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING, "Already connecting");
    g_object_unref (task);
    return;
  }
  if (g_strcmp0 (origin, self->origin) == 0 && xmpp_stream_management_can_resume (self->sm, g_get_real_time ()))
    g_object_set (login, "resume-id", xmpp_stream_management_get_id (self->sm),
                  "resume-location", xmpp_stream_management_get_location (self->sm),
                  "resume-h", xmpp_stream_management_get_handled (self->sm), NULL);
  xmpp_session_set_state (self, XMPP_SESSION_CONNECTING);
  xmpp_login_run_async (login, cancellable, login_done_cb, task);
}

gboolean
xmpp_session_connect_finish (XmppSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * xmpp_session_close:
 *
 * Ends the session politely, RFC 6120 §4.4; does nothing when it is not online. "disconnected" follows, with NULL.
 */
void
xmpp_session_close (XmppSession *self)
{
  g_autoptr (XmppElement) unavailable = NULL;

  if (self->state != XMPP_SESSION_ONLINE)
    return;
  unavailable = xmpp_element_new (XMPP_NS_CLIENT, "presence");
  xmpp_element_set_attribute (unavailable, "type", "unavailable");
  xmpp_stream_write (self->stream, unavailable);
  xmpp_stream_management_sent (self->sm, unavailable, g_get_real_time ());
  xmpp_session_link_part (self);
  xmpp_session_link_clear (self);
  xmpp_stream_close (self->stream, self->timeouts.close);
  xmpp_session_set_state (self, XMPP_SESSION_CLOSING);
}

void
xmpp_session_abort (XmppSession *self)
{
  g_autoptr (GError) error = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_ABORTED, "The connection was dropped");

  xmpp_session_end (self, error);
}

/**
 * xmpp_session_forget:
 *
 * Gives up what a resumption (XEP-0198 §5) would go on with, such as stanzas at which the server ends each stream.
 */
void
xmpp_session_forget (XmppSession *self)
{
  if (self->state == XMPP_SESSION_OFFLINE)
    xmpp_session_link_give_up (self);
}

/**
 * xmpp_session_send:
 * @stanza: message, presence, iq, or another element of the first level; not to be changed any more
 *
 * Returns: FALSE where the session is not online; nothing is kept then
 */
gboolean
xmpp_session_send (XmppSession *self, XmppElement *stanza)
{
  if (self->state != XMPP_SESSION_ONLINE)
    return FALSE;
  xmpp_stream_write (self->stream, stanza);
  if (xmpp_stream_management_get_enabled (self->sm) && is_stanza (stanza))
    xmpp_session_link_sent (self, stanza);
  g_signal_emit (self, signals[SENT], 0, stanza);
  return TRUE;
}

/**
 * xmpp_session_send_iq_async:
 * @iq: of type get or set; gets an id
 * @timeout_ms: for the answer
 *
 * Asks, RFC 6120 §8.2.3. The session lives on until the request has ended. Errors: XMPP_STANZA_ERROR as answered,
 * XMPP_ERROR_TIMEOUT, XMPP_ERROR_NOT_CONNECTED, G_IO_ERROR_CANCELLED.
 */
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

/**
 * xmpp_session_dup_sm_state:
 *
 * Returns: (transfer full) (nullable): what another process needs to resume (XEP-0198 §5); NULL: there is nothing to resume
 */
XmppElement *
xmpp_session_dup_sm_state (XmppSession *self)
{
  XmppElement *state = self->jid ? xmpp_stream_management_to_element (self->sm, xmpp_jid_get_string (self->jid)) : NULL;

  if (state)
    xmpp_element_set_attribute (state, "origin", self->origin);
  return state;
}

/**
 * xmpp_session_set_sm_state:
 * @state: from xmpp_session_dup_sm_state ()
 *
 * Takes up the state of an earlier process, before connecting. Another account's, or a damaged one, changes nothing; one of
 * another host or resource is not resumed, and its queue is told as "unacknowledged".
 */
void
xmpp_session_set_sm_state (XmppSession *self, XmppElement *state)
{
  const char *text = xmpp_element_get_attribute (state, "jid");
  g_autoptr (XmppJid) jid = text ? xmpp_jid_new_lenient (text, NULL) : NULL;

  if (!jid || self->state != XMPP_SESSION_OFFLINE || !xmpp_jid_equal_bare (jid, self->account) ||
      !xmpp_stream_management_from_element (self->sm, state, text))
    return;
  xmpp_session_set_jid (self, jid);
  g_free (self->origin);
  self->origin = g_strdup (xmpp_element_get_attribute (state, "origin"));
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

/**
 * xmpp_session_get_max_bytes:
 *
 * What the features say that the stream came with, after the log-in (XEP-0478 §3.1). Less than RFC 6120 §13.12 has every server
 * take is not believed.
 *
 * Returns: bytes of one stanza as it is written; 0 where nothing was said
 */
guint
xmpp_session_get_max_bytes (XmppSession *self)
{
  XmppElement *limits = self->features ? xmpp_element_find_child (self->features, XMPP_NS_LIMITS, "limits") : NULL;
  const char *text = limits ? xmpp_element_get_child_text (limits, XMPP_NS_LIMITS, "max-bytes") : NULL;
  guint64 bytes;

  if (!text || !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT, &bytes, NULL))
    return 0;
  return MAX (bytes, XMPP_SESSION_LEAST_MAX_BYTES);
}

XmppSessionState
xmpp_session_get_state (XmppSession *self)
{
  return self->state;
}

/**
 * xmpp_session_is_hearing:
 *
 * On a slow link what was asked for may come late, and asking again only makes it later.
 *
 * Returns: TRUE where a stanza is coming in byte by byte
 */
gboolean
xmpp_session_is_hearing (XmppSession *self)
{
  return self->stream && xmpp_stream_is_hearing (self->stream);
}

static gboolean
is_hearing_cb (gpointer user_data)
{
  return xmpp_session_is_hearing (user_data);
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
  xmpp_router_set_hearing_func (self->router, is_hearing_cb, self);
  for (; *module_types != G_TYPE_INVALID; module_types++)
    add_module (self, *module_types);
  return self;
}

static void
xmpp_session_dispose (GObject *object)
{
  XmppSession *self = XMPP_SESSION (object);

  xmpp_session_link_clear (self);
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
  g_clear_error (&self->failure);
  g_free (self->origin);
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
  self->timeouts = default_timeouts;
}
