/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "scripted-scram.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "xmpp-ns.h"

#define SALT "QSXCR+Q6sek8bf92"

struct _ScriptedScram {
  char **words;
  gboolean plain;
  GIOStream *io;
  char *features;
  guint step;
  gnutls_mac_algorithm_t hash;
  gsize size;
  char *gs2, *client_bare, *nonce, *server_first;
};

static const char *
get_option (ScriptedScram *self, const char *name)
{
  for (guint i = 0; self->words[i]; i++) {
    if (g_str_has_prefix (self->words[i], name) && self->words[i][strlen (name)] == '=')
      return self->words[i] + strlen (name) + 1;
  }
  return NULL;
}

static gboolean
is_option (ScriptedScram *self, const char *name, const char *value)
{
  return g_strcmp0 (get_option (self, name), value) == 0;
}

ScriptedScram *
scripted_scram_new (const char *arguments, gboolean plain, GIOStream *io, const char *features)
{
  ScriptedScram *self = g_new0 (ScriptedScram, 1);

  self->words = g_strsplit (arguments, " ", -1);
  g_assert_cmpuint (g_strv_length (self->words), >=, 2);
  self->plain = plain;
  self->io = g_object_ref (io);
  self->features = g_strdup (features);
  self->hash = g_str_equal (self->words[0], "SHA-512") ? GNUTLS_MAC_SHA512
    : g_str_equal (self->words[0], "SHA-256") ? GNUTLS_MAC_SHA256 : GNUTLS_MAC_SHA1;
  self->size = gnutls_hmac_get_len (self->hash);
  return self;
}

void
scripted_scram_free (ScriptedScram *self)
{
  g_strfreev (self->words);
  g_object_unref (self->io);
  g_free (self->features);
  g_free (self->gs2);
  g_free (self->client_bare);
  g_free (self->nonce);
  g_free (self->server_first);
  g_free (self);
}

static char *
wrap (const char *name, const char *text)
{
  g_autofree char *encoded = text ? g_base64_encode ((const guchar *) text, strlen (text)) : g_strdup ("");

  return g_strdup_printf ("<%s xmlns='" XMPP_NS_SASL "'>%s</%s>", name, encoded, name);
}

static char *
refuse (char **failure, const char *what, const char *got)
{
  *failure = g_strdup_printf ("%s: %s", what, got ? got : "nothing");
  return NULL;
}

/* All values of attr='…' or >…< between a tag's two forms, in octet order, joined by \x1e. */
static char *
collect (const char *text, const char *before, char after)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  GString *out = g_string_new (NULL);

  for (const char *p = text; (p = strstr (p, before)); ) {
    const char *end;

    p += strlen (before);
    end = strchr (p, after);
    g_ptr_array_add (found, g_strndup (p, end - p));
  }
  for (guint i = 0; i + 1 < found->len; i++) {
    for (guint j = i + 1; j < found->len; j++) {
      if (strcmp (found->pdata[i], found->pdata[j]) > 0) {
        gpointer swap = found->pdata[i];

        found->pdata[i] = found->pdata[j];
        found->pdata[j] = swap;
      }
    }
  }
  for (guint i = 0; i < found->len; i++)
    g_string_append_printf (out, "%s%s", i ? "\x1e" : "", (char *) found->pdata[i]);
  return g_string_free (out, FALSE);
}

/* XEP-0474's attribute. */
static char *
make_list_hash (ScriptedScram *self)
{
  g_autofree char *mechanisms = collect (self->features, "<mechanism>", '<');
  g_autofree char *bindings = collect (self->features, "<channel-binding type='", '\'');
  g_autofree char *input = g_strconcat (mechanisms, *bindings ? "\x1f" : "", bindings, NULL);
  guint8 digest[64];

  if (is_option (self, "h", "bad"))
    input[0] ^= 1;
  g_assert_cmpint (gnutls_hash_fast ((gnutls_digest_algorithm_t) self->hash, input, strlen (input), digest), >=, 0);
  return g_base64_encode (digest, self->size);
}

