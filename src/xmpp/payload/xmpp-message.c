/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-stanza.h"
#include "xmpp-datetime.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"

/* <message/> as the chat layer sees it. */

static const char *const types[] = { "normal", "chat", "groupchat", "headline", "error" };
static const char *const chat_states[] = { NULL, "active", "composing", "paused", "inactive", "gone" };

/* Elements that carry the real content encrypted; the body beside them is a fallback text (XEP-0380 §3). */
static const struct { const char *ns, *name; } encryptions[] = {
  { XMPP_NS_EME, "encryption" },
  { "eu.siacs.conversations.axolotl", "encrypted" },
  { "urn:xmpp:omemo:2", "encrypted" },
  { "urn:xmpp:openpgp:0", "openpgp" },
  { "jabber:x:encrypted", "x" },
};

static XmppMessageType
parse_type (const char *type)
{
  /* RFC 6121 §5.2.2: an unknown type is "normal". */
  for (guint i = 0; type && i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (type, types[i]))
      return i;
  return XMPP_MESSAGE_NORMAL;
}

static gboolean
parse_address (XmppElement *stanza, const char *attribute, XmppJid **jid, GError **error)
{
  const char *text = xmpp_element_get_attribute (stanza, attribute);

  if (text == NULL)
    return TRUE;
  *jid = xmpp_jid_new_lenient (text, error);
  return *jid != NULL;
}

static gboolean
is_encrypted (XmppElement *stanza, const char *body)
{
  for (guint i = 0; i < G_N_ELEMENTS (encryptions); i++)
    if (xmpp_element_find_child (stanza, encryptions[i].ns, encryptions[i].name))
      return TRUE;
  return body && g_str_has_prefix (body, "?OTR");
}

static void
parse_delay (XmppMessage *self, XmppElement *stanza)
{
  XmppElement *delay = xmpp_element_find_child (stanza, XMPP_NS_DELAY, "delay");
  const char *stamp = delay ? xmpp_element_get_attribute (delay, "stamp") : NULL;
  const char *from = delay ? xmpp_element_get_attribute (delay, "from") : NULL;

  if (!stamp || !xmpp_datetime_parse (stamp, &self->delay)) {
    self->delay = 0;
    return;
  }
  if (from)
    self->delay_from = xmpp_jid_new_lenient (from, NULL);
}

/* The one that the addressee's own server gave: another may stand before it (S-16). Else the first. */
static XmppElement *
find_stanza_id (XmppMessage *self, XmppElement *stanza)
{
  for (guint i = 0; self->to && i < xmpp_element_get_n_children (stanza); i++) {
    XmppElement *child = xmpp_element_get_child (stanza, i);

    if (xmpp_element_is (child, XMPP_NS_SID, "stanza-id") &&
        g_strcmp0 (xmpp_element_get_attribute (child, "by"), xmpp_jid_get_bare_string (self->to)) == 0)
      return child;
  }
  return xmpp_element_find_child (stanza, XMPP_NS_SID, "stanza-id");
}

static void
parse_extensions (XmppMessage *self, XmppElement *stanza)
{
  XmppElement *child;

  if ((child = xmpp_element_find_child (stanza, XMPP_NS_SID, "origin-id")))
    self->origin_id = g_strdup (xmpp_element_get_attribute (child, "id"));
  if ((child = find_stanza_id (self, stanza))) {
    self->stanza_id = g_strdup (xmpp_element_get_attribute (child, "id"));
    self->stanza_id_by = g_strdup (xmpp_element_get_attribute (child, "by"));
  }
  if ((child = xmpp_element_find_child (stanza, XMPP_NS_CHAT_STATES, NULL)))
    for (guint i = 1; i < G_N_ELEMENTS (chat_states); i++)
      if (g_str_equal (xmpp_element_get_name (child), chat_states[i]))
        self->chat_state = i;
  if ((child = xmpp_element_find_child (stanza, XMPP_NS_RECEIPTS, "received")))
    self->receipt_id = g_strdup (xmpp_element_get_attribute (child, "id"));
  self->receipt_requested = xmpp_element_find_child (stanza, XMPP_NS_RECEIPTS, "request") != NULL;

  child = xmpp_element_find_child (stanza, XMPP_NS_MUC_USER, "x");
  self->invitation = (child && xmpp_element_find_child (child, NULL, "invite")) ||
                     xmpp_element_find_child (stanza, XMPP_NS_CONFERENCE, "x");
}

