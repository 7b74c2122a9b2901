/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "module-peer.h"
#include "xmpp-displayed-module.h"
#include "xmpp-ns.h"
#include "xmpp-server-module.h"

/* How far was read, on all own devices: whose word counts, and that nobody else ever reads it. */

#define OPTIONS "http://jabber.org/protocol/pubsub#publish-options"
#define MORE "<field var='pubsub#max_items'><value>max</value></field><field var='pubsub#send_last_published_item'><value>never</value></field>"
#define FIELDS(more) "<field var='pubsub#persist_items'><value>true</value></field>" more "<field var='pubsub#access_model'><value>whitelist</value></field>"
#define FORM(type, more) "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>" type "</value></field>" FIELDS (more) "</x>"
#define DISPLAYED(by, id) "<displayed xmlns='" XMPP_NS_MDS "'><stanza-id xmlns='" XMPP_NS_SID "' by='" by "' id='" id "'/></displayed>"
#define ITEM(chat, by, id) "<item id='" chat "'>" DISPLAYED (by, id) "</item>"
#define PUBLISH_WITH(more) "<pubsub xmlns='" XMPP_NS_PUBSUB "'><publish node='" XMPP_NS_MDS "'>" ITEM ("romeo@b.test", "juliet@a.test", "17") \
  "</publish><publish-options>" FORM (OPTIONS, more) "</publish-options></pubsub>"
#define PUBLISH PUBLISH_WITH (MORE)
#define CREATE "<pubsub xmlns='" XMPP_NS_PUBSUB "'><create node='" XMPP_NS_MDS "'/><configure>" FORM (XMPP_NS_PUBSUB "#node_config", MORE) "</configure></pubsub>"
#define CONFIGURE "<pubsub xmlns='" XMPP_NS_PUBSUB_OWNER "'><configure node='" XMPP_NS_MDS "'>" FORM (XMPP_NS_PUBSUB "#node_config", MORE) "</configure></pubsub>"
#define FETCH "<pubsub xmlns='" XMPP_NS_PUBSUB "'><items node='" XMPP_NS_MDS "'/></pubsub>"
#define CONFLICT "<error type='cancel'><conflict xmlns='" XMPP_NS_STANZAS "'/><precondition-not-met xmlns='" XMPP_NS_PUBSUB "#errors'/></error>"

#define CONSTRAINT "<error type='wait'><resource-constraint xmlns='" XMPP_NS_STANZAS "'/></error>"

typedef struct {
  ModulePeer *peer;
  XmppDisplayedModule *displayed;
  XmppJid *romeo;
  GString *log;
} Fixture;

static void
displayed_cb (XmppDisplayedModule *module, XmppJid *chat, const char *id, Fixture *f)
{
  g_string_append_printf (f->log, "%s %s;", xmpp_jid_get_string (chat), id);
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
  const GType types[] = { XMPP_TYPE_DISPLAYED_MODULE, G_TYPE_INVALID };

  f->peer = module_peer_new (types);
  f->displayed = xmpp_session_get_module (f->peer->session, XMPP_TYPE_DISPLAYED_MODULE);
  f->romeo = xmpp_jid_new ("romeo@b.test/x", NULL);
  f->log = g_string_new (NULL);
  g_signal_connect (f->displayed, "displayed", G_CALLBACK (displayed_cb), f);
  load_features (f, "<feature var='" OPTIONS "'/>");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  module_peer_assert_silent (f->peer);
  module_peer_free (f->peer);
  xmpp_jid_unref (f->romeo);
  g_string_free (f->log, TRUE);
}

/* The next request is this one. */
static XmppElement *
take (Fixture *f, const char *type, const char *payload)
{
  XmppElement *iq = module_peer_take (f->peer, "iq", NULL);
  g_autoptr (XmppElement) wanted = xmpp_element_parse (payload, -1, NULL);

  g_assert_cmpstr (xmpp_element_get_attribute (iq, "type"), ==, type);
  g_assert_true (xmpp_element_equal (wanted, xmpp_element_get_child (iq, 0)));
  return iq;
}

static void
answer (Fixture *f, const char *type, const char *payload, const char *kind, const char *content)
{
  g_autoptr (XmppElement) iq = take (f, type, payload);

  module_peer_answer (f->peer, iq, kind, content);
}

/* The server's features are asked for first; that is not what is tried here. */
static void
bind_fresh (Fixture *f)
{
  module_peer_online (f->peer, FALSE);
  g_ptr_array_remove_range (f->peer->sent, 0, 2);
}

static void
assert_log (Fixture *f, const char *wanted)
{
  g_assert_cmpstr (f->log->str, ==, wanted);
  g_string_truncate (f->log, 0);
}

