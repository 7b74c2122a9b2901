/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "module-peer.h"
#include "xmpp-archive-module.h"
#include "xmpp-error.h"
#include "xmpp-message-module.h"
#include "xmpp-ns.h"
#include "xmpp-server-module.h"

#include <string.h>

/* Pages of the archive: what is asked, which results count, and what a <fin/> that lies can do; and its preferences. */

#define NEVER_MS (60 * 60 * 1000)

typedef struct {
  ModulePeer *peer;
  XmppArchiveModule *archive;
  GCancellable *cancellable;
  XmppElement *iq;             /* the query that waits */
  char *id;                    /* its queryid */
  XmppArchivePage *page;
  GError *error;
  gboolean answered;
  guint n_messages;            /* that came as if somebody had just said them */
} Fixture;

static void
message_cb (XmppMessageModule *module, XmppMessage *message, XmppElement *stanza, guint64 ticket, Fixture *f)
{
  f->n_messages++;
}

static void
load_features (Fixture *f, const char *features)
{
  g_autofree char *cache = g_strdup_printf ("<features xmlns='urn:stonechat:server-features'><server/><account>"
    "<query xmlns='" XMPP_NS_DISCO_INFO "'>%s</query></account></features>", features);

  xmpp_server_module_load (xmpp_session_get_module (f->peer->session, XMPP_TYPE_SERVER_MODULE), cache);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  const GType types[] = { XMPP_TYPE_ARCHIVE_MODULE, XMPP_TYPE_MESSAGE_MODULE, G_TYPE_INVALID };

  f->peer = module_peer_new (types);
  f->archive = xmpp_session_get_module (f->peer->session, XMPP_TYPE_ARCHIVE_MODULE);
  f->cancellable = g_cancellable_new ();
  g_signal_connect (xmpp_session_get_module (f->peer->session, XMPP_TYPE_MESSAGE_MODULE), "message", G_CALLBACK (message_cb), f);
  load_features (f, "<feature var='" XMPP_NS_MAM "'/><feature var='" XMPP_NS_SID "'/>");
  module_peer_online (f->peer, TRUE);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (f->n_messages, ==, 0);
  g_clear_pointer (&f->iq, xmpp_element_unref);
  g_clear_pointer (&f->page, xmpp_archive_page_unref);
  g_clear_error (&f->error);
  g_free (f->id);
  module_peer_free (f->peer);
  g_assert_finalize_object (f->cancellable);
}

static void
queried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;

  g_assert_false (f->answered);
  f->answered = TRUE;
  f->page = xmpp_archive_module_query_finish (XMPP_ARCHIVE_MODULE (source), result, &f->error);
}

static void
ask_for (Fixture *f, const XmppArchiveQuery *query, guint timeout_ms)
{
  XmppElement *payload;

  f->answered = FALSE;
  xmpp_archive_module_query_async (f->archive, query, timeout_ms, f->cancellable, queried_cb, f);
  g_clear_pointer (&f->iq, xmpp_element_unref);
  f->iq = module_peer_take (f->peer, "iq", NULL);
  payload = xmpp_element_find_child (f->iq, XMPP_NS_MAM, "query");
  g_free (f->id);
  f->id = g_strdup (xmpp_element_get_attribute (payload, "queryid"));
  g_assert_cmpuint (strlen (f->id), >=, 22);     /* S-08 */
}

static void
ask (Fixture *f)
{
  const XmppArchiveQuery query = { .max = 250 };

  ask_for (f, &query, NEVER_MS);
}

#define FORWARDED(stamp, inner) "<forwarded xmlns='" XMPP_NS_FORWARD "'><delay xmlns='" XMPP_NS_DELAY "' stamp='" stamp "'/>" inner "</forwarded>"
#define MESSAGE "<message xmlns='jabber:client' from='romeo@b.test/x' to='juliet@a.test' type='chat'><body>Hail</body></message>"

static void
give (Fixture *f, const char *from, const char *queryid, const char *id, const char *forwarded)
{
  module_peer_say (f->peer, "<message %s to='juliet@a.test/balcony'><result xmlns='" XMPP_NS_MAM "' queryid='%s' id='%s'>%s</result></message>",
                   from, queryid, id, forwarded);
}

