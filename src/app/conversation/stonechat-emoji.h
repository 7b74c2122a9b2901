/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What an emoji is called, in the user's language where GTK has it, for those who hear it; itself, where it has no name. Owned. */
const char *stonechat_emoji_get_name (const char *emoji);

G_END_DECLS
