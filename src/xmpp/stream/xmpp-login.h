/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>
#include "xmpp-jid.h"
#include "xmpp-secret.h"
#include "xmpp-stream.h"

G_BEGIN_DECLS

/* Everything that a log-in needs to know, filled in by the caller; and one asynchronous call that walks the whole way:
 * resolver → connector → TLS → features → SASL → resume or bind and enable. Built for one attempt; owned by the caller. */
#define XMPP_TYPE_LOGIN (xmpp_login_get_type ())
G_DECLARE_FINAL_TYPE (XmppLogin, xmpp_login, XMPP, LOGIN, GObject)

/* How strong a way of proving the password is: the stronger, the larger. Remembered per account (S-43). */
typedef enum {
  XMPP_STRENGTH_NONE,
  XMPP_STRENGTH_PLAIN,
  XMPP_STRENGTH_SCRAM_SHA_1,
  XMPP_STRENGTH_SCRAM_SHA_256,
  XMPP_STRENGTH_SCRAM_SHA_512,
  XMPP_STRENGTH_SCRAM_SHA_1_PLUS,
  XMPP_STRENGTH_SCRAM_SHA_256_PLUS,
  XMPP_STRENGTH_SCRAM_SHA_512_PLUS,
  XMPP_STRENGTH_EXTERNAL,
} XmppStrength;

/* The steps, in order; in errors' texts and in logs, and what a shortened timeout in tests names. */
typedef enum {
  XMPP_STEP_RESOLVE,
  XMPP_STEP_CONNECT,
  XMPP_STEP_OPEN,
  XMPP_STEP_STARTTLS,
  XMPP_STEP_TLS,
  XMPP_STEP_FEATURES,
  XMPP_STEP_SASL,
  XMPP_STEP_RESUME,
  XMPP_STEP_BIND,
  XMPP_STEP_ENABLE,
  XMPP_STEP_DONE,
} XmppStep;

/* Properties (construct or set before start; all but jid optional):
 *   jid (XmppJid)                   bare address of the account
 *   password (XmppSecret)
 *   client-certificate (GTlsCertificate)   for EXTERNAL
 *   host (string), port (uint)      manual address: no SRV look-up
 *   direct-tls (boolean)            with host: TLS from the start
 *   pin-sha256 (string)             hex of the one accepted certificate
 *   resource (string)
 *   lang (string)                   xml:lang of the stream
 *   known-strength (XmppStrength)   the strongest seen for this account
 *   allow-plain (boolean)           PLAIN was agreed to for this account (S-43)
 *   resume-id (string), resume-h (uint)   try <resume/> before bind
 *   resume-location (string)
 *   resolver (GResolver), proxy-resolver (GProxyResolver), tls-database (GTlsDatabase)   injected; NULL: the default
 *   step-timeout (uint, ms)         20,000; total-timeout (uint, ms) 60,000
 * notify::step tells progress. */
XmppLogin  *xmpp_login_new             (XmppJid *jid);
void        xmpp_login_run_async       (XmppLogin *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* The stream, open, authenticated, and bound or resumed, paused: nothing is lost until the caller connects and calls
 * xmpp_stream_resume_reading (). Errors: XMPP_ERROR, XMPP_STREAM_ERROR, XMPP_SASL_ERROR, XMPP_STANZA_ERROR (bind). */
XmppStream *xmpp_login_run_finish      (XmppLogin *self, GAsyncResult *result, GError **error);

/* Gives a stream that a run ended with back, untouched: the next run ends with it at once. So a log-in can be proved to work
 * before it is known what for. */
void        xmpp_login_keep_stream     (XmppLogin *self, XmppStream *stream);

/* What the log-in found; valid after success (strength and certificate after a failure too, as far as it got). */
XmppStep         xmpp_login_get_step        (XmppLogin *self);
XmppJid         *xmpp_login_get_bound_jid   (XmppLogin *self);   /* as the server said; when resumed: NULL */
XmppElement     *xmpp_login_get_features    (XmppLogin *self);   /* after authentication */
gboolean         xmpp_login_get_resumed     (XmppLogin *self);
gboolean         xmpp_login_get_resume_h    (XmppLogin *self, guint32 *h);  /* server's h in <resumed/> or, also where the log-in failed later, <failed/>; FALSE: none said */
gboolean         xmpp_login_get_sm_enabled  (XmppLogin *self);
const char      *xmpp_login_get_sm_id       (XmppLogin *self);   /* NULL: can't be resumed */
const char      *xmpp_login_get_sm_location (XmppLogin *self);
guint            xmpp_login_get_sm_max      (XmppLogin *self);   /* seconds, 0: not said */
/* Stanzas that came between <enable/> and its answer, in order; of XmppElement; nullable. They are not counted. */
GPtrArray       *xmpp_login_get_early       (XmppLogin *self);
XmppStrength     xmpp_login_get_strength    (XmppLogin *self);   /* to be held to later (tls-unique does not count); the caller stores the maximum only after success */
XmppStrength     xmpp_login_get_offered     (XmppLogin *self);   /* the best way that the server left us, also when it was refused as too weak */
GTlsCertificate *xmpp_login_get_certificate (XmppLogin *self);   /* the peer's, also when it was refused */
GTlsCertificateFlags xmpp_login_get_certificate_errors (XmppLogin *self);

/* SHA-256 of the certificate's DER, lower-case hex. */
char *xmpp_certificate_fingerprint (GTlsCertificate *certificate);

G_END_DECLS
