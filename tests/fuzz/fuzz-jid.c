/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-jid.h"
#include "xmpp-uri.h"

/* What is an address stays the same address when it is read again, and as a link. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (XmppJid) strict = xmpp_jid_new (text, NULL);
  g_autoptr (XmppJid) lenient = xmpp_jid_new_lenient (text, NULL);
  G_GNUC_UNUSED g_autoptr (XmppUri) uri = g_utf8_validate (text, -1, NULL) ? xmpp_uri_parse (text, NULL) : NULL;

  if (lenient != NULL)
    xmpp_jid_is_mixed_script (lenient);
  if (strict != NULL) {
    g_autoptr (XmppJid) again = xmpp_jid_new (xmpp_jid_get_string (strict), NULL);
    g_autofree char *link = xmpp_uri_format (strict);
    G_GNUC_UNUSED g_autofree char *ascii = xmpp_jid_dup_ascii_domain (strict, NULL);

    g_assert_nonnull (lenient);
    g_assert_nonnull (again);
    g_assert_true (xmpp_jid_equal (strict, again));
    g_assert_true (g_utf8_validate (link, -1, NULL));
  }

  return 0;
}
