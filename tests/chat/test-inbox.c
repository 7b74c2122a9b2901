/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "talk-test.h"
#include "xmpp-ns.h"

#define BURST 10000

static void
test_ticket (Fixture *fixture, gconstpointer data)
{
  guint64 ticket = deliver (fixture, "romeo@example.org/orchard", "a", "Hello");

  g_assert_false (is_released (fixture, ticket));
  wait_for (is_released (fixture, ticket));
  /* By now it is committed, and the state of the stream with it. */
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM message"), ==, 1);
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM stream_state"), ==, 1);
  g_assert_cmpuint (fixture->n_arrived, ==, 1);
  g_assert_false (fixture->from_contact);
  /* The same again is released, and not announced. */
  ticket = deliver (fixture, "romeo@example.org/orchard", "a", "Hello");
  wait_for (is_released (fixture, ticket));
  g_assert_cmpuint (fixture->n_arrived, ==, 1);
  /* What says nothing is released at once. */
  ticket = deliver (fixture, "romeo@example.org/orchard", "b", NULL);
  g_assert_true (is_released (fixture, ticket));
}

static void
test_store_fails (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (50000, 'x');
  g_autofree char *order = NULL;
  guint64 first, second;

  set_pages (fixture, 1);
  first = deliver (fixture, "romeo@example.org", "a", large);
  second = deliver (fixture, "romeo@example.org", "b", large);
  wait_for (fixture->n_failed == 1);
  g_assert_false (is_released (fixture, first));
  g_assert_cmpuint (fixture->n_arrived, ==, 0);
  set_pages (fixture, 100000);
  wait_for (is_released (fixture, first) && is_released (fixture, second));
  order = query_text (fixture->folder, "SELECT group_concat (stanza_id, '') FROM (SELECT stanza_id FROM message ORDER BY position)");
  g_assert_cmpstr (order, ==, "ab");
  g_assert_cmpuint (fixture->n_failed, ==, 1);
}

typedef struct {
  const char *what;
  XmppMessageType type;
  const char *from, *subject, *body, *stanza;
  gboolean encrypted, invitation;
  const char *jid;          /* of the conversation, NULL: dropped */
  int kind;
  gboolean own;
  const char *text;         /* NULL: none may be kept */
} Case;

static const Case cases[] = {
  { "chat", XMPP_MESSAGE_CHAT, "romeo@example.org/x", NULL, "Hello", NULL, FALSE, FALSE, "romeo@example.org", CHAT_MESSAGE_TEXT, FALSE, "Hello" },
  { "normal", XMPP_MESSAGE_NORMAL, "romeo@example.org", NULL, "Hello", NULL, FALSE, FALSE, "romeo@example.org", CHAT_MESSAGE_TEXT, FALSE, "Hello" },
  { "normal with a subject", XMPP_MESSAGE_NORMAL, "romeo@example.org", "Feast", "Come", NULL, FALSE, FALSE, "romeo@example.org", CHAT_MESSAGE_TEXT, FALSE, "Feast\nCome" },
  { "a server", XMPP_MESSAGE_NORMAL, "example.org", NULL, "Welcome", NULL, FALSE, FALSE, "example.org", CHAT_MESSAGE_TEXT, FALSE, "Welcome" },
  { "headline", XMPP_MESSAGE_HEADLINE, "news@example.org", "Prince", "No more fights", NULL, FALSE, FALSE, "news@example.org", CHAT_MESSAGE_HEADLINE, FALSE, "Prince\nNo more fights" },
  { "only a subject", XMPP_MESSAGE_HEADLINE, "news@example.org", "Prince", NULL, NULL, FALSE, FALSE, "news@example.org", CHAT_MESSAGE_HEADLINE, FALSE, "Prince" },
  { "encrypted", XMPP_MESSAGE_CHAT, "romeo@example.org", NULL, "I sent you an encrypted message", NULL, TRUE, FALSE, "romeo@example.org", CHAT_MESSAGE_ENCRYPTED, FALSE, NULL },
  { "S-103 only keys", XMPP_MESSAGE_CHAT, "romeo@example.org", NULL, NULL,
    "<message xmlns='jabber:client'><encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/></encrypted></message>",
    TRUE, FALSE, NULL, 0, FALSE, NULL },
  { "S-24 without from", XMPP_MESSAGE_CHAT, NULL, NULL, "Hello", NULL, FALSE, FALSE, "juliet@example.org", CHAT_MESSAGE_TEXT, TRUE, "Hello" },
  { "another client of ours", XMPP_MESSAGE_CHAT, "juliet@example.org/phone", NULL, "Milk", NULL, FALSE, FALSE, "juliet@example.org", CHAT_MESSAGE_TEXT, TRUE, "Milk" },
  { "room", XMPP_MESSAGE_GROUPCHAT, "room@rooms.example.org/romeo", NULL, "Hello", NULL, FALSE, FALSE, NULL, 0, FALSE, NULL },
  { "S-81 invitation", XMPP_MESSAGE_NORMAL, "room@rooms.example.org", NULL, "Come in", NULL, FALSE, TRUE, NULL, 0, FALSE, NULL },
  { "empty", XMPP_MESSAGE_CHAT, "romeo@example.org", NULL, "", NULL, FALSE, FALSE, NULL, 0, FALSE, NULL },
  { "error without a reason", XMPP_MESSAGE_ERROR, "romeo@example.org", NULL, "Hello", NULL, FALSE, FALSE, NULL, 0, FALSE, NULL },
};

