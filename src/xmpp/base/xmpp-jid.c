/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-jid.h"
#include "xmpp-error.h"
#include "xmpp-precis.h"

#include <glib/gi18n-lib.h>
#include <idn2.h>
#include <string.h>

/* An address is split (RFC 7622 §3.1), each part is brought into its one form, and what comes out is kept in one piece of
 * memory: "local@domain/resource", "local@domain" and "local", each with its NUL. Nearly all addresses are plain
 * ASCII; for those the tables of Unicode are not asked. */

#define MAX_PART 1023   /* bytes, RFC 7622 §3.1 */
#define MAX_LABEL 63    /* bytes, of an A-label (RFC 5890 §2.3.2.1) */

struct _XmppJid {
  gatomicrefcount refs;
  guint hash;
  const char *local;      /* NULL or after the others in memory */
  const char *domain;     /* in bare */
  const char *resource;   /* NULL or in full */
  const char *bare;
  char full[];
};

G_DEFINE_BOXED_TYPE (XmppJid, xmpp_jid, xmpp_jid_ref, xmpp_jid_unref)

static XmppJid *
assemble (const char *local, const char *domain, const char *resource)
{
  gsize l = local != NULL ? strlen (local) + 1 : 0;
  gsize d = strlen (domain), r = resource != NULL ? strlen (resource) + 1 : 0;
  gsize bare_length = l + d, full_length = bare_length + r;
  gsize bare_room = resource != NULL ? bare_length + 1 : 0;
  XmppJid *self = g_malloc (sizeof (XmppJid) + full_length + 1 + bare_room + l);
  char *bare, *p;

  g_atomic_ref_count_init (&self->refs);
  p = self->full;
  if (local != NULL) {
    p = (char *) memcpy (p, local, l - 1) + l;
    p[-1] = '@';
  }
  p = (char *) memcpy (p, domain, d) + d;
  if (resource != NULL) {
    *p = '/';
    memcpy (p + 1, resource, r - 1);
    p += r;
  }
  *p++ = '\0';

  bare = self->full;
  if (resource != NULL) {
    bare = memcpy (p, self->full, bare_length);
    bare[bare_length] = '\0';
    p += bare_length + 1;
  }
  self->bare = bare;
  self->domain = bare + l;
  self->resource = resource != NULL ? self->full + bare_length + 1 : NULL;
  self->local = local != NULL ? memcpy (p, local, l) : NULL;
  self->hash = g_str_hash (self->full);

  return self;
}

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_INVALID_JID, message);
  return FALSE;
}

/* RFC 7622 §3.3.1: characters that a local part can't have although PRECIS lets them through. */
static gboolean
is_local_ascii (guchar c)
{
  return c > 0x20 && c < 0x7F && strchr ("\"&'/:<>@", c) == NULL;
}

static char *
prepare_local (const char *text, gboolean lenient, GError **error)
{
  g_autofree char *local = NULL;
  const char *p = text;

  while (is_local_ascii (*p))
    p++;
  if (*p == '\0') {
    local = g_ascii_strdown (text, -1);
  } else {
    local = xmpp_precis_username_case_mapped (text, lenient);
    /* Width mapping can bring a forbidden character forth, so they are looked for afterwards. */
    if (local == NULL || strpbrk (local, " \"&'/:<>@") != NULL) {
      fail (error, _("The part before the @ has a character that addresses can’t have"));
      return NULL;
    }
  }
  if (*local == '\0') {
    fail (error, _("The part before the @ is missing"));
    return NULL;
  }
  if (strlen (local) > MAX_PART) {
    fail (error, _("The part before the @ is too long"));
    return NULL;
  }

  return g_steal_pointer (&local);
}

static char *
prepare_resource (const char *text, gboolean lenient, GError **error)
{
  g_autofree char *resource = NULL;
  const char *p = text;

  while (*p >= 0x20 && *p < 0x7F)
    p++;
  resource = *p == '\0' ? g_strdup (text) : xmpp_precis_opaque_string (text, lenient);
  if (resource == NULL || *resource == '\0' || strlen (resource) > MAX_PART) {
    fail (error, _("The part after the / is empty, too long, or has a character that addresses can’t have"));
    return NULL;
  }

  return g_steal_pointer (&resource);
}

static gboolean
is_ascii_domain (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '-' && *p != '.' && *p != '_')
      return FALSE;

  return strstr (text, "xn--") == NULL && strstr (text, "XN--") == NULL &&
         strstr (text, "Xn--") == NULL && strstr (text, "xN--") == NULL;
}

