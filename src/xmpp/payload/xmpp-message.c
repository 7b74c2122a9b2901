/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-stanza.h"
#include "xmpp-datetime.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"

#include <string.h>

/* <message/> as the chat layer sees it. */

static const char *const types[] = { "normal", "chat", "groupchat", "headline", "error" };
static const char *const chat_states[] = { NULL, "active", "composing", "paused", "inactive", "gone" };

static const struct { const char *name; XmppHints hint; } hints[] = {
  { "no-store", XMPP_HINT_NO_STORE },
  { "no-permanent-store", XMPP_HINT_NO_PERMANENT_STORE },
  { "no-copy", XMPP_HINT_NO_COPY },
  { "store", XMPP_HINT_STORE },
};

#define MOST_REACTIONS 32         /* of one sender to one message */
#define LONGEST_REACTION 64       /* bytes: a family of four takes 25 */

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

/* -- what only extensions know; each of these gets the child that its row below names ----------------------------------- */

static void
take_id (XmppElement *child, char **id)
{
  const char *text = xmpp_element_get_attribute (child, "id");

  if (*id == NULL && text != NULL && *text != '\0')
    *id = g_strdup (text);
}

/* The element carries the real content; the body beside it is a note to those who can't read it (XEP-0380 §3). */
static void
take_encrypted (XmppMessage *self, XmppElement *child)
{
  self->encrypted = TRUE;
}

static void
take_origin_id (XmppMessage *self, XmppElement *child)
{
  take_id (child, &self->origin_id);
}

static void
take_chat_state (XmppMessage *self, XmppElement *child)
{
  for (guint i = 1; i < G_N_ELEMENTS (chat_states) && self->chat_state == XMPP_CHAT_STATE_NONE; i++)
    if (g_str_equal (xmpp_element_get_name (child), chat_states[i]))
      self->chat_state = i;
}

static void
take_receipt (XmppMessage *self, XmppElement *child)
{
  take_id (child, &self->receipt_id);
}

static void
take_receipt_request (XmppMessage *self, XmppElement *child)
{
  self->receipt_requested = TRUE;
}

static void
take_markable (XmppMessage *self, XmppElement *child)
{
  self->markable = TRUE;
}

static void
take_displayed (XmppMessage *self, XmppElement *child)
{
  take_id (child, &self->displayed_id);
}

static void
take_hint (XmppMessage *self, XmppElement *child)
{
  for (guint i = 0; i < G_N_ELEMENTS (hints); i++)
    if (g_str_equal (xmpp_element_get_name (child), hints[i].name))
      self->hints |= hints[i].hint;
}

static void
take_replace (XmppMessage *self, XmppElement *child)
{
  take_id (child, &self->replace_id);
}

static void
take_retract (XmppMessage *self, XmppElement *child)
{
  take_id (child, &self->retract_id);
}

/* As it was said until version 0.3 of XEP-0424. */
static void
take_old_retract (XmppMessage *self, XmppElement *child)
{
  if (xmpp_element_find_child (child, XMPP_NS_RETRACT_0, "retract"))
    take_id (child, &self->retract_id);
}

static void
take_retracted (XmppMessage *self, XmppElement *child)
{
  self->retracted = TRUE;
}

/* XEP-0444 §4: none twice; what can't be an emoji is left out. Of several elements, which may not be, the first counts. */
static void
take_reactions (XmppMessage *self, XmppElement *child)
{
  g_autoptr (GPtrArray) found = NULL;

  if (self->reactions_id != NULL)
    return;
  take_id (child, &self->reactions_id);
  if (self->reactions_id == NULL)
    return;
  found = g_ptr_array_new ();
  for (guint i = 0; i < xmpp_element_get_n_children (child) && found->len < MOST_REACTIONS; i++) {
    XmppElement *reaction = xmpp_element_get_child (child, i);
    g_autofree char *text = g_strstrip (g_strdup (xmpp_element_get_text (reaction)));

    if (xmpp_element_is (reaction, XMPP_NS_REACTIONS, "reaction") && *text != '\0' && strlen (text) <= LONGEST_REACTION &&
        !g_ptr_array_find_with_equal_func (found, text, g_str_equal, NULL))
      g_ptr_array_add (found, g_steal_pointer (&text));
  }
  g_ptr_array_add (found, NULL);
  self->reactions = (char **) g_ptr_array_free (g_steal_pointer (&found), FALSE);
}

