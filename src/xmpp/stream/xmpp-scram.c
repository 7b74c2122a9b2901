/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-scram.h"

#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "xmpp-error.h"

/* The arithmetic and the checks of SCRAM (RFC 5802 §5, RFC 7677). A server's message is taken apart by its grammar and
 * not by looking for attributes, so that order, doubles and unknown mandatory extensions are seen (S-49). */

#define MAX_MESSAGE 8192
#define MAX_HASH 64

struct _XmppScram {
  gnutls_mac_algorithm_t hash;
  gsize hash_size;
  char *gs2_header;          /* "n,," */
  GBytes *binding;
  char *nonce;               /* ours */
  char *client_first;
  char *downgrade_input;
  gboolean require_hash;
  char *tls_version;

  char *server_first;
  char *full_nonce;
  guchar *salt;
  gsize salt_size;
  guint iterations;

  guint8 server_signature[MAX_HASH];
  gboolean has_signature;
};

static char *
make_nonce (void)
{
  guint8 random[24];

  if (gnutls_rnd (GNUTLS_RND_NONCE, random, sizeof random) < 0)
    g_error ("The system gives no random numbers");
  return g_base64_encode (random, sizeof random);
}

/* RFC 5802 §5.1: a comma is =2C, an equals sign =3D. */
static char *
escape_username (const char *username)
{
  GString *out = g_string_new (NULL);

  for (const char *p = username; *p; p++) {
    if (*p == ',')
      g_string_append (out, "=2C");
    else if (*p == '=')
      g_string_append (out, "=3D");
    else
      g_string_append_c (out, *p);
  }
  return g_string_free (out, FALSE);
}

XmppScram *
xmpp_scram_new (const XmppScramSettings *settings)
{
  XmppScram *self = g_new0 (XmppScram, 1);
  g_autofree char *username = escape_username (settings->username);

  g_assert (!settings->binding || g_str_has_prefix (settings->gs2_flag, "p="));
  self->hash = settings->hash;
  self->hash_size = gnutls_hmac_get_len (settings->hash);
  self->gs2_header = g_strconcat (settings->gs2_flag, ",,", NULL);
  self->binding = settings->binding ? g_bytes_ref (settings->binding) : NULL;
  self->nonce = settings->nonce ? g_strdup (settings->nonce) : make_nonce ();
  self->client_first = g_strconcat (self->gs2_header, "n=", username, ",r=", self->nonce, NULL);
  self->downgrade_input = g_strdup (settings->downgrade_input);
  self->require_hash = settings->require_hash;
  self->tls_version = g_strdup (settings->tls_version);
  return self;
}

void
xmpp_scram_free (XmppScram *self)
{
  g_free (self->gs2_header);
  g_clear_pointer (&self->binding, g_bytes_unref);
  g_free (self->nonce);
  g_free (self->client_first);
  g_free (self->downgrade_input);
  g_free (self->tls_version);
  g_free (self->server_first);
  g_free (self->full_nonce);
  g_free (self->salt);
  xmpp_secret_wipe (self->server_signature, sizeof self->server_signature);
  g_free (self);
}

const char *
xmpp_scram_get_client_first (XmppScram *self)
{
  return self->client_first;
}

guint
xmpp_scram_get_iterations (XmppScram *self)
{
  return self->iterations;
}

static gboolean
refuse (GError **error, const char *why)
{
  /* Translators: %s is a technical reason in English. */
  g_set_error (error, XMPP_ERROR, XMPP_ERROR_PROTOCOL, _("The server’s part of the log-in is not valid (%s)"), why);
  return FALSE;
}

/* A server's message: no NUL, no control characters, UTF-8, not huge. */
static char *
take_text (const char *data, gsize length)
{
  if (length == 0 || length > MAX_MESSAGE || !g_utf8_validate (data, length, NULL))
    return NULL;
  for (gsize i = 0; i < length; i++) {
    if ((guchar) data[i] < 0x20 || data[i] == 0x7f)
      return NULL;
  }
  return g_strndup (data, length);
}

/* Strict: g_base64_decode () skips what it does not know. */
static guchar *
decode_base64 (const char *text, gsize *size)
{
  gsize length = strlen (text);
  gsize body = length;

  while (body > 0 && length - body < 2 && text[body - 1] == '=')
    body--;
  if (length == 0 || length % 4 != 0)
    return NULL;
  for (gsize i = 0; i < body; i++) {
    if (!g_ascii_isalnum (text[i]) && text[i] != '+' && text[i] != '/')
      return NULL;
  }
  return g_base64_decode (text, size);
}

static gboolean
is_nonce (const char *text)
{
  for (const char *p = text; *p; p++) {
    if (*p < 0x21 || *p > 0x7e)
      return FALSE;
  }
  return *text != '\0';
}

