/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-store-search.h"
#include "lot-test.h"

#include <string.h>

/* What is found: the same as by looking at every message, whatever is written in it. */

/* Of every way of writing a line or two; several per script, for there must be something to tell apart. */
static const char *const texts[] = {
  "But soft, what light through yonder window breaks?", "It is the east, and Juliet is the sun.", "ok", "Ok!", "no", "a b c",
  "Voilà, ça c'est déjà l'été à Besançon", "Falsches Üben von Xylophonmusik quält jeden größeren Zwerg",
  "Příliš žluťoučký kůň úpěl ďábelské ódy", "Pchnąć w tę łódź jeża lub ośm skrzyń fig", "Þú dazt á hnéð í vök og yfir blóm sexý ræður",
  "Tôi có thể ăn thủy tinh mà không hại gì", "Pijamalı hasta yağız şoföre çabucak güvendi", "İzmir'de ılık bir gün",
  "Съешь ещё этих мягких французских булок", "Чуєш їх, доцю, га? Кумедна ж ти", "Ξεσκεπάζω την ψυχοφθόρα σας βδελυγμία", "ΟΔΥΣΣΕΎΣ",
  "דג סקרן שט בים מאוכזב ולפתע מצא לו חברה", "שָׁלוֹם עֲלֵיכֶם", "نص حكيم له سر قاطع وذو شأن عظيم", "السَّلَامُ عَلَيْكُمْ", "گچ پژ ٹھیک ہے",
  "ऋषियों को सताने वाले दुष्ट राक्षसों", "हिन्दी में बात करो", "আমি বাংলায় গান গাই", "ਮੈਂ ਪੰਜਾਬੀ ਬੋਲਦਾ ਹਾਂ", "હું ગુજરાતી બોલું છું", "நான் தமிழ் பேசுகிறேன்",
  "నేను తెలుగు మాట్లాడతాను", "ನಾನು ಕನ್ನಡ ಮಾತನಾಡುತ್ತೇನೆ", "ഞാൻ മലയാളം സംസാരിക്കുന്നു", "මම සිංහල කතා කරනවා",
  "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า", "กินข้าวหรือยัง", "ຂ້ອຍກິນແກ້ວໄດ້", "ខ្ញុំអាចញុំកញ្ចក់បាន", "ကျွန်တော်မြန်မာစကားပြောတယ်", "བོད་སྐད་ཤེས་ཀྱི་ཡོད",
  "我能吞下玻璃而不伤身体", "我在北京工作", "京", "色は匂へど散りぬるを", "コンピューター", "ｶﾞｷﾞｸﾞ", "다람쥐 헌 쳇바퀴에 타고파", "한국어", "我今晚 meeting 後回家ok嗎",
  "ქართული ენა ჩემი ენაა", "Ես խոսում եմ հայերեն", "አማርኛ እናገራለሁ", "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ", "ᐃᓄᒃᑎᑐᑦ", "ދިވެހި ބަސް", "ܫܠܡܐ ܥܠܟܘܢ", "ꦧꦱꦗꦮ", "ᮘᮞ ᮞᮥᮔ᮪ᮓ",
  "𐌼𐌰𐌲 𐌲𐌻𐌴𐍃 𐌹̈𐍄𐌰𐌽", "👨‍👩‍👧‍👦 family 🏳️‍🌈", "👍🏽👍", "🇩🇪🇫🇷", "¯\\_(ツ)_/¯", "C++ and C# at 100% ;)", "x=\"1\" AND y='2' OR NOT (z*)",
  "user@example.org/home", "https://example.org/a?b=c#d see", "**bold** _it_ `code`", "line one\nline two\r\n\tline three",
};

static gint64
add_text (Lots *lots, const char *jid, gboolean own, const char *text, gint64 time)
{
  ChatAddedLot *added = lots_live (lots, said (jid, own, NULL, text, time));

  return g_array_index (added->ids, gint64, 0);
}

/* FALSE: nothing follows, all is found by looking at it. */
static void
index_all (Lots *lots)
{
  chat_store_set_index_delay (lots->store, 1);
  wait_for (!chat_store_is_indexing (lots->store));
}

static ChatSearchPage *
search_for (Lots *lots, ChatSearchQuery query)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ChatSearchPage *page;

  if (query.limit == 0)
    query.limit = 10000;
  chat_store_search_async (lots->store, &query, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  page = chat_store_search_finish (lots->store, result, &error);
  g_assert_no_error (error);
  return page;
}

