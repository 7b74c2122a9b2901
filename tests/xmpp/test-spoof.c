/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "session-peer.h"
#include "xmpp-archive-module.h"
#include "xmpp-basics-module.h"
#include "xmpp-carbons-module.h"
#include "xmpp-disco-module.h"
#include "xmpp-displayed-module.h"
#include "xmpp-error.h"
#include "xmpp-message-module.h"
#include "xmpp-ns.h"
#include "xmpp-presence-module.h"
#include "xmpp-roster-module.h"
#include "xmpp-stanza.h"

#include <string.h>

/* Stanzas that say what their sender may not say (tests/data/spoof), through a session with all modules. Whatever comes of
 * one, it is counted, and the stream goes on. */

typedef struct {
  char *name, *own, *asked;
  GPtrArray *roster, *stanzas;      /* of char * */
  GString *expected;
} Case;

typedef struct {
  SessionPeer *peer;
  char *id, *query;                 /* of the request, and of the query in it */
  gboolean answered;
} Pending;

static void
case_free (Case *one)
{
  g_free (one->name);
  g_free (one->own);
  g_free (one->asked);
  g_ptr_array_unref (one->roster);
  g_ptr_array_unref (one->stanzas);
  g_string_free (one->expected, TRUE);
  g_free (one);
}

static Case *
case_new (const char *header)
{
  Case *one = g_new0 (Case, 1);

  one->name = g_strndup (header + 1, strlen (header) - 2);
  one->roster = g_ptr_array_new_with_free_func (g_free);
  one->stanzas = g_ptr_array_new_with_free_func (g_free);
  one->expected = g_string_new (NULL);
  return one;
}

static void
take_line (Case *one, const char *line)
{
  if (g_str_has_prefix (line, "own "))
    one->own = g_strdup (line + 4);
  else if (g_str_has_prefix (line, "roster "))
    g_ptr_array_add (one->roster, g_strdup (line + 7));
  else if (g_str_has_prefix (line, "pending "))
    one->asked = g_strdup (line + 8);
  else if (g_str_has_prefix (line, "S: "))
    g_ptr_array_add (one->stanzas, g_strdup (line + 3));
  else if (g_str_has_prefix (line, "expect: "))
    g_string_append_printf (one->expected, "%s\n", line + 8);
  else if (!g_str_has_prefix (line, "source: "))
    g_error ("What is “%s”?", line);
}

static GPtrArray *
read_cases (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("STONECHAT_TEST_DATA"), "spoof", "cases.txt", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  GPtrArray *cases = g_ptr_array_new_with_free_func ((GDestroyNotify) case_free);

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    if (*lines[i] == '[')
      g_ptr_array_add (cases, case_new (lines[i]));
    else if (*lines[i] != '\0' && *lines[i] != '#')
      take_line (cases->pdata[cases->len - 1], lines[i]);
  }
  return cases;
}

static void
sent_cb (XmppSession *session, XmppElement *stanza, SessionPeer *peer)
{
  const char *type = xmpp_element_get_attribute (stanza, "type");
  g_autoptr (GError) error = xmpp_stanza_error_parse (stanza);

  if (error != NULL)
    g_string_append_printf (peer->log, "answer error %s\n", xmpp_error_to_condition (XMPP_STANZA_ERROR, error->code));
  else if (g_strcmp0 (type, "get") != 0)
    g_string_append_printf (peer->log, "answer %s\n", type);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Pending *pending = user_data;
  g_autoptr (GError) error = NULL;
  XmppElement *answer = xmpp_session_send_iq_finish (XMPP_SESSION (source), result, &error);

  g_assert_false (pending->answered);
  pending->answered = TRUE;
  g_string_append_printf (pending->peer->log, "answered %s\n",
                          answer != NULL ? "result" : xmpp_error_to_condition (XMPP_STANZA_ERROR, error->code));
  g_clear_pointer (&answer, xmpp_element_unref);
}

static void
load_roster (SessionPeer *peer, GPtrArray *addresses)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_roster_item_free);

  for (guint i = 0; i < addresses->len; i++) {
    XmppRosterItem *item = g_new0 (XmppRosterItem, 1);

    item->jid = xmpp_jid_new (addresses->pdata[i], NULL);
    item->subscription = XMPP_SUBSCRIPTION_BOTH;
    g_ptr_array_add (items, item);
  }
  xmpp_roster_module_load (xmpp_session_get_module (peer->session, XMPP_TYPE_ROSTER_MODULE), "1", items);
}