static void
event (Fixture *f, const char *from, const char *node, const char *items)
{
  module_peer_say (f->peer, "<message %s to='juliet@a.test/balcony' type='headline'><event xmlns='" XMPP_NS_PUBSUB_EVENT "'><items node='%s'>%s"
                   "</items></event></message>", from, node, items);
}

static void
test_publish (Fixture *f, gconstpointer data)
{
  module_peer_online (f->peer, TRUE);
  g_assert_true (xmpp_displayed_module_publish (f->displayed, f->romeo, "17"));
  answer (f, "set", PUBLISH, "result", "");
}

/* A node that others may read is closed before anything is put there. */
static void
test_open_node (Fixture *f, gconstpointer data)
{
  module_peer_online (f->peer, TRUE);
  g_assert_true (xmpp_displayed_module_publish (f->displayed, f->romeo, "17"));
  answer (f, "set", PUBLISH, "error", CONFLICT);
  answer (f, "set", CONFIGURE, "result", "");
  answer (f, "set", PUBLISH, "error", CONFLICT);
  module_peer_assert_silent (f->peer);
  g_assert_true (xmpp_displayed_module_publish (f->displayed, f->romeo, "17"));
  answer (f, "set", PUBLISH, "error", CONFLICT);
  answer (f, "set", CONFIGURE, "error", "<error type='auth'><forbidden xmlns='" XMPP_NS_STANZAS "'/></error>");
  module_peer_assert_silent (f->peer);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  module_peer_online (f->peer, TRUE);
  g_assert_true (xmpp_displayed_module_publish (f->displayed, f->romeo, "17"));
  answer (f, "set", PUBLISH, "error", "<error type='auth'><forbidden xmlns='" XMPP_NS_STANZAS "'/></error>");
  module_peer_assert_silent (f->peer);
  g_assert_true (xmpp_displayed_module_publish (f->displayed, f->romeo, "17"));
  answer (f, "set", PUBLISH, "error", CONSTRAINT);
  answer (f, "set", CREATE, "error", "<error type='auth'><forbidden xmlns='" XMPP_NS_STANZAS "'/></error>");
  module_peer_assert_silent (f->peer);
}

/* A server that takes not all of the options when something is published takes them for the node; what must be private is said
 * all the same. */
static void
test_few_options (Fixture *f, gconstpointer data)
{
  module_peer_online (f->peer, TRUE);
  g_assert_true (xmpp_displayed_module_publish (f->displayed, f->romeo, "17"));
  answer (f, "set", PUBLISH, "error", CONSTRAINT);
  answer (f, "set", CREATE, "error", "<error type='cancel'><conflict xmlns='" XMPP_NS_STANZAS "'/></error>");
  answer (f, "set", CONFIGURE, "result", "");
  answer (f, "set", PUBLISH_WITH (""), "result", "");
  g_assert_true (xmpp_displayed_module_publish (f->displayed, f->romeo, "17"));
  answer (f, "set", PUBLISH_WITH (""), "error", CONSTRAINT);
  module_peer_assert_silent (f->peer);
  module_peer_offline (f->peer);
  bind_fresh (f);
  answer (f, "get", FETCH, "result", "");
  g_assert_true (xmpp_displayed_module_publish (f->displayed, f->romeo, "17"));
  answer (f, "set", PUBLISH, "error", CONSTRAINT);
  answer (f, "set", CREATE, "result", "");
  answer (f, "set", PUBLISH_WITH (""), "result", "");
}

/* A server that knows no options would let everybody read it. */
static void
test_no_options (Fixture *f, gconstpointer data)
{
  load_features (f, "<feature var='" XMPP_NS_PUBSUB "#publish'/>");
  bind_fresh (f);
  g_assert_false (xmpp_displayed_module_get_available (f->displayed));
  g_assert_false (xmpp_displayed_module_publish (f->displayed, f->romeo, "17"));
}

static void
test_offline (Fixture *f, gconstpointer data)
{
  g_assert_false (xmpp_displayed_module_publish (f->displayed, f->romeo, "17"));
  module_peer_online (f->peer, TRUE);
  g_assert_true (xmpp_displayed_module_publish (f->displayed, f->romeo, "17"));
  module_peer_offline (f->peer);
  g_ptr_array_set_size (f->peer->sent, 0);
}

static void
test_events (Fixture *f, gconstpointer data)
{
  module_peer_online (f->peer, TRUE);
  event (f, "from='juliet@a.test'", XMPP_NS_MDS, ITEM ("romeo@b.test", "juliet@a.test", "1"));
  event (f, "", XMPP_NS_MDS, ITEM ("romeo@b.test", "Juliet@A.test", "2") ITEM ("nurse@a.test", "juliet@a.test", "3"));
  assert_log (f, "romeo@b.test 1;romeo@b.test 2;nurse@a.test 3;");
}

