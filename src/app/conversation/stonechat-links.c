/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-links.h"

#include <string.h>

#define LONGEST_TEXT (64 * 1024)   /* beyond it nobody looks for links */

static void
link_clear (gpointer data)
{
  g_free (((StonechatLink *) data)->uri);
}

/* A closing mark belongs to the sentence, except a bracket whose partner is inside the link. */
static guint
trim_end (const char *text, guint start, guint end)
{
  while (end > start) {
    char last = text[end - 1];
    const char *opening = last == ')' ? "(" : last == ']' ? "[" : last == '}' ? "{" : NULL;

    if (opening) {
      guint opened = 0, closed = 0;

      for (guint i = start; i < end; i++) {
        opened += text[i] == *opening;
        closed += text[i] == last;
      }
      if (closed <= opened)
        return end;
    } else if (!strchr (".,;:!?'\"*_>", last)) {
      return end;
    }
    end--;
  }
  return end;
}

GArray *
stonechat_links_find (const char *text)
{
  static GRegex *regex;
  GArray *links = g_array_new (FALSE, FALSE, sizeof (StonechatLink));
  g_autoptr (GMatchInfo) match = NULL;

  g_array_set_clear_func (links, link_clear);
  if (g_once_init_enter (&regex))
    g_once_init_leave (&regex, g_regex_new ("\\b(?:https?://[^\\s<>\"\\p{Cc}\\p{Cf}]+|(?:xmpp|mailto|geo|tel):[^\\s<>\"\\p{Cc}\\p{Cf}]+)",
                                            G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL));
  if (strlen (text) > LONGEST_TEXT)
    return links;
  g_regex_match (regex, text, 0, &match);
  while (match && g_match_info_matches (match)) {
    int start, end;

    g_match_info_fetch_pos (match, 0, &start, &end);
    end = trim_end (text, start, end);
    if (end > start + (int) strcspn (text + start, ":") + 1) {
      StonechatLink link = { start, end, g_strndup (text + start, end - start) };
      g_autofree char *scheme = g_uri_parse_scheme (link.uri);

      if (scheme && strlen (link.uri) > strlen (scheme) + (g_str_has_prefix (scheme, "http") ? 3u : 1u))
        g_array_append_val (links, link);
      else
        g_free (link.uri);
    }
    g_match_info_next (match, NULL);
  }
  return links;
}
