/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "session-peer.h"

#include "xmpp-basics-module.h"
#include "xmpp-disco-module.h"
#include "xmpp-enum-types.h"
#include "xmpp-message-module.h"
#include "xmpp-ns.h"
#include "xmpp-presence-module.h"
#include "xmpp-roster-module.h"

#include <string.h>

#define HEADER "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='" XMPP_NS_STREAM \
  "' version='1.0' id='s1'>"

static const char *
get_text (XmppJid *jid)
{
  return jid != NULL ? xmpp_jid_get_string (jid) : "-";
}

static const char *const carbons[] = { "", " (received elsewhere)", " (sent elsewhere)" };

static void
message_cb (XmppMessageModule *module, XmppMessage *message, XmppElement *stanza, guint64 ticket, SessionPeer *self)
{
  const char *type = xmpp_element_get_attribute (stanza, "type");

  if (message->type == XMPP_MESSAGE_ERROR)
    g_string_append_printf (self->log, "error %s %s\n", get_text (message->from), message->id);
  else if (message->body != NULL)
    g_string_append_printf (self->log, "message %s %s: %s%s\n", get_text (message->from), type != NULL ? type : "-",
                            message->body, carbons[message->carbon]);
  if (self->hold)
    g_array_append_val (self->tickets, ticket);
  else
    xmpp_session_release (self->session, ticket);
}

static void
presence_cb (XmppPresenceModule *module, XmppPresenceStanza *presence, SessionPeer *self)
{
  g_string_append_printf (self->log, "presence %s %d\n", get_text (presence->from), presence->type);
}

static void
subscription_cb (XmppPresenceModule *module, XmppPresenceStanza *presence, SessionPeer *self)
{
  g_string_append_printf (self->log, "subscription %s %d\n", get_text (presence->from), presence->type);
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const XmppRosterItem *const *one = a, *const *two = b;

  return strcmp (xmpp_jid_get_string ((*one)->jid), xmpp_jid_get_string ((*two)->jid));
}

static void
roster_changed (SessionPeer *self)
{
  g_autoptr (GPtrArray) items = xmpp_roster_module_get_items (xmpp_session_get_module (self->session, XMPP_TYPE_ROSTER_MODULE));

  g_ptr_array_sort (items, compare_items);
  g_string_append (self->log, "roster");
  for (guint i = 0; i < items->len; i++)
    g_string_append_printf (self->log, " %s", xmpp_jid_get_string (((XmppRosterItem *) items->pdata[i])->jid));
  g_string_append_c (self->log, '\n');
}

static void
acknowledged_cb (XmppSession *session, const char *id, SessionPeer *self)
{
  g_string_append_printf (self->log, "acknowledged %s\n", id);
}

static void
unacknowledged_cb (XmppSession *session, XmppElement *stanza, SessionPeer *self)
{
  if (xmpp_element_is (stanza, XMPP_NS_CLIENT, "message"))
    g_string_append_printf (self->log, "unacknowledged %s\n", xmpp_element_get_attribute (stanza, "id"));
}

static void
disconnected_cb (XmppSession *session, const GError *error, SessionPeer *self)
{
  g_string_append_printf (self->log, "disconnected %s\n", error != NULL ? error->message : "-");
}

static void
state_cb (XmppSession *session, GParamSpec *pspec, SessionPeer *self)
{
  g_autoptr (GEnumClass) states = g_type_class_ref (XMPP_TYPE_SESSION_STATE);

  g_string_append_printf (self->log, "state %s\n", g_enum_get_value (states, xmpp_session_get_state (session))->value_nick);
}

static void
connect_signals (SessionPeer *self)
{
  gpointer roster = xmpp_session_get_module (self->session, XMPP_TYPE_ROSTER_MODULE);
  gpointer presence = xmpp_session_get_module (self->session, XMPP_TYPE_PRESENCE_MODULE);

  g_signal_connect (self->session, "acknowledged", G_CALLBACK (acknowledged_cb), self);
  g_signal_connect (self->session, "unacknowledged", G_CALLBACK (unacknowledged_cb), self);
  g_signal_connect (self->session, "disconnected", G_CALLBACK (disconnected_cb), self);
  g_signal_connect (self->session, "notify::state", G_CALLBACK (state_cb), self);
  g_signal_connect (xmpp_session_get_module (self->session, XMPP_TYPE_MESSAGE_MODULE), "message", G_CALLBACK (message_cb), self);
  if (roster == NULL || presence == NULL)
    return;
  g_signal_connect (presence, "presence", G_CALLBACK (presence_cb), self);
  g_signal_connect (presence, "subscription", G_CALLBACK (subscription_cb), self);
  g_signal_connect_swapped (roster, "item-changed", G_CALLBACK (roster_changed), self);
  g_signal_connect_swapped (roster, "item-removed", G_CALLBACK (roster_changed), self);
  g_signal_connect_swapped (roster, "reset", G_CALLBACK (roster_changed), self);
}

SessionPeer *
session_peer_new_with (const char *account, const GType *modules)
{
  SessionPeer *self = g_new0 (SessionPeer, 1);
  g_autoptr (XmppJid) jid = xmpp_jid_new (account, NULL);

  self->session = xmpp_session_new (jid, modules);
  xmpp_session_set_jid (self->session, jid);
  self->heard = g_string_new (NULL);
  self->log = g_string_new (NULL);
  self->tickets = g_array_new (FALSE, FALSE, sizeof (guint64));
  connect_signals (self);
  return self;
}