/* No empty label. A label of over 63 bytes can't be looked up, but a server may send it (WITHSTAND: tolerant to receive). */
static gboolean
has_good_labels (const char *domain, gboolean lenient)
{
  gsize length = 0;

  for (const char *p = domain;; p++) {
    if (*p == '.' || *p == '\0') {
      if (length == 0 || (!lenient && length > MAX_LABEL))
        return FALSE;
      length = 0;
      if (*p == '\0')
        return TRUE;
    } else {
      length++;
    }
  }
}

/* "[" IPv6 "]", with a zone or without. Without brackets it is refused: RFC 7622 §3.2 takes them from RFC 3986. */
static char *
prepare_ipv6 (const char *text)
{
  gsize length = strlen (text);
  g_autofree char *inside = NULL;
  char *zone;

  if (length < 4 || text[length - 1] != ']')
    return NULL;
  inside = g_strndup (text + 1, length - 2);
  zone = strchr (inside, '%');
  if (zone != NULL)
    *zone = '\0';
  if (!g_hostname_is_ip_address (inside) || strchr (inside, ':') == NULL)
    return NULL;
  if (zone != NULL) {
    for (char *p = zone + 1; *p != '\0'; p++)
      if (!g_ascii_isalnum (*p) && strchr ("-._~", *p) == NULL)
        return NULL;
    if (zone[1] == '\0')
      return NULL;
  }

  /* The zone names an interface, whose case counts. */
  if (zone != NULL) {
    g_autofree char *address = g_ascii_strdown (inside, -1);

    return g_strdup_printf ("[%s%%%s]", address, zone + 1);
  }
  return g_ascii_strdown (text, -1);
}

/* libidn2 lets ":" and "@" through; nobody needs them in a name, and they would change how an address splits. */
static gboolean
has_bad_ascii (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_isprint (*p) ? !g_ascii_isalnum (*p) && strchr ("-._", *p) == NULL : g_ascii_iscntrl (*p))
      return TRUE;

  return FALSE;
}

/* IDNA2008 without the mappings of the transition, so that ß and final sigma stay what they are. */
static char *
prepare_idn (const char *text, gboolean lenient)
{
  g_autofree char *normal = NULL;
  char *ascii = NULL, *unicode = NULL, *again = NULL, *result = NULL;

  /* Width and case first (RFC 7622 §3.2.1 leaves them to the one who takes the address in; servers expect it done). */
  normal = xmpp_precis_map_domain (text);
  if (normal == NULL || has_bad_ascii (normal))
    return NULL;
  if (idn2_to_ascii_8z (normal, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK &&
      idn2_to_unicode_8z8z (ascii, &unicode, 0) == IDN2_OK &&
      /* A label that only looks like an A-label must not become a name that nobody could write. */
      idn2_to_ascii_8z (unicode, &again, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK && strcmp (ascii, again) == 0 &&
      !has_bad_ascii (unicode))   /* a space of another kind is mapped to U+0020 */
    result = g_strdup (unicode);
  else if (lenient)
    result = g_strdup (normal);
  idn2_free (ascii);
  idn2_free (unicode);
  idn2_free (again);

  return result;
}

static char *
prepare_domain (const char *text, gboolean lenient, GError **error)
{
  g_autofree char *stripped = NULL;
  g_autofree char *domain = NULL;
  gsize length = strlen (text);

  /* One dot at the end is the root's (RFC 7622 §3.2). */
  if (length > 1 && text[length - 1] == '.')
    text = stripped = g_strndup (text, length - 1);

  if (*text == '[')
    domain = prepare_ipv6 (text);
  else if (is_ascii_domain (text))
    domain = g_ascii_strdown (text, -1);
  else
    domain = prepare_idn (text, lenient);

  if (domain == NULL || *domain == '\0' || strlen (domain) > MAX_PART ||
      (*domain != '[' && !has_good_labels (domain, lenient))) {
    fail (error, _("The server’s part of the address is not a domain name"));
    return NULL;
  }

  return g_steal_pointer (&domain);
}

static XmppJid *
new_from_parts (const char *local, const char *domain, const char *resource, gboolean lenient, GError **error)
{
  g_autofree char *l = NULL, *d = NULL, *r = NULL;

  if ((d = prepare_domain (domain, lenient, error)) == NULL ||
      (local != NULL && (l = prepare_local (local, lenient, error)) == NULL) ||
      (resource != NULL && (r = prepare_resource (resource, lenient, error)) == NULL))
    return NULL;

  return assemble (l, d, r);
}

/* RFC 7622 §3.1: the first slash begins the resource, the first @ before it ends the local part. */
static XmppJid *
parse (const char *string, gboolean lenient, GError **error)
{
  g_autofree char *copy = NULL;
  char *slash, *at;

  if (string == NULL || !g_utf8_validate (string, -1, NULL)) {
    fail (error, _("This is not an address"));
    return NULL;
  }
  copy = g_strdup (string);
  slash = strchr (copy, '/');
  if (slash != NULL)
    *slash = '\0';
  at = strchr (copy, '@');
  if (at != NULL)
    *at = '\0';

  return new_from_parts (at != NULL ? copy : NULL, at != NULL ? at + 1 : copy, slash != NULL ? slash + 1 : NULL,
                         lenient, error);
}

XmppJid *
xmpp_jid_new (const char *string, GError **error)
{
  return parse (string, FALSE, error);
}

XmppJid *
xmpp_jid_new_lenient (const char *string, GError **error)
{
  return parse (string, TRUE, error);
}

XmppJid *
xmpp_jid_new_from_parts (const char *local, const char *domain, const char *resource, GError **error)
{
  g_return_val_if_fail (domain != NULL, NULL);

  return new_from_parts (local, domain, resource, FALSE, error);
}

XmppJid *
xmpp_jid_ref (XmppJid *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);

  return self;
}

void
xmpp_jid_unref (XmppJid *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_ref_count_dec (&self->refs))
    g_free (self);
}

