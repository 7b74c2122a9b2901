/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "module-peer.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-stanza.h"

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
sent_cb (XmppSession *session, XmppElement *stanza, ModulePeer *self)
{
  g_ptr_array_add (self->sent, xmpp_element_ref (stanza));
}

ModulePeer *
module_peer_new (const GType *types)
{
  ModulePeer *self = g_new0 (ModulePeer, 1);
  g_autoptr (XmppJid) account = xmpp_jid_new ("juliet@a.test", NULL);
  g_autoptr (XmppJid) full = xmpp_jid_new ("juliet@a.test/balcony", NULL);

  self->sent = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_element_unref);
  self->session = xmpp_session_new (account, types);
  xmpp_session_set_jid (self->session, full);
  g_signal_connect (self->session, "sent", G_CALLBACK (sent_cb), self);
  return self;
}

/* Every module goes with the session: nothing may hold on to one. */
void
module_peer_free (ModulePeer *self)
{
  g_autoptr (GPtrArray) modules = g_ptr_array_ref (xmpp_session_get_modules (self->session));

  module_peer_offline (self);
  g_assert_finalize_object (self->session);
  while (modules->len > 0) {
    GObject *module = g_ptr_array_steal_index (modules, modules->len - 1);

    g_assert_finalize_object (module);
  }
  g_ptr_array_unref (self->sent);
  g_free (self);
}

void
module_peer_online (ModulePeer *self, gboolean resumed)
{
  g_autoptr (XmppStream) stream = NULL;

  joined_streams_new (&self->client, &self->server);
  stream = xmpp_stream_new (self->client);
  xmpp_stream_open (stream, NULL, "a.test", NULL);
  xmpp_session_begin (self->session, stream, resumed);
  settle ();
}

void
module_peer_offline (ModulePeer *self)
{
  xmpp_session_abort (self->session);
  settle ();
  g_clear_object (&self->client);
  g_clear_object (&self->server);
  settle ();
}

void
module_peer_say (ModulePeer *self, const char *format, ...)
{
  g_autoptr (XmppElement) all = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL, *xml = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  xml = g_strconcat ("<all xmlns='" XMPP_NS_CLIENT "'>", text, "</all>", NULL);
  all = xmpp_element_parse (xml, -1, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < xmpp_element_get_n_children (all); i++)
    xmpp_router_dispatch (xmpp_session_get_router (self->session), xmpp_element_get_child (all, i));
  settle ();
}

XmppElement *
module_peer_take (ModulePeer *self, const char *name, const char *to)
{
  XmppElement *stanza;

  g_assert_cmpuint (self->sent->len, >, 0);
  stanza = g_ptr_array_steal_index (self->sent, 0);
  g_assert_cmpstr (xmpp_element_get_name (stanza), ==, name);
  g_assert_cmpstr (xmpp_element_get_attribute (stanza, "to"), ==, to);
  return stanza;
}

void
module_peer_answer (ModulePeer *self, XmppElement *iq, const char *type, const char *content)
{
  const char *to = xmpp_element_get_attribute (iq, "to");

  module_peer_say (self, "<iq type='%s' from='%s' id='%s'>%s</iq>", type, to ? to : "juliet@a.test",
                   xmpp_element_get_attribute (iq, "id"), content);
}

void
module_peer_give_roster (ModulePeer *self, const char *items)
{
  g_autoptr (XmppElement) iq = module_peer_take (self, "iq", NULL);
  g_autoptr (XmppElement) presence = module_peer_take (self, "presence", NULL);
  g_autofree char *query = g_strconcat ("<query xmlns='" XMPP_NS_ROSTER "'>", items, "</query>", NULL);

  g_assert_nonnull (xmpp_element_find_child (iq, XMPP_NS_ROSTER, "query"));
  g_assert_nonnull (presence);
  module_peer_answer (self, iq, "result", query);
}

const char *
module_peer_take_answer (ModulePeer *self, const char *to, const char *id)
{
  g_autoptr (XmppElement) iq = module_peer_take (self, "iq", to);
  g_autoptr (GError) error = xmpp_stanza_error_parse (iq);

  g_assert_cmpstr (xmpp_element_get_attribute (iq, "id"), ==, id);
  g_assert_cmpstr (xmpp_element_get_attribute (iq, "type"), ==, error ? "error" : "result");
  return error ? xmpp_error_to_condition (XMPP_STANZA_ERROR, error->code) : NULL;
}
