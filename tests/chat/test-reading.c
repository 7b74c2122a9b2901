/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-reading.h"
#include "chat-store-gaps.h"
#include "fake-archive.h"
#include "talk-test.h"
#include "xmpp-ns.h"

/* What a stanza says, by each way that it may come, and pages of the archive on their way through the inbox. */

/* -- what it says --------------------------------------------------------------------------------------------------- */

#define LIVE CHAT_SOURCE_LIVE
#define CARBON CHAT_SOURCE_CARBON
#define ARCHIVE CHAT_SOURCE_ARCHIVE
#define FROM_ROMEO " from='romeo@example.org/orchard' to='juliet@example.org' id='i'"
#define TO_ROMEO " from='juliet@example.org/phone' to='romeo@example.org' id='i'"
#define CHAT " type='chat'"
#define MARKERS "xmlns='" XMPP_NS_MARKERS "'"
#define REPLY "<reply xmlns='" XMPP_NS_REPLY "' id='t' to='juliet@example.org'/>"
#define QUOTED "xmlns='" XMPP_NS_FALLBACK "' for='" XMPP_NS_REPLY "'"
#define REACTION(emojis) "<reactions xmlns='urn:xmpp:reactions:0' id='t'>" emojis "</reactions>"

typedef struct {
  const char *what;
  ChatSource source;
  const char *attributes, *children;
  const char *expected;     /* all news: "type address own|peer kind target text|-", with commas between */
} Case;