/* posit-number of RFC 5802 §7: no sign, no leading zero. */
static gboolean
parse_iterations (const char *text, guint *iterations, GError **error)
{
  guint64 value;

  if (*text < '1' || *text > '9' || strspn (text, "0123456789") != strlen (text))
    return refuse (error, "bad iteration count");
  value = strlen (text) > 10 ? G_MAXUINT64 : g_ascii_strtoull (text, NULL, 10);
  if (value < XMPP_SCRAM_MIN_ITERATIONS)
    return refuse (error, "too few iterations to protect the password");
  if (value > XMPP_SCRAM_MAX_ITERATIONS)
    return refuse (error, "too many iterations");
  *iterations = value;
  return TRUE;
}

/* The server's e= attribute, RFC 5802 §7. */
static gboolean
refuse_server_error (GError **error, const char *value)
{
  if (g_str_equal (value, "channel-bindings-dont-match") || g_str_equal (value, "server-does-support-channel-binding"))
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_DOWNGRADE,
                         _("The connection may be intercepted: the server sees another encryption than this computer"));
  else if (g_str_equal (value, "invalid-proof") || g_str_equal (value, "unknown-user"))
    g_set_error_literal (error, XMPP_SASL_ERROR, XMPP_SASL_ERROR_NOT_AUTHORIZED, _("Wrong address or password"));
  else
    g_set_error_literal (error, XMPP_SASL_ERROR, XMPP_SASL_ERROR_UNKNOWN, _("The server refused the log-in"));
  return FALSE;
}

static gboolean
check_downgrade_hash (XmppScram *self, const char *value, GError **error)
{
  guint8 digest[MAX_HASH];
  g_autofree char *expected = NULL;

  if (!self->downgrade_input)
    return TRUE;
  if (gnutls_hash_fast ((gnutls_digest_algorithm_t) self->hash, self->downgrade_input, strlen (self->downgrade_input),
                        digest) < 0)
    return refuse (error, "no hash");
  expected = g_base64_encode (digest, self->hash_size);
  if (strlen (value) == strlen (expected) && gnutls_memcmp (value, expected, strlen (expected)) == 0)
    return TRUE;
  g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_DOWNGRADE,
                       _("The connection may be intercepted: the list of log-in methods was changed on the way"));
  return FALSE;
}

static gboolean
check_tls_version (XmppScram *self, const char *value, GError **error)
{
  if (!self->tls_version || g_str_equal (value, self->tls_version))
    return TRUE;
  g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_DOWNGRADE,
                       _("The connection may be intercepted: the server sees another encryption than this computer"));
  return FALSE;
}

/* Extensions after i=: unknown ones are ignored, doubles and mandatory ones are not. */
static gboolean
check_extensions (XmppScram *self, char **attributes, GError **error)
{
  gboolean seen[128] = { FALSE, };
  gboolean has_hash = FALSE;

  for (guint i = 0; attributes[i]; i++) {
    const char *a = attributes[i];

    if (!g_ascii_isalpha (a[0]) || a[1] != '=' || a[2] == '\0')
      return refuse (error, "bad attribute");
    if (strchr ("mrsi", a[0]) || seen[(guchar) a[0]])
      return refuse (error, "attribute out of place");
    seen[(guchar) a[0]] = TRUE;
    if (a[0] == 'e')
      return refuse_server_error (error, a + 2);
    if (a[0] == 'h' && !check_downgrade_hash (self, a + 2, error))
      return FALSE;
    if (a[0] == 't' && !check_tls_version (self, a + 2, error))
      return FALSE;
    has_hash = has_hash || a[0] == 'h';
  }
  if (self->require_hash && !has_hash) {
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_DOWNGRADE,
                         _("The connection may be intercepted: the server offers no way to prove that it is not"));
    return FALSE;
  }
  return TRUE;
}

gboolean
xmpp_scram_take_server_first (XmppScram *self, const char *data, gsize length, GError **error)
{
  g_autofree char *text = take_text (data, length);
  g_auto (GStrv) a = NULL;

  if (self->server_first)
    return refuse (error, "message out of order");
  if (!text)
    return refuse (error, "not text");
  a = g_strsplit (text, ",", 32);
  if (g_str_has_prefix (a[0], "m="))
    return refuse (error, "unknown mandatory extension");
  if (g_str_has_prefix (a[0], "e="))
    return refuse_server_error (error, a[0] + 2);
  if (g_strv_length (a) < 3 || !g_str_has_prefix (a[0], "r=") || !g_str_has_prefix (a[1], "s=")
      || !g_str_has_prefix (a[2], "i="))
    return refuse (error, "attributes missing or out of order");
  if (!is_nonce (a[0] + 2) || !g_str_has_prefix (a[0] + 2, self->nonce) || strlen (a[0] + 2) == strlen (self->nonce))
    return refuse (error, "nonce is not ours");
  self->salt = decode_base64 (a[1] + 2, &self->salt_size);
  if (!self->salt || self->salt_size == 0)
    return refuse (error, "bad salt");
  if (!parse_iterations (a[2] + 2, &self->iterations, error) || !check_extensions (self, a + 3, error))
    return FALSE;
  self->full_nonce = g_strdup (a[0] + 2);
  self->server_first = g_steal_pointer (&text);
  return TRUE;
}

