/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-provision.h"
#include "chat-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Reads a provision file. Passwords are taken out of the text before GKeyFile sees it, for GKeyFile keeps copies that
 * nobody can wipe; in their place it finds their number. */

#define GROUP_PREFIX "account:"

void
chat_provision_free (ChatProvision *self)
{
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_clear_pointer (&self->password, xmpp_secret_unref);
  g_free (self->host);
  g_free (self->client_certificate);
  g_free (self->pin_sha256);
  g_free (self->resource);
  g_free (self->alias);
  g_free (self);
}

/* GKeyFile's escapes, in place: \s \n \t \r \\. NULL: another one. */
static XmppSecret *
unescape (const char *text, gsize length)
{
  g_autoptr (XmppSecret) whole = xmpp_secret_new_zero (length + 1);
  char *to = (char *) xmpp_secret_get_data (whole);
  gsize n = 0;

  for (gsize i = 0; i < length; i++) {
    if (text[i] != '\\') {
      to[n++] = text[i];
      continue;
    }
    switch (++i < length ? text[i] : '\0') {
    case 's': to[n++] = ' '; break;
    case 'n': to[n++] = '\n'; break;
    case 't': to[n++] = '\t'; break;
    case 'r': to[n++] = '\r'; break;
    case '\\': to[n++] = '\\'; break;
    default: return NULL;
    }
  }
  return xmpp_secret_new (to, n);
}

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

/* Gives the text without its passwords, and those in secrets (NULL where one is written wrongly). */
static char *
take_passwords (const char *text, GPtrArray *secrets)
{
  g_autoptr (GString) rest = g_string_new (NULL);

  for (const char *line = text; *line;) {
    const char *end = line + strcspn (line, "\n"), *p = line, *last = end;

    while (p < end && is_blank (*p))
      p++;
    if (g_str_has_prefix (p, "password")) {
      const char *value = p + strlen ("password");

      while (value < end && is_blank (*value))
        value++;
      if (value < end && *value == '=') {
        value++;
        while (value < end && is_blank (*value))
          value++;
        if (last > value && last[-1] == '\r')
          last--;
        while (last > value && is_blank (last[-1]))
          last--;
        g_string_append_printf (rest, "password=%u", secrets->len);
        g_ptr_array_add (secrets, unescape (value, last - value));
        line = end;
      }
    }
    g_string_append_len (rest, line, end - line);
    if (*end)
      g_string_append_c (rest, '\n');
    line = *end ? end + 1 : end;
  }
  return g_string_free (g_steal_pointer (&rest), FALSE);
}

typedef struct {
  const char *file, *group, *key;
  GKeyFile *keys;
  GPtrArray *secrets;
  ChatProvision *account;
  GError **error;
} Reading;

static gboolean
refuse (Reading *r, const char *why)
{
  g_set_error (r->error, CHAT_ERROR, CHAT_ERROR_PROVISION, "%s: [%s] %s: %s", r->file, r->group, r->key, why);
  return FALSE;
}

static gboolean
read_text (Reading *r, char **out)
{
  g_autofree char *value = g_key_file_get_string (r->keys, r->group, r->key, NULL);

  if (!value || !*value)
    return refuse (r, _("is empty or not text"));
  *out = g_steal_pointer (&value);
  return TRUE;
}

static gboolean
read_password (Reading *r)
{
  g_autofree char *number = g_key_file_get_string (r->keys, r->group, r->key, NULL);
  guint64 index = number ? g_ascii_strtoull (number, NULL, 10) : G_MAXUINT;
  XmppSecret *secret = index < r->secrets->len ? r->secrets->pdata[index] : NULL;

  if (!secret || xmpp_secret_get_size (secret) == 0 || !g_utf8_validate (xmpp_secret_get_text (secret), xmpp_secret_get_size (secret), NULL))
    return refuse (r, _("is empty or not text"));
  r->account->password = xmpp_secret_ref (secret);
  return TRUE;
}

static gboolean
read_port (Reading *r)
{
  g_autofree char *value = NULL;
  guint64 port;

  if (!read_text (r, &value))
    return FALSE;
  if (!g_ascii_string_to_unsigned (value, 10, 1, 65535, &port, NULL))
    return refuse (r, _("is not a number from 1 to 65535"));
  r->account->port = port;
  return r->account->has_port = TRUE;
}

static gboolean
read_direct_tls (Reading *r)
{
  g_autoptr (GError) wrong = NULL;

  r->account->direct_tls = g_key_file_get_boolean (r->keys, r->group, r->key, &wrong);
  if (wrong)
    return refuse (r, _("is neither “true” nor “false”"));
  return r->account->has_direct_tls = TRUE;
}

