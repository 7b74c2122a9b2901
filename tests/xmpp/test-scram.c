/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-error.h"
#include "xmpp-sasl.h"
#include "xmpp-sasl-policy.h"
#include "xmpp-saslprep.h"
#include "xmpp-scram.h"

#include <glib.h>
#include <string.h>

/* SCRAM without a stream: vectors, refusals, the mechanism's order and thread, SASLprep, and the hash of XEP-0474. */

static GKeyFile *
load (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("STONECHAT_TEST_DATA"), "sasl", name, NULL);
  GKeyFile *file = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  return file;
}

static GBytes *
decode_hex (const char *hex)
{
  gsize size = strlen (hex) / 2;
  guint8 *data = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    data[i] = g_ascii_xdigit_value (hex[2 * i]) * 16 + g_ascii_xdigit_value (hex[2 * i + 1]);
  return g_bytes_new_take (data, size);
}

/* Runs one exchange of the file: TRUE if the server's proof is taken. */
static void
check_exchange (GKeyFile *file, const char *group, gnutls_mac_algorithm_t hash, GBytes *binding, const char *downgrade_input)
{
  g_autofree char *user = g_key_file_get_string (file, group, "user", NULL);
  g_autofree char *password = g_key_file_get_string (file, group, "password", NULL);
  g_autofree char *first = g_key_file_get_string (file, group, "client_first", NULL);
  g_autofree char *server_first = g_key_file_get_string (file, group, "server_first", NULL);
  g_autofree char *client_final = g_key_file_get_string (file, group, "client_final", NULL);
  g_autofree char *server_final = g_key_file_get_string (file, group, "server_final", NULL);
  g_autofree char *flag = g_strndup (first, strstr (first, ",,") - first);
  const char *nonce = strstr (first, ",r=") + 3;
  XmppScramSettings settings = { .hash = hash, .username = user, .gs2_flag = flag, .binding = binding, .nonce = nonce,
                                 .downgrade_input = downgrade_input };
  g_autoptr (XmppScram) scram = xmpp_scram_new (&settings);
  g_autoptr (XmppSecret) secret = xmpp_secret_new (password, -1);
  g_autoptr (XmppSecret) salted = NULL;
  g_autofree char *final = NULL;
  g_autofree char *broken = g_strdup (server_final);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (xmpp_scram_get_client_first (scram), ==, first);
  if (strstr (server_first, "i=128")) {
    g_assert_false (xmpp_scram_take_server_first (scram, server_first, strlen (server_first), &error));
    g_assert_error (error, XMPP_ERROR, XMPP_ERROR_PROTOCOL);
    return;
  }
  xmpp_scram_take_server_first (scram, server_first, strlen (server_first), &error);
  g_assert_no_error (error);
  salted = xmpp_scram_derive (scram, secret, &error);
  g_assert_no_error (error);
  final = xmpp_scram_make_client_final (scram, salted, &error);
  if (!strstr (client_final, ",x="))
    g_assert_cmpstr (final, ==, client_final);
  else
    return;
  g_assert_true (xmpp_scram_take_server_final (scram, server_final, strlen (server_final), &error));
  broken[4] = broken[4] == 'A' ? 'B' : 'A';
  g_assert_false (xmpp_scram_take_server_final (scram, broken, strlen (broken), &error));
  g_assert_error (error, XMPP_ERROR, XMPP_ERROR_SERVER_PROOF);
}

static void
test_vectors (void)
{
  g_autoptr (GKeyFile) file = load ("scram.ini");
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  g_assert_cmpuint (g_strv_length (groups), >=, 10);
  for (guint i = 0; groups[i]; i++) {
    g_autofree char *hash = g_key_file_get_string (file, groups[i], "hash", NULL);
    g_autofree char *hex = g_key_file_get_string (file, groups[i], "channel_binding_data_hex", NULL);
    g_autoptr (GBytes) binding = *hex ? decode_hex (hex) : NULL;

    g_test_message ("%s", groups[i]);
    check_exchange (file, groups[i], g_str_equal (hash, "sha256") ? GNUTLS_MAC_SHA256 : GNUTLS_MAC_SHA1, binding, NULL);
  }
}

