/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-uri.h"
#include "xmpp-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A link can be clicked in a stranger's message, so it is only taken apart here and nothing is done. Each part is
 * percent-decoded once, and control characters, line ends among them, are dropped afterwards (S-88). */

static char *
decode (const char *text)
{
  g_autofree char *decoded = g_uri_unescape_string (text, NULL);
  GString *out;

  if (decoded == NULL || !g_utf8_validate (decoded, -1, NULL))
    return NULL;

  out = g_string_new (NULL);
  for (const char *p = decoded; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_iscntrl (g_utf8_get_char (p)))
      g_string_append_unichar (out, g_utf8_get_char (p));

  return g_string_free (out, FALSE);
}

/* NULL: none of an address, or one that can't be. A slash that is encoded belongs to its part, so parts are decoded
 * after they were split. */
static XmppJid *
parse_path (const char *path, GError **error)
{
  g_autofree char *bare = g_strdup (path);
  char *slash = strchr (bare, '/');
  char *at;
  g_autofree char *local = NULL, *domain = NULL, *resource = NULL;

  if (slash != NULL)
    *slash = '\0';
  at = strchr (bare, '@');
  if (at != NULL)
    *at = '\0';

  domain = decode (at != NULL ? at + 1 : bare);
  if (at != NULL)
    local = decode (bare);
  if (slash != NULL)
    resource = decode (slash + 1);
  if (domain == NULL || (at != NULL && local == NULL) || (slash != NULL && resource == NULL)) {
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_INVALID_URI, _("This link is not a valid XMPP address"));
    return NULL;
  }

  return xmpp_jid_new_from_parts (local, domain, resource, error);
}

static gboolean
parse_query (XmppUri *self, const char *query)
{
  g_auto (GStrv) pairs = g_strsplit (query, ";", -1);

  for (guint i = 0; pairs[i] != NULL; i++) {
    char *equals = strchr (pairs[i], '=');
    g_autofree char *name = NULL, *value = NULL;

    if (equals != NULL)
      *equals = '\0';
    name = decode (pairs[i]);
    value = equals != NULL ? decode (equals + 1) : g_strdup ("");
    if (name == NULL || value == NULL)
      return FALSE;
    if (i == 0)
      self->action = *name != '\0' ? g_steal_pointer (&name) : NULL;
    else if (*name != '\0')
      g_hash_table_insert (self->parameters, g_steal_pointer (&name), g_steal_pointer (&value));
  }

  return TRUE;
}

/* xmpp://auth@…/address asks to use a certain account. The account is the user's choice, so that part is only checked to
 * be an address (RFC 5122 §2.3). NULL: nobody else is named. */
static const char *
skip_authority (const char *path, GError **error)
{
  const char *slash;
  g_autofree char *authority = NULL;
  g_autoptr (XmppJid) account = NULL;

  path += 2;
  slash = strchr (path, '/');
  authority = slash != NULL ? g_strndup (path, slash - path) : g_strdup (path);
  account = parse_path (authority, error);
  if (account == NULL)
    return NULL;
  if (slash == NULL || slash[1] == '\0') {
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_INVALID_URI, _("This link names nobody to talk to"));
    return NULL;
  }

  return slash + 1;
}

XmppUri *
xmpp_uri_parse (const char *string, GError **error)
{
  g_autoptr (XmppUri) self = NULL;
  g_autofree char *copy = NULL;
  g_autoptr (GError) reason = NULL;
  const char *path;
  char *fragment, *query;

  g_return_val_if_fail (string != NULL, NULL);

  if (g_ascii_strncasecmp (string, "xmpp:", 5) != 0 || !g_utf8_validate (string, -1, NULL)) {
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_INVALID_URI, _("This is not an xmpp: link"));
    return NULL;
  }

  copy = g_strdup (string + 5);
  fragment = strchr (copy, '#');
  if (fragment != NULL)
    *fragment = '\0';
  query = strchr (copy, '?');
  if (query != NULL)
    *query++ = '\0';

  self = g_new0 (XmppUri, 1);
  self->parameters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  path = g_str_has_prefix (copy, "//") ? skip_authority (copy, &reason) : copy;
  if (path != NULL)
    self->jid = parse_path (path, &reason);
  if (self->jid == NULL || (query != NULL && !parse_query (self, query))) {
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_INVALID_URI,
                         reason != NULL ? reason->message : _("This link is not a valid XMPP address"));
    return NULL;
  }

  return g_steal_pointer (&self);
}

/* "xmpp:" and the address, percent-encoded as far as RFC 5122 §2.2 asks. */
char *
xmpp_uri_format (XmppJid *jid)
{
  g_autofree char *local = NULL, *domain = NULL, *resource = NULL;

  g_return_val_if_fail (jid != NULL, NULL);

  if (xmpp_jid_get_local (jid) != NULL)
    local = g_uri_escape_string (xmpp_jid_get_local (jid), "!$*(),;=+'", TRUE);
  if (xmpp_jid_get_resource (jid) != NULL)
    resource = g_uri_escape_string (xmpp_jid_get_resource (jid), "!$*(),;=+'&:@", TRUE);
  domain = g_uri_escape_string (xmpp_jid_get_domain (jid), "[]:", TRUE);

  return g_strconcat ("xmpp:", local != NULL ? local : "", local != NULL ? "@" : "", domain,
                      resource != NULL ? "/" : "", resource, NULL);
}

void
xmpp_uri_free (XmppUri *self)
{
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_clear_pointer (&self->action, g_free);
  g_clear_pointer (&self->parameters, g_hash_table_unref);
  g_free (self);
}
