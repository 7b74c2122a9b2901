/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-utf8.h"

#include <string.h>

/* How many bytes the character at p has, by table 3-7 of Unicode; 0: it is not whole yet; -1: it never will be. GLib's
 * answers to this are no help: it takes a NUL for the end, and waits for the fifth byte of what was once UTF-8. */
static int
measure_character (const guint8 *p, gsize available)
{
  guint8 low = 0x80, high = 0xBF;
  gsize length;

  if (*p < 0x80)
    return *p != 0 ? 1 : -1;
  if (*p < 0xC2 || *p > 0xF4)
    return -1;

  length = *p < 0xE0 ? 2 : *p < 0xF0 ? 3 : 4;
  if (*p == 0xE0)
    low = 0xA0;
  else if (*p == 0xED)
    high = 0x9F;
  else if (*p == 0xF0)
    low = 0x90;
  else if (*p == 0xF4)
    high = 0x8F;

  for (gsize i = 1; i < MIN (length, available); i++) {
    if (p[i] < low || p[i] > high)
      return -1;
    low = 0x80;
    high = 0xBF;
  }

  return available < length ? 0 : (int) length;
}

gsize
xmpp_utf8_check (const guint8 *p, gsize length, gboolean *bad)
{
  const guint8 *start = p, *end = p + length;

  *bad = FALSE;
  while (p < end) {
    guint64 eight;
    int n;

    if (end - p >= 8 && (memcpy (&eight, p, 8), (eight & 0x8080808080808080u) == 0) &&
        ((eight - 0x0101010101010101u) & ~eight & 0x8080808080808080u) == 0) {
      p += 8;
      continue;
    }
    n = measure_character (p, end - p);
    if (n <= 0) {
      *bad = n < 0;
      break;
    }
    p += n;
  }

  return p - start;
}

/* The Char production of XML 1.0 §2.2, for a character that is valid in UTF-8. */
static gboolean
is_xml_char (gunichar c)
{
  return c >= 0x20 ? c != 0xFFFE && c != 0xFFFF : c == '\t' || c == '\n' || c == '\r';
}

char *
xmpp_utf8_replace_illegal (const char *text)
{
  const char *p = text;
  g_autofree char *valid = NULL;
  GString *out;

  while ((guchar) *p >= 0x20 && (guchar) *p < 0x80)
    p++;
  if (*p == '\0')
    return NULL;

  valid = g_utf8_make_valid (text, -1);
  for (p = valid; *p != '\0' && is_xml_char (g_utf8_get_char (p)); p = g_utf8_next_char (p))
    ;
  if (*p == '\0')
    return g_steal_pointer (&valid);

  out = g_string_new_len (valid, p - valid);
  for (; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    g_string_append_unichar (out, is_xml_char (c) ? c : 0xFFFD);
  }

  return g_string_free (out, FALSE);
}