static void
test_forged (Fixture *f, gconstpointer data)
{
  static const char *const senders[] = { "from='romeo@b.test'", "from='romeo@b.test/x'", "from='a.test'", "from='juliet@a.test/other'", "from='mallory@x.test'" };

  module_peer_online (f->peer, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (senders); i++)
    event (f, senders[i], XMPP_NS_MDS, ITEM ("romeo@b.test", "juliet@a.test", "1"));
  assert_log (f, "");
}

static void
test_odd_items (Fixture *f, gconstpointer data)
{
  module_peer_online (f->peer, TRUE);
  event (f, "", "urn:xmpp:bookmarks:1", ITEM ("romeo@b.test", "juliet@a.test", "1"));
  event (f, "", XMPP_NS_MDS, "<retract id='romeo@b.test'/><item/><item id='romeo@b.test'/><item id='romeo@b.test'><displayed xmlns='" XMPP_NS_MDS "'/></item>");
  event (f, "", XMPP_NS_MDS, ITEM ("@", "juliet@a.test", "1") ITEM ("romeo@b.test", "romeo@b.test", "1") ITEM ("romeo@b.test", "juliet@a.test", "")
         ITEM ("room@muc.b.test/nick", "juliet@a.test", "1") "<item id='romeo@b.test'>" "<displayed xmlns='" XMPP_NS_MDS "'>"
         "<stanza-id xmlns='" XMPP_NS_SID "' by='juliet@a.test' id='1'/><stanza-id xmlns='" XMPP_NS_SID "' by='juliet@a.test' id='2'/></displayed></item>");
  assert_log (f, "");
}

static void
test_fetched (Fixture *f, gconstpointer data)
{
  bind_fresh (f);
  answer (f, "get", FETCH, "result", "<pubsub xmlns='" XMPP_NS_PUBSUB "'><items node='" XMPP_NS_MDS "'>" ITEM ("romeo@b.test", "juliet@a.test", "1")
          ITEM ("room@muc.b.test", "room@muc.b.test", "2") ITEM ("nurse@a.test", "juliet@a.test", "3") "</items></pubsub>");
  assert_log (f, "romeo@b.test 1;nurse@a.test 3;");
  module_peer_offline (f->peer);
  module_peer_online (f->peer, TRUE);
  g_ptr_array_set_size (f->peer->sent, 0);       /* the features that were not answered */
}

/* The link is lost before the answer: it is asked for again; a node that is not there yet is an answer. */
static void
test_fetched_again (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppElement) lost = NULL;

  bind_fresh (f);
  lost = take (f, "get", FETCH);
  module_peer_offline (f->peer);
  module_peer_online (f->peer, TRUE);
  g_ptr_array_remove_range (f->peer->sent, 0, 2);
  answer (f, "get", FETCH, "error", "<error type='cancel'><item-not-found xmlns='" XMPP_NS_STANZAS "'/></error>");
  module_peer_offline (f->peer);
  module_peer_online (f->peer, TRUE);
  g_ptr_array_remove_range (f->peer->sent, 0, 2);
  assert_log (f, "");
}

/* The first time ever, what the server can do is known only after it was asked. */
static void
test_fetched_when_known (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppElement) server = NULL, account = NULL;

  load_features (f, "");
  module_peer_online (f->peer, FALSE);
  server = module_peer_take (f->peer, "iq", "a.test");
  account = module_peer_take (f->peer, "iq", "juliet@a.test");
  module_peer_assert_silent (f->peer);
  module_peer_answer (f->peer, account, "result", "<query xmlns='" XMPP_NS_DISCO_INFO "'><feature var='" OPTIONS "'/></query>");
  module_peer_answer (f->peer, server, "result", "<query xmlns='" XMPP_NS_DISCO_INFO "'/>");
  answer (f, "get", FETCH, "result", "");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/displayed/publish", test_publish);
  ADD ("/displayed/S-10/open-node", test_open_node);
  ADD ("/displayed/S-10/refused", test_refused);
  ADD ("/displayed/S-10/few-options", test_few_options);
  ADD ("/displayed/S-10/no-options", test_no_options);
  ADD ("/displayed/offline", test_offline);
  ADD ("/displayed/events", test_events);
  ADD ("/displayed/S-09/forged", test_forged);
  ADD ("/displayed/S-16/odd-items", test_odd_items);
  ADD ("/displayed/fetched", test_fetched);
  ADD ("/displayed/fetched-again", test_fetched_again);
  ADD ("/displayed/fetched-when-known", test_fetched_when_known);
  return g_test_run ();
}
