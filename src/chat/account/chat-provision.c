/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "chat-provision.h"
#include "chat-error.h"
#include "xmpp-jid.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define PREFIX "account:"

static const char *const known_keys[] = {
  "password", "host", "port", "client-certificate", "direct-tls", "pin-sha256", "resource", "alias", "password-storage", NULL
};

static void
provision_free (ChatProvision *self)
{
  g_clear_pointer (&self->row, chat_account_row_free);
  g_clear_pointer (&self->password, xmpp_secret_unref);
  g_strfreev (self->keys);
  g_free (self);
}

static gboolean
refuse (GError **error, const char *file, const char *group, const char *key, const char *why)
{
  g_autofree char *where = key ? g_strdup_printf ("[%s] %s", group, key) : group ? g_strdup_printf ("[%s]", group) : g_strdup ("");

  g_set_error (error, CHAT_ERROR, CHAT_ERROR_PROVISION, "%s: %s%s%s", file, where, *where ? ": " : "", why);
  return FALSE;
}

/* 64 hexadecimal digits, however they are grouped by colons or spaces. */
static char *
normalise_fingerprint (const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (; *text; text++) {
    if (g_ascii_isxdigit (*text))
      g_string_append_c (out, g_ascii_tolower (*text));
    else if (*text != ':' && *text != ' ')
      return NULL;
  }
  return out->len == 64 ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

static gboolean
read_key (ChatProvision *self, GKeyFile *keys, const char *file, const char *group, const char *key, GError **error)
{
  ChatAccountRow *row = self->row;
  g_autofree char *value = g_key_file_get_string (keys, group, key, NULL);

  if (!value)
    return refuse (error, file, group, key, _("can’t be read as text"));
  if (g_str_equal (key, "password")) {
    self->password = xmpp_secret_new (value, -1);
    xmpp_secret_wipe (value, strlen (value));
  } else if (g_str_equal (key, "port")) {
    guint64 port;

    if (!g_ascii_string_to_unsigned (value, 10, 1, 65535, &port, NULL))
      return refuse (error, file, group, key, _("must be a number from 1 to 65535"));
    row->port = port;
  } else if (g_str_equal (key, "direct-tls")) {
    if (!g_str_equal (value, "true") && !g_str_equal (value, "false"))
      return refuse (error, file, group, key, _("must be “true” or “false”"));
    row->direct_tls = g_str_equal (value, "true");
  } else if (g_str_equal (key, "pin-sha256")) {
    row->pin_sha256 = normalise_fingerprint (value);
    if (!row->pin_sha256)
      return refuse (error, file, group, key, _("must be a SHA-256 fingerprint of 64 hexadecimal digits"));
  } else if (g_str_equal (key, "client-certificate")) {
    g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (value, NULL);

    if (!certificate)
      return refuse (error, file, group, key, _("is not a file with a certificate and its key in PEM form"));
    row->client_certificate = g_steal_pointer (&value);
  } else if (g_str_equal (key, "password-storage")) {
    if (!g_str_equal (value, "session"))
      return refuse (error, file, group, key, _("can only be “session”"));
    self->session_only = TRUE;
  } else if (!*value) {
    return refuse (error, file, group, key, _("is empty"));
  } else if (g_str_equal (key, "host")) {
    row->host = g_steal_pointer (&value);
  } else if (g_str_equal (key, "resource")) {
    g_free (row->resource);
    row->resource = g_steal_pointer (&value);
  } else if (g_str_equal (key, "alias")) {
    row->alias = g_steal_pointer (&value);
  }
  return TRUE;
}

static ChatProvision *
read_group (GKeyFile *keys, const char *file, const char *group, GError **error)
{
  ChatProvision *self = g_new0 (ChatProvision, 1);
  const char *address = group + strlen (PREFIX);
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);

  if (!jid || !xmpp_jid_is_bare (jid) || !xmpp_jid_get_local (jid)) {
    refuse (error, file, group, NULL, _("the address must look like name@example.org"));
    provision_free (self);
    return NULL;
  }
  self->row = chat_account_row_new (xmpp_jid_get_string (jid));
  self->keys = g_key_file_get_keys (keys, group, NULL, NULL);
  for (char **key = self->keys; *key; key++) {
    if (!g_strv_contains (known_keys, *key)) {
      refuse (error, file, group, *key, _("is not a known key"));
      provision_free (self);
      return NULL;
    }
    if (!read_key (self, keys, file, group, *key, error)) {
      provision_free (self);
      return NULL;
    }
  }
  if (self->row->port && !self->row->host) {
    refuse (error, file, group, "port", _("needs a host beside it"));
    provision_free (self);
    return NULL;
  }
  return self;
}

GPtrArray *
chat_provision_read (const char *file, GError **error)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) provision_free);
  g_autoptr (GError) reason = NULL;
  g_auto (GStrv) groups = NULL;

  if (!g_key_file_load_from_file (keys, file, G_KEY_FILE_NONE, &reason)) {
    refuse (error, file, NULL, NULL, reason->message);
    return NULL;
  }
  groups = g_key_file_get_groups (keys, NULL);
  for (char **group = groups; *group; group++) {
    ChatProvision *one;

    if (!g_str_has_prefix (*group, PREFIX)) {
      refuse (error, file, *group, NULL, _("is not a known group; it must be [account:name@example.org]"));
      return NULL;
    }
    one = read_group (keys, file, *group, error);
    if (!one)
      return NULL;
    g_ptr_array_add (all, one);
  }
  return g_steal_pointer (&all);
}
