/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Calls back for every line of tests/data/vectors/NAME that is no comment. Fields are separated by tabs and decoded; a
 * field "-" is NULL. The test fails if there is none. */
typedef void (*VectorFunc) (char **fields, guint n_fields, gpointer user_data);
void vectors_foreach (const char *name, VectorFunc func, gpointer user_data);

G_END_DECLS
