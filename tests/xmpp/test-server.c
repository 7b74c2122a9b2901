/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "module-peer.h"
#include "xmpp-carbons-module.h"
#include "xmpp-ns.h"
#include "xmpp-server-module.h"

/* What the server and our account say of themselves, what an earlier time found, and the carbons that follow from it. */

typedef struct {
  ModulePeer *peer;
  XmppServerModule *server;
  XmppCarbonsModule *carbons;
  guint n_known;
} Fixture;

#define QUERY(features) "<query xmlns='" XMPP_NS_DISCO_INFO "'><identity category='server' type='im'/>" features "</query>"
#define FEATURE(name) "<feature var='" name "'/>"
#define SERVICE_UNAVAILABLE "<error type='cancel'><service-unavailable xmlns='" XMPP_NS_STANZAS "'/></error>"

static void
known_cb (XmppServerModule *server, Fixture *f)
{
  f->n_known++;
}

static void
begin (Fixture *f)
{
  const GType types[] = { XMPP_TYPE_CARBONS_MODULE, G_TYPE_INVALID };

  f->peer = module_peer_new (types);
  f->server = xmpp_session_get_module (f->peer->session, XMPP_TYPE_SERVER_MODULE);
  f->carbons = xmpp_session_get_module (f->peer->session, XMPP_TYPE_CARBONS_MODULE);
  f->n_known = 0;
  g_signal_connect (f->server, "features-known", G_CALLBACK (known_cb), f);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  begin (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  module_peer_assert_silent (f->peer);
  module_peer_free (f->peer);
}

/* The next request is disco#info of this address. */
static XmppElement *
take_question (Fixture *f, const char *to)
{
  XmppElement *iq = module_peer_take (f->peer, "iq", to);

  g_assert_cmpstr (xmpp_element_get_attribute (iq, "type"), ==, "get");
  g_assert_nonnull (xmpp_element_find_child (iq, XMPP_NS_DISCO_INFO, "query"));
  return iq;
}

static void
answer (Fixture *f, const char *of_server, const char *of_account)
{
  g_autoptr (XmppElement) server = take_question (f, "a.test");
  g_autoptr (XmppElement) account = take_question (f, "juliet@a.test");

  module_peer_answer (f->peer, server, *of_server == '<' && of_server[1] == 'q' ? "result" : "error", of_server);
  g_assert_cmpuint (f->n_known, ==, 0);
  module_peer_answer (f->peer, account, of_account[1] == 'q' ? "result" : "error", of_account);
  g_assert_cmpuint (f->n_known, ==, 1);
  f->n_known = 0;
}

static void
take_enable (Fixture *f, const char *type)
{
  g_autoptr (XmppElement) iq = module_peer_take (f->peer, "iq", NULL);

  g_assert_cmpstr (xmpp_element_get_attribute (iq, "type"), ==, "set");
  g_assert_nonnull (xmpp_element_find_child (iq, XMPP_NS_CARBONS, "enable"));
  g_assert_false (xmpp_carbons_module_get_enabled (f->carbons));
  module_peer_answer (f->peer, iq, type, g_str_equal (type, "error") ? SERVICE_UNAVAILABLE : "");
  g_assert_cmpint (xmpp_carbons_module_get_enabled (f->carbons), ==, g_str_equal (type, "result"));
}

static void
test_features (Fixture *f, gconstpointer data)
{
  g_autofree char *nothing = xmpp_server_module_dup_cache (f->server);

  g_assert_null (nothing);
  g_assert_false (xmpp_server_module_get_known (f->server));
  module_peer_online (f->peer, FALSE);
  answer (f, QUERY (FEATURE ("s")), QUERY (FEATURE ("a") FEATURE ("a")));
  g_assert_true (xmpp_server_module_get_known (f->server));
  g_assert_true (xmpp_server_module_has_feature (f->server, FALSE, "s"));
  g_assert_false (xmpp_server_module_has_feature (f->server, FALSE, "a"));
  g_assert_true (xmpp_server_module_has_feature (f->server, TRUE, "a"));
  g_assert_false (xmpp_server_module_has_feature (f->server, TRUE, "s"));
}

/* An account that has nothing to say of itself has no features, and that is known. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  module_peer_online (f->peer, FALSE);
  answer (f, QUERY (FEATURE ("s")), SERVICE_UNAVAILABLE);
  g_assert_true (xmpp_server_module_get_known (f->server));
  g_assert_false (xmpp_server_module_has_feature (f->server, TRUE, "s"));
  /* It is asked at each bind, and what it says then is what counts. */
  module_peer_offline (f->peer);
  module_peer_online (f->peer, FALSE);
  g_assert_true (xmpp_server_module_has_feature (f->server, FALSE, "s"));
  answer (f, QUERY (FEATURE ("t")), QUERY (""));
  g_assert_false (xmpp_server_module_has_feature (f->server, FALSE, "s"));
  g_assert_true (xmpp_server_module_has_feature (f->server, FALSE, "t"));
}

