/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-stanza.h"

#include <string.h>

/* Messages, presence and stanza errors: what is read from a stanza, and what is written into one. */

static const char *const german[] = { "de_AT.UTF-8", "de_AT", "de.UTF-8", "de", "fr", "C", NULL };

static XmppElement *
parse_xml (const char *name, const char *attributes, const char *content)
{
  g_autofree char *xml = g_strdup_printf ("<%s xmlns='jabber:client' %s>%s</%s>", name, attributes, content, name);
  g_autoptr (GError) error = NULL;
  XmppElement *stanza = xmpp_element_parse (xml, -1, &error);

  g_assert_no_error (error);
  return stanza;
}

static XmppMessage *
parse_message (const char *attributes, const char *content)
{
  g_autoptr (XmppElement) stanza = parse_xml ("message", attributes, content);
  g_autoptr (GError) error = NULL;
  XmppMessage *message = xmpp_message_parse (stanza, german, &error);

  g_assert_no_error (error);
  return message;
}

static XmppPresenceStanza *
parse_presence (const char *attributes, const char *content)
{
  g_autoptr (XmppElement) stanza = parse_xml ("presence", attributes, content);
  g_autoptr (GError) error = NULL;
  XmppPresenceStanza *presence = xmpp_presence_parse (stanza, german, &error);

  g_assert_no_error (error);
  return presence;
}

/* -- messages -------------------------------------------------------------------------------------------------------- */

static void
test_message_types (void)
{
  static const struct { const char *attributes; XmppMessageType type; } rows[] = {
    { "", XMPP_MESSAGE_NORMAL }, { "type='normal'", XMPP_MESSAGE_NORMAL }, { "type='chat'", XMPP_MESSAGE_CHAT },
    { "type='groupchat'", XMPP_MESSAGE_GROUPCHAT }, { "type='headline'", XMPP_MESSAGE_HEADLINE },
    { "type='error'", XMPP_MESSAGE_ERROR }, { "type='Chat'", XMPP_MESSAGE_NORMAL }, { "type=''", XMPP_MESSAGE_NORMAL },
    { "type='new-fashioned'", XMPP_MESSAGE_NORMAL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppMessage) message = parse_message (rows[i].attributes, "");

    g_assert_cmpint (message->type, ==, rows[i].type);
    g_assert_cmpint (message->error != NULL, ==, rows[i].type == XMPP_MESSAGE_ERROR);
    g_assert_null (message->body);
    g_assert_null (message->from);
  }
}

static void
test_message_languages (void)
{
  static const struct { const char *attributes, *content, *body, *lang; } rows[] = {
    { "", "<body>only</body>", "only", NULL },
    { "", "<body/>", "", NULL },
    { "", "<body>a</body><body>b</body>", "a", NULL },
    { "", "<body xml:lang='en'>e</body><body xml:lang='de'>d</body>", "d", "de" },
    { "", "<body xml:lang='fr'>f</body><body xml:lang='DE-ch'>d</body>", "d", "DE-ch" },
    { "", "<body xml:lang='fr'>f</body><body>none</body>", "f", "fr" },
    { "", "<body xml:lang='en'>e</body><body>none</body>", "none", NULL },
    { "", "<body xml:lang='en'>e</body><body xml:lang='es'>s</body>", "e", "en" },
    { "", "<body xml:lang='deu'>x</body><body xml:lang=''>none</body>", "none", "" },
    { "xml:lang='de'", "<body xml:lang='fr'>f</body><body>d</body>", "d", "de" },
    { "xml:lang='en'", "<body>e</body><body xml:lang='fr'>f</body>", "f", "fr" },
    { "", "<body xmlns='urn:other' xml:lang='de'>x</body><body>y</body>", "y", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppMessage) message = parse_message (rows[i].attributes, rows[i].content);

    g_test_message ("%s", rows[i].content);
    g_assert_cmpstr (message->body, ==, rows[i].body);
    g_assert_cmpstr (message->lang, ==, rows[i].lang);
  }
}

static void
test_message_no_languages (void)
{
  g_autoptr (XmppElement) stanza = parse_xml ("message", "", "<body xml:lang='en'>e</body><body>none</body><subject>s</subject><thread>t</thread>");
  g_autoptr (XmppMessage) message = xmpp_message_parse (stanza, NULL, NULL);

  g_assert_cmpstr (message->body, ==, "none");
  g_assert_cmpstr (message->subject, ==, "s");
  g_assert_cmpstr (message->thread, ==, "t");
}

