/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-error.h"
#include "xmpp-error.h"

#include <glib/gi18n-lib.h>

/* The one place that turns an error into a sentence, the field it belongs to, and what follows. */

G_DEFINE_QUARK (chat-error-quark, chat_error)

typedef struct {
  int code;
  ChatProblemField field;
  ChatProblemAction action;
  const char *text;       /* %s: the address or host that it is about */
} Row;

static const Row xmpp_rows[] = {
  { XMPP_ERROR_INVALID_JID, CHAT_PROBLEM_FIELD_ADDRESS, CHAT_PROBLEM_GIVE_UP, N_("“%s” is not an XMPP address. It looks like name@example.org.") },
  { XMPP_ERROR_INVALID_XML, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_RETRY, N_("The server of %s answered with something that is not XMPP. Check the host and port.") },
  { XMPP_ERROR_LIMIT, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_RETRY, N_("The server of %s sent more than is sound. Trying again.") },
  { XMPP_ERROR_PROTOCOL, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_RETRY, N_("The server of %s gave an answer that makes no sense. Check the host and port.") },
  { XMPP_ERROR_NO_SERVICE, CHAT_PROBLEM_FIELD_ADDRESS, CHAT_PROBLEM_ASK, N_("%s says that it has no XMPP service. Check the address.") },
  { XMPP_ERROR_HOST_NOT_FOUND, CHAT_PROBLEM_FIELD_ADDRESS, CHAT_PROBLEM_RETRY, N_("There is no server for %s. Check the part after the “@”.") },
  { XMPP_ERROR_REFUSED, CHAT_PROBLEM_FIELD_HOST, CHAT_PROBLEM_RETRY, N_("The server of %s refuses connections. It may be down, or the host or port is wrong.") },
  { XMPP_ERROR_UNREACHABLE, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_RETRY, N_("%s can’t be reached. Check your network.") },
  { XMPP_ERROR_TIMEOUT, CHAT_PROBLEM_FIELD_HOST, CHAT_PROBLEM_RETRY, N_("The server of %s takes too long to answer. Try again later, or check the host and port.") },
  { XMPP_ERROR_CLOSED, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_RETRY, N_("The connection to %s was lost.") },
  { XMPP_ERROR_TLS_UNAVAILABLE, CHAT_PROBLEM_FIELD_HOST, CHAT_PROBLEM_ASK, N_("The server of %s offers no encryption, so nothing was sent to it. Ask its operator.") },
  { XMPP_ERROR_TLS_FAILED, CHAT_PROBLEM_FIELD_HOST, CHAT_PROBLEM_RETRY, N_("No encrypted connection to %s could be made. Check the host, the port and “TLS from the start”.") },
  { XMPP_ERROR_CERTIFICATE, CHAT_PROBLEM_FIELD_CERTIFICATE, CHAT_PROBLEM_ASK, N_("The certificate of %s is not trusted. Look at it before you go on.") },
  { XMPP_ERROR_PIN_CHANGED, CHAT_PROBLEM_FIELD_CERTIFICATE, CHAT_PROBLEM_ASK, N_("The certificate of %s is not the one that you trusted. Somebody may be listening in. Look at the new one before you go on.") },
  { XMPP_ERROR_DOWNGRADE, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_ASK, N_("%s offers a weaker way to sign in than before. Somebody may be listening in, so your password was not sent. Ask the server’s operator.") },
  { XMPP_ERROR_NO_MECHANISM, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_ASK, N_("%s offers no way to sign in that Stonechat knows. Ask the server’s operator.") },
  { XMPP_ERROR_SERVER_PROOF, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_ASK, N_("%s could not prove that it knows your password. It may not be your server: check the host.") },
  { XMPP_ERROR_INVALID_PASSWORD, CHAT_PROBLEM_FIELD_PASSWORD, CHAT_PROBLEM_ASK, N_("The password has characters that can’t be used. Type it again.") },
  { XMPP_ERROR_NOT_CONNECTED, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_RETRY, N_("That needs a connection. Try again when you’re online.") },
  { XMPP_ERROR_INVALID_URI, CHAT_PROBLEM_FIELD_ADDRESS, CHAT_PROBLEM_GIVE_UP, N_("“%s” is not an XMPP link.") },
  { XMPP_ERROR_ABORTED, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_RETRY, N_("The connection to %s was lost.") },
  { XMPP_ERROR_PLAIN_ONLY, CHAT_PROBLEM_FIELD_PASSWORD, CHAT_PROBLEM_ASK, N_("%s wants the password itself, not just a proof of it. Agree to this only if you trust the server.") },
};

