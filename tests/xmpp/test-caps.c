/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "module-peer.h"
#include "xmpp-caps-module.h"
#include "xmpp-disco-info.h"
#include "xmpp-ns.h"

/* Entity capabilities: who is asked, what is believed, of whom, and for how long. */

#define ROSTER "<item jid='romeo@b.test' subscription='both'/><item jid='nurse@b.test' subscription='from'/>" \
  "<item jid='tybalt@b.test' subscription='to'/><item jid='paris@b.test' subscription='none'/>"
#define INFO "<query xmlns='" XMPP_NS_DISCO_INFO "'>" \
  "<identity category='client' type='pc' name='%s'/><feature var='urn:xmpp:receipts'/></query>"

typedef struct {
  ModulePeer *peer;
  XmppCapsModule *caps;
  GString *known;           /* addresses, a space after each */
  GPtrArray *seen;          /* "hash ver", and the answer as text */
} Fixture;

static void
known_cb (XmppCapsModule *module, XmppJid *jid, Fixture *f)
{
  g_string_append_printf (f->known, "%s ", xmpp_jid_get_string (jid));
  g_assert_true (xmpp_caps_module_has_feature (module, jid, "urn:xmpp:receipts"));
}

static void
seen_cb (XmppCapsModule *module, const char *hash, const char *ver, XmppElement *info, Fixture *f)
{
  g_ptr_array_add (f->seen, g_strdup_printf ("%s %s", hash, ver));
  g_ptr_array_add (f->seen, xmpp_element_to_string (info));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  const GType modules[] = { XMPP_TYPE_CAPS_MODULE, G_TYPE_INVALID };

  f->peer = module_peer_new (modules);
  f->caps = xmpp_session_get_module (f->peer->session, XMPP_TYPE_CAPS_MODULE);
  f->known = g_string_new (NULL);
  f->seen = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (f->caps, "features-known", G_CALLBACK (known_cb), f);
  g_signal_connect (f->caps, "seen", G_CALLBACK (seen_cb), f);
  module_peer_online (f->peer, FALSE);
  module_peer_give_roster (f->peer, ROSTER);
  module_peer_assert_silent (f->peer);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  module_peer_free (f->peer);
  g_string_free (f->known, TRUE);
  g_ptr_array_unref (f->seen);
}

/* The answer of a client of this name, and its verification string. */
static char *
make_info (const char *name)
{
  return g_strdup_printf (INFO, name);
}

static char *
make_ver (const char *name, const char *hash)
{
  g_autofree char *xml = make_info (name);
  g_autoptr (XmppElement) query = xmpp_element_parse (xml, -1, NULL);
  g_autoptr (XmppDiscoInfo) info = xmpp_disco_info_parse (query, NULL);

  return xmpp_disco_info_compute_ver (info, hash);
}

static void
announce (Fixture *f, const char *from, const char *name)
{
  g_autofree char *ver = make_ver (name, "sha-1");

  module_peer_say (f->peer, "<presence from='%s'><c xmlns='" XMPP_NS_CAPS "' hash='sha-1' node='urn:n' ver='%s'/></presence>",
                   from, ver);
}

static void
answer (Fixture *f, const char *to, const char *name)
{
  g_autoptr (XmppElement) iq = module_peer_take (f->peer, "iq", to);
  g_autofree char *info = make_info (name);

  module_peer_answer (f->peer, iq, "result", info);
}

static gboolean
has (Fixture *f, const char *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);

  return xmpp_caps_module_has_feature (f->caps, jid, "urn:xmpp:receipts");
}

static void
assert_known (Fixture *f, const char *addresses)
{
  g_assert_cmpstr (f->known->str, ==, addresses);
  g_string_truncate (f->known, 0);
}

