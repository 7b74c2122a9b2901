/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-links.h"
#include "stonechat-styling.h"
#include "vectors.h"

#include <string.h>

/* How texts are styled (XEP-0393), and which links are found in them. */

static const char *const span_words[] = { "strong", "emphasis", "strike", "code" };
static const char *const line_words[] = { "plain", "fence", "code", "end" };

static char *
spans_to_text (const StonechatStyling *styling)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; styling && i < styling->spans->len; i++) {
    const StonechatSpan *span = &g_array_index (styling->spans, StonechatSpan, i);

    g_string_append_printf (text, "%s%u-%u %s", i ? "," : "", span->start, span->end, span_words[span->kind]);
  }
  return g_string_free (text, FALSE);
}

static void
check_styling (char **fields, guint n_fields, gpointer user_data)
{
  g_autoptr (StonechatStyling) styling = stonechat_styling_parse (fields[0]);
  g_autofree char *spans = spans_to_text (styling);
  g_auto (GStrv) depths = g_strsplit (fields[2], " ", -1), kinds = g_strsplit (fields[3], " ", -1);
  guint at = 0;

  g_assert_cmpuint (n_fields, ==, 4);
  g_assert_cmpstr (spans, ==, fields[1] ? fields[1] : "");
  for (guint i = 0; !styling && depths[i]; i++)
    g_assert_true (g_str_equal (depths[i], "0") && g_str_equal (kinds[i], "plain"));
  if (!styling)
    return;
  g_assert_cmpuint (styling->lines->len, ==, g_strv_length (depths));
  for (guint i = 0; i < styling->lines->len; i++) {
    const StonechatLine *line = &g_array_index (styling->lines, StonechatLine, i);
    g_autofree char *depth = g_strdup_printf ("%u", line->depth);

    g_assert_cmpstr (depth, ==, depths[i]);
    g_assert_cmpstr (line_words[line->kind], ==, kinds[i]);
    g_assert_cmpuint (line->start, ==, at);
    g_assert_cmpuint (line->text, >=, line->start + line->depth);
    g_assert_cmpuint (line->end, >=, line->text);
    at = line->end + 1;
  }
  g_assert_cmpuint (at, >=, strlen (fields[0]));
}

static void
test_styling (void)
{
  static const char *const more[][4] = {
    { "```\n> a\n```", NULL, "0 0 0", "fence code end" },
    { "> ```\n> > a\n>> ```\n> ```", NULL, "1 1 1 1", "fence code code end" },
    { ">> ```\n> *a*", "9-12 strong", "2 1", "fence plain" },
    { ">  > a", NULL, "1", "plain" },
  };

  vectors_foreach ("styling.tsv", check_styling, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (more); i++)
    check_styling ((char **) more[i], 4, NULL);
}

/* What the vectors leave open. */
static void
test_more (void)
{
  static const struct { const char *text, *spans; } cases[] = {
    { "*this is *uneven*", "0-17 strong" },          { "__init__", "" },
    { "*a **b*", "0-5 strong" },                     { "*a **", "0-5 strong" },
    { "*a `b*` c*", "0-6 strong" },                  { "`a *b` c*", "0-6 code" },
    { "a*b*c", "" },                                 { "(*a*)", "" },
    { "*\u3000a*", "" },                             { "*a\u3000*", "" },
    { "x\u3000*a*", "4-7 strong" },                  { "> *a*", "2-5 strong" },
    { "*a*_b_", "0-3 strong,3-6 emphasis" },         { "*a**b*", "0-3 strong" },
    { "*_a_ b*", "0-7 strong,1-4 emphasis" },        { "_a *b_ c*", "0-6 emphasis" },
    { "/me *hugs* _you_", "4-10 strong,11-16 emphasis" },
    { "> _ <", "" },                                 { "*", "" },
    { "``", "" },                                    { "*a* *", "0-3 strong" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (StonechatStyling) styling = stonechat_styling_parse (cases[i].text);
    g_autofree char *spans = spans_to_text (styling);

    g_assert_cmpstr (spans, ==, cases[i].spans);
  }
  g_assert_null (stonechat_styling_parse (""));
  g_assert_null (stonechat_styling_parse ("a > b * c"));
}

/* S-91: a parser that walks back for every mark would need 10¹² steps here, and the run ends before that. */
static void
test_linear (void)
{
  static const char *const patterns[] = {
    "*_~`>", "*", "*a ", " *a", "`a *", "*a _b ~c `d ", ">", "> ", ">\n>>\n", "```\n", "> ```\n", "*_~", " *_~a~_* ", "a*_~`", "* *a",
  };

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++) {
    g_autoptr (GString) text = g_string_sized_new (1024 * 1024);
    g_autoptr (StonechatStyling) styling = NULL;

    while (text->len < 1024 * 1024)
      g_string_append (text, patterns[i]);
    styling = stonechat_styling_parse (text->str);
    for (guint j = 1; styling && j < styling->spans->len; j++)
      g_assert_cmpuint (g_array_index (styling->spans, StonechatSpan, j - 1).start, <, g_array_index (styling->spans, StonechatSpan, j).start);
  }
}