static const Row sasl_rows[] = {
  { XMPP_SASL_ERROR_ACCOUNT_DISABLED, CHAT_PROBLEM_FIELD_ADDRESS, CHAT_PROBLEM_ASK, N_("The account %s is blocked on its server. Ask the server’s operator.") },
  { XMPP_SASL_ERROR_CREDENTIALS_EXPIRED, CHAT_PROBLEM_FIELD_PASSWORD, CHAT_PROBLEM_ASK, N_("The password of %s has expired. Set a new one with your server.") },
  { XMPP_SASL_ERROR_NOT_AUTHORIZED, CHAT_PROBLEM_FIELD_PASSWORD, CHAT_PROBLEM_ASK, N_("The password for %s is wrong. Type it again.") },
  { XMPP_SASL_ERROR_TEMPORARY_AUTH_FAILURE, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_RETRY, N_("The server of %s can’t check passwords right now. Trying again.") },
  { -1, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_ASK, N_("The server of %s refused to sign you in. Check the address and the password.") },
};

static const Row stream_rows[] = {
  { XMPP_STREAM_ERROR_CONFLICT, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_ASK, N_("%s was signed in somewhere else in place of this one. Reconnect to take it back.") },
  { XMPP_STREAM_ERROR_HOST_UNKNOWN, CHAT_PROBLEM_FIELD_ADDRESS, CHAT_PROBLEM_ASK, N_("The server does not know %s. Check the address and the host.") },
  { XMPP_STREAM_ERROR_HOST_GONE, CHAT_PROBLEM_FIELD_ADDRESS, CHAT_PROBLEM_ASK, N_("The server does not serve %s any more. Check the address.") },
  { XMPP_STREAM_ERROR_NOT_AUTHORIZED, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_ASK, N_("The server of %s ended the session: you are not allowed in.") },
  { XMPP_STREAM_ERROR_POLICY_VIOLATION, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_ASK, N_("The server of %s ended the session because a rule of its own was broken. Reconnect to try again.") },
  { -1, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_RETRY, N_("The server of %s ended the connection. Trying again.") },
};

static const Row stanza_rows[] = {
  { XMPP_STANZA_ERROR_ITEM_NOT_FOUND, CHAT_PROBLEM_FIELD_ADDRESS, CHAT_PROBLEM_GIVE_UP, N_("There is nobody with the address %s.") },
  { XMPP_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND, CHAT_PROBLEM_FIELD_ADDRESS, CHAT_PROBLEM_GIVE_UP, N_("The server of %s can’t be found. Check the address.") },
  { XMPP_STANZA_ERROR_REMOTE_SERVER_TIMEOUT, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_GIVE_UP, N_("The server of %s does not answer. Try again later.") },
  { XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_GIVE_UP, N_("%s can’t be reached, or does not want to be.") },
  { XMPP_STANZA_ERROR_RECIPIENT_UNAVAILABLE, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_GIVE_UP, N_("%s is not there right now.") },
  { XMPP_STANZA_ERROR_FORBIDDEN, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_GIVE_UP, N_("The server of %s does not allow that.") },
  { XMPP_STANZA_ERROR_NOT_ALLOWED, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_GIVE_UP, N_("The server of %s does not allow that.") },
  { XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_RETRY, N_("The server of %s is too busy. Try again later.") },
  { -1, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_GIVE_UP, N_("The server did not do that for %s. Try again later.") },
};

static const Row chat_rows[] = {
  { CHAT_ERROR_STORE_NEWER, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_GIVE_UP, N_("Your messages were written by a newer version of Stonechat. Nothing was touched. Update Stonechat to open them.") },
  { CHAT_ERROR_STORE_CORRUPT, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_GIVE_UP, N_("The database was damaged. It was moved aside and a new one was begun.") },
  { CHAT_ERROR_STORE_FULL, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_GIVE_UP, N_("The disk is full, so messages can’t be kept. Free some space.") },
  { CHAT_ERROR_STORE_READ_ONLY, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_GIVE_UP, N_("The folder of your messages can’t be written to. Check its permissions.") },
  { CHAT_ERROR_STORE, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_GIVE_UP, N_("The database can’t be used right now. Start Stonechat again.") },
  { CHAT_ERROR_PROFILE_IN_USE, CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_GIVE_UP, N_("Stonechat is already running with this profile.") },
  { CHAT_ERROR_SECRET_UNAVAILABLE, CHAT_PROBLEM_FIELD_PASSWORD, CHAT_PROBLEM_ASK, N_("The keyring does not answer. Type the password for %s.") },
  { CHAT_ERROR_SECRET_DENIED, CHAT_PROBLEM_FIELD_PASSWORD, CHAT_PROBLEM_ASK, N_("The keyring is locked. Type the password for %s.") },
  { CHAT_ERROR_ACCOUNT_EXISTS, CHAT_PROBLEM_FIELD_ADDRESS, CHAT_PROBLEM_GIVE_UP, N_("%s is signed in already.") },
};

static const Row *
find_row (const Row *rows, gsize n, int code)
{
  for (gsize i = 0; i < n; i++)
    if (rows[i].code == code || rows[i].code == -1)
      return &rows[i];
  return NULL;
}

#define FIND(rows, code) find_row (rows, G_N_ELEMENTS (rows), code)