/* One is asked, with node#ver, and all profit. */
static void
test_once (Fixture *f, gconstpointer data)
{
  g_autofree char *ver = make_ver ("x", "sha-1");
  g_autofree char *node = g_strconcat ("urn:n#", ver, NULL);
  g_autofree char *info = make_info ("x");
  g_autoptr (XmppElement) iq = NULL;
  XmppElement *query;

  announce (f, "romeo@b.test/1", "x");
  announce (f, "romeo@b.test/2", "x");
  announce (f, "nurse@b.test/1", "x");
  iq = module_peer_take (f->peer, "iq", "romeo@b.test/1");
  module_peer_assert_silent (f->peer);
  g_assert_cmpstr (xmpp_element_get_attribute (iq, "type"), ==, "get");
  query = xmpp_element_find_child (iq, XMPP_NS_DISCO_INFO, "query");
  g_assert_cmpstr (xmpp_element_get_attribute (query, "node"), ==, node);
  g_assert_false (has (f, "romeo@b.test/1"));
  assert_known (f, "");

  module_peer_answer (f->peer, iq, "result", info);
  assert_known (f, "romeo@b.test/1 romeo@b.test/2 nurse@b.test/1 ");
  g_assert_true (has (f, "nurse@b.test/1"));
  g_assert_false (has (f, "nurse@b.test/2"));
  g_assert_false (has (f, "nurse@b.test"));
  g_assert_cmpuint (f->seen->len, ==, 2);

  announce (f, "romeo@b.test/3", "x");
  assert_known (f, "romeo@b.test/3 ");
  announce (f, "romeo@b.test/3", "x");
  assert_known (f, "");
  module_peer_assert_silent (f->peer);
  g_assert_cmpuint (f->seen->len, ==, 2);
}

/* A wrong answer counts for the one who gave it only, and the next one is asked. */
static void
test_mismatch (Fixture *f, gconstpointer data)
{
  announce (f, "romeo@b.test/1", "x");
  announce (f, "nurse@b.test/1", "x");
  announce (f, "nurse@b.test/2", "x");
  answer (f, "romeo@b.test/1", "liar");
  assert_known (f, "romeo@b.test/1 ");
  g_assert_false (has (f, "nurse@b.test/1"));
  g_assert_cmpuint (f->seen->len, ==, 0);
  answer (f, "nurse@b.test/1", "x");
  assert_known (f, "nurse@b.test/1 nurse@b.test/2 ");
  module_peer_assert_silent (f->peer);
  g_assert_cmpuint (f->seen->len, ==, 2);
}

static void
test_ill_formed (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppElement) iq = NULL;

  announce (f, "romeo@b.test/1", "x");
  announce (f, "romeo@b.test/2", "x");
  iq = module_peer_take (f->peer, "iq", "romeo@b.test/1");
  module_peer_answer (f->peer, iq, "result", "<query xmlns='" XMPP_NS_DISCO_INFO "'><identity category='client' type='pc' name='x'/>"
                      "<feature var='urn:xmpp:receipts'/><feature var='urn:xmpp:receipts'/></query>");
  assert_known (f, "romeo@b.test/1 ");
  g_assert_cmpuint (f->seen->len, ==, 0);
  answer (f, "romeo@b.test/2", "x");
  g_assert_cmpuint (f->seen->len, ==, 2);
}

/* Nothing can be proved with a hash function that we do not know: each is asked for itself. */
static void
test_unknown_hash (Fixture *f, gconstpointer data)
{
  for (guint i = 1; i <= 2; i++)
    module_peer_say (f->peer, "<presence from='romeo@b.test/%u'><c xmlns='" XMPP_NS_CAPS "' hash='md5' node='urn:n' ver='a'/></presence>", i);
  answer (f, "romeo@b.test/1", "x");
  assert_known (f, "romeo@b.test/1 ");
  answer (f, "romeo@b.test/2", "x");
  assert_known (f, "romeo@b.test/2 ");
  g_assert_cmpuint (f->seen->len, ==, 0);
}

static void
test_unknown_hash_changes (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppElement) iq = NULL;
  g_autofree char *info = make_info ("x");

  module_peer_say (f->peer, "<presence from='romeo@b.test/1'><c xmlns='" XMPP_NS_CAPS "' hash='md5' node='urn:n' ver='a'/></presence>");
  iq = module_peer_take (f->peer, "iq", "romeo@b.test/1");
  module_peer_say (f->peer, "<presence from='romeo@b.test/1'><c xmlns='" XMPP_NS_CAPS "' hash='md5' node='urn:n' ver='b'/></presence>");
  module_peer_answer (f->peer, iq, "result", info);
  assert_known (f, "");
  answer (f, "romeo@b.test/1", "x");
  assert_known (f, "romeo@b.test/1 ");
}

static void
test_other_hash (Fixture *f, gconstpointer data)
{
  g_autofree char *ver = make_ver ("x", "sha-256");

  module_peer_say (f->peer, "<presence from='romeo@b.test/1'><c xmlns='" XMPP_NS_CAPS "' hash='sha-256' node='urn:n' ver='%s'/></presence>", ver);
  answer (f, "romeo@b.test/1", "x");
  g_assert_cmpuint (f->seen->len, ==, 2);
  g_assert_true (g_str_has_prefix (f->seen->pdata[0], "sha-256 "));
}

