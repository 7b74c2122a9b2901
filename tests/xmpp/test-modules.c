/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "module-peer.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-presence-module.h"
#include "xmpp-roster-module.h"

/* Roster and presence, as their listeners and the server see them. */

#define ROSTER "<item jid='romeo@b.test' subscription='both' name='Romeo'><group>Friends</group></item>" \
  "<item jid='nurse@b.test' subscription='from'/><item jid='tybalt@b.test' subscription='to' ask='subscribe'/>" \
  "<item jid='paris@b.test' subscription='none' approved='true'/>"

typedef struct {
  ModulePeer *peer;
  XmppRosterModule *roster;
  XmppPresenceModule *presence;
  GString *log;
} Fixture;

static void
reset_cb (XmppRosterModule *roster, Fixture *f)
{
  g_autoptr (GPtrArray) items = xmpp_roster_module_get_items (roster);

  g_string_append_printf (f->log, "reset %u;", items->len);
}

static void
received_cb (XmppRosterModule *roster, Fixture *f)
{
  g_string_append (f->log, "received;");
}

static void
item_changed_cb (XmppRosterModule *roster, XmppRosterItem *item, Fixture *f)
{
  g_string_append_printf (f->log, "changed %s %d;", xmpp_jid_get_string (item->jid), item->subscription);
}

static void
item_removed_cb (XmppRosterModule *roster, XmppJid *jid, Fixture *f)
{
  g_assert_null (xmpp_roster_module_lookup (roster, jid));
  g_string_append_printf (f->log, "removed %s;", xmpp_jid_get_string (jid));
}

static void
presence_cb (XmppPresenceModule *presence, XmppPresenceStanza *stanza, Fixture *f)
{
  g_string_append_printf (f->log, "presence %s %d;", xmpp_jid_get_string (stanza->from), stanza->type);
}

static void
subscription_cb (XmppPresenceModule *presence, XmppPresenceStanza *stanza, Fixture *f)
{
  g_string_append_printf (f->log, "subscription %s %d %s;", xmpp_jid_get_string (stanza->from), stanza->type,
                          stanza->status ? stanza->status : "-");
}

static void
set_up_offline (Fixture *f, gconstpointer data)
{
  const GType types[] = { XMPP_TYPE_ROSTER_MODULE, XMPP_TYPE_PRESENCE_MODULE, G_TYPE_INVALID };

  f->peer = module_peer_new (types);
  f->roster = xmpp_session_get_module (f->peer->session, XMPP_TYPE_ROSTER_MODULE);
  f->presence = xmpp_session_get_module (f->peer->session, XMPP_TYPE_PRESENCE_MODULE);
  f->log = g_string_new (NULL);
  g_signal_connect (f->roster, "reset", G_CALLBACK (reset_cb), f);
  g_signal_connect (f->roster, "received", G_CALLBACK (received_cb), f);
  g_signal_connect (f->roster, "item-changed", G_CALLBACK (item_changed_cb), f);
  g_signal_connect (f->roster, "item-removed", G_CALLBACK (item_removed_cb), f);
  g_signal_connect (f->presence, "presence", G_CALLBACK (presence_cb), f);
  g_signal_connect (f->presence, "subscription", G_CALLBACK (subscription_cb), f);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  set_up_offline (f, data);
  module_peer_online (f->peer, FALSE);
  module_peer_give_roster (f->peer, ROSTER);
  module_peer_assert_silent (f->peer);
  g_string_truncate (f->log, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  module_peer_free (f->peer);
  g_string_free (f->log, TRUE);
}

static void
assert_log (Fixture *f, const char *text)
{
  g_assert_cmpstr (f->log->str, ==, text);
  g_string_truncate (f->log, 0);
}

static const XmppRosterItem *
lookup (Fixture *f, const char *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);

  return xmpp_roster_module_lookup (f->roster, jid);
}

/* -- roster ---------------------------------------------------------------------------------------------------------- */