static const Row *
row_for (const GError *error)
{
  if (error->domain == XMPP_ERROR)
    return FIND (xmpp_rows, error->code);
  if (error->domain == XMPP_SASL_ERROR)
    return FIND (sasl_rows, error->code);
  if (error->domain == XMPP_STREAM_ERROR)
    return FIND (stream_rows, error->code);
  if (error->domain == XMPP_STANZA_ERROR)
    return FIND (stanza_rows, error->code);
  if (error->domain == CHAT_ERROR)
    return FIND (chat_rows, error->code);
  if (error->domain == G_RESOLVER_ERROR)
    return FIND (xmpp_rows, XMPP_ERROR_HOST_NOT_FOUND);
  if (error->domain == G_TLS_ERROR)
    return FIND (xmpp_rows, XMPP_ERROR_TLS_FAILED);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return FIND (xmpp_rows, XMPP_ERROR_REFUSED);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return FIND (xmpp_rows, XMPP_ERROR_TIMEOUT);
  if (error->domain == G_IO_ERROR)
    return FIND (xmpp_rows, XMPP_ERROR_UNREACHABLE);
  return NULL;
}

/* Where nobody answers, asking often burdens nobody, and all is well the sooner (W-01). A server that answers and does not
 * want us is left in peace. */
static guint
get_longest_wait (const GError *error)
{
  static const XmppError unanswered[] = { XMPP_ERROR_HOST_NOT_FOUND, XMPP_ERROR_REFUSED, XMPP_ERROR_UNREACHABLE,
                                          XMPP_ERROR_TIMEOUT, XMPP_ERROR_CLOSED, XMPP_ERROR_ABORTED };

  for (guint i = 0; i < G_N_ELEMENTS (unanswered); i++)
    if (g_error_matches (error, XMPP_ERROR, unanswered[i]))
      return 8;
  return g_error_matches (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN) ? 8 : 60;
}

ChatProblem *
chat_problem_new (const GError *error, const char *subject)
{
  ChatProblem *self = g_new0 (ChatProblem, 1);
  const Row *row = row_for (error);
  g_auto (GStrv) parts = NULL;

  self->longest_wait = get_longest_wait (error);
  if (row == NULL) {
    /* Sentences that were made for the user where the error arose: provisioning, and what is asked for in vain. */
    self->text = g_strdup (error->message);
    self->action = CHAT_PROBLEM_GIVE_UP;
    return self;
  }
  parts = g_strsplit (_(row->text), "%s", 2);
  self->text = parts[1] ? g_strconcat (parts[0], subject && *subject ? subject : _("your server"), parts[1], NULL) : g_strdup (parts[0]);
  self->field = row->field;
  self->action = row->action;
  return self;
}

/* A server that is slow or busy may do better later; one that refuses won't. */
static ChatProblemAction
get_history_action (const GError *error)
{
  static const XmppStanzaError passing[] = { XMPP_STANZA_ERROR_INTERNAL_SERVER_ERROR, XMPP_STANZA_ERROR_RECIPIENT_UNAVAILABLE,
                                             XMPP_STANZA_ERROR_REMOTE_SERVER_TIMEOUT, XMPP_STANZA_ERROR_UNDEFINED_CONDITION };

  if (g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_POLICY_VIOLATION)
      || g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT)
      || (error->domain == CHAT_ERROR && error->code <= CHAT_ERROR_STORE))
    return CHAT_PROBLEM_RETRY;
  for (guint i = 0; i < G_N_ELEMENTS (passing); i++)
    if (g_error_matches (error, XMPP_STANZA_ERROR, passing[i]))
      return CHAT_PROBLEM_ASK;
  return g_error_matches (error, XMPP_ERROR, XMPP_ERROR_TIMEOUT) || g_error_matches (error, XMPP_ERROR, XMPP_ERROR_LIMIT)
         ? CHAT_PROBLEM_ASK : CHAT_PROBLEM_GIVE_UP;
}

ChatProblem *
chat_problem_new_for_history (const GError *error)
{
  ChatProblem *self = g_new0 (ChatProblem, 1);

  self->action = get_history_action (error);
  if (g_error_matches (error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED))
    self->text = g_strdup (_("Older messages can be loaded when you’re online."));
  else if (g_error_matches (error, CHAT_ERROR, CHAT_ERROR_ARCHIVE))
    self->text = g_strdup (_("Your server’s archive contradicts itself, so some older messages may be missing."));
  else if (self->action == CHAT_PROBLEM_RETRY)
    self->text = g_strdup (_("Your server limits how fast older messages are loaded. The rest comes later."));
  else if (self->action == CHAT_PROBLEM_ASK)
    self->text = g_strdup (_("Your server is not giving out older messages right now. Stonechat tries again later."));
  else
    self->text = g_strdup (_("Your server refuses to give out older messages."));
  return self;
}

void
chat_problem_free (ChatProblem *self)
{
  g_free (self->text);
  g_free (self);
}
