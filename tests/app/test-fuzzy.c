/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-fuzzy.h"

/* What somebody types, and the names that are meant. */

static int
score (const char *text, const char *typed)
{
  g_autofree char *one = stonechat_fuzzy_fold (text), *other = stonechat_fuzzy_fold (typed);

  return stonechat_fuzzy_score (one, other);
}

static void
test_found (void)
{
  static const struct { const char *text, *typed; } found[] = {
    { "José Müller", "jose" }, { "José Müller", "MULLER" }, { "jose", "José" }, { "Weiß", "weiss" }, { "Łukasz", "łuk" },
    { "Romeo Montague", "rm" }, { "Romeo Montague", "mont rom" }, { "Romeo Montague", "omeo" }, { "romeo@verona.test", "verona" },
    { "北京朋友", "京朋" }, { "Ελένη", "ελενη" }, { "محمّد", "محمد" }, { "김민수", "민수" }, { "ﬁnn", "finn" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (found); i++)
    if (score (found[i].text, found[i].typed) <= 0)
      g_error ("%s is not found by %s", found[i].text, found[i].typed);
  g_assert_cmpint (score ("Romeo Montague", "julia"), ==, 0);
  g_assert_cmpint (score ("Romeo Montague", "romeo x"), ==, 0);
  g_assert_cmpint (score ("Benvolio", "vl"), ==, 0);      /* letters begin at a word */
  g_assert_null (stonechat_fuzzy_fold ("\xff"));
}

static void
test_order (void)
{
  /* The same, a beginning, a word's beginning, a part, words in another order or initials. */
  static const char *const order[] = { "mon", "monty", "Romeo Montague", "Ramona Simon", "M. of Noon" };

  for (guint i = 1; i < G_N_ELEMENTS (order); i++)
    g_assert_cmpint (score (order[i - 1], "mon"), >, score (order[i], "mon"));
  g_assert_cmpint (score (order[4], "mon"), >, 0);
  g_assert_cmpint (score ("Montague Romeo", "rom mon"), >, score ("Remote Moon", "rom mon"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fuzzy/W-26/found", test_found);
  g_test_add_func ("/fuzzy/W-26/order", test_order);
  return g_test_run ();
}
