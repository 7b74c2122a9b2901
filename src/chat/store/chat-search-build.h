/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-search-db.h"

G_BEGIN_DECLS

/* What came of one step. */
typedef struct {
  gint64 change;             /* what search_change has up to here is done with; 0: nothing */
  guint n_indexed;           /* messages */
  gboolean more;             /* there is more to do */
  gboolean emptied;          /* no file of the index has words any more that were taken out */
  gboolean blocked;          /* somebody still reads what is to be emptied: later again */
} ChatSearchStep;

/* In the index's thread, outside of a transaction, with search.db attached: takes the index a step on, which is a
 * transaction or two of at most some tenths of a second. First what words are to go, then what was edited, then what is new,
 * the newest first. Where stop (a gint, atomic) becomes 1, it ends with G_IO_ERROR_CANCELLED, and with nothing done. */
gboolean chat_search_build_step (ChatDb *db, const int *stop, ChatSearchStep *step, GError **error);

G_END_DECLS