static void
test_chat_states (void)
{
  static const char *const names[] = { "active", "composing", "paused", "inactive", "gone" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *content = g_strdup_printf ("<%s xmlns='" XMPP_NS_CHAT_STATES "'/>", names[i]);
    g_autofree char *other = g_strdup_printf ("<%s xmlns='urn:other'/>", names[i]);
    g_autoptr (XmppMessage) message = parse_message ("", content), none = parse_message ("", other);
    g_autoptr (XmppElement) built = xmpp_message_build (message);

    g_assert_cmpint (message->chat_state, ==, XMPP_CHAT_STATE_ACTIVE + i);
    g_assert_cmpint (none->chat_state, ==, XMPP_CHAT_STATE_NONE);
    g_assert_nonnull (xmpp_element_find_child (built, XMPP_NS_CHAT_STATES, names[i]));
  }
  {
    g_autoptr (XmppMessage) unknown = parse_message ("", "<dancing xmlns='" XMPP_NS_CHAT_STATES "'/>");

    g_assert_cmpint (unknown->chat_state, ==, XMPP_CHAT_STATE_NONE);
  }
}

/* A stamp that is none is no stamp; whose it is, is for others to judge. */
static void
test_delay (void)
{
  static const struct { const char *attributes; gint64 delay; const char *from; } rows[] = {
    { "stamp='2002-09-10T23:41:07Z' from='a.test'", 1031701267000000, "a.test" },
    { "stamp='2002-09-10T23:41:07Z'", 1031701267000000, NULL },
    { "stamp='2002-09-10T23:41:07Z' from='@'", 1031701267000000, NULL },
    { "stamp='20020910T23:41:07' from='a.test'", 0, NULL },
    { "stamp='99999-09-10T23:41:07Z' from='a.test'", 0, NULL },
    { "stamp='-2002-09-10T23:41:07Z' from='a.test'", 0, NULL },
    { "stamp='' from='a.test'", 0, NULL },
    { "from='a.test'", 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *content = g_strdup_printf ("<delay xmlns='" XMPP_NS_DELAY "' %s/>", rows[i].attributes);
    g_autoptr (XmppMessage) message = parse_message ("", content);
    g_autoptr (XmppPresenceStanza) presence = parse_presence ("", content);

    g_test_message ("%s", content);
    g_assert_cmpint (message->delay, ==, rows[i].delay);
    g_assert_cmpint (presence->delay, ==, rows[i].delay);
    g_assert_cmpstr (message->delay_from ? xmpp_jid_get_string (message->delay_from) : NULL, ==, rows[i].from);
  }
}

static void
test_encrypted (void)
{
  static const struct { const char *content; gboolean encrypted; } rows[] = {
    { "<openpgp xmlns='urn:xmpp:openpgp:0'>x</openpgp><body>b</body><encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:openpgp:0'/>", TRUE },
    { "<body>?OTR?v23?...</body><encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:otr:0'/>", TRUE },
    { "<encryption xmlns='urn:xmpp:eme:0' namespace='urn:new' name='New'/><body>b</body>", TRUE },
    { "<body>?OTRv23?</body>", TRUE },
    { "<body>b</body><encrypted xmlns='eu.siacs.conversations.axolotl'/>", TRUE },
    { "<body>b</body><encrypted xmlns='urn:xmpp:omemo:2'/>", TRUE },
    { "<body>b</body><openpgp xmlns='urn:xmpp:openpgp:0'/>", TRUE },
    { "<body>b</body><x xmlns='jabber:x:encrypted'>y</x>", TRUE },
    { "<body>b</body><encrypted xmlns='urn:other'/>", FALSE },
    { "<body>What is ?OTR</body>", FALSE },
    { "<body>b</body>", FALSE },
    { "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppMessage) message = parse_message ("", rows[i].content);

    g_test_message ("%s", rows[i].content);
    g_assert_cmpint (message->encrypted, ==, rows[i].encrypted);
  }
}

/* The id that our own server gave is found behind those of others. */
static void
test_ids (void)
{
  g_autoptr (XmppMessage) message = parse_message ("id='i' to='juliet@a.test/x' from='romeo@b.test/y'",
    "<stanza-id xmlns='urn:xmpp:sid:0' id='theirs' by='romeo@b.test'/><stanza-id xmlns='urn:xmpp:sid:0' id='ours' by='juliet@a.test'/>"
    "<origin-id xmlns='urn:xmpp:sid:0' id='o'/><received xmlns='urn:xmpp:receipts' id='r'/><request xmlns='urn:xmpp:receipts'/>");
  g_autoptr (XmppMessage) other = parse_message ("to='juliet@a.test'", "<stanza-id xmlns='urn:xmpp:sid:0' id='theirs' by='romeo@b.test'/>");
  g_autoptr (XmppMessage) none = parse_message ("", "<stanza-id xmlns='urn:other' id='x'/><received xmlns='urn:xmpp:receipts'/>");

  g_assert_cmpstr (message->id, ==, "i");
  g_assert_cmpstr (xmpp_jid_get_string (message->from), ==, "romeo@b.test/y");
  g_assert_cmpstr (message->stanza_id, ==, "ours");
  g_assert_cmpstr (message->stanza_id_by, ==, "juliet@a.test");
  g_assert_cmpstr (message->origin_id, ==, "o");
  g_assert_cmpstr (message->receipt_id, ==, "r");
  g_assert_true (message->receipt_requested);
  g_assert_cmpstr (other->stanza_id_by, ==, "romeo@b.test");
  g_assert_null (none->id);
  g_assert_null (none->stanza_id);
  g_assert_null (none->receipt_id);
  g_assert_false (none->receipt_requested);
}

/* Who gives ids is the server of the one to whom it came, or whose copy it is; of two by one, one is forged. */
static void
test_stanza_ids (void)
{
  static const struct { const char *attributes, *content, *id; } rows[] = {
    { "to='j@a.test' from='r@b.test/x'", "<stanza-id xmlns='urn:xmpp:sid:0' id='1' by='r@b.test'/><stanza-id xmlns='urn:xmpp:sid:0' id='2' by='j@a.test'/>", "2" },
    { "to='j@a.test/x' from='r@b.test/x'", "<stanza-id xmlns='urn:xmpp:sid:0' id='1' by='c.test'/><stanza-id xmlns='urn:xmpp:sid:0' id='2' by='r@b.test'/>", "2" },
    { "to='j@a.test' from='r@b.test/x'", "<stanza-id xmlns='urn:xmpp:sid:0' id='1' by='j@a.test'/><stanza-id xmlns='urn:xmpp:sid:0' id='2' by='j@a.test'/>", NULL },
    { "to='j@a.test' from='r@b.test/x'", "<stanza-id xmlns='urn:xmpp:sid:0' id='1' by='j@a.test'/><stanza-id xmlns='urn:xmpp:sid:0' id='1' by='j@a.test'/>", NULL },
    { "to='j@a.test'", "<stanza-id xmlns='urn:xmpp:sid:0' id='1' by='c.test'/><stanza-id xmlns='urn:xmpp:sid:0' id='2' by='c.test'/><stanza-id xmlns='urn:xmpp:sid:0' id='3' by='j@a.test'/>", "3" },
    { "to='j@a.test'", "<stanza-id xmlns='urn:xmpp:sid:0' id='1'/>", NULL },
    { "to='j@a.test'", "<stanza-id xmlns='urn:xmpp:sid:0' id='' by='j@a.test'/>", NULL },
    { "to='j@a.test'", "<x xmlns='a'><stanza-id xmlns='urn:xmpp:sid:0' id='1' by='j@a.test'/></x>", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppMessage) message = parse_message (rows[i].attributes, rows[i].content);

    g_test_message ("%s", rows[i].content);
    g_assert_cmpstr (message->stanza_id, ==, rows[i].id);
  }
}

/* Corrections, retractions, marks and hints: the one field that a row names, or none of them. */
static void
test_references (void)
{
  static const struct { const char *attributes, *content, *replace, *retract, *displayed; gboolean markable; guint hints; } rows[] = {
    { "", "<replace xmlns='" XMPP_NS_CORRECT "' id='m'/>", "m", NULL, NULL, FALSE, 0 },
    { "", "<replace xmlns='" XMPP_NS_CORRECT "' id='m'/><replace xmlns='" XMPP_NS_CORRECT "' id='n'/>", "m", NULL, NULL, FALSE, 0 },
    { "", "<replace xmlns='" XMPP_NS_CORRECT "'/><replace xmlns='urn:other' id='m'/>", NULL, NULL, NULL, FALSE, 0 },
    { "", "<retract xmlns='" XMPP_NS_RETRACT "' id='m'/>", NULL, "m", NULL, FALSE, 0 },
    { "", "<retract xmlns='" XMPP_NS_RETRACT "' id=''/><retracted xmlns='" XMPP_NS_RETRACT "' id='m'/>", NULL, NULL, NULL, FALSE, 0 },
    { "", "<displayed xmlns='" XMPP_NS_MARKERS "' id='m'/>", NULL, NULL, "m", FALSE, 0 },
    { "", "<received xmlns='" XMPP_NS_MARKERS "' id='m'/><acknowledged xmlns='" XMPP_NS_MARKERS "' id='m'/>", NULL, NULL, NULL, FALSE, 0 },
    { "", "<body>b</body><markable xmlns='" XMPP_NS_MARKERS "'/>", NULL, NULL, NULL, TRUE, 0 },
    { "", "<no-store xmlns='" XMPP_NS_HINTS "'/><no-copy xmlns='" XMPP_NS_HINTS "'/>", NULL, NULL, NULL, FALSE, XMPP_HINT_NO_STORE | XMPP_HINT_NO_COPY },
    { "", "<no-permanent-store xmlns='" XMPP_NS_HINTS "'/><store xmlns='" XMPP_NS_HINTS "'/><new xmlns='" XMPP_NS_HINTS "'/>", NULL, NULL, NULL, FALSE,
      XMPP_HINT_NO_PERMANENT_STORE | XMPP_HINT_STORE },
    { "type='error'", "<markable xmlns='" XMPP_NS_MARKERS "'/><replace xmlns='" XMPP_NS_CORRECT "' id='m'/><store xmlns='" XMPP_NS_HINTS "'/>"
      "<retract xmlns='" XMPP_NS_RETRACT "' id='m'/><displayed xmlns='" XMPP_NS_MARKERS "' id='m'/>", NULL, NULL, NULL, FALSE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppMessage) message = parse_message (rows[i].attributes, rows[i].content);

    g_test_message ("%s", rows[i].content);
    g_assert_cmpstr (message->replace_id, ==, rows[i].replace);
    g_assert_cmpstr (message->retract_id, ==, rows[i].retract);
    g_assert_cmpstr (message->displayed_id, ==, rows[i].displayed);
    g_assert_cmpint (message->markable, ==, rows[i].markable);
    g_assert_cmpuint (message->hints, ==, rows[i].hints);
    g_assert_null (message->reactions_id);
    g_assert_cmpint (message->carbon, ==, XMPP_CARBON_NONE);
  }
}

#define REACTION(text) "<reaction>" text "</reaction>"

static void
test_reactions (void)
{
  static const struct { const char *content, *id, *reactions; } rows[] = {
    { "<reactions xmlns='" XMPP_NS_REACTIONS "' id='m'>" REACTION ("👋") REACTION (" 🐢\n") "</reactions>", "m", "👋 🐢" },
    { "<reactions xmlns='" XMPP_NS_REACTIONS "' id='m'>" REACTION ("👋") REACTION ("👋") REACTION ("") "</reactions>", "m", "👋" },
    { "<reactions xmlns='" XMPP_NS_REACTIONS "' id='m'>" REACTION ("an essay of more than sixty-four bytes that somebody takes for an emoji") "</reactions>", "m", "" },
    { "<reactions xmlns='" XMPP_NS_REACTIONS "' id='m'/>", "m", "" },
    { "<reactions xmlns='" XMPP_NS_REACTIONS "' id='m'/><reactions xmlns='" XMPP_NS_REACTIONS "' id='n'>" REACTION ("👋") "</reactions>", "m", "" },
    { "<reactions xmlns='" XMPP_NS_REACTIONS "' id='m'><reaction xmlns='urn:other'>👋</reaction></reactions>", "m", "" },
    { "<reactions xmlns='" XMPP_NS_REACTIONS "'>" REACTION ("👋") "</reactions>", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppMessage) message = parse_message ("", rows[i].content);
    g_autofree char *joined = message->reactions ? g_strjoinv (" ", message->reactions) : NULL;

    g_test_message ("%s", rows[i].content);
    g_assert_cmpstr (message->reactions_id, ==, rows[i].id);
    g_assert_cmpstr (joined, ==, rows[i].reactions);
  }
}

static void
test_many_reactions (void)
{
  g_autoptr (GString) content = g_string_new ("<reactions xmlns='" XMPP_NS_REACTIONS "' id='m'>");
  g_autoptr (XmppMessage) message = NULL;

  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (content, "<reaction>%u</reaction>", i);
  g_string_append (content, "</reactions>");
  message = parse_message ("", content->str);
  g_assert_cmpuint (g_strv_length (message->reactions), ==, 32);
}

static void
test_invitations (void)
{
  static const struct { const char *content; gboolean invitation; } rows[] = {
    { "<x xmlns='" XMPP_NS_MUC_USER "'><invite from='a@b.test'/></x>", TRUE },
    { "<x xmlns='jabber:x:conference' jid='room@b.test'/>", TRUE },
    { "<x xmlns='" XMPP_NS_MUC_USER "'/>", FALSE },
    { "<x xmlns='jabber:x:data'/>", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppMessage) message = parse_message ("", rows[i].content);

    g_assert_cmpint (message->invitation, ==, rows[i].invitation);
  }
}

static void
test_message_errors (void)
{
  g_autoptr (XmppMessage) message = parse_message ("type='error'", "<error type='auth'><forbidden xmlns='" XMPP_NS_STANZAS "'/></error>");
  g_autoptr (XmppMessage) bare = parse_message ("type='error'", "<body>b</body>");
  g_autoptr (XmppMessage) chat = parse_message ("type='chat'", "<error type='auth'><forbidden xmlns='" XMPP_NS_STANZAS "'/></error>");

  g_assert_error (message->error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_FORBIDDEN);
  g_assert_error (bare->error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_UNDEFINED_CONDITION);
  g_assert_null (chat->error);
}

static void
test_bad_addresses (void)
{
  static const char *const bad[] = { "from='@b.test'", "to='a@'", "from='a@b@'" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (XmppElement) message = parse_xml ("message", bad[i], "<body>b</body>");
    g_autoptr (XmppElement) presence = parse_xml ("presence", bad[i], "");
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) other = NULL;

    g_assert_null (xmpp_message_parse (message, NULL, &error));
    g_assert_error (error, XMPP_ERROR, XMPP_ERROR_INVALID_JID);
    g_assert_null (xmpp_presence_parse (presence, NULL, &other));
    g_assert_error (other, XMPP_ERROR, XMPP_ERROR_INVALID_JID);
  }
}

static void
test_message_build (void)
{
  g_autoptr (XmppJid) to = xmpp_jid_new ("romeo@b.test/x", NULL);
  XmppMessage message = { .type = XMPP_MESSAGE_CHAT, .to = to, .from = to, .id = (char *) "i", .origin_id = (char *) "i",
                          .body = (char *) "1 < 2\n\xF0\x9F\x90\xB1", .subject = (char *) "s", .thread = (char *) "t",
                          .chat_state = XMPP_CHAT_STATE_ACTIVE, .receipt_requested = TRUE, .receipt_id = (char *) "r",
                          .markable = TRUE, .displayed_id = (char *) "d", .carbon = XMPP_CARBON_SENT,
                          .hints = XMPP_HINT_NO_STORE | XMPP_HINT_NO_PERMANENT_STORE | XMPP_HINT_NO_COPY | XMPP_HINT_STORE,
                          .delay = 1, .delay_from = to };
  XmppMessage empty = { .type = XMPP_MESSAGE_NORMAL };
  g_autoptr (XmppElement) stanza = xmpp_message_build (&message), nothing = xmpp_message_build (&empty);
  g_autofree char *text = xmpp_element_to_string (stanza);
  g_autoptr (XmppElement) again = xmpp_element_parse (text, -1, NULL);
  g_autoptr (XmppMessage) parsed = xmpp_message_parse (again, NULL, NULL);

  g_assert_true (xmpp_jid_equal (parsed->to, to));
  g_assert_null (parsed->from);
  g_assert_cmpint (parsed->delay, ==, 0);
  g_assert_cmpint (parsed->type, ==, message.type);
  g_assert_cmpstr (parsed->id, ==, message.id);
  g_assert_cmpstr (parsed->origin_id, ==, message.origin_id);
  g_assert_cmpstr (parsed->body, ==, message.body);
  g_assert_cmpstr (parsed->subject, ==, message.subject);
  g_assert_cmpstr (parsed->thread, ==, message.thread);
  g_assert_cmpint (parsed->chat_state, ==, message.chat_state);
  g_assert_true (parsed->receipt_requested);
  g_assert_cmpstr (parsed->receipt_id, ==, message.receipt_id);
  g_assert_true (parsed->markable);
  g_assert_cmpstr (parsed->displayed_id, ==, message.displayed_id);
  g_assert_cmpuint (parsed->hints, ==, message.hints);
  g_assert_cmpint (parsed->carbon, ==, XMPP_CARBON_NONE);
  g_assert_cmpuint (xmpp_element_get_n_children (nothing), ==, 0);
  g_assert_null (xmpp_element_get_attribute (nothing, "type"));
}

/* -- presence -------------------------------------------------------------------------------------------------------- */

static void
test_presence_types (void)
{
  static const struct { const char *attributes; XmppPresenceType type; } rows[] = {
    { "", XMPP_PRESENCE_AVAILABLE }, { "type='unavailable'", XMPP_PRESENCE_UNAVAILABLE },
    { "type='subscribe'", XMPP_PRESENCE_SUBSCRIBE }, { "type='subscribed'", XMPP_PRESENCE_SUBSCRIBED },
    { "type='unsubscribe'", XMPP_PRESENCE_UNSUBSCRIBE }, { "type='unsubscribed'", XMPP_PRESENCE_UNSUBSCRIBED },
    { "type='probe'", XMPP_PRESENCE_PROBE }, { "type='error'", XMPP_PRESENCE_ERROR },
  };
  static const char *const unknown[] = { "type='available'", "type=''", "type='Unavailable'", "type='invisible'" };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppPresenceStanza) presence = parse_presence (rows[i].attributes, "");
    g_autoptr (XmppElement) built = xmpp_presence_build (presence);
    g_autoptr (XmppPresenceStanza) again = xmpp_presence_parse (built, NULL, NULL);

    g_assert_cmpint (presence->type, ==, rows[i].type);
    g_assert_cmpint (again->type, ==, rows[i].type);
    g_assert_cmpint (presence->availability, ==, rows[i].type == XMPP_PRESENCE_AVAILABLE ? XMPP_AVAILABILITY_AVAILABLE : XMPP_AVAILABILITY_OFFLINE);
  }
  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++) {
    g_autoptr (XmppElement) stanza = parse_xml ("presence", unknown[i], "");
    g_autoptr (GError) error = NULL;

    g_assert_null (xmpp_presence_parse (stanza, NULL, &error));
    g_assert_error (error, XMPP_ERROR, XMPP_ERROR_PROTOCOL);
  }
}

