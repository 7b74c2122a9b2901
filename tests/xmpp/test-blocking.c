/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "module-peer.h"
#include "xmpp-blocking-module.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-server-module.h"

/* Who is blocked, as our server says and nobody else. */

typedef struct {
  ModulePeer *peer;
  XmppBlockingModule *blocking;
  guint n_changed, n_received;
  gboolean done;
  GError *error;
} Fixture;

#define FEATURES(features) "<query xmlns='" XMPP_NS_DISCO_INFO "'><identity category='server' type='im'/>" features "</query>"
#define BLOCKING "<feature var='" XMPP_NS_BLOCKING "'/>"
#define REPORTING "<feature var='" XMPP_NS_REPORTING "'/>"
#define LIST(items) "<blocklist xmlns='" XMPP_NS_BLOCKING "'>" items "</blocklist>"
#define ITEM(jid) "<item jid='" jid "'/>"

static void
count_cb (XmppBlockingModule *blocking, guint *counter)
{
  ++*counter;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  const GType types[] = { XMPP_TYPE_BLOCKING_MODULE, G_TYPE_INVALID };

  f->peer = module_peer_new (types);
  f->blocking = xmpp_session_get_module (f->peer->session, XMPP_TYPE_BLOCKING_MODULE);
  g_signal_connect (f->blocking, "changed", G_CALLBACK (count_cb), &f->n_changed);
  g_signal_connect (f->blocking, "received", G_CALLBACK (count_cb), &f->n_received);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  module_peer_assert_silent (f->peer);
  g_clear_error (&f->error);
  module_peer_free (f->peer);
}

/* The server says what it can do; the request for the list, where there is one. */
static XmppElement *
bind (Fixture *f, const char *features)
{
  g_autoptr (XmppElement) server = NULL, account = NULL;

  module_peer_online (f->peer, FALSE);
  server = module_peer_take (f->peer, "iq", "a.test");
  account = module_peer_take (f->peer, "iq", "juliet@a.test");
  module_peer_answer (f->peer, server, "result", features);
  module_peer_answer (f->peer, account, "result", FEATURES (""));
  return strstr (features, BLOCKING) ? module_peer_take (f->peer, "iq", NULL) : NULL;
}

static void
begin (Fixture *f, const char *items)
{
  g_autoptr (XmppElement) iq = bind (f, FEATURES (BLOCKING REPORTING));
  g_autofree char *list = g_strdup_printf (LIST ("%s"), items);

  g_assert_cmpstr (xmpp_element_get_attribute (iq, "type"), ==, "get");
  g_assert_nonnull (xmpp_element_find_child (iq, XMPP_NS_BLOCKING, "blocklist"));
  module_peer_answer (f->peer, iq, "result", list);
  g_assert_cmpuint (f->n_received, ==, 1);
  f->n_changed = 0;
}

static gboolean
is_blocked (Fixture *f, const char *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);

  return xmpp_block_list_matches (xmpp_blocking_module_get_list (f->blocking), jid);
}

static void
assert_items (Fixture *f, const char *expected)
{
  g_auto (GStrv) items = xmpp_block_list_dup_items (xmpp_blocking_module_get_list (f->blocking));
  g_autofree char *all = g_strjoinv (" ", items);

  g_assert_cmpstr (all, ==, expected);
}

static void
test_list (Fixture *f, gconstpointer data)
{
  g_assert_false (xmpp_blocking_module_get_available (f->blocking));
  begin (f, ITEM ("Romeo@B.test") ITEM ("x.test") ITEM ("tybalt@b.test/sword") ITEM ("") "<item/><other/>");
  g_assert_true (xmpp_blocking_module_get_available (f->blocking));
  g_assert_true (xmpp_blocking_module_get_reports (f->blocking));
  assert_items (f, "romeo@b.test tybalt@b.test/sword x.test");
}

/* XEP-0191 §6 */
static void
test_matching (Fixture *f, gconstpointer data)
{
  begin (f, ITEM ("romeo@b.test") ITEM ("x.test") ITEM ("tybalt@b.test/sword") ITEM ("y.test/r"));
  g_assert_true (is_blocked (f, "romeo@b.test"));
  g_assert_true (is_blocked (f, "romeo@b.test/orchard"));
  g_assert_false (is_blocked (f, "b.test"));
  g_assert_true (is_blocked (f, "x.test"));
  g_assert_true (is_blocked (f, "anyone@x.test/r"));
  g_assert_true (is_blocked (f, "x.test/r"));
  g_assert_false (is_blocked (f, "anyone@sub.x.test"));
  g_assert_true (is_blocked (f, "tybalt@b.test/sword"));
  g_assert_false (is_blocked (f, "tybalt@b.test"));
  g_assert_false (is_blocked (f, "tybalt@b.test/home"));
  g_assert_true (is_blocked (f, "y.test/r"));
  g_assert_false (is_blocked (f, "y.test"));
  g_assert_false (is_blocked (f, "anyone@y.test/r"));
}

static void
push (Fixture *f, const char *from, const char *change)
{
  module_peer_say (f->peer, "<iq type='set' id='p1' to='juliet@a.test/balcony' %s>%s</iq>", from, change);
}