/* "id@second id@second …" */
static void
give_items (Fixture *f, const char *items)
{
  g_auto (GStrv) parts = g_strsplit (items, " ", -1);

  for (guint i = 0; parts[i] && *parts[i]; i++) {
    char *at = strchr (parts[i], '@');
    g_autofree char *delay = at && at[1] ? g_strdup_printf ("<delay xmlns='" XMPP_NS_DELAY "' stamp='2024-01-01T00:00:%sZ'/>", at + 1) : g_strdup ("");
    g_autofree char *forwarded = g_strdup_printf ("<forwarded xmlns='" XMPP_NS_FORWARD "'>%s" MESSAGE "</forwarded>", delay);

    if (at)
      *at = '\0';
    give (f, "", f->id, parts[i], forwarded);
  }
}

#define FIN(attributes, set) "<fin xmlns='" XMPP_NS_MAM "' " attributes ">" set "</fin>"
#define SET(content) "<set xmlns='" XMPP_NS_RSM "'>" content "</set>"

static void
finish (Fixture *f, const char *fin)
{
  g_assert_false (f->answered);
  module_peer_answer (f->peer, f->iq, "result", fin);
  g_assert_true (f->answered);
}

static void
assert_items (Fixture *f, const char *wanted)
{
  g_autoptr (GString) items = g_string_new (NULL);

  g_assert_no_error (f->error);
  for (guint i = 0; i < f->page->items->len; i++) {
    XmppArchiveItem *item = f->page->items->pdata[i];

    g_string_append_printf (items, "%s%s", i ? " " : "", item->id);
  }
  g_assert_cmpstr (items->str, ==, wanted);
  g_assert_cmpstr (f->page->first, ==, f->page->items->len ? ((XmppArchiveItem *) f->page->items->pdata[0])->id : NULL);
  g_assert_cmpstr (f->page->last, ==, f->page->items->len ? ((XmppArchiveItem *) f->page->items->pdata[f->page->items->len - 1])->id : NULL);
}

/* -- what is asked --------------------------------------------------------------------------------------------------- */

static void
check_query (Fixture *f, const XmppArchiveQuery *query, const char *form, const char *set)
{
  g_autofree char *xml = NULL, *filter = NULL;
  g_autoptr (XmppElement) wanted = NULL;

  ask_for (f, query, NEVER_MS);
  if (*form != '\0')
    filter = g_strdup_printf ("<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>" XMPP_NS_MAM
                              "</value></field>%s</x>", form);
  xml = g_strdup_printf ("<query xmlns='" XMPP_NS_MAM "' queryid='%s'>%s<set xmlns='" XMPP_NS_RSM "'>%s</set></query>", f->id,
                         filter ? filter : "", set);
  wanted = xmpp_element_parse (xml, -1, NULL);
  g_assert_true (xmpp_element_equal (wanted, xmpp_element_get_child (f->iq, 0)));
  g_assert_cmpstr (xmpp_element_get_attribute (f->iq, "type"), ==, "set");
  finish (f, FIN ("", SET ("")));
  g_clear_pointer (&f->page, xmpp_archive_page_unref);
}

static void
test_query (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppJid) with = xmpp_jid_new ("romeo@b.test", NULL);
  const XmppArchiveQuery all = { 0 }, last = { .before = "", .max = 250 }, before = { .before = "a<1", .max = 50 };
  const XmppArchiveQuery chat = { .with = with, .start = 1275868800000000, .end = 1278509033000000, .after = "09af3", .max = 20 };

  check_query (f, &all, "", "");
  check_query (f, &last, "", "<max>250</max><before/>");
  check_query (f, &before, "", "<max>50</max><before>a&lt;1</before>");
  check_query (f, &chat, "<field var='with'><value>romeo@b.test</value></field><field var='start'><value>2010-06-07T00:00:00Z</value></field>"
               "<field var='end'><value>2010-07-07T13:23:53Z</value></field>", "<max>20</max><after>09af3</after>");
  load_features (f, "<feature var='" XMPP_NS_MAM "'/><feature var='" XMPP_NS_MAM "#groupchat-field'/>");
  check_query (f, &all, "<field var='include-groupchat'><value>false</value></field>", "");
}

