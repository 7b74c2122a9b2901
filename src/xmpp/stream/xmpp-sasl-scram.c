/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-sasl.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "xmpp-error.h"
#include "xmpp-scram.h"

/* SCRAM as a mechanism: the order of messages, and PBKDF2 in the task pool.
 *
 *   FIRST ──challenge──▶ DERIVING ──▶ FINAL ──server-final, in a challenge or in success──▶ PROVEN
 *
 * Success counts only in PROVEN, or when it brings the proof itself (S-47). */

#define XMPP_TYPE_SASL_SCRAM (xmpp_sasl_scram_get_type ())
G_DECLARE_FINAL_TYPE (XmppSaslScram, xmpp_sasl_scram, XMPP, SASL_SCRAM, XmppSasl)

typedef enum { PHASE_FIRST, PHASE_DERIVING, PHASE_FINAL, PHASE_PROVEN, PHASE_FAILED } Phase;

struct _XmppSaslScram {
  XmppSasl parent_instance;
  XmppScram *scram;
  XmppSecret *password;
  Phase phase;
};

G_DEFINE_FINAL_TYPE (XmppSaslScram, xmpp_sasl_scram, XMPP_TYPE_SASL)

static XmppSecret *
start (XmppSasl *sasl, GError **error)
{
  return xmpp_secret_new (xmpp_scram_get_client_first (XMPP_SASL_SCRAM (sasl)->scram), -1);
}

static void
derive_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  XmppSaslScram *self = source;
  GError *error = NULL;
  XmppSecret *salted = xmpp_scram_derive (self->scram, self->password, &error);

  if (salted)
    g_task_return_pointer (task, salted, (GDestroyNotify) xmpp_secret_unref);
  else
    g_task_return_error (task, error);
}

static void
derived_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  XmppSaslScram *self = XMPP_SASL_SCRAM (source);
  g_autoptr (XmppSecret) salted = NULL;
  g_autofree char *message = NULL;
  GError *error = NULL;

  salted = g_task_propagate_pointer (G_TASK (result), &error);
  if (salted)
    message = xmpp_scram_make_client_final (self->scram, salted, &error);
  self->phase = message ? PHASE_FINAL : PHASE_FAILED;
  if (message)
    g_task_return_pointer (task, xmpp_secret_new (message, -1), (GDestroyNotify) xmpp_secret_unref);
  else
    g_task_return_error (task, error);
}

static void
derive (XmppSaslScram *self, GTask *task)
{
  g_autoptr (GTask) work = g_task_new (self, g_task_get_cancellable (task), derived_cb, g_object_ref (task));

  self->phase = PHASE_DERIVING;
  g_task_set_source_tag (work, derive);
  /* PBKDF2 can't be interrupted: when cancelled it runs out in its thread, and nobody waits for it. */
  g_task_set_return_on_cancel (work, TRUE);
  g_task_run_in_thread (work, derive_in_thread);
}

static void
challenge (XmppSasl *sasl, GBytes *data, GTask *task)
{
  XmppSaslScram *self = XMPP_SASL_SCRAM (sasl);
  GError *error = NULL;
  gsize size;
  const char *text = g_bytes_get_data (data, &size);

  if (self->phase == PHASE_FIRST && xmpp_scram_take_server_first (self->scram, text, size, &error)) {
    derive (self, task);
    return;
  }
  if (self->phase == PHASE_FINAL && xmpp_scram_take_server_final (self->scram, text, size, &error)) {
    self->phase = PHASE_PROVEN;
    g_task_return_pointer (task, xmpp_secret_new ("", 0), (GDestroyNotify) xmpp_secret_unref);
    return;
  }
  self->phase = PHASE_FAILED;
  if (!error)
    error = g_error_new (XMPP_ERROR, XMPP_ERROR_PROTOCOL, _("The server’s part of the log-in is not valid (%s)"),
                         "unexpected challenge");
  g_task_return_error (task, error);
}

static gboolean
success (XmppSasl *sasl, GBytes *data, GError **error)
{
  XmppSaslScram *self = XMPP_SASL_SCRAM (sasl);
  gsize size = 0;
  const char *text = data ? g_bytes_get_data (data, &size) : NULL;

  if (self->phase == PHASE_PROVEN && size == 0)
    return TRUE;
  /* In any other phase there is no signature to compare with yet, and so this fails. */
  return xmpp_scram_take_server_final (self->scram, text ? text : "", size, error);
}

static void
xmpp_sasl_scram_finalize (GObject *object)
{
  XmppSaslScram *self = XMPP_SASL_SCRAM (object);

  g_clear_pointer (&self->scram, xmpp_scram_free);
  g_clear_pointer (&self->password, xmpp_secret_unref);
  G_OBJECT_CLASS (xmpp_sasl_scram_parent_class)->finalize (object);
}

static void
xmpp_sasl_scram_class_init (XmppSaslScramClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = xmpp_sasl_scram_finalize;
  XMPP_SASL_CLASS (klass)->start = start;
  XMPP_SASL_CLASS (klass)->challenge = challenge;
  XMPP_SASL_CLASS (klass)->success = success;
}

static void
xmpp_sasl_scram_init (XmppSaslScram *self)
{
}

static gnutls_mac_algorithm_t
get_hash (const char *mechanism)
{
  if (g_str_has_prefix (mechanism, "SCRAM-SHA-512"))
    return GNUTLS_MAC_SHA512;
  return g_str_has_prefix (mechanism, "SCRAM-SHA-256") ? GNUTLS_MAC_SHA256 : GNUTLS_MAC_SHA1;
}

XmppSasl *
xmpp_sasl_scram_new (const XmppSaslChoice *choice, const XmppSaslCredentials *credentials)
{
  XmppSaslScram *self = g_object_new (XMPP_TYPE_SASL_SCRAM, NULL);
  g_autofree char *flag = choice->binding ? g_strconcat ("p=", choice->binding, NULL) : g_strdup (choice->gs2_flag);
  XmppScramSettings settings = {
    .hash = get_hash (choice->mechanism),
    .username = credentials->username,
    .gs2_flag = flag,
    .binding = choice->binding ? credentials->binding : NULL,
    .downgrade_input = credentials->downgrade_input,
    .require_hash = choice->require_hash,
    .tls_version = credentials->tls_version,
  };

  self->scram = xmpp_scram_new (&settings);
  self->password = xmpp_secret_ref (credentials->password);
  return XMPP_SASL (self);
}
