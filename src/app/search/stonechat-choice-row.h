/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gtk/gtk.h>
#include "stonechat-choice.h"

G_BEGIN_DECLS

/* One line of the palette: picture, name and address, what it is or which key it has. */
#define STONECHAT_TYPE_CHOICE_ROW (stonechat_choice_row_get_type ())
G_DECLARE_FINAL_TYPE (StonechatChoiceRow, stonechat_choice_row, STONECHAT, CHOICE_ROW, GtkWidget)

GtkWidget       *stonechat_choice_row_new        (void);
void             stonechat_choice_row_set_choice (StonechatChoiceRow *self, StonechatChoice *choice);

G_END_DECLS
