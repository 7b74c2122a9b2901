/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-login-private.h"

#include <glib/gi18n-lib.h>

#include "xmpp-error.h"
#include "xmpp-tls.h"

/* From nothing to an encrypted stream. A target that takes the connection but then proves useless (hangs up, talks no TLS,
 * says nothing) is followed by the next one; a server that answers and refuses is the last word. */

/* A target that does not take the connection for this long is raced by the next one. */
#define RACE_DELAY_MS 2000

typedef struct {
  XmppLogin *self;
  GCancellable *operation;
} Operation;

static Operation *
operation_new (XmppLogin *self)
{
  Operation *operation = g_new0 (Operation, 1);

  operation->self = g_object_ref (self);
  operation->operation = g_object_ref (self->operation);
  return operation;
}

static void
operation_free (Operation *operation)
{
  g_object_unref (operation->operation);
  g_object_unref (operation->self);
  g_free (operation);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Operation, operation_free)

static void connect_next (XmppLogin *self);

void
xmpp_login_drop_stream (XmppLogin *self)
{
  g_autoptr (XmppStream) stream = g_steal_pointer (&self->stream);

  if (!stream)
    return;
  g_signal_handlers_disconnect_by_data (stream, self);
  xmpp_stream_abort (stream);
}

/* Drops what the attempt at one target left: also all that was said before TLS (S-31). */
static void
begin_again (XmppLogin *self)
{
  g_cancellable_cancel (self->operation);
  g_clear_object (&self->operation);
  self->operation = g_cancellable_new ();
  xmpp_login_drop_stream (self);
  self->is_encrypted = self->is_authenticated = FALSE;
  g_clear_object (&self->sasl);
  g_clear_pointer (&self->features, xmpp_element_unref);
  g_clear_pointer (&self->bound_jid, xmpp_jid_unref);
}

static gboolean
may_try_next (XmppLogin *self, const GError *error)
{
  if (!self->connector || !xmpp_connector_has_more (self->connector))
    return FALSE;
  if (self->step != XMPP_STEP_OPEN && self->step != XMPP_STEP_TLS && self->step != XMPP_STEP_STARTTLS)
    return FALSE;
  return g_error_matches (error, XMPP_ERROR, XMPP_ERROR_CLOSED) || g_error_matches (error, XMPP_ERROR, XMPP_ERROR_TIMEOUT)
         || g_error_matches (error, XMPP_ERROR, XMPP_ERROR_TLS_FAILED);
}

/* RFC 6120 §4.9.3.19: only from a server that proved who it is, and once. */
static gboolean
may_redirect (XmppLogin *self, const GError *error)
{
  return g_error_matches (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SEE_OTHER_HOST) && self->is_encrypted
         && !self->was_redirected;
}

void
xmpp_login_lost (XmppLogin *self, const GError *error)
{
  g_autoptr (GError) closed = NULL;

  if (!error)
    error = closed = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_CLOSED, _("The server closed the connection"));
  if (may_redirect (self, error)) {
    XmppTarget *target = xmpp_target_parse (error->message, 5222, self->target->direct_tls);

    self->was_redirected = TRUE;
    if (target) {
      xmpp_login_restart (self, target);
      return;
    }
  }
  if (may_try_next (self, error)) {
    g_debug ("Trying the next target: %s", error->message);
    begin_again (self);
    connect_next (self);
    return;
  }
  xmpp_login_finish (self, g_error_copy (error));
}

static void
opened_cb (XmppStream *stream, XmppElement *header, gpointer user_data)
{
  g_autoptr (XmppLogin) self = g_object_ref (user_data);

  xmpp_negotiator_opened (self, header);
}

static void
element_cb (XmppStream *stream, XmppElement *element, gpointer user_data)
{
  g_autoptr (XmppLogin) self = g_object_ref (user_data);

  xmpp_negotiator_element (self, element);
}

static void
closed_cb (XmppStream *stream, const GError *error, gpointer user_data)
{
  g_autoptr (XmppLogin) self = g_object_ref (user_data);

  xmpp_login_lost (self, error);
}

static void
open_stream (XmppLogin *self, GIOStream *io)
{
  self->stream = xmpp_stream_new (io);
  g_signal_connect (self->stream, "opened", G_CALLBACK (opened_cb), self);
  g_signal_connect (self->stream, "element", G_CALLBACK (element_cb), self);
  g_signal_connect (self->stream, "closed", G_CALLBACK (closed_cb), self);
  xmpp_login_set_step (self, XMPP_STEP_OPEN);
  /* The address of the account is told only once the connection is encrypted (RFC 6120 §4.7.1). */
  xmpp_stream_open (self->stream, self->is_encrypted ? xmpp_jid_get_bare_string (self->jid) : NULL, self->domain, self->lang);
}

static void
encrypted (XmppLogin *self, GIOStream *tls)
{
  g_autoptr (GError) error = NULL;

  self->is_encrypted = TRUE;
  if (!self->stream) {
    open_stream (self, tls);
    return;
  }
  if (!xmpp_stream_set_io (self->stream, tls, &error)) {
    xmpp_login_finish (self, g_steal_pointer (&error));
    return;
  }
  xmpp_login_set_step (self, XMPP_STEP_OPEN);
  xmpp_stream_open (self->stream, xmpp_jid_get_bare_string (self->jid), self->domain, self->lang);
}

