/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-disco-info.h"
#include "xmpp-element-private.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"

#include <string.h>

/* What is understood of an answer is built anew, in the order in which XEP-0115 §5.1 hashes it: whatever else came in the
 * stanza does not stay in memory, duplicates are neighbours, and the verification string is one walk. */

#define MOST_PARTS 1000            /* identities, features, forms, fields and values; the largest clients have 200 */
#define MOST_BYTES (64 * 1024)

struct _XmppDiscoInfo {
  XmppElement *query;
  GPtrArray *features;             /* sorted, borrowed from query */
  gboolean ill_formed;             /* proves nothing, XEP-0115 §5.4 */
};

typedef struct {
  XmppDiscoInfo *info;
  guint n_parts;
  gsize n_bytes;
} Reading;

static const struct { const char *name; GChecksumType type; } hashes[] = {
  { "sha-1", G_CHECKSUM_SHA1 }, { "sha-256", G_CHECKSUM_SHA256 }, { "sha-512", G_CHECKSUM_SHA512 },
};
static const char *const identity_attributes[] = { "category", "type", "lang", "name" };

static const char *
get_identity_part (XmppElement *identity, guint i)
{
  const char *name = identity_attributes[i];
  const char *value = g_str_equal (name, "lang") ? xmpp_element_get_lang (identity) : xmpp_element_get_attribute (identity, name);

  return value ? value : "";
}

/* strcmp () compares bytes, as i;octet asks for. */
static int
compare_identities (gconstpointer a, gconstpointer b)
{
  int order = 0;

  for (guint i = 0; order == 0 && i < G_N_ELEMENTS (identity_attributes); i++)
    order = strcmp (get_identity_part (*(XmppElement *const *) a, i), get_identity_part (*(XmppElement *const *) b, i));
  return order;
}

static int
compare_vars (gconstpointer a, gconstpointer b)
{
  return strcmp (xmpp_element_get_attribute (*(XmppElement *const *) a, "var"),
                 xmpp_element_get_attribute (*(XmppElement *const *) b, "var"));
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (xmpp_element_get_text (*(XmppElement *const *) a), xmpp_element_get_text (*(XmppElement *const *) b));
}

/* NULL: it has none, or not a hidden one, and does not count. */
static XmppElement *
find_form_type (XmppElement *form)
{
  for (guint i = 0; i < xmpp_element_get_n_children (form); i++) {
    XmppElement *field = xmpp_element_get_child (form, i);

    if (xmpp_element_is (field, XMPP_NS_DATA_FORM, "field") &&
        g_strcmp0 (xmpp_element_get_attribute (field, "var"), "FORM_TYPE") == 0 &&
        g_strcmp0 (xmpp_element_get_attribute (field, "type"), "hidden") == 0 &&
        xmpp_element_find_child (field, XMPP_NS_DATA_FORM, "value"))
      return field;
  }
  return NULL;
}

static const char *
get_form_type (XmppElement *form)
{
  return xmpp_element_get_child_text (find_form_type (form), XMPP_NS_DATA_FORM, "value");
}

static int
compare_forms (gconstpointer a, gconstpointer b)
{
  return strcmp (get_form_type (*(XmppElement *const *) a), get_form_type (*(XmppElement *const *) b));
}

static gboolean
has_attribute (XmppElement *element, const char *name)
{
  const char *value = xmpp_element_get_attribute (element, name);

  return value && *value != '\0';
}

/* The children of this name that have the attribute, sorted. */
static GPtrArray *
gather (Reading *self, XmppElement *parent, const char *ns, const char *name, const char *attribute, GCompareFunc compare)
{
  GPtrArray *found = g_ptr_array_new ();

  for (guint i = 0; i < xmpp_element_get_n_children (parent) && self->n_parts <= MOST_PARTS; i++) {
    XmppElement *child = xmpp_element_get_child (parent, i);

    if (!xmpp_element_is (child, ns, name) || (attribute && !has_attribute (child, attribute)) ||
        (compare == compare_forms && !find_form_type (child)))
      continue;
    g_ptr_array_add (found, child);
    self->n_parts++;
  }
  g_ptr_array_sort (found, compare);
  return found;
}

static gboolean
is_double (GPtrArray *sorted, guint i, GCompareFunc compare)
{
  return i > 0 && compare (&sorted->pdata[i - 1], &sorted->pdata[i]) == 0;
}

/* "<" ends each part of the hashed text and nothing escapes it: with one inside, two answers could have one hash. */
static const char *
take (Reading *self, const char *text)
{
  self->n_bytes += strlen (text);
  if (strchr (text, '<'))
    self->info->ill_formed = TRUE;
  return text;
}

