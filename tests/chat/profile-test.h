/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-profile.h"
#include "chat-test.h"
#include "scripted-server.h"
#include "test-certificates.h"

/* What tests of a whole profile share: an account of user@a.test on a server that follows a script. */

ScriptedServer *profile_server        (TestAuthority *authority, const char *script, const char *names /* of the certificate */);
guint           profile_closed_port   (void);      /* where nobody listens */
/* Stores the account, which has logged in with SCRAM-SHA-1 before. */
void            profile_write_account (const char *folder, guint port);
ChatProfile    *profile_open          (const ChatProfileConfig *config);
/* Closes it, and asserts that it is finalized. */
void            profile_close         (ChatProfile *profile);
/* What a killed program would leave at this moment, in a folder of its own. */
char           *profile_copy          (const char *folder);
/* Whether it is in a file of the folder, as it is or in base64; the database's log is one of them. */
gboolean        profile_has_text      (const char *folder, const char *text);
void            profile_check_absent  (const char *folder, const char *text);
void            profile_check_present (const char *folder, const char *text);
