/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-id.h"

#include <gnutls/crypto.h>

/* Identifiers that nobody can guess: an answer to a request is only believed with its id, so ids are drawn from the
 * generator that also makes keys, not from a counter, a clock or g_random_int (). */

#define ID_BYTES 16

char *
xmpp_id_new (void)
{
  static const char digits[] = "0123456789abcdef";
  guint8 bytes[ID_BYTES];
  char *id = g_malloc (2 * ID_BYTES + 1);

  /* Without random numbers there is no safe way on; the generator of GnuTLS only fails when getrandom () does. */
  if (gnutls_rnd (GNUTLS_RND_NONCE, bytes, sizeof bytes) < 0)
    g_error ("The system gives no random numbers");

  for (gsize i = 0; i < ID_BYTES; i++) {
    id[2 * i] = digits[bytes[i] >> 4];
    id[2 * i + 1] = digits[bytes[i] & 15];
  }
  id[2 * ID_BYTES] = '\0';

  return id;
}