static gboolean
read_pin (Reading *r)
{
  g_autofree char *value = NULL, *hex = NULL;
  g_auto (GStrv) groups = NULL;

  if (!read_text (r, &value))
    return FALSE;
  groups = g_strsplit_set (value, ": ", -1);       /* as the tools print it */
  g_free (value);
  value = g_strjoinv (NULL, groups);
  hex = g_ascii_strdown (value, -1);
  if (strlen (hex) != 64 || strspn (hex, "0123456789abcdef") != 64)
    return refuse (r, _("is not 64 hexadecimal digits"));
  r->account->pin_sha256 = g_steal_pointer (&hex);
  return TRUE;
}

static gboolean
read_certificate (Reading *r)
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GError) wrong = NULL;

  if (!read_text (r, &r->account->client_certificate))
    return FALSE;
  certificate = g_tls_certificate_new_from_file (r->account->client_certificate, &wrong);
  return certificate ? TRUE : refuse (r, wrong->message);
}

static gboolean
read_resource (Reading *r)
{
  g_autoptr (XmppJid) full = NULL;

  if (!read_text (r, &r->account->resource))
    return FALSE;
  full = xmpp_jid_with_resource (r->account->jid, r->account->resource, NULL);
  return full ? TRUE : refuse (r, _("can’t be a resource"));
}

static gboolean
read_storage (Reading *r)
{
  g_autofree char *value = NULL;

  if (!read_text (r, &value))
    return FALSE;
  r->account->session_only = strcmp (value, "session") == 0;
  return r->account->session_only ? TRUE : refuse (r, _("can only be “session”"));
}

static gboolean read_host (Reading *r) { return read_text (r, &r->account->host); }
static gboolean read_alias (Reading *r) { return read_text (r, &r->account->alias); }

static const struct { const char *key; gboolean (*read) (Reading *r); } known[] = {
  { "password", read_password }, { "host", read_host }, { "port", read_port }, { "direct-tls", read_direct_tls },
  { "pin-sha256", read_pin }, { "client-certificate", read_certificate }, { "resource", read_resource },
  { "alias", read_alias }, { "password-storage", read_storage },
};

static gboolean
read_key (Reading *r)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (known[i].key, r->key) == 0)
      return known[i].read (r);
  return refuse (r, _("is not known"));
}

static gboolean
read_group (Reading *r)
{
  g_auto (GStrv) keys = g_key_file_get_keys (r->keys, r->group, NULL, NULL);
  g_autoptr (GError) wrong = NULL;

  if (g_str_has_prefix (r->group, GROUP_PREFIX))
    r->account->jid = xmpp_jid_new (r->group + strlen (GROUP_PREFIX), &wrong);
  if (!r->account->jid || !xmpp_jid_is_bare (r->account->jid) || !xmpp_jid_get_local (r->account->jid)) {
    g_set_error (r->error, CHAT_ERROR, CHAT_ERROR_PROVISION, _("%s: [%s]: should be [account:name@example.org]"), r->file, r->group);
    return FALSE;
  }
  for (guint i = 0; keys[i]; i++) {
    r->key = keys[i];
    if (!read_key (r))
      return FALSE;
  }
  if (r->account->has_port && !r->account->host) {
    r->key = "port";
    return refuse (r, _("needs a host beside it"));
  }
  return TRUE;
}

static void
clear_secret (gpointer secret)
{
  if (secret)
    xmpp_secret_unref (secret);
}

GPtrArray *
chat_provision_parse (const char *file, GError **error)
{
  g_autoptr (GPtrArray) accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_provision_free);
  g_autoptr (GPtrArray) secrets = g_ptr_array_new_with_free_func (clear_secret);
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autoptr (GError) wrong = NULL;
  g_autofree char *text = NULL, *rest = NULL;
  g_auto (GStrv) groups = NULL;
  gsize length;

  if (g_file_get_contents (file, &text, &length, &wrong)) {
    rest = take_passwords (text, secrets);
    xmpp_secret_wipe (text, length);
    g_key_file_load_from_data (keys, rest, -1, G_KEY_FILE_NONE, &wrong);
  }
  if (wrong && !(g_error_matches (wrong, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE) && length == 0)) {
    g_set_error (error, CHAT_ERROR, CHAT_ERROR_PROVISION, "%s: %s", file, wrong->message);
    return NULL;
  }
  groups = g_key_file_get_groups (keys, NULL);
  for (guint i = 0; groups[i]; i++) {
    ChatProvision *account = g_new0 (ChatProvision, 1);
    Reading reading = { file, groups[i], NULL, keys, secrets, account, error };

    g_ptr_array_add (accounts, account);
    if (!read_group (&reading))
      return NULL;
    for (guint j = 0; j < i; j++)
      if (xmpp_jid_equal (((ChatProvision *) accounts->pdata[j])->jid, account->jid)) {
        g_set_error (error, CHAT_ERROR, CHAT_ERROR_PROVISION, _("%s: [%s]: is there twice"), file, groups[i]);
        return NULL;
      }
  }
  return g_steal_pointer (&accounts);
}
