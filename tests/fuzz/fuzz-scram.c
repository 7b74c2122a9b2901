/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include <string.h>

#include "xmpp-scram.h"

/* A line is the server's first message, the next its last: whatever they are, a server that does not know the password is
 * never believed, and what was refused gets no proof. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char list[] = "SCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS\x1ftls-exporter";
  const guint8 *end = memchr (data, '\n', size);
  gsize first = end ? (gsize) (end - data) : size;
  XmppScramSettings settings = { .hash = GNUTLS_MAC_SHA1, .username = "user", .gs2_flag = "n", .nonce = "abcdefgh",
                                 .downgrade_input = list, .tls_version = "0304" };
  g_autoptr (XmppScram) scram = xmpp_scram_new (&settings);
  g_autoptr (XmppSecret) password = xmpp_secret_new ("correct horse battery staple", -1);
  g_autoptr (XmppSecret) salted = NULL;
  g_autofree char *final = NULL;
  g_autoptr (GError) error = NULL;

  if (!xmpp_scram_take_server_first (scram, (const char *) data, first, &error)) {
    g_assert_nonnull (error);
    return 0;
  }
  g_assert_cmpuint (xmpp_scram_get_iterations (scram), >=, XMPP_SCRAM_MIN_ITERATIONS);
  g_assert_cmpuint (xmpp_scram_get_iterations (scram), <=, XMPP_SCRAM_MAX_ITERATIONS);
  if (xmpp_scram_get_iterations (scram) > XMPP_SCRAM_MIN_ITERATIONS)
    return 0;
  salted = xmpp_scram_derive (scram, password, NULL);
  final = xmpp_scram_make_client_final (scram, salted, NULL);
  g_assert_true (g_str_has_prefix (final, "c=biws,r=abcdefgh"));
  if (end)
    g_assert_false (xmpp_scram_take_server_final (scram, (const char *) end + 1, size - first - 1, NULL));
  return 0;
}
