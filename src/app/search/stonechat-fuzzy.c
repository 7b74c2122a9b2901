/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-fuzzy.h"

#include <string.h>

enum { SAME = 1000, BEGINNING = 900, WORD = 800, PART = 600, SOME = 300, WORDS_OFF = 50 };

char *
stonechat_fuzzy_fold (const char *text)
{
  g_autofree char *folded = text && g_utf8_validate (text, -1, NULL) ? g_utf8_casefold (text, -1) : NULL;
  g_autofree char *parts = folded ? g_utf8_normalize (folded, -1, G_NORMALIZE_ALL) : NULL;
  GString *plain;

  if (!parts)
    return NULL;
  plain = g_string_sized_new (strlen (parts));
  for (const char *c = parts; *c; c = g_utf8_next_char (c))
    if (!g_unichar_ismark (g_utf8_get_char (c)))
      g_string_append_len (plain, c, g_utf8_next_char (c) - c);
  return g_string_free (plain, FALSE);
}

static gboolean
begins_word (const char *text, const char *at)
{
  return at == text || !g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (at)));
}

/* Its letters in their order, the first at the beginning of a word; the fewer letters between them the better. */
static int
score_letters (const char *text, const char *typed)
{
  const char *at = NULL, *from = text;
  int skipped = 0;

  for (const char *c = typed; *c; c = g_utf8_next_char (c)) {
    gunichar letter = g_utf8_get_char (c);

    for (at = from; *at; at = g_utf8_next_char (at))
      if (g_utf8_get_char (at) == letter && (c != typed || begins_word (text, at)))
        break;
    if (!*at)
      return 0;
    /* "rm" is meant for Romeo Montague: at the beginning of a word nothing was skipped. */
    if (c != typed && !begins_word (text, at))
      skipped += at - from;
    from = g_utf8_next_char (at);
  }
  return MAX (1, SOME - 10 * skipped);
}

static int
score_part (const char *text, const char *typed)
{
  const char *first = strstr (text, typed);

  if (!first)
    return score_letters (text, typed);
  if (first == text)
    return text[strlen (typed)] ? BEGINNING : SAME;
  for (const char *at = first; at; at = strstr (at + 1, typed))
    if (begins_word (text, at))
      return WORD;
  return PART;
}

int
stonechat_fuzzy_score (const char *text, const char *typed)
{
  g_auto (GStrv) words = NULL;
  int best = *typed ? score_part (text, typed) : SAME, worst = SAME;

  if (best >= PART || !strchr (typed, ' '))
    return best;
  words = g_strsplit (typed, " ", -1);
  for (char **word = words; *word; word++)
    if (**word)
      worst = MIN (worst, score_part (text, *word));
  return MAX (best, MAX (0, worst - WORDS_OFF));
}
