/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "fault-server.h"
#include "mock-network.h"
#include "profile-test.h"
#include "virtual-clock.h"

/* A whole profile, user@a.test, on a server that faults befall, on the virtual clock; Romeo is whom it talks to. */

#define PASSWORD "s3cret-pencil"

typedef struct {
  char *folder;
  FaultServer *server;
  GNetworkMonitor *network;
  ChatProfile *profile;
  ChatAccount *account;
  ChatConversation *romeo;
  double back;                /* when it was online, last; 0: to be set the next time */
} FaultFixture;

/* Around everything: makes certificates and the profile to begin with, and starts the clock. */
void     fault_test_init  (void);
void     fault_test_clear (void);

/* By an authority that the profile trusts. */
GTlsCertificate *fault_issue (const char *names);
/* The system's, for profiles that begin from now on; NULL: there is none. */
void     fault_test_set_bus (GDBusConnection *bus);
/* Its password is given, and it connects. */
void     fault_begin      (FaultFixture *fixture, FaultMemory memory, const Fault *fault, guint n_faulty);
/* Nothing of it is left, and no connection is open. */
void     fault_end        (FaultFixture *fixture);
gint64   fault_count_rows (FaultFixture *fixture, const char *where);
gboolean fault_has_taken  (FaultFixture *fixture, const char *body);
gboolean fault_is_online  (FaultFixture *fixture);

/* As wait_for (), with a limit in seconds of the virtual clock. */
#define wait_long(condition, seconds) \
  G_STMT_START { \
    double wait_until = virtual_clock_get () + (seconds); \
    while (!(condition)) { \
      g_autoptr (GSource) wake = g_timeout_source_new (500); \
      if (virtual_clock_get () > wait_until) \
        g_error ("not in time: %s", #condition); \
      g_source_set_callback (wake, G_SOURCE_FUNC (nothing_cb), NULL, NULL); \
      g_source_attach (wake, NULL); \
      g_main_context_iteration (NULL, TRUE); \
      g_source_destroy (wake); \
    } \
  } G_STMT_END
