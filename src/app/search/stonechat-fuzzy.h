/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names as somebody types them: without accents and case, by their beginnings, by a part, or by some of their letters. */

/* To be freed; NULL for what is not UTF-8. */
char *stonechat_fuzzy_fold  (const char *text);
/* How well what was typed fits, both folded: 0: not at all; the better the more, 1000: it is the same. Words of what was typed may
 * be in another order. */
int   stonechat_fuzzy_score (const char *text, const char *typed);

G_END_DECLS
