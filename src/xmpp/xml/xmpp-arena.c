/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-arena.h"

#define FIRST_BLOCK 1024
#define LARGEST_BLOCK (64 * 1024)

typedef struct _XmppArenaBlock Block;
typedef struct _XmppArenaAdopted Adopted;

struct _XmppArenaBlock {
  Block *next;
};

struct _XmppArenaAdopted {
  Adopted *next;
  XmppArena *arena;
};

XmppArena *
xmpp_arena_new (void)
{
  XmppArena *self = g_malloc (FIRST_BLOCK);

  *self = (XmppArena) { 0 };
  g_atomic_ref_count_init (&self->refs);
  self->block_size = 2 * FIRST_BLOCK;
  self->size = FIRST_BLOCK;
  self->free = (char *) (self + 1);
  self->end = (char *) self + FIRST_BLOCK;

  return self;
}

char *
xmpp_arena_alloc_from_new_block (XmppArena *self, gsize size)
{
  Block *block;

  /* What is large gets a block of its own, and the rest of the current one stays in use. */
  if (size > self->block_size / 4) {
    block = g_malloc (sizeof (Block) + size);
    self->size += sizeof (Block) + size;
    block->next = self->blocks;
    self->blocks = block;
    return (char *) (block + 1);
  }

  block = g_malloc (self->block_size);
  self->size += self->block_size;
  block->next = self->blocks;
  self->blocks = block;
  self->end = (char *) block + self->block_size;
  self->free = (char *) (block + 1) + size;
  self->block_size = MIN (2 * self->block_size, LARGEST_BLOCK);

  return (char *) (block + 1);
}

void
xmpp_arena_ref (XmppArena *self)
{
  g_atomic_ref_count_inc (&self->refs);
}

void
xmpp_arena_adopt (XmppArena *self, XmppArena *other)
{
  Adopted *adopted = xmpp_arena_alloc (self, sizeof (Adopted));

  *adopted = (Adopted) { self->adopted, other };
  self->adopted = adopted;
}

/* Without recursion, however long the chain of those that were adopted (S-64). */
void
xmpp_arena_unref (XmppArena *self)
{
  XmppArena *dead;

  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  dead = self;
  dead->next_dead = NULL;
  while (dead != NULL) {
    XmppArena *doomed = dead;

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
