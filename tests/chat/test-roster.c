/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-test.h"
#include "chat-account-private.h"
#include "chat-contact-private.h"
#include "chat-roster.h"
#include "module-peer.h"
#include "xmpp-basics-module.h"
#include "xmpp-presence-module.h"

/* The people of an account, as the server tells of them: what the lists say of it, and how often. */

typedef struct {
  char *folder;
  ChatStore *store;
  ChatAccount *account;
  ChatRoster *roster;
  ModulePeer *peer;
  GString *changes;         /* "position-removed+added " for each items-changed of the contacts */
} Fixture;

static void
changed_cb (GListModel *model, guint position, guint removed, guint added, Fixture *f)
{
  g_string_append_printf (f->changes, "%u-%u+%u ", position, removed, added);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  const GType types[] = { XMPP_TYPE_ROSTER_MODULE, XMPP_TYPE_PRESENCE_MODULE, XMPP_TYPE_TIME_MODULE, G_TYPE_INVALID };
  ChatAccountRow *row = chat_account_row_new ("juliet@a.test");

  f->folder = folder_new ();
  f->store = store_open (f->folder, NULL);
  row->id = store_account (f->store, "juliet@a.test");
  f->account = chat_account_new (f->store, row);
  f->roster = chat_roster_new (f->store);
  f->peer = module_peer_new (types);
  f->changes = g_string_new (NULL);
  g_signal_connect (chat_roster_get_contacts (f->roster), "items-changed", G_CALLBACK (changed_cb), f);
  chat_roster_add_session (f->roster, f->account, f->peer->session);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  chat_roster_flush (f->roster);
  chat_roster_remove_session (f->roster, f->account);
  module_peer_free (f->peer);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->account);
  store_close (f->store);
  folder_remove (f->folder);
  g_string_free (f->changes, TRUE);
}

static void
assert_changes (Fixture *f, const char *changes)
{
  g_assert_cmpstr (f->changes->str, ==, changes);
  g_string_truncate (f->changes, 0);
}

static ChatContact *
find (Fixture *f, const char *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);

  return chat_roster_find (f->roster, f->account, jid);
}

static void
give_people (Fixture *f, guint first, guint n)
{
  g_autoptr (GString) items = g_string_new (NULL);

  for (guint i = first; i < first + n; i++)
    g_string_append_printf (items, "<item jid='contact%u@b.test' subscription='both'/>", i);
  module_peer_online (f->peer, FALSE);
  module_peer_give_roster (f->peer, items->str);
}

/* However many come or go, the list says so once. */
static void
test_large (Fixture *f, gconstpointer data)
{
  give_people (f, 0, 1000);
  assert_changes (f, "0-0+1000 ");
  g_assert_nonnull (find (f, "contact999@b.test"));

  module_peer_offline (f->peer);
  give_people (f, 0, 1000);
  assert_changes (f, "");

  module_peer_offline (f->peer);
  give_people (f, 1000, 1000);
  assert_changes (f, "0-1000+0 0-0+1000 ");
  g_assert_null (find (f, "contact999@b.test"));
  g_assert_nonnull (find (f, "contact1000@b.test"));

  chat_roster_remove_account (f->roster, f->account);
  assert_changes (f, "0-1000+0 ");
  g_assert_null (find (f, "contact1000@b.test"));
}

static void
test_some_go (Fixture *f, gconstpointer data)
{
  module_peer_online (f->peer, FALSE);
  module_peer_give_roster (f->peer, "");
  for (const char *c = "abcdef"; *c; c++) {
    module_peer_say (f->peer, "<iq type='set' id='p'><query xmlns='jabber:iq:roster'><item jid='%c@b.test'/></query></iq>", *c);
    module_peer_assert_answer (f->peer, NULL, "p", NULL);
  }
  assert_changes (f, "0-0+1 1-0+1 2-0+1 3-0+1 4-0+1 5-0+1 ");
  module_peer_say (f->peer, "<iq type='set' id='p'><query xmlns='jabber:iq:roster'><item jid='c@b.test' name='C'/></query></iq>"
                   "<iq type='set' id='q'><query xmlns='jabber:iq:roster'><item jid='f@b.test' subscription='remove'/></query></iq>");
  assert_changes (f, "5-1+0 ");
  g_ptr_array_set_size (f->peer->sent, 0);
  module_peer_offline (f->peer);
  module_peer_online (f->peer, FALSE);
  module_peer_give_roster (f->peer, "<item jid='c@b.test'/><item jid='g@b.test'/>");
  assert_changes (f, "3-2+0 0-2+0 1-0+1 ");
  g_assert_null (find (f, "a@b.test"));
  g_assert_null (find (f, "f@b.test"));
  g_assert_cmpstr (chat_contact_get_name (find (f, "c@b.test")), ==, "c");
}

static void
notify_cb (GObject *contact, GParamSpec *pspec, GString *log)
{
  g_string_append_printf (log, "%s ", pspec->name);
}