static gboolean
check_flag (ScriptedScram *self, const char *mechanism)
{
  const char *flag = get_option (self, "flag");
  const char *binding = get_option (self, "cb");
  gboolean plus = g_str_has_suffix (mechanism, "-PLUS");

  if (plus != g_str_has_prefix (self->gs2, "p="))
    return FALSE;
  if (flag && self->gs2[0] != flag[0])
    return FALSE;
  if (binding) {
    g_autofree char *wanted = g_strdup_printf ("p=%s,,", binding);

    return g_str_equal (self->gs2, wanted);
  }
  return TRUE;
}

static char *
take_first (ScriptedScram *self, XmppElement *element, gboolean *last, char **failure)
{
  const char *mechanism = xmpp_element_get_attribute (element, "mechanism");
  g_autofree char *wanted = g_strconcat ("SCRAM-", self->words[0], NULL);
  g_autofree char *wanted_plus = g_strconcat (wanted, "-PLUS", NULL);
  g_autofree char *text = NULL;
  GString *first = g_string_new (NULL);
  gsize size;
  char *bare, *nonce;

  self->server_first = NULL;
  text = (char *) g_base64_decode (xmpp_element_get_text (element), &size);
  text = g_realloc (text, size + 1);
  text[size] = '\0';
  bare = strstr (text, ",,");
  nonce = strstr (text, ",r=");
  if (!xmpp_element_is (element, XMPP_NS_SASL, "auth") || !mechanism
      || (!g_str_equal (mechanism, wanted) && !g_str_equal (mechanism, wanted_plus)) || !bare || !nonce) {
    g_string_free (first, TRUE);
    return refuse (failure, "mechanism or first message", mechanism);
  }
  self->gs2 = g_strndup (text, bare + 2 - text);
  self->client_bare = g_strdup (bare + 2);
  if (!check_flag (self, mechanism)) {
    g_string_free (first, TRUE);
    return refuse (failure, "channel binding flag", self->gs2);
  }
  self->nonce = is_option (self, "nonce", "bad") ? g_strdup ("stranger") : g_strconcat (nonce + 3, "server", NULL);
  g_string_append_printf (first, "r=%s,s=%s,i=%s", self->nonce, get_option (self, "salt") ? get_option (self, "salt") : SALT,
                          get_option (self, "i") ? get_option (self, "i") : "4096");
  if (get_option (self, "h")) {
    g_autofree char *hash = make_list_hash (self);

    g_string_append_printf (first, ",h=%s", hash);
  }
  if (get_option (self, "t"))
    g_string_append_printf (first, ",t=%s", get_option (self, "t"));
  self->server_first = g_string_free (first, FALSE);
  *last = g_strv_contains ((const char *const *) self->words, "abort");
  return wrap ("challenge", self->server_first);
}

static char *
make_wanted_binding (ScriptedScram *self)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autoptr (GByteArray) whole = g_byte_array_new ();

  if (self->gs2[0] == 'p') {
    GTlsChannelBindingType type = strstr (self->gs2, "tls-exporter") ? G_TLS_CHANNEL_BINDING_TLS_EXPORTER
      : strstr (self->gs2, "tls-unique") ? G_TLS_CHANNEL_BINDING_TLS_UNIQUE : G_TLS_CHANNEL_BINDING_TLS_SERVER_END_POINT;
    g_autoptr (GError) error = NULL;

    g_tls_connection_get_channel_binding_data (G_TLS_CONNECTION (self->io), type, data, &error);
    g_assert_no_error (error);
  }
  g_byte_array_append (whole, (guint8 *) self->gs2, strlen (self->gs2));
  g_byte_array_append (whole, data->data, data->len);
  return g_base64_encode (whole->data, whole->len);
}

static void
hmac (ScriptedScram *self, const guint8 *key, const char *text, guint8 *out)
{
  g_assert_cmpint (gnutls_hmac_fast (self->hash, key, self->size, text, strlen (text), out), >=, 0);
}

