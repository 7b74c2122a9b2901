/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-element.h"
#include "xmpp-arena.h"
#include "xmpp-element-private.h"
#include "xmpp-ns.h"
#include "xmpp-utf8.h"

#include <string.h>

/* A tree lives in one arena: every element, attribute and string of it. A reference to any element is a reference to its
 * arena. A child that was built elsewhere brings its arena along: the parent's arena adopts it.
 *
 * Nothing in this file recurses (S-64). */

struct _XmppElement {
  XmppArena *arena;
  const char *ns;
  const char *name;
  XmppAttribute *attributes;
  XmppNode *nodes;
  const char *text;     /* of all text nodes; NULL while they are to be joined */
  guint n_attributes, room_attributes;
  guint n_nodes, room_nodes;
  guint n_children;
};

G_DEFINE_BOXED_TYPE (XmppElement, xmpp_element, xmpp_element_ref, xmpp_element_unref)

const char *
xmpp_intern_ns (const char *ns)
{
  static const char *const known[] = {
    "", XMPP_NS_XML, XMPP_NS_STREAM, XMPP_NS_CLIENT, XMPP_NS_STREAMS, XMPP_NS_STANZAS, XMPP_NS_TLS, XMPP_NS_SASL,
    XMPP_NS_BIND, XMPP_NS_SESSION, XMPP_NS_ROSTER, XMPP_NS_ROSTERVER, XMPP_NS_PREAPPROVAL, XMPP_NS_SM, XMPP_NS_SASL_CB,
    XMPP_NS_DISCO_INFO, XMPP_NS_DISCO_ITEMS, XMPP_NS_CAPS, XMPP_NS_DATA_FORM, XMPP_NS_PING, XMPP_NS_VERSION, XMPP_NS_TIME,
    XMPP_NS_CSI, XMPP_NS_CHAT_STATES, XMPP_NS_DELAY, XMPP_NS_SID, XMPP_NS_CARBONS, XMPP_NS_FORWARD, XMPP_NS_MAM,
    XMPP_NS_RSM, XMPP_NS_MARKERS, XMPP_NS_HINTS, XMPP_NS_CORRECT, XMPP_NS_RETRACT, XMPP_NS_REACTIONS, XMPP_NS_MDS,
    XMPP_NS_PUBSUB, XMPP_NS_PUBSUB_EVENT,
    XMPP_NS_RECEIPTS, XMPP_NS_EME, XMPP_NS_MUC_USER, XMPP_NS_CONFERENCE, "vcard-temp", "vcard-temp:x:update",
  };
  static GHashTable *table;

  if (g_once_init_enter (&table)) {
    GHashTable *built = g_hash_table_new (g_str_hash, g_str_equal);

    for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
      g_hash_table_add (built, (gpointer) known[i]);
    g_once_init_leave (&table, built);
  }

  return g_hash_table_lookup (table, ns);
}

static XmppElement *
element_alloc (XmppArena *arena, const char *interned_ns, const char *ns, const char *name)
{
  XmppElement *self = xmpp_arena_alloc (arena, sizeof (XmppElement));

  memset (self, 0, sizeof *self);
  self->arena = arena;
  self->ns = interned_ns != NULL ? interned_ns : xmpp_arena_strndup (arena, ns, strlen (ns));
  self->name = xmpp_arena_strndup (arena, name, strlen (name));
  self->text = "";

  return self;
}

static XmppNode *
append_node (XmppElement *self)
{
  if (self->n_nodes == self->room_nodes) {
    guint room = self->room_nodes == 0 ? 2 : 2 * self->room_nodes;
    XmppNode *nodes = xmpp_arena_alloc (self->arena, room * sizeof (XmppNode));

    if (self->n_nodes > 0)
      memcpy (nodes, self->nodes, self->n_nodes * sizeof (XmppNode));
    self->nodes = nodes;
    self->room_nodes = room;
  }

  return &self->nodes[self->n_nodes++];
}

XmppElement *
xmpp_element_new_root (const char *interned_ns, const char *ns, const char *name)
{
  return element_alloc (xmpp_arena_new (), interned_ns, ns, name);
}

