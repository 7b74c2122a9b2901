/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Profiles of PRECIS (RFC 8264, RFC 8265) on valid UTF-8. NULL: the profile refuses the text. lenient: characters that
 * it refuses are let through where they can do no harm, for text that a server sends (S-71). */
char    *xmpp_precis_username_case_mapped (const char *text, gboolean lenient);
char    *xmpp_precis_opaque_string        (const char *text, gboolean lenient);
/* The mapping before IDNA2008: width, case, NFC, and the three other dots (RFC 5895 §2). */
char    *xmpp_precis_map_domain           (const char *text);
/* Whether letters of two scripts meet between two dots (S-77). */
gboolean xmpp_precis_is_mixed_script      (const char *text);

G_END_DECLS
