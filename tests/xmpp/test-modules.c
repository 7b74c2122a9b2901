/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "module-peer.h"
#include "scripted-server.h"
#include "test-certificates.h"
#include "xmpp-basics-module.h"
#include "xmpp-caps-module.h"
#include "xmpp-datetime.h"
#include "xmpp-disco-info.h"
#include "xmpp-disco-module.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-presence-module.h"
#include "xmpp-roster-module.h"

#include <string.h>

/* Roster, presence, service discovery and the small requests, each as its listeners and the server see it. */

#define ROSTER "<item jid='romeo@b.test' subscription='both' name='Romeo'><group>Friends</group></item>" \
  "<item jid='nurse@b.test' subscription='from'/><item jid='tybalt@b.test' subscription='to' ask='subscribe'/>" \
  "<item jid='paris@b.test' subscription='none' approved='true'/>"

static const GType *
all_types (void)
{
  static GType types[10];

  types[0] = XMPP_TYPE_ROSTER_MODULE;
  types[1] = XMPP_TYPE_DISCO_MODULE;
  types[2] = XMPP_TYPE_PRESENCE_MODULE;
  types[3] = XMPP_TYPE_PING_MODULE;
  types[4] = XMPP_TYPE_VERSION_MODULE;
  types[5] = XMPP_TYPE_TIME_MODULE;
  types[6] = XMPP_TYPE_CSI_MODULE;
  types[7] = XMPP_TYPE_CAPS_MODULE;
  types[8] = G_TYPE_INVALID;
  return types;
}

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
  f->peer = module_peer_new (all_types ());
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

/* -- requests -------------------------------------------------------------------------------------------------------- */

/* To answer is to say that we are there: those who see our presence, our other devices and our server may know it. */
static void
test_who_is_answered (Fixture *f, gconstpointer data)
{
  static const char *const requests[] = {
    "<ping xmlns='" XMPP_NS_PING "'/>", "<query xmlns='" XMPP_NS_DISCO_INFO "'/>", "<query xmlns='" XMPP_NS_DISCO_ITEMS "'/>",
    "<query xmlns='" XMPP_NS_VERSION "'/>", "<time xmlns='" XMPP_NS_TIME "'/>", "<query xmlns='urn:unknown'/>",
  };
  /* How many of the requests, from the first on, are answered. */
  static const struct { const char *from; guint n; } rows[] = {
    { "romeo@b.test/x", 5 }, { "nurse@b.test/x", 5 }, { "juliet@a.test/phone", 5 }, { "juliet@a.test", 5 }, { "a.test", 2 },
    { "tybalt@b.test/x", 0 }, { "paris@b.test/x", 0 }, { "stranger@c.test/x", 0 }, { "b.test", 0 }, { "a.test/x", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint j = 0; j < G_N_ELEMENTS (requests); j++) {
      g_test_message ("%s %s", rows[i].from, requests[j]);
      module_peer_say (f->peer, "<iq type='get' from='%s' id='q'>%s</iq>", rows[i].from, requests[j]);
      module_peer_assert_answer (f->peer, rows[i].from, "q", j < rows[i].n ? NULL : "service-unavailable");
    }
  /* Nothing of it is there to be set. */
  for (guint j = 0; j < G_N_ELEMENTS (requests); j++) {
    module_peer_say (f->peer, "<iq type='set' from='romeo@b.test/x' id='q'>%s</iq>", requests[j]);
    module_peer_assert_answer (f->peer, "romeo@b.test/x", "q", "service-unavailable");
  }
  assert_log (f, "");
}

static XmppElement *
ask (Fixture *f, const char *request)
{
  module_peer_say (f->peer, "<iq type='get' from='romeo@b.test/x' id='q'>%s</iq>", request);
  return module_peer_take (f->peer, "iq", "romeo@b.test/x");
}

/* Name and version, and nothing of the computer. */
static void
test_version (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppElement) iq = ask (f, "<query xmlns='" XMPP_NS_VERSION "'/>");
  XmppElement *query = xmpp_element_find_child (iq, XMPP_NS_VERSION, "query");

  g_assert_cmpuint (xmpp_element_get_n_children (query), ==, 2);
  g_assert_cmpstr (xmpp_element_get_child_text (query, XMPP_NS_VERSION, "name"), ==, "Stonechat");
  g_assert_cmpstr (xmpp_element_get_child_text (query, XMPP_NS_VERSION, "version"), ==, STONECHAT_VERSION);
}

