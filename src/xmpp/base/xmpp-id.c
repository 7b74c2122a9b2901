/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-id.h"

#include <gnutls/crypto.h>
#include <string.h>

/* Identifiers that nobody can guess: an answer to a request is only believed with its id, so ids are drawn from the
 * generator that also makes keys, not from a counter, a clock or g_random_int (). */

#define ID_BYTES 16

char *
xmpp_id_new (void)
{
  guint8 bytes[ID_BYTES];
  char *id;

  /* Without random numbers there is no safe way on; the generator of GnuTLS only fails when getrandom () does. */
  if (gnutls_rnd (GNUTLS_RND_NONCE, bytes, sizeof bytes) < 0)
    g_error ("The system gives no random numbers");

  /* RFC 4648 §5 */
  id = g_base64_encode (bytes, sizeof bytes);
  g_strdelimit (g_strdelimit (id, "+", '-'), "/", '_');
  id[strcspn (id, "=")] = '\0';

  return id;
}