/* The ids of a page, newest first. */
static char *
ids_of (ChatSearchPage *page)
{
  GString *ids = g_string_new (NULL);

  for (guint i = 0; i < page->rows->len; i++) {
    ChatSearchRow *row = page->rows->pdata[i];
    g_string_append_printf (ids, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "", row->message->id);
  }
  return g_string_free (ids, FALSE);
}

static char *
search_ids (Lots *lots, ChatSearchQuery query)
{
  g_autoptr (ChatSearchPage) page = search_for (lots, query);

  g_assert_false (page->more);
  g_assert_cmpint (page->total, ==, page->rows->len);
  return ids_of (page);
}

#define assert_found(lots, expected, ...) \
  G_STMT_START { \
    g_autofree char *ids_ = search_ids (lots, (ChatSearchQuery) { __VA_ARGS__ }); \
    g_assert_cmpstr (ids_, ==, expected); \
  } G_STMT_END

/* All of them, by a plain scan; all[i] has the row i + 1. */
static char *
scan_ids (GPtrArray *all, const char *text)
{
  g_autoptr (ChatPattern) pattern = chat_pattern_new (text);
  g_auto (ChatFolded) folded = { 0 };
  GString *ids = g_string_new (NULL);

  for (guint i = all->len; i > 0 && !chat_pattern_is_empty (pattern); i--) {
    chat_folded_set (&folded, all->pdata[i - 1], -1, FALSE);
    if (chat_pattern_matches (pattern, &folded))
      g_string_append_printf (ids, "%s%u", ids->len > 0 ? " " : "", i);
  }
  return g_string_free (ids, FALSE);
}

/* Some characters of it that follow one another. */
static char *
cut (GRand *rand, const char *text)
{
  glong length = g_utf8_strlen (text, -1), start = g_rand_int_range (rand, 0, length), end = start + g_rand_int_range (rand, 1, 8);
  g_autofree char *part = g_utf8_substring (text, start, MIN (length, end));

  return g_rand_boolean (rand) ? g_utf8_strup (part, -1) : g_steal_pointer (&part);
}

static void
check_cuts (Lots *lots, GPtrArray *all, guint n)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);

  for (guint i = 0; i < n; i++) {
    g_autofree char *part = cut (rand, all->pdata[g_rand_int_range (rand, 0, all->len)]);
    g_autofree char *other = cut (rand, all->pdata[g_rand_int_range (rand, 0, all->len)]);
    g_autofree char *text = i % 4 == 0 ? g_strdup_printf ("%s %s", part, other) : i % 4 == 1 ? g_strdup_printf ("\"%s\"", part) : g_strdup (part);
    g_autofree char *expected = scan_ids (all, text);
    g_autofree char *found = search_ids (lots, (ChatSearchQuery) { .text = text });
    g_test_message ("“%s”", text);
    g_assert_cmpstr (found, ==, expected);
  }
}

static GPtrArray *
add_all (Lots *lots, GPtrArray *all)
{
  for (guint i = 0; i < all->len; i++)
    add_text (lots, "romeo@example.org", i % 2, all->pdata[i], at (i));
  return all;
}

/* Every text is found by every part of it that is long enough. */
static void
test_scripts (Lots *lots, gconstpointer data)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_ptr_array_add (all, (char *) texts[i]);
  add_all (lots, all);
  check_cuts (lots, all, 100);
  index_all (lots);
  check_cuts (lots, all, 1500);
  for (guint i = 0; i < all->len; i++) {
    g_autofree char *quoted = g_strdup_printf ("\"%s\"", (char *) all->pdata[i]);
    g_autoptr (ChatSearchPage) page = NULL;
    gboolean found = FALSE;
    if (strchr (all->pdata[i], '"') != NULL)
      continue;
    page = search_for (lots, (ChatSearchQuery) { .text = quoted });
    for (guint k = 0; k < page->rows->len; k++)
      found = found || ((ChatSearchRow *) page->rows->pdata[k])->message->id == i + 1;
    g_test_message ("%s", quoted);
    g_assert_true (found);
  }
}

static void
test_naughty (Lots *lots, gconstpointer data)
{
  g_autoptr (GPtrArray) all = naughty_strings ();

  for (guint i = all->len; i > 0; i--) {
    if (*(char *) all->pdata[i - 1] == '\0')
      g_ptr_array_remove_index (all, i - 1);
  }
  add_all (lots, all);
  index_all (lots);
  check_cuts (lots, all, 1000);
  for (guint i = 0; i < all->len; i++) {
    g_autofree char *expected = scan_ids (all, all->pdata[i]);
    g_autofree char *found = search_ids (lots, (ChatSearchQuery) { .text = all->pdata[i] });
    g_assert_cmpstr (found, ==, expected);
  }
}