static XmppScram *
make_scram (void)
{
  XmppScramSettings settings = { .hash = GNUTLS_MAC_SHA1, .username = "user", .gs2_flag = "n", .nonce = "abcdefgh" };

  return xmpp_scram_new (&settings);
}

static void
test_bad_first (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("STONECHAT_TEST_DATA"), "sasl", "server-first-bad.tsv", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    char *tab = strchr (lines[i], '\t');
    g_autoptr (XmppScram) scram = make_scram ();
    g_autoptr (GError) error = NULL;
    char *zero;
    gsize length;

    if (!tab || lines[i][0] == '#')
      continue;
    g_test_message ("%s", lines[i]);
    length = strlen (tab + 1);
    zero = strstr (tab + 1, "\\0");
    if (zero) {
      zero[0] = '\0';
    } else if (g_str_has_suffix (tab + 1, "\\n")) {
      tab[length - 1] = '\n';
      length--;
    }
    g_assert_false (xmpp_scram_take_server_first (scram, tab + 1, length, &error));
    g_assert_nonnull (error);
  }
}

/* Extensions that we don't know, after the count, are no reason to refuse. */
static void
test_unknown_extension (void)
{
  const char *first = "r=abcdefghABC,s=MTIzNDU2NzgK,i=4096,a=b,z=1=2";
  g_autoptr (XmppScram) scram = make_scram ();
  g_autoptr (GError) error = NULL;

  g_assert_true (xmpp_scram_take_server_first (scram, first, strlen (first), &error));
  g_assert_no_error (error);
  g_assert_cmpuint (xmpp_scram_get_iterations (scram), ==, 4096);
  g_assert_false (xmpp_scram_take_server_first (scram, first, strlen (first), &error));
}

static void
test_bad_final (void)
{
  static const char *const finals[] = { "", "v=", "v=!", "e=invalid-proof", "v=AAAA", "x=1", "m=1,v=AAAA",
                                        "v=e26kI69ICb6zosapLLxrER/631A=" };
  const char *first = "r=abcdefghABCDEFGH,s=MTIzNDU2NzgK,i=4096";
  g_autoptr (XmppScram) scram = make_scram ();
  g_autoptr (XmppSecret) password = xmpp_secret_new ("pass", -1);
  g_autoptr (XmppSecret) salted = NULL;
  g_autofree char *final = NULL;

  /* Before we have said anything, nothing proves anything. */
  g_assert_false (xmpp_scram_take_server_final (scram, "v=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", 30, NULL));
  g_assert_true (xmpp_scram_take_server_first (scram, first, strlen (first), NULL));
  salted = xmpp_scram_derive (scram, password, NULL);
  final = xmpp_scram_make_client_final (scram, salted, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (finals); i++)
    g_assert_false (xmpp_scram_take_server_final (scram, finals[i], strlen (finals[i]), NULL));
}

static void
test_nonces_differ (void)
{
  XmppScramSettings settings = { .hash = GNUTLS_MAC_SHA1, .username = "user", .gs2_flag = "n" };
  g_autoptr (XmppScram) a = xmpp_scram_new (&settings);
  g_autoptr (XmppScram) b = xmpp_scram_new (&settings);

  g_assert_cmpstr (xmpp_scram_get_client_first (a), !=, xmpp_scram_get_client_first (b));
  g_assert_cmpuint (strlen (strstr (xmpp_scram_get_client_first (a), ",r=")), >=, 3 + 22);
}