static void
take_identities (Reading *self, XmppElement *query)
{
  g_autoptr (GPtrArray) identities = gather (self, query, XMPP_NS_DISCO_INFO, "identity", "category", compare_identities);

  for (guint i = 0; i < identities->len; i++) {
    XmppElement *copy = xmpp_element_add_child (self->info->query, XMPP_NS_DISCO_INFO, "identity");

    for (guint j = 0; j < G_N_ELEMENTS (identity_attributes); j++) {
      const char *name = identity_attributes[j], *value = take (self, get_identity_part (identities->pdata[i], j));

      if (*value != '\0')
        xmpp_element_set_attribute_ns (copy, g_str_equal (name, "lang") ? XMPP_NS_XML : NULL, name, value);
      /* The same for the slashes between them. */
      if (!g_str_equal (name, "name") && strchr (value, '/'))
        self->info->ill_formed = TRUE;
    }
    if (is_double (identities, i, compare_identities))
      self->info->ill_formed = TRUE;
  }
}

static void
take_features (Reading *self, XmppElement *query)
{
  g_autoptr (GPtrArray) features = gather (self, query, XMPP_NS_DISCO_INFO, "feature", "var", compare_vars);

  for (guint i = 0; i < features->len; i++) {
    XmppElement *copy = xmpp_element_add_child (self->info->query, XMPP_NS_DISCO_INFO, "feature");

    xmpp_element_set_attribute (copy, "var", take (self, xmpp_element_get_attribute (features->pdata[i], "var")));
    g_ptr_array_add (self->info->features, (gpointer) xmpp_element_get_attribute (copy, "var"));
    if (is_double (features, i, compare_vars))
      self->info->ill_formed = TRUE;
  }
}

static void
take_values (Reading *self, XmppElement *field, XmppElement *copy)
{
  g_autoptr (GPtrArray) values = gather (self, field, XMPP_NS_DATA_FORM, "value", NULL, compare_texts);

  for (guint i = 0; i < values->len; i++)
    xmpp_element_add_text_child (copy, XMPP_NS_DATA_FORM, "value", take (self, xmpp_element_get_text (values->pdata[i])));
}

/* The first of the copy's fields is its type, with one value. */
static void
take_form_type (Reading *self, GPtrArray *fields, const char *type, XmppElement *copy)
{
  XmppElement *field = xmpp_element_add_child (copy, XMPP_NS_DATA_FORM, "field");

  xmpp_element_set_attribute (field, "type", "hidden");
  xmpp_element_set_attribute (field, "var", "FORM_TYPE");
  xmpp_element_add_text_child (field, XMPP_NS_DATA_FORM, "value", take (self, type));
  for (guint i = 0; i < fields->len; i++) {
    g_autoptr (GPtrArray) values = NULL;

    if (!g_str_equal (xmpp_element_get_attribute (fields->pdata[i], "var"), "FORM_TYPE"))
      continue;
    values = gather (self, fields->pdata[i], XMPP_NS_DATA_FORM, "value", NULL, compare_texts);
    for (guint j = 0; j < values->len; j++)
      if (!g_str_equal (xmpp_element_get_text (values->pdata[j]), type))
        self->info->ill_formed = TRUE;
  }
}

static void
take_form (Reading *self, XmppElement *form)
{
  g_autoptr (GPtrArray) fields = gather (self, form, XMPP_NS_DATA_FORM, "field", "var", compare_vars);
  XmppElement *copy = xmpp_element_add_child (self->info->query, XMPP_NS_DATA_FORM, "x");

  xmpp_element_set_attribute (copy, "type", "result");
  take_form_type (self, fields, get_form_type (form), copy);
  for (guint i = 0; i < fields->len; i++) {
    const char *var = take (self, xmpp_element_get_attribute (fields->pdata[i], "var"));
    XmppElement *field;

    if (g_str_equal (var, "FORM_TYPE"))
      continue;
    /* XEP-0004 §3.2: unique within the form. Else the order of the two would be anybody's. */
    if (is_double (fields, i, compare_vars))
      self->info->ill_formed = TRUE;
    field = xmpp_element_add_child (copy, XMPP_NS_DATA_FORM, "field");
    xmpp_element_set_attribute (field, "var", var);
    take_values (self, fields->pdata[i], field);
  }
}

static void
take_forms (Reading *self, XmppElement *query)
{
  g_autoptr (GPtrArray) forms = gather (self, query, XMPP_NS_DATA_FORM, "x", NULL, compare_forms);

  for (guint i = 0; i < forms->len; i++) {
    take_form (self, forms->pdata[i]);
    if (is_double (forms, i, compare_forms))
      self->info->ill_formed = TRUE;
  }
}

/**
 * xmpp_disco_info_parse:
 * @query: the <query/> of an answer to disco#info
 *
 * An answer that is ill-formed after XEP-0115 §5.4 (an identity, a feature or a FORM_TYPE twice) is taken, but proves
 * nothing: xmpp_disco_info_compute_ver () gives NULL for it.
 *
 * Returns: (transfer full) (nullable): NULL with XMPP_ERROR_PROTOCOL where it is another element, with XMPP_ERROR_LIMIT
 *   where it has more than anybody needs
 */