static void
test_available (Fixture *f, gconstpointer data)
{
  g_assert_true (xmpp_archive_module_get_available (f->archive));
  load_features (f, "<feature var='urn:xmpp:mam:1'/>");
  g_assert_false (xmpp_archive_module_get_available (f->archive));
}

/* XEP-0431: only where the account says so. */
static void
test_searches (Fixture *f, gconstpointer data)
{
  const XmppArchiveQuery words = { .text = "yonder <window>", .before = "" };

  g_assert_false (xmpp_archive_module_get_searches (f->archive));
  load_features (f, "<feature var='" XMPP_NS_MAM "'/><feature var='urn:xmpp:fulltext:0'/>");
  g_assert_true (xmpp_archive_module_get_searches (f->archive));
  check_query (f, &words, "<field var='{urn:xmpp:fulltext:0}fulltext'><value>yonder &lt;window&gt;</value></field>", "<before/>");
}

/* Nobody waits for an archive that is not there; while it is not known, asking finds out. */
static void
test_none (Fixture *f, gconstpointer data)
{
  const GType types[] = { XMPP_TYPE_ARCHIVE_MODULE, XMPP_TYPE_MESSAGE_MODULE, G_TYPE_INVALID };

  load_features (f, "");
  xmpp_archive_module_query_async (f->archive, &(XmppArchiveQuery) { 0 }, NEVER_MS, NULL, queried_cb, f);
  g_assert_false (f->answered);
  iterate_until (f->answered);
  g_assert_error (f->error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE);
  module_peer_assert_silent (f->peer);
  g_clear_error (&f->error);

  module_peer_free (f->peer);
  f->peer = module_peer_new (types);
  f->archive = xmpp_session_get_module (f->peer->session, XMPP_TYPE_ARCHIVE_MODULE);
  module_peer_online (f->peer, TRUE);
  g_ptr_array_set_size (f->peer->sent, 0);      /* what the server can do is asked too */
  ask (f);
  finish (f, FIN ("", ""));
  assert_items (f, "");
}

/* Only what our own server put there, and only where it says that it does. */
static void
test_stanza_id (Fixture *f, gconstpointer data)
{
  XmppMessage message = { .stanza_id = (char *) "1", .stanza_id_by = (char *) "Juliet@A.test" };

  g_assert_cmpstr (xmpp_archive_module_get_id (f->archive, &message), ==, "1");
  load_features (f, "<feature var='" XMPP_NS_MAM "'/>");
  g_assert_null (xmpp_archive_module_get_id (f->archive, &message));
  load_features (f, "<feature var='" XMPP_NS_SID "'/>");
  g_assert_null (xmpp_archive_module_get_id (f->archive, &message));
  load_features (f, "<feature var='" XMPP_NS_MAM "'/><feature var='" XMPP_NS_SID "'/>");
  message.stanza_id_by = (char *) "romeo@b.test";
  g_assert_null (xmpp_archive_module_get_id (f->archive, &message));
  message.stanza_id_by = (char *) "juliet@a.test/balcony";
  g_assert_null (xmpp_archive_module_get_id (f->archive, &message));
  message.stanza_id_by = NULL;
  g_assert_null (xmpp_archive_module_get_id (f->archive, &message));
}

/* -- which results count --------------------------------------------------------------------------------------------- */

static void
test_page (Fixture *f, gconstpointer data)
{
  XmppArchiveItem *item;

  ask (f);
  give (f, "from='juliet@a.test'", f->id, "28482", FORWARDED ("2010-07-10T23:08:25Z", MESSAGE));
  give (f, "", f->id, "5d398", FORWARDED ("2010-07-10T23:09:32Z", ""));
  finish (f, FIN ("complete='true' stable='false'", SET ("<first index='0'>28482</first><last>5d398</last><count>16</count>")));
  assert_items (f, "28482 5d398");
  g_assert_true (f->page->complete);
  g_assert_false (f->page->stable);
  g_assert_cmpint (f->page->count, ==, 16);
  item = f->page->items->pdata[0];
  g_assert_cmpint (item->time, ==, 1278803305000000);
  g_assert_cmpstr (xmpp_element_get_child_text (item->stanza, XMPP_NS_CLIENT, "body"), ==, "Hail");
  item = f->page->items->pdata[1];
  g_assert_cmpint (item->time, ==, 1278803372000000);
  g_assert_null (item->stanza);
}

