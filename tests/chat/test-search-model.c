/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-search-private.h"
#include "talk-test.h"
#include "xmpp-error.h"

/* The model of what is found here, and of what the server's archive finds. */

static void
hear (Fixture *fixture, XmppJid *from, const char *id, const char *text)
{
  deliver (fixture, xmpp_jid_get_string (from), id, text);
}

static char *
hits (GListModel *model)
{
  GString *texts = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (ChatSearchHit) hit = g_list_model_get_item (model, i);
    g_string_append_printf (texts, "%s%s: %s", i > 0 ? "|" : "", chat_conversation_get_name (chat_search_hit_get_conversation (hit)),
                            chat_message_get_text (chat_search_hit_get_message (hit)));
  }
  return g_string_free (texts, FALSE);
}

#define assert_hits(model, expected) \
  G_STMT_START { \
    g_autofree char *hits_ = hits (G_LIST_MODEL (model)); \
    g_assert_cmpstr (hits_, ==, expected); \
  } G_STMT_END

static gboolean
get (ChatSearch *search, const char *property)
{
  gboolean value;

  g_object_get (search, property, &value, NULL);
  return value;
}

static void
look_for (ChatSearch *search, const char *text)
{
  ChatSearchQuery query = { .text = (char *) text };

  chat_search_set_query (search, &query);
  wait_for (!get (search, "busy"));
}

/* And the list knows all of their chats. */
static gboolean
all_stored (Fixture *fixture, gint64 n)
{
  return query (fixture->folder, "SELECT count (*) FROM message") == n
         && query (fixture->folder, "SELECT count (*) FROM conversation") == g_list_model_get_n_items (G_LIST_MODEL (fixture->list));
}

static void
test_hits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatSearch) search = chat_search_new (fixture->store, fixture->list);
  g_autoptr (ChatSearchHit) hit = NULL;
  gint64 total;

  hear (fixture, fixture->romeo, "a", "what light");
  hear (fixture, fixture->nurse, "b", "anon, what");
  hear (fixture, fixture->romeo, "c", "nothing");
  wait_for (all_stored (fixture, 3));
  look_for (search, "what");
  assert_hits (search, "nurse@example.org: anon, what|romeo@example.org: what light");
  g_object_get (search, "total", &total, NULL);
  g_assert_cmpint (total, ==, 2);
  g_assert_false (get (search, "more"));
  hit = g_list_model_get_item (G_LIST_MODEL (search), 0);
  g_assert_cmpuint (g_array_index (chat_search_hit_get_ranges (hit), ChatRange, 0).start, ==, 6);
  g_assert_cmpint (chat_message_get_id (chat_search_hit_get_message (hit)), ==, 2);
  look_for (search, "zzz");
  assert_hits (search, "");
  chat_search_set_query (search, NULL);
  g_assert_false (get (search, "busy"));
}

/* Only the last of several queries is answered, and the hits of the one before stand until then. */
static void
test_typed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatSearch) search = chat_search_new (fixture->store, fixture->list);
  static const char *const typed[] = { "l", "li", "lig", "light", "lightn" };

  hear (fixture, fixture->romeo, "a", "what light");
  hear (fixture, fixture->romeo, "b", "the lightning");
  wait_for (all_stored (fixture, 2));
  look_for (search, "what");
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++) {
    ChatSearchQuery query = { .text = (char *) typed[i] };
    chat_search_set_query (search, &query);
    assert_hits (search, "romeo@example.org: what light");
  }
  wait_for (!get (search, "busy"));
  assert_hits (search, "romeo@example.org: the lightning");
}

static void
test_more (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatSearch) search = chat_search_new (fixture->store, fixture->list);

  for (guint i = 0; i < 120; i++) {
    g_autofree char *id = g_strdup_printf ("%u", i);
    hear (fixture, fixture->romeo, id, "again");
  }
  wait_for (all_stored (fixture, 120));
  look_for (search, "again");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (search)), ==, 50);
  while (get (search, "more")) {
    chat_search_load_more (search);
    wait_for (!get (search, "busy"));
  }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (search)), ==, 120);
}

#define SAID(from, to, id, text) \
  "<message xmlns='jabber:client' type='chat' from='" from "' to='" to "' id='" id "'><body>" text "</body></message>"

