/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-precis.h"

#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

/* Which characters an address may have, derived from the properties of Unicode as RFC 8264 §8 and §9 say, not from a
 * table that grows old. */

typedef enum { PVALID, FREE_PVALID, CONTEXT_J, CONTEXT_O, DISALLOWED } Class;

/* RFC 8264 §9.6: decided one by one, against what the properties say. */
static gboolean
get_exception (gunichar c, Class *class)
{
  switch (c) {
  case 0x00DF: case 0x03C2: case 0x06FD: case 0x06FE: case 0x0F0B: case 0x3007:
    *class = PVALID;
    return TRUE;
  case 0x00B7: case 0x0375: case 0x05F3: case 0x05F4: case 0x30FB:
    *class = CONTEXT_O;
    return TRUE;
  case 0x0640: case 0x07FA: case 0x302E: case 0x302F: case 0x3031: case 0x3032: case 0x3033: case 0x3034: case 0x3035:
  case 0x303B:
    *class = DISALLOWED;
    return TRUE;
  default:
    break;
  }
  if ((c >= 0x0660 && c <= 0x0669) || (c >= 0x06F0 && c <= 0x06F9)) {
    *class = CONTEXT_O;
    return TRUE;
  }

  return FALSE;
}

/* RFC 8264 §9.17: NFKC makes something else of it. */
static gboolean
has_compatibility_form (gunichar c)
{
  ucs4_t in = c, out[32];
  size_t length = G_N_ELEMENTS (out);

  if (u32_normalize (UNINORM_NFKC, &in, 1, out, &length) != out)
    return TRUE;

  return length != 1 || out[0] != in;
}

static gboolean
is_old_hangul (gunichar c)
{
  return (c >= 0x1100 && c <= 0x11FF) || (c >= 0xA960 && c <= 0xA97F) || (c >= 0xD7B0 && c <= 0xD7FF);
}

/* RFC 8264 §8, in its order. */
static Class
get_class (gunichar c)
{
  Class class;

  if (get_exception (c, &class))
    return class;

  switch (g_unichar_type (c)) {
  case G_UNICODE_UNASSIGNED:
    return DISALLOWED;
  default:
    break;
  }
  if (c >= 0x21 && c <= 0x7E)
    return PVALID;
  if (c == 0x200C || c == 0x200D)
    return CONTEXT_J;
  if (is_old_hangul (c) || uc_is_property_default_ignorable_code_point (c) || uc_is_property_not_a_character (c))
    return DISALLOWED;
  if (g_unichar_type (c) == G_UNICODE_CONTROL)
    return DISALLOWED;
  if (has_compatibility_form (c))
    return FREE_PVALID;

  switch (g_unichar_type (c)) {
  case G_UNICODE_LOWERCASE_LETTER: case G_UNICODE_UPPERCASE_LETTER: case G_UNICODE_OTHER_LETTER:
  case G_UNICODE_DECIMAL_NUMBER: case G_UNICODE_MODIFIER_LETTER: case G_UNICODE_NON_SPACING_MARK:
  case G_UNICODE_SPACING_MARK:
    return PVALID;
  case G_UNICODE_TITLECASE_LETTER: case G_UNICODE_LETTER_NUMBER: case G_UNICODE_OTHER_NUMBER:
  case G_UNICODE_ENCLOSING_MARK: case G_UNICODE_SPACE_SEPARATOR: case G_UNICODE_MATH_SYMBOL:
  case G_UNICODE_CURRENCY_SYMBOL: case G_UNICODE_MODIFIER_SYMBOL: case G_UNICODE_OTHER_SYMBOL:
  case G_UNICODE_CONNECT_PUNCTUATION: case G_UNICODE_DASH_PUNCTUATION: case G_UNICODE_OPEN_PUNCTUATION:
  case G_UNICODE_CLOSE_PUNCTUATION: case G_UNICODE_INITIAL_PUNCTUATION: case G_UNICODE_FINAL_PUNCTUATION:
  case G_UNICODE_OTHER_PUNCTUATION:
    return FREE_PVALID;
  default:
    return DISALLOWED;
  }
}

static gboolean
has_script (gunichar c, const char *name)
{
  const uc_script_t *script = uc_script (c);

  return script != NULL && strcmp (script->name, name) == 0;
}

static gboolean
is_virama (gunichar c)
{
  return uc_combining_class (c) == UC_CCC_VR;
}

