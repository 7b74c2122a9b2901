/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-test.h"
#include "chat-account-private.h"
#include "chat-contact-private.h"
#include "chat-error.h"
#include "chat-roster.h"
#include "module-peer.h"
#include "xmpp-blocking-module.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-presence-module.h"

/* Who is blocked on an account: what the server says, what is kept of it, and who vanishes. */

#define ITEM(jid) "<item jid='" jid "'/>"
#define REPORTED "<feature var='" XMPP_NS_REPORTING "'/>"

typedef struct {
  char *folder;
  ChatStore *store;
  gint64 id;
  ChatAccount *account;
  ChatRoster *roster;
  ChatBlocks *blocks;
  ModulePeer *peer;
  guint n_changed, n_available;
  gboolean done;
  GError *error;
} Fixture;

static void
changed_cb (ChatBlocks *blocks, ChatAccount *account, Fixture *f)
{
  g_assert_true (account == f->account);
  f->n_changed++;
}

static void
available_cb (ChatBlocks *blocks, ChatAccount *account, Fixture *f)
{
  g_assert_true (chat_blocks_get_available (blocks, account));
  f->n_available++;
}

static void
begin (Fixture *f)
{
  const GType types[] = { XMPP_TYPE_ROSTER_MODULE, XMPP_TYPE_PRESENCE_MODULE, XMPP_TYPE_BLOCKING_MODULE, G_TYPE_INVALID };
  ChatAccountRow *row = chat_account_row_new ("juliet@a.test");

  row->id = f->id;
  f->account = chat_account_new (f->store, row);
  f->roster = chat_roster_new (f->store);
  f->blocks = chat_roster_get_blocks (f->roster);
  g_signal_connect (f->blocks, "changed", G_CALLBACK (changed_cb), f);
  g_signal_connect (f->blocks, "available", G_CALLBACK (available_cb), f);
  f->peer = module_peer_new (types);
  chat_roster_add_session (f->roster, f->account, f->peer->session);
}

static void
end (Fixture *f)
{
  chat_roster_flush (f->roster);
  chat_roster_remove_session (f->roster, f->account);
  module_peer_free (f->peer);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->account);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = folder_new ();
  f->store = store_open (f->folder, NULL);
  f->id = store_account (f->store, "juliet@a.test");
  begin (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  end (f);
  g_clear_error (&f->error);
  store_close (f->store);
  folder_remove (f->folder);
}

/* Answers what is asked at a bind; the rest of what was sent is of no interest. */
static void
bind (Fixture *f, const char *features, const char *roster, const char *blocked)
{
  g_autofree char *disco = g_strdup_printf ("<query xmlns='" XMPP_NS_DISCO_INFO "'>%s</query>", features);
  g_autofree char *people = g_strdup_printf ("<query xmlns='" XMPP_NS_ROSTER "'>%s</query>", roster);
  g_autofree char *list = g_strdup_printf ("<blocklist xmlns='" XMPP_NS_BLOCKING "'>%s</blocklist>", blocked);

  module_peer_online (f->peer, FALSE);
  while (f->peer->sent->len > 0) {
    g_autoptr (XmppElement) stanza = g_ptr_array_steal_index (f->peer->sent, 0);

    if (!g_str_equal (xmpp_element_get_name (stanza), "iq"))
      continue;
    if (xmpp_element_find_child (stanza, XMPP_NS_DISCO_INFO, "query"))
      module_peer_answer (f->peer, stanza, "result", disco);
    else if (xmpp_element_find_child (stanza, XMPP_NS_ROSTER, "query"))
      module_peer_answer (f->peer, stanza, "result", people);
    else if (xmpp_element_find_child (stanza, XMPP_NS_BLOCKING, "blocklist"))
      module_peer_answer (f->peer, stanza, "result", list);
    else
      g_assert_not_reached ();
  }
}

#define BLOCKING "<feature var='" XMPP_NS_BLOCKING "'/>"

static void
push (Fixture *f, const char *change)
{
  module_peer_say (f->peer, "<iq type='set' id='p' to='juliet@a.test/balcony'>%s</iq>", change);
  module_peer_assert_answer (f->peer, NULL, "p", NULL);
}

static gboolean
is_blocked (Fixture *f, const char *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);

  return chat_blocks_is_blocked (f->blocks, f->id, jid);
}

static ChatContact *
find (Fixture *f, const char *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);

  return chat_roster_find (f->roster, f->account, jid);
}

/* What was blocked is so before the server has said it again, and in an account that is switched off. */
static void
test_kept (Fixture *f, gconstpointer data)
{
  g_assert_false (chat_blocks_get_available (f->blocks, f->account));
  bind (f, BLOCKING, "<item jid='romeo@b.test' subscription='both'/>", ITEM ("x.test") ITEM ("romeo@b.test"));
  g_assert_true (chat_blocks_get_available (f->blocks, f->account));
  g_assert_cmpuint (f->n_available, ==, 1);
  g_assert_false (chat_blocks_get_reports (f->blocks, f->account));
  g_assert_cmpuint (f->n_changed, ==, 1);
  end (f);
  begin (f);
  g_assert_true (is_blocked (f, "romeo@b.test"));
  g_assert_true (is_blocked (f, "anyone@x.test"));
  g_assert_false (is_blocked (f, "nurse@a.test"));
  bind (f, BLOCKING, "", ITEM ("x.test") ITEM ("romeo@b.test"));
  g_assert_cmpuint (f->n_changed, ==, 1);
  push (f, "<unblock xmlns='" XMPP_NS_BLOCKING "'/>");
  g_assert_false (is_blocked (f, "romeo@b.test"));
  g_assert_cmpuint (f->n_changed, ==, 2);
}

