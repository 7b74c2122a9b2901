/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A button that says from when until when, with a calendar to choose it. Either end may be open. Signal: "changed". */
#define STONECHAT_TYPE_DATE_RANGE (stonechat_date_range_get_type ())
G_DECLARE_FINAL_TYPE (StonechatDateRange, stonechat_date_range, STONECHAT, DATE_RANGE, GtkWidget)

/* µs, from the beginning of the first day to the end of the last one; 0: open. */
gint64 stonechat_date_range_get_from (StonechatDateRange *self);
gint64 stonechat_date_range_get_to   (StonechatDateRange *self);
void   stonechat_date_range_clear    (StonechatDateRange *self);

G_END_DECLS
