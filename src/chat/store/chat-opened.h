/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-db.h"

G_BEGIN_DECLS

/* Opening the files: in a thread, for it reads and may migrate. */
typedef struct {
  ChatDb *writer;
  ChatDb *reader;
  gboolean read_only;
  char *notice;        /* translated, nullable */
} ChatOpened;

/* scripts: the migrations, chat_migrate_load_scripts () but in tests. */
ChatOpened *chat_opened_new  (const char *path, const char *const *scripts, GError **error);
void        chat_opened_free (ChatOpened *opened);
/* A damage was met in use: the next opening looks at the whole file first. */
void        chat_opened_suspect (const char *path);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatOpened, chat_opened_free)

G_END_DECLS