static void
test_downgrade_vector (void)
{
  g_autoptr (GKeyFile) file = load ("downgrade.ini");
  g_auto (GStrv) mechanisms = g_key_file_get_string_list (file, "list", "mechanisms", NULL, NULL);
  g_auto (GStrv) bindings = g_key_file_get_string_list (file, "list", "bindings", NULL, NULL);
  g_autofree char *data = g_key_file_get_string (file, "list", "channel_binding_data", NULL);
  g_autofree char *server_first = g_key_file_get_string (file, "list", "server_first", NULL);
  g_autoptr (GBytes) binding = g_bytes_new (data, strlen (data));
  g_autofree char *input = xmpp_sasl_get_downgrade_input ((const char *const *) mechanisms, (const char *const *) bindings);
  const char *const without_plus[] = { "SCRAM-SHA-1", NULL };
  const char *const without_exporter[] = { "tls-server-end-point", NULL };
  char *stripped[3] = {
    xmpp_sasl_get_downgrade_input (without_plus, (const char *const *) bindings),
    xmpp_sasl_get_downgrade_input ((const char *const *) mechanisms, without_exporter),
    xmpp_sasl_get_downgrade_input ((const char *const *) mechanisms, NULL),
  };

  check_exchange (file, "list", GNUTLS_MAC_SHA1, binding, input);
  for (guint i = 0; i < G_N_ELEMENTS (stripped); i++) {
    XmppScramSettings settings = { .hash = GNUTLS_MAC_SHA1, .username = "user", .gs2_flag = "n",
                                   .nonce = "12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6", .downgrade_input = stripped[i] };
    g_autoptr (XmppScram) scram = xmpp_scram_new (&settings);
    g_autoptr (GError) error = NULL;

    g_assert_false (xmpp_scram_take_server_first (scram, server_first, strlen (server_first), &error));
    g_assert_error (error, XMPP_ERROR, XMPP_ERROR_DOWNGRADE);
  }
  for (guint i = 0; i < G_N_ELEMENTS (stripped); i++)
    g_free (stripped[i]);
}

static void
test_delimiters (void)
{
  const char *const mechanisms[] = { "SCRAM-SHA-1\x1fPLAIN", "SCRAM-SHA-1", NULL };
  XmppSaslOffer offer = { .mechanisms = mechanisms, .has_password = TRUE };
  XmppSaslChoice choice;
  g_autoptr (GError) error = NULL;

  g_assert_false (xmpp_sasl_choose (&offer, &choice, &error));
  g_assert_error (error, XMPP_ERROR, XMPP_ERROR_PROTOCOL);
}

/* Without the certificate that EXTERNAL was used with, a password will do, but not in clear. */
static void
test_external_is_gone (void)
{
  const char *const with_scram[] = { "SCRAM-SHA-1", NULL };
  const char *const plain[] = { "PLAIN", NULL };
  XmppSaslOffer offer = { .mechanisms = with_scram, .has_password = TRUE, .allow_plain = TRUE,
                          .known = XMPP_STRENGTH_EXTERNAL };
  XmppSaslChoice choice;
  g_autoptr (GError) error = NULL;

  g_assert_true (xmpp_sasl_choose (&offer, &choice, &error));
  offer.mechanisms = plain;
  g_assert_false (xmpp_sasl_choose (&offer, &choice, &error));
  g_assert_error (error, XMPP_ERROR, XMPP_ERROR_DOWNGRADE);
}

static void
test_saslprep (void)
{
  static const struct {
    const char *in, *out;   /* NULL: refused */
  } rows[] = {
    { "pencil", "pencil" }, { "I\u00adX", "IX" }, { "USER", "USER" }, { "\u00aa", "a" }, { "\u2168", "IX" },   /* RFC 4013 §3 */
    { "a\u00a0b", "a b" }, { "p\u00e4ss", "p\u00e4ss" }, { "pa\u0308ss", "p\u00e4ss" }, { "", NULL }, { "a\ab", NULL },
    { "\u06271", NULL }, { "\u0627a\u0628", NULL }, { "\u00ad", NULL }, { "\U0001f600", NULL }, { "a\xff", NULL },
    { "\u00e4\a", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppSecret) in = xmpp_secret_new (rows[i].in, -1);
    g_autoptr (GError) error = NULL;
    g_autoptr (XmppSecret) out = xmpp_saslprep (in, &error);

    if (rows[i].out) {
      g_assert_no_error (error);
      g_assert_cmpstr (xmpp_secret_get_text (out), ==, rows[i].out);
    } else {
      g_assert_error (error, XMPP_ERROR, XMPP_ERROR_INVALID_PASSWORD);
      g_assert_null (*rows[i].in ? strstr (error->message, rows[i].in) : NULL);
    }
  }
}