static GString *firsts;

static void
first_cb (const XmppArchiveItem *item, gpointer user_data)
{
  g_assert_false (((Fixture *) user_data)->answered);
  g_string_append_printf (firsts, "%s ", item->id);
}

/* The first result is told, once, and not what somebody else says or what comes after the caller has gone. */
static void
test_first (Fixture *f, gconstpointer data)
{
  const XmppArchiveQuery query = { .max = 250, .first = first_cb };

  firsts = g_string_new (NULL);
  ask_for (f, &query, NEVER_MS);
  give (f, "from='mallory@x.test'", f->id, "forged", FORWARDED ("2010-07-10T23:08:25Z", MESSAGE));
  give (f, "", "Q1", "of another query", FORWARDED ("2010-07-10T23:08:25Z", MESSAGE));
  give (f, "", f->id, "", FORWARDED ("2010-07-10T23:08:25Z", MESSAGE));
  g_assert_cmpstr (firsts->str, ==, "");
  give_items (f, "1@01 2@02");
  g_assert_cmpstr (firsts->str, ==, "1 ");
  finish (f, FIN ("", ""));
  g_clear_pointer (&f->page, xmpp_archive_page_unref);
  ask_for (f, &query, NEVER_MS);
  g_cancellable_cancel (f->cancellable);
  give_items (f, "3@03");
  iterate_until (f->answered);
  g_assert_cmpstr (firsts->str, ==, "1 ");
  g_string_free (firsts, TRUE);
}

/* A page alone keeps what it gives. */
static void
test_page_outlives (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppArchivePage) page = NULL;
  XmppArchiveItem *item;

  ask (f);
  give_items (f, "1@01");
  finish (f, FIN ("", ""));
  page = xmpp_archive_page_ref (f->page);
  g_clear_pointer (&f->page, xmpp_archive_page_unref);
  g_clear_pointer (&f->iq, xmpp_element_unref);
  module_peer_offline (f->peer);
  item = page->items->pdata[0];
  g_assert_cmpstr (item->id, ==, "1");
  g_assert_cmpstr (xmpp_element_get_attribute (item->stanza, "from"), ==, "romeo@b.test/x");
}

static void
test_forged (Fixture *f, gconstpointer data)
{
  static const char *const senders[] = {
    "from='mallory@x.test'", "from='romeo@b.test'", "from='juliet@a.test/balcony'", "from='juliet@a.test/other'", "from='a.test'",
    "from='room@muc.b.test'", "from='juliet@a.test.x.test'", "from='@'",
  };
  guint n = xmpp_session_get_n_dropped (f->peer->session);

  ask (f);
  for (guint i = 0; i < G_N_ELEMENTS (senders); i++)
    give (f, senders[i], f->id, "forged", FORWARDED ("2010-07-10T23:08:25Z", MESSAGE));
  give (f, "", "Q1", "of another query", FORWARDED ("2010-07-10T23:08:25Z", MESSAGE));
  give (f, "from='juliet@a.test'", "", "of none", FORWARDED ("2010-07-10T23:08:25Z", MESSAGE));
  module_peer_say (f->peer, "<message><result xmlns='" XMPP_NS_MAM "' id='no queryid'>" FORWARDED ("2010-07-10T23:08:25Z", MESSAGE) "</result></message>");
  g_assert_cmpuint (xmpp_session_get_n_dropped (f->peer->session), ==, n + G_N_ELEMENTS (senders) + 3);
  give_items (f, "true@01");
  /* The end too is only for who was asked to say. */
  module_peer_say (f->peer, "<iq type='result' from='mallory@x.test' id='%s'>" FIN ("complete='true'", "") "</iq>",
                   xmpp_element_get_attribute (f->iq, "id"));
  finish (f, FIN ("", ""));
  assert_items (f, "true");
}

