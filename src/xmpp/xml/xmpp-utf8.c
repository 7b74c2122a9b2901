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
