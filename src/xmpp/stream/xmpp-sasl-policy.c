/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-sasl-policy.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "xmpp-error.h"
#include "xmpp-ns.h"

/* Which SASL mechanism and which channel binding, as one function without any side effect, so that the whole table of
 * offers can be tested.
 *
 * Channel binding after XEP-0440's rules for SASL1 (RFC 6120), with what Debian 12's servers need:
 *   -PLUS  list            we do
 *   no     no              "y": an attacker that struck out -PLUS is found by the server
 *   no     yes             refuse: -PLUS was struck out
 *   yes    with one of ours  "p", the best
 *   yes    none of ours    "n", and only if XEP-0474's hash shows the list to be the server's
 *   yes    no              "p=tls-unique" on TLS 1.2, which such servers mean; else "n" (never "y": the server has
 *                          channel binding, and would take us for an intercepted client)
 *
 * tls-unique is not there on TLS 1.3, where a server that has nothing else has no -PLUS for us. So a log-in that it made
 * safer counts as one, but is no promise: when the server goes on to TLS 1.3, that must not look like a downgrade. */

typedef struct {
  const char *name;
  XmppStrength strength;
  gboolean plus;
} Mechanism;

static const Mechanism scram[] = {
  { "SCRAM-SHA-512-PLUS", XMPP_STRENGTH_SCRAM_SHA_512_PLUS, TRUE },
  { "SCRAM-SHA-256-PLUS", XMPP_STRENGTH_SCRAM_SHA_256_PLUS, TRUE },
  { "SCRAM-SHA-1-PLUS", XMPP_STRENGTH_SCRAM_SHA_1_PLUS, TRUE },
  { "SCRAM-SHA-512", XMPP_STRENGTH_SCRAM_SHA_512, FALSE },
  { "SCRAM-SHA-256", XMPP_STRENGTH_SCRAM_SHA_256, FALSE },
  { "SCRAM-SHA-1", XMPP_STRENGTH_SCRAM_SHA_1, FALSE },
};

static gboolean
offers_scram (const XmppSaslOffer *offer, gboolean plus)
{
  for (guint i = 0; i < G_N_ELEMENTS (scram); i++) {
    if (scram[i].plus == plus && g_strv_contains (offer->mechanisms, scram[i].name))
      return TRUE;
  }
  return FALSE;
}

static const char *
find_binding (const XmppSaslOffer *offer)
{
  static const char *const implied[] = { "tls-unique", NULL };
  const char *const *wanted = offer->bindings;

  if (!wanted && offer->has_tls_1_3)
    return NULL;
  if (!wanted)
    wanted = implied;
  for (guint i = 0; offer->available && offer->available[i]; i++) {
    if (g_strv_contains (wanted, offer->available[i]))
      return offer->available[i];
  }
  return NULL;
}

static gboolean
choose_binding (const XmppSaslOffer *offer, XmppSaslChoice *choice, GError **error)
{
  gboolean plus = offers_scram (offer, TRUE);

  if (!plus && offer->bindings && offers_scram (offer, FALSE)) {
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_DOWNGRADE,
                         _("The connection may be intercepted: the safer log-in methods were removed from the server’s list"));
    return FALSE;
  }
  choice->binding = plus ? find_binding (offer) : NULL;
  choice->gs2_flag = choice->binding ? "p" : plus || !offer->available || !offer->available[0] ? "n" : "y";
  choice->require_hash = plus && !choice->binding && offer->bindings;
  return TRUE;
}

static gboolean
has_binding_for_tls_1_3 (const XmppSaslOffer *offer)
{
  return offer->bindings && (g_strv_contains (offer->bindings, "tls-exporter")
                             || g_strv_contains (offer->bindings, "tls-server-end-point"));
}

/* Strengths with channel binding come after those without, in the same order of hashes. */
static XmppStrength
get_lasting (const XmppSaslOffer *offer, const XmppSaslChoice *choice)
{
  if (!g_str_has_suffix (choice->mechanism, "-PLUS") || has_binding_for_tls_1_3 (offer))
    return choice->strength;
  return choice->strength - (XMPP_STRENGTH_SCRAM_SHA_1_PLUS - XMPP_STRENGTH_SCRAM_SHA_1);
}