static void
test_after_the_end (Fixture *f, gconstpointer data)
{
  ask (f);
  give_items (f, "1@01");
  finish (f, FIN ("", ""));
  give_items (f, "2@02");
  assert_items (f, "1");
}

/* What is taken from the archive of the account is what was said to it or by it: not what somebody wrapped into his message. */
static void
test_wrapped (Fixture *f, gconstpointer data)
{
  ask (f);
  give (f, "", f->id, "1", FORWARDED ("2010-07-10T23:08:25Z", "<message xmlns='jabber:client' from='mallory@x.test/1' to='juliet@a.test'><body>x</body><sent xmlns='" XMPP_NS_CARBONS "'>"
        FORWARDED ("2010-07-10T23:08:25Z", MESSAGE) "</sent></message>"));
  give (f, "", f->id, "2", FORWARDED ("2010-07-10T23:08:25Z", MESSAGE MESSAGE));
  give (f, "", f->id, "3", MESSAGE);
  give (f, "", f->id, "4", FORWARDED ("2010-07-10T23:08:25Z", "<message xmlns='other:ns' from='romeo@b.test'><body>x</body></message>"));
  give (f, "", f->id, "5", "");
  give (f, "", f->id, "", FORWARDED ("2010-07-10T23:08:25Z", MESSAGE));
  finish (f, FIN ("", ""));
  assert_items (f, "1 2 3 4 5");
  for (guint i = 0; i < f->page->items->len; i++)
    g_assert_null (((XmppArchiveItem *) f->page->items->pdata[i])->stanza);
}

static void
test_stamps (Fixture *f, gconstpointer data)
{
  gint64 now = g_get_real_time ();

  ask (f);
  give (f, "", f->id, "1", "<forwarded xmlns='" XMPP_NS_FORWARD "'>" MESSAGE "</forwarded>");
  give (f, "", f->id, "2", FORWARDED ("yesterday", MESSAGE));
  give (f, "", f->id, "3", FORWARDED ("99999-07-10T23:08:25Z", MESSAGE));
  give (f, "", f->id, "4", "<forwarded xmlns='" XMPP_NS_FORWARD "'><delay xmlns='" XMPP_NS_DELAY "'/>" MESSAGE "</forwarded>");
  give (f, "", f->id, "5", FORWARDED ("9998-07-10T23:08:25Z", MESSAGE));
  finish (f, FIN ("", ""));
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (((XmppArchiveItem *) f->page->items->pdata[i])->time, ==, 0);
  g_assert_cmpint (((XmppArchiveItem *) f->page->items->pdata[4])->time, >, now);
  g_assert_cmpint (((XmppArchiveItem *) f->page->items->pdata[4])->time, <, now + 2 * G_TIME_SPAN_DAY);
}

/* Two queries under way: each gets its own, however they are mixed. */
static void
second_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(XmppArchivePage **) user_data = xmpp_archive_module_query_finish (XMPP_ARCHIVE_MODULE (source), result, NULL);
}

static void
test_two (Fixture *f, gconstpointer data)
{
  const XmppArchiveQuery query = { .before = "x" };
  g_autoptr (XmppArchivePage) page = NULL;
  g_autoptr (XmppElement) iq = NULL;
  const char *id;

  ask (f);
  xmpp_archive_module_query_async (f->archive, &query, NEVER_MS, NULL, second_cb, &page);
  iq = module_peer_take (f->peer, "iq", NULL);
  id = xmpp_element_get_attribute (xmpp_element_get_child (iq, 0), "queryid");
  give_items (f, "1@01");
  give (f, "", id, "a", FORWARDED ("2010-07-10T23:08:25Z", MESSAGE));
  give_items (f, "2@02");
  module_peer_answer (f->peer, iq, "result", FIN ("", ""));
  g_assert_nonnull (page);
  g_assert_cmpuint (page->items->len, ==, 1);
  g_assert_cmpstr (page->first, ==, "a");
  finish (f, FIN ("", ""));
  assert_items (f, "1 2");
}

/* -- pages that lie -------------------------------------------------------------------------------------------------- */