static void
test_roster (Fixture *f, gconstpointer data)
{
  const XmppRosterItem *romeo;

  module_peer_online (f->peer, FALSE);
  module_peer_give_roster (f->peer, ROSTER);
  assert_log (f, "reset 4;received;");
  romeo = lookup (f, "romeo@b.test");
  g_assert_cmpint (romeo->subscription, ==, XMPP_SUBSCRIPTION_BOTH);
  g_assert_cmpstr (romeo->name, ==, "Romeo");
  g_assert_cmpstr (romeo->groups[0], ==, "Friends");
  g_assert_null (romeo->groups[1]);
  g_assert_true (lookup (f, "tybalt@b.test")->ask);
  g_assert_true (lookup (f, "paris@b.test")->approved);
  g_assert_null (lookup (f, "rosaline@b.test"));
  g_assert_true (lookup (f, "romeo@b.test/orchard") == romeo);
}

/* Told once, however large. */
static void
test_large_roster (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) items = g_string_new (NULL);

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (items, "<item jid='contact%u@b.test' subscription='both'/>", i);
  module_peer_online (f->peer, FALSE);
  module_peer_give_roster (f->peer, items->str);
  assert_log (f, "reset 1000;received;");
}

static void
test_bad_items (Fixture *f, gconstpointer data)
{
  module_peer_online (f->peer, FALSE);
  module_peer_give_roster (f->peer, "<item jid='@@' subscription='both'/><item subscription='both'/><item jid=''/>"
                           "<other jid='x@b.test'/><item xmlns='urn:other' jid='x@b.test'/>"
                           "<item jid='gone@b.test' subscription='remove'/><item jid='odd@b.test' subscription='odd'/>"
                           "<item jid='Nurse@B.test/x' subscription='both'><group/></item>"
                           "<item jid='Romeo@B.test/orchard' subscription='both'><group/></item>"
                           "<item jid='romeo@b.test' subscription='to'><group>A</group><group>B</group></item>");
  assert_log (f, "reset 3;received;");
  g_assert_cmpstr (xmpp_jid_get_string (lookup (f, "nurse@b.test")->jid), ==, "nurse@b.test");
  g_assert_cmpint (lookup (f, "odd@b.test")->subscription, ==, XMPP_SUBSCRIPTION_NONE);
  g_assert_cmpint (lookup (f, "romeo@b.test")->subscription, ==, XMPP_SUBSCRIPTION_TO);
  g_assert_cmpstr (lookup (f, "romeo@b.test")->groups[1], ==, "B");
}

static void
push (Fixture *f, const char *from, const char *query)
{
  module_peer_say (f->peer, "<iq type='set' id='p' %s><query xmlns='" XMPP_NS_ROSTER "' ver='v2'>%s</query></iq>", from, query);
}

static void
test_push (Fixture *f, gconstpointer data)
{
  push (f, "", "<item jid='romeo@b.test' subscription='none'/>");
  module_peer_assert_answer (f->peer, NULL, "p", NULL);
  assert_log (f, "changed romeo@b.test 0;");
  g_assert_null (lookup (f, "romeo@b.test")->name);
  g_assert_cmpstr (xmpp_roster_module_get_version (f->roster), ==, "v2");
  push (f, "from='juliet@a.test'", "<item jid='rosaline@b.test' subscription='to'/>");
  module_peer_assert_answer (f->peer, "juliet@a.test", "p", NULL);
  assert_log (f, "changed rosaline@b.test 1;");
  push (f, "", "<item jid='romeo@b.test' subscription='remove'/>");
  module_peer_assert_answer (f->peer, NULL, "p", NULL);
  assert_log (f, "removed romeo@b.test;");
  module_peer_say (f->peer, "<iq type='set' id='p'><query xmlns='" XMPP_NS_ROSTER "'><item jid='nurse@b.test'/></query></iq>");
  g_assert_cmpstr (xmpp_roster_module_get_version (f->roster), ==, "v2");
}

