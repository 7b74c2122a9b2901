/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-search-text.h"

#include <string.h>

#define MAX_TERMS 16
#define MAX_LETTERS 18           /* of the longest decomposition in Unicode */
#define TABLE_FIRST 0x80         /* up to here and from TABLE_END on there is no table of folded characters */
#define TABLE_END 0x800

/* -- characters ----------------------------------------------------------------------------------------------------- */

/* No decomposition makes letters of these, but who types without them means them. */
static const struct { gunichar from; const char *to; } extra[] = {
  { 0x00df, "ss" }, { 0x00e6, "ae" }, { 0x00f0, "d" }, { 0x00f8, "o" }, { 0x0111, "d" }, { 0x0127, "h" }, { 0x0131, "i" },
  { 0x0142, "l" }, { 0x0153, "oe" }, { 0x0167, "t" }, { 0x03c2, "σ" }, { 0x0640, "" }, { 0x1e9e, "ss" },
};

/* Accents and points, which people leave out; not what is a letter of its own. */
static gboolean
is_optional_mark (gunichar c)
{
  if (c < 0x300 || c == 0x3099 || c == 0x309a)
    return FALSE;
  switch (g_unichar_get_script (c)) {
  case G_UNICODE_SCRIPT_COMMON:
  case G_UNICODE_SCRIPT_INHERITED:
  case G_UNICODE_SCRIPT_LATIN:
  case G_UNICODE_SCRIPT_GREEK:
  case G_UNICODE_SCRIPT_CYRILLIC:
  case G_UNICODE_SCRIPT_COPTIC:
  case G_UNICODE_SCRIPT_HEBREW:
  case G_UNICODE_SCRIPT_ARABIC:
  case G_UNICODE_SCRIPT_SYRIAC:
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean
is_dropped (gunichar c)
{
  switch (g_unichar_type (c)) {
  case G_UNICODE_NON_SPACING_MARK:
  case G_UNICODE_ENCLOSING_MARK:
    return is_optional_mark (c);
  case G_UNICODE_FORMAT:
    return TRUE;
  default:
    return FALSE;
  }
}

/* Of one letter of a decomposition; gives where it went on in out. */
static char *
fold_letter (gunichar c, char *out)
{
  if (is_dropped (c))
    return out;
  c = g_unichar_tolower (c);
  for (gsize i = 0; i < G_N_ELEMENTS (extra); i++) {
    if (extra[i].from == c)
      return g_stpcpy (out, extra[i].to);
  }
  if (g_unichar_isspace (c))
    c = ' ';
  return out + g_unichar_to_utf8 (c, out);
}

/* Without a 0 at its end. */
static gsize
fold_char (gunichar c, char out[MAX_LETTERS * 6])
{
  gunichar letters[MAX_LETTERS];
  char *end = out;
  gsize n = g_unichar_fully_decompose (c, TRUE, letters, MAX_LETTERS);

  for (gsize i = 0; i < MIN (n, MAX_LETTERS); i++)
    end = fold_letter (letters[i], end);
  return end - out;
}

typedef struct { guint8 length; char bytes[7]; } Entry;

/* Latin, Greek, Cyrillic, Hebrew and Arabic are looked up. */
static const Entry *
get_table (void)
{
  static Entry table[TABLE_END - TABLE_FIRST];
  static gsize ready = 0;

  if (g_once_init_enter (&ready)) {
    for (gunichar c = TABLE_FIRST; c < TABLE_END; c++) {
      Entry *entry = &table[c - TABLE_FIRST];
      char out[MAX_LETTERS * 6];
      gsize length = fold_char (c, out);
      g_assert (length <= sizeof entry->bytes);
      entry->length = length;
      memcpy (entry->bytes, out, length);
    }
    g_once_init_leave (&ready, 1);
  }
  return table;
}

gboolean
chat_search_char_is_dense (gunichar c)
{
  static const struct { gunichar first, last; } ranges[] = {
    { 0x0e00, 0x109f },      /* Thai, Lao, Tibetan, Myanmar */
    { 0x1780, 0x17ff },      /* Khmer */
    { 0x1950, 0x19ff }, { 0x1a20, 0x1aaf }, { 0x1b00, 0x1b7f },      /* Tai Le, New Tai Lue, Tai Tham, Balinese */
    { 0x2190, 0x2bff },      /* arrows, signs, pictures */
    { 0x2e80, 0xa4cf },      /* Chinese, Japanese, Yi */
    { 0xa980, 0xa9ff }, { 0xaa60, 0xaadf },                          /* Javanese, Myanmar, Tai Viet */
    { 0xe000, 0xfaff }, { 0x12000, 0x14fff }, { 0x17000, 0x18fff }, { 0x1b000, 0x1b2ff }, { 0x1d000, 0x3ffff },
  };

  if (c < ranges[0].first)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++) {
    if (c >= ranges[i].first && c <= ranges[i].last)
      return TRUE;
  }
  return FALSE;
}

gboolean
chat_search_starts (gunichar before, gunichar c)
{
  return before == 0 || before == ' ' || chat_search_char_is_dense (before)
         || (g_unichar_isalnum (c) && !g_unichar_isalnum (before));
}

/* -- texts ---------------------------------------------------------------------------------------------------------- */

static void
append (ChatFolded *folded, const char *bytes, gsize length, guint32 from)
{
  gsize before = folded->text->len;

  for (gsize i = 0; i < length; i++) {
    char byte = bytes[i];
    if (byte != ' ' || folded->text->len == 0 || folded->text->str[folded->text->len - 1] != ' ')
      g_string_append_c (folded->text, byte);
  }
  for (gsize i = before; folded->map != NULL && i < folded->text->len; i++)
    g_array_append_val (folded->map, from);
}

static void
append_ascii (ChatFolded *folded, guchar c, guint32 from)
{
  char byte = g_ascii_isspace (c) ? ' ' : g_ascii_tolower (c);
  append (folded, &byte, 1, from);
}

/* Where the character at p ends; what is no UTF-8 counts as one byte. */
static const char *
append_char (ChatFolded *folded, const char *p, const char *end, guint32 from)
{
  gunichar c = g_utf8_get_char_validated (p, end - p);
  char out[MAX_LETTERS * 6];

  if (c == (gunichar) -1 || c == (gunichar) -2)
    return p + 1;
  if (c < TABLE_END) {
    const Entry *entry = &get_table ()[c - TABLE_FIRST];
    append (folded, entry->bytes, entry->length, from);
  } else if (c >= 0x3400 && c < 0xa000) {
    append (folded, p, g_utf8_next_char (p) - p, from);
  } else {
    append (folded, out, fold_char (c, out), from);
  }
  return g_utf8_next_char (p);
}

void
chat_folded_set (ChatFolded *folded, const char *text, gssize length, gboolean with_map)
{
  const char *end = text + (length < 0 ? (gssize) strlen (text) : length);
  guint32 size = end - text;

  if (folded->text == NULL)
    folded->text = g_string_sized_new (256);
  g_string_truncate (folded->text, 0);
  g_clear_pointer (&folded->map, g_array_unref);
  if (with_map)
    folded->map = g_array_sized_new (FALSE, FALSE, sizeof (guint32), size + 1);
  for (const char *p = text; p < end; ) {
    if ((guchar) *p < 0x80) {
      append_ascii (folded, *p, p - text);
      p++;
    } else {
      p = append_char (folded, p, end, p - text);
    }
  }
  if (with_map)
    g_array_append_val (folded->map, size);
}

void
chat_folded_clear (ChatFolded *folded)
{
  if (folded->text != NULL)
    g_string_free (folded->text, TRUE);
  g_clear_pointer (&folded->map, g_array_unref);
  folded->text = NULL;
}

/* -- patterns ------------------------------------------------------------------------------------------------------- */

struct _ChatPattern {
  GPtrArray *terms;          /* of char *, with a NULL at its end once it is made */
};

static void
add_term (ChatPattern *self, const char *text, gsize length)
{
  g_auto (ChatFolded) folded = { 0 };

  if (self->terms->len >= MAX_TERMS)
    return;
  chat_folded_set (&folded, text, length, FALSE);
  g_strstrip (folded.text->str);
  if (*folded.text->str != '\0')
    g_ptr_array_add (self->terms, g_strdup (folded.text->str));
}

static ChatPattern *
pattern_new (void)
{
  ChatPattern *self = g_new0 (ChatPattern, 1);

  self->terms = g_ptr_array_new_with_free_func (g_free);
  return self;
}

ChatPattern *
chat_pattern_new_whole (const char *text)
{
  ChatPattern *self = pattern_new ();

  add_term (self, text, strlen (text));
  g_ptr_array_add (self->terms, NULL);
  return self;
}

/* A quote that nothing closes is looked for itself. */
static const char *
take_term (ChatPattern *self, const char *p)
{
  const char *close = *p == '"' ? strchr (p + 1, '"') : NULL;
  const char *end = p;

  if (close != NULL) {
    add_term (self, p + 1, close - p - 1);
    return close + 1;
  }
  while (*end != '\0' && !g_unichar_isspace (g_utf8_get_char (end)))
    end = g_utf8_next_char (end);
  add_term (self, p, end - p);
  return end;
}

ChatPattern *
chat_pattern_new (const char *text)
{
  ChatPattern *self = pattern_new ();

  for (const char *p = text; *p != '\0'; ) {
    if (g_unichar_isspace (g_utf8_get_char (p)))
      p = g_utf8_next_char (p);
    else
      p = take_term (self, p);
  }
  g_ptr_array_add (self->terms, NULL);
  return self;
}

void
chat_pattern_free (ChatPattern *self)
{
  g_ptr_array_unref (self->terms);
  g_free (self);
}

gboolean
chat_pattern_is_empty (ChatPattern *self)
{
  return self->terms->len == 1;
}

const char *const *
chat_pattern_get_terms (ChatPattern *self)
{
  return (const char *const *) self->terms->pdata;
}

gboolean
chat_pattern_is_start (const char *term)
{
  guint n = 0;

  for (const char *p = term; *p != '\0'; p = g_utf8_next_char (p)) {
    if (++n > 2 || chat_search_char_is_dense (g_utf8_get_char (p)))
      return FALSE;
  }
  return TRUE;
}

/* The next place of term from p on. */
static const char *
find_term (const char *text, const char *p, const char *term, gboolean start)
{
  while ((p = strstr (p, term)) != NULL && start) {
    if (p == text || chat_search_starts (g_utf8_get_char (g_utf8_prev_char (p)), g_utf8_get_char (p)))
      break;
    p++;
  }
  return p;
}

gboolean
chat_pattern_matches (ChatPattern *self, const ChatFolded *folded)
{
  const char *text = folded->text->str;

  for (guint i = 0; i + 1 < self->terms->len; i++) {
    const char *term = self->terms->pdata[i];
    if (find_term (text, text, term, chat_pattern_is_start (term)) == NULL)
      return FALSE;
  }
  return TRUE;
}

/* What one character became is marked as a whole. */
static void
add_range (GArray *ranges, const ChatFolded *folded, gsize start, gsize end)
{
  const guint32 *map = (const guint32 *) folded->map->data;
  ChatRange range;

  while (end < folded->text->len && map[end] == map[end - 1])
    end++;
  range = (ChatRange) { map[start], map[end] };
  g_array_append_val (ranges, range);
}

static int
compare_ranges (gconstpointer a, gconstpointer b)
{
  const ChatRange *x = a, *y = b;
  return x->start < y->start ? -1 : x->start > y->start;
}

static void
join_ranges (GArray *ranges)
{
  guint n = 0;

  g_array_sort (ranges, compare_ranges);
  for (guint i = 0; i < ranges->len; i++) {
    ChatRange *range = &g_array_index (ranges, ChatRange, i);
    ChatRange *last = n > 0 ? &g_array_index (ranges, ChatRange, n - 1) : NULL;
    if (last != NULL && range->start <= last->end)
      last->end = MAX (last->end, range->end);
    else
      g_array_index (ranges, ChatRange, n++) = *range;
  }
  g_array_set_size (ranges, n);
}

GArray *
chat_pattern_find (ChatPattern *self, const char *text)
{
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (ChatRange));
  g_auto (ChatFolded) folded = { 0 };

  chat_folded_set (&folded, text, -1, TRUE);
  if (!chat_pattern_matches (self, &folded))
    return ranges;
  for (guint i = 0; i + 1 < self->terms->len; i++) {
    const char *term = self->terms->pdata[i], *p = folded.text->str;
    gsize length = strlen (term);
    gboolean start = chat_pattern_is_start (term);
    for (; (p = find_term (folded.text->str, p, term, start)) != NULL; p += length)
      add_range (ranges, &folded, p - folded.text->str, p - folded.text->str + length);
  }
  join_ranges (ranges);
  return ranges;
}

gboolean
chat_search_has_link (const char *text)
{
  static const char *const schemes[] = { "http", "https", "ftp", "xmpp", "mailto", "geo" };

  for (const char *colon = text; (colon = strchr (colon, ':')) != NULL; colon++) {
    if (colon[1] == '\0' || g_ascii_isspace (colon[1]))
      continue;
    for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++) {
      gsize length = strlen (schemes[i]);
      if ((gsize) (colon - text) >= length && g_ascii_strncasecmp (colon - length, schemes[i], length) == 0
          && ((gsize) (colon - text) == length || !g_ascii_isalnum (colon[-length - 1])))
        return TRUE;
    }
  }
  return FALSE;
}
