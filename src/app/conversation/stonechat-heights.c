/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-heights.h"

/* rows holds each height, tree the partial sums of Fenwick's tree, one based. Appending and changing one height are
 * O(log n); a change in the middle builds the tree again, O(n) over plain numbers. */
struct _StonechatHeights {
  GArray *rows;     /* of int */
  GArray *tree;     /* of gint64; [0] is not used */
  StonechatHeightFunc guess;
  gpointer user_data;
};

#define ROW(i) g_array_index (self->rows, int, (i))
#define SUM(i) g_array_index (self->tree, gint64, (i))

StonechatHeights *
stonechat_heights_new (StonechatHeightFunc guess, gpointer user_data)
{
  StonechatHeights *self = g_new0 (StonechatHeights, 1);
  gint64 zero = 0;

  self->rows = g_array_new (FALSE, FALSE, sizeof (int));
  self->tree = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_val (self->tree, zero);
  self->guess = guess;
  self->user_data = user_data;
  return self;
}

void
stonechat_heights_free (StonechatHeights *self)
{
  g_array_unref (self->rows);
  g_array_unref (self->tree);
  g_free (self);
}

guint
stonechat_heights_get_n (StonechatHeights *self)
{
  return self->rows->len;
}

static void
build (StonechatHeights *self)
{
  guint n = self->rows->len;

  g_array_set_size (self->tree, n + 1);
  SUM (0) = 0;
  for (guint i = 1; i <= n; i++)
    SUM (i) = ROW (i - 1);
  for (guint i = 1; i <= n; i++) {
    guint parent = i + (i & -i);

    if (parent <= n)
      SUM (parent) += SUM (i);
  }
}

static void
append (StonechatHeights *self, int height)
{
  guint i = self->rows->len + 1;
  gint64 sum = height;

  g_array_append_val (self->rows, height);
  for (guint child = 1; child < (i & -i); child <<= 1)
    sum += SUM (i - child);
  g_array_append_val (self->tree, sum);
}

void
stonechat_heights_splice (StonechatHeights *self, guint position, guint removed, guint added)
{
  g_return_if_fail (position + removed <= self->rows->len);

  if (removed == 0 && position == self->rows->len) {
    for (guint i = 0; i < added; i++)
      append (self, self->guess (position + i, self->user_data));
    return;
  }
  if (removed > added)
    g_array_remove_range (self->rows, position, removed - added);
  else if (added > removed) {
    g_autofree int *blank = g_new0 (int, added - removed);

    g_array_insert_vals (self->rows, position, blank, added - removed);
  }
  for (guint i = 0; i < added; i++)
    ROW (position + i) = self->guess (position + i, self->user_data);
  build (self);
}

int
stonechat_heights_get (StonechatHeights *self, guint position)
{
  return ROW (position);
}

void
stonechat_heights_set (StonechatHeights *self, guint position, int height)
{
  int change = height - ROW (position);

  if (change == 0)
    return;
  ROW (position) = height;
  for (guint i = position + 1; i <= self->rows->len; i += i & -i)
    SUM (i) += change;
}

void
stonechat_heights_guess_again (StonechatHeights *self, guint position, guint end)
{
  for (guint i = position; i < MIN (end, self->rows->len); i++)
    stonechat_heights_set (self, i, self->guess (i, self->user_data));
}

gint64
stonechat_heights_before (StonechatHeights *self, guint position)
{
  gint64 sum = 0;

  for (guint i = MIN (position, self->rows->len); i > 0; i -= i & -i)
    sum += SUM (i);
  return sum;
}

gint64
stonechat_heights_total (StonechatHeights *self)
{
  return stonechat_heights_before (self, self->rows->len);
}

guint
stonechat_heights_find (StonechatHeights *self, gint64 offset)
{
  guint n = self->rows->len, at = 0, step = 1;

  while (step <= n / 2)
    step *= 2;
  for (; n > 0 && step > 0; step /= 2)
    if (at + step <= n && SUM (at + step) <= offset) {
      at += step;
      offset -= SUM (at);
    }
  return n > 0 ? MIN (at, n - 1) : 0;
}