/* -- answers -------------------------------------------------------------------------------------------------------- */

/* The author's address is a help, no more: where it is none, that the message is an answer still holds. */
static void
take_reply (XmppMessage *self, XmppElement *child)
{
  const char *to = xmpp_element_get_attribute (child, "to");

  if (self->reply_id != NULL)
    return;
  take_id (child, &self->reply_id);
  if (self->reply_id != NULL && to != NULL)
    self->reply_to = xmpp_jid_new_lenient (to, NULL);
}

/* XEP-0428 §2.2: without both the whole text. What can't be read is kept as a range that can't be, so that none counts. */
static XmppRange
parse_range (XmppElement *region)
{
  const char *start = xmpp_element_get_attribute (region, "start"), *end = xmpp_element_get_attribute (region, "end");
  guint64 from, to;

  if (start == NULL && end == NULL)
    return (XmppRange) { 0, G_MAXUINT };
  if (start == NULL || end == NULL || !g_ascii_string_to_unsigned (start, 10, 0, G_MAXINT, &from, NULL) ||
      !g_ascii_string_to_unsigned (end, 10, 0, G_MAXINT, &to, NULL))
    return (XmppRange) { 1, 0 };
  return (XmppRange) { from, to };
}

static void
take_fallback (XmppMessage *self, XmppElement *child)
{
  XmppRange range = { 0, G_MAXUINT };

  if (g_strcmp0 (xmpp_element_get_attribute (child, "for"), XMPP_NS_REPLY) != 0)
    return;
  if (self->reply_fallback == NULL)
    self->reply_fallback = g_array_new (FALSE, FALSE, sizeof (XmppRange));
  if (xmpp_element_get_n_children (child) == 0)
    g_array_append_val (self->reply_fallback, range);
  for (guint i = 0; i < xmpp_element_get_n_children (child); i++) {
    if (!xmpp_element_is (xmpp_element_get_child (child, i), XMPP_NS_FALLBACK, "body"))
      continue;
    range = parse_range (xmpp_element_get_child (child, i));
    g_array_append_val (self->reply_fallback, range);
  }
}

static void
take_unstyled (XmppMessage *self, XmppElement *child)
{
  self->unstyled = TRUE;
}

static void
take_room_user (XmppMessage *self, XmppElement *child)
{
  self->invitation |= xmpp_element_find_child (child, NULL, "invite") != NULL;
}

static void
take_room (XmppMessage *self, XmppElement *child)
{
  self->invitation = TRUE;
}

static const struct {
  const char *ns;
  const char *name;         /* NULL: any */
  void (*take) (XmppMessage *self, XmppElement *child);
} extensions[] = {
  { XMPP_NS_SID, "origin-id", take_origin_id },
  { XMPP_NS_RECEIPTS, "request", take_receipt_request },
  { XMPP_NS_MARKERS, "markable", take_markable },
  { XMPP_NS_CHAT_STATES, NULL, take_chat_state },
  { XMPP_NS_RECEIPTS, "received", take_receipt },
  { XMPP_NS_MARKERS, "displayed", take_displayed },
  { XMPP_NS_HINTS, NULL, take_hint },
  { XMPP_NS_CORRECT, "replace", take_replace },
  { XMPP_NS_RETRACT, "retract", take_retract },
  { XMPP_NS_RETRACT, "retracted", take_retracted },
  { XMPP_NS_FASTEN, "apply-to", take_old_retract },
  { XMPP_NS_RETRACT_0, "retracted", take_retracted },
  { XMPP_NS_REACTIONS, "reactions", take_reactions },
  { XMPP_NS_REPLY, "reply", take_reply },
  { XMPP_NS_FALLBACK, "fallback", take_fallback },
  { XMPP_NS_STYLING, "unstyled", take_unstyled },
  { XMPP_NS_MUC_USER, "x", take_room_user },
  { XMPP_NS_CONFERENCE, "x", take_room },
  { XMPP_NS_EME, "encryption", take_encrypted },
  { "eu.siacs.conversations.axolotl", "encrypted", take_encrypted },
  { "urn:xmpp:omemo:2", "encrypted", take_encrypted },
  { "urn:xmpp:openpgp:0", "openpgp", take_encrypted },
  { "jabber:x:encrypted", "x", take_encrypted },
};