/* XEP-0431: what the archive finds and we don't have. */
static void
test_archive (Fixture *fixture, gconstpointer data)
{
  static const char *const answer[] = {
    SAID ("romeo@example.org/x", "juliet@example.org", "old", "older light"),
    SAID ("juliet@example.org/y", "nurse@example.org", "mine", "my own light"),
    SAID ("romeo@example.org/x", "juliet@example.org", "a", "what light"),
    "<message xmlns='jabber:client' type='groupchat' from='room@example.org/x' to='juliet@example.org' id='r'><body>light</body></message>",
    "", NULL,
  };
  FakeArchive *archive = fake_archive_new ();
  g_autoptr (ChatSearch) search = chat_search_new (fixture->store, fixture->list);
  g_autofree char *asked = NULL;
  g_autoptr (ChatSearchHit) hit = NULL;

  hear (fixture, fixture->romeo, "a", "what light");
  wait_for (all_stored (fixture, 1));
  chat_search_add_archive (search, fixture->account, fixture->own, archive);
  look_for (search, "light");
  g_assert_false (get (search, "can-ask"));
  chat_search_ask_servers (search);
  g_assert_cmpuint (fake_archive_n_asked (archive), ==, 0);
  fake_archive_set_searches (archive, TRUE);
  g_assert_true (get (search, "can-ask"));
  chat_search_ask_servers (search);
  g_assert_true (get (search, "asking"));
  asked = fake_archive_describe (archive);
  g_assert_cmpstr (asked, ==, "- - - light");
  fake_archive_answer (archive, "x", TRUE, answer);
  wait_for (!get (search, "asking"));
  assert_hits (chat_search_get_archive_hits (search), "romeo@example.org: older light|nurse@example.org: my own light");
  hit = g_list_model_get_item (chat_search_get_archive_hits (search), 0);
  g_assert_cmpint (chat_message_get_id (chat_search_hit_get_message (hit)), ==, 0);
  g_assert_cmpuint (chat_search_hit_get_ranges (hit)->len, ==, 1);
  assert_hits (search, "romeo@example.org: what light");
  g_assert_cmpint (query (fixture->folder, "SELECT count (*) FROM message"), ==, 1);
  g_assert_true (get (search, "asked"));
  g_assert_false (get (search, "ask-more"));
  g_assert_false (get (search, "ask-failed"));
  /* An answer to what nobody asks any more. */
  chat_search_ask_servers (search);
  look_for (search, "other");
  fake_archive_answer (archive, "x", TRUE, answer);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  assert_hits (chat_search_get_archive_hits (search), "");
  g_assert_false (get (search, "asking"));
  g_clear_object (&search);
  g_assert_finalize_object (archive);
}

/* Where all that a page brings is here, the next one is asked for; then somebody has to want more. */
static void
test_archive_pages (Fixture *fixture, gconstpointer data)
{
  static const char *const known[] = { SAID ("romeo@example.org/x", "juliet@example.org", "a", "what light"), NULL };
  const char *many[21] = { NULL };
  FakeArchive *archive = fake_archive_new ();
  g_autoptr (ChatSearch) search = chat_search_new (fixture->store, fixture->list);

  for (guint i = 0; i < 20; i++)
    many[i] = g_strdup_printf (SAID ("romeo@example.org/x", "juliet@example.org", "old%u", "light %u"), i, i);
  hear (fixture, fixture->romeo, "a", "what light");
  wait_for (all_stored (fixture, 1));
  chat_search_add_archive (search, fixture->account, fixture->own, archive);
  fake_archive_set_searches (archive, TRUE);
  look_for (search, "light");
  chat_search_ask_servers (search);
  fake_archive_answer (archive, "x", FALSE, known);
  wait_for (fake_archive_n_asked (archive) == 2);
  g_assert_true (get (search, "asking"));
  fake_archive_answer (archive, "y", FALSE, many);
  wait_for (!get (search, "asking"));
  g_assert_true (get (search, "ask-more"));
  g_assert_cmpuint (g_list_model_get_n_items (chat_search_get_archive_hits (search)), ==, 20);
  chat_search_ask_servers (search);
  g_assert_cmpuint (fake_archive_n_asked (archive), ==, 3);
  fake_archive_refuse (archive, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_INTERNAL_SERVER_ERROR);
  wait_for (!get (search, "asking"));
  g_assert_true (get (search, "ask-failed"));
  g_assert_cmpuint (g_list_model_get_n_items (chat_search_get_archive_hits (search)), ==, 20);
  /* One that never says anything new is not asked for ever. */
  chat_search_ask_servers (search);
  for (guint i = 0; i < 30 && fake_archive_n_open (archive) > 0; i++) {
    g_autofree char *prefix = g_strdup_printf ("z%u", i);
    fake_archive_answer (archive, prefix, FALSE, known);
    while (g_main_context_iteration (NULL, FALSE))
      ;
  }
  g_assert_cmpuint (fake_archive_n_open (archive), ==, 0);
  g_assert_cmpuint (fake_archive_n_asked (archive), <, 20);
  for (guint i = 0; i < 20; i++)
    g_free ((char *) many[i]);
  g_clear_object (&search);
  g_assert_finalize_object (archive);
}

