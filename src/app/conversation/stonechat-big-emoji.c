/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-big-emoji.h"

#include <string.h>

#define LONGEST (3 * 64)     /* bytes; the longest families and flags have less than a third of that */

/* A character that is a picture by itself, or one that is made one by what follows it. Digits are emoji in Unicode's sense. */
#define PICTURE "(?:\\p{EPres}\\x{FE0F}?|\\p{ExtPict}\\x{FE0F}|\\p{EBase}(?=\\p{EMod}))"
#define LOOSE "(?:\\p{ExtPict}\\x{FE0F}?)"     /* within a sequence the one before says that it is a picture */
#define TAGS "(?:[\\x{E0020}-\\x{E007E}]+\\x{E007F})?"
#define EMOJI "(?:\\p{RI}{2}|[0-9#*]\\x{FE0F}?\\x{20E3}|(?!\\p{RI})(?:" PICTURE "\\p{EMod}?" TAGS "(?:\\x{200D}" LOOSE "\\p{EMod}?)*" \
              "|" LOOSE "(?:\\x{200D}" LOOSE "\\p{EMod}?)+))"

gboolean
stonechat_big_emoji_match (const char *text)
{
  static GRegex *regex;
  gsize length = strlen (text);

  if (length == 0 || length > LONGEST || g_ascii_isalpha (*text))
    return FALSE;
  if (g_once_init_enter (&regex))
    g_once_init_leave (&regex, g_regex_new ("^(?:" EMOJI "[ \\n]*){1,3}$", G_REGEX_OPTIMIZE, 0, NULL));
  return g_regex_match (regex, text, 0, NULL);
}