static void
test_time (Fixture *f, gconstpointer data)
{
  gint64 before = g_get_real_time () - G_USEC_PER_SEC, utc;
  g_autoptr (XmppElement) iq = ask (f, "<time xmlns='" XMPP_NS_TIME "'/>");
  XmppElement *time = xmpp_element_find_child (iq, XMPP_NS_TIME, "time");
  const char *zone = xmpp_element_get_child_text (time, XMPP_NS_TIME, "tzo");

  g_assert_true (g_regex_match_simple ("^[+-][0-9]{2}:[0-9]{2}$", zone, 0, 0));
  g_assert_true (xmpp_datetime_parse (xmpp_element_get_child_text (time, XMPP_NS_TIME, "utc"), &utc));
  g_assert_true (g_str_has_suffix (xmpp_element_get_child_text (time, XMPP_NS_TIME, "utc"), "Z"));
  g_assert_cmpint (utc, >=, before);
  g_assert_cmpint (utc, <=, g_get_real_time ());
}

static void
test_ping_server (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppElement) first = NULL, second = NULL;

  xmpp_session_probe (f->peer->session, 60000);
  first = module_peer_take (f->peer, "iq", NULL);
  g_assert_nonnull (xmpp_element_find_child (first, XMPP_NS_PING, "ping"));
  module_peer_answer (f->peer, first, "result", "");
  xmpp_session_probe (f->peer->session, 60000);
  second = module_peer_take (f->peer, "iq", NULL);
  module_peer_answer (f->peer, second, "error", "<error type='cancel'><service-unavailable xmlns='" XMPP_NS_STANZAS "'/></error>");
  g_assert_cmpint (xmpp_session_get_state (f->peer->session), ==, XMPP_SESSION_ONLINE);
}

/* What we say of ourselves is what our presence announces. */
static void
test_own_caps (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppElement) presence = NULL, whole = NULL, part = NULL;
  g_autoptr (XmppDiscoInfo) info = NULL, same = NULL;
  g_autofree char *node = NULL, *request = NULL;
  XmppElement *caps, *query;

  xmpp_presence_module_set_own (f->presence, XMPP_AVAILABILITY_AWAY, NULL, 0);
  presence = module_peer_take (f->peer, "presence", NULL);
  caps = xmpp_element_find_child (presence, XMPP_NS_CAPS, "c");
  node = g_strdup_printf ("%s#%s", xmpp_element_get_attribute (caps, "node"), xmpp_element_get_attribute (caps, "ver"));
  request = g_strdup_printf ("<query xmlns='" XMPP_NS_DISCO_INFO "' node='%s'/>", node);

  whole = ask (f, "<query xmlns='" XMPP_NS_DISCO_INFO "'/>");
  query = xmpp_element_find_child (whole, XMPP_NS_DISCO_INFO, "query");
  g_assert_null (xmpp_element_get_attribute (query, "node"));
  info = xmpp_disco_info_parse (query, NULL);
  g_assert_true (xmpp_disco_info_verify (info, xmpp_element_get_attribute (caps, "hash"), xmpp_element_get_attribute (caps, "ver")));
  g_assert_true (xmpp_disco_info_has_feature (info, XMPP_NS_DISCO_INFO));
  g_assert_true (xmpp_disco_info_has_feature (info, XMPP_NS_CAPS));
  g_assert_true (xmpp_disco_info_has_feature (info, XMPP_NS_PING));
  g_assert_false (xmpp_disco_info_has_feature (info, XMPP_NS_ROSTER));

  part = ask (f, request);
  query = xmpp_element_find_child (part, XMPP_NS_DISCO_INFO, "query");
  g_assert_cmpstr (xmpp_element_get_attribute (query, "node"), ==, node);
  same = xmpp_disco_info_parse (query, NULL);
  g_assert_true (xmpp_element_equal (xmpp_disco_info_get_element (info), xmpp_disco_info_get_element (same)));
}

static void
test_unknown_node (Fixture *f, gconstpointer data)
{
  static const char *const nodes[] = { "x", "", XMPP_DISCO_NODE, XMPP_DISCO_NODE "#x", "http://jabber.org/protocol/commands" };

  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++) {
    module_peer_say (f->peer, "<iq type='get' from='romeo@b.test/x' id='q'><query xmlns='" XMPP_NS_DISCO_INFO "' node='%s'/></iq>", nodes[i]);
    module_peer_assert_answer (f->peer, "romeo@b.test/x", "q", "item-not-found");
  }
}

/* -- what the server offers ------------------------------------------------------------------------------------------ */

