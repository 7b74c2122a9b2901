/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-links.h"

#include <glib/gi18n.h>
#include <string.h>

#define LONGEST_TEXT (64 * 1024)   /* beyond it nobody looks for links */
#define LONGEST_LABEL 50           /* of a link in the menu */
#define MOST_LINKS 20              /* in the menu */
#define NUMBER "-?[0-9]+(?:\\.[0-9]+)?"

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
    } else if (!strchr (".,;:!?'\"*_~>", last)) {
      return end;
    }
    end--;
  }
  return end;
}

/* The host of an http link, without who logs in there and without the port. */
static const char *
find_host (const char *uri, gsize *length)
{
  const char *start = strstr (uri, "://");
  const char *end, *at;

  *length = 0;
  if (!start)
    return NULL;
  start += strlen ("://");
  end = start + strcspn (start, "/?#\\");
  at = g_strrstr_len (start, end - start, "@");
  if (at)
    start = at + 1;
  if (*start != '[' && g_strrstr_len (start, end - start, ":"))
    end = g_strrstr_len (start, end - start, ":");
  *length = end - start;
  return start;
}

static gboolean
has_letter (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (g_ascii_isalnum (text[i]) || text[i] & 0x80)
      return TRUE;
  return FALSE;
}

/* Whether there is something to open behind the name of the scheme. */
static gboolean
is_whole (const char *uri)
{
  const char *rest = strchr (uri, ':') + 1, *host, *at;
  gsize length;

  switch (g_ascii_tolower (*uri)) {
  case 'h':
    host = find_host (uri, &length);
    return host && (*host == '[' ? memchr (host, ']', length) != NULL : has_letter (host, length));
  case 'g':
    return g_regex_match_simple ("^" NUMBER "," NUMBER "(?:," NUMBER ")?(?:;.*)?$", rest, 0, 0);
  case 'm':
    at = strchr (rest, '@');
    return at && at > rest && has_letter (at, strlen (at));
  default:
    return has_letter (rest, strlen (rest));
  }
}

/* Where the walk over the links has got to in what is preformatted; neither goes back. */
typedef struct { const StonechatStyling *styling; guint span, line; } Styled;

static gboolean
is_preformatted (Styled *self, const StonechatLink *link)
{
  const StonechatSpan *spans = (const StonechatSpan *) self->styling->spans->data;
  const StonechatLine *lines = (const StonechatLine *) self->styling->lines->data;

  while (self->span < self->styling->spans->len && (spans[self->span].kind != STONECHAT_SPAN_CODE || spans[self->span].end <= link->start))
    self->span++;
  while (self->line < self->styling->lines->len && lines[self->line].end <= link->start)
    self->line++;
  return (self->span < self->styling->spans->len && spans[self->span].start < link->end)
         || (self->line < self->styling->lines->len && lines[self->line].kind != STONECHAT_LINE_PLAIN);
}

GArray *
stonechat_links_find (const char *text, const StonechatStyling *styling)
{
  static GRegex *regex;
  GArray *links = NULL;
  Styled styled = { styling, 0, 0 };
  g_autoptr (GMatchInfo) match = NULL;

  if (!strchr (text, ':') || strlen (text) > LONGEST_TEXT)
    return NULL;
  if (g_once_init_enter (&regex))
    g_once_init_leave (&regex, g_regex_new ("(?<![\\p{L}\\p{N}+.-])(?:https?://|(?:xmpp|mailto|geo|tel):)[^\\s<>\"\\p{Cc}\\p{Cf}]+",
                                            G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL));
  g_regex_match (regex, text, 0, &match);
  while (match && g_match_info_matches (match)) {
    StonechatLink link;
    int start, end;

    g_match_info_fetch_pos (match, 0, &start, &end);
    link.start = start;
    link.end = trim_end (text, start, end);
    link.uri = g_strndup (text + start, link.end - start);
    if (strchr (link.uri, ':') && is_whole (link.uri) && !(styling && is_preformatted (&styled, &link))) {
      if (!links) {
        links = g_array_new (FALSE, FALSE, sizeof (StonechatLink));
        g_array_set_clear_func (links, link_clear);
      }
      g_array_append_val (links, link);
    } else {
      g_free (link.uri);
    }
    g_match_info_next (match, NULL);
  }
  return links;
}

static gboolean
mixes_scripts (const char *host, gsize length)
{
  GUnicodeScript first = G_UNICODE_SCRIPT_INVALID_CODE;

  for (const char *at = host; at < host + length; at = g_utf8_next_char (at)) {
    GUnicodeScript script = g_unichar_get_script (g_utf8_get_char (at));

    if (script == G_UNICODE_SCRIPT_COMMON || script == G_UNICODE_SCRIPT_INHERITED)
      continue;
    if (first != G_UNICODE_SCRIPT_INVALID_CODE && script != first)
      return TRUE;
    first = script;
  }
  return FALSE;
}

char *
stonechat_links_describe (const char *uri)
{
  gsize length;
  const char *host = find_host (uri, &length);
  g_autofree char *own = g_strndup (host, length), *ascii = host && mixes_scripts (host, length) ? g_hostname_to_ascii (own) : NULL;

  if (!ascii)
    return g_strdup_printf ("\u2068%s\u2069", uri);
  return g_strdup_printf ("\u2068%.*s%s%s\u2069", (int) (host - uri), uri, ascii, host + length);
}

/* A menu takes an underscore for the mark of a key, and is not to be wider than the window. */
static char *
make_menu_label (const char *uri)
{
  g_autofree char *target = stonechat_links_describe (uri);
  g_autoptr (GString) label = g_string_new (target);

  if (g_utf8_strlen (target, -1) > LONGEST_LABEL) {
    g_string_truncate (label, g_utf8_offset_to_pointer (target, LONGEST_LABEL) - target);
    g_string_append (label, "…\u2069");
  }
  g_string_replace (label, "_", "__", 0);
  return g_string_free (g_steal_pointer (&label), FALSE);
}

void
stonechat_links_add_to_menu (GArray *links, GMenu *menu)
{
  g_autoptr (GMenu) targets = NULL;

  if (links->len == 1) {
    g_menu_append (menu, _("_Open Link"), "message.open-link(uint32 0)");
    return;
  }
  targets = g_menu_new ();
  for (guint i = 0; i < MIN (links->len, MOST_LINKS); i++) {
    g_autofree char *one = make_menu_label (g_array_index (links, StonechatLink, i).uri);
    g_autofree char *action = g_strdup_printf ("message.open-link(uint32 %u)", i);

    g_menu_append (targets, one, action);
  }
  g_menu_append_submenu (menu, _("_Open Link"), G_MENU_MODEL (targets));
}