SessionPeer *
session_peer_new (const char *account)
{
  const GType modules[] = { XMPP_TYPE_ROSTER_MODULE, XMPP_TYPE_DISCO_MODULE, XMPP_TYPE_PRESENCE_MODULE,
                            XMPP_TYPE_MESSAGE_MODULE, XMPP_TYPE_PING_MODULE, XMPP_TYPE_VERSION_MODULE,
                            XMPP_TYPE_TIME_MODULE, XMPP_TYPE_CSI_MODULE, G_TYPE_INVALID };

  return session_peer_new_with (account, modules);
}

/* Lets the ends of an earlier stream go. */
static void
leave_streams (SessionPeer *self)
{
  g_clear_object (&self->client);
  iterate_until (!self->reading);
  g_clear_object (&self->server);
}

void
session_peer_free (SessionPeer *self)
{
  if (self->session != NULL) {
    xmpp_session_abort (self->session);
    while (g_main_context_iteration (NULL, FALSE))
      ;
    g_assert_finalize_object (self->session);
  }
  leave_streams (self);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_string_free (self->heard, TRUE);
  g_string_free (self->log, TRUE);
  g_array_unref (self->tickets);
  g_free (self);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SessionPeer *self = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  self->reading = FALSE;
  if (n <= 0) {
    g_string_append (self->heard, "EOF");
    return;
  }
  g_string_append_len (self->heard, self->buffer, n);
  self->reading = TRUE;
  g_input_stream_read_async (G_INPUT_STREAM (source), self->buffer, sizeof self->buffer, 0, NULL, read_cb, self);
}

void
session_peer_begin (SessionPeer *self, gboolean resumed)
{
  g_autoptr (XmppStream) stream = NULL;

  leave_streams (self);
  joined_streams_new (&self->client, &self->server);
  g_string_truncate (self->heard, 0);
  self->reading = TRUE;
  g_input_stream_read_async (g_io_stream_get_input_stream (self->server), self->buffer, sizeof self->buffer, 0, NULL, read_cb, self);
  stream = xmpp_stream_new (self->client);
  xmpp_stream_open (stream, NULL, "server.example", NULL);
  session_peer_hear (self, "<stream:stream ");
  session_peer_hear (self, ">");
  session_peer_say (self, HEADER);
  xmpp_session_begin (self->session, stream, resumed);
}

void
session_peer_begin_fresh (SessionPeer *self, const char *id)
{
  xmpp_stream_management_enable (xmpp_session_get_stream_management (self->session), id, NULL, 300);
  session_peer_begin (self, FALSE);
}

void
session_peer_begin_plain (SessionPeer *self)
{
  xmpp_session_abort (self->session);
  g_string_truncate (self->log, 0);
  xmpp_stream_management_disable (xmpp_session_get_stream_management (self->session));
  session_peer_begin (self, TRUE);
}

static void
said_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *done = user_data;

  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  *done = TRUE;
}

void
session_peer_say (SessionPeer *self, const char *text)
{
  gboolean done = FALSE;

  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->server), text, strlen (text), 0, NULL, said_cb, &done);
  iterate_until (done);
}

void
session_peer_hear (SessionPeer *self, const char *text)
{
  const char *found;

  g_test_message ("waiting for %s", text);
  iterate_until (strstr (self->heard->str, text));
  found = strstr (self->heard->str, text);
  g_string_erase (self->heard, 0, found - self->heard->str + strlen (text));
}

void
session_peer_expect_h (SessionPeer *self, guint h)
{
  g_autofree char *answer = g_strdup_printf ("<a xmlns='" XMPP_NS_SM "' h='%u'/>", h);

  session_peer_say (self, "<r xmlns='" XMPP_NS_SM "'/>");
  session_peer_hear (self, answer);
}

gboolean
session_peer_send (SessionPeer *self, const char *id)
{
  g_autoptr (XmppElement) message = xmpp_element_new (XMPP_NS_CLIENT, "message");

  xmpp_element_set_attribute (message, "id", id);
  xmpp_element_add_text_child (message, XMPP_NS_CLIENT, "body", id);
  return xmpp_session_send (self->session, message);
}

void
session_peer_set_timeouts (SessionPeer *self, guint answer, guint idle, guint idle_answer, guint close)
{
  XmppSessionTimeouts timeouts = { 1, answer, idle, idle_answer, close };

  xmpp_session_set_timeouts (self->session, &timeouts);
}

SessionPeer *
session_peer_new_online (const char *account)
{
  SessionPeer *self = session_peer_new (account);

  session_peer_set_timeouts (self, 60000, 60000, 60000, 60000);
  xmpp_stream_management_enable (xmpp_session_get_stream_management (self->session), "sm1", NULL, 300);
  session_peer_begin (self, TRUE);
  session_peer_assert_log (self, "state online\n");
  return self;
}

gboolean
session_peer_can_resume (SessionPeer *self)
{
  g_autoptr (XmppElement) state = xmpp_session_dup_sm_state (self->session);

  return state != NULL;
}
