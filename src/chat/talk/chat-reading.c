/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-reading.h"

#include "xmpp-datetime.h"
#include "xmpp-ns.h"

#include <string.h>

/* A stanza becomes what is stored of it. Every stage lets it pass on or ends it. Live messages, copies for another device
 * and the archive take the same way, so that the same message gives the same row. */

#define RAW_KEPT (7 * G_TIME_SPAN_DAY)
#define EMOJIS_MAX 20
#define EMOJI_BYTES_MAX 64

typedef struct {
  const ChatReadingContext *context;
  const XmppMessage *message;
  XmppElement *stanza;
  GPtrArray *news;
  XmppJid *peer;
  gboolean own;
  gint64 time;
  gboolean delayed;
  const char *archive_id;
} Reading;

typedef enum { PASS, DROP } Verdict;

static ChatNewMessage *
add_news (Reading *in, ChatNewType type)
{
  ChatNewMessage *new = g_new0 (ChatNewMessage, 1);

  new->type = type;
  new->source = in->context->source;
  new->jid = g_strdup (xmpp_jid_get_string (in->peer));
  new->own = in->own;
  new->state = in->own ? CHAT_MESSAGE_SENT : CHAT_MESSAGE_RECEIVED;
  new->time = in->time;
  new->delayed = in->delayed;
  new->stanza_id = g_strdup (in->message->id);
  if (g_strcmp0 (in->message->origin_id, in->message->id) != 0)
    new->origin_id = g_strdup (in->message->origin_id);
  new->archive_id = g_strdup (in->archive_id);
  g_ptr_array_add (in->news, new);
  return new;
}

/* -- who and when --------------------------------------------------------------------------------------------------- */

/* Rooms and invitations wait until there are rooms. An error is about a message, and the outbox's. */
static Verdict
drop_rooms_and_errors (Reading *in)
{
  XmppMessageType type = in->message->type;
  return type == XMPP_MESSAGE_GROUPCHAT || type == XMPP_MESSAGE_ERROR || in->message->invitation ? DROP : PASS;
}

/* Without from it is from our own account (RFC 6120 §8.1.2.1, S-24), never from a contact. What we wrote elsewhere belongs to
 * whom we wrote it; live, the only thing that we say to ourselves is a note. */
XmppJid *
chat_reading_find_peer (const ChatReadingContext *context, const XmppMessage *message, gboolean *own)
{
  XmppJid *account = context->account;

  *own = message->from == NULL || xmpp_jid_equal_bare (message->from, account);
  if (!*own)
    return context->source != CHAT_SOURCE_ARCHIVE || message->to == NULL || xmpp_jid_equal_bare (message->to, account)
           ? xmpp_jid_to_bare (message->from) : NULL;
  return xmpp_jid_to_bare (context->source != CHAT_SOURCE_LIVE && message->to != NULL ? message->to : account);
}

static Verdict
verify_sender (Reading *in)
{
  in->peer = chat_reading_find_peer (in->context, in->message, &in->own);
  return in->peer != NULL ? PASS : DROP;
}

static gboolean
is_ours (XmppJid *account, const char *address)
{
  g_autoptr (XmppJid) jid = address != NULL ? xmpp_jid_new_lenient (address, NULL) : NULL;

  return jid != NULL && (xmpp_jid_equal (jid, account)
                         || g_strcmp0 (xmpp_jid_get_string (jid), xmpp_jid_get_domain (account)) == 0);
}

/* Only our own server may say when (S-20); others' stamps, which may stand beside its, count for nothing. 0: none. */
static gint64
find_trusted_stamp (Reading *in)
{
  for (guint i = 0; i < xmpp_element_get_n_children (in->stanza); i++) {
    XmppElement *delay = xmpp_element_get_child (in->stanza, i);
    const char *stamp = xmpp_element_get_attribute (delay, "stamp");
    gint64 time;
    if (xmpp_element_is (delay, XMPP_NS_DELAY, "delay") && stamp != NULL && xmpp_datetime_parse (stamp, &time)
        && is_ours (in->context->account, xmpp_element_get_attribute (delay, "from")))
      return time;
  }
  return 0;
}