XmppSecret *
xmpp_scram_derive (XmppScram *self, XmppSecret *password, GError **error)
{
  g_autoptr (XmppSecret) salted = xmpp_secret_new_zero (self->hash_size);
  gnutls_datum_t key = { xmpp_secret_get_data (password), xmpp_secret_get_size (password) };
  gnutls_datum_t salt = { self->salt, self->salt_size };

  g_return_val_if_fail (self->server_first, NULL);
  if (gnutls_pbkdf2 (self->hash, &key, &salt, self->iterations, xmpp_secret_get_data (salted), self->hash_size) < 0) {
    refuse (error, "key derivation failed");
    return NULL;
  }
  return g_steal_pointer (&salted);
}

static char *
make_final_without_proof (XmppScram *self)
{
  g_autoptr (GByteArray) input = g_byte_array_new ();
  g_autofree char *encoded = NULL;
  gsize size;
  gconstpointer data;

  g_byte_array_append (input, (const guint8 *) self->gs2_header, strlen (self->gs2_header));
  if (self->binding) {
    data = g_bytes_get_data (self->binding, &size);
    g_byte_array_append (input, data, size);
  }
  encoded = g_base64_encode (input->data, input->len);
  return g_strconcat ("c=", encoded, ",r=", self->full_nonce, NULL);
}

static gboolean
hmac (XmppScram *self, const guint8 *key, gsize key_size, const char *text, guint8 *out)
{
  return gnutls_hmac_fast (self->hash, key, key_size, text, strlen (text), out) >= 0;
}

/* RFC 5802 §3: ClientProof into proof, ServerSignature into self. */
static gboolean
compute (XmppScram *self, const guint8 *salted, const char *auth_message, guint8 *proof)
{
  guint8 client_key[MAX_HASH], server_key[MAX_HASH], stored_key[MAX_HASH];
  gsize n = self->hash_size;
  gboolean ok;

  ok = hmac (self, salted, n, "Client Key", client_key) && hmac (self, salted, n, "Server Key", server_key)
    && gnutls_hash_fast ((gnutls_digest_algorithm_t) self->hash, client_key, n, stored_key) >= 0
    && hmac (self, stored_key, n, auth_message, proof)
    && hmac (self, server_key, n, auth_message, self->server_signature);
  for (gsize i = 0; ok && i < n; i++)
    proof[i] ^= client_key[i];
  self->has_signature = ok;
  xmpp_secret_wipe (client_key, sizeof client_key);
  xmpp_secret_wipe (server_key, sizeof server_key);
  xmpp_secret_wipe (stored_key, sizeof stored_key);
  return ok;
}

char *
xmpp_scram_make_client_final (XmppScram *self, XmppSecret *salted, GError **error)
{
  g_autofree char *without_proof = make_final_without_proof (self);
  g_autofree char *encoded = NULL;
  g_autofree char *auth_message = g_strconcat (self->client_first + strlen (self->gs2_header), ",", self->server_first,
                                               ",", without_proof, NULL);
  guint8 proof[MAX_HASH];

  g_return_val_if_fail (xmpp_secret_get_size (salted) == self->hash_size, NULL);
  if (!compute (self, xmpp_secret_get_data (salted), auth_message, proof)) {
    refuse (error, "no proof");
    return NULL;
  }
  encoded = g_base64_encode (proof, self->hash_size);
  xmpp_secret_wipe (proof, sizeof proof);
  return g_strconcat (without_proof, ",p=", encoded, NULL);
}

gboolean
xmpp_scram_take_server_final (XmppScram *self, const char *data, gsize length, GError **error)
{
  g_autofree char *text = take_text (data, length);
  g_autofree guchar *signature = NULL;
  g_auto (GStrv) a = NULL;
  gsize size = 0;

  if (text) {
    a = g_strsplit (text, ",", 32);
    if (g_str_has_prefix (a[0], "e="))
      return refuse_server_error (error, a[0] + 2);
    if (g_str_has_prefix (a[0], "v="))
      signature = decode_base64 (a[0] + 2, &size);
  }
  if (self->has_signature && signature && size == self->hash_size
      && gnutls_memcmp (signature, self->server_signature, size) == 0)
    return TRUE;
  g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_SERVER_PROOF,
                       _("The server could not prove that it knows your password. It may not be the real one."));
  return FALSE;
}