/* A resumed stream brings no presence again, so what was known has to last; a fresh one brings all of it. */
static void
test_reconnect (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) here = g_string_new (NULL), away = g_string_new (NULL);
  ChatContact *contact;

  give_people (f, 0, 2);
  contact = find (f, "contact0@b.test");
  module_peer_say (f->peer, "<presence from='contact0@b.test/x'><show>dnd</show><status>Busy</status></presence>");
  g_signal_connect (contact, "notify", G_CALLBACK (notify_cb), here);
  g_signal_connect (find (f, "contact1@b.test"), "notify", G_CALLBACK (notify_cb), away);

  module_peer_offline (f->peer);
  g_assert_cmpint (chat_contact_get_availability (contact), ==, XMPP_AVAILABILITY_OFFLINE);
  g_assert_cmpstr (here->str, ==, "presence-line availability ");
  module_peer_online (f->peer, TRUE);
  g_assert_cmpint (chat_contact_get_availability (contact), ==, XMPP_AVAILABILITY_DO_NOT_DISTURB);
  g_assert_cmpstr (chat_contact_get_status_text (contact), ==, "Busy");
  module_peer_say (f->peer, "<presence from='contact0@b.test/x' type='unavailable'/>");
  g_assert_cmpint (chat_contact_get_availability (contact), ==, XMPP_AVAILABILITY_OFFLINE);

  module_peer_say (f->peer, "<presence from='contact0@b.test/x'/>");
  module_peer_offline (f->peer);
  g_string_truncate (here, 0);
  module_peer_online (f->peer, FALSE);
  g_assert_cmpint (chat_contact_get_availability (contact), ==, XMPP_AVAILABILITY_OFFLINE);
  g_assert_cmpstr (here->str, ==, "");
  module_peer_offline (f->peer);
  module_peer_online (f->peer, TRUE);
  g_assert_cmpint (chat_contact_get_availability (contact), ==, XMPP_AVAILABILITY_OFFLINE);
  g_assert_cmpstr (away->str, ==, "");
}

/* The stream of a program that crashed is resumed by one that has not heard what was said on it. */
static void
test_resumed_at_start (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppElement) unavailable = NULL, available = NULL;

  module_peer_online (f->peer, TRUE);
  unavailable = module_peer_take (f->peer, "presence", NULL);
  g_assert_cmpstr (xmpp_element_get_attribute (unavailable, "type"), ==, "unavailable");
  available = module_peer_take (f->peer, "presence", NULL);
  g_assert_null (xmpp_element_get_attribute (available, "type"));
  module_peer_assert_silent (f->peer);
  module_peer_offline (f->peer);
  module_peer_online (f->peer, TRUE);
  module_peer_assert_silent (f->peer);
}

/* One contact's ten thousand resources are not all kept, and none of them stays behind. */
static void
test_presence_storm (Fixture *f, gconstpointer data)
{
  ChatContact *contact;

  give_people (f, 0, 1);
  contact = find (f, "contact0@b.test");
  for (guint i = 0; i < 10000; i++)
    module_peer_say (f->peer, "<presence from='contact0@b.test/%u'/>", i);
  g_assert_cmpint (chat_contact_get_availability (contact), ==, XMPP_AVAILABILITY_AVAILABLE);
  for (guint i = 0; i < 100; i++)
    module_peer_say (f->peer, "<presence from='contact0@b.test/%u' type='unavailable'/>", i);
  g_assert_cmpint (chat_contact_get_availability (contact), ==, XMPP_AVAILABILITY_OFFLINE);
}

static guint
n_requests (Fixture *f)
{
  return g_list_model_get_n_items (chat_roster_get_requests (f->roster));
}

