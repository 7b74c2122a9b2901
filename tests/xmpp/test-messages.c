/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "module-peer.h"
#include "xmpp-message-module.h"
#include "xmpp-ns.h"
#include "xmpp-session-link.h"

/* Which messages are handed on, and that none is ever answered. */

static void
message_cb (XmppMessageModule *module, XmppMessage *message, XmppElement *stanza, guint64 ticket, GString *log)
{
  g_string_append_printf (log, "%s;", message->id);
}

static void
check (const char *stanza, const char *wanted)
{
  const GType types[] = { XMPP_TYPE_MESSAGE_MODULE, G_TYPE_INVALID };
  ModulePeer *peer = module_peer_new (types);
  g_autoptr (GString) log = g_string_new (NULL);

  g_signal_connect (xmpp_session_get_module (peer->session, XMPP_TYPE_MESSAGE_MODULE), "message", G_CALLBACK (message_cb), log);
  module_peer_online (peer, FALSE);
  peer->session->ticket = XMPP_SESSION_UNCOUNTED;
  module_peer_say (peer, "%s", stanza);
  peer->session->ticket = 0;
  g_assert_cmpstr (log->str, ==, wanted);
  module_peer_assert_silent (peer);
  module_peer_free (peer);
}

#define BODY "><body>x</body></message>"

static void
test_types (void)
{
  check ("<message from='r@b.test/x' id='1' type='chat'" BODY "<message from='r@b.test/x' id='2'" BODY
         "<message from='r@b.test/x' id='3' type='normal'" BODY "<message from='r@b.test/x' id='4' type='headline'" BODY
         "<message from='r@b.test/x' id='5' type='nonsense'" BODY, "1;2;3;4;5;");
}

static void
test_rooms (void)
{
  check ("<message from='room@b.test/x' id='1' type='groupchat'" BODY
         "<message from='room@b.test' id='2'><x xmlns='http://jabber.org/protocol/muc#user'><invite from='r@b.test'/></x></message>"
         "<message from='r@b.test' id='3'><x xmlns='jabber:x:conference' jid='room@b.test'/></message>", "");
}

/* An answer to an error would go on for ever (RFC 6120 §8.3.1). */
static void
test_errors (void)
{
  check ("<message from='r@b.test' id='1' type='error'><error type='cancel'>"
         "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>", "1;");
}

/* XEP-0478: what a server says of itself, as far as that can be. */
static void
test_max_bytes (void)
{
  static const struct { const char *content; guint bytes; } rows[] = {
    { "", 0 }, { "<limits xmlns='urn:xmpp:stream-limits:0'/>", 0 },
    { "<limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>262144</max-bytes><idle-seconds>1800</idle-seconds></limits>", 262144 },
    { "<limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>10</max-bytes></limits>", 10000 },
    { "<limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>0</max-bytes></limits>", 0 },
    { "<limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>-1</max-bytes></limits>", 0 },
    { "<limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>many</max-bytes></limits>", 0 },
    { "<limits xmlns='urn:other'><max-bytes>262144</max-bytes></limits>", 0 },
  };
  const GType types[] = { XMPP_TYPE_MESSAGE_MODULE, G_TYPE_INVALID };
  ModulePeer *peer = module_peer_new (types);

  g_assert_cmpuint (xmpp_session_get_max_bytes (peer->session), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *xml = g_strdup_printf ("<features xmlns='" XMPP_NS_STREAM "'>%s</features>", rows[i].content);

    g_clear_pointer (&peer->session->features, xmpp_element_unref);
    peer->session->features = xmpp_element_parse (xml, -1, NULL);
    g_assert_cmpuint (xmpp_session_get_max_bytes (peer->session), ==, rows[i].bytes);
  }
  module_peer_free (peer);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/messages/types", test_types);
  g_test_add_func ("/messages/rooms", test_rooms);
  g_test_add_func ("/messages/errors", test_errors);
  g_test_add_func ("/messages/max-bytes", test_max_bytes);
  return g_test_run ();
}