/* RFC 5892 A.1: (L|D) T* ZWNJ T* (R|D). */
static gboolean
joins_around (const gunichar *text, glong length, glong i)
{
  glong before = i - 1, after = i + 1;
  int left, right;

  while (before >= 0 && uc_joining_type (text[before]) == UC_JOINING_TYPE_T)
    before--;
  while (after < length && uc_joining_type (text[after]) == UC_JOINING_TYPE_T)
    after++;
  if (before < 0 || after >= length)
    return FALSE;
  left = uc_joining_type (text[before]);
  right = uc_joining_type (text[after]);

  return (left == UC_JOINING_TYPE_L || left == UC_JOINING_TYPE_D) &&
         (right == UC_JOINING_TYPE_R || right == UC_JOINING_TYPE_D);
}

static gboolean
has_any_in_range (const gunichar *text, glong length, gunichar first, gunichar last)
{
  for (glong i = 0; i < length; i++)
    if (text[i] >= first && text[i] <= last)
      return TRUE;

  return FALSE;
}

static gboolean
has_japanese (const gunichar *text, glong length)
{
  for (glong i = 0; i < length; i++)
    if (has_script (text[i], "Hiragana") || has_script (text[i], "Katakana") || has_script (text[i], "Han"))
      return TRUE;

  return FALSE;
}

/* RFC 5892, appendix A. */
static gboolean
is_context_right (const gunichar *text, glong length, glong i)
{
  gunichar before = i > 0 ? text[i - 1] : 0;
  gunichar after = i + 1 < length ? text[i + 1] : 0;

  switch (text[i]) {
  case 0x200C: return (before != 0 && is_virama (before)) || joins_around (text, length, i);
  case 0x200D: return before != 0 && is_virama (before);
  case 0x00B7: return before == 'l' && after == 'l';
  case 0x0375: return after != 0 && has_script (after, "Greek");
  case 0x05F3: case 0x05F4: return before != 0 && has_script (before, "Hebrew");
  case 0x30FB: return has_japanese (text, length);
  default: break;
  }
  if (text[i] >= 0x0660 && text[i] <= 0x0669)
    return !has_any_in_range (text, length, 0x06F0, 0x06F9);

  return !has_any_in_range (text, length, 0x0660, 0x0669);
}

static gboolean
has_allowed_characters (const char *utf8, gboolean freeform)
{
  glong length;
  g_autofree gunichar *text = g_utf8_to_ucs4_fast (utf8, -1, &length);

  for (glong i = 0; i < length; i++) {
    switch (get_class (text[i])) {
    case PVALID:
      break;
    case FREE_PVALID:
      if (!freeform)
        return FALSE;
      break;
    case CONTEXT_J:
    case CONTEXT_O:
      if (!is_context_right (text, length, i))
        return FALSE;
      break;
    case DISALLOWED:
      return FALSE;
    }
  }

  return TRUE;
}

static gboolean
is_one_of (int class, const char *allowed)
{
  for (; *allowed != '\0'; allowed++)
    if (class == *allowed)
      return TRUE;

  return FALSE;
}

/* The classes of bidi that the rule tells apart, a letter each. */
static char
get_bidi (gunichar c)
{
  switch (uc_bidi_class (c)) {
  case UC_BIDI_L: return 'L';
  case UC_BIDI_R: return 'R';
  case UC_BIDI_AL: return 'A';
  case UC_BIDI_AN: return 'N';
  case UC_BIDI_EN: return 'E';
  case UC_BIDI_ES: return 's';
  case UC_BIDI_CS: return 'c';
  case UC_BIDI_ET: return 't';
  case UC_BIDI_ON: return 'o';
  case UC_BIDI_BN: return 'b';
  case UC_BIDI_NSM: return 'm';
  default: return '?';
  }
}

/* RFC 5893 §2, for text with a character from right to left in it. */
static gboolean
follows_bidi_rule (const char *utf8)
{
  glong length;
  g_autofree gunichar *text = g_utf8_to_ucs4_fast (utf8, -1, &length);
  gboolean any_rtl = FALSE, european = FALSE, arabic = FALSE, rtl;
  char last = 0;

  for (glong i = 0; i < length; i++)
    any_rtl = any_rtl || is_one_of (get_bidi (text[i]), "RAN");
  if (!any_rtl)
    return TRUE;

  rtl = is_one_of (get_bidi (text[0]), "RA");
  if (!rtl && get_bidi (text[0]) != 'L')
    return FALSE;
  for (glong i = 0; i < length; i++) {
    char class = get_bidi (text[i]);

    if (!is_one_of (class, rtl ? "RANEsctobm" : "LEsctobm"))
      return FALSE;
    european = european || class == 'E';
    arabic = arabic || class == 'N';
    if (class != 'm')
      last = class;
  }

  return is_one_of (last, rtl ? "RAEN" : "LE") && !(rtl && european && arabic);
}