/**
 * xmpp_message_parse:
 * @languages: (nullable): the user's languages, the best first, as of g_get_language_names ()
 *
 * Reads a <message/> (RFC 6121 §5). Of several bodies and subjects the one in the user's language is taken, else the one
 * without a language, else the first; the stanza's own language is that of all that name none.
 *
 * Returns: (transfer full) (nullable): NULL with XMPP_ERROR_INVALID_JID where an address is none
 */
XmppMessage *
xmpp_message_parse (XmppElement *stanza, const char *const *languages, GError **error)
{
  g_autoptr (XmppMessage) self = g_new0 (XmppMessage, 1);
  XmppElement *body, *subject;

  if (!parse_address (stanza, "from", &self->from, error) || !parse_address (stanza, "to", &self->to, error))
    return NULL;
  self->type = parse_type (xmpp_element_get_attribute (stanza, "type"));
  self->id = g_strdup (xmpp_element_get_attribute (stanza, "id"));
  body = xmpp_stanza_find_in_language (stanza, "body", languages);
  subject = xmpp_stanza_find_in_language (stanza, "subject", languages);
  if (body) {
    self->body = g_strdup (xmpp_element_get_text (body));
    self->lang = g_strdup (xmpp_element_get_lang (body) ? xmpp_element_get_lang (body) : xmpp_element_get_lang (stanza));
  }
  if (subject)
    self->subject = g_strdup (xmpp_element_get_text (subject));
  self->thread = g_strdup (xmpp_element_get_child_text (stanza, XMPP_NS_CLIENT, "thread"));
  self->encrypted = is_encrypted (stanza, self->body);
  parse_delay (self, stanza);
  parse_extensions (self, stanza);
  if (self->type == XMPP_MESSAGE_ERROR) {
    self->error = xmpp_stanza_error_parse (stanza);
    if (self->error == NULL)
      self->error = g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_UNDEFINED_CONDITION, "undefined-condition");
  }
  return g_steal_pointer (&self);
}

/**
 * xmpp_message_build:
 *
 * The stanza of a message to be sent; from and delay are never written, the id is the caller's, and stands as origin-id
 * too where that is set (XEP-0359 §3.1).
 *
 * Returns: (transfer full)
 */
XmppElement *
xmpp_message_build (const XmppMessage *self)
{
  XmppElement *stanza = xmpp_element_new (XMPP_NS_CLIENT, "message");

  if (self->to)
    xmpp_element_set_attribute (stanza, "to", xmpp_jid_get_string (self->to));
  if (self->type != XMPP_MESSAGE_NORMAL)
    xmpp_element_set_attribute (stanza, "type", types[self->type]);
  if (self->id)
    xmpp_element_set_attribute (stanza, "id", self->id);
  if (self->subject)
    xmpp_element_add_text_child (stanza, XMPP_NS_CLIENT, "subject", self->subject);
  if (self->body)
    xmpp_element_add_text_child (stanza, XMPP_NS_CLIENT, "body", self->body);
  if (self->thread)
    xmpp_element_add_text_child (stanza, XMPP_NS_CLIENT, "thread", self->thread);
  if (self->origin_id)
    xmpp_element_set_attribute (xmpp_element_add_child (stanza, XMPP_NS_SID, "origin-id"), "id", self->origin_id);
  if (self->chat_state != XMPP_CHAT_STATE_NONE)
    xmpp_element_add_child (stanza, XMPP_NS_CHAT_STATES, chat_states[self->chat_state]);
  if (self->receipt_requested)
    xmpp_element_add_child (stanza, XMPP_NS_RECEIPTS, "request");
  if (self->receipt_id)
    xmpp_element_set_attribute (xmpp_element_add_child (stanza, XMPP_NS_RECEIPTS, "received"), "id", self->receipt_id);
  return stanza;
}

void
xmpp_message_free (XmppMessage *self)
{
  g_clear_pointer (&self->from, xmpp_jid_unref);
  g_clear_pointer (&self->to, xmpp_jid_unref);
  g_clear_pointer (&self->delay_from, xmpp_jid_unref);
  g_clear_error (&self->error);
  g_free (self->id);
  g_free (self->origin_id);
  g_free (self->stanza_id);
  g_free (self->stanza_id_by);
  g_free (self->body);
  g_free (self->lang);
  g_free (self->subject);
  g_free (self->thread);
  g_free (self->receipt_id);
  g_free (self);
}