static const Case cases[] = {
  { "live", LIVE, FROM_ROMEO CHAT, "<body>ho</body>", "message romeo peer 0 - ho" },
  { "carbon of theirs", CARBON, FROM_ROMEO CHAT, "<body>ho</body>", "message romeo peer 0 - ho" },
  { "carbon of ours", CARBON, TO_ROMEO CHAT, "<body>ho</body>", "message romeo own 0 - ho" },
  { "archive, theirs", ARCHIVE, FROM_ROMEO CHAT, "<body>ho</body>", "message romeo peer 0 - ho" },
  { "archive, ours", ARCHIVE, TO_ROMEO CHAT, "<body>ho</body>", "message romeo own 0 - ho" },
  { "archive, ours, no from", ARCHIVE, " to='romeo@example.org' id='i'" CHAT, "<body>ho</body>", "message romeo own 0 - ho" },
  { "archive, a note to ourselves", ARCHIVE, " from='juliet@example.org/a' to='juliet@example.org' id='i'" CHAT, "<body>milk</body>",
    "message juliet own 0 - milk" },
  { "archive, no to", ARCHIVE, " from='romeo@example.org/x' id='i'", "<body>ho</body>", "message romeo peer 0 - ho" },
  { "archive, between others (S-04)", ARCHIVE, " from='romeo@example.org/x' to='nurse@example.org' id='i'" CHAT, "<body>ho</body>", "" },
  { "archive, a room's", ARCHIVE, " from='room@example.org/romeo' to='juliet@example.org' id='i' type='groupchat'", "<body>ho</body>", "" },
  { "archive, an error", ARCHIVE, " from='romeo@example.org' to='juliet@example.org' id='i' type='error'", "<body>ho</body>", "" },
  { "encrypted, ours, carbon", CARBON, TO_ROMEO CHAT, "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/><payload>x</payload></encrypted>"
    "<body>I sent you an OMEMO message</body>", "message romeo own 2 - -" },
  { "encrypted, theirs, archive", ARCHIVE, FROM_ROMEO CHAT, "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/><payload>x</payload></encrypted>"
    "<body>I sent you an OMEMO message</body>", "message romeo peer 2 - -" },
  { "only keys, archive (S-103)", ARCHIVE, FROM_ROMEO CHAT, "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/></encrypted>", "" },
  { "bare forward (S-03)", LIVE, FROM_ROMEO CHAT, "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'"
    " from='nurse@example.org' to='juliet@example.org'><body>forged</body></message></forwarded>", "" },
  { "correction", LIVE, FROM_ROMEO CHAT, "<body>ho</body><replace xmlns='urn:xmpp:message-correct:0' id='t'/>", "correction romeo peer 0 t ho" },
  { "correction of itself (S-13)", LIVE, FROM_ROMEO CHAT, "<body>ho</body><replace xmlns='urn:xmpp:message-correct:0' id='i'/>", "message romeo peer 0 - ho" },
  { "correction without a text", LIVE, FROM_ROMEO CHAT, "<replace xmlns='urn:xmpp:message-correct:0' id='t'/>", "" },
  { "encrypted correction (S-14)", LIVE, FROM_ROMEO CHAT, "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/><payload>x</payload></encrypted>"
    "<replace xmlns='urn:xmpp:message-correct:0' id='t'/>", "message romeo peer 2 - -" },
  { "retraction, its note is no message", CARBON, TO_ROMEO CHAT, "<retract xmlns='urn:xmpp:message-retract:1' id='t'/><body>This person took back a message</body>",
    "retraction romeo own 0 t -" },
  { "reactions, their text is no message", LIVE, FROM_ROMEO CHAT, REACTION ("<reaction>👍</reaction><reaction>🎉</reaction>") "<body>👍</body>",
    "reactions romeo peer 0 t 👍 🎉" },
  { "reactions that are no words", LIVE, FROM_ROMEO CHAT, REACTION ("<reaction>a b</reaction><reaction>a\nb</reaction><reaction/>"), "reactions romeo peer 0 t " },
  { "reactions taken back", ARCHIVE, TO_ROMEO CHAT, REACTION (""), "reactions romeo own 0 t " },
  { "retraction as it was before", ARCHIVE, FROM_ROMEO CHAT, "<apply-to xmlns='urn:xmpp:fasten:0' id='t'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to>"
    "<body>This person took back a message</body>", "retraction romeo peer 0 t -" },
  { "taken back, archive", ARCHIVE, FROM_ROMEO CHAT, "<retracted xmlns='urn:xmpp:message-retract:1' id='r'/>", "message romeo peer 0 - -" },
  { "taken back, not in an archive", LIVE, FROM_ROMEO CHAT, "<retracted xmlns='urn:xmpp:message-retract:1' id='r'/>", "" },
  { "answer", LIVE, FROM_ROMEO CHAT, "<body>&gt; hi\nho</body>" REPLY "<fallback " QUOTED "><body start='0' end='5'/></fallback>", "message romeo peer 0 - ho" },
  { "answer, out of range (S-92)", LIVE, FROM_ROMEO CHAT, "<body>&gt; hi\nho</body>" REPLY "<fallback " QUOTED "><body start='0' end='8'/></fallback>",
    "message romeo peer 0 - > hi\nho" },
  { "answer of nothing (S-92)", LIVE, FROM_ROMEO CHAT, "<body>&gt; hi\n</body>" REPLY "<fallback " QUOTED "/>", "message romeo peer 0 - > hi\n" },
  { "fallback of no answer (S-92)", LIVE, FROM_ROMEO CHAT, "<body>&gt; hi\nho</body><fallback " QUOTED "><body start='0' end='5'/></fallback>",
    "message romeo peer 0 - > hi\nho" },
  { "receipt (S-18)", LIVE, FROM_ROMEO, "<received xmlns='urn:xmpp:receipts' id='t'/>", "delivered romeo peer 0 t -" },
  { "receipt of another of ours", CARBON, TO_ROMEO, "<received xmlns='urn:xmpp:receipts' id='t'/>", "" },
  { "receipt with a text", ARCHIVE, FROM_ROMEO CHAT, "<received xmlns='urn:xmpp:receipts' id='t'/><body>ho</body>",
    "delivered romeo peer 0 t -,message romeo peer 0 - ho" },
  { "marker", LIVE, FROM_ROMEO, "<displayed " MARKERS " id='t'/>", "displayed romeo peer 0 t -" },
  { "marker of another of ours", CARBON, TO_ROMEO, "<displayed " MARKERS " id='t'/>", "read romeo own 0 t -" },
  { "marker of ours in the archive", ARCHIVE, TO_ROMEO, "<displayed " MARKERS " id='t'/>", "read romeo own 0 t -" },
  { "nothing", ARCHIVE, FROM_ROMEO CHAT, "<active xmlns='http://jabber.org/protocol/chatstates'/>", "" },
};

static const char *const type_names[] = { "message", "correction", "retraction", "reactions", "delivered", "displayed", "read", "nothing" };

static GPtrArray *
read_stanza (ChatSource source, const char *attributes, const char *children)
{
  g_autofree char *xml = g_strdup_printf ("<message xmlns='jabber:client'%s>%s</message>", attributes, children);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppElement) stanza = xmpp_element_parse (xml, -1, &error);
  g_autoptr (XmppMessage) message = NULL;
  g_autoptr (XmppJid) account = xmpp_jid_new ("juliet@example.org", NULL);
  ChatReadingContext context = { .account = account, .source = source };
  GPtrArray *news = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_new_message_free);

  g_assert_no_error (error);
  message = xmpp_message_parse (stanza, NULL, &error);
  g_assert_no_error (error);
  if (source == ARCHIVE) {
    context.archive_id = "archived";
    context.stamp = G_GINT64_CONSTANT (1600000000000000);
  }
  chat_reading_read (&context, message, stanza, news);
  return news;
}