static void
test_errors (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppElement) first = NULL, second = NULL, third = NULL;

  announce (f, "romeo@b.test/1", "x");
  announce (f, "romeo@b.test/2", "x");
  announce (f, "romeo@b.test/3", "x");
  announce (f, "romeo@b.test/4", "x");
  first = module_peer_take (f->peer, "iq", "romeo@b.test/1");
  module_peer_answer (f->peer, first, "error", "<error type='cancel'><item-not-found xmlns='" XMPP_NS_STANZAS "'/></error>");
  second = module_peer_take (f->peer, "iq", "romeo@b.test/2");
  module_peer_answer (f->peer, second, "result", "");
  third = module_peer_take (f->peer, "iq", "romeo@b.test/3");
  module_peer_answer (f->peer, third, "result", "<query xmlns='" XMPP_NS_DISCO_ITEMS "'/>");
  assert_known (f, "");
  answer (f, "romeo@b.test/4", "x");
  /* In the end it is known of those who could not say it too. */
  assert_known (f, "romeo@b.test/1 romeo@b.test/2 romeo@b.test/3 romeo@b.test/4 ");
  module_peer_assert_silent (f->peer);
}

/* To be asked is to be told that we are there. */
static void
test_who_is_asked (Fixture *f, gconstpointer data)
{
  announce (f, "tybalt@b.test/1", "x");
  announce (f, "paris@b.test/1", "x");
  announce (f, "stranger@b.test/1", "x");
  announce (f, "juliet@a.test/balcony", "x");
  module_peer_assert_silent (f->peer);
  announce (f, "juliet@a.test/phone", "x");
  answer (f, "juliet@a.test/phone", "x");
  assert_known (f, "tybalt@b.test/1 juliet@a.test/phone ");
}

static void
test_forget (Fixture *f, gconstpointer data)
{
  announce (f, "romeo@b.test/1", "x");
  answer (f, "romeo@b.test/1", "x");
  announce (f, "romeo@b.test/2", "x");
  /* Presence without <c/> changes nothing, for a server may leave it out. */
  module_peer_say (f->peer, "<presence from='romeo@b.test/1'><show>away</show></presence>");
  g_assert_true (has (f, "romeo@b.test/1"));
  module_peer_say (f->peer, "<presence from='romeo@b.test/1' type='unavailable'/>");
  g_assert_false (has (f, "romeo@b.test/1"));
  g_assert_true (has (f, "romeo@b.test/2"));
  announce (f, "romeo@b.test/1", "x");
  module_peer_say (f->peer, "<presence from='romeo@b.test' type='unavailable'/>");
  g_assert_false (has (f, "romeo@b.test/1"));
  g_assert_false (has (f, "romeo@b.test/2"));
  announce (f, "romeo@b.test/1", "x");
  /* The old format, and what is too long to be true. */
  module_peer_say (f->peer, "<presence from='romeo@b.test/1'><c xmlns='" XMPP_NS_CAPS "' node='urn:n' ver='1.0'/></presence>");
  g_assert_false (has (f, "romeo@b.test/1"));
  module_peer_say (f->peer, "<presence from='romeo@b.test/1'><c xmlns='" XMPP_NS_CAPS "' hash='sha-1' node='urn:n' ver='%0200d'/></presence>", 1);
  module_peer_assert_silent (f->peer);
}

/* It changed while it was asked: the answer is not about what it is now. */
static void
test_change (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppElement) iq = NULL;
  g_autofree char *wrong = make_info ("wrong");

  announce (f, "romeo@b.test/1", "x");
  iq = module_peer_take (f->peer, "iq", "romeo@b.test/1");
  announce (f, "romeo@b.test/1", "y");
  module_peer_answer (f->peer, iq, "result", wrong);
  assert_known (f, "");
  g_assert_false (has (f, "romeo@b.test/1"));
  answer (f, "romeo@b.test/1", "y");
  assert_known (f, "romeo@b.test/1 ");
}

static void
test_gone_meanwhile (Fixture *f, gconstpointer data)
{
  announce (f, "romeo@b.test/1", "x");
  module_peer_say (f->peer, "<presence from='romeo@b.test/1' type='unavailable'/>");
  answer (f, "romeo@b.test/1", "x");
  assert_known (f, "");
  g_assert_false (has (f, "romeo@b.test/1"));
  announce (f, "romeo@b.test/1", "x");
  g_assert_true (has (f, "romeo@b.test/1"));
}