static void
test_order (Fixture *f, gconstpointer data)
{
  static const struct { const char *items, *set, *wanted; } rows[] = {
    { "a@01 b@02 c@03", "<first>a</first><last>c</last>", "a b c" },
    { "c@03 b@02 a@01", "<first>a</first><last>c</last>", "a b c" },
    { "c@03 b@02 a@01", "<first>c</first><last>a</last>", "a b c" },
    { "c@03 b@02 a@01", "", "a b c" },
    { "c@ b@ a@", "<first>a</first><last>c</last>", "a b c" },
    { "c@01 b@01 a@01", "<first>a</first><last>c</last>", "a b c" },
    { "a@ b@ c@", "", "a b c" },
    { "a@01 b@01 c@01", "<first>x</first><last>y</last>", "a b c" },
    /* The clock was set back once. */
    { "a@05 b@06 c@02 d@03 e@04", "", "a b c d e" },
    { "a@05 b@02", "<first>a</first><last>b</last>", "a b" },
    { "b@05 a@02", "<first>a</first><last>b</last>", "a b" },
    { "b@05 a@02", "", "a b" },
    { "a@01 b@02 c@03", "<first>c</first><last>a</last>", "a b c" },
    { "a@01 b@02 a@01 b@02 c@03", "<first>a</first><last>c</last>", "a b c" },
    { "a@01", "<first>b</first><last>b</last>", "a" },
    { "", "<first>b</first><last>b</last>", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *fin = g_strdup_printf (FIN ("", "<set xmlns='" XMPP_NS_RSM "'>%s</set>"), rows[i].set);

    g_test_message ("%s, %s", rows[i].items, rows[i].set);
    ask (f);
    give_items (f, rows[i].items);
    finish (f, fin);
    assert_items (f, rows[i].wanted);
    g_clear_pointer (&f->page, xmpp_archive_page_unref);
  }
}

static void
test_fin (Fixture *f, gconstpointer data)
{
  static const struct { const char *fin; gboolean complete, stable; int count; } rows[] = {
    { FIN ("", ""), FALSE, TRUE, -1 },
    { FIN ("complete='false' stable='true'", SET ("<count>0</count>")), FALSE, TRUE, 0 },
    { FIN ("complete='1' stable='0'", SET ("<count>-1</count>")), TRUE, FALSE, -1 },
    { FIN ("complete='yes'", SET ("<count>4294967296</count>")), FALSE, TRUE, -1 },
    { FIN ("complete='true'", SET ("<first/><last/><count>many</count>")), TRUE, TRUE, -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    ask (f);
    finish (f, rows[i].fin);
    assert_items (f, "");
    g_assert_cmpint (f->page->complete, ==, rows[i].complete);
    g_assert_cmpint (f->page->stable, ==, rows[i].stable);
    g_assert_cmpint (f->page->count, ==, rows[i].count);
    g_clear_pointer (&f->page, xmpp_archive_page_unref);
  }
}

static void
test_no_fin (Fixture *f, gconstpointer data)
{
  ask (f);
  give_items (f, "1@01");
  finish (f, "<end xmlns='" XMPP_NS_MAM "'/>");
  g_assert_error (f->error, XMPP_ERROR, XMPP_ERROR_PROTOCOL);
}

static void
test_purged (Fixture *f, gconstpointer data)
{
  ask (f);
  give_items (f, "1@01");
  module_peer_answer (f->peer, f->iq, "error", "<error type='cancel'><item-not-found xmlns='" XMPP_NS_STANZAS "'/></error>");
  g_assert_true (f->answered);
  g_assert_error (f->error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND);
}

static void
test_too_much (Fixture *f, gconstpointer data)
{
  ask (f);
  for (guint i = 0; i < 10001 && !f->answered; i++) {
    g_autofree char *items = g_strdup_printf ("%u@", i);

    give_items (f, items);
  }
  g_assert_true (f->answered);
  g_assert_error (f->error, XMPP_ERROR, XMPP_ERROR_LIMIT);
  give_items (f, "late@");
}

static void
test_too_large (Fixture *f, gconstpointer data)
{
  g_autofree char *text = g_strnfill (4 * 1024 * 1024, 'x');
  g_autofree char *forwarded = g_strdup_printf ("<forwarded xmlns='" XMPP_NS_FORWARD "'><message xmlns='jabber:client' from='r@b.test'><body>%s</body></message></forwarded>", text);
  guint i;

  ask (f);
  for (i = 0; i < 100 && !f->answered; i++) {
    g_autofree char *id = g_strdup_printf ("%u", i);

    give (f, "", f->id, id, forwarded);
  }
  g_assert_error (f->error, XMPP_ERROR, XMPP_ERROR_LIMIT);
  g_assert_cmpuint (i, <, 20);
}

/* -- how it ends ----------------------------------------------------------------------------------------------------- */

static gboolean
passed_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
other_queried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (xmpp_archive_module_query_finish (XMPP_ARCHIVE_MODULE (source), result, &error));
  g_assert_error (error, XMPP_ERROR, XMPP_ERROR_TIMEOUT);
  *(gboolean *) user_data = TRUE;
}

/* Whoever still speaks is not silent: each result begins the time anew, also that of a query whose turn is later. */
static void
test_silence (Fixture *f, gconstpointer data)
{
  const XmppArchiveQuery query = { 0 };
  g_autoptr (XmppElement) other = NULL;
  gboolean other_answered = FALSE;
  gint64 begun;

  xmpp_archive_module_query_async (f->archive, &query, 500, NULL, other_queried_cb, &other_answered);
  other = module_peer_take (f->peer, "iq", NULL);
  ask_for (f, &query, 500);
  begun = g_get_monotonic_time ();
  for (guint i = 0; g_get_monotonic_time () - begun < 1200000; i++) {
    g_autofree char *items = g_strdup_printf ("%u@", i);
    gboolean passed = FALSE;

    g_timeout_add (5, passed_cb, &passed);
    iterate_until (passed);
    give_items (f, items);
    g_assert_false (f->answered);
    g_assert_false (other_answered);
  }
  iterate_until (f->answered && other_answered);
  g_assert_error (f->error, XMPP_ERROR, XMPP_ERROR_TIMEOUT);
  module_peer_answer (f->peer, f->iq, "result", FIN ("", ""));
}

static void
test_cancelled (Fixture *f, gconstpointer data)
{
  ask (f);
  give_items (f, "1@01");
  g_cancellable_cancel (f->cancellable);
  iterate_until (f->answered);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  give_items (f, "2@02");
  g_clear_error (&f->error);
  f->answered = FALSE;
  xmpp_archive_module_query_async (f->archive, &(XmppArchiveQuery) { 0 }, NEVER_MS, f->cancellable, queried_cb, f);
  iterate_until (f->answered);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* What the server sends once more on the resumed stream belongs to nobody. */
static void
test_lost (Fixture *f, gconstpointer data)
{
  ask (f);
  give_items (f, "1@01");
  module_peer_offline (f->peer);
  g_assert_true (f->answered);
  g_assert_error (f->error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED);
  module_peer_online (f->peer, TRUE);
  give_items (f, "1@01 2@02");
  module_peer_answer (f->peer, f->iq, "result", FIN ("", ""));
  g_clear_error (&f->error);
  module_peer_offline (f->peer);
  f->answered = FALSE;
  xmpp_archive_module_query_async (f->archive, &(XmppArchiveQuery) { 0 }, NEVER_MS, NULL, queried_cb, f);
  iterate_until (f->answered);
  g_assert_error (f->error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED);
}

/* -- preferences ----------------------------------------------------------------------------------------------------- */

typedef struct { XmppArchivePrefs *prefs; GError *error; gboolean done; } Prefs;

static void
got_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Prefs *p = user_data;

  p->prefs = xmpp_archive_module_get_prefs_finish (XMPP_ARCHIVE_MODULE (source), result, &p->error);
  p->done = TRUE;
}

static void
set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Prefs *p = user_data;

  p->prefs = xmpp_archive_module_set_prefs_finish (XMPP_ARCHIVE_MODULE (source), result, &p->error);
  p->done = TRUE;
}

