/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-element.h"
#include "xmpp-element-private.h"
#include "xmpp-ns.h"

#include <string.h>

/* A tree lives in one arena: a few blocks that hold every element, attribute and string of it, so that a usual stanza is
 * one allocation, and freeing it is freeing the blocks, however deep the tree is. A reference to any element is a
 * reference to its arena. A child that was built elsewhere brings its arena along: the parent's arena adopts it.
 *
 * Nothing in this file recurses (S-64). */

#define FIRST_BLOCK 1024
#define LARGEST_BLOCK (64 * 1024)

typedef struct _Arena Arena;
typedef struct _Block Block;
typedef struct _Adopted Adopted;

struct _Block {
  Block *next;
};

struct _Adopted {
  Adopted *next;
  Arena *arena;
};

struct _Arena {
  gatomicrefcount refs;
  guint block_size;     /* of the next block */
  char *free;
  char *end;
  Block *blocks;        /* beyond the first, in which the arena itself lies */
  Adopted *adopted;
  Arena *next_dead;
};

struct _XmppElement {
  Arena *arena;
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

static Arena *
arena_new (void)
{
  Arena *arena = g_malloc (FIRST_BLOCK);

  *arena = (Arena) { 0 };
  g_atomic_ref_count_init (&arena->refs);
  arena->block_size = 2 * FIRST_BLOCK;
  arena->free = (char *) (arena + 1);
  arena->end = (char *) arena + FIRST_BLOCK;

  return arena;
}

static char *
arena_alloc_from_new_block (Arena *arena, gsize size)
{
  Block *block;

  /* What is large gets a block of its own, and the rest of the current one stays in use. */
  if (size > arena->block_size / 4) {
    block = g_malloc (sizeof (Block) + size);
    block->next = arena->blocks;
    arena->blocks = block;
    return (char *) (block + 1);
  }

  block = g_malloc (arena->block_size);
  block->next = arena->blocks;
  arena->blocks = block;
  arena->end = (char *) block + arena->block_size;
  arena->free = (char *) (block + 1) + size;
  arena->block_size = MIN (2 * arena->block_size, LARGEST_BLOCK);

  return (char *) (block + 1);
}

static inline gpointer
arena_alloc (Arena *arena, gsize size)
{
  char *start = (char *) (((guintptr) arena->free + 7) & ~(guintptr) 7);

  if (G_UNLIKELY (start > arena->end || size > (gsize) (arena->end - start)))
    return arena_alloc_from_new_block (arena, size);

  arena->free = start + size;
  return start;
}

static inline char *
arena_strndup (Arena *arena, const char *text, gsize length)
{
  char *copy;

  if (G_LIKELY (length < (gsize) (arena->end - arena->free))) {
    copy = arena->free;
    arena->free += length + 1;
  } else {
    copy = arena_alloc_from_new_block (arena, length + 1);
  }
  memcpy (copy, text, length);
  copy[length] = '\0';

  return copy;
}

static void
arena_adopt (Arena *arena, Arena *other)
{
  Adopted *adopted = arena_alloc (arena, sizeof (Adopted));

  *adopted = (Adopted) { arena->adopted, other };
  arena->adopted = adopted;
}

static void
arena_unref (Arena *arena)
{
  Arena *dead;

  if (!g_atomic_ref_count_dec (&arena->refs))
    return;

  dead = arena;
  dead->next_dead = NULL;
  while (dead != NULL) {
    Arena *doomed = dead;

    dead = doomed->next_dead;
    for (Adopted *adopted = doomed->adopted; adopted != NULL; adopted = adopted->next) {
      if (g_atomic_ref_count_dec (&adopted->arena->refs)) {
        adopted->arena->next_dead = dead;
        dead = adopted->arena;
      }
    }
    while (doomed->blocks != NULL) {
      Block *block = doomed->blocks;

      doomed->blocks = block->next;
      g_free (block);
    }
    g_free (doomed);
  }
}

const char *
xmpp_intern_ns (const char *ns)
{
  static const char *const known[] = {
    "", XMPP_NS_XML, XMPP_NS_STREAM, XMPP_NS_CLIENT, XMPP_NS_STREAMS, XMPP_NS_STANZAS, XMPP_NS_TLS, XMPP_NS_SASL,
    XMPP_NS_BIND, XMPP_NS_SESSION, XMPP_NS_ROSTER, XMPP_NS_ROSTERVER, XMPP_NS_PREAPPROVAL, XMPP_NS_SM, XMPP_NS_SASL_CB,
    XMPP_NS_DISCO_INFO, XMPP_NS_DISCO_ITEMS, XMPP_NS_CAPS, XMPP_NS_DATA_FORM, XMPP_NS_PING, XMPP_NS_VERSION, XMPP_NS_TIME,
    XMPP_NS_CSI, XMPP_NS_CHAT_STATES, XMPP_NS_DELAY, XMPP_NS_SID, XMPP_NS_CARBONS, XMPP_NS_FORWARD, XMPP_NS_MAM,
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
element_alloc (Arena *arena, const char *interned_ns, const char *ns, const char *name)
{
  XmppElement *self = arena_alloc (arena, sizeof (XmppElement));

  memset (self, 0, sizeof *self);
  self->arena = arena;
  self->ns = interned_ns != NULL ? interned_ns : arena_strndup (arena, ns, strlen (ns));
  self->name = arena_strndup (arena, name, strlen (name));
  self->text = "";

  return self;
}

static XmppNode *
append_node (XmppElement *self)
{
  if (self->n_nodes == self->room_nodes) {
    guint room = self->room_nodes == 0 ? 2 : 2 * self->room_nodes;
    XmppNode *nodes = arena_alloc (self->arena, room * sizeof (XmppNode));

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
  return element_alloc (arena_new (), interned_ns, ns, name);
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
  const char *copy = arena_strndup (self->arena, text, length);

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
  self->text = arena_strndup (self->arena, joined->str, joined->len);
}

void
xmpp_element_reserve_attributes (XmppElement *self, guint n)
{
  XmppAttribute *attributes;

  if (n <= self->room_attributes)
    return;

  attributes = arena_alloc (self->arena, n * sizeof (XmppAttribute));
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
  Arena *arena = self->arena;

  if (self->n_attributes == self->room_attributes)
    xmpp_element_reserve_attributes (self, MAX (4, 2 * self->room_attributes));

  self->attributes[self->n_attributes++] = (XmppAttribute) {
    interned_ns != NULL ? interned_ns : arena_strndup (arena, ns, strlen (ns)),
    arena_strndup (arena, name, strlen (name)),
    arena_strndup (arena, value, length),
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

/* The Char production of XML 1.0 §2.2, for a character that is valid in UTF-8. */
static gboolean
is_xml_char (gunichar c)
{
  return c >= 0x20 ? c != 0xFFFE && c != 0xFFFF : c == '\t' || c == '\n' || c == '\r';
}

/* NULL where the text is fine as it is, which nearly all is. A server that is sent one forbidden character closes the
 * stream, and the message would do so again after every reconnection. */
static char *
replace_illegal (const char *text)
{
  const char *p = text;
  g_autofree char *valid = NULL;
  GString *out;

  while ((guchar) *p >= 0x20 && (guchar) *p < 0x80)
    p++;
  if (*p == '\0')
    return NULL;

  valid = g_utf8_make_valid (text, -1);
  for (p = valid; *p != '\0' && is_xml_char (g_utf8_get_char (p)); p = g_utf8_next_char (p))
    ;
  if (*p == '\0')
    return g_steal_pointer (&valid);

  out = g_string_new_len (valid, p - valid);
  for (; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    g_string_append_unichar (out, is_xml_char (c) ? c : 0xFFFD);
  }

  return g_string_free (out, FALSE);
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

  g_atomic_ref_count_inc (&self->arena->refs);

  return self;
}

void
xmpp_element_unref (XmppElement *self)
{
  g_return_if_fail (self != NULL);

  arena_unref (self->arena);
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

  legal = replace_illegal (value);
  if (legal != NULL)
    value = legal;

  for (guint i = 0; i < self->n_attributes; i++) {
    if (strcmp (self->attributes[i].name, name) == 0 && strcmp (self->attributes[i].ns, ns) == 0) {
      self->attributes[i].value = arena_strndup (self->arena, value, strlen (value));
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

  legal = replace_illegal (text);
  if (legal != NULL)
    text = legal;

  /* Two runs side by side are one, as they are when they were read. */
  last = self->n_nodes > 0 ? &self->nodes[self->n_nodes - 1] : NULL;
  if (last != NULL && last->element == NULL) {
    g_autofree char *joined = g_strconcat (last->text, text, NULL);

    last->text = arena_strndup (self->arena, joined, strlen (joined));
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
    arena_unref (child->arena);
  else
    arena_adopt (self->arena, child->arena);
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