/* In one pass over the children: this is done for every message of an archive. */
static void
parse_extensions (XmppMessage *self, XmppElement *stanza)
{
  for (guint i = 0; i < xmpp_element_get_n_children (stanza); i++) {
    XmppElement *child = xmpp_element_get_child (stanza, i);

    if (xmpp_element_is (child, XMPP_NS_CLIENT, NULL))
      continue;
    for (guint j = 0; j < G_N_ELEMENTS (extensions); j++)
      if (xmpp_element_is (child, extensions[j].ns, extensions[j].name)) {
        extensions[j].take (self, child);
        break;
      }
  }
  self->encrypted |= self->body != NULL && g_str_has_prefix (self->body, "?OTR");
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

/* -- stanza ids ------------------------------------------------------------------------------------------------------ */

/* Who gives ids: the server of the addressee, or that of the sender in the copies which it makes for him. Another may have
 * put one before theirs (S-16). */
static guint
rank_stanza_id (XmppMessage *self, const char *by)
{
  if (self->to && g_str_equal (by, xmpp_jid_get_bare_string (self->to)))
    return 3;
  return self->from && g_str_equal (by, xmpp_jid_get_bare_string (self->from)) ? 2 : 1;
}

/* Two by the same are none: one of them is forged, and nobody knows which (S-16). */
static void
parse_stanza_id (XmppMessage *self, XmppElement *stanza)
{
  XmppElement *best = NULL;
  guint best_rank = 0;
  gboolean twice = FALSE;

  for (guint i = 0; i < xmpp_element_get_n_children (stanza); i++) {
    XmppElement *child = xmpp_element_get_child (stanza, i);
    const char *by;
    guint rank;

    if (!xmpp_element_is (child, XMPP_NS_SID, "stanza-id") || !(by = xmpp_element_get_attribute (child, "by")))
      continue;
    rank = rank_stanza_id (self, by);
    if (rank > best_rank) {
      best = child;
      best_rank = rank;
      twice = FALSE;
    } else if (rank == best_rank && g_str_equal (by, xmpp_element_get_attribute (best, "by"))) {
      twice = TRUE;
    }
  }
  if (best && !twice) {
    take_id (best, &self->stanza_id);
    self->stanza_id_by = g_strdup (xmpp_element_get_attribute (best, "by"));
  }
}

/* -------------------------------------------------------------------------------------------------------------------- */

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
  parse_delay (self, stanza);
  parse_stanza_id (self, stanza);
  /* What else an error has in it is ours, sent back (RFC 6120 §8.3.1). */
  if (self->type != XMPP_MESSAGE_ERROR) {
    parse_extensions (self, stanza);
  } else {
    self->error = xmpp_stanza_error_parse (stanza);
    if (self->error == NULL)
      self->error = g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_UNDEFINED_CONDITION, "undefined-condition");
  }
  return g_steal_pointer (&self);
}