/* Only our own server may change the roster. */
static void
test_forged_push (Fixture *f, gconstpointer data)
{
  static const char *const forgers[] = {
    "romeo@b.test", "romeo@b.test/orchard", "stranger@c.test", "b.test", "juliet@a.test/phone", "juliet@b.test", "other@a.test",
    "a.test", "a.test/juliet@a.test", "juliet@a.test.b.test",
  };

  for (guint i = 0; i < G_N_ELEMENTS (forgers); i++) {
    g_autofree char *from = g_strdup_printf ("from='%s'", forgers[i]);

    push (f, from, "<item jid='mallory@c.test' subscription='both'/>");
    module_peer_assert_answer (f->peer, forgers[i], "p", "service-unavailable");
    push (f, from, "<item jid='romeo@b.test' subscription='remove'/>");
    module_peer_assert_answer (f->peer, forgers[i], "p", "service-unavailable");
    assert_log (f, "");
    g_assert_null (lookup (f, "mallory@c.test"));
    g_assert_nonnull (lookup (f, "romeo@b.test"));
    g_assert_null (xmpp_roster_module_get_version (f->roster));
  }
}

static void
test_bad_push (Fixture *f, gconstpointer data)
{
  static const char *const bad[] = { "", "<item jid='@'/>", "<item/>", "<item jid='a@b.test'/><item jid='c@b.test'/>", "<other/>" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    push (f, "", bad[i]);
    module_peer_assert_answer (f->peer, NULL, "p", "bad-request");
    assert_log (f, "");
  }
  g_assert_null (xmpp_roster_module_get_version (f->roster));
}

/* What the store kept stands until the server says otherwise; "unchanged" is an answer without a roster. */
static void
test_roster_version (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppJid) romeo = xmpp_jid_new ("romeo@b.test", NULL);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  g_autoptr (XmppElement) iq = NULL, presence = NULL;
  char *groups[] = { NULL };
  XmppRosterItem item = { romeo, (char *) "Romeo", XMPP_SUBSCRIPTION_BOTH, FALSE, FALSE, groups };

  g_ptr_array_add (items, &item);
  xmpp_roster_module_load (f->roster, "v1", items);
  g_assert_cmpstr (lookup (f, "romeo@b.test")->name, ==, "Romeo");
  module_peer_online (f->peer, FALSE);
  iq = module_peer_take (f->peer, "iq", NULL);
  presence = module_peer_take (f->peer, "presence", NULL);
  module_peer_answer (f->peer, iq, "result", "");
  assert_log (f, "received;");
  g_assert_nonnull (lookup (f, "romeo@b.test"));
  g_assert_cmpstr (xmpp_roster_module_get_version (f->roster), ==, "v1");

  module_peer_offline (f->peer);
  module_peer_online (f->peer, FALSE);
  module_peer_give_roster (f->peer, "");
  assert_log (f, "reset 0;received;");
  g_assert_null (lookup (f, "romeo@b.test"));
}

static void
test_roster_fails (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppElement) iq = NULL;

  module_peer_online (f->peer, FALSE);
  iq = module_peer_take (f->peer, "iq", NULL);
  module_peer_answer (f->peer, iq, "error", "<error type='cancel'><internal-server-error xmlns='" XMPP_NS_STANZAS "'/></error>");
  assert_log (f, "");
  module_peer_offline (f->peer);
  g_ptr_array_set_size (f->peer->sent, 0);
  module_peer_online (f->peer, TRUE);
  module_peer_assert_silent (f->peer);
}

static void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_roster_set (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("rosaline@b.test/x", NULL);
  char *groups[] = { (char *) "A & B", NULL };
  XmppRosterItem item = { jid, (char *) "<Rosaline>", XMPP_SUBSCRIPTION_BOTH, TRUE, TRUE, groups };
  g_autoptr (GAsyncResult) set = NULL, removed = NULL, late = NULL;
  g_autoptr (XmppElement) first = NULL, second = NULL;
  g_autoptr (GError) error = NULL, offline = NULL;
  g_autofree char *text = NULL;

  xmpp_roster_module_set_async (f->roster, &item, NULL, keep_result_cb, &set);
  first = module_peer_take (f->peer, "iq", NULL);
  text = xmpp_element_to_string (xmpp_element_find_child (first, XMPP_NS_ROSTER, "query"));
  g_assert_cmpstr (text, ==, "<query xmlns='" XMPP_NS_ROSTER "'><item jid='rosaline@b.test' name='&lt;Rosaline&gt;'>"
                   "<group>A &amp; B</group></item></query>");
  module_peer_answer (f->peer, first, "result", "");
  g_assert_true (xmpp_roster_module_set_finish (f->roster, set, NULL));
  g_assert_null (lookup (f, "rosaline@b.test"));    /* the push says so */

  xmpp_roster_module_remove_async (f->roster, jid, NULL, keep_result_cb, &removed);
  second = module_peer_take (f->peer, "iq", NULL);
  module_peer_answer (f->peer, second, "error", "<error type='cancel'><item-not-found xmlns='" XMPP_NS_STANZAS "'/></error>");
  g_assert_false (xmpp_roster_module_set_finish (f->roster, removed, &error));
  g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND);

  xmpp_roster_module_remove_async (f->roster, jid, NULL, keep_result_cb, &late);
  module_peer_offline (f->peer);
  g_assert_false (xmpp_roster_module_set_finish (f->roster, late, &offline));
  g_assert_error (offline, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED);
}

