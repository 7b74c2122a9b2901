/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "chat-db.h"
#include "chat-search-text.h"

G_BEGIN_DECLS

/* The words of the search's index. Of a folded text: three letters each that follow one another, the first and the first
 * two of what begins, and two characters each in writing systems without spaces. A text that begins with U+0001 is a list
 * of words with spaces between, taken as they are. */
#define CHAT_SEARCH_TOKENIZER "stonechat"
gboolean chat_search_register_tokenizer (ChatDb *db, GError **error);

/* Adds to an expression for MATCH, with AND, what every text has that the pattern matches; others may have it too. */
void     chat_search_add_pattern        (GString *expression, ChatPattern *pattern);
void     chat_search_add_word           (GString *expression, const char *word);   /* as it is */

G_END_DECLS