static void
add_reply (const XmppMessage *self, XmppElement *stanza)
{
  XmppElement *reply = xmpp_element_add_child (stanza, XMPP_NS_REPLY, "reply");
  XmppElement *fallback;

  if (self->reply_to)
    xmpp_element_set_attribute (reply, "to", xmpp_jid_get_string (self->reply_to));
  xmpp_element_set_attribute (reply, "id", self->reply_id);
  if (self->reply_fallback == NULL)
    return;
  fallback = xmpp_element_add_child (stanza, XMPP_NS_FALLBACK, "fallback");
  xmpp_element_set_attribute (fallback, "for", XMPP_NS_REPLY);
  for (guint i = 0; i < self->reply_fallback->len; i++) {
    const XmppRange *range = &g_array_index (self->reply_fallback, XmppRange, i);
    XmppElement *body = xmpp_element_add_child (fallback, XMPP_NS_FALLBACK, "body");
    g_autofree char *start = g_strdup_printf ("%u", range->start), *end = g_strdup_printf ("%u", range->end);

    xmpp_element_set_attribute (body, "start", start);
    xmpp_element_set_attribute (body, "end", end);
  }
}

/* The body beside it is for those who don't know the extension (XEP-0424 §4). */
static void
add_retract (const XmppMessage *self, XmppElement *stanza)
{
  xmpp_element_set_attribute (xmpp_element_add_child (stanza, XMPP_NS_RETRACT, "retract"), "id", self->retract_id);
  if (self->body)
    xmpp_element_set_attribute (xmpp_element_add_child (stanza, XMPP_NS_FALLBACK, "fallback"), "for", XMPP_NS_RETRACT);
}

static void
add_reactions (const XmppMessage *self, XmppElement *stanza)
{
  XmppElement *reactions = xmpp_element_add_child (stanza, XMPP_NS_REACTIONS, "reactions");

  xmpp_element_set_attribute (reactions, "id", self->reactions_id);
  for (guint i = 0; self->reactions && self->reactions[i]; i++)
    xmpp_element_add_text_child (reactions, XMPP_NS_REACTIONS, "reaction", self->reactions[i]);
}

/* What it says of an earlier message. */
static void
add_references (const XmppMessage *self, XmppElement *stanza)
{
  if (self->replace_id)
    xmpp_element_set_attribute (xmpp_element_add_child (stanza, XMPP_NS_CORRECT, "replace"), "id", self->replace_id);
  if (self->retract_id)
    add_retract (self, stanza);
  if (self->reactions_id)
    add_reactions (self, stanza);
  if (self->reply_id)
    add_reply (self, stanza);
}

/**
 * xmpp_message_build:
 *
 * The stanza of a message to be sent; from and delay are never written, the id is the caller's, and stands as origin-id
 * too where that is set (XEP-0359 §3.1). What an archive writes in the place of a message is never written either.
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
  if (self->markable)
    xmpp_element_add_child (stanza, XMPP_NS_MARKERS, "markable");
  if (self->displayed_id)
    xmpp_element_set_attribute (xmpp_element_add_child (stanza, XMPP_NS_MARKERS, "displayed"), "id", self->displayed_id);
  add_references (self, stanza);
  if (self->unstyled)
    xmpp_element_add_child (stanza, XMPP_NS_STYLING, "unstyled");
  for (guint i = 0; i < G_N_ELEMENTS (hints); i++)
    if (self->hints & hints[i].hint)
      xmpp_element_add_child (stanza, XMPP_NS_HINTS, hints[i].name);
  return stanza;
}

void
xmpp_message_free (XmppMessage *self)
{
  g_clear_pointer (&self->from, xmpp_jid_unref);
  g_clear_pointer (&self->to, xmpp_jid_unref);
  g_clear_pointer (&self->delay_from, xmpp_jid_unref);
  g_clear_pointer (&self->reply_to, xmpp_jid_unref);
  g_clear_pointer (&self->reply_fallback, g_array_unref);
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
  g_free (self->displayed_id);
  g_free (self->replace_id);
  g_free (self->retract_id);
  g_free (self->reactions_id);
  g_free (self->reply_id);
  g_strfreev (self->reactions);
  g_free (self);
}
