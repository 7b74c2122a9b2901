/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "fault-link.h"

G_BEGIN_DECLS

/* A server for one account, user@a.test, that answers any number of connections in the test's main loop, with TLS and
 * SCRAM, keeps account of stanzas as XEP-0198 wants, and takes what a fault lets through. It writes down every message that
 * it takes; nothing is compared, so a message that comes twice is there twice. */

typedef enum {
  FAULT_SERVER_RESUMES,       /* a stream that was lost waits to be resumed */
  FAULT_SERVER_FORGETS,       /* it does not, but there is an archive that knows what came */
  FAULT_SERVER_HAS_NOTHING,   /* nor that: what comes again with the same id counts once, as for those who receive it */
  N_FAULT_MEMORIES
} FaultMemory;

#define FAULT_TYPE_SERVER (fault_server_get_type ())
G_DECLARE_FINAL_TYPE (FaultServer, fault_server, FAULT, SERVER, GObject)

/* password: of the account. The fault befalls the first n_faulty connections. */
FaultServer *fault_server_new           (GTlsCertificate *certificate, const char *password, FaultMemory memory,
                                         const Fault *fault, guint n_faulty);
guint16      fault_server_get_port      (FaultServer *self);
guint        fault_server_get_n_open    (FaultServer *self);      /* connections */
guint        fault_server_get_n_links   (FaultServer *self);      /* so far */
guint        fault_server_get_n_struck  (FaultServer *self);
gsize        fault_server_get_bytes     (FaultServer *self, gboolean up);   /* of the newest connection */
GPtrArray   *fault_server_get_taken     (FaultServer *self);      /* of char *: the messages' bodies, in order; borrowed */
guint        fault_server_get_n_unacked (FaultServer *self);      /* that the client has not acknowledged */
/* The newest connection, at once. */
void         fault_server_strike        (FaultServer *self, FaultKind kind);
/* The next n requests of a namespace get no answer, now or later. */
void         fault_server_ignore        (FaultServer *self, const char *ns, guint n);
guint        fault_server_get_n_ignored (FaultServer *self);      /* that are still to come */
/* Down: nobody listens, and what was open is reset; then the same server on the same port. */
void         fault_server_set_down      (FaultServer *self, gboolean down);
/* From the next handshake on. */
void         fault_server_set_certificate (FaultServer *self, GTlsCertificate *certificate);
/* Takes no more connections; those that are open keep it alive. */
void         fault_server_stop          (FaultServer *self);
/* Romeo said it before, and the archive has it. */
void         fault_server_archive       (FaultServer *self, const char *id, const char *body);
/* Romeo says it, to the client that is there, or to the next. */
void         fault_server_say           (FaultServer *self, const char *id, const char *body);

G_END_DECLS