static void
test_pushes (Fixture *f, gconstpointer data)
{
  begin (f, ITEM ("romeo@b.test"));
  push (f, "", "<block xmlns='" XMPP_NS_BLOCKING "'>" ITEM ("x.test") ITEM ("nurse@a.test") "</block>");
  module_peer_assert_answer (f->peer, NULL, "p1", NULL);
  assert_items (f, "nurse@a.test romeo@b.test x.test");
  g_assert_cmpuint (f->n_changed, ==, 1);
  push (f, "from='juliet@a.test'", "<unblock xmlns='" XMPP_NS_BLOCKING "'>" ITEM ("x.test") "</unblock>");
  module_peer_assert_answer (f->peer, "juliet@a.test", "p1", NULL);
  assert_items (f, "nurse@a.test romeo@b.test");
  g_assert_cmpuint (f->n_changed, ==, 2);
  /* What says nothing new is no news, and what names nobody who is an address changes nothing: not "all". */
  push (f, "", "<unblock xmlns='" XMPP_NS_BLOCKING "'>" ITEM ("") "</unblock>");
  module_peer_assert_answer (f->peer, NULL, "p1", NULL);
  g_assert_cmpuint (f->n_changed, ==, 2);
  push (f, "", "<unblock xmlns='" XMPP_NS_BLOCKING "'/>");
  module_peer_assert_answer (f->peer, NULL, "p1", NULL);
  assert_items (f, "");
  g_assert_cmpuint (f->n_changed, ==, 3);
}

/* S-11: nobody else blocks or unblocks for us. */
static void
test_forged (Fixture *f, gconstpointer data)
{
  const char *from[] = { "mallory@x.test/r", "mallory@a.test", "juliet@a.test/other", "juliet@x.test", "a.test", "x.test" };

  begin (f, ITEM ("romeo@b.test"));
  for (guint i = 0; i < G_N_ELEMENTS (from); i++) {
    g_autofree char *attribute = g_strdup_printf ("from='%s'", from[i]);

    push (f, attribute, "<block xmlns='" XMPP_NS_BLOCKING "'>" ITEM ("nurse@a.test") "</block>");
    module_peer_assert_answer (f->peer, from[i], "p1", "service-unavailable");
    push (f, attribute, "<unblock xmlns='" XMPP_NS_BLOCKING "'/>");
    module_peer_assert_answer (f->peer, from[i], "p1", "service-unavailable");
  }
  assert_items (f, "romeo@b.test");
  g_assert_cmpuint (f->n_changed, ==, 0);
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;

  g_assert_cmpint (xmpp_blocking_module_change_finish (f->blocking, result, &f->error), ==, f->error == NULL);
  f->done = TRUE;
}

