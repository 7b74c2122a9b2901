/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */

/* Two devices of one person and one of another on a real server: carbons, the archive and its ids, what was read, and the
 * archive's preferences. Run by tests/lab/server KIND -- test-sync, once for every kind. */
#include "expect.h"
#include "xmpp-archive-module.h"
#include "xmpp-carbons-module.h"
#include "xmpp-disco-module.h"
#include "xmpp-displayed-module.h"
#include "xmpp-error.h"
#include "xmpp-id.h"
#include "xmpp-message-module.h"
#include "xmpp-presence-module.h"
#include "xmpp-roster-module.h"
#include "xmpp-server-module.h"

#include <stdlib.h>

typedef struct {
  XmppSession *session;
  XmppArchiveModule *archive;
  char *body, *archive_id;     /* of the last message that came */
  XmppCarbon carbon;
  char *chat, *read_id;        /* what was read last */
} Device;

static void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
set_text (char **text, const char *value)
{
  g_free (*text);
  *text = g_strdup (value);
}

static void
message_cb (XmppMessageModule *module, XmppMessage *message, XmppElement *stanza, guint64 ticket, Device *self)
{
  xmpp_session_release (self->session, ticket);
  if (message->body == NULL)
    return;
  set_text (&self->body, message->body);
  set_text (&self->archive_id, xmpp_archive_module_get_id (self->archive, message));
  self->carbon = message->carbon;
}

static void
displayed_cb (XmppDisplayedModule *module, XmppJid *chat, const char *id, Device *self)
{
  set_text (&self->chat, xmpp_jid_get_string (chat));
  set_text (&self->read_id, id);
}

static void
begin (Device *self, const char *user, const char *resource)
{
  const GType types[] = { XMPP_TYPE_ROSTER_MODULE, XMPP_TYPE_DISCO_MODULE, XMPP_TYPE_PRESENCE_MODULE, XMPP_TYPE_MESSAGE_MODULE,
                          XMPP_TYPE_CARBONS_MODULE, XMPP_TYPE_ARCHIVE_MODULE, XMPP_TYPE_DISPLAYED_MODULE, G_TYPE_INVALID };
  g_autofree char *address = g_strdup_printf ("%s@%s", user, g_getenv ("LAB_DOMAIN"));
  g_autofree char *variable = g_strdup_printf ("LAB_PASSWORD_%s", user);
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);
  g_autoptr (XmppSecret) password = xmpp_secret_new (g_getenv (variable), -1);
  g_autoptr (XmppLogin) login = xmpp_login_new (jid);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) authority = g_tls_file_database_new (g_getenv ("LAB_CA"), &error);
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_no_error (error);
  self->session = xmpp_session_new (jid, types);
  self->archive = xmpp_session_get_module (self->session, XMPP_TYPE_ARCHIVE_MODULE);
  g_signal_connect (xmpp_session_get_module (self->session, XMPP_TYPE_MESSAGE_MODULE), "message", G_CALLBACK (message_cb), self);
  g_signal_connect (xmpp_session_get_module (self->session, XMPP_TYPE_DISPLAYED_MODULE), "displayed", G_CALLBACK (displayed_cb), self);
  g_object_set (login, "password", password, "host", g_getenv ("LAB_HOST"), "port", atoi (g_getenv ("LAB_PORT")),
                "tls-database", authority, "resource", resource, NULL);
  xmpp_session_connect_async (self->session, login, NULL, keep_result_cb, &result);
  EXPECT (result != NULL);
  xmpp_session_connect_finish (self->session, result, &error);
  g_assert_no_error (error);
  EXPECT (xmpp_carbons_module_get_enabled (xmpp_session_get_module (self->session, XMPP_TYPE_CARBONS_MODULE)));
  g_assert_true (xmpp_archive_module_get_available (self->archive));
  g_assert_true (xmpp_displayed_module_get_available (xmpp_session_get_module (self->session, XMPP_TYPE_DISPLAYED_MODULE)));
}

static void
end (Device *self)
{
  xmpp_session_close (self->session);
  EXPECT (xmpp_session_get_state (self->session) == XMPP_SESSION_OFFLINE);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_finalize_object (self->session);
  g_free (self->body);
  g_free (self->archive_id);
  g_free (self->chat);
  g_free (self->read_id);
}

static void
say (Device *self, XmppJid *to, const char *text)
{
  g_autofree char *id = xmpp_id_new ();
  XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .to = to, .id = id, .origin_id = id, .body = (char *) text, .markable = TRUE };
  g_autoptr (XmppElement) stanza = xmpp_message_build (&message);

  g_assert_true (xmpp_session_send (self->session, stanza));
}

