/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The names between the commas, each once, without space around them. */
char      **stonechat_groups_split    (const char *text);
/* groups, and name at their end; NULL where it is there already or is no name. */
char      **stonechat_groups_with     (const char *const *groups, const char *name);
char      **stonechat_groups_without  (const char *const *groups, const char *name);
/* A menu of the groups of all contacts but those of except, sorted; each item activates action with the name. */
GMenuModel *stonechat_groups_menu_new (GListModel *contacts, const char *const *except, const char *action);

G_END_DECLS