/* The mechanism. */

typedef struct {
  gboolean done;
  XmppSecret *response;
  GError *error;
} Answer;

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->response = xmpp_sasl_challenge_finish (XMPP_SASL (source), result, &answer->error);
  answer->done = TRUE;
}

static XmppSasl *
make_sasl (void)
{
  g_autoptr (XmppSecret) password = xmpp_secret_new ("pencil", -1);
  XmppSaslChoice choice = { .mechanism = "SCRAM-SHA-512", .strength = XMPP_STRENGTH_SCRAM_SHA_512, .gs2_flag = "n" };
  XmppSaslCredentials credentials = { .username = "user", .password = password };

  return xmpp_sasl_new (&choice, &credentials, NULL);
}

static GBytes *
make_first (XmppSasl *sasl, guint iterations)
{
  g_autoptr (XmppSecret) first = xmpp_sasl_start (sasl, NULL);
  char *text = g_strdup_printf ("r=%sx,s=QSXCR+Q6sek8bf92,i=%u", strstr (xmpp_secret_get_text (first), ",r=") + 3,
                                iterations);

  return g_bytes_new_take (text, strlen (text));
}

/* S-48: at the cap the main loop goes on, and cancelling ends it at once. */
static void
test_cancel_derivation (void)
{
  XmppSasl *sasl = make_sasl ();
  g_autoptr (GBytes) first = make_first (sasl, XMPP_SCRAM_MAX_ITERATIONS);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Answer answer = { 0 };

  xmpp_sasl_challenge_async (sasl, first, cancellable, answered_cb, &answer);
  g_assert_false (answer.done);
  g_cancellable_cancel (cancellable);
  while (!answer.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&answer.error);
  /* The thread still holds it. */
  g_object_unref (sasl);
}

static void
test_order (void)
{
  g_autoptr (XmppSasl) sasl = make_sasl ();
  g_autoptr (GBytes) first = make_first (sasl, 4096);
  g_autoptr (GError) error = NULL;
  Answer answer = { 0 };

  g_assert_false (xmpp_sasl_success (sasl, NULL, &error));
  g_assert_error (error, XMPP_ERROR, XMPP_ERROR_SERVER_PROOF);
  xmpp_sasl_challenge_async (sasl, first, NULL, answered_cb, &answer);
  while (!answer.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (answer.error);
  g_assert_nonnull (strstr (xmpp_secret_get_text (answer.response), ",p="));
  g_clear_pointer (&answer.response, xmpp_secret_unref);
  answer.done = FALSE;
  xmpp_sasl_challenge_async (sasl, first, NULL, answered_cb, &answer);
  while (!answer.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (answer.error, XMPP_ERROR, XMPP_ERROR_SERVER_PROOF);
  g_clear_error (&answer.error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scram/vectors", test_vectors);
  g_test_add_func ("/scram/S-49-bad-first", test_bad_first);
  g_test_add_func ("/scram/S-49-unknown-extension", test_unknown_extension);
  g_test_add_func ("/scram/S-47-bad-final", test_bad_final);
  g_test_add_func ("/scram/S-49-nonces-differ", test_nonces_differ);
  g_test_add_func ("/scram/S-48-cancel-derivation", test_cancel_derivation);
  g_test_add_func ("/scram/S-47-order", test_order);
  g_test_add_func ("/scram/S-44-vector", test_downgrade_vector);
  g_test_add_func ("/scram/S-44-delimiters", test_delimiters);
  g_test_add_func ("/scram/S-43-external-is-gone", test_external_is_gone);
  g_test_add_func ("/scram/S-50-saslprep", test_saslprep);
  return g_test_run ();
}