static void
queried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Pending *pending = user_data;
  g_autoptr (XmppArchivePage) page = xmpp_archive_module_query_finish (XMPP_ARCHIVE_MODULE (source), result, NULL);

  g_assert_false (pending->answered);
  pending->answered = TRUE;
  for (guint i = 0; page != NULL && i < page->items->len; i++) {
    XmppElement *stanza = ((XmppArchiveItem *) page->items->pdata[i])->stanza;

    if (stanza != NULL)
      g_string_append_printf (pending->peer->log, "archived %s: %s\n", xmpp_element_get_attribute (stanza, "from"),
                              xmpp_element_get_child_text (stanza, XMPP_NS_CLIENT, "body"));
  }
  g_string_append_printf (pending->peer->log, "answered %s\n", page != NULL ? "page" : "error");
}

static void
displayed_cb (XmppDisplayedModule *module, XmppJid *chat, const char *id, SessionPeer *peer)
{
  g_string_append_printf (peer->log, "displayed %s %s\n", xmpp_jid_get_string (chat), id);
}

/* The ids only the wire tells. */
static void
asked_cb (XmppSession *session, XmppElement *iq, Pending *pending)
{
  pending->id = g_strdup (xmpp_element_get_attribute (iq, "id"));
  pending->query = g_strdup (xmpp_element_get_attribute (xmpp_element_get_child (iq, 0), "queryid"));
}

static void
ask (SessionPeer *peer, const char *to, Pending *pending)
{
  g_autoptr (XmppElement) iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");
  gulong asked = g_signal_connect (peer->session, "sent", G_CALLBACK (asked_cb), pending);

  if (g_str_equal (to, "archive")) {
    xmpp_archive_module_query_async (xmpp_session_get_module (peer->session, XMPP_TYPE_ARCHIVE_MODULE), &(XmppArchiveQuery) { 0 }, 60000,
                                     NULL, queried_cb, pending);
  } else {
    xmpp_element_set_attribute (iq, "type", "get");
    if (!g_str_equal (to, "-"))
      xmpp_element_set_attribute (iq, "to", to);
    xmpp_element_add_child (iq, "u", "question");
    xmpp_session_send_iq_async (peer->session, iq, 60000, NULL, answered_cb, pending);
  }
  g_signal_handler_disconnect (peer->session, asked);
}

static char *
replace (const char *text, const char *name, const char *value)
{
  g_auto (GStrv) parts = g_strsplit (text, name, -1);

  return g_strjoinv (value != NULL ? value : "", parts);
}

static void
test_case (gconstpointer data)
{
  const Case *one = data;
  const GType modules[] = { XMPP_TYPE_ROSTER_MODULE, XMPP_TYPE_DISCO_MODULE, XMPP_TYPE_PRESENCE_MODULE, XMPP_TYPE_MESSAGE_MODULE,
                            XMPP_TYPE_PING_MODULE, XMPP_TYPE_VERSION_MODULE, XMPP_TYPE_TIME_MODULE, XMPP_TYPE_CSI_MODULE,
                            XMPP_TYPE_CARBONS_MODULE, XMPP_TYPE_ARCHIVE_MODULE, XMPP_TYPE_DISPLAYED_MODULE, G_TYPE_INVALID };
  SessionPeer *peer = session_peer_new_with (one->own, modules);
  Pending pending = { .peer = peer };
  guint h = 0;

  load_roster (peer, one->roster);
  xmpp_stream_management_enable (xmpp_session_get_stream_management (peer->session), "x", NULL, 0);
  session_peer_begin (peer, TRUE);
  session_peer_assert_log (peer, "state online\n");
  if (one->asked != NULL)
    ask (peer, one->asked, &pending);
  g_signal_connect (peer->session, "sent", G_CALLBACK (sent_cb), peer);
  g_signal_connect (xmpp_session_get_module (peer->session, XMPP_TYPE_DISPLAYED_MODULE), "displayed", G_CALLBACK (displayed_cb), peer);
  for (guint i = 0; i < one->stanzas->len; i++) {
    g_autofree char *half = replace (one->stanzas->pdata[i], "$id", pending.id);
    g_autofree char *text = replace (half, "$query", pending.query);

    session_peer_say (peer, text);
    h += strstr (text, "xmlns='jabber:server'") == NULL;
  }
  session_peer_expect_h (peer, h);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (one->asked != NULL && !pending.answered)
    g_string_append (peer->log, "still pending\n");
  session_peer_assert_log (peer, one->expected->str);
  session_peer_free (peer);
  g_assert_cmpint (pending.answered, ==, one->asked != NULL);
  g_free (pending.id);
  g_free (pending.query);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) cases = NULL;

  g_test_init (&argc, &argv, NULL);
  cases = read_cases ();
  for (guint i = 0; i < cases->len; i++) {
    Case *one = cases->pdata[i];
    g_autofree char *path = g_strdup_printf ("/spoof/%s", one->name);

    g_test_add_data_func (path, one, test_case);
  }
  return g_test_run ();
}
