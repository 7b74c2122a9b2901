/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* The colours of people (XEP-0392): who it is chooses the hue alone; how light it is decides what can be read on it and where,
 * whatever the hue, for HSLuv colours of one lightness have one luminance. */

/* In degrees (XEP-0392 §5.1). */
double  stonechat_hue             (const char *who);
/* saturation and lightness from 0 to 100. */
GdkRGBA stonechat_color           (double hue, double saturation, double lightness);
/* For a name that stands on a light or on a dark bubble, with a contrast of at least 4.5 to 1. */
GdkRGBA stonechat_color_of_name   (const char *who, gboolean on_dark);

G_END_DECLS