static Verdict
set_time (Reading *in)
{
  gint64 now = g_get_real_time ();
  gint64 stamp = in->context->source == CHAT_SOURCE_ARCHIVE ? in->context->stamp : find_trusted_stamp (in);

  in->delayed = stamp != 0;
  in->time = stamp != 0 ? xmpp_datetime_clamp (stamp, now) : now;
  return PASS;
}

/* S-16: an id that another put there says nothing. */
static Verdict
set_archive_id (Reading *in)
{
  in->archive_id = in->context->archive_id;
  if (in->archive_id == NULL && in->context->source != CHAT_SOURCE_ARCHIVE && in->context->archive != NULL)
    in->archive_id = xmpp_archive_module_get_id (in->context->archive, in->message);
  return PASS;
}

/* -- what of earlier messages --------------------------------------------------------------------------------------- */

/* Of one's own messages only the other one says such things; what we say of theirs, another device of ours has read. */
static Verdict
read_marks (Reading *in)
{
  const XmppMessage *message = in->message;

  if (message->receipt_id != NULL && !in->own)
    add_news (in, CHAT_NEW_DELIVERED)->target_id = g_strdup (message->receipt_id);
  if (message->displayed_id != NULL)
    add_news (in, in->own ? CHAT_NEW_READ : CHAT_NEW_DISPLAYED)->target_id = g_strdup (message->displayed_id);
  return PASS;
}

static Verdict
read_retraction (Reading *in)
{
  if (in->message->retract_id == NULL)
    return PASS;
  add_news (in, CHAT_NEW_RETRACTION)->target_id = g_strdup (in->message->retract_id);
  return DROP;
}

static gboolean
is_one_word (const char *emoji)
{
  return *emoji != '\0' && strlen (emoji) <= EMOJI_BYTES_MAX && strpbrk (emoji, " \t\n\r") == NULL;
}

static char *
join_emojis (char **emojis)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;

  for (guint i = 0; emojis != NULL && emojis[i] != NULL && i < EMOJIS_MAX; i++) {
    if (is_one_word (emojis[i]))
      g_strv_builder_add (builder, emojis[i]);
  }
  words = g_strv_builder_end (builder);
  return g_strjoinv (" ", words);
}

/* The text beside it is for those who can't show them. */
static Verdict
read_reactions (Reading *in)
{
  ChatNewMessage *new;

  if (in->message->reactions_id == NULL)
    return PASS;
  new = add_news (in, CHAT_NEW_REACTIONS);
  new->target_id = g_strdup (in->message->reactions_id);
  new->emojis = join_emojis (in->message->reactions);
  return DROP;
}

/* -- a text --------------------------------------------------------------------------------------------------------- */

/* Keys are sent around in messages that have nothing for a person in them (S-103). */
static gboolean
is_only_keys (XmppElement *stanza)
{
  XmppElement *encrypted = xmpp_element_find_child (stanza, NULL, "encrypted");

  return encrypted != NULL && xmpp_element_find_child (encrypted, NULL, "header") != NULL
         && xmpp_element_find_child (encrypted, NULL, "payload") == NULL;
}

/* An answer is shown beside what it answers, so what stands before it for others is taken out; unless it is all that there
 * is. */
static char *
take_quote (const XmppMessage *message, char **quote)
{
  const GArray *ranges = message->reply_fallback;
  g_autofree char *rest = NULL, *blank = NULL;

  *quote = NULL;
  if (message->reply_id == NULL || ranges == NULL || message->body == NULL)
    return g_strdup (message->body);
  rest = xmpp_fallback_strip (message->body, (XmppRange *) ranges->data, ranges->len, quote);
  blank = g_strstrip (g_strdup (rest));
  if (*blank != '\0')
    return g_steal_pointer (&rest);
  g_clear_pointer (quote, g_free);
  return g_strdup (message->body);
}

