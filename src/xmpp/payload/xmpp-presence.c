/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-stanza.h"
#include "xmpp-datetime.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"

/* <presence/>, RFC 6121 §4.7. */

static const char *const types[] = {
  NULL, "unavailable", "subscribe", "subscribed", "unsubscribe", "unsubscribed", "probe", "error",
};
static const struct { const char *show; XmppAvailability availability; } shows[] = {
  { "dnd", XMPP_AVAILABILITY_DO_NOT_DISTURB }, { "xa", XMPP_AVAILABILITY_NOT_AVAILABLE },
  { "away", XMPP_AVAILABILITY_AWAY }, { "chat", XMPP_AVAILABILITY_FREE_TO_CHAT },
};

static gboolean
parse_type (const char *text, XmppPresenceType *type)
{
  *type = XMPP_PRESENCE_AVAILABLE;
  if (text == NULL)
    return TRUE;
  for (guint i = 1; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (text, types[i])) {
      *type = i;
      return TRUE;
    }
  return FALSE;
}

static XmppAvailability
parse_show (const char *text)
{
  for (guint i = 0; text && i < G_N_ELEMENTS (shows); i++)
    if (g_str_equal (text, shows[i].show))
      return shows[i].availability;
  return XMPP_AVAILABILITY_AVAILABLE;
}

/* RFC 6121 §4.7.2.3: an integer of -128 … 127; what is none counts as 0. */
static int
parse_priority (const char *text)
{
  gint64 value = 0;

  if (text && g_ascii_string_to_signed (text, 10, -128, 127, &value, NULL))
    return value;
  return 0;
}

/**
 * xmpp_presence_parse:
 *
 * Reads a <presence/>. An unknown type is an error (RFC 6121 §4.7.1), for it must not pass as "available".
 *
 * Returns: (transfer full) (nullable): NULL with XMPP_ERROR_INVALID_JID or XMPP_ERROR_PROTOCOL
 */
XmppPresenceStanza *
xmpp_presence_parse (XmppElement *stanza, const char *const *languages, GError **error)
{
  g_autoptr (XmppPresenceStanza) self = g_new0 (XmppPresenceStanza, 1);
  const char *from = xmpp_element_get_attribute (stanza, "from"), *to = xmpp_element_get_attribute (stanza, "to");
  XmppElement *child;

  if ((from && !(self->from = xmpp_jid_new_lenient (from, error))) || (to && !(self->to = xmpp_jid_new_lenient (to, error))))
    return NULL;
  if (!parse_type (xmpp_element_get_attribute (stanza, "type"), &self->type)) {
    g_set_error (error, XMPP_ERROR, XMPP_ERROR_PROTOCOL, "A presence of an unknown type");
    return NULL;
  }
  self->availability = self->type == XMPP_PRESENCE_AVAILABLE
                         ? parse_show (xmpp_element_get_child_text (stanza, XMPP_NS_CLIENT, "show"))
                         : XMPP_AVAILABILITY_OFFLINE;
  if ((child = xmpp_stanza_find_in_language (stanza, "status", languages)))
    self->status = g_strdup (xmpp_element_get_text (child));
  self->priority = parse_priority (xmpp_element_get_child_text (stanza, XMPP_NS_CLIENT, "priority"));
  if ((child = xmpp_element_find_child (stanza, XMPP_NS_DELAY, "delay")) && xmpp_element_get_attribute (child, "stamp"))
    if (!xmpp_datetime_parse (xmpp_element_get_attribute (child, "stamp"), &self->delay))
      self->delay = 0;
  if ((child = xmpp_element_find_child (stanza, XMPP_NS_IDLE, "idle")) && xmpp_element_get_attribute (child, "since"))
    if (!xmpp_datetime_parse (xmpp_element_get_attribute (child, "since"), &self->idle_since))
      self->idle_since = 0;
  if ((child = xmpp_element_find_child (stanza, XMPP_NS_CAPS, "c"))) {
    self->caps_node = g_strdup (xmpp_element_get_attribute (child, "node"));
    self->caps_ver = g_strdup (xmpp_element_get_attribute (child, "ver"));
    self->caps_hash = g_strdup (xmpp_element_get_attribute (child, "hash"));
  }
  if (self->type == XMPP_PRESENCE_ERROR)
    self->error = xmpp_stanza_error_parse (stanza);
  return g_steal_pointer (&self);
}

/**
 * xmpp_presence_build:
 *
 * Returns: (transfer full): the stanza of a presence to be sent
 */
XmppElement *
xmpp_presence_build (const XmppPresenceStanza *self)
{
  XmppElement *stanza = xmpp_element_new (XMPP_NS_CLIENT, "presence");

  if (self->to)
    xmpp_element_set_attribute (stanza, "to", xmpp_jid_get_string (self->to));
  if (types[self->type])
    xmpp_element_set_attribute (stanza, "type", types[self->type]);
  if (self->type == XMPP_PRESENCE_AVAILABLE)
    for (guint i = 0; i < G_N_ELEMENTS (shows); i++)
      if (shows[i].availability == self->availability)
        xmpp_element_add_text_child (stanza, XMPP_NS_CLIENT, "show", shows[i].show);
  if (self->status && *self->status)
    xmpp_element_add_text_child (stanza, XMPP_NS_CLIENT, "status", self->status);
  if (self->type == XMPP_PRESENCE_AVAILABLE && self->priority != 0) {
    g_autofree char *priority = g_strdup_printf ("%d", CLAMP (self->priority, -128, 127));

    xmpp_element_add_text_child (stanza, XMPP_NS_CLIENT, "priority", priority);
  }
  if (self->caps_ver) {
    XmppElement *caps = xmpp_element_add_child (stanza, XMPP_NS_CAPS, "c");

    xmpp_element_set_attribute (caps, "hash", self->caps_hash);
    xmpp_element_set_attribute (caps, "node", self->caps_node);
    xmpp_element_set_attribute (caps, "ver", self->caps_ver);
  }
  return stanza;
}

void
xmpp_presence_stanza_free (XmppPresenceStanza *self)
{
  g_clear_pointer (&self->from, xmpp_jid_unref);
  g_clear_pointer (&self->to, xmpp_jid_unref);
  g_clear_error (&self->error);
  g_free (self->status);
  g_free (self->caps_node);
  g_free (self->caps_ver);
  g_free (self->caps_hash);
  g_free (self);
}