/* A fresh session knows nobody, a resumed one goes on where it was. */
static void
test_reconnect (Fixture *f, gconstpointer data)
{
  gboolean resumed = GPOINTER_TO_INT (data);

  announce (f, "romeo@b.test/1", "x");
  answer (f, "romeo@b.test/1", "x");
  announce (f, "romeo@b.test/2", "y");
  g_ptr_array_set_size (f->peer->sent, 0);
  assert_known (f, "romeo@b.test/1 ");
  module_peer_offline (f->peer);
  module_peer_assert_silent (f->peer);
  module_peer_online (f->peer, resumed);
  if (resumed) {
    g_assert_true (has (f, "romeo@b.test/1"));
    answer (f, "romeo@b.test/2", "y");
    assert_known (f, "romeo@b.test/2 ");
  } else {
    g_assert_false (has (f, "romeo@b.test/1"));
    module_peer_give_roster (f->peer, ROSTER);
    module_peer_assert_silent (f->peer);
    announce (f, "romeo@b.test/1", "x");
    assert_known (f, "romeo@b.test/1 ");
  }
}

/* A few questions at a time, a few resources of one contact. */
static void
test_bounds (Fixture *f, gconstpointer data)
{
  guint n_asked = 0;

  for (guint i = 0; i < 10000; i++) {
    g_autofree char *from = g_strdup_printf ("romeo@b.test/%u", i), *name = g_strdup_printf ("%u", i);

    announce (f, from, name);
  }
  g_assert_cmpuint (f->peer->sent->len, ==, 4);
  for (; f->peer->sent->len > 0; n_asked++) {
    g_autofree char *from = g_strdup_printf ("romeo@b.test/%u", n_asked), *name = g_strdup_printf ("%u", n_asked);

    g_assert_cmpuint (f->peer->sent->len, <=, 4);
    answer (f, from, name);
  }
  g_assert_cmpuint (n_asked, ==, 20);
  g_assert_true (has (f, "romeo@b.test/19"));
}

/* Another version each time: what is no longer announced is not asked for. */
static void
test_flood_of_versions (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 1000; i++) {
    g_autofree char *name = g_strdup_printf ("%u", i);

    announce (f, "romeo@b.test/1", name);
  }
  g_assert_cmpuint (f->peer->sent->len, ==, 4);
  for (guint i = 0; i < 4; i++)
    answer (f, "romeo@b.test/1", "0");
  assert_known (f, "");
  answer (f, "romeo@b.test/1", "999");
  assert_known (f, "romeo@b.test/1 ");
  module_peer_assert_silent (f->peer);
}

static void
test_least_recent_goes (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i <= XMPP_CAPS_MOST_VERIFIED; i++) {
    g_autofree char *name = g_strdup_printf ("%u", i);

    announce (f, "romeo@b.test/1", name);
    answer (f, "romeo@b.test/1", name);
    announce (f, "romeo@b.test/2", "0");      /* met all the time */
    module_peer_say (f->peer, "<presence from='romeo@b.test/2' type='unavailable'/>");
  }
  module_peer_assert_silent (f->peer);
  g_string_truncate (f->known, 0);
  announce (f, "romeo@b.test/3", "0");
  announce (f, "romeo@b.test/4", "2");
  assert_known (f, "romeo@b.test/3 romeo@b.test/4 ");
  announce (f, "romeo@b.test/5", "1");
  answer (f, "romeo@b.test/5", "1");
}

/* What was seen once is known at the next start without asking, if it is still what it was. */
static void
test_load (Fixture *f, gconstpointer data)
{
  g_autofree char *x = make_ver ("x", "sha-1"), *y = make_ver ("y", "sha-1"), *z = make_ver ("z", "sha-1");
  g_autofree char *info_x = make_info ("x"), *info_y = make_info ("y");

  xmpp_caps_module_load (f->caps, "sha-1", x, info_x);
  xmpp_caps_module_load (f->caps, "sha-1", y, info_x);
  xmpp_caps_module_load (f->caps, "sha-1", z, "<broken");
  g_assert_cmpuint (f->seen->len, ==, 0);
  announce (f, "romeo@b.test/1", "x");
  assert_known (f, "romeo@b.test/1 ");
  g_assert_cmpuint (f->seen->len, ==, 2);
  announce (f, "romeo@b.test/2", "x");
  g_assert_cmpuint (f->seen->len, ==, 2);
  assert_known (f, "romeo@b.test/2 ");
  announce (f, "romeo@b.test/3", "y");
  answer (f, "romeo@b.test/3", "y");
  g_assert_cmpuint (f->seen->len, ==, 4);
  announce (f, "romeo@b.test/4", "z");
  answer (f, "romeo@b.test/4", "z");
  g_assert_cmpuint (f->seen->len, ==, 6);
  /* What is known is not overwritten. */
  xmpp_caps_module_load (f->caps, "sha-1", x, info_y);
  announce (f, "nurse@b.test/1", "x");
  module_peer_assert_silent (f->peer);
}