static void
answer_change (Fixture *f, XmppElement *iq, const char *type, const char *content)
{
  module_peer_answer (f->peer, iq, type, content);
  while (!f->done)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_block (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("iago@c.test", NULL);
  g_autoptr (XmppElement) iq = NULL;
  XmppElement *block;

  begin (f, "");
  xmpp_blocking_module_block_async (f->blocking, jid, NULL, NULL, changed_cb, f);
  iq = module_peer_take (f->peer, "iq", NULL);
  g_assert_cmpstr (xmpp_element_get_attribute (iq, "type"), ==, "set");
  block = xmpp_element_find_child (iq, XMPP_NS_BLOCKING, "block");
  g_assert_cmpuint (xmpp_element_get_n_children (block), ==, 1);
  g_assert_cmpstr (xmpp_element_get_attribute (xmpp_element_get_child (block, 0), "jid"), ==, "iago@c.test");
  g_assert_cmpuint (xmpp_element_get_n_children (xmpp_element_get_child (block, 0)), ==, 0);
  g_assert_false (is_blocked (f, "iago@c.test"));
  answer_change (f, iq, "result", "");
  g_assert_no_error (f->error);
  g_assert_true (is_blocked (f, "iago@c.test"));
  g_assert_cmpuint (f->n_changed, ==, 1);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("iago@c.test", NULL);
  g_autoptr (XmppElement) iq = NULL;

  begin (f, "");
  xmpp_blocking_module_block_async (f->blocking, jid, NULL, NULL, changed_cb, f);
  iq = module_peer_take (f->peer, "iq", NULL);
  answer_change (f, iq, "error", "<error type='cancel'><not-allowed xmlns='" XMPP_NS_STANZAS "'/></error>");
  g_assert_error (f->error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ALLOWED);
  assert_items (f, "");
  g_assert_cmpuint (f->n_changed, ==, 0);
}

static void
test_unblock (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("romeo@b.test", NULL);
  g_autoptr (XmppElement) one = NULL, all = NULL;

  begin (f, ITEM ("romeo@b.test") ITEM ("x.test") ITEM ("y.test"));
  xmpp_blocking_module_unblock_async (f->blocking, jid, NULL, changed_cb, f);
  one = module_peer_take (f->peer, "iq", NULL);
  answer_change (f, one, "result", "");
  assert_items (f, "x.test y.test");
  f->done = FALSE;
  xmpp_blocking_module_unblock_async (f->blocking, NULL, NULL, changed_cb, f);
  all = module_peer_take (f->peer, "iq", NULL);
  g_assert_cmpuint (xmpp_element_get_n_children (xmpp_element_find_child (all, XMPP_NS_BLOCKING, "unblock")), ==, 0);
  answer_change (f, all, "result", "");
  assert_items (f, "");
}

static void
test_report (Fixture *f, gconstpointer data)
{
  const char *const ids[] = { "28482-98726-73623", "38383-38018-18385", NULL };
  const XmppReport report = { XMPP_REPORT_ABUSE, "Never came trouble to my house like this.", "en", ids };
  g_autoptr (XmppJid) jid = xmpp_jid_new ("romeo@b.test", NULL);
  g_autoptr (XmppElement) iq = NULL;
  XmppElement *element, *text;

  begin (f, "");
  xmpp_blocking_module_block_async (f->blocking, jid, &report, NULL, changed_cb, f);
  iq = module_peer_take (f->peer, "iq", NULL);
  element = xmpp_element_get_child (xmpp_element_find_child (iq, XMPP_NS_BLOCKING, "block"), 0);
  element = xmpp_element_find_child (element, XMPP_NS_REPORTING, "report");
  g_assert_cmpstr (xmpp_element_get_attribute (element, "reason"), ==, "urn:xmpp:reporting:abuse");
  g_assert_cmpstr (xmpp_element_get_attribute (xmpp_element_get_child (element, 0), "by"), ==, "juliet@a.test");
  g_assert_cmpstr (xmpp_element_get_attribute (xmpp_element_get_child (element, 1), "id"), ==, "38383-38018-18385");
  text = xmpp_element_find_child (element, XMPP_NS_REPORTING, "text");
  g_assert_cmpstr (xmpp_element_get_text (text), ==, report.text);
  g_assert_cmpstr (xmpp_element_get_lang (text), ==, "en");
  answer_change (f, iq, "result", "");
  assert_items (f, "romeo@b.test");
}

/* A server that takes no reports still blocks. */
static void
test_no_reports (Fixture *f, gconstpointer data)
{
  const XmppReport report = { XMPP_REPORT_SPAM, NULL, NULL, NULL };
  g_autoptr (XmppJid) jid = xmpp_jid_new ("romeo@b.test", NULL);
  g_autoptr (XmppElement) list = bind (f, FEATURES (BLOCKING)), iq = NULL;
  XmppElement *item;

  module_peer_answer (f->peer, list, "result", LIST (""));
  g_assert_false (xmpp_blocking_module_get_reports (f->blocking));
  xmpp_blocking_module_block_async (f->blocking, jid, &report, NULL, changed_cb, f);
  iq = module_peer_take (f->peer, "iq", NULL);
  item = xmpp_element_get_child (xmpp_element_find_child (iq, XMPP_NS_BLOCKING, "block"), 0);
  g_assert_cmpuint (xmpp_element_get_n_children (item), ==, 0);
  answer_change (f, iq, "result", "");
}

static void
test_not_available (Fixture *f, gconstpointer data)
{
  g_assert_null (bind (f, FEATURES ("")));
  g_assert_false (xmpp_blocking_module_get_available (f->blocking));
  g_assert_cmpuint (f->n_received, ==, 0);
}

/* What the store kept counts until the list is here; the same again is no news, and the list is asked for at each bind. */
static void
test_kept (Fixture *f, gconstpointer data)
{
  const char *const kept[] = { "romeo@b.test", "no@such@address", NULL };
  g_autoptr (XmppElement) iq = NULL, again = NULL, server = NULL, account = NULL;

  xmpp_blocking_module_load (f->blocking, kept);
  assert_items (f, "romeo@b.test");
  f->n_changed = 0;
  iq = bind (f, FEATURES (BLOCKING));
  module_peer_answer (f->peer, iq, "result", LIST (ITEM ("romeo@b.test")));
  g_assert_cmpuint (f->n_changed, ==, 0);
  module_peer_offline (f->peer);
  module_peer_online (f->peer, TRUE);
  module_peer_assert_silent (f->peer);
  module_peer_offline (f->peer);
  module_peer_online (f->peer, FALSE);
  /* Which modules ask first does not matter. */
  server = module_peer_take (f->peer, "iq", "a.test");
  account = module_peer_take (f->peer, "iq", "juliet@a.test");
  again = module_peer_take (f->peer, "iq", NULL);
  module_peer_answer (f->peer, again, "result", LIST (""));
  assert_items (f, "");
  g_assert_cmpuint (f->n_changed, ==, 1);
}

#define ADD(path, func) g_test_add ("/blocking/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("list", test_list);
  ADD ("matching", test_matching);
  ADD ("pushes", test_pushes);
  ADD ("S-11-forged-pushes", test_forged);
  ADD ("block", test_block);
  ADD ("refused", test_refused);
  ADD ("unblock", test_unblock);
  ADD ("report", test_report);
  ADD ("no-reports", test_no_reports);
  ADD ("not-available", test_not_available);
  ADD ("kept", test_kept);
  return g_test_run ();
}
