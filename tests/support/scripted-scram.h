/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

#include "xmpp-element.h"

G_BEGIN_DECLS

/* The server's side of SCRAM and of PLAIN, as the script's line asks for. Its arithmetic is its own. */
typedef struct _ScriptedScram ScriptedScram;

/* arguments: the rest of the line. io: the TLS connection. features: as they were sent, for XEP-0474. */
ScriptedScram *scripted_scram_new  (const char *arguments, gboolean plain, GIOStream *io, const char *features);
void           scripted_scram_free (ScriptedScram *self);
/* What to answer to the client's element, transfer full; NULL and *failure: it is wrong. *last: nothing follows. */
char          *scripted_scram_step (ScriptedScram *self, XmppElement *element, gboolean *last, char **failure);

G_END_DECLS