XmppElement *
xmpp_element_append (XmppElement *parent, const char *interned_ns, const char *ns, const char *name)
{
  XmppElement *child = element_alloc (parent->arena, interned_ns, ns, name);

  *append_node (parent) = (XmppNode) { child, NULL };
  parent->n_children++;

  return child;
}

void
xmpp_element_append_text (XmppElement *self, const char *text, gsize length)
{
  const char *copy = xmpp_arena_strndup (self->arena, text, length);

  self->text = self->n_nodes == self->n_children ? copy : NULL;
  *append_node (self) = (XmppNode) { NULL, copy };
}

/* Text in several pieces, with elements between them, is joined once. */
void
xmpp_element_seal (XmppElement *self)
{
  g_autoptr (GString) joined = NULL;

  if (self->text != NULL)
    return;

  joined = g_string_new (NULL);
  for (guint i = 0; i < self->n_nodes; i++)
    if (self->nodes[i].element == NULL)
      g_string_append (joined, self->nodes[i].text);
  self->text = xmpp_arena_strndup (self->arena, joined->str, joined->len);
}

void
xmpp_element_reserve_attributes (XmppElement *self, guint n)
{
  XmppAttribute *attributes;

  if (n <= self->room_attributes)
    return;

  attributes = xmpp_arena_alloc (self->arena, n * sizeof (XmppAttribute));
  if (self->n_attributes > 0)
    memcpy (attributes, self->attributes, self->n_attributes * sizeof (XmppAttribute));
  self->attributes = attributes;
  self->room_attributes = n;
}

void
xmpp_element_append_attribute (XmppElement *self,
                               const char  *interned_ns,
                               const char  *ns,
                               const char  *name,
                               const char  *value,
                               gsize        length)
{
  XmppArena *arena = self->arena;

  if (self->n_attributes == self->room_attributes)
    xmpp_element_reserve_attributes (self, MAX (4, 2 * self->room_attributes));

  self->attributes[self->n_attributes++] = (XmppAttribute) {
    interned_ns != NULL ? interned_ns : xmpp_arena_strndup (arena, ns, strlen (ns)),
    xmpp_arena_strndup (arena, name, strlen (name)),
    xmpp_arena_strndup (arena, value, length),
  };
}

const XmppAttribute *
xmpp_element_get_attributes (const XmppElement *self, guint *n)
{
  *n = self->n_attributes;
  return self->attributes;
}

const XmppNode *
xmpp_element_get_nodes (const XmppElement *self, guint *n)
{
  *n = self->n_nodes;
  return self->nodes;
}

XmppElement *
xmpp_element_new (const char *ns, const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  if (ns == NULL)
    ns = "";

  return xmpp_element_new_root (xmpp_intern_ns (ns), ns, name);
}

XmppElement *
xmpp_element_ref (XmppElement *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  xmpp_arena_ref (self->arena);

  return self;
}

void
xmpp_element_unref (XmppElement *self)
{
  g_return_if_fail (self != NULL);

  xmpp_arena_unref (self->arena);
}

static void
copy_attributes (XmppElement *to, const XmppElement *from)
{
  xmpp_element_reserve_attributes (to, from->n_attributes);
  for (guint i = 0; i < from->n_attributes; i++) {
    const XmppAttribute *a = &from->attributes[i];

    xmpp_element_append_attribute (to, xmpp_intern_ns (a->ns), a->ns, a->name, a->value, strlen (a->value));
  }
}

typedef struct {
  const XmppElement *from;
  XmppElement *to;
  guint next;
} CopyStep;

XmppElement *
xmpp_element_copy (const XmppElement *self)
{
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (CopyStep));
  XmppElement *copy;
  CopyStep step;

  g_return_val_if_fail (self != NULL, NULL);

  copy = xmpp_element_new (self->ns, self->name);
  copy_attributes (copy, self);
  step = (CopyStep) { self, copy, 0 };
  for (;;) {
    const XmppNode *node;

    if (step.next == step.from->n_nodes) {
      xmpp_element_seal (step.to);
      if (stack->len == 0)
        return copy;
      step = g_array_index (stack, CopyStep, stack->len - 1);
      g_array_set_size (stack, stack->len - 1);
      continue;
    }

    node = &step.from->nodes[step.next++];
    if (node->element == NULL) {
      xmpp_element_append_text (step.to, node->text, strlen (node->text));
    } else {
      const XmppElement *from = node->element;
      gboolean same_ns = strcmp (from->ns, step.from->ns) == 0;
      XmppElement *to = xmpp_element_append (step.to, same_ns ? step.to->ns : xmpp_intern_ns (from->ns), from->ns, from->name);

      copy_attributes (to, from);
      g_array_append_val (stack, step);
      step = (CopyStep) { from, to, 0 };
    }
  }
}