/* TRUE: the proof is right. signature: ours. */
static gboolean
check_proof (ScriptedScram *self, const char *message, const guint8 *proof, guint8 *signature)
{
  gsize salt_size;
  g_autofree guchar *salt = g_base64_decode (get_option (self, "salt") ? get_option (self, "salt") : SALT, &salt_size);
  gnutls_datum_t key = { (guint8 *) self->words[1], strlen (self->words[1]) };
  gnutls_datum_t salt_datum = { salt, salt_size };
  guint iterations = get_option (self, "i") ? atoi (get_option (self, "i")) : 4096;
  guint8 salted[64], client_key[64], stored_key[64], client_signature[64], server_key[64], check[64];

  g_assert_cmpint (gnutls_pbkdf2 (self->hash, &key, &salt_datum, iterations, salted, self->size), >=, 0);
  hmac (self, salted, "Client Key", client_key);
  gnutls_hash_fast ((gnutls_digest_algorithm_t) self->hash, client_key, self->size, stored_key);
  hmac (self, stored_key, message, client_signature);
  hmac (self, salted, "Server Key", server_key);
  hmac (self, server_key, message, signature);
  for (gsize i = 0; i < self->size; i++)
    client_key[i] = proof[i] ^ client_signature[i];
  gnutls_hash_fast ((gnutls_digest_algorithm_t) self->hash, client_key, self->size, check);
  return memcmp (check, stored_key, self->size) == 0;
}

static char *
make_final (ScriptedScram *self, guint8 *signature, gboolean *last)
{
  g_autofree char *encoded = NULL, *final = NULL;

  if (is_option (self, "final", "bad"))
    signature[0] ^= 1;
  encoded = g_base64_encode (signature, self->size);
  final = g_strconcat ("v=", encoded, NULL);
  *last = !is_option (self, "final", "late");
  return wrap (*last ? "success" : "challenge", is_option (self, "final", "none") ? NULL : final);
}

static char *
take_final (ScriptedScram *self, XmppElement *element, gboolean *last, char **failure)
{
  g_autofree char *binding = make_wanted_binding (self);
  g_autofree char *start = g_strdup_printf ("c=%s,r=%s", binding, self->nonce);
  g_autofree char *message = g_strdup_printf ("%s,%s,%s", self->client_bare, self->server_first, start);
  gsize size, proof_size;
  g_autofree char *text = (char *) g_base64_decode (xmpp_element_get_text (element), &size);
  g_autofree guchar *proof = NULL;
  guint8 signature[64];

  text = g_realloc (text, size + 1);
  text[size] = '\0';
  if (!xmpp_element_is (element, XMPP_NS_SASL, "response") || !g_str_has_prefix (text, start)
      || !g_str_has_prefix (text + strlen (start), ",p="))
    return refuse (failure, "client-final or its channel binding", text);
  proof = g_base64_decode (text + strlen (start) + 3, &proof_size);
  if (proof_size != self->size)
    return refuse (failure, "proof", text);
  if (check_proof (self, message, proof, signature))
    return make_final (self, signature, last);
  *last = TRUE;
  if (!is_option (self, "final", "refused"))
    return refuse (failure, "proof", text);
  return g_strdup ("<failure xmlns='" XMPP_NS_SASL "'><not-authorized/></failure>");
}

static char *
take_plain (ScriptedScram *self, XmppElement *element, gboolean *last, char **failure)
{
  g_autoptr (GString) wanted = g_string_new (NULL);
  g_autofree char *encoded = NULL;

  g_string_append_len (wanted, "", 1);
  g_string_append (wanted, self->words[0]);
  g_string_append_len (wanted, "", 1);
  g_string_append (wanted, self->words[1]);
  encoded = g_base64_encode ((guchar *) wanted->str, wanted->len);
  *last = TRUE;
  if (g_strcmp0 (xmpp_element_get_attribute (element, "mechanism"), "PLAIN") != 0
      || !g_str_equal (encoded, xmpp_element_get_text (element)))
    return refuse (failure, "PLAIN", xmpp_element_get_attribute (element, "mechanism"));
  return wrap ("success", NULL);
}

char *
scripted_scram_step (ScriptedScram *self, XmppElement *element, gboolean *last, char **failure)
{
  if (self->plain)
    return take_plain (self, element, last, failure);
  switch (self->step++) {
  case 0:
    return take_first (self, element, last, failure);
  case 1:
    return take_final (self, element, last, failure);
  default:
    *last = TRUE;
    return wrap ("success", NULL);
  }
}