#define PREFS "<prefs xmlns='" XMPP_NS_MAM "' default='roster'><always><jid>romeo@montague.lit</jid></always>" \
  "<never><jid>montague@montague.lit</jid><jid>x.lit</jid></never></prefs>"

static void
answer_prefs (Fixture *f, const char *type, const char *wanted, const char *kind, const char *answer)
{
  g_autoptr (XmppElement) iq = module_peer_take (f->peer, "iq", NULL), expected = xmpp_element_parse (wanted, -1, NULL);

  g_assert_cmpstr (xmpp_element_get_attribute (iq, "type"), ==, type);
  g_assert_true (xmpp_element_equal (expected, xmpp_element_get_child (iq, 0)));
  module_peer_answer (f->peer, iq, kind, answer);
}

static void
test_prefs (Fixture *f, gconstpointer data)
{
  Prefs got = { 0 }, set = { 0 };
  g_autofree char *never = NULL;

  xmpp_archive_module_get_prefs_async (f->archive, NULL, got_cb, &got);
  answer_prefs (f, "get", "<prefs xmlns='" XMPP_NS_MAM "'/>", "result", PREFS);
  g_assert_true (got.done);
  g_assert_cmpint (got.prefs->rule, ==, XMPP_ARCHIVE_ROSTER);
  g_assert_cmpstr (got.prefs->always[0], ==, "romeo@montague.lit");
  never = g_strjoinv (" ", got.prefs->never);
  g_assert_cmpstr (never, ==, "montague@montague.lit x.lit");
  xmpp_archive_module_set_prefs_async (f->archive, got.prefs, NULL, set_cb, &set);
  answer_prefs (f, "set", PREFS, "result", "<prefs xmlns='" XMPP_NS_MAM "' default='never'/>");
  g_assert_cmpint (set.prefs->rule, ==, XMPP_ARCHIVE_NEVER);
  g_assert_cmpuint (g_strv_length (set.prefs->always), ==, 0);
  xmpp_archive_prefs_free (got.prefs);
  xmpp_archive_prefs_free (set.prefs);
}

