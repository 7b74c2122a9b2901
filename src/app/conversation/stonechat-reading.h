/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which messages were read: those whose end has been in view for half a second without a break. Times are µs. */
typedef struct _StonechatReading StonechatReading;

#define STONECHAT_READING_TIME (500 * 1000)

StonechatReading *stonechat_reading_new  (void);
void              stonechat_reading_free (StonechatReading *self);
/* What is in view from now on: row ids, the oldest first. n 0: nobody looks. */
void              stonechat_reading_show (StonechatReading *self, const gint64 *ids, guint n, gint64 now);
/* The newest that is read by now, 0: none that was not given before. *next: when another one may be, 0: as long as nothing
 * changes, never. */
gint64            stonechat_reading_take (StonechatReading *self, gint64 now, gint64 *next);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StonechatReading, stonechat_reading_free)

G_END_DECLS
