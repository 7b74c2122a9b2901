/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Puts a mark of XEP-0393 ("*", "_", "~" or "`") at both sides of what is selected, or takes it away there; several lines each
 * get their own, for "`" they become a preformatted block. With nothing selected the cursor stands between two marks then, and
 * the next time behind them. One step for undo. */
void stonechat_formatting_toggle (GtkTextBuffer *buffer, char mark);

G_END_DECLS
