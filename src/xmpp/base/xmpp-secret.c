/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-secret.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Secrets live in pages of their own, so that MADV_DONTDUMP, mlock () and munmap () touch nothing else. The pages hold
 * the secret only; the bookkeeping is ordinary memory. */

struct _XmppSecret {
  gatomicrefcount refs;
  guint8 *data;
  gsize size;
  gsize mapped;
};

G_DEFINE_BOXED_TYPE (XmppSecret, xmpp_secret, xmpp_secret_ref, xmpp_secret_unref)

static gsize
round_to_pages (gsize length)
{
  gsize page = sysconf (_SC_PAGESIZE);

  return (length + page - 1) / page * page;
}

/* Zeros, with one more byte after them that stays NUL. */
XmppSecret *
xmpp_secret_new_zero (gsize length)
{
  XmppSecret *self = g_new0 (XmppSecret, 1);

  g_atomic_ref_count_init (&self->refs);
  self->size = length;
  self->mapped = round_to_pages (length + 1);
  self->data = mmap (NULL, self->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (self->data == MAP_FAILED)
    g_error ("Out of memory for a secret of %" G_GSIZE_FORMAT " bytes", length);

  /* Both are the best we can get: a small RLIMIT_MEMLOCK is usual and no reason to refuse the password. */
  madvise (self->data, self->mapped, MADV_DONTDUMP);
  mlock (self->data, self->mapped);

  return self;
}

XmppSecret *
xmpp_secret_new (const void *data, gssize length)
{
  gsize size = length < 0 ? strlen (data) : (gsize) length;
  XmppSecret *self = xmpp_secret_new_zero (size);

  if (size > 0)
    memcpy (self->data, data, size);

  return self;
}

XmppSecret *
xmpp_secret_ref (XmppSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);

  return self;
}

void
xmpp_secret_unref (XmppSecret *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  xmpp_secret_wipe (self->data, self->mapped);
  munmap (self->data, self->mapped);
  g_free (self);
}

guint8 *
xmpp_secret_get_data (XmppSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->data;
}

gsize
xmpp_secret_get_size (XmppSecret *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->size;
}

const char *
xmpp_secret_get_text (XmppSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *) self->data;
}

void
xmpp_secret_wipe (void *data, gsize length)
{
  if (data != NULL)
    explicit_bzero (data, length);
}
