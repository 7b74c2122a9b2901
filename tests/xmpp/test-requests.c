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
#include "xmpp-ns.h"
#include "xmpp-presence-module.h"
#include "xmpp-roster-module.h"

/* What others may ask of us and what they are told, and what of the server's offers is taken. */

#define ROSTER "<item jid='romeo@b.test' subscription='both'/><item jid='nurse@b.test' subscription='from'/>" \
  "<item jid='tybalt@b.test' subscription='to'/><item jid='paris@b.test' subscription='none'/>"

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
  XmppPresenceModule *presence;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->peer = module_peer_new (all_types ());
  f->presence = xmpp_session_get_module (f->peer->session, XMPP_TYPE_PRESENCE_MODULE);
  module_peer_online (f->peer, FALSE);
  module_peer_give_roster (f->peer, ROSTER);
  module_peer_assert_silent (f->peer);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  module_peer_free (f->peer);
}

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
  module_peer_assert_silent (f->peer);
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
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

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
  ADD ("/requests/S-110/who-is-answered", test_who_is_answered);
  ADD ("/requests/S-115/version", test_version);
  ADD ("/requests/time", test_time);
  ADD ("/requests/ping-server", test_ping_server);
  ADD ("/requests/disco/own-caps", test_own_caps);
  ADD ("/requests/disco/unknown-node", test_unknown_node);
  g_test_add_func ("/requests/offered", test_offered);

  return g_test_run ();
}
