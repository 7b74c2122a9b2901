/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* Memory for a tree of elements: a few blocks, so that a usual stanza is one allocation, and freeing it is freeing the
 * blocks, however deep the tree is. An arena that was adopted lives as long as the one that adopted it. */
typedef struct _XmppArena XmppArena;

struct _XmppArena {
  gatomicrefcount refs;
  guint block_size;     /* of the next block */
  gsize size;           /* of all its blocks */
  char *free;
  char *end;
  struct _XmppArenaBlock *blocks;       /* beyond the first, in which the arena itself lies */
  struct _XmppArenaAdopted *adopted;
  XmppArena *next_dead;
};

XmppArena *xmpp_arena_new   (void);
void       xmpp_arena_ref   (XmppArena *self);
void       xmpp_arena_unref (XmppArena *self);
void       xmpp_arena_adopt (XmppArena *self, XmppArena *other /* transfer full */);
/* When there is no room left; for the two below. */
char      *xmpp_arena_alloc_from_new_block (XmppArena *self, gsize size);

/* Aligned for pointers, not cleared. */
static inline gpointer
xmpp_arena_alloc (XmppArena *self, gsize size)
{
  char *start = (char *) (((guintptr) self->free + 7) & ~(guintptr) 7);

  if (G_UNLIKELY (start > self->end || size > (gsize) (self->end - start)))
    return xmpp_arena_alloc_from_new_block (self, size);

  self->free = start + size;
  return start;
}

static inline char *
xmpp_arena_strndup (XmppArena *self, const char *text, gsize length)
{
  char *copy;

  if (G_LIKELY (length < (gsize) (self->end - self->free))) {
    copy = self->free;
    self->free += length + 1;
  } else {
    copy = xmpp_arena_alloc_from_new_block (self, length + 1);
  }
  memcpy (copy, text, length);
  copy[length] = '\0';

  return copy;
}

G_END_DECLS
