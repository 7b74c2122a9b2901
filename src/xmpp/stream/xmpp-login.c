/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-login-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "xmpp-enum-types.h"
#include "xmpp-error.h"

/* One attempt to log in: what it needs, what it found, and the run with its steps. Each step has a time-out, the whole has
 * one, and a cancellable ends it at any point; after its end nothing of it is left under way.
 *
 *   RESOLVE → CONNECT → (TLS) → OPEN → STARTTLS → TLS → FEATURES → SASL → FEATURES → RESUME → DONE
 *                                                                                  ↘ BIND → ENABLE → DONE */

enum {
  PROP_0,
  PROP_JID, PROP_PASSWORD, PROP_CLIENT_CERTIFICATE, PROP_HOST, PROP_PORT, PROP_DIRECT_TLS, PROP_PIN_SHA256,
  PROP_RESOURCE, PROP_LANG, PROP_KNOWN_STRENGTH, PROP_ALLOW_PLAIN, PROP_RESUME_ID, PROP_RESUME_H,
  PROP_RESUME_LOCATION, PROP_RESOLVER, PROP_PROXY_RESOLVER, PROP_TLS_DATABASE, PROP_STEP_TIMEOUT,
  PROP_TOTAL_TIMEOUT, PROP_STEP,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (XmppLogin, xmpp_login, G_TYPE_OBJECT)

static const char *
get_step_name (XmppStep step)
{
  static const char *const names[] = { "resolve", "connect", "open", "starttls", "tls", "features", "sasl", "resume",
                                       "bind", "enable", "done" };

  return names[step];
}

static gboolean
step_timed_out_cb (gpointer user_data)
{
  XmppLogin *self = user_data;
  g_autofree char *text = NULL;

  /* Where the server takes the connection but says nothing, another target may do better. */
  if (self->step == XMPP_STEP_OPEN || self->step == XMPP_STEP_TLS) {
    g_autoptr (GError) error = g_error_new (XMPP_ERROR, XMPP_ERROR_TIMEOUT, _("The server doesn’t answer (%s)"),
                                            get_step_name (self->step));

    xmpp_login_lost (self, error);
    return G_SOURCE_REMOVE;
  }
  /* Translators: %s is a technical name of a step. */
  text = g_strdup_printf (_("The server takes too long to answer (%s)"), get_step_name (self->step));
  xmpp_login_fail (self, XMPP_ERROR_TIMEOUT, text);
  return G_SOURCE_REMOVE;
}

static gboolean
total_timed_out_cb (gpointer user_data)
{
  XmppLogin *self = user_data;
  g_autofree char *text = g_strdup_printf (_("The server takes too long to answer (%s)"), get_step_name (self->step));

  self->location = NULL;
  xmpp_login_fail (self, XMPP_ERROR_TIMEOUT, text);
  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  XmppLogin *self = user_data;

  self->location = NULL;
  xmpp_login_finish (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled")));
  return G_SOURCE_REMOVE;
}

static void
clear_source (GSource **source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static GSource *
start_timer (guint milliseconds, GSourceFunc callback, gpointer data)
{
  GSource *source = g_timeout_source_new (milliseconds);

  g_source_set_callback (source, callback, data, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

void
xmpp_login_set_step (XmppLogin *self, XmppStep step)
{
  g_debug ("%s: %s → %s", xmpp_jid_get_bare_string (self->jid), get_step_name (self->step), get_step_name (step));
  clear_source (&self->step_source);
  self->step = step;
  if (step != XMPP_STEP_DONE)
    self->step_source = start_timer (self->step_timeout, step_timed_out_cb, self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STEP]);
}

gboolean
xmpp_login_is_current (XmppLogin *self, GCancellable *operation)
{
  return self->task && self->operation == operation && !g_cancellable_is_cancelled (operation);
}

/* The address where the old session was to wait proved to be another's. */
static gboolean
is_misled (XmppLogin *self)
{
  return self->target && self->target == self->location && !self->is_encrypted;
}

void
xmpp_login_finish (XmppLogin *self, GError *error)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (XmppStream) stream = NULL;

  if (self->task && error && is_misled (self)) {
    g_debug ("Not at %s: %s", self->resume_location, error->message);
    g_error_free (error);
    self->was_misled = TRUE;
    xmpp_login_restart (self, NULL);
    return;
  }
  task = g_steal_pointer (&self->task);
  if (!task) {
    g_clear_error (&error);
    return;
  }
  clear_source (&self->step_source);
  clear_source (&self->total_source);
  clear_source (&self->cancelled_source);
  g_cancellable_cancel (self->operation);
  g_clear_object (&self->operation);
  g_clear_object (&self->sasl);
  self->target = self->location = NULL;
  g_clear_object (&self->connector);
  if (error) {
    xmpp_login_drop_stream (self);
    g_task_return_error (task, error);
    return;
  }
  stream = g_steal_pointer (&self->stream);
  g_signal_handlers_disconnect_by_data (stream, self);
  xmpp_stream_pause (stream);
  xmpp_login_set_step (self, XMPP_STEP_DONE);
  g_task_return_pointer (task, g_steal_pointer (&stream), g_object_unref);
}

void
xmpp_login_fail (XmppLogin *self, XmppError code, const char *message)
{
  xmpp_login_finish (self, g_error_new_literal (XMPP_ERROR, code, message));
}

static void
reset (XmppLogin *self)
{
  self->is_encrypted = self->is_authenticated = FALSE;
  self->was_redirected = self->was_restarted = self->was_misled = FALSE;
  self->without_resource = FALSE;
  self->resumed = self->has_resume_h = self->sm_enabled = FALSE;
  self->sm_max = 0;
  self->strength = self->chosen = self->offered = XMPP_STRENGTH_NONE;
  self->certificate_errors = 0;
  g_clear_pointer (&self->mechanisms, g_strfreev);
  g_clear_pointer (&self->bindings, g_strfreev);
  g_clear_pointer (&self->iq_id, g_free);
  g_clear_pointer (&self->bound_jid, xmpp_jid_unref);
  g_clear_pointer (&self->features, xmpp_element_unref);
  g_clear_pointer (&self->early, g_ptr_array_unref);
  g_clear_pointer (&self->sm_id, g_free);
  g_clear_pointer (&self->sm_location, g_free);
  g_clear_object (&self->certificate);
}

void
xmpp_login_run_async (XmppLogin *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (XMPP_IS_LOGIN (self));
  g_return_if_fail (!self->task);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, xmpp_login_run_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->kept_stream) {
    g_task_return_pointer (task, g_steal_pointer (&self->kept_stream), g_object_unref);
    return;
  }
  reset (self);
  g_clear_pointer (&self->domain, g_free);
  self->domain = xmpp_jid_dup_ascii_domain (self->jid, &error);
  if (!self->domain) {
    g_task_return_error (task, error);
    return;
  }
  self->task = g_steal_pointer (&task);
  self->operation = g_cancellable_new ();
  self->total_source = start_timer (self->total_timeout, total_timed_out_cb, self);
  if (cancellable) {
    self->cancelled_source = g_cancellable_source_new (cancellable);
    g_source_set_callback (self->cancelled_source, G_SOURCE_FUNC (cancelled_cb), self, NULL);
    g_source_attach (self->cancelled_source, g_main_context_get_thread_default ());
  }
  xmpp_login_connect (self);
}

XmppStream *
xmpp_login_run_finish (XmppLogin *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
xmpp_login_keep_stream (XmppLogin *self, XmppStream *stream)
{
  g_return_if_fail (!self->task && self->step == XMPP_STEP_DONE);
  g_set_object (&self->kept_stream, stream);
}

XmppStep
xmpp_login_get_step (XmppLogin *self)
{
  return self->step;
}

XmppJid *
xmpp_login_get_bound_jid (XmppLogin *self)
{
  return self->bound_jid;
}

XmppElement *
xmpp_login_get_features (XmppLogin *self)
{
  return self->features;
}

gboolean
xmpp_login_get_resumed (XmppLogin *self)
{
  return self->resumed;
}

gboolean
xmpp_login_get_resume_h (XmppLogin *self, guint32 *h)
{
  if (self->has_resume_h)
    *h = self->server_h;
  return self->has_resume_h;
}

gboolean
xmpp_login_get_sm_enabled (XmppLogin *self)
{
  return self->sm_enabled;
}

const char *
xmpp_login_get_sm_id (XmppLogin *self)
{
  return self->sm_id;
}

const char *
xmpp_login_get_sm_location (XmppLogin *self)
{
  return self->sm_location;
}

guint
xmpp_login_get_sm_max (XmppLogin *self)
{
  return self->sm_max;
}

GPtrArray *
xmpp_login_get_early (XmppLogin *self)
{
  return self->early;
}

XmppStrength
xmpp_login_get_strength (XmppLogin *self)
{
  return self->strength;
}

XmppStrength
xmpp_login_get_offered (XmppLogin *self)
{
  return self->offered;
}

GTlsCertificate *
xmpp_login_get_certificate (XmppLogin *self)
{
  return self->certificate;
}

GTlsCertificateFlags
xmpp_login_get_certificate_errors (XmppLogin *self)
{
  return self->certificate_errors;
}

static void
take_string (char **place, const GValue *value)
{
  g_free (*place);
  *place = g_value_dup_string (value);
}

static void
xmpp_login_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  XmppLogin *self = XMPP_LOGIN (object);

  switch (id) {
  case PROP_JID: g_clear_pointer (&self->jid, xmpp_jid_unref); self->jid = g_value_dup_boxed (value); break;
  case PROP_PASSWORD: g_clear_pointer (&self->password, xmpp_secret_unref); self->password = g_value_dup_boxed (value); break;
  case PROP_CLIENT_CERTIFICATE: g_set_object (&self->client_certificate, g_value_get_object (value)); break;
  case PROP_HOST: take_string (&self->host, value); break;
  case PROP_PORT: self->port = g_value_get_uint (value); break;
  case PROP_DIRECT_TLS: self->direct_tls = g_value_get_boolean (value); break;
  case PROP_PIN_SHA256: take_string (&self->pin_sha256, value); break;
  case PROP_RESOURCE: take_string (&self->resource, value); break;
  case PROP_LANG: take_string (&self->lang, value); break;
  case PROP_KNOWN_STRENGTH: self->known_strength = g_value_get_enum (value); break;
  case PROP_ALLOW_PLAIN: self->allow_plain = g_value_get_boolean (value); break;
  case PROP_RESUME_ID: take_string (&self->resume_id, value); break;
  case PROP_RESUME_H: self->resume_h = g_value_get_uint (value); break;
  case PROP_RESUME_LOCATION: take_string (&self->resume_location, value); break;
  case PROP_RESOLVER: g_set_object (&self->resolver, g_value_get_object (value)); break;
  case PROP_PROXY_RESOLVER: g_set_object (&self->proxy_resolver, g_value_get_object (value)); break;
  case PROP_TLS_DATABASE: g_set_object (&self->tls_database, g_value_get_object (value)); break;
  case PROP_STEP_TIMEOUT: self->step_timeout = g_value_get_uint (value); break;
  case PROP_TOTAL_TIMEOUT: self->total_timeout = g_value_get_uint (value); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
xmpp_login_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  XmppLogin *self = XMPP_LOGIN (object);

  switch (id) {
  case PROP_JID: g_value_set_boxed (value, self->jid); break;
  case PROP_PASSWORD: g_value_set_boxed (value, self->password); break;
  case PROP_CLIENT_CERTIFICATE: g_value_set_object (value, self->client_certificate); break;
  case PROP_HOST: g_value_set_string (value, self->host); break;
  case PROP_PORT: g_value_set_uint (value, self->port); break;
  case PROP_DIRECT_TLS: g_value_set_boolean (value, self->direct_tls); break;
  case PROP_PIN_SHA256: g_value_set_string (value, self->pin_sha256); break;
  case PROP_RESOURCE: g_value_set_string (value, self->resource); break;
  case PROP_LANG: g_value_set_string (value, self->lang); break;
  case PROP_KNOWN_STRENGTH: g_value_set_enum (value, self->known_strength); break;
  case PROP_ALLOW_PLAIN: g_value_set_boolean (value, self->allow_plain); break;
  case PROP_RESUME_ID: g_value_set_string (value, self->resume_id); break;
  case PROP_RESUME_H: g_value_set_uint (value, self->resume_h); break;
  case PROP_RESUME_LOCATION: g_value_set_string (value, self->resume_location); break;
  case PROP_RESOLVER: g_value_set_object (value, self->resolver); break;
  case PROP_PROXY_RESOLVER: g_value_set_object (value, self->proxy_resolver); break;
  case PROP_TLS_DATABASE: g_value_set_object (value, self->tls_database); break;
  case PROP_STEP_TIMEOUT: g_value_set_uint (value, self->step_timeout); break;
  case PROP_TOTAL_TIMEOUT: g_value_set_uint (value, self->total_timeout); break;
  case PROP_STEP: g_value_set_enum (value, self->step); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
xmpp_login_finalize (GObject *object)
{
  XmppLogin *self = XMPP_LOGIN (object);

  g_assert (!self->task);
  reset (self);
  g_clear_object (&self->kept_stream);
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_clear_pointer (&self->password, xmpp_secret_unref);
  g_clear_object (&self->client_certificate);
  g_clear_pointer (&self->host, g_free);
  g_clear_pointer (&self->pin_sha256, g_free);
  g_clear_pointer (&self->resource, g_free);
  g_clear_pointer (&self->lang, g_free);
  g_clear_pointer (&self->resume_id, g_free);
  g_clear_pointer (&self->resume_location, g_free);
  g_clear_pointer (&self->domain, g_free);
  g_clear_object (&self->resolver);
  g_clear_object (&self->proxy_resolver);
  g_clear_object (&self->tls_database);
  G_OBJECT_CLASS (xmpp_login_parent_class)->finalize (object);
}

static void
xmpp_login_class_init (XmppLoginClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags rw = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = xmpp_login_finalize;
  object_class->set_property = xmpp_login_set_property;
  object_class->get_property = xmpp_login_get_property;

  properties[PROP_JID] = g_param_spec_boxed ("jid", NULL, NULL, XMPP_TYPE_JID, rw | G_PARAM_CONSTRUCT_ONLY);
  properties[PROP_PASSWORD] = g_param_spec_boxed ("password", NULL, NULL, XMPP_TYPE_SECRET, rw);
  properties[PROP_CLIENT_CERTIFICATE] = g_param_spec_object ("client-certificate", NULL, NULL, G_TYPE_TLS_CERTIFICATE, rw);
  properties[PROP_HOST] = g_param_spec_string ("host", NULL, NULL, NULL, rw);
  properties[PROP_PORT] = g_param_spec_uint ("port", NULL, NULL, 0, 65535, 0, rw);
  properties[PROP_DIRECT_TLS] = g_param_spec_boolean ("direct-tls", NULL, NULL, FALSE, rw);
  properties[PROP_PIN_SHA256] = g_param_spec_string ("pin-sha256", NULL, NULL, NULL, rw);
  properties[PROP_RESOURCE] = g_param_spec_string ("resource", NULL, NULL, NULL, rw);
  properties[PROP_LANG] = g_param_spec_string ("lang", NULL, NULL, NULL, rw);
  properties[PROP_KNOWN_STRENGTH] = g_param_spec_enum ("known-strength", NULL, NULL, XMPP_TYPE_STRENGTH, 0, rw);
  properties[PROP_ALLOW_PLAIN] = g_param_spec_boolean ("allow-plain", NULL, NULL, FALSE, rw);
  properties[PROP_RESUME_ID] = g_param_spec_string ("resume-id", NULL, NULL, NULL, rw);
  properties[PROP_RESUME_H] = g_param_spec_uint ("resume-h", NULL, NULL, 0, G_MAXUINT32, 0, rw);
  properties[PROP_RESUME_LOCATION] = g_param_spec_string ("resume-location", NULL, NULL, NULL, rw);
  properties[PROP_RESOLVER] = g_param_spec_object ("resolver", NULL, NULL, G_TYPE_RESOLVER, rw);
  properties[PROP_PROXY_RESOLVER] = g_param_spec_object ("proxy-resolver", NULL, NULL, G_TYPE_PROXY_RESOLVER, rw);
  properties[PROP_TLS_DATABASE] = g_param_spec_object ("tls-database", NULL, NULL, G_TYPE_TLS_DATABASE, rw);
  properties[PROP_STEP_TIMEOUT] = g_param_spec_uint ("step-timeout", NULL, NULL, 1, G_MAXUINT, 20000, rw | G_PARAM_CONSTRUCT);
  properties[PROP_TOTAL_TIMEOUT] = g_param_spec_uint ("total-timeout", NULL, NULL, 1, G_MAXUINT, 60000, rw | G_PARAM_CONSTRUCT);
  properties[PROP_STEP] = g_param_spec_enum ("step", NULL, NULL, XMPP_TYPE_STEP, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
xmpp_login_init (XmppLogin *self)
{
}

XmppLogin *
xmpp_login_new (XmppJid *jid)
{
  g_return_val_if_fail (jid, NULL);
  return g_object_new (XMPP_TYPE_LOGIN, "jid", jid, NULL);
}