static char *
describe (GPtrArray *news)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < news->len; i++) {
    ChatNewMessage *new = g_ptr_array_index (news, i);
    const char *text = new->emojis != NULL ? new->emojis : new->text;
    g_autofree char *name = g_strndup (new->jid, strcspn (new->jid, "@"));
    g_string_append_printf (all, "%s%s %s %s %d %s %s", i > 0 ? "," : "", type_names[new->type], name, new->own ? "own" : "peer",
                            new->kind, new->target_id != NULL ? new->target_id : "-", text != NULL ? text : "-");
  }
  return g_string_free (g_steal_pointer (&all), FALSE);
}

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *c = &cases[i];
    g_autoptr (GPtrArray) news = read_stanza (c->source, c->attributes, c->children);
    g_autofree char *found = describe (news);
    g_test_message ("%s", c->what);
    g_assert_cmpstr (found, ==, c->expected);
    for (guint j = 0; j < news->len; j++) {
      ChatNewMessage *new = g_ptr_array_index (news, j);
      g_assert_cmpstr (new->archive_id, ==, c->source == ARCHIVE ? "archived" : NULL);
      g_assert_cmpint (new->delayed, ==, c->source == ARCHIVE);
      g_assert_cmpint (new->state, ==, new->own ? CHAT_MESSAGE_SENT : CHAT_MESSAGE_RECEIVED);
      if (c->source == ARCHIVE)
        g_assert_cmpint (new->time, ==, G_GINT64_CONSTANT (1600000000000000));
    }
  }
}

/* Kept for a week only. */
static void
test_raw (void)
{
  g_autoptr (GPtrArray) old = read_stanza (ARCHIVE, FROM_ROMEO CHAT, "<body>ho</body>");
  g_autoptr (GPtrArray) recent = read_stanza (LIVE, FROM_ROMEO CHAT, "<body>ho</body><unknown xmlns='urn:example'/>");

  g_assert_null (((ChatNewMessage *) old->pdata[0])->raw);
  g_assert_nonnull (strstr (((ChatNewMessage *) recent->pdata[0])->raw, "urn:example"));
}

/* -- pages ---------------------------------------------------------------------------------------------------------- */

static void
keep_page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(XmppArchivePage **) user_data = xmpp_archive_module_query_finish ((XmppArchiveModule *) source, result, NULL);
}

static XmppArchivePage *
make_page (Fixture *fixture, const char *const *messages)
{
  g_autoptr (XmppArchiveModule) archive = fake_archive_new ();
  XmppArchiveQuery query = { .with = fixture->romeo };
  XmppArchivePage *page = NULL;

  xmpp_archive_module_query_async (archive, &query, 0, NULL, keep_page_cb, &page);
  fake_archive_answer (archive, "x", TRUE, messages);
  wait_for (page != NULL);
  for (guint i = 0; i < page->items->len; i++)
    ((XmppArchiveItem *) page->items->pdata[i])->time = G_GINT64_CONSTANT (1600000000000000) + i * G_USEC_PER_SEC;
  return page;
}

static gint64
open_gap (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChatGapRow) gap = NULL;

  chat_store_open_gap_async (fixture->store, fixture->account, NULL, keep_result_cb, &result);
  wait_for (result != NULL);
  gap = chat_store_open_gap_finish (fixture->store, result, NULL);
  return gap->id;
}

static ChatAddedLot *
take_page (Fixture *fixture, gint64 gap, const char *const *messages, GError **error)
{
  g_autoptr (XmppArchivePage) page = make_page (fixture, messages);
  g_autoptr (GAsyncResult) result = NULL;
  ChatPage where = { .gap = gap, .first = page->first, .last = page->last, .reached_end = TRUE, .closes = TRUE };

  chat_inbox_take_page_async (fixture->inbox, page, &where, keep_result_cb, &result);
  wait_for (result != NULL);
  return chat_inbox_take_page_finish (fixture->inbox, result, error);
}

#define MESSAGE(attributes, children) "<message xmlns='jabber:client'" attributes ">" children "</message>"

static void
deliver_xml (Fixture *fixture, XmppCarbon carbon, const char *xml)
{
  g_autoptr (XmppElement) stanza = xmpp_element_parse (xml, -1, NULL);
  g_autoptr (XmppMessage) message = xmpp_message_parse (stanza, NULL, NULL);

  message->carbon = carbon;
  fake_session_deliver (fixture->session, message, xml, ++fixture->ticket);
  wait_for (is_released (fixture, fixture->ticket));
}