/* What people expect of the scripts that are hard. */
static void
test_known (Lots *lots, gconstpointer data)
{
  static const struct { const char *text, *ids; } rows[] = {
    { "北京", "1" }, { "京", "1" }, { "cafe", "3 2" }, { "CAFÉ", "3 2" }, { "ok", "4" }, { "window eak", "5" }, { "שלום", "6" }, { "กิน", "7" },
    { "コンピュ", "8" }, { "ピ", "8" }, { "λογοσ", "9" }, { "إحمد", "10" }, { "o", "4" }, { "zzz", "" },
  };
  static const char *const said_here[] = { "我在北京工作", "le café", "the cafe", "Ok, fine", "yonder window breaks", "שָׁלוֹם", "กินข้าว", "コンピューター", "Λόγος", "أحمد" };

  for (guint i = 0; i < G_N_ELEMENTS (said_here); i++)
    add_text (lots, "romeo@example.org", FALSE, said_here[i], at (i));
  for (guint indexed = 0; indexed < 2; indexed++) {
    for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
      assert_found (lots, rows[i].ids, .text = (char *) rows[i].text);
    index_all (lots);
  }
}

static void
test_filters (Lots *lots, gconstpointer data)
{
  gint64 other = store_account (lots->store, "nurse@example.org"), first = lots->account;

  add_text (lots, "romeo@example.org", FALSE, "apple http://example.org", at (1));
  add_text (lots, "romeo@example.org", TRUE, "apple pie", at (2));
  add_text (lots, "tybalt@example.org", FALSE, "apple juice", at (3));
  lots->account = other;
  add_text (lots, "romeo@example.org", FALSE, "apple tree", at (4));
  lots_live (lots, said ("romeo@example.org", TRUE, NULL, NULL, at (5)));
  lots->account = first;
  for (guint indexed = 0; indexed < 2; indexed++) {
    assert_found (lots, "4 3 2 1", .text = (char *) "apple");
    assert_found (lots, "3 2 1", .text = (char *) "apple", .account = first);
    assert_found (lots, "4", .text = (char *) "apple", .account = other);
    assert_found (lots, "2 1", .text = (char *) "apple", .conversation = 1);
    assert_found (lots, "4 1", .text = (char *) "apple", .person = (char *) "romeo@example.org");
    assert_found (lots, "2", .text = (char *) "apple", .person = (char *) "romeo@example.org", .mine = TRUE);
    assert_found (lots, "2", .mine = TRUE);
    assert_found (lots, "1", .has_link = TRUE);
    assert_found (lots, "3 2", .text = (char *) "apple", .from = at (2), .to = at (4));
    assert_found (lots, "4 3", .from = at (3));
    assert_found (lots, "", .text = (char *) "apple", .person = (char *) "nobody@example.org");
    assert_found (lots, "", .text = (char *) "");
    index_all (lots);
  }
}

/* Newest first by time, not by when it came, and each message on one page only. */
static void
test_pages (Lots *lots, gconstpointer data)
{
  ChatSearchQuery query = { .text = (char *) "apple", .limit = 7 };
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (GString) expected = g_string_new (NULL);
  guint pages = 0;
  gboolean more = TRUE;

  for (guint i = 0; i < 50; i++)
    add_text (lots, "romeo@example.org", FALSE, "an apple", at (i * 17 % 50 / 2));
  index_all (lots);
  while (more) {
    g_autoptr (ChatSearchPage) page = search_for (lots, query);
    g_autofree char *ids = ids_of (page);
    ChatMessageRow *last = ((ChatSearchRow *) page->rows->pdata[page->rows->len - 1])->message;
    g_string_append_printf (all, "%s%s", all->len > 0 ? " " : "", ids);
    query.before_time = last->time;
    query.before_id = last->id;
    more = page->more;
    pages++;
  }
  g_assert_cmpuint (pages, ==, 8);
  for (int time = 24; time >= 0; time--) {
    for (guint id = 50; id > 0; id--) {
      if ((int) ((id - 1) * 17 % 50 / 2) == time)
        g_string_append_printf (expected, "%s%u", expected->len > 0 ? " " : "", id);
    }
  }
  g_assert_cmpstr (all->str, ==, expected->str);
}