static char *
join_subject (const XmppMessage *message, char **quote)
{
  g_autofree char *body = take_quote (message, quote);
  gboolean has_subject = message->subject != NULL && *message->subject != '\0' && message->type != XMPP_MESSAGE_CHAT;
  gboolean has_body = body != NULL && *body != '\0';

  if (has_subject && has_body)
    return g_strconcat (message->subject, "\n", body, NULL);
  return has_body ? g_steal_pointer (&body) : has_subject ? g_strdup (message->subject) : NULL;
}

/* Whose message it answers, if its sender says that. */
static int
get_reply_own (Reading *in)
{
  const XmppMessage *message = in->message;

  if (message->reply_to == NULL)
    return -1;
  if (xmpp_jid_equal_bare (message->reply_to, in->context->account))
    return TRUE;
  return xmpp_jid_equal_bare (message->reply_to, in->peer) ? FALSE : -1;
}

/* The same stanza for a week, so that what is not understood yet can be read again. */
static void
keep_raw (Reading *in, ChatNewMessage *new)
{
  if (new->time > g_get_real_time () - RAW_KEPT)
    new->raw = xmpp_element_to_string (in->stanza);
}

/* Never the body beside an encrypted one: it is a note to those who can't read it. One that says that it corrects itself is
 * a message like any other (S-13). */
static Verdict
read_text (Reading *in)
{
  const XmppMessage *message = in->message;
  g_autofree char *quote = NULL;
  g_autofree char *text = message->encrypted ? NULL : join_subject (message, &quote);
  gboolean tombstone = message->retracted && in->context->source == CHAT_SOURCE_ARCHIVE && text == NULL;
  gboolean corrects = message->replace_id != NULL && !message->encrypted && g_strcmp0 (message->replace_id, message->id) != 0;
  ChatNewMessage *new;

  if (message->encrypted ? is_only_keys (in->stanza) : text == NULL && !tombstone)
    return DROP;
  new = add_news (in, corrects ? CHAT_NEW_CORRECTION : CHAT_NEW_MESSAGE);
  new->kind = message->encrypted ? CHAT_MESSAGE_ENCRYPTED
              : message->type == XMPP_MESSAGE_HEADLINE ? CHAT_MESSAGE_HEADLINE : CHAT_MESSAGE_TEXT;
  new->text = g_steal_pointer (&text);
  new->target_id = corrects ? g_strdup (message->replace_id) : NULL;
  new->markable = message->markable && message->type != XMPP_MESSAGE_HEADLINE;
  new->retracted = tombstone;
  new->unstyled = message->unstyled;
  new->reply_id = g_strdup (message->reply_id);
  new->reply_own = get_reply_own (in);
  new->quote = g_steal_pointer (&quote);
  keep_raw (in, new);
  return PASS;
}

static const struct { const char *name; Verdict (*run) (Reading *in); } stages[] = {
  { "drop rooms and errors", drop_rooms_and_errors },
  { "verify who says it", verify_sender },
  { "set time", set_time },
  { "set the archive’s id", set_archive_id },
  { "read marks", read_marks },
  { "read a retraction", read_retraction },
  { "read reactions", read_reactions },
  { "read text", read_text },
};

void
chat_reading_read (const ChatReadingContext *context, const XmppMessage *message, XmppElement *stanza, GPtrArray *news)
{
  Reading in = { .context = context, .message = message, .stanza = stanza, .news = news };

  for (gsize i = 0; i < G_N_ELEMENTS (stages); i++) {
    if (stages[i].run (&in) == DROP)
      break;
  }
  g_clear_pointer (&in.peer, xmpp_jid_unref);
}
