/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>

/* Says once, in the log domain "stonechat-timing", how many milliseconds after the process began something came. */
void stonechat_timing_mark         (const char *what);
/* The same, when the frame with what is there now has been painted. */
void stonechat_timing_mark_painted (GtkWidget *widget, const char *what);
