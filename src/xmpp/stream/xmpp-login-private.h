/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-connector.h"
#include "xmpp-error.h"
#include "xmpp-login.h"
#include "xmpp-sasl.h"

G_BEGIN_DECLS

/* The parts of a log-in, shared by the files that do its work: xmpp-login.c (what goes in and out, steps and time-outs),
 * xmpp-login-connect.c (from nothing to an encrypted stream) and xmpp-negotiator.c (from there to a bound one). */
struct _XmppLogin {
  GObject parent_instance;

  /* what goes in */
  XmppJid *jid;
  XmppSecret *password;
  GTlsCertificate *client_certificate;
  char *host;
  guint port;
  gboolean direct_tls;
  char *pin_sha256;
  char *resource;
  char *lang;
  XmppStrength known_strength;
  gboolean allow_plain;
  char *resume_id;
  guint resume_h;
  char *resume_location;
  GResolver *resolver;
  GProxyResolver *proxy_resolver;
  GTlsDatabase *tls_database;
  guint step_timeout, total_timeout;

  /* the run */
  GTask *task;
  GCancellable *operation;      /* of all that is under way */
  GSource *cancelled_source, *step_source, *total_source;
  char *domain;                 /* A-label */
  XmppStep step;
  XmppConnector *connector;
  const XmppTarget *target;     /* of connector */
  const XmppTarget *location;   /* of connector: where the old session waits; NULL: nowhere, or not tried any more */
  XmppStream *stream;
  gboolean is_encrypted;        /* and the server is known */
  gboolean is_authenticated;
  gboolean was_redirected, was_restarted, was_misled;
  char **mechanisms, **bindings;
  XmppSasl *sasl;
  XmppStrength chosen;
  char *iq_id;
  gboolean without_resource;

  /* what comes out */
  XmppJid *bound_jid;
  XmppElement *features;
  GPtrArray *early;             /* of XmppElement */
  gboolean resumed, has_resume_h, sm_enabled;
  guint32 server_h;
  char *sm_id, *sm_location;
  guint sm_max;
  XmppStrength strength, offered;
  XmppStream *kept_stream;
  GTlsCertificate *certificate;
  GTlsCertificateFlags certificate_errors;
};

/* xmpp-login.c */
void xmpp_login_set_step (XmppLogin *self, XmppStep step);
/* Ends the run: error (transfer full) or, for NULL, success. Does nothing when it has ended already. */
void xmpp_login_finish   (XmppLogin *self, GError *error);
void xmpp_login_fail     (XmppLogin *self, XmppError code, const char *message);
/* Whether the run that an operation was begun in is still the one at hand. */
gboolean xmpp_login_is_current (XmppLogin *self, GCancellable *operation);

/* xmpp-login-connect.c */
void xmpp_login_connect  (XmppLogin *self);
/* The stream's end before the log-in was done; error nullable, borrowed. */
void xmpp_login_lost     (XmppLogin *self, const GError *error);
void xmpp_login_drop_stream (XmppLogin *self);
/* Begins anew with other targets: after see-other-host, or when resumption went wrong. */
void xmpp_login_restart  (XmppLogin *self, XmppTarget *first);
/* <proceed/> came. */
void xmpp_login_start_tls (XmppLogin *self);

/* xmpp-negotiator.c */
void xmpp_negotiator_opened  (XmppLogin *self, XmppElement *header);
void xmpp_negotiator_element (XmppLogin *self, XmppElement *element);

G_END_DECLS
