/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <pango/pango.h>

G_BEGIN_DECLS

/* A piece of a text in one line, around the first of ranges (of ChatRange, in bytes), with all of them in it marked. To be
 * freed, as is *marks. It keeps the direction of the whole text. */
char *stonechat_excerpt (const char *text, GArray *ranges, PangoAttrList **marks);

G_END_DECLS