static void
test_cases (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *c = &cases[i];
    g_autoptr (XmppJid) from = c->from != NULL ? xmpp_jid_new (c->from, NULL) : NULL;
    g_autofree char *id = g_strdup_printf ("case-%" G_GSIZE_FORMAT, i);
    XmppMessage message = { .type = c->type, .from = from, .id = id, .subject = (char *) c->subject, .body = (char *) c->body,
                            .encrypted = c->encrypted, .invitation = c->invitation };
    g_autofree char *sql = g_strdup_printf ("SELECT c.jid || ' ' || m.kind || ' ' || m.own || ' ' || ifnull (m.text, '(none)')"
                                            " FROM message m JOIN conversation c ON c.id = m.conversation WHERE m.stanza_id = '%s'", id);
    g_autofree char *found = NULL;
    g_autofree char *expected = NULL;
    g_test_message ("%s", c->what);
    fake_session_deliver (fixture->session, &message, c->stanza, ++fixture->ticket);
    wait_for (is_released (fixture, fixture->ticket));
    found = query_text (fixture->folder, sql);
    if (c->jid != NULL)
      expected = g_strdup_printf ("%s %d %d %s", c->jid, c->kind, c->own, c->text != NULL ? c->text : "(none)");
    g_assert_cmpstr (found, ==, expected);
  }
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM message WHERE text LIKE '%I sent you%'"), ==, 0);
}

static void
test_encrypted_hint (Fixture *fixture, gconstpointer data)
{
  XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .from = fixture->romeo, .id = (char *) "a", .body = (char *) "fallback", .encrypted = TRUE };
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autofree char *preview = NULL;
  gboolean hint;

  fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  wait_for (is_released (fixture, fixture->ticket));
  g_object_get (chat, "encrypted-hint", &hint, "preview", &preview, NULL);
  g_assert_true (hint);
  g_assert_cmpstr (preview, ==, "Encrypted message, can’t be read here yet");
  chat_conversation_send (chat, "plain");
  wait_for (n_in_state (fixture, CHAT_MESSAGE_QUEUED) == 1);
  restart (fixture);
  chat = open_chat (fixture, fixture->romeo);
  g_object_get (chat, "encrypted-hint", &hint, NULL);
  g_assert_true (hint);
  deliver (fixture, "romeo@example.org", "b", "plain too");
  wait_for (is_released (fixture, fixture->ticket));
  g_object_get (chat, "encrypted-hint", &hint, NULL);
  g_assert_false (hint);
}

/* Who only sends headlines takes no answers; who then says something does. */
static void
test_announcement (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppJid) news = xmpp_jid_new ("news@example.org", NULL);
  XmppMessage message = { .type = XMPP_MESSAGE_HEADLINE, .from = news, .id = (char *) "a", .body = (char *) "No more fights" };
  ChatConversation *chat = open_chat (fixture, news);
  gboolean announcement;

  fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  wait_for (is_released (fixture, fixture->ticket));
  g_object_get (chat, "announcement", &announcement, NULL);
  g_assert_true (announcement);
  deliver (fixture, "news@example.org", "b", "Any questions?");
  wait_for (is_released (fixture, fixture->ticket));
  g_object_get (chat, "announcement", &announcement, NULL);
  g_assert_false (announcement);
}