static void
encrypted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Operation) operation = user_data;
  XmppLogin *self = operation->self;
  g_autoptr (GError) error = NULL;
  XmppTlsPeer peer = { 0 };
  g_autoptr (GIOStream) tls = xmpp_tls_handshake_finish (result, &peer, &error);
  g_autoptr (GTlsCertificate) certificate = peer.certificate;

  if (!xmpp_login_is_current (self, operation->operation))
    return;
  g_set_object (&self->certificate, certificate);
  self->certificate_errors = peer.errors;
  if (tls)
    encrypted (self, tls);
  else
    xmpp_login_lost (self, error);
}

static void
encrypt (XmppLogin *self, GIOStream *base, gboolean direct)
{
  XmppTlsSettings settings = {
    .domain = self->domain,
    .pin_sha256 = self->pin_sha256,
    .database = self->tls_database,
    .certificate = self->client_certificate,
    .direct = direct,
  };

  xmpp_login_set_step (self, XMPP_STEP_TLS);
  xmpp_tls_handshake_async (base, &settings, self->operation, encrypted_cb, operation_new (self));
}

static gboolean
start_tls_cb (gpointer user_data)
{
  Operation *operation = user_data;
  XmppLogin *self = operation->self;

  if (!xmpp_login_is_current (self, operation->operation))
    return G_SOURCE_REMOVE;
  if (xmpp_stream_get_pending (self->stream) > 0)
    xmpp_login_fail (self, XMPP_ERROR_PROTOCOL, _("The server answered before it was asked to encrypt"));
  else
    encrypt (self, xmpp_stream_get_io (self->stream), FALSE);
  return G_SOURCE_REMOVE;
}

void
xmpp_login_start_tls (XmppLogin *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  xmpp_stream_pause (self->stream);
  /* A fast server's <proceed/> is read before GIO has said that <starttls/> is written. That comes at a higher priority
   * than this, and no handshake may begin above an operation that is not over. */
  g_source_set_callback (source, start_tls_cb, operation_new (self), (GDestroyNotify) operation_free);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Operation) operation = user_data;
  XmppLogin *self = operation->self;
  g_autoptr (GError) error = NULL;
  const XmppTarget *target;
  g_autoptr (GIOStream) io = xmpp_connector_next_finish (XMPP_CONNECTOR (source), result, &target, &error);

  if (!xmpp_login_is_current (self, operation->operation))
    return;
  if (!io) {
    xmpp_login_finish (self, g_steal_pointer (&error));
    return;
  }
  self->target = target;
  if (target->direct_tls)
    encrypt (self, io, TRUE);
  else
    open_stream (self, io);
}

static void
connect_next (XmppLogin *self)
{
  xmpp_login_set_step (self, XMPP_STEP_CONNECT);
  xmpp_connector_next_async (self->connector, self->operation, connected_cb, operation_new (self));
}

/* targets: transfer full. */
static void
connect_targets (XmppLogin *self, GPtrArray *targets)
{
  self->target = NULL;
  g_clear_object (&self->connector);
  self->connector = xmpp_connector_new (targets, self->proxy_resolver, RACE_DELAY_MS);
  connect_next (self);
}

/* Where the old session waits (XEP-0198 §5) comes before what the records say. It is but a hint: whoever answers there and
 * can't prove to be the account's server (S-39) is left, and not the last word. */
static void
prepend_location (XmppLogin *self, GPtrArray *targets, gboolean direct_tls)
{
  XmppTarget *target = NULL;

  if (self->resume_id && self->resume_location && !self->was_restarted && !self->was_misled)
    target = xmpp_target_parse (self->resume_location, 5222, direct_tls);
  if (target)
    g_ptr_array_insert (targets, 0, target);
  self->location = target;
}

static void
resolved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Operation) operation = user_data;
  XmppLogin *self = operation->self;
  g_autoptr (GError) error = NULL;
  GPtrArray *targets = xmpp_resolver_lookup_finish (result, &error);

  if (!xmpp_login_is_current (self, operation->operation)) {
    g_clear_pointer (&targets, g_ptr_array_unref);
    return;
  }
  if (!targets) {
    xmpp_login_finish (self, g_steal_pointer (&error));
    return;
  }
  prepend_location (self, targets, FALSE);
  connect_targets (self, targets);
}

void
xmpp_login_connect (XmppLogin *self)
{
  g_autoptr (GResolver) resolver = NULL;

  xmpp_login_set_step (self, XMPP_STEP_RESOLVE);
  if (self->host && *self->host) {
    GPtrArray *targets = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_target_free);
    guint port = self->port ? self->port : self->direct_tls ? 5223 : 5222;

    g_ptr_array_add (targets, xmpp_target_new (self->host, port, self->direct_tls));
    prepend_location (self, targets, self->direct_tls);
    connect_targets (self, targets);
    return;
  }
  resolver = self->resolver ? g_object_ref (self->resolver) : g_resolver_get_default ();
  xmpp_resolver_lookup_async (resolver, self->domain, self->operation, resolved_cb, operation_new (self));
}

void
xmpp_login_restart (XmppLogin *self, XmppTarget *first)
{
  GPtrArray *targets;

  begin_again (self);
  self->location = NULL;
  if (!first) {
    xmpp_login_connect (self);
    return;
  }
  targets = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_target_free);
  g_ptr_array_add (targets, first);
  connect_targets (self, targets);
}