static void
test_requests (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppJid) stranger = xmpp_jid_new ("5@c.test", NULL);
  g_autoptr (ChatRequest) first = NULL;

  module_peer_online (f->peer, FALSE);
  module_peer_give_roster (f->peer, "<item jid='contact0@b.test'/>");
  module_peer_say (f->peer, "<presence from='contact0@b.test/x' type='subscribe'/><presence from='contact0@b.test' type='subscribe'/>");
  g_assert_cmpuint (n_requests (f), ==, 1);
  g_assert_true (chat_contact_get_asked_us (find (f, "contact0@b.test")));
  for (guint i = 0; i < 2000; i++)
    module_peer_say (f->peer, "<presence from='%u@c.test' type='subscribe'/>", i);
  g_assert_cmpuint (n_requests (f), ==, 1000);

  /* Who asked before they were on the roster is known to ask. */
  module_peer_say (f->peer, "<iq type='set' id='p'><query xmlns='jabber:iq:roster'><item jid='5@c.test'/></query></iq>");
  module_peer_assert_answer (f->peer, NULL, "p", NULL);
  g_assert_true (chat_contact_get_asked_us (find (f, "5@c.test")));
  chat_roster_forget_request (f->roster, f->account, stranger);
  g_assert_false (chat_contact_get_asked_us (find (f, "5@c.test")));
  g_assert_cmpuint (n_requests (f), ==, 999);
  chat_roster_forget_request (f->roster, f->account, stranger);
  g_assert_cmpuint (n_requests (f), ==, 999);

  module_peer_say (f->peer, "<presence from='contact0@b.test' type='unsubscribe'/>");
  g_assert_cmpuint (n_requests (f), ==, 998);
  g_assert_false (chat_contact_get_asked_us (find (f, "contact0@b.test")));
  first = g_list_model_get_item (chat_roster_get_requests (f->roster), 0);
  g_assert_cmpstr (xmpp_jid_get_string (chat_request_get_jid (first)), ==, "0@c.test");
  chat_request_decline (first);
  g_assert_cmpuint (n_requests (f), ==, 997);
  g_clear_object (&first);

  chat_roster_remove_account (f->roster, f->account);
  g_assert_cmpuint (n_requests (f), ==, 0);
  module_peer_say (f->peer, "<presence from='7@c.test' type='subscribe'/>");
  g_assert_cmpuint (n_requests (f), ==, 1);
}

/* Asked of those only who may know that we are there (S-110), and not over and over. */
static void
test_time (Fixture *f, gconstpointer data)
{
  static const struct { const char *zone; gboolean known; int minutes; } rows[] = {
    { "-06:00", TRUE, -360 }, { "+05:45", TRUE, 345 }, { "Z", TRUE, 0 }, { "+15:00", FALSE, 0 }, { "CET", FALSE, 0 }, { "+0100", FALSE, 0 },
    { "+01:60", FALSE, 0 },
  };
  int minutes;

  module_peer_online (f->peer, FALSE);
  module_peer_give_roster (f->peer, "<item jid='0@b.test' subscription='both'/><item jid='1@b.test' subscription='both'/>"
                           "<item jid='2@b.test' subscription='both'/><item jid='3@b.test' subscription='both'/>"
                           "<item jid='4@b.test' subscription='both'/><item jid='5@b.test' subscription='both'/>"
                           "<item jid='6@b.test' subscription='both'/><item jid='to@b.test' subscription='to'/>");
  chat_contact_ask_time (find (f, "0@b.test"));
  module_peer_say (f->peer, "<presence from='to@b.test/x'/>");
  chat_contact_ask_time (find (f, "to@b.test"));
  module_peer_assert_silent (f->peer);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *bare = g_strdup_printf ("%u@b.test", i), *full = g_strconcat (bare, "/x", NULL);
    g_autofree char *answer = g_strdup_printf ("<time xmlns='urn:xmpp:time'><tzo>%s</tzo><utc>2006-12-19T17:58:35Z</utc></time>", rows[i].zone);
    g_autoptr (XmppElement) question = NULL;

    module_peer_say (f->peer, "<presence from='%s'/>", full);
    chat_contact_ask_time (find (f, bare));
    chat_contact_ask_time (find (f, bare));
    question = module_peer_take (f->peer, "iq", full);
    module_peer_assert_silent (f->peer);
    module_peer_answer (f->peer, question, "result", answer);
    g_assert_cmpint (chat_contact_get_time_offset (find (f, bare), &minutes), ==, rows[i].known);
    g_assert_cmpint (minutes, ==, rows[i].minutes);
  }
}

static void
test_idle (Fixture *f, gconstpointer data)
{
  module_peer_online (f->peer, FALSE);
  module_peer_give_roster (f->peer, "<item jid='c@b.test' subscription='both'/>");
  module_peer_say (f->peer, "<presence from='c@b.test/x'><idle xmlns='urn:xmpp:idle:1' since='2002-09-10T23:41:07Z'/></presence>");
  g_assert_cmpint (chat_contact_get_idle_since (find (f, "c@b.test")), ==, 1031701267000000);
  module_peer_say (f->peer, "<presence from='c@b.test/x'><idle xmlns='urn:xmpp:idle:1' since='9000-09-10T23:41:07Z'/></presence>");
  g_assert_cmpint (chat_contact_get_idle_since (find (f, "c@b.test")), <=, g_get_real_time ());
  module_peer_say (f->peer, "<presence from='c@b.test/x'/>");
  g_assert_cmpint (chat_contact_get_idle_since (find (f, "c@b.test")), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/roster/W-10/large", test_large);
  ADD ("/roster/some-go", test_some_go);
  ADD ("/roster/reconnect", test_reconnect);
  ADD ("/roster/R-13/resumed-at-start", test_resumed_at_start);
  ADD ("/roster/presence-storm", test_presence_storm);
  ADD ("/roster/requests", test_requests);
  ADD ("/roster/S-110/time", test_time);
  ADD ("/roster/idle", test_idle);

  return g_test_run ();
}
