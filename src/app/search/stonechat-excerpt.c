/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-excerpt.h"
#include "chat-search-text.h"

#include <string.h>

#define BEFORE 48            /* characters before what was found */
#define LENGTH 240
#define LEFT_TO_RIGHT "\xe2\x80\x8e"
#define RIGHT_TO_LEFT "\xe2\x80\x8f"

/* The blocks of Unicode for scripts from right to left (UAX 9); the first letter tells how a text runs. */
static gboolean
runs_left (const char *text)
{
  for (; *text; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);

    if (g_unichar_isalpha (c))
      return (c >= 0x590 && c < 0x900) || (c >= 0xfb1d && c < 0xfe00) || (c >= 0xfe70 && c < 0xff00) || (c >= 0x10800 && c < 0x11000) ||
             (c >= 0x1e800 && c < 0x1f000);
  }
  return FALSE;
}

static const char *
go_back (const char *text, const char *from, int n)
{
  const char *at = from, *word;

  for (; n > 0 && at > text; n--)
    at = g_utf8_prev_char (at);
  if (at == text)
    return text;
  /* Not in the middle of a word, where there are words. */
  for (word = at; word < from; word = g_utf8_next_char (word))
    if (g_unichar_isspace (g_utf8_get_char (word)))
      return g_utf8_next_char (word);
  return at;
}

static void
mark (PangoAttrList *marks, guint start, guint end)
{
  PangoAttribute *attributes[] = { pango_attr_weight_new (PANGO_WEIGHT_BOLD), pango_attr_background_new (0xffff, 0xb000, 0x0000),
                                   pango_attr_background_alpha_new (0x5000) };

  for (guint i = 0; i < G_N_ELEMENTS (attributes); i++) {
    attributes[i]->start_index = start;
    attributes[i]->end_index = end;
    pango_attr_list_insert (marks, attributes[i]);
  }
}

char *
stonechat_excerpt (const char *text, GArray *ranges, PangoAttrList **marks)
{
  guint first = ranges && ranges->len ? g_array_index (ranges, ChatRange, 0).start : 0;
  const char *start = go_back (text, text + first, BEFORE), *end = start;
  GString *line = g_string_new (NULL);
  guint shift;

  for (int n = 0; *end && n < LENGTH; n++)
    end = g_utf8_next_char (end);
  /* What stands first in a piece may be of the other direction than the whole. */
  if (start > text)
    g_string_append (line, runs_left (text) ? RIGHT_TO_LEFT "…" : LEFT_TO_RIGHT "…");
  shift = line->len;
  g_string_append_len (line, start, end - start);
  if (*end)
    g_string_append (line, "…");
  /* One byte for one: the marks stay where they are. */
  for (char *c = line->str; *c; c++)
    if ((guchar) *c < ' ')
      *c = ' ';
  *marks = pango_attr_list_new ();
  for (guint i = 0; ranges && i < ranges->len; i++) {
    const ChatRange *range = &g_array_index (ranges, ChatRange, i);

    if (text + range->end <= end)
      mark (*marks, range->start - (start - text) + shift, range->end - (start - text) + shift);
  }
  return g_string_free (line, FALSE);
}
