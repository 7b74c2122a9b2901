/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "mock-logind.h"
#include "mock-network.h"
#include "profile-test.h"

/* When an account connects, waits and asks. Its seconds are as short as a test wants them, or so long that they never pass. */

#define PASSWORD "s3cret-pencil"
#define NEVER_MS (24 * 3600 * 1000)
#define FEATURES "C: <iq type='get' to='a.test'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>\n" \
  "C: <iq type='get' to='user@a.test'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>\n"
#define ROSTER "C: <iq type='get'><query xmlns='jabber:iq:roster'/></iq>\nC: <presence/>\n" FEATURES
#define SIGN_IN "starttls\nmechanisms SCRAM-SHA-1\nscram SHA-1 " PASSWORD "\n"
#define RESUME SIGN_IN "open\n" \
  "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/></stream:features>\n" \
  "C: <resume xmlns='urn:xmpp:sm:3' previd='sm1'/>\nS: <resumed xmlns='urn:xmpp:sm:3' previd='sm1' h='0'/>\n"
#define STARTTLS_OFFERED "open\nS: <stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>\n"

typedef struct {
  char *folder;
  TestAuthority *authority;
  ScriptedServer *server;
  GNetworkMonitor *network;
  MockLogind *logind;
  ChatProfile *profile;
  ChatAccount *account;
  guint n_connecting;
  GArray *waits;            /* of guint: how long the account said it would wait, at each time that it began to */
  gboolean fresh;
} Fixture;

/* script NULL: nobody is there. names: of the server's certificate. second_ms: how long a second is. */
void     begin         (Fixture *fixture, const char *script, const char *names, guint second_ms);
void     end           (Fixture *fixture);
void     open_profile  (Fixture *fixture, guint second_ms);     /* once more */
void     give_password (Fixture *fixture, const char *text);
void     run_dry       (void);

/* Waits with an eye on the server: the line of the script that failed says more than that the time is over. */
#define wait_on(fixture, condition) wait_for (is_going (fixture) && (condition))
gboolean is_going      (Fixture *fixture);
void     wait_state    (Fixture *fixture, ChatAccountState state);
