/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* GTK tells screen readers of all pages of a stack. From now on they find only the one that is shown. */
void stonechat_stack_tell_shown (GtkStack *stack);

G_END_DECLS