/* What else was asked for is looked at here, too. */
static void
test_archive_filters (Fixture *fixture, gconstpointer data)
{
  static const char *const answer[] = {
    SAID ("nurse@example.org/x", "juliet@example.org", "b", "her light"),
    SAID ("juliet@example.org/y", "romeo@example.org", "c", "my light"),
    SAID ("romeo@example.org/x", "juliet@example.org", "d", "his light"), NULL,
  };
  FakeArchive *archive = fake_archive_new ();
  g_autoptr (ChatSearch) search = chat_search_new (fixture->store, fixture->list);
  ChatSearchQuery query = { .text = (char *) "light", .person = (char *) "romeo@example.org" };
  g_autofree char *asked = NULL;

  chat_search_add_archive (search, fixture->account, fixture->own, archive);
  fake_archive_set_searches (archive, TRUE);
  chat_search_set_query (search, &query);
  wait_for (!get (search, "busy"));
  chat_search_ask_servers (search);
  asked = fake_archive_describe (archive);
  g_assert_cmpstr (asked, ==, "romeo@example.org - - light");
  fake_archive_answer (archive, "x", TRUE, answer);
  wait_for (!get (search, "asking"));
  assert_hits (chat_search_get_archive_hits (search), "romeo@example.org: his light");
  g_clear_object (&search);
  g_assert_finalize_object (archive);
}

static void
keep_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GArray **) user_data = chat_conversation_find_finish (CHAT_CONVERSATION (source), result, NULL);
}

static void
test_find (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) places = NULL;

  hear (fixture, fixture->romeo, "a", "what light");
  hear (fixture, fixture->nurse, "b", "what light");
  wait_for (all_stored (fixture, 2));
  chat_conversation_find_async (open_chat (fixture, fixture->nurse), "light", FALSE, NULL, keep_cb, &places);
  wait_for (places != NULL);
  g_assert_cmpuint (places->len, ==, 1);
  g_assert_cmpint (g_array_index (places, ChatFoundPlace, 0).id, ==, 2);
}

/* One that nothing was said in is not all of them. */
static void
test_find_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppJid) stranger = xmpp_jid_new ("stranger@example.org", NULL);
  g_autoptr (GArray) places = NULL;

  hear (fixture, fixture->romeo, "a", "what light");
  wait_for (all_stored (fixture, 1));
  chat_conversation_find_async (open_chat (fixture, stranger), "light", FALSE, NULL, keep_cb, &places);
  wait_for (places != NULL);
  g_assert_cmpuint (places->len, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  TALK_TEST ("W-38/search/hits", test_hits);
  TALK_TEST ("W-38/search/typed", test_typed);
  TALK_TEST ("W-38/search/more", test_more);
  TALK_TEST ("W-38/search/archive", test_archive);
  TALK_TEST ("W-38/search/archive-pages", test_archive_pages);
  TALK_TEST ("W-38/search/archive-filters", test_archive_filters);
  TALK_TEST ("W-38/search/find", test_find);
  TALK_TEST ("W-38/search/find-nothing", test_find_nothing);
  return g_test_run ();
}