#define STREAM_FEATURES "<bind xmlns='" XMPP_NS_BIND "'/><ver xmlns='" XMPP_NS_ROSTERVER "'/><sub xmlns='" XMPP_NS_PREAPPROVAL "'/>" \
  "<csi xmlns='" XMPP_NS_CSI "'/><c xmlns='" XMPP_NS_CAPS "' hash='sha-1' node='urn:server' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/>"

static void
test_offered (void)
{
  TestCertificate wanted = { .names = "dns:a.test" };
  TestAuthority *authority = test_authority_new ();
  g_autoptr (GTlsCertificate) certificate = test_authority_issue (authority, &wanted);
  g_autoptr (XmppJid) account = xmpp_jid_new ("user@a.test", NULL), domain = xmpp_jid_new ("a.test", NULL);
  g_autoptr (XmppSecret) password = xmpp_secret_new ("pencil", -1);
  g_autoptr (XmppLogin) login = xmpp_login_new (account);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  XmppSession *session = xmpp_session_new (account, all_types ());
  XmppCapsModule *caps = xmpp_session_get_module (session, XMPP_TYPE_CAPS_MODULE);
  XmppCsiModule *csi = xmpp_session_get_module (session, XMPP_TYPE_CSI_MODULE);
  g_autoptr (ScriptedServer) server = scripted_server_new (
    "starttls\nmechanisms SCRAM-SHA-1\nscram SHA-1 pencil\nopen\n"
    "S: <stream:features>" STREAM_FEATURES "</stream:features>\n"
    "C: <iq type='set' id='$bind'><bind xmlns='" XMPP_NS_BIND "'/></iq>\n"
    "S: <iq type='result' id='$bind'><bind xmlns='" XMPP_NS_BIND "'><jid>user@a.test/x</jid></bind></iq>\n"
    "C: <iq type='get' id='$roster'><query xmlns='" XMPP_NS_ROSTER "' ver='v7'/></iq>\n"
    "C: <presence/>\n"
    "C: <iq type='get' to='a.test' id='$info'><query xmlns='" XMPP_NS_DISCO_INFO "' node='urn:server#QgayPKawpkPSDYmwT/WM94uAlu0='/></iq>\n"
    "S: <iq type='result' id='$roster'/>\n"
    "S: <iq type='result' id='$info' from='a.test'><query xmlns='" XMPP_NS_DISCO_INFO "'>"
    "<identity category='client' type='pc' name='Exodus 0.9.1'/><feature var='" XMPP_NS_CAPS "'/><feature var='" XMPP_NS_DISCO_INFO "'/>"
    "<feature var='" XMPP_NS_DISCO_ITEMS "'/><feature var='http://jabber.org/protocol/muc'/></query></iq>\n"
    "C: <active xmlns='" XMPP_NS_CSI "'/>\n"
    "C: <presence type='unavailable'/>\nC: </stream:stream>\nS: </stream:stream>\nclose", 1, "a.test", certificate);

  xmpp_roster_module_load (xmpp_session_get_module (session, XMPP_TYPE_ROSTER_MODULE), "v7", items);
  g_object_set (login, "password", password, "host", "127.0.0.1", "port", (guint) scripted_server_get_port (server),
                "tls-database", test_authority_get_database (authority), NULL);
  xmpp_session_connect_async (session, login, NULL, keep_result_cb, &result);
  iterate_until (result);
  g_assert_true (xmpp_session_connect_finish (session, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  iterate_until (xmpp_caps_module_has_feature (caps, domain, "http://jabber.org/protocol/muc"));
  g_assert_true (xmpp_presence_module_can_preapprove (xmpp_session_get_module (session, XMPP_TYPE_PRESENCE_MODULE)));
  /* A glance elsewhere is not told, coming back is. */
  xmpp_csi_module_set_active (csi, TRUE);
  xmpp_csi_module_set_active (csi, FALSE);
  xmpp_csi_module_set_active (csi, TRUE);
  xmpp_session_close (session);
  scripted_server_finish (server);
  iterate_until (xmpp_session_get_state (session) == XMPP_SESSION_OFFLINE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (session);
  test_authority_free (authority);
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
  ADD ("/modules/requests/S-110/who-is-answered", test_who_is_answered);
  ADD ("/modules/requests/S-115/version", test_version);
  ADD ("/modules/requests/time", test_time);
  ADD ("/modules/requests/ping-server", test_ping_server);
  ADD ("/modules/disco/own-caps", test_own_caps);
  ADD ("/modules/disco/unknown-node", test_unknown_node);
  g_test_add_func ("/modules/offered", test_offered);

  return g_test_run ();
}