const char *
xmpp_jid_get_local (const XmppJid *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->local;
}

const char *
xmpp_jid_get_domain (const XmppJid *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->domain;
}

const char *
xmpp_jid_get_resource (const XmppJid *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->resource;
}

char *
xmpp_jid_dup_ascii_domain (const XmppJid *self, GError **error)
{
  char *ascii = NULL;
  g_autofree char *result = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  if (*self->domain == '[' || (g_str_is_ascii (self->domain) && strchr (self->domain, '_') != NULL))
    return g_strdup (self->domain);

  if (idn2_to_ascii_8z (self->domain, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK) {
    fail (error, _("The server’s part of the address is not a domain name"));
    return NULL;
  }
  result = g_strdup (ascii);
  idn2_free (ascii);

  return g_steal_pointer (&result);
}

const char *
xmpp_jid_get_string (const XmppJid *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->full;
}

const char *
xmpp_jid_get_bare_string (const XmppJid *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->bare;
}

XmppJid *
xmpp_jid_to_bare (XmppJid *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->resource == NULL ? xmpp_jid_ref (self) : assemble (self->local, self->domain, NULL);
}

XmppJid *
xmpp_jid_with_resource (XmppJid *self, const char *resource, GError **error)
{
  g_autofree char *prepared = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  if (resource == NULL)
    return xmpp_jid_to_bare (self);

  prepared = prepare_resource (resource, FALSE, error);

  return prepared != NULL ? assemble (self->local, self->domain, prepared) : NULL;
}

gboolean
xmpp_jid_is_bare (const XmppJid *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->resource == NULL;
}

gboolean
xmpp_jid_equal (const XmppJid *a, const XmppJid *b)
{
  if (a == NULL || b == NULL || a == b)
    return a == b;

  return a->hash == b->hash && strcmp (a->full, b->full) == 0;
}

gboolean
xmpp_jid_equal_bare (const XmppJid *a, const XmppJid *b)
{
  if (a == NULL || b == NULL || a == b)
    return a == b;

  return strcmp (a->bare, b->bare) == 0;
}

guint
xmpp_jid_hash (const XmppJid *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->hash;
}

/* By bare address, then by resource: the devices of one person stand together. */
int
xmpp_jid_compare (const XmppJid *a, const XmppJid *b)
{
  int order;

  g_return_val_if_fail (a != NULL && b != NULL, 0);

  order = strcmp (a->bare, b->bare);

  return order != 0 ? order : g_strcmp0 (a->resource, b->resource);
}

/* One label with letters of two scripts, as Latin with Cyrillic, in the domain; or so in the local part. */
gboolean
xmpp_jid_is_mixed_script (const XmppJid *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return xmpp_precis_is_mixed_script (self->domain) ||
         (self->local != NULL && xmpp_precis_is_mixed_script (self->local));
}