static void
test_idle (void)
{
  g_autoptr (XmppPresenceStanza) idle = parse_presence ("", "<idle xmlns='urn:xmpp:idle:1' since='2002-09-10T23:41:07Z'/>");
  g_autoptr (XmppPresenceStanza) bad = parse_presence ("", "<idle xmlns='urn:xmpp:idle:1' since='yesterday'/>");
  g_autoptr (XmppPresenceStanza) none = parse_presence ("", "<idle xmlns='urn:xmpp:idle:1'/>");

  g_assert_cmpint (idle->idle_since, ==, 1031701267000000);
  g_assert_cmpint (bad->idle_since, ==, 0);
  g_assert_cmpint (none->idle_since, ==, 0);
}

static void
test_presence_content (void)
{
  static const struct { const char *content; XmppAvailability availability; int priority; const char *status; } rows[] = {
    { "", XMPP_AVAILABILITY_AVAILABLE, 0, NULL },
    { "<show>away</show>", XMPP_AVAILABILITY_AWAY, 0, NULL },
    { "<show>xa</show>", XMPP_AVAILABILITY_NOT_AVAILABLE, 0, NULL },
    { "<show>dnd</show>", XMPP_AVAILABILITY_DO_NOT_DISTURB, 0, NULL },
    { "<show>chat</show>", XMPP_AVAILABILITY_FREE_TO_CHAT, 0, NULL },
    { "<show>AWAY</show>", XMPP_AVAILABILITY_AVAILABLE, 0, NULL },
    { "<show/><priority/>", XMPP_AVAILABILITY_AVAILABLE, 0, NULL },
    { "<priority>127</priority>", XMPP_AVAILABILITY_AVAILABLE, 127, NULL },
    { "<priority>-128</priority>", XMPP_AVAILABILITY_AVAILABLE, -128, NULL },
    { "<priority>128</priority>", XMPP_AVAILABILITY_AVAILABLE, 0, NULL },
    { "<priority>-129</priority>", XMPP_AVAILABILITY_AVAILABLE, 0, NULL },
    { "<priority>99999999999999999999</priority>", XMPP_AVAILABILITY_AVAILABLE, 0, NULL },
    { "<priority>+5</priority>", XMPP_AVAILABILITY_AVAILABLE, 5, NULL },     /* xs:byte */
    { "<priority> 5</priority>", XMPP_AVAILABILITY_AVAILABLE, 0, NULL },
    { "<priority>5.0</priority>", XMPP_AVAILABILITY_AVAILABLE, 0, NULL },
    { "<priority>five</priority>", XMPP_AVAILABILITY_AVAILABLE, 0, NULL },
    { "<status>s</status><priority xmlns='urn:other'>5</priority>", XMPP_AVAILABILITY_AVAILABLE, 0, "s" },
    { "<status xml:lang='en'>e</status><status xml:lang='fr'>f</status><status xml:lang='de-AT'>d</status>",
      XMPP_AVAILABILITY_AVAILABLE, 0, "d" },
    { "<status xml:lang='en'>e</status><status>none</status>", XMPP_AVAILABILITY_AVAILABLE, 0, "none" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppPresenceStanza) presence = parse_presence ("", rows[i].content);
    g_autoptr (XmppElement) built = xmpp_presence_build (presence);
    g_autoptr (XmppPresenceStanza) again = xmpp_presence_parse (built, NULL, NULL);

    g_test_message ("%s", rows[i].content);
    g_assert_cmpint (presence->availability, ==, rows[i].availability);
    g_assert_cmpint (presence->priority, ==, rows[i].priority);
    g_assert_cmpstr (presence->status, ==, rows[i].status);
    g_assert_cmpint (again->availability, ==, rows[i].availability);
    g_assert_cmpint (again->priority, ==, rows[i].priority);
    g_assert_cmpstr (again->status, ==, rows[i].status);
  }
}

