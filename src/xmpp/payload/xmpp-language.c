/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-stanza.h"
#include "xmpp-ns.h"

#include <string.h>

/* Texts that a stanza may have in several languages. */

/* 0 fits best: the user's languages in their order, then no language at all, then any other. */
static guint
language_rank (const char *lang, const char *const *languages)
{
  guint n = languages ? g_strv_length ((char **) languages) : 0;

  if (lang == NULL || *lang == '\0')
    return n;
  for (guint i = 0; i < n; i++) {
    gsize length = strcspn (languages[i], "_.@-");

    if (g_ascii_strncasecmp (lang, languages[i], length) == 0 && (lang[length] == '\0' || lang[length] == '-'))
      return i;
  }
  return n + 1;
}

/**
 * xmpp_stanza_find_in_language:
 * @languages: (nullable): the user's languages, the best first, as of g_get_language_names ()
 *
 * Of the stanza's children of this name, the one that the user understands best (RFC 6120 §8.1.5): one without a language
 * has the stanza's.
 *
 * Returns: (transfer none) (nullable)
 */
XmppElement *
xmpp_stanza_find_in_language (XmppElement *stanza, const char *name, const char *const *languages)
{
  const char *usual = xmpp_element_get_lang (stanza);
  XmppElement *best = NULL;
  guint best_rank = G_MAXUINT;

  for (guint i = 0; i < xmpp_element_get_n_children (stanza); i++) {
    XmppElement *child = xmpp_element_get_child (stanza, i);
    guint rank;

    if (!xmpp_element_is (child, XMPP_NS_CLIENT, name))
      continue;
    rank = language_rank (xmpp_element_get_lang (child) ? xmpp_element_get_lang (child) : usual, languages);
    if (rank < best_rank) {
      best = child;
      best_rank = rank;
    }
  }
  return best;
}