static XmppArchivePage *
ask (Device *self, const XmppArchiveQuery *query)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  XmppArchivePage *page;

  xmpp_archive_module_query_async (self->archive, query, 20000, NULL, keep_result_cb, &result);
  EXPECT (result != NULL);
  page = xmpp_archive_module_query_finish (self->archive, result, &error);
  g_assert_no_error (error);
  return page;
}

static const char *
get_body (XmppArchivePage *page, guint i)
{
  return xmpp_element_get_child_text (((XmppArchiveItem *) page->items->pdata[i])->stanza, "jabber:client", "body");
}

static void
try_archive (Device *desk, XmppJid *peer)
{
  const XmppArchiveQuery last = { .with = peer, .before = "", .max = 1 }, all = { .with = peer };
  g_autoptr (XmppArchivePage) newest = ask (desk, &last), older = NULL, whole = NULL, rest = NULL;
  XmppArchiveQuery query = { .with = peer, .max = 1 };
  gint64 now = g_get_real_time ();

  g_assert_cmpuint (newest->items->len, ==, 1);
  g_assert_cmpstr (get_body (newest, 0), ==, "two");
  /* The id that came with the message is the archive's. */
  g_assert_cmpstr (newest->last, ==, desk->archive_id);
  g_assert_cmpint (ABS (((XmppArchiveItem *) newest->items->pdata[0])->time - now), <, G_TIME_SPAN_HOUR);
  g_assert_false (newest->complete);
  query.before = newest->first;
  older = ask (desk, &query);
  g_assert_cmpuint (older->items->len, ==, 1);
  g_assert_cmpstr (get_body (older, 0), ==, "one");
  query.before = NULL;
  query.after = older->last;
  rest = ask (desk, &query);
  g_assert_cmpuint (rest->items->len, ==, 1);
  g_assert_cmpstr (rest->first, ==, newest->first);
  g_assert_true (rest->complete);
  whole = ask (desk, &all);
  g_assert_cmpuint (whole->items->len, ==, 2);
  g_assert_cmpstr (whole->first, ==, older->first);
  g_assert_true (whole->complete);
}

static void
try_prefs (Device *desk)
{
  g_autoptr (GAsyncResult) got = NULL, set = NULL;
  g_autoptr (XmppArchivePrefs) prefs = NULL, changed = NULL;
  g_autoptr (GError) error = NULL;

  xmpp_archive_module_get_prefs_async (desk->archive, NULL, keep_result_cb, &got);
  EXPECT (got != NULL);
  prefs = xmpp_archive_module_get_prefs_finish (desk->archive, got, &error);
  g_assert_no_error (error);
  prefs->rule = XMPP_ARCHIVE_ROSTER;
  xmpp_archive_module_set_prefs_async (desk->archive, prefs, NULL, keep_result_cb, &set);
  EXPECT (set != NULL);
  changed = xmpp_archive_module_set_prefs_finish (desk->archive, set, &error);
  g_assert_no_error (error);
  g_assert_cmpint (changed->rule, ==, XMPP_ARCHIVE_ROSTER);
}

int
main (void)
{
  Device desk = { 0 }, phone = { 0 }, other = { 0 };
  XmppJid *peer;

  begin (&desk, "juliet", "desk");
  begin (&phone, "juliet", "phone");
  begin (&other, "romeo", "desk");
  peer = xmpp_session_get_account (other.session);

  say (&phone, peer, "one");
  EXPECT (g_strcmp0 (desk.body, "one") == 0 && g_strcmp0 (other.body, "one") == 0);
  g_assert_cmpint (desk.carbon, ==, XMPP_CARBON_SENT);
  g_assert_cmpint (other.carbon, ==, XMPP_CARBON_NONE);
  g_assert_nonnull (other.archive_id);
  say (&other, xmpp_session_get_jid (phone.session), "two");
  EXPECT (g_strcmp0 (desk.body, "two") == 0 && g_strcmp0 (phone.body, "two") == 0);
  g_assert_cmpint (desk.carbon, ==, XMPP_CARBON_RECEIVED);
  g_assert_cmpint (phone.carbon, ==, XMPP_CARBON_NONE);
  g_assert_cmpstr (desk.archive_id, ==, phone.archive_id);
  try_archive (&desk, peer);

  g_assert_true (xmpp_displayed_module_publish (xmpp_session_get_module (desk.session, XMPP_TYPE_DISPLAYED_MODULE), peer, desk.archive_id));
  EXPECT (g_strcmp0 (phone.read_id, desk.archive_id) == 0);
  g_assert_cmpstr (phone.chat, ==, xmpp_jid_get_string (peer));
  try_prefs (&desk);

  end (&phone);
  phone = (Device) { 0 };
  begin (&phone, "juliet", "phone");
  EXPECT (g_strcmp0 (phone.read_id, desk.archive_id) == 0);
  end (&phone);
  end (&desk);
  end (&other);
  return 0;
}
