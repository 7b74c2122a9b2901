/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Where one pane is shown at a time, the bar needs its room for a name: of the window's buttons only the one that closes it stays,
 * where the desktop has it. */
void stonechat_narrow_set (AdwHeaderBar *bar, gboolean narrow);

G_END_DECLS
