/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-excerpt.h"
#include "chat-search-text.h"

#include <string.h>

/* What is shown around what was found. */

/* With what is marked in [], and ‎ and ‏ as L and R. */
static char *
excerpt (const char *text, const char *wanted)
{
  g_autoptr (ChatPattern) pattern = chat_pattern_new_whole (wanted);
  g_autoptr (GArray) ranges = chat_pattern_find (pattern, text);
  PangoAttrList *marks;
  g_autofree char *line = stonechat_excerpt (text, ranges, &marks);
  g_autoptr (GString) shown = g_string_new (line);
  GSList *all = pango_attr_list_get_attributes (marks);

  g_assert_true (g_utf8_validate (line, -1, NULL));
  all = g_slist_reverse (all);
  for (GSList *one = all; one; one = one->next) {
    PangoAttribute *mark = one->data;

    if (mark->klass->type == PANGO_ATTR_WEIGHT) {
      g_string_insert (shown, mark->end_index, "]");
      g_string_insert (shown, mark->start_index, "[");
    }
  }
  g_slist_free_full (all, (GDestroyNotify) pango_attribute_destroy);
  pango_attr_list_unref (marks);
  g_string_replace (shown, "\xe2\x80\x8e", "L", 0);
  g_string_replace (shown, "\xe2\x80\x8f", "R", 0);
  return g_strdup (shown->str);
}

static void
assert_shown (const char *text, const char *wanted, const char *shown)
{
  g_autofree char *found = excerpt (text, wanted);

  g_assert_cmpstr (found, ==, shown);
}

static void
test_marks (void)
{
  assert_shown ("a <b>café</b>\nCAFE & more", "cafe", "a <b>[café]</b> [CAFE] & more");
  assert_shown ("nothing", "else", "nothing");
  assert_shown ("", "else", "");
}

/* Not from the middle of a word, and never longer than a few lines. */
static void
test_cut (void)
{
  g_autofree char *words = g_strnfill (300, 'x'), *text = NULL, *found = NULL;

  assert_shown ("It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness", "foolish",
                "L…it was the age of wisdom, it was the age of [foolish]ness");
  text = g_strdup_printf ("%s 北京 %s", words, words);
  found = excerpt (text, "北京");
  g_assert_true (g_str_has_prefix (found, "L…") && strstr (found, "[北京] x") && g_str_has_suffix (found, "x…"));
  g_assert_cmpint (g_utf8_strlen (found, -1), <, 260);
}

/* S-89: a piece of Hebrew that begins with an English word still runs from right to left. */
static void
test_direction (void)
{
  g_autofree char *found = excerpt ("אני רוצה לספר לך על משהו שקרה לי אתמול בבוקר בדרך לעבודה עם Romeo Montague וגם", "Montague");
  g_autofree char *other = excerpt ("Romeo wrote all of this down in his letter, and then at the end of it: אני רוצה לספר", "לספר");

  g_assert_true (g_str_has_prefix (found, "R…"));
  g_assert_true (g_str_has_prefix (other, "L…"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/excerpt/W-38/marks", test_marks);
  g_test_add_func ("/excerpt/W-38/cut", test_cut);
  g_test_add_func ("/excerpt/S-89/direction", test_direction);
  return g_test_run ();
}