static gboolean
choose_strongest (const XmppSaslOffer *offer, XmppSaslChoice *choice)
{
  if (offer->has_certificate && g_strv_contains (offer->mechanisms, "EXTERNAL")) {
    choice->mechanism = "EXTERNAL";
    choice->strength = XMPP_STRENGTH_EXTERNAL;
    return TRUE;
  }
  for (guint i = 0; offer->has_password && i < G_N_ELEMENTS (scram); i++) {
    if ((!scram[i].plus || choice->binding) && g_strv_contains (offer->mechanisms, scram[i].name)) {
      choice->mechanism = scram[i].name;
      choice->strength = scram[i].strength;
      return TRUE;
    }
  }
  if (offer->has_password && g_strv_contains (offer->mechanisms, "PLAIN")) {
    choice->mechanism = "PLAIN";
    choice->strength = XMPP_STRENGTH_PLAIN;
    return TRUE;
  }
  return FALSE;
}

/* EXTERNAL was seen, but the certificate is not given any more: a password may follow, in any way but in clear. */
static XmppStrength
get_floor (const XmppSaslOffer *offer)
{
  return offer->known == XMPP_STRENGTH_EXTERNAL && !offer->has_certificate ? XMPP_STRENGTH_SCRAM_SHA_1 : offer->known;
}

static gboolean
has_delimiter (const char *const *list)
{
  for (guint i = 0; list && list[i]; i++) {
    if (strpbrk (list[i], "\x1e\x1f"))
      return TRUE;
  }
  return FALSE;
}

gboolean
xmpp_sasl_choose (const XmppSaslOffer *offer, XmppSaslChoice *choice, GError **error)
{
  *choice = (XmppSaslChoice) { 0 };
  if (has_delimiter (offer->mechanisms) || has_delimiter (offer->bindings)) {
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_PROTOCOL, _("The server’s list of log-in methods is not valid"));
    return FALSE;
  }
  if (!choose_binding (offer, choice, error))
    return FALSE;
  if (!choose_strongest (offer, choice)) {
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_NO_MECHANISM,
                         _("The server offers no way to log in that Stonechat can use"));
    return FALSE;
  }
  if (choice->strength < get_floor (offer)) {
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_DOWNGRADE,
                         _("The server offers only weaker ways to log in than before. The connection may be intercepted."));
    return FALSE;
  }
  if (choice->strength == XMPP_STRENGTH_PLAIN && !offer->allow_plain) {
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_PLAIN_ONLY,
                         _("The server wants to see the password itself. Its operator could read it."));
    return FALSE;
  }
  choice->lasting = get_lasting (offer, choice);
  return TRUE;
}

static int
compare_octets (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
append_sorted (GString *out, const char *const *list)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  for (guint i = 0; list && list[i]; i++)
    g_ptr_array_add (sorted, (gpointer) list[i]);
  g_ptr_array_sort (sorted, compare_octets);
  for (guint i = 0; i < sorted->len; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? "\x1e" : "", (const char *) sorted->pdata[i]);
}

char *
xmpp_sasl_get_downgrade_input (const char *const *mechanisms, const char *const *bindings)
{
  GString *out = g_string_new (NULL);

  append_sorted (out, mechanisms);
  if (bindings) {
    g_string_append_c (out, 0x1f);
    append_sorted (out, bindings);
  }
  return g_string_free (out, FALSE);
}

char **
xmpp_sasl_parse_mechanisms (XmppElement *features)
{
  XmppElement *list = xmpp_element_find_child (features, XMPP_NS_SASL, "mechanisms");
  GStrvBuilder *builder;
  char **result;

  if (!list)
    return NULL;
  builder = g_strv_builder_new ();
  for (guint i = 0; i < xmpp_element_get_n_children (list); i++) {
    XmppElement *child = xmpp_element_get_child (list, i);

    if (xmpp_element_is (child, XMPP_NS_SASL, "mechanism"))
      g_strv_builder_add (builder, xmpp_element_get_text (child));
  }
  result = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return result;
}

char **
xmpp_sasl_parse_bindings (XmppElement *features)
{
  XmppElement *list = xmpp_element_find_child (features, XMPP_NS_SASL_CB, "sasl-channel-binding");
  GStrvBuilder *builder;
  char **result;

  if (!list)
    return NULL;
  builder = g_strv_builder_new ();
  for (guint i = 0; i < xmpp_element_get_n_children (list); i++) {
    XmppElement *child = xmpp_element_get_child (list, i);
    const char *type = xmpp_element_get_attribute (child, "type");

    if (xmpp_element_is (child, XMPP_NS_SASL_CB, "channel-binding") && type)
      g_strv_builder_add (builder, type);
  }
  result = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return result;
}