/* Full width and half width forms become the usual ones (RFC 8265 §3.3.2). */
static char *
map_width (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    ucs4_t decomposed[UC_DECOMPOSITION_MAX_LENGTH];
    int tag, n = c < 0x3000 ? -1 : uc_decomposition (c, &tag, decomposed);

    if (n >= 1 && (tag == UC_DECOMP_WIDE || tag == UC_DECOMP_NARROW))
      for (int i = 0; i < n; i++)
        g_string_append_unichar (out, decomposed[i]);
    else
      g_string_append_unichar (out, c);
  }

  return g_string_free (out, FALSE);
}

/* toLowerCase () of Unicode, character by character: final sigma and sharp s stay (RFC 8265 §3.3.2; RFC 7613 folded them,
 * and jxmpp still does). */
static char *
map_lower (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    /* The one letter whose full lower case is two characters. */
    if (c == 0x0130)
      g_string_append (out, "i\xCC\x87");
    else
      g_string_append_unichar (out, g_unichar_tolower (c));
  }

  return g_string_free (out, FALSE);
}

/* What no address can have, however lenient: it would break the text, the wire or the look of the list. */
static gboolean
is_harmless (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c == 0xFFFE || c == 0xFFFF || g_unichar_type (c) == G_UNICODE_CONTROL || g_unichar_type (c) == G_UNICODE_SURROGATE)
      return FALSE;
  }

  return TRUE;
}

char *
xmpp_precis_username_case_mapped (const char *text, gboolean lenient)
{
  g_autofree char *wide = map_width (text);
  g_autofree char *lower = map_lower (wide);
  g_autofree char *normal = g_utf8_normalize (lower, -1, G_NORMALIZE_NFC);

  if (normal == NULL)
    return NULL;
  if (!has_allowed_characters (normal, FALSE) || !follows_bidi_rule (normal))
    if (!lenient || !is_harmless (normal))
      return NULL;

  return g_steal_pointer (&normal);
}

/* Spaces of other kinds become U+0020 (RFC 8265 §4.2.2). Leading ones are let be: RFC 7622, erratum 4560. */
static char *
map_spaces (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    g_string_append_unichar (out, g_unichar_type (c) == G_UNICODE_SPACE_SEPARATOR ? ' ' : c);
  }

  return g_string_free (out, FALSE);
}

char *
xmpp_precis_opaque_string (const char *text, gboolean lenient)
{
  g_autofree char *spaced = map_spaces (text);
  g_autofree char *normal = g_utf8_normalize (spaced, -1, G_NORMALIZE_NFC);

  if (normal == NULL)
    return NULL;

  /* Emoji with a variation selector are in use as resources, and a client that refuses them when they come in never gets
   * past the stanza (aioxmpp, issue 8). */
  if (!has_allowed_characters (normal, TRUE) && (!lenient || !is_harmless (normal)))
    return NULL;

  return g_steal_pointer (&normal);
}

char *
xmpp_precis_map_domain (const char *text)
{
  g_autofree char *wide = map_width (text);
  g_autofree char *lower = map_lower (wide);
  g_autofree char *normal = g_utf8_normalize (lower, -1, G_NORMALIZE_NFC);
  GString *out;

  if (normal == NULL)
    return NULL;

  out = g_string_new (normal);
  g_string_replace (out, "\xE3\x80\x82", ".", 0);   /* U+3002, the ideographic full stop; its wide forms are mapped to it */

  return g_string_free (out, FALSE);
}

/* Japanese mixes three scripts by nature, and Korean and Bopomofo come with Han: they count as one. */
static const char *
get_script_family (gunichar c)
{
  const uc_script_t *script = g_unichar_isalpha (c) ? uc_script (c) : NULL;

  if (script == NULL || strcmp (script->name, "Common") == 0 || strcmp (script->name, "Inherited") == 0)
    return NULL;
  if (strcmp (script->name, "Hiragana") == 0 || strcmp (script->name, "Katakana") == 0 ||
      strcmp (script->name, "Hangul") == 0 || strcmp (script->name, "Bopomofo") == 0)
    return "Han";

  return script->name;
}

gboolean
xmpp_precis_is_mixed_script (const char *text)
{
  const char *first = NULL;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    const char *family = get_script_family (g_utf8_get_char (p));

    if (*p == '.')
      first = NULL;
    else if (first == NULL)
      first = family;
    else if (family != NULL && strcmp (family, first) != 0)
      return TRUE;
  }

  return FALSE;
}
