/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What counts as the same when texts are searched, and where in a text it is. Usable from any thread.
 *
 * A folded text is without capitals, accents, points of Hebrew and Arabic, width and style of letters (NFKD), invisible
 * characters, and with one space for any white space. Marks that are letters in effect, as the vowels of Devanagari or Thai,
 * stay. */
typedef struct {
  GString *text;
  GArray *map;               /* nullable, of guint32: of each byte, and of the end, where in the original it comes from */
} ChatFolded;
/* Uses the memory of folded again, which is all zeroes at first. length: of text in bytes, -1: up to its 0. */
void chat_folded_set   (ChatFolded *folded, const char *text, gssize length, gboolean with_map);
void chat_folded_clear (ChatFolded *folded);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatFolded, chat_folded_clear)

/* Of a folded text: the characters of writing systems without spaces, and pictures, stand for themselves. */
gboolean chat_search_char_is_dense (gunichar c);
/* Something that a query of one or two letters finds begins at c, which comes after before (0: none). */
gboolean chat_search_starts        (gunichar before, gunichar c);

/* What somebody looks for. Words can be anywhere in a text, in any order, also inside of words; of one or two letters only
 * at the beginning of a word. "Quoted" ones stand together. */
typedef struct _ChatPattern ChatPattern;
ChatPattern *chat_pattern_new     (const char *text);
/* The whole text together, as in a chat's find bar. */
ChatPattern *chat_pattern_new_whole (const char *text);
void         chat_pattern_free    (ChatPattern *self);
gboolean     chat_pattern_is_empty (ChatPattern *self);
/* Folded, NULL-terminated. */
const char *const *chat_pattern_get_terms (ChatPattern *self);
/* This one is only found where a word begins. */
gboolean     chat_pattern_is_start (const char *term);
/* All terms are in it; an empty pattern is in every text. */
gboolean     chat_pattern_matches (ChatPattern *self, const ChatFolded *folded);
typedef struct { guint start, end; } ChatRange;
/* Bytes of the original text, of ChatRange, in order, none touching the next; empty where it does not match. */
GArray      *chat_pattern_find    (ChatPattern *self, const char *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatPattern, chat_pattern_free)

gboolean     chat_search_has_link (const char *text);

G_END_DECLS