static void
test_row (Lots *lots, gconstpointer data)
{
  g_autoptr (ChatSearchPage) page = NULL;
  ChatSearchRow *row;

  add_text (lots, "romeo@example.org", FALSE, "un café, deux cafés", at (1));
  index_all (lots);
  page = search_for (lots, (ChatSearchQuery) { .text = (char *) "cafe" });
  g_assert_cmpuint (page->rows->len, ==, 1);
  row = page->rows->pdata[0];
  g_assert_cmpint (row->account, ==, lots->account);
  g_assert_cmpstr (row->jid, ==, "romeo@example.org");
  g_assert_cmpstr (row->message->text, ==, "un café, deux cafés");
  g_assert_cmpuint (row->ranges->len, ==, 2);
  g_assert_cmpuint (g_array_index (row->ranges, ChatRange, 1).start, ==, strlen ("un café, deux "));
}

static char *
find_ids (Lots *lots, gint64 conversation, const char *text, gboolean newest)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GArray) places = NULL;
  GString *ids = g_string_new (NULL);
  gint64 before = G_MININT64;

  chat_store_find_async (lots->store, conversation, text, newest, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  places = chat_store_find_finish (lots->store, result, NULL);
  for (guint i = 0; i < places->len; i++) {
    ChatFoundPlace place = g_array_index (places, ChatFoundPlace, i);
    g_assert_cmpint (place.position, >, before);
    before = place.position;
    g_string_append_printf (ids, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "", place.id);
  }
  return g_string_free (ids, FALSE);
}

static void
test_find (Lots *lots, gconstpointer data)
{
  add_text (lots, "romeo@example.org", FALSE, "one apple a day", at (1));
  add_text (lots, "tybalt@example.org", FALSE, "one apple a day", at (2));
  add_text (lots, "romeo@example.org", FALSE, "a day, one apple", at (3));
  add_text (lots, "romeo@example.org", TRUE, "ONE  APPLE", at (4));
  for (guint indexed = 0; indexed < 2; indexed++) {
    g_autofree char *phrase = find_ids (lots, 1, "one apple", FALSE);
    g_autofree char *longer = find_ids (lots, 1, "apple a", FALSE);
    g_autofree char *nothing = find_ids (lots, 1, " ", FALSE);
    g_autofree char *newest = find_ids (lots, 1, "one apple", TRUE);
    g_autofree char *older = find_ids (lots, 1, "apple a", TRUE);
    g_assert_cmpstr (newest, ==, "4");
    g_assert_cmpstr (older, ==, "1");
    g_assert_cmpstr (phrase, ==, "1 3 4");
    g_assert_cmpstr (longer, ==, "1");
    g_assert_cmpstr (nothing, ==, "");
    index_all (lots);
  }
}

static gint64
local_time (int year, int month, int day, int hour)
{
  g_autoptr (GDateTime) time = g_date_time_new_local (year, month, day, hour, 0, 0);

  return g_date_time_to_unix (time) * G_USEC_PER_SEC;
}

static void
test_days (Lots *lots, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GArray) days = NULL;
  const ChatDay *day;

  add_text (lots, "romeo@example.org", FALSE, "a", local_time (2024, 2, 28, 23));
  add_text (lots, "romeo@example.org", FALSE, "b", local_time (2024, 3, 1, 0));
  add_text (lots, "romeo@example.org", FALSE, "c", local_time (2024, 3, 1, 23));
  add_text (lots, "tybalt@example.org", FALSE, "d", local_time (2024, 3, 2, 12));
  add_text (lots, "romeo@example.org", FALSE, "e", local_time (2024, 4, 1, 0));
  chat_store_days_async (lots->store, 1, local_time (2024, 2, 1, 0), local_time (2024, 4, 1, 0), NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  days = chat_store_days_finish (lots->store, result, NULL);
  g_assert_cmpuint (days->len, ==, 2);
  day = &g_array_index (days, ChatDay, 1);
  g_assert_cmpuint (g_date_get_day (&day->date), ==, 1);
  g_assert_cmpint (g_date_get_month (&day->date), ==, 3);
  g_assert_cmpint (day->first, ==, 2);
  g_assert_cmpuint (day->n, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_setenv ("TZ", "Pacific/Auckland", TRUE);
  g_test_init (&argc, &argv, NULL);
  LOTS_TEST ("/search/W-38/scripts", test_scripts);
  LOTS_TEST ("/search/W-38/naughty", test_naughty);
  LOTS_TEST ("/search/W-38/known", test_known);
  LOTS_TEST ("/search/W-38/filters", test_filters);
  LOTS_TEST ("/search/W-38/pages", test_pages);
  LOTS_TEST ("/search/W-38/row", test_row);
  LOTS_TEST ("/search/W-38/find", test_find);
  LOTS_TEST ("/search/W-38/days", test_days);
  return g_test_run ();
}
