/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "vectors.h"
#include "xmpp-ns.h"
#include "xmpp-stanza.h"

#include <string.h>

/* Answers with the quote before them (XEP-0461, XEP-0428), and the other things that a message says of an earlier one, as
 * they are written and read again. */

static XmppMessage *
parse (const char *content)
{
  g_autofree char *xml = g_strdup_printf ("<message xmlns='jabber:client' type='chat'>%s</message>", content);
  g_autoptr (XmppElement) stanza = xmpp_element_parse (xml, -1, NULL);

  g_assert_nonnull (stanza);
  return xmpp_message_parse (stanza, NULL, NULL);
}

static XmppMessage *
build_and_parse (const XmppMessage *message)
{
  g_autoptr (XmppElement) stanza = xmpp_message_build (message);
  g_autofree char *xml = xmpp_element_to_string (stanza);
  g_autoptr (XmppElement) again = xmpp_element_parse (xml, -1, NULL);

  return xmpp_message_parse (again, NULL, NULL);
}

/* -- ranges ---------------------------------------------------------------------------------------------------------- */

static char *
make_regions (const char *ranges)
{
  g_auto (GStrv) list = g_strsplit (ranges, ";", -1);
  GString *regions = g_string_new (NULL);

  for (guint i = 0; list[i]; i++) {
    g_auto (GStrv) parts = g_strsplit (list[i], " ", 2);

    if (g_str_equal (list[i], "*"))
      g_string_append (regions, "<body/>");
    else
      g_string_append_printf (regions, "<body start='%s' end='%s'/>", parts[0], parts[1]);
  }
  return g_string_free (regions, FALSE);
}

static void
check_vector (char **fields, guint n_fields, gpointer user_data)
{
  g_autofree char *regions = make_regions (fields[2]), *text = g_markup_escape_text (fields[0], -1);
  g_autofree char *content = g_strdup_printf ("<body>%s</body><reply xmlns='%s' id='m'/><fallback xmlns='%s' for='%s'>%s</fallback>",
                                              text, XMPP_NS_REPLY, fields[1], XMPP_NS_REPLY, regions);
  g_autoptr (XmppMessage) message = parse (content);
  g_autofree char *stripped = NULL, *rest = NULL;

  g_test_message ("%s: %s", fields[0], fields[2]);
  g_assert_cmpstr (message->reply_id, ==, "m");
  g_assert_cmpstr (message->body, ==, fields[0]);
  if (g_strcmp0 (fields[1], XMPP_NS_FALLBACK) != 0) {
    g_assert_null (message->reply_fallback);
    return;
  }
  rest = xmpp_fallback_strip (message->body, (XmppRange *) message->reply_fallback->data, message->reply_fallback->len, &stripped);
  g_assert_cmpstr (rest, ==, fields[3]);
  g_assert_cmpstr (stripped, ==, fields[4]);
}

static void
test_vectors (void)
{
  vectors_foreach ("fallback.tsv", check_vector, NULL);
}

/* More of them than anybody means: nothing is taken, and nothing takes long. */
static void
test_many (void)
{
  g_autoptr (GString) content = g_string_new ("<body>abc</body><fallback xmlns='" XMPP_NS_FALLBACK "' for='" XMPP_NS_REPLY "'>");
  g_autoptr (XmppMessage) message = NULL;
  g_autofree char *stripped = NULL, *rest = NULL;

  for (guint i = 0; i < 10000; i++)
    g_string_append (content, "<body start='0' end='0'/>");
  g_string_append (content, "</fallback>");
  message = parse (content->str);
  rest = xmpp_fallback_strip (message->body, (XmppRange *) message->reply_fallback->data, message->reply_fallback->len, &stripped);
  g_assert_cmpstr (rest, ==, "abc");
  g_assert_null (stripped);
}

static void
test_others (void)
{
  g_autoptr (XmppMessage) other = parse ("<body>x</body><fallback xmlns='" XMPP_NS_FALLBACK "' for='urn:other'/>");
  g_autoptr (XmppMessage) nothing = parse ("<body>x</body><fallback xmlns='" XMPP_NS_FALLBACK "'/>");
  g_autoptr (XmppMessage) subject = parse ("<body>x</body><fallback xmlns='" XMPP_NS_FALLBACK "' for='" XMPP_NS_REPLY "'><subject/></fallback>");
  g_autoptr (XmppMessage) all = parse ("<body>x</body><fallback xmlns='" XMPP_NS_FALLBACK "' for='" XMPP_NS_REPLY "'/>");

  g_assert_null (other->reply_fallback);
  g_assert_null (nothing->reply_fallback);
  g_assert_cmpuint (subject->reply_fallback->len, ==, 0);
  g_assert_cmpuint (all->reply_fallback->len, ==, 1);
}