/* -- presence -------------------------------------------------------------------------------------------------------- */

static void
test_presence (Fixture *f, gconstpointer data)
{
  module_peer_say (f->peer, "<presence from='romeo@b.test/x'/><presence from='tybalt@b.test/x' type='unavailable'/>"
                   "<presence from='nurse@b.test' type='error'/><presence from='juliet@a.test/phone'/>");
  assert_log (f, "presence romeo@b.test/x 0;presence tybalt@b.test/x 1;presence nurse@b.test 7;presence juliet@a.test/phone 0;");
}

/* Nobody can pass as somebody else, or as somebody we know. */
static void
test_no_presence (Fixture *f, gconstpointer data)
{
  guint n_dropped = xmpp_session_get_n_dropped (f->peer->session);

  module_peer_say (f->peer, "<presence/><presence type='unavailable'/><presence type='subscribe'/>"
                   "<presence from='stranger@c.test/x'/><presence from='paris@b.test/x'/><presence from='b.test'/>"
                   "<presence from='romeo@b.test/x' type='probe'/><presence from='romeo@b.test/x' type='invisible'/>"
                   "<presence from='@'/>");
  assert_log (f, "");
  g_assert_cmpuint (xmpp_session_get_n_dropped (f->peer->session), ==, n_dropped + 9);
}

static void
test_subscriptions (Fixture *f, gconstpointer data)
{
  module_peer_say (f->peer, "<presence from='stranger@c.test/x' type='subscribe'><status>Hi</status></presence>"
                   "<presence from='romeo@b.test' type='subscribed'/><presence from='romeo@b.test' type='unsubscribe'/>"
                   "<presence from='stranger@c.test' type='unsubscribed'/>");
  assert_log (f, "subscription stranger@c.test 2 Hi;subscription romeo@b.test 3 -;subscription romeo@b.test 4 -;"
              "subscription stranger@c.test 5 -;");
  module_peer_assert_silent (f->peer);     /* a person decides */
}

static void
assert_presence (Fixture *f, const char *to, const char *type, const char *status)
{
  g_autoptr (XmppElement) presence = module_peer_take (f->peer, "presence", to);

  g_assert_cmpstr (xmpp_element_get_attribute (presence, "type"), ==, type);
  g_assert_cmpstr (xmpp_element_get_child_text (presence, XMPP_NS_CLIENT, "status"), ==, status);
  g_assert_cmpint (xmpp_element_find_child (presence, XMPP_NS_CAPS, "c") != NULL, ==, type == NULL);
}

static void
test_send_subscriptions (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("rosaline@b.test/x", NULL);

  xmpp_presence_module_subscribe (f->presence, jid, "Please");
  assert_presence (f, "rosaline@b.test", "subscribe", "Please");
  xmpp_presence_module_unsubscribe (f->presence, jid);
  assert_presence (f, "rosaline@b.test", "unsubscribe", NULL);
  xmpp_presence_module_approve (f->presence, jid);
  assert_presence (f, "rosaline@b.test", "subscribed", NULL);
  xmpp_presence_module_deny (f->presence, jid);
  assert_presence (f, "rosaline@b.test", "unsubscribed", NULL);
  g_assert_false (xmpp_presence_module_can_preapprove (f->presence));
}