static gboolean
has_same_attributes (const XmppElement *a, const XmppElement *b)
{
  if (a->n_attributes != b->n_attributes)
    return FALSE;

  for (guint i = 0; i < a->n_attributes; i++)
    if (g_strcmp0 (a->attributes[i].value,
                   xmpp_element_get_attribute_ns (b, a->attributes[i].ns, a->attributes[i].name)) != 0)
      return FALSE;

  return TRUE;
}

/* Without looking into child elements. */
static gboolean
is_same_level (const XmppElement *a, const XmppElement *b)
{
  if (strcmp (a->name, b->name) != 0 || strcmp (a->ns, b->ns) != 0 || a->n_nodes != b->n_nodes ||
      !has_same_attributes (a, b))
    return FALSE;

  for (guint i = 0; i < a->n_nodes; i++) {
    const XmppNode *x = &a->nodes[i], *y = &b->nodes[i];

    if ((x->element == NULL) != (y->element == NULL) ||
        (x->element == NULL && strcmp (x->text, y->text) != 0))
      return FALSE;
  }

  return TRUE;
}

/* Without what was built elsewhere and adopted. */
gsize
xmpp_element_get_size (const XmppElement *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->arena->size;
}

/* Names, attributes in any order, and content in its order. */
gboolean
xmpp_element_equal (const XmppElement *a, const XmppElement *b)
{
  g_autoptr (GPtrArray) pairs = NULL;

  if (a == NULL || b == NULL)
    return a == b;

  pairs = g_ptr_array_new ();
  g_ptr_array_add (pairs, (gpointer) a);
  g_ptr_array_add (pairs, (gpointer) b);
  while (pairs->len > 0) {
    const XmppElement *y = g_ptr_array_steal_index_fast (pairs, pairs->len - 1);
    const XmppElement *x = g_ptr_array_steal_index_fast (pairs, pairs->len - 1);

    if (!is_same_level (x, y))
      return FALSE;
    for (guint i = 0; i < x->n_nodes; i++) {
      if (x->nodes[i].element != NULL) {
        g_ptr_array_add (pairs, x->nodes[i].element);
        g_ptr_array_add (pairs, y->nodes[i].element);
      }
    }
  }

  return TRUE;
}

const char *
xmpp_element_get_ns (const XmppElement *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->ns;
}

const char *
xmpp_element_get_name (const XmppElement *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

gboolean
xmpp_element_is (const XmppElement *self, const char *ns, const char *name)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return (name == NULL || strcmp (self->name, name) == 0) &&
         (ns == NULL || self->ns == ns || strcmp (self->ns, ns) == 0);
}

const char *
xmpp_element_get_attribute_ns (const XmppElement *self, const char *ns, const char *name)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if (ns == NULL)
    ns = "";

  for (guint i = 0; i < self->n_attributes; i++)
    if (strcmp (self->attributes[i].name, name) == 0 && strcmp (self->attributes[i].ns, ns) == 0)
      return self->attributes[i].value;

  return NULL;
}

const char *
xmpp_element_get_attribute (const XmppElement *self, const char *name)
{
  return xmpp_element_get_attribute_ns (self, NULL, name);
}

static void
remove_attribute (XmppElement *self, const char *ns, const char *name)
{
  for (guint i = 0; i < self->n_attributes; i++) {
    if (strcmp (self->attributes[i].name, name) == 0 && strcmp (self->attributes[i].ns, ns) == 0) {
      self->n_attributes--;
      memmove (&self->attributes[i], &self->attributes[i + 1], (self->n_attributes - i) * sizeof (XmppAttribute));
      return;
    }
  }
}