static void
test_prefs_refused (Fixture *f, gconstpointer data)
{
  static const struct { const char *kind, *answer; } rows[] = {
    { "error", "<error type='cancel'><feature-not-implemented xmlns='" XMPP_NS_STANZAS "'/></error>" },
    { "result", "" }, { "result", "<prefs xmlns='" XMPP_NS_MAM "'/>" }, { "result", "<prefs xmlns='" XMPP_NS_MAM "' default='sometimes'/>" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    Prefs got = { 0 };

    xmpp_archive_module_get_prefs_async (f->archive, NULL, got_cb, &got);
    answer_prefs (f, "get", "<prefs xmlns='" XMPP_NS_MAM "'/>", rows[i].kind, rows[i].answer);
    g_assert_true (got.done);
    g_assert_null (got.prefs);
    if (i == 0)
      g_assert_error (got.error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED);
    else
      g_assert_error (got.error, XMPP_ERROR, XMPP_ERROR_PROTOCOL);
    g_clear_error (&got.error);
  }
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/archive/query", test_query);
  ADD ("/archive/available", test_available);
  ADD ("/archive/searches", test_searches);
  ADD ("/archive/none", test_none);
  ADD ("/archive/S-16/stanza-id", test_stanza_id);
  ADD ("/archive/page", test_page);
  ADD ("/archive/R-37/first", test_first);
  ADD ("/archive/page-outlives", test_page_outlives);
  ADD ("/archive/S-04/forged", test_forged);
  ADD ("/archive/S-04/after-the-end", test_after_the_end);
  ADD ("/archive/S-02/wrapped", test_wrapped);
  ADD ("/archive/S-20/stamps", test_stamps);
  ADD ("/archive/two", test_two);
  ADD ("/archive/R-37/order", test_order);
  ADD ("/archive/R-37/fin", test_fin);
  ADD ("/archive/R-37/no-fin", test_no_fin);
  ADD ("/archive/R-35/purged", test_purged);
  ADD ("/archive/R-37/too-much", test_too_much);
  ADD ("/archive/R-37/too-large", test_too_large);
  ADD ("/archive/R-37/silence", test_silence);
  ADD ("/archive/cancelled", test_cancelled);
  ADD ("/archive/lost", test_lost);
  ADD ("/archive/prefs", test_prefs);
  ADD ("/archive/prefs-refused", test_prefs_refused);
  return g_test_run ();
}
