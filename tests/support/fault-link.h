/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

#include "xmpp-element.h"

G_BEGIN_DECLS

/* A server's end of one connection, on which a fault strikes at a byte of the XML, whether that goes through TLS or not. */

typedef enum {
  FAULT_NONE,
  FAULT_FIN,          /* nothing more is said, without a goodbye of TLS; the client's end is waited for */
  FAULT_RST,
  FAULT_GARBAGE,      /* what is no XML, then nothing */
  FAULT_SILENCE,      /* nothing goes through any more, the connection stays */
  FAULT_TRICKLE,      /* from there on a byte a second */
  N_FAULTS
} FaultKind;

typedef struct {
  FaultKind kind;
  gboolean up;        /* counted are the bytes to the server, else those from it */
  gsize byte;
} Fault;

#define FAULT_TYPE_LINK (fault_link_get_type ())
G_DECLARE_FINAL_TYPE (FaultLink, fault_link, FAULT, LINK, GObject)

typedef struct {
  void (*opened)  (FaultLink *link, gpointer data);                         /* the client's stream header */
  void (*element) (FaultLink *link, XmppElement *element, gpointer data);
  void (*closed)  (FaultLink *link, gpointer data);                         /* the client's </stream:stream> */
  void (*struck)  (FaultLink *link, gpointer data);
  void (*gone)    (FaultLink *link, gpointer data);                         /* the last: it is not open any more */
} FaultLinkCallbacks;

FaultLink *fault_link_new        (GSocketConnection *connection, const Fault *fault, const FaultLinkCallbacks *callbacks, gpointer data);
void       fault_link_write      (FaultLink *self, const char *text);
/* As the server, once what was written is out. */
void       fault_link_start_tls  (FaultLink *self, GTlsCertificate *certificate);
/* A new stream begins. From a callback. */
void       fault_link_restart    (FaultLink *self);
/* Now, whatever it was to be. */
void       fault_link_strike      (FaultLink *self, FaultKind kind);
/* Once what was written is out. From a callback. */
void       fault_link_close      (FaultLink *self);
GIOStream *fault_link_get_io     (FaultLink *self);
gboolean   fault_link_is_secure  (FaultLink *self);
gsize      fault_link_get_bytes  (FaultLink *self, gboolean up);

G_END_DECLS