/* The first ones, which were met last, and no more than are kept. */
static void
test_load_many (Fixture *f, gconstpointer data)
{
  g_autofree char *x = make_ver ("x", "sha-1"), *z = make_ver ("z", "sha-1");
  g_autofree char *info_x = make_info ("x"), *info_z = make_info ("z");

  xmpp_caps_module_load (f->caps, "sha-1", x, info_x);
  for (guint i = 1; i < XMPP_CAPS_MOST_VERIFIED; i++) {
    g_autofree char *ver = g_strdup_printf ("%u", i);

    xmpp_caps_module_load (f->caps, "sha-1", ver, info_x);
  }
  xmpp_caps_module_load (f->caps, "sha-1", z, info_z);
  announce (f, "romeo@b.test/1", "z");
  answer (f, "romeo@b.test/1", "z");        /* in place of the one loaded last */
  announce (f, "romeo@b.test/2", "x");
  assert_known (f, "romeo@b.test/1 romeo@b.test/2 ");
}

/* A wrong answer does not undo what was proved meanwhile. */
static void
test_late_mismatch (Fixture *f, gconstpointer data)
{
  g_autofree char *x = make_ver ("x", "sha-1"), *info = make_info ("x");
  g_autoptr (XmppElement) iq = NULL;

  announce (f, "romeo@b.test/1", "x");
  iq = module_peer_take (f->peer, "iq", "romeo@b.test/1");
  xmpp_caps_module_load (f->caps, "sha-1", x, info);
  module_peer_say (f->peer, "<presence from='romeo@b.test/1' type='unavailable'/>");
  announce (f, "romeo@b.test/1", "x");
  assert_known (f, "romeo@b.test/1 ");
  module_peer_answer (f->peer, iq, "result", "<query xmlns='" XMPP_NS_DISCO_INFO "'><feature var='urn:other'/></query>");
  assert_known (f, "");
  g_assert_true (has (f, "romeo@b.test/1"));
}

/* What "seen" gave is what load () takes, with all that has to be escaped. */
static void
test_store_and_load (Fixture *f, gconstpointer data)
{
  g_auto (GStrv) words = NULL;
  Fixture other = { 0 };

  announce (f, "romeo@b.test/1", "&amp;&#xA;\xE2\x80\x99&gt;");
  answer (f, "romeo@b.test/1", "&amp;&#xA;\xE2\x80\x99&gt;");
  words = g_strsplit (f->seen->pdata[0], " ", -1);
  set_up (&other, NULL);
  xmpp_caps_module_load (other.caps, words[0], words[1], f->seen->pdata[1]);
  announce (&other, "romeo@b.test/2", "&amp;&#xA;\xE2\x80\x99&gt;");
  assert_known (&other, "romeo@b.test/2 ");
  tear_down (&other, NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func, data) g_test_add (path, Fixture, data, set_up, func, tear_down)
  ADD ("/caps/once", test_once, NULL);
  ADD ("/caps/S-22/mismatch", test_mismatch, NULL);
  ADD ("/caps/S-22/ill-formed", test_ill_formed, NULL);
  ADD ("/caps/S-22/unknown-hash", test_unknown_hash, NULL);
  ADD ("/caps/S-22/unknown-hash-changes", test_unknown_hash_changes, NULL);
  ADD ("/caps/S-22/late-mismatch", test_late_mismatch, NULL);
  ADD ("/caps/other-hash", test_other_hash, NULL);
  ADD ("/caps/errors", test_errors, NULL);
  ADD ("/caps/S-110/who-is-asked", test_who_is_asked, NULL);
  ADD ("/caps/forget", test_forget, NULL);
  ADD ("/caps/change", test_change, NULL);
  ADD ("/caps/gone-meanwhile", test_gone_meanwhile, NULL);
  ADD ("/caps/fresh", test_reconnect, GINT_TO_POINTER (FALSE));
  ADD ("/caps/resumed", test_reconnect, GINT_TO_POINTER (TRUE));
  ADD ("/caps/bounds", test_bounds, NULL);
  ADD ("/caps/flood-of-versions", test_flood_of_versions, NULL);
  ADD ("/caps/least-recent-goes", test_least_recent_goes, NULL);
  ADD ("/caps/S-22/load", test_load, NULL);
  ADD ("/caps/load-many", test_load_many, NULL);
  ADD ("/caps/store-and-load", test_store_and_load, NULL);

  return g_test_run ();
}