static void
test_presence_caps (void)
{
  g_autoptr (XmppPresenceStanza) presence = parse_presence ("from='romeo@b.test/x' to='juliet@a.test'",
                                                            "<c xmlns='" XMPP_NS_CAPS "' node='n' ver='v' hash='sha-1'/>");
  g_autoptr (XmppElement) built = xmpp_presence_build (presence);
  g_autoptr (XmppPresenceStanza) again = xmpp_presence_parse (built, NULL, NULL);
  g_autoptr (XmppPresenceStanza) error = parse_presence ("type='error'", "<error><gone xmlns='" XMPP_NS_STANZAS "'/></error>");

  g_assert_cmpstr (again->caps_node, ==, "n");
  g_assert_cmpstr (again->caps_ver, ==, "v");
  g_assert_cmpstr (again->caps_hash, ==, "sha-1");
  g_assert_null (again->from);
  g_assert_cmpstr (xmpp_jid_get_string (again->to), ==, "juliet@a.test");
  g_assert_error (error->error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_GONE);
}

/* -- stanza errors --------------------------------------------------------------------------------------------------- */

/* RFC 6120 §8.3.3: each condition with the type that it should have. */
static void
test_conditions (void)
{
  static const struct { const char *name, *type; int code; } rows[] = {
    { "bad-request", "modify", XMPP_STANZA_ERROR_BAD_REQUEST },
    { "conflict", "cancel", XMPP_STANZA_ERROR_CONFLICT },
    { "feature-not-implemented", "cancel", XMPP_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED },
    { "forbidden", "auth", XMPP_STANZA_ERROR_FORBIDDEN },
    { "gone", "cancel", XMPP_STANZA_ERROR_GONE },
    { "internal-server-error", "cancel", XMPP_STANZA_ERROR_INTERNAL_SERVER_ERROR },
    { "item-not-found", "cancel", XMPP_STANZA_ERROR_ITEM_NOT_FOUND },
    { "jid-malformed", "modify", XMPP_STANZA_ERROR_JID_MALFORMED },
    { "not-acceptable", "modify", XMPP_STANZA_ERROR_NOT_ACCEPTABLE },
    { "not-allowed", "cancel", XMPP_STANZA_ERROR_NOT_ALLOWED },
    { "not-authorized", "auth", XMPP_STANZA_ERROR_NOT_AUTHORIZED },
    { "policy-violation", "modify", XMPP_STANZA_ERROR_POLICY_VIOLATION },
    { "recipient-unavailable", "wait", XMPP_STANZA_ERROR_RECIPIENT_UNAVAILABLE },
    { "redirect", "modify", XMPP_STANZA_ERROR_REDIRECT },
    { "registration-required", "auth", XMPP_STANZA_ERROR_REGISTRATION_REQUIRED },
    { "remote-server-not-found", "cancel", XMPP_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND },
    { "remote-server-timeout", "wait", XMPP_STANZA_ERROR_REMOTE_SERVER_TIMEOUT },
    { "resource-constraint", "wait", XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT },
    { "service-unavailable", "cancel", XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE },
    { "subscription-required", "auth", XMPP_STANZA_ERROR_SUBSCRIPTION_REQUIRED },
    { "undefined-condition", "cancel", XMPP_STANZA_ERROR_UNDEFINED_CONDITION },
    { "unexpected-request", "wait", XMPP_STANZA_ERROR_UNEXPECTED_REQUEST },
  };

  g_assert_cmpuint (G_N_ELEMENTS (rows), ==, XMPP_STANZA_ERROR_UNEXPECTED_REQUEST + 1);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = g_error_new_literal (XMPP_STANZA_ERROR, rows[i].code, "x");
    g_autoptr (XmppElement) iq = xmpp_element_new (XMPP_NS_CLIENT, "iq");
    XmppElement *element = xmpp_stanza_error_build (error, NULL);
    g_autoptr (GError) again = NULL;

    g_assert_cmpstr (xmpp_element_get_attribute (element, "type"), ==, rows[i].type);
    g_assert_cmpuint (xmpp_element_get_n_children (element), ==, 1);
    g_assert_true (xmpp_element_is (xmpp_element_get_child (element, 0), XMPP_NS_STANZAS, rows[i].name));
    xmpp_element_take_child (iq, element);
    again = xmpp_stanza_error_parse (iq);
    g_assert_error (again, XMPP_STANZA_ERROR, rows[i].code);
    g_assert_cmpstr (again->message, ==, rows[i].name);
  }
}