/* -- answers --------------------------------------------------------------------------------------------------------- */

static void
test_quote (void)
{
  static const struct { const char *text, *quote, *unquoted; } rows[] = {
    { "Hi", "> Hi\n", "Hi" },
    { "one\ntwo", "> one\n> two\n", "one\ntwo" },
    { "> they\nme", "> me\n", "me" },
    { "> only\n>they", "> …\n", "…" },
    { "", "> …\n", "…" },
    { "\U0001f431 ё", "> \U0001f431 ё\n", "\U0001f431 ё" },
  };
  static const struct { const char *quote, *text; } others[] = {
    { "> Anna wrote:\n> Hi\n", "Anna wrote:\nHi" }, { ">Hi\n", "Hi" }, { "Hi", "Hi" }, { "> > deep\n", "> deep" }, { "", "" }, { " Hi", "Hi" },
  };
  g_autofree char *much = g_strnfill (10000, 'x'), *long_quote = xmpp_fallback_quote (much);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *quote = xmpp_fallback_quote (rows[i].text), *unquoted = xmpp_fallback_unquote (quote);

    g_assert_cmpstr (quote, ==, rows[i].quote);
    g_assert_cmpstr (unquoted, ==, rows[i].unquoted);
  }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    g_autofree char *text = xmpp_fallback_unquote (others[i].quote);

    g_assert_cmpstr (text, ==, others[i].text);
  }
  g_assert_cmpuint (g_utf8_strlen (long_quote, -1), ==, 2 + 400 + 1 + 1);
  g_assert_true (g_utf8_validate (long_quote, -1, NULL));
}

/* It is a quote still, or nothing. */
static void
test_shorten (void)
{
  static const struct { const char *quote; guint most; const char *expected; } rows[] = {
    { "> Hi\n", 5, "> Hi\n" }, { "> Hi\n", 100, "> Hi\n" }, { "> Hello\n", 6, "> He…\n" }, { "> Hi\n", 4, NULL },
    { "> one\n> two\n", 10, "> one…\n" }, { "> one\n> two\n", 11, "> one\n> t…\n" }, { "> \U0001f431\U0001f431\U0001f431\n", 5, "> \U0001f431…\n" },
    { "> Hi\n", 0, NULL }, { "> \n> \n> x\n", 9, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *quote = xmpp_fallback_shorten (rows[i].quote, rows[i].most);

    g_assert_cmpstr (quote, ==, rows[i].expected);
  }
}

/* What is written as an answer is read as what it was. */
static void
test_round_trip (void)
{
  static const char *const origins[] = { "Hi", "one\n> two\nthree", "\U0001f431\U0001f431 <b>&amp;", "> all quoted" };
  g_autoptr (XmppJid) author = xmpp_jid_new ("anna@a.test", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (origins); i++) {
    g_autofree char *quote = xmpp_fallback_quote (origins[i]), *body = g_strconcat (quote, "> mine\nё", NULL);
    XmppRange range = { 0, g_utf8_strlen (quote, -1) };
    g_autoptr (GArray) ranges = g_array_append_vals (g_array_new (FALSE, FALSE, sizeof range), &range, 1);
    XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .id = (char *) "i", .body = body, .reply_id = (char *) "m",
                            .reply_to = author, .reply_fallback = ranges };
    g_autoptr (XmppMessage) parsed = build_and_parse (&message);
    g_autofree char *stripped = NULL, *rest = NULL;

    g_assert_cmpstr (parsed->reply_id, ==, "m");
    g_assert_true (xmpp_jid_equal (parsed->reply_to, author));
    rest = xmpp_fallback_strip (parsed->body, (XmppRange *) parsed->reply_fallback->data, parsed->reply_fallback->len, &stripped);
    g_assert_cmpstr (rest, ==, "> mine\nё");
    g_assert_cmpstr (stripped, ==, quote);
  }
}