static void
check_links (char **fields, guint n_fields, gpointer user_data)
{
  g_autoptr (StonechatStyling) styling = stonechat_styling_parse (fields[0]);
  g_autoptr (GArray) links = stonechat_links_find (fields[0], styling);

  g_test_message ("%s", fields[0]);
  g_assert_cmpuint (links ? links->len : 0, ==, n_fields - 1);
  for (guint i = 1; i < n_fields; i++) {
    const StonechatLink *link = &g_array_index (links, StonechatLink, i - 1);
    g_autofree char *shown = g_strndup (fields[0] + link->start, link->end - link->start);

    g_assert_cmpstr (link->uri, ==, fields[i]);
    g_assert_cmpstr (shown, ==, link->uri);
  }
}

static void
test_links (void)
{
  static char *const more[][4] = {
    { (char *) "javascript:alert(1)" }, { (char *) "data:text/html,x" }, { (char *) "https://a.example\u202e/gro", (char *) "https://a.example" },
    { (char *) "*https://a.example/x*", (char *) "https://a.example/x" }, { (char *) "HTTPS://A.example", (char *) "HTTPS://A.example" },
    { (char *) "```\nhttps://a.example\n```" }, { (char *) "> https://a.example", (char *) "https://a.example" },
    { (char *) "javascript://https://a.example" , (char *) "https://a.example" }, { (char *) "tel:" }, { (char *) "xmpp:?" },
    { (char *) "see https://example.org/a(b) now", (char *) "https://example.org/a(b)" },
    { (char *) "write to xmpp:romeo@example.org!", (char *) "xmpp:romeo@example.org" },
    { (char *) "mailto:a@b.c, tel:+123", (char *) "mailto:a@b.c", (char *) "tel:+123" },
    { (char *) "file:///etc/passwd data:text/html,x" }, { (char *) "a colon: here" },
    { (char *) "https://exa\u202Emple.org/x", (char *) "https://exa" },
  };

  vectors_foreach ("links.tsv", check_links, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (more); i++)
    check_links ((char **) more[i], g_strv_length ((char **) more[i]), NULL);
}

/* S-87: a host that mixes scripts is shown as it is asked for. */
static void
test_hosts (void)
{
  static const struct { const char *uri, *shown; } cases[] = {
    { "https://example.org/ä", "https://example.org/ä" },
    { "https://bücher.example/", "https://bücher.example/" },
    { "https://пример.рф/x", "https://пример.рф/x" },
    { "https://аpple.com/login", "https://xn--pple-43d.com/login" },           /* a Cyrillic а */
    { "https://аррӏе.com@аррӏе.com:80/", "https://аррӏе.com@xn--80ak6aa92e.com:80/" },
    { "http://[::1]/", "http://[::1]/" },
    { "mailto:a@b.example", "mailto:a@b.example" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *shown = stonechat_links_describe (cases[i].uri), *expected = g_strdup_printf ("\u2068%s\u2069", cases[i].shown);

    g_assert_cmpstr (shown, ==, expected);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/styling/S-91/vectors", test_styling);
  g_test_add_func ("/styling/S-91/more", test_more);
  g_test_add_func ("/styling/S-91/linear", test_linear);
  g_test_add_func ("/styling/S-87/links", test_links);
  g_test_add_func ("/styling/S-87/hosts", test_hosts);
  return g_test_run ();
}