static void
test_error_parse (void)
{
  static const struct { const char *content; int code; const char *message; } rows[] = {
    { "<error type='wait'><conflict xmlns='" XMPP_NS_STANZAS "'/><text xmlns='" XMPP_NS_STANZAS "'>Why</text></error>",
      XMPP_STANZA_ERROR_CONFLICT, "Why" },
    { "<error type='wait'><text xmlns='" XMPP_NS_STANZAS "'/><conflict xmlns='" XMPP_NS_STANZAS "'/></error>",
      XMPP_STANZA_ERROR_CONFLICT, "conflict" },
    { "<error><too-many xmlns='urn:app'/><conflict xmlns='" XMPP_NS_STANZAS "'/><detail xmlns='urn:app'/></error>",
      XMPP_STANZA_ERROR_CONFLICT, "conflict" },
    { "<error><gone xmlns='" XMPP_NS_STANZAS "'>xmpp:new@b.test</gone></error>", XMPP_STANZA_ERROR_GONE, "gone" },
    { "<error><brand-new xmlns='" XMPP_NS_STANZAS "'/></error>", XMPP_STANZA_ERROR_UNDEFINED_CONDITION, "undefined-condition" },
    { "<error><conflict/></error>", XMPP_STANZA_ERROR_UNDEFINED_CONDITION, "undefined-condition" },
    { "<error code='404'/>", XMPP_STANZA_ERROR_UNDEFINED_CONDITION, "undefined-condition" },
    { "<error xmlns='urn:app'><gone xmlns='" XMPP_NS_STANZAS "'/></error><error><conflict xmlns='" XMPP_NS_STANZAS "'/></error>",
      XMPP_STANZA_ERROR_CONFLICT, "conflict" },
  };
  g_autoptr (XmppElement) none = parse_xml ("iq", "type='error'", "<query xmlns='urn:x'/><error xmlns='urn:app'/>");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppElement) iq = parse_xml ("iq", "type='error'", rows[i].content);
    g_autoptr (GError) error = xmpp_stanza_error_parse (iq);

    g_test_message ("%s", rows[i].content);
    g_assert_error (error, XMPP_STANZA_ERROR, rows[i].code);
    g_assert_cmpstr (error->message, ==, rows[i].message);
  }
  g_assert_null (xmpp_stanza_error_parse (none));
}