static void
test_own_presence (Fixture *f, gconstpointer data)
{
  xmpp_presence_module_set_own (f->presence, XMPP_AVAILABILITY_AWAY, "Out", 5);
  assert_presence (f, NULL, NULL, "Out");
  xmpp_presence_module_set_own (f->presence, XMPP_AVAILABILITY_AWAY, "Out", 5);
  module_peer_assert_silent (f->peer);
  xmpp_presence_module_set_own (f->presence, XMPP_AVAILABILITY_AWAY, "Gone out", 5);
  assert_presence (f, NULL, NULL, "Gone out");
  module_peer_offline (f->peer);
  xmpp_presence_module_set_own (f->presence, XMPP_AVAILABILITY_DO_NOT_DISTURB, "Busy", 0);
  module_peer_online (f->peer, TRUE);
  module_peer_assert_silent (f->peer);     /* */
  module_peer_offline (f->peer);
  module_peer_online (f->peer, FALSE);
  xmpp_element_unref (module_peer_take (f->peer, "iq", NULL));
  assert_presence (f, NULL, NULL, "Busy");
  module_peer_offline (f->peer);
  xmpp_presence_module_set_own (f->presence, XMPP_AVAILABILITY_OFFLINE, NULL, 0);
  module_peer_online (f->peer, FALSE);
  xmpp_element_unref (module_peer_take (f->peer, "iq", NULL));
  module_peer_assert_silent (f->peer);
}

static void
test_ask_anew (Fixture *f, gconstpointer data)
{
  xmpp_presence_module_set_own (f->presence, XMPP_AVAILABILITY_AWAY, "Here", 0);
  assert_presence (f, NULL, NULL, "Here");
  xmpp_presence_module_ask_anew (f->presence);
  assert_presence (f, NULL, "unavailable", NULL);
  assert_presence (f, NULL, NULL, "Here");
  module_peer_assert_silent (f->peer);
}

/* A stamp in the future would have somebody seen tomorrow. */
static void
stamped_cb (XmppPresenceModule *module, XmppPresenceStanza *presence, gint64 *delay)
{
  *delay = presence->delay;
}

static void
test_presence_stamp (Fixture *f, gconstpointer data)
{
  gint64 delay = -1;

  g_signal_connect (f->presence, "presence", G_CALLBACK (stamped_cb), &delay);
  module_peer_say (f->peer, "<presence from='romeo@b.test/x' type='unavailable'/>");
  g_assert_cmpint (delay, ==, 0);
  module_peer_say (f->peer, "<presence from='romeo@b.test/x' type='unavailable'><delay xmlns='" XMPP_NS_DELAY
                   "' stamp='2002-09-10T23:41:07Z'/></presence>");
  g_assert_cmpint (delay, ==, 1031701267000000);
  module_peer_say (f->peer, "<presence from='romeo@b.test/x' type='unavailable'><delay xmlns='" XMPP_NS_DELAY
                   "' stamp='9000-09-10T23:41:07Z'/></presence>");
  g_assert_cmpint (delay, <=, g_get_real_time () + 86400 * (gint64) G_USEC_PER_SEC);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
#define ADD_OFFLINE(path, func) g_test_add (path, Fixture, NULL, set_up_offline, func, tear_down)
  ADD_OFFLINE ("/modules/roster/whole", test_roster);
  ADD_OFFLINE ("/modules/roster/large", test_large_roster);
  ADD_OFFLINE ("/modules/roster/S-71/bad-items", test_bad_items);
  ADD ("/modules/roster/push", test_push);
  ADD ("/modules/roster/S-06/forged-push", test_forged_push);
  ADD ("/modules/roster/bad-push", test_bad_push);
  ADD_OFFLINE ("/modules/roster/version", test_roster_version);
  ADD_OFFLINE ("/modules/roster/fails", test_roster_fails);
  ADD ("/modules/roster/set", test_roster_set);
  ADD ("/modules/presence/taken", test_presence);
  ADD ("/modules/presence/S-24/not-taken", test_no_presence);
  ADD ("/modules/presence/subscriptions", test_subscriptions);
  ADD ("/modules/presence/send-subscriptions", test_send_subscriptions);
  ADD ("/modules/presence/R-09/own", test_own_presence);
  ADD ("/modules/presence/ask-anew", test_ask_anew);
  ADD ("/modules/presence/S-20/stamp", test_presence_stamp);

  return g_test_run ();
}