XmppDiscoInfo *
xmpp_disco_info_parse (XmppElement *query, GError **error)
{
  g_autoptr (XmppDiscoInfo) self = NULL;
  Reading reading = { 0 };

  if (!xmpp_element_is (query, XMPP_NS_DISCO_INFO, "query")) {
    g_set_error (error, XMPP_ERROR, XMPP_ERROR_PROTOCOL, "Not an answer to disco#info");
    return NULL;
  }
  self = g_rc_box_new0 (XmppDiscoInfo);
  self->query = xmpp_element_new (XMPP_NS_DISCO_INFO, "query");
  self->features = g_ptr_array_new ();
  reading.info = self;
  take_identities (&reading, query);
  take_features (&reading, query);
  take_forms (&reading, query);
  if (reading.n_parts > MOST_PARTS || reading.n_bytes > MOST_BYTES) {
    g_set_error (error, XMPP_ERROR, XMPP_ERROR_LIMIT, "An answer to disco#info is too long");
    return NULL;
  }
  return g_steal_pointer (&self);
}

XmppDiscoInfo *
xmpp_disco_info_ref (XmppDiscoInfo *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  XmppDiscoInfo *self = data;

  xmpp_element_unref (self->query);
  g_ptr_array_unref (self->features);
}

void
xmpp_disco_info_unref (XmppDiscoInfo *self)
{
  g_rc_box_release_full (self, clear);
}

/**
 * xmpp_disco_info_get_element:
 *
 * Returns: (transfer none): a <query/> with all that was understood, and no node
 */
XmppElement *
xmpp_disco_info_get_element (XmppDiscoInfo *self)
{
  return self->query;
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (a, *(const char *const *) b);
}

gboolean
xmpp_disco_info_has_feature (XmppDiscoInfo *self, const char *feature)
{
  return self->features->len > 0 &&
         bsearch (feature, self->features->pdata, self->features->len, sizeof (gpointer), compare_strings) != NULL;
}

static void
append_part (GChecksum *sum, const char *text, char end)
{
  g_checksum_update (sum, (const guint8 *) text, strlen (text));
  g_checksum_update (sum, (const guint8 *) &end, 1);
}

static void
append_form (GChecksum *sum, XmppElement *form)
{
  for (guint i = 0; i < xmpp_element_get_n_children (form); i++) {
    XmppElement *field = xmpp_element_get_child (form, i);

    if (i > 0)
      append_part (sum, xmpp_element_get_attribute (field, "var"), '<');
    for (guint j = 0; j < xmpp_element_get_n_children (field); j++)
      append_part (sum, xmpp_element_get_text (xmpp_element_get_child (field, j)), '<');
  }
}

static void
append_child (GChecksum *sum, XmppElement *child)
{
  if (xmpp_element_is (child, NULL, "identity"))
    for (guint i = 0; i < G_N_ELEMENTS (identity_attributes); i++)
      append_part (sum, get_identity_part (child, i), i < G_N_ELEMENTS (identity_attributes) - 1 ? '/' : '<');
  else if (xmpp_element_is (child, NULL, "feature"))
    append_part (sum, xmpp_element_get_attribute (child, "var"), '<');
  else
    append_form (sum, child);
}

static int
find_hash (const char *hash)
{
  for (guint i = 0; hash && i < G_N_ELEMENTS (hashes); i++)
    if (g_str_equal (hash, hashes[i].name))
      return i;
  return -1;
}

gboolean
xmpp_disco_info_knows_hash (const char *hash)
{
  return find_hash (hash) >= 0;
}

/**
 * xmpp_disco_info_compute_ver:
 * @hash: the name of a hash function as in XEP-0300: sha-1, sha-256 or sha-512
 *
 * The verification string of XEP-0115 §5.1.
 *
 * Returns: (transfer full) (nullable): NULL where it is ill-formed or the hash function is unknown
 */
char *
xmpp_disco_info_compute_ver (XmppDiscoInfo *self, const char *hash)
{
  int i = find_hash (hash);
  g_autoptr (GChecksum) sum = NULL;
  guint8 digest[64];
  gsize size = sizeof digest;

  if (self->ill_formed || i < 0)
    return NULL;
  sum = g_checksum_new (hashes[i].type);
  for (guint j = 0; j < xmpp_element_get_n_children (self->query); j++)
    append_child (sum, xmpp_element_get_child (self->query, j));
  g_checksum_get_digest (sum, digest, &size);
  return g_base64_encode (digest, size);
}

/**
 * xmpp_disco_info_verify:
 *
 * Returns: whether it is what the verification string stands for, XEP-0115 §5.4
 */
gboolean
xmpp_disco_info_verify (XmppDiscoInfo *self, const char *hash, const char *ver)
{
  g_autofree char *own = xmpp_disco_info_compute_ver (self, hash);

  return own && g_strcmp0 (own, ver) == 0;
}