static void
test_error_build (void)
{
  g_autoptr (GError) io = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "private");
  g_autoptr (GError) policy = g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_POLICY_VIOLATION, "private");
  g_autoptr (XmppElement) undefined = xmpp_stanza_error_build (io, NULL), wait = xmpp_stanza_error_build (policy, "wait");
  g_autofree char *text = xmpp_element_to_string (undefined);

  g_assert_nonnull (xmpp_element_find_child (undefined, XMPP_NS_STANZAS, "undefined-condition"));
  g_assert_null (strstr (text, "private"));
  g_assert_cmpstr (xmpp_element_get_attribute (wait, "type"), ==, "wait");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/payload/message/types", test_message_types);
  g_test_add_func ("/payload/message/languages", test_message_languages);
  g_test_add_func ("/payload/message/no-languages", test_message_no_languages);
  g_test_add_func ("/payload/message/chat-states", test_chat_states);
  g_test_add_func ("/payload/S-20/delay", test_delay);
  g_test_add_func ("/payload/message/encrypted", test_encrypted);
  g_test_add_func ("/payload/S-16/ids", test_ids);
  g_test_add_func ("/payload/S-16/stanza-ids", test_stanza_ids);
  g_test_add_func ("/payload/R-41/references", test_references);
  g_test_add_func ("/payload/R-41/reactions", test_reactions);
  g_test_add_func ("/payload/S-15/many-reactions", test_many_reactions);
  g_test_add_func ("/payload/message/invitations", test_invitations);
  g_test_add_func ("/payload/message/errors", test_message_errors);
  g_test_add_func ("/payload/S-71/bad-addresses", test_bad_addresses);
  g_test_add_func ("/payload/message/build", test_message_build);
  g_test_add_func ("/payload/presence/types", test_presence_types);
  g_test_add_func ("/payload/S-70/presence-content", test_presence_content);
  g_test_add_func ("/payload/idle", test_idle);
  g_test_add_func ("/payload/presence/caps", test_presence_caps);
  g_test_add_func ("/payload/error/conditions", test_conditions);
  g_test_add_func ("/payload/error/parse", test_error_parse);
  g_test_add_func ("/payload/error/build", test_error_build);

  return g_test_run ();
}
