/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The settings that hold for the whole program. */
GtkWidget *stonechat_preferences_new (GtkWindow *parent, GSettings *settings);

G_END_DECLS
