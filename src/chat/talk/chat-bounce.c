/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-bounce.h"

#include "xmpp-error.h"

#include <glib/gi18n-lib.h>

/* Why a message came back or can't be sent, in words, with those of the server behind. */

static char *
add_words (const char *text, const GError *reason)
{
  if (reason->message == NULL || *reason->message == '\0'
      || g_strcmp0 (reason->message, xmpp_error_to_condition (reason->domain, reason->code)) == 0)
    return g_strdup (text);
  /* Translators: what happened, and the words of the server. */
  return g_strdup_printf (_("%s: “%s”"), text, reason->message);
}

char *
chat_bounce_to_text (const GError *reason)
{
  const char *text;

  switch (reason->domain == XMPP_STANZA_ERROR ? reason->code : -1) {
  case XMPP_STANZA_ERROR_ITEM_NOT_FOUND:
  case XMPP_STANZA_ERROR_GONE:
  case XMPP_STANZA_ERROR_JID_MALFORMED:
    text = _("There is nobody with this address");
    break;
  case XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE:
  case XMPP_STANZA_ERROR_RECIPIENT_UNAVAILABLE:
    text = _("The address can’t be reached");
    break;
  case XMPP_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND:
    text = _("The other server was not found");
    break;
  case XMPP_STANZA_ERROR_REMOTE_SERVER_TIMEOUT:
    text = _("The other server does not answer");
    break;
  case XMPP_STANZA_ERROR_FORBIDDEN:
  case XMPP_STANZA_ERROR_NOT_ALLOWED:
  case XMPP_STANZA_ERROR_NOT_AUTHORIZED:
  case XMPP_STANZA_ERROR_POLICY_VIOLATION:
  case XMPP_STANZA_ERROR_SUBSCRIPTION_REQUIRED:
  case XMPP_STANZA_ERROR_REGISTRATION_REQUIRED:
    text = _("The message was refused");
    break;
  case XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT:
    text = _("The server has no room for the message");
    break;
  default:
    text = _("The message could not be delivered");
  }
  return add_words (text, reason);
}

guint
chat_bounce_weigh (const GError *end)
{
  if (end == NULL)
    return 0;
  if (end->domain != XMPP_STREAM_ERROR)
    return g_error_matches (end, XMPP_ERROR, XMPP_ERROR_CLOSED);
  switch (end->code) {
  case XMPP_STREAM_ERROR_BAD_FORMAT:
  case XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX:
  case XMPP_STREAM_ERROR_IMPROPER_ADDRESSING:
  case XMPP_STREAM_ERROR_INVALID_NAMESPACE:
  case XMPP_STREAM_ERROR_INVALID_XML:
  case XMPP_STREAM_ERROR_NOT_WELL_FORMED:
  case XMPP_STREAM_ERROR_POLICY_VIOLATION:
  case XMPP_STREAM_ERROR_RESTRICTED_XML:
  case XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING:
  case XMPP_STREAM_ERROR_UNSUPPORTED_STANZA_TYPE:
    return 2;
  case XMPP_STREAM_ERROR_INTERNAL_SERVER_ERROR:
  case XMPP_STREAM_ERROR_REMOTE_CONNECTION_FAILED:
  case XMPP_STREAM_ERROR_RESOURCE_CONSTRAINT:
  case XMPP_STREAM_ERROR_UNDEFINED_CONDITION:
    return 1;
  default:
    return 0;
  }
}

char *
chat_bounce_end_to_text (const GError *end)
{
  if (end->domain == XMPP_STREAM_ERROR)
    return add_words (_("The server does not take this message"), end);
  return g_strdup (_("The connection breaks when this message is sent"));
}