void
xmpp_element_set_attribute_ns (XmppElement *self, const char *ns, const char *name, const char *value)
{
  g_autofree char *legal = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (name != NULL);

  if (ns == NULL)
    ns = "";

  if (value == NULL) {
    remove_attribute (self, ns, name);
    return;
  }

  legal = xmpp_utf8_replace_illegal (value);
  if (legal != NULL)
    value = legal;

  for (guint i = 0; i < self->n_attributes; i++) {
    if (strcmp (self->attributes[i].name, name) == 0 && strcmp (self->attributes[i].ns, ns) == 0) {
      self->attributes[i].value = xmpp_arena_strndup (self->arena, value, strlen (value));
      return;
    }
  }
  xmpp_element_append_attribute (self, xmpp_intern_ns (ns), ns, name, value, strlen (value));
}

void
xmpp_element_set_attribute (XmppElement *self, const char *name, const char *value)
{
  xmpp_element_set_attribute_ns (self, NULL, name, value);
}

const char *
xmpp_element_get_lang (const XmppElement *self)
{
  return xmpp_element_get_attribute_ns (self, XMPP_NS_XML, "lang");
}

/* Joins text that its owner is still building; what the reader made is joined already. */
const char *
xmpp_element_get_text (const XmppElement *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->text == NULL)
    xmpp_element_seal ((XmppElement *) self);

  return self->text;
}

void
xmpp_element_add_text (XmppElement *self, const char *text)
{
  g_autofree char *legal = NULL;
  XmppNode *last;

  g_return_if_fail (self != NULL);

  if (text == NULL || *text == '\0')
    return;

  legal = xmpp_utf8_replace_illegal (text);
  if (legal != NULL)
    text = legal;

  /* Two runs side by side are one, as they are when they were read. */
  last = self->n_nodes > 0 ? &self->nodes[self->n_nodes - 1] : NULL;
  if (last != NULL && last->element == NULL) {
    g_autofree char *joined = g_strconcat (last->text, text, NULL);

    last->text = xmpp_arena_strndup (self->arena, joined, strlen (joined));
    self->text = self->n_nodes == self->n_children + 1 ? last->text : NULL;
  } else {
    xmpp_element_append_text (self, text, strlen (text));
  }
}

XmppElement *
xmpp_element_add_child (XmppElement *self, const char *ns, const char *name)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if (ns == NULL || strcmp (ns, self->ns) == 0)
    return xmpp_element_append (self, self->ns, self->ns, name);

  return xmpp_element_append (self, xmpp_intern_ns (ns), ns, name);
}

XmppElement *
xmpp_element_add_text_child (XmppElement *self, const char *ns, const char *name, const char *text)
{
  XmppElement *child = xmpp_element_add_child (self, ns, name);

  if (child != NULL)
    xmpp_element_add_text (child, text);

  return child;
}

void
xmpp_element_take_child (XmppElement *self, XmppElement *child)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (child != NULL && child != self);

  *append_node (self) = (XmppNode) { child, NULL };
  self->n_children++;

  if (child->arena == self->arena)
    xmpp_arena_unref (child->arena);
  else
    xmpp_arena_adopt (self->arena, child->arena);
}

XmppElement *
xmpp_element_find_child (const XmppElement *self, const char *ns, const char *name)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->n_nodes; i++) {
    XmppElement *child = self->nodes[i].element;

    if (child != NULL && xmpp_element_is (child, ns, name))
      return child;
  }

  return NULL;
}

const char *
xmpp_element_get_child_text (const XmppElement *self, const char *ns, const char *name)
{
  XmppElement *child = xmpp_element_find_child (self, ns, name);

  return child != NULL ? xmpp_element_get_text (child) : NULL;
}

guint
xmpp_element_get_n_children (const XmppElement *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_children;
}

XmppElement *
xmpp_element_get_child (const XmppElement *self, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (index >= self->n_children)
    return NULL;

  if (self->n_children == self->n_nodes)
    return self->nodes[index].element;

  for (guint i = 0; i < self->n_nodes; i++)
    if (self->nodes[i].element != NULL && index-- == 0)
      return self->nodes[i].element;

  return NULL;
}