/* Our own server's stamp counts, held to what is sane; nobody else's does. */
static void
test_delay (Fixture *fixture, gconstpointer data)
{
  const struct { const char *delays; const char *expected; } stamps[] = {
    { "<delay xmlns='urn:xmpp:delay' from='example.org' stamp='2020-09-13T12:26:40Z'/>", "2020-09-13 12:26:40" },
    { "<delay xmlns='urn:xmpp:delay' from='juliet@example.org' stamp='2020-09-13T12:26:41Z'/>", "2020-09-13 12:26:41" },
    { "<delay xmlns='urn:xmpp:delay' from='juliet@example.org/phone' stamp='2020-09-13T12:26:42Z'/>", NULL },
    { "<delay xmlns='urn:xmpp:delay' from='romeo@example.org' stamp='2020-09-13T12:26:42Z'/>", NULL },
    { "<delay xmlns='urn:xmpp:delay' from='example.net' stamp='2020-09-13T12:26:42Z'/>", NULL },
    { "<delay xmlns='urn:xmpp:delay' from='example.org/x' stamp='2020-09-13T12:26:42Z'/>", NULL },
    { "<delay xmlns='urn:xmpp:delay' from='romeo@example.org/example.org' stamp='2020-09-13T12:26:42Z'/>", NULL },
    { "<delay xmlns='urn:xmpp:delay' stamp='2020-09-13T12:26:42Z'/>", NULL },
    { "<delay xmlns='urn:xmpp:delay' from='example.org' stamp='yesterday'/>", NULL },
    { "<delay xmlns='urn:xmpp:delay' from='example.org' stamp='9999-09-13T12:26:42Z'/>", NULL },
    { "<delay xmlns='urn:xmpp:delay' from='example.org' stamp='1066-10-14T12:00:00Z'/>", "1970-01-01 00:00:00" },
    /* The sender tried before, then our server kept it. */
    { "<delay xmlns='urn:xmpp:delay' from='romeo@example.org' stamp='2001-01-01T00:00:00Z'/>"
      "<delay xmlns='urn:xmpp:delay' from='example.org' stamp='2020-09-13T12:26:43Z'/>", "2020-09-13 12:26:43" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (stamps); i++) {
    g_autofree char *id = g_strdup_printf ("%" G_GSIZE_FORMAT, i);
    g_autofree char *stanza = g_strdup_printf ("<message xmlns='jabber:client'>%s</message>", stamps[i].delays);
    g_autofree char *sql = g_strdup_printf ("SELECT datetime (time / 1000000, 'unixepoch') FROM message WHERE stanza_id = '%s'", id);
    g_autofree char *recent = g_strdup_printf ("SELECT abs (time / 1000000 - unixepoch ()) <= 86460 FROM message WHERE stanza_id = '%s'", id);
    XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .from = fixture->romeo, .id = id, .body = (char *) "text" };
    g_autofree char *found = NULL;
    g_test_message ("%s", stamps[i].delays);
    fake_session_deliver (fixture->session, &message, stanza, ++fixture->ticket);
    wait_for (is_released (fixture, fixture->ticket));
    found = query_text (fixture->folder, sql);
    if (stamps[i].expected != NULL)
      g_assert_cmpstr (found, ==, stamps[i].expected);
    else
      g_assert_cmpint (query (fixture->folder, recent), ==, 1);
  }
}

/* A note comes back to all our clients, this one too: it is one note. */
static void
test_note_to_self (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat = open_chat (fixture, fixture->own);
  gboolean note;

  g_object_get (chat, "note-to-self", &note, NULL);
  g_assert_true (note);
  g_assert_cmpstr (chat_conversation_get_name (chat), ==, "Note to Self");
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_send (chat, "Milk");
  wait_for (n_sent (fixture) == 1);
  deliver (fixture, "juliet@example.org/phone", xmpp_element_get_attribute (sent (fixture, 0), "id"), "Milk");
  wait_for (is_released (fixture, fixture->ticket));
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM message"), ==, 1);
  g_assert_cmpuint (chat_conversation_get_unread (chat), ==, 0);
  g_assert_cmpuint (fixture->n_arrived, ==, 0);
}

static void
set_peer_state (Fixture *fixture, XmppChatState state, gint64 delay)
{
  XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .from = fixture->romeo, .chat_state = state, .delay = delay };

  fake_session_deliver (fixture->session, &message, NULL, ++fixture->ticket);
  g_assert_true (is_released (fixture, fixture->ticket));
}

static gboolean
is_composing (ChatConversation *chat)
{
  gboolean composing;

  g_object_get (chat, "peer-composing", &composing, NULL);
  return composing;
}

