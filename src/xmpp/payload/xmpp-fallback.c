/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-fallback.h"

#include <string.h>

/* Fallback texts, and the one that we write: the quote before an answer (XEP-0461 §3.1). */

#define MOST_RANGES 64
#define LONGEST_QUOTE 400         /* code points */

static int
compare_ranges (gconstpointer a, gconstpointer b)
{
  const XmppRange *x = a, *y = b;

  return x->start < y->start ? -1 : x->start > y->start;
}

/* In order, within the text, and none over another; the whole text is cut to its length. */
static gboolean
normalize (XmppRange *ranges, guint n, guint length)
{
  qsort (ranges, n, sizeof *ranges, compare_ranges);
  for (guint i = 0; i < n; i++) {
    if (ranges[i].start == 0 && ranges[i].end == G_MAXUINT)
      ranges[i].end = length;
    if (ranges[i].start > ranges[i].end || ranges[i].end > length || (i > 0 && ranges[i].start < ranges[i - 1].end))
      return FALSE;
  }
  return TRUE;
}

/**
 * xmpp_fallback_strip:
 * @text: as it came, before anything else is done to it
 * @stripped: (out) (transfer full) (nullable): what was taken out; NULL where nothing was
 *
 * Takes the ranges out of a text (XEP-0428 §2.2). Where one of them is not within the text, or lies over another, none
 * counts, for then nobody knows what is meant (S-92).
 *
 * Returns: (transfer full): the rest, perhaps empty
 */
char *
xmpp_fallback_strip (const char *text, const XmppRange *ranges, guint n_ranges, char **stripped)
{
  XmppRange sorted[MOST_RANGES];
  g_autoptr (GString) rest = g_string_new (NULL), taken = g_string_new (NULL);
  const char *at = text;
  guint position = 0;

  *stripped = NULL;
  if (n_ranges == 0 || n_ranges > MOST_RANGES)
    return g_strdup (text);
  memcpy (sorted, ranges, n_ranges * sizeof *ranges);
  if (!normalize (sorted, n_ranges, g_utf8_strlen (text, -1)))
    return g_strdup (text);
  for (guint i = 0; i < n_ranges; i++) {
    const char *start = g_utf8_offset_to_pointer (at, sorted[i].start - position);
    const char *end = g_utf8_offset_to_pointer (start, sorted[i].end - sorted[i].start);

    g_string_append_len (rest, at, start - at);
    g_string_append_len (taken, start, end - start);
    at = end;
    position = sorted[i].end;
  }
  g_string_append (rest, at);
  if (taken->len > 0)
    *stripped = g_strdup (taken->str);
  return g_strdup (rest->str);
}

/**
 * xmpp_fallback_quote:
 *
 * What stands before an answer for those who know no answers: the lines of @text, each behind "> ". What @text quotes itself
 * is left out, and of a long text only the beginning is taken.
 *
 * Returns: (transfer full): with a line break at its end
 */
char *
xmpp_fallback_quote (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *quote = g_string_new (NULL);
  guint left = LONGEST_QUOTE;

  for (guint i = 0; lines[i] != NULL && left > 0; i++) {
    glong length = g_utf8_strlen (lines[i], -1);
    const char *end = g_utf8_offset_to_pointer (lines[i], MIN (length, left));

    if (lines[i][0] == '>')
      continue;
    g_string_append_printf (quote, "> %.*s%s\n", (int) (end - lines[i]), lines[i], *end != '\0' ? "…" : "");
    left -= MIN (length + 1, left);
  }
  if (quote->len == 0)
    g_string_append (quote, "> …\n");
  return g_string_free (quote, FALSE);
}

/**
 * xmpp_fallback_shorten:
 * @quote: what xmpp_fallback_quote () gave
 * @most: code points that it may have
 *
 * Returns: (transfer full) (nullable): its beginning, with a line break at its end; NULL where there is no place for any
 */
char *
xmpp_fallback_shorten (const char *quote, guint most)
{
  const guint rest = 2;         /* what stands for it, and the break */
  g_autofree char *start = NULL;

  if (g_utf8_strlen (quote, -1) <= (glong) most)
    return g_strdup (quote);
  start = g_utf8_substring (quote, 0, MAX (most, rest) - rest);
  for (gsize length = strlen (start); length > 0 && strchr ("> \n", start[length - 1]) != NULL; length--)
    start[length - 1] = '\0';
  return *start != '\0' ? g_strconcat (start, "…\n", NULL) : NULL;
}

/**
 * xmpp_fallback_unquote:
 *
 * Returns: (transfer full): the text of a quote, without the ">" before its lines and without space around it
 */
char *
xmpp_fallback_unquote (const char *quote)
{
  g_auto (GStrv) lines = g_strsplit (quote, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    const char *rest = lines[i];

    rest += *rest == '>';
    rest += rest != lines[i] && *rest == ' ';
    memmove (lines[i], rest, strlen (rest) + 1);
  }
  return g_strstrip (g_strjoinv ("\n", lines));
}
