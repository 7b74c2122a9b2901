/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-search-text.h"

#include <string.h>

/* What counts as the same, and where in a text it is. */

static char *
fold (const char *text)
{
  g_auto (ChatFolded) folded = { 0 };

  chat_folded_set (&folded, text, -1, FALSE);
  return g_strdup (folded.text->str);
}

static void
test_fold (void)
{
  static const struct { const char *text, *folded; } rows[] = {
    { "Hello, World", "hello, world" },
    { "two  spaces\n\tand more", "two spaces and more" },
    { "Café", "cafe" }, { "Cafe\xcc\x81", "cafe" },
    { "Straße STRASSE ẞ", "strasse strasse ss" },
    { "Łódź Øre Þing Æon Œuvre ĳ", "lodz ore þing aeon oeuvre ij" },
    { "ΟΔΥΣΣΕΎΣ Οδυσσεύς", "οδυσσευσ οδυσσευσ" },
    { "ЁЛКА елка Й", "елка елка и" },
    { "İstanbul ılık", "istanbul ilik" },
    { "שָׁלוֹם", "שלום" },
    { "السَّلَامُ عَلَيْكُمْ", "السلام عليكم" }, { "أحمد إحمد آحمد", "احمد احمد احمد" }, { "كـــتاب", "كتاب" },
    { "ｆｕｌｌ ｶﾞ", "full カ\xe3\x82\x99" },
    { "ﬁne ½ ²", "fine 1⁄2 2" },
    { "हिन्दी", "हिन्दी" },
    { "กิน", "กิน" },
    { "a\xc2\xad" "b\xe2\x80\x8b" "c\xe2\x80\xae", "abc" },
    { "❤\xef\xb8\x8f", "❤" },
    { "𝓗𝓮𝓵𝓵𝓸", "hello" },
    { "bad \xff byte", "bad byte" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *folded = fold (rows[i].text);
    g_assert_cmpstr (folded, ==, rows[i].folded);
  }
}

/* All that a query does to a text: the parts that are found are between brackets. */
static char *
mark (const char *text, const char *query, gboolean whole)
{
  g_autoptr (ChatPattern) pattern = whole ? chat_pattern_new_whole (query) : chat_pattern_new (query);
  g_autoptr (GArray) ranges = chat_pattern_find (pattern, text);
  GString *out = g_string_new (text);

  for (guint i = ranges->len; i > 0; i--) {
    ChatRange range = g_array_index (ranges, ChatRange, i - 1);
    g_string_insert_c (out, range.end, ']');
    g_string_insert_c (out, range.start, '[');
  }
  return g_string_free (out, FALSE);
}

static void
test_ranges (void)
{
  static const struct { const char *text, *query, *marked; gboolean whole; } rows[] = {
    { "The café is closed", "cafe", "The [café] is closed" },
    { "Cafe\xcc\x81s", "café", "[Cafe\xcc\x81]s" },
    { "Fußball", "ss", "Fußball" },                  /* two letters: not at the beginning of a word */
    { "Fußball", "ssb", "Fu[ßb]all" },
    { "Fußball", "fus", "[Fuß]ball" },
    { "window breaks", "break wind", "[wind]ow [break]s" },
    { "window breaks", "\"break wind\"", "window breaks" },
    { "window   breaks", "\"window breaks\"", "[window   breaks]" },
    { "window breaks", "window br", "[window br]eaks", TRUE },
    { "window breaks", "window zebra", "window breaks" },
    { "an ant and a banana", "an", "[an] [an]t [an]d a banana" },
    { "an ant (an) x-an", "an", "[an] [an]t ([an]) x-[an]" },
    { "a", "a", "[a]" },
    { "banana", "ana", "b[ana]na" },
    { "banana", "ana nan", "b[anan]a" },
    { "我在北京工作", "京", "我在北[京]工作" },
    { "我在北京工作", "北京", "我在[北京]工作" },
    { "我在北京工作", "在京", "我在北京工作" },
    { "שָׁלוֹם לך", "שלום", "[שָׁלוֹם] לך" },
    { "한국어", "하", "[한]국어" },
    { "family 👨‍👩‍👧 here", "👩", "family 👨‍[👩‍]👧 here" },
    { "ok", "\"", "ok" },
    { "say \"hi\"", "\"", "say [\"]hi\"" },
    { "anything", "  ", "anything" },
    { "ﬁne", "ine", "[ﬁne]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *marked = mark (rows[i].text, rows[i].query, rows[i].whole);
    g_assert_cmpstr (marked, ==, rows[i].marked);
  }
}

static void
test_links (void)
{
  g_assert_true (chat_search_has_link ("see https://example.org"));
  g_assert_true (chat_search_has_link ("(XMPP:romeo@example.org)"));
  g_assert_false (chat_search_has_link ("http: nothing"));
  g_assert_false (chat_search_has_link ("nohttp://example"));
  g_assert_false (chat_search_has_link ("well: this"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search/text/W-38/fold", test_fold);
  g_test_add_func ("/search/text/W-38/ranges", test_ranges);
  g_test_add_func ("/search/text/links", test_links);
  return g_test_run ();
}