static void
test_chat_states (Fixture *fixture, gconstpointer data)
{
  ChatConversation *chat;

  set_peer_state (fixture, XMPP_CHAT_STATE_COMPOSING, 0);
  /* A stranger's typing makes no chat. */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 0);
  chat = open_chat (fixture, fixture->romeo);
  set_peer_state (fixture, XMPP_CHAT_STATE_COMPOSING, 1);
  g_assert_false (is_composing (chat));
  set_peer_state (fixture, XMPP_CHAT_STATE_COMPOSING, 0);
  g_assert_true (is_composing (chat));
  deliver (fixture, "romeo@example.org", "a", "there");
  g_assert_false (is_composing (chat));
  wait_for (is_released (fixture, fixture->ticket));
  set_peer_state (fixture, XMPP_CHAT_STATE_COMPOSING, 0);

  /* S-110: ours are told to those only who see our presence, and whose client speaks of them. */
  fake_session_set_online (fixture->session, TRUE);
  chat_conversation_set_composing (chat, TRUE);
  chat_conversation_set_composing (chat, FALSE);
  g_assert_cmpuint (n_sent (fixture), ==, 0);
  add_contact (fixture, fixture->romeo, "Romeo", XMPP_SUBSCRIPTION_TO);
  chat_conversation_set_composing (chat, TRUE);
  chat_conversation_set_composing (chat, FALSE);
  g_assert_cmpuint (n_sent (fixture), ==, 0);
  g_object_set (chat_conversation_get_contact (chat), "subscription", XMPP_SUBSCRIPTION_BOTH, NULL);
  chat_conversation_set_composing (chat, TRUE);
  chat_conversation_set_composing (chat, TRUE);
  g_assert_cmpuint (n_sent (fixture), ==, 1);
  g_assert_nonnull (xmpp_element_find_child (sent (fixture, 0), XMPP_NS_CHAT_STATES, "composing"));
  chat_conversation_send (chat, "text");
  wait_for (n_sent (fixture) == 2);
  g_assert_nonnull (xmpp_element_find_child (sent (fixture, 1), XMPP_NS_CHAT_STATES, "active"));
  deliver (fixture, "romeo@example.org", "b", "from a client without");
  chat_conversation_set_composing (chat, TRUE);
  g_assert_cmpuint (n_sent (fixture), ==, 2);
  /* Who goes offline stops typing. */
  set_peer_state (fixture, XMPP_CHAT_STATE_COMPOSING, 0);
  g_assert_true (is_composing (chat));
  g_object_set (chat_conversation_get_contact (chat), "availability", XMPP_AVAILABILITY_OFFLINE, NULL);
  g_assert_false (is_composing (chat));
  wait_for (is_released (fixture, fixture->ticket - 1));
}

static gint64
n_stored (Fixture *fixture)
{
  return query (fixture->folder, "SELECT count (*) FROM message");
}

/* Many at once: all come, in order, and not in one turn of the main loop (how long one is, tests/bench says). */
static void
test_burst (Fixture *fixture, gconstpointer data)
{
  guint n_turns = 0;

  for (guint i = 0; i < BURST; i++) {
    g_autofree char *id = g_strdup_printf ("burst-%u", i), *text = g_strdup_printf ("%u", i);
    deliver (fixture, "romeo@example.org/orchard", id, text);
  }
  for (gint64 n = 0; n < BURST; n = n_stored (fixture)) {
    wait_for (n_stored (fixture) > n);
    n_turns++;
  }
  g_assert_cmpuint (n_turns, >, 1);
  g_assert_cmpint (query (fixture->folder, "SELECT count (*) FROM (SELECT CAST (text AS INTEGER) - lag (CAST (text AS INTEGER)) OVER"
                          " (ORDER BY position) AS step FROM message) WHERE step <> 1"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TALK_TEST ("inbox/R-11/ticket", test_ticket);
  TALK_TEST ("inbox/R-44/store-fails", test_store_fails);
  TALK_TEST ("inbox/cases", test_cases);
  TALK_TEST ("inbox/encrypted-hint", test_encrypted_hint);
  TALK_TEST ("inbox/announcement", test_announcement);
  TALK_TEST ("inbox/S-20/delay", test_delay);
  TALK_TEST ("inbox/W-31/note-to-self", test_note_to_self);
  TALK_TEST ("inbox/S-110/chat-states", test_chat_states);
  TALK_TEST ("R-24/burst", test_burst);
  return g_test_run ();
}