/* W-31, S-20: typed here, live, as a carbon and in a page, one of them encrypted: four rows, and what stays between. */
static void
test_page (Fixture *fixture, gconstpointer data)
{
  gint64 gap = open_gap (fixture);
  ChatConversation *chat = open_chat (fixture, fixture->romeo);
  g_autoptr (ChatAddedLot) added = NULL, again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *typed = NULL, *order = NULL;
  const char *const encrypted = MESSAGE (" from='romeo@example.org/a' to='juliet@example.org' id='e'" CHAT,
    "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/><payload>x</payload></encrypted>");

  fake_session_set_online (fixture->session, TRUE);
  deliver_xml (fixture, XMPP_CARBON_NONE, MESSAGE (" from='romeo@example.org/a' to='juliet@example.org' id='l'" CHAT, "<body>live</body>"));
  deliver_xml (fixture, XMPP_CARBON_SENT, MESSAGE (" from='juliet@example.org/b' to='romeo@example.org' id='c'" CHAT, "<body>carbon</body>"));
  deliver_xml (fixture, XMPP_CARBON_RECEIVED, encrypted);
  chat_conversation_send (chat, "typed");
  wait_for (n_sent (fixture) == 1);
  wait_for (n_in_state (fixture, CHAT_MESSAGE_WRITTEN) == 1);
  typed = g_strdup_printf (MESSAGE (" from='juliet@example.org/here' to='romeo@example.org' id='%s'" CHAT, "<body>typed</body>"),
                           xmpp_element_get_attribute (sent (fixture, 0), "id"));
  {
    const char *messages[] = {
      MESSAGE (" from='romeo@example.org/a' to='juliet@example.org' id='m'" CHAT, "<body>missed</body>"), "",
      MESSAGE (" from='nurse@example.org/a' to='romeo@example.org' id='n'" CHAT, "<body>not ours</body>"),
      MESSAGE (" from='romeo@example.org/a' to='juliet@example.org' id='l'" CHAT, "<body>live</body>"),
      MESSAGE (" from='juliet@example.org/b' to='romeo@example.org' id='c'" CHAT, "<body>carbon</body>"), encrypted, typed, NULL };
    added = take_page (fixture, gap, messages, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (added->added->len, ==, 1);
    g_assert_cmpuint (added->n_known, ==, 4);
    g_assert_null (added->gap);
    order = query_text (fixture->folder, "SELECT group_concat (ifnull (text, '-'), ' ') FROM (SELECT text FROM message ORDER BY position)");
    g_assert_cmpstr (order, ==, "missed live carbon - typed");
    /* When the server had it, and that it has what was typed. */
    g_assert_cmpint (query (fixture->folder, "SELECT time FROM message WHERE stanza_id = 'l'"), ==, G_GINT64_CONSTANT (1600000003000000));
    g_assert_cmpint (n_in_state (fixture, CHAT_MESSAGE_WRITTEN), ==, 0);
    g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM conversation"), ==, 1);
    /* The gap is gone. */
    again = take_page (fixture, gap, messages, &error);
    g_assert_null (again);
    g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE);
  }
}

/* R-44: of a page that does not fit on the disk nothing is there, and it can be asked for again. */
static void
test_page_fails (Fixture *fixture, gconstpointer data)
{
  gint64 gap = open_gap (fixture);
  g_autofree char *large = g_strnfill (60000, 'x');
  g_autofree char *xml = g_strdup_printf (MESSAGE (FROM_ROMEO CHAT, "<body>%s</body>"), large);
  const char *messages[] = { MESSAGE (" from='nurse@example.org' to='juliet@example.org' id='n'", "<body>ho</body>"), xml, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatAddedLot) added = NULL;

  set_pages (fixture, 1);
  g_assert_null (take_page (fixture, gap, messages, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORE_FULL);
  g_assert_cmpuint (fixture->n_failed, ==, 1);
  g_assert_cmpint (query (fixture->folder, "SELECT count(*) FROM message"), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 0);
  set_pages (fixture, 100000);
  added = take_page (fixture, gap, messages, NULL);
  g_assert_cmpuint (added->added->len, ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/talk/reading/S-03/S-13/S-14/S-18/S-103/cases", test_cases);
  g_test_add_func ("/talk/reading/raw", test_raw);
  TALK_TEST ("reading/W-31/S-20/R-38/page", test_page);
  TALK_TEST ("reading/R-44/page-fails", test_page_fails);
  return g_test_run ();
}
