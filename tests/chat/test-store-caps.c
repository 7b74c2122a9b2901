/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-test.h"
#include "chat-migrate.h"
#include "chat-store-caps.h"
#include "xmpp-disco-info.h"
#include "xmpp-ns.h"
#include "xmpp-session-private.h"

/* What versions of clients can do, from one start of the program to the next. */

#define INFO "<query xmlns='" XMPP_NS_DISCO_INFO "'><identity category='client' type='pc' name='%s'/><feature var='urn:test'/></query>"

static XmppSession *
session_new (ChatStore *store)
{
  const GType types[] = { XMPP_TYPE_CAPS_MODULE, G_TYPE_INVALID };
  g_autoptr (XmppJid) account = xmpp_jid_new ("juliet@a.test", NULL);
  XmppSession *session = xmpp_session_new (account, types);

  chat_store_keep_caps (store, xmpp_session_get_module (session, XMPP_TYPE_CAPS_MODULE));
  return session;
}

static XmppDiscoInfo *
make_info (const char *name)
{
  g_autofree char *text = g_strdup_printf (INFO, name);
  g_autoptr (XmppElement) query = xmpp_element_parse (text, -1, NULL);

  return xmpp_disco_info_parse (query, NULL);
}

static void
see (XmppSession *session, const char *name)
{
  g_autoptr (XmppDiscoInfo) info = make_info (name);
  g_autofree char *ver = xmpp_disco_info_compute_ver (info, "sha-1");

  g_signal_emit_by_name (xmpp_session_get_module (session, XMPP_TYPE_CAPS_MODULE), "seen", "sha-1", ver,
                         xmpp_disco_info_get_element (info));
}

/* Whether another device of ours that announces this client is known without asking. */
static gboolean
knows (XmppSession *session, const char *name)
{
  g_autoptr (XmppDiscoInfo) info = make_info (name);
  g_autofree char *ver = xmpp_disco_info_compute_ver (info, "sha-1");
  g_autofree char *text = g_strdup_printf ("<presence xmlns='jabber:client' from='juliet@a.test/%s'><c xmlns='" XMPP_NS_CAPS
                                           "' node='n' hash='sha-1' ver='%s'/></presence>", ver, ver);
  g_autoptr (XmppElement) presence = xmpp_element_parse (text, -1, NULL);
  g_autoptr (XmppElement) gone = xmpp_element_copy (presence);
  g_autoptr (XmppJid) jid = xmpp_jid_new (xmpp_element_get_attribute (presence, "from"), NULL);
  gboolean known;

  xmpp_router_dispatch (xmpp_session_get_router (session), presence);
  known = xmpp_caps_module_has_feature (xmpp_session_get_module (session, XMPP_TYPE_CAPS_MODULE), jid, "urn:test");
  xmpp_element_set_attribute (gone, "type", "unavailable");
  xmpp_router_dispatch (xmpp_session_get_router (session), gone);
  return known;
}

static void
test_keep (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  XmppSession *session = session_new (store);

  see (session, "x");
  see (session, "&amp;y");
  see (session, "x");
  store_close (store);
  g_assert_finalize_object (session);
  g_assert_cmpint (query (folder, "SELECT count (*) FROM caps"), ==, 2);

  store = store_open (folder, NULL);
  session = session_new (store);
  g_assert_false (knows (session, "x"));
  wait_for (knows (session, "x"));
  g_assert_false (knows (session, "z"));
  store_close (store);
  g_assert_finalize_object (session);
}

/* The last 300 that were met. */
static void
test_prune (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  XmppSession *session = session_new (store);
  g_autoptr (GString) longest = g_string_new (NULL);

  query (folder, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) "
                 "INSERT INTO caps SELECT 'sha-1', 'v' || i, '', i FROM n");
  see (session, "x");
  for (guint i = 0; i < 20000; i++)
    g_string_append_c (longest, 'l');
  see (session, longest->str);
  store_close (store);
  g_assert_finalize_object (session);
  g_assert_cmpint (query (folder, "SELECT count (*) FROM caps"), ==, 300);
  g_assert_cmpint (query (folder, "SELECT min (used) FROM caps"), ==, 102);
}

/* A session that ends before what was kept is read, and a store that does. */
static void
test_ends_early (void)
{
  g_auto (Folder) folder = folder_new ();
  ChatStore *store = store_open (folder, NULL);
  XmppSession *session = session_new (store);

  see (session, "x");
  g_assert_finalize_object (session);
  store_close (store);
  g_assert_cmpint (query (folder, "SELECT count (*) FROM caps"), ==, 1);

  store = store_open (folder, NULL);
  session = session_new (store);
  store_close (store);
  see (session, "y");
  g_assert_finalize_object (session);
  g_assert_cmpint (query (folder, "SELECT count (*) FROM caps"), ==, 1);
}

/* A database of the first version gets the table, and keeps what it has. */
static void
test_migrate (void)
{
  g_auto (Folder) folder = folder_new ();
  g_auto (GStrv) scripts = chat_migrate_load_scripts ();
  g_autoptr (ChatSnapshot) snapshot = NULL;
  ChatStore *store;
  XmppSession *session;

  folder_migrate (folder, 1);
  query (folder, "INSERT INTO account (jid) VALUES ('juliet@a.test')");
  g_assert_cmpint (query (folder, "PRAGMA user_version"), ==, 1);

  store = store_open (folder, &snapshot);
  g_assert_cmpuint (snapshot->accounts->len, ==, 1);
  session = session_new (store);
  see (session, "x");
  store_close (store);
  g_assert_finalize_object (session);
  g_assert_cmpint (query (folder, "SELECT count (*) FROM caps"), ==, 1);
  g_assert_cmpint (query (folder, "PRAGMA user_version"), ==, g_strv_length (scripts));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store/caps/keep", test_keep);
  g_test_add_func ("/store/caps/prune", test_prune);
  g_test_add_func ("/store/caps/ends-early", test_ends_early);
  g_test_add_func ("/store/caps/R-45/migrate", test_migrate);

  return g_test_run ();
}
