/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The heights of all rows of a timeline, guessed or measured, with their sums: a Fenwick tree. Pure; pixels. */
typedef struct _StonechatHeights StonechatHeights;

/* Guesses a row's height. */
typedef int (*StonechatHeightFunc) (guint position, gpointer user_data);

StonechatHeights *stonechat_heights_new      (StonechatHeightFunc guess, gpointer user_data);
void              stonechat_heights_free     (StonechatHeights *self);
guint             stonechat_heights_get_n    (StonechatHeights *self);
void              stonechat_heights_splice   (StonechatHeights *self, guint position, guint removed, guint added);
void              stonechat_heights_guess_again (StonechatHeights *self, guint position, guint end);   /* the width changed */
int               stonechat_heights_get      (StonechatHeights *self, guint position);
void              stonechat_heights_set      (StonechatHeights *self, guint position, int height);
gint64            stonechat_heights_before   (StonechatHeights *self, guint position);  /* sum of those above */
gint64            stonechat_heights_total    (StonechatHeights *self);
guint             stonechat_heights_find     (StonechatHeights *self, gint64 offset);   /* the row that covers it; 0 for none */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StonechatHeights, stonechat_heights_free)

G_END_DECLS