/* Only who was asked may answer (S-07). */
static void
test_forged (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppElement) server = NULL, account = NULL;

  module_peer_online (f->peer, FALSE);
  server = take_question (f, "a.test");
  account = take_question (f, "juliet@a.test");
  module_peer_say (f->peer, "<iq type='result' from='mallory@x.test' id='%s'>" QUERY (FEATURE (XMPP_NS_CARBONS)) "</iq>",
                   xmpp_element_get_attribute (server, "id"));
  module_peer_say (f->peer, "<iq type='result' from='mallory@x.test' id='%s'>" QUERY (FEATURE (XMPP_NS_CARBONS)) "</iq>",
                   xmpp_element_get_attribute (account, "id"));
  g_assert_false (xmpp_server_module_get_known (f->server));
  g_assert_false (xmpp_server_module_has_feature (f->server, FALSE, XMPP_NS_CARBONS));
}

/* Who was not answered before the link broke asks again on the resumed stream; who was, does not. */
static void
test_resumed (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppElement) server = NULL, account = NULL, again = NULL;

  module_peer_online (f->peer, FALSE);
  server = take_question (f, "a.test");
  account = take_question (f, "juliet@a.test");
  module_peer_answer (f->peer, server, "result", QUERY (FEATURE ("s")));
  module_peer_offline (f->peer);
  g_assert_cmpuint (f->n_known, ==, 0);
  g_assert_true (xmpp_server_module_has_feature (f->server, FALSE, "s"));
  module_peer_online (f->peer, TRUE);
  again = take_question (f, "juliet@a.test");
  module_peer_answer (f->peer, again, "result", QUERY (FEATURE ("a")));
  g_assert_cmpuint (f->n_known, ==, 1);
  module_peer_offline (f->peer);
  module_peer_online (f->peer, TRUE);
}

static void
test_cache (Fixture *f, gconstpointer data)
{
  g_autofree char *cache = NULL;

  module_peer_online (f->peer, FALSE);
  answer (f, QUERY (FEATURE (XMPP_NS_CARBONS)), QUERY (FEATURE ("a")));
  take_enable (f, "result");
  cache = xmpp_server_module_dup_cache (f->server);
  module_peer_free (f->peer);

  begin (f);
  xmpp_server_module_load (f->server, cache);
  g_assert_true (xmpp_server_module_get_known (f->server));
  g_assert_true (xmpp_server_module_has_feature (f->server, TRUE, "a"));
  module_peer_online (f->peer, FALSE);
  /* It is asked all the same, but nobody waits for it. */
  g_ptr_array_remove_range (f->peer->sent, 0, 2);
  take_enable (f, "result");
}

static void
test_bad_cache (Fixture *f, gconstpointer data)
{
  static const char *const bad[] = { "", "no XML", "<features xmlns='urn:other'/>", "<features" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    xmpp_server_module_load (f->server, bad[i]);
    g_assert_false (xmpp_server_module_get_known (f->server));
  }
}

static void
test_no_carbons (Fixture *f, gconstpointer data)
{
  module_peer_online (f->peer, FALSE);
  answer (f, QUERY (FEATURE ("s")), QUERY (FEATURE (XMPP_NS_CARBONS)));
  module_peer_assert_silent (f->peer);
  g_assert_false (xmpp_carbons_module_get_enabled (f->carbons));
}

/* At every bind, but not when the stream goes on; a server that refuses is left alone. */
static void
test_carbons (Fixture *f, gconstpointer data)
{
  module_peer_online (f->peer, FALSE);
  answer (f, QUERY (FEATURE (XMPP_NS_CARBONS)), QUERY (""));
  take_enable (f, "result");
  module_peer_offline (f->peer);
  module_peer_online (f->peer, TRUE);
  module_peer_assert_silent (f->peer);
  g_assert_true (xmpp_carbons_module_get_enabled (f->carbons));
}

static void
test_carbons_refused (Fixture *f, gconstpointer data)
{
  module_peer_online (f->peer, FALSE);
  answer (f, QUERY (FEATURE (XMPP_NS_CARBONS)), QUERY (""));
  take_enable (f, "error");
  module_peer_assert_silent (f->peer);
}

static void
test_carbons_unanswered (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppElement) lost = NULL;

  module_peer_online (f->peer, FALSE);
  answer (f, QUERY (FEATURE (XMPP_NS_CARBONS)), QUERY (""));
  lost = module_peer_take (f->peer, "iq", NULL);
  module_peer_offline (f->peer);
  module_peer_online (f->peer, TRUE);
  take_enable (f, "result");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/server/features", test_features);
  ADD ("/server/refused", test_refused);
  ADD ("/server/S-07/forged", test_forged);
  ADD ("/server/R-09/resumed", test_resumed);
  ADD ("/server/cache", test_cache);
  ADD ("/server/bad-cache", test_bad_cache);
  ADD ("/server/no-carbons", test_no_carbons);
  ADD ("/server/R-09/carbons", test_carbons);
  ADD ("/server/carbons-refused", test_carbons_refused);
  ADD ("/server/carbons-unanswered", test_carbons_unanswered);
  return g_test_run ();
}