static void
test_replies (void)
{
  g_autoptr (XmppMessage) bad = parse ("<body>x</body><reply xmlns='" XMPP_NS_REPLY "' id='m' to='@'/>");
  g_autoptr (XmppMessage) none = parse ("<body>x</body><reply xmlns='" XMPP_NS_REPLY "' to='a@b.test'/>");
  g_autoptr (XmppMessage) two = parse ("<reply xmlns='" XMPP_NS_REPLY "' id='m'/><reply xmlns='" XMPP_NS_REPLY "' id='n' to='a@b.test'/>");

  g_assert_cmpstr (bad->reply_id, ==, "m");
  g_assert_null (bad->reply_to);
  g_assert_null (none->reply_id);
  g_assert_null (none->reply_to);
  g_assert_cmpstr (two->reply_id, ==, "m");
  g_assert_null (two->reply_to);
}

/* -- changes of earlier messages --------------------------------------------------------------------------------------- */

static void
test_retractions (void)
{
  g_autoptr (XmppMessage) now = parse ("<retract xmlns='" XMPP_NS_RETRACT "' id='m'/><body>x</body>");
  g_autoptr (XmppMessage) before = parse ("<apply-to xmlns='" XMPP_NS_FASTEN "' id='m'><retract xmlns='" XMPP_NS_RETRACT_0 "'/></apply-to>");
  g_autoptr (XmppMessage) other = parse ("<apply-to xmlns='" XMPP_NS_FASTEN "' id='m'><moderate xmlns='urn:x'/></apply-to>");
  g_autoptr (XmppMessage) tombstone = parse ("<retracted xmlns='" XMPP_NS_RETRACT "' id='r' stamp='2019-09-20T23:09:32Z'/>");
  g_autoptr (XmppMessage) old = parse ("<retracted xmlns='" XMPP_NS_RETRACT_0 "'><origin-id xmlns='" XMPP_NS_SID "' id='o'/></retracted>");

  g_assert_cmpstr (now->retract_id, ==, "m");
  g_assert_cmpstr (before->retract_id, ==, "m");
  g_assert_null (other->retract_id);
  g_assert_true (tombstone->retracted);
  g_assert_null (tombstone->retract_id);
  g_assert_true (old->retracted);
  g_assert_false (now->retracted);
}

static void
test_build (void)
{
  char *emojis[] = { (char *) "👋", (char *) "🐢", NULL };
  XmppMessage correction = { .type = XMPP_MESSAGE_CHAT, .id = (char *) "i", .body = (char *) "x", .replace_id = (char *) "m", .unstyled = TRUE };
  XmppMessage retraction = { .type = XMPP_MESSAGE_CHAT, .id = (char *) "i", .body = (char *) "x", .retract_id = (char *) "m",
                             .hints = XMPP_HINT_STORE };
  XmppMessage reactions = { .type = XMPP_MESSAGE_CHAT, .id = (char *) "i", .reactions_id = (char *) "m", .reactions = emojis };
  XmppMessage none = { .type = XMPP_MESSAGE_CHAT, .id = (char *) "i", .reactions_id = (char *) "m" };
  g_autoptr (XmppMessage) corrected = build_and_parse (&correction), retracted = build_and_parse (&retraction);
  g_autoptr (XmppMessage) reacted = build_and_parse (&reactions), taken_back = build_and_parse (&none);
  g_autoptr (XmppElement) stanza = xmpp_message_build (&retraction);

  g_assert_cmpstr (corrected->replace_id, ==, "m");
  g_assert_true (corrected->unstyled);
  g_assert_cmpstr (retracted->retract_id, ==, "m");
  g_assert_false (retracted->unstyled);
  g_assert_cmpstr (xmpp_element_get_attribute (xmpp_element_find_child (stanza, XMPP_NS_FALLBACK, "fallback"), "for"), ==, XMPP_NS_RETRACT);
  g_assert_cmpstr (reacted->reactions_id, ==, "m");
  g_assert_true (g_strv_equal ((const char *const *) reacted->reactions, (const char *const *) emojis));
  g_assert_cmpstr (taken_back->reactions_id, ==, "m");
  g_assert_cmpuint (g_strv_length (taken_back->reactions), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fallback/S-92/vectors", test_vectors);
  g_test_add_func ("/fallback/S-92/many", test_many);
  g_test_add_func ("/fallback/S-92/others", test_others);
  g_test_add_func ("/fallback/quote", test_quote);
  g_test_add_func ("/fallback/shorten", test_shorten);
  g_test_add_func ("/fallback/round-trip", test_round_trip);
  g_test_add_func ("/fallback/replies", test_replies);
  g_test_add_func ("/fallback/retractions", test_retractions);
  g_test_add_func ("/fallback/build", test_build);
  return g_test_run ();
}
