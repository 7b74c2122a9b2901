/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

#include "xmpp-element.h"

G_BEGIN_DECLS

/* The script of a scripted server: its text as lines, the patterns of what is waited for, and what is sent. The language
 * is described in scripted-server.h. variables: name to value, both owned by the table. */
typedef struct {
  guint number;
  char *text;
} ScriptedLine;

/* Of ScriptedLine, macros written out; the first one waits for a connection. */
GPtrArray   *scripted_script_parse         (const char *text, guint first_line, const char *domain);
/* A stream's header or a stanza; NULL: not XML. */
XmppElement *scripted_script_parse_pattern (const char *text);
/* What a $name in the pattern stands for is kept. */
gboolean     scripted_script_match         (XmppElement *pattern, XmppElement *element, GHashTable *variables);
/* With its $names and escapes filled in, so there may be NUL in it. */
GString     *scripted_script_fill          (const char *text, GHashTable *variables);

G_END_DECLS
