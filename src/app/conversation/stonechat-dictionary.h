/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Dictionaries of the system by enchant. Built without it, there are none. */
typedef struct _StonechatDictionary StonechatDictionary;

gboolean             stonechat_dictionary_is_built_in (void);
/* Which there are, as "de_DE", sorted. */
GStrv                stonechat_dictionary_list      (void);
/* The one of these that does best for a language: the same, else one of the same language; to be freed. NULL: none. */
char                *stonechat_dictionary_choose    (const char *const *all, const char *tag);
/* In words; to be freed. */
char                *stonechat_dictionary_name      (const char *tag);
/* Debian's package with the dictionary of a language; to be freed. */
char                *stonechat_dictionary_package   (const char *tag);

/* NULL: it can't be read. Opened ones are kept and shared: that takes a while, and what is ignored is ignored everywhere. */
StonechatDictionary *stonechat_dictionary_open      (const char *tag);
gboolean             stonechat_dictionary_check     (StonechatDictionary *self, const char *word, gssize length);
/* The best ones; to be freed. */
GStrv                stonechat_dictionary_suggest   (StonechatDictionary *self, const char *word, guint most);
/* For good, and until the end of the program. */
void                 stonechat_dictionary_add       (StonechatDictionary *self, const char *word);
void                 stonechat_dictionary_ignore    (StonechatDictionary *self, const char *word);

G_END_DECLS