/* Their requests go, and no new one comes; a contact says that it is blocked. */
static void
test_vanish (Fixture *f, gconstpointer data)
{
  GListModel *requests = chat_roster_get_requests (f->roster);

  bind (f, BLOCKING, "<item jid='romeo@b.test' subscription='both'/>", "");
  module_peer_say (f->peer, "<presence type='subscribe' from='iago@c.test'/><presence type='subscribe' from='nurse@a.test'/>"
                   "<presence type='subscribe' from='spammer@x.test'/>");
  g_assert_cmpuint (g_list_model_get_n_items (requests), ==, 3);
  push (f, "<block xmlns='" XMPP_NS_BLOCKING "'>" ITEM ("iago@c.test") ITEM ("x.test") ITEM ("romeo@b.test") "</block>");
  g_assert_cmpuint (g_list_model_get_n_items (requests), ==, 1);
  g_assert_true (chat_contact_get_blocked (find (f, "romeo@b.test")));
  g_assert_cmpstr (chat_contact_get_presence_line (find (f, "romeo@b.test")), ==, "Blocked");
  module_peer_say (f->peer, "<presence type='subscribe' from='other@x.test'/>");
  g_assert_cmpuint (g_list_model_get_n_items (requests), ==, 1);
  push (f, "<unblock xmlns='" XMPP_NS_BLOCKING "'>" ITEM ("romeo@b.test") "</unblock>");
  g_assert_false (chat_contact_get_blocked (find (f, "romeo@b.test")));
  g_assert_cmpstr (chat_contact_get_presence_line (find (f, "romeo@b.test")), ==, "Offline");
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;

  g_assert_cmpint (chat_blocks_change_finish (f->blocks, result, &f->error), ==, f->error == NULL);
  f->done = TRUE;
}

static void
block (Fixture *f, const char *address, const ChatReport *report)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);

  f->done = FALSE;
  g_clear_error (&f->error);
  chat_blocks_block_async (f->blocks, f->account, jid, report, NULL, done_cb, f);
}

static void
store_message (Fixture *f, const char *id, gboolean own)
{
  ChatNewMessage *message = incoming ("iago@c.test", id, "Some text");
  g_autoptr (ChatAddedMessage) added = NULL;

  message->own = own;
  message->archive_id = g_strdup (id);
  added = store_add (f->store, f->id, message, NULL);
  g_assert_nonnull (added);
}

static void
test_report (Fixture *f, gconstpointer data)
{
  const ChatReport report = { TRUE, "No more of this.", 10 };
  g_autoptr (XmppElement) iq = NULL;
  XmppElement *item, *told;

  bind (f, BLOCKING REPORTED, "", "");
  g_assert_true (chat_blocks_get_reports (f->blocks, f->account));
  store_message (f, "id-1", FALSE);
  store_message (f, "id-2", TRUE);
  store_message (f, "id-3", FALSE);
  block (f, "iago@c.test", &report);
  wait_for (f->peer->sent->len > 0);
  iq = module_peer_take (f->peer, "iq", NULL);
  item = xmpp_element_get_child (xmpp_element_find_child (iq, XMPP_NS_BLOCKING, "block"), 0);
  told = xmpp_element_find_child (item, XMPP_NS_REPORTING, "report");
  g_assert_cmpstr (xmpp_element_get_attribute (told, "reason"), ==, "urn:xmpp:reporting:abuse");
  g_assert_cmpuint (xmpp_element_get_n_children (told), ==, 3);
  g_assert_cmpstr (xmpp_element_get_attribute (xmpp_element_get_child (told, 0), "id"), ==, "id-3");
  g_assert_cmpstr (xmpp_element_get_attribute (xmpp_element_get_child (told, 1), "id"), ==, "id-1");
  module_peer_answer (f->peer, iq, "result", "");
  wait_for (f->done);
  g_assert_no_error (f->error);
  g_assert_true (is_blocked (f, "iago@c.test"));
}

/* A block that failed is told, and nobody looks blocked who is not. */
static void
test_errors (Fixture *f, gconstpointer data)
{
  g_autoptr (XmppElement) iq = NULL;

  block (f, "iago@c.test", NULL);
  wait_for (f->done);
  g_assert_error (f->error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED);
  bind (f, "", "", "");
  block (f, "iago@c.test", NULL);
  wait_for (f->done);
  g_assert_error (f->error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE);
  module_peer_offline (f->peer);
  bind (f, BLOCKING, "", "");
  block (f, "juliet@a.test/balcony", NULL);
  wait_for (f->done);
  g_assert_error (f->error, CHAT_ERROR, CHAT_ERROR_NOT_POSSIBLE);
  block (f, "iago@c.test", NULL);
  iq = module_peer_take (f->peer, "iq", NULL);
  module_peer_answer (f->peer, iq, "error", "<error type='cancel'><not-allowed xmlns='" XMPP_NS_STANZAS "'/></error>");
  wait_for (f->done);
  g_assert_error (f->error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ALLOWED);
  g_assert_false (is_blocked (f, "iago@c.test"));
}

#define ADD(path, func) g_test_add ("/blocks/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("kept", test_kept);
  ADD ("W-21-vanish", test_vanish);
  ADD ("W-21-report", test_report);
  ADD ("errors", test_errors);
  return g_test_run ();
}
